"""Finding item cases and their steps, always through the caller's scope; a department sees its own only."""

from datetime import date
from typing import Any

from sqlalchemy import text
from sqlmodel import col, select

from app.actor import Actor, within
from app.database import Reader
from app.domain.planned import PlannedItem, read_items
from app.domain.vocabulary import MilestoneKind
from app.errors import NotFound, Words
from app.items.models import UNTRUE, ItemCase, ItemStep
from app.pages import PageIn, cursor_of, cut, read_cursor
from app.plans.models import ServicePlan
from app.progress.models import Milestone
from app.projects.models import Project, ProjectStanding
from app.query import Selection, one_of, query


class ItemCaseNotFound(NotFound):
    """No item case has this id, or the caller may not see it; the two cannot be told apart."""

    title = Words("找不到该事项办件", "Item case not found")
    detail = Words("没有该事项办件，或您无权查看。", "There is no such item case, or you may not see it.")


def mine(areas: Any, department: Any, owner: Any) -> list[Any]:
    """Limit to the scope; a department that takes part in a project sees its own items of it."""
    clauses = within(ItemCase, areas, department, owner)
    return clauses if department is None else [*clauses, ItemCase.department_code == department]


@query
def _case(
    case_id: str, areas: Any, department: str | None, owner: str | None
) -> Selection[tuple[ItemCase, ProjectStanding, Project]]:
    return (
        select(ItemCase, ProjectStanding, Project)
        .join(ProjectStanding, col(ProjectStanding.project_id) == ItemCase.project_id)
        .join(Project, col(Project.id) == ItemCase.project_id)
        .where(ItemCase.id == case_id, *mine(areas, department, owner))
    )


@query
def _steps(case_id: str) -> Selection[ItemStep]:
    return select(ItemStep).where(ItemStep.item_case_id == case_id).order_by(col(ItemStep.number))


@query
def _steps_page(case_id: str, after: int | None, limit: int) -> Selection[ItemStep]:
    statement = select(ItemStep).where(ItemStep.item_case_id == case_id)
    if after is not None:
        statement = statement.where(col(ItemStep.number) > after)
    return statement.order_by(col(ItemStep.number)).limit(limit)


@query
def _of_project(project_id: str) -> Selection[ItemCase]:
    return (
        select(ItemCase)
        .where(ItemCase.project_id == project_id)
        .order_by(col(ItemCase.item_code), col(ItemCase.round), col(ItemCase.id))
    )


@query
def _approved(project_id: str) -> Selection[Any]:
    approved = col(ServicePlan.approved_at).is_not(None)
    return (
        select(ServicePlan.items)
        .where(ServicePlan.project_id == project_id, approved)
        .order_by(col(ServicePlan.number).desc())
        .limit(1)
    )


@query
def _milestone(project_id: str, kind: str) -> Selection[date]:
    return select(Milestone.reached_on).where(
        Milestone.project_id == project_id, Milestone.kind == kind, col(Milestone.confirmed_at).is_not(None)
    )


@query
def step_known_as(client_id: str, source_system: str, external_id: str) -> Selection[ItemStep]:
    """Find the step that a calling system has reported under an id of its own."""
    return select(ItemStep).where(
        ItemStep.client_id == client_id,
        ItemStep.source_system == source_system,
        ItemStep.external_id == external_id,
    )


@query
def steps_of_cases(case_ids: list[str]) -> Selection[ItemStep]:
    """Read all steps of some cases, in the order they were recorded: for counting anew."""
    return (
        select(ItemStep)
        .where(one_of(col(ItemStep.item_case_id), case_ids))
        .order_by(col(ItemStep.item_case_id), col(ItemStep.number))
    )


@query
def silent_before(day: date, limit: int) -> Selection[str]:
    """Find cases that silence has accepted before a day and that nobody has announced."""
    return (
        select(ItemCase.id)
        .where(col(ItemCase.silence_announced).is_(None), col(ItemCase.silence_ends_on) < day)
        .order_by(col(ItemCase.silence_ends_on))
        .limit(limit)
    )


@query
def announced_wrongly(limit: int) -> Selection[str]:
    """Find cases announced as accepted by silence that a later report shows to be not, or at another time."""
    return select(ItemCase.id).where(text(UNTRUE)).limit(limit)


async def find_case(session: Reader, actor: Actor, case_id: str) -> tuple[ItemCase, ProjectStanding, Project]:
    """Find a case with its project, or refuse ``ItemCaseNotFound``."""
    found = await session.first(_case(case_id, *actor.scope))
    if found is None:
        raise ItemCaseNotFound(item_case_id=case_id)
    return found


async def steps_of(session: Reader, case_id: str) -> list[ItemStep]:
    """Read every step of a case in scope, in the order they were recorded."""
    return await session.all(_steps(case_id))


async def cases_of_project(session: Reader, project_id: str) -> list[ItemCase]:
    """Read every case of a project in scope, whosever: for the rules, never for an answer."""
    return await session.all(_of_project(project_id))


async def planned_items(session: Reader, project_id: str) -> dict[str, PlannedItem]:
    """Give the items of a project's approved plan by code; none without a plan, or with a small one."""
    documents = await session.first(_approved(project_id))
    return {item.code: item for item in read_items(documents or ())}


async def production_day(session: Reader, project_id: str) -> date | None:
    """Give the confirmed day on which production began."""
    return await session.first(_milestone(project_id, MilestoneKind.PRODUCTION))


async def list_steps(
    session: Reader, actor: Actor, case_id: str, asked: PageIn
) -> tuple[list[ItemStep], str | None]:
    """List a page of the steps of a case as they were recorded. Refuses ``ItemCaseNotFound``."""
    await find_case(session, actor, case_id)
    (after,) = read_cursor(asked.cursor, int) or (None,)
    rows, has_more = cut(await session.all(_steps_page(case_id, after, asked.limit + 1)), asked.limit)
    return rows, cursor_of(rows[-1].number) if has_more else None
