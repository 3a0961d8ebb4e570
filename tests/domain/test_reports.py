"""Reports: periods, names, the rhythm of the previous one, and the template with its figures."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.domain.report_template import (
    BY_AREA,
    CODES,
    FORMULA_VERSION,
    HEADLINES,
    SECTIONS,
    in_order,
    part_words,
)
from app.domain.reports import (
    PeriodMalformed,
    ReportKind,
    ReportName,
    ReportNotFound,
    moment_before,
    period_of,
    read_name,
    read_period,
)
from app.domain.statistics import DEFINITIONS
from app.domain.statistics_terms import Part
from app.domain.vocabulary import Level
from app.errors import Words

WEEKLY, MONTHLY = ReportKind.WEEKLY, ReportKind.MONTHLY
NAME = "monthly_320681_2025-11_20251205T010203Z-4711_f1_t1_zh"


@pytest.mark.parametrize(
    ("kind", "text", "first", "last", "previous"),
    [
        (MONTHLY, "2025-11", date(2025, 11, 1), date(2025, 11, 30), "2025-10"),
        (MONTHLY, "2024-02", date(2024, 2, 1), date(2024, 2, 29), "2024-01"),
        (MONTHLY, "2026-01", date(2026, 1, 1), date(2026, 1, 31), "2025-12"),
        (WEEKLY, "2025-W01", date(2024, 12, 30), date(2025, 1, 5), "2024-W52"),
        (WEEKLY, "2026-W53", date(2026, 12, 28), date(2027, 1, 3), "2026-W52"),
        (WEEKLY, "2021-W01", date(2021, 1, 4), date(2021, 1, 10), "2020-W53"),
    ],
)
def test_a_period_is_read_with_both_its_days(
    kind: ReportKind, text: str, first: date, last: date, previous: str
) -> None:
    period = read_period(kind, text)
    assert (period.from_on, period.to_on, period.text) == (first, last, text)
    assert period.previous.text == previous


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (MONTHLY, "2025-13"),
        (MONTHLY, "2025-00"),
        (MONTHLY, "2025-W10"),
        (MONTHLY, "2025-1"),
        (MONTHLY, "0000-01"),
        (MONTHLY, "9999-12"),
        (MONTHLY, "２０２５-11"),
        (MONTHLY, "2025-11\n"),
        (WEEKLY, "2025-W53"),
        (WEEKLY, "2025-W00"),
        (WEEKLY, "2025-11"),
        (WEEKLY, ""),
    ],
)
def test_what_is_no_period_is_refused(kind: ReportKind, text: str) -> None:
    with pytest.raises(PeriodMalformed):
        read_period(kind, text)


@given(some.dates(date(2000, 1, 10), date(2999, 12, 20)), some.sampled_from(ReportKind))
def test_periods_leave_no_day_out_and_none_twice(day: date, kind: ReportKind) -> None:
    period = period_of(kind, day)
    assert period.from_on <= day <= period.to_on
    assert period == read_period(kind, period.text)
    assert (period.from_on - period.previous.to_on).days == 1


@pytest.mark.parametrize(
    ("kind", "known_at", "before"),
    [
        (WEEKLY, datetime(2025, 12, 8, 1, tzinfo=UTC), datetime(2025, 12, 1, 1, tzinfo=UTC)),
        (MONTHLY, datetime(2025, 12, 5, 1, tzinfo=UTC), datetime(2025, 11, 5, 1, tzinfo=UTC)),
        (MONTHLY, datetime(2026, 3, 31, 1, tzinfo=UTC), datetime(2026, 2, 28, 1, tzinfo=UTC)),
        (MONTHLY, datetime(2026, 1, 1, 0, tzinfo=UTC), datetime(2025, 12, 1, 0, tzinfo=UTC)),
    ],
)
def test_the_previous_report_was_made_a_week_or_a_month_before(
    kind: ReportKind, known_at: datetime, before: datetime
) -> None:
    assert moment_before(kind, known_at) == before


def test_a_name_holds_everything_a_report_depends_on() -> None:
    name = read_name(NAME)
    known_at = datetime(2025, 12, 5, 1, 2, 3, tzinfo=UTC)
    assert name == ReportName(MONTHLY, "320681", "2025-11", known_at, 4711, 1, 1, "zh")
    assert name.text == NAME


@pytest.mark.parametrize("area", ["320600-kfq", "a_b", "x.y", "monthly_2025-11"])
def test_a_name_is_read_whatever_the_area_is_called(area: str) -> None:
    name = read_name(NAME)._replace(area_code=area)
    assert read_name(name.text) == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        "monthly",
        NAME + "\n",
        NAME.replace("monthly", "yearly"),
        NAME.replace("2025-11", "2025-13"),
        NAME.replace("2025-11", "2025-W11"),
        NAME.replace("20251205", "20251305"),
        NAME.replace("-4711", "-0"),
        NAME.replace("-4711", "-04711"),
        NAME.replace("-4711", "-" + "9" * 19),
        NAME.replace("_f1", "_f0"),
        NAME.replace("_zh", "_de"),
        NAME.replace("320681", "320681/.."),
        NAME.replace("320681", "a" * 17),
    ],
)
def test_what_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(ReportNotFound):
        read_name(text)


def test_every_figure_of_the_template_is_defined_and_stands_once() -> None:
    assert len(set(CODES)) == len(CODES)
    assert set(CODES) <= set(DEFINITIONS)
    assert {*HEADLINES, *BY_AREA} <= set(CODES)
    for section in SECTIONS:
        assert set(section.split) <= set(section.codes)


def test_the_formula_version_moves_with_any_formula() -> None:
    assert 1 + sum(DEFINITIONS[code].formula_version - 1 for code in CODES) == FORMULA_VERSION


def test_parts_stand_in_the_order_of_their_list_and_have_its_names() -> None:
    parts = [Part(level, None, 1) for level in sorted(Level)]
    assert [part.code for part in in_order("evaluation_good_rate", parts)] == list(Level)
    assert part_words("evaluation_good_rate", "satisfied", {}) == Level.SATISFIED.words
    assert part_words("evaluation_good_rate", "unheard_of", {}) == Words("unheard_of", "unheard_of")
    assert part_words("items_decided", "0", {}).zh == "前期策划"
    assert part_words("items_decided", "3", {}).zh == "施工许可"
    assert part_words("stage_days_p50", "lead", {"lead": Words("线索", "lead")}).zh == "线索"
    assert part_words("starts", "x", {}) == Words("x", "x")
