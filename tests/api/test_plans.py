"""/v1/projects/{id}/plans, their confirmation by the owner and their approval."""

from typing import Any

import httpx
import pytest

from tests.builders import DEPARTMENT, World

NOBODYS = "01990000-0000-7000-8000-000000000000"


def refusal(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


async def assigned(world: World) -> str:
    return f"/v1/projects/{(await world.walk(await world.project(), 'assigned'))['id']}"


async def draft(
    world: World, path: str, role: str = "agent", number: int = 1, **facts: Any
) -> httpx.Response:
    usual = {
        "document_id": facts.pop("document_id", None) or await world.file(),
        "planned_start_on": "2026-09-01",
        "departments": [DEPARTMENT],
    }
    return await world.post(f"{path}/plans", usual | facts, role, number)


async def approve(world: World, path: str, number: int = 1, person: int = 1) -> httpx.Response:
    return await world.post(f"{path}/plans/{number}/approval", {}, "coordinator", person)


async def agree(
    world: World, path: str, number: int = 1, role: str = "portal", evidence: tuple[str, ...] = ()
) -> httpx.Response:
    return await world.post(f"{path}/plans/{number}/owner-confirmation", {"evidence": list(evidence)}, role)


async def unmet(world: World, path: str) -> set[str]:
    actions = (await world.get(path, "agent")).json()["allowed_actions"]
    publish = next(a for a in actions if a["action"] == "publish_plan")
    return {r["code"] for r in publish["reasons"]}


@pytest.mark.parametrize("order", [(approve, agree), (agree, approve)])
async def test_approval_and_the_owners_confirmation_come_in_any_order(world: World, order: Any) -> None:
    path = await assigned(world)
    drafted = await draft(world, path)
    assert (drafted.status_code, drafted.json()["state"]) == (201, "draft"), drafted.text
    assert await unmet(world, path) == {"plan_approved", "plan_confirmed_by_owner"}
    for act in order:
        assert await unmet(world, path) != set()
        assert (await act(world, path)).status_code == 201
    assert await unmet(world, path) == set()
    assert (await world.get(path)).json()["stage"] == "assigned"
    plan = (await world.get(f"{path}/plans/1")).json()
    assert (plan["state"], plan["author"], plan["approved_by"], plan["confirmed_by"]) == (
        "approved",
        "person:agent-1",
        "person:coordinator-1",
        "owner:91320681MA0000001F",
    )


async def test_a_plan_is_not_approved_by_its_author(world: World) -> None:
    path = await assigned(world)
    body = {
        "realm": "nantong", "operator_code": "coordinator-a", "person_key": "person:agent-1",
        "name": "王五", "roles": ["coordinator"], "area_code": "320600", "valid_from": "2020-01-01",
    }  # fmt: skip
    assert (await world.post("/v1/operators", body, "admin")).status_code == 201
    await draft(world, path)
    headers = world.headers("coordinator") | {"Operator-Id": "coordinator-a"}
    refused = await world.client.post(f"{path}/plans/1/approval", json={}, headers=headers)
    assert refusal(refused) == (409, "ApproverIsAuthor")
    assert "plan_approved" in await unmet(world, path)


async def test_only_an_agent_of_the_project_drafts(world: World) -> None:
    path = await assigned(world)
    assert refusal(await draft(world, path, number=3)) == (403, "NotAnAgentOfThisProject")
    assert refusal(await draft(world, path, "officer")) == (403, "RoleMayNot")
    assert (await draft(world, path, number=2)).status_code == 201


async def test_the_owners_consent_entered_by_an_officer_is_shown_by_evidence(world: World) -> None:
    path = await assigned(world)
    await draft(world, path)
    assert refusal(await agree(world, path, 1, "officer")) == (422, "OwnersConsentNeedsEvidence")
    file = await world.file()
    confirmed = await agree(world, path, 1, "officer", (file,))
    assert confirmed.json()["confirmation_evidence"] == [file]
    assert refusal(await agree(world, path)) == (409, "PlanConfirmedAlready")


async def test_a_new_version_says_why_and_needs_both_again(world: World) -> None:
    path = await assigned(world)
    await draft(world, path)
    await approve(world, path)
    await agree(world, path)
    assert refusal(await approve(world, path)) == (409, "PlanApprovedAlready")
    assert refusal(await draft(world, path)) == (422, "PlanChangeNeedsReason")
    world.clock.advance(hours=1)
    second = await draft(world, path, reason="用地指标推迟", planned_start_on="2026-10-01")
    assert second.json()["number"] == 2
    assert await unmet(world, path) == {"plan_approved", "plan_confirmed_by_owner"}
    await approve(world, path, 2)
    await agree(world, path, 2)
    assert await unmet(world, path) == set()
    plans = (await world.get(f"{path}/plans")).json()["items"]
    shown = [(p["number"], p["planned_start_on"], p["state"], p["is_first_baseline"]) for p in plans]
    assert shown == [(1, "2026-09-01", "approved", True), (2, "2026-10-01", "approved", False)]
    assert plans[1]["reason"]["text"] == "用地指标推迟"


async def test_a_version_that_was_never_approved_gives_way_to_the_next(world: World) -> None:
    path = await assigned(world)
    await draft(world, path)
    await draft(world, path, reason="补充部门")
    assert (await world.get(f"{path}/plans/1")).json()["state"] == "superseded"
    assert refusal(await approve(world, path, 1)) == (409, "PlanIsSuperseded")
    assert refusal(await agree(world, path, 1)) == (409, "PlanIsSuperseded")
    approved = await approve(world, path, 2)
    assert approved.json()["is_first_baseline"] is True


async def test_five_departments_give_two_days_more(world: World) -> None:
    path = await assigned(world)
    await draft(world, path)
    assert (await world.get(path)).json()["deadline"]["due_on"] == "2026-03-05"
    five = [DEPARTMENT, *(f"320681-{kind}" for kind in ("fgw", "sjj", "gxj", "zjj"))]
    more = await draft(world, path, departments=[*five, DEPARTMENT], reason="增加参与部门")
    assert more.json()["departments"] == five
    assert (await world.get(path)).json()["deadline"]["due_on"] == "2026-03-09"


async def test_departments_see_the_project_once_the_plan_is_approved(world: World) -> None:
    path = await assigned(world)
    await draft(world, path)
    assert (await world.get(path, "department")).status_code == 404
    await approve(world, path)
    assert (await world.get(path, "department")).status_code == 200


@pytest.mark.parametrize(
    ("facts", "code", "pointers"),
    [
        (
            {"departments": [DEPARTMENT, "320682-zrzy", "nowhere"]},
            "DepartmentNotSuitable",
            ["/departments/1", "/departments/2"],
        ),
        ({"document_id": NOBODYS}, "EvidenceNotFound", ["/document_id"]),
        (
            {"planned_completion_on": "2026-08-31"},
            "CompletionBeforeStart",
            ["/planned_start_on", "/planned_completion_on"],
        ),
        ({"planned_start_on": None}, "FieldsInvalid", ["/planned_start_on"]),
    ],
)
async def test_what_is_wrong_with_a_plan_is_named(
    world: World, facts: dict[str, Any], code: str, pointers: list[str]
) -> None:
    path = await assigned(world)
    refused = await draft(world, path, **facts)
    assert refusal(refused) == (422, code)
    assert [e["pointer"] for e in refused.json()["errors"]] == pointers
    assert (await world.get(f"{path}/plans")).json()["items"] == []


async def test_an_absent_version_is_not_found(world: World) -> None:
    path = await assigned(world)
    assert refusal(await world.get(f"{path}/plans/1")) == (404, "PlanNotFound")
    assert refusal(await approve(world, path)) == (404, "PlanNotFound")
    assert (await world.get(f"{path}/plans/0")).status_code == 422
