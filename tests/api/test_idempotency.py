"""Idempotency-Key on every POST that writes: one effect, and its answer byte for byte."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from app import idempotency
from app.database import Database
from app.idempotency import forget_keys
from app.postgres import Postgres
from app.query import Query
from app.sqlite import sqlite3
from tests.builders import QIDONG, RUGAO, World, a_project_body

TRANSIENT = {"date", "idempotency-replayed"}


def kept(response: httpx.Response) -> list[tuple[bytes, bytes]]:
    """Give the headers that a replay repeats."""
    return sorted((k, v) for k, v in response.headers.raw if k.decode() not in TRANSIENT)


async def register(world: World, key: str, body: Any = None, role: str = "officer", **more: str) -> Any:
    return await world.post("/v1/projects", body, role, **{"Idempotency-Key": key}, **more)


async def count_of(world: World) -> int:
    return int((await world.get("/v1/projects?include=total&limit=1")).json()["total"])


async def test_a_repeat_gets_the_same_bytes_and_headers_and_nothing_happens_again(world: World) -> None:
    key, body = world.key(), a_project_body(content="新建厂房")
    first = await register(world, key, body)
    second = await register(world, key, body)
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content
    assert kept(second) == kept(first)
    assert {"etag", "location"} <= set(second.headers)
    assert second.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert await count_of(world) == 1


async def test_a_move_is_replayed_although_the_project_has_moved_on(world: World) -> None:
    project, key = await world.project(), world.key()
    body = {
        "from_stage": "lead",
        "move": "apply",
        "inputs": {"service_mode": "agency", "scope_stages": ["1"], "consent": True},
    }
    path = f"/v1/projects/{project['id']}/stage-transitions"
    first = await world.post(path, body, **{"Idempotency-Key": key})
    assert first.status_code == 201, first.text
    again = await world.post(path, body, **{"Idempotency-Key": key})
    assert (again.status_code, again.content) == (201, first.content)
    other = await world.post(path, body, **{"Idempotency-Key": world.key()})
    assert (other.status_code, other.json()["code"]) == (409, "StageHasChanged")


async def test_another_body_under_the_same_key_is_422(world: World) -> None:
    key = world.key()
    assert (await register(world, key, a_project_body())).status_code == 201
    answer = await register(world, key, a_project_body())
    assert (answer.status_code, answer.json()["code"]) == (422, "IdempotencyKeyReused")
    assert await count_of(world) == 1


async def test_the_same_key_on_another_path_is_another_key(world: World) -> None:
    key = world.key()
    first = (await register(world, key, a_project_body())).json()
    path = f"/v1/projects/{first['id']}/stage-transitions"
    body = {"from_stage": "lead", "move": "drop", "reason": "结束"}
    assert (await world.post(path, body, **{"Idempotency-Key": key})).status_code == 201


async def test_another_client_does_not_see_the_key(world: World) -> None:
    key, body = world.key(), a_project_body()
    first = await register(world, key, body)
    headers = world.headers("officer", key="city") | {"Idempotency-Key": key}
    other = await world.client.post("/v1/projects", json=body, headers=headers)
    assert other.status_code == 201
    assert other.json()["id"] != first.json()["id"]
    assert "idempotency-replayed" not in other.headers


@pytest.mark.parametrize(
    ("body", "code"),
    [({}, "FieldsInvalid"), (a_project_body(contains_state_secrets=True), "StateSecretsStayOutside")],
)
async def test_a_refusal_frees_the_key(world: World, body: dict[str, Any], code: str) -> None:
    key = world.key()
    refused = await register(world, key, body)
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert (await register(world, key, a_project_body())).status_code == 201


async def test_a_refusal_in_the_middle_of_the_transaction_frees_the_key(world: World) -> None:
    project, key = await world.project(), world.key()
    path = f"/v1/projects/{project['id']}/stage-transitions"
    stale = {"from_stage": "applied", "move": "drop", "reason": "结束"}
    answer = await world.post(path, stale, **{"Idempotency-Key": key})
    assert (answer.status_code, answer.json()["code"]) == (409, "StageHasChanged")
    answer = await world.post(path, stale | {"from_stage": "lead"}, **{"Idempotency-Key": key})
    assert answer.status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 256, "schlüssel", "a\tb"])
async def test_a_malformed_key_is_400_and_nothing_is_written(world: World, key: str) -> None:
    headers = [(k.encode(), v.encode()) for k, v in world.headers("officer").items()]
    headers.append((b"Idempotency-Key", key.encode("latin-1")))
    answer = await world.client.post("/v1/projects", json=a_project_body(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "IdempotencyKeyMalformed")
    assert await count_of(world) == 0


@pytest.mark.parametrize("key", ["x", "x" * 255, "!~ {}"])
async def test_every_printable_key_is_taken(world: World, key: str) -> None:
    body = a_project_body()
    assert (await register(world, key, body)).status_code == 201
    assert (await register(world, key, body)).headers["idempotency-replayed"] == "true"


async def test_two_hundred_retries_of_one_key_are_one_effect(world: World) -> None:
    key, body = world.key(), a_project_body()
    answers = await asyncio.gather(*[register(world, key, body) for _ in range(200)])
    done = [a for a in answers if a.status_code == 201]
    assert sum("idempotency-replayed" not in a.headers for a in done) == 1
    assert len({a.content for a in done}) == 1
    # Whoever had to wait for too long is told so, and may come again.
    told = {(a.status_code, a.json()["code"]) for a in answers if a.status_code != 201}
    assert told <= {(409, "OriginalInFlight"), (409, "LockNotGiven"), (503, "DatabaseAway")}
    assert all("retry-after" in a.headers for a in answers if a.status_code != 201)
    assert await count_of(world) == 1
    assert (await register(world, key, body)).headers["idempotency-replayed"] == "true"


async def test_a_duplicate_in_flight_waits_and_then_is_told_when_to_try_again(
    world: World, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The original is held up at the ledger's head (PostgreSQL), or after its claim (SQLite)."""
    monkeypatch.setattr(idempotency, "PATIENCE", 0.3)
    key, body = world.key(), a_project_body()
    release = asyncio.Event()
    answered = idempotency.answered

    async def slowly(*arguments: Any, **more: Any) -> Any:
        await release.wait()
        return await answered(*arguments, **more)

    if not isinstance(database.driver, Postgres):
        # The original's transaction is open: the database itself makes the repeat wait for its turn.
        repeats = await asyncio.gather(*[register(world, key, body) for _ in range(2)])
        assert sorted("idempotency-replayed" in r.headers for r in repeats) == [False, True]
        return
    monkeypatch.setattr("app.projects.router.answered", slowly)
    original = asyncio.create_task(register(world, key, body))
    await asyncio.sleep(0.2)
    began = asyncio.get_running_loop().time()
    repeat = await register(world, key, body)
    waited = asyncio.get_running_loop().time() - began
    assert (repeat.status_code, repeat.json()["code"]) == (409, "LockNotGiven")
    assert 1 < waited < 4
    assert 0 < int(repeat.headers["retry-after"]) <= 2
    release.set()
    assert (await original).status_code == 201
    after = await register(world, key, body)
    assert after.headers["idempotency-replayed"] == "true"
    assert after.content == (await original).content


