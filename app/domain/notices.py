"""The yearly notice of holidays and make-up days: read, checked whole, and laid over a calendar.

A notice replaces all days of the years it announces. It may also change single days of other published
years: the notice for a year moves the last days of December before it (as for 2006, 2012 and 2019).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from app.domain.calendar import DayReason, WorkCalendar
from app.domain.coded import Coded
from app.errors import Fault, Invalid, Words

_SATURDAY: Final = 5


class NoticeKind(Coded):
    """What a notice says of a day; ``ordinary`` takes back what was said before."""

    HOLIDAY = "holiday", "放假", "off"
    MAKEUP = "makeup", "调休上班", "made up for"
    ORDINARY = "ordinary", "照常", "as any other day"


@dataclass(frozen=True, slots=True)
class NoticeYear:
    """A year that a notice announces, with the notice's name or number, and its page."""

    year: int
    notice: str
    url: str | None


@dataclass(frozen=True, slots=True)
class NoticeDay:
    """One line of a notice; ``place`` is where it stands, as the beginning of a JSON Pointer."""

    place: str
    day: date
    kind: NoticeKind
    festival: str | None
    festival_en: str | None


@dataclass(frozen=True, slots=True)
class ChangedDay:
    """A day that is worked by one calendar and not by the other."""

    day: date
    was: DayReason
    now: DayReason


class NoticeHasFaults(Invalid):
    """The notice contradicts itself or the calendar; every fault is named with its place."""

    title = Words("节假日安排有误", "The notice has faults")
    detail = Words("节假日安排有误，详见所列各项。", "The notice has faults; see the errors.")


_EMPTY = Words("没有任何日期", "names no day")
_YEAR_TWICE = Words("年份 {year} 重复", "names {year} twice")
_YEAR_BARE = Words("没有列出 {year} 年的放假日期", "names no holiday of {year}")
_AREAS_YEAR = Words("区域日历只列例外日期，不公布年份", "an area's calendar announces no year")
_DAY_TWICE = Words("日期 {day} 重复", "names {day} twice")
_NAMELESS = Words("缺少节日名称", "lacks the name of the festival")
_UNKNOWN_NAME = Words("节日“{festival}”缺少英文名称", "“{festival}” lacks its English name")
_WORKED_ANYWAY = Words("{day} 本来就是工作日，无需调休", "{day} is worked anyway")
_PLAIN_ANYWAY = Words("{day} 本来就没有特别安排", "{day} has nothing to take back")
_FOREIGN_YEAR = Words("{year} 年尚未公布，也不在本次公布之列", "{year} is not announced, nor by this notice")


def apply_notice(
    document: Mapping[str, Any],
    below: WorkCalendar | None,
    years: Sequence[NoticeYear],
    days: Sequence[NoticeDay],
) -> dict[str, Any]:
    """Lay a notice over a calendar's document and give the new one; the old one stays as it is.

    ``below`` is the calendar that an area's exceptions are laid over; None for the national one. Refuses
    ``NoticeHasFaults``, naming all of them.
    """
    announced = {each.year for each in years}
    faults = _faults_of_years(below, years, days)
    seen: set[date] = set()
    for each in days:
        faults += _faults_of_day(document, below, announced, each, is_second=each.day in seen)
        seen.add(each.day)
    if faults:
        raise NoticeHasFaults(faults=faults)
    festivals = dict(document["festivals"])
    tables = {
        name: {day: festival for day, festival in document[name].items() if int(day[:4]) not in announced}
        for name in ("days_off", "makeup_days")
    }
    for each in days:
        day = each.day.isoformat()
        for table in tables.values():
            table.pop(day, None)
        if each.kind is NoticeKind.ORDINARY or each.festival is None:
            continue
        festivals.setdefault(each.festival, each.festival_en)
        tables["days_off" if each.kind is NoticeKind.HOLIDAY else "makeup_days"][day] = each.festival
    notices = {str(each.year): {"notice": each.notice, "url": each.url} for each in years}
    return {
        **document,
        "festivals": festivals,
        "published_years": sorted({*document["published_years"], *announced}),
        "notices": dict(sorted({**document["notices"], **notices}.items())),
        **{name: dict(sorted(table.items())) for name, table in tables.items()},
    }


def changed_days(before: WorkCalendar, after: WorkCalendar) -> tuple[ChangedDay, ...]:
    """List the days that are worked by one calendar and not by the other."""
    special = {*before.days_off, *before.makeup_days, *after.days_off, *after.makeup_days}
    return tuple(
        ChangedDay(day, before.why(day), after.why(day))
        for day in sorted(special)
        if before.is_working_day(day) != after.is_working_day(day)
    )


def _faults_of_years(
    below: WorkCalendar | None, years: Sequence[NoticeYear], days: Sequence[NoticeDay]
) -> list[Fault]:
    faults = [] if years or days else [Fault("/days", "nothing_said", _EMPTY)]
    holidays = {each.day.year for each in days if each.kind is NoticeKind.HOLIDAY}
    seen: set[int] = set()
    for place, each in enumerate(years):
        at, told = f"/years/{place}", {"year": each.year}
        if below is not None:
            faults.append(Fault(at, "year_of_an_area", _AREAS_YEAR))
        elif each.year in seen:
            faults.append(Fault(at, "year_twice", _YEAR_TWICE, told))
        elif each.year not in holidays:
            faults.append(Fault(at, "year_without_holidays", _YEAR_BARE, told))
        seen.add(each.year)
    return faults


def _faults_of_day(
    document: Mapping[str, Any],
    below: WorkCalendar | None,
    announced: set[int],
    each: NoticeDay,
    *,
    is_second: bool,
) -> list[Fault]:
    faults: list[Fault] = []
    told: dict[str, Any] = {"day": each.day.isoformat(), "year": each.day.year, "festival": each.festival}

    def find(column: str, code: str, words: Words) -> None:
        faults.append(Fault(f"{each.place}/{column}", code, words, told))

    if is_second:
        find("date", "day_twice", _DAY_TWICE)
    if below is None and each.day.year not in {*document["published_years"], *announced}:
        find("date", "year_not_announced", _FOREIGN_YEAR)
    if each.kind is NoticeKind.ORDINARY:
        is_special = any(each.day.isoformat() in document[name] for name in ("days_off", "makeup_days"))
        if each.day.year in announced or not is_special:
            find("kind", "nothing_to_take_back", _PLAIN_ANYWAY)
        return faults
    if each.kind is NoticeKind.MAKEUP and _is_worked_anyway(below, each.day):
        find("kind", "worked_anyway", _WORKED_ANYWAY)
    if each.festival is None:
        find("festival", "festival_missing", _NAMELESS)
    elif each.festival not in document["festivals"] and each.festival_en is None:
        find("festival", "festival_unknown", _UNKNOWN_NAME)
    return faults


def _is_worked_anyway(below: WorkCalendar | None, day: date) -> bool:
    return day.weekday() < _SATURDAY if below is None else below.is_working_day(day)
