"""Supervision notices taken back: what was not so on the day of the notice, and nothing else."""

from datetime import date, timedelta
from typing import Any

import pytest

from app.database import Database
from app.supervision.withdrawing import withdraw_notices
from tests.api.test_calendar_activation import in_force
from tests.api.test_corrections import Case
from tests.builders import World
from tests.supervising import JUDGE, NOTICES, Notice, candidates, supervised, withdrawals


async def check(world: World, database: Database) -> bool:
    return await withdraw_notices(database, database.settings, world.clock)


def at(day: str) -> str:
    return f"{day}T09:00:00+08:00"


DECIDED = {"document_number": "许可〔2026〕88号", "document_on": "2026-03-20"}


@pytest.mark.parametrize(
    ("news", "why"),
    [
        ([("passed", "2026-03-20", DECIDED)], "done_in_time"),
        ([("passed", "2026-04-10", DECIDED | {"document_on": "2026-04-10"})], "done_before"),
        (
            [("special_started", "2026-03-10", {"special_kind": "expert_review"})],
            "paused",
        ),
        (
            [
                ("special_started", "2026-03-04", {"special_kind": "expert_review"}),
                ("special_ended", "2026-04-15", {"special_kind": "expert_review"}),
            ],
            "not_overdue",
        ),
        ([("withdrawn", "2026-03-12", {})], "done_in_time"),
    ],
)
async def test_a_late_report_that_shows_otherwise_takes_a_notice_back(
    world: World, database: Database, news: list[tuple[str, str, dict[str, Any]]], why: str
) -> None:
    case = await supervised(world)
    notice = await case.issue()
    assert await check(world, database)
    assert not await check(world, database)
    world.clock.advance(days=1)
    for code, day, facts in news:
        await case.items.reported(case.case_id, code, at(day), **facts)
    assert await check(world, database)
    read = await notice.read()
    assert (read["state"], read["undoing"], read["withdrawn_on"]) == ("withdrawn", why, world.today())
    assert (read["clock"], read["clocks"], read["allowed_actions"]) == (None, [], [])
    assert read["noticed"]["light"] == "red"
    (gone,) = await withdrawals(world)
    assert (gone["notice_id"], gone["undoing"]) == (notice.id, why)
    steps = (await world.get(f"{notice.path}/steps", "supervisor")).json()["items"]
    assert [(step["action"], step["person"], step["facts"]) for step in steps] == [
        ("withdraw", "system", {"undoing": why})
    ]
    assert not await check(world, database)
    assert len(await withdrawals(world)) == 1


@pytest.mark.parametrize(
    ("code", "day", "facts"),
    [
        ("passed", "2026-04-22", DECIDED | {"document_on": "2026-04-22"}),
        ("special_started", "2026-04-22", {"special_kind": "hearing"}),
        ("withdrawn", "2026-04-22", {}),
    ],
)
async def test_what_happens_after_a_notice_undoes_nothing(
    world: World, database: Database, code: str, day: str, facts: dict[str, Any]
) -> None:
    case = await supervised(world)
    notice = await case.issue()
    world.clock.advance(days=2)
    await case.items.reported(case.case_id, code, at(day), **facts)
    assert await check(world, database)
    assert (await notice.read())["state"] == "issued"
    assert await withdrawals(world) == []


async def test_a_closed_notice_is_taken_back_too_and_a_withdrawn_one_not_twice(
    world: World, database: Database
) -> None:
    case = await supervised(world)
    notice = await case.issue()
    await notice.to("closed")
    other = await case.issue()
    await other.do("withdraw", JUDGE, text="发错对象")
    await case.items.reported(case.case_id, "passed", at("2026-03-20"), **DECIDED)
    await check(world, database)
    assert (await notice.read())["state"] == "withdrawn"
    read = await other.read()
    assert (read["state"], read["undoing"]) == ("withdrawn", None)
    assert len(await withdrawals(world)) == 2


