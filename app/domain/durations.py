"""Budgets of time and their pauses: the counting under the time limits.

A day d is consumed if d is after the anchor, is a day of the unit, and no pause [s, e] has s < d <= e
(a pause within one day costs nothing; an open pause has no e). Default, not from the standard.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.domain.calendar import WorkCalendar
from app.errors import Invalid, Words

_LAST_ORDINAL = date.max.toordinal()
_NEVER = _LAST_ORDINAL + 1


class Unit(StrEnum):
    """What a limit is counted in."""

    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    CALENDAR_MONTH = "calendar_month"
    CALENDAR_YEAR = "calendar_year"


UNIT_WORDS = {
    Unit.WORKING_DAY: Words("工作日", "working days"),
    Unit.CALENDAR_DAY: Words("自然日", "calendar days"),
    Unit.CALENDAR_MONTH: Words("月", "months"),
    Unit.CALENDAR_YEAR: Words("年", "years"),
}

_AMOUNT_WORDS = {
    Unit.WORKING_DAY: Words("{n} 个工作日", "{n} working day{s}"),
    Unit.CALENDAR_DAY: Words("{n} 个自然日", "{n} calendar day{s}"),
    Unit.CALENDAR_MONTH: Words("{n} 个月", "{n} month{s}"),
    Unit.CALENDAR_YEAR: Words("{n} 年", "{n} year{s}"),
}


def amount(number: int, unit: Unit) -> Words:
    """Say so many of a unit as people do: 3 个月, 3 months, 1 month."""
    words, facts = _AMOUNT_WORDS[unit], {"n": number, "s": "" if number == 1 else "s"}
    return Words(words.told("zh", facts), words.told("en", facts))


_LONGEST = {
    Unit.WORKING_DAY: 26_000,
    Unit.CALENDAR_DAY: 36_525,
    Unit.CALENDAR_MONTH: 1_200,
    Unit.CALENDAR_YEAR: 100,
}


class DurationOutOfRange(Invalid):
    """A limit is negative or longer than a hundred years."""

    title = Words("时限超出范围", "The limit is out of range")
    detail = Words(
        "时限 {value} 超出范围（0 至 {most}）。", "A limit of {value} is out of range (0 to {most})."
    )


class PauseEndsBeforeItStarts(Invalid):
    """A pause ends on a day before the day on which it starts."""

    title = Words("暂停结束早于开始", "The pause ends before it starts")
    detail = Words(
        "暂停自 {starts_on} 开始，不能在 {ends_on} 结束。",
        "A pause that starts on {starts_on} cannot end on {ends_on}.",
    )


class DueDayUnreachable(Invalid):
    """The limit would end after the year 9999."""

    title = Words("时限无法到期", "The limit never ends")
    detail = Words("期限将超出日历范围。", "The limit would end beyond the calendar.")


class Rule(StrEnum):
    """Which rule gave the last day of a limit."""

    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    CORRESPONDING_DAY = "corresponding_day"
    LAST_DAY_OF_MONTH = "last_day_of_month"


@dataclass(frozen=True, slots=True)
class Duration:
    """A budget of time; zero means "the same day". Refuses negative values and more than a hundred years."""

    value: int
    unit: Unit

    def __post_init__(self) -> None:
        if not 0 <= self.value <= _LONGEST[self.unit]:
            raise DurationOutOfRange(value=self.value, most=_LONGEST[self.unit])


@dataclass(frozen=True, slots=True)
class Pause:
    """Days that do not count: those after ``starts_on`` up to and with ``ends_on`` (None: still open)."""

    starts_on: date
    ends_on: date | None = None

    def __post_init__(self) -> None:
        if self.ends_on is not None and self.ends_on < self.starts_on:
            raise PauseEndsBeforeItStarts(starts_on=self.starts_on, ends_on=self.ends_on)

    def covers(self, day: date) -> bool:
        """Say whether ``day`` does not count because of this pause."""
        return self.starts_on < day and (self.ends_on is None or day <= self.ends_on)


def merge_pauses(pauses: Iterable[Pause]) -> tuple[Pause, ...]:
    """Join overlapping and touching pauses; the result is in order and apart."""
    joined: list[Pause] = []
    for pause in sorted(pauses, key=lambda each: each.starts_on):
        last = joined[-1] if joined else None
        if last is None or (last.ends_on is not None and last.ends_on < pause.starts_on):
            joined.append(pause)
        elif last.ends_on is not None and (pause.ends_on is None or pause.ends_on > last.ends_on):
            joined[-1] = Pause(last.starts_on, pause.ends_on)
    return tuple(joined)


def add_months(day: date, count: int) -> tuple[date, bool]:
    """Give the corresponding day ``count`` months later, else that month's last day; the flag says "else".

    Refuses a result after the year 9999.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    if year > date.max.year:
        raise DueDayUnreachable
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last)), day.day > last


def budget_of(anchor: date, duration: Duration) -> tuple[int, Rule]:
    """Turn a duration into a number of working days, or of calendar days for the other units."""
    if duration.unit is Unit.WORKING_DAY:
        return duration.value, Rule.WORKING_DAYS
    if duration.unit is Unit.CALENDAR_DAY:
        return duration.value, Rule.CALENDAR_DAYS
    months = duration.value * (12 if duration.unit is Unit.CALENDAR_YEAR else 1)
    end, is_cut = add_months(anchor, months)
    return (end - anchor).days, Rule.LAST_DAY_OF_MONTH if is_cut else Rule.CORRESPONDING_DAY


def consumed(
    calendar: WorkCalendar, anchor: date, unit: Unit, pauses: Iterable[Pause], *, through: date
) -> int:
    """Count the days consumed up to and with ``through``: working days, else calendar days."""
    total, end = 0, through.toordinal()
    for first, last in _running_spans(anchor, pauses):
        if first >= end:
            break
        total += _count(calendar, unit, min(last, end)) - _count(calendar, unit, first)
    return total


def day_consuming(
    calendar: WorkCalendar, anchor: date, unit: Unit, pauses: Iterable[Pause], *, budget: int
) -> date | None:
    """Find the day on which ``budget`` days are consumed, or None if an open pause comes first.

    Refuses a day after the year 9999.
    """
    if budget == 0:
        return anchor
    for first, last in _running_spans(anchor, pauses):
        goal = _count(calendar, unit, first) + budget
        found = calendar.ordinal_reaching(goal) if unit is Unit.WORKING_DAY else goal
        if found <= min(last, _LAST_ORDINAL):
            return date.fromordinal(found)
        if last == _NEVER:
            raise DueDayUnreachable
        budget = goal - _count(calendar, unit, last)
    return None


def _count(calendar: WorkCalendar, unit: Unit, ordinal: int) -> int:
    return calendar.count_through(ordinal) if unit is Unit.WORKING_DAY else ordinal


def _running_spans(anchor: date, pauses: Iterable[Pause]) -> Iterator[tuple[int, int]]:
    """Give the spans (after, through] of ordinals that no pause covers; the last may have no end."""
    start = anchor.toordinal()
    for pause in merge_pauses(pauses):
        if pause.starts_on.toordinal() > start:
            yield start, pause.starts_on.toordinal()
        if pause.ends_on is None:
            return
        start = max(start, pause.ends_on.toordinal())
    yield start, _NEVER
