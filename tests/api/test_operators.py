"""/v1/operators."""

from typing import Any

import pytest

from app.database import Database
from app.door import access
from tests.api.registers import events_of, get, patch, post, system
from tests.builders import CITY, DEPARTMENT, QIDONG, RUGAO, World, a_project_body

NAME = "欧阳小启"
PERSON = {
    "realm": "nantong",
    "operator_code": "qd-007",
    "person_key": "person:qd-007",
    "name": NAME,
    "roles": ["officer"],
    "area_code": QIDONG,
}


async def a_person(world: World, **facts: Any) -> dict[str, Any]:
    response = await post(world, "/v1/operators", PERSON | facts)
    assert response.status_code == 201, response.text
    return dict(response.json())


async def test_a_registered_person_may_act_from_today(world: World, database: Database) -> None:
    person = await a_person(world)
    assert (person["valid_from"], person["valid_to"]) == ("2026-03-02", None)
    headers = world.headers("officer") | {"Operator-Id": "qd-007"}
    registered = await post(world, "/v1/projects", a_project_body(), headers)
    assert registered.status_code == 201, registered.text
    event = (await events_of(database, "operator.registered"))[-1]
    assert (event["area_code"], event["changes"][0]["id"]) == (QIDONG, person["id"])
    assert NAME not in str(await events_of(database, "operator.registered"))


@pytest.mark.parametrize(
    ("role", "name"),
    [
        ("admin", NAME),
        ("supervisor", NAME),
        ("auditor", NAME),
        ("coordinator", NAME),
        ("officer", "欧***"),
        ("agent", "欧***"),
        ("archivist", "欧***"),
    ],
)
async def test_a_name_is_shown_to_whom_it_concerns(world: World, role: str, name: str) -> None:
    person = await a_person(world)
    assert person["name"]["text"] is None  # answers to writes are kept, names are not
    read = (await world.get(f"/v1/operators/{person['id']}", role)).json()
    assert read["name"] == {"id": person["name"]["id"], "text": name, "is_erased": False}
    listed = (await world.get("/v1/operators?limit=200", role)).json()["items"]
    assert next(each for each in listed if each["id"] == person["id"]) == read


async def test_an_erased_name_is_said_to_be_erased(world: World) -> None:
    person = await a_person(world)
    erased = await post(world, f"/v1/private/{person['name']['id']}/erasure", {"reason": "离职满三年"})
    assert erased.status_code == 201, erased.text
    read = (await get(world, f"/v1/operators/{person['id']}")).json()["name"]
    assert (read["text"], read["is_erased"]) == (None, True)


