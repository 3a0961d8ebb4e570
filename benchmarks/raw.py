"""What the stack can do: bare ASGI, the driver and orjson, asking the same statements as we do.

No routing, no checks, no authentication, no rules; the answers are as long as ours.
"""

import hashlib
import os
import pickle
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import orjson

from app.sqlite import sqlite3
from benchmarks.data import OTHER_STAGE, STAGE
from benchmarks.statements import columns

URL = os.environ["MPS_DATABASE_URL"]
SEEN = pickle.loads(Path(os.environ["BENCH_RECORD"]).read_bytes())
GENESIS = "0" * 64
JSON_HEADERS = [(b"content-type", b"application/json")]


class Postgres:
    """asyncpg's own pool, without the round trip that resets a connection."""

    async def open(self) -> None:
        class Unreset(asyncpg.Connection):
            def get_reset_query(self) -> str:
                return ""

        self.pool = await asyncpg.create_pool(
            URL, min_size=8, max_size=8, connection_class=Unreset, statement_cache_size=1000, init=_texts
        )

    async def fetch(self, sql: str, values: list[Any]) -> list[Any]:
        async with self.pool.acquire() as connection:
            rows: list[Any] = await connection.fetch(sql, *values)
            return rows

    async def move(self, project_id: str, body: bytes, key: str) -> bytes:
        async with self.pool.acquire() as connection:
            await connection.execute("BEGIN")
            run = lambda sql, values: connection.execute(sql, *values)  # noqa: E731 - one line each
            row = lambda sql, values: connection.fetchrow(sql, *values)  # noqa: E731 - as above
            content = await move(run, row, project_id, body, key, lambda moment: moment)
            await connection.execute("COMMIT")
        return content


async def _texts(connection: Any) -> None:
    await connection.set_type_codec("uuid", schema="pg_catalog", encoder=str, decoder=str, format="text")


class Sqlite:
    """The driver in the event loop, which is the quickest way to call it; one commit for each request."""

    async def open(self) -> None:
        path = URL.removeprefix("sqlite:///")
        self.reader, self.writer = (
            sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=100)
            for _ in range(2)
        )
        for connection in (self.reader, self.writer):
            connection.row_factory = sqlite3.Row
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
                connection.execute(f"PRAGMA {pragma}")

    async def fetch(self, sql: str, values: list[Any]) -> list[Any]:
        rows: list[Any] = self.reader.execute(sql, values).fetchall()
        return rows

    async def move(self, project_id: str, body: bytes, key: str) -> bytes:
        async def run(sql: str, values: list[Any]) -> None:
            self.writer.execute(sql, values)

        async def row(sql: str, values: list[Any]) -> Any:
            return self.writer.execute(sql, values).fetchone()

        self.writer.execute("BEGIN IMMEDIATE")
        content = await move(run, row, project_id, body, key, _text)
        self.writer.execute("COMMIT")
        return content


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


MOVES = SEEN["move"]
CLAIM, LOCK, STANDING, PROJECT, STEP, HEAD, EVENT, FILL = [sql for sql, _ in MOVES]
NAMES = {sql: columns(sql) for sql in (CLAIM, STANDING, PROJECT, STEP, EVENT, FILL)}
USUAL = {sql: dict(zip(NAMES[sql], values, strict=True)) for sql, values in MOVES if sql in NAMES}
MOVED = orjson.loads(SEEN["move_answer"])
CHANGES = orjson.loads(USUAL[EVENT]["body"])


