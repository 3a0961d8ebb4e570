"""The list of projects: typed filters, five orders, keyset pages; one statement whatever the page."""

from datetime import date
from typing import Any

from sqlalchemy import and_, exists, func, or_
from sqlmodel import col, select

from app.actor import Actor, within
from app.database import Reader
from app.errors import Invalid, Words
from app.pages import CursorInvalid, cursor_of, cut, read_cursor, read_id
from app.projects.answers import project_summary
from app.projects.models import ExternalId, Project, ProjectCodeEntry
from app.projects.schemas import ProjectSearchIn, ProjectsIn, ProjectSummaryOut
from app.query import Selection, one_of, query
from app.wire import is_uuid


class SearchNeedsACriterion(Invalid):
    """A search names at least one criterion; an external id is named together with its source system."""

    title = Words("缺少查询条件", "No criterion")
    detail = Words(
        "请至少给出一个条件；external_id 与 source_system 须同时给出。",
        "Give at least one criterion; external_id and source_system go together.",
    )


def _filtered(statement: Any, filters: dict[str, Any]) -> Any:
    """Add the filters that were asked for."""
    if filters["stage"] is not None:
        statement = statement.where(Project.stage == filters["stage"])
    if filters["stages"] is not None:
        statement = statement.where(one_of(col(Project.stage), filters["stages"]))
    if filters["process_class"] is not None:
        statement = statement.where(Project.process_class == filters["process_class"])
    if filters["service_mode"] is not None:
        statement = statement.where(Project.service_mode == filters["service_mode"])
    if filters["start_from"] is not None:
        statement = statement.where(col(Project.planned_start_on) >= filters["start_from"])
    if filters["start_to"] is not None:
        statement = statement.where(col(Project.planned_start_on) <= filters["start_to"])
    if filters["pattern"] is not None:
        statement = statement.where(col(Project.name).like(filters["pattern"], escape="\\"))
    return statement


@query
def _page(
    limit: int, area: str | None, areas: Any, department: str | None, owner: str | None,
    stage: str | None, stages: Any, process_class: str | None, service_mode: str | None,
    start_from: date | None, start_to: date | None, pattern: str | None,
    last_value: date | None, last_id: str | None, *, sort: str,
) -> Selection[Project]:  # fmt: skip
    filters = locals()
    statement = _filtered(select(Project).where(*_scoped(area, areas, department, owner)), filters)
    name = sort.removeprefix("-")
    is_down = sort.startswith("-")
    key = col(Project.id)
    if name == "registered_at":  # ids are made in this order
        if last_id is not None:
            statement = statement.where(key < last_id if is_down else key > last_id)
        return statement.order_by(key.desc() if is_down else key).limit(limit)
    column: Any = getattr(Project, name)
    statement = statement.where(column.is_not(None))
    if last_id is not None:
        beyond = column < last_value if is_down else column > last_value
        after = key < last_id if is_down else key > last_id
        statement = statement.where(or_(beyond, and_(column == last_value, after)))
    orders = (column.desc(), key.desc()) if is_down else (column, key)
    return statement.order_by(*orders).limit(limit)


@query
def _count(
    area: str | None, areas: Any, department: str | None, owner: str | None,
    stage: str | None, stages: Any, process_class: str | None, service_mode: str | None,
    start_from: date | None, start_to: date | None, pattern: str | None,
) -> Selection[int]:  # fmt: skip
    filters = locals()
    statement = select(func.count()).select_from(Project).where(*_scoped(area, areas, department, owner))
    return _filtered(statement, filters)


def _scoped(area: Any, areas: Any, department: Any, owner: Any) -> list[Any]:
    """Limit to the scope; one area is compared by equality, which an index can follow."""
    clauses = within(Project, areas, department, owner)
    return clauses if area is None else [Project.area_code == area, *clauses[1:]]


