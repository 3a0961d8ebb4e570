"""HTTP: the register of areas and departments."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.actor import Actor, Anyone, acting_as
from app.answers import VersionIsStale, VersionMissing, expected_version, page, shown
from app.areas import service
from app.areas.models import Area, Department
from app.areas.queries import AreaNotFound, DepartmentNotFound, get_area, get_department
from app.areas.schemas import (
    AreaIn,
    AreaOut,
    AreaPatch,
    AreasIn,
    DepartmentIn,
    DepartmentOut,
    DepartmentPatch,
    DepartmentsIn,
)
from app.areas.service import (
    AreaAlreadyExists,
    AreaWouldContainItself,
    DepartmentAlreadyExists,
    NationalCodeDoesNotFit,
    ValidityEndsTooEarly,
)
from app.database import ReadSession
from app.domain.standing import Role
from app.idempotency import WriteSession, answered
from app.pages import CursorInvalid, PageOut
from app.problems import refuses
from app.route import router as new_router
from app.wire import Code

router = new_router("/v1/areas", "areas")
departments = new_router("/v1/departments", "departments")
Admin = Annotated[Actor, acting_as(Role.ADMIN)]


def _area(row: Area) -> AreaOut:
    return AreaOut(
        code=row.code,
        version=row.version,
        gb2260_code=row.gb2260_code,
        kind=row.kind,
        name_zh=row.name_zh,
        name_en=row.name_en,
        parent_code=row.parent_code,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )


def _department(row: Department) -> DepartmentOut:
    return DepartmentOut(
        code=row.code,
        version=row.version,
        area_code=row.area_code,
        name_zh=row.name_zh,
        name_en=row.name_en,
        is_agency_office=row.is_agency_office,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )


@router.get("", response_model=PageOut[AreaOut], responses=refuses(CursorInvalid))
async def list_areas(
    actor: Anyone, asked: Annotated[AreasIn, Query()], session: ReadSession, request: Request
) -> Response:
    """查询区域 · List the caller's areas and those they lie in.

    按代码排序的平面列表，层级由 parent_code 表示；valid_on 只列当日有效的区域。
    A flat list by code; parent_code makes the tree. valid_on keeps those valid on that day.
    """
    rows, cursor = await service.list_areas(session, actor, asked)
    return page(request, [_area(row) for row in rows], cursor)


@router.post(
    "",
    status_code=201,
    response_model=AreaOut,
    responses=refuses(AreaNotFound, AreaAlreadyExists, NationalCodeDoesNotFit, ValidityEndsTooEarly),
)
async def register_area(actor: Admin, given: AreaIn, session: WriteSession, request: Request) -> Response:
    """登记区域 · Register an area below one of the administrator's.

    功能区没有国家区划代码（gb2260_code 为 null），其他区域必须填写。
    A functional area has no national code (gb2260_code is null); every other area has one.
    """
    area = await service.register_area(session, actor, given)
    request.app.state.authenticate.forget()
    return await answered(session, _area(area), version=area.version, location=f"/v1/areas/{area.code}")


@router.get("/{code}", response_model=AreaOut, responses=refuses(AreaNotFound))
async def get_area_record(actor: Anyone, code: Code, session: ReadSession, request: Request) -> Response:
    """读取区域 · Read an area.

    可读取本级及下级区域，以及它们所在的上级区域。
    The caller's areas can be read, and those they lie in.
    """
    area = await get_area(session, actor, code)
    return shown(request, _area(area), area.version)


@router.patch(
    "/{code}",
    response_model=AreaOut,
    responses=refuses(
        AreaNotFound,
        AreaWouldContainItself,
        NationalCodeDoesNotFit,
        ValidityEndsTooEarly,
        VersionMissing,
        VersionIsStale,
    ),
)
async def change_area(
    actor: Admin, code: Code, given: AreaPatch, session: WriteSession, request: Request
) -> Response:
    """修改区域 · Change facts of an area (If-Match required).

    区域代码不可修改；撤销区域时填写 valid_to。调整上级后，可见范围一秒内随之变化。
    The code never changes; an area that ceases gets a valid_to. Scopes follow a new parent within a second.
    """
    area = await service.change_area(session, actor, code, given, expected_version(request))
    request.app.state.authenticate.forget()
    return await answered(session, _area(area), status=200, version=area.version)


@departments.get("", response_model=PageOut[DepartmentOut], responses=refuses(CursorInvalid))
async def list_departments(
    actor: Anyone, asked: Annotated[DepartmentsIn, Query()], session: ReadSession, request: Request
) -> Response:
    """查询部门 · List the departments of the caller's areas and of those they lie in.

    按代码排序；可按区域、有效日期、是否代办机构筛选。
    By code; filters are the area, the day of validity, and whether it is an agency office.
    """
    rows, cursor = await service.list_departments(session, actor, asked)
    return page(request, [_department(row) for row in rows], cursor)


@departments.post(
    "",
    status_code=201,
    response_model=DepartmentOut,
    responses=refuses(AreaNotFound, DepartmentAlreadyExists, ValidityEndsTooEarly),
)
async def register_department(actor: Admin, given: DepartmentIn, session: WriteSession) -> Response:
    """登记部门 · Register a department of one of the administrator's areas.

    部门代码全局唯一，登记后不可修改。
    The code is unique everywhere and never changes.
    """
    row = await service.register_department(session, actor, given)
    location = f"/v1/departments/{row.code}"
    return await answered(session, _department(row), version=row.version, location=location)


@departments.get("/{code}", response_model=DepartmentOut, responses=refuses(DepartmentNotFound))
async def get_department_record(
    actor: Anyone, code: Code, session: ReadSession, request: Request
) -> Response:
    """读取部门 · Read a department.

    可读取本级、下级及上级区域的部门。
    Departments of the caller's areas can be read, and of those they lie in.
    """
    row = await get_department(session, actor, code)
    return shown(request, _department(row), row.version)


@departments.patch(
    "/{code}",
    response_model=DepartmentOut,
    responses=refuses(DepartmentNotFound, ValidityEndsTooEarly, VersionMissing, VersionIsStale),
)
async def change_department(
    actor: Admin, code: Code, given: DepartmentPatch, session: WriteSession, request: Request
) -> Response:
    """修改部门 · Change facts of a department (If-Match required).

    部门代码和所属区域不可修改；撤并部门时填写 valid_to。
    Code and area stay; a department that ceases gets a valid_to.
    """
    row = await service.change_department(session, actor, code, given, expected_version(request))
    return await answered(session, _department(row), status=200, version=row.version)
