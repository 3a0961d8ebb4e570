"""Retries: an answer is kept with its key in the transaction of its effect, and replayed byte for byte."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import datetime
from functools import partial
from typing import Annotated, Any, ClassVar

from fastapi import Depends, FastAPI, Request
from fastapi.responses import Response
from sqlalchemy import LargeBinary, String, column, delete, table, update
from sqlmodel import Field, col, select

from app.actor import Actor, ProjectNotFound, within
from app.answers import dump, etag
from app.database import Reader, Writer
from app.errors import Conflict, Invalid, Malformed, Refusal, Words
from app.problems import problem
from app.query import Selection, query
from app.table import Id, Json, Moment, Table
from app.troubles import Clash

PATIENCE = 2.0  # seconds a repeat waits for its original


class IdempotencyKey(Table, table=True):
    """A key of a caller, and the answer its request got."""

    __tablename__ = "idempotency_key"
    recorded: ClassVar[bool] = False

    id: str = Field(primary_key=True, max_length=64)
    fingerprint: str = Field(max_length=64)
    claimed_at: datetime = Field(sa_type=Moment, index=True)
    project_id: str | None = Field(sa_type=Id)
    status: int | None
    headers: dict[str, str] | None = Field(sa_type=Json)
    body: bytes | None = Field(sa_type=LargeBinary)


class IdempotencyKeyMalformed(Malformed):
    """An idempotency key is 1 to 255 printable ASCII characters."""

    title = Words("Idempotency-Key 格式有误", "Malformed Idempotency-Key")
    detail = Words("须为 1–255 个可见 ASCII 字符。", "Send 1 to 255 printable ASCII characters.")


class IdempotencyKeyReused(Invalid):
    """The key was used before with another body."""

    title = Words("Idempotency-Key 已用于其他请求体", "Idempotency-Key reused")
    detail = Words("该键已用于内容不同的请求。", "This key was used with another body.")


class OriginalInFlight(Conflict):
    """The first request with this key is still being handled."""

    retry_after = 1
    title = Words("原请求仍在处理", "The original is in flight")
    detail = Words("相同键的请求仍在处理，请稍后重试。", "A request with this key is still being handled.")


class SecretAlreadyShown(Conflict):
    """The answer held a secret that is shown once and never kept."""

    title = Words("密钥只显示一次", "The secret was shown once")
    detail = Words("密钥已在首次应答中显示，编号 {id}。", "It was shown in the first answer; its id is {id}.")


class _Repeated(Exception):  # noqa: N818 - control flow: the transaction rolls back, the answer is replayed
    def __init__(self, key: str, fingerprint: str) -> None:
        super().__init__(key)
        self.key, self.fingerprint = key, fingerprint


@query
def _kept(key: str) -> Selection[IdempotencyKey]:
    return select(IdempotencyKey).where(IdempotencyKey.id == key)


@query
def _fill(key: str, status: int, headers: Any, body: bytes | None, project_id: str | None) -> Selection[Any]:
    return (
        update(IdempotencyKey)
        .where(col(IdempotencyKey.id) == key)
        .values(status=status, headers=headers, body=body, project_id=project_id)
    )


@query
def forget_keys(before: datetime) -> Selection[Any]:
    """Delete the keys claimed before a moment."""
    return delete(IdempotencyKey).where(col(IdempotencyKey.claimed_at) < before)


class _Project:
    """The project table as scoping needs it; the room itself stands higher up."""

    __tablename__ = "project"
    _table = table(
        "project", column("id", Id()), column("area_code", String()), column("owner_uscc", String())
    )
    id, area_code, owner_uscc = _table.c.id, _table.c.area_code, _table.c.owner_uscc


@query
def _visible(project_id: str, areas: Any, department: str | None, owner: str | None) -> Selection[str]:
    return select(_Project.id).where(_Project.id == project_id, *within(_Project, areas, department, owner))


async def _write(request: Request) -> AsyncIterator[Writer]:
    async with request.app.state.database.write() as session:
        key = request.headers.get("idempotency-key")
        if key is not None and request.method == "POST":
            if not (0 < len(key) <= 255 and key.isascii() and key.isprintable()):  # noqa: PLR2004 - said in the refusal
                raise IdempotencyKeyMalformed
            actor: Actor = request.scope["actor"]
            path, owner = request.scope["path"], actor.owner_uscc or ""
            name = f"{actor.client_id}\n{owner}\n{request.method}\n{path}\n{key}"
            session.claim = (
                hashlib.sha256(name.encode()).hexdigest(),
                # a form's boundary differs from try to try: whoever took a form in says what to compare
                request.scope.get("form_digest") or hashlib.sha256(await request.body()).hexdigest(),
            )
            session.on_begin = partial(_claim, session, actor)
        yield session


async def _claim(session: Writer, actor: Actor) -> None:
    """Claim the key as the transaction's first write; another who holds it is waited for by the database."""
    assert session.claim is not None
    key, fingerprint = session.claim
    try:
        await session.insert(
            IdempotencyKey,
            id=key,
            fingerprint=fingerprint,
            claimed_at=actor.at,
            project_id=None,
            status=None,
            headers=None,
            body=None,
        )
    except Clash:
        raise _Repeated(key, fingerprint) from None


async def _replay(request: Request, repeated: _Repeated) -> Response:
    reader: Reader = request.app.state.database.reader
    waited = 0.0
    while (kept := await reader.first(_kept(repeated.key))) is None and waited < PATIENCE:
        await asyncio.sleep(0.02)  # SQLite: the original's commit is still on its way to the disk
        waited += 0.02
    refusal: Refusal | None = None
    if kept is None:
        refusal = OriginalInFlight()
    elif kept.fingerprint != repeated.fingerprint:
        refusal = IdempotencyKeyReused()
    elif kept.project_id is not None and not await reader.first(
        _visible(kept.project_id, *request.scope["actor"].scope)
    ):
        refusal = ProjectNotFound(project_id=kept.project_id)  # as for a project that never was
    elif kept.body is None:
        refusal = SecretAlreadyShown(id=(kept.headers or {}).get("secret-of"))
    if refusal is not None or kept is None:
        return problem(request, refusal or OriginalInFlight())
    headers = (kept.headers or {}) | {"idempotency-replayed": "true"}
    return Response(kept.body, kept.status or 200, headers, media_type="application/json")


# scope="function" commits before the response is sent. FastAPI's default commits after it, so a
# failed commit would reach the client as a 201.
WriteSession = Annotated[Writer, Depends(_write, scope="function")]


def add_replays(app: FastAPI) -> None:
    """Answer a repeated request with what its original got."""

    @app.exception_handler(_Repeated)
    async def on_repeated(request: Request, repeated: _Repeated) -> Response:
        return await _replay(request, repeated)


async def answered(
    session: Writer,
    body: Any,
    *,
    status: int = 201,
    version: int = 0,
    location: str | None = None,
    project_id: str | None = None,
    secret_of: str | None = None,
) -> Response:
    """End a write: serialise once, keep these bytes with the key, send them.

    ``project_id`` is whom a replay is checked against. ``secret_of`` names the thing whose secret is in
    the body: then nothing but this id is kept.
    """
    content = dump(body)
    headers = {"etag": etag(version, content)}
    if location is not None:
        headers["location"] = location
    if session.claim is not None:
        kept = headers if secret_of is None else {"secret-of": secret_of}
        bytes_kept = content if secret_of is None else None
        await session.run(_fill(session.claim[0], status, kept, bytes_kept, project_id))
    return Response(content, status, headers, media_type="application/json")
