"""/v1/clients and their keys."""

from typing import Any, get_args

import pytest

from app.clients.schemas import ClientRole
from app.database import Database
from app.domain.standing import Role
from tests.api.registers import a_client, a_key, bearer, events_of, get, patch, post, system
from tests.builders import CITY, DEPARTMENT, QIDONG, RUGAO, SECRETS, World

SYSTEM = {"name": "启东代办平台", "roles": ["officer", "agent"], "area_code": QIDONG, "realm": "nantong"}


async def test_a_client_is_registered_and_read(world: World, database: Database) -> None:
    registered = await post(world, "/v1/clients", SYSTEM | {"roles": ["officer", "agent", "officer"]})
    assert registered.status_code == 201, registered.text
    body = registered.json()
    assert body["roles"] == ["officer", "agent"]
    assert (body["is_active"], body["department_code"], body["version"]) == (True, None, 1)
    assert (await get(world, registered.headers["location"])).json() == body
    event = (await events_of(database, "client.registered"))[-1]
    assert (event["area_code"], event["changes"][0]["set"]["realm"]) == (QIDONG, "nantong")


async def test_a_name_stands_once_in_an_area(world: World) -> None:
    first = await a_client(world, **SYSTEM)
    again = await post(world, "/v1/clients", SYSTEM)
    assert (again.status_code, again.json()["code"]) == (409, "ClientAlreadyExists")
    other = await a_client(world, **SYSTEM | {"area_code": RUGAO})
    path = f"/v1/clients/{other['id']}"
    clash = await patch(world, path, {"area_code": QIDONG}, '"1"')
    assert (clash.status_code, clash.json()["code"]) == (409, "ClientAlreadyExists")
    assert (await get(world, path)).json()["area_code"] == RUGAO
    assert first["id"] != other["id"]


def test_a_client_holds_every_role_but_the_raters() -> None:
    assert set(get_args(ClientRole)) == set(Role) - {Role.RATER}


@pytest.mark.parametrize(
    ("facts", "status", "code"),
    [
        ({"roles": ["rater"]}, 422, "FieldsInvalid"),
        ({"roles": []}, 422, "FieldsInvalid"),
        ({"roles": ["officer"] * 21}, 422, "FieldsInvalid"),
        ({"roles": ["department"]}, 422, "DepartmentNeeded"),
        ({"department_code": "nobody"}, 404, "DepartmentNotFound"),
        ({"area_code": "999999"}, 404, "AreaNotFound"),
        ({"realm": "two words"}, 422, "FieldsInvalid"),
        ({"name": "长" * 101}, 422, "FieldsInvalid"),
        ({"is_active": False}, 422, "FieldsInvalid"),
    ],
)
async def test_an_impossible_client_is_refused(
    world: World, facts: dict[str, Any], status: int, code: str
) -> None:
    refused = await post(world, "/v1/clients", SYSTEM | facts)
    assert (refused.status_code, refused.json()["code"]) == (status, code)


async def test_the_role_of_a_department_needs_the_department_at_any_time(world: World) -> None:
    client = await a_client(world, roles=["department"], department_code=DEPARTMENT)
    path = f"/v1/clients/{client['id']}"
    for version, facts in ((1, {"department_code": None}), (1, {"department_code": None, "name": "x"})):
        refused = await patch(world, path, facts, f'"{version}"')
        assert (refused.status_code, refused.json()["code"]) == (422, "DepartmentNeeded")
        assert refused.json()["errors"][0]["pointer"] == "/department_code"
    freed = await patch(world, path, {"department_code": None, "roles": ["officer"]}, '"1"')
    assert freed.json()["department_code"] is None
    refused = await patch(world, path, {"roles": ["department"]}, '"2"')
    assert refused.json()["code"] == "DepartmentNeeded"


async def test_a_client_changes_only_from_the_version_that_was_read(world: World, database: Database) -> None:
    client = await a_client(world, **SYSTEM)
    path = f"/v1/clients/{client['id']}"
    assert (await patch(world, path, {"name": "新名"})).status_code == 428
    changed = await patch(world, path, {"name": "新名", "realm": "qidong"}, '"1"')
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    assert (await patch(world, path, {"name": "旧名"}, '"1"')).status_code == 412
    assert (await patch(world, path, {"name": None}, '"2"')).status_code == 422
    assert (await patch(world, path, {"roles": ["rater"]}, '"2"')).status_code == 422
    event = (await events_of(database, "client.changed"))[-1]
    assert event["changes"][0]["set"] == {"name": "新名", "realm": "qidong", "version": 2}