async def list_projects(
    session: Reader, actor: Actor, asked: ProjectsIn
) -> tuple[list[ProjectSummaryOut], str | None, int | None]:
    """List a page of the projects in scope that match every filter, in the order asked for."""
    areas = actor.areas if asked.area is None else tuple(a for a in asked.area if actor.has_area(a))
    last = read_cursor(asked.cursor, str, str, str)
    if last is not None and last[0] != asked.sort:
        last = None
    stage = asked.stage[0] if asked.stage is not None and len(asked.stage) == 1 else None
    pattern = None if asked.q is None else f"%{_escaped(asked.q)}%"
    filters = (
        areas[0] if len(areas) == 1 else None,
        list(areas),
        actor.scope.department,
        actor.scope.owner,
        stage,
        list(asked.stage) if asked.stage is not None and stage is None else None,
        asked.process_class,
        asked.service_mode,
        asked.planned_start_on_from,
        asked.planned_start_on_to,
        pattern,
    )
    at = _place_after(last)
    rows, has_more = cut(
        await session.all(_page(asked.limit + 1, *filters, *at, sort=asked.sort)), asked.limit
    )
    cursor = None
    if has_more:
        value = getattr(rows[-1], asked.sort.removeprefix("-"))
        shown = value.isoformat() if isinstance(value, date) and "registered" not in asked.sort else ""
        cursor = cursor_of(asked.sort, shown, rows[-1].id)
    total = await session.one(_count(*filters)) if asked.include == "total" else None
    return [project_summary(p, actor.today) for p in rows], cursor, total


def _place_after(last: tuple[Any, ...] | None) -> tuple[date | None, str | None]:
    """Read where the page before ended; refuses a cursor that nobody here gave out."""
    if last is None:
        return None, None
    _, day, key = last
    try:
        place = date.fromisoformat(day) if day else None
    except ValueError:
        raise CursorInvalid from None
    if key is None or not is_uuid(key):
        raise CursorInvalid
    return place, key


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


@query
def _found(
    limit: int, areas: Any, department: str | None, owner: str | None, uscc: str | None, code: str | None,
    source_system: str | None, external_id: str | None, pattern: str | None, last_id: str | None,
) -> Selection[Project]:  # fmt: skip
    statement = select(Project).where(*within(Project, areas, department, owner))
    if uscc is not None:
        statement = statement.where(Project.owner_uscc == uscc)
    if code is not None:
        has_had = (ProjectCodeEntry.project_id == Project.id, ProjectCodeEntry.code == code)
        statement = statement.where(exists().where(*has_had))
    if external_id is not None:
        is_known_as = (
            ExternalId.project_id == Project.id,
            ExternalId.source_system == source_system,
            ExternalId.external_id == external_id,
        )
        statement = statement.where(exists().where(*is_known_as))
    if pattern is not None:
        statement = statement.where(col(Project.name).like(pattern, escape="\\"))
    if last_id is not None:
        statement = statement.where(col(Project.id) < last_id)
    return statement.order_by(col(Project.id).desc()).limit(limit)


async def search_projects(
    session: Reader, actor: Actor, asked: ProjectSearchIn
) -> tuple[list[ProjectSummaryOut], str | None]:
    """Find the projects in scope that fit every criterion, newest first; a code may be a former one.

    Refuses a search without criterion, and half an external id.
    """
    criteria = (asked.owner_uscc, asked.project_code, asked.source_system, asked.external_id)
    if (asked.external_id is None) != (asked.source_system is None) or not any((*criteria, asked.name)):
        raise SearchNeedsACriterion
    pattern = None if asked.name is None else f"%{_escaped(asked.name)}%"
    last = read_id(asked.cursor)
    found = _found(asked.limit + 1, *actor.scope, *criteria, pattern, last)
    rows, has_more = cut(await session.all(found), asked.limit)
    cursor = cursor_of(rows[-1].id) if has_more else None
    return [project_summary(p, actor.today) for p in rows], cursor
