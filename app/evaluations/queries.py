"""Finding evaluations, always through the caller's scope."""

from typing import Any

from sqlmodel import col, select

from app.actor import Actor, within
from app.database import Reader
from app.errors import NotFound, Words
from app.evaluations.models import Evaluation, EvaluationInvitation
from app.query import Selection, one_of, query


class EvaluationNotFound(NotFound):
    """No evaluation has this id, or the caller may not see it."""

    title = Words("找不到该评价", "Evaluation not found")
    detail = Words("没有该评价，或您无权查看。", "There is no such evaluation, or you may not see it.")


@query
def _evaluation(
    evaluation_id: str, areas: Any, department: str | None, owner: str | None
) -> Selection[Evaluation]:
    return select(Evaluation).where(
        Evaluation.id == evaluation_id, *within(Evaluation, areas, department, owner)
    )


@query
def find_round(project_id: str, event_id: str, which: str) -> Selection[str]:
    """Find the evaluation of an occurrence in a round, by its id."""
    return select(Evaluation.id).where(
        Evaluation.project_id == project_id, Evaluation.event_id == event_id, Evaluation.round == which
    )


@query
def lock_invitations(event_id: str) -> Selection[EvaluationInvitation]:
    """Lock the invitations to an occurrence, the latest last; its project is locked before."""
    return (
        select(EvaluationInvitation)
        .where(EvaluationInvitation.event_id == event_id)
        .order_by(col(EvaluationInvitation.id))
        .with_for_update()
    )


@query
def evaluations_page(
    limit: int, areas: Any, department: str | None, owner: str | None,
    project_id: str | None, levels: Any, which: str | None, last: str | None,
) -> Selection[Evaluation]:  # fmt: skip
    """List evaluations in scope that match every filter, the newest first, after the last one seen."""
    statement = select(Evaluation).where(*within(Evaluation, areas, department, owner))
    if project_id is not None:
        statement = statement.where(Evaluation.project_id == project_id)
    if levels is not None:
        statement = statement.where(one_of(col(Evaluation.level), levels))
    if which is not None:
        statement = statement.where(Evaluation.round == which)
    if last is not None:
        statement = statement.where(col(Evaluation.id) < last)
    return statement.order_by(col(Evaluation.id).desc()).limit(limit)


async def get_evaluation(session: Reader, actor: Actor, evaluation_id: str) -> Evaluation:
    """Find an evaluation, or refuse ``EvaluationNotFound``."""
    found = await session.first(_evaluation(evaluation_id, *actor.scope))
    if found is None:
        raise EvaluationNotFound
    return found
