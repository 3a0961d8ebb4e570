"""HTTP: issues of projects, and conclusions of consultations."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.actor import Actor, OperatorMissing, acting_as
from app.answers import VersionIsStale, expected_version, page, shown
from app.coordination import raising, service
from app.coordination.answers import (
    conclusion_body,
    conclusion_summary,
    issue_body,
    issue_summary,
    issue_texts,
)
from app.coordination.models import Conclusion, Issue
from app.coordination.queries import ConclusionNotFound, IssueNotFound, get_duty
from app.coordination.responsible import ResponsibleNotSuitable
from app.coordination.schemas import (
    ConclusionActionIn,
    ConclusionOut,
    ConclusionsIn,
    ConclusionStepTakenOut,
    ConclusionSummaryOut,
    DutiesIn,
    IssueActionIn,
    IssueIn,
    IssueOut,
    IssuesIn,
    IssueStepTakenOut,
    IssueSummaryOut,
    ProjectIssuesIn,
)
from app.database import ReadSession
from app.domain.calendar import YearNotPublished
from app.domain.casework import (
    HandlingGuardsNotMet,
    HandlingIncomplete,
    HandlingStateHasChanged,
    NotFromThisState,
    NotYoursToHandle,
    PersonIsExcluded,
)
from app.domain.coordination import CONCLUSION_ACTS, ISSUE_ACTS, LevelIsNotHigher, SkippingNeedsReason
from app.domain.standing import Role
from app.files.queries import EvidenceNotFound
from app.handling.schemas import HandlingStepOut
from app.handling.service import list_case_steps, step_out
from app.idempotency import WriteSession, answered
from app.items.queries import ItemCaseNotFound
from app.pages import CursorInvalid, PageIn, PageOut
from app.private.queries import texts_of
from app.problems import refuses
from app.projects.queries import ProjectNotFound, get_project
from app.projects.service import ServiceHasEnded
from app.route import router as new_router
from app.wire import Uuid

router = new_router("/v1/issues", "coordination")
of_project = new_router("/v1/projects/{project_id}/issues", "coordination")
conclusions = new_router("/v1/conclusions", "coordination")
STAFF = (Role.OFFICER, Role.AGENT, Role.COORDINATOR, Role.SUPERVISOR, Role.DEPARTMENT)
Doer = Annotated[Actor, acting_as(*STAFF)]
Insider = Annotated[Actor, acting_as(*STAFF, Role.ARCHIVIST, Role.AUDITOR)]
Seer = Annotated[Actor, acting_as(*STAFF, Role.ARCHIVIST, Role.AUDITOR, Role.PORTAL)]
ACTING = (
    OperatorMissing,
    VersionIsStale,
    HandlingStateHasChanged,
    NotFromThisState,
    NotYoursToHandle,
    PersonIsExcluded,
    HandlingIncomplete,
    HandlingGuardsNotMet,
    ResponsibleNotSuitable,
    EvidenceNotFound,
    YearNotPublished,
)


@of_project.post(
    "",
    status_code=201,
    response_model=IssueOut,
    responses=refuses(
        OperatorMissing,
        ProjectNotFound,
        ServiceHasEnded,
        ItemCaseNotFound,
        SkippingNeedsReason,
        ResponsibleNotSuitable,
        YearNotPublished,
    ),
)
async def raise_issue(actor: Doer, project_id: Uuid, given: IssueIn, session: WriteSession) -> Response:
    """提出协调事项 · Raise an issue of a project.

    须指定一名责任人或者一个责任单位，责任单位随之参与该项目。期限按工作日计算，省略时取该层级的默认天数；
    不从第一级提起的须说明理由。
    One person or one department answers for it; the department takes part in the project from then on. Time
    is counted in working days, by default those of the level. Beginning above the first level needs a
    reason.
    """
    known = await raising.raise_issue(session, actor, project_id, given)
    body, row = issue_body(known, actor), known.row
    return await answered(
        session, body, version=row.version, location=f"/v1/issues/{row.id}", project_id=project_id
    )


@of_project.get(
    "", response_model=PageOut[IssueSummaryOut], responses=refuses(ProjectNotFound, CursorInvalid)
)
async def list_project_issues(
    actor: Seer,
    project_id: Uuid,
    asked: Annotated[ProjectIssuesIn, Query()],
    session: ReadSession,
    request: Request,
) -> Response:
    """查询项目的协调事项 · List the issues of a project, the newest first."""
    await get_project(session, actor, project_id)
    wanted = DutiesIn(**asked.model_dump(), project=project_id)
    return await _page(actor, wanted, session, request)


@router.get("", response_model=PageOut[IssueSummaryOut], responses=refuses(CursorInvalid))
async def list_issues(
    actor: Seer, asked: Annotated[IssuesIn, Query()], session: ReadSession, request: Request
) -> Response:
    """查询协调事项 · List issues by area, level, who is responsible, and what is overdue; the newest first.

    部门可见由本单位负责以及本单位提出的事项。
    A department sees its own and those it raised.
    """
    levels = None if asked.level is None else [str(level) for level in asked.level]
    return await _page(actor, asked, session, request, levels=levels, item_case_id=asked.item_case)


async def _page(
    actor: Actor, asked: DutiesIn, session: ReadSession, request: Request, **filters: object
) -> Response:
    rows, cursor = await service.list_duties(session, actor, Issue, asked, **filters)
    texts = await texts_of(session, [row.title_id for row in rows])
    return page(request, [issue_summary(row, actor, texts) for row in rows], cursor)


@router.get("/{issue_id}", response_model=IssueOut, responses=refuses(IssueNotFound))
async def get_issue(actor: Seer, issue_id: Uuid, session: ReadSession, request: Request) -> Response:
    """读取协调事项 · Read an issue, with its due day and what this caller may do."""
    known = await service.read_issue(session, actor, issue_id)
    texts = await texts_of(session, issue_texts(known.row))
    return shown(request, issue_body(known, actor, texts), known.row.version)


@router.get(
    "/{issue_id}/steps",
    response_model=PageOut[HandlingStepOut],
    responses=refuses(IssueNotFound, CursorInvalid),
)
async def list_issue_steps(
    actor: Insider,
    issue_id: Uuid,
    asked: Annotated[PageIn, Query()],
    session: ReadSession,
    request: Request,
) -> Response:
    """查询协调过程 · List what was done about an issue, in order."""
    await get_duty(session, actor, Issue, issue_id)
    rows, cursor, texts = await list_case_steps(session, issue_id, asked)
    return page(request, [step_out(row, ISSUE_ACTS, actor.language, texts) for row in rows], cursor)


@router.post(
    "/{issue_id}/actions",
    status_code=201,
    response_model=IssueStepTakenOut,
    responses=refuses(IssueNotFound, LevelIsNotHigher, SkippingNeedsReason, *ACTING),
)
async def act_on_issue(
    actor: Doer, issue_id: Uuid, given: IssueActionIn, session: WriteSession, request: Request
) -> Response:
    """办理协调事项 · Act on an issue.

    反馈进展、转交、提级、调整期限、办结、核查销号、重新打开。逐级提级，越级须说明理由；办结人不得自行销号，
    责任人不得自行调整期限（按自然人比对）。
    Progress, another person or office, the next level, another due day, resolving, closing, reopening. Levels
    are climbed one by one, or with a reason; who resolved it does not close it, and nobody moves his own day.
    """
    expected = expected_version(request, needed=False)
    step, known = await service.act_on_issue(session, actor, issue_id, given, expected)
    body = IssueStepTakenOut(
        **step_out(step, ISSUE_ACTS, actor.language, None), issue=issue_body(known, actor)
    )
    row = known.row
    return await answered(session, body, version=row.version, project_id=row.project_id)


@conclusions.get("", response_model=PageOut[ConclusionSummaryOut], responses=refuses(CursorInvalid))
async def list_conclusions(
    actor: Insider, asked: Annotated[ConclusionsIn, Query()], session: ReadSession, request: Request
) -> Response:
    """查询会商结论 · List conclusions by area, who is responsible, and what is overdue; the newest first."""
    rows, cursor = await service.list_duties(
        session, actor, Conclusion, asked, issue_id=asked.issue, consultation_id=asked.consultation
    )
    texts = await texts_of(session, [row.text_id for row in rows])
    return page(request, [conclusion_summary(row, actor, texts) for row in rows], cursor)


@conclusions.get("/{conclusion_id}", response_model=ConclusionOut, responses=refuses(ConclusionNotFound))
async def get_conclusion(
    actor: Insider, conclusion_id: Uuid, session: ReadSession, request: Request
) -> Response:
    """读取会商结论 · Read a conclusion, with its due day and what this caller may do."""
    known = await service.read_conclusion(session, actor, conclusion_id)
    texts = await texts_of(session, [known.row.text_id])
    return shown(request, conclusion_body(known, actor, texts), known.row.version)


@conclusions.get(
    "/{conclusion_id}/steps",
    response_model=PageOut[HandlingStepOut],
    responses=refuses(ConclusionNotFound, CursorInvalid),
)
async def list_conclusion_steps(
    actor: Insider,
    conclusion_id: Uuid,
    asked: Annotated[PageIn, Query()],
    session: ReadSession,
    request: Request,
) -> Response:
    """查询结论落实过程 · List what was done about a conclusion, in order."""
    await get_duty(session, actor, Conclusion, conclusion_id)
    rows, cursor, texts = await list_case_steps(session, conclusion_id, asked)
    return page(request, [step_out(row, CONCLUSION_ACTS, actor.language, texts) for row in rows], cursor)


@conclusions.post(
    "/{conclusion_id}/actions",
    status_code=201,
    response_model=ConclusionStepTakenOut,
    responses=refuses(ConclusionNotFound, *ACTING),
)
async def act_on_conclusion(
    actor: Doer, conclusion_id: Uuid, given: ConclusionActionIn, session: WriteSession, request: Request
) -> Response:
    """落实会商结论 · Act on a conclusion.

    反馈进展、转交、调整期限、办结、核查销号、重新打开；办结人不得自行销号（按自然人比对）。
    Progress, another person or office, another due day, resolving, closing, reopening. Who resolved it does
    not close it.
    """
    expected = expected_version(request, needed=False)
    step, known = await service.act_on_conclusion(session, actor, conclusion_id, given, expected)
    body = ConclusionStepTakenOut(
        **step_out(step, CONCLUSION_ACTS, actor.language, None), conclusion=conclusion_body(known, actor)
    )
    row = known.row
    return await answered(session, body, version=row.version, project_id=row.project_id)
