"""The order of a plan's items, in which each follows what it waits for; circles are refused by name."""

from collections.abc import Sequence
from graphlib import CycleError, TopologicalSorter

from app.domain.planned import MilestoneRole, NeedKind, PlannedItem
from app.errors import Invalid, Words


class PlanGoesInACircle(Invalid):
    """Items of a plan wait for each other in a circle, so that none of them could ever begin."""

    title = Words("方案中的事项互为前置", "The plan goes in a circle")
    detail = Words(
        "以下事项互为前置，无法排期：{circle}。", "These items wait for each other in a circle: {circle}."
    )


def check_no_circle(items: Sequence[PlannedItem]) -> None:
    """Refuse items that wait for each other in a circle, by name; advice makes no circle."""
    _sorted_codes(items, with_advice=False)


def order_of(items: Sequence[PlannedItem]) -> list[str]:
    """Sort codes by prerequisites, and by advice too where advice makes no circle. Refuses circles."""
    try:
        return _sorted_codes(items, with_advice=True)
    except PlanGoesInACircle:
        return _sorted_codes(items, with_advice=False)


def _sorted_codes(items: Sequence[PlannedItem], *, with_advice: bool) -> list[str]:
    known = {item.code for item in items}
    before: dict[str, list[str]] = {item.code: [] for item in items}
    start = [item.code for item in items if item.milestone is MilestoneRole.START_OF_WORKS]
    for item in items:
        for need in item.needs:
            if need.kind is NeedKind.SOFT and not with_advice:
                continue
            for code in start[:1] if need.kind is NeedKind.BEFORE_START else [item.code]:
                before[code].extend(c for c in need.any_of if c in known)
    try:
        return list(TopologicalSorter(before).static_order())
    except CycleError as circle:
        raise PlanGoesInACircle(circle=" → ".join(circle.args[1])) from None
