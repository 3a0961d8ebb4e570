"""One project, many packages: an item filed for each of them, side by side."""

from typing import Any

import httpx

from tests.api.test_planned_cases import approved, cases_of, do, grant, open_items
from tests.builders import World
from tests.items import items_of


async def package(world: World, path: str, name: str) -> str:
    added = await world.post(f"{path}/work-packages", {"name": name, "kind": "phase"})
    assert added.status_code == 201, added.text
    return str(added.json()["id"])


async def opened(world: World, path: str, code: str, package_id: str | None) -> httpx.Response:
    return await world.post(f"{path}/item-cases", {"item_code": code, "work_package_id": package_id}, "agent")


async def line(world: World, path: str, code: str) -> dict[str, Any]:
    schedule = (await world.get(f"{path}/schedule")).json()
    return next(each for each in schedule["items"] if each["item_code"] == code)


async def granted_up_to_land(world: World) -> tuple[str, dict[str, dict[str, Any]]]:
    """Give a project with its land, where S2-01 may be filed next."""
    path = await approved(world)
    cases = await cases_of(world, path)
    await grant(world, cases["S1-19"])
    return path, cases


async def test_the_first_package_takes_the_planned_case_and_others_run_beside_it(world: World) -> None:
    path, cases = await granted_up_to_land(world)
    await world.walk(path.rsplit("/", 1)[1], "assigned", scope=("1", "2", "3"))
    for move in ("publish_plan", "start_service"):
        assert (await world.move(path.rsplit("/", 1)[1], move, "agent")).status_code == 201
    left = await open_items(world, path)
    one, two = await package(world, path, "一期"), await package(world, path, "二期")
    first = await opened(world, path, "S2-01", one)
    assert (first.status_code, first.json()["id"]) == (201, cases["S2-01"]["id"])
    assert (first.json()["work_package_id"], first.json()["plan_number"]) == (one, 1)
    assert await open_items(world, path) == left
    second = await opened(world, path, "S2-01", two)
    assert (second.status_code, second.json()["work_package_id"]) == (201, two)
    assert (second.json()["round"], second.json()["follows_id"], second.json()["plan_number"]) == (1, None, 1)
    assert await open_items(world, path) == left + 1
    for package_id in (one, two, None):  # each is under way, and the whole beside a part would count twice
        again = await opened(world, path, "S2-01", package_id)
        assert (again.status_code, again.json()["code"]) == (409, "ItemCaseOpenAlready")
    stranger = await items_of(world)
    other = await package(world, f"/v1/projects/{stranger.project_id}", "他项目一期")
    refused = await opened(world, path, "S2-01", other)
    assert (refused.status_code, refused.json()["code"]) == (422, "WorkPackageUnknown")
    assert refused.json()["errors"][0]["pointer"] == "/work_package_id"


async def test_for_the_plan_an_item_is_passed_when_all_its_packages_are(world: World) -> None:
    """Trap 8; and trap 7: what was passed with papers owed opens the gate and owes them."""
    path, _ = await granted_up_to_land(world)
    one, two = await package(world, path, "一期"), await package(world, path, "二期")
    cases = [(await opened(world, path, "S2-01", each)).json() for each in (one, two)]
    await grant(world, cases[0])
    planning = (await cases_of(world, path))["S2-03"]
    waits = (await world.get(f"/v1/item-cases/{planning['id']}")).json()["prerequisites_open"]
    shown = await line(world, path, "S2-01")
    assert (shown["progress"], shown["item_case_id"]) == ("ready", cases[1]["id"])
    states = {each["work_package_id"]: each["state"] for each in shown["packages"]}
    assert states == {one: "passed", two: "planned"}
    for action in ("received", "accepted", "handling"):
        assert (await do(world, cases[1], action)).status_code == 201
    owed = {"supplement": "总平面图", "supplement_due_on": world.today(30)}
    paper = {"document_number": "审查2号", "document_on": world.today()}
    passed = await do(world, cases[1], "conditionally_passed", **owed, **paper)
    assert passed.status_code == 201, passed.text
    assert passed.json()["item_case"]["supplement_due_on"] == world.today(30)
    open_now = (await world.get(f"/v1/item-cases/{planning['id']}")).json()["prerequisites_open"]
    assert len(open_now) == len(waits) - 1
    assert (await line(world, path, "S2-01"))["progress"] == "done"


async def test_a_package_needs_its_own_prerequisite_only(world: World) -> None:
    path, _ = await granted_up_to_land(world)
    one, two = await package(world, path, "一期"), await package(world, path, "二期")
    schemes = [(await opened(world, path, "S2-01", each)).json() for each in (one, two)]
    permits = [(await opened(world, path, "S2-03", each)).json() for each in (one, two)]
    await grant(world, schemes[0])
    lacking = [
        len((await world.get(f"/v1/item-cases/{each['id']}")).json()["prerequisites_open"])
        for each in permits
    ]
    assert lacking[0] == lacking[1] - 1
