"""HTTP: item cases of projects, their steps and clocks; and the approval of plans, which begins them."""

from typing import Annotated

from fastapi import Path, Query, Request, Response

from app.actor import Actor, Anyone, OperatorMissing, acting_as
from app.answers import VersionIsStale, expected_version, page, shown
from app.database import ReadSession
from app.domain.calendar import YearNotPublished
from app.domain.item_actions import (
    ActIncomplete,
    ActNotFromHere,
    ItemGuardsNotMet,
    ItemStateHasChanged,
    RoleMayNotAct,
)
from app.domain.plan_checks import PlanHasOpenPoints
from app.domain.plans import PlanApprovedAlready, PlanIsSuperseded
from app.domain.separation import ApproverIsAuthor, NotAnAgentOfThisProject
from app.domain.standing import Role
from app.engagements.service import DepartmentNotSuitable
from app.events.service import BackEntryNeedsReason, OccurredInTheFuture
from app.files.queries import EvidenceNotFound
from app.idempotency import WriteSession, answered
from app.items import service
from app.items.answers import case_body, case_summary, step_bodies, taken_body
from app.items.clocks import clock_body
from app.items.history import ItemCaseNotKnownThen, read_case
from app.items.listing import list_cases, list_project_cases
from app.items.opening import (
    DepartmentIsNotYours,
    ItemCaseOpenAlready,
    ItemDetailsMissing,
    WorkPackageUnknown,
    open_case,
)
from app.items.outputs import ItemCaseOut, ItemCaseSummaryOut, ItemClockOut, ItemStepOut, ItemStepTakenOut
from app.items.planning import open_planned_cases
from app.items.queries import ItemCaseNotFound, list_steps
from app.items.schemas import (
    CaseAsOfIn,
    ItemActionIn,
    ItemCaseIn,
    ItemCasesIn,
    ItemReportIn,
    ProjectCasesIn,
)
from app.items.service import ApproverNotSuitable, OccurredBeforeLastStep, ReportContradicts
from app.pages import CursorInvalid, PageIn, PageOut
from app.plans.answers import plan_body
from app.plans.queries import PlanNotFound
from app.plans.schemas import ApprovalIn, PlanOut
from app.plans.service import approve_plan as approve
from app.problems import refuses
from app.projects.queries import ProjectNotFound
from app.projects.service import ServiceHasEnded
from app.route import router as new_router
from app.wire import Uuid

router = new_router("/v1/item-cases", "item-cases")
of_project = new_router("/v1/projects/{project_id}/item-cases", "item-cases")
approvals = new_router("/v1/projects/{project_id}/plans", "plans")
Opener = Annotated[Actor, acting_as(Role.OFFICER, Role.AGENT, Role.COORDINATOR, Role.DEPARTMENT)]
Doer = Annotated[Actor, acting_as(Role.OFFICER, Role.AGENT, Role.DEPARTMENT)]
Source = Annotated[Actor, acting_as(Role.DEPARTMENT)]
Approver = Annotated[Actor, acting_as(Role.COORDINATOR)]
Number = Annotated[int, Path(ge=1, le=10_000)]
AsOf = Annotated[CaseAsOfIn, Query()]


@of_project.post(
    "",
    status_code=201,
    response_model=ItemCaseOut,
    responses=refuses(
        ProjectNotFound,
        NotAnAgentOfThisProject,
        DepartmentIsNotYours,
        ItemCaseOpenAlready,
        ItemDetailsMissing,
        WorkPackageUnknown,
        DepartmentNotSuitable,
    ),
)
async def open_item_case(
    actor: Opener, project_id: Uuid, given: ItemCaseIn, session: WriteSession, request: Request
) -> Response:
    """登记事项办件 · Open an item case.

    用于方案之外的事项、部门系统报来的未知办件、未获通过后的再次申报，以及分单项工程申报；方案内事项的办件在方案审定时自动生成。
    For an item outside the plan, a case a department's system reports that nobody knows, the next round of an
    item that was not granted, or one filed by work packages. The cases of a plan come with its approval.
    """
    case = await open_case(session, actor, project_id, given)
    seen = await read_case(session, actor, case.id, None, None)
    return await answered(
        session,
        case_body(seen.known, actor),
        version=case.version,
        location=f"{request.scope['root_path']}/v1/item-cases/{case.id}",
        project_id=project_id,
    )


