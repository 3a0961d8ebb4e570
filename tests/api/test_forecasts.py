"""GET /v1/projects/{id}/forecast: when works are likely to start, what that rests on, when it is refused."""

from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from app.database import Database
from app.domain.planned import ItemKind
from tests.api.test_plan_content import GIVEN, assigned, items_of, made
from tests.api.test_plans import approve, draft, refusal
from tests.arranging import arrange
from tests.builders import RUGAO, World, a_project_body
from tests.conftest import StillClock
from tests.domain.plan_builders import an_item
from tests.histories import item_like, learn

DAYS = (4, 6, 7, 8, 10, 11, 12, 14, 21, 28)


async def planned(world: World) -> str:
    """Take a project to a drafted plan with items."""
    path = await assigned(world)
    assert (await made(world, path, *GIVEN)).status_code == 201
    return path


async def waited_for(world: World, path: str) -> list[dict[str, Any]]:
    """Name the items of the plan that have cases and that the start of works needs."""
    items = await items_of(world, path)
    found: set[str] = set()
    needs = [(need["kind"], need["any_of"]) for item in items.values() for need in item["needs"]]
    left = ["S3-16", *(code for kind, any_of in needs if kind == "before_start" for code in any_of)]
    while left:
        code = left.pop()
        if code in items and code not in found:
            found.add(code)
            left += [c for n in items[code]["needs"] if n["kind"] == "hard" for c in n["any_of"]]
    return [items[code] for code in sorted(found) if items[code]["kind"] != "milestone"]


async def taught(world: World, database: Database, path: str) -> list[dict[str, Any]]:
    """Let every item that the start waits for have been handled ten times by another project."""
    other = await world.project()
    waited = await waited_for(world, path)
    for item in waited:
        await learn(database, world.clock(), other["id"], item_like(item), *DAYS)
    return waited


async def forecast(world: World, path: str, query: str = "") -> httpx.Response:
    return await world.get(f"{path}/forecast{query}")


async def test_the_start_is_forecast_from_what_items_took_before(world: World, database: Database) -> None:
    path = await planned(world)
    waited = await taught(world, database, path)
    answer = await forecast(world, path)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["as_of"] < body["p50_on"] < body["p80_on"]
    assert {i["item_code"] for i in body["items"]} == {i["code"] for i in waited}
    assert (body["items_open"], body["items_estimated"], body["runs"]) == (len(waited), 0, 2000)
    assert {i["decided"] for i in body["items"] if i["department_code"]} == {10}
    groups = {(i["department_code"] is not None, i["group"]) for i in body["items"]}
    assert groups <= {(True, "item_department"), (False, "item_area"), (False, "kind")}
    assert body["history"]["decided"] == body["history"]["cases"] == 10 * len(waited)
    first = body["items"][0]
    assert first["p50"]["value"] <= first["p80"]["value"] <= 21
    assert "2000" in body["rule"]
    longest = max(DAYS) * 2 * len(waited)
    assert date.fromisoformat(body["p80_on"]) < date.fromisoformat(body["as_of"]) + timedelta(days=longest)


async def test_the_same_facts_give_the_same_answer(world: World, database: Database) -> None:
    path = await planned(world)
    await taught(world, database, path)
    first, second = await forecast(world, path), await forecast(world, path, "?plan=1")
    assert first.content == second.content
    assert first.headers["etag"] == second.headers["etag"]


async def test_what_is_passed_or_runs_is_not_begun_anew(
    world: World, database: Database, clock: StillClock
) -> None:
    path = await planned(world)
    waited = await taught(world, database, path)
    assert (await approve(world, path)).status_code == 201
    before = (await forecast(world, path)).json()
    first, second = [i for i in waited if not any(n["kind"] == "hard" for n in i["needs"])][:2]
    await learn(database, clock() + timedelta(days=30), path.rpartition("/")[2], item_like(first), 5)
    after = (await forecast(world, path)).json()
    gone = {i["item_code"] for i in before["items"]} - {i["item_code"] for i in after["items"]}
    assert gone == {first["code"]}
    assert after["p80_on"] <= before["p80_on"]
    cases = (await world.get(f"{path}/item-cases?limit=200", "agent")).json()["items"]
    case_id = next(c["id"] for c in cases if c["item_code"] == second["code"])
    received = {"action": "received", "from_state": "planned"}
    filed = await world.post(f"/v1/item-cases/{case_id}/actions", received, "agent")
    assert filed.status_code == 201, filed.text
    clock.advance(days=9)
    lines = {i["item_code"]: i for i in (await forecast(world, path)).json()["items"]}
    assert lines[second["code"]]["elapsed_working_days"] == 7
    assert lines[second["code"]]["p50"]["value"] > 7
    assert {i["elapsed_working_days"] for c, i in lines.items() if c != second["code"]} == {None}


async def test_other_areas_teach_too_and_are_not_told_of(world: World, database: Database) -> None:
    path = await planned(world)
    body = a_project_body(area_code=RUGAO)
    other = (await world.post("/v1/projects", body, key="rugao")).json()
    for item in await waited_for(world, path):
        stranger = an_item(item["code"], kind=ItemKind(item["kind"]))
        await learn(database, world.clock(), other["id"], stranger, *DAYS)
    answer = await forecast(world, path)
    assert {i["group"] for i in answer.json()["items"]} == {"item"}
    assert RUGAO not in answer.text
    assert other["id"] not in answer.text


async def test_too_little_history_is_refused_and_the_items_are_named(
    world: World, database: Database
) -> None:
    path = await planned(world)
    refused = await forecast(world, path)
    assert refusal(refused) == (409, "TooLittleHistory")
    waited = await waited_for(world, path)
    assert sorted(refused.json()["facts"]["items"]) == [i["code"] for i in waited]
    other = await world.project()
    for item in waited[:2]:
        await learn(database, world.clock(), other["id"], item_like(item), DAYS[0])
    assert refusal(await forecast(world, path)) == (409, "TooLittleHistory")


async def test_once_works_have_started_there_is_nothing_to_forecast(
    world: World, database: Database, clock: StillClock
) -> None:
    path = await planned(world)
    await arrange(database, clock(), path.rpartition("/")[2], {"actual_start_on": date(2026, 2, 2)})
    assert refusal(await forecast(world, path)) == (409, "WorksHaveStarted")


async def test_a_plan_without_items_and_no_plan_are_told_apart(world: World) -> None:
    path = await assigned(world)
    assert refusal(await forecast(world, path)) == (404, "PlanNotFound")
    assert (await draft(world, path)).status_code == 201
    assert refusal(await forecast(world, path)) == (409, "PlanHasNoItems")
    assert refusal(await forecast(world, path, "?plan=9")) == (404, "PlanNotFound")


@pytest.mark.parametrize("query", ["?plan=0", "?plan=x", "?runs=5"])
async def test_what_cannot_be_asked_is_refused(world: World, query: str) -> None:
    path = f"/v1/projects/{(await world.project())['id']}"
    assert (await forecast(world, path, query)).status_code == 422


async def test_others_do_not_see_that_the_project_exists(world: World, database: Database) -> None:
    path = await planned(world)
    stranger = world.headers("officer", key="rugao")
    found = await world.client.get(f"{path}/forecast", headers=stranger)
    assert refusal(found) == (404, "ProjectNotFound")
    department = await world.get(f"{path}/forecast", "department")
    assert refusal(department) == (404, "ProjectNotFound")
