"""HTTP: the page on which a rater evaluates. No cookie, no script, no key: the token is the whole right.

Whoever could make a browser send this form would need the token, and with it could send the form himself:
without cookies there is nothing that a foreign site could borrow, so no further guard is needed.
"""

from datetime import datetime
from io import BytesIO
from typing import Annotated, Any, Final, Literal
from urllib.parse import parse_qsl

import segno
from fastapi import Query, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict, ValidationError

from app.answers import evaluation_link
from app.bad_reviews.service import ReceiptHasNoBadReview
from app.domain.calendar import YearNotPublished
from app.domain.casework import HandlingGuardsNotMet, HandlingIncomplete, NotFromThisState
from app.domain.invitations import InvitationNotOpen, InvitationState, ReceiptMalformed
from app.errors import Refusal
from app.evaluations.service import EvaluationExists
from app.problems import LANGUAGE_TAGS, field_faults, language_of, refuses
from app.rating import page, service, words
from app.rating.reviewing import hear
from app.rating.schemas import FollowOnIn, RatingIn, ReviewIn
from app.rating.service import ContactMissing, InvitationUnknown, ReceiptUnknown
from app.route import router as new_router
from app.wire import In, is_safe

router = new_router("", "rating page")
HTML: Final[dict[str, Any]] = {
    "description": "网页 · the page",
    "content": {"text/html": {"schema": {"type": "string"}}},
}
FORM: Final = "application/x-www-form-urlencoded"
MOST_FIELDS = 20


def _image(kind: str) -> dict[str, Any]:
    schema = {"schema": {"type": "string", "format": "binary"}}
    return {"description": "二维码 · the QR code", "content": {kind: schema}}


def _takes(model: type[In]) -> dict[str, Any]:
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    return {"requestBody": {"required": True, "content": {FORM: {"schema": schema}}}}


class LanguageIn(BaseModel):
    """The language chosen on the page."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    lang: Literal["zh", "en"] | None = None


Asked = Annotated[LanguageIn, Query()]


def _answer(text: str, language: str, status: int = 200) -> Response:
    headers = {**page.HEADERS, "content-language": LANGUAGE_TAGS[language]}
    return HTMLResponse(text, status, headers)


def _language(request: Request, asked: LanguageIn) -> str:
    return asked.lang or language_of(request)


def _closed(request: Request, refusal: Refusal, language: str) -> Response:
    """Say on a page why there is nothing to fill in; a program that asks for JSON gets the problem."""
    if "json" in request.headers.get("accept", ""):
        raise refusal
    if isinstance(refusal, InvitationNotOpen):
        state = next(s for s in InvitationState if s.words == refusal.facts["state"])
        title, text = words.CLOSED[state]
        leads_on = state is InvitationState.USED
        return _answer(page.notice(title, text, language, leads_on=leads_on), language, refusal.status)
    told = words.UNKNOWN if isinstance(refusal, InvitationUnknown) else words.AWAY
    if isinstance(refusal, EvaluationExists):
        told = words.TAKEN
    response = _answer(page.notice(*told, language), language, refusal.status)
    if refusal.retry_after is not None:
        response.headers["retry-after"] = str(refusal.retry_after)
    return response


async def _read_form(request: Request) -> dict[str, str] | None:
    """Read what the form sent; None for what is no such form, or holds what no form sends."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await request.body()
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            encoding="utf-8",
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError:
        return None
    found = dict(pairs)
    return found if kind == FORM and len(found) == len(pairs) else None


def _faults_of(given: dict[str, str] | None, model: type[In]) -> tuple[Any, list[str]]:
    """Read the form as its model, or name every field that is wrong, in the order of the page."""
    if given is None:
        return None, [""]
    unsafe = [field for field, value in given.items() if not is_safe(value.replace("\r\n", "\n"))]
    try:
        read = model.model_validate({k: v for k, v in given.items() if k not in unsafe})
    except ValidationError as error:
        wrong = [fault.pointer.split("/")[1] for fault in field_faults(error.errors()) if fault.pointer]
        return None, _in_order([*unsafe, *wrong], model)
    return (None, _in_order(unsafe, model)) if unsafe else (read, [])