async def test_new_roles_hold_at_once(world: World) -> None:
    client = await a_client(world, roles=["auditor"])
    headers = bearer(await a_key(world, client))
    assert (await get(world, "/v1/clients", headers)).status_code == 403
    changed = await patch(world, f"/v1/clients/{client['id']}", {"roles": ["admin"]}, '"1"')
    assert changed.status_code == 200
    assert (await get(world, "/v1/clients", headers)).status_code == 200


async def test_clients_are_listed_by_age(world: World) -> None:
    made = []
    for _ in range(3):
        world.clock.advance(seconds=1)
        made.append((await a_client(world))["id"])
    found: list[str] = []
    link: str | None = "/v1/clients?limit=4"
    while link is not None:
        answer = await get(world, link)
        found += [each["id"] for each in answer.json()["items"]]
        link = answer.links["next"]["url"] if "next" in answer.links else None
    assert found[-3:] == made
    assert len(found) == len(SECRETS) + 3 == len(set(found))


async def test_the_administrator_of_a_county_sees_and_makes_its_clients_only(world: World) -> None:
    county = await system(world, roles=["admin"], area_code=QIDONG)
    listed = (await get(world, "/v1/clients?limit=200", county)).json()["items"]
    assert {each["area_code"] for each in listed} == {QIDONG}
    assert {"test qidong", "test department"} < {each["name"] for each in listed}
    everyone = (await get(world, "/v1/clients?limit=200")).json()["items"]
    city = next(each for each in everyone if each["name"] == "test city")
    path, nowhere = f"/v1/clients/{city['id']}", f"/v1/clients/{world.key()}"
    foreign, absent = await get(world, path, county), await get(world, nowhere, county)
    assert (foreign.status_code, foreign.json()["detail"]) == (404, absent.json()["detail"])
    for answer in (
        await patch(world, path, {"name": "x"}, '"1"', county),
        await get(world, f"{path}/keys", county),
        await post(world, f"{path}/keys", {}, county),
        await post(world, "/v1/clients", SYSTEM | {"area_code": CITY}, county),
        await post(world, "/v1/clients", SYSTEM | {"department_code": "320682-fgw"}, county),
    ):
        assert answer.status_code == 404, answer.text
    own = await post(world, "/v1/clients", SYSTEM, county)
    path = own.headers["location"]
    for facts in ({"area_code": CITY}, {"area_code": RUGAO}, {"department_code": "320600-fgw"}):
        assert (await patch(world, path, facts, '"1"', county)).status_code == 404


@pytest.mark.parametrize("role", ["officer", "auditor", "coordinator", "supervisor"])
async def test_only_administrators_see_clients_and_keys(world: World, role: str) -> None:
    client = await a_client(world)
    for path in ("", f"/{client['id']}", f"/{client['id']}/keys"):
        assert (await world.get(f"/v1/clients{path}", role)).json()["code"] == "RoleMayNot"
    assert (await world.post("/v1/clients", SYSTEM, role)).status_code == 403
    assert (await world.post(f"/v1/clients/{client['id']}/keys", {}, role)).status_code == 403


async def test_a_key_is_shown_once_and_opens_the_door(world: World, database: Database) -> None:
    client = await a_client(world)
    made = await a_key(world, client)
    assert made["secret"].startswith("mps_")
    assert len(made["secret"]) == 4 + 43
    assert made["key"]["hint"] == made["secret"][:8]
    assert made["replaces"] is None
    assert (await get(world, "/v1/areas", bearer(made))).status_code == 200
    listed = await get(world, f"/v1/clients/{client['id']}/keys")
    assert listed.json()["items"] == [made["key"]]
    assert made["secret"] not in listed.text
    assert "digest" not in listed.text
    event = (await events_of(database, "api_key.created"))[-1]
    assert (event["area_code"], event["changes"][0]["id"]) == (QIDONG, made["key"]["id"])
    assert "digest" not in event["changes"][0]["set"]


async def test_a_repeat_of_a_key_is_told_its_id_and_not_its_secret(world: World) -> None:
    client = await a_client(world)
    path, headers = f"/v1/clients/{client['id']}/keys", world.headers("admin")
    headers["Idempotency-Key"] = world.key()
    first = await post(world, path, {}, headers)
    again = await post(world, path, {}, headers)
    assert (again.status_code, again.json()["code"]) == (409, "SecretAlreadyShown")
    assert again.json()["facts"]["id"] == first.json()["key"]["id"]
    assert first.json()["secret"] not in again.text
    assert len((await get(world, path)).json()["items"]) == 1


async def test_a_key_lives_until_it_expires(world: World) -> None:
    client = await a_client(world)
    past = await post(world, f"/v1/clients/{client['id']}/keys", {"expires_at": world.clock.now.isoformat()})
    assert (past.status_code, past.json()["code"]) == (422, "ExpiryIsPast")
    made = await a_key(world, client, expires_at="2026-03-03T09:00:00+08:00")
    assert made["key"]["expires_at"] == "2026-03-03T01:00:00Z"
    world.clock.advance(hours=23, minutes=59)
    assert (await get(world, "/v1/areas", bearer(made))).status_code == 200
    world.clock.advance(minutes=1)
    assert (await get(world, "/v1/areas", bearer(made))).status_code == 401


