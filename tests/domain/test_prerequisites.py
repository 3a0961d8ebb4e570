"""What an item waits for: passed items, joins, milestones, waivers; a pre-review opens no legal gate."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.domain.durations import Duration, Unit
from app.domain.planned import (
    Estimate,
    EstimateBasis,
    ItemKind,
    MilestoneRole,
    Need,
    NeedKind,
    PausePolicy,
    PlannedItem,
    TimeBearer,
    Waiver,
)
from app.domain.prerequisites import Passing, Reached, unmet_needs
from app.errors import Words

DAY = date(2026, 3, 20)
NOTHING = Estimate(Duration(0, Unit.WORKING_DAY), EstimateBasis.ASSUMED)


def item(code: str, *needs: tuple[str, ...], kind: ItemKind = ItemKind.PERMIT, **facts: Any) -> PlannedItem:
    usual: dict[str, Any] = {
        "milestone": None, "approval_stage": 1, "department": None, "bearer": TimeBearer.DEPARTMENT,
        "preparation": NOTHING, "handling": NOTHING, "statutory": None, "promised": None,
        "pause_policy": PausePolicy.RESUME, "validity": None, "materials": (), "waivers": (),
    }  # fmt: skip
    hard = tuple([Need(NeedKind.HARD, any_of) for any_of in needs])
    return PlannedItem(code=code, name=Words(code, code), kind=kind, needs=hard, **(usual | facts))


def milestone(code: str, role: MilestoneRole, *needs: tuple[str, ...], **facts: Any) -> PlannedItem:
    return item(code, *needs, kind=ItemKind.MILESTONE, milestone=role, **facts)


def is_open(
    waits: PlannedItem,
    *plan: PlannedItem,
    passed: dict[str, Passing] | None = None,
    start: date | None = None,
) -> bool:
    """Tell whether something is still lacking on the day."""
    reached = Reached(
        {code: (one,) for code, one in (passed or {}).items()}, {MilestoneRole.START_OF_WORKS: start}
    )
    return bool(unmet_needs(waits, {each.code: each for each in (waits, *plan)}, reached, DAY))


PASSED = Passing(date(2026, 3, 10), None)


@pytest.mark.parametrize(
    ("passing", "opens"),
    [
        (None, False),
        (PASSED, True),
        (Passing(DAY, None), True),
        (Passing(date(2026, 3, 21), None), False),
        (Passing(date(2026, 3, 10), DAY), False),  # revoked that day
        (Passing(date(2026, 3, 10), date(2026, 3, 21)), True),
    ],
)
def test_an_item_opens_the_gate_from_its_passing_until_it_is_revoked(
    passing: Passing | None, opens: bool
) -> None:
    passed = {} if passing is None else {"A": passing}
    assert is_open(item("B", ("A",)), item("A"), passed=passed) is not opens


def test_one_of_the_alternatives_is_enough_and_none_left_is_never_enough() -> None:
    assert not is_open(item("B", ("A", "C")), item("A"), item("C"), passed={"C": PASSED})
    assert is_open(item("B", ()), passed={"C": PASSED})


def test_a_prerequisite_that_was_waived_holds_nobody_up() -> None:
    waived = item("B", ("A",), waivers=(Waiver("A", "某条例第几条", None),))
    assert not is_open(waived, item("A"))


def test_a_pre_review_opens_no_legal_gate_but_another_pre_reviews() -> None:
    review, passed = item("A", kind=ItemKind.PRE_REVIEW), {"A": PASSED}
    assert is_open(item("B", ("A",)), review, passed=passed)
    assert not is_open(item("B", ("A",), kind=ItemKind.PRE_REVIEW), review, passed=passed)


def test_a_join_is_reached_with_what_it_joins() -> None:
    join = milestone("J", MilestoneRole.JOIN, ("A", "C"))
    for passed, lacks in (({}, True), ({"C": PASSED}, False)):
        assert is_open(item("B", ("J",)), join, item("A"), item("C"), passed=passed) is lacks
    waived = replace(join, waivers=(Waiver("A", "某条例第几条", None),))
    assert not is_open(item("B", ("J",)), waived, item("A"), item("C"))


def test_joins_that_wait_for_each_other_are_never_reached() -> None:
    first, second = (milestone(a, MilestoneRole.JOIN, (b,)) for a, b in (("J", "K"), ("K", "J")))
    assert is_open(item("B", ("J",)), first, second)


@pytest.mark.parametrize(("start", "lacks"), [(None, True), (DAY, False), (date(2026, 3, 21), True)])
def test_a_milestone_is_reached_on_its_confirmed_day(start: date | None, lacks: bool) -> None:
    works = milestone("S", MilestoneRole.START_OF_WORKS)
    assert is_open(item("B", ("S",)), works, start=start) is lacks


def test_what_is_only_advised_or_needed_for_the_start_gates_no_filing() -> None:
    needs = (Need(NeedKind.SOFT, ("A",)), Need(NeedKind.BEFORE_START, ("A",)))
    assert not is_open(replace(item("B"), needs=needs), item("A"))


def filed(*packages: tuple[str | None, date | None], since: date = date(2026, 3, 1)) -> Reached:
    """Have drawings reviewed by packages: each with the day it was passed, if it was."""
    passed = tuple([Passing(on, None, name) for name, on in packages if on is not None])
    return Reached({"drawings": passed}, {}, {"drawings": {name: since for name, _ in packages}})


ON = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("reached", "package", "is_met"),
    [
        (filed(("one", ON), ("two", None)), None, False),
        (filed(("one", ON), ("two", None)), "one", True),
        (filed(("one", ON), ("two", None)), "two", False),
        (filed(("one", ON), ("two", ON)), None, True),
        (filed(("one", ON), ("two", ON)), "three", True),
        (filed((None, ON)), "one", True),
        (filed((None, ON), ("late", None)), None, False),
        (filed(("one", None)), None, False),
        (Reached({}, {}, {}), None, False),
    ],
)
def test_an_item_filed_by_packages_is_passed_for_one_by_its_own_and_for_the_whole_by_all(
    reached: Reached, package: str | None, is_met: bool
) -> None:
    """Trap 8: one project, many packages."""
    permit = item("permit", ("drawings",))
    plan = {"permit": permit, "drawings": item("drawings")}
    assert (unmet_needs(permit, plan, reached, DAY, package=package) == ()) is is_met


def test_a_package_that_came_later_closes_no_gate_of_before() -> None:
    known = filed(("one", ON), ("two", None))
    known.packages["drawings"]["two"] = date(2026, 4, 1)  # type: ignore[index] - a dictionary, here
    permit = item("permit", ("drawings",))
    plan = {"permit": permit, "drawings": item("drawings")}
    assert unmet_needs(permit, plan, known, DAY) == ()
    assert unmet_needs(permit, plan, known, date(2026, 4, 1)) != ()
