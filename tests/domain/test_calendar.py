"""The working-day calendar against two independent packages, day by day."""

import importlib.util
import json
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import holidays
import pytest

from app.domain.calendar import CalendarMalformed, DayKind, WorkCalendar, read_calendar
from app.errors import Words

ROOT = Path(__file__).parents[2]
DOCUMENT = json.loads((ROOT / "app/calendars/cn.json").read_text(encoding="utf-8"))
CN = read_calendar(DOCUMENT)
SETTLED_BY_NOTICE = date(2005, 12, 31)
"""国办发明电〔2005〕35号: a Saturday that is worked; chinesecalendar 1.11 lacks it, holidays has it."""


def days_of(first: int, last: int) -> list[date]:
    start = date(first, 1, 1)
    return [start + timedelta(days=n) for n in range((date(last, 12, 31) - start).days + 1)]


def test_every_day_of_the_published_years_agrees_with_chinesecalendar() -> None:
    differs = [d for d in days_of(2004, 2026) if CN.is_working_day(d) != chinese_calendar.is_workday(d)]
    assert differs == [SETTLED_BY_NOTICE]


def test_every_day_of_the_published_years_agrees_with_holidays() -> None:
    china = holidays.country_holidays("CN", years=range(2004, 2027))
    assert [d for d in days_of(2004, 2026) if CN.is_working_day(d) != china.is_working_day(d)] == []


def test_the_saturday_before_new_year_2006_is_worked() -> None:
    assert CN.is_working_day(SETTLED_BY_NOTICE)
    assert CN.why(SETTLED_BY_NOTICE).kind is DayKind.MAKEUP


def test_years_without_a_notice_have_the_statutory_days_and_no_makeup_days() -> None:
    china = holidays.country_holidays("CN", years=range(2027, 2036))
    for day in days_of(2027, 2035):
        assert CN.is_working_day(day) == (day.weekday() < 5 and day not in china), day
        assert CN.is_provisional(day), day


def test_published_years_are_certain_and_all_others_are_not() -> None:
    assert CN.published_years == frozenset(range(2004, 2027))
    assert not CN.is_provisional(date(2026, 12, 31))
    assert CN.is_provisional(date(2027, 1, 1))
    assert CN.is_provisional(date(2003, 12, 31))
    assert CN.is_provisional(date(2099, 1, 1))


@pytest.mark.parametrize(
    ("day", "kind", "name"),
    [
        (date(2026, 2, 13), DayKind.WORKING, None),
        (date(2026, 2, 14), DayKind.MAKEUP, "春节"),
        (date(2026, 2, 15), DayKind.HOLIDAY, "春节"),
        (date(2026, 3, 1), DayKind.WEEKEND, None),
        (date(2025, 10, 6), DayKind.HOLIDAY, "中秋节"),
        (date(2015, 9, 3), DayKind.HOLIDAY, "抗战胜利纪念日"),
        (date(2027, 2, 5), DayKind.HOLIDAY, "春节"),
    ],
)
def test_a_day_tells_its_kind_and_its_festival(day: date, kind: DayKind, name: str | None) -> None:
    reason = CN.why(day)
    assert reason.kind is kind
    assert (reason.name.zh if reason.name else None) == name
    assert reason.name is None or reason.name.en


def test_every_day_that_is_off_or_made_up_carries_a_name_in_both_languages() -> None:
    for name in (*CN.days_off.values(), *CN.makeup_days.values()):
        assert name.zh
        assert name.en.isascii()


def test_counting_by_sums_equals_counting_one_by_one() -> None:
    total = CN.working_days_through(date(2003, 11, 30))
    for day in days_of(2003, 2037):
        if day < date(2003, 12, 1):
            continue
        total += CN.is_working_day(day)
        assert CN.working_days_through(day) == total, day
        if CN.is_working_day(day):
            assert CN.ordinal_reaching(total) == day.toordinal()


def test_a_calendar_without_any_special_day_knows_only_weekends() -> None:
    bare = WorkCalendar("bare", 1, {}, {}, frozenset())
    friday = date(2026, 5, 1)
    assert bare.is_working_day(friday)
    assert bare.ordinal_reaching(bare.working_days_through(friday) + 1) == date(2026, 5, 4).toordinal()


def test_the_next_working_day_after_new_years_eve_is_after_the_festival() -> None:
    assert CN.next_working_day(date(2026, 2, 15)) == date(2026, 2, 24)
    assert CN.next_working_day(date(2026, 2, 14)) == date(2026, 2, 14)


def test_the_packaged_file_is_what_the_script_would_write() -> None:
    spec = importlib.util.spec_from_file_location("seed_calendar", ROOT / "scripts/seed_calendar.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert script.build() == DOCUMENT


@pytest.mark.parametrize(
    "wrong",
    [
        {"days_off": {"2026-02-30": "春节"}},
        {"days_off": {"2026-02-17": "no such festival"}},
        {"days_off": ["2026-02-17"]},
        {"days_off": {"2026-02-17": "春节", "20260217": "春节"}},
        {"days_off": {"2026-02-14": "春节"}, "makeup_days": {"2026-02-14": "春节"}},
        {"makeup_days": {"2026-02-13": "春节"}},
        {"version": "1"},
        {"version": True},
        {"code": 1},
        {"published_years": ["2026"]},
        {"published_years": None},
        {"festivals": {"春节": None}},
        {"festivals": None},
    ],
)
def test_a_malformed_calendar_is_refused_with_a_reason_in_both_languages(wrong: dict[str, object]) -> None:
    with pytest.raises(CalendarMalformed) as refused:
        read_calendar({**DOCUMENT, **wrong})
    assert isinstance(refused.value.facts["reason"], Words)


def test_a_calendar_with_a_missing_part_is_refused() -> None:
    for key in ("code", "version", "festivals", "days_off", "makeup_days", "published_years"):
        with pytest.raises(CalendarMalformed):
            read_calendar({name: part for name, part in DOCUMENT.items() if name != key})
