"""POST /v1/projects/search."""

from typing import Any

import pytest

from tests.builders import OTHER_OWNER, OWNER, RUGAO, World, a_project_body

CODE, LATER = "2405-320681-89-01-100018", "2405-320600-04-01-200025"
PUSHED = {"source_system": "tzxm", "external_id": "TZ-1"}


async def search(world: World, body: dict[str, Any], role: str = "officer", **more: Any) -> list[str]:
    found = await world.post("/v1/projects/search", body, role, **more)
    assert found.status_code == 200, found.text
    return [item["id"] for item in found.json()["items"]]


async def test_each_identifier_finds_its_project_and_all_criteria_must_fit(world: World) -> None:
    wanted = await world.project(project_code=CODE, external_ids=[PUSHED], name="100%纯棉纺织项目")
    await world.project(owner_uscc=OTHER_OWNER, name="100吨纯棉纺织项目")
    for criterion in (
        {"owner_uscc": OWNER},
        {"owner_uscc": "91320681ma0000001f"},
        {"project_code": "24053206818901100018"},
        PUSHED,
        {"name": "100%纯"},
        {"owner_uscc": OWNER, "project_code": CODE, **PUSHED, "name": "纺织"},
    ):
        assert await search(world, criterion) == [wanted["id"]], criterion
    assert await search(world, {"owner_uscc": OTHER_OWNER, "project_code": CODE}) == []
    assert await search(world, PUSHED | {"source_system": "gcgg"}) == []


async def test_a_former_code_still_finds_the_project(world: World) -> None:
    project = await world.project(project_code=CODE)
    await world.post(f"/v1/projects/{project['id']}/codes", {"project_code": LATER, "reason": "重新备案"})
    assert await search(world, {"project_code": CODE}) == [project["id"]]
    assert await search(world, {"project_code": LATER}) == [project["id"]]


async def test_a_search_shows_nothing_outside_the_scope(world: World) -> None:
    here = await world.project(project_code=CODE)
    world.clock.advance(minutes=5)
    there = await world.post("/v1/projects", a_project_body(area_code=RUGAO, project_code=CODE), key="rugao")
    assert await search(world, {"project_code": CODE}) == [here["id"]]
    assert await search(world, {"project_code": CODE}, key="rugao") == [there.json()["id"]]
    assert await search(world, {"project_code": CODE}, key="city") == [there.json()["id"], here["id"]]
    assert await search(world, {"project_code": CODE}, "portal", owner=OTHER_OWNER) == []


async def test_a_search_is_paged_by_its_body(world: World) -> None:
    ids = []
    for _ in range(3):
        world.clock.advance(minutes=5)
        ids.append((await world.project())["id"])
    seen: list[str] = []
    cursor = None
    while True:
        body = {"owner_uscc": OWNER, "limit": 2, "cursor": cursor}
        page = (await world.post("/v1/projects/search", body)).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == ids[::-1]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "SearchNeedsACriterion"),
        ({"external_id": "1"}, "SearchNeedsACriterion"),
        ({"source_system": "tzxm", "name": "x"}, "SearchNeedsACriterion"),
        ({"name": "x", "cursor": "WyJ4Il0"}, "CursorInvalid"),
        ({"name": "x", "cursor": "!"}, "CursorInvalid"),
        ({"owner_uscc": "91320681MA0000001A"}, "FieldsInvalid"),
        ({"name": "x", "limit": 201}, "FieldsInvalid"),
        ({"phone": "13800000000"}, "FieldsInvalid"),
    ],
)
async def test_a_search_that_makes_no_sense_is_refused(world: World, body: dict[str, Any], code: str) -> None:
    refused = await world.post("/v1/projects/search", body)
    assert (refused.status_code, refused.json()["code"]) == (422, code)


@pytest.mark.parametrize("parameter", ["external_id", "owner_uscc", "project_code"])
async def test_sensitive_identifiers_are_no_filters_of_the_list(world: World, parameter: str) -> None:
    refused = await world.get("/v1/projects", params={parameter: "x"})
    assert refused.status_code == 422


@pytest.mark.parametrize(
    "cursor", ["WyItcmVnaXN0ZXJlZF9hdCIsIiIsIngiXQ", "WyItcmVnaXN0ZXJlZF9hdCIsIngiLG51bGxd"]
)
async def test_a_forged_cursor_of_the_list_is_refused(world: World, cursor: str) -> None:
    refused = await world.get("/v1/projects", params={"cursor": cursor})
    assert (refused.status_code, refused.json()["code"]) == (422, "CursorInvalid")
