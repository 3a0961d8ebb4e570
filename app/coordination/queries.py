"""Finding issues and conclusions, always through the caller's scope.

A department sees what is its own and what it raised, never what is another's.
"""

from datetime import date
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import and_, func, or_
from sqlmodel import col, select

from app.actor import Actor, within
from app.clients.models import Operator
from app.coordination.models import Conclusion, Issue
from app.database import Reader, Writer
from app.domain.coordination_terms import DutyState
from app.errors import NotFound, Words
from app.projects.models import Project, ProjectStanding
from app.query import Selection, one_of, query

Duty = Issue | Conclusion
D = TypeVar("D", Issue, Conclusion)
OPEN = DutyState.OPEN.value


class IssueNotFound(NotFound):
    """No issue has this id, or the caller may not see it."""

    title = Words("找不到该协调事项", "Issue not found")
    detail = Words("没有该协调事项，或您无权查看。", "There is no such issue, or you may not see it.")


class ConclusionNotFound(NotFound):
    """No conclusion has this id, or the caller may not see it."""

    title = Words("找不到该会商结论", "Conclusion not found")
    detail = Words("没有该会商结论，或您无权查看。", "There is no such conclusion, or you may not see it.")


NOT_FOUND: dict[type[Any], type[NotFound]] = {Issue: IssueNotFound, Conclusion: ConclusionNotFound}


def seen(kind: Any, areas: Any, department: Any, owner: Any) -> list[Any]:
    """Limit to the scope, and a department to what concerns it."""
    clauses: list[Any] = within(kind, areas, department, owner)
    if department is None:
        return clauses
    raised = [kind.raised_department == department] if kind is Issue else []
    return [*clauses, or_(kind.department_code == department, *raised)]


@query
def _duty(
    duty_id: str, areas: Any, department: str | None, owner: str | None, *, kind: Any
) -> Selection[tuple[Any, ProjectStanding]]:
    return (
        select(kind, ProjectStanding)
        .join(ProjectStanding, col(ProjectStanding.project_id) == kind.project_id)
        .where(kind.id == duty_id, *seen(kind, areas, department, owner))
    )


@query
def _locked(
    duty_id: str, areas: Any, department: str | None, owner: str | None, *, kind: Any
) -> Selection[Any]:
    found: Selection[Any] = (
        select(kind).where(kind.id == duty_id, *seen(kind, areas, department, owner)).with_for_update()
    )
    return found


@query
def _duties_page(
    limit: int, areas: Any, department: str | None, owner: str | None,
    states: Any, office: str | None, responsible: str | None, project_id: str | None, late_on: date | None,
    levels: Any, item_case_id: str | None, issue_id: str | None, consultation_id: str | None,
    last: str | None, *, kind: Any,
) -> Selection[Any]:  # fmt: skip
    """List the duties in scope that match every filter, the newest first, after the last one seen."""
    statement = select(kind).where(*seen(kind, areas, department, owner))
    named = {
        "department_code": office,
        "responsible": responsible,
        "project_id": project_id,
        "item_case_id": item_case_id,
        "issue_id": issue_id,
        "consultation_id": consultation_id,
    }
    for column, value in named.items():
        if value is not None:
            statement = statement.where(getattr(kind, column) == value)
    for column, values in {"state": states, "level": levels}.items():
        if values is not None:
            statement = statement.where(one_of(getattr(kind, column), values))
    if late_on is not None:
        statement = statement.where(kind.state == OPEN, kind.due_on < late_on)
    if last is not None:
        statement = statement.where(kind.id < last)
    found: Selection[Any] = statement.order_by(kind.id.desc()).limit(limit)
    return found


@query
def open_conclusions_about(issue_id: str) -> Selection[int]:
    """Count the conclusions about an issue in scope that are not closed."""
    return select(func.count(col(Conclusion.id))).where(
        Conclusion.issue_id == issue_id, Conclusion.state != DutyState.CLOSED.value
    )


@query
def conclusions_of(consultation_id: str) -> Selection[Conclusion]:
    """Read the conclusions of a consultation in scope, in order: whoever was there may know them all."""
    return (
        select(Conclusion)
        .where(Conclusion.consultation_id == consultation_id)
        .order_by(col(Conclusion.number))
    )


@query
def issues_of_project(project_id: str, ids: list[str]) -> Selection[Issue]:
    """Read some issues of a project in scope."""
    return select(Issue).where(Issue.project_id == project_id, one_of(col(Issue.id), ids))


