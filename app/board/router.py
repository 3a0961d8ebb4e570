"""HTTP: the board, and signing in to it with a key.

The key is sent once, in the body of a form, and stands in no cookie, address or log. What the browser keeps
is a chance of 256 bits: HttpOnly, SameSite=Strict, Secure over https. Nothing can be changed with it, and the
interface under /v1 does not know it.
"""

from dataclasses import replace
from typing import Annotated, Any, Final, Literal
from urllib.parse import parse_qsl, urlsplit

from fastapi import Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel, ConfigDict, StringConstraints

from app.actor import Actor, NotAuthenticated, RoleNotHeld
from app.areas.queries import AreaNotFound
from app.board import page, service, sums
from app.board import words as w
from app.board.gathering import gather
from app.board.html import Tongue
from app.board.style import HEADERS
from app.clients.authentication import Authentication, TooManyRequests
from app.digests import sha256
from app.domain.standing import Role
from app.errors import Forbidden, Refusal, Words
from app.items.clocks import clock_body
from app.items.history import read_case
from app.items.queries import ItemCaseNotFound
from app.problems import language_of, refuses
from app.projects.queries import ProjectNotFound, get_project
from app.route import router as new_router
from app.stages.clocks import read_clock
from app.stages.schemas import AsOfIn
from app.wire import Uuid

router = new_router("", "board")
HTML: Final[dict[str, Any]] = {
    "description": "网页 · the page",
    "content": {"text/html": {"schema": {"type": "string"}}},
}
TO_THE_BOARD: Final[dict[str, Any]] = {"description": "转到看板 · on to the board"}
KEY_FORM: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "required": ["key"],
                    "properties": {"key": {"type": "string", "format": "password", "maxLength": 200}},
                }
            }
        },
    }
}
HOSTED, PLAIN = "__Host-board", "board"


class SentFromElsewhere(Forbidden):
    """A browser says that the form was not sent by a page of this service."""

    title = Words("请求来自其他网站", "Sent from elsewhere")
    detail = Words("请在本服务的登录页面登录。", "Sign in on the page of this service.")


class LanguageIn(BaseModel):
    """The language chosen on the page."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    lang: Literal["zh", "en"] | None = None


class BoardIn(LanguageIn):
    """The area looked at; without one, all that the key may see."""

    area: Annotated[str, StringConstraints(min_length=1, max_length=16)] | None = None


Asked = Annotated[LanguageIn, Query()]


def _tongue(request: Request, asked: LanguageIn) -> Tongue:
    return Tongue(asked.lang or language_of(request), request.scope.get("root_path", ""))


def _answer(say: Tongue, text: str, status: int = 200) -> Response:
    return HTMLResponse(text, status, {**HEADERS, "content-language": say.tag})


def _is_https(request: Request) -> bool:
    return request.url.scheme == "https" or request.app.state.settings.public_url.startswith("https:")


def _cookie(request: Request) -> str:
    """Name the cookie; over https its name keeps others from setting it."""
    return HOSTED if _is_https(request) else PLAIN


def _check_origin(request: Request) -> None:
    """Refuse a form that another site has sent: what the browser says of it, or where it says it was."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        if site not in {"same-origin", "none"}:
            raise SentFromElsewhere
    elif origin is not None:
        public = urlsplit(request.app.state.settings.public_url).netloc
        if urlsplit(origin).netloc not in {request.headers.get("host", ""), public or None}:
            raise SentFromElsewhere


def _authentication(request: Request) -> Authentication:
    found: Authentication = request.app.state.authenticate
    return found


async def _viewer(request: Request) -> Actor | None:
    """Name who looks, by his cookie; None for whoever has to sign in first.

    The key is asked again each time: revoking it ends what it began.
    """
    token = request.cookies.get(_cookie(request))
    if not token:
        return None
    state = request.app.state
    digest = await service.key_behind(state.database.reader, token, state.clock())
    if digest is None:
        return None
    try:
        return await _authentication(request).by_digest(request, digest, Role.SUPERVISOR)
    except (NotAuthenticated, RoleNotHeld):
        return None


async def _read_key(request: Request) -> str:
    """Read the one field of the form; what is no such form holds no key."""
    body = await request.body()
    try:
        return dict(parse_qsl(body.decode("ascii"), errors="strict", max_num_fields=4)).get("key", "").strip()
    except ValueError:
        return ""


def _told(say: Tongue, refusal: Refusal) -> Response:
    """Say on a page why nothing can be shown."""
    words = (w.AWAY, w.AWAY_TEXT) if refusal.status >= 429 else (w.NOT_FOUND, w.NOT_FOUND_TEXT)  # noqa: PLR2004 - too many, or away
    response = _answer(say, page.notice_page(say, *words, is_signed_in=True), refusal.status)
    if refusal.retry_after is not None:
        response.headers["retry-after"] = str(refusal.retry_after)
    return response