async def test_a_calendar_that_gives_time_takes_a_notice_back(world: World, database: Database) -> None:
    case = await supervised(world, 14)
    notice = await case.issue()
    await check(world, database)
    first = date(2026, 3, 3)
    off = [first + timedelta(days=n) for n in range(13) if (first + timedelta(days=n)).weekday() < 5]
    days = [{"date": d.isoformat(), "kind": "holiday", "festival": "节", "festival_en": "Feast"} for d in off]
    await in_force(world, days=days)
    assert (await case.items.read(case.case_id))["light"] == "green"
    assert await check(world, database)
    read = await notice.read()
    assert (read["state"], read["undoing"]) == ("withdrawn", "not_overdue")
    assert read["noticed"]["due_on"] == "2026-03-11"


async def _late_acceptance(world: World) -> tuple[Case, Notice]:
    """A project that applied and was not accepted in time, and a notice about it."""
    case = Case(world, await world.project())
    await case.step("apply", "portal")
    world.clock.advance(days=7)
    (candidate,) = await candidates(world, "?subject=stage")
    assert (candidate["stage"], candidate["due_on"]) == ("applied", "2026-03-03")
    body = {"project_id": case.project["id"], "text": "请说明受理超期原因"}
    made = await world.post(NOTICES, body, "supervisor")
    assert made.status_code == 201, made.text
    assert await candidates(world, "?subject=stage") == []
    return case, Notice(world, made.json()["id"])


async def test_a_stage_of_the_agency_is_supervised_like_an_item(world: World, database: Database) -> None:
    case, notice = await _late_acceptance(world)
    read = await notice.read()
    noticed = read["noticed"]
    assert (read["subject"], read["stage"], read["department_code"]) == ("stage", "applied", None)
    assert (noticed["rule"], noticed["due_on"], noticed["light"]) == ("stage", "2026-03-03", "red")
    world.clock.advance(days=1)
    await case.step("accept")
    total = (await world.get(noticed["explained_by"])).json()["limits"]
    found = next(limit for limit in total if limit["due_on"] == noticed["due_on"])
    assert (found["consumed"], found["light"]) == (noticed["consumed"], "red")
    assert await check(world, database)
    assert await notice.refused("reply", ("agent", 1), text="已受理") == (409, "HandlingGuardsNotMet")
    replied = await notice.do("reply", ("officer", 1), text="已受理")
    assert replied["state"] == "replied"


async def test_a_step_entered_afterwards_takes_the_notice_about_its_stage_back(
    world: World, database: Database
) -> None:
    case, notice = await _late_acceptance(world)
    evidence = [await world.file()]
    entered = {"occurred_at": at("2026-03-03"), "reason": "当日已受理，漏录", "evidence": evidence}
    await case.step("accept", **entered)
    assert await check(world, database)
    read = await notice.read()
    assert (read["state"], read["undoing"]) == ("withdrawn", "stage_left")


async def test_a_correction_of_the_step_that_began_a_stage_takes_the_notice_back(
    world: World, database: Database
) -> None:
    case, notice = await _late_acceptance(world)
    await check(world, database)
    await case.put_right(case.events["apply"], occurred_at=at("2026-03-08"))
    assert await check(world, database)
    read = await notice.read()
    assert (read["state"], read["undoing"]) == ("withdrawn", "not_overdue")


async def test_a_stage_that_rests_or_is_in_time_is_not_supervised(world: World) -> None:
    project = await world.walk(await world.project(), "in_service")
    world.clock.advance(days=60)
    body = {"project_id": project["id"], "text": "督办"}
    moved = await world.move(
        project,
        "suspend",
        "agent",
        inputs={"reason_code": "land_not_ready", "expected_resume_on": "2026-08-30"},
        reason="等待用地指标",
    )
    assert moved.status_code == 201, moved.text
    refused = (await world.post(NOTICES, body, "supervisor")).json()
    codes = [each["code"] for each in refused["errors"]]
    assert (refused["code"], codes[0]) == ("NothingToSupervise", "paused")
    fresh = (await world.project())["id"]
    refused = (await world.post(NOTICES, body | {"project_id": fresh}, "supervisor")).json()
    assert [each["code"] for each in refused["errors"]] == ["not_begun"]
    assert await candidates(world) == []