@of_project.get(
    "", response_model=PageOut[ItemCaseSummaryOut], responses=refuses(ProjectNotFound, CursorInvalid)
)
async def list_item_cases_of_project(
    actor: Anyone,
    project_id: Uuid,
    asked: Annotated[ProjectCasesIn, Query()],
    session: ReadSession,
    request: Request,
) -> Response:
    """查询项目的事项办件 · List the item cases of a project; a department sees its own."""
    rows, cursor = await list_project_cases(session, actor, project_id, asked)
    bodies = [case_summary(case, name, actor.today, actor.language) for case, name in rows]
    return page(request, bodies, cursor)


@router.get("", response_model=PageOut[ItemCaseSummaryOut], responses=refuses(CursorInvalid))
async def list_item_cases(
    actor: Anyone, asked: Annotated[ItemCasesIn, Query()], session: ReadSession, request: Request
) -> Response:
    """跨项目查询事项办件 · List item cases across projects.

    可按灯色、状态、部门、区域、事项和到期日筛选；指定部门时，灯色只算部门自己的时间。按到期日排序时不含无到期日的办件。
    By light, state, department, area, item and due date. With a department, a light is that of its own time.
    Ordered by due date, cases without one are left out.
    """
    rows, cursor = await list_cases(session, actor, asked)
    bodies = [case_summary(case, name, actor.today, actor.language) for case, name in rows]
    return page(request, bodies, cursor)


@router.get(
    "/{item_case_id}",
    response_model=ItemCaseOut,
    responses=refuses(ItemCaseNotFound, ItemCaseNotKnownThen, YearNotPublished),
)
async def get_item_case(
    actor: Anyone, item_case_id: Uuid, asked: AsOf, session: ReadSession, request: Request
) -> Response:
    """读取事项办件 · Read an item case, now or as of a moment.

    known_at 只看当时已记录的内容；valid_at 按发生时间看当时的情况。历史时点不给出可办动作。
    ``known_at`` leaves out what was recorded later; ``valid_at`` goes by the moments of occurrence. A case as
    it was offers no actions.
    """
    seen = await read_case(session, actor, item_case_id, asked.known_at, asked.valid_at)
    body = case_body(seen.known, actor, seen.today if seen.is_past else None)
    return shown(request, body, seen.known.case.version)


@router.post(
    "/{item_case_id}/actions",
    status_code=201,
    response_model=ItemStepTakenOut,
    responses=refuses(
        OperatorMissing,
        ItemCaseNotFound,
        VersionIsStale,
        NotAnAgentOfThisProject,
        ItemStateHasChanged,
        ActNotFromHere,
        RoleMayNotAct,
        ActIncomplete,
        ItemGuardsNotMet,
        OccurredBeforeLastStep,
        OccurredInTheFuture,
        BackEntryNeedsReason,
        ApproverNotSuitable,
        ApproverIsAuthor,
        EvidenceNotFound,
        YearNotPublished,
    ),
)
async def act_on_item_case(
    actor: Doer, item_case_id: Uuid, given: ItemActionIn, session: WriteSession, request: Request
) -> Response:
    """办理事项 · Act on an item case.

    须符合状态和条件，否则以 409 拒绝并给出当前状态。
    代办机构录入部门的办理结果须附佐证；特别程序和延长须告知申请人。
    Guarded: what the state or a condition does not allow is refused with the present state. The agency enters
    a department's act with evidence; whoever stops or extends the time tells the applicant.
    """
    expected = expected_version(request, needed=False)
    taken = await service.act_on_case(session, actor, item_case_id, given, expected)
    case = taken.known.case
    return await answered(session, taken_body(taken, actor), version=case.version, project_id=case.project_id)


