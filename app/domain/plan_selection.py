"""Choosing the items of a service plan from the catalogue, by what is known of a project."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from types import MappingProxyType
from typing import Final

from app.domain.catalogue import Catalogue, CatalogueItem, CatalogueLimit
from app.domain.coded import Coded
from app.domain.durations import Duration, Unit
from app.domain.planned import (
    Estimate,
    EstimateBasis,
    ItemLimit,
    MilestoneRole,
    Need,
    NeedKind,
    PlannedItem,
)
from app.domain.predicates import ATTRIBUTES, Facts, holds, missing
from app.errors import Words

GATES: Final = frozenset({NeedKind.HARD, NeedKind.BEFORE_START})
NOTHING: Final = Duration(0, Unit.WORKING_DAY)

NOT_OF_CLASS = Words("该类项目不办理此事项。", "Projects of this class do not have this item.")
ALWAYS = Words("该类项目均须办理。", "Every project of this class has this item.")
MET = Words("条件成立。", "Its condition holds.")
NOT_MET = Words("条件不成立。", "Its condition does not hold.")
UNKNOWN = Words("尚未登记：{attributes}。", "Not yet on record: {attributes}.")
TO_DECIDE = Words("由代办员判断是否适用。", "The agent decides whether it applies.")


class Choice(Coded):
    """Whether a template takes an item in."""

    SELECTED = "selected", "应办", "selected"
    PROPOSED = "proposed", "待定", "proposed"
    EXCLUDED = "excluded", "不办", "excluded"


@dataclass(frozen=True, slots=True)
class Chosen:
    """An item of the catalogue for one project: its choice and why.

    ``unknown`` names the attributes that would settle it; a proposed item without any is the agent's to
    decide. ``item`` still has every prerequisite of the catalogue, whether it is in the plan or not.
    """

    item: PlannedItem
    choice: Choice
    why: Words
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """The whole catalogue, chosen for one project, in the order of codes."""

    chosen: Mapping[str, Chosen]

    def known(self) -> Mapping[str, PlannedItem]:
        """Give every item of the catalogue, for ``adjust``."""
        return MappingProxyType({code: each.item for code, each in self.chosen.items()})

    def items(self) -> tuple[PlannedItem, ...]:
        """Give the selected items, each waiting for items of this plan only."""
        selected = [each.item for each in self.chosen.values() if each.choice is Choice.SELECTED]
        members = {item.code for item in selected}
        return tuple([replace(item, needs=settled(item.needs, members)) for item in selected])


def select_items(
    catalogue: Catalogue, facts: Facts, departments: Mapping[str, str] | None = None
) -> Selection:
    """Choose from the catalogue by what is known of a project: selected, proposed (unknown) or excluded.

    ``departments`` says which department is of which kind; ``facts`` needs ``process_class``.
    """
    return Selection(
        MappingProxyType({c: _choose(i, facts, departments or {}) for c, i in catalogue.items.items()})
    )


def planned_items_of(
    catalogue: Catalogue, facts: Facts, departments: Mapping[str, str] | None = None
) -> tuple[PlannedItem, ...]:
    """Give the items that a plan from the template begins with."""
    return select_items(catalogue, facts, departments).items()


def _choose(item: CatalogueItem, facts: Facts, departments: Mapping[str, str]) -> Chosen:
    planned = _planned(item, facts, departments)
    if not item.is_for(str(facts.get("process_class"))):
        return Chosen(planned, Choice.EXCLUDED, NOT_OF_CLASS, ())
    found = holds(item.applies_when, facts)
    if found:
        return Chosen(planned, Choice.SELECTED, ALWAYS if item.applies_when is None else MET, ())
    if found is False:
        return Chosen(planned, Choice.EXCLUDED, NOT_MET, ())
    unknown = missing(item.applies_when, facts)
    return Chosen(planned, Choice.PROPOSED, _unknown_words(unknown) if unknown else TO_DECIDE, unknown)


def _unknown_words(unknown: Iterable[str]) -> Words:
    names = [ATTRIBUTES[name].words for name in unknown]
    return Words(
        UNKNOWN.zh.format(attributes="、".join(name.zh for name in names)),
        UNKNOWN.en.format(attributes=", ".join(name.en for name in names)),
    )


def _planned(item: CatalogueItem, facts: Facts, departments: Mapping[str, str]) -> PlannedItem:
    statutory, promised = _applicable(item.limits, facts), _applicable(item.promised, facts)
    holder = None if item.holder is None else departments.get(item.holder)
    preparation = (
        Estimate(NOTHING, EstimateBasis.ASSUMED)
        if item.preparation is None
        else Estimate(item.preparation, EstimateBasis.GIVEN)
    )
    needs = [Need(n.kind, n.any_of) for n in item.needs if holds(n.when, facts) is not False]
    return PlannedItem(
        code=item.code,
        name=item.name,
        kind=item.kind,
        milestone=item.milestone,
        approval_stage=item.approval_stage,
        department=holder,
        bearer=item.bearer,
        needs=tuple(needs),
        preparation=preparation,
        handling=_handling(item, statutory, promised),
        statutory=statutory,
        promised=promised,
        pause_policy=item.pause_policy,
        validity=item.validity,
        materials=item.materials,
        waivers=(),
    )


def _applicable(limits: Iterable[CatalogueLimit], facts: Facts) -> ItemLimit | None:
    return next((each.limit for each in limits if holds(each.when, facts) is not False), None)


def _handling(
    item: CatalogueItem, statutory: ItemLimit | None, promised: ItemLimit | None
) -> Estimate | None:
    """Expect what the area has set, else the promised limit, else the statutory one; else it is unknown."""
    if item.milestone is MilestoneRole.COMPLETION_OF_WORKS:
        return None  # the works last as long as the plan's own dates say
    if item.milestone is not None:
        return Estimate(NOTHING, EstimateBasis.ASSUMED)
    if item.handling is not None:
        return Estimate(item.handling, EstimateBasis.GIVEN)
    if promised is not None:
        return Estimate(promised.duration, EstimateBasis.PROMISED)
    if statutory is not None and statutory.bearer is item.bearer and not statutory.is_for_filing:
        return Estimate(statutory.duration, EstimateBasis.STATUTORY)
    return None


def settled(needs: Iterable[Need], members: Collection[str]) -> tuple[Need, ...]:
    """Keep what is in the plan: a single prerequisite that is not is skipped, one of several has to be."""
    kept = list[Need]()
    for need in needs:
        inside = tuple([code for code in need.any_of if code in members])
        if inside or (len(need.any_of) > 1 and need.kind in GATES):
            kept.append(Need(need.kind, inside))
    return tuple(kept)


def circle_in(edges: Mapping[str, Iterable[str]]) -> list[str]:
    """Find a circle of prerequisites; none when there is none."""
    try:
        TopologicalSorter(edges).prepare()
    except CycleError as circle:
        return list(circle.args[1])
    return []
