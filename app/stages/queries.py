"""Finding the steps a project has taken, through the scope of the project."""

from typing import Any

from sqlmodel import col, select

from app.actor import Actor, within
from app.database import Reader
from app.errors import NotFound, Words
from app.pages import CursorInvalid, PageIn, cursor_of, cut, read_cursor
from app.projects.models import Project
from app.projects.queries import find_part, get_project
from app.query import Selection, query
from app.stages.models import StageTransition

MOST_STEPS = 2**31 - 1  # what the column can hold


class StageTransitionNotFound(NotFound):
    """The project has no step with this id."""

    title = Words("找不到该流转记录", "Stage transition not found")
    detail = Words("该项目没有这条环节流转记录。", "The project has no such stage transition.")


@query
def _page(
    project_id: str, limit: int, after: int | None, areas: Any, department: str | None, owner: str | None
) -> Selection[StageTransition]:
    statement = (
        select(StageTransition)
        .join(Project, col(Project.id) == StageTransition.project_id)
        .where(StageTransition.project_id == project_id, *within(Project, areas, department, owner))
    )
    if after is not None:
        statement = statement.where(col(StageTransition.number) > after)
    return statement.order_by(col(StageTransition.number)).limit(limit)


@query
def steps_of(project_id: str) -> Selection[StageTransition]:
    """Read every step of a locked project, in order."""
    return (
        select(StageTransition)
        .where(StageTransition.project_id == project_id)
        .order_by(col(StageTransition.number))
    )


async def get_transition(
    session: Reader, actor: Actor, project_id: str, transition_id: str
) -> StageTransition:
    """Find a step of a project in scope, or refuse ``StageTransitionNotFound``."""
    found = await find_part(session, actor, project_id, StageTransition, transition_id)
    if found is None:
        raise StageTransitionNotFound
    return found


async def list_steps(
    session: Reader, actor: Actor, project_id: str, asked: PageIn
) -> tuple[list[StageTransition], str | None]:
    """List a page of the steps a project has taken, in their order. Refuses ``ProjectNotFound``."""
    await get_project(session, actor, project_id)
    (after,) = read_cursor(asked.cursor, int) or (None,)
    if after is not None and not 0 <= after <= MOST_STEPS:
        raise CursorInvalid
    found = await session.all(_page(project_id, asked.limit + 1, after, *actor.scope))
    rows, has_more = cut(found, asked.limit)
    return rows, cursor_of(rows[-1].number) if has_more else None
