"""The door: what happens to every request before and after the application, in plain ASGI."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import orjson
from fastapi import Request
from starlette.requests import ClientDisconnect

from app import __version__
from app.clock import read_clock, ticks
from app.config import Settings
from app.errors import Fault, Refusal, Words
from app.problems import SomethingBroke, problem
from app.wire import UnsafeText, is_safe

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

log = logging.getLogger("mps")
MASKED = "/evaluate/"  # what follows is a rater's token: the log must not tell who evaluated when
PATIENCE, FILE_PATIENCE = 30, 600  # seconds a body may take to arrive

ALWAYS = [
    (b"api-version", __version__.encode()),
    (b"cache-control", b"private, no-cache"),
    (b"vary", b"Authorization, Acting-For, Operator-Id, Operator-Role, Accept-Language"),
    (b"x-content-type-options", b"nosniff"),
]


class BodyTooLarge(Refusal):
    """The body is larger than this resource takes."""

    status = 413
    title = Words("请求体过大", "The body is too large")
    detail = Words("请求体超过 {limit} 字节。", "The body is larger than {limit} bytes.")


class BodyTooSlow(Refusal):
    """The body did not arrive in time; nothing of it was kept."""

    status = 408
    title = Words("请求体接收超时", "The body is too slow")
    detail = Words("请求体未在 {limit} 秒内全部到达。", "The body did not arrive within {limit} seconds.")


class Door:
    """Counts bytes, names requests, adds the headers of every answer, and never lets a mistake speak."""

    def __init__(self, app: Any, settings: Settings) -> None:
        self.app = app
        self.limit = settings.max_body_bytes
        self.file_limit = settings.max_file_bytes + 100_000
        self._count = 0
        self._born = f"{int(read_clock().timestamp() * 1e6):x}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        self._count += 1
        scope["request_id"] = f"{self._born}-{self._count}"
        method = scope["method"]
        if method == "HEAD":  # answered as GET is; the server leaves the body out
            scope = {**scope, "method": "GET"}
        began, status = ticks(), 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], *ALWAYS]
            await send(message)

        try:
            if scope["method"] == "GET":
                self._check_path(scope)
                await self.app(scope, receive, send_with_headers)
            else:
                self._check_path(scope)
                await self.app(scope, self._counted(scope, receive), send_with_headers)
        except Refusal as refusal:
            await problem(Request(scope), refusal)(scope, receive, send_with_headers)
        except ClientDisconnect:
            pass  # nobody is left to be answered
        except Exception:
            log.exception("request %s broke", scope["request_id"])
            if status:
                raise
            await problem(Request(scope), SomethingBroke())(scope, receive, send_with_headers)
        finally:
            access.note(scope, method, status, ticks() - began)

    def _check_path(self, scope: Scope) -> None:
        if not is_safe(scope["path"]):
            raise UnsafeText(faults=[Fault("/path", "unsafe_text", UnsafeText.title)])

    def _counted(self, scope: Scope, receive: Receive) -> Receive:
        is_file = scope["path"].startswith("/v1/files")
        limit, patience = (self.file_limit, FILE_PATIENCE) if is_file else (self.limit, PATIENCE)
        for name, value in scope["headers"]:
            if name == b"content-length" and int(value) > limit:
                raise BodyTooLarge(limit=limit)
        received, is_whole = 0, False
        end = asyncio.get_running_loop().time() + patience

        async def counting() -> Message:
            nonlocal received, is_whole
            if is_whole:
                return await receive()  # waits for the caller to hang up
            try:
                async with asyncio.timeout_at(end):
                    message = await receive()
            except TimeoutError:
                raise BodyTooSlow(limit=patience) from None
            is_whole = not message.get("more_body", False)
            received += len(message.get("body", b""))
            if received > limit:
                scope["too_large"] = limit
                raise BodyTooLarge(limit=limit)
            return message

        return counting


class AccessLog:
    """One JSON line a request, written in batches: a line each would cost a quarter of the speed."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []
        self.is_on = False

    def note(self, scope: Scope, method: str, status: int, seconds: float) -> None:
        """Remember a line: no query, no header, no body; the path carries ids only."""
        if self.is_on:
            line = {
                "at": read_clock(),
                "id": scope["request_id"],
                "client": scope.get("client_id"),
                "operator": getattr(scope.get("actor"), "operator_id", None),
                "unmasked": scope.get("unmasked", 0),  # persons whose values were shown in full
                "method": method,
                "path": MASKED if scope["path"].startswith(MASKED) else scope["path"],
                "status": status,
                "ms": round(seconds * 1000),
            }
            self.lines.append(orjson.dumps(line))

    def flush(self) -> bytes:
        """Take the lines gathered."""
        lines, self.lines = self.lines, []
        return b"".join(line + b"\n" for line in lines)


access = AccessLog()
