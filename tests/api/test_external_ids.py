"""/v1/projects/{id}/external-ids, and those given at registration."""

from tests.builders import OWNER, World, a_project_body

PUSHED = {"source_system": "tzxm", "external_id": "TZ-2026-0001"}


async def test_the_same_push_of_an_upstream_system_makes_no_second_project(world: World) -> None:
    first = await world.project(external_ids=[PUSHED])
    again = await world.post("/v1/projects", a_project_body(external_ids=[PUSHED]))
    assert (again.status_code, again.json()["code"]) == (409, "ExternalIdTaken")
    assert again.json()["facts"]["project_id"] == first["id"]
    assert first["id"] in again.json()["detail"]
    found = await world.get("/v1/projects", params={"include": "total"})
    assert found.json()["total"] == 1


async def test_an_id_is_unique_per_calling_system_and_source(world: World) -> None:
    first = await world.project(external_ids=[PUSHED, PUSHED | {"source_system": "gcgg"}])
    other = await world.post("/v1/projects", a_project_body(external_ids=[PUSHED]), key="city")
    assert other.status_code == 201, other.text
    rows = (await world.get(f"/v1/projects/{first['id']}/external-ids")).json()["items"]
    assert {(r["source_system"], r["external_id"]) for r in rows} == {
        ("tzxm", "TZ-2026-0001"),
        ("gcgg", "TZ-2026-0001"),
    }


async def test_a_taken_id_of_a_project_one_may_not_see_names_no_project(world: World) -> None:
    mine = {"owner": "91320681MA0000002J"}
    theirs = a_project_body(owner_uscc=mine["owner"], external_ids=[PUSHED])
    assert (await world.post("/v1/projects", theirs, "portal", **mine)).status_code == 201
    refused = await world.post("/v1/projects", a_project_body(external_ids=[PUSHED]), "portal", owner=OWNER)
    assert (refused.status_code, refused.json()["code"]) == (409, "ExternalIdTaken")
    assert refused.json()["facts"]["project_id"] is None


async def test_an_id_can_be_added_later_but_once(world: World) -> None:
    project = await world.project()
    path = f"/v1/projects/{project['id']}/external-ids"
    added = await world.post(path, PUSHED)
    assert (added.status_code, added.json()["external_id"]) == (201, "TZ-2026-0001")
    again = await world.post(path, PUSHED)
    assert (again.status_code, again.json()["facts"]["project_id"]) == (409, project["id"])
    assert len((await world.get(path)).json()["items"]) == 1


async def test_an_id_named_twice_in_one_request_is_refused_with_its_place(world: World) -> None:
    refused = await world.post("/v1/projects", a_project_body(external_ids=[PUSHED, PUSHED]))
    assert refused.status_code == 422
    assert [e["pointer"] for e in refused.json()["errors"]] == ["/external_ids/1"]


async def test_ids_of_a_foreign_project_are_not_to_be_had(world: World) -> None:
    project = await world.project(external_ids=[PUSHED])
    path = f"/v1/projects/{project['id']}/external-ids"
    assert (await world.get(path, headers=world.headers("officer", key="rugao"))).status_code == 404
    assert (await world.post(path, PUSHED, key="rugao")).status_code == 404
