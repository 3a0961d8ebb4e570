"""/v1/workload: the same numbers as counting the lists, by area, department and agent."""

from typing import Any

from tests.api.test_work_hand_over import leaving, operator
from tests.builders import DEPARTMENT, QIDONG, World
from tests.supervising import supervised

LIGHTS = ("red", "yellow", "green", "paused", "not_started", "no_limit")
REVIEWS = (
    "received", "prechecked", "assigned", "verified", "rectified", "explained", "in_appeal", "replied",
    "followed_up",
)  # fmt: skip
IN_HAND = ("assigned", "verified", "rectified", "explained", "in_appeal")
COMPLAINTS = (
    "lodged", "rejected", "accepted", "forwarded", "returned", "investigating", "investigated", "decided",
    "fed_back", "in_review",
)  # fmt: skip


async def workload(world: World, by: str, **more: str) -> dict[str, dict[str, Any]]:
    found = await world.get(f"/v1/workload?by={by}&limit=200", "supervisor", **more)
    assert found.status_code == 200, found.text
    return {row["key"]: row for row in found.json()["items"]}


async def number(world: World, path: str, *states: str) -> int:
    """Count a list, page by page."""
    query = "".join(f"&state={state}" for state in states)
    found, cursor = 0, ""
    while True:
        page = await world.get(f"{path}{query}&limit=2{cursor}", "supervisor")
        assert page.status_code == 200, page.text
        found += len(page.json()["items"])
        if page.json()["next_cursor"] is None:
            return found
        cursor = f"&cursor={page.json()['next_cursor']}"


async def _furnished(world: World) -> None:
    """Every kind of open thing, items in several colours, and one of each that has ended."""
    await leaving(world)
    case = await supervised(world)
    await case.issue()
    for code, before in (("X-10", "green"), ("X-11", "passed"), ("X-12", "paused"), ("X-13", "planned")):
        item = await case.items.open(code)
        if before != "planned":
            await case.items.handle(item)
        if before == "passed":
            await case.items.act(item, "passed")
        if before == "paused":
            await case.items.act(item, "special_started")
    world.clock.advance(days=3)
    ended = await world.project()
    await world.walk(ended, "closed_lead")


async def test_workload_is_what_the_lists_count(world: World) -> None:
    await _furnished(world)
    area = (await workload(world, "area"))[QIDONG]
    departments, agents = await workload(world, "department"), await workload(world, "agent")
    here = f"?area={QIDONG}"
    for light in LIGHTS:
        shown = await number(world, f"/v1/item-cases{here}&light={light}")
        assert area["items"][light] == shown, light
    assert {light for light in LIGHTS if area["items"][light]} == {"red", "green", "paused", "not_started"}
    counted = f"/v1/calendars/{QIDONG}/calculations?from={world.today()}&value=5&unit=working_day"
    last = (await world.get(counted)).json()["due_on"]
    undecided = "".join(f"&light={light}" for light in LIGHTS)
    soon = f"/v1/item-cases{here}{undecided}&due_on_from={world.today()}&due_on_to={last}"
    assert area["due_soon"] == await number(world, soon) == 1
    assert area["issues"] == await number(world, f"/v1/issues{here}", "open") == 1
    assert area["conclusions"] == await number(world, f"/v1/conclusions{here}", "open") == 1
    assert area["bad_reviews"] == await number(world, f"/v1/bad-reviews{here}", *REVIEWS) == 1
    assert area["complaints"] == await number(world, f"/v1/complaints{here}", *COMPLAINTS) == 1
    open_notices = ("issued", "replied", "judged")
    assert area["notices"] == await number(world, f"/v1/supervision-notices{here}", *open_notices) == 1
    projects = await number(world, f"/v1/projects{here}")
    assert area["projects"] == projects - await number(world, f"/v1/projects{here}&stage=closed_lead")

    theirs = departments[DEPARTMENT]
    for light in LIGHTS:
        path = f"/v1/item-cases?department={DEPARTMENT}&light={light}"
        assert theirs["items"][light] == await number(world, path), light
    path = f"/v1/supervision-notices?department={DEPARTMENT}"
    assert theirs["notices"] == await number(world, path, *open_notices) == 1

    his = agents["person:leaver-1"]
    assert (his["projects"], his["issues"], his["conclusions"], his["complaints"]) == (1, 1, 1, 1)
    reviews = await number(world, "/v1/bad-reviews?handler=person:leaver-1", *IN_HAND)
    assert his["bad_reviews"] == reviews == 1
    assert sum(his["items"].values()) == 1
    assert his["is_valid"] is True
    assert sum(agents["person:agent-1"]["items"].values()) >= 4


async def test_what_falls_due_within_five_working_days_is_counted(world: World) -> None:
    case = await supervised(world, 0)
    key = "person:agent-1"
    for days, expected in ((0, 0), (1, 0), (2, 1), (6, 1), (1, 0)):
        world.clock.advance(days=days)
        row = (await workload(world, "agent"))[key]
        assert row["due_soon"] == expected, world.today()
    assert (await case.items.read(case.case_id))["light"] == "red"


async def test_whoever_has_left_with_something_open_stands_out(world: World) -> None:
    await supervised(world, 0)
    agents = await world.client.get("/v1/operators?limit=200", headers=world.headers("admin"))
    agent = next(o for o in agents.json()["items"] if o["operator_code"] == "agent-1")
    headers = world.headers("admin") | {"If-Match": f'"{agent["version"]}"'}
    path = f"/v1/operators/{agent['id']}"
    off = await world.client.patch(path, json={"valid_to": world.today()}, headers=headers)
    assert off.status_code == 200, off.text
    assert (await workload(world, "agent"))["person:agent-1"]["is_valid"] is True
    world.clock.advance(days=1)
    assert (await workload(world, "agent"))["person:agent-1"]["is_valid"] is False


async def test_workload_is_told_within_scope_in_pages(world: World) -> None:
    await _furnished(world)
    away = world.headers("supervisor", key="rugao")
    for by in ("area", "department", "agent"):
        assert (await world.client.get(f"/v1/workload?by={by}", headers=away)).json()["items"] == []
    whole = list(await workload(world, "agent"))
    assert whole == sorted(whole)
    first = (await world.get("/v1/workload?by=agent&limit=1", "supervisor")).json()
    rest = await workload(world, "agent", params={"cursor": first["next_cursor"], "by": "agent"})
    assert [first["items"][0]["key"], *rest] == whole
    assert (await world.get("/v1/workload?by=area&area=320682", "supervisor")).json()["items"] == []
    assert (await world.get("/v1/workload", "agent")).status_code == 403
    await operator(world, "idle-1", ["agent"])
    assert "person:idle-1" not in await workload(world, "agent")
