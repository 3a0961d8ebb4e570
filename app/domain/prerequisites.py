"""Whether what an item waits for has been reached: passed items, joins, milestones, waivers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.domain.planned import ItemKind, MilestoneRole, Need, NeedKind, PlannedItem


@dataclass(frozen=True, slots=True)
class Passing:
    """When an item was granted, and when that ended (revoked) if it did."""

    passed_on: date
    ended_on: date | None

    def holds_on(self, day: date) -> bool:
        """Tell whether the grant was there on a day."""
        return self.passed_on <= day and (self.ended_on is None or day < self.ended_on)


@dataclass(frozen=True, slots=True)
class Reached:
    """What of a project has been reached: grants by item code, confirmed milestones by their role."""

    passings: Mapping[str, tuple[Passing, ...]]
    milestones: Mapping[MilestoneRole, date | None]


def unmet_needs(
    item: PlannedItem, plan: Mapping[str, PlannedItem], reached: Reached, day: date
) -> tuple[Need, ...]:
    """Give the needs that keep an item from being filed on a day; the start of works waits for others.

    A pre-review satisfies no legal gate, only another pre-review's. A waived prerequisite is satisfied.
    """
    waived = {waiver.item for waiver in item.waivers}
    return tuple(
        [
            need
            for need in item.needs
            if need.kind is NeedKind.HARD
            and waived.isdisjoint(need.any_of)
            and not any(_is_reached(code, item, plan, reached, day, frozenset()) for code in need.any_of)
        ]
    )


def _is_reached(
    code: str,
    dependent: PlannedItem,
    plan: Mapping[str, PlannedItem],
    reached: Reached,
    day: date,
    above: frozenset[str],
) -> bool:
    item = plan.get(code)
    if item is None or item.kind is not ItemKind.MILESTONE:
        if (
            item is not None
            and item.kind is ItemKind.PRE_REVIEW
            and dependent.kind is not ItemKind.PRE_REVIEW
        ):
            return False
        return any(passing.holds_on(day) for passing in reached.passings.get(code, ()))
    if item.milestone is not MilestoneRole.JOIN:
        reached_on = None if item.milestone is None else reached.milestones.get(item.milestone)
        return reached_on is not None and reached_on <= day
    if code in above:
        return False
    waived = {waiver.item for waiver in item.waivers}
    return all(
        not waived.isdisjoint(need.any_of)
        or any(_is_reached(one, dependent, plan, reached, day, above | {code}) for one in need.any_of)
        for need in item.needs
        if need.kind is NeedKind.HARD
    )
