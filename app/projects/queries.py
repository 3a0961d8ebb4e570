"""Finding projects, always through the caller's scope."""

from typing import Any, TypeVar

from sqlmodel import col, select

from app.actor import Actor, within
from app.actor import ProjectNotFound as ProjectNotFound  # noqa: PLC0414 - rooms know it from here
from app.database import Reader, Writer
from app.events.service import Stamp
from app.pages import PageIn, cursor_of, cut, read_id
from app.projects.models import Project, ProjectStanding
from app.query import Selection, query

Pair = tuple[Project, ProjectStanding]
T = TypeVar("T")


@query
def _project(project_id: str, areas: Any, department: str | None, owner: str | None) -> Selection[Pair]:
    return (
        select(Project, ProjectStanding)
        .join(ProjectStanding, col(ProjectStanding.project_id) == Project.id)
        .where(Project.id == project_id, *within(Project, areas, department, owner))
    )


@query
def _locked(project_id: str, areas: Any, department: str | None, owner: str | None) -> Selection[Pair]:
    return (
        select(Project, ProjectStanding)
        .join(ProjectStanding, col(ProjectStanding.project_id) == Project.id)
        .where(Project.id == project_id, *within(Project, areas, department, owner))
        .with_for_update(of=[Project, ProjectStanding])
    )


async def get_project(session: Reader, actor: Actor, project_id: str) -> Pair:
    """Find a project and its standing, or refuse ``ProjectNotFound``."""
    found = await session.first(_project(project_id, *actor.scope))
    if found is None:
        raise ProjectNotFound(project_id=project_id)
    return found


async def lock_project(session: Writer, actor: Actor, project_id: str) -> Pair:
    """Find a project and keep other writers away from it and its standing until the transaction ends.

    Both rows are locked: after a wait PostgreSQL looks again only at rows it locks, and would pair the
    present project with a standing of the past.

    The first statement of every write about a project. SQLite ignores the row lock; there a write
    session is alone anyway.
    """
    found = await session.first(_locked(project_id, *actor.scope))
    if found is None:
        raise ProjectNotFound(project_id=project_id)
    return found


def stamp_of(project: Project, department: str | None = None) -> Stamp:
    """Give the scope that the project's events carry; one about an item names the item's department."""
    return Stamp(project.id, project.area_code, project.owner_uscc, department)


def _of_project(project_id: str, areas: Any, department: str | None, owner: str | None, kind: Any) -> Any:
    """Select rows of a part of the project; whoever may see the project may see them, whenever written."""
    return (
        select(kind)
        .join(Project, col(Project.id) == kind.project_id)
        .where(kind.project_id == project_id, *within(Project, areas, department, owner))
    )


@query
def _part(
    project_id: str, part_id: str, areas: Any, department: str | None, owner: str | None, *, kind: Any
) -> Selection[Any]:
    return _of_project(project_id, areas, department, owner, kind).where(kind.id == part_id)


@query
def _every_part(
    project_id: str, areas: Any, department: str | None, owner: str | None, *, kind: Any
) -> Selection[Any]:
    return _of_project(project_id, areas, department, owner, kind).order_by(kind.id)


@query
def _parts(
    project_id: str, after: str | None, limit: int, areas: Any, department: str | None, owner: str | None,
    *, kind: Any,
) -> Selection[Any]:  # fmt: skip
    statement = _of_project(project_id, areas, department, owner, kind)
    if after is not None:
        statement = statement.where(kind.id > after)
    return statement.order_by(kind.id).limit(limit)


async def find_part(session: Reader, actor: Actor, project_id: str, kind: type[T], part_id: str) -> T | None:
    """Find one row of a table that has ``project_id``, if it is this project's and the caller may see it."""
    found: T | None = await session.first(_part(project_id, part_id, *actor.scope, kind=kind))
    return found


async def every_part(session: Reader, actor: Actor, project_id: str, kind: type[T]) -> list[T]:
    """Give all rows of a project in a table that has ``project_id``: for facts, under its lock."""
    return await session.all(_every_part(project_id, *actor.scope, kind=kind))


async def list_parts(
    session: Reader, actor: Actor, project_id: str, kind: type[T], asked: PageIn
) -> tuple[list[T], str | None]:
    """List a page of a project's rows in a table that has ``project_id``, oldest first.

    Two statements. Refuses ``ProjectNotFound``.
    """
    await get_project(session, actor, project_id)
    after = read_id(asked.cursor)
    found = await session.all(_parts(project_id, after, asked.limit + 1, *actor.scope, kind=kind))
    rows, has_more = cut(found, asked.limit)
    return rows, cursor_of(rows[-1].id) if has_more else None
