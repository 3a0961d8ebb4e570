"""Finding areas and departments."""

from sqlmodel import col, select

from app.areas.models import Area, Department
from app.database import Reader
from app.errors import NotFound, Words
from app.query import Selection, query


class AreaNotFound(NotFound):
    """No area has this code, or it is not one of the caller's."""

    title = Words("找不到该区域", "Area not found")
    detail = Words("没有编号为 {code} 的区域,或您无权使用。", "There is no area {code}, or it is not yours.")


class DepartmentNotFound(NotFound):
    """No department has this code, or it is not in one of the caller's areas."""

    title = Words("找不到该部门", "Department not found")
    detail = Words("没有编号为 {code} 的部门,或您无权查看。", "There is no department {code} for you.")


@query
def all_areas() -> Selection[Area]:
    """List every area, by code; there are a few hundred at most."""
    return select(Area).order_by(col(Area.code))


@query
def find_area(code: str) -> Selection[Area]:
    """Find an area by code."""
    return select(Area).where(Area.code == code)


@query
def find_department(code: str) -> Selection[Department]:
    """Find a department by code."""
    return select(Department).where(Department.code == code)


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
