"""The cases of a plan: they begin with its approval, wait for their prerequisites and follow its versions."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.api.test_plan_content import GIVEN, an_adjustment, made
from tests.api.test_plans import agree, approve
from tests.builders import KNOWN_ATTRIBUTES, World

PAPER = {"document_number": "许可1号", "document_on": "2026-03-02"}


async def approved(world: World, *adjustments: Any, number: int = 1, **facts: Any) -> str:
    """Have a plan from the template approved; give the path of its project."""
    usual = {"approval_mode": "record_filing", "land_mode": "grant", "attributes": KNOWN_ATTRIBUTES}
    project = await world.walk(await world.project(**usual), "assigned", scope=("1", "2", "3"))
    path = f"/v1/projects/{project['id']}"
    await version(world, path, *GIVEN, *adjustments, number=number, **facts)
    return path


async def version(world: World, path: str, *adjustments: Any, number: int, **facts: Any) -> None:
    drafted = await made(world, path, *adjustments, **facts)
    assert drafted.status_code == 201, drafted.text
    done = await approve(world, path, number)
    assert done.status_code == 201, done.text
    await agree(world, path, number)


async def cases_of(world: World, path: str) -> dict[str, dict[str, Any]]:
    found = (await world.get(f"{path}/item-cases?limit=200")).json()["items"]
    return {case["item_code"]: case for case in found}


async def do(world: World, case: dict[str, Any], action: str, **facts: Any) -> httpx.Response:
    role = "agent"
    state = (await world.get(f"/v1/item-cases/{case['id']}")).json()["state"]
    body = {"action": action, "from_state": state, "evidence": [await world.file()]} | facts
    return await world.post(f"/v1/item-cases/{case['id']}/actions", body, role)


async def grant(world: World, case: dict[str, Any]) -> None:
    for action, facts in (("received", {}), ("accepted", {}), ("passed", PAPER)):
        done = await do(world, case, action, **facts)
        assert done.status_code == 201, done.text


async def open_items(world: World, path: str) -> int:
    actions = (await world.get(path, "agent")).json()["allowed_actions"]
    complete = next(each for each in actions if each["action"] == "complete")
    detail = next((r["detail"] for r in complete["reasons"] if r["code"] == "items_closed"), "0")
    return int("".join(c for c in detail if c.isdigit()))


async def test_the_approval_opens_a_case_for_every_item_but_the_milestones(world: World) -> None:
    path = await approved(world)
    items = (await world.get(f"{path}/plans/1/items?limit=200")).json()["items"]
    cases = await cases_of(world, path)
    assert cases.keys() == {item["code"] for item in items if item["kind"] != "milestone"}
    assert {(c["state"], c["plan_number"], c["round"]) for c in cases.values()} == {("planned", 1, 1)}
    told = (await world.get(f"{path}/timeline?limit=200")).json()["items"]
    assert [each["type"] for each in told].count("plan.approved") == 1
    assert not [each for each in told if each["type"].startswith("item.")]


async def test_nothing_is_filed_before_its_prerequisites_have_passed(world: World) -> None:
    path = await approved(world)
    cases = await cases_of(world, path)
    waiting = (await world.get(f"/v1/item-cases/{cases['S3-09']['id']}")).json()
    assert waiting["prerequisites_open"]
    refused = await do(world, cases["S3-09"], "received")
    assert (refused.status_code, refused.json()["code"]) == (409, "ItemGuardsNotMet")
    named = [fault["detail"] for fault in refused.json()["errors"]]
    assert len(named) == len(waiting["prerequisites_open"])
    ready = [
        c
        for c in cases.values()
        if not (await world.get(f"/v1/item-cases/{c['id']}")).json()["prerequisites_open"]
    ]
    assert cases["S1-01"]["id"] in {case["id"] for case in ready}
    await grant(world, cases["S1-01"])


async def report(world: World, case: dict[str, Any], code: str, days: float) -> dict[str, Any]:
    body = {
        "code": code,
        "occurred_at": (world.clock() + timedelta(days=days)).isoformat(),
        "source_system": "gongai",
        "external_id": f"{case['id']}-{code}",
    }
    taken = await world.post(f"/v1/item-cases/{case['id']}/reports", body, "department")
    assert taken.status_code == 201, taken.text
    return dict(taken.json()["item_case"])


async def test_a_bypassed_gate_is_found_until_the_passing_before_is_known(world: World) -> None:
    """S2-01 waits for S1-91, which joins the ways to land; here S1-19 is the only one."""
    path = await approved(world)
    cases = await cases_of(world, path)
    filed = await report(world, cases["S2-01"], "received", -0.9)
    assert [finding["code"] for finding in filed["findings"]] == ["gate_bypassed"]
    before = filed["version"]
    await report(world, cases["S1-19"], "received", -9)
    still = (await world.get(f"/v1/item-cases/{filed['id']}")).json()
    assert (still["findings"], still["version"]) == (filed["findings"], before)
    await report(world, cases["S1-19"], "passed", -2)
    now = (await world.get(f"/v1/item-cases/{filed['id']}")).json()
    assert (now["findings"], now["version"]) == ([], before + 1)


@pytest.mark.parametrize(("first", "right"), [(-5, 0), (0, -3)])
async def test_a_late_milestone_and_its_correction_say_whether_a_gate_was_bypassed(
    world: World, first: int, right: int
) -> None:
    """S4-06 waits for the completion of works alone; it was filed a day before that is told."""
    path = await approved(world)
    case = (await cases_of(world, path))["S4-06"]
    filed = await report(world, case, "received", -0.9)

    async def found() -> tuple[list[str], int]:
        now = (await world.get(f"/v1/item-cases/{case['id']}")).json()
        return [finding["code"] for finding in now["findings"]], now["version"] - filed["version"]

    assert await found() == (["gate_bypassed"], 0)
    body = {"kind": "completion", "reached_on": world.today(first), "evidence": [await world.file()]}
    milestone = (await world.post(f"{path}/milestones", body, "agent")).json()["id"]
    done = await world.post(f"{path}/milestones/{milestone}/confirmation", {}, "coordinator")
    assert done.status_code == 201, done.text
    assert await found() == (([], 1) if first < 0 else (["gate_bypassed"], 0))
    told = (await world.get(f"{path}/timeline?limit=200")).json()["items"]
    event = next(each["id"] for each in told if each["type"] == "milestone.reported")
    rows = [{"table": "milestone", "id": milestone, "set": {"reached_on": world.today(right)}}]
    wrong = {
        "event_id": event,
        "right": {"set": rows},
        "reason": "录入有误",
        "evidence": [await world.file()],
    }
    proposed = await world.post(f"{path}/corrections", wrong, "officer")
    assert proposed.status_code == 201, proposed.text
    approval = f"{path}/corrections/{proposed.json()['id']}/approval"
    assert (await world.post(approval, None, "coordinator")).status_code == 201
    assert await found() == ((["gate_bypassed"], 2) if first < 0 else ([], 1))


async def test_what_passed_after_the_filing_opens_no_gate_afterwards(world: World) -> None:
    path = await approved(world)
    cases = await cases_of(world, path)
    await report(world, cases["S2-01"], "received", -5)
    await report(world, cases["S1-19"], "passed", -1)
    now = (await world.get(f"/v1/item-cases/{cases['S2-01']['id']}")).json()
    assert "gate_bypassed" in [finding["code"] for finding in now["findings"]]


async def test_a_new_version_adds_drops_and_changes_what_is_not_filed(world: World) -> None:
    path = await approved(world)
    before = await cases_of(world, path)
    await grant(world, before["S1-01"])
    world.clock.advance(hours=1)
    dropped = an_adjustment("S3-14", "drop")
    await version(
        world, path, dropped, number=2, based_on="previous", reason="不再需要",
    )  # fmt: skip
    after = await cases_of(world, path)
    assert (after["S3-14"]["state"], after["S3-14"]["plan_number"]) == ("dropped", None)
    assert after["S1-01"]["state"] == "passed"
    assert {c["plan_number"] for code, c in after.items() if code != "S3-14"} == {2}
    world.clock.advance(hours=1)
    added = an_adjustment("S3-14", "add", handling={"value": 10, "unit": "working_day"})
    await version(world, path, added, number=3, based_on="previous", reason="仍需办理")
    again = await cases_of(world, path)
    assert (again["S3-14"]["id"], again["S3-14"]["state"]) == (before["S3-14"]["id"], "planned")


async def test_the_items_of_the_scope_are_open_until_they_are_done(world: World) -> None:
    path = await approved(world)
    await world.walk(path.rsplit("/", 1)[1], "assigned", scope=("1", "2", "3"))
    for move in ("publish_plan", "start_service"):
        moved = await world.move(path.rsplit("/", 1)[1], move, "agent")
        assert moved.status_code == 201, moved.text
    cases = await cases_of(world, path)
    in_scope = [case for case in cases.values() if case["approval_stage"] in {"1", "2", "3"}]
    assert await open_items(world, path) == len(in_scope)
    await grant(world, cases["S1-01"])
    assert await open_items(world, path) == len(in_scope) - 1
