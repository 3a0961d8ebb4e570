"""HTTP: follow-ups and the samples they are drawn in."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.actor import Actor, Anyone, OperatorMissing, ProjectNotFound, acting_as
from app.answers import VersionIsStale, expected_version, page, shown
from app.areas.queries import AreaNotFound
from app.calendars.queries import calendar_of
from app.coordination.queries import IssueNotFound
from app.database import ReadSession
from app.domain.calendar import YearNotPublished
from app.domain.casework import (
    HandlingIncomplete,
    HandlingStateHasChanged,
    NotFromThisState,
    NotYoursToHandle,
    PersonIsExcluded,
)
from app.domain.follow_ups import CALLERS, FOLLOW_UP_ACTS
from app.domain.standing import Role
from app.files.queries import EvidenceNotFound
from app.follow_ups import sampling, service
from app.follow_ups.answers import (
    follow_up_body,
    follow_up_summary,
    sample_body,
    sample_summary,
    sees_words,
)
from app.follow_ups.queries import FollowUpNotFound, SampleNotFound, get_follow_up, get_sample
from app.follow_ups.sampling import NothingToDrawFrom, SampleMalformed, SampleTooLarge
from app.follow_ups.schemas import (
    FollowUpActionIn,
    FollowUpIn,
    FollowUpOut,
    FollowUpsIn,
    FollowUpStepTakenOut,
    FollowUpSummaryOut,
    SampleIn,
    SampleOut,
    SampleSummaryOut,
)
from app.follow_ups.service import KnownFollowUp, know_follow_up
from app.handling.schemas import HandlingStepOut
from app.handling.service import list_case_steps, step_out
from app.idempotency import WriteSession, answered
from app.pages import CursorInvalid, PageIn, PageOut
from app.problems import refuses
from app.route import router as new_router
from app.wire import Uuid

router = new_router("/v1/follow-ups", "follow-ups")
samples = new_router("/v1/follow-up-samples", "follow-ups")
Caller = Annotated[Actor, acting_as(*CALLERS)]
Drawer = Annotated[Actor, acting_as(Role.COORDINATOR, Role.SUPERVISOR)]
Reviewer = Annotated[Actor, acting_as(Role.COORDINATOR, Role.SUPERVISOR, Role.AUDITOR)]


@samples.post(
    "",
    status_code=201,
    response_model=SampleOut,
    responses=refuses(AreaNotFound, SampleMalformed, NothingToDrawFrom, SampleTooLarge),
)
async def draw_follow_up_sample(actor: Drawer, given: SampleIn, session: WriteSession) -> Response:
    """抽取回访样本 · Draw a sample of completed projects to follow up.

    种子由抽取时账本末端的哈希与样本编号算出，事先无人知晓；按 SHA-256(种子:项目编号) 升序取前 n 个，
    审计人员可据总体、种子和数量重新抽取。样本量可以直接给出，也可以按置信度和误差计算。
    The seed is made of the ledger's last hash and the sample's id, which nobody knows beforehand. Ids are
    ordered by SHA-256 of ``seed:id`` and the first n taken, so that an auditor can repeat the draw. The size
    is given, or follows from confidence and margin of error.
    """
    row = await sampling.draw_sample(session, actor, given)
    location = f"/v1/follow-up-samples/{row.id}"
    return await answered(session, sample_body(row), version=row.version, location=location)


@samples.get("", response_model=PageOut[SampleSummaryOut], responses=refuses(CursorInvalid))
async def list_follow_up_samples(
    actor: Reviewer, asked: Annotated[PageIn, Query()], session: ReadSession, request: Request
) -> Response:
    """查询回访样本 · List samples, the newest first."""
    rows, cursor = await sampling.list_samples(session, actor, asked)
    return page(request, [sample_summary(row) for row in rows], cursor)


@samples.get("/{sample_id}", response_model=SampleOut, responses=refuses(SampleNotFound))
async def get_follow_up_sample(
    actor: Reviewer, sample_id: Uuid, session: ReadSession, request: Request
) -> Response:
    """读取回访样本 · Read a sample: what it was drawn from, by which seed, and what was drawn."""
    row = await get_sample(session, actor, sample_id)
    return shown(request, sample_body(row), row.version)


@router.post(
    "", status_code=201, response_model=FollowUpOut, responses=refuses(ProjectNotFound, YearNotPublished)
)
async def open_follow_up(actor: Caller, given: FollowUpIn, session: WriteSession) -> Response:
    """登记单项回访 · Open a follow-up of one project, outside any sample."""
    known = await service.open_follow_up(session, actor, given)
    row = known.row
    location = f"/v1/follow-ups/{row.id}"
    body = follow_up_body(known, actor)
    return await answered(session, body, version=row.version, location=location, project_id=row.project_id)


@router.get(
    "", response_model=PageOut[FollowUpSummaryOut], responses=refuses(CursorInvalid, YearNotPublished)
)
async def list_follow_ups(
    actor: Anyone, asked: Annotated[FollowUpsIn, Query()], session: ReadSession, request: Request
) -> Response:
    """查询回访 · List follow-ups, the newest first, by state, project, sample and area."""
    rows, cursor = await service.list_follow_ups(session, actor, asked)
    known = [KnownFollowUp(row, frozenset(), await calendar_of(session, row.area_code)) for row in rows]
    return page(request, [follow_up_summary(one, actor) for one in known], cursor)


@router.get(
    "/{follow_up_id}", response_model=FollowUpOut, responses=refuses(FollowUpNotFound, YearNotPublished)
)
async def get_one_follow_up(
    actor: Anyone, follow_up_id: Uuid, session: ReadSession, request: Request
) -> Response:
    """读取回访 · Read a follow-up, with its limits and what this caller may do next."""
    known = await know_follow_up(session, await get_follow_up(session, actor, follow_up_id))
    return shown(request, follow_up_body(known, actor), known.row.version)


@router.get(
    "/{follow_up_id}/steps",
    response_model=PageOut[HandlingStepOut],
    responses=refuses(FollowUpNotFound, CursorInvalid),
)
async def list_follow_up_steps(
    actor: Anyone,
    follow_up_id: Uuid,
    asked: Annotated[PageIn, Query()],
    session: ReadSession,
    request: Request,
) -> Response:
    """查询回访过程 · List every try and what followed, in order.

    项目单位所说的话不向服务过该项目的人员和部门显示。
    The owner's words are not shown to those who served the project, nor to departments.
    """
    known = await know_follow_up(session, await get_follow_up(session, actor, follow_up_id))
    rows, cursor, texts = await list_case_steps(session, follow_up_id, asked)
    shows = texts if sees_words(actor, known) else None
    return page(request, [step_out(row, FOLLOW_UP_ACTS, actor.language, shows) for row in rows], cursor)


@router.post(
    "/{follow_up_id}/actions",
    status_code=201,
    response_model=FollowUpStepTakenOut,
    responses=refuses(
        OperatorMissing,
        FollowUpNotFound,
        VersionIsStale,
        HandlingStateHasChanged,
        NotFromThisState,
        NotYoursToHandle,
        PersonIsExcluded,
        HandlingIncomplete,
        IssueNotFound,
        EvidenceNotFound,
        YearNotPublished,
    ),
)
async def act_on_follow_up(
    actor: Caller, follow_up_id: Uuid, given: FollowUpActionIn, session: WriteSession, request: Request
) -> Response:
    """登记回访情况 · Ask the owner, or settle what he was dissatisfied with.

    由从未服务过该项目、也未代理过其代办人员的人员回访（按自然人比对）。未联系到的记一次尝试，三个不同日期均未联系到的
    以“未能联系”结束；不满意的须由协调员或者督办员处理后办结。
    By somebody who has never served the project nor stood in for one who has. A try that reaches nobody
    leaves it open; on the third day it ends as not reached. A dissatisfied answer has to be settled.
    """
    expected = expected_version(request, needed=False)
    step, known = await service.act_on_follow_up(session, actor, follow_up_id, given, expected)
    body = FollowUpStepTakenOut(
        **step_out(step, FOLLOW_UP_ACTS, actor.language, None), follow_up=follow_up_body(known, actor)
    )
    return await answered(session, body, version=known.row.version, project_id=known.row.project_id)
