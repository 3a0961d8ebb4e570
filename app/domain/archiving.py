"""Which papers a service file needs before it is archived, and which forms a step prints.

Defaults of this product, aligned with similar local standards; not from the published outlines.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from app.domain.moves import Effect, Procedure
from app.domain.standing import ServiceMode
from app.domain.vocabulary import DocumentKind


class Ending(StrEnum):
    """How the service ended."""

    COMPLETED = "completed"
    TERMINATED = "terminated"


class Form(StrEnum):
    """The five forms of the agency practice; the last two share a place."""

    ACCEPTANCE = "acceptance"
    ENTRUSTMENT = "entrustment"
    SUSPENSION = "suspension"
    RESUMPTION = "resumption"
    COMPLETION = "completion"
    TERMINATION = "termination"


OneOf = tuple[DocumentKind, ...]
COMPLETE_GUARD: Final = "documents_complete"
AGENCY: Final[Mapping[Ending, tuple[OneOf, ...]]] = MappingProxyType(
    {
        Ending.COMPLETED: (
            (DocumentKind.ACCEPTANCE_FORM,),
            (DocumentKind.AGREEMENT, DocumentKind.ENTRUSTMENT),
            (DocumentKind.SERVICE_PLAN,),
            (DocumentKind.COMPLETION_FORM,),
            (DocumentKind.HAND_OVER_LIST,),
        ),
        Ending.TERMINATED: ((DocumentKind.ACCEPTANCE_FORM,), (DocumentKind.TERMINATION_FORM,)),
    }
)
RETENTION: Final = {
    "years": 30,
    "basis": "默认值，由档案主管部门确定 · a default; the archives authority decides",
}
ENTRUSTED_BY: Final = frozenset({DocumentKind.AGREEMENT, DocumentKind.ENTRUSTMENT})


def required_papers(ending: Ending, mode: ServiceMode | None) -> tuple[OneOf, ...]:
    """Name the papers a file needs; of each group one is enough (default, not from the standard).

    Assistance and the leader-led service are not entrusted: they need neither agreement nor entrustment.
    """
    every = AGENCY[ending]
    if mode in {ServiceMode.ASSISTANCE, ServiceMode.LEADER_LED}:
        return tuple([group for group in every if not ENTRUSTED_BY.issuperset(group)])
    return every


def missing_papers(ending: Ending, mode: ServiceMode | None, present: Iterable[str]) -> tuple[OneOf, ...]:
    """Name the groups of which no paper is there."""
    there = set(present)
    return tuple([group for group in required_papers(ending, mode) if there.isdisjoint(group)])


def leads_to_the_archive(procedure: Procedure, stage: str) -> bool:
    """Tell whether a file is closed from this stage: a move of it asks for complete documents."""
    return any(move.from_stage == stage and COMPLETE_GUARD in move.guards for move in procedure.moves)


def is_archived(procedure: Procedure, stage: str) -> bool:
    """Tell whether a file is closed in this stage: a move that asks for complete documents leads here."""
    return any(move.to_stage == stage and COMPLETE_GUARD in move.guards for move in procedure.moves)


def ending_of(procedure: Procedure, stage: str, *, is_completed: bool) -> Ending:
    """Say how the service ended; while it runs, its completion is presumed."""
    if leads_to_the_archive(procedure, stage) and not is_completed:
        return Ending.TERMINATED
    return Ending.COMPLETED


def form_of(procedure: Procedure, from_stage: str, move: str, to_stage: str) -> Form | None:
    """Name the form that a step prints; most steps print none.

    Suspension, resumption, completion and termination are told by what the procedure says of the step;
    acceptance and entrustment by the stage entered, ``accepted`` and ``entrusted``.
    """
    taken, stages = procedure.find_move(from_stage, move), procedure.stages
    if taken is not None and Effect.COMPLETES in taken.effects:
        return Form.COMPLETION
    if stages[to_stage].pauses_clock:
        return Form.SUSPENSION
    if leads_to_the_archive(procedure, to_stage):
        return Form.TERMINATION
    if stages[from_stage].pauses_clock:
        return Form.RESUMPTION
    return {"accepted": Form.ACCEPTANCE, "entrusted": Form.ENTRUSTMENT}.get(to_stage)
