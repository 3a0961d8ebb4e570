"""HTTP: service plans."""

from typing import Annotated

from fastapi import Path, Query, Request, Response

from app.actor import Actor, Anyone, acting_as
from app.answers import page, shown
from app.database import ReadSession
from app.domain.plans import (
    PlanChangeNeedsReason,
    PlanConfirmedAlready,
    PlanIsSuperseded,
)
from app.domain.separation import NotAnAgentOfThisProject, OwnersConsentNeedsEvidence
from app.domain.standing import Role
from app.engagements.service import DepartmentNotSuitable
from app.files.queries import EvidenceNotFound
from app.idempotency import WriteSession, answered
from app.pages import CursorInvalid, PageIn, PageOut
from app.plans import service
from app.plans.answers import plan_body
from app.plans.models import ServicePlan
from app.plans.queries import PlanNotFound, every_plan, the_plan
from app.plans.schemas import OwnerConfirmationIn, PlanIn, PlanOut
from app.private.queries import texts_of
from app.problems import refuses
from app.projects.queries import ProjectNotFound, get_project, list_parts
from app.projects.service import CompletionBeforeStart, ServiceHasEnded
from app.route import router as new_router
from app.wire import Uuid

router = new_router("/v1/projects/{project_id}/plans", "plans")
Author = Annotated[Actor, acting_as(Role.AGENT)]
Owner = Annotated[Actor, acting_as(Role.PORTAL, Role.OFFICER)]
Number = Annotated[int, Path(ge=1, le=10_000)]


@router.post(
    "",
    status_code=201,
    response_model=PlanOut,
    responses=refuses(
        ProjectNotFound,
        ServiceHasEnded,
        NotAnAgentOfThisProject,
        PlanChangeNeedsReason,
        CompletionBeforeStart,
        DepartmentNotSuitable,
        EvidenceNotFound,
    ),
)
async def draft_plan(actor: Author, project_id: Uuid, given: PlanIn, session: WriteSession) -> Response:
    """编制服务方案 · Draft the next version of the service plan.

    由本项目的A角或者B角编制;新版须重新经项目单位确认和另一人审定。
    By an agent of the project. A new version needs the owner's confirmation and an approval of its own.
    """
    plan = await service.draft_plan(session, actor, project_id, given)
    return await answered(
        session,
        plan_body(plan, plan.number),
        version=plan.version,
        location=f"/v1/projects/{project_id}/plans/{plan.number}",
        project_id=project_id,
    )


@router.get("", response_model=PageOut[PlanOut], responses=refuses(ProjectNotFound, CursorInvalid))
async def list_plans(
    actor: Anyone,
    project_id: Uuid,
    asked: Annotated[PageIn, Query()],
    session: ReadSession,
    request: Request,
) -> Response:
    """查询服务方案各版 · List the versions of the service plan."""
    rows, cursor = await list_parts(session, actor, project_id, ServicePlan, asked)
    latest = len(await every_plan(session, actor, project_id))
    texts = await texts_of(session, [row.reason_id for row in rows])
    return page(request, [plan_body(row, latest, texts) for row in rows], cursor)


@router.get("/{number}", response_model=PlanOut, responses=refuses(ProjectNotFound, PlanNotFound))
async def get_plan(
    actor: Anyone, project_id: Uuid, number: Number, session: ReadSession, request: Request
) -> Response:
    """读取一版服务方案 · Read a version of the service plan."""
    await get_project(session, actor, project_id)
    plans = await every_plan(session, actor, project_id)
    plan = the_plan(plans, number)
    texts = await texts_of(session, [plan.reason_id])
    return shown(request, plan_body(plan, len(plans), texts), plan.version)


@router.post(
    "/{number}/owner-confirmation",
    status_code=201,
    response_model=PlanOut,
    responses=refuses(
        ProjectNotFound,
        PlanNotFound,
        ServiceHasEnded,
        PlanIsSuperseded,
        PlanConfirmedAlready,
        OwnersConsentNeedsEvidence,
        EvidenceNotFound,
    ),
)
async def confirm_plan(
    actor: Owner, project_id: Uuid, number: Number, given: OwnerConfirmationIn, session: WriteSession
) -> Response:
    """项目单位确认服务方案 · Confirm a plan as its owner.

    由项目单位经门户确认,或者由窗口凭佐证材料代录;与审定不分先后。
    Through the owner's portal, or by an officer with evidence; before or after the approval.
    """
    plan, latest = await service.confirm_plan(session, actor, project_id, number, given)
    return await answered(session, plan_body(plan, latest), version=plan.version, project_id=project_id)
