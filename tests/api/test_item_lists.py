"""GET /v1/item-cases: lights as conditions, departments, due dates, pages in every order."""

from typing import Any

import httpx
import pytest

from tests.builders import DEPARTMENT, World
from tests.items import DAYS_7, DAYS_20, Items, items_of

LIGHTS = ("no_limit", "not_started", "paused", "green", "yellow", "red", "done_in_time", "done_late")


async def many(world: World) -> Items:
    """Leave a case of every kind behind: not filed, running, paused, late, decided, without a limit."""
    items = await items_of(world)
    unlimited: dict[str, Any] = {"statutory_limit": None, "promised_limit": None}
    ids = {code: await items.open(code) for code in ("late", "in_time", "paused_late", "breached", "silent")}
    ids["unlimited"] = await items.open("unlimited", **unlimited)
    await items.open("unlimited_unfiled", **unlimited)
    await items.open("unfiled")
    ids["refused"] = await items.open("refused")
    owners = {"statutory_limit": DAYS_7 | {"bearer": "owner"}, "promised_limit": None}
    ids["owners"] = await items.open("owners", **owners)
    ids["only_statutory"] = await items.open("only_statutory", promised_limit=None)
    at_receipt = DAYS_20 | {"anchor": "receipt"}
    ids["at_receipt"] = await items.open("at_receipt", statutory_limit=at_receipt)
    for code in ("late", "in_time", "paused_late", "breached", "unlimited", "owners", "only_statutory"):
        await items.handle(ids[code])
    await items.act(ids["paused_late"], "special_started")
    await items.act(ids["in_time"], "passed")
    for code in ("silent", "refused", "at_receipt"):
        await items.file(ids[code])
    await items.act(ids["refused"], "refused")
    world.clock.advance(days=14)
    await items.act(ids["late"], "passed")
    await items.act(ids["breached"], "special_started")
    return items


async def listed(world: World, query: str = "", role: str = "officer") -> list[dict[str, Any]]:
    found = await world.get(f"/v1/item-cases?limit=200{query}", role)
    assert found.status_code == 200, found.text
    return list(found.json()["items"])


async def test_a_light_filters_what_shines_in_it_on_any_day(world: World) -> None:
    await many(world)
    seen = set()
    for days in (0, 1, 7, 12, 30):
        world.clock.advance(days=days)
        every = await listed(world)
        for light in LIGHTS:
            shining = {case["id"] for case in every if case["light"] == light}
            assert {case["id"] for case in await listed(world, f"&light={light}")} == shining, light
            seen |= {light} if shining else set()
        some = await listed(world, "&light=red&light=paused")
        assert {c["id"] for c in some} == {c["id"] for c in every if c["light"] in {"red", "paused"}}
    assert seen == set(LIGHTS)


async def test_the_owners_duty_never_turns_a_department_red(world: World) -> None:
    await many(world)
    red = await listed(world, "&light=red")
    departments = {"breached", "silent", "at_receipt"}
    assert {case["item_code"] for case in red} == {"owners", *departments}
    for query, role in ((f"&light=red&department={DEPARTMENT}", "officer"), ("&light=red", "department")):
        assert {case["item_code"] for case in await listed(world, query, role)} == departments
    owners = await listed(world, "&light=red&bearer=owner")
    assert {case["item_code"] for case in owners} == {"owners"}


async def test_cases_are_found_by_state_item_department_and_due_date(world: World) -> None:
    await many(world)
    every = await listed(world)
    for query, fits in (
        ("&state=passed&state=refused", lambda c: c["state"] in {"passed", "refused"}),
        ("&item_code=late", lambda c: c["item_code"] == "late"),
        (f"&department={DEPARTMENT}", lambda c: True),
        ("&department=nobody", lambda c: False),
        ("&area=320681", lambda c: True),
        ("&area=320682", lambda c: False),
        ("&due_on_from=2026-03-12", lambda c: c["due_on"] is not None and c["due_on"] >= "2026-03-12"),
        ("&due_on_to=2026-03-11", lambda c: c["due_on"] is not None and c["due_on"] <= "2026-03-11"),
    ):
        found = await listed(world, query)
        assert {case["id"] for case in found} == {case["id"] for case in every if fits(case)}, query


@pytest.mark.parametrize("sort", ["-opened_at", "opened_at", "due_on", "-due_on"])
async def test_pages_follow_each_other_without_gap_or_repetition(world: World, sort: str) -> None:
    await many(world)
    whole = await listed(world, f"&sort={sort}")
    paged: list[dict[str, Any]] = []
    cursor = ""
    while True:
        answer = (await world.get(f"/v1/item-cases?limit=2&sort={sort}{cursor}")).json()
        paged += answer["items"]
        if answer["next_cursor"] is None:
            break
        cursor = f"&cursor={answer['next_cursor']}"
    assert [case["id"] for case in paged] == [case["id"] for case in whole]
    if sort.endswith("due_on"):
        days = [case["due_on"] for case in whole]
        assert days == sorted(days, reverse=sort.startswith("-"))
        assert len(whole) < len(await listed(world))


async def test_a_cursor_belongs_to_its_order(world: World) -> None:
    items = await many(world)
    first = (await world.get("/v1/item-cases?limit=1&sort=due_on")).json()
    for query in (f"sort=-due_on&cursor={first['next_cursor']}", "cursor=bm9uc2Vuc2U", "light=purple"):
        refused: httpx.Response = await world.get(f"/v1/item-cases?{query}")
        assert refused.status_code == 422, query
    page = (await world.get(f"{items.path}?limit=5")).json()
    rest = (await world.get(f"{items.path}?limit=200&cursor={page['next_cursor']}")).json()
    assert len(page["items"] + rest["items"]) == len(await listed(world))