def _in_order(fields: list[str], model: type[In]) -> list[str]:
    """Name each wrong field once, in the order of the page; "" stands for those that the form has not."""
    known = [field for field in page.FIELDS if field in fields and field in model.model_fields]
    return known if set(fields) <= set(known) else ["", *known]


def _now(request: Request) -> datetime:
    at: datetime = request.app.state.clock()
    return at


@router.get("/evaluate/receipt", response_class=HTMLResponse, responses=refuses() | {200: HTML})
async def show_follow_on_page(request: Request, asked: Asked) -> Response:
    """追加评价页面 · The page for a second thought, by receipt code."""
    language = _language(request, asked)
    return _answer(page.follow_on_form(language, {}), language)


@router.post(
    "/evaluate/receipt",
    response_class=HTMLResponse,
    responses=refuses(ReceiptUnknown, ReceiptMalformed, EvaluationExists) | {200: HTML},
    openapi_extra=_takes(FollowOnIn),
)
async def follow_on_by_receipt(request: Request, asked: Asked) -> Response:
    """凭回执码追加评价 · Add a second thought by receipt code.

    首评不被覆盖；评价方式与首评相同。
    The first is never overwritten; the second is named, confidential or anonymous as the first was.
    """
    language = _language(request, asked)
    given = await _read_form(request)
    read, wrong = _faults_of(given, FollowOnIn)
    if wrong:
        return _answer(page.follow_on_form(language, given or {}, wrong), language, 422)
    try:
        async with request.app.state.database.write() as session:
            await service.take_follow_on(session, read, _now(request))
    except (ReceiptMalformed, ReceiptUnknown) as refusal:
        return _answer(page.follow_on_form(language, given or {}, ["receipt"]), language, refusal.status)
    except Refusal as refusal:
        return _closed(request, refusal, language)
    return _answer(page.thanks(language, None), language)


@router.get("/evaluate/review", response_class=HTMLResponse, responses=refuses() | {200: HTML})
async def show_review_page(request: Request, asked: Asked) -> Response:
    """查看差评处理的页面 · The page on which a rater follows his bad review, by receipt code."""
    language = _language(request, asked)
    return _answer(page.review_form(language, {}), language)


@router.post(
    "/evaluate/review",
    response_class=HTMLResponse,
    responses=refuses(
        ReceiptMalformed,
        ReceiptHasNoBadReview,
        NotFromThisState,
        HandlingIncomplete,
        HandlingGuardsNotMet,
        YearNotPublished,
    )
    | {200: HTML},
    openapi_extra=_takes(ReviewIn),
)
async def answer_bad_review_on_page(request: Request, asked: Asked) -> Response:
    """凭回执码查看、认可或者要求重办 · See the reply to a bad review, confirm it, or reopen it once.

    与 /v1/bad-reviews/receipts 相同，不记录任何身份。
    As ``/v1/bad-reviews/receipts``; no identity is recorded.
    """
    language, at = _language(request, asked), _now(request)
    given = await _read_form(request)
    read, wrong = _faults_of(given, ReviewIn)
    if wrong:
        return _answer(page.review_form(language, given or {}, wrong), language, 422)
    status, faults = 200, []
    write = request.app.state.database.write
    try:
        try:
            async with write() as session:
                heard = await hear(session, read, at, language)
        except (HandlingIncomplete, NotFromThisState, HandlingGuardsNotMet) as refusal:
            status, faults = refusal.status, ["why" if isinstance(refusal, HandlingIncomplete) else ""]
            async with write() as session:
                heard = await hear(session, read.model_copy(update={"action": "look"}), at, language)
    except (ReceiptMalformed, ReceiptHasNoBadReview) as refusal:
        return _answer(page.review_form(language, given or {}, ["receipt"]), language, refusal.status)
    except Refusal as refusal:
        return _closed(request, refusal, language)
    text = page.review_shown(language, heard, given or {}, faults)
    return _answer(text, language, status)


