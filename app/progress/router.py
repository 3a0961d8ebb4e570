"""HTTP: materials, milestones and service records of a project."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.actor import Actor, Anyone, acting_as
from app.answers import VersionIsStale, VersionMissing, expected_version, page
from app.database import ReadSession
from app.domain.agreements import DayIsInTheFuture
from app.domain.materials import NotApplicableNeedsReason, OwnerHandsInOnly, ReceivedMaterialNeedsFile
from app.domain.milestones import CompletedBeforeStarted, MilestoneReached
from app.domain.separation import NotAnAgentOfThisProject
from app.domain.standing import Role
from app.events.service import BackEntryNeedsReason, OccurredInTheFuture
from app.files.queries import EvidenceNotFound
from app.idempotency import WriteSession, answered
from app.pages import CursorInvalid, PageIn, PageOut
from app.private.queries import texts_of
from app.problems import refuses
from app.progress import materials, service
from app.progress.answers import material_body, milestone_body, record_body, record_texts
from app.progress.materials import MaterialListedAlready
from app.progress.models import Material, Milestone, ServiceRecord
from app.progress.queries import MaterialNotFound
from app.progress.schemas import (
    MaterialIn,
    MaterialOut,
    MaterialPatch,
    MilestoneIn,
    MilestoneOut,
    ServiceRecordIn,
    ServiceRecordOut,
)
from app.projects.queries import ProjectNotFound, list_parts
from app.projects.service import ServiceHasEnded, ServiceNotAppliedFor
from app.route import router as new_router
from app.wire import Uuid

router = new_router("/v1/projects/{project_id}", "progress")
Clerk = Annotated[Actor, acting_as(Role.OFFICER, Role.AGENT, Role.COORDINATOR)]
Supplier = Annotated[Actor, acting_as(Role.PORTAL, Role.OFFICER, Role.AGENT, Role.COORDINATOR)]
Reporter = Annotated[
    Actor, acting_as(Role.PORTAL, Role.OFFICER, Role.AGENT, Role.COORDINATOR, Role.DEPARTMENT)
]
Confirmer = Annotated[Actor, acting_as(Role.OFFICER, Role.COORDINATOR, Role.DEPARTMENT)]
Page = Annotated[PageIn, Query()]


@router.post(
    "/materials",
    status_code=201,
    response_model=MaterialOut,
    responses=refuses(
        ProjectNotFound,
        ServiceHasEnded,
        MaterialListedAlready,
        ReceivedMaterialNeedsFile,
        NotApplicableNeedsReason,
        EvidenceNotFound,
    ),
)
async def list_material(actor: Clerk, project_id: Uuid, given: MaterialIn, session: WriteSession) -> Response:
    """登记所需材料 · Put a material on the project's list.

    每份材料在项目中只登记一次，各事项共用；必需而未收到的材料会阻止受理。
    A material is entered once for the whole project; a required one that is missing keeps it from acceptance.
    """
    material = await materials.list_material(session, actor, project_id, given)
    return await answered(session, material_body(material), version=material.version, project_id=project_id)


@router.get(
    "/materials", response_model=PageOut[MaterialOut], responses=refuses(ProjectNotFound, CursorInvalid)
)
async def list_materials(
    actor: Anyone, project_id: Uuid, asked: Page, session: ReadSession, request: Request
) -> Response:
    """查询项目材料清单 · List the materials of a project."""
    rows, cursor = await list_parts(session, actor, project_id, Material, asked)
    texts = await texts_of(session, [row.reason_id for row in rows])
    return page(request, [material_body(row, texts) for row in rows], cursor)


@router.patch(
    "/materials/{material_id}",
    response_model=MaterialOut,
    responses=refuses(
        ProjectNotFound,
        MaterialNotFound,
        VersionMissing,
        VersionIsStale,
        ServiceHasEnded,
        ReceivedMaterialNeedsFile,
        NotApplicableNeedsReason,
        OwnerHandsInOnly,
        EvidenceNotFound,
    ),
)
async def change_material(
    actor: Supplier,
    project_id: Uuid,
    material_id: Uuid,
    given: MaterialPatch,
    session: WriteSession,
    request: Request,
) -> Response:
    """更新材料状态 · Say what became of a material (If-Match required).

    已收到须有文件，不适用须有理由；门户只能提交文件。
    A received material names its file, one that does not apply its reason; a portal only hands files in.
    """
    expected = expected_version(request)
    material = await materials.change_material(session, actor, project_id, material_id, given, expected)
    body = material_body(material)
    return await answered(session, body, status=200, version=material.version, project_id=project_id)


@router.post(
    "/milestones",
    status_code=201,
    response_model=MilestoneOut,
    responses=refuses(
        ProjectNotFound,
        ServiceHasEnded,
        NotAnAgentOfThisProject,
        DayIsInTheFuture,
        CompletedBeforeStarted,
        MilestoneReached,
        EvidenceNotFound,
    ),
)
async def report_milestone(
    actor: Reporter, project_id: Uuid, given: MilestoneIn, session: WriteSession
) -> Response:
    """填报项目节点 · Report a milestone.

    须附佐证材料，并由另一人确认后生效。
    It needs evidence and counts once another person has confirmed it.
    """
    milestone = await service.report_milestone(session, actor, project_id, given)
    body = milestone_body(milestone)
    return await answered(session, body, version=milestone.version, project_id=project_id)


@router.get(
    "/milestones", response_model=PageOut[MilestoneOut], responses=refuses(ProjectNotFound, CursorInvalid)
)
async def list_milestones(
    actor: Anyone, project_id: Uuid, asked: Page, session: ReadSession, request: Request
) -> Response:
    """查询项目节点 · List the milestones of a project, confirmed or not."""
    rows, cursor = await list_parts(session, actor, project_id, Milestone, asked)
    return page(request, [milestone_body(row) for row in rows], cursor)


@router.post(
    "/service-records",
    status_code=201,
    response_model=ServiceRecordOut,
    responses=refuses(
        ProjectNotFound,
        ServiceHasEnded,
        ServiceNotAppliedFor,
        NotAnAgentOfThisProject,
        OccurredInTheFuture,
        BackEntryNeedsReason,
        EvidenceNotFound,
    ),
)
async def put_service_on_record(
    actor: Clerk, project_id: Uuid, given: ServiceRecordIn, session: WriteSession
) -> Response:
    """登记服务记录 · Put a service on record.

    不改变环节；提醒、逾期终止告知、听取意见的日期是相应期限的起算日。提前服务在线索环节即可登记。
    The stage stays. The days of reminder, notice of lapse and hearing begin the periods that depend on them.
    """
    done = await service.put_on_record(session, actor, project_id, given)
    return await answered(session, record_body(done), project_id=project_id)


@router.get(
    "/service-records",
    response_model=PageOut[ServiceRecordOut],
    responses=refuses(ProjectNotFound, CursorInvalid),
)
async def list_service_records(
    actor: Anyone, project_id: Uuid, asked: Page, session: ReadSession, request: Request
) -> Response:
    """查询服务记录 · List what was done for a project."""
    rows, cursor = await list_parts(session, actor, project_id, ServiceRecord, asked)
    texts = await texts_of(session, [i for row in rows for i in record_texts(row)])
    return page(request, [record_body(row, texts) for row in rows], cursor)
