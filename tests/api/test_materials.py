"""/v1/projects/{id}/materials."""

from typing import Any

import httpx
import pytest

from tests.builders import OTHER_OWNER, World

NOBODYS = "01990000-0000-7000-8000-000000000000"


def refusal(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


async def applied(world: World) -> str:
    return f"/v1/projects/{(await world.walk(await world.project(), 'applied'))['id']}"


async def listed(world: World, path: str, **facts: Any) -> dict[str, Any]:
    response = await world.post(f"{path}/materials", {"name": "营业执照"} | facts)
    assert response.status_code == 201, response.text
    return dict(response.json())


async def change(
    world: World, path: str, material: dict[str, Any], role: str = "officer", **facts: Any
) -> httpx.Response:
    tag = facts.pop("tag", f'"{material["version"]}"')
    headers = world.headers(role) | ({} if tag is None else {"If-Match": tag})
    return await world.client.patch(f"{path}/materials/{material['id']}", json=facts, headers=headers)


async def missing(world: World, path: str) -> bool:
    """Tell whether required materials keep the application from being accepted."""
    actions = (await world.get(path)).json()["allowed_actions"]
    accept = next(a for a in actions if a["action"] == "accept")
    return "materials_complete" in [r["code"] for r in accept["reasons"]]


async def test_a_required_material_keeps_the_application_waiting_until_it_is_received(world: World) -> None:
    path = await applied(world)
    material = await listed(world, path, legal_basis="条例第十条")
    assert (material["state"], material["supplied_by"]) == ("missing", "owner")
    assert await missing(world, path)
    received = await change(world, path, material, state="received", file_id=await world.file())
    assert received.status_code == 200, received.text
    assert not await missing(world, path)
    back = await change(world, path, received.json(), state="to_correct", file_id=None)
    assert back.status_code == 200, back.text
    assert await missing(world, path)


@pytest.mark.parametrize(
    ("facts", "is_missing"),
    [
        ({}, True),
        ({"is_required": False}, False),
        ({"state": "to_supplement"}, True),
        ({"state": "to_correct"}, True),
        ({"state": "not_applicable", "reason": "已由区域评估覆盖"}, False),
    ],
)
async def test_what_counts_as_missing(world: World, facts: dict[str, Any], is_missing: bool) -> None:
    path = await applied(world)
    await listed(world, path, **facts)
    assert await missing(world, path) is is_missing


async def test_a_material_no_longer_required_is_not_missed(world: World) -> None:
    path = await applied(world)
    material = await listed(world, path)
    await change(world, path, material, is_required=False)
    assert not await missing(world, path)


async def test_a_material_is_listed_once(world: World) -> None:
    path = await applied(world)
    await listed(world, path)
    again = await world.post(f"{path}/materials", {"name": " 营业执照 "})
    assert refusal(again) == (409, "MaterialListedAlready")
    assert await listed(world, await applied(world))


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"state": "received"}, "ReceivedMaterialNeedsFile"),
        ({"state": "not_applicable"}, "NotApplicableNeedsReason"),
        ({"file_id": NOBODYS}, "EvidenceNotFound"),
        ({"state": None}, "FieldsInvalid"),
        ({"is_required": None}, "FieldsInvalid"),
        ({"name": "别名", "surprise": 1}, "FieldsInvalid"),
    ],
)
async def test_a_state_stands_on_its_grounds(world: World, facts: dict[str, Any], code: str) -> None:
    path = await applied(world)
    assert refusal(await world.post(f"{path}/materials", {"name": "章程"} | facts)) == (422, code)
    material = await listed(world, path)
    assert refusal(await change(world, path, material, **facts)) == (422, code)
    (shown,) = (await world.get(f"{path}/materials")).json()["items"]
    assert shown == material


async def test_the_reason_is_shown_by_reads_only(world: World) -> None:
    path = await applied(world)
    material = await listed(world, path)
    changed = await change(world, path, material, state="not_applicable", reason="无需提供")
    assert "无需提供" not in changed.text
    (shown,) = (await world.get(f"{path}/materials")).json()["items"]
    assert (shown["reason"]["text"], shown["version"]) == ("无需提供", 2)


async def test_a_change_names_the_version_it_was_decided_from(world: World) -> None:
    path = await applied(world)
    material = await listed(world, path)
    assert refusal(await change(world, path, material, tag=None, is_required=False)) == (
        428,
        "VersionMissing",
    )
    assert refusal(await change(world, path, material, tag='"7"', is_required=False)) == (
        412,
        "VersionIsStale",
    )
    absent = material | {"id": NOBODYS}
    assert refusal(await change(world, path, absent, is_required=False)) == (404, "MaterialNotFound")


async def test_the_owner_hands_in_and_does_nothing_else(world: World) -> None:
    path = await applied(world)
    material = await listed(world, path)
    file = await world.file("portal", area_code="320681")
    for facts in ({"is_required": False}, {"state": "not_applicable", "file_id": file}, {"file_id": file}):
        assert refusal(await change(world, path, material, "portal", **facts)) == (
            403,
            "OwnerHandsInOnly",
        )
    handed_in = await change(world, path, material, "portal", state="received", file_id=file)
    assert handed_in.status_code == 200, handed_in.text
    foreign = world.headers("portal", owner=OTHER_OWNER)
    hidden = await world.client.get(f"{path}/materials", headers=foreign)
    assert refusal(hidden) == (404, "ProjectNotFound")


async def test_a_list_of_materials_is_paged(world: World) -> None:
    path = await applied(world)
    for number in range(3):
        await listed(world, path, name=f"材料{number}")
        world.clock.advance(seconds=1)
    seen, url = [], f"{path}/materials?limit=2"
    for _ in range(2):
        page = await world.get(url)
        seen += [m["name"] for m in page.json()["items"]]
        url = f"{path}/materials?limit=2&cursor={page.json()['next_cursor']}"
    assert (seen, page.json()["next_cursor"]) == (["材料0", "材料1", "材料2"], None)
    for cursor in ("WyJ4Il0", "WzFd", "x"):  # no id; no text; no cursor
        refused = await world.get(f"{path}/materials?cursor={cursor}")
        assert refusal(refused) == (422, "CursorInvalid")
