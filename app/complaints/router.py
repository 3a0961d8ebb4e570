"""HTTP: complaints."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.actor import Actor, OperatorMissing, ProjectNotFound, acting_as
from app.answers import VersionIsStale, dump, expected_version, page, shown
from app.areas.queries import AreaNotFound, DepartmentNotFound
from app.complaints import service
from app.complaints.answers import (
    complaint_body,
    complaint_summary,
    receipt_body,
    sees_complainant,
    sees_words,
    text_ids,
)
from app.complaints.exchanging import exchange_page
from app.complaints.linking import DuplicateOfItself, LinkedItself, OfficesDiffer
from app.complaints.lodging import ComplainantMismatch, lodge
from app.complaints.queries import ComplaintNotFound, get_complaint
from app.complaints.schemas import (
    ComplaintActionIn,
    ComplaintIn,
    ComplaintLodgedOut,
    ComplaintOut,
    ComplaintReceiptIn,
    ComplaintReceiptOut,
    ComplaintsIn,
    ComplaintStepTakenOut,
    ComplaintSummaryOut,
    ExchangeIn,
    ExchangeOut,
)
from app.complaints.service import AccusedUnknown, ComplaintReceiptUnknown
from app.database import ReadSession
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
from app.domain.complaints import COMPLAINT_ACTS
from app.domain.invitations import ReceiptMalformed
from app.domain.standing import Role
from app.files.queries import EvidenceNotFound
from app.handling.schemas import HandlingStepOut
from app.handling.service import HandlerNotSuitable, list_case_steps, step_out
from app.idempotency import SecretAlreadyShown, WriteSession, answered
from app.pages import CursorInvalid, PageIn, PageOut
from app.private.queries import texts_of
from app.problems import refuses
from app.route import router as new_router
from app.wire import Uuid

router = new_router("/v1/complaints", "complaints")
Lodger = Annotated[Actor, acting_as(Role.PORTAL, Role.OFFICER, Role.COORDINATOR, Role.SUPERVISOR)]
Receiver = Annotated[Actor, acting_as(Role.PORTAL, Role.OFFICER)]
Exchanger = Annotated[Actor, acting_as(Role.SUPERVISOR, Role.AUDITOR)]
Doer = Annotated[
    Actor,
    acting_as(Role.PORTAL, Role.OFFICER, Role.COORDINATOR, Role.SUPERVISOR, Role.DEPARTMENT, Role.ARCHIVIST),
]
Seer = Annotated[
    Actor,
    acting_as(
        Role.PORTAL,
        Role.OFFICER,
        Role.COORDINATOR,
        Role.SUPERVISOR,
        Role.DEPARTMENT,
        Role.ARCHIVIST,
        Role.AUDITOR,
    ),
]


@router.post(
    "",
    status_code=201,
    response_model=ComplaintLodgedOut,
    responses=refuses(
        AreaNotFound,
        DepartmentNotFound,
        ProjectNotFound,
        EvidenceNotFound,
        ComplainantMismatch,
        SecretAlreadyShown,
        YearNotPublished,
    ),
)
async def lodge_complaint(actor: Lodger, given: ComplaintIn, session: WriteSession) -> Response:
    """提出投诉 · Lodge a complaint.

    门户由项目单位提出；电话、窗口、来信等由工作人员登记；可以匿名。投诉人及所涉项目只存于私密存储，
    对被投诉单位和被投诉人隐藏。回执码只在本次应答中给出，凭它查询、评价和申请复核。
    By the owner through the portal, or entered by staff for phone, window and letter; also anonymously. Who
    complains, and about which project, is kept private and hidden from those complained about. The receipt
    code is shown this once.
    """
    known, code = await lodge(session, actor, given)
    body = ComplaintLodgedOut(complaint=complaint_body(known, actor), receipt_code=code)
    return await answered(session, body, secret_of=known.row.id, location=f"/v1/complaints/{known.row.id}")


@router.get(
    "", response_model=PageOut[ComplaintSummaryOut], responses=refuses(CursorInvalid, YearNotPublished)
)
async def list_complaints(
    actor: Seer, asked: Annotated[ComplaintsIn, Query()], session: ReadSession, request: Request
) -> Response:
    """查询投诉 · List complaints, the newest first.

    部门只见转办给本部门的投诉，项目单位只见本单位提出的投诉。
    A department sees those forwarded to it, an owner his own.
    """
    rows, cursor = await service.list_complaints(session, actor, asked)
    texts = await texts_of(session, [row.title_id for row in rows])
    bodies = [complaint_summary(await service.know_complaint(session, row), actor, texts) for row in rows]
    return page(request, bodies, cursor)


@router.get(
    "/exchange", response_model=PageOut[ExchangeOut], responses=refuses(CursorInvalid, YearNotPublished)
)
async def list_complaints_for_exchange(
    actor: Exchanger, asked: Annotated[ExchangeIn, Query()], session: ReadSession, request: Request
) -> Response:
    """按交换字段导出投诉 · Complaints in the fields of the exchange format.

    字段与 GB/T 39046—2020 表 10 对应，投诉人姓名遮蔽。
    The fields correspond to table 10 of GB/T 39046—2020; names of complainants are masked.
    """
    bodies, cursor = await exchange_page(session, actor, asked)
    return page(request, bodies, cursor)


@router.post(
    "/receipts",
    status_code=200,
    response_model=ComplaintReceiptOut,
    responses=refuses(
        ReceiptMalformed,
        ComplaintReceiptUnknown,
        NotFromThisState,
        HandlingIncomplete,
        HandlingGuardsNotMet,
        YearNotPublished,
    ),
)
async def answer_complaint_by_receipt(
    actor: Receiver, given: ComplaintReceiptIn, request: Request
) -> Response:
    """凭回执码查询投诉 · The complainant's word by receipt code.

    不记录任何身份，不留存重放应答；省略 action 时只查询。可以评价处理结果，或者申请复核一次。
    No identity is recorded and no answer kept for replay; without ``action`` it only looks. The handling is
    rated, or a review asked for once.
    """
    async with request.app.state.database.write() as session:
        heard = await service.hear_complainant(session, given, actor.at, actor.language)
    return Response(dump(receipt_body(heard, actor)), 200, media_type="application/json")


@router.get(
    "/{complaint_id}", response_model=ComplaintOut, responses=refuses(ComplaintNotFound, YearNotPublished)
)
async def get_one_complaint(
    actor: Seer, complaint_id: Uuid, session: ReadSession, request: Request
) -> Response:
    """读取投诉 · Read a complaint, with its limits, its likely duplicates, and what this caller may do.

    投诉人仅向督办员显示；被投诉的是部门时，也向窗口人员和协调员显示。查看记入访问日志。
    Who complains is shown to the supervisor, and to officers and coordinators if a department is complained
    about; the access log counts it.
    """
    known = await service.read_complaint(session, actor, complaint_id)
    texts = await texts_of(session, text_ids(known.row))
    if known.row.complainant_id is not None and sees_complainant(actor, known.row):
        request.scope["unmasked"] = 1
    return shown(request, complaint_body(known, actor, texts), known.row.version)


@router.get(
    "/{complaint_id}/steps",
    response_model=PageOut[HandlingStepOut],
    responses=refuses(ComplaintNotFound, CursorInvalid),
)
async def list_complaint_steps(
    actor: Seer,
    complaint_id: Uuid,
    asked: Annotated[PageIn, Query()],
    session: ReadSession,
    request: Request,
) -> Response:
    """查询投诉处置过程 · List what was done about a complaint, in order."""
    complaint = await get_complaint(session, actor, complaint_id)
    rows, cursor, texts = await list_case_steps(session, complaint_id, asked)
    bodies = [
        step_out(row, COMPLAINT_ACTS, actor.language, texts if sees_words(actor, complaint, row) else None)
        for row in rows
    ]
    return page(request, bodies, cursor)


@router.post(
    "/{complaint_id}/actions",
    status_code=201,
    response_model=ComplaintStepTakenOut,
    responses=refuses(
        OperatorMissing,
        ComplaintNotFound,
        DepartmentNotFound,
        VersionIsStale,
        HandlingStateHasChanged,
        NotFromThisState,
        NotYoursToHandle,
        PersonIsExcluded,
        OtherPersonAssigned,
        HandlingIncomplete,
        HandlingGuardsNotMet,
        AccusedUnknown,
        DuplicateOfItself,
        OfficesDiffer,
        LinkedItself,
        HandlerNotSuitable,
        EvidenceNotFound,
        YearNotPublished,
    ),
)
async def act_on_complaint(
    actor: Doer, complaint_id: Uuid, given: ComplaintActionIn, session: WriteSession, request: Request
) -> Response:
    """处置投诉 · Act on a complaint.

    受理或者不予受理、转办、退回、调查、处理决定、反馈、复核、归档；被投诉人不得办理，
    调查人不作决定，原决定人不作复核（按自然人比对）。
    Acceptance or rejection, forwarding, return, investigation, decision, feedback, review, archive. Nobody
    handles a complaint about himself; who investigates does not decide, who decided does not review.
    """
    expected = expected_version(request, needed=False)
    step, known = await service.act_on_complaint(session, actor, complaint_id, given, expected)
    body = ComplaintStepTakenOut(
        **step_out(step, COMPLAINT_ACTS, actor.language, None), complaint=complaint_body(known, actor)
    )
    return await answered(session, body, version=known.row.version)
