"""/v1/areas and /v1/departments."""

import asyncio
from typing import Any

import httpx
import pytest

from app.database import Database
from tests.api.registers import events_of, get, patch, post, system
from tests.builders import CITY, DEPARTMENT, QIDONG, RUGAO, World

PARK = {
    "code": "320681-gxq",
    "kind": "functional_area",
    "name_zh": "启东高新技术产业开发区",
    "name_en": "Qidong Hi-tech Zone",
    "parent_code": QIDONG,
    "valid_from": "2026-01-01",
}
OFFICE = {
    "code": "320681-dbzx2",
    "area_code": QIDONG,
    "name_zh": "启东市代办服务二中心",
    "name_en": "Second Agency Service Centre",
    "is_agency_office": True,
    "valid_from": "2026-01-01",
}


async def codes(world: World, path: str, role: str = "admin") -> list[str]:
    return [each["code"] for each in (await world.get(path, role)).json()["items"]]


async def test_a_caller_knows_his_areas_and_those_they_lie_in(world: World) -> None:
    assert await codes(world, "/v1/areas", "officer") == [CITY, QIDONG]
    assert {CITY, QIDONG, RUGAO} < set(await codes(world, "/v1/areas", "auditor"))
    assert (await world.get(f"/v1/areas/{CITY}", "officer")).json()["name_zh"] == "南通市"
    foreign = await world.get(f"/v1/areas/{RUGAO}", "officer")
    absent = await world.get("/v1/areas/999999", "officer")
    assert (foreign.status_code, absent.status_code) == (404, 404)
    assert foreign.json()["code"] == absent.json()["code"] == "AreaNotFound"


async def test_areas_are_filtered_by_parent_kind_and_day(world: World) -> None:
    assert await codes(world, "/v1/areas?kind=city") == [CITY]
    assert "320600-kfq" in await codes(world, f"/v1/areas?parent={CITY}&kind=functional_area")
    assert "320621" in await codes(world, "/v1/areas?valid_on=2010-01-01")
    assert "320621" not in await codes(world, "/v1/areas?valid_on=2026-01-01")
    assert await codes(world, f"/v1/areas?parent={QIDONG}") == []
    refused = await world.get("/v1/areas?kind=planet&valid_on=never&colour=red")
    assert refused.status_code == 422


@pytest.mark.parametrize("path", ["/v1/areas", "/v1/departments"])
async def test_pages_follow_one_another_in_the_order_of_codes(world: World, path: str) -> None:
    whole = await codes(world, f"{path}?limit=200&valid_on=2026-01-01")
    found: list[str] = []
    link: str | None = f"{path}?limit=7&valid_on=2026-01-01"
    while link is not None:
        answer = await world.get(link, "admin")
        found += [each["code"] for each in answer.json()["items"]]
        link = answer.links["next"]["url"] if "next" in answer.links else None
        assert len(found) <= 500
    if path == "/v1/areas":
        assert found == sorted(found)
    assert found[: len(whole)] == whole
    assert len(set(found)) == len(found) > 7
    assert (await world.get(f"{path}?cursor=nonsense")).json()["code"] == "CursorInvalid"


async def test_a_functional_area_is_entered_and_seen_at_once(world: World, database: Database) -> None:
    entered = await post(world, "/v1/areas", PARK)
    assert entered.status_code == 201, entered.text
    assert entered.json()["gb2260_code"] is None
    assert entered.headers["location"] == "/v1/areas/320681-gxq"
    assert (await world.get("/v1/areas/320681-gxq", "admin")).json() == entered.json()
    project = await world.project(area_code="320681-gxq")  # the county's officers have it too
    assert project["area_code"] == "320681-gxq"
    assert (await events_of(database, "area.registered"))[-1]["area_code"] == "320681-gxq"


async def test_a_code_that_is_taken_is_refused(world: World) -> None:
    assert (await post(world, "/v1/areas", PARK)).status_code == 201
    again = await post(world, "/v1/areas", PARK)
    assert (again.status_code, again.json()["code"]) == (409, "AreaAlreadyExists")
    assert (await post(world, "/v1/departments", OFFICE)).status_code == 201
    again = await post(world, "/v1/departments", OFFICE)
    assert (again.status_code, again.json()["code"]) == (409, "DepartmentAlreadyExists")


