"""HTTP: supervision notices."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.actor import Actor, OperatorMissing, ProjectNotFound, acting_as
from app.answers import VersionIsStale, expected_version, page, shown
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
from app.domain.standing import Role
from app.domain.supervision import NOTICE_ACTS, NothingToSupervise
from app.files.queries import EvidenceNotFound
from app.handling.schemas import HandlingStepOut
from app.handling.service import list_case_steps, step_out
from app.idempotency import WriteSession, answered
from app.items.queries import ItemCaseNotFound
from app.pages import CursorInvalid, PageIn, PageOut
from app.private.queries import texts_of
from app.problems import refuses
from app.route import router as new_router
from app.supervision import service
from app.supervision.answers import candidate_bodies, notice_body, notice_summaries
from app.supervision.candidates import list_candidates
from app.supervision.queries import NoticeNotFound, get_notice
from app.supervision.schemas import (
    CandidateOut,
    CandidatesIn,
    NoticeActionIn,
    NoticeIn,
    NoticeOut,
    NoticesIn,
    NoticeStepTakenOut,
    NoticeSummaryOut,
)
from app.supervision.service import NameOneSubject
from app.wire import Uuid

router = new_router("/v1/supervision-notices", "supervision")
Staff = Annotated[
    Actor,
    acting_as(Role.OFFICER, Role.AGENT, Role.COORDINATOR, Role.DEPARTMENT, Role.SUPERVISOR, Role.AUDITOR),
]
Doer = Annotated[
    Actor, acting_as(Role.OFFICER, Role.AGENT, Role.COORDINATOR, Role.DEPARTMENT, Role.SUPERVISOR)
]
Supervisor = Annotated[Actor, acting_as(Role.SUPERVISOR)]
Watcher = Annotated[Actor, acting_as(Role.SUPERVISOR, Role.COORDINATOR)]


@router.get("", response_model=PageOut[NoticeSummaryOut], responses=refuses(CursorInvalid, YearNotPublished))
async def list_supervision_notices(
    actor: Staff, asked: Annotated[NoticesIn, Query()], session: ReadSession, request: Request
) -> Response:
    """查询督办 · List supervision notices, the newest first.

    noticed 为发出时的时限依据，此后不再改变；部门只见发给本部门的督办。
    ``noticed`` is the clock as it stood when the notice was issued; a department sees those to itself.
    """
    rows, cursor = await service.list_notices(session, actor, asked)
    return page(request, await notice_summaries(session, rows, actor), cursor)


@router.get("/candidates", response_model=PageOut[CandidateOut], responses=refuses(CursorInvalid))
async def list_supervision_candidates(
    actor: Watcher, asked: Annotated[CandidatesIn, Query()], session: ReadSession, request: Request
) -> Response:
    """查询可督办对象 · List what is red and nobody has been urged about, the longest overdue first.

    暂停计时、等待项目单位、由项目单位承担时间的不在其列；已有未办结督办的也不再列出。
    What is paused, waits for the owner or is the owner's time is left out, and so is what has an open notice.
    """
    rows, cursor = await list_candidates(session, actor, asked)
    return page(request, await candidate_bodies(session, rows, actor), cursor)


@router.post(
    "",
    status_code=201,
    response_model=NoticeOut,
    responses=refuses(
        OperatorMissing,
        NameOneSubject,
        ItemCaseNotFound,
        ProjectNotFound,
        NothingToSupervise,
        YearNotPublished,
    ),
)
async def issue_supervision_notice(actor: Supervisor, given: NoticeIn, session: WriteSession) -> Response:
    """发出督办 · Issue a supervision notice.

    对象须为逾期未办结的事项办件，或者项目当前环节；时限依据随督办留存，事实后来查明不成立的由系统撤回。
    About an item case that is overdue and undone, or about the present stage of a project. The clock is kept
    with it; when it turns out not to have run out, the notice is withdrawn by itself.
    """
    known = await service.issue_notice(session, actor, given)
    return await answered(
        session,
        notice_body(known, actor),
        version=known.row.version,
        location=f"/v1/supervision-notices/{known.row.id}",
        project_id=known.row.project_id,
    )


@router.get("/{notice_id}", response_model=NoticeOut, responses=refuses(NoticeNotFound, YearNotPublished))
async def get_supervision_notice(
    actor: Staff, notice_id: Uuid, session: ReadSession, request: Request
) -> Response:
    """读取督办 · Read a notice, with its limits and what this caller may do next.

    答复、评判的时限均为系统默认，explained_by 给出逐日计算过程。
    The limits for reply and judgement are defaults; ``explained_by`` prints each sum.
    """
    known = await service.read_notice(session, actor, notice_id)
    texts = await texts_of(session, [known.row.text_id])
    return shown(request, notice_body(known, actor, texts), known.row.version)


@router.get(
    "/{notice_id}/steps",
    response_model=PageOut[HandlingStepOut],
    responses=refuses(NoticeNotFound, CursorInvalid),
)
async def list_supervision_notice_steps(
    actor: Staff,
    notice_id: Uuid,
    asked: Annotated[PageIn, Query()],
    session: ReadSession,
    request: Request,
) -> Response:
    """查询督办过程 · List what was done about a notice, in order."""
    await get_notice(session, actor, notice_id)
    rows, cursor, texts = await list_case_steps(session, notice_id, asked)
    return page(request, [step_out(row, NOTICE_ACTS, actor.language, texts) for row in rows], cursor)


@router.post(
    "/{notice_id}/actions",
    status_code=201,
    response_model=NoticeStepTakenOut,
    responses=refuses(
        OperatorMissing,
        NoticeNotFound,
        VersionIsStale,
        HandlingStateHasChanged,
        NotFromThisState,
        NotYoursToHandle,
        PersonIsExcluded,
        HandlingIncomplete,
        HandlingGuardsNotMet,
        EvidenceNotFound,
        YearNotPublished,
    ),
)
async def act_on_supervision_notice(
    actor: Doer, notice_id: Uuid, given: NoticeActionIn, session: WriteSession, request: Request
) -> Response:
    """办理督办 · Act on a notice: reply, send back, judge the effect, close, withdraw.

    由被督办单位答复；成效由答复人以外的督办员评判（按自然人比对），未见成效的须退回重新答复，不能办结。
    The office replies; a supervisor who is another person than the replier judges the effect. What was
    without effect is sent back, not closed.
    """
    expected = expected_version(request, needed=False)
    step, known = await service.act_on_notice(session, actor, notice_id, given, expected)
    body = NoticeStepTakenOut(
        **step_out(step, NOTICE_ACTS, actor.language, None), notice=notice_body(known, actor)
    )
    return await answered(session, body, version=known.row.version, project_id=known.row.project_id)
