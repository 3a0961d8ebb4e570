"""HTTP: today's work, and absences."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.actor import Actor, OperatorMissing, acting_as
from app.answers import page
from app.clients.queries import OperatorNotFound
from app.database import ReadSession
from app.domain.standing import Role
from app.domain.tasks import AbsenceEndsBeforeItBegins, SubstituteIsAbsent
from app.idempotency import WriteSession, answered
from app.pages import CursorInvalid, PageOut
from app.problems import refuses
from app.route import router as new_router
from app.tasks import absences, service
from app.tasks.absences import AbsenceHasEnded, AbsenceIsNotYours, OperatorNotKnown
from app.tasks.answers import absence_body
from app.tasks.queries import AbsenceNotFound
from app.tasks.schemas import AbsenceEndIn, AbsenceIn, AbsenceOut, AbsencesIn, TaskOut, TasksIn
from app.tasks.service import TasksAreNotYours
from app.wire import Uuid

router = new_router("/v1/tasks", "tasks")
away = new_router("/v1/absences", "tasks")
STAFF = (Role.OFFICER, Role.AGENT, Role.COORDINATOR, Role.ARCHIVIST, Role.SUPERVISOR, Role.DEPARTMENT)
Worker = Annotated[Actor, acting_as(*STAFF, Role.PORTAL, Role.ADMIN)]
Staff = Annotated[Actor, acting_as(*STAFF)]


@router.get(
    "", response_model=PageOut[TaskOut], responses=refuses(TasksAreNotYours, OperatorNotFound, CursorInvalid)
)
async def list_tasks(
    actor: Worker, asked: Annotated[TasksIn, Query()], session: ReadSession, request: Request
) -> Response:
    """今日任务 · What must be done today: the caller's own, or of an operator, a role or a department.

    先列逾期，再按到期日；每项说明原因和应调用的接口。代办员离岗期间，其任务转给代理人（未指定的转给B角）,
    并注明 on_behalf_of。一页可能少于 limit，以 next_cursor 为准。
    Overdue first, then by day, each with why and the call that does it. While an agent is absent his tasks go
    to his substitute, else to the backup agent, marked ``on_behalf_of``. A page may be short: ``next_cursor``
    tells whether there is more.
    """
    tasks, cursor = await service.list_tasks(session, actor, asked)
    return page(request, tasks, cursor)


@away.post(
    "",
    status_code=201,
    response_model=AbsenceOut,
    responses=refuses(
        OperatorMissing, OperatorNotKnown, AbsenceIsNotYours, AbsenceEndsBeforeItBegins, SubstituteIsAbsent
    ),
)
async def record_absence(actor: Staff, given: AbsenceIn, session: WriteSession) -> Response:
    """登记离岗 · Record on which days somebody does not serve, and who stands in.

    由本人或者协调员登记；代理只转任务，不授予代办员身份，代理人须由协调员指派后方可办理流转。
    By the person or a coordinator. Standing in moves tasks; it makes nobody an agent of the project, which
    only an assignment does.
    """
    absence = await absences.record_absence(session, actor, given)
    return await answered(session, absence_body(absence), version=absence.version)


@away.get("", response_model=PageOut[AbsenceOut], responses=refuses(CursorInvalid))
async def list_absences(
    actor: Staff, asked: Annotated[AbsencesIn, Query()], session: ReadSession, request: Request
) -> Response:
    """查询离岗 · List absences recorded in the caller's areas, of one person or on one day."""
    rows, cursor = await absences.list_absences(session, actor, asked)
    return page(request, [absence_body(row) for row in rows], cursor)


@away.post(
    "/{absence_id}/end",
    status_code=201,
    response_model=AbsenceOut,
    responses=refuses(OperatorMissing, AbsenceNotFound, AbsenceIsNotYours, AbsenceHasEnded),
)
async def end_absence(
    actor: Staff,
    absence_id: Uuid,
    given: AbsenceEndIn,  # noqa: ARG001 - nothing is asked, and nothing else may be sent
    session: WriteSession,
) -> Response:
    """销假 · Say that somebody is back from today on.

    尚未开始的离岗随之取消。
    An absence that has not begun yet is cancelled by it.
    """
    absence = await absences.end_absence(session, actor, absence_id)
    return await answered(session, absence_body(absence), version=absence.version)
