"""/v1/projects/{id}/plans with items: from the catalogue or the version before, adjusted, approved."""

from typing import Any

import httpx
import pytest

from tests.api.test_plans import agree, approve, draft, refusal
from tests.builders import KNOWN_ATTRIBUTES, World

DAYS = {"value": 10, "unit": "working_day"}
GIVEN = [
    {"item": code, "action": "change", "handling": DAYS, "reason": "部门估计"}
    for code in ("S1-19", "S3-01", "S4-12", "S4-13")
]
WAIVER = {"legal_basis": "优化营商环境条例"}


def an_adjustment(item: str, action: str = "change", **facts: Any) -> dict[str, Any]:
    return {"item": item, "action": action, "reason": f"{item}的理由", **facts}


async def assigned(world: World, **facts: Any) -> str:
    usual = {"approval_mode": "record_filing", "land_mode": "grant", "attributes": KNOWN_ATTRIBUTES}
    project = await world.project(**(usual | facts))
    return f"/v1/projects/{(await world.walk(project, 'assigned'))['id']}"


async def made(
    world: World, path: str, *adjustments: Any, based_on: str = "template", **facts: Any
) -> httpx.Response:
    content = {"based_on": based_on, "adjustments": list(adjustments)}
    usual = {"planned_completion_on": "2028-06-30", "departments": []}
    return await draft(world, path, content=content, **(usual | facts))


async def items_of(world: World, path: str, number: int = 1) -> dict[str, Any]:
    found = await world.get(f"{path}/plans/{number}/items?limit=200")
    assert found.status_code == 200, found.text
    return {item["code"]: item for item in found.json()["items"]}


async def changes_of(world: World, path: str, number: int) -> Any:
    return (await world.get(f"{path}/plans/{number}/changes")).json()


async def test_a_plan_comes_from_the_template_of_its_project(world: World) -> None:
    path = await assigned(world)
    response = await made(world, path, *GIVEN)
    assert response.status_code == 201, response.text
    plan = response.json()
    content = plan["content"]
    assert (content["based_on"], content["open_points"], content["unknown_handlings"]) == ("template", [], 0)
    items = await items_of(world, path)
    assert (content["items"], content["cases"]) == (len(items), len(items) - 5)
    assert content["assumed_preparations"] == content["cases"]
    assert content["adjustments"] == 4
    assert not items.keys() & {"S1-02", "S1-03", "S1-04", "S1-20"}
    assert {"S1-01", "S1-19", "S3-09", "S3-16", "S3-17"} <= items.keys()
    assert items["S3-09"]["department"] == "320681-sjj"
    assert {i["department"] for i in items.values()} - {None} == set(plan["departments"])
    proposed = {p["item"] for p in content["proposed"]}
    assert {"S1-07", "S3-08"} <= proposed


async def test_the_items_say_the_road_the_time_and_who_is_responsible(world: World) -> None:
    path = await assigned(world)
    await made(world, path, *GIVEN)
    items = await items_of(world, path)
    permit = items["S3-09"]
    assert {"kind": "hard", "any_of": ["S3-02"]} in permit["needs"]
    assert permit["statutory"]["duration"] == {"value": 7, "unit": "calendar_day"}
    assert "仅作配置" in permit["promised"]["basis"]["zh"]
    assert (permit["bearer"], permit["agent"]) == ("department", "person:agent-1")
    planned = {code: item["planned"] for code, item in items.items()}
    assert planned["S2-03"]["finish_on"] <= planned["S3-02"]["filing_on"] <= planned["S3-09"]["filing_on"]
    assert planned["S3-09"]["finish_on"] <= planned["S3-16"]["finish_on"] < planned["S3-17"]["finish_on"]
    assert planned["S3-17"]["finish_on"] < planned["S4-14"]["filing_on"]
    assert all(p["is_estimated"] for p in planned.values())
    assert items["S4-13"]["bearer"] == "owner"


async def test_items_come_in_pages(world: World) -> None:
    path = await assigned(world)
    await made(world, path)
    whole = list(await items_of(world, path))
    first = (await world.get(f"{path}/plans/1/items?limit=20")).json()
    rest = (await world.get(f"{path}/plans/1/items?limit=200&cursor={first['next_cursor']}")).json()
    assert [i["code"] for i in first["items"] + rest["items"]] == whole == sorted(whole)


