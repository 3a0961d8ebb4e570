"""The list of alarms: by area, project, kind, state and last day; one statement whatever the page."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, or_
from sqlmodel import select

from app.actor import Actor
from app.alarms.queries import Alarm, standing
from app.alarms.schemas import AlarmsIn
from app.database import Reader
from app.domain.validity import NEAR_DAYS, AlarmKind, AlarmState
from app.items.models import ItemCase
from app.items.queries import mine
from app.pages import CursorInvalid, cursor_of, cut, read_cursor
from app.query import Selection, query
from app.wire import is_uuid


def _is_in(state: AlarmState, last: Any, today: Any, near_until: Any) -> Any:
    """Write what ``domain.validity.state_on`` decides; ``near_until`` is the last day that is near today."""
    return {
        AlarmState.AHEAD: last > near_until,
        AlarmState.NEAR: and_(last > today, last <= near_until),
        AlarmState.LAST_DAY: last == today,
        AlarmState.LAPSED: last < today,
    }[state]


@query
def _page(
    limit: int, areas: Any, department: str | None, owner: str | None, project_id: str | None,
    kind: str | None, until: date | None, today: date, near_until: date,
    last_on: date | None, last_id: str | None, last_kind: str | None, *, states: tuple[str, ...],
) -> Selection[Any]:  # fmt: skip
    clauses = mine(areas, department, owner)
    if project_id is not None:
        clauses.append(ItemCase.project_id == project_id)
    found = standing(*clauses).c
    statement = select(*found)
    if kind is not None:
        statement = statement.where(found.kind == kind)
    if until is not None:
        statement = statement.where(found.expires_on <= until)
    if states:
        wanted = [_is_in(AlarmState(s), found.expires_on, today, near_until) for s in states]
        statement = statement.where(or_(*wanted))
    if last_id is not None:
        same_day = and_(found.expires_on == last_on, found.item_case_id > last_id)
        same_case = and_(found.expires_on == last_on, found.item_case_id == last_id, found.kind > last_kind)
        statement = statement.where(or_(found.expires_on > last_on, same_day, same_case))
    return statement.order_by(found.expires_on, found.item_case_id, found.kind).limit(limit)


async def list_alarms(session: Reader, actor: Actor, asked: AlarmsIn) -> tuple[list[Alarm], str | None]:
    """List a page of the alarms in scope that match every filter, the earliest last day first."""
    areas = actor.areas if asked.area is None else tuple(a for a in asked.area if actor.has_area(a))
    found = await session.all(
        _page(
            asked.limit + 1,
            list(areas),
            actor.scope.department,
            actor.scope.owner,
            asked.project,
            asked.kind,
            asked.expires_on_to,
            actor.today,
            actor.today + timedelta(days=NEAR_DAYS),
            *_place(asked.cursor),
            states=tuple(sorted({state.value for state in asked.state or ()})),
        )
    )
    rows, has_more = cut([Alarm(*row) for row in found], asked.limit)
    last = rows[-1] if has_more else None
    cursor = None if last is None else cursor_of(last.expires_on.isoformat(), last.item_case_id, last.kind)
    return rows, cursor


def _place(cursor: str | None) -> tuple[date | None, str | None, str | None]:
    """Read where the page before ended; refuses a cursor that nobody here gave out."""
    last = read_cursor(cursor, str, str, str)
    if last is None:
        return None, None, None
    day, key, kind = last
    try:
        place = date.fromisoformat(day or "")
    except ValueError:
        raise CursorInvalid from None
    if key is None or not is_uuid(key) or kind not in set(AlarmKind):
        raise CursorInvalid
    return place, key, kind