@router.get(
    "/board", response_class=HTMLResponse, responses=refuses(AreaNotFound, TooManyRequests) | {200: HTML}
)
async def show_board(request: Request, asked: Annotated[BoardIn, Query()]) -> Response:
    """督办看板 · The board of a supervisor: how all projects stand, what is overdue and why.

    未登录时显示登录页；登录后按密钥所属区域显示，可筛选下级区域。
    Whoever is not signed in is asked for a key; the key's area decides what is shown, and areas below can be
    chosen.
    """
    say = _tongue(request, asked)
    try:
        actor = await _viewer(request)
        if actor is None:
            return _answer(say, page.sign_in_page(say))
        board = await gather(request.app.state.database.reader, actor, asked.area)
    except Refusal as refusal:
        return _told(say, refusal)
    return _answer(say, page.board_page(say, board))


@router.get(
    "/board/item-cases/{item_case_id}",
    response_class=HTMLResponse,
    responses=refuses(ItemCaseNotFound, TooManyRequests) | {200: HTML},
)
async def show_item_sum(item_case_id: Uuid, request: Request, asked: Asked) -> Response:
    """事项时限计算过程（网页） · How the time of an item was counted, as a page of the board."""
    say = _tongue(request, asked)
    reader = request.app.state.database.reader
    try:
        actor = await _viewer(request)
        if actor is None:
            return _answer(say, page.sign_in_page(say))
        seen = await read_case(reader, actor, item_case_id, None, None)
    except Refusal as refusal:
        return _told(say, refusal)
    return _answer(say, sums.case_page(say, clock_body(seen, say.language), seen.known.pair[0].name))


@router.get(
    "/board/projects/{project_id}",
    response_class=HTMLResponse,
    responses=refuses(ProjectNotFound, TooManyRequests) | {200: HTML},
)
async def show_stage_sum(project_id: Uuid, request: Request, asked: Asked) -> Response:
    """环节时限计算过程（网页） · How the time of a project's stage was counted, as a page of the board."""
    say = _tongue(request, asked)
    reader = request.app.state.database.reader
    try:
        actor = await _viewer(request)
        if actor is None:
            return _answer(say, page.sign_in_page(say))
        actor = replace(actor, language=say.language)
        project, _ = await get_project(reader, actor, project_id)
        counted = await read_clock(reader, actor, project_id, AsOfIn())
    except Refusal as refusal:
        return _told(say, refusal)
    return _answer(say, sums.stage_page(say, counted, project.name))


@router.post(
    "/board/sign-in",
    status_code=303,
    response_class=HTMLResponse,
    responses=refuses(NotAuthenticated, RoleNotHeld, SentFromElsewhere, TooManyRequests)
    | {303: TO_THE_BOARD},
    openapi_extra=KEY_FORM,
)
async def sign_in_to_board(request: Request, asked: Asked) -> Response:
    """登录看板 · Sign in with the key of a supervisor's system; the answer sets a cookie.

    密钥只在请求体中传送一次，不写入日志；登录两小时后失效，密钥被吊销即刻失效。
    The key is sent once, in the body. The cookie lasts two hours, and ends with its key.
    """
    say = _tongue(request, asked)
    state = request.app.state
    try:
        _check_origin(request)
        secret = await _read_key(request)
        digest = sha256(secret.encode("utf-8", "surrogateescape"))
        actor = await _authentication(request).by_digest(request, digest, Role.SUPERVISOR)
        async with state.database.write() as session:
            token = await service.begin_session(session, digest, actor.at)
    except NotAuthenticated as refusal:
        return _answer(say, page.sign_in_page(say, w.WRONG_KEY), refusal.status)
    except RoleNotHeld as refusal:
        return _answer(say, page.sign_in_page(say, w.WRONG_ROLE), refusal.status)
    except SentFromElsewhere as refusal:
        return _answer(say, page.sign_in_page(say, w.FOREIGN), refusal.status)
    except Refusal as refusal:
        return _told(say, refusal)
    response = _to_the_board(say)
    response.set_cookie(
        _cookie(request),
        token,
        max_age=int(service.LASTS.total_seconds()),
        path="/",
        secure=_is_https(request),
        httponly=True,
        samesite="strict",
    )
    return response


@router.post(
    "/board/sign-out",
    status_code=303,
    response_class=HTMLResponse,
    responses=refuses() | {303: TO_THE_BOARD},
)
async def sign_out_of_board(request: Request, asked: Asked) -> Response:
    """退出看板 · Sign out: the cookie is worth nothing from now on."""
    say = _tongue(request, asked)
    token = request.cookies.get(_cookie(request))
    if token:
        try:
            async with request.app.state.database.write() as session:
                await service.leave(session, token)
        except Refusal as refusal:
            return _told(say, refusal)
    response = _to_the_board(say)
    response.delete_cookie(
        _cookie(request), path="/", secure=_is_https(request), httponly=True, samesite="strict"
    )
    return response


def _to_the_board(say: Tongue) -> Response:
    return RedirectResponse(f"{say.root}/board?lang={say.language}", 303, HEADERS)
