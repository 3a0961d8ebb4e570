"""The official working-day calendar: which day is worked, which is not, and how sure we are.

Source: the yearly notice of the State Council on holidays and make-up working days. A year without
a notice is computed from weekends and the statutory days in the data, and is provisional.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from app.errors import Conflict, Invalid, Words

_SATURDAY = 5


class DayKind(StrEnum):
    """What a day is."""

    WORKING = "working"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKEUP = "makeup"


DAY_KIND_WORDS: Mapping[DayKind, Words] = MappingProxyType(
    {
        DayKind.WORKING: Words("工作日", "working day"),
        DayKind.WEEKEND: Words("周末", "weekend"),
        DayKind.HOLIDAY: Words("节假日", "holiday"),
        DayKind.MAKEUP: Words("调休上班日", "make-up working day"),
    }
)


@dataclass(frozen=True, slots=True)
class DayReason:
    """Why a day is worked or not: its kind, the festival behind it, and whether that may still change."""

    kind: DayKind
    name: Words | None
    is_provisional: bool


class CalendarMalformed(Invalid):
    """A calendar document could not be read: a field is missing, a day is no day, or contradicts another."""

    title = Words("工作日历有误", "The working calendar is malformed")
    detail = Words("工作日历有误：{reason}。", "The working calendar is malformed: {reason}.")


class YearNotPublished(Conflict):
    """A date would rest on a year without an official notice, and this installation refuses to guess."""

    title = Words("节假日安排尚未公布", "The year has no official notice yet")
    detail = Words(
        "{year} 年的节假日安排尚未公布，按本系统设置不作推算。",
        "The holidays of {year} are not announced yet; this installation does not guess them.",
    )


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """One version of a working calendar; counting over any span costs microseconds.

    ``refuses_provisional``: a limit that would rest on a year without a notice is refused.
    """

    code: str
    version: int
    days_off: Mapping[date, Words]
    makeup_days: Mapping[date, Words]
    published_years: frozenset[int]
    refuses_provisional: bool = False
    _worked: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _start: int = field(init=False, repr=False, compare=False)
    _end: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        both = sorted(self.days_off.keys() & self.makeup_days.keys())
        if both:
            day = both[0].isoformat()
            raise CalendarMalformed(reason=Words(f"{day} 既放假又上班", f"{day} is both off and worked"))
        known = self.days_off.keys() | self.makeup_days.keys()
        start = min(known).toordinal() if known else 1
        end = max(known).toordinal() + 1 if known else 1
        days = (date.fromordinal(ordinal) for ordinal in range(start, end))
        worked = tuple(day.toordinal() for day in days if self.is_working_day(day))
        object.__setattr__(self, "_worked", worked)
        object.__setattr__(self, "_start", start)
        object.__setattr__(self, "_end", end)

    def __hash__(self) -> int:
        return hash((self.code, self.version))

    def is_working_day(self, day: date) -> bool:
        """Say whether ``day`` is worked: a weekday that is not a day off, or a make-up day."""
        if day in self.days_off:
            return False
        return day.weekday() < _SATURDAY or day in self.makeup_days

    def is_provisional(self, day: date) -> bool:
        """Say whether ``day`` lies in a year whose official notice is not in the data.

        The notice of the following year can still move the last days of December (as for 2006, 2007,
        2008, 2012 and 2019), so activating a calendar recomputes open deadlines of published years too.
        """
        return day.year not in self.published_years

    def why(self, day: date) -> DayReason:
        """Tell the kind of ``day`` and the festival that makes it a holiday or a make-up day."""
        provisional = self.is_provisional(day)
        if day in self.days_off:
            return DayReason(DayKind.HOLIDAY, self.days_off[day], provisional)
        if day in self.makeup_days:
            return DayReason(DayKind.MAKEUP, self.makeup_days[day], provisional)
        kind = DayKind.WORKING if day.weekday() < _SATURDAY else DayKind.WEEKEND
        return DayReason(kind, None, provisional)

    def working_days_through(self, day: date) -> int:
        """Count the working days up to and including ``day``; only differences of it mean something."""
        return self.count_through(day.toordinal())

    def count_through(self, ordinal: int) -> int:
        """Count as ``working_days_through`` does, for a day given by its ordinal (1 is a Monday)."""
        if ordinal < self._start:
            return _weekdays_through(ordinal)
        before = _weekdays_through(self._start - 1)
        if ordinal < self._end:
            return before + bisect_right(self._worked, ordinal)
        after = _weekdays_through(ordinal) - _weekdays_through(self._end - 1)
        return before + len(self._worked) + after

    def ordinal_reaching(self, count: int) -> int:
        """Find the first ordinal whose ``count_through`` is ``count``; it may lie beyond ``date.max``."""
        before = _weekdays_through(self._start - 1)
        if count <= before:
            return _weekday_ordinal(count)
        if count <= before + len(self._worked):
            return self._worked[count - before - 1]
        beyond = count - before - len(self._worked)
        return _weekday_ordinal(_weekdays_through(self._end - 1) + beyond)

    def next_working_day(self, day: date) -> date:
        """Give ``day`` itself if it is worked, else the first working day after it."""
        while not self.is_working_day(day):
            day += timedelta(days=1)
        return day

    def is_span_provisional(self, first: date, last: date) -> bool:
        """Say whether any day from ``first`` to ``last`` lies in a year without an official notice."""
        return self.first_unpublished(first, last) is not None

    def first_unpublished(self, first: date, last: date) -> int | None:
        """Name the first year from ``first`` to ``last`` that has no official notice."""
        years = range(first.year, last.year + 1)
        return next((year for year in years if year not in self.published_years), None)

    def refusing(self) -> "WorkCalendar":
        """Give this calendar as one that refuses to guess (``YearNotPublished``)."""
        return replace(self, refuses_provisional=True)


def _weekdays_through(ordinal: int) -> int:
    """Count the days from Monday to Friday up to and including ``ordinal``."""
    weeks, rest = divmod(ordinal, 7)
    return weeks * 5 + min(rest, 5)


def _weekday_ordinal(count: int) -> int:
    """Give the ordinal of the ``count``-th weekday (Monday to Friday) since ordinal 1."""
    weeks, rest = divmod(count - 1, 5)
    return weeks * 7 + rest + 1


def layer_calendar(below: WorkCalendar, own: WorkCalendar) -> WorkCalendar:
    """Lay an area's exceptions over the calendar below; what is official there is official here."""
    off = {day: name for day, name in below.days_off.items() if day not in own.makeup_days}
    makeup = {day: name for day, name in below.makeup_days.items() if day not in own.days_off}
    return WorkCalendar(
        own.code,
        own.version,
        MappingProxyType(off | dict(own.days_off)),
        MappingProxyType(makeup | dict(own.makeup_days)),
        below.published_years | own.published_years,
    )


