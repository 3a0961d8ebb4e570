"""GET /v1/projects/{id}, with the parts that are asked for."""

from typing import Any

import pytest

from app.records.service import PARTS
from tests.builders import OTHER_OWNER, World

ROLES = [
    "officer",
    "coordinator",
    "agent",
    "archivist",
    "supervisor",
    "portal",
    "auditor",
    "admin",
    "department",
]
PATHS = {name: name.replace("_", "-") for name in PARTS}


async def a_full_project(world: World) -> str:
    project = await world.project(
        project_code="2008-320681-89-01-100018", external_ids=[{"source_system": "tzxm", "external_id": "1"}]
    )
    path = f"/v1/projects/{project['id']}"
    await world.post(f"{path}/work-packages", {"name": "一期", "kind": "phase"})
    await world.post(f"{path}/people", {"role": "site_contact", "name": "张三", "phone": "13912345678"})
    await world.post(f"{path}/list-memberships", {"list_level": "county", "list_name": "名单", "year": 2026})
    await world.walk(project, "assigned")
    return path


async def test_without_expand_every_part_is_null(world: World) -> None:
    project = await world.project()
    record = (await world.get(f"/v1/projects/{project['id']}")).json()
    assert record["expanded"] == dict.fromkeys(PARTS)


async def test_every_part_is_shown_exactly_as_its_own_path_shows_it_to_this_role(world: World) -> None:
    path = await a_full_project(world)
    for role in ROLES:
        headers = world.headers(role)
        for name, own in PATHS.items():
            plain = await world.client.get(f"{path}/{own}", headers=headers)
            expanded = await world.client.get(path, params={"expand": name}, headers=headers)
            assert plain.status_code == expanded.status_code, (role, name)
            if plain.status_code == 200:
                parts: dict[str, Any] = expanded.json()["expanded"]
                assert parts.pop(name) == plain.json()["items"] != [], (role, name)
                assert set(parts.values()) == {None}


@pytest.mark.parametrize("part", sorted(PARTS))
async def test_a_foreign_project_shows_no_part(world: World, part: str) -> None:
    path = await a_full_project(world)
    for headers in (world.headers("officer", key="rugao"), world.headers("portal", owner=OTHER_OWNER)):
        plain = await world.client.get(f"{path}/{PATHS[part]}", headers=headers)
        expanded = await world.client.get(path, params={"expand": part}, headers=headers)
        assert plain.status_code == expanded.status_code == 404
        assert plain.json()["code"] == expanded.json()["code"]


async def test_parts_can_be_asked_for_together_and_unknown_ones_not(world: World) -> None:
    path = await a_full_project(world)
    everything = await world.get(path, params={"expand": list(PARTS)})
    assert None not in everything.json()["expanded"].values()
    assert (await world.get(path, params={"expand": "salaries"})).status_code == 422
