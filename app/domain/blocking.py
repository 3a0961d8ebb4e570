"""Who waits for whom: which items of a plan wait for an item that is still open."""

from collections.abc import Iterable, Mapping
from datetime import date

from app.domain.planned import MilestoneRole, NeedKind, PlannedItem
from app.domain.prerequisites import Reached, unmet_needs

GATES = frozenset({NeedKind.HARD})
TO_START = frozenset({NeedKind.HARD, NeedKind.BEFORE_START})


def waiting_for(
    plan: Mapping[str, PlannedItem],
    reached: Reached,
    unfiled: Iterable[tuple[str, str | None]],
    day: date,
) -> dict[str, list[str]]:
    """Name, for each item that others wait for, those that wait for it: directly, or through a join.

    Waiting are items that nobody has filed yet, each for its work package (None: the whole), and the start
    of works until it is reached.
    """
    found: dict[str, dict[str, None]] = {}
    wanted = [(plan[code], package, GATES) for code, package in unfiled if code in plan]
    if reached.milestones.get(MilestoneRole.START_OF_WORKS) is None:
        starts = [item for item in plan.values() if item.milestone is MilestoneRole.START_OF_WORKS]
        wanted += [(item, None, TO_START) for item in starts]
    for item, package, kinds in wanted:
        for code in _open_behind(item, plan, reached, (day, package), kinds, frozenset()):
            found.setdefault(code, {})[item.code] = None
    return {code: list(waiting) for code, waiting in found.items()}


def _open_behind(
    item: PlannedItem,
    plan: Mapping[str, PlannedItem],
    reached: Reached,
    at: tuple[date, str | None],
    kinds: frozenset[NeedKind],
    above: frozenset[str],
) -> dict[str, None]:
    """Give the codes that the unmet needs of an item name; a join stands for what it joins."""
    found: dict[str, None] = {}
    for need in unmet_needs(item, plan, reached, at[0], kinds, at[1]):
        for code in need.any_of:
            behind = plan.get(code)
            if behind is not None and behind.milestone is MilestoneRole.JOIN:
                if code not in above:
                    found |= _open_behind(behind, plan, reached, at, GATES, above | {code})
            else:
                found[code] = None
    return found
