"""Finding versions to put into force, and the clocks that still run."""

from typing import Any

from sqlmodel import col, exists, or_, select

from app.actor import within
from app.calendars.models import CalendarVersion
from app.calendars.queries import ACTIVE
from app.items.models import ItemCase
from app.projects.models import Project, ProjectStanding
from app.projects.queries import Pair
from app.query import Selection, one_of, query


@query
def active_versions(*, locks: bool) -> Selection[CalendarVersion]:
    """Read every version in force; locked, so that of two activations one waits for the other."""
    statement = (
        select(CalendarVersion).where(CalendarVersion.state == ACTIVE).order_by(col(CalendarVersion.number))
    )
    return statement.with_for_update() if locks else statement


@query
def lock_version(code: str, number: int, areas: Any) -> Selection[CalendarVersion]:
    """Find a version of these areas and keep other writers away from it."""
    return (
        select(CalendarVersion)
        .where(
            CalendarVersion.code == code,
            CalendarVersion.number == number,
            one_of(col(CalendarVersion.area_code), areas),
        )
        .with_for_update()
    )


def _is_open() -> list[Any]:
    return [col(ItemCase.calendar_version).is_not(None), col(ItemCase.done_light).is_(None)]


@query
def open_projects(areas: Any, after: str | None, limit: int, *, locks: bool) -> Selection[Pair]:
    """Read a batch of the projects of some areas that have a clock of their own or of an item."""
    has_case = exists(select(1).where(ItemCase.project_id == Project.id, *_is_open()))
    statement = (
        select(Project, ProjectStanding)
        .join(ProjectStanding, col(ProjectStanding.project_id) == Project.id)
        .where(*within(Project, areas, None, None), or_(col(Project.due_move).is_not(None), has_case))
    )
    if after is not None:
        statement = statement.where(col(Project.id) > after)
    statement = statement.order_by(col(Project.id)).limit(limit)
    return statement.with_for_update(of=[Project, ProjectStanding]) if locks else statement


@query
def open_cases(project_ids: Any) -> Selection[ItemCase]:
    """Read the cases of some projects whose clocks still run."""
    return (
        select(ItemCase)
        .where(one_of(col(ItemCase.project_id), project_ids), *_is_open())
        .order_by(col(ItemCase.project_id), col(ItemCase.item_code), col(ItemCase.id))
    )


@query
def stale_projects(areas: Any, number: int, limit: int) -> Selection[str]:
    """Find projects with a clock that was counted with another version than the one in force."""
    case = exists(
        select(1).where(
            ItemCase.project_id == Project.id, *_is_open(), col(ItemCase.calendar_version) != number
        )
    )
    own = col(Project.due_move).is_not(None) & (col(Project.calendar_version) != number)
    return (
        select(Project.id)
        .where(*within(Project, areas, None, None), or_(own, case))
        .order_by(col(Project.id))
        .limit(limit)
    )
