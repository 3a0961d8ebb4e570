"""/v1/item-cases: acts behind the guarded door, what a case shows, who may do what."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.builders import DEPARTMENT, OTHER_OWNER, RUGAO, World
from tests.items import details, items_of

NOBODYS = "01990000-0000-7000-8000-000000000000"


def refusal(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


def faults(response: httpx.Response) -> list[str]:
    return [fault["code"] for fault in response.json()["errors"]]


async def test_a_case_goes_from_filing_to_the_permit(world: World) -> None:
    items = await items_of(world)
    case_id = await items.open()
    fresh = await items.read(case_id)
    assert (fresh["state"], fresh["light"], fresh["due_on"], fresh["round"]) == (
        "planned", "not_started", None, 1,
    )  # fmt: skip
    await items.handle(case_id)
    running = await items.read(case_id)
    assert (running["state"], running["state_number"], running["light"]) == ("handling", "8", "green")
    assert running["promised"]["due_on"] < running["statutory"]["due_on"]
    assert running["due_on"] == running["promised"]["due_on"]
    done = await items.act(case_id, "passed")
    case = done["item_case"]
    assert (case["state"], case["state_number"], case["light"]) == ("passed", "11", "done_in_time")
    assert (case["document_number"], case["is_passed"]) == (done["document_number"], True)
    listed = await world.get(f"/v1/item-cases/{case_id}/steps?limit=3")
    assert [step["code"] for step in listed.json()["items"]] == ["received", "accepted", "handling"]
    rest = await world.get(f"/v1/item-cases/{case_id}/steps?cursor={listed.json()['next_cursor']}")
    assert [(s["code"], s["person"]) for s in rest.json()["items"]] == [("passed", "person:department-1")]


async def test_what_the_state_does_not_allow_is_refused_with_the_present_state(world: World) -> None:
    items = await items_of(world)
    case_id = await items.open()
    await items.file(case_id)
    refused = await items.ask(case_id, "passed", from_state="handling")
    assert refusal(refused) == (409, "ItemStateHasChanged")
    assert refused.json()["facts"]["state"] == "received"
    refused = await items.ask(case_id, "not_passed")
    assert refusal(refused) == (409, "ActNotFromHere")
    assert refused.json()["facts"]["state"] == "received"
    assert (await items.read(case_id))["state"] == "received"


async def test_only_a_filing_passes_upon_receipt(world: World) -> None:
    items = await items_of(world)
    permit, filing = await items.open("X-01"), await items.open("X-02", kind="filing")
    for case_id in (permit, filing):
        await items.file(case_id)
    refused = await items.ask(permit, "passed")
    assert (refused.status_code, refused.json()["code"]) == (409, "ItemGuardsNotMet")
    assert [fault["code"] for fault in refused.json()["errors"]] == ["not_accepted_yet"]
    offered = {a["action"]: a for a in (await items.read(permit, "department"))["allowed_actions"]}
    assert [reason["code"] for reason in offered["passed"]["reasons"]] == ["not_accepted_yet"]
    assert (await items.act(filing, "passed"))["item_case"]["state"] == "passed"


async def test_allowed_actions_say_what_may_be_done_and_why_not(world: World) -> None:
    items = await items_of(world)
    case_id = await items.open()
    await items.handle(case_id)
    for role, enabled in (
        ("department", {"special_started", "passed", "conditionally_passed", "not_passed", "extended"}),
        (
            "agent",
            {"special_started", "passed", "conditionally_passed", "not_passed", "withdrawn", "extended"},
        ),
        ("supervisor", set()),
    ):
        offered = (await items.read(case_id, role))["allowed_actions"]
        assert {each["action"] for each in offered if each["enabled"]} == enabled
        assert all(each["reasons"] for each in offered if not each["enabled"])
    headers = world.headers("agent", 3)
    stranger = await world.client.get(f"/v1/item-cases/{case_id}", headers=headers)
    reasons = {r["code"] for each in stranger.json()["allowed_actions"] for r in each["reasons"]}
    assert reasons == {"NotAnAgentOfThisProject"}


async def test_the_agency_files_for_the_owner_and_shows_the_departments_acts(world: World) -> None:
    items = await items_of(world)
    case_id = await items.open()
    assert refusal(await items.ask(case_id, "received", "department")) == (403, "RoleMayNotAct")
    assert refusal(await items.ask(case_id, "received", "agent", number=3)) == (
        403, "NotAnAgentOfThisProject",
    )  # fmt: skip
    await items.file(case_id)
    refused = await items.ask(case_id, "accepted", "officer")
    assert (refusal(refused), faults(refused)) == ((422, "ActIncomplete"), ["missing"])
    await items.act(case_id, "accepted", "officer", evidence=[await world.file()])
    assert refusal(await items.ask(case_id, "handling", "portal")) == (403, "RoleMayNot")


async def test_a_department_sees_and_handles_its_own_items_only(world: World) -> None:
    items = await items_of(world)
    own, other = await items.open("X-01"), await items.open("X-02", department_code="320681-zjj")
    nobodys = await items.open("X-03", department_code=None)
    listed = (await world.get(items.path, "department")).json()["items"]
    assert [case["id"] for case in listed] == [own]
    across = (await world.get("/v1/item-cases", "department")).json()["items"]
    assert [case["id"] for case in across] == [own]
    for case_id in (other, nobodys):
        path = f"/v1/item-cases/{case_id}"
        assert refusal(await world.get(path, "department")) == (404, "ItemCaseNotFound")
        assert refusal(await items.report(case_id, "received", "2026-03-02T01:00:00Z")) == (
            404, "ItemCaseNotFound",
        )  # fmt: skip
        for part in ("steps", "clock"):
            assert (await world.get(f"{path}/{part}", "department")).status_code == 404
    refused = await items.ask_to_open("X-04", "department", department_code="320681-zjj")
    assert refusal(refused) == (403, "DepartmentIsNotYours")
    assert (await items.ask_to_open("X-04", "department")).status_code == 201


async def test_an_owner_sees_his_own_cases_and_no_county_those_of_another(world: World) -> None:
    items = await items_of(world)
    case_id = await items.open()
    path = f"/v1/item-cases/{case_id}"
    assert (await world.get(path, "portal")).status_code == 200
    stranger = world.headers("portal", owner=OTHER_OWNER)
    assert (await world.client.get(path, headers=stranger)).status_code == 404
    rugao = world.headers("officer", key="rugao")
    assert (await world.client.get(path, headers=rugao)).status_code == 404
    assert (await world.client.get("/v1/item-cases", headers=rugao)).json()["items"] == []
    assert (await world.client.get(items.path, headers=rugao)).status_code == 404
    city = world.headers("officer", key="city")
    assert len((await world.client.get("/v1/item-cases", headers=city)).json()["items"]) == 1
    query = f"?area={RUGAO}"
    assert (await world.client.get(f"/v1/item-cases{query}", headers=city)).json()["items"] == []


@pytest.mark.parametrize(
    ("action", "pointers"),
    [
        ("special_started", {"/special_kind", "/expected", "/told_on", "/reason"}),
        ("passed", {"/document_number", "/document_on"}),
        ("conditionally_passed", {"/document_number", "/document_on", "/supplement", "/supplement_due_on"}),
        ("not_passed", {"/document_number", "/document_on", "/reason"}),
        ("extended", {"/extension", "/approver_id", "/told_on", "/reason"}),
    ],
)
async def test_everything_an_act_lacks_is_named_at_once(
    world: World, action: str, pointers: set[str]
) -> None:
    items = await items_of(world)
    case_id = await items.open()
    await items.handle(case_id)
    body = {"action": action, "from_state": "handling"}
    refused = await world.post(f"/v1/item-cases/{case_id}/actions", body, "department")
    assert refusal(refused) == (422, "ActIncomplete")
    assert {fault["pointer"] for fault in refused.json()["errors"]} == pointers


async def test_an_extension_is_granted_once_by_the_head_before_the_limit_runs_out(world: World) -> None:
    """Acceptance 13: after expiry it is refused, and the breach stays visible after completion."""
    items = await items_of(world)
    case_id = await items.open()
    await items.handle(case_id)
    before = await items.read(case_id)
    own_head = await world.operator("department-1")
    assert refusal(await items.ask(case_id, "extended", approver_id=own_head)) == (409, "ApproverIsAuthor")
    officer = await world.operator("officer-1")
    refused = await items.ask(case_id, "extended", approver_id=officer)
    assert refusal(refused) == (422, "ApproverNotSuitable")
    assert faults(await items.ask(case_id, "extended", extension=11)) == ["too_long"]
    granted = await items.act(case_id, "extended", extension=5)
    assert (granted["item_case"]["state"], granted["approver"]) == ("handling", "person:department-2")
    after = granted["item_case"]
    assert after["statutory"]["due_on"] > before["statutory"]["due_on"]
    assert after["promised"]["due_on"] == before["promised"]["due_on"]  # promised without an extension
    assert faults(await items.ask(case_id, "extended")) == ["extended_before"]
    late = await items.open("X-02")
    await items.handle(late)
    world.clock.advance(days=40)
    assert (await items.read(late))["light"] == "red"
    assert faults(await items.ask(late, "extended")) == ["limit_expired"]
    await items.act(late, "passed")
    world.clock.advance(days=400)
    assert (await items.read(late))["light"] == "done_late"


async def test_a_special_procedure_stops_the_clock_and_the_decision_ends_it(world: World) -> None:
    items = await items_of(world)
    case_id = await items.open()
    await items.handle(case_id)
    await items.act(case_id, "special_started")
    world.clock.advance(days=90)
    resting = await items.read(case_id)
    assert (resting["light"], resting["due_on"], resting["is_paused"]) == ("paused", None, True)
    assert faults(await items.ask(case_id, "special_started", from_state="special_started")) == []
    done = await items.act(case_id, "passed")
    case = done["item_case"]
    assert (case["light"], [f["code"] for f in case["findings"]]) == (
        "done_in_time",
        ["decided_while_paused"],
    )
    steps = (await world.get(f"/v1/item-cases/{case_id}/steps")).json()["items"]
    ended = [step for step in steps if step["is_derived"]]
    assert [(s["code"], s["state_number"], s["special_kind"], s["person"]) for s in ended] == [
        ("special_ended", "10", "expert_review", None)
    ]
    assert ended[0]["event_id"] == done["event_id"]


async def test_suspending_or_terminating_the_service_touches_no_item(world: World) -> None:
    items = await items_of(world)
    case_id = await items.open()
    await items.handle(case_id)
    before = await items.clock(case_id)
    await world.walker(items.project_id).suspended()
    assert await items.clock(case_id) == before
    moved = await world.move(
        items.project_id, "terminate_by_client", evidence=[await world.file()], reason="不再委托"
    )
    assert moved.status_code == 201, moved.text
    assert await items.clock(case_id) == before
    assert (await items.act(case_id, "passed"))["item_case"]["state"] == "passed"


async def test_an_item_that_was_not_granted_is_tried_again_in_a_case_that_follows(world: World) -> None:
    items = await items_of(world)
    first = await items.open()
    again = await world.post(items.path, {"item_code": "X-01"}, "agent")
    assert refusal(again) == (409, "ItemCaseOpenAlready")
    await items.handle(first)
    await items.act(first, "not_passed")
    again = await world.post(items.path, {"item_code": "X-01"}, "agent")
    assert again.status_code == 201, again.text
    second = again.json()
    assert (second["round"], second["follows_id"], second["state"]) == (2, first, "planned")
    assert (second["name"], second["department_code"]) == (details()["name"], DEPARTMENT)
    assert (await items.read(first))["state"] == "not_passed"
    await items.handle(second["id"])
    await items.act(second["id"], "passed")
    assert refusal(await items.ask_to_open("X-01")) == (409, "ItemCaseOpenAlready")


async def test_an_item_nobody_has_described_needs_its_details(world: World) -> None:
    items = await items_of(world)
    refused = await world.post(items.path, {"item_code": "X-01"}, "agent")
    assert refusal(refused) == (422, "ItemDetailsMissing")
    assert refusal(await items.ask_to_open("X-01", kind="milestone")) == (422, "FieldsInvalid")
    assert refusal(await items.ask_to_open("X-01", department_code="nowhere")) == (
        422, "DepartmentNotSuitable",
    )  # fmt: skip


async def test_the_service_is_complete_when_no_item_is_open_and_no_paper_is_owed(world: World) -> None:
    items = await items_of(world)
    case_id = await items.open()

    async def reasons() -> set[str]:
        actions = (await world.get(f"/v1/projects/{items.project_id}", "agent")).json()["allowed_actions"]
        complete = next(each for each in actions if each["action"] == "complete")
        return {reason["code"] for reason in complete["reasons"]} - {"second_person_confirmed"}

    assert await reasons() == set()  # outside the plan, and not filed
    await items.handle(case_id)
    assert await reasons() == {"items_closed"}
    await items.act(case_id, "conditionally_passed")
    assert await reasons() == {"supplements_closed"}
    closed = await items.act(case_id, "supplement_closed")
    assert closed["item_case"]["supplement_closed_on"] == world.today()
    assert await reasons() == set()
    assert faults(await items.ask(case_id, "supplement_closed")) == ["nothing_owed"]


async def test_an_act_entered_later_says_why_and_stands_in_its_place(world: World) -> None:
    items = await items_of(world)
    case_id = await items.open()
    await items.file(case_id)
    world.clock.advance(days=3)
    earlier = (world.clock() - timedelta(days=2)).isoformat()
    refused = await items.ask(case_id, "accepted", occurred_at=earlier)
    assert refusal(refused) == (422, "BackEntryNeedsReason")
    grounds: dict[str, Any] = {"reason": "系统故障"}
    grounds["evidence"] = [await world.file(project_id=items.project_id)]
    taken = await items.act(case_id, "accepted", occurred_at=earlier, **grounds)
    assert (taken["entry_mode"], taken["item_case"]["accepted_on"]) == ("back_entered", world.today(-2))
    too_early = (world.clock() - timedelta(days=3)).isoformat()
    refused = await items.ask(case_id, "handling", occurred_at=too_early, **grounds)
    assert refusal(refused) == (409, "OccurredBeforeLastStep")
    tomorrow = (world.clock() + timedelta(days=1)).isoformat()
    refused = await items.ask(case_id, "handling", occurred_at=tomorrow)
    assert refusal(refused) == (422, "OccurredInTheFuture")


async def test_a_stale_version_is_refused_and_a_nameless_system_too(world: World) -> None:
    items = await items_of(world)
    case_id = await items.open()
    path, body = f"/v1/item-cases/{case_id}/actions", {"action": "received", "from_state": "planned"}
    assert refusal(await world.post(path, body, "agent", 1, **{"If-Match": '"7"'})) == (412, "VersionIsStale")
    headers = world.headers("department")
    del headers["Operator-Id"]
    await items.file(case_id)
    body = {"action": "accepted", "from_state": "received"}
    nameless = await world.client.post(path, json=body, headers=headers)
    assert refusal(nameless) == (400, "OperatorMissing")


async def test_an_absent_case_is_not_found(world: World) -> None:
    for part in ("", "/steps", "/clock"):
        assert refusal(await world.get(f"/v1/item-cases/{NOBODYS}{part}")) == (404, "ItemCaseNotFound")
    body = {"action": "received", "from_state": "planned"}
    assert refusal(await world.post(f"/v1/item-cases/{NOBODYS}/actions", body, "agent")) == (
        404, "ItemCaseNotFound",
    )  # fmt: skip


async def test_a_repeated_request_is_answered_with_the_same_bytes(world: World) -> None:
    items = await items_of(world)
    case_id = await items.open()
    headers = {"Idempotency-Key": world.key()}
    path, body = f"/v1/item-cases/{case_id}/actions", {"action": "received", "from_state": "planned"}
    first = await world.post(path, body, "agent", 1, **headers)
    again = await world.post(path, body, "agent", 1, **headers)
    assert (first.content, again.headers["idempotency-replayed"]) == (again.content, "true")


async def test_a_return_leaves_the_items_beside_it_as_they_are(world: World) -> None:
    """Acceptance 19: one of two parallel items is returned for corrections."""
    items = await items_of(world)
    returned, beside = await items.open("X-01"), await items.open("X-02")
    await items.file(returned)
    await items.accept(beside)
    before = await items.read(beside)
    history = (await world.get(f"/v1/item-cases/{beside}/steps")).json()
    await items.act(returned, "correction_started")
    await items.act(returned, "correction_ended", "agent")
    await items.act(returned, "accepted")
    assert await items.read(beside) == before
    assert (await world.get(f"/v1/item-cases/{beside}/steps")).json() == history
    steps = (await world.get(f"/v1/item-cases/{returned}/steps")).json()["items"]
    assert [step["code"] for step in steps] == [
        "received", "correction_started", "correction_ended", "accepted",
    ]  # fmt: skip
