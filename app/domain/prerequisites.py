"""Whether what an item waits for has been reached: passed items, joins, milestones, waivers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from app.domain.planned import ItemKind, MilestoneRole, Need, NeedKind, PlannedItem


@dataclass(frozen=True, slots=True)
class Passing:
    """When an item was granted, for which work package if not for all, and when that ended (revoked)."""

    passed_on: date
    ended_on: date | None
    package: str | None = None

    def holds_on(self, day: date) -> bool:
        """Tell whether the grant was there on a day."""
        return self.passed_on <= day and (self.ended_on is None or day < self.ended_on)


@dataclass(frozen=True, slots=True)
class Reached:
    """What of a project has been reached: grants by item code, confirmed milestones by their role.

    ``packages``: for which work packages (None: the whole) an item has cases, and from which day on.
    """

    passings: Mapping[str, tuple[Passing, ...]]
    milestones: Mapping[MilestoneRole, date | None]
    packages: Mapping[str, Mapping[str | None, date]] = field(default_factory=dict)

    def is_granted(self, code: str, day: date, package: str | None) -> bool:
        """Tell whether an item was granted on a day, as far as one for a work package (or for all) needs it.

        Filed by packages it is granted when all of them are; for one package its own grant is enough.
        """
        holding = {one.package for one in self.passings.get(code, ()) if one.holds_on(day)}
        if package is not None and not holding.isdisjoint({None, package}):
            return True
        asked = {one for one, since in self.packages.get(code, {}).items() if since <= day}
        return bool(holding) and asked <= holding


def unmet_needs(
    item: PlannedItem,
    plan: Mapping[str, PlannedItem],
    reached: Reached,
    day: date,
    kinds: frozenset[NeedKind] = frozenset({NeedKind.HARD}),
    package: str | None = None,
) -> tuple[Need, ...]:
    """Give the needs that keep an item from being filed on a day; the start of works waits for others.

    A pre-review satisfies no legal gate, only another pre-review's. A waived prerequisite is satisfied.
    """
    waived = {waiver.item for waiver in item.waivers}
    return tuple(
        [
            need
            for need in item.needs
            if need.kind in kinds
            and waived.isdisjoint(need.any_of)
            and not any(
                _is_reached(code, item, plan, reached, (day, package), frozenset()) for code in need.any_of
            )
        ]
    )


def ready_since(
    item: PlannedItem, plan: Mapping[str, PlannedItem], reached: Reached, package: str | None = None
) -> date | None:
    """Give the day since which an item could be filed: what it waits for had passed, and still is so.

    None while something is missing, and for an item that waits for nothing.
    """
    waived = {waiver.item for waiver in item.waivers}
    if all(need.kind is not NeedKind.HARD or not waived.isdisjoint(need.any_of) for need in item.needs):
        return None
    passings = [one for many in reached.passings.values() for one in many]
    days = {one.passed_on for one in passings} | {one.ended_on for one in passings}
    days |= set(reached.milestones.values())
    since: date | None = None
    for day in sorted([day for day in days if day is not None], reverse=True):
        if unmet_needs(item, plan, reached, day, package=package):
            break
        since = day
    return since


def _is_reached(
    code: str,
    dependent: PlannedItem,
    plan: Mapping[str, PlannedItem],
    reached: Reached,
    when: tuple[date, str | None],
    above: frozenset[str],
) -> bool:
    item, day = plan.get(code), when[0]
    if item is None or item.kind is not ItemKind.MILESTONE:
        if (
            item is not None
            and item.kind is ItemKind.PRE_REVIEW
            and dependent.kind is not ItemKind.PRE_REVIEW
        ):
            return False
        return reached.is_granted(code, *when)
    if item.milestone is not MilestoneRole.JOIN:
        reached_on = None if item.milestone is None else reached.milestones.get(item.milestone)
        return reached_on is not None and reached_on <= day
    if code in above:
        return False
    waived = {waiver.item for waiver in item.waivers}
    return all(
        not waived.isdisjoint(need.any_of)
        or any(_is_reached(one, dependent, plan, reached, when, above | {code}) for one in need.any_of)
        for need in item.needs
        if need.kind is NeedKind.HARD
    )
