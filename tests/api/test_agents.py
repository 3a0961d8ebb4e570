"""/v1/projects/{id}/agents, their hand-over and end."""

from typing import Any

import httpx
import pytest

from tests.builders import CITY, DEPARTMENT, QIDONG, RUGAO, World

NOBODYS = "01990000-0000-7000-8000-000000000000"


def refusal(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


async def a_path(world: World) -> str:
    return f"/v1/projects/{(await world.project())['id']}"


async def assign(world: World, path: str, role: str, code: str, **more: Any) -> httpx.Response:
    body = {"role": role, "operator_id": await world.operator(code), **more}
    return await world.post(f"{path}/agents", body, "coordinator")


async def register(world: World, code: str, **facts: Any) -> None:
    """Register a further person."""
    usual = {
        "realm": "nantong",
        "operator_code": code,
        "person_key": f"person:{code}",
        "name": "王五",
        "roles": ["agent"],
        "area_code": CITY,
        "valid_from": "2020-01-01",
    }
    response = await world.post("/v1/operators", usual | facts, "admin")
    assert response.status_code == 201, response.text


async def present(world: World, path: str) -> dict[str, str]:
    every = (await world.get(f"{path}/agents")).json()["items"]
    return {a["role"]: a["operator_id"] for a in every if a["ended_at"] is None}


async def test_primary_and_backup_are_assigned(world: World) -> None:
    path = await a_path(world)
    for role, code in (("primary", "agent-1"), ("backup", "agent-2"), ("local_assistant", "agent-3")):
        assigned = await assign(world, path, role, code)
        assert assigned.status_code == 201, assigned.text
    assert await present(world, path) == {
        "primary": await world.operator("agent-1"),
        "backup": await world.operator("agent-2"),
        "local_assistant": await world.operator("agent-3"),
    }


@pytest.mark.parametrize(("first", "second"), [("primary", "backup"), ("backup", "primary")])
async def test_primary_and_backup_are_two_persons_whatever_their_accounts(
    world: World, first: str, second: str
) -> None:
    path = await a_path(world)
    await register(world, "agent-1b", person_key="person:agent-1")
    await assign(world, path, first, "agent-1")
    assert refusal(await assign(world, path, second, "agent-1b")) == (409, "AgentsAreOnePerson")
    assert set(await present(world, path)) == {first}


async def test_a_project_has_one_primary_agent(world: World) -> None:
    path = await a_path(world)
    await assign(world, path, "primary", "agent-1")
    assert refusal(await assign(world, path, "primary", "agent-2")) == (409, "AgentAlreadyAssigned")


@pytest.mark.parametrize(
    "facts",
    [
        {"roles": ["officer"]},
        {"valid_to": "2026-03-01"},
        {"valid_from": "2026-03-03"},
        {"area_code": RUGAO},
    ],
    ids=["role", "expired", "not yet", "area"],
)
async def test_an_agent_is_valid_in_role_and_area_today(world: World, facts: dict[str, Any]) -> None:
    path = await a_path(world)
    await register(world, "doubtful", **facts)
    assert refusal(await assign(world, path, "primary", "doubtful")) == (422, "OperatorNotSuitable")
    assert await present(world, path) == {}


@pytest.mark.parametrize("facts", [{"valid_to": "2026-03-02", "area_code": QIDONG}, {"area_code": CITY}])
async def test_an_agent_of_the_area_or_above_may_serve_up_to_his_last_day(
    world: World, facts: dict[str, Any]
) -> None:
    await register(world, "suitable", **facts)
    assert (await assign(world, await a_path(world), "primary", "suitable")).status_code == 201


async def test_an_unknown_operator_is_named_in_the_refusal(world: World) -> None:
    body = {"role": "primary", "operator_id": NOBODYS}
    refused = await world.post(f"{await a_path(world)}/agents", body, "coordinator")
    assert refusal(refused) == (422, "OperatorNotSuitable")
    assert [e["pointer"] for e in refused.json()["errors"]] == ["/operator_id"]


async def test_the_department_of_a_liaison_sees_the_project_from_now_on(world: World) -> None:
    path = await a_path(world)
    assert (await world.get(path, "department")).status_code == 404
    liaison = await assign(world, path, "liaison", "department-1", department_code=DEPARTMENT)
    assert liaison.status_code == 201, liaison.text
    assert (await world.get(path, "department")).status_code == 200
    again = await assign(world, path, "liaison", "department-2", department_code=DEPARTMENT)
    assert again.status_code == 201, again.text


@pytest.mark.parametrize(
    ("role", "code", "department", "expected"),
    [
        ("liaison", "department-1", None, "LiaisonsHaveADepartment"),
        ("primary", "agent-1", DEPARTMENT, "LiaisonsHaveADepartment"),
        ("liaison", "agent-1", DEPARTMENT, "OperatorNotSuitable"),
        ("liaison", "department-1", "320681-zjj", "OperatorNotSuitable"),
    ],
)
async def test_a_liaison_speaks_for_his_own_department(
    world: World, role: str, code: str, department: str | None, expected: str
) -> None:
    path = await a_path(world)
    more = {} if department is None else {"department_code": department}
    assert refusal(await assign(world, path, role, code, **more)) == (422, expected)


async def test_a_liaison_of_another_county_does_not_take_part(world: World) -> None:
    await register(world, "outsider", roles=["department"], department_code="320682-zrzy")
    refused = await assign(world, await a_path(world), "liaison", "outsider", department_code="320682-zrzy")
    assert refusal(refused) == (422, "DepartmentNotSuitable")
    assert [e["pointer"] for e in refused.json()["errors"]] == ["/department_code"]


async def hand_over(world: World, url: str, code: str, **more: Any) -> httpx.Response:
    body = {"to_operator_id": await world.operator(code), "reason": "岗位调整", "open_tasks": "施工许可未办"}
    return await world.post(f"{url}/hand-over", body | more, "coordinator")


async def test_a_hand_over_ends_one_assignment_and_begins_the_other_at_one_moment(world: World) -> None:
    path = await a_path(world)
    old = (await assign(world, path, "primary", "agent-1")).json()
    await assign(world, path, "backup", "agent-2")
    world.clock.advance(hours=3)
    new = await hand_over(world, f"{path}/agents/{old['id']}", "agent-3", evidence=[await world.file()])
    assert new.status_code == 201, new.text
    every = {a["id"]: a for a in (await world.get(f"{path}/agents")).json()["items"]}
    ended = every[old["id"]]
    assert ended["ended_at"] == new.json()["began_at"] != old["began_at"]
    assert (ended["handed_over_to"], ended["open_tasks"]["text"]) == (new.json()["id"], "施工许可未办")
    assert ended["end_reason"]["text"] == "岗位调整"
    assert (await present(world, path))["primary"] == await world.operator("agent-3")
    events = (await world.get("/v1/events?limit=200", "auditor")).json()["items"]
    assert "agent.handed_over" in events[-1]["type"]


async def test_who_handed_over_is_no_agent_any_more(world: World) -> None:
    walker = world.walker(await world.project())
    await walker.walk("planned")
    agents = (await world.get(f"{walker.path}/agents")).json()["items"]
    primary = next(a for a in agents if a["role"] == "primary")
    await hand_over(world, f"{walker.path}/agents/{primary['id']}", "agent-3")
    assert refusal(await world.move(walker.project_id, "start_service", "agent", 1)) == (
        403,
        "RoleMayNotMove",
    )
    assert (await world.move(walker.project_id, "start_service", "agent", 3)).status_code == 201


async def test_a_liaison_hands_over_to_a_colleague_of_his_department(world: World) -> None:
    path = await a_path(world)
    old = (await assign(world, path, "liaison", "department-1", department_code=DEPARTMENT)).json()
    assert refusal(await hand_over(world, f"{path}/agents/{old['id']}", "agent-1")) == (
        422,
        "OperatorNotSuitable",
    )
    new = await hand_over(world, f"{path}/agents/{old['id']}", "department-2")
    assert new.json()["department_code"] == DEPARTMENT


async def test_a_hand_over_keeps_the_rules_of_an_assignment(world: World) -> None:
    path = await a_path(world)
    old = (await assign(world, path, "primary", "agent-1")).json()
    await assign(world, path, "backup", "agent-2")
    url = f"{path}/agents/{old['id']}"
    assert refusal(await hand_over(world, url, "agent-2")) == (409, "AgentsAreOnePerson")
    assert refusal(await hand_over(world, url, "agent-1")) == (409, "AgentAlreadyAssigned")
    assert refusal(await hand_over(world, url, "officer-1")) == (422, "OperatorNotSuitable")
    unknown = await hand_over(world, url, "agent-3", evidence=[NOBODYS])
    assert refusal(unknown) == (422, "EvidenceNotFound")
    await hand_over(world, url, "agent-3")
    assert refusal(await hand_over(world, url, "agent-3")) == (409, "AssignmentHasEnded")
    missing = await hand_over(world, f"{path}/agents/{NOBODYS}", "agent-3")
    assert refusal(missing) == (404, "AssignmentNotFound")


async def test_an_ended_assignment_leaves_its_place_free(world: World) -> None:
    path = await a_path(world)
    old = (await assign(world, path, "backup", "agent-1")).json()
    liaison = (await assign(world, path, "liaison", "department-1", department_code=DEPARTMENT)).json()
    for assignment in (old, liaison):
        ended = await world.post(f"{path}/agents/{assignment['id']}/end", {"reason": "调离"}, "coordinator")
        assert (ended.status_code, ended.json()["ended_at"] is not None) == (201, True)
    assert await present(world, path) == {}
    again = await world.post(f"{path}/agents/{old['id']}/end", {"reason": "调离"}, "coordinator")
    assert refusal(again) == (409, "AssignmentHasEnded")
    assert (await assign(world, path, "backup", "agent-1")).status_code == 201
    assert (await world.get(path, "department")).status_code == 200  # what it did remains on record


@pytest.mark.parametrize("role", ["officer", "agent", "portal", "supervisor"])
async def test_only_a_coordinator_assigns(world: World, role: str) -> None:
    path = await a_path(world)
    body = {"role": "primary", "operator_id": NOBODYS}
    assert refusal(await world.post(f"{path}/agents", body, role)) == (403, "RoleMayNot")
