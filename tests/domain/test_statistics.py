"""Figures: exact where they exist, absent with a reason where they do not, and silent about few people."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest

from app.domain.statistics import DEFINITIONS, Figure, figures_of, needs_of
from app.domain.statistics_facts import (
    KINDS,
    BadReviewFact,
    CaseFact,
    ComplaintFact,
    CorrectionFact,
    EntryFact,
    EvaluationFact,
    Facts,
    FollowUpFact,
    LoadFact,
    PauseFact,
    Place,
    ProjectFact,
    ReuseFact,
    SilenceFact,
    VisitFact,
    grouped,
    where,
)
from app.domain.statistics_terms import FigureGap, FigureGrouping, median, percentile, rank, share, wilson
from app.domain.statistics_voices import circles_of
from app.errors import Words

JUNE = (date(2026, 6, 1), date(2026, 6, 30))
HERE = Place("A", ("d1",), "agent-1", "industrial")


def facts(**given: Any) -> Facts:
    usual: dict[str, Any] = {
        "from_on": JUNE[0], "to_on": JUNE[1], "as_of": date(2026, 7, 31), "areas": frozenset({"A"}),
    }  # fmt: skip
    return Facts(**(usual | given))


def figure(code: str, **given: Any) -> Figure:
    (found,) = figures_of(facts(**given), [code])
    return found


def value(code: str, **given: Any) -> str | None:
    found = figure(code, **given)
    return None if found.value is None else str(found.value)


def parts(code: str, **given: Any) -> dict[str, int]:
    return {part.code: part.n for part in figure(code, **given).parts}


def june(day: int) -> date:
    return date(2026, 6, day)


def a_case(**given: Any) -> CaseFact:
    usual = CaseFact(
        place=HERE, approval_stage=1, is_departments=True, filed_on=june(1), decided_on=june(10),
        closed_on=june(10), days=7, statutory_due_on=june(29), promised_due_on=june(12), findings=(),
        days_since_withdrawal=None,
    )  # fmt: skip
    return usual._replace(**given)


def a_project(lead: int | None, started_on: date | None = JUNE[0]) -> ProjectFact:
    baseline = None if lead is None else (started_on or JUNE[1]) + timedelta(days=lead)
    return ProjectFact(HERE, date(2025, 1, 1), baseline, started_on)


def a_review(**given: Any) -> BadReviewFact:
    usual = BadReviewFact(
        place=HERE, opened_on=june(5), is_named=True, is_valid=True, is_replied=True, is_put_right=True,
        is_called_back=True, is_in_time=True, root_cause="delay", ruled_by=None, state="closed",
    )  # fmt: skip
    return usual._replace(**given)


def a_complaint(**given: Any) -> ComplaintFact:
    usual = ComplaintFact(
        place=HERE, lodged_on=june(5), channel="hotline", ground="delay", is_accepted=True,
        is_on_the_spot=False, decision="upheld", level="satisfied", is_in_time=True, is_duplicate=False,
    )  # fmt: skip
    return usual._replace(**given)


def heard(*levels: str, month: str = "2026-06", **given: Any) -> tuple[EvaluationFact, ...]:
    usual = EvaluationFact(HERE, month, "satisfied", None)
    return tuple(usual._replace(level=level, **given) for level in levels)


def test_every_definition_is_told_in_both_languages_and_says_what_it_rests_on() -> None:
    for code, each in DEFINITIONS.items():
        told = [each.name, each.formula, each.basis, each.denominator, each.parts, each.caveat]
        for words in filter(None, told):
            assert isinstance(words, Words), code
            assert words.zh, code
            assert words.en, code
        assert "非出自标准" in each.basis.zh, code
        assert "not from the standard" in each.basis.en, code
        assert each.needs <= {*KINDS}, code
        assert each.formula_version >= 1
    assert len({each.name.zh for each in DEFINITIONS.values()}) == len(DEFINITIONS)


@pytest.mark.parametrize("code", DEFINITIONS)
def test_of_nothing_there_is_a_number_of_zero_or_no_value_with_a_reason(code: str) -> None:
    found = figure(code)
    if DEFINITIONS[code].unit.value == "count":
        assert (found.value, found.gap) == (0, None)
    else:
        assert found.value is None
        assert found.gap is FigureGap.NOTHING_TO_COUNT
    assert found.interval is None


def test_days_brought_forward_are_counted_against_the_first_baseline_and_nobody_is_dropped() -> None:
    projects = (
        a_project(100), a_project(60), a_project(59), a_project(-10),
        a_project(None), a_project(5, None), a_project(30, date(2026, 7, 1)), a_project(7, date(2026, 5, 31)),
    )  # fmt: skip
    assert value("start_lead_days_mean", projects=projects) == "52.3"
    assert value("start_lead_days_median", projects=projects) == "59.5"
    share_60 = figure("start_lead_share_60", projects=projects)
    assert (str(share_60.value), share_60.numerator, share_60.n) == ("50.00", 2, 4)
    for code in ("start_lead_days_mean", "start_lead_days_median", "start_lead_share_60"):
        assert parts(code, projects=projects) == {"measured": 4, "without_baseline": 1, "pending": 2}
        assert DEFINITIONS[code].caveat is not None
    assert value("starts", projects=projects) == "5"
    assert value("starts_without_baseline", projects=projects) == "1"
    assert value("starts_pending", projects=projects) == "2"
    later = ProjectFact(HERE, june(1), date(2025, 12, 1), None, date(2099, 1, 1))
    assert value("starts_pending", projects=(*projects, later)) == "2", "frozen after the period"
    late = figure("starts_pending", projects=(a_project(0, None), ProjectFact(HERE, june(1), june(1), None)))
    assert {part.code: part.n for part in late.parts} == {"ahead": 1, "overdue": 1}


def test_a_percentile_is_a_value_that_was_there() -> None:
    found = [rank([5, 1, 9, 3], per_cent) for per_cent in (1, 25, 26, 50, 75, 76, 100)]
    assert found == [1, 1, 3, 3, 5, 9, 9]
    assert percentile([], 50).gap is FigureGap.NOTHING_TO_COUNT
    visits = tuple(VisitFact(HERE, stage, june(3), days) for stage, days in (("a", 1), ("a", 4), ("b", 9)))
    stays = figure("stage_days_p50", visits=(*visits, VisitFact(HERE, "a", date(2026, 7, 1), 99)))
    assert (stays.value, stays.n) == (4, 3)
    assert [(part.code, part.value, part.n) for part in stays.parts] == [("a", 1, 2), ("b", 9, 1)]
    cases = (a_case(), a_case(days=30), a_case(decided_on=None, days=None))
    assert value("item_days_p90", cases=cases) == "30"


def test_a_median_of_two_is_their_mean_and_half_is_rounded_up() -> None:
    assert median([1, 2]).value == Decimal("1.5")
    assert median([Decimal("0.1"), Decimal("0.2")]).value == Decimal("0.2")
    assert share(1, 8).value == Decimal("12.50")
    assert share(1, 3).value == Decimal("33.33")
    assert share(2, 3).value == Decimal("66.67")


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ({}, "in_time"),
        ({"decided_on": june(12), "closed_on": june(12)}, "in_time"),  # on the last day
        ({"decided_on": june(15), "closed_on": june(15)}, "late"),
        ({"decided_on": None, "closed_on": None}, "open_late"),
        ({"decided_on": date(2026, 8, 3), "closed_on": date(2026, 8, 3)}, "open_late"),  # after the period
        ({"decided_on": None, "closed_on": june(11)}, None),  # given up in time
        ({"decided_on": None, "closed_on": june(13)}, "late"),  # given up too late
        ({"promised_due_on": None}, None),  # its clock rests, or has not begun
        ({"is_departments": False}, None),  # the owner's own duty
        ({"promised_due_on": june(30), "decided_on": None, "closed_on": None}, None),  # late in July only
        ({"promised_due_on": date(2026, 5, 31), "decided_on": None, "closed_on": None}, "open_late"),
        ({"promised_due_on": date(2026, 5, 30), "decided_on": june(3), "closed_on": june(3)}, None),  # May's
        ({"decided_on": date(2026, 5, 29), "closed_on": date(2026, 5, 29)}, None),
    ],
)
def test_a_case_counts_once_on_the_day_that_settles_whether_it_is_in_time(
    case: dict[str, Any], expected: str | None
) -> None:
    found = figure("on_time_promised", cases=(a_case(**case),))
    assert {part.code for part in found.parts} == ({expected} if expected else set())
    assert found.n == bool(expected)
    if expected:
        assert found.value == (100 if expected == "in_time" else 0)


def test_what_is_not_over_yet_is_not_late() -> None:
    running = a_case(decided_on=None, closed_on=None)
    assert figure("on_time_promised", cases=(running,), as_of=june(12)).n == 0
    assert figure("on_time_promised", cases=(running,), as_of=june(13)).n == 1
    assert figure("on_time_statutory", cases=(running,), as_of=june(13)).n == 0


def test_shares_of_cases_and_their_parts() -> None:
    cases = (
        a_case(findings=("late_report", "one_time_notice_breached")),
        a_case(findings=("late_report",), days_since_withdrawal=30),
        a_case(days_since_withdrawal=31, approval_stage=2),
        a_case(filed_on=date(2026, 5, 1), findings=("state_skipped",), days_since_withdrawal=1),
    )
    assert value("finding_rate", cases=cases) == "66.67"
    assert parts("finding_rate", cases=cases) == {"late_report": 2, "one_time_notice_breached": 1}
    assert value("one_time_notice_breach_rate", cases=cases) == "33.33"
    assert value("resubmission_rate", cases=cases) == "33.33"
    assert parts("items_decided", cases=cases) == {"1": 3, "2": 1}


def test_the_share_of_pauses_counts_a_day_once() -> None:
    pauses = (PauseFact(HERE, june(9), 20, 5, 4, 7), PauseFact(HERE, june(9), 20, 0, 0, 0))
    found = figure("pause_share", pauses=pauses)
    assert (str(found.value), found.numerator, found.n) == ("17.50", 7, 40)
    shares = {part.code: str(part.value) for part in found.parts}
    assert shares == {"special": "12.50", "correction": "10.00"}


def test_back_entries_are_a_share_of_what_people_entered() -> None:
    def entry(mode: str, days: float = 0) -> EntryFact:
        lag = timedelta(days=days) if mode == "back_entered" else None
        return EntryFact(HERE, mode, june(10), 1, lag)

    entries = (
        entry("online")._replace(number=2), entry("back_entered", 2), entry("back_entered", 4.5),
        entry("reported", 9), entry("imported", 90),
    )  # fmt: skip
    assert value("back_entry_rate", entries=entries) == "50.00"
    assert parts("back_entry_rate", entries=entries) == {
        "back_entered": 2, "imported": 1, "online": 2, "reported": 1,
    }  # fmt: skip
    assert value("back_entry_lag_median", entries=entries) == "3.3"


def test_corrections_and_materials_are_counted_in_their_period() -> None:
    corrections = (
        CorrectionFact(HERE, june(1), june(2), "approved"),
        CorrectionFact(HERE, june(1), june(2), "rejected"),
        CorrectionFact(HERE, june(1), None, "proposed"),
        CorrectionFact(HERE, date(2026, 7, 1), None, "proposed"),
        CorrectionFact(HERE, date(2026, 5, 1), date(2026, 5, 2), "approved"),
    )
    found = figure("corrections", corrections=corrections)
    assert (found.value, found.n) == (1, 2)
    assert parts("corrections", corrections=corrections) == {"approved": 1, "proposed": 1, "rejected": 1}
    reuses = tuple(ReuseFact(HERE, day, *used) for day, used in ((june(3), (2, 5)), (june(4), (1, 1))))
    reuses += (ReuseFact(HERE, date(2026, 5, 4), 9, 9),)
    found = figure("materials_reused", reuses=reuses)
    assert (found.value, found.n) == (3, 6)


LEVELS = ("very_satisfied", "satisfied", "basically_satisfied", "dissatisfied", "very_dissatisfied")


def test_the_index_and_the_shares_of_evaluations() -> None:
    evaluations = heard(*LEVELS, "very_satisfied")
    found = figure("evaluation_index", evaluations=evaluations)
    assert (str(found.value), found.n) == ("66.67", 6)
    good = figure("evaluation_good_rate", evaluations=evaluations)
    assert (str(good.value), good.numerator) == ("66.67", 4)
    assert value("evaluation_bad_rate", evaluations=evaluations) == "33.33"
    assert good.interval == wilson(4, 6)
    assert parts("evaluation_index", evaluations=evaluations)["very_satisfied"] == 2


def test_the_wilson_interval_is_that_of_the_literature() -> None:
    # Newcombe 1998, table I: 81/263, 15/148, 0/20, 1/29
    assert [tuple(map(str, wilson(*pair))) for pair in ((81, 263), (15, 148), (0, 20), (1, 29))] == [
        ("25.53", "36.62"), ("6.24", "16.05"), ("0.00", "16.11"), ("0.61", "17.18"),
    ]  # fmt: skip


def test_few_evaluations_and_months_that_run_are_no_figure() -> None:
    few = figure("evaluation_index", evaluations=heard(*LEVELS[:4]))
    assert (few.value, few.gap) == (None, FigureGap.TOO_FEW)
    five = heard(*LEVELS)
    assert figure("evaluation_index", evaluations=five, as_of=JUNE[1]).gap is FigureGap.MONTH_OPEN
    assert figure("evaluation_index", evaluations=five, as_of=date(2026, 7, 1)).gap is FigureGap.MONTH_OPEN
    assert figure("evaluation_index", evaluations=five, as_of=date(2026, 7, 2)).value is not None
    assert figure("evaluation_index", evaluations=five, from_on=june(2)).value is None  # no whole month
    assert figure("evaluation_index", evaluations=heard(*LEVELS, month="2026-05")).value is None


def test_silence_counts_against_those_who_spoke_where_an_area_counts_it() -> None:
    silences = tuple(SilenceFact(HERE, june(day)) for day in (3, 4, 5))
    found = figure("evaluation_active_rate", evaluations=heard(*LEVELS), silences=silences)
    assert (str(found.value), found.numerator, found.n) == ("62.50", 5, 8)
    assert value("evaluation_active_rate", evaluations=heard(*LEVELS)) == "100.00"
    few = figure("evaluation_active_rate", evaluations=heard("satisfied"), silences=silences)
    assert few.gap is FigureGap.TOO_FEW


def test_bad_reviews_by_their_own_denominators() -> None:
    reviews = (
        a_review(),
        a_review(is_named=False, is_called_back=False, is_in_time=False),
        a_review(
            is_replied=False, is_put_right=False, is_called_back=False, is_in_time=None, root_cause=None
        ),
        a_review(is_valid=False, ruled_by="person:supervisor-2", state="invalid"),
        a_review(opened_on=date(2026, 5, 5)),
    )
    assert value("bad_reviews", bad_reviews=reviews) == "4"
    assert parts("bad_reviews", bad_reviews=reviews) == {"closed": 3, "invalid": 1}
    assert parts("bad_reviews_invalid", bad_reviews=reviews) == {"person:supervisor-2": 1}
    assert parts("bad_review_root_causes", bad_reviews=reviews) == {"delay": 2}
    assert value("bad_review_reply_rate", bad_reviews=reviews) == "50.00"
    assert value("bad_review_rectification_rate", bad_reviews=reviews) == "66.67"
    assert value("bad_review_on_time_rate", bad_reviews=reviews) == "50.00"
    assert value("bad_review_call_back_rate", bad_reviews=reviews) == "50.00"


def test_complaints_and_the_words_of_the_hotline() -> None:
    complaints = (
        a_complaint(),
        a_complaint(decision="not_upheld", level="dissatisfied", is_in_time=False, channel="letter"),
        a_complaint(decision=None, level=None, is_in_time=None, is_on_the_spot=True),
        a_complaint(is_duplicate=True),
        a_complaint(decision=None, level=None, is_in_time=None, is_accepted=False, ground="attitude"),
    )
    assert value("complaints", complaints=complaints) == "4"
    assert parts("complaints", complaints=complaints) == {"attitude": 1, "delay": 3}
    assert parts("hotline_received", complaints=complaints) == {"hotline": 3, "letter": 1}
    assert value("complaint_on_time_rate", complaints=complaints) == "50.00"
    assert value("hotline_on_time_rate", complaints=complaints) == "50.00"
    assert value("complaint_upheld_rate", complaints=complaints) == "50.00"
    assert value("complaint_satisfaction_rate", complaints=complaints) == "50.00"
    assert value("hotline_direct_answer_rate", complaints=complaints) == "33.33"


def test_follow_ups_and_the_load_of_agents() -> None:
    follow_ups = (
        FollowUpFact(HERE, june(1), True, "satisfied"),
        FollowUpFact(HERE, june(1), True, "dissatisfied"),
        FollowUpFact(HERE, june(1), False, None),
    )
    found = figure("hotline_follow_ups", follow_ups=follow_ups)
    assert (found.value, found.n) == (2, 3)
    assert value("hotline_satisfaction_rate", follow_ups=follow_ups) == "50.00"
    loads = (
        LoadFact("a", HERE, "primary", 5, 2),
        LoadFact("a", HERE, "backup", 5, 2),
        LoadFact("b", HERE, "primary", 1, 0),
    )
    assert value("workload_projects", loads=loads) == "2"
    assert parts("workload_projects", loads=loads) == {"backup": 1, "primary": 2}
    assert value("workload_open_items", loads=loads) == "6"
    assert parts("workload_open_items", loads=loads) == {"red": 2}


def test_groups_part_the_facts_and_a_project_belongs_to_all_its_departments() -> None:
    both = Place("B", ("d1", "d2"), None, "energy")
    given = facts(projects=(a_project(1), a_project(2)._replace(place=both)), cases=(a_case(),))
    by_department = grouped(given, FigureGrouping.DEPARTMENT)
    assert {key: len(part.projects) for key, part in by_department.items()} == {"d1": 2, "d2": 1}
    by_agent = grouped(given, FigureGrouping.AGENT)
    assert list(by_agent) == ["agent-1", None]
    assert by_agent[None].cases == ()
    assert all(part.is_narrowed for part in by_agent.values())
    by_area = grouped(given, FigureGrouping.AREA)
    assert [(key, part.areas) for key, part in by_area.items()] == [("A", {"A"}), ("B", {"B"})]
    assert not by_area["A"].is_narrowed
    narrowed = where(given, lambda place: place.process_class == "energy")
    assert (len(narrowed.projects), narrowed.cases, narrowed.is_narrowed) == (1, (), True)


def test_only_what_is_needed_is_read() -> None:
    assert needs_of(["starts"]) == {"projects"}
    assert needs_of(["starts", "pause_share"]) == {"projects", "cases", "pauses"}


PARENTS = {"P": None, "A": "P", "B": "P", "C": "P", "A1": "A", "A2": "A"}


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({"A": 5, "B": 6}, {"A": {"A"}, "B": {"B"}}),
        ({"A": 5, "B": 2}, {"A": {"A", "B"}, "B": {"A", "B"}}),  # else A's neighbour could be worked out
        ({"A": 9, "B": 7, "C": 1}, {"A": {"A"}, "B": {"B", "C"}, "C": {"B", "C"}}),
        ({"A": 3, "B": 2, "C": 8}, {"A": {"A", "B"}, "B": {"A", "B"}, "C": {"C"}}),
        ({"A": 3, "B": 1}, {}),  # not five in all
        ({"P": 2, "A1": 3, "A2": 2}, {a: {"P", "A1", "A2"} for a in ("P", "A1", "A2")}),
    ],
)
def test_areas_are_put_together_until_there_are_five(
    counts: dict[str, int], expected: dict[str, set[str]]
) -> None:
    found = circles_of({(area, "2026-06"): number for area, number in counts.items()}, PARENTS)
    assert {area: set(circle) for (area, _), circle in found.items()} == expected


def test_no_subtraction_of_figures_gives_fewer_than_five_away() -> None:
    """Ask for every set of areas and months there is, and subtract whatever contains another."""
    months = ("2026-04", "2026-05", "2026-06")
    numbers = {"A": (1, 5, 12), "B": (4, 2, 3), "C": (7, 1, 0), "A1": (2, 2, 9), "A2": (0, 3, 1)}
    counts = {(a, m): n for a, row in numbers.items() for m, n in zip(months, row, strict=True) if n}
    circles = circles_of(counts, PARENTS)
    people = tuple(
        EvaluationFact(Place(area), month, LEVELS[number % 5], circles[area, month])
        for (area, month), count in counts.items()
        for number in range(count)
        if (area, month) in circles
    )
    names = sorted(numbers)
    asked = [frozenset(some) for size in range(1, 6) for some in combinations(names, size)]
    spans = [(first, last) for first in range(4, 7) for last in range(first, 7)]
    shown: dict[tuple[frozenset[str], tuple[int, int]], int] = {}
    for areas in asked:
        for span in spans:
            last = date(2026, span[1] + 1, 1) - timedelta(days=1)
            period = {"from_on": date(2026, span[0], 1), "to_on": last}
            seen = tuple(each for each in people if each.place.area in areas)
            found = figure("evaluation_index", evaluations=seen, areas=areas, **period)
            shown[areas, span] = found.n
            assert found.n == 0 or found.n >= 5
    assert max(shown.values()) == sum(counts.values())  # hiding is not forgetting
    for (areas, span), n in shown.items():
        for (others, wider), m in shown.items():
            if areas <= others and wider[0] <= span[0] and span[1] <= wider[1]:
                assert m == n or m >= n + 5, (areas, span, others, wider)


def test_evaluations_that_are_not_named_stay_out_of_figures_of_agents_and_departments() -> None:
    hidden = heard(*LEVELS, circle=frozenset({"A"}))
    given = facts(evaluations=hidden)
    assert figures_of(given, ["evaluation_index"])[0].n == 5
    assert figures_of(replace(given, is_narrowed=True), ["evaluation_index"])[0].n == 0
