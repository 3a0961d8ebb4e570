"""What went wrong elsewhere does not go wrong here: other people's incidents, told through HTTP."""

from datetime import timedelta
from typing import Any

import pytest

from tests.builders import World
from tests.items import Items, items_of

DAY = {"value": 1, "unit": "working_day"}
BASIS = {"zh": "测试", "en": "for tests"}


def limited(value: int) -> dict[str, Any]:
    limit = {"duration": {"value": value, "unit": "working_day"}, "basis": BASIS}
    return {"statutory_limit": limit, "promised_limit": None}


async def grounds(items: Items) -> dict[str, Any]:
    return {"reason": "系统故障后补录", "evidence": [await items.world.file(project_id=items.project_id)]}


@pytest.mark.parametrize("act", ["passed", "not_passed", "withdrawn"])
async def test_a_closing_act_is_not_dated_before_the_state_it_closes(world: World, act: str) -> None:
    """Acceptance 3: else state and closing day would contradict each other."""
    items = await items_of(world)
    case_id = await items.open()
    await items.file(case_id)
    world.clock.advance(days=3)
    await items.act(case_id, "accepted")
    await items.act(case_id, "handling")
    before = await items.read(case_id)
    role = "agent" if act == "withdrawn" else "department"
    earlier = (world.clock() - timedelta(days=2)).isoformat()
    refused = await items.ask(case_id, act, role, occurred_at=earlier, **await grounds(items))
    assert (refused.status_code, refused.json()["code"]) == (409, "OccurredBeforeLastStep")
    assert await items.read(case_id) == before


async def test_a_closing_move_is_not_dated_before_the_stage_it_closes(world: World) -> None:
    """Acceptance 3, of the service itself."""
    project = await world.walk(await world.project(), "applied")
    earlier = (world.clock() - timedelta(minutes=1)).isoformat()
    refused = await world.move(project, "withdraw", "portal", occurred_at=earlier)
    assert (refused.status_code, refused.json()["code"]) == (409, "OccurredBeforeTheLastStep")


async def test_paused_on_day_19_of_20_one_working_day_is_left_and_nothing_is_overdue(world: World) -> None:
    """Acceptance 12: exactly the nineteenth of twenty working days, and a resumption long after."""
    items = await items_of(world)
    case_id = await items.open(**limited(20))
    await items.handle(case_id)  # on Monday 2 March
    world.clock.advance(days=25)  # Friday 27 March: day 19
    on_day_19 = (await items.clock(case_id))["statutory"]
    assert (on_day_19["consumed"], on_day_19["budget"], on_day_19["remaining"]) == (19, 20, 1)
    await items.act(case_id, "special_started")
    for days in (3, 30, 200):
        world.clock.advance(days=days)
        resting = await items.clock(case_id)
        assert (resting["light"], resting["statutory"]["remaining"]) == ("paused", 1)
        assert resting["statutory"]["due_on"] is None
    world.clock.now = world.clock.now.replace(year=2026, month=11, day=25)  # a Wednesday
    await items.act(case_id, "special_ended")
    resumed = await items.clock(case_id)
    assert (resumed["statutory"]["remaining"], resumed["statutory"]["due_on"]) == (1, "2026-11-26")
    assert resumed["light"] == "yellow"
    world.clock.advance(days=1)
    assert (await items.clock(case_id))["light"] == "yellow"
    world.clock.advance(days=1)
    assert (await items.clock(case_id))["light"] == "red"


async def test_one_working_day_is_one_day_in_every_sum(world: World) -> None:
    """Acceptance 15: neither eight hours nor twenty-four, whatever the hour of acceptance."""
    items = await items_of(world)
    world.clock.now = world.clock.now.replace(day=6, hour=15, minute=59)  # Friday, one minute before midnight
    case_id = await items.open(**limited(1))
    await items.handle(case_id)
    clock = await items.clock(case_id)
    assert (clock["statutory"]["duration"], clock["statutory"]["due_on"]) == (DAY, "2026-03-09")
    asked = "/v1/calendars/cn/calculations?from=2026-03-06&value=1&unit=working_day"
    counted = (await world.get(asked)).json()
    assert (counted["due_on"], counted["days"][-1]["consumed"]) == ("2026-03-09", 1)


async def test_a_return_inside_parallel_items_leaves_the_others_as_they_were(world: World) -> None:
    """Acceptance 19: papers sent back for one item change no other, and its history tells each thing once."""
    items = await items_of(world)
    returned, handled, filed = [await items.open(f"X-{number}") for number in range(3)]
    await items.handle(handled)
    await items.file(filed)
    await items.file(returned)
    before = [await items.read(case_id) for case_id in (handled, filed)]
    sent_back = (world.clock().isoformat(), {"external_id": "R-1", "reason": "缺总平面图"})
    world.clock.advance(minutes=5)
    await items.reported(returned, "correction_started", sent_back[0], **sent_back[1])
    again = await items.report(returned, "correction_started", sent_back[0], **sent_back[1])
    assert (again.status_code, again.json()["is_repeat"]) == (200, True)
    await items.act(returned, "correction_ended", "agent")
    await items.act(returned, "accepted")
    assert [await items.read(case_id) for case_id in (handled, filed)] == before

    steps = (await world.get(f"/v1/item-cases/{returned}/steps")).json()["items"]
    codes = ["received", "correction_started", "correction_ended", "accepted"]
    assert [(step["number"], step["code"]) for step in steps] == [*enumerate(codes, start=1)]
    told = (await world.get(f"/v1/projects/{items.project_id}/timeline?limit=200")).json()["items"]
    of_items = [each for each in told if each["type"] in {"item.acted", "item.reported"}]
    assert len(of_items) == len({each["id"] for each in of_items}) == len(codes) + 3 + 1