async def test_a_plan_is_approved_when_every_duration_is_given(world: World) -> None:
    path = await assigned(world)
    drafted = (await made(world, path)).json()
    named = {(p["kind"], p["item"]) for p in drafted["content"]["open_points"]}
    assert named == {("handling_unknown", c) for c in ("S1-19", "S3-01", "S4-12", "S4-13")}
    refused = await approve(world, path)
    assert refusal(refused) == (409, "PlanHasOpenPoints")
    assert [e["pointer"] for e in refused.json()["errors"]] == [
        "/items/S1-19", "/items/S3-01", "/items/S4-12", "/items/S4-13",
    ]  # fmt: skip
    again = await made(world, path, *GIVEN, based_on="previous", reason="补充办理时长")
    assert again.json()["content"]["open_points"] == []
    approved = await approve(world, path, 2)
    assert approved.status_code == 201, approved.text
    assert (await agree(world, path, 2)).status_code == 201
    shown = (await world.get(f"{path}/plans/2")).json()
    assert (shown["state"], shown["is_first_baseline"]) == ("approved", True)
    assert (shown["content"]["proposed"], shown["content"]["open_points"]) == ([], [])


async def test_what_the_record_does_not_say_keeps_a_plan_open_until_it_does(world: World) -> None:
    path = await assigned(world, attributes=KNOWN_ATTRIBUTES | {"crosses_waterway": None})
    drafted = (await made(world, path, *GIVEN)).json()
    points = {(p["kind"], p["item"], p["dependent"]) for p in drafted["content"]["open_points"]}
    assert points == {("gate_undecided", "S1-12", "S3-16"), ("gate_undecided", "S1-13", "S3-16")}
    assert next(p for p in drafted["content"]["proposed"] if p["item"] == "S1-12")["unknown"] == [
        "crosses_waterway"
    ]
    drop = [an_adjustment("S1-12", "drop"), an_adjustment("S1-13", "drop")]
    refused = await made(world, path, *GIVEN, *drop, reason="不涉河")
    assert refusal(refused) == (422, "WaiverNeedsLegalBasis")
    assert [e["pointer"] for e in refused.json()["errors"]] == [
        "/content/adjustments/4/waiver", "/content/adjustments/5/waiver",
    ]  # fmt: skip
    match = (await world.get(path)).headers["etag"]
    headers = world.headers("officer") | {"If-Match": match}
    patched = await world.client.patch(
        path, json={"attributes": {"crosses_waterway": False}}, headers=headers
    )
    assert patched.status_code == 200, patched.text
    assert (await world.get(f"{path}/plans/1")).json()["content"]["open_points"] == []
    assert (await approve(world, path)).status_code == 201


async def test_a_gate_is_let_go_by_a_waiver_that_names_its_basis_reason_and_approver(world: World) -> None:
    path = await assigned(world)
    refused = await made(world, path, *GIVEN, an_adjustment("S2-01", "drop"))
    assert refusal(refused) == (422, "WaiverNeedsLegalBasis")
    assert (await world.get(f"{path}/plans")).json()["items"] == []
    drop = an_adjustment("S2-01", "drop", waiver=WAIVER)
    drafted = await made(world, path, *GIVEN, drop)
    assert drafted.json()["content"]["waivers"] == 1
    await approve(world, path)
    (waiver,) = (await items_of(world, path))["S2-03"]["waivers"]
    assert (waiver["item"], waiver["legal_basis"]) == ("S2-01", "优化营商环境条例")
    assert waiver["reason"]["text"] == "S2-01的理由"
    assert waiver["approved_by"] == "person:coordinator-1"


async def test_held_land_is_shown_by_evidence_of_title(world: World) -> None:
    path = await assigned(world, land_mode="existing")
    given = [g for g in GIVEN if g["item"] != "S1-19"]
    points = (await made(world, path, *given)).json()["content"]["open_points"]
    assert [(p["kind"], p["item"]) for p in points] == [("prerequisite_unsatisfied", "S1-91")]
    bare = an_adjustment("S1-91", "stand_in")
    refused = await made(world, path, *given, bare, reason="自有土地")
    assert refused.json()["errors"][0]["pointer"] == "/content/adjustments/3/evidence"
    title = bare | {"evidence": [await world.file("agent")]}
    drafted = await made(world, path, *given, title, reason="自有土地")
    assert drafted.json()["content"]["open_points"] == []
    assert (await approve(world, path, 2)).status_code == 201
    changes = await changes_of(world, path, 2)
    (join,) = [i for i in changes["items"] if i["item"] == "S1-91"]
    assert (join["action"], join["adjustments"][0]["evidence"]) == ("change", title["evidence"])