@pytest.mark.parametrize(
    ("facts", "status", "code"),
    [
        ({"gb2260_code": "320699"}, 422, "NationalCodeDoesNotFit"),
        ({"kind": "county"}, 422, "NationalCodeDoesNotFit"),
        ({"kind": "county", "gb2260_code": "32068"}, 422, "FieldsInvalid"),
        ({"valid_to": "2025-12-31"}, 422, "ValidityEndsTooEarly"),
        ({"parent_code": "999999"}, 404, "AreaNotFound"),
        ({"code": "has space"}, 422, "FieldsInvalid"),
        ({"code": "x" * 17}, 422, "FieldsInvalid"),
        ({"name_zh": " "}, 422, "FieldsInvalid"),
        ({"name_zh": "长" * 101}, 422, "FieldsInvalid"),
        ({"parent_code": None}, 422, "FieldsInvalid"),
        ({"colour": "red"}, 422, "FieldsInvalid"),
    ],
)
async def test_an_impossible_area_is_refused(
    world: World, facts: dict[str, Any], status: int, code: str
) -> None:
    refused = await post(world, "/v1/areas", PARK | facts)
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert PARK["code"] not in await codes(world, "/v1/areas")


async def test_an_area_changes_only_from_the_version_that_was_read(world: World, database: Database) -> None:
    path = f"/v1/areas/{QIDONG}"
    tag = (await world.get(path, "admin")).headers["etag"]
    assert (await patch(world, path, {"name_en": "Qidong City"})).status_code == 428
    changed = await patch(world, path, {"name_en": "Qidong City"}, tag)
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    stale = await patch(world, path, {"name_en": "Qidong"}, tag)
    assert (stale.status_code, stale.json()["facts"]["version"]) == (412, 2)
    now = (await world.get(path, "admin")).json()
    assert (now["name_en"], now["name_zh"]) == ("Qidong City", "启东市")
    event = (await events_of(database, "area.changed"))[-1]
    assert event["changes"][0]["set"] == {"name_en": "Qidong City", "version": 2}


@pytest.mark.parametrize("name", ["name_zh", "parent_code", "valid_from", "kind"])
async def test_what_an_area_must_have_cannot_be_emptied(world: World, name: str) -> None:
    refused = await patch(world, f"/v1/areas/{QIDONG}", {name: None}, '"1"')
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, f"/{name}")


async def test_an_area_ceases_and_may_be_taken_up_again(world: World) -> None:
    path = f"/v1/areas/{RUGAO}"
    assert (await patch(world, path, {"valid_to": "1980-01-01"}, '"1"')).json()[
        "code"
    ] == "ValidityEndsTooEarly"
    assert (await patch(world, path, {"valid_to": "2026-01-31"}, '"1"')).json()["valid_to"] == "2026-01-31"
    assert RUGAO not in await codes(world, "/v1/areas?valid_on=2026-02-01")
    assert RUGAO in await codes(world, "/v1/areas?valid_on=2026-01-31")
    assert (await patch(world, path, {"valid_to": None}, '"2"')).json()["valid_to"] is None


async def test_an_area_never_contains_itself(world: World) -> None:
    assert (await post(world, "/v1/areas", PARK)).status_code == 201
    for code, parent in ((QIDONG, QIDONG), (QIDONG, PARK["code"]), (CITY, QIDONG)):
        refused = await patch(world, f"/v1/areas/{code}", {"parent_code": parent}, '"1"')
        assert (refused.status_code, refused.json()["code"]) == (409, "AreaWouldContainItself")
    absent = await patch(world, f"/v1/areas/{PARK['code']}", {"parent_code": "999999"}, '"1"')
    assert (absent.status_code, absent.json()["code"]) == (404, "AreaNotFound")


async def test_two_who_move_areas_into_each_other_make_no_circle(world: World) -> None:
    first, second = await asyncio.gather(
        patch(world, f"/v1/areas/{QIDONG}", {"parent_code": RUGAO}, '"1"'),
        patch(world, f"/v1/areas/{RUGAO}", {"parent_code": QIDONG}, '"1"'),
    )
    assert sorted((first.status_code, second.status_code)) == [200, 409]


async def test_scopes_follow_an_area_that_moves(world: World) -> None:
    assert (await post(world, "/v1/areas", PARK)).status_code == 201
    project = await world.project(area_code=PARK["code"])
    qidong, rugao = world.headers("officer"), world.headers("officer", key="rugao")
    area, projects = f"/v1/areas/{PARK['code']}", f"/v1/projects?area={PARK['code']}"
    assert (await get(world, projects, qidong)).json()["items"][0]["id"] == project["id"]
    assert (await get(world, area, rugao)).status_code == 404
    assert (await patch(world, area, {"parent_code": RUGAO}, '"1"')).status_code == 200
    assert (await get(world, projects, qidong)).json()["items"] == []
    assert (await get(world, area, qidong)).status_code == 404
    assert (await get(world, projects, rugao)).json()["items"][0]["id"] == project["id"]


