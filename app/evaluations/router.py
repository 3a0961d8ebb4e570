"""HTTP: evaluations."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.actor import Actor, Anyone, acting_as
from app.answers import page, shown
from app.database import ReadSession
from app.domain.evaluations import DimensionsMixed
from app.domain.standing import Role
from app.evaluations import queries, service
from app.evaluations.models import Evaluation
from app.evaluations.queries import EvaluationNotFound
from app.evaluations.schemas import EvaluationIn, EvaluationOut, EvaluationsIn
from app.evaluations.service import EvaluationExists, NotEvaluable, NothingToFollow, StaffMayNotEvaluate
from app.idempotency import WriteSession, answered
from app.pages import CursorInvalid, PageOut
from app.private.queries import TextOut, by_id, shown_text, texts_of
from app.problems import refuses
from app.projects.queries import ProjectNotFound
from app.route import router as new_router
from app.wire import Uuid

router = new_router("/v1/evaluations", "evaluations")
Owner = Annotated[Actor, acting_as(Role.PORTAL)]


def _body(row: Evaluation, text: TextOut | None) -> EvaluationOut:
    return EvaluationOut(
        id=row.id,
        version=row.version,
        mode=row.mode,
        round=row.round,
        area_code=row.area_code,
        project_id=row.project_id,
        occurrence=row.event_id,
        item_case_id=row.item_case_id,
        subject=row.subject,
        handler=row.handler,
        rater=row.rater,
        level=row.level,
        dimensions=row.dimensions,
        text=text,
        channel=row.channel,
        month=row.month,
        evaluated_at=row.evaluated_at,
    )


@router.post(
    "",
    status_code=201,
    response_model=EvaluationOut,
    responses=refuses(
        StaffMayNotEvaluate, ProjectNotFound, DimensionsMixed, NotEvaluable, EvaluationExists, NothingToFollow
    ),
)
async def evaluate(actor: Owner, given: EvaluationIn, session: WriteSession) -> Response:
    """评价服务 · Evaluate a service rendered to the owner's project.

    由项目单位实名评价;每次服务一次首评、一次追评,首评不可覆盖;工作人员不得代评。
    By the owner, named. Each service has one first evaluation and one that follows; none is overwritten, and
    staff never evaluate.
    """
    row = await service.evaluate(session, actor, given)
    return await answered(
        session,
        _body(row, by_id(row.text_id)),
        version=row.version,
        location=f"/v1/evaluations/{row.id}",
        project_id=given.project_id,
    )


@router.get("", response_model=PageOut[EvaluationOut], responses=refuses(CursorInvalid))
async def list_evaluations(
    actor: Anyone, asked: Annotated[EvaluationsIn, Query()], session: ReadSession, request: Request
) -> Response:
    """查询评价 · List the evaluations within the caller's scope, the newest first.

    可按项目、等级、区域和轮次筛选。
    Filtered by project, level, area and round.
    """
    rows, cursor = await service.list_evaluations(session, actor, asked)
    texts = await texts_of(session, [row.text_id for row in rows])
    return page(request, [_body(row, shown_text(row.text_id, texts)) for row in rows], cursor)


@router.get("/{evaluation_id}", response_model=EvaluationOut, responses=refuses(EvaluationNotFound))
async def get_evaluation(
    actor: Anyone, evaluation_id: Uuid, session: ReadSession, request: Request
) -> Response:
    """读取评价 · Read one evaluation, with its text.

    等级以名称表示;两种国家编码的数字见数据字典。
    Levels are told by name; their numbers in the two national systems stand in the data dictionary.
    """
    row = await queries.get_evaluation(session, actor, evaluation_id)
    texts = await texts_of(session, [row.text_id])
    return shown(request, _body(row, shown_text(row.text_id, texts)), row.version)