async def test_a_new_version_says_what_changed_and_why(world: World) -> None:
    path = await assigned(world)
    await made(world, path, *GIVEN, planned_start_on="2026-09-01")
    await made(
        world, path, an_adjustment("S3-08", "add"), an_adjustment("S4-11", "drop"),
        an_adjustment("S3-02", handling=DAYS),
        based_on="previous", reason="桩基先行", planned_start_on="2026-08-01",
    )  # fmt: skip
    changes = await changes_of(world, path, 2)
    assert (changes["number"], changes["previous"], changes["reason"]["text"]) == (2, 1, "桩基先行")
    assert changes["planned_start_on"] == {"before": "2026-09-01", "now": "2026-08-01"}
    made_of = {i["item"]: (i["action"], i["fields"]) for i in changes["items"]}
    assert made_of["S3-08"] == ("add", [])
    assert made_of["S4-11"] == ("drop", [])
    assert made_of["S3-02"] == ("change", ["handling"])
    assert made_of["S3-16"] == ("change", ["needs"])
    reasons = {i["item"]: [a["reason"]["text"] for a in i["adjustments"]] for i in changes["items"]}
    assert reasons["S4-11"] == ["S4-11的理由"]
    first = await changes_of(world, path, 1)
    assert first["previous"] is None
    assert {i["action"] for i in first["items"]} == {"add"}


async def test_items_run_parallel_by_a_waiver_and_wait_longer_without_one(world: World) -> None:
    path = await assigned(world)
    later = an_adjustment("S2-01", after=["S1-09"], department="320681-zjj")
    side_by_side = an_adjustment("S3-02", parallel_to=["S2-03"], waiver=WAIVER)
    assert (await made(world, path, *GIVEN, later, side_by_side)).status_code == 201
    items = await items_of(world, path)
    assert {"kind": "hard", "any_of": ["S1-09"]} in items["S2-01"]["needs"]
    assert items["S2-01"]["department"] == "320681-zjj"
    assert ["S2-03"] not in [n["any_of"] for n in items["S3-02"]["needs"]]
    assert items["S3-02"]["waivers"][0]["item"] == "S2-03"


NOBODYS = "01990000-0000-7000-8000-000000000000"


@pytest.mark.parametrize(
    ("adjustment", "code", "pointer"),
    [
        (an_adjustment("S9-99"), "AdjustmentsInvalid", "/content/adjustments/0/item"),
        (an_adjustment("S1-01", "add"), "AdjustmentsInvalid", "/content/adjustments/0/item"),
        (an_adjustment("S1-90", "drop"), "AdjustmentsInvalid", "/content/adjustments/0/item"),
        (an_adjustment("S1-01", after=["S3-09"]), "AdjustmentsInvalid", "/content/adjustments/0"),
        (
            an_adjustment("S1-01", department="320682-zrzy"),
            "DepartmentNotSuitable",
            "/content/adjustments/0/department",
        ),
        (an_adjustment("S1-01", evidence=[NOBODYS]), "EvidenceNotFound", "/content/adjustments/0/evidence/0"),
        ({"item": "S1-01", "action": "change"}, "FieldsInvalid", "/content/adjustments/0/reason"),
        (an_adjustment("S1-01", "magic"), "FieldsInvalid", "/content/adjustments/0/action"),
        (
            an_adjustment("S1-01", handling={"value": 200, "unit": "calendar_year"}),
            "FieldsInvalid",
            "/content/adjustments/0/handling",
        ),
    ],
)  # fmt: skip
async def test_what_is_wrong_with_an_adjustment_is_named_where_it_stands(
    world: World, adjustment: dict[str, Any], code: str, pointer: str
) -> None:
    path = await assigned(world)
    refused = await made(world, path, adjustment)
    assert refusal(refused) == (422, code)
    assert [e["pointer"] for e in refused.json()["errors"]] == [pointer]
    assert (await world.get(f"{path}/plans")).json()["items"] == []


async def test_a_class_and_a_version_before_have_to_be_there(world: World) -> None:
    path = await assigned(world, process_class=None)
    assert refusal(await made(world, path)) == (409, "ProcessClassUnknown")
    path = await assigned(world)
    assert refusal(await made(world, path, based_on="previous")) == (409, "NoPreviousContent")
    assert (await draft(world, path)).json()["content"] is None
    refused = await made(world, path, based_on="previous", reason="改为按目录编制")
    assert refusal(refused) == (409, "NoPreviousContent")
    assert (await made(world, path, reason="改为按目录编制")).status_code == 201
    assert await items_of(world, path) == {}
    assert len(await items_of(world, path, 2)) > 30


async def test_a_later_catalogue_changes_no_plan(world: World) -> None:
    path = await assigned(world)
    await made(world, path, *GIVEN)
    before = await items_of(world, path)
    document = {"name": {"zh": "启东", "en": "Qidong"}, "items": [{"code": "S3-09", "promised": None}]}
    version = await world.post(
        "/v1/catalogue/versions", {"area_code": "320681", "document": document}, "admin"
    )
    publication = f"/v1/catalogue/versions/{version.json()['id']}/publication"
    assert (await world.post(publication, {"effective_from": world.today()}, "admin", 2)).status_code == 201
    assert await items_of(world, path) == before
    assert (await approve(world, path)).status_code == 201
    await made(world, path, *GIVEN, reason="新目录")
    assert (await items_of(world, path, 2))["S3-09"]["promised"] is None
