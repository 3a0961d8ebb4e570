"""HTTP: corrections of wrong entries."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.actor import Actor, Anyone, acting_as
from app.answers import page, shown
from app.corrections import service
from app.corrections.answers import correction_body
from app.corrections.applying import EventNotFound
from app.corrections.models import Correction
from app.corrections.queries import CorrectionNotFound, get_correction
from app.corrections.schemas import CorrectionIn, CorrectionOut, RejectionIn
from app.corrections.service import CorrectionIsDecided
from app.database import ReadSession
from app.domain.corrections import EarlierActStandsBefore, LaterActDependsOnIt, NothingToPutRight
from app.domain.milestones import CompletedBeforeStarted
from app.domain.separation import ApproverIsAuthor
from app.domain.standing import Role
from app.events.service import OccurredInTheFuture
from app.files.queries import EvidenceNotFound
from app.idempotency import WriteSession, answered
from app.pages import CursorInvalid, PageIn, PageOut
from app.private.queries import texts_of
from app.problems import refuses
from app.projects.queries import ProjectNotFound, get_project, list_parts
from app.route import router as new_router
from app.wire import Uuid

router = new_router("/v1/projects/{project_id}/corrections", "corrections")
Proposer = Annotated[Actor, acting_as(Role.OFFICER, Role.AGENT, Role.COORDINATOR, Role.ARCHIVIST)]
Decider = Annotated[Actor, acting_as(Role.COORDINATOR)]
IMPOSSIBLE = (
    EventNotFound,
    NothingToPutRight,
    OccurredInTheFuture,
    EarlierActStandsBefore,
    LaterActDependsOnIt,
)


@router.post(
    "",
    status_code=201,
    response_model=CorrectionOut,
    responses=refuses(ProjectNotFound, EvidenceNotFound, *IMPOSSIBLE),
)
async def propose_correction(
    actor: Proposer, project_id: Uuid, given: CorrectionIn, session: WriteSession
) -> Response:
    """提出更正 · Say what is right instead of what an event recorded.

    须写明事件、正确内容、理由和证据；经另一人批准后才生效，原记录保留在账本中。
    Name the event, what is right, why, and what shows it. Nothing changes before another person approves;
    what was wrong stays in the ledger.
    """
    correction = await service.propose_correction(session, actor, project_id, given)
    return await answered(
        session,
        correction_body(correction, actor),
        version=correction.version,
        location=f"/v1/projects/{project_id}/corrections/{correction.id}",
        project_id=project_id,
    )


@router.get("", response_model=PageOut[CorrectionOut], responses=refuses(ProjectNotFound, CursorInvalid))
async def list_corrections(
    actor: Anyone,
    project_id: Uuid,
    asked: Annotated[PageIn, Query()],
    session: ReadSession,
    request: Request,
) -> Response:
    """查询更正记录 · List the corrections of a project, the oldest first.

    包括待批准、已批准和已驳回的更正。
    Pending, approved and rejected ones.
    """
    rows, cursor = await list_parts(session, actor, project_id, Correction, asked)
    texts = await texts_of(session, [i for row in rows for i in (row.reason_id, row.decision_reason_id)])
    return page(request, [correction_body(row, actor, texts) for row in rows], cursor)


@router.get(
    "/{correction_id}", response_model=CorrectionOut, responses=refuses(ProjectNotFound, CorrectionNotFound)
)
async def get_correction_record(
    actor: Anyone, project_id: Uuid, correction_id: Uuid, session: ReadSession, request: Request
) -> Response:
    """读取更正记录 · Read a correction, with what this caller may decide.

    right 为认定的正确内容；原内容见所更正的事件。
    ``right`` is what is said to be right; what was recorded stands in the event it names.
    """
    await get_project(session, actor, project_id)
    row = await get_correction(session, actor, project_id, correction_id)
    texts = await texts_of(session, [row.reason_id, row.decision_reason_id])
    return shown(request, correction_body(row, actor, texts), row.version)


@router.post(
    "/{correction_id}/approval",
    status_code=201,
    response_model=CorrectionOut,
    responses=refuses(
        ProjectNotFound,
        CorrectionNotFound,
        CorrectionIsDecided,
        ApproverIsAuthor,
        CompletedBeforeStarted,
        *IMPOSSIBLE,
    ),
)
async def approve_correction(
    actor: Decider, project_id: Uuid, correction_id: Uuid, session: WriteSession
) -> Response:
    """批准更正 · Approve a correction: from now on what it says holds.

    须由提出人以外的协调员批准；记录、时限和推演随之更正，时间轴同时显示原记录和更正。
    By another person than its author. Records, clocks and folds use what is right from then on; the timeline
    shows both.
    """
    decided = await service.approve_correction(session, actor, project_id, correction_id)
    return await _decided(session, actor, decided.correction)


@router.post(
    "/{correction_id}/rejection",
    status_code=201,
    response_model=CorrectionOut,
    responses=refuses(ProjectNotFound, CorrectionNotFound, CorrectionIsDecided, ApproverIsAuthor),
)
async def reject_correction(
    actor: Decider, project_id: Uuid, correction_id: Uuid, given: RejectionIn, session: WriteSession
) -> Response:
    """驳回更正 · Reject a correction, and say why.

    须由提出人以外的协调员决定；原记录不变。
    By another person than its author; what was recorded stays as it is.
    """
    decided = await service.reject_correction(session, actor, project_id, correction_id, given.reason)
    return await _decided(session, actor, decided.correction)


async def _decided(session: WriteSession, actor: Actor, correction: Correction) -> Response:
    return await answered(
        session,
        correction_body(correction, actor),
        version=correction.version,
        location=f"/v1/projects/{correction.project_id}/corrections/{correction.id}",
        project_id=correction.project_id,
    )