async def test_a_claim_whose_answer_does_not_come_is_in_flight(
    world: World, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite shows a group its earlier claims before they are committed; the answer may never come."""
    monkeypatch.setattr(idempotency, "PATIENCE", 0.1)
    key, body = world.key(), a_project_body()
    assert (await register(world, key, body)).status_code == 201
    monkeypatch.setattr(idempotency, "_kept", lambda _key: Query[Any](_nothing, ()))
    repeat = await register(world, key, body)
    assert (repeat.status_code, repeat.json()["code"]) == (409, "OriginalInFlight")
    assert 0 < int(repeat.headers["retry-after"]) <= 2


def _nothing() -> Any:
    from sqlmodel import select  # noqa: PLC0415 - only here

    return select(idempotency.IdempotencyKey).where(idempotency.IdempotencyKey.id == "")


async def test_a_replay_is_hidden_once_the_project_has_left_the_callers_area(
    world: World, database: Database
) -> None:
    key, body = world.key(), a_project_body()
    project = (await register(world, key, body)).json()
    await _move_to(database, project["id"], RUGAO)
    answer = await register(world, key, body)
    assert (answer.status_code, answer.json()["code"]) == (404, "ProjectNotFound")
    seen = await world.get(f"/v1/projects/{project['id']}")
    assert answer.json() | {"instance": ""} == seen.json() | {"instance": ""}
    await _move_to(database, project["id"], QIDONG)
    assert (await register(world, key, body)).status_code == 201


async def _move_to(database: Database, project_id: str, area: str) -> None:
    """Transfer it by hand: the act itself is the records' business."""
    async with database.driver.transaction() as transaction:
        await transaction.run(f"UPDATE project SET area_code = '{area}' WHERE id = '{project_id}'", [[]])


async def test_a_replay_needs_a_valid_key_still(world: World) -> None:
    key, body = world.key(), a_project_body()
    await register(world, key, body)
    headers = world.headers("officer") | {"Authorization": "Bearer mps_wrong", "Idempotency-Key": key}
    answer = await world.client.post("/v1/projects", json=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "NotAuthenticated")


async def test_a_secret_is_shown_once_and_its_repeat_names_only_the_id(
    world: World, database: Database
) -> None:
    key = world.key()
    headers = world.headers("admin") | {"Idempotency-Key": key}
    clients = (await world.client.get("/v1/clients", headers=world.headers("admin"))).json()["items"]
    path = f"/v1/clients/{clients[0]['id']}/keys"
    first = await world.client.post(path, json={}, headers=headers)
    assert first.status_code == 201, first.text
    secret = first.json()["secret"]
    again = await world.client.post(path, json={}, headers=headers)
    assert (again.status_code, again.json()["code"]) == (409, "SecretAlreadyShown")
    assert again.json()["facts"]["id"] == first.json()["key"]["id"]
    assert secret not in again.text
    rows = await database.driver.fetch("SELECT headers, body FROM idempotency_key", [])
    assert all(secret not in repr(list(row)) for row in rows)


async def test_keys_are_forgotten_after_seventy_two_hours_and_not_before(
    world: World, database: Database
) -> None:
    old, young, body = world.key(), world.key(), a_project_body()
    await register(world, old, body)
    world.clock.advance(hours=1)
    await register(world, young, body)
    world.clock.advance(hours=71, minutes=30)
    async with database.write() as session:
        assert await session.run(forget_keys(world.clock() - timedelta(hours=72))) == 1
    assert (await register(world, young, body)).headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in (await register(world, old, body)).headers


def test_the_wheel_and_not_the_system_gives_sqlite() -> None:
    assert sqlite3.sqlite_version_info >= (3, 51, 3)
