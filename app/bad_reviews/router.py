"""HTTP: bad reviews."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.actor import Actor, Anyone, OperatorMissing, acting_as
from app.answers import VersionIsStale, dump, expected_version, page, shown
from app.bad_reviews import service
from app.bad_reviews.answers import bad_review_body, bad_review_summary, receipt_body, sees_words
from app.bad_reviews.queries import BadReviewNotFound, get_bad_review
from app.bad_reviews.schemas import (
    BadReviewActionIn,
    BadReviewOut,
    BadReviewsIn,
    BadReviewStepTakenOut,
    BadReviewSummaryOut,
    ReceiptIn,
    ReceiptOut,
)
from app.bad_reviews.service import Known, ReceiptHasNoBadReview
from app.calendars.queries import calendar_of
from app.database import ReadSession
from app.domain.bad_reviews import BAD_REVIEW_ACTS
from app.domain.calendar import YearNotPublished
from app.domain.casework import (
    HandlingGuardsNotMet,
    HandlingIncomplete,
    HandlingStateHasChanged,
    NotFromThisState,
    NotYoursToHandle,
    OtherPersonAssigned,
    PersonIsExcluded,
)
from app.domain.invitations import ReceiptMalformed
from app.domain.standing import Role
from app.files.queries import EvidenceNotFound
from app.handling.schemas import HandlingStepOut
from app.handling.service import HandlerNotSuitable, list_case_steps, step_out
from app.idempotency import WriteSession, answered
from app.pages import CursorInvalid, PageIn, PageOut
from app.private.queries import texts_of
from app.problems import refuses
from app.route import router as new_router
from app.wire import Uuid

router = new_router("/v1/bad-reviews", "bad reviews")
Doer = Annotated[
    Actor,
    acting_as(Role.PORTAL, Role.OFFICER, Role.AGENT, Role.COORDINATOR, Role.DEPARTMENT, Role.SUPERVISOR),
]
Receiver = Annotated[Actor, acting_as(Role.PORTAL, Role.OFFICER)]


@router.get(
    "", response_model=PageOut[BadReviewSummaryOut], responses=refuses(CursorInvalid, YearNotPublished)
)
async def list_bad_reviews(
    actor: Anyone, asked: Annotated[BadReviewsIn, Query()], session: ReadSession, request: Request
) -> Response:
    """查询差评 · List bad reviews, the newest first.

    不满意、非常不满意的评价自动成为差评。保密、匿名差评不显示项目和经办人；部门只见与本部门有关的差评。
    An evaluation that is dissatisfied or worse is a bad review. A confidential or anonymous one shows neither
    project nor person; a department sees those about itself.
    """
    rows, cursor = await service.list_bad_reviews(session, actor, asked)
    known = [Known(row, None, await calendar_of(session, row.area_code)) for row in rows]
    return page(request, [bad_review_summary(one, actor) for one in known], cursor)


@router.post(
    "/receipts",
    response_model=ReceiptOut,
    status_code=200,
    responses=refuses(
        ReceiptMalformed,
        ReceiptHasNoBadReview,
        NotFromThisState,
        HandlingIncomplete,
        HandlingGuardsNotMet,
        YearNotPublished,
    ),
)
async def answer_by_receipt(actor: Receiver, given: ReceiptIn, request: Request) -> Response:
    """凭回执码查询、认可或者要求重办 · The rater's word by receipt code.

    不记录任何身份，不留存重放应答；省略 action 时只查询。认可或者要求重办，重办以一次为限。
    No identity is recorded and no answer kept for replay; without ``action`` it only looks. The rater
    confirms, or reopens once.
    """
    async with request.app.state.database.write() as session:
        heard = await service.hear_rater(session, given, actor.at, actor.language)
    return Response(dump(receipt_body(heard, actor)), 200, media_type="application/json")


@router.get(
    "/{bad_review_id}", response_model=BadReviewOut, responses=refuses(BadReviewNotFound, YearNotPublished)
)
async def get_one_bad_review(
    actor: Anyone, bad_review_id: Uuid, session: ReadSession, request: Request
) -> Response:
    """读取差评 · Read a bad review, with its limits and what this caller may do next.

    各环节时限均为系统默认，explained_by 给出逐日计算过程。
    Every limit is a default; ``explained_by`` prints its sum.
    """
    known = await service.read_bad_review(session, actor, bad_review_id)
    texts = await texts_of(session, [known.row.text_id])
    return shown(request, bad_review_body(known, actor, texts), known.row.version)


@router.get(
    "/{bad_review_id}/steps",
    response_model=PageOut[HandlingStepOut],
    responses=refuses(BadReviewNotFound, CursorInvalid),
)
async def list_bad_review_steps(
    actor: Anyone,
    bad_review_id: Uuid,
    asked: Annotated[PageIn, Query()],
    session: ReadSession,
    request: Request,
) -> Response:
    """查询差评处置过程 · List what was done about a bad review, in order."""
    review = await get_bad_review(session, actor, bad_review_id)
    rows, cursor, texts = await list_case_steps(session, bad_review_id, asked)
    bodies = [
        step_out(row, BAD_REVIEW_ACTS, actor.language, texts if sees_words(actor, review, row) else None)
        for row in rows
    ]
    return page(request, bodies, cursor)


@router.post(
    "/{bad_review_id}/actions",
    status_code=201,
    response_model=BadReviewStepTakenOut,
    responses=refuses(
        OperatorMissing,
        BadReviewNotFound,
        VersionIsStale,
        HandlingStateHasChanged,
        NotFromThisState,
        NotYoursToHandle,
        PersonIsExcluded,
        OtherPersonAssigned,
        HandlingIncomplete,
        HandlingGuardsNotMet,
        HandlerNotSuitable,
        EvidenceNotFound,
        YearNotPublished,
    ),
)
async def act_on_bad_review(
    actor: Doer, bad_review_id: Uuid, given: BadReviewActionIn, session: WriteSession, request: Request
) -> Response:
    """处置差评 · Act on a bad review.

    预审、分派、核实、整改或者解释、回复、回访、办结；被评价单位可以申诉，不得自行认定无效。
    处置人不是被评价人，核实人不是处置人（按自然人比对）；实名差评须回访到本人方可办结。
    Pre-check, assignment, verification, rectification or explanation, reply, call-back, closing. The office
    reviewed may appeal and never rules its own review invalid; handler, verifier and the person reviewed are
    different persons; a named rater is called back before it is closed.
    """
    expected = expected_version(request, needed=False)
    step, known = await service.act_on_bad_review(session, actor, bad_review_id, given, expected)
    body = BadReviewStepTakenOut(
        **step_out(step, BAD_REVIEW_ACTS, actor.language, None), bad_review=bad_review_body(known, actor)
    )
    return await answered(session, body, version=known.row.version, project_id=known.row.project_id)
