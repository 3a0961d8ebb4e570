"""What makes a project major on a day."""

from datetime import date

import pytest

from app.domain.major import Listing, Span, Threshold, major_basis, threshold_in_force
from app.domain.vocabulary import ListLevel

YI = 100_000_000 * 100  # 1 亿元 in 分
DAY = date(2026, 3, 2)
YEAR = Span(date(2026, 1, 1), date(2026, 12, 31))
OPEN = Span(date(2020, 1, 1), None)
COUNTY_FIRST = ["320681", "320600"]


def a_threshold(
    minimum: int = 5 * YI, area: str = "320681", kind: str | None = None, span: Span = OPEN
) -> Threshold:
    return Threshold(f"{area}-{kind}-{span.first}", area, kind, minimum, span)


def on_list(span: Span = YEAR) -> Listing:
    return Listing("l1", ListLevel.PROVINCIAL, "江苏省重大项目名单", 2026, span)


@pytest.mark.parametrize(
    ("day", "holds"),
    [
        (date(2025, 12, 31), False),
        (date(2026, 1, 1), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), False),
    ],
)
def test_a_list_makes_a_project_major_from_its_first_to_its_last_day(day: date, holds: bool) -> None:
    found = major_basis([on_list()], None, None, day)
    assert found.is_major is holds
    assert found.reasons[0].code == ("listed" if holds else "not_listed")


@pytest.mark.parametrize(
    ("investment", "reaches"), [(5 * YI, True), (5 * YI - 1, False), (5 * 10_000 * 100, False), (None, None)]
)
def test_the_threshold_is_reached_to_the_cent_and_never_confused_with_yi(
    investment: int | None, reaches: bool | None
) -> None:
    found = major_basis([], a_threshold(), investment, DAY)
    assert found.reaches_threshold is reaches
    assert found.is_major is (reaches is True)
    assert found.threshold is not None


def test_amounts_are_said_in_wan_and_in_yi() -> None:
    found = major_basis([], a_threshold(), 10 * YI, DAY)
    said = found.reasons[0].words.told("zh", found.reasons[0].facts)
    assert found.reasons[0].code == "threshold_reached"
    assert "100000 万元（即 10 亿元）" in said
    assert "50000 万元（即 5 亿元）" in said
    assert "10 亿元" in found.reasons[0].words.told("en", found.reasons[0].facts)


def test_a_listed_project_below_the_threshold_is_major_by_its_list() -> None:
    found = major_basis([on_list()], a_threshold(), YI, DAY)
    assert found.is_major
    assert [r.code for r in found.reasons] == ["listed", "below_threshold"]


def test_without_list_and_threshold_nothing_makes_it_major() -> None:
    found = major_basis([], None, 100 * YI, DAY)
    assert not found.is_major
    assert [r.code for r in found.reasons] == ["not_listed", "no_threshold"]


@pytest.mark.parametrize(
    ("thresholds", "found"),
    [
        ([], None),
        ([a_threshold(area="320600")], 0),
        ([a_threshold(area="320682")], None),
        ([a_threshold(area="320600"), a_threshold()], 1),
        ([a_threshold(), a_threshold(kind="industrial")], 1),
        ([a_threshold(), a_threshold(kind="water")], 0),
        ([a_threshold(area="320600", kind="industrial"), a_threshold()], 1),
        ([a_threshold(span=Span(date(2020, 1, 1), date(2026, 3, 1)))], None),
        ([a_threshold(span=Span(date(2026, 3, 3), None)), a_threshold(area="320600")], 1),
    ],
)
def test_the_nearest_area_decides_and_within_it_the_class(
    thresholds: list[Threshold], found: int | None
) -> None:
    expected = None if found is None else thresholds[found]
    assert threshold_in_force(thresholds, COUNTY_FIRST, "industrial", DAY) == expected


@pytest.mark.parametrize(
    ("first", "second", "meet"),
    [
        (OPEN, OPEN, True),
        (YEAR, Span(date(2026, 12, 31), None), True),
        (YEAR, Span(date(2027, 1, 1), None), False),
        (YEAR, Span(date(2025, 1, 1), date(2025, 12, 31)), False),
    ],
)
def test_two_spans_meet_when_they_share_a_day(first: Span, second: Span, meet: bool) -> None:
    assert first.meets(second) is meet
    assert second.meets(first) is meet