def read_calendar(document: Mapping[str, Any], *, is_layer: bool = False) -> WorkCalendar:
    """Build a calendar from its document (the shape of ``app/calendars/cn.json``).

    Refuses a missing field, a day that is no ISO date, a festival without both names, a day that is
    both off and worked, a day off twice, and a make-up day that is no weekend; exceptions to be laid over
    another calendar may have a weekday worked that is off there.
    """
    try:
        festivals = {zh: Words(zh, en) for zh, en in document["festivals"].items()}
        code, version = document["code"], document["version"]
        years = frozenset(document["published_years"])
        off = _read_days(document["days_off"], festivals)
        makeup = _read_days(document["makeup_days"], festivals)
    except (KeyError, AttributeError, TypeError) as missing:
        name = str(missing)
        raise CalendarMalformed(
            reason=Words(f"缺少或错误的内容 {name}", f"missing or wrong: {name}")
        ) from missing
    if not isinstance(code, str) or type(version) is not int or any(type(year) is not int for year in years):
        raise CalendarMalformed(
            reason=Words(
                "代码应为文字，版本和年份应为整数", "the code is text, version and years are integers"
            )
        )
    for day in makeup:
        if day.weekday() < _SATURDAY and not is_layer:
            raise CalendarMalformed(
                reason=Words(f"{day} 不是周末，无需调休", f"{day} is no weekend to make up")
            )
    return WorkCalendar(code, version, MappingProxyType(off), MappingProxyType(makeup), years)


def _read_days(days: Mapping[str, str], festivals: Mapping[str, Words]) -> dict[date, Words]:
    read: dict[date, Words] = {}
    for text, festival in days.items():
        try:
            day = date.fromisoformat(text)
        except ValueError as wrong:
            raise CalendarMalformed(reason=Words(f"“{text}” 不是日期", f'"{text}" is no date')) from wrong
        if day in read:
            raise CalendarMalformed(reason=Words(f"{day} 出现两次", f"{day} stands there twice"))
        read[day] = festivals[festival]
    return read
