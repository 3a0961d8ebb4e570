"""/v1/item-cases/{id}/readiness-checks and /v1/projects/{id}/material-uses."""

from typing import Any

import httpx

from tests.api.test_planned_cases import approved, cases_of
from tests.builders import OTHER_OWNER, World
from tests.items import Items, items_of

PERMIT = "S2-03"  # asks for materials by the catalogue; opened outside a plan it waits for nothing


def refusal(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


async def check(items: Items, case_id: str, role: str = "agent") -> dict[str, Any]:
    response = await items.world.post(f"/v1/item-cases/{case_id}/readiness-checks", {}, role)
    assert response.status_code == 201, response.text
    return dict(response.json())


async def hand_in(items: Items, code: str, **facts: Any) -> str:
    body = {"name": f"材料 {code}", "code": code, "state": "received", "file_id": await items.world.file()}
    made = await items.world.post(f"/v1/projects/{items.project_id}/materials", body | facts)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def give_code(items: Items) -> None:
    body = {"project_code": "2603-320681-04-01-100018"}
    made = await items.world.post(f"/v1/projects/{items.project_id}/codes", body)
    assert made.status_code == 201, made.text


def codes(found: dict[str, Any], kind: str) -> list[str]:
    return [gap["code"] for gap in found["gaps"] if gap["kind"] == kind]


async def test_everything_missing_is_told_at_once_with_basis_and_supplier(world: World) -> None:
    items = await items_of(world)
    case_id = await items.open(PERMIT)
    found = await check(items, case_id)
    assert (found["is_ready"], found["may_be_bridged"], found["there"]) == (False, False, [])
    assert "project_code_missing" in codes(found, "precondition")
    wanted = codes(found, "material")
    assert {"application_form", "business_licence"} <= set(wanted)
    assert all(gap["basis"]["zh"] and gap["basis"]["en"] and gap["supplied_by"] for gap in found["gaps"])
    await give_code(items)
    for code in wanted:
        await hand_in(items, code)
    again = await check(items, case_id)
    assert (again["is_ready"], again["gaps"], again["there"]) == (True, [], wanted)


async def test_the_checks_of_a_case_are_kept_as_they_were_found(world: World) -> None:
    items = await items_of(world)
    case_id = await items.open(PERMIT)
    first = await check(items, case_id)
    await hand_in(items, "business_licence")
    second = await check(items, case_id, "coordinator")
    path = f"/v1/item-cases/{case_id}/readiness-checks"
    page = (await world.get(f"{path}?limit=1")).json()
    rest = (await world.get(f"{path}?limit=5&cursor={page['next_cursor']}")).json()
    assert page["items"] + rest["items"] == [first, second]
    assert (await world.get(f"{path}/{first['id']}")).json() == first
    steps = (await world.get(f"/v1/item-cases/{case_id}/steps")).json()["items"]
    assert [step["code"] for step in steps] == ["readiness_checked"] * 2
    filing = await items.file(case_id)
    assert refusal(await world.get(f"{path}/{filing['id']}")) == (404, "ReadinessCheckNotFound")


async def test_a_service_needs_no_project_code_and_a_paper_to_follow_is_bridged(world: World) -> None:
    items = await items_of(world)
    case_id = await items.open("X-02", kind="service")
    assert (await check(items, case_id))["is_ready"] is True
    permit = await items.open(PERMIT)
    await give_code(items)
    for code in codes(await check(items, permit), "material"):
        if code != "business_licence":
            await hand_in(items, code)
    await hand_in(items, "business_licence", state="to_supplement", file_id=None)
    found = await check(items, permit)
    assert (found["is_ready"], found["may_be_bridged"]) == (False, True)


async def test_a_filed_item_is_not_to_be_filed_again(world: World) -> None:
    items = await items_of(world)
    case_id = await items.open("X-02", kind="service")
    await items.accept(case_id)
    assert codes(await check(items, case_id), "precondition") == ["item_filed_already"]


async def test_a_later_notice_for_more_shows_as_a_breach_of_the_one_notice(world: World) -> None:
    items = await items_of(world)
    case_id = await items.open(PERMIT)
    await check(items, case_id)
    await items.file(case_id)
    faulty = await items.act(case_id, "correction_started", materials=["business_licence"])
    assert faulty["materials"] == ["business_licence"]
    assert faulty["item_case"]["findings"] == []
    await items.act(case_id, "correction_ended", "agent")
    late = await items.act(case_id, "correction_started", materials=["business_licence", "gold_leaf"])
    assert [f["code"] for f in late["findings"]] == ["one_time_notice_breached"]
    assert [f["code"] for f in late["item_case"]["findings"]] == ["one_time_notice_breached"]


async def test_a_first_notice_for_what_no_list_asks_for_is_a_breach_too(world: World) -> None:
    items = await items_of(world)
    case_id = await items.open(PERMIT)
    await check(items, case_id)
    await items.file(case_id)
    asked = await items.act(case_id, "correction_started", materials=["gold_leaf"])
    assert [f["code"] for f in asked["findings"]] == ["one_time_notice_breached"]


async def test_a_notice_may_be_reported_with_its_materials_and_repeated(world: World) -> None:
    items = await items_of(world)
    await hand_in(items, "business_licence")
    case_id = await items.open(PERMIT)
    at = world.clock().isoformat()
    for code, facts in (("received", {}), ("correction_started", {"materials": ["application_form"]})):
        body = {"code": code, "occurred_at": at, "source_system": "gongai", "external_id": f"R-{code}"}
        path = f"/v1/item-cases/{case_id}/reports"
        first = await world.post(path, body | facts, "department")
        again = await world.post(path, body | facts, "department")
        assert (first.status_code, again.status_code, again.json()["is_repeat"]) == (201, 200, True)
    steps = (await world.get(f"/v1/item-cases/{case_id}/steps")).json()["items"]
    assert [step["used_materials"] for step in steps] == [["business_licence"], []]


async def test_only_a_notice_asks_for_materials(world: World) -> None:
    items = await items_of(world)
    case_id = await items.open(PERMIT)
    refused = await items.ask(case_id, "received", "agent", materials=["business_licence"])
    assert refusal(refused) == (422, "ActIncomplete")


async def test_a_paper_handed_in_once_is_used_by_every_filing_and_what_that_saves_is_counted(
    world: World,
) -> None:
    items = await items_of(world)
    licence = await hand_in(items, "business_licence")
    await hand_in(items, "unasked_for")
    path = f"/v1/projects/{items.project_id}/material-uses"
    assert (await world.get(path)).json()["submissions_saved"] == 0
    cases = [await items.open(code) for code in (PERMIT, "S1-08", "S1-11")]
    for case_id in cases:
        world.clock.advance(minutes=1)
        filing = await items.file(case_id)
        assert filing["used_materials"] == ["business_licence"]
    found = (await world.get(path)).json()
    assert found["submissions_saved"] == 2
    (use,) = found["materials"]
    assert (use["code"], use["material_id"], use["state"]) == ("business_licence", licence, "received")
    assert [used["item_case_id"] for used in use["used_by"]] == cases
    await items.act(cases[0], "correction_started")
    await items.act(cases[0], "correction_ended", "agent")
    assert (await world.get(path)).json()["submissions_saved"] == 2  # the same filing, put right


async def test_a_material_is_listed_once_by_its_code(world: World) -> None:
    items = await items_of(world)
    await hand_in(items, "business_licence")
    body = {"name": "营业执照副本", "code": "business_licence"}
    again = await world.post(f"/v1/projects/{items.project_id}/materials", body)
    assert refusal(again) == (409, "MaterialListedAlready")


async def test_strangers_neither_check_nor_see(world: World) -> None:
    items = await items_of(world)
    case_id = await items.open(PERMIT)
    path = f"/v1/item-cases/{case_id}/readiness-checks"
    stranger = await world.post(path, {}, "agent", 3)
    assert refusal(stranger) == (403, "NotAnAgentOfThisProject")
    headers = world.headers("portal", owner=OTHER_OWNER)
    for response in (
        await world.client.post(path, json={}, headers=headers),
        await world.client.get(path, headers=headers),
    ):
        assert refusal(response) == (404, "ItemCaseNotFound")
    uses = await world.client.get(f"/v1/projects/{items.project_id}/material-uses", headers=headers)
    assert refusal(uses) == (404, "ProjectNotFound")
    assert (await check(items, case_id, "portal"))["checked_by"].startswith("owner:")


async def test_prerequisites_of_the_plan_are_named_with_their_alternatives(world: World) -> None:
    path = await approved(world)
    case = (await cases_of(world, path))["S3-09"]
    response = await world.post(f"/v1/item-cases/{case['id']}/readiness-checks", {}, "agent")
    found = response.json()
    waiting = (await world.get(f"/v1/item-cases/{case['id']}")).json()["prerequisites_open"]
    gaps = [gap for gap in found["gaps"] if gap["kind"] == "prerequisite"]
    assert [gap["name"]["zh"] for gap in gaps] == waiting
    assert "S2-03" in [gap["code"] for gap in gaps]
    assert "land_document" in codes(found, "material")
    await land_is_granted(world, path)
    again = (await world.post(f"/v1/item-cases/{case['id']}/readiness-checks", {}, "agent")).json()
    assert again["there"] == ["land_document"]  # the result of a granted item is not asked for again
    uses = (await world.get(f"{path}/material-uses")).json()["materials"]
    licence = next(use for use in uses if use["code"] == "business_licence")
    assert {"S2-03", "S3-09"} <= set(licence["needed_by"])
    assert licence["name"]["zh"] == "营业执照或者法人证书"


async def land_is_granted(world: World, path: str) -> None:
    case = (await cases_of(world, path))["S1-19"]
    report = {
        "code": "passed",
        "occurred_at": world.clock().isoformat(),
        "source_system": "gongai",
        "external_id": "P-1",
    }
    reported = await world.post(f"/v1/item-cases/{case['id']}/reports", report, "department")
    assert reported.status_code == 201, reported.text


async def test_a_fact_of_the_project_that_decides_whether_the_item_applies_is_asked_for(world: World) -> None:
    items = await items_of(world)
    case_id = await items.open("S1-12")
    found = await check(items, case_id)
    asked = [code for code in codes(found, "precondition") if code.startswith("attribute_unknown:")]
    assert asked
