"""/v1/projects/{id}/service-records."""

from typing import Any

import httpx
import pytest

from tests.builders import World

SUMMARY = "上门讲解用地手续"


def refusal(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


async def put(
    world: World, path: str, kind: str, role: str = "officer", number: int = 1, **facts: Any
) -> httpx.Response:
    body = {"kind": kind, "summary": SUMMARY} | facts
    return await world.post(f"{path}/service-records", body, role, number)


async def test_pre_service_is_put_on_record_before_anybody_applied(world: World) -> None:
    path = f"/v1/projects/{(await world.project())['id']}"
    done = await put(
        world, path, "pre_service", "agent", 3, participants=["张三", "李四"], conclusion="可以申报"
    )
    assert done.status_code == 201, done.text
    assert SUMMARY not in done.text
    assert "张三" not in done.text
    (shown,) = (await world.get(f"{path}/service-records")).json()["items"]
    assert (shown["kind"], shown["stage"], shown["summary"]["text"]) == ("pre_service", "lead", SUMMARY)
    assert [p["text"] for p in shown["participants"]] == ["张三", "李四"]
    assert shown["conclusion"]["text"] == "可以申报"
    assert (await world.get(path)).json()["stage"] == "lead"


@pytest.mark.parametrize("kind", ["reminder", "progress_report", "client_hearing"])
async def test_nothing_else_is_put_on_record_of_a_lead(world: World, kind: str) -> None:
    path = f"/v1/projects/{(await world.project())['id']}"
    assert refusal(await put(world, path, kind)) == (409, "ServiceNotAppliedFor")


async def test_an_agent_reports_progress_of_his_own_projects_only(world: World) -> None:
    path = f"/v1/projects/{(await world.walk(await world.project(), 'in_service'))['id']}"
    assert refusal(await put(world, path, "progress_report", "agent", 3)) == (403, "NotAnAgentOfThisProject")
    assert (await put(world, path, "progress_report", "agent", 2)).status_code == 201
    assert refusal(await put(world, path, "progress_report", "portal")) == (403, "RoleMayNot")


async def test_a_record_entered_late_gives_reason_and_evidence(world: World) -> None:
    path = f"/v1/projects/{(await world.project())['id']}"
    world.clock.advance(days=5)
    late = {"occurred_at": "2026-03-03T09:00:00+08:00"}
    assert refusal(await put(world, path, "pre_service", **late)) == (422, "BackEntryNeedsReason")
    grounds = {"reason": "当时在现场", "evidence": [await world.file()]}
    done = await put(world, path, "pre_service", **late, **grounds)
    assert (done.status_code, done.json()["entry_mode"]) == (201, "back_entered")
    assert done.json()["occurred_at"] == "2026-03-03T01:00:00Z"
    future = await put(world, path, "pre_service", occurred_at="2026-03-08T09:00:00+08:00")
    assert refusal(future) == (422, "OccurredInTheFuture")


async def test_the_latest_reminder_counts_whatever_is_entered_afterwards(world: World) -> None:
    walker = world.walker(await world.project())
    await walker.walk("correction_needed")
    world.clock.advance(days=10)
    assert (await put(world, walker.path, "reminder")).status_code == 201
    grounds = {"reason": "补录首次催告", "evidence": [await world.file()]}
    early = await put(world, walker.path, "reminder", occurred_at="2026-03-04T09:00:00+08:00", **grounds)
    assert early.status_code == 201, early.text
    world.clock.advance(days=25)  # over for the first reminder, not for the second
    refused = await world.move(walker.project_id, "lapse_correction")
    assert refusal(refused) == (409, "GuardsNotMet")


async def test_a_reminder_after_midnight_is_of_the_new_day(world: World) -> None:
    walker = world.walker(await world.project())
    await walker.walk("correction_needed")
    world.clock.advance(hours=15, minutes=30)  # 00:30 on 3 March at the office
    await put(world, walker.path, "reminder")
    world.clock.advance(days=30)  # 2 April: the thirtieth day
    assert (await world.move(walker.project_id, "lapse_correction")).status_code == 409
    world.clock.advance(days=1)
    assert (await world.move(walker.project_id, "lapse_correction")).status_code == 201


@pytest.mark.parametrize(
    ("facts", "pointer"),
    [
        ({"summary": " "}, "/summary"),
        ({"kind": "gossip"}, "/kind"),
        ({"participants": [""]}, "/participants/0"),
    ],
)
async def test_what_is_wrong_with_a_record_is_named(
    world: World, facts: dict[str, Any], pointer: str
) -> None:
    path = f"/v1/projects/{(await world.project())['id']}/service-records"
    refused = await world.post(path, {"kind": "pre_service", "summary": SUMMARY} | facts)
    assert refusal(refused) == (422, "FieldsInvalid")
    assert [e["pointer"] for e in refused.json()["errors"]] == [pointer]