@query
def operators_by_id(ids: list[str]) -> Selection[Operator]:
    """Find registered persons by id."""
    return select(Operator).where(one_of(col(Operator.id), ids))


@query
def _open_of(
    person: str, areas: Any, department: str | None, owner: str | None, project_id: str | None, *, kind: Any
) -> Selection[Any]:
    statement = select(kind).where(
        kind.responsible == person, kind.state == OPEN, *seen(kind, areas, department, owner)
    )
    if project_id is not None:
        statement = statement.where(kind.project_id == project_id)
    found: Selection[Any] = statement.order_by(kind.id)
    return found


@query
def open_duties(
    limit: int, areas: Any, department: str | None, owner: str | None, office: str | None, people: Any,
    on: date | None, on_id: str | None, *, kind: Any,
) -> Selection[tuple[Any, Project]]:  # fmt: skip
    """Find what an office, or any of some people, has open, by day; neither named: what the agency has."""
    statement: Any = (
        select(kind, Project)
        .join(Project, col(Project.id) == kind.project_id)
        .where(kind.state == OPEN, *seen(kind, areas, department, owner))
    )
    if office is not None:
        statement = statement.where(kind.department_code == office)
    if people is not None:
        statement = statement.where(one_of(kind.responsible, people))
    if office is None and people is None:
        statement = statement.where(kind.department_code.is_(None))
    if on_id is not None:
        statement = statement.where(or_(kind.due_on > on, and_(kind.due_on == on, kind.id >= on_id)))
    found: Selection[tuple[Any, Project]] = statement.order_by(kind.due_on, kind.id).limit(limit)
    return found


@query
def resolved_duties(
    limit: int, areas: Any, department: str | None, owner: str | None, not_by: str,
    on: date | None, on_id: str | None, *, kind: Any,
) -> Selection[tuple[Any, Project]]:  # fmt: skip
    """Find what others than a person have resolved and nobody has closed, by day."""
    statement: Any = (
        select(kind, Project)
        .join(Project, col(Project.id) == kind.project_id)
        .where(
            kind.state == DutyState.RESOLVED.value,
            kind.resolver != not_by,
            *seen(kind, areas, department, owner),
        )
    )
    if on_id is not None:
        statement = statement.where(or_(kind.due_on > on, and_(kind.due_on == on, kind.id >= on_id)))
    found: Selection[tuple[Any, Project]] = statement.order_by(kind.due_on, kind.id).limit(limit)
    return found


class OpenDuties(NamedTuple):
    """What a person has open."""

    issues: list[Issue]
    conclusions: list[Conclusion]


async def open_of(session: Reader, actor: Actor, person: str, project_id: str | None = None) -> OpenDuties:
    """Give what a person (by his key) has open in the actor's scope; of one project if it is named."""
    asked = (person, *actor.scope, project_id)
    return OpenDuties(
        await session.all(_open_of(*asked, kind=Issue)), await session.all(_open_of(*asked, kind=Conclusion))
    )


async def get_duty(session: Reader, actor: Actor, kind: type[D], duty_id: str) -> tuple[D, ProjectStanding]:
    """Find an issue or a conclusion with the standing of its project, or refuse that it is there."""
    found = await session.first(_duty(duty_id, *actor.scope, kind=kind))
    if found is None:
        raise NOT_FOUND[kind]
    return found[0], found[1]


async def lock_duty(session: Writer, actor: Actor, kind: type[D], duty_id: str) -> D:
    """Find it and keep other writers away from it; lock its project before."""
    found: D | None = await session.first(_locked(duty_id, *actor.scope, kind=kind))
    if found is None:
        raise NOT_FOUND[kind]
    return found


FILTERS = (
    "states", "office", "responsible", "project_id", "late_on", "levels", "item_case_id", "issue_id",
    "consultation_id",
)  # fmt: skip


async def duties_page(
    session: Reader, scope: tuple[Any, str | None, str | None], kind: type[D], limit: int,
    last: str | None, **filters: Any,
) -> list[D]:  # fmt: skip
    """List a page of issues or conclusions that match every filter given."""
    asked: list[Any] = [limit, *scope, *[filters.get(name) for name in FILTERS], last]
    found: list[D] = await session.all(_duties_page(*asked, kind=kind))
    return found
