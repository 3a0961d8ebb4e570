"""HTTP: project records."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.actor import Actor, Anyone, acting_as
from app.answers import VersionIsStale, VersionMissing, expected_version, page, shown
from app.areas.queries import AreaNotFound
from app.database import ReadSession
from app.domain.standing import Role
from app.events.service import BackEntryNeedsReason, OccurredInTheFuture
from app.files.queries import EvidenceNotFound
from app.idempotency import WriteSession, answered
from app.pages import CursorInvalid, PageOut
from app.private.queries import by_id
from app.problems import refuses
from app.projects import listing, service
from app.projects.answers import clock_calendar, project_body
from app.projects.identities import ExternalIdTaken
from app.projects.listing import SearchNeedsACriterion
from app.projects.queries import ProjectNotFound
from app.projects.schemas import (
    ProjectIn,
    ProjectOut,
    ProjectPatch,
    ProjectSearchIn,
    ProjectsIn,
    ProjectSummaryOut,
)
from app.projects.service import (
    CompletionBeforeStart,
    OwnerIsNotYours,
    OwnerNeedsBoth,
    StateSecretsStayOutside,
)
from app.route import router as new_router
from app.wire import Uuid

router = new_router("/v1/projects", "projects")
Registrar = Annotated[Actor, acting_as(Role.OFFICER, Role.PORTAL, Role.COORDINATOR)]
Keeper = Annotated[Actor, acting_as(Role.OFFICER, Role.PORTAL, Role.AGENT, Role.COORDINATOR)]


@router.post(
    "",
    status_code=201,
    response_model=ProjectOut,
    responses=refuses(
        AreaNotFound,
        StateSecretsStayOutside,
        OwnerIsNotYours,
        OwnerNeedsBoth,
        CompletionBeforeStart,
        ExternalIdTaken,
        OccurredInTheFuture,
        BackEntryNeedsReason,
        EvidenceNotFound,
    ),
)
async def register_project(actor: Registrar, given: ProjectIn, session: WriteSession) -> Response:
    """登记项目线索 · Register a project as a lead.

    项目进入所在区域服务流程的初始环节，此时不要求项目代码。
    The project starts in the initial stage of its area's procedure; no project code is needed yet.
    """
    (project, row), procedure, warnings = await service.register_project(session, actor, given)
    calendar = await clock_calendar(session, project)
    body = project_body(project, row, procedure, calendar, actor, by_id(project.content_id), warnings)
    return await answered(
        session,
        body,
        version=project.version,
        location=f"/v1/projects/{project.id}",
        project_id=project.id,
    )


@router.get("", response_model=PageOut[ProjectSummaryOut], responses=refuses(CursorInvalid))
async def list_projects(
    actor: Anyone, asked: Annotated[ProjectsIn, Query()], session: ReadSession, request: Request
) -> Response:
    """查询项目列表 · List projects within the caller's scope."""
    items, cursor, total = await listing.list_projects(session, actor, asked)
    return page(request, items, cursor, total)


@router.post(
    "/search",
    response_model=PageOut[ProjectSummaryOut],
    responses=refuses(SearchNeedsACriterion, CursorInvalid),
)
async def search_projects(
    actor: Anyone, asked: ProjectSearchIn, session: ReadSession, request: Request
) -> Response:
    """按代码或编号查询项目 · Find projects by identifiers that must not stand in a URL.

    只读，不写入任何内容，可随意重试；条件须同时满足；项目代码含曾用代码。分页用请求体中的 limit 与 cursor。
    A POST that only reads and may be repeated freely. All criteria must fit; codes include former ones. Pages
    are asked for by ``limit`` and ``cursor`` in the body.
    """
    items, cursor = await listing.search_projects(session, actor, asked)
    return shown(request, {"items": items, "next_cursor": cursor, "total": None})


@router.patch(
    "/{project_id}",
    response_model=ProjectOut,
    responses=refuses(
        ProjectNotFound,
        VersionMissing,
        VersionIsStale,
        OwnerNeedsBoth,
        OwnerIsNotYours,
        CompletionBeforeStart,
    ),
)
async def change_project(
    actor: Keeper, project_id: Uuid, given: ProjectPatch, session: WriteSession, request: Request
) -> Response:
    """修改项目记录 · Change facts of a project record (If-Match required).

    null 表示清空；名称、项目单位与属性只能更改，不能清空；未提及的属性保持不变。
    Null empties a field; name, owner and attributes are replaced, never emptied; attributes not named stay.
    """
    (project, row), procedure = await service.change_project(
        session, actor, project_id, given, expected_version(request)
    )
    calendar = await clock_calendar(session, project)
    body = project_body(project, row, procedure, calendar, actor, by_id(project.content_id))
    return await answered(session, body, status=200, version=project.version, project_id=project.id)
