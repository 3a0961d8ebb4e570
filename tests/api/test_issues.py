"""/v1/issues: raised, taken up the ladder level by level, resolved by one person and closed by another."""

from typing import Any

import pytest

from app.database import Database
from app.events.queries import events_after
from tests.builders import DEPARTMENT, OTHER_OWNER, QIDONG, World
from tests.coordinating import ISSUES, Coordinated, an_issue, an_issue_body

AGENT, COORDINATOR, SUPERVISOR, OFFICER = (
    ("agent", 1),
    ("coordinator", 1),
    ("supervisor", 1),
    ("officer", 1),
)


async def test_an_issue_has_one_who_answers_for_it_and_a_day_with_its_sum(world: World) -> None:
    issue = await an_issue(world)
    read = await issue.read()
    assert (read["state"], read["level"], read["rank"]) == ("open", "accepting_department", 1)
    assert (read["department_code"], read["responsible"]) == (DEPARTMENT, None)
    assert read["due"]["duration"] == {"value": 5, "unit": "working_day"}
    assert (read["due"]["due_on"], read["due"]["light"]) == (world.today(7), "green")
    total = (await world.get(read["due"]["explained_by"])).json()
    assert total["due_on"] == read["due"]["due_on"]
    assert total["calendar_version"] == read["due"]["calendar_version"]
    world.clock.advance(days=6)
    assert (await issue.read())["due"]["light"] == "yellow"
    world.clock.advance(days=2)
    assert (await issue.read())["due"]["light"] == "red"
