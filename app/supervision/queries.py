"""Finding supervision notices: by area, and a department those to itself."""

from typing import Any

from sqlalchemy import and_, exists, func, or_, update
from sqlmodel import col, select

from app.actor import Actor, within
from app.database import Reader, Writer
from app.domain.supervision import OPEN
from app.domain.supervision_terms import NoticeState
from app.errors import NotFound, Words
from app.events.models import Event
from app.projects.models import Project
from app.query import Selection, one_of, query
from app.supervision.models import SupervisionNotice

OPEN_STATES = [state.value for state in OPEN]
ACTIVATED = "calendar.activated"
Row = tuple[SupervisionNotice, str]


class NoticeNotFound(NotFound):
    """No notice has this id, or the caller may not see it."""

    title = Words("找不到该督办", "Supervision notice not found")
    detail = Words("没有该督办，或您无权查看。", "There is no such notice, or you may not see it.")


def seen_notices(areas: Any, department: Any, owner: Any) -> list[Any]:
    """Limit to the scope. A department sees the notices to itself."""
    clauses: list[Any] = within(SupervisionNotice, areas, department, owner)
    return clauses if department is None else [*clauses, SupervisionNotice.department_code == department]


@query
def _notice(notice_id: str, areas: Any, department: str | None, owner: str | None) -> Selection[Row]:
    return (
        select(SupervisionNotice, Project.name)
        .join(Project, col(Project.id) == SupervisionNotice.project_id)
        .where(SupervisionNotice.id == notice_id, *seen_notices(areas, department, owner))
    )


@query
def _locked(
    notice_id: str, areas: Any, department: str | None, owner: str | None
) -> Selection[SupervisionNotice]:
    return (
        select(SupervisionNotice)
        .where(SupervisionNotice.id == notice_id, *seen_notices(areas, department, owner))
        .with_for_update()
    )


@query
def notices_page(
    limit: int, areas: Any, department: str | None, owner: str | None, states: Any, project_id: str | None,
    item_case_id: str | None, handled_by: str | None, *, subject: str | None, last: str | None,
) -> Selection[Row]:  # fmt: skip
    """List the notices in scope that match every filter, the newest first, after the last one seen."""
    statement = (
        select(SupervisionNotice, Project.name)
        .join(Project, col(Project.id) == SupervisionNotice.project_id)
        .where(*seen_notices(areas, department, owner))
    )
    if states is not None:
        statement = statement.where(one_of(col(SupervisionNotice.state), states))
    if project_id is not None:
        statement = statement.where(SupervisionNotice.project_id == project_id)
    if item_case_id is not None:
        statement = statement.where(SupervisionNotice.item_case_id == item_case_id)
    if handled_by is not None:
        statement = statement.where(SupervisionNotice.department_code == handled_by)
    if subject is not None:
        case_id = col(SupervisionNotice.item_case_id)
        statement = statement.where(case_id.is_(None) if subject == "stage" else case_id.is_not(None))
    if last is not None:
        statement = statement.where(col(SupervisionNotice.id) < last)
    return statement.order_by(col(SupervisionNotice.id).desc()).limit(limit)


@query
def open_about(
    project_id: str, item_case_id: str | None, stage: str | None, states: list[str]
) -> Selection[str]:
    """Find a notice that is open about a case, or about a stage of a project."""
    statement = select(SupervisionNotice.id).where(
        SupervisionNotice.project_id == project_id, one_of(col(SupervisionNotice.state), states)
    )
    if item_case_id is not None:
        return statement.where(SupervisionNotice.item_case_id == item_case_id)
    return statement.where(SupervisionNotice.stage == stage)


@query
def last_sequence() -> Selection[int]:
    """Tell where the ledger ends."""
    return select(func.coalesce(func.max(Event.sequence), 0))


@query
def unchecked(limit: int) -> Selection[SupervisionNotice]:
    """Find notices whose project, or whose calendar, has seen something since they were last checked."""
    concerns = or_(Event.project_id == SupervisionNotice.project_id, Event.type == ACTIVATED)
    news = exists().where(and_(concerns, Event.sequence > SupervisionNotice.checked_through))
    return (
        select(SupervisionNotice)
        .where(SupervisionNotice.state != NoticeState.WITHDRAWN.value, news)
        .order_by(col(SupervisionNotice.id))
        .limit(limit)
    )


@query
def mark_checked(notice_id: str, through: int) -> Selection[Any]:
    """Remember how far a notice was checked; no part of the ledger."""
    return (
        update(SupervisionNotice)
        .where(col(SupervisionNotice.id) == notice_id)
        .values(checked_through=through)
    )


async def get_notice(session: Reader, actor: Actor, notice_id: str) -> Row:
    """Find a notice with the name of its project, or refuse ``NoticeNotFound``."""
    found = await session.first(_notice(notice_id, *actor.scope))
    if found is None:
        raise NoticeNotFound
    return found


async def lock_notice(session: Writer, actor: Actor, notice_id: str) -> SupervisionNotice:
    """Find a notice and keep other writers away from it; lock its project before."""
    found = await session.first(_locked(notice_id, *actor.scope))
    if found is None:
        raise NoticeNotFound
    return found
