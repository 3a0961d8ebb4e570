"""HTTP: service plans."""

from typing import Annotated

from fastapi import Path, Query, Request, Response

from app.actor import Actor, Anyone, acting_as
from app.answers import page, shown
from app.calendars.queries import calendar_of
from app.catalogue.queries import NoCatalogueInForce
from app.database import ReadSession
from app.domain.plan_checks import WaiverNeedsLegalBasis
from app.domain.plan_content import AdjustmentsInvalid
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
from app.pages import CursorInvalid, PageIn, PageOut, cursor_of, cut, read_cursor
from app.plans import service
from app.plans.answers import changes_body, item_body, plan_body
from app.plans.content import NoPreviousContent, ProcessClassUnknown, open_selection, planned_schedule
from app.plans.models import ServicePlan
from app.plans.queries import PlanNotFound, every_plan, the_plan
from app.plans.schemas import OwnerConfirmationIn, PlanChangesOut, PlanIn, PlanItemOut, PlanOut
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
        ProcessClassUnknown,
        NoCatalogueInForce,
        NoPreviousContent,
        AdjustmentsInvalid,
        WaiverNeedsLegalBasis,
    ),
)
async def draft_plan(actor: Author, project_id: Uuid, given: PlanIn, session: WriteSession) -> Response:
    """编制服务方案 · Draft the next version of the service plan.

    由本项目的A角或者B角编制；新版须重新经项目单位确认和另一人审定。给出 content 的，按事项目录或者上一版
    生成事项，逐条调整并说明理由；放开前置须有豁免依据。未定事项列入 open_points，定清前不能审定。
    By an agent of the project. A new version needs the owner's confirmation and an approval of its own. With
    ``content`` its items come from the catalogue or the version before, adjusted with reasons; letting a
    prerequisite go takes a waiver. What is open stands in ``open_points`` and keeps it from being approved.
    """
    plan = await service.draft_plan(session, actor, project_id, given)
    selection = await open_selection(session, actor, plan, plan.number)
    return await answered(
        session,
        plan_body(plan, plan.number, None, selection, actor.language),
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
    plans = await every_plan(session, actor, project_id)
    latest = len(plans)
    texts = await texts_of(session, [row.reason_id for row in rows])
    selection = await open_selection(session, actor, plans[-1], latest) if plans else None
    bodies = [
        plan_body(row, latest, texts, selection if row.number == latest else None, actor.language)
        for row in rows
    ]
    return page(request, bodies, cursor)


@router.get("/{number}", response_model=PlanOut, responses=refuses(ProjectNotFound, PlanNotFound))
async def get_plan(
    actor: Anyone, project_id: Uuid, number: Number, session: ReadSession, request: Request
) -> Response:
    """读取一版服务方案 · Read a version of the service plan."""
    await get_project(session, actor, project_id)
    plans = await every_plan(session, actor, project_id)
    plan = the_plan(plans, number)
    texts = await texts_of(session, [plan.reason_id])
    selection = await open_selection(session, actor, plan, len(plans))
    return shown(request, plan_body(plan, len(plans), texts, selection, actor.language), plan.version)


@router.get(
    "/{number}/items",
    response_model=PageOut[PlanItemOut],
    responses=refuses(ProjectNotFound, PlanNotFound, CursorInvalid),
)
async def list_plan_items(
    actor: Anyone,
    project_id: Uuid,
    number: Number,
    asked: Annotated[PageIn, Query()],
    session: ReadSession,
    request: Request,
) -> Response:
    """查询方案事项 · List the items of a plan: roadmap, timetable, responsibilities.

    每个事项的前置（路线图）、计划申报和办结日期（时间表）、承办部门和责任方（责任清单）。日期自方案编制之日
    起算，依据估计的均已标明；实际进展见进度计划。
    Per item its prerequisites (roadmap), planned days (timetable), department and bearer (responsibilities).
    Days are counted from the day the plan was drafted, and say when they rest on estimates; what really
    happens stands in the schedule.
    """
    project, row = await get_project(session, actor, project_id)
    plan = the_plan(await every_plan(session, actor, project_id), number)
    (last,) = read_cursor(asked.cursor, str) or (None,)
    schedule = planned_schedule(plan, await calendar_of(session, project.area_code))
    lines = sorted(schedule.items, key=lambda line: line.item.code)
    lines, has_more = cut([x for x in lines if last is None or x.item.code > last], asked.limit)
    texts = await texts_of(session, [w.reason_id for line in lines for w in line.item.waivers])
    bodies = [item_body(plan, x, row.primary_agent, texts, schedule.calendar_version) for x in lines]
    return page(request, bodies, cursor_of(lines[-1].item.code) if has_more else None)


@router.get(
    "/{number}/changes", response_model=PlanChangesOut, responses=refuses(ProjectNotFound, PlanNotFound)
)
async def get_plan_changes(
    actor: Anyone, project_id: Uuid, number: Number, session: ReadSession, request: Request
) -> Response:
    """查询方案变更 · See what a version changed against the one before, and why.

    逐项列出增加、删减、调整的事项及其理由和法律依据；第一版与空白比较。
    Items added, dropped and changed, each with the reasons and legal bases given. The first version is
    compared with nothing.
    """
    await get_project(session, actor, project_id)
    plans = await every_plan(session, actor, project_id)
    plan = the_plan(plans, number)
    previous = next((p for p in plans if p.number == number - 1), None)
    made = plan.content["adjustments"] if plan.content else []
    texts = await texts_of(session, [plan.reason_id, *(each["reason_id"] for each in made)])
    return shown(request, changes_body(plan, previous, texts), plan.version)


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

    由项目单位经门户确认，或者由窗口凭佐证材料代录；与审定不分先后。
    Through the owner's portal, or by an officer with evidence; before or after the approval.
    """
    plan, latest = await service.confirm_plan(session, actor, project_id, number, given)
    selection = await open_selection(session, actor, plan, latest)
    body = plan_body(plan, latest, None, selection, actor.language)
    return await answered(session, body, version=plan.version, project_id=project_id)
