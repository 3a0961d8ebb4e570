"""POST /v1/projects/{id}/duplicate-closure."""

import asyncio
from typing import Any

import httpx

from tests.builders import RUGAO, World, a_project_body

NOBODY = "01990000-0000-7000-8000-000000000000"


async def close(
    world: World, project: str, survivor: str, role: str = "officer", **more: Any
) -> httpx.Response:
    body = {"survivor_id": survivor, "reason": "同一项目重复登记"}
    return await world.post(f"/v1/projects/{project}/duplicate-closure", body, role, **more)


async def test_a_duplicate_names_its_survivor_and_can_only_be_ended(world: World) -> None:
    survivor, twin = await world.project(), await world.project()
    closed = await close(world, twin["id"], survivor["id"])
    assert closed.status_code == 201, closed.text
    now = (await world.get(f"/v1/projects/{twin['id']}")).json()
    assert (now["duplicate_of"], now["version"]) == (survivor["id"], twin["version"] + 1)
    enabled = {a["action"]: a["enabled"] for a in now["allowed_actions"]}
    assert enabled == {"apply": False, "drop": True}
    refused = await world.move(
        twin, "apply", inputs={"service_mode": "agency", "scope_stages": ["1"], "consent": True}
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "GuardsNotMet")
    ended = await world.move(twin, "drop", inputs={"reason": "重复"})
    assert ended.status_code in {201, 422}, ended.text
    events = (await world.get(f"/v1/projects/{twin['id']}/timeline")).json()["items"]
    assert "project.closed_as_duplicate" in str(events)


async def test_no_circle_can_come_about(world: World) -> None:
    a, b, c = [(await world.project())["id"] for _ in range(3)]
    assert (await close(world, a, a)).json()["code"] == "DuplicateOfItself"
    assert (await close(world, a, b)).status_code == 201
    assert (await close(world, b, a)).json()["code"] == "SurvivorIsADuplicate"
    assert (await close(world, c, a)).json()["code"] == "SurvivorIsADuplicate"
    assert (await close(world, a, c)).json()["code"] == "AlreadyClosedAsDuplicate"
    assert (await close(world, b, c)).status_code == 201
    assert (await close(world, c, a)).json()["code"] == "SurvivorIsADuplicate"


async def test_of_two_crossing_closures_one_is_refused(world: World) -> None:
    a, b = (await world.project())["id"], (await world.project())["id"]
    answers = await asyncio.gather(close(world, a, b), close(world, b, a))
    assert sorted(r.status_code for r in answers) == [201, 409]


async def test_an_archived_record_that_is_a_duplicate_survives_nothing(world: World) -> None:
    first, second, third = [(await world.project())["id"] for _ in range(3)]
    await world.walk(first, "terminated")
    assert (await close(world, first, second)).status_code == 201
    assert (await close(world, third, first)).json()["code"] == "SurvivorIsADuplicate"


async def test_the_survivor_is_of_the_same_area(world: World) -> None:
    here = (await world.project())["id"]
    there = (await world.post("/v1/projects", a_project_body(area_code=RUGAO), key="rugao")).json()["id"]
    unseen = await close(world, here, there)
    assert (unseen.status_code, unseen.json()["code"]) == (404, "ProjectNotFound")
    seen = await close(world, here, there, "coordinator", key="city")
    assert (seen.status_code, seen.json()["code"]) == (409, "SurvivorInAnotherArea")
    assert (await close(world, here, NOBODY)).status_code == 404


async def test_the_owner_cannot_close_a_record(world: World) -> None:
    a, b = (await world.project())["id"], (await world.project())["id"]
    assert (await close(world, a, b, "portal")).status_code == 403
