"""Finding areas and departments."""

from datetime import date
from typing import Any

from sqlalchemy import or_
from sqlmodel import col, select

from app.actor import Actor
from app.areas.models import Area, Department
from app.database import Reader
from app.errors import NotFound, Words
from app.query import Selection, one_of, query


class AreaNotFound(NotFound):
    """No area has this code, or it is not one of the caller's."""

    title = Words("找不到该区域", "Area not found")
    detail = Words("没有编号为 {code} 的区域，或您无权使用。", "There is no area {code}, or it is not yours.")


class DepartmentNotFound(NotFound):
    """No department has this code, or it is not in one of the caller's areas."""

    title = Words("找不到该部门", "Department not found")
    detail = Words("没有编号为 {code} 的部门，或您无权查看。", "There is no department {code} for you.")


@query
def all_areas() -> Selection[Area]:
    """List every area, by code; there are a few hundred at most."""
    return select(Area).order_by(col(Area.code))


@query
def lock_areas() -> Selection[Area]:
    """List every area and keep others from moving one: a circle needs two who do not see each other.

    Rows that merely refer to an area may still be written.
    """
    return select(Area).order_by(col(Area.code)).with_for_update(key_share=True)


@query
def find_area(code: str) -> Selection[Area]:
    """Find an area by code."""
    return select(Area).where(Area.code == code)


@query
def find_department(code: str) -> Selection[Department]:
    """Find a department by code."""
    return select(Department).where(Department.code == code)


@query
def lock_department(code: str, areas: Any) -> Selection[Department]:
    """Find a department in one of these areas and keep other writers away from it."""
    return (
        select(Department)
        .where(Department.code == code, one_of(col(Department.area_code), areas))
        .with_for_update(key_share=True)
    )


@query
def departments_page(
    limit: int, areas: Any, valid_on: date | None, is_agency_office: bool | None, last: str | None
) -> Selection[Department]:
    """List departments of some areas by code, after the last one seen."""
    statement = select(Department).where(one_of(col(Department.area_code), areas))
    if valid_on is not None:
        statement = statement.where(
            col(Department.valid_from) <= valid_on,
            or_(col(Department.valid_to).is_(None), col(Department.valid_to) >= valid_on),
        )
    if is_agency_office is not None:
        statement = statement.where(col(Department.is_agency_office) == is_agency_office)
    if last is not None:
        statement = statement.where(col(Department.code) > last)
    return statement.order_by(col(Department.code)).limit(limit)


async def visible_areas(session: Reader, actor: Actor) -> dict[str, Area]:
    """Give the caller's areas and those they lie in, which he may know by name; in the order of codes."""
    every = {area.code: area for area in await session.all(all_areas())}
    seen: set[str] = set()
    waiting = list(actor.areas)
    while waiting:
        area = every.get(waiting.pop())
        if area is not None and area.code not in seen:
            seen.add(area.code)
            waiting += [area.parent_code] if area.parent_code else []
    return {code: every[code] for code in sorted(seen)}


async def get_area(session: Reader, actor: Actor, code: str) -> Area:
    """Find an area the caller may know, or refuse ``AreaNotFound``."""
    found = (await visible_areas(session, actor)).get(code)
    if found is None:
        raise AreaNotFound(code=code)
    return found


async def get_department(session: Reader, actor: Actor, code: str) -> Department:
    """Find a department of an area the caller may know, or refuse ``DepartmentNotFound``."""
    found = await session.first(find_department(code))
    if found is None or found.area_code not in await visible_areas(session, actor):
        raise DepartmentNotFound(code=code)
    return found


async def areas_below(session: Reader, code: str) -> tuple[str, ...]:
    """Give an area and all below it, the area itself first."""
    below: dict[str | None, list[str]] = {}
    for area in await session.all(all_areas()):
        below.setdefault(area.parent_code, []).append(area.code)
    found, waiting = [], [code]
    while waiting:
        found.append(here := waiting.pop(0))
        waiting += below.get(here, [])
    return tuple(found)


async def areas_above(session: Reader, code: str) -> tuple[str, ...]:
    """Give an area and all it lies in, the area itself first; none when it is unknown."""
    parents = {a.code: a.parent_code for a in await session.all(all_areas())}
    found: list[str] = []
    here: str | None = code
    while here is not None and here in parents:
        found.append(here)
        here = parents[here]
    return tuple(found)
