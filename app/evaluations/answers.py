"""Who sees what of an evaluation."""

from collections.abc import Sequence

from app.actor import Actor
from app.domain.standing import Role
from app.domain.vocabulary import EvaluationMode
from app.evaluations.models import Evaluation
from app.evaluations.schemas import EvaluationOut
from app.private.models import Private
from app.private.queries import TextOut, by_id, shown_text

CALLS_BACK = frozenset({Role.SUPERVISOR, Role.COORDINATOR, Role.PORTAL})
"""Roles that see how a named rater can be reached (default, not from the standard)."""


def text_ids(rows: Sequence[Evaluation]) -> list[str | None]:
    """Name the private texts that answers about these rows may show."""
    return [key for row in rows for key in (row.text_id, row.contact_id)]


def sees_text(actor: Actor, row: Evaluation) -> bool:
    """Tell whether a caller reads the words of an evaluation; a confidential rater may name himself."""
    return row.mode != EvaluationMode.CONFIDENTIAL or actor.role == Role.SUPERVISOR


def sees_contact(actor: Actor) -> bool:
    """Tell whether a caller sees how to reach the rater: whoever calls back, if he says who he is."""
    is_named = actor.operator_id is not None or actor.role == Role.PORTAL
    return actor.role in CALLS_BACK and is_named


def evaluation_body(row: Evaluation, actor: Actor, texts: dict[str, Private] | None = None) -> EvaluationOut:
    """Show an evaluation; without ``texts`` private values are named by id only, and so is what is masked."""

    def shown(text_id: str | None, *, is_seen: bool) -> TextOut | None:
        return by_id(text_id) if texts is None or not is_seen else shown_text(text_id, texts)

    return EvaluationOut(
        id=row.id,
        version=row.version,
        mode=row.mode,
        round=row.round,
        area_code=row.area_code,
        project_id=row.project_id,
        occurrence=row.event_id,
        item_case_id=row.item_case_id,
        subject=row.subject,
        handler=row.handler,
        rater=row.rater,
        level=row.level,
        dimensions=row.dimensions,
        text=shown(row.text_id, is_seen=sees_text(actor, row)),
        contact=shown(row.contact_id, is_seen=sees_contact(actor)),
        channel=row.channel,
        month=row.month,
        evaluated_at=row.evaluated_at,
    )
