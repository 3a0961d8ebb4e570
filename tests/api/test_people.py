"""/v1/projects/{id}/people."""

from typing import Any

import httpx
import orjson
import pytest
from sqlmodel import col, select

from app.database import Database
from app.door import AccessLog, access
from app.private.models import Private
from app.query import Selection, query
from tests.builders import OTHER_OWNER, World

NAME, PHONE, NUMBER = "张小明", "13912345678", "320681199001011234"
ZHANG = {"role": "site_contact", "name": NAME, "phone": "+86 139 1234 5678", "id_number": NUMBER}
MASKED = ("张**", "139******78", "320*************34")


@query
def _values(project_id: str) -> Selection[Any]:
    return select(Private.value, Private.salt, Private.kind).where(
        Private.project_id == project_id, col(Private.kind).like("person_%")
    )


async def with_zhang(world: World) -> tuple[str, dict[str, Any]]:
    project = await world.project()
    path = f"/v1/projects/{project['id']}/people"
    added = await world.post(path, ZHANG)
    assert added.status_code == 201, added.text
    return path, dict(added.json())


async def seen(world: World, path: str, headers: dict[str, str]) -> tuple[Any, ...]:
    (person,) = (await world.client.get(path, headers=headers)).json()["items"]
    values = [person[n] for n in ("name", "phone", "id_number")]
    assert len({v["is_masked"] for v in values}) == 1
    return (*(v["text"] for v in values), values[0]["is_masked"])


async def patch(world: World, path: str, person: dict[str, Any], body: dict[str, Any]) -> httpx.Response:
    headers = world.headers("officer", **{"If-Match": f'"{person["version"]}"'})
    return await world.client.patch(f"{path}/{person['id']}", json=body, headers=headers)


async def test_an_answer_to_a_write_names_private_values_by_id_only(world: World) -> None:
    _, added = await with_zhang(world)
    assert NAME not in str(added)
    assert PHONE not in str(added)
    assert added["name"]["id"]
    assert added["name"]["text"] is None


@pytest.mark.parametrize(
    ("role", "in_full"),
    [
        ("officer", True),
        ("coordinator", True),
        ("portal", True),
        ("agent", False),
        ("supervisor", False),
        ("archivist", False),
        ("auditor", False),
        ("admin", False),
    ],
)
async def test_values_are_masked_for_roles_that_need_not_see_them(
    world: World, role: str, in_full: bool
) -> None:
    path, _ = await with_zhang(world)
    expected = (NAME, PHONE, NUMBER, False) if in_full else (*MASKED, True)
    assert await seen(world, path, world.headers(role)) == expected


async def test_the_agents_of_the_project_see_in_full_and_other_agents_do_not(world: World) -> None:
    path, _ = await with_zhang(world)
    await world.walk(path.split("/")[3], "assigned")
    for number, is_masked in ((1, False), (2, False), (3, True)):
        assert (await seen(world, path, world.headers("agent", number)))[3] is is_masked


async def test_whoever_does_not_name_himself_sees_masks(world: World) -> None:
    path, _ = await with_zhang(world)
    nameless = {k: v for k, v in world.headers("officer").items() if k != "Operator-Id"}
    found = await world.client.get(path, headers=nameless)
    assert found.json()["items"][0]["name"]["text"] == MASKED[0]


async def test_an_unmasked_read_stands_in_the_access_log_with_its_person(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, _ = await with_zhang(world)
    monkeypatch.setattr(access, "is_on", True)
    monkeypatch.setattr("app.worker.access", AccessLog())  # whose loop would take the lines away
    access.flush()
    await world.get(path)
    await world.get(path.removesuffix("/people"), params={"expand": "people"})
    await world.get(path, headers=world.headers("supervisor"))
    lines = [orjson.loads(line) for line in access.flush().splitlines()]
    assert [line["unmasked"] for line in lines] == [1, 1, 0]
    assert all(line["operator"] for line in lines)


async def test_a_value_put_right_is_seen_and_the_rest_stays(world: World) -> None:
    path, person = await with_zhang(world)
    changed = await patch(world, path, person, {"phone": "0513-83312345", "id_number": None})
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    assert changed.json()["id_number"] is None
    (now,) = (await world.get(path)).json()["items"]
    assert (now["phone"]["text"], now["name"]["text"]) == ("0513-83312345", NAME)


async def test_an_erasure_takes_every_value_there_ever_was(world: World, database: Database) -> None:
    path, person = await with_zhang(world)
    person = (await patch(world, path, person, {"phone": "13800000000", "name": "张明"})).json()
    erased = await world.post(f"{path}/{person['id']}/erasure", {"reason": "本人申请"}, "coordinator")
    assert erased.status_code == 201, erased.text
    (now,) = (await world.get(path)).json()["items"]
    assert now["erased_at"] is not None
    for name in ("name", "phone", "id_number"):
        assert (now[name]["text"], now[name]["is_erased"]) == (None, True)
    values = await database.reader.all(_values(path.split("/")[3]))
    assert len(values) == 5
    assert {(v, s) for v, s, _ in values} == {(None, None)}
    again = await world.post(f"{path}/{person['id']}/erasure", {"reason": "再次"})
    assert (again.status_code, again.json()["code"]) == (409, "PersonErased")
    refused = await patch(world, path, now, {"name": NAME})
    assert (refused.status_code, refused.json()["code"]) == (409, "PersonErased")
    by_owner = await world.post(f"{path}/{person['id']}/erasure", {"reason": "x"}, "portal")
    assert by_owner.status_code == 403


async def test_impossible_persons_are_refused_with_every_fault(world: World) -> None:
    path, person = await with_zhang(world)
    refused = await world.post(path, {"role": "boss", "name": "", "phone": "12345", "id_number": "身份证"})
    pointers = [e["pointer"] for e in refused.json()["errors"]]
    assert pointers == ["/role", "/name", "/phone", "/id_number"]
    emptied = await patch(world, path, person, {"name": None, "role": None})
    assert {e["pointer"] for e in emptied.json()["errors"]} == {"/name", "/role"}
    late = await patch(world, path, person, {"valid_to": "2020-01-01"})
    assert (late.status_code, late.json()["code"]) == (422, "LeavesBeforeArriving")
    stale = await patch(world, path, person | {"version": 9}, {"phone": None})
    assert stale.status_code == 412
    unknown = await patch(world, path, person | {"id": path.split("/")[3]}, {"phone": None})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "PersonNotFound")


async def test_persons_of_a_foreign_project_are_not_to_be_had(world: World) -> None:
    path, _ = await with_zhang(world)
    for headers in (world.headers("officer", key="rugao"), world.headers("portal", owner=OTHER_OWNER)):
        assert (await world.client.get(path, headers=headers)).status_code == 404