async def test_reading_names_in_full_is_noted_in_the_access_log(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await a_person(world)
    lines: list[int] = []
    monkeypatch.setattr(access, "note", lambda scope, *_: lines.append(scope.get("unmasked", 0)))
    for path in (f"/v1/operators/{person['id']}", "/v1/operators?limit=5"):
        for role in ("auditor", "officer"):
            assert (await world.get(path, role)).status_code == 200
    assert lines == [1, 0, 5, 0]


async def test_owners_see_no_operators(world: World) -> None:
    person = await a_person(world)
    for path in ("/v1/operators", f"/v1/operators/{person['id']}"):
        assert (await world.get(path, "portal")).json()["code"] == "RoleMayNot"


async def test_a_department_sees_its_own_people(world: World) -> None:
    own = await a_person(world, roles=["department"], department_code=DEPARTMENT)
    other = await a_person(world, operator_code="qd-008", person_key="p8")
    listed = (await world.get("/v1/operators?limit=200", "department")).json()["items"]
    assert [each["id"] for each in listed] == [own["id"]]
    assert (await world.get(f"/v1/operators/{own['id']}", "department")).status_code == 200
    assert (await world.get(f"/v1/operators/{other['id']}", "department")).status_code == 404


async def test_operators_are_filtered_by_directory_role_and_area(world: World) -> None:
    one = await a_person(world, roles=["officer", "agent"])
    two = await a_person(world, realm="rugao", operator_code="r1", area_code=RUGAO, roles=["agent"])

    async def found(filters: str) -> set[str]:
        items = (await get(world, f"/v1/operators?limit=200&{filters}")).json()["items"]
        return {each["id"] for each in items} & {one["id"], two["id"]}

    assert await found("realm=rugao") == {two["id"]}
    assert await found("role=agent") == {one["id"], two["id"]}
    assert await found("role=officer") == {one["id"]}
    assert await found("role=admin") == set()
    assert await found(f"area={RUGAO}") == {two["id"]}
    assert await found(f"area={QIDONG}&role=agent&realm=nantong") == {one["id"]}
    assert (await get(world, "/v1/operators?role=rater")).status_code == 422
    assert (await get(world, "/v1/operators?area=999999")).json()["items"] == []


async def test_operators_are_listed_page_by_page(world: World) -> None:
    found: list[str] = []
    link: str | None = "/v1/operators?limit=10"
    while link is not None:
        answer = await get(world, link)
        found += [each["id"] for each in answer.json()["items"]]
        link = answer.links["next"]["url"] if "next" in answer.links else None
    assert len(found) == len(set(found)) == 24


@pytest.mark.parametrize(
    ("facts", "pointer"),
    [
        ({"operator_code": "320681199001011234"}, "/operator_code"),
        ({"person_key": "person:13800001234"}, "/person_key"),
        ({"person_key": "32068119900101123x"}, "/person_key"),
        ({"operator_code": "启东"}, "/operator_code"),
        ({"operator_code": "x" * 65}, "/operator_code"),
        ({"name": "长" * 101}, "/name"),
        ({"roles": ["rater"]}, "/roles/0"),
        ({"valid_to": "2026-03-01"}, "/valid_to"),
        ({"valid_from": "1.3.2026"}, "/valid_from"),
    ],
)
async def test_an_impossible_person_is_refused(world: World, facts: dict[str, Any], pointer: str) -> None:
    refused = await post(world, "/v1/operators", PERSON | facts)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_a_directory_has_a_code_once(world: World) -> None:
    await a_person(world)
    again = await post(world, "/v1/operators", PERSON | {"name": "另一人"})
    assert (again.status_code, again.json()["code"]) == (409, "OperatorAlreadyExists")
    await a_person(world, realm="rugao")


async def test_whoever_leaves_acts_no_more_from_the_next_day(world: World, database: Database) -> None:
    person = await a_person(world)
    path, headers = f"/v1/operators/{person['id']}", world.headers("officer") | {"Operator-Id": "qd-007"}
    assert (await get(world, "/v1/areas", headers)).status_code == 200
    left = await patch(world, path, {"valid_to": "2026-03-02"}, '"1"')
    assert (left.status_code, left.json()["version"]) == (200, 2)
    assert (await get(world, "/v1/areas", headers)).status_code == 200
    world.clock.advance(days=1)
    assert (await get(world, "/v1/areas", headers)).json()["code"] == "OperatorUnknown"
    event = (await events_of(database, "operator.changed"))[-1]
    assert event["changes"][0]["set"] == {"valid_to": "2026-03-02", "version": 2}


async def test_a_person_changes_only_from_the_version_that_was_read(world: World) -> None:
    person = await a_person(world)
    path = f"/v1/operators/{person['id']}"
    assert (await patch(world, path, {"name": "欧阳启"})).status_code == 428
    changed = await patch(world, path, {"name": "欧阳启", "roles": ["agent"]}, '"1"')
    assert changed.json()["name"]["id"] != person["name"]["id"]
    assert (await get(world, path)).json()["name"]["text"] == "欧阳启"
    assert (await patch(world, path, {"name": "欧"}, '"1"')).status_code == 412
    for facts in ({"name": None}, {"realm": "rugao"}, {"operator_code": "x"}, {"valid_from": None}):
        assert (await patch(world, path, facts, '"2"')).status_code == 422
    assert (await patch(world, path, {"valid_to": "2026-03-01"}, '"2"')).json()[
        "code"
    ] == "ValidityEndsTooEarly"


async def test_a_lost_role_is_lost_at_once(world: World) -> None:
    person = await a_person(world, roles=["officer", "agent"])
    headers = world.headers("agent") | {"Operator-Id": "qd-007"}
    assert (await get(world, "/v1/areas", headers)).status_code == 200
    assert (
        await patch(world, f"/v1/operators/{person['id']}", {"roles": ["officer"]}, '"1"')
    ).status_code == 200
    assert (await get(world, "/v1/areas", headers)).json()["code"] == "RoleNotHeld"


async def test_the_administrator_of_a_county_sees_and_registers_its_people_only(world: World) -> None:
    county = await system(world, roles=["admin"], area_code=QIDONG)
    own = await post(world, "/v1/operators", PERSON, county)
    listed = (await get(world, "/v1/operators?limit=200", county)).json()["items"]
    assert [each["id"] for each in listed] == [own.json()["id"]]
    everyone = (await get(world, "/v1/operators?limit=200")).json()["items"]
    city = next(each for each in everyone if each["area_code"] == CITY)
    path, own_path = f"/v1/operators/{city['id']}", own.headers["location"]
    for answer in (
        await get(world, path, county),
        await get(world, f"/v1/operators/{world.key()}", county),
        await patch(world, path, {"name": "x"}, '"1"', county),
        await patch(world, own_path, {"area_code": CITY}, '"1"', county),
        await patch(world, own_path, {"department_code": "320682-fgw"}, '"1"', county),
        await post(world, "/v1/operators", PERSON | {"operator_code": "x", "area_code": CITY}, county),
    ):
        assert answer.status_code == 404, answer.text
    moved = await patch(world, own_path, {"department_code": DEPARTMENT}, '"1"', county)
    assert moved.json()["department_code"] == DEPARTMENT


async def test_only_administrators_register_people(world: World) -> None:
    person = await a_person(world)
    assert (await world.post("/v1/operators", PERSON, "coordinator")).status_code == 403
    headers = world.headers("coordinator")
    assert (await patch(world, f"/v1/operators/{person['id']}", {}, '"1"', headers)).status_code == 403
