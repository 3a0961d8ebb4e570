"""Keeping the register of areas and departments; every change of it is an act of an administrator."""

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar

from app.actor import Actor
from app.answers import check_version
from app.areas.models import Area, Department
from app.areas.queries import (
    AreaNotFound,
    DepartmentNotFound,
    departments_page,
    lock_areas,
    lock_department,
    visible_areas,
)
from app.areas.schemas import AreaIn, AreaPatch, AreasIn, DepartmentIn, DepartmentPatch, DepartmentsIn
from app.database import Reader, Writer
from app.domain.attributes import AreaKind
from app.errors import Conflict, Fault, Invalid, Words
from app.events.service import Stamp, record
from app.pages import cursor_of, cut, read_cursor
from app.troubles import clashing

T = TypeVar("T")


class AreaAlreadyExists(Conflict):
    """An area with this code is registered."""

    title = Words("区域代码已存在", "The area exists already")
    detail = Words("编号为 {code} 的区域已登记。", "An area {code} is registered already.")


class DepartmentAlreadyExists(Conflict):
    """A department with this code is registered."""

    title = Words("部门代码已存在", "The department exists already")
    detail = Words("编号为 {code} 的部门已登记。", "A department {code} is registered already.")


class AreaWouldContainItself(Conflict):
    """The new parent lies within the area itself, so that the tree would have a circle."""

    title = Words("上级区域不能位于本区域之内", "The area would contain itself")
    detail = Words(
        "{parent_code} 就是 {code} 或者位于其中，不能作为上级区域。",
        "{parent_code} is {code} or lies within it.",
    )


class NationalCodeDoesNotFit(Invalid):
    """A functional area has no division code (GB/T 2260), every other area has one."""

    title = Words("区划代码与区域类别不符", "The division code does not fit the kind")
    detail = Words(
        "功能区没有 GB/T 2260 代码，gb2260_code 须为 null；其他区域须填写。",
        "A functional area has no code of GB/T 2260: gb2260_code is null. Every other area has one.",
    )


class ValidityEndsTooEarly(Invalid):
    """The last valid day lies before the first."""

    title = Words("有效期止日早于起日", "The validity ends before it begins")
    detail = Words(
        "valid_to（{valid_to}）早于 valid_from（{valid_from}）。",
        "valid_to {valid_to} is before valid_from {valid_from}.",
    )


def check_validity(valid_from: date, valid_to: date | None) -> None:
    """Refuse a span whose last day lies before its first; without a last day it is open."""
    if valid_to is not None and valid_to < valid_from:
        raise ValidityEndsTooEarly(
            faults=[Fault("/valid_to", "ValidityEndsTooEarly", ValidityEndsTooEarly.title)],
            valid_from=valid_from,
            valid_to=valid_to,
        )


def _check_area(kind: str, gb2260_code: str | None, valid_from: date, valid_to: date | None) -> None:
    check_validity(valid_from, valid_to)
    if (kind == AreaKind.FUNCTIONAL_AREA) != (gb2260_code is None):
        raise NationalCodeDoesNotFit(
            faults=[Fault("/gb2260_code", "NationalCodeDoesNotFit", NationalCodeDoesNotFit.title)]
        )


def _with(row: T, facts: Mapping[str, Any]) -> T:
    changed: T = row._replace(**facts)  # type: ignore[attr-defined]  # rows are named tuples
    return changed


async def list_areas(session: Reader, actor: Actor, asked: AreasIn) -> tuple[list[Area], str | None]:
    """List a page of the areas the caller may know, by code."""
    last = read_cursor(asked.cursor, str)
    found = [
        area
        for area in (await visible_areas(session, actor)).values()
        if (last is None or area.code > (last[0] or ""))
        and (asked.parent is None or area.parent_code == asked.parent)
        and (asked.kind is None or area.kind == asked.kind)
        and (asked.valid_on is None or area.valid_from <= asked.valid_on <= (area.valid_to or asked.valid_on))
    ]
    rows, has_more = cut(found, asked.limit)
    return rows, cursor_of(rows[-1].code) if has_more else None


