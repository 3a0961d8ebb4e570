"""What a service plan holds: items chosen from the catalogue, then adjusted with reasons."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from app.domain.coded import Coded
from app.domain.durations import Duration
from app.domain.plan_selection import (
    GATES,
    Choice,
    Chosen,
    Selection,
    circle_in,
    planned_items_of,
    select_items,
    settled,
)
from app.domain.planned import Estimate, EstimateBasis, Need, NeedKind, PlannedItem, Waiver
from app.errors import Fault, Invalid, Words

__all__ = [
    "Adjustment",
    "AdjustmentAction",
    "AdjustmentsInvalid",
    "Choice",
    "Chosen",
    "Selection",
    "adjust",
    "planned_items_of",
    "select_items",
]

NOT_IN_PLAN = Words("方案中没有事项 {item}。", "The plan has no item {item}.")
NO_SUCH_ITEM = Words("目录中没有事项 {item}。", "The catalogue has no item {item}.")
IN_PLAN_ALREADY = Words("方案中已有事项 {item}。", "The plan has the item {item} already.")
MILESTONES_STAY = Words(
    "节点 {item} 不能增减或者调整时长。", "The milestone {item} stays, and takes no time of its own."
)
NOT_ITSELF = Words("事项不能以自身为前置。", "An item cannot wait for itself.")
CIRCLE = Words("前置关系成环：{items}。", "The prerequisites go in a circle: {items}.")
NOTHING_OPEN = Words("事项 {item} 没有未满足的前置。", "No prerequisite of {item} is unsatisfied.")


class AdjustmentsInvalid(Invalid):
    """Adjustments of a plan name items that are not there, or contradict each other; all are named."""

    title = Words("方案调整有误", "The adjustments cannot be made")
    detail = Words("有 {count} 处调整无法执行，详见 errors。", "{count} adjustments are wrong; see errors.")


class AdjustmentAction(Coded):
    """What is done to an item of a plan."""

    ADD = "add", "增加", "add"
    DROP = "drop", "删减", "drop"
    CHANGE = "change", "调整", "change"
    STAND_IN = "stand_in", "以证明替代前置", "stand in for its prerequisites"


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """One adjustment; absent facts stay as they are.

    ``parallel_to`` names prerequisites the item no longer waits for, ``after`` items it waits for besides.
    ``legal_basis`` makes it a waiver wherever a gate is let go by it.
    """

    item: str
    action: AdjustmentAction
    handling: Duration | None = None
    preparation: Duration | None = None
    department: str | None = None
    parallel_to: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    legal_basis: str = ""
    reason_id: str | None = None


def adjust(
    items: Iterable[PlannedItem],
    adjustments: Iterable[Adjustment],
    known: Mapping[str, PlannedItem] | None = None,
    pointer: str = "/adjustments",
) -> tuple[PlannedItem, ...]:
    """Make adjustments, in their order, on a copy; ``known`` holds what may be added (``Selection.known``).

    A gate that is let go stands as a waiver on the item that waited for it. Refuses ``AdjustmentsInvalid``.
    """
    plan, faults = {item.code: item for item in items}, list[Fault]()
    for number, each in enumerate(adjustments):
        place = f"{pointer}/{number}"
        found = list(_faults(plan, each, known or {}, place))
        faults += found
        if not found:
            _ACTS[each.action](plan, each, known or {})
            if circle := circle_in({code: _waits_for(item.needs) for code, item in plan.items()}):
                faults.append(Fault(place, "circle", CIRCLE, {"items": circle}))
                break
    if faults:
        raise AdjustmentsInvalid(faults=faults, count=len(faults))
    return tuple([plan[code] for code in sorted(plan)])


def _faults(
    plan: Mapping[str, PlannedItem], each: Adjustment, known: Mapping[str, PlannedItem], place: str
) -> Iterator[Fault]:
    facts, here = {"item": each.item}, plan.get(each.item)
    item = here or known.get(each.item)
    if each.action is AdjustmentAction.ADD and here is not None:
        yield Fault(place + "/item", "in_plan_already", IN_PLAN_ALREADY, facts)
    elif item is None:
        yield Fault(place + "/item", "no_such_item", NO_SUCH_ITEM, facts)
    elif here is None and each.action not in {AdjustmentAction.ADD, AdjustmentAction.DROP}:
        yield Fault(place + "/item", "not_in_plan", NOT_IN_PLAN, facts)
    elif item.milestone is not None and not _is_fit_for_milestone(each, here):
        yield Fault(place + "/item", "milestones_stay", MILESTONES_STAY, facts)
    elif each.action is AdjustmentAction.STAND_IN and not any(not n.any_of for n in item.needs):
        yield Fault(place + "/item", "nothing_open", NOTHING_OPEN, facts)
    for name in ("parallel_to", "after"):
        for number, code in enumerate(getattr(each, name)):
            if code == each.item:
                yield Fault(f"{place}/{name}/{number}", "not_itself", NOT_ITSELF)
            elif code not in plan:
                yield Fault(f"{place}/{name}/{number}", "not_in_plan", NOT_IN_PLAN, {"item": code})


def _is_fit_for_milestone(each: Adjustment, here: PlannedItem | None) -> bool:
    if each.action is AdjustmentAction.DROP:
        return here is None
    return each.handling is None and each.preparation is None


def _add(plan: dict[str, PlannedItem], each: Adjustment, known: Mapping[str, PlannedItem]) -> None:
    """Take an item in; those that wait for it by the catalogue wait for it again."""
    item = known[each.item]
    plan[item.code] = replace(item, needs=settled(item.needs, plan.keys() | {item.code}))
    for code in plan.keys() & known.keys() - {item.code}:
        for need in known[code].needs:
            if item.code in need.any_of:
                needs = _with_alternative(plan[code].needs, need, item.code)
                plan[code] = replace(plan[code], needs=needs)
    _change(plan, each, known)


def _with_alternative(needs: tuple[Need, ...], whole: Need, code: str) -> tuple[Need, ...]:
    """Put an alternative back into what is left of a prerequisite, else the prerequisite itself."""
    for place, need in enumerate(needs):
        if len(whole.any_of) > 1 and need.kind is whole.kind and set(need.any_of) < set(whole.any_of):
            wider = Need(need.kind, tuple(c for c in whole.any_of if c == code or c in need.any_of))
            return (*needs[:place], wider, *needs[place + 1 :])
    return (*needs, Need(whole.kind, (code,)))


def _drop(plan: dict[str, PlannedItem], each: Adjustment, known: Mapping[str, PlannedItem]) -> None:
    """Leave an item out. One that is not in the plan is waived where the catalogue has others wait for it."""
    if plan.pop(each.item, None) is not None:
        for code, item in plan.items():
            plan[code] = _let_go(item, each, each.item)
        return
    for code, item in plan.items():
        needs = [n for n in (known[code].needs if code in known else ()) if each.item in n.any_of]
        if each.legal_basis and any(n.kind in GATES and not plan.keys() & set(n.any_of) for n in needs):
            plan[code] = replace(item, waivers=(*item.waivers, _waiver(each, each.item)))


def _change(plan: dict[str, PlannedItem], each: Adjustment, _: Mapping[str, PlannedItem]) -> None:
    item = plan[each.item]
    item = replace(
        item,
        department=each.department or item.department,
        preparation=_given(each.preparation) or item.preparation,
        handling=_given(each.handling) or item.handling,
    )
    for code in each.parallel_to:
        item = _let_go(item, each, code)
    plan[each.item] = replace(
        item, needs=(*item.needs, *(Need(NeedKind.HARD, (code,)) for code in each.after))
    )


def _stand_in(plan: dict[str, PlannedItem], each: Adjustment, _: Mapping[str, PlannedItem]) -> None:
    item = plan[each.item]
    needs = tuple([need for need in item.needs if need.any_of])
    plan[each.item] = replace(item, needs=needs, waivers=(*item.waivers, _waiver(each, each.item)))


_ACTS: Final = {
    AdjustmentAction.ADD: _add,
    AdjustmentAction.DROP: _drop,
    AdjustmentAction.CHANGE: _change,
    AdjustmentAction.STAND_IN: _stand_in,
}


def _given(duration: Duration | None) -> Estimate | None:
    return None if duration is None else Estimate(duration, EstimateBasis.GIVEN)


def _waiver(each: Adjustment, code: str) -> Waiver:
    return Waiver(code, each.legal_basis, each.reason_id)


def _let_go(item: PlannedItem, each: Adjustment, code: str) -> PlannedItem:
    """Have an item no longer wait for another; where no alternative is left of a gate, it is a waiver."""
    needs, waivers = list[Need](), item.waivers
    for need in item.needs:
        left = tuple([c for c in need.any_of if c != code])
        if left or not need.any_of:
            needs.append(Need(need.kind, left))
        elif need.kind in GATES and code not in {w.item for w in waivers}:
            waivers = (*waivers, _waiver(each, code))
    return replace(item, needs=tuple(needs), waivers=waivers)


def _waits_for(needs: Iterable[Need]) -> set[str]:
    return {code for need in needs if need.kind in GATES for code in need.any_of}