@router.post(
    "/{item_case_id}/reports",
    status_code=201,
    response_model=ItemStepTakenOut,
    responses={
        200: {"model": ItemStepTakenOut, "description": "此前已报送 · reported before"},
        **refuses(ItemCaseNotFound, ReportContradicts, OccurredInTheFuture, EvidenceNotFound),
    },
)
async def report_on_item_case(
    actor: Source, item_case_id: Uuid, given: ItemReportIn, session: WriteSession
) -> Response:
    """部门系统报送办理情况 · Report what has happened in a department's system.

    不因状态而拒绝，迟报、乱序、跳转记为发现；同一外部编号重复报送不产生新记录（200），内容不同则以 409 拒绝。
    Never refused for the state: what is late, out of order or skipped becomes a finding. The same external id
    again changes nothing (200); with other content it is refused.
    """
    taken = await service.report_on_case(session, actor, item_case_id, given)
    case = taken.known.case
    status = 200 if taken.event is None else 201
    return await answered(
        session,
        taken_body(taken, actor),
        status=status,
        version=case.version,
        project_id=case.project_id,
    )


@router.get(
    "/{item_case_id}/steps",
    response_model=PageOut[ItemStepOut],
    responses=refuses(ItemCaseNotFound, CursorInvalid),
)
async def list_item_steps(
    actor: Anyone,
    item_case_id: Uuid,
    asked: Annotated[PageIn, Query()],
    session: ReadSession,
    request: Request,
) -> Response:
    """查询办理步骤 · List the steps of an item case, as they were recorded."""
    rows, cursor = await list_steps(session, actor, item_case_id, asked)
    return page(request, await step_bodies(session, rows, actor.language), cursor)


@router.get(
    "/{item_case_id}/clock",
    response_model=ItemClockOut,
    responses=refuses(ItemCaseNotFound, ItemCaseNotKnownThen, YearNotPublished),
)
async def explain_item_clock(
    actor: Anyone, item_case_id: Uuid, asked: AsOf, session: ReadSession, request: Request
) -> Response:
    """逐日说明事项时限 · Explain the clocks of an item case day by day.

    法定与承诺两个时限分别计算：起算日、预算、暂停及原因、延长、到期日、余量，逐日列明是否计入及理由。
    Statutory and promised, each with its start, budget, pauses and their causes, extension, due date and what
    is left; every day is listed with whether it counts and why.
    """
    seen = await read_case(session, actor, item_case_id, asked.known_at, asked.valid_at)
    return shown(request, clock_body(seen, actor.language), seen.known.case.version)


@approvals.post(
    "/{number}/approval",
    status_code=201,
    response_model=PlanOut,
    responses=refuses(
        ProjectNotFound,
        PlanNotFound,
        ServiceHasEnded,
        PlanIsSuperseded,
        PlanApprovedAlready,
        PlanHasOpenPoints,
        ApproverIsAuthor,
        DepartmentNotSuitable,
        EvidenceNotFound,
    ),
)
async def approve_plan(
    actor: Approver, project_id: Uuid, number: Number, given: ApprovalIn, session: WriteSession
) -> Response:
    """审定服务方案 · Approve a plan.

    审定人不得为编制人；审定后基线冻结，参与部门自此可见该项目，方案事项生成办件；环节不因审定而变化。
    Not by its author. The baseline freezes, the departments see the project, the items of the plan become
    cases; the stage does not move.
    """
    plan, latest = await approve(session, actor, project_id, number, given, open_planned_cases)
    return await answered(session, plan_body(plan, latest), version=plan.version, project_id=project_id)