async def register_area(session: Writer, actor: Actor, given: AreaIn) -> Area:
    """Enter an area below one of the caller's. Refuses foreign parents and a code that is taken."""
    if not actor.has_area(given.parent_code):
        raise AreaNotFound(code=given.parent_code)
    _check_area(given.kind, given.gb2260_code, given.valid_from, given.valid_to)
    taken = AreaAlreadyExists(code=given.code)
    with clashing(pk_area=taken, uq_area_code=taken):
        area = await session.insert(
            Area,
            code=given.code,
            gb2260_code=given.gb2260_code,
            kind=given.kind,
            name_zh=given.name_zh,
            name_en=given.name_en,
            parent_code=given.parent_code,
            valid_from=given.valid_from,
            valid_to=given.valid_to,
        )
    await record(session, actor, "area.registered", Stamp(None, area.code, None))
    return area


async def change_area(
    session: Writer, actor: Actor, code: str, given: AreaPatch, expected: int | None
) -> Area:
    """Change facts of an area. Refuses a stale version, foreign parents and a circle."""
    areas = {area.code: area for area in await session.all(lock_areas())}
    area = areas.get(code) if actor.has_area(code) else None
    if area is None:
        raise AreaNotFound(code=code)
    check_version(expected, area.version)
    facts = given.given()
    if "parent_code" in facts:
        _check_parent(actor, areas, code, facts["parent_code"])
    wanted = _with(area, facts)
    _check_area(wanted.kind, wanted.gb2260_code, wanted.valid_from, wanted.valid_to)
    area = await session.change(area, **facts, version=area.version + 1)
    await record(session, actor, "area.changed", Stamp(None, code, None))
    return area


def _check_parent(actor: Actor, areas: Mapping[str, Area], code: str, parent_code: str) -> None:
    if not actor.has_area(parent_code) and parent_code != areas[code].parent_code:
        raise AreaNotFound(code=parent_code)
    here: str | None = parent_code
    while here is not None:
        if here == code:
            raise AreaWouldContainItself(code=code, parent_code=parent_code)
        here = areas[here].parent_code


async def list_departments(
    session: Reader, actor: Actor, asked: DepartmentsIn
) -> tuple[list[Department], str | None]:
    """List a page of the departments of the areas the caller may know, by code."""
    last = read_cursor(asked.cursor, str)
    areas = [a for a in await visible_areas(session, actor) if asked.area is None or a == asked.area]
    found = await session.all(
        departments_page(
            asked.limit + 1, areas, asked.valid_on, asked.is_agency_office, last[0] if last else None
        )
    )
    rows, has_more = cut(found, asked.limit)
    return rows, cursor_of(rows[-1].code) if has_more else None


async def register_department(session: Writer, actor: Actor, given: DepartmentIn) -> Department:
    """Enter a department of one of the caller's areas. Refuses a code that is taken."""
    if not actor.has_area(given.area_code):
        raise AreaNotFound(code=given.area_code)
    check_validity(given.valid_from, given.valid_to)
    taken = DepartmentAlreadyExists(code=given.code)
    with clashing(pk_department=taken, uq_department_code=taken):
        department = await session.insert(
            Department,
            code=given.code,
            area_code=given.area_code,
            name_zh=given.name_zh,
            name_en=given.name_en,
            is_agency_office=given.is_agency_office,
            valid_from=given.valid_from,
            valid_to=given.valid_to,
        )
    await record(session, actor, "department.registered", Stamp(None, department.area_code, None))
    return department


async def change_department(
    session: Writer, actor: Actor, code: str, given: DepartmentPatch, expected: int | None
) -> Department:
    """Change facts of a department. Refuses a stale version."""
    department = await session.first(lock_department(code, list(actor.areas)))
    if department is None:
        raise DepartmentNotFound(code=code)
    check_version(expected, department.version)
    facts = given.given()
    wanted = _with(department, facts)
    check_validity(wanted.valid_from, wanted.valid_to)
    department = await session.change(department, **facts, version=department.version + 1)
    await record(session, actor, "department.changed", Stamp(None, department.area_code, None))
    return department
