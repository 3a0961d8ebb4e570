"""Time limits: when a limit ends, which days it counted and why, and the light it shows.

The start day never counts; limits in working days leave out the statutory holidays (Administrative
Licence Law art. 82). The counting itself stands in ``durations``, whose words are offered here too.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol

from app.domain.calendar import DAY_KIND_WORDS, DayKind, WorkCalendar, YearNotPublished
from app.domain.durations import (
    UNIT_WORDS,
    DueDayUnreachable,
    Duration,
    DurationOutOfRange,
    Pause,
    PauseEndsBeforeItStarts,
    Rule,
    Unit,
    add_months,
    budget_of,
    consumed,
    day_consuming,
    merge_pauses,
)
from app.errors import Words

__all__ = [
    "LIGHT_WORDS",
    "UNIT_WORDS",
    "CountedDay",
    "Dated",
    "Due",
    "DueDayUnreachable",
    "Duration",
    "DurationOutOfRange",
    "Light",
    "Pause",
    "PauseEndsBeforeItStarts",
    "Rule",
    "Unit",
    "add_months",
    "consumed",
    "counted",
    "due",
    "light",
    "merge_pauses",
    "remaining",
]

_LAST_DAY_ONLY_UP_TO = 2
_YELLOW_SHARE = 5


@dataclass(frozen=True, slots=True)
class Due:
    """When a limit ends; ``due_on`` is None while an open pause keeps it from ending.

    ``is_paused``: a pause is open that began no later than the last day (what was late before its pause
    stays late). Store ``is_running = not is_paused``. ``is_provisional``: the day rests on a year
    without an official notice. ``is_rolled``: the last day was a day off and moved on.
    """

    due_on: date | None
    warn_on: date | None
    is_provisional: bool
    calendar_version: int
    rule: Rule
    is_rolled: bool
    is_paused: bool


@dataclass(frozen=True, slots=True)
class CountedDay:
    """One line of the explanation: the day, whether it counts, why, and the days consumed up to it."""

    day: date
    kind: DayKind
    counts: bool
    why: Words
    consumed: int


class Light(StrEnum):
    """The colour of a limit."""

    NO_LIMIT = "no_limit"
    NOT_STARTED = "not_started"
    PAUSED = "paused"
    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    DONE_IN_TIME = "done_in_time"
    DONE_LATE = "done_late"


LIGHT_WORDS = {
    Light.NO_LIMIT: Words("无时限", "no limit"),
    Light.NOT_STARTED: Words("未起算", "not started"),
    Light.PAUSED: Words("暂停计时", "paused"),
    Light.GREEN: Words("正常", "on time"),
    Light.YELLOW: Words("临期预警", "due soon"),
    Light.RED: Words("逾期", "overdue"),
    Light.DONE_IN_TIME: Words("按时办结", "done in time"),
    Light.DONE_LATE: Words("逾期办结", "done late"),
}


class Dated(Protocol):
    """Anything that knows its last day and its first yellow day: a ``Due`` or a stored clock."""

    @property
    def due_on(self) -> date | None:
        """The last day."""

    @property
    def warn_on(self) -> date | None:
        """The first yellow day."""


def due(
    calendar: WorkCalendar,
    anchor: date,
    duration: Duration,
    pauses: Iterable[Pause] = (),
    *,
    rolls: bool = False,
) -> Due:
    """Find the last day of a limit and the first day on which it is yellow.

    Paused days lengthen limits in months and years day by day (default, not from the standard). With
    ``rolls`` a calendar limit that ends on a day off ends on the next working day (Civil Code art.
    203, by analogy); limits in working days need no roll, except that a same-day limit that starts on
    a day off ends on the next working day. A pause that begins on the last day excuses as long as it lasts,
    its own last day included. Yellow: at most 20 % of the budget, rounded up, is left;
    with a budget of one or two the last day only (default, not from the standard). Refuses a limit that
    would end after the year 9999, and with a calendar that does not guess one that touches a year without
    a notice (``YearNotPublished``).
    """
    together = merge_pauses(pauses)
    budget, rule = budget_of(anchor, duration)
    counts_working = duration.unit is Unit.WORKING_DAY
    nominal = day_consuming(calendar, anchor, duration.unit, together, budget=budget)
    may_roll = budget == 0 if counts_working else rolls
    rolled = calendar.next_working_day(nominal) if nominal is not None and may_roll else nominal
    due_on = rolled
    for pause in together:  # one that began on the last day excuses through its own last day
        if due_on is not None and pause.ends_on is not None and pause.starts_on <= due_on < pause.ends_on:
            due_on = pause.ends_on
    warn_on = rolled
    if budget > _LAST_DAY_ONLY_UP_TO:
        early = budget + -budget // _YELLOW_SHARE
        warn_on = day_consuming(calendar, anchor, duration.unit, together, budget=early)
    is_open = bool(together) and together[-1].ends_on is None
    unpublished = _unpublished(
        calendar, anchor if counts_working else nominal, due_on, has_roll=rolls or counts_working
    )
    if unpublished is not None and calendar.refuses_provisional:
        raise YearNotPublished(year=unpublished)
    return Due(
        due_on=due_on,
        warn_on=warn_on,
        is_provisional=unpublished is not None,
        calendar_version=calendar.version,
        rule=rule,
        is_rolled=rolled != nominal,
        is_paused=is_open and (due_on is None or together[-1].starts_on <= due_on),
    )


def remaining(
    calendar: WorkCalendar, anchor: date, duration: Duration, pauses: Iterable[Pause], *, today: date
) -> int:
    """Tell the days left after ``today`` (working, else calendar days); negative: days of delay, unrolled."""
    budget, _ = budget_of(anchor, duration)
    return budget - consumed(calendar, anchor, duration.unit, pauses, through=today)


def counted(
    calendar: WorkCalendar,
    anchor: date,
    duration: Duration,
    pauses: Iterable[Pause] = (),
    *,
    rolls: bool = False,
    until: date | None = None,
) -> tuple[CountedDay, ...]:
    """Explain a limit day by day, from its anchor to its last day.

    While an open pause keeps it from ending, the lines stop at ``until``, or where that pause starts.
    """
    together = merge_pauses(pauses)
    due_on = due(calendar, anchor, duration, together, rolls=rolls).due_on
    last = due_on if due_on is not None else max(anchor, until or together[-1].starts_on)
    budget, _ = budget_of(anchor, duration)
    lines: list[CountedDay] = []
    total = 0
    for ordinal in range(anchor.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        if day == anchor:
            counts, why = False, Words("起算日不计入", "not counted: the start day")
        elif any(pause.covers(day) for pause in together):
            counts, why = False, Words("暂停期间不计入", "not counted: paused")
        elif total == budget:
            counts, why = False, Words("末日逢休息日，顺延", "not counted: the end rolls past days off")
        else:
            counts, why = _judge_day(calendar, day, duration.unit)
        total += counts
        lines.append(CountedDay(day, calendar.why(day).kind, counts, why, total))
    return tuple(lines)


def light(
    clock: Dated | None,
    today: date,
    *,
    is_running: bool = True,
    has_limit: bool = True,
    done_on: date | None = None,
) -> Light:
    """Tell the colour on ``today``; ``clock`` None means that the limit has not started.

    ``is_running`` is ``not Due.is_paused``; what is done while paused was done in time, since it was
    not late when the pause began.
    """
    if not has_limit:
        return Light.NO_LIMIT
    if clock is None:
        return Light.NOT_STARTED
    is_paused = not is_running or clock.due_on is None
    if done_on is not None:
        is_late = not is_paused and clock.due_on is not None and done_on > clock.due_on
        return Light.DONE_LATE if is_late else Light.DONE_IN_TIME
    if is_paused or clock.due_on is None:
        return Light.PAUSED
    if today > clock.due_on:
        return Light.RED
    return Light.YELLOW if clock.warn_on is not None and today >= clock.warn_on else Light.GREEN


def _unpublished(
    calendar: WorkCalendar, after: date | None, end: date | None, *, has_roll: bool
) -> int | None:
    """Name the year without a notice that the days that decided rest on; calendar days never do."""
    if not has_roll or after is None:
        return None
    if end is None or end <= after:
        return calendar.first_unpublished(after, after)
    return calendar.first_unpublished(after + timedelta(days=1), end)


def _judge_day(calendar: WorkCalendar, day: date, unit: Unit) -> tuple[bool, Words]:
    reason = calendar.why(day)
    kind = DAY_KIND_WORDS[reason.kind]
    name = Words(f"{kind.zh}（{reason.name.zh}）", f"{kind.en} ({reason.name.en})") if reason.name else kind
    if unit is not Unit.WORKING_DAY:
        return True, name
    if calendar.is_working_day(day):
        return True, name
    return False, Words(f"{name.zh}，不计入", f"not counted: {name.en}")
