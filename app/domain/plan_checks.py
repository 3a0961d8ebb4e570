"""Whether a plan's content may be approved: what is still open, which waivers lack a basis; what changed."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Final

from app.domain.coded import Coded
from app.domain.plan_content import Adjustment, AdjustmentAction
from app.domain.plan_selection import GATES, Choice, Chosen, Selection
from app.domain.planned import EstimateBasis, MilestoneRole, Need, PlannedItem
from app.errors import Conflict, Fault, Invalid, Words

WAIVER_WANTED = Words(
    "事项 {dependent} 以 {item} 为前置；删减或者并行办理须以 waiver 注明法律依据。",
    "{dependent} waits for {item}: to let that go takes a waiver with its legal basis.",
)
RECORD_OR_WAIVER = Words(
    "事项 {item} 为前置，不能仅凭理由删减。{why}请补全项目记录，或者以 waiver 注明法律依据。",
    "{item} is a gate and not dropped for a reason alone. {why} Complete the record, or give a waiver.",
)


class WaiverNeedsLegalBasis(Invalid):
    """A prerequisite is let go by a waiver only: a legal basis, a reason, and whoever approves the plan."""

    title = Words("豁免前置须有法律依据", "Letting a gate go needs a legal basis")
    detail = Words("有 {count} 处前置豁免缺少法律依据。", "{count} gates are let go without a legal basis.")


class PlanHasOpenPoints(Conflict):
    """A plan is approved when nothing about it is open: every duration known, every gate decided."""

    title = Words("方案尚有未定事项", "The plan has open points")
    detail = Words("方案尚有 {count} 处未定，详见 errors。", "{count} points are open; see errors.")


class OpenPointKind(Coded):
    """What keeps a plan from being approved."""

    HANDLING_UNKNOWN = "handling_unknown", "办理时长未定", "handling duration unknown"
    GATE_UNDECIDED = "gate_undecided", "前置事项未定", "gate undecided"
    PREREQUISITE_UNSATISFIED = "prerequisite_unsatisfied", "前置没有着落", "prerequisite unsatisfied"
    COMPLETION_UNKNOWN = "completion_unknown", "计划竣工日期未定", "planned completion unknown"


_SENTENCES: Final = {
    OpenPointKind.HANDLING_UNKNOWN: Words(
        "事项 {item} 的办理时长未定，请以 change 给出 handling。",
        "Nobody knows how long {item} takes; give its handling.",
    ),
    OpenPointKind.GATE_UNDECIDED: Words(
        "事项 {item} 是 {dependent} 的前置，是否办理未定；请补全项目记录，或者增加、删减该事项。",
        "{dependent} waits for {item}, of which nobody decided; complete the record, add it or drop it.",
    ),
    OpenPointKind.PREREQUISITE_UNSATISFIED: Words(
        "事项 {item} 的各备选前置均不在方案中；请增加其一，或者以权属证明等替代（stand_in）。",
        "No alternative {item} waits for is in the plan; add one, or let evidence stand in.",
    ),
    OpenPointKind.COMPLETION_UNKNOWN: Words(
        "{item} 需要计划竣工日期 planned_completion_on。", "{item} needs planned_completion_on."
    ),
}


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """One thing that keeps a plan from being approved; ``dependent`` is who waits for the item."""

    kind: OpenPointKind
    item: str
    dependent: str | None = None

    def fault(self) -> Fault:
        """Tell it as a fault of the plan."""
        return Fault(f"/items/{self.item}", self.kind, _SENTENCES[self.kind], self.facts)

    @property
    def facts(self) -> dict[str, str]:
        """Give what its sentence speaks of."""
        return {"item": self.item, "dependent": self.dependent or ""}


def open_points(
    items: Sequence[PlannedItem], selection: Selection, ruled_out: Collection[str], completion_on: date | None
) -> list[OpenPoint]:
    """Name everything that keeps a plan from being approved.

    ``ruled_out``: items the agent has dropped. One that waits for a fact of the record is open all the same;
    one that is his to decide is settled by that.
    """
    found = list[OpenPoint]()
    members = {item.code for item in items}
    settled = {c for c in ruled_out if c in selection.chosen and is_for_agent(selection.chosen[c])}
    out = {c for c, each in selection.chosen.items() if each.choice is Choice.EXCLUDED} | settled
    for item in items:
        if item.handling is None and item.has_case():
            found.append(OpenPoint(OpenPointKind.HANDLING_UNKNOWN, item.code))
        if item.milestone is MilestoneRole.COMPLETION_OF_WORKS and completion_on is None:
            found.append(OpenPoint(OpenPointKind.COMPLETION_UNKNOWN, item.code))
        waived = {waiver.item for waiver in item.waivers}
        whole = selection.chosen.get(item.code)
        for need in _gates(whole.item.needs if whole else item.needs):
            if not members & set(need.any_of) and not waived & {*need.any_of, item.code}:
                found += _undecided(item.code, need, out)
    return sorted(set(found), key=lambda p: (p.item, p.kind, p.dependent or ""))


def _undecided(code: str, need: Need, out: Collection[str]) -> Iterator[OpenPoint]:
    candidates = [c for c in need.any_of if c not in out]
    for candidate in candidates:
        yield OpenPoint(OpenPointKind.GATE_UNDECIDED, candidate, code)
    if not candidates and len(need.any_of) != 1:
        yield OpenPoint(OpenPointKind.PREREQUISITE_UNSATISFIED, code)


def _gates(needs: Iterable[Need]) -> Iterator[Need]:
    return (need for need in needs if need.kind in GATES)


def is_for_agent(chosen: Chosen) -> bool:
    """Say whether no fact of the record, but the agent alone decides about an item."""
    return chosen.choice is Choice.PROPOSED and not chosen.unknown


def check_waivers(
    items: Sequence[PlannedItem],
    adjustments: Sequence[Adjustment],
    selection: Selection,
    pointer: str = "/adjustments",
) -> None:
    """Refuse a gate that adjustments let go without a legal basis (``WaiverNeedsLegalBasis``)."""
    faults = [
        fault
        for number, each in enumerate(adjustments)
        if not each.legal_basis
        for fault in _unfounded(each, items, selection, f"{pointer}/{number}/waiver")
    ]
    if faults:
        raise WaiverNeedsLegalBasis(faults=faults, count=len(faults))


def _unfounded(
    each: Adjustment, items: Sequence[PlannedItem], selection: Selection, place: str
) -> Iterator[Fault]:
    for item in items:
        for waiver in item.waivers:
            if not waiver.legal_basis and _let_it_go(each, item.code, waiver.item):
                facts = {"item": waiver.item, "dependent": item.code}
                yield Fault(place, "waiver_wanted", WAIVER_WANTED, facts)
    chosen = selection.chosen.get(each.item)
    is_out = each.action is AdjustmentAction.DROP and each.item not in {item.code for item in items}
    is_open = chosen is not None and chosen.choice is Choice.PROPOSED and not is_for_agent(chosen)
    if chosen is not None and is_out and is_open and _is_gate(each.item, items, selection):
        facts_of_record = {"item": each.item, "why": chosen.why}
        yield Fault(place, "record_or_waiver", RECORD_OR_WAIVER, facts_of_record)


def _let_it_go(each: Adjustment, dependent: str, waived: str) -> bool:
    if each.action is AdjustmentAction.DROP:
        return each.item == waived
    return each.item == dependent and waived in {*each.parallel_to, each.item}


def _is_gate(code: str, items: Sequence[PlannedItem], selection: Selection) -> bool:
    members = {item.code for item in items}
    wholes = [selection.chosen[c].item for c in members if c in selection.chosen]
    needs = [need for whole in wholes for need in _gates(whole.needs)]
    return any(code in need.any_of and not members & set(need.any_of) for need in needs)


@dataclass(frozen=True, slots=True)
class ItemChange:
    """What became of an item from one version of a plan to the next; ``fields`` names what differs."""

    item: str
    action: AdjustmentAction
    fields: tuple[str, ...]


def changes_between(before: Iterable[PlannedItem], after: Iterable[PlannedItem]) -> list[ItemChange]:
    """Name the items added, dropped and changed, in the order of codes."""
    old, new = ({item.code: item for item in items} for items in (before, after))
    found = list[ItemChange]()
    for code in sorted(old.keys() | new.keys()):
        if code not in old or code not in new:
            action = AdjustmentAction.DROP if code in old else AdjustmentAction.ADD
            found.append(ItemChange(code, action, ()))
        elif differing := _differing(old[code], new[code]):
            found.append(ItemChange(code, AdjustmentAction.CHANGE, differing))
    return found


def _differing(old: PlannedItem, new: PlannedItem) -> tuple[str, ...]:
    return tuple([f.name for f in fields(PlannedItem) if getattr(old, f.name) != getattr(new, f.name)])


def content_counts(items: Sequence[PlannedItem]) -> Mapping[str, int]:
    """Count what a reader of a plan asks first."""
    cases = [item for item in items if item.has_case()]
    return {
        "items": len(items),
        "cases": len(cases),
        "assumed_preparations": sum(i.preparation.basis is EstimateBasis.ASSUMED for i in cases),
        "unknown_handlings": sum(i.handling is None for i in cases),
        "without_department": sum(i.department is None for i in cases),
        "waivers": sum(len(item.waivers) for item in items),
    }