async def test_only_administrators_keep_the_register(world: World) -> None:
    for role in ("officer", "coordinator", "auditor"):
        for path, body in (("/v1/areas", PARK), ("/v1/departments", OFFICE)):
            refused = await world.post(path, body, role)
            assert (refused.status_code, refused.json()["code"]) == (403, "RoleMayNot")


async def test_the_administrator_of_a_county_keeps_his_county_only(world: World) -> None:
    county = await system(world, roles=["admin"], area_code=QIDONG)
    assert (await post(world, "/v1/areas", PARK, county)).status_code == 201
    renamed = {"name_en": "Qidong City"}
    assert (await patch(world, f"/v1/areas/{QIDONG}", renamed, '"1"', county)).status_code == 200
    above = await patch(world, f"/v1/areas/{QIDONG}", {"parent_code": CITY}, '"2"', county)
    assert above.status_code == 200  # where it lies already
    for path, body in (
        (f"/v1/areas/{CITY}", renamed),
        (f"/v1/areas/{RUGAO}", renamed),
        (f"/v1/areas/{QIDONG}", {"parent_code": RUGAO}),
        ("/v1/departments/320682-fgw", renamed),
        ("/v1/departments/320600-fgw", renamed),
    ):
        refused = await patch(world, path, body, '"3"', county)
        assert (refused.status_code, path) == (404, path)
    foreign = PARK | {"code": "320682-gxq", "parent_code": RUGAO}
    assert (await post(world, "/v1/areas", foreign, county)).status_code == 404
    assert (await post(world, "/v1/departments", OFFICE | {"area_code": RUGAO}, county)).status_code == 404


async def test_departments_are_filtered_by_area_day_and_office(world: World) -> None:
    assert (await post(world, "/v1/departments", OFFICE)).status_code == 201
    found = await codes(world, f"/v1/departments?area={QIDONG}&is_agency_office=true", "officer")
    assert OFFICE["code"] in found
    assert DEPARTMENT not in found
    plain = await codes(world, f"/v1/departments?area={QIDONG}&is_agency_office=false", "officer")
    assert DEPARTMENT in plain
    early = await codes(world, f"/v1/departments?area={QIDONG}&valid_on=2025-12-31", "officer")
    assert DEPARTMENT in early
    assert OFFICE["code"] not in early
    assert await codes(world, f"/v1/departments?area={RUGAO}", "officer") == []
    upper = await codes(world, f"/v1/departments?area={CITY}", "officer")
    assert "320600-fgw" in upper  # a county's projects meet the city's departments


async def test_a_department_is_entered_read_and_changed(world: World, database: Database) -> None:
    entered = await post(world, "/v1/departments", OFFICE)
    path = entered.headers["location"]
    assert (await world.get(path, "officer")).json() == entered.json()
    changed = await patch(
        world, path, {"valid_to": "2026-06-30", "is_agency_office": False}, entered.headers["etag"]
    )
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    assert changed.json()["is_agency_office"] is False
    assert (await patch(world, path, {}, '"1"')).status_code == 412
    assert (await patch(world, path, {})).status_code == 428
    assert (await patch(world, path, {"valid_from": "2026-07-01"}, '"2"')).status_code == 422
    assert (await patch(world, path, {"name_zh": None}, '"2"')).status_code == 422
    assert (await patch(world, path, {"area_code": RUGAO}, '"2"')).status_code == 422
    for kind in ("department.registered", "department.changed"):
        assert (await events_of(database, kind))[-1]["area_code"] == QIDONG


async def test_a_department_of_another_county_is_not_there(world: World) -> None:
    foreign = await world.get("/v1/departments/320682-fgw", "officer")
    absent = await world.get("/v1/departments/nobody", "officer")
    assert (foreign.status_code, absent.status_code) == (404, 404)
    assert foreign.json()["code"] == absent.json()["code"] == "DepartmentNotFound"


async def test_a_repeated_entry_gets_the_first_answer(world: World) -> None:
    headers = world.headers("admin") | {"Idempotency-Key": world.key()}
    first: httpx.Response = await post(world, "/v1/areas", PARK, headers)
    again = await post(world, "/v1/areas", PARK, headers)
    assert (first.content, first.headers["etag"]) == (again.content, again.headers["etag"])
    assert again.headers["idempotency-replayed"] == "true"


async def test_the_register_answers_with_304_what_is_known(world: World) -> None:
    first = await get(world, "/v1/areas", world.headers("admin"))
    headers = world.headers("admin") | {"If-None-Match": first.headers["etag"]}
    assert (await get(world, "/v1/areas", headers)).status_code == 304
