"""Finding consultations, always through the caller's scope; a department sees those it was asked to."""

from datetime import date
from typing import Any

from sqlmodel import col, select

from app.actor import Actor, within
from app.consultations.models import Consultation, ConsultationDepartment
from app.database import Reader, Writer
from app.errors import NotFound, Words
from app.projects.models import ProjectStanding
from app.query import Selection, one_of, query


class ConsultationNotFound(NotFound):
    """No consultation has this id, or the caller may not see it."""

    title = Words("找不到该会商", "Consultation not found")
    detail = Words("没有该会商，或您无权查看。", "There is no such consultation, or you may not see it.")


def _seen(areas: Any, department: Any, owner: Any) -> list[Any]:
    clauses: list[Any] = within(Consultation, areas, department, owner)
    if department is None:
        return clauses
    asked = select(ConsultationDepartment.id).where(
        ConsultationDepartment.consultation_id == Consultation.id,
        ConsultationDepartment.department_code == department,
    )
    return [*clauses, asked.exists()]


@query
def _consultation(
    consultation_id: str, areas: Any, department: str | None, owner: str | None
) -> Selection[tuple[Consultation, ProjectStanding]]:
    return (
        select(Consultation, ProjectStanding)
        .join(ProjectStanding, col(ProjectStanding.project_id) == Consultation.project_id)
        .where(Consultation.id == consultation_id, *_seen(areas, department, owner))
    )


@query
def _locked(
    consultation_id: str, areas: Any, department: str | None, owner: str | None
) -> Selection[Consultation]:
    return (
        select(Consultation)
        .where(Consultation.id == consultation_id, *_seen(areas, department, owner))
        .with_for_update()
    )


@query
def consultations_page(
    limit: int, areas: Any, department: str | None, owner: str | None, states: Any, levels: Any,
    project_id: str | None, from_on: date | None, to_on: date | None, last: str | None,
) -> Selection[Consultation]:  # fmt: skip
    """List the consultations in scope that match every filter, the newest first, after the last one seen."""
    statement = select(Consultation).where(*_seen(areas, department, owner))
    if states is not None:
        statement = statement.where(one_of(col(Consultation.state), states))
    if levels is not None:
        statement = statement.where(one_of(col(Consultation.level), levels))
    if project_id is not None:
        statement = statement.where(Consultation.project_id == project_id)
    if from_on is not None:
        statement = statement.where(col(Consultation.held_on) >= from_on)
    if to_on is not None:
        statement = statement.where(col(Consultation.held_on) <= to_on)
    if last is not None:
        statement = statement.where(col(Consultation.id) < last)
    return statement.order_by(col(Consultation.id).desc()).limit(limit)


async def get_consultation(
    session: Reader, actor: Actor, consultation_id: str
) -> tuple[Consultation, ProjectStanding]:
    """Find a consultation with the standing of its project, or refuse ``ConsultationNotFound``."""
    found = await session.first(_consultation(consultation_id, *actor.scope))
    if found is None:
        raise ConsultationNotFound
    return found[0], found[1]


async def lock_consultation(session: Writer, actor: Actor, consultation_id: str) -> Consultation:
    """Find a consultation and keep other writers away from it; lock its project before."""
    found = await session.first(_locked(consultation_id, *actor.scope))
    if found is None:
        raise ConsultationNotFound
    return found
