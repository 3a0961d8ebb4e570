"""PATCH /v1/projects/{id}."""

from typing import Any

import httpx
import pytest

from tests.builders import OTHER_OWNER, OWNER, World


async def patch(
    world: World, project: dict[str, Any], body: dict[str, Any], role: str = "officer", **headers: str
) -> httpx.Response:
    given = {"If-Match": f'"{project["version"]}"'} | headers
    path = f"/v1/projects/{project['id']}"
    return await world.client.patch(path, json=body, headers=world.headers(role, **given))


@pytest.mark.parametrize("field", ["name", "owner_uscc", "owner_name", "attributes"])
async def test_what_a_project_cannot_be_without_is_not_emptied(world: World, field: str) -> None:
    project = await world.project()
    refused = await patch(world, project, {field: None})
    assert refused.status_code == 422
    assert [(e["pointer"], e["code"]) for e in refused.json()["errors"]] == [(f"/{field}", "emptied")]


async def test_everything_else_can_be_emptied(world: World) -> None:
    facts = {
        "process_class": "industrial", "approval_mode": "record_filing", "construction_nature": "new",
        "land_mode": "grant", "fund_nature": "private", "industry_code": "C39", "investment_wan_yuan": "5",
        "location": "启东", "content": "年产一万吨", "planned_start_on": "2026-06-01",
        "planned_completion_on": "2027-06-01",
    }  # fmt: skip
    project = await world.project(**facts)
    emptied = await patch(world, project, dict.fromkeys(facts))
    assert emptied.status_code == 200, emptied.text
    assert {name: emptied.json()[name] for name in facts} == dict.fromkeys(facts)


@pytest.mark.parametrize(
    "field", ["stage", "project_code", "actual_start_on", "actual_completion_on", "duplicate_of", "area_code"]
)
async def test_what_comes_about_by_an_act_is_not_patched(world: World, field: str) -> None:
    project = await world.project()
    refused = await patch(world, project, {field: "2026-01-01"})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "extra_forbidden")


@pytest.mark.parametrize("field", ["planned_start_on", "planned_completion_on"])
async def test_either_planned_day_is_held_against_the_other(world: World, field: str) -> None:
    project = await world.project(planned_start_on="2026-06-01", planned_completion_on="2026-12-31")
    day = {"planned_start_on": "2027-01-01", "planned_completion_on": "2026-05-31"}[field]
    refused = await patch(world, project, {field: day})
    assert (refused.status_code, refused.json()["code"]) == (422, "CompletionBeforeStart")
    assert len(refused.json()["errors"]) == 2


async def test_an_attribute_not_named_stays(world: World) -> None:
    project = await world.project(attributes={"takes_water": True, "needs_gas": False})
    changed = await patch(world, project, {"attributes": {"needs_gas": None, "near_highway": True}})
    attributes = changed.json()["attributes"]
    assert (attributes["takes_water"], attributes["needs_gas"], attributes["near_highway"]) == (
        True,
        None,
        True,
    )


async def test_an_industry_code_of_another_section_is_refused(world: World) -> None:
    project = await world.project()
    refused = await patch(world, project, {"industry_code": "A39"})
    assert refused.json()["errors"][0]["code"] == "IndustryCodeMalformed"


async def test_a_new_owner_sees_the_whole_record_and_the_old_one_nothing(world: World) -> None:
    project = await world.project(project_code="2405-320681-89-01-100018")
    await world.move(
        project, "apply", inputs={"service_mode": "agency", "scope_stages": ["1"], "consent": True}
    )
    project = (await world.get(f"/v1/projects/{project['id']}")).json()
    changed = await patch(world, project, {"owner_uscc": OTHER_OWNER, "owner_name": "新单位"})
    assert changed.status_code == 200, changed.text
    for part in ("", "/codes", "/stage-transitions", "/timeline"):
        path = f"/v1/projects/{project['id']}{part}"
        old = await world.client.get(path, headers=world.headers("portal", owner=OWNER))
        new = await world.client.get(path, headers=world.headers("portal", owner=OTHER_OWNER))
        assert (old.status_code, new.status_code) == (404, 200), part
        assert part == "" or new.json()["items"]


async def test_a_portal_cannot_give_its_project_away(world: World) -> None:
    project = await world.project()
    refused = await patch(world, project, {"owner_uscc": OTHER_OWNER, "owner_name": "别家"}, "portal")
    assert (refused.status_code, refused.json()["code"]) == (403, "OwnerIsNotYours")
