"""The yearly notice laid over a calendar, and what is wrong with a notice."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.domain.calendar import DayKind, WorkCalendar, YearNotPublished, layer_calendar, read_calendar
from app.domain.clocks import Duration, Unit, due
from app.domain.notices import (
    NoticeDay,
    NoticeHasFaults,
    NoticeKind,
    NoticeYear,
    apply_notice,
    changed_days,
)

DOCUMENT = json.loads((Path(__file__).parents[2] / "app/calendars/cn.json").read_text(encoding="utf-8"))
CN = read_calendar(DOCUMENT)
YEAR = NoticeYear(2027, "国办发明电〔2026〕示例号", None)
AREAS: dict[str, Any] = {
    "name": {"zh": "启东", "en": "Qidong"},
    "festivals": {"元旦": "New Year's Day"},
    "published_years": [],
    "notices": {},
    "days_off": {},
    "makeup_days": {},
}


def a_day(day: str, kind: str = "holiday", festival: str | None = "春节", en: str | None = None) -> NoticeDay:
    return NoticeDay("/days/0", date.fromisoformat(day), NoticeKind(kind), festival, en)


def applied(years: list[NoticeYear], *days: NoticeDay) -> WorkCalendar:
    return read_calendar({**apply_notice(DOCUMENT, None, years, days), "version": 2})


def faults(below: WorkCalendar | None, years: list[NoticeYear], *days: NoticeDay) -> set[tuple[str, str]]:
    with pytest.raises(NoticeHasFaults) as refused:
        apply_notice(AREAS if below else DOCUMENT, below, years, days)
    return {(fault.pointer, fault.code) for fault in refused.value.faults}


def test_a_notice_replaces_every_day_of_its_year_and_leaves_the_others() -> None:
    after = applied([YEAR], a_day("2027-02-08"), a_day("2027-02-14", "makeup"))
    assert {day for day in after.days_off if day.year == 2027} == {date(2027, 2, 8)}
    assert {day for day in after.makeup_days if day.year == 2027} == {date(2027, 2, 14)}
    assert after.published_years == CN.published_years | {2027}
    for year in (2026, 2028):
        assert {d for d in after.days_off if d.year == year} == {d for d in CN.days_off if d.year == year}


def test_a_notice_moves_the_last_days_of_the_december_before_it() -> None:
    after = applied([YEAR], a_day("2027-01-01"), a_day("2026-12-26", "makeup"))
    assert [each.day for each in changed_days(CN, after) if each.day.year == 2026] == [date(2026, 12, 26)]
    assert after.why(date(2026, 12, 26)).kind is DayKind.MAKEUP


def test_a_day_can_be_taken_back() -> None:
    after = applied([], a_day("2026-10-10", "ordinary", None))
    (changed,) = changed_days(CN, after)
    assert (changed.day, changed.was.kind, changed.now.kind) == (
        date(2026, 10, 10), DayKind.MAKEUP, DayKind.WEEKEND
    )  # fmt: skip


def test_the_document_before_stays_as_it_was() -> None:
    before = json.dumps(DOCUMENT)
    applied([YEAR], a_day("2027-02-08", festival="江海节", en="River and Sea Festival"))
    assert json.dumps(DOCUMENT) == before


@pytest.mark.parametrize(
    ("years", "days", "found"),
    [
        ([], [], {("/days", "nothing_said")}),
        ([YEAR], [], {("/years/0", "year_without_holidays")}),
        ([YEAR], [a_day("2027-02-14", "makeup")], {("/years/0", "year_without_holidays")}),
        ([YEAR, YEAR], [a_day("2027-02-08")], {("/years/1", "year_twice")}),
        ([], [a_day("2027-02-08")], {("/days/0/date", "year_not_announced")}),
        ([YEAR], [a_day("2027-02-08"), a_day("2027-02-08", "makeup")],
         {("/days/0/date", "day_twice"), ("/days/0/kind", "worked_anyway")}),
        ([], [a_day("2026-03-03", festival=None)], {("/days/0/festival", "festival_missing")}),
        ([], [a_day("2026-03-03", festival="江海节")], {("/days/0/festival", "festival_unknown")}),
        ([], [a_day("2026-03-03", "ordinary", None)], {("/days/0/kind", "nothing_to_take_back")}),
        ([YEAR], [a_day("2027-01-01"), a_day("2027-02-08", "ordinary", None)],
         {("/days/0/kind", "nothing_to_take_back")}),
    ],
)  # fmt: skip
def test_a_notice_with_faults_is_refused_naming_them_all(
    years: list[NoticeYear], days: list[NoticeDay], found: set[tuple[str, str]]
) -> None:
    assert faults(None, years, *days) == found


def test_an_area_lays_its_exceptions_over_the_calendar_above() -> None:
    own = apply_notice(
        AREAS, CN, [], [a_day("2026-09-10", festival="元旦"), a_day("2026-10-02", "makeup", "元旦")]
    )
    document = {**own, "code": "320681", "version": 5}
    merged = layer_calendar(CN, read_calendar(document, is_layer=True))
    assert [each.day for each in changed_days(CN, merged)] == [date(2026, 9, 10), date(2026, 10, 2)]
    assert merged.is_working_day(date(2026, 10, 2)), "a national day off is worked here"
    assert merged.published_years == CN.published_years
    assert (merged.code, merged.version) == ("320681", 5)


def test_an_area_neither_announces_years_nor_makes_up_for_what_is_worked() -> None:
    assert faults(CN, [YEAR], a_day("2026-10-09", "makeup", "元旦")) == {
        ("/years/0", "year_of_an_area"),
        ("/days/0/kind", "worked_anyway"),
    }


@pytest.mark.parametrize(("days", "year"), [(8, 2027), (270, 2027), (520, 2027)])
def test_a_calendar_that_does_not_guess_refuses_what_touches_a_year_without_a_notice(
    days: int, year: int
) -> None:
    strict, start = CN.refusing(), date(2026, 12, 30)
    assert due(CN, start, Duration(days, Unit.WORKING_DAY)).is_provisional
    with pytest.raises(YearNotPublished) as refused:
        due(strict, start, Duration(days, Unit.WORKING_DAY))
    assert refused.value.facts == {"year": year}
    assert due(strict, date(2026, 12, 1), Duration(8, Unit.WORKING_DAY)).due_on == date(2026, 12, 11)
    assert due(strict, start, Duration(30, Unit.CALENDAR_DAY)).due_on == date(2027, 1, 29), (
        "needs no calendar"
    )
