"""Finding projects, always through the caller's scope."""

from typing import Any

from sqlmodel import col, select

from app.actor import Actor, within
from app.database import Reader, Writer
from app.errors import NotFound, Words
from app.events.service import Stamp
from app.projects.models import Project, ProjectStanding
from app.query import Selection, query

Pair = tuple[Project, ProjectStanding]


class ProjectNotFound(NotFound):
    """No project has this id, or the caller may not see it; the two cannot be told apart."""

    title = Words("找不到该项目", "Project not found")
    detail = Words("没有该项目,或您无权查看。", "There is no such project, or you may not see it.")


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


def stamp_of(project: Project) -> Stamp:
    """Give the scope that the project's events carry."""
    return Stamp(project.id, project.area_code, project.owner_uscc)