@router.get(
    "/evaluate/{token}",
    response_class=HTMLResponse,
    responses=refuses(InvitationUnknown, InvitationNotOpen) | {200: HTML},
)
async def show_evaluation_page(token: str, request: Request, asked: Asked) -> Response:
    """评价页面 · The page of an invitation, for phone, keyboard and screen reader.

    无脚本、无外部资源；打开页面不会用掉邀请。
    No script and nothing from elsewhere; opening the page does not use the invitation up.
    """
    language = _language(request, asked)
    try:
        found = await service.look_up(request.app.state.database.reader, token, _now(request))
    except Refusal as refusal:
        return _closed(request, refusal, language)
    return _answer(page.form(found.row, found.project_name, language, {}), language)


@router.post(
    "/evaluate/{token}",
    response_class=HTMLResponse,
    responses=refuses(InvitationUnknown, InvitationNotOpen, ContactMissing, EvaluationExists) | {200: HTML},
    openapi_extra=_takes(RatingIn),
)
async def evaluate_on_page(token: str, request: Request, asked: Asked) -> Response:
    """提交评价 · Send the form: the invitation is used up, and a receipt code shown this once.

    保密和匿名评价不留应答副本，次日起按日成批转交；匿名的至少五份同类一并转交。
    Of confidential and anonymous ones no answer is kept; they are passed on from the next day, anonymous ones
    with at least four others like them.
    """
    language, at = _language(request, asked), _now(request)
    database = request.app.state.database
    given = await _read_form(request)
    read, wrong = _faults_of(given, RatingIn)
    try:
        found = await service.look_up(database.reader, token, at)
        if not wrong:
            async with database.write() as session:
                code = await service.take(session, token, read, at)
            return _answer(page.thanks(language, code), language)
    except ContactMissing as refusal:
        wrong = [fault.pointer[1:] for fault in refusal.faults]
    except Refusal as refusal:
        return _closed(request, refusal, language)
    text = page.form(found.row, found.project_name, language, given or {}, wrong)
    return _answer(text, language, 422)


def _drawn(link: str, kind: str) -> bytes:
    """Draw a QR code: black on white with the quiet zone that readers need, whatever the page's colours."""
    out = BytesIO()
    code = segno.make(link, error="m", micro=False)
    more = {"xmldecl": False, "title": "QR"} if kind == "svg" else {}
    code.save(out, kind=kind, scale=8, border=4, dark="#000", light="#fff", **more)
    return out.getvalue()


async def _qr(request: Request, token: str, kind: str, media_type: str) -> Response:
    await service.look_up(request.app.state.database.reader, token, _now(request))
    headers = {**page.HEADERS, "content-security-policy": "default-src 'none'; style-src 'none'"}
    return Response(_drawn(evaluation_link(request, token), kind), 200, headers, media_type)


@router.get(
    "/evaluate/{token}/qr.svg",
    response_class=Response,
    responses=refuses(InvitationUnknown, InvitationNotOpen) | {200: _image("image/svg+xml")},
)
async def draw_qr_svg(token: str, request: Request) -> Response:
    """评价链接二维码（SVG） · The QR code of an open invitation, as SVG."""
    return await _qr(request, token, "svg", "image/svg+xml")


@router.get(
    "/evaluate/{token}/qr.png",
    response_class=Response,
    responses=refuses(InvitationUnknown, InvitationNotOpen) | {200: _image("image/png")},
)
async def draw_qr_png(token: str, request: Request) -> Response:
    """评价链接二维码（PNG） · The QR code of an open invitation, as PNG."""
    return await _qr(request, token, "png", "image/png")
