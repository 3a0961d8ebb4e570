"""What our three requests ask the database: recorded from a run of our own code, so that nothing can drift."""

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from app.config import Settings
from app.main import create_app
from benchmarks.data import HEADERS, OTHER_STAGE, SAMPLE, STAGE, nth_id
from benchmarks.load import LIST

LONG = 150  # characters
SCRIPT = Path(__file__).with_name("transition.sql")
Statement = tuple[str, list[Any]]


class Recorder:
    """A driver that writes down what passes through it."""

    def __init__(self, driver: Any) -> None:
        self.driver, self.dialect = driver, driver.dialect
        self.seen: list[Statement] = []

    async def open(self, *, serves: bool = False) -> None:
        await self.driver.open(serves=serves)

    async def close(self) -> None:
        await self.driver.close()

    async def fetch(self, sql: str, values: list[Any]) -> Sequence[Any]:
        self.seen.append((sql, values))
        rows: Sequence[Any] = await self.driver.fetch(sql, values)
        return rows

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Any]:
        async with self.driver.transaction() as inner:
            recorder = self

            class Recording:
                async def fetch(self, sql: str, values: list[Any]) -> Any:
                    recorder.seen.append((sql, values))
                    return await inner.fetch(sql, values)

                async def run(self, sql: str, many: list[list[Any]]) -> Any:
                    recorder.seen.append((sql, many[0]))
                    return await inner.run(sql, many)

            yield Recording()


async def record(settings: Settings, mover: int) -> dict[str, Any]:
    """Ask each request twice; keep the statements of the second (when keys and procedures are known).

    The second move brings the project back to where the others are.
    """
    app = create_app(settings)
    found: dict[str, Any] = {"sample": nth_id(SAMPLE), "mover": nth_id(mover)}
    path = f"/v1/projects/{nth_id(mover)}/stage-transitions"
    async with app.router.lifespan_context(app):
        database = app.state.database
        recorder = Recorder(database.driver)
        database.driver = database.reader._driver = recorder
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://bench", headers=HEADERS
        ) as client:
            for name, ask in (
                ("read_one", lambda _turn: client.get(f"/v1/projects/{nth_id(SAMPLE)}")),
                ("read_list", lambda _turn: client.get(LIST)),
                (
                    "move",
                    lambda turn: client.post(path, json=_body(turn), headers={"Idempotency-Key": f"r{turn}"}),
                ),
            ):
                for turn in (0, 1):
                    answer = await ask(turn)
                    answer.raise_for_status()
                    if turn == 0:
                        recorder.seen = []
                found[name] = recorder.seen
                found[f"{name}_answer"] = answer.content
                recorder.seen = []
    return found


def _body(turn: int) -> dict[str, str]:
    return [{"from_stage": OTHER_STAGE, "move": "forth"}, {"from_stage": STAGE, "move": "back"}][turn]


def columns(sql: str) -> list[str]:
    """Name the columns whose values an INSERT or UPDATE takes, in the order of its placeholders."""
    if sql.startswith("INSERT"):
        return [name.strip().strip('"') for name in sql[sql.index("(") + 1 : sql.index(")")].split(",")]
    changed = sql[: sql.index("WHERE")]
    return [*re.findall(r"\"?(\w+)\"?=(?:\$\d+|\?)", changed), "WHERE"]


def script(moves: list[Statement], first: int, movers: int) -> str:
    """Write the transition's statements for pgbench: the same texts, with its variables in the values' places."""
    claim, lock, standing, project, step, head, event, fill = [sql for sql, _ in moves]
    bound = [values for _, values in moves]
    stage = dict(forth={"here": OTHER_STAGE, "there": STAGE}, back={"here": STAGE, "there": OTHER_STAGE})
    now = "now()"
    uuid = "gen_random_uuid()"
    hashed = "lpad((:h_sequence + 1)::text, 64, '0')"

    def given(sql: str, values: list[Any], **facts: str) -> str:
        names = columns(sql)
        assert len(names) == len(values), sql
        texts = [facts.get(name, _literal(value)) for name, value in zip(names, values, strict=True)]
        return re.sub(r"\$(\d+)", lambda m: f"({texts[int(m[1]) - 1]})", " ".join(sql.split())) + ";"

    def asked(sql: str, values: list[Any], project: str) -> str:
        texts = [project if isinstance(v, str) else _literal(v) for v in values]
        return re.sub(r"\$(\d+)", lambda m: f"({texts[int(m[1]) - 1]})", " ".join(sql.split()))

    def moved(move: str) -> list[str]:
        facts = {name: f"'{value}'" for name, value in stage[move].items()}
        return [
            given(project, bound[3], WHERE=":p_id", stage=facts["there"], version=":p_version + 1"),
            given(
                step, bound[4], id=uuid, event_id=uuid, project_id=":p_id", number=":p_steps + 1",
                move=f"'{move}'", from_stage=facts["here"], to_stage=facts["there"], occurred_at=now,
            ),
        ]  # fmt: skip

    lines = [
        f"\\set n random({first}, {first + movers - 1})",
        "\\set k1 random(1, 1000000000000)",
        "\\set k2 random(1, 1000000000000)",
        "BEGIN;",
        given(claim, bound[0], id="'pgbench-' || :k1 || '-' || :k2", claimed_at=now),
        asked(lock, bound[1], "'019c0000-0000-7000-8000-' || lpad(to_hex(:n::bigint), 12, '0')") + " \\gset p_",
        given(
            standing, bound[2], WHERE=":p_id", steps=":p_steps + 1", last_step_at=now, stage_entered_at=now
        ),
        "\\set is_away :p_steps % 2",
        "\\if :is_away",
        *moved("back"),
        "\\else",
        *moved("forth"),
        "\\endif",
        asked(head, bound[5], ":p_id") + " \\gset h_",
        given(
            event, bound[6], sequence=":h_sequence + 1", id=uuid, project_id=":p_id",
            project_sequence=":p_steps + 1", occurred_at=now, recorded_at=now, previous_hash=":h_hash",
            project_previous_hash="lpad('', 64, '0')", hash=hashed,
        ),
        given(fill, bound[7], WHERE="'pgbench-' || :k1 || '-' || :k2", project_id=":p_id"),
        "COMMIT;",
    ]  # fmt: skip
    return (
        "-- Written by benchmarks/statements.py: what one stage transition asks of the database.\n"
        + "\n".join(lines)
        + "\n"
    )


def _literal(value: Any) -> str:
    """Write a constant; a colon would begin a variable, and what is long only has to be as long."""
    if value is None:
        return "NULL"
    if isinstance(value, list):
        return f"ARRAY[{', '.join(map(_literal, value))}]"
    if isinstance(value, (str, bytes)) and len(value) > LONG:
        if isinstance(value, bytes):
            return f"repeat('x', {len(value)})::bytea"
        return f"'\"' || repeat('x', {len(value) - 2}) || '\"'"  # it may have to be JSON
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    return "'" + str(value).replace("'", "''").replace(":", "' || chr(58) || '") + "'"
