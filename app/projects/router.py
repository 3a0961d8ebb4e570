"""HTTP: project records."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.actor import Actor, Anyone, acting_as
from app.answers import VersionIsStale, VersionMissing, expected_version, page, shown
from app.areas.queries import AreaNotFound
from app.database import ReadSession
from app.domain.identifiers import CreditCodeMalformed, ProjectCodeMalformed
from app.domain.standing import Role
from app.events.service import BackEntryNeedsReason, OccurredInTheFuture
from app.files.queries import EvidenceNotFound
from app.idempotency import WriteSession, answered
from app.pages import PageOut
from app.private.queries import by_id, shown_text, texts_of
from app.problems import refuses
from app.procedures.queries import get_procedure
from app.projects import listing, service
from app.projects.answers import project_body
from app.projects.queries import ProjectNotFound, get_project
from app.projects.schemas import ProjectIn, ProjectOut, ProjectPatch, ProjectsIn, ProjectSummaryOut
from app.projects.service import OwnerIsNotYours, OwnerNeedsBoth, StateSecretsStayOutside
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
        CreditCodeMalformed,
        ProjectCodeMalformed,
        OccurredInTheFuture,
        BackEntryNeedsReason,
        EvidenceNotFound,
    ),
)
async def register_project(actor: Registrar, given: ProjectIn, session: WriteSession) -> Response:
    """登记项目线索 · Register a project as a lead.

    项目进入所在区域服务流程的初始环节,此时不要求项目代码。
    The project starts in the initial stage of its area's procedure; no project code is needed yet.
    """
    (project, row), procedure = await service.register_project(session, actor, given)
    body = project_body(project, row, procedure, actor, by_id(project.content_id))
    return await answered(
        session,
        body,
        version=project.version,
        location=f"/v1/projects/{project.id}",
        project_id=project.id,
    )


@router.get("", response_model=PageOut[ProjectSummaryOut], responses=refuses())
async def list_projects(
    actor: Anyone, asked: Annotated[ProjectsIn, Query()], session: ReadSession, request: Request
) -> Response:
    """查询项目列表 · List projects within the caller's scope."""
    items, cursor, total = await listing.list_projects(session, actor, asked)
    return page(request, items, cursor, total)


@router.get("/{project_id}", response_model=ProjectOut, responses=refuses(ProjectNotFound))
async def get_project_record(
    actor: Anyone, project_id: Uuid, session: ReadSession, request: Request
) -> Response:
    """读取项目 · Read a project, with its deadline and what this caller may do next."""
    project, row = await get_project(session, actor, project_id)
    procedure = await get_procedure(session, project.procedure_id)
    texts = await texts_of(session, [project.content_id])
    body = project_body(project, row, procedure, actor, shown_text(project.content_id, texts))
    return shown(request, body, project.version)


@router.patch(
    "/{project_id}",
    response_model=ProjectOut,
    responses=refuses(
        ProjectNotFound, VersionMissing, VersionIsStale, OwnerNeedsBoth, OwnerIsNotYours, CreditCodeMalformed
    ),
)
async def change_project(
    actor: Keeper, project_id: Uuid, given: ProjectPatch, session: WriteSession, request: Request
) -> Response:
    """修改项目记录 · Change facts of a project record (If-Match required)."""
    (project, row), procedure = await service.change_project(
        session, actor, project_id, given, expected_version(request)
    )
    body = project_body(project, row, procedure, actor, by_id(project.content_id))
    return await answered(session, body, status=200, version=project.version, project_id=project.id)
