"""Occurrences of service: events that may be evaluated, read from what happened and recorded nowhere else.

A step that its procedure opens to evaluation (acceptance, each agreed stage, completion), and each decision
on an item. What was imported from another system's past is history, and invites nobody.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import String, cast, exists, literal, null, or_, union_all
from sqlmodel import and_, col, select

from app.actor import within
from app.database import Reader
from app.domain.invitations import DECIDED, InvitationState, OccurrenceKind
from app.domain.moves import Effect
from app.domain.publication import PUBLISHED
from app.domain.vocabulary import EntryMode
from app.evaluations.models import Evaluation, EvaluationInvitation
from app.items.models import ItemCase, ItemStep
from app.items.queries import mine
from app.procedures.models import ProcedureVersion
from app.procedures.queries import get_procedure
from app.query import Selection, one_of, query
from app.stages.models import StageTransition
from app.table import Id

_DECISIONS = tuple(sorted(state.value for state in DECIDED))


class Occurrence(NamedTuple):
    """One occurrence; ``id`` is that of its step, ``event_id`` what it is known by."""

    id: str
    event_id: str
    project_id: str
    area_code: str
    owner_uscc: str | None
    kind: str
    subject: str
    item_case_id: str | None
    occurred_at: datetime
    procedure_id: str | None
    name: Any
    handler: str | None


@query
def _published() -> Selection[str]:
    return select(ProcedureVersion.id).where(ProcedureVersion.state == PUBLISHED)


def _move_key() -> Any:
    key = cast(StageTransition.procedure_id, String)
    return key + "/" + col(StageTransition.from_stage) + "/" + col(StageTransition.move)


def _of_steps(moves: Any) -> Any:
    return select(
        StageTransition.id,
        StageTransition.event_id,
        StageTransition.project_id,
        StageTransition.area_code,
        StageTransition.owner_uscc,
        literal(OccurrenceKind.SERVICE_STEP.value).label("kind"),
        col(StageTransition.move).label("subject"),
        cast(null(), Id).label("item_case_id"),
        StageTransition.occurred_at,
        StageTransition.procedure_id,
        cast(null(), ItemCase.__table__.c.name.type).label("name"),
        cast(null(), String).label("handler"),
    ).where(one_of(_move_key(), moves), StageTransition.entry_mode != EntryMode.IMPORTED.value)


def _of_items() -> Any:
    return (
        select(
            ItemStep.id,
            ItemStep.event_id,
            ItemStep.project_id,
            ItemStep.area_code,
            ItemStep.owner_uscc,
            literal(OccurrenceKind.ITEM_DECIDED.value).label("kind"),
            col(ItemCase.item_code).label("subject"),
            ItemStep.item_case_id,
            ItemStep.occurred_at,
            cast(null(), Id).label("procedure_id"),
            ItemCase.name,
            col(ItemStep.person).label("handler"),
        )
        .join(ItemCase, col(ItemCase.id) == ItemStep.item_case_id)
        .where(
            or_(*[ItemStep.code == code for code in _DECISIONS]),
            ItemStep.entry_mode != EntryMode.IMPORTED.value,
        )
    )


@query
def _occurrences(
    limit: int, moves: Any, areas: Any, department: str | None, owner: str | None,
    project_id: str | None, event_id: str | None, last: str | None, at: datetime,
    *, invited: bool | None,
) -> Selection[Any]:  # fmt: skip
    steps = _of_steps(moves).where(*within(StageTransition, areas, department, owner))
    items = _of_items().where(*mine(areas, department, owner))
    if project_id is not None:
        steps = steps.where(StageTransition.project_id == project_id)
        items = items.where(ItemCase.project_id == project_id)
    if event_id is not None:
        steps = steps.where(StageTransition.event_id == event_id)
        items = items.where(ItemStep.event_id == event_id)
    if last is not None:
        steps = steps.where(col(StageTransition.id) < last)
        items = items.where(col(ItemStep.id) < last)
    if invited is not None:
        steps = steps.where(
            _is_answered(StageTransition, at) if invited else ~_is_answered(StageTransition, at)
        )
        items = items.where(_is_answered(ItemStep, at) if invited else ~_is_answered(ItemStep, at))
    both = union_all(steps, items).subquery()
    found: Selection[Any] = select(*both.c).order_by(both.c.id.desc()).limit(limit)
    return found


def _is_answered(kind: Any, at: Any) -> Any:
    """Say that an occurrence has an open invitation, a used one, or an evaluation that names it."""
    invitation = select(1).where(
        EvaluationInvitation.event_id == kind.event_id,
        or_(
            EvaluationInvitation.state == InvitationState.USED.value,
            and_(
                EvaluationInvitation.state == InvitationState.OPEN.value,
                col(EvaluationInvitation.expires_at) > at,
            ),
        ),
    )
    evaluation = select(1).where(
        Evaluation.project_id == kind.project_id, Evaluation.event_id == kind.event_id
    )
    return or_(exists(invitation), exists(evaluation))


@query
def invitations_to(event_ids: list[str]) -> Selection[EvaluationInvitation]:
    """Find the invitations to some occurrences, the latest last."""
    return (
        select(EvaluationInvitation)
        .where(one_of(col(EvaluationInvitation.event_id), event_ids))
        .order_by(col(EvaluationInvitation.id))
    )


@query
def named_evaluations_of(project_ids: list[str], event_ids: list[str]) -> Selection[str]:
    """Name the occurrences among these that have an evaluation which names them."""
    return select(Evaluation.event_id).where(
        one_of(col(Evaluation.project_id), project_ids), one_of(col(Evaluation.event_id), event_ids)
    )


async def _inviting(session: Reader) -> list[str]:
    """Name every move that its procedure opens to evaluation; a published version never changes."""
    found = []
    for procedure_id in await session.all(_published()):
        procedure = await get_procedure(session, procedure_id)
        found += [
            f"{procedure_id}/{move.from_stage}/{move.code}"
            for move in procedure.moves
            if Effect.INVITES_EVALUATION in move.effects
        ]
    return found


async def read_occurrences(
    session: Reader,
    scope: tuple[Any, str | None, str | None],
    at: datetime,
    *,
    limit: int,
    project_id: str | None = None,
    event_id: str | None = None,
    last: str | None = None,
    invited: bool | None = None,
) -> list[Occurrence]:
    """Read occurrences in scope, the latest recorded first."""
    moves = await _inviting(session)
    rows: Sequence[Any] = await session.all(
        _occurrences(limit, moves, *scope, project_id, event_id, last, at, invited=invited)
    )
    return [Occurrence(*row) for row in rows]


async def find_occurrence(
    session: Reader, scope: tuple[Any, str | None, str | None], at: datetime, project_id: str, event_id: str
) -> Occurrence | None:
    """Find one occurrence of a project by its event."""
    found = await read_occurrences(session, scope, at, limit=1, project_id=project_id, event_id=event_id)
    return found[0] if found else None