async def move(run: Any, row: Any, project_id: str, body: bytes, key: str, moment: Any) -> bytes:
    """Take a step, believing everything the caller says."""

    def given(sql: str, **facts: Any) -> list[Any]:
        known = USUAL[sql] | facts
        return [known[name] for name in NAMES[sql]]

    wanted, at = orjson.loads(body), datetime.now(UTC)
    now, key = moment(at), hashlib.sha256(key.encode()).hexdigest()
    await run(CLAIM, given(CLAIM, id=key, claimed_at=now, fingerprint=hashlib.sha256(body).hexdigest()))
    project = await row(LOCK, [project_id if v == SEEN["mover"] else v for v in MOVES[1][1]])
    steps, version = project["steps"] + 1, project["version"] + 1
    stage = STAGE if project["stage"] == OTHER_STAGE else OTHER_STAGE
    await run(
        STANDING, given(STANDING, WHERE=project_id, steps=steps, last_step_at=now, stage_entered_at=now)
    )
    await run(PROJECT, given(PROJECT, WHERE=project_id, stage=stage, version=version))
    event_id, step_id = str(uuid.uuid4()), str(uuid.uuid4())
    step = dict(
        id=step_id, project_id=project_id, area_code=project["area_code"], event_id=event_id, number=steps,
        move=wanted["move"], from_stage=project["stage"], to_stage=stage, occurred_at=now,
    )  # fmt: skip
    await run(STEP, given(STEP, **step))
    recorded = CHANGES | {"id": event_id, "occurred_at": _text(at), "project_id": project_id}
    text = orjson.dumps(recorded, option=orjson.OPT_SORT_KEYS).decode()
    head = await row(HEAD, [project_id if v == SEEN["mover"] else v for v in MOVES[5][1]])
    sequence, before = head["sequence"] + 1, head[5] or GENESIS
    digest = hashlib.sha256(f"{sequence}{head['hash']}{before}\n{text}".encode()).hexdigest()
    event = dict(
        sequence=sequence, id=event_id, project_id=project_id, area_code=project["area_code"],
        project_sequence=(head[4] or 0) + 1, occurred_at=now, recorded_at=now, previous_hash=head["hash"],
        project_previous_hash=before, hash=digest, body=text,
    )  # fmt: skip
    await run(EVENT, given(EVENT, **event))
    answer = (
        MOVED | step | {"sequence": sequence, "project_version": version, "stage": stage, "occurred_at": at}
    )
    content = orjson.dumps(answer)
    await run(FILL, given(FILL, WHERE=key, body=content, project_id=project_id))
    return content


ONE, LIST = SEEN["read_one"], SEEN["read_list"]
ONE_ANSWER, LIST_ANSWER = orjson.loads(SEEN["read_one_answer"]), orjson.loads(SEEN["read_list_answer"])
ITEM = LIST_ANSWER["items"][0]


class App:
    """The whole of it."""

    def __init__(self) -> None:
        self.database = Sqlite() if URL.startswith("sqlite") else Postgres()
        self.copied: tuple[list[str], list[str]] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await self.database.open()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        path, status = scope["path"], 200
        if scope["method"] == "POST":
            key = next(v for k, v in scope["headers"] if k == b"idempotency-key").decode()
            message = await receive()
            content = await self.database.move(path.split("/")[3], message["body"], key)
            status = 201
        elif path == "/v1/projects":
            content = await self.read_list()
        else:
            content = await self.read_one(path[-36:])
        headers = [*JSON_HEADERS, (b"content-length", str(len(content)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    async def read_one(self, project_id: str) -> bytes:
        """The first statement is asked for this project, the others for what they were asked before."""
        (sql, values), *others = ONE
        (row,) = await self.database.fetch(sql, [project_id if v == SEEN["sample"] else v for v in values])
        for sql, values in others:
            await self.database.fetch(sql, values)
        found = ONE_ANSWER | {k: row[k] for k in self._copied(row)[0]}
        return orjson.dumps(found)

    async def read_list(self) -> bytes:
        ((sql, values),) = LIST
        rows = (await self.database.fetch(sql, values))[: len(LIST_ANSWER["items"])]
        names = self._copied(rows[0])[1]
        return orjson.dumps(LIST_ANSWER | {"items": [ITEM | {k: row[k] for k in names} for row in rows]})

    def _copied(self, row: Any) -> tuple[list[str], list[str]]:
        """Which fields of our answers are columns; the others are constants."""
        if self.copied is None:
            here = set(row.keys())
            json_texts = {k for k in here if isinstance(row[k], str) and row[k][:1] in "[{"}
            self.copied = tuple([k for k in a if k in here - json_texts] for a in (ONE_ANSWER, ITEM))  # type: ignore[assignment]
        return self.copied  # type: ignore[return-value]


def app() -> App:
    return App()
