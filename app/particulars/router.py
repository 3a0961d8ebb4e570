"""HTTP: codes, external ids, work packages, duplicates and transfers of a project."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.actor import Actor, Anyone, acting_as
from app.answers import VersionIsStale, VersionMissing, expected_version, page
from app.areas.queries import AreaNotFound
from app.database import ReadSession
from app.domain.standing import Role
from app.files.queries import EvidenceNotFound
from app.idempotency import WriteSession, answered
from app.pages import CursorInvalid, PageIn, PageOut
from app.particulars import packages, service
from app.particulars.answers import closure_body, code_body, external_id_body, package_body, transfer_body
from app.particulars.models import AreaTransfer, WorkPackage
from app.particulars.packages import PreviousPackageImpossible, WorkPackageCodeTaken, WorkPackageNotFound
from app.particulars.schemas import (
    AreaTransferIn,
    AreaTransferOut,
    DuplicateClosureIn,
    DuplicateClosureOut,
    ExternalIdOut,
    ProjectCodeIn,
    ProjectCodeOut,
    WorkPackageIn,
    WorkPackageOut,
    WorkPackagePatch,
)
from app.particulars.service import (
    AlreadyClosedAsDuplicate,
    AreaUnchanged,
    DuplicateOfItself,
    ProjectCodeDayImpossible,
    ProjectCodeUnchanged,
    ReplacementNeedsReason,
    SurvivorInAnotherArea,
    SurvivorIsADuplicate,
)
from app.private.queries import texts_of
from app.problems import refuses
from app.projects.identities import ExternalIdTaken, warnings_about
from app.projects.models import ExternalId, ProjectCodeEntry
from app.projects.queries import ProjectNotFound, list_parts
from app.projects.schemas import ExternalIdIn
from app.projects.service import CompletionBeforeStart
from app.route import router as new_router
from app.wire import Uuid

router = new_router("/v1/projects/{project_id}", "project particulars")
Keeper = Annotated[Actor, acting_as(Role.OFFICER, Role.PORTAL, Role.AGENT, Role.COORDINATOR)]
Clerk = Annotated[Actor, acting_as(Role.OFFICER, Role.COORDINATOR)]
Coordinator = Annotated[Actor, acting_as(Role.COORDINATOR)]
Page = Annotated[PageIn, Query()]


@router.post(
    "/codes",
    status_code=201,
    response_model=ProjectCodeOut,
    responses=refuses(
        ProjectNotFound,
        VersionIsStale,
        ProjectCodeUnchanged,
        ProjectCodeDayImpossible,
        ReplacementNeedsReason,
    ),
)
async def change_project_code(
    actor: Keeper, project_id: Uuid, given: ProjectCodeIn, session: WriteSession, request: Request
) -> Response:
    """登记或变更项目代码 · Give a project its national code, or another one.

    新旧两代编码均可，可不带连字符、可为全角；校验位不符、无法判断编码规则或与其他项目相同时只警告。
    Both generations are read, with or without hyphens, full-width too. A wrong check digit, an ambiguous code
    and a code that another visible project holds are accepted with warnings. ``If-Match`` is honoured.
    """
    project, entry, warnings = await service.change_project_code(
        session, actor, project_id, given, expected_version(request, needed=False)
    )
    return await answered(session, code_body(entry, warnings), version=project.version, project_id=project_id)


@router.get(
    "/codes", response_model=PageOut[ProjectCodeOut], responses=refuses(ProjectNotFound, CursorInvalid)
)
async def list_project_codes(
    actor: Anyone, project_id: Uuid, asked: Page, session: ReadSession, request: Request
) -> Response:
    """查询项目代码沿革 · List the codes a project has and had, oldest first."""
    rows, cursor = await list_parts(session, actor, project_id, ProjectCodeEntry, asked)
    warnings = await warnings_about(session, actor, rows)
    texts = await texts_of(session, [row.reason_id for row in rows])
    return page(request, [code_body(row, warnings[row.id], texts) for row in rows], cursor)


@router.post(
    "/external-ids",
    status_code=201,
    response_model=ExternalIdOut,
    responses=refuses(ProjectNotFound, ExternalIdTaken),
)
async def add_external_id(
    actor: Keeper, project_id: Uuid, given: ExternalIdIn, session: WriteSession
) -> Response:
    """登记外部系统编号 · Note the id of a project in another system.

    同一调用系统、同一来源的编号只能登记一次；已登记时返回 409 并指明项目。
    An id is unique per calling system and source; 409 names the project that has it, if you may see it.
    """
    added = await service.add_external_id(session, actor, project_id, given)
    return await answered(session, external_id_body(added), project_id=project_id)


@router.get(
    "/external-ids",
    response_model=PageOut[ExternalIdOut],
    responses=refuses(ProjectNotFound, CursorInvalid),
)
async def list_external_ids(
    actor: Anyone, project_id: Uuid, asked: Page, session: ReadSession, request: Request
) -> Response:
    """查询外部系统编号 · List the ids of a project in other systems."""
    rows, cursor = await list_parts(session, actor, project_id, ExternalId, asked)
    return page(request, [external_id_body(row) for row in rows], cursor)


@router.post(
    "/duplicate-closure",
    status_code=201,
    response_model=DuplicateClosureOut,
    responses=refuses(
        ProjectNotFound,
        VersionIsStale,
        DuplicateOfItself,
        AlreadyClosedAsDuplicate,
        SurvivorIsADuplicate,
        SurvivorInAnotherArea,
    ),
)
async def close_duplicate(
    actor: Clerk, project_id: Uuid, given: DuplicateClosureIn, session: WriteSession, request: Request
) -> Response:
    """作为重复项目关闭 · Close a record as a duplicate, naming the one that goes on.

    关闭后只能办理终止、撤回等结束性流转；误关闭通过更正办理。
    Afterwards the record can only be ended. A closure by mistake is put right by a correction.
    """
    closed = await service.close_duplicate(
        session, actor, project_id, given, expected_version(request, needed=False)
    )
    version = closed.pair[0].version
    return await answered(
        session, await closure_body(session, closed, actor), version=version, project_id=project_id
    )


@router.post(
    "/work-packages",
    status_code=201,
    response_model=WorkPackageOut,
    responses=refuses(
        ProjectNotFound, WorkPackageCodeTaken, PreviousPackageImpossible, CompletionBeforeStart
    ),
)
async def add_work_package(
    actor: Keeper, project_id: Uuid, given: WorkPackageIn, session: WriteSession
) -> Response:
    """登记单项工程 · Add a phase or section of a project.

    一个项目代码下可有多个工程（分期、标段），前阶段工程须属本项目且不得循环。
    A project may have many packages; the one before has to be of this project, without circles.
    """
    package = await packages.add_work_package(session, actor, project_id, given)
    return await answered(session, package_body(package), version=package.version, project_id=project_id)


@router.get(
    "/work-packages",
    response_model=PageOut[WorkPackageOut],
    responses=refuses(ProjectNotFound, CursorInvalid),
)
async def list_work_packages(
    actor: Anyone, project_id: Uuid, asked: Page, session: ReadSession, request: Request
) -> Response:
    """查询单项工程 · List the phases and sections of a project."""
    rows, cursor = await list_parts(session, actor, project_id, WorkPackage, asked)
    return page(request, [package_body(row) for row in rows], cursor)


@router.patch(
    "/work-packages/{package_id}",
    response_model=WorkPackageOut,
    responses=refuses(
        ProjectNotFound,
        WorkPackageNotFound,
        VersionMissing,
        VersionIsStale,
        WorkPackageCodeTaken,
        PreviousPackageImpossible,
        CompletionBeforeStart,
    ),
)
async def change_work_package(
    actor: Keeper,
    project_id: Uuid,
    package_id: Uuid,
    given: WorkPackagePatch,
    session: WriteSession,
    request: Request,
) -> Response:
    """修改单项工程 · Change facts of a work package (If-Match required)."""
    package = await packages.change_work_package(
        session, actor, project_id, package_id, given, expected_version(request)
    )
    body = package_body(package)
    return await answered(session, body, status=200, version=package.version, project_id=project_id)


@router.post(
    "/area-transfers",
    status_code=201,
    response_model=AreaTransferOut,
    responses=refuses(ProjectNotFound, VersionIsStale, AreaNotFound, AreaUnchanged, EvidenceNotFound),
)
async def transfer_project(
    actor: Coordinator, project_id: Uuid, given: AreaTransferIn, session: WriteSession, request: Request
) -> Response:
    """移交项目至其他区域 · Hand a project to another area.

    须由同时管辖两地的协调员办理；原区域自此不再可见，新区域可见全部记录。此前的事件保留原区域标记。
    By a coordinator of both areas. The old area loses sight of the project and the new one sees all of its
    record; events of before keep the stamp they were recorded with. ``If-Match`` is honoured.
    """
    project, transfer = await service.transfer_project(
        session, actor, project_id, given, expected_version(request, needed=False)
    )
    return await answered(session, transfer_body(transfer), version=project.version, project_id=project_id)


@router.get(
    "/area-transfers",
    response_model=PageOut[AreaTransferOut],
    responses=refuses(ProjectNotFound, CursorInvalid),
)
async def list_area_transfers(
    actor: Anyone, project_id: Uuid, asked: Page, session: ReadSession, request: Request
) -> Response:
    """查询区域移交记录 · List the transfers of a project between areas."""
    rows, cursor = await list_parts(session, actor, project_id, AreaTransfer, asked)
    texts = await texts_of(session, [row.reason_id for row in rows])
    return page(request, [transfer_body(row, texts) for row in rows], cursor)
