"""Adjusting what a plan holds: alternatives, gates let go, what stays open, what changed."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from app.domain.durations import Duration, Unit
from app.domain.plan_checks import (
    OpenPointKind,
    WaiverNeedsLegalBasis,
    changes_between,
    check_waivers,
    content_counts,
    open_points,
)
from app.domain.plan_content import (
    Adjustment,
    AdjustmentAction,
    AdjustmentsInvalid,
    Selection,
    adjust,
    select_items,
)
from app.domain.planned import EstimateBasis, NeedKind, PlannedItem, read_items, write_planned
from tests.domain.test_catalogue import CATALOGUE, a_project

ADD, DROP, CHANGE, STAND_IN = AdjustmentAction
DAYS = Duration(12, Unit.WORKING_DAY)
DONE = date(2028, 6, 30)


def selected(**facts: Any) -> Selection:
    return select_items(CATALOGUE, a_project(**facts))


def made(selection: Selection, *adjustments: Adjustment) -> dict[str, PlannedItem]:
    items = adjust(selection.items(), adjustments, selection.known())
    return {item.code: item for item in items}


def needs(item: PlannedItem, kind: NeedKind = NeedKind.HARD) -> set[tuple[str, ...]]:
    return {need.any_of for need in item.needs if need.kind is kind}


def opened(plan: Mapping[str, PlannedItem], selection: Selection, *ruled_out: str) -> set[tuple[str, str]]:
    points = open_points(list(plan.values()), selection, ruled_out, DONE)
    return {(p.kind.value, p.item) for p in points if p.kind is not OpenPointKind.HANDLING_UNKNOWN}


def unfounded(items: Any, adjustments: Any, selection: Selection) -> set[str]:
    """Where a legal basis is lacking."""
    try:
        check_waivers(items, adjustments, selection)
    except WaiverNeedsLegalBasis as no:
        return {f.pointer for f in no.faults}
    return set()


def test_a_plan_holds_only_prerequisites_that_are_in_it() -> None:
    plan = made(selected())
    assert needs(plan["S1-90"]) == {("S1-01",)}
    assert needs(plan["S1-91"]) == {("S1-19",)}
    assert needs(plan["S3-16"]) == {("S3-09",)}
    assert needs(plan["S3-16"], NeedKind.BEFORE_START) == {("S1-09",), ("S1-11",)}
    codes = set(plan)
    assert all(set(n.any_of) <= codes for item in plan.values() for n in item.needs)


def test_an_added_item_is_waited_for_by_whom_the_catalogue_says() -> None:
    selection = selected()
    plan = made(selection, Adjustment(item="S3-03", action=ADD), Adjustment(item="S3-08", action=ADD))
    assert ("S3-03",) in needs(plan["S3-16"], NeedKind.BEFORE_START)
    assert needs(plan["S3-16"]) == {("S3-09", "S3-08")}
    assert ("S3-03",) in needs(plan["S3-09"], NeedKind.SOFT)
    assert needs(plan["S3-03"]) == {("S2-03",)}


def test_dropping_and_adding_again_gives_the_same_plan() -> None:
    selection = selected()
    before = made(selection)
    for code in ("S2-01", "S1-09", "S3-05", "S4-11"):
        after = made(selection, Adjustment(item=code, action=DROP), Adjustment(item=code, action=ADD))
        without = {c: item.needs for c, item in before.items()}
        assert {c: set(item.needs) for c, item in after.items()} == {c: set(n) for c, n in without.items()}


def test_a_gate_that_is_dropped_stands_as_a_waiver_on_whoever_waited_for_it() -> None:
    plan = made(selected(), Adjustment(item="S2-01", action=DROP, legal_basis="简易低风险", reason_id="r1"))
    (waiver,) = plan["S2-03"].waivers
    assert (waiver.item, waiver.legal_basis, waiver.reason_id) == ("S2-01", "简易低风险", "r1")
    assert ("S2-01",) not in needs(plan["S2-03"])
    assert plan["S3-01"].waivers == ()  # it was only advised


def test_an_alternative_may_be_dropped_while_another_stays() -> None:
    plan = made(selected(), Adjustment(item="S3-08", action=ADD), Adjustment(item="S3-08", action=DROP))
    assert needs(plan["S3-16"]) == {("S3-09",)}
    assert plan["S3-16"].waivers == ()


@pytest.mark.parametrize(
    ("adjustments", "places"),
    [
        ([Adjustment(item="S2-01", action=DROP)], {"/adjustments/0/waiver"}),
        ([Adjustment(item="S1-09", action=DROP)], {"/adjustments/0/waiver"}),
        ([Adjustment(item="S3-09", action=CHANGE, parallel_to=("S3-02",))], {"/adjustments/0/waiver"}),
        ([Adjustment(item="S4-11", action=DROP)], set()),
        ([Adjustment(item="S2-03", action=CHANGE, parallel_to=("S2-01",), legal_basis="x")], set()),
        ([Adjustment(item="S4-14", action=CHANGE, parallel_to=("S4-11",))], set()),
        (
            [Adjustment(item="S2-01", action=DROP), Adjustment(item="S3-05", action=DROP)],
            {"/adjustments/0/waiver", "/adjustments/1/waiver"},
        ),
    ],
)
def test_letting_a_gate_go_takes_a_legal_basis_and_advice_does_not(
    adjustments: list[Adjustment], places: set[str]
) -> None:
    selection = selected()
    items = adjust(selection.items(), adjustments, selection.known())
    assert unfounded(items, adjustments, selection) == places


def test_an_item_that_hangs_on_the_record_is_not_ruled_out_for_a_reason_alone() -> None:
    selection = selected(eia_category=None)
    assert ("gate_undecided", "S1-09") in opened(made(selection), selection)
    drop = [Adjustment(item=c, action=DROP) for c in ("S1-08", "S1-09")]
    items = adjust(selection.items(), drop, selection.known())
    with pytest.raises(WaiverNeedsLegalBasis) as no:
        check_waivers(items, drop, selection)
    assert [f.code for f in no.value.faults] == ["record_or_waiver", "record_or_waiver"]
    waived = [Adjustment(item=c, action=DROP, legal_basis="豁免名录") for c in ("S1-08", "S1-09")]
    plan = made(selection, *waived)
    assert [w.item for w in plan["S3-16"].waivers] == ["S1-08", "S1-09"]
    assert opened(plan, selection, "S1-08", "S1-09") == {("gate_undecided", "S4-12")}


def test_an_item_that_is_the_agents_to_decide_is_ruled_out_with_a_reason() -> None:
    selection = selected(covered_by_regional_assessment=False)
    plan = made(selection)
    assert opened(plan, selection) == {("gate_undecided", "S1-15"), ("gate_undecided", "S1-17")}
    drop = [Adjustment(item=c, action=DROP) for c in ("S1-15", "S1-17")]
    check_waivers(adjust(selection.items(), drop, selection.known()), drop, selection)
    assert opened(plan, selection, "S1-15", "S1-17") == set()
    assert opened(made(selection, Adjustment(item="S1-15", action=ADD)), selection, "S1-17") == set()


def test_a_plan_is_held_against_what_the_record_says_now() -> None:
    plan = made(selected(eia_category="form"))
    now = selected(eia_category="report")
    assert opened(plan, now) == {("gate_undecided", "S1-08")}


def test_a_plan_with_works_needs_the_day_they_are_planned_to_be_done() -> None:
    selection = selected()
    points = open_points(selection.items(), selection, [], None)
    assert (OpenPointKind.COMPLETION_UNKNOWN, "S3-17") in {(p.kind, p.item) for p in points}
    assert all("{" not in p.fault().words.told("zh", p.facts) for p in points)


def test_unknown_durations_are_named_until_someone_gives_them() -> None:
    selection = selected()
    unknown = {
        p.item for p in open_points(selection.items(), selection, [], DONE) if p.kind == "handling_unknown"
    }
    assert unknown == {"S1-19", "S3-01", "S4-12", "S4-13"}
    given = [Adjustment(item=c, action=CHANGE, handling=DAYS, preparation=DAYS) for c in sorted(unknown)]
    plan = made(selection, *given)
    assert open_points(list(plan.values()), selection, [], DONE) == []
    handling = plan["S1-19"].handling
    assert handling is not None
    assert (handling.duration, handling.basis) == (DAYS, EstimateBasis.GIVEN)
    counts = content_counts(list(plan.values()))
    assert counts["assumed_preparations"] == counts["cases"] - 4
    assert (counts["unknown_handlings"], counts["waivers"]) == (0, 0)


@pytest.mark.parametrize(
    ("adjustments", "faults"),
    [
        ([Adjustment(item="S9-99", action=CHANGE)], [("/adjustments/0/item", "no_such_item")]),
        ([Adjustment(item="S1-01", action=ADD)], [("/adjustments/0/item", "in_plan_already")]),
        ([Adjustment(item="S1-08", action=CHANGE)], [("/adjustments/0/item", "not_in_plan")]),
        ([Adjustment(item="S1-90", action=DROP)], [("/adjustments/0/item", "milestones_stay")]),
        (
            [Adjustment(item="S3-17", action=CHANGE, handling=DAYS)],
            [("/adjustments/0/item", "milestones_stay")],
        ),
        ([Adjustment(item="S1-91", action=STAND_IN)], [("/adjustments/0/item", "nothing_open")]),
        (
            [Adjustment(item="S1-01", action=CHANGE, after=("S1-01", "S1-08"), parallel_to=("S1-02",))],
            [
                ("/adjustments/0/parallel_to/0", "not_in_plan"),
                ("/adjustments/0/after/0", "not_itself"),
                ("/adjustments/0/after/1", "not_in_plan"),
            ],
        ),
        ([Adjustment(item="S1-01", action=CHANGE, after=("S3-09",))], [("/adjustments/0", "circle")]),
        (
            [Adjustment(item="S4-11", action=DROP), Adjustment(item="S4-11", action=CHANGE)],
            [("/adjustments/1/item", "not_in_plan")],
        ),
    ],
)
def test_adjustments_that_cannot_be_made_are_all_named(
    adjustments: list[Adjustment], faults: list[tuple[str, str]]
) -> None:
    with pytest.raises(AdjustmentsInvalid) as no:
        made(selected(), *adjustments)
    assert [(f.pointer, f.code) for f in no.value.faults] == faults


def test_an_item_may_wait_for_more_than_the_catalogue_asks() -> None:
    plan = made(
        selected(), Adjustment(item="S2-01", action=CHANGE, after=("S1-09",), department="320681-zjj")
    )
    assert ("S1-09",) in needs(plan["S2-01"])
    assert plan["S2-01"].department == "320681-zjj"


def test_what_stands_in_for_land_that_is_held_is_shown_on_the_join() -> None:
    selection = selected(land_mode="existing")
    assert needs(made(selection)["S1-91"]) == {()}
    title = Adjustment(item="S1-91", action=STAND_IN, legal_basis="不动产权证书", reason_id="r1")
    plan = made(selection, title)
    assert (needs(plan["S1-91"]), [w.item for w in plan["S1-91"].waivers]) == (set(), ["S1-91"])
    assert opened(plan, selection) == set()


def test_unknown_land_leaves_its_alternatives_open_until_one_is_chosen() -> None:
    selection = selected(land_mode=None)
    assert {("gate_undecided", "S1-19"), ("gate_undecided", "S1-20")} <= opened(made(selection), selection)
    plan = made(selection, Adjustment(item="S1-19", action=ADD))
    assert not {p for p in opened(plan, selection) if p[1] in {"S1-19", "S1-20"}}
    assert needs(plan["S1-91"]) == {("S1-19",)}


def test_changes_name_what_was_added_dropped_and_changed() -> None:
    selection = selected()
    before = made(selection)
    after = made(
        selection,
        Adjustment(item="S4-11", action=DROP),
        Adjustment(item="S3-03", action=ADD),
        Adjustment(item="S3-02", action=CHANGE, handling=DAYS),
    )
    changes = {c.item: (c.action, c.fields) for c in changes_between(before.values(), after.values())}
    assert changes["S4-11"] == (DROP, ())
    assert changes["S3-03"] == (ADD, ())
    assert changes["S3-02"] == (CHANGE, ("handling",))
    assert changes["S3-16"] == (CHANGE, ("needs",))
    assert changes_between(before.values(), before.values()) == []


def test_items_are_stored_and_read_back_unchanged() -> None:
    items = adjust(
        selected().items(), [Adjustment(item="S2-01", action=DROP, legal_basis="x", reason_id="r")], {}
    )
    assert read_items([write_planned(item) for item in items]) == items
