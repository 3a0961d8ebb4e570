"""HTTP: the impact of a calendar version, and its activation."""

from typing import Annotated

from fastapi import Path, Request, Response

from app.activations import service
from app.activations.answers import activation_body, impact_body
from app.activations.schemas import ActivationIn, ActivationOut, ImpactOut
from app.activations.service import ImpactHasChanged
from app.actor import Actor, acting_as
from app.answers import shown
from app.calendars.queries import CalendarNotFound
from app.calendars.schemas import CalendarCode
from app.calendars.service import CalendarDraftIsOutdated, CalendarVersionIsNoDraft
from app.database import ReadSession
from app.domain.separation import ApproverIsAuthor
from app.domain.standing import Role
from app.idempotency import WriteSession, answered
from app.pages import MOST
from app.problems import refuses
from app.route import router as new_router

router = new_router("/v1/calendars/{code}/versions/{number}", "calendars")
Admin = Annotated[Actor, acting_as(Role.ADMIN)]
Number = Annotated[int, Path(ge=1, lt=MOST)]


@router.get(
    "/impact", response_model=ImpactOut, responses=refuses(CalendarNotFound, CalendarVersionIsNoDraft)
)
async def get_calendar_impact(
    actor: Admin, code: CalendarCode, number: Number, session: ReadSession, request: Request
) -> Response:
    """查看日历影响 · See every deadline that a draft would move, from, to and why.

    逐项列出项目环节时限和事项办件时限（含默示受理之日）的变动，以及造成变动的日期；不写入任何内容。
    Stage deadlines and item cases' clocks (the end of silence too), each with the days that move it. Nothing
    is written; every running clock is read, in batches.
    """
    impact = await service.read_impact(session, actor, code, number)
    return shown(request, impact_body(impact, actor.language), impact.version.version)


@router.post(
    "/activation",
    status_code=201,
    response_model=ActivationOut,
    responses=refuses(
        CalendarNotFound,
        CalendarVersionIsNoDraft,
        CalendarDraftIsOutdated,
        ApproverIsAuthor,
        ImpactHasChanged,
    ),
)
async def activate_calendar_version(
    actor: Admin, code: CalendarCode, number: Number, given: ActivationIn, session: WriteSession
) -> Response:
    """启用日历版本 · Put a draft into force, and recount every clock that still runs.

    须由起草人以外的人启用，并以 impact_digest 表明已阅的影响；影响已变的，拒绝启用。全部时限在同一事务内
    重算，记为一个事件；办结的时限不变。下级区域的例外日期随之在新版本之上重新生效。
    By another person than the drafter, who names the impact he has read; if it has changed since, nothing
    happens. All clocks are rewritten in one transaction with one event; ended ones stay as they are. The
    exceptions of areas below go on, laid over the new version.
    """
    activated = await service.activate(session, actor, code, number, given.impact_digest)
    return await answered(session, activation_body(activated), version=activated.version.version)
