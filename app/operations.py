"""What operators and strangers may ask: health, the meaning of a refusal, the contract and its pages."""

from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

import fastapi_offline
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.openapi.docs import get_redoc_html, get_swagger_ui_html
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.staticfiles import StaticFiles
from typing_extensions import TypedDict

from app.errors import NotFound, Refusal, Words
from app.events.queries import chain_head
from app.openapi import document_of, without_facts
from app.problems import language_of

router = APIRouter()
ASSETS = Path(fastapi_offline.__file__).parent / "static"
# The scripts of the two pages hold a foreign address or two; the browser is told not to follow them.
POLICY = (
    "default-src 'self'; img-src 'self' data:; script-src 'self' 'unsafe-inline'; "
    "style-src 'self' 'unsafe-inline'; worker-src 'self' blob:"
)


class RefusalUnknown(NotFound):
    """No refusal has this code."""

    title = Words("没有这个错误码", "No such refusal")
    detail = Words("没有错误码 {code}。", "No refusal has the code {code}.")


class LiveOut(TypedDict):
    """The process answers."""

    status: str


class ReadyOut(TypedDict):
    """The database answers; what it runs on, and how safely."""

    status: str
    database: str
    durability: str
    ledger_id: str
    sequence: int


class RefusalOut(TypedDict):
    """What a refusal means."""

    code: str
    status: int
    title: dict[str, str]
    detail: dict[str, str]
    meaning: str


@router.get("/health/live", tags=["operations"], response_model=LiveOut)
async def is_live() -> Response:
    """进程存活 · The process is alive."""
    return JSONResponse({"status": "live"})


@router.get("/health/ready", tags=["operations"], response_model=ReadyOut)
async def is_ready(request: Request) -> Response:
    """可以提供服务 · The database is reachable and migrated."""
    state = request.app.state
    head = await state.database.reader.one(chain_head())
    return JSONResponse(
        {
            "status": "ready",
            "database": state.database.driver.dialect.name,
            "durability": state.settings.durability,
            "ledger_id": head.ledger_id,
            "sequence": head.sequence,
        }
    )


@lru_cache(maxsize=1)
def refusals() -> dict[str, type[Refusal]]:
    """Gather every refusal of the program by its code; ``main`` has imported every room by then."""
    found: dict[str, type[Refusal]] = {}
    waiting = [Refusal]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        module = kind.__module__  # tests and commands have refusals of their own, which no answer holds
        is_ours = module.startswith("app.") and not module.endswith(".commands")
        if kind.title is not Refusal.title and is_ours:
            found[kind.__name__] = kind
    return dict(sorted(found.items()))


def _refusal(kind: type[Refusal]) -> RefusalOut:
    return RefusalOut(
        code=kind.__name__,
        status=kind.status,
        title={"zh": kind.title.zh, "en": kind.title.en},
        detail={"zh": kind.detail.zh, "en": kind.detail.en},
        meaning=(kind.__doc__ or "").strip(),
    )


@router.get("/problems", tags=["operations"], response_model=list[RefusalOut])
async def list_problems(request: Request) -> Response:
    """全部错误码 · Every refusal, with its status and meaning."""
    return JSONResponse([_refusal(kind) for kind in request.app.state.refusals().values()])


@router.get("/problems/{code}", tags=["operations"], response_model=RefusalOut)
async def get_problem(code: str, request: Request) -> Response:
    """错误码说明 · What a refusal means."""
    found = request.app.state.refusals().get(code)
    if found is None:
        raise RefusalUnknown(code=code[:64])
    if "text/html" in request.headers.get("accept", ""):
        return HTMLResponse(_page_of(found, language_of(request)))
    return JSONResponse(_refusal(found))


def _page_of(kind: type[Refusal], language: str) -> str:
    """Write the page of a refusal; an ellipsis stands where the facts of the case would."""
    title, detail = (without_facts(getattr(words, language)) for words in (kind.title, kind.detail))
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{kind.__name__}</title>'
        '<meta name="viewport" content="width=device-width"><body style="font:1rem/1.6 sans-serif;'
        f'max-width:40rem;margin:2rem auto;padding:0 1rem"><h1>{escape(title)}</h1><p>{escape(detail)}</p>'
        f"<p>HTTP {kind.status} · <code>{kind.__name__}</code></p>"
    )


def hang_up_documents(app: FastAPI) -> None:
    """Serve the contract and its two pages; every asset comes from this program."""
    known: dict[str, Any] = {}

    def document() -> dict[str, Any]:
        if not known:
            known.update(document_of(app))
        return known

    app.openapi = document  # type: ignore[method-assign]
    app.mount("/docs/assets", StaticFiles(directory=ASSETS), name="docs-assets")
    for path, page in (("/openapi.json", _contract), ("/docs", _docs), ("/redoc", _redoc)):
        app.get(path, include_in_schema=False)(page)


# These know the application by the request: what they closed over, FastAPI's own caches would keep for ever.
async def _contract(request: Request) -> Response:
    return JSONResponse(request.app.openapi(), headers={"access-control-allow-origin": "*"})


async def _docs(request: Request) -> HTMLResponse:
    root = request.scope.get("root_path", "")
    page = get_swagger_ui_html(
        openapi_url=f"{root}/openapi.json",
        title=request.app.title,
        swagger_js_url=f"{root}/docs/assets/swagger-ui-bundle.js",
        swagger_css_url=f"{root}/docs/assets/swagger-ui.css",
        swagger_favicon_url=f"{root}/docs/assets/favicon.png",
        swagger_ui_parameters={"validatorUrl": None, "docExpansion": "none", "filter": True},
    )
    page.headers["content-security-policy"] = POLICY
    return page


async def _redoc(request: Request) -> HTMLResponse:
    root = request.scope.get("root_path", "")
    page = get_redoc_html(
        openapi_url=f"{root}/openapi.json",
        title=request.app.title,
        with_google_fonts=False,
        redoc_js_url=f"{root}/docs/assets/redoc.standalone.js",
        redoc_favicon_url=f"{root}/docs/assets/favicon.png",
    )
    page.headers["content-security-policy"] = POLICY
    return page
