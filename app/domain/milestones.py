"""Milestones of a project: which the agreed scope asks for, in which order, and when the work is done."""

from collections.abc import Iterable
from datetime import date
from types import MappingProxyType
from typing import Final

from app.domain.vocabulary import ApprovalStage, MilestoneKind
from app.errors import Conflict, Words

IN_SERVICE: Final = "in_service"
REQUIRED: Final = MappingProxyType(
    {ApprovalStage.CONSTRUCTION: MilestoneKind.START, ApprovalStage.ACCEPTANCE: MilestoneKind.COMPLETION}
)
"""The milestone that shows a stage of the scope to be done. Default, not from the standard."""


class MilestoneReached(Conflict):
    """A milestone of this kind is confirmed already; a wrong one is put right by a recorded correction."""

    title = Words("该节点已确认", "The milestone is confirmed already")
    detail = Words(
        "该项目的此类节点已经确认；如有错误，请登记更正。",
        "This milestone of the project is confirmed already; put a wrong one right by a correction.",
    )


class CompletedBeforeStarted(Conflict):
    """The works cannot be completed before they start."""

    title = Words("竣工早于开工", "Completion before start")
    detail = Words(
        "竣工日期 {completion_on} 早于开工日期 {start_on}。",
        "Completion on {completion_on} lies before the start of works on {start_on}.",
    )


def missing_milestones(scope_stages: Iterable[str] | None, start_on: date | None, end_on: date | None) -> int:
    """Count the milestones the scope asks for that are not confirmed.

    ``start_on`` and ``end_on`` are the confirmed days of start and completion of works.
    """
    confirmed = {MilestoneKind.START: start_on, MilestoneKind.COMPLETION: end_on}
    return sum(confirmed[kind] is None for stage, kind in REQUIRED.items() if stage in (scope_stages or ()))


def check_order(kind: str, reached_on: date, start_on: date | None, end_on: date | None) -> None:
    """Refuse a completion before the confirmed start, and a start after the confirmed completion."""
    start = reached_on if kind == MilestoneKind.START else start_on
    end = reached_on if kind == MilestoneKind.COMPLETION else end_on
    if start is not None and end is not None and end < start:
        raise CompletedBeforeStarted(start_on=start, completion_on=end)


def work_finished_on(before: date | None, today: date, stage: str, *, is_open: bool) -> date | None:
    """Tell the day the last item, supplement and milestone was done; None while something is open.

    It becomes known in service only. It stays once it is known and goes when something is opened again.
    """
    if is_open:
        return None
    return before or (today if stage == IN_SERVICE else None)