async def test_a_revoked_key_is_dead_at_once_and_for_good(world: World, database: Database) -> None:
    client = await a_client(world)
    made, other = await a_key(world, client), await a_key(world, client)
    assert (await get(world, "/v1/areas", bearer(made))).status_code == 200
    path = f"/v1/clients/{client['id']}/keys/{made['key']['id']}"
    revoked = await post(world, f"{path}/revocation", None)
    assert revoked.status_code == 200, revoked.text
    assert revoked.json() == made["key"] | {"revoked_at": "2026-03-02T01:00:00Z"}
    assert (await get(world, "/v1/areas", bearer(made))).status_code == 401
    assert (await get(world, "/v1/areas", bearer(other))).status_code == 200
    for again in (await post(world, f"{path}/revocation", None), await post(world, f"{path}/rotation", {})):
        assert (again.status_code, again.json()["code"]) == (409, "KeyIsDead")
        assert again.json()["facts"]["revoked_at"] == "2026-03-02T01:00:00.000000Z"
    event = (await events_of(database, "api_key.revoked"))[-1]
    assert event["changes"][0]["set"] == {"revoked_at": "2026-03-02T01:00:00.000000Z"}


async def test_a_rotated_key_lives_on_beside_its_successor_for_the_overlap(
    world: World, database: Database
) -> None:
    client = await a_client(world)
    old = await a_key(world, client)
    path = f"/v1/clients/{client['id']}/keys/{old['key']['id']}/rotation"
    answer = await post(world, path, {"overlap_hours": 2})
    assert answer.status_code == 201, answer.text
    new = answer.json()
    assert new["replaces"] == old["key"] | {"expires_at": "2026-03-02T03:00:00Z"}
    assert new["secret"] != old["secret"]
    for key in (old, new):
        assert (await get(world, "/v1/areas", bearer(key))).status_code == 200
    world.clock.advance(hours=2)
    assert (await get(world, "/v1/areas", bearer(old))).status_code == 401
    assert (await get(world, "/v1/areas", bearer(new))).status_code == 200
    event = (await events_of(database, "api_key.rotated"))[-1]
    assert {change["id"] for change in event["changes"]} == {old["key"]["id"], new["key"]["id"]}


async def test_rotation_never_lengthens_a_life(world: World) -> None:
    client = await a_client(world)
    old = await a_key(world, client, expires_at="2026-03-02T02:00:00Z")
    path = f"/v1/clients/{client['id']}/keys/{old['key']['id']}/rotation"
    assert (await post(world, path, {"overlap_hours": 168})).json()["replaces"] == old["key"]


@pytest.mark.parametrize("hours", [-1, 169, "2", 1.5, True])
async def test_an_overlap_is_a_week_at_most(world: World, hours: Any) -> None:
    client = await a_client(world)
    old = await a_key(world, client)
    path = f"/v1/clients/{client['id']}/keys/{old['key']['id']}/rotation"
    refused = await post(world, path, {"overlap_hours": hours})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/overlap_hours")


async def test_a_rotation_without_overlap_ends_the_old_key_at_once(world: World) -> None:
    client = await a_client(world)
    old = await a_key(world, client)
    assert (await get(world, "/v1/areas", bearer(old))).status_code == 200
    path = f"/v1/clients/{client['id']}/keys/{old['key']['id']}/rotation"
    assert (await post(world, path, {"overlap_hours": 0})).status_code == 201
    assert (await get(world, "/v1/areas", bearer(old))).status_code == 401


async def test_a_key_belongs_to_its_client(world: World) -> None:
    client, other = await a_client(world), await a_client(world)
    made = await a_key(world, client)
    for act in ("revocation", "rotation"):
        path = f"/v1/clients/{other['id']}/keys/{made['key']['id']}/{act}"
        refused = await post(world, path, {})
        assert (refused.status_code, refused.json()["code"]) == (404, "KeyNotFound")
    assert (await get(world, "/v1/areas", bearer(made))).status_code == 200
    pages = await get(world, f"/v1/clients/{client['id']}/keys?limit=1")
    assert pages.json()["next_cursor"] is None
    world.clock.advance(seconds=1)
    second = await a_key(world, client)
    pages = await get(world, f"/v1/clients/{client['id']}/keys?limit=1")
    rest = await get(world, pages.links["next"]["url"])
    assert [pages.json()["items"], rest.json()["items"]] == [[made["key"]], [second["key"]]]
