"""The schedule of a plan: what sets each day, what may be lost, and what really happened instead."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.domain.calendar import YearNotPublished
from app.domain.durations import DueDayUnreachable, Pause, Unit
from app.domain.planned import Estimate, EstimateBasis, MilestoneRole
from app.domain.schedule import (
    DateRule,
    ItemProgress,
    PlanGoesInACircle,
    ScheduleFinding,
    check_no_circle,
    check_published,
    make_schedule,
)
from tests.domain.plan_builders import (
    BEFORE_START,
    CN,
    MONDAY,
    SOFT,
    a_frame,
    a_milestone,
    an_item,
    day,
    facts,
    lasting,
    need,
    passed,
    the_start,
)


def test_an_item_is_filed_after_what_it_waits_for_and_its_own_preparation() -> None:
    schedule = make_schedule(
        [an_item("B", "A", handling=3, preparation=2), an_item("A", handling=5)], {}, a_frame(), CN
    )
    a, b = schedule.of("A"), schedule.of("B")
    assert (a.earliest_filing_on, a.earliest_finish_on) == (MONDAY, day("03-09"))
    assert (b.earliest_start_on, b.earliest_filing_on, b.earliest_finish_on) == (
        day("03-09"), day("03-11"), day("03-16"),
    )  # fmt: skip
    assert (a.filing_rule, b.filing_rule, b.filing_item) == (DateRule.BEGIN, DateRule.PREPARATION, "A")
    assert (b.progress, b.blocked_by, a.progress) == (ItemProgress.BLOCKED, (("A",),), ItemProgress.READY)
    assert schedule.critical_path == ("A", "B")


def test_the_earliest_alternative_counts_and_the_other_is_not_critical() -> None:
    items = [
        an_item("full", handling=20),
        an_item("piles", handling=4),
        the_start(need("full", "piles")),
        a_milestone("end", "S3-16", "full", role=MilestoneRole.COMPLETION_OF_WORKS,
                    handling=Estimate(lasting(30, Unit.CALENDAR_DAY), EstimateBasis.PLANNED_DATES)),
    ]  # fmt: skip
    schedule = make_schedule(items, {}, a_frame(), CN)
    assert schedule.start_on == day("03-06")
    assert schedule.critical_path == ("piles", "S3-16")
    full = schedule.of("full")
    assert (full.slack_to_start, full.is_critical) == (None, False)
    works = schedule.of("end")
    assert (works.earliest_finish_on, works.finish_rule, works.finish_item) == (
        day("04-05"), DateRule.WORKS, "S3-16",
    )  # fmt: skip


def test_works_begun_with_a_permit_for_piles_do_not_end_before_the_full_permit() -> None:
    items = [
        an_item("full", handling=60),
        an_item("piles", handling=4),
        the_start(need("full", "piles")),
        a_milestone("end", "S3-16", "full", role=MilestoneRole.COMPLETION_OF_WORKS,
                    handling=Estimate(lasting(30, Unit.CALENDAR_DAY), EstimateBasis.PLANNED_DATES)),
    ]  # fmt: skip
    schedule = make_schedule(items, {}, a_frame(), CN)
    assert schedule.of("end").earliest_finish_on == schedule.of("full").earliest_finish_on
    assert (schedule.of("end").finish_item, schedule.of("full").slack_to_completion) == ("full", 0)


def test_a_review_before_the_start_gates_the_start_whichever_permit_opens_it() -> None:
    items = [
        an_item("piles", handling=4),
        an_item("environment", handling=15),
        the_start("piles", need("environment", kind=BEFORE_START)),
    ]
    schedule = make_schedule(items, {}, a_frame(), CN)
    assert schedule.start_on == day("03-23")
    assert schedule.of("piles").slack_to_start == 11
    assert schedule.of("S3-16").finish_item == "environment"


def test_works_begun_before_a_review_was_passed_are_a_finding() -> None:
    items = [
        an_item("piles", handling=4),
        an_item("environment", handling=15),
        an_item("fire", handling=2),
        the_start("piles", need("environment", kind=BEFORE_START), need("fire", kind=BEFORE_START)),
    ]
    known = {
        "piles": passed(MONDAY, day("03-06")),
        "environment": facts(filed_on=MONDAY, anchor_on=MONDAY),
        "fire": passed(MONDAY, day("03-12")),
    }
    frame = a_frame(today=day("03-13"), actual_start_on=day("03-10"))
    schedule = make_schedule(items, known, frame, CN)
    bypassed = [f.items for f in schedule.findings if f.kind is ScheduleFinding.START_GATE_BYPASSED]
    assert bypassed == [("environment",), ("fire",)]
    assert (schedule.start_on, schedule.of("S3-16").progress) == (day("03-10"), ItemProgress.DONE)
    assert make_schedule(items, {}, a_frame(), CN).findings == ()


def test_works_begin_with_the_permit_of_the_first_package_and_end_after_that_of_the_last() -> None:
    """Trap 8: the permit is filed by work packages; the first is passed, another one is open."""
    items = [
        an_item("permit", handling=20),
        an_item("fire", handling=20),
        the_start("permit", need("fire", kind=BEFORE_START)),
        a_milestone("end", "S3-16", "permit", role=MilestoneRole.COMPLETION_OF_WORKS,
                    handling=Estimate(lasting(1, Unit.CALENDAR_DAY), EstimateBasis.PLANNED_DATES)),
    ]  # fmt: skip
    nothing = facts()
    whole = make_schedule(items, {}, a_frame(), CN)
    assert (whole.start_on, whole.works_end_on) == (day("03-30"), day("03-31"))
    parts = dict.fromkeys(("permit", "fire"), replace(nothing, first_passed_on=MONDAY))
    begun = make_schedule(items, parts, a_frame(), CN)
    assert (begun.start_on, begun.works_end_on) == (MONDAY, day("03-30"))
    assert begun.findings == ()
    assert begun.of("S3-16").blocked_by == ()
    early = a_frame(today=day("03-04"), actual_start_on=day("03-03"))
    later = dict.fromkeys(("permit", "fire"), replace(nothing, first_passed_on=day("03-04")))
    bypassed = make_schedule(items, later, early, CN).findings
    assert [f.items for f in bypassed] == [("permit",), ("fire",)]


def test_advice_places_an_item_as_far_as_slack_allows_and_never_gates() -> None:
    items = [
        an_item("scheme", handling=10),
        an_item("shelter", need("scheme", kind=SOFT), handling=3),
        the_start("scheme", "shelter"),
    ]
    schedule = make_schedule(items, {}, a_frame(), CN)
    shelter = schedule.of("shelter")
    assert shelter.earliest_filing_on == MONDAY
    assert shelter.proposed_filing_on == shelter.latest_filing_on == day("03-11")
    assert schedule.of("S3-16").proposed_finish_on == schedule.start_on
    assert shelter.blocked_by == ()


def test_advice_in_a_circle_is_left_out() -> None:
    items = [an_item("A", need("B", kind=SOFT)), an_item("B", "A")]
    assert make_schedule(items, {}, a_frame(), CN).critical_path == ("A", "B")


def test_a_circle_is_refused_by_name() -> None:
    items = [an_item("A", "C"), an_item("B", "A"), an_item("C", need("X", "B"))]
    with pytest.raises(PlanGoesInACircle) as refused:
        make_schedule(items, {}, a_frame(), CN)
    assert set(refused.value.facts["circle"].split(" → ")) == {"A", "B", "C"}
    with pytest.raises(PlanGoesInACircle):
        check_no_circle(items)


def test_what_happened_replaces_what_was_planned() -> None:
    items = [an_item("A", handling=5), an_item("B", "A", handling=5), an_item("C", "B", handling=5)]
    known = {
        "A": passed(MONDAY, day("03-04")),
        "B": facts(filed_on=day("03-05"), anchor_on=day("03-06"), due_on=day("03-13")),
    }
    schedule = make_schedule(items, known, a_frame(today=day("03-10")), CN)
    a, b, c = (schedule.of(code) for code in "ABC")
    assert (a.earliest_finish_on, a.is_estimated, a.slack_to_completion) == (day("03-04"), False, None)
    assert (b.earliest_filing_on, b.earliest_finish_on) == (day("03-05"), day("03-13"))
    assert (b.finish_rule, b.progress, b.latest_filing_on) == (DateRule.CLOCK, ItemProgress.RUNNING, None)
    assert (c.earliest_filing_on, c.filing_item, b.slack_to_completion) == (day("03-13"), "B", 0)
    assert schedule.critical_path == ("B", "C")


def test_a_running_item_does_not_end_before_today() -> None:
    late = facts(filed_on=MONDAY, anchor_on=MONDAY, due_on=day("03-09"))
    line = make_schedule([an_item("A", handling=5)], {"A": late}, a_frame(today=day("03-20")), CN).of("A")
    assert (line.earliest_finish_on, line.finish_rule) == (day("03-20"), DateRule.TODAY)


def test_an_item_whose_estimate_is_not_its_limit_follows_the_estimate() -> None:
    given = Estimate(lasting(15), EstimateBasis.GIVEN)
    known = facts(filed_on=MONDAY, anchor_on=MONDAY, due_on=day("03-09"))
    line = make_schedule([an_item("A", handling=given)], {"A": known}, a_frame(), CN).of("A")
    assert (line.earliest_finish_on, line.finish_rule) == (day("03-23"), DateRule.HANDLING)


def test_a_paused_item_is_expected_as_if_its_pause_ended_today() -> None:
    paused = facts(filed_on=MONDAY, anchor_on=MONDAY, is_paused=True, pauses=(Pause(day("03-04")),))
    schedule = make_schedule([an_item("A", handling=5)], {"A": paused}, a_frame(today=day("03-13")), CN)
    line = schedule.of("A")
    assert (line.progress, line.earliest_finish_on) == (ItemProgress.PAUSED, day("03-18"))
    without_days = replace(paused, pauses=())
    again = make_schedule([an_item("A", handling=5)], {"A": without_days}, a_frame(today=day("03-13")), CN)
    assert again.of("A").earliest_finish_on == day("03-20")


def test_what_is_filed_and_not_yet_accepted_counts_from_today() -> None:
    waiting = facts(filed_on=MONDAY)
    line = make_schedule([an_item("A", handling=5)], {"A": waiting}, a_frame(today=day("03-05")), CN).of("A")
    assert (line.progress, line.earliest_finish_on) == (ItemProgress.FILED, day("03-12"))


def test_a_refused_item_begins_again_after_its_refusal() -> None:
    refused = facts(filed_on=MONDAY, anchor_on=MONDAY, done_on=day("03-06"))
    items = [an_item("A", handling=5, preparation=3)]
    line = make_schedule(items, {"A": refused}, a_frame(today=day("03-06")), CN).of("A")
    assert (line.earliest_filing_on, line.progress) == (day("03-11"), ItemProgress.READY)
    plain = make_schedule([an_item("A")], {"A": refused}, a_frame(today=day("03-06")), CN).of("A")
    assert (plain.filing_rule, plain.earliest_filing_on) == (DateRule.REFUSED, day("03-06"))


def test_nothing_is_filed_before_today_or_on_a_day_off() -> None:
    saturday = day("03-07")
    line = make_schedule([an_item("A")], {}, a_frame(today=saturday), CN).of("A")
    assert (line.earliest_filing_on, line.filing_rule) == (day("03-09"), DateRule.TODAY)


def test_a_need_without_an_alternative_leaves_no_road() -> None:
    items = [an_item("A", need()), an_item("B", "A"), an_item("C"), the_start("B")]
    schedule = make_schedule(items, {}, a_frame(), CN)
    assert [f.items for f in schedule.findings] == [("A",), ("B",), ("S3-16",)]
    assert schedule.start_on is None
    assert schedule.of("B").finish_rule is DateRule.NO_ROAD
    assert schedule.of("A").blocked_by == ((),)
    assert schedule.completion_on == schedule.of("C").earliest_finish_on


def test_an_unknown_duration_counts_nothing_and_is_named() -> None:
    schedule = make_schedule([an_item("A", handling=None), an_item("B", "A")], {}, a_frame(), CN)
    assert [(f.kind, f.items) for f in schedule.findings] == [(ScheduleFinding.UNKNOWN_DURATION, ("A",))]
    assert schedule.of("B").is_assumed is True


def test_dates_that_rest_on_an_assumption_or_on_an_unpublished_year_say_so() -> None:
    assumed = Estimate(lasting(0), EstimateBasis.ASSUMED)
    items = [an_item("A", preparation=assumed), an_item("B", "A"), an_item("C", handling=300)]
    schedule = make_schedule(items, {}, a_frame(), CN)
    assert [(line.is_assumed, line.is_provisional) for line in map(schedule.of, "ABC")] == [
        (True, False), (True, False), (False, True),
    ]  # fmt: skip
    assert schedule.is_provisional is True


def test_a_join_is_reached_with_the_first_of_its_alternatives() -> None:
    items = [an_item("A"), an_item("B"), a_milestone("J", need("A", "B")), an_item("C", "J")]
    known = {"B": passed(MONDAY, day("03-04"))}
    schedule = make_schedule(items, known, a_frame(today=day("03-05")), CN)
    join = schedule.of("J")
    assert (join.progress, join.earliest_finish_on) == (ItemProgress.DONE, day("03-04"))
    assert (schedule.of("C").progress, schedule.of("C").filing_rule) == (ItemProgress.READY, DateRule.TODAY)


def test_milestones_are_not_expected_before_today_and_confirmed_ones_are_facts() -> None:
    items = [an_item("A"), the_start("A"), a_milestone("P", "S3-16", role=MilestoneRole.PRODUCTION)]
    known = {"A": passed(MONDAY, day("03-04"))}
    frame = a_frame(today=day("03-10"), planned_start_on=day("03-06"))
    schedule = make_schedule(items, known, frame, CN)
    assert (schedule.start_on, schedule.of("S3-16").finish_rule) == (day("03-10"), DateRule.TODAY)
    assert schedule.days_behind_baseline == 2
    done = replace(frame, actual_start_on=day("03-05"), production_on=day("03-09"))
    schedule = make_schedule(items, known, done, CN)
    assert (schedule.start_on, schedule.days_behind_baseline, schedule.completion_on) == (
        day("03-05"), -1, day("03-09"),
    )  # fmt: skip
    assert {line.progress for line in schedule.items} == {ItemProgress.DONE}


def test_works_last_as_long_as_planned_and_never_nothing() -> None:
    works = a_milestone("W", "S3-16", role=MilestoneRole.COMPLETION_OF_WORKS)
    frame = a_frame(planned_start_on=day("05-01"), planned_completion_on=day("05-01"))
    schedule = make_schedule([the_start(), works], {}, frame, CN)
    assert schedule.completion_on == MONDAY + timedelta(1)
    alone = make_schedule([a_milestone("W", role=MilestoneRole.COMPLETION_OF_WORKS)], {}, frame, CN)
    assert alone.completion_on == MONDAY + timedelta(1)


def test_an_empty_plan_has_no_days() -> None:
    schedule = make_schedule([], {}, a_frame(), CN)
    assert (schedule.items, schedule.start_on, schedule.completion_on, schedule.critical_path) == (
        (), None, None, (),
    )  # fmt: skip


def test_a_plan_that_would_end_after_the_calendar_is_refused() -> None:
    items = [an_item("0", handling=26_000)]
    items += [an_item(str(n), str(n - 1), handling=26_000) for n in range(1, 100)]
    with pytest.raises(DueDayUnreachable):
        make_schedule(items, {}, a_frame(), CN)
    ages = Estimate(lasting(100, Unit.CALENDAR_YEAR), EstimateBasis.GIVEN)
    items = [an_item("0", handling=ages)]
    items += [an_item(str(n), str(n - 1), handling=ages) for n in range(1, 100)]
    with pytest.raises(DueDayUnreachable):
        make_schedule(items, {}, a_frame(date(2026, 1, 1)), CN)


def test_an_installation_that_does_not_guess_refuses_a_schedule_into_an_unpublished_year() -> None:
    items = [an_item("A", handling=300)]
    strict = CN.refusing()
    guessed = make_schedule(items, {}, a_frame(), CN)
    check_published(guessed, CN, MONDAY)
    with pytest.raises(YearNotPublished) as refused:
        check_published(guessed, strict, MONDAY)
    assert refused.value.facts["year"] == 2027
    check_published(make_schedule([an_item("A")], {}, a_frame(), CN), strict, MONDAY)
