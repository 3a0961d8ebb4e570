"""A calculator: when a limit ends, or how many days lie between two days, with every day and why."""

from collections.abc import Iterable
from datetime import date, timedelta

from app.calendars.schemas import CalculationIn, CalculationOut, LineOut, read_pause
from app.domain.calendar import WorkCalendar, YearNotPublished
from app.domain.clocks import CountedDay, consumed, counted, due
from app.domain.durations import Duration, Pause, Rule, Unit
from app.errors import Fault, Invalid, Words
from app.problems import FieldsInvalid

LONGEST = 3_660  # days that one answer lists

EITHER = Words("value 与 to 须二选一", "give either value or to")
DAYS_ONLY = Words("两日之间只能按工作日或自然日计算", "days are counted in working or calendar days only")
BEFORE = Words("早于起算日", "is before the start day")


class CalculationTooLong(Invalid):
    """A calculation lists every day, ten years at most."""

    title = Words("计算跨度过大", "The calculation is too long")
    detail = Words("逐日列出最多 {most} 天。", "At most {most} days can be listed.")


def calculate(
    calendar: WorkCalendar, asked: CalculationIn, language: str, *, refuses_provisional: bool
) -> CalculationOut:
    """Count a limit, or with ``to`` the days up to another day; nothing is stored.

    Refuses both or neither of them, ``CalculationTooLong``, ``DueDayUnreachable``, and in an installation
    that does not guess ``YearNotPublished``.
    """
    pauses = [read_pause(text) for text in asked.pause or ()]
    _check(asked)
    if asked.to is not None:
        found = _between(calendar, asked.from_, asked.to, asked.unit, pauses, language)
    else:
        found = _limit(calendar, asked, pauses, language)
    if found["is_provisional"] and refuses_provisional:
        last = found["days"][-1]["day"]
        raise YearNotPublished(
            year=calendar.first_unpublished(min(asked.from_ + timedelta(days=1), last), last)
        )
    return found


def _limit(
    calendar: WorkCalendar, asked: CalculationIn, pauses: list[Pause], language: str
) -> CalculationOut:
    duration = Duration(asked.value or 0, asked.unit)
    found = due(calendar, asked.from_, duration, pauses, rolls=asked.rolls)
    open_since = [p.starts_on for p in pauses if p.ends_on is None]
    _check_length(asked.from_, found.due_on or max(open_since))
    days = counted(calendar, asked.from_, duration, pauses, rolls=asked.rolls)
    return CalculationOut(
        calendar_code=calendar.code,
        calendar_version=calendar.version,
        from_on=asked.from_,
        value=duration.value,
        unit=duration.unit,
        due_on=found.due_on,
        is_rolled=found.is_rolled,
        is_provisional=found.is_provisional,
        rule=found.rule,
        consumed=days[-1].consumed,
        days=_lines(days, language),
    )


def _between(
    calendar: WorkCalendar, start: date, end: date, unit: Unit, pauses: list[Pause], language: str
) -> CalculationOut:
    _check_length(start, end)
    is_working = unit is Unit.WORKING_DAY
    after = min(start + timedelta(days=1), end)
    total = consumed(calendar, start, unit, pauses, through=end)
    whole = counted(calendar, start, Duration(total + 1, unit), pauses, until=end)
    return CalculationOut(
        calendar_code=calendar.code,
        calendar_version=calendar.version,
        from_on=start,
        value=total,
        unit=unit,
        due_on=end,
        is_rolled=False,
        is_provisional=is_working and calendar.is_span_provisional(after, end),
        rule=Rule.WORKING_DAYS if is_working else Rule.CALENDAR_DAYS,
        consumed=total,
        days=_lines([line for line in whole if line.day <= end], language),
    )


def _check(asked: CalculationIn) -> None:
    faults = []
    if (asked.value is None) == (asked.to is None):
        faults.append(Fault("/query/value", "either", EITHER))
    elif asked.to is not None:
        if asked.to < asked.from_:
            faults.append(Fault("/query/to", "before", BEFORE))
        if asked.unit not in {Unit.WORKING_DAY, Unit.CALENDAR_DAY}:
            faults.append(Fault("/query/unit", "days_only", DAYS_ONLY))
    if faults:
        raise FieldsInvalid(faults=faults, count=len(faults))


def _check_length(start: date, end: date) -> None:
    if (end - start).days > LONGEST:
        raise CalculationTooLong(most=LONGEST)


def _lines(days: Iterable[CountedDay], language: str) -> list[LineOut]:
    return [
        LineOut(
            day=line.day,
            kind=line.kind,
            counts=line.counts,
            why=line.why.said(language),
            consumed=line.consumed,
        )
        for line in days
    ]
