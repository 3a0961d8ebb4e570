"""HTTP: workload, what is open in somebody's name, and handing it over."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.actor import Actor, OperatorMissing, ProjectNotFound, acting_as
from app.answers import page
from app.clients.queries import OperatorNotFound
from app.database import ReadSession
from app.domain.calendar import YearNotPublished
from app.domain.handing_over import (
    FOLLOWING,
    NothingToHandOver,
    SuccessorIsTheSame,
    SuccessorNotSuitable,
    WorkKind,
)
from app.domain.standing import Role
from app.files.queries import EvidenceNotFound
from app.idempotency import WriteSession, answered
from app.pages import CursorInvalid, PageIn, PageOut, cursor_of, read_cursor
from app.problems import refuses
from app.route import router as new_router
from app.wire import Uuid
from app.workload import service
from app.workload.counting import list_workload
from app.workload.gathering import Carried
from app.workload.schemas import (
    OpenWorkOut,
    WorkHandOverIn,
    WorkHandOverOut,
    WorkloadIn,
    WorkloadOut,
)

router = new_router("/v1/workload", "workload")
of_operators = new_router("/v1/operators", "workload")
Leader = Annotated[Actor, acting_as(Role.COORDINATOR, Role.SUPERVISOR)]
PATHS = {
    WorkKind.ITEM_CASE: "/v1/item-cases/",
    WorkKind.NOTICE: "/v1/supervision-notices/",
    WorkKind.ISSUE: "/v1/issues/",
    WorkKind.CONCLUSION: "/v1/conclusions/",
    WorkKind.BAD_REVIEW: "/v1/bad-reviews/",
    WorkKind.COMPLAINT: "/v1/complaints/",
}


@router.get("", response_model=PageOut[WorkloadOut], responses=refuses(CursorInvalid, YearNotPublished))
async def read_workload(
    actor: Leader, asked: Annotated[WorkloadIn, Query()], session: ReadSession, request: Request
) -> Response:
    """工作量 · Workload by area, department or agent.

    与各清单按同样的条件计数：在办项目、未办结事项按灯色、五个工作日内到期、协调事项、会商结论、差评、投诉、督办。
    is_valid 为 false 的人员已失效而名下仍有未了事项，应当办理交接。
    Counted as the lists show it: projects in service, undecided items by light, what falls due within five
    working days, issues, conclusions, bad reviews, complaints and notices in hand. Whoever has ``is_valid``
    false has left with something open: hand it over.
    """
    rows, cursor = await list_workload(session, actor, asked)
    return page(request, rows, cursor)


@of_operators.get(
    "/{operator_id}/open-work",
    response_model=PageOut[OpenWorkOut],
    responses=refuses(OperatorNotFound, CursorInvalid),
)
async def list_open_work(
    actor: Leader,
    operator_id: Uuid,
    asked: Annotated[PageIn, Query()],
    session: ReadSession,
    request: Request,
) -> Response:
    """查询名下未了事项 · List what is open in somebody's name, kind by kind.

    按自然人归集；follows 为 true 的随项目分工一并交接。
    Of the person, whatever codes he signs on with. What ``follows`` goes with the assignment to its project.
    """
    carried = await service.open_work(session, actor, operator_id)
    (after,) = read_cursor(asked.cursor, str) or (None,)
    places = sorted([(_place(one), one) for one in carried], key=lambda each: each[0])
    rest = [each for each in places if after is None or each[0] > after]
    shown = rest[: asked.limit]
    cursor = cursor_of(shown[-1][0]) if len(rest) > asked.limit else None
    return page(request, [_body(one, actor.language) for _, one in shown], cursor)


@of_operators.post(
    "/{operator_id}/hand-over",
    status_code=201,
    response_model=WorkHandOverOut,
    responses=refuses(
        OperatorMissing,
        OperatorNotFound,
        ProjectNotFound,
        SuccessorIsTheSame,
        NothingToHandOver,
        SuccessorNotSuitable,
        EvidenceNotFound,
        YearNotPublished,
    ),
)
async def hand_over_everything(
    actor: Leader, operator_id: Uuid, given: WorkHandOverIn, session: WriteSession
) -> Response:
    """交接名下全部未了事项 · Hand over everything open in somebody's name, or what is named.

    一次办理：项目分工、协调事项、会商结论、差评、投诉、离岗代理；按自然人回避，不能交接的一次列明。
    Assignments, issues, conclusions, bad reviews, complaints, standing in, in one act. Whatever cannot go to
    the successor is named at once; hand it to somebody else with ``only``.
    """
    done = await service.hand_over_work(session, actor, operator_id, given)
    body = WorkHandOverOut(
        id=done.event.id,
        from_person=done.leaver.person_key,
        to_person=done.successor.person_key,
        handed_over_at=done.event.recorded_at,
        handed_over=done.moved,
        left=done.left,
    )
    return await answered(session, body)


def _place(one: Carried) -> str:
    kinds = list(WorkKind)
    return f"{kinds.index(one.thing.kind)}:{one.thing.id}"


def _body(one: Carried, language: str) -> OpenWorkOut:
    thing = one.thing
    path = f"{PATHS[thing.kind]}{thing.id}" if thing.kind in PATHS else None
    if thing.kind is WorkKind.ASSIGNMENT:
        path = f"/v1/projects/{thing.project_id}/agents"
    return OpenWorkOut(
        kind=thing.kind.value,
        label=thing.kind.words.said(language),
        id=thing.id,
        project_id=thing.project_id,
        area_code=thing.area_code,
        follows=thing.kind in FOLLOWING,
        path=path,
    )
