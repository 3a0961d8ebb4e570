"""Finding list memberships and thresholds."""

from datetime import date
from typing import Any

from sqlalchemy import or_
from sqlmodel import col, select

from app.actor import Actor
from app.areas.queries import AreaNotFound, areas_above, visible_areas
from app.database import Reader
from app.errors import NotFound, Words
from app.majors.models import ListMembership, ThresholdPolicy
from app.pages import cursor_of, cut, read_id
from app.projects.queries import find_part
from app.query import Selection, one_of, query


class MembershipNotFound(NotFound):
    """The project has no list membership of this id."""

    title = Words("找不到该名单记录", "List membership not found")
    detail = Words("该项目没有此名单记录。", "The project has no such list membership.")


@query
def thresholds_of(areas: Any) -> Selection[ThresholdPolicy]:
    """List the thresholds of some areas, whenever valid; there are a few a year."""
    return select(ThresholdPolicy).where(one_of(col(ThresholdPolicy.area_code), areas))


@query
def _page(limit: int, areas: Any, on: date | None, after: str | None) -> Selection[ThresholdPolicy]:
    statement = select(ThresholdPolicy).where(one_of(col(ThresholdPolicy.area_code), areas))
    if on is not None:
        statement = statement.where(
            col(ThresholdPolicy.valid_from) <= on,
            or_(col(ThresholdPolicy.valid_to).is_(None), col(ThresholdPolicy.valid_to) >= on),
        )
    if after is not None:
        statement = statement.where(col(ThresholdPolicy.id) > after)
    return statement.order_by(col(ThresholdPolicy.id)).limit(limit)


async def get_membership(
    session: Reader, actor: Actor, project_id: str, membership_id: str
) -> ListMembership:
    """Find a list membership of a project, or refuse ``MembershipNotFound``."""
    found = await find_part(session, actor, project_id, ListMembership, membership_id)
    if found is None:
        raise MembershipNotFound
    return found


async def list_thresholds(
    session: Reader, actor: Actor, area: str | None, on: date | None, limit: int, cursor: str | None
) -> tuple[list[ThresholdPolicy], str | None]:
    """List a page of the thresholds that bear on the caller's areas, those inherited from above included.

    Refuses an area the caller may not know.
    """
    areas = list(await visible_areas(session, actor))
    if area is not None:
        if area not in areas:
            raise AreaNotFound(code=area)
        areas = list(await areas_above(session, area))
    after = read_id(cursor)
    rows, has_more = cut(await session.all(_page(limit + 1, areas, on, after)), limit)
    return rows, cursor_of(rows[-1].id) if has_more else None
