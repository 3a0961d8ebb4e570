"""/v1/projects/{id}/confirmations: the second person's yes to a move."""

import httpx
import pytest

from tests.builders import World


def refusal(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


async def in_service(world: World) -> str:
    return f"/v1/projects/{(await world.walk(await world.project(), 'in_service'))['id']}"


async def confirm(
    world: World, path: str, move: str = "complete", role: str = "coordinator", stage: str = "in_service"
) -> httpx.Response:
    return await world.post(f"{path}/confirmations", {"move": move, "from_stage": stage}, role)


async def test_a_confirmation_holds_for_its_move_and_lapses_with_the_stage(world: World) -> None:
    walker = world.walker(await world.project())
    await walker.walk("in_service")
    given = await confirm(world, walker.path)
    assert given.status_code == 201, given.text
    assert given.json() == {
        "project_id": walker.project_id,
        "move": "complete",
        "from_stage": "in_service",
        "role": "coordinator",
        "person": "person:coordinator-1",
    }
    listed = (await world.get(f"{walker.path}/confirmations")).json()["items"]
    assert listed == [given.json()]
    await walker.suspended()
    await walker.move("resume", evidence=await walker.evidence())
    assert (await world.get(f"{walker.path}/confirmations")).json()["items"] == []
    refused = await world.move(walker.project_id, "complete", "agent", evidence=await walker.evidence())
    assert [e["code"] for e in refused.json()["errors"]] == ["second_person_confirmed"]


@pytest.mark.parametrize(
    ("move", "role", "stage", "status", "code"),
    [
        ("fly", "coordinator", "in_service", 422, "UnknownMove"),
        ("complete", "coordinator", "planned", 409, "StageHasChanged"),
        ("archive", "coordinator", "in_service", 409, "MoveNotFromHere"),
        ("suspend", "coordinator", "in_service", 409, "NothingToConfirm"),
        ("complete", "agent", "in_service", 403, "RoleMayNotConfirm"),
        ("complete", "supervisor", "in_service", 403, "RoleMayNotConfirm"),
        ("complete", "auditor", "in_service", 403, "RoleMayNot"),
    ],
)
async def test_what_cannot_be_confirmed(
    world: World, move: str, role: str, stage: str, status: int, code: str
) -> None:
    path = await in_service(world)
    assert refusal(await confirm(world, path, move, role, stage)) == (status, code)
    assert (await world.get(f"{path}/confirmations")).json()["items"] == []


async def test_nobody_confirms_twice(world: World) -> None:
    path = await in_service(world)
    await confirm(world, path)
    assert refusal(await confirm(world, path)) == (409, "ConfirmedAlready")


async def test_whoever_makes_the_move_is_no_second_person(world: World) -> None:
    walker = world.walker(await world.project())
    await walker.walk("in_service")
    body = {
        "realm": "nantong", "operator_code": "coordinator-a", "person_key": "person:agent-1",
        "name": "王五", "roles": ["coordinator"], "area_code": "320600", "valid_from": "2020-01-01",
    }  # fmt: skip
    assert (await world.post("/v1/operators", body, "admin")).status_code == 201
    headers = world.headers("coordinator") | {"Operator-Id": "coordinator-a"}
    wanted = {"move": "complete", "from_stage": "in_service"}
    given = await world.client.post(f"{walker.path}/confirmations", json=wanted, headers=headers)
    assert given.status_code == 201, given.text
    evidence = await walker.evidence()
    alone = await world.move(walker.project_id, "complete", "agent", evidence=evidence)
    assert refusal(alone) == (409, "GuardsNotMet")
    assert (await world.move(walker.project_id, "complete", "agent", 2, evidence=evidence)).status_code == 201


async def test_confirmations_are_paged(world: World) -> None:
    path = await in_service(world)
    await confirm(world, path)
    await confirm(world, path, "terminate_by_agency")
    first = (await world.get(f"{path}/confirmations?limit=1")).json()
    second = (await world.get(f"{path}/confirmations?limit=1&cursor={first['next_cursor']}")).json()
    assert [c["move"] for c in first["items"] + second["items"]] == ["complete", "terminate_by_agency"]
    assert second["next_cursor"] is None
