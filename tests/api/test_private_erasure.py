"""POST /v1/private/{id}/erasure."""

from typing import Any

import pytest

from app.database import Database
from app.demo.founding import system_actor
from app.events.auditing import audit
from app.events.service import Stamp, record
from app.private.queries import texts_of
from app.private.service import PrivateNotFound, erase_private, keep
from tests.builders import World


async def a_text(world: World) -> tuple[dict[str, Any], str]:
    project = await world.project(content="联系人王某,电话 13900000000")
    return project, f"/v1/private/{project['content']['id']}/erasure"


async def test_what_is_erased_is_gone_and_the_ledger_still_stands(world: World, database: Database) -> None:
    project, path = await a_text(world)
    gone = await world.post(path, {"reason": "本人要求删除"}, "admin")
    assert gone.status_code == 201, gone.text
    assert gone.json()["reason"]["text"] is None
    shown = (await world.get(f"/v1/projects/{project['id']}")).json()
    assert shown["content"] == {"id": project["content"]["id"], "text": None, "is_erased": True}
    (kept,) = (await texts_of(database.reader, [project["content"]["id"]])).values()
    assert (kept.value, kept.salt) == (None, None)
    assert await audit(database) == []
    last = (await world.get(f"/v1/projects/{project['id']}/timeline")).json()["items"][-1]
    assert (last["type"], last["facts"]["erased"]) == ("private.erased", [project["content"]["id"]])
    assert last["reason"]["text"] == "本人要求删除"
    past = await world.get(f"/v1/projects/{project['id']}", params={"known_at": "2026-03-02T02:00:00Z"})
    assert past.json()["content"]["is_erased"]


async def test_nothing_is_erased_twice(world: World) -> None:
    _, path = await a_text(world)
    await world.post(path, {"reason": "本人要求删除"}, "admin")
    again = await world.post(path, {"reason": "本人要求删除"}, "admin")
    assert (again.status_code, again.json()["code"]) == (409, "AlreadyErased")


async def test_a_retried_erasure_gets_the_same_answer(world: World) -> None:
    _, path = await a_text(world)
    key = {"Idempotency-Key": world.key()}
    first = await world.post(path, {"reason": "本人要求删除"}, "admin", **key)
    again = await world.post(path, {"reason": "本人要求删除"}, "admin", **key)
    assert first.content == again.content


async def test_only_an_administrator_erases_and_only_in_his_area(world: World, database: Database) -> None:
    _, path = await a_text(world)
    for role in ("officer", "portal", "supervisor"):
        assert (await world.post(path, {"reason": "x"}, role)).status_code == 403
    absent = await world.post(
        "/v1/private/99999999-9999-7999-8999-999999999999/erasure", {"reason": "x"}, "admin"
    )
    assert (absent.status_code, absent.json()["code"]) == (404, "PrivateNotFound")

    there, here = system_actor(world.clock(), "320682"), system_actor(world.clock(), "320681")
    async with database.write() as session:
        name = await keep(session, here, "operator_name", "李某", None)
        await record(session, here, "operator.registered", Stamp(None, "320681", None))
    assert name is not None
    for private_id in (name, path.split("/")[3]):
        with pytest.raises(PrivateNotFound):
            async with database.write() as session:
                await erase_private(session, there, private_id, "x")
        async with database.write() as session:
            row, _, _ = await erase_private(session, here, private_id, "x")
    assert row.id == private_id


async def test_an_erasure_says_why(world: World) -> None:
    _, path = await a_text(world)
    for body in ({}, {"reason": ""}, {"reason": 1}, {"reason": "x", "more": 1}):
        assert (await world.post(path, body, "admin")).status_code == 422
