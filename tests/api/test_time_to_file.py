"""The owner's time to file in (S4-08, S4-15): from the day its prerequisites had passed until it is filed."""

from datetime import timedelta
from typing import Any

from tests.api.test_plan_content import an_adjustment
from tests.api.test_planned_cases import approved, cases_of, do, report
from tests.builders import DEPARTMENT, World

ITS_OWN = [an_adjustment("S4-14", department=DEPARTMENT), an_adjustment("S4-15", department=DEPARTMENT)]


async def read(world: World, case: dict[str, Any], query: str = "") -> dict[str, Any]:
    found = await world.get(f"/v1/item-cases/{case['id']}{query}")
    assert found.status_code == 200, found.text
    return dict(found.json())


async def sum_of(world: World, case: dict[str, Any], query: str = "") -> dict[str, Any]:
    return dict((await world.get(f"/v1/item-cases/{case['id']}/clock{query}")).json())


async def shining(world: World, light: str, query: str = "", role: str = "officer") -> list[str]:
    found = await world.get(f"/v1/item-cases?light={light}&limit=200{query}", role)
    return [case["item_code"] for case in found.json()["items"]]


async def test_the_owner_has_fifteen_days_from_the_acceptance_and_is_late_after_them(world: World) -> None:
    path = await approved(world, *ITS_OWN)
    cases = await cases_of(world, path)
    filing = cases["S4-15"]
    assert (filing["light"], filing["bearer"], filing["due_on"]) == ("not_started", "owner", None)
    await report(world, cases["S4-14"], "passed", -10)  # on Friday 2026-02-20, told on Monday 2026-03-02
    now = await read(world, filing)
    assert (now["state"], now["light"], now["bearer"], now["due_on"]) == (
        "planned", "green", "owner", "2026-03-09",
    )  # fmt: skip  # the fifteenth day, 2026-03-07, is a Saturday
    clock = (await sum_of(world, filing))["statutory"]
    assert (clock["anchor"], clock["anchor_on"], clock["bearer"]) == ("prerequisites", "2026-02-20", "owner")
    assert (clock["consumed"], clock["remaining"], clock["is_rolled"]) == (10, 5, True)
    assert (clock["days"][-1]["day"], clock["days"][-1]["consumed"]) == ("2026-03-09", 15)
    world.clock.advance(days=8)
    assert (await read(world, filing))["light"] == "red"
    assert sorted(await shining(world, "red")) == ["S4-08", "S4-15"]
    of_department = f"&department={DEPARTMENT}"
    assert await shining(world, "red", of_department) == await shining(world, "red", role="department") == []
    assert await shining(world, "red", f"{of_department}&bearer=owner") == ["S4-15"]

    assert (await do(world, filing, "received")).status_code == 201
    now = await read(world, filing)
    assert (now["light"], now["bearer"]) == ("not_started", "department")
    clock = (await sum_of(world, filing))["statutory"]
    assert (clock["light"], clock["is_running"], clock["remaining"]) == ("done_late", False, -3)
    assert (await do(world, filing, "accepted")).status_code == 201
    paper = {"document_number": "备案1号", "document_on": world.today()}
    assert (await do(world, filing, "passed", **paper)).status_code == 201
    assert (await read(world, filing))["light"] == "done_in_time"  # what the department took
    assert (await sum_of(world, filing))["statutory"]["light"] == "done_late"  # and the breach stays visible


async def test_who_files_in_time_is_done_with_it_on_that_day(world: World) -> None:
    path = await approved(world, *ITS_OWN)
    cases = await cases_of(world, path)
    await report(world, cases["S4-14"], "passed", -10)
    assert (await do(world, cases["S4-15"], "received")).status_code == 201
    world.clock.advance(days=60)
    clock = (await sum_of(world, cases["S4-15"]))["statutory"]
    assert (clock["light"], clock["consumed"]) == ("done_in_time", 10)
    found = await world.get(f"{path}/schedule")
    assert found.status_code == 200, found.text


async def test_what_becomes_known_of_the_acceptance_moves_the_owners_time(world: World) -> None:
    path = await approved(world, *ITS_OWN)
    cases = await cases_of(world, path)
    filing, acceptance = cases["S4-15"], cases["S4-14"]
    before = world.clock().isoformat()
    world.clock.advance(minutes=1)
    await report(world, acceptance, "passed", -3)
    passed = await read(world, filing)
    assert passed["due_on"] == "2026-03-16"  # fifteen days from Friday 2026-02-27 end on a Saturday
    then = await read(world, filing, f"?known_at={before.replace('+', '%2B')}")
    assert (then["light"], then["due_on"]) == ("not_started", None)
    world.clock.advance(minutes=1)
    await report(world, acceptance, "revoked", -1)
    revoked = await read(world, filing)
    assert (revoked["light"], revoked["due_on"], revoked["statutory"]) == ("not_started", None, None)
    assert revoked["version"] == passed["version"] + 1


async def test_another_departments_item_hears_of_it_by_an_event_of_its_own(world: World) -> None:
    path = await approved(world, ITS_OWN[0])
    cases = await cases_of(world, path)
    world.clock.advance(days=5)
    await report(world, cases["S4-14"], "passed", -3)
    assert (await read(world, cases["S4-15"]))["due_on"] == "2026-03-19"
    told = (await world.get(f"{path}/timeline?limit=200")).json()["items"]
    assert [each["type"] for each in told].count("item.ready_changed") == 2  # and of S4-08
    for ago, due_on in ((4, None), (2, "2026-03-19")):  # what was the case then, by all that is known now
        at = (world.clock() - timedelta(days=ago)).isoformat().replace("+", "%2B")
        then = await read(world, cases["S4-15"], f"?valid_at={at}")
        assert then["due_on"] == due_on
    own = (await world.get(f"{path}/timeline?limit=200", "department")).json()["items"]
    assert "item.ready_changed" not in [each["type"] for each in own]


async def test_the_owner_and_his_agent_are_told_and_the_department_is_not(world: World) -> None:
    path = await approved(world, *ITS_OWN)
    cases = await cases_of(world, path)
    await report(world, cases["S4-14"], "passed", -14)
    for role, is_told in (("agent", True), ("portal", True), ("department", False)):
        found = (await world.get("/v1/tasks?limit=200", role)).json()["items"]
        mine = [t for t in found if t["item"] and t["item"]["item_code"] == "S4-15"]
        assert bool([t for t in mine if t["kind"] == "item_due"]) is is_told, (role, mine)
    world.clock.advance(days=30)
    assert (await read(world, cases["S4-15"]))["light"] == "red"
    seen = (await world.get("/v1/supervision-notices/candidates?subject=item_case", "supervisor")).json()
    assert seen["items"] == []
