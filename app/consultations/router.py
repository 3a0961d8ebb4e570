"""HTTP: consultations about a project, their minutes and conclusions."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.actor import Actor, OperatorMissing, acting_as
from app.answers import VersionIsStale, expected_version, page, shown
from app.consultations import service
from app.consultations.answers import consultation_body, consultation_summary, consultation_texts
from app.consultations.queries import ConsultationNotFound
from app.consultations.schemas import (
    ConsultationActionIn,
    ConsultationIn,
    ConsultationOut,
    ConsultationsIn,
    ConsultationStepTakenOut,
    ConsultationSummaryOut,
)
from app.coordination.responsible import ResponsibleNotSuitable
from app.database import ReadSession
from app.domain.agreements import DayIsInTheFuture
from app.domain.calendar import YearNotPublished
from app.domain.casework import (
    HandlingGuardsNotMet,
    HandlingIncomplete,
    HandlingStateHasChanged,
    NotFromThisState,
    NotYoursToHandle,
)
from app.domain.coordination import CONSULTATION_ACTS, AgendaNotPossible
from app.domain.standing import Role
from app.engagements.service import DepartmentNotSuitable
from app.files.queries import EvidenceNotFound
from app.handling.service import step_out
from app.idempotency import WriteSession, answered
from app.pages import CursorInvalid, PageOut
from app.private.queries import texts_of
from app.problems import refuses
from app.projects.queries import ProjectNotFound
from app.projects.service import ServiceHasEnded
from app.route import router as new_router
from app.wire import Uuid

router = new_router("/v1/consultations", "coordination")
of_project = new_router("/v1/projects/{project_id}/consultations", "coordination")
AGENCY = (Role.OFFICER, Role.AGENT, Role.COORDINATOR, Role.SUPERVISOR)
Convener = Annotated[Actor, acting_as(*AGENCY)]
Seer = Annotated[Actor, acting_as(*AGENCY, Role.DEPARTMENT, Role.ARCHIVIST, Role.AUDITOR)]


@of_project.post(
    "",
    status_code=201,
    response_model=ConsultationOut,
    responses=refuses(
        OperatorMissing, ProjectNotFound, ServiceHasEnded, DepartmentNotSuitable, AgendaNotPossible
    ),
)
async def convene_consultation(
    actor: Convener, project_id: Uuid, given: ConsultationIn, session: WriteSession
) -> Response:
    """召集会商 · Convene a consultation about a project, on a level of the ladder.

    参会部门随之参与该项目；其他参会单位和人员只存于私密存储。议题须已提到会商的层级。
    The departments asked take part in the project; other participants are kept private. Issues on the agenda
    have reached the level of the consultation.
    """
    known = await service.convene(session, actor, project_id, given)
    body, row = consultation_body(known, actor), known.row
    location = f"/v1/consultations/{row.id}"
    return await answered(session, body, version=row.version, location=location, project_id=project_id)


@router.get("", response_model=PageOut[ConsultationSummaryOut], responses=refuses(CursorInvalid))
async def list_consultations(
    actor: Seer, asked: Annotated[ConsultationsIn, Query()], session: ReadSession, request: Request
) -> Response:
    """查询会商 · List consultations by project, area, level and day, the newest first.

    部门只见邀请其参加的会商。
    A department sees those it was asked to.
    """
    rows, cursor = await service.list_consultations(session, actor, asked)
    texts = await texts_of(session, [row.title_id for row in rows])
    return page(request, [consultation_summary(row, actor, texts) for row in rows], cursor)


@router.get("/{consultation_id}", response_model=ConsultationOut, responses=refuses(ConsultationNotFound))
async def get_consultation(
    actor: Seer, consultation_id: Uuid, session: ReadSession, request: Request
) -> Response:
    """读取会商 · Read a consultation: participants, agenda, minutes, conclusions."""
    known = await service.read_consultation(session, actor, consultation_id)
    texts = await texts_of(session, consultation_texts(known))
    return shown(request, consultation_body(known, actor, texts), known.row.version)


@router.post(
    "/{consultation_id}/actions",
    status_code=201,
    response_model=ConsultationStepTakenOut,
    responses=refuses(
        OperatorMissing,
        ConsultationNotFound,
        VersionIsStale,
        HandlingStateHasChanged,
        NotFromThisState,
        NotYoursToHandle,
        HandlingIncomplete,
        HandlingGuardsNotMet,
        DayIsInTheFuture,
        EvidenceNotFound,
        AgendaNotPossible,
        ResponsibleNotSuitable,
        YearNotPublished,
    ),
)
async def act_on_consultation(
    actor: Convener,
    consultation_id: Uuid,
    given: ConsultationActionIn,
    session: WriteSession,
    request: Request,
) -> Response:
    """登记会商纪要 · Put minutes and conclusions on record, or cancel the consultation.

    每条结论都有责任人或者责任单位和期限，自会商之日起算，逐条落实到销号。
    Each conclusion has somebody who answers for it, and a day counted from that of the consultation; it is
    followed until it is closed.
    """
    expected = expected_version(request, needed=False)
    step, known = await service.act_on_consultation(session, actor, consultation_id, given, expected)
    body = ConsultationStepTakenOut(
        **step_out(step, CONSULTATION_ACTS, actor.language, None),
        consultation=consultation_body(known, actor),
    )
    row = known.row
    return await answered(session, body, version=row.version, project_id=row.project_id)
