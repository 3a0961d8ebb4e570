"""/v1/projects/{id}/work-packages."""

from typing import Any

import httpx

from tests.builders import World

FIRST = {"name": "一期厂房", "kind": "phase", "code": "2405-320681-89-01-100018-001"}


async def patch(world: World, path: str, package: dict[str, Any], body: dict[str, Any]) -> httpx.Response:
    headers = world.headers("officer", **{"If-Match": f'"{package["version"]}"'})
    return await world.client.patch(f"{path}/{package['id']}", json=body, headers=headers)


async def test_one_project_has_many_works_that_follow_each_other(world: World) -> None:
    project = await world.project()
    path = f"/v1/projects/{project['id']}/work-packages"
    first = (await world.post(path, FIRST)).json()
    world.clock.advance(minutes=5)
    body = {"name": "二期厂房", "kind": "phase", "previous_package_id": first["id"]}
    second = (await world.post(path, body, "agent")).json()
    assert (second["code"], second["previous_package_id"]) == (None, first["id"])
    await world.post(path, {"name": "桩基标段", "kind": "section"}, "portal")
    rows = (await world.get(path)).json()["items"]
    assert rows[0]["id"] == first["id"]
    assert len(rows) == 3


async def test_a_package_never_follows_itself_or_one_of_another_project(world: World) -> None:
    project, other = await world.project(), await world.project()
    path = f"/v1/projects/{project['id']}/work-packages"
    first = (await world.post(path, FIRST)).json()
    second = (
        await world.post(path, {"name": "二期", "kind": "phase", "previous_package_id": first["id"]})
    ).json()
    for package, previous in ((first, second["id"]), (first, first["id"])):
        refused = await patch(world, path, package, {"previous_package_id": previous})
        assert (refused.status_code, refused.json()["code"]) == (422, "PreviousPackageImpossible")
        assert refused.json()["errors"][0]["pointer"] == "/previous_package_id"
    foreign = (await world.post(f"/v1/projects/{other['id']}/work-packages", FIRST)).json()
    refused = await world.post(path, {"name": "x", "kind": "phase", "previous_package_id": foreign["id"]})
    assert refused.json()["code"] == "PreviousPackageImpossible"
    freed = await patch(world, path, second, {"previous_package_id": None})
    assert freed.json()["previous_package_id"] is None


async def test_a_code_names_one_package_of_the_project(world: World) -> None:
    project = await world.project()
    path = f"/v1/projects/{project['id']}/work-packages"
    await world.post(path, FIRST)
    again = await world.post(path, FIRST)
    assert (again.status_code, again.json()["code"]) == (409, "WorkPackageCodeTaken")
    second = (await world.post(path, {"name": "二期", "kind": "phase"})).json()
    taken = await patch(world, path, second, {"code": FIRST["code"]})
    assert (taken.status_code, taken.json()["code"]) == (409, "WorkPackageCodeTaken")


async def test_a_change_is_checked_like_the_first_entry(world: World) -> None:
    project = await world.project()
    path = f"/v1/projects/{project['id']}/work-packages"
    package = (await world.post(path, FIRST | {"planned_start_on": "2026-06-01"})).json()
    refused = await patch(world, path, package, {"name": None, "kind": None})
    assert [e["pointer"] for e in refused.json()["errors"]] == ["/name", "/kind"]
    refused = await patch(world, path, package, {"planned_completion_on": "2026-05-31"})
    assert refused.json()["code"] == "CompletionBeforeStart"
    changed = await patch(world, path, package, {"planned_completion_on": "2026-06-01"})
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    stale = await patch(world, path, package, {"name": "一期"})
    assert stale.status_code == 412
    bare = await world.client.patch(f"{path}/{package['id']}", json={}, headers=world.headers("officer"))
    assert bare.status_code == 428
    unknown = await patch(world, path, package | {"id": project["id"]}, {"name": "一期"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "WorkPackageNotFound")
    foreign = await world.post(path, FIRST, key="rugao")
    assert (foreign.status_code, foreign.json()["code"]) == (404, "ProjectNotFound")
