"""The list of item cases across projects: by light, department, due date; one statement whatever the page."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import and_, false, func, not_, or_
from sqlmodel import col, select

from app.actor import Actor
from app.database import Reader
from app.domain.clocks import Light
from app.domain.planned import TimeBearer
from app.items.models import ItemCase
from app.items.queries import mine
from app.items.schemas import ItemCasesIn
from app.pages import CursorInvalid, PageIn, cursor_of, cut, read_cursor, read_id
from app.projects.models import Project
from app.projects.queries import get_project
from app.query import Selection, one_of, query
from app.wire import is_uuid

Row = tuple[ItemCase, str]


def _clocks() -> tuple[tuple[Any, Any, Any], ...]:
    return (
        (col(ItemCase.statutory_from), col(ItemCase.statutory_due_on), col(ItemCase.statutory_warn_on)),
        (col(ItemCase.promised_from), col(ItemCase.promised_due_on), col(ItemCase.promised_warn_on)),
    )


def shines(light: Light, today: Any) -> Any:
    """Write what ``counting.light_of`` decides as a condition: the worst of both clocks."""
    has_limit = or_(col(ItemCase.statutory_limit).is_not(None), col(ItemCase.promised_limit).is_not(None))
    done = col(ItemCase.done_light)
    if light in {Light.DONE_IN_TIME, Light.DONE_LATE}:
        return done == light.value
    if light is Light.NO_LIMIT:
        return not_(has_limit)
    begun = [(starts <= today, due, warn) for starts, due, warn in _clocks()]
    red = or_(*[and_(has_begun, due < today) for has_begun, due, _ in begun])
    yellow = or_(*[and_(has_begun, due.is_not(None), warn <= today) for has_begun, due, warn in begun])
    paused = or_(*[and_(has_begun, due.is_(None)) for has_begun, due, _ in begun])
    running = or_(*[has_begun for has_begun, _, _ in begun])
    order = [(Light.RED, red), (Light.YELLOW, yellow), (Light.PAUSED, paused), (Light.GREEN, running)]
    worse: Any = false()
    for name, condition in order:
        here = _is_true(condition)
        if name is light:
            return and_(done.is_(None), has_limit, here, not_(worse))
        worse = or_(worse, here)
    ended_unstarted = done == Light.NOT_STARTED.value
    return and_(has_limit, or_(ended_unstarted, and_(done.is_(None), not_(worse))))


def _is_true(condition: Any) -> Any:
    """Take unknown for false, as a clock that has not begun compares with nothing."""
    return func.coalesce(condition, false())


def _filters(
    states: Any, handled_by: Any, bearer: Any, item_code: Any, due_from: Any, due_to: Any
) -> list[Any]:
    """Write the filters that were asked for."""
    wanted = (
        (states, lambda: one_of(col(ItemCase.state), states)),
        (handled_by, lambda: ItemCase.department_code == handled_by),
        (bearer, lambda: ItemCase.bearer == bearer),
        (item_code, lambda: ItemCase.item_code == item_code),
        (due_from, lambda: col(ItemCase.due_on) >= due_from),
        (due_to, lambda: col(ItemCase.due_on) <= due_to),
    )
    return [write() for value, write in wanted if value is not None]


@query
def _page(
    limit: int, areas: Any, department: str | None, owner: str | None, today: date, states: Any,
    handled_by: str | None, bearer: str | None, item_code: str | None, due_from: date | None,
    due_to: date | None, last_value: date | None, last_id: str | None, *, sort: str, lights: tuple[str, ...],
) -> Selection[Row]:  # fmt: skip
    statement: Any = (
        select(ItemCase, Project.name)
        .join(Project, col(Project.id) == ItemCase.project_id)
        .where(*mine(areas, department, owner))
    )
    filters = (states, handled_by, bearer, item_code, due_from, due_to)
    statement = statement.where(*_filters(*filters))
    if lights:
        statement = statement.where(or_(*[shines(Light(light), today) for light in lights]))
    is_down, key = sort.startswith("-"), col(ItemCase.id)
    if sort.endswith("opened_at"):  # ids are made in this order
        if last_id is not None:
            statement = statement.where(key < last_id if is_down else key > last_id)
        return statement.order_by(key.desc() if is_down else key).limit(limit)
    column = col(ItemCase.due_on)
    statement = statement.where(column.is_not(None))
    if last_id is not None:
        beyond = column < last_value if is_down else column > last_value
        after = key < last_id if is_down else key > last_id
        statement = statement.where(or_(beyond, and_(column == last_value, after)))
    orders = (column.desc(), key.desc()) if is_down else (column, key)
    return statement.order_by(*orders).limit(limit)


async def list_cases(session: Reader, actor: Actor, asked: ItemCasesIn) -> tuple[list[Row], str | None]:
    """List a page of the cases in scope that match every filter.

    A light asked for with a department is that of the department's own time: the owner's never counts.
    """
    areas = actor.areas if asked.area is None else tuple(a for a in asked.area if actor.has_area(a))
    bearer: str | None = asked.bearer
    is_departments = asked.department is not None or actor.scope.department is not None
    if bearer is None and asked.light and is_departments:
        bearer = TimeBearer.DEPARTMENT
    last_value, last_id = _place(asked)
    rows, has_more = cut(
        await session.all(
            _page(
                asked.limit + 1,
                list(areas),
                actor.scope.department,
                actor.scope.owner,
                actor.today,
                None if asked.state is None else list(asked.state),
                asked.department,
                bearer,
                asked.item_code,
                asked.due_on_from,
                asked.due_on_to,
                last_value,
                last_id,
                sort=asked.sort,
                lights=tuple(sorted({str(light) for light in asked.light or ()})),
            )
        ),
        asked.limit,
    )
    return rows, _next(asked, rows) if has_more else None


def _place(asked: ItemCasesIn) -> tuple[date | None, str | None]:
    """Read where the page before ended; refuses a cursor of another order, or one nobody gave out."""
    last = read_cursor(asked.cursor, str, str, str)
    if last is None:
        return None, None
    sort, day, key = last
    try:
        place = date.fromisoformat(day) if day else None
    except ValueError:
        raise CursorInvalid from None
    is_by_due = asked.sort.endswith("due_on")
    if sort != asked.sort or key is None or not is_uuid(key) or (place is None) is is_by_due:
        raise CursorInvalid
    return place, key


def _next(asked: ItemCasesIn, rows: Sequence[Row]) -> str:
    case = rows[-1][0]
    day = case.due_on.isoformat() if asked.sort.endswith("due_on") and case.due_on else ""
    return cursor_of(asked.sort, day, case.id)


@query
def _of_project(
    project_id: str, areas: Any, department: str | None, owner: str | None, after: str | None, limit: int
) -> Selection[Row]:
    statement: Any = (
        select(ItemCase, Project.name)
        .join(Project, col(Project.id) == ItemCase.project_id)
        .where(ItemCase.project_id == project_id, *mine(areas, department, owner))
    )
    if after is not None:
        statement = statement.where(col(ItemCase.id) > after)
    return statement.order_by(col(ItemCase.id)).limit(limit)


async def list_project_cases(
    session: Reader, actor: Actor, project_id: str, asked: PageIn
) -> tuple[list[Row], str | None]:
    """List a page of a project's cases, oldest first. Refuses ``ProjectNotFound``."""
    await get_project(session, actor, project_id)
    after = read_id(asked.cursor)
    found = await session.all(_of_project(project_id, *actor.scope, after, asked.limit + 1))
    rows, has_more = cut(found, asked.limit)
    return rows, cursor_of(rows[-1][0].id) if has_more else None
