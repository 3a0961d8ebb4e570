"""HTTP: evaluations."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.actor import Actor, Anyone, OperatorMissing, acting_as
from app.answers import page, shown
from app.database import ReadSession
from app.domain.evaluations import DimensionsMixed
from app.domain.standing import Role
from app.evaluations import queries, service
from app.evaluations.answers import evaluation_body, sees_contact, text_ids
from app.evaluations.models import Evaluation
from app.evaluations.queries import EvaluationNotFound
from app.evaluations.schemas import EvaluationIn, EvaluationOut, EvaluationsIn, SightIn, SightOut
from app.evaluations.service import EvaluationExists, NotEvaluable, NothingToFollow, StaffMayNotEvaluate
from app.evaluations.sights import EvaluationNotConfidential, VerifierIsHandler, see
from app.idempotency import SecretAlreadyShown, WriteSession, answered
from app.pages import CursorInvalid, PageOut
from app.private.queries import shown_text, texts_of
from app.problems import refuses
from app.projects.queries import ProjectNotFound
from app.route import router as new_router
from app.wire import Uuid

router = new_router("/v1/evaluations", "evaluations")
Owner = Annotated[Actor, acting_as(Role.PORTAL)]
Verifier = Annotated[Actor, acting_as(Role.SUPERVISOR)]


def _note_contacts(request: Request, actor: Actor, rows: list[Evaluation]) -> None:
    """Let the access log tell how many people's contacts were read in full."""
    if sees_contact(actor):
        request.scope["unmasked"] = sum(row.contact_id is not None for row in rows)


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

    由项目单位实名评价；每次服务一次首评、一次追评，首评不可覆盖；工作人员不得代评。
    By the owner, named. Each service has one first evaluation and one that follows; none is overwritten, and
    staff never evaluate.
    """
    row = await service.evaluate(session, actor, given)
    return await answered(
        session,
        evaluation_body(row, actor),
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
    texts = await texts_of(session, text_ids(rows))
    _note_contacts(request, actor, rows)
    return page(request, [evaluation_body(row, actor, texts) for row in rows], cursor)


@router.get("/{evaluation_id}", response_model=EvaluationOut, responses=refuses(EvaluationNotFound))
async def get_evaluation(
    actor: Anyone, evaluation_id: Uuid, session: ReadSession, request: Request
) -> Response:
    """读取评价 · Read one evaluation, with its text.

    等级以名称表示；两种国家编码的数字见数据字典。
    Levels are told by name; their numbers in the two national systems stand in the data dictionary.
    """
    row = await queries.get_evaluation(session, actor, evaluation_id)
    texts = await texts_of(session, text_ids([row]))
    _note_contacts(request, actor, [row])
    return shown(request, evaluation_body(row, actor, texts), row.version)


@router.post(
    "/{evaluation_id}/sights",
    status_code=201,
    response_model=SightOut,
    responses=refuses(
        OperatorMissing, EvaluationNotFound, EvaluationNotConfidential, VerifierIsHandler, SecretAlreadyShown
    ),
)
async def see_confidential_evaluation(
    actor: Verifier, evaluation_id: Uuid, given: SightIn, session: WriteSession
) -> Response:
    """查看保密评价的来源 · Look behind a confidential evaluation.

    仅供独立核实人查看项目、事项与内容；每次查看均记入账本并写明理由，应答不留存，重试须重新说明理由。
    For the independent verifier: project, item and text. Each sight is recorded with its reason; the
    answer is kept nowhere.
    """
    row, source, event = await see(session, actor, evaluation_id, given.reason)
    texts = await texts_of(session, [row.text_id])
    body = SightOut(
        evaluation_id=row.id,
        project_id=source.project_id,
        occurrence=source.event_id,
        item_case_id=source.item_case_id,
        handler=source.handler,
        text=shown_text(row.text_id, texts),
        event_id=event.id,
        sequence=event.sequence,
    )
    return await answered(session, body, secret_of=row.id)
