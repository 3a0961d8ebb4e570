"""Every computed date of every answer stands beside one link, and behind that link is its sum."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.contract.checking import Contract
from tests.contract.told import OWN, ToldWorld, told, told_copy, told_postgres, told_sqlite

__all__ = ["told", "told_copy", "told_postgres", "told_sqlite"]

COMPUTED = {
    "due_on", "warn_on", "expires_on", "p50_on", "p80_on", "filing_on", "finish_on", "latest_filing_on",
    "expected_on", "valid_through", "silence_ends_on", "works_end_on", "completion_on",
    "from_due_on", "to_due_on",
}  # fmt: skip
IS_THE_SUM = {
    "CalculationOut": "prints the sum",
    "LimitOut": "is part of the clock that prints the sum",
    "ItemLimitOut": "is part of the clock that prints the sum",
    "ItemClockOut": "prints the sum",
    "ScheduleOut": "says of each of its items what set the day; its ends are the days of items",
    "DaysOut": "stands in a line of the schedule, whose filing_why and finish_why explain it",
    "TriedDaysOut": "holds filing_why and finish_why",
    "EndsOut": "the ends are the days of items, which stand beside them",
    "LightsOut": "stands in an item case, whose explained_by prints both clocks",
}
NO_DATE_OF_OURS = {
    "CalendarOut": "valid_through is the last year with a notice",
    "CalendarVersionOut": "valid_through is the last year with a notice",
    "CalendarVersionSummaryOut": "valid_through is the last year with a notice",
}


def test_every_answer_with_a_computed_date_links_to_its_sum(contract: Contract) -> None:
    schemas: dict[str, Any] = contract.document["components"]["schemas"]
    answers = {name: set(s.get("properties", {})) for name, s in schemas.items() if name.endswith("Out")}
    dated = {name for name, fields in answers.items() if fields & COMPUTED}
    assert len(dated) >= 15
    lost = {
        name
        for name in dated
        if not any(field.endswith("explained_by") for field in answers[name])
        and not any(field.endswith("_why") for field in answers[name])
    }
    assert lost - IS_THE_SUM.keys() - NO_DATE_OF_OURS.keys() == set()
    assert (IS_THE_SUM.keys() | NO_DATE_OF_OURS.keys()) - dated == set(), "no longer needed here"


def links(body: Any) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Give every link of an answer: its field, the path, and the object it stands in."""
    if isinstance(body, list):
        for each in body:
            yield from links(each)
    elif isinstance(body, dict):
        for field, value in body.items():
            if field.endswith("explained_by") and value is not None:
                yield field, value, body
            yield from links(value)


PLACES = (
    "/v1/projects?limit=200",
    "/v1/item-cases?limit=200",
    "/v1/validity-alarms?limit=200",
    "/v1/issues?limit=200",
    "/v1/conclusions?limit=200",
    "/v1/tasks?limit=200&role=agent",
)


@pytest.mark.parametrize("role", ["coordinator", "agent"])
async def test_behind_every_link_is_an_answer_that_tells_the_date(told: ToldWorld, role: str) -> None:
    world, ids = told.world, told.told.ids[OWN]
    projects = (await world.get("/v1/projects?limit=200", role)).json()["items"]
    places = [*PLACES]
    for project in projects:
        path = f"/v1/projects/{project['id']}"
        places += [path, f"{path}/schedule", f"{path}/forecast"]
        plans = (await world.get(f"{path}/plans", role)).json()["items"]
        places += [f"{path}/plans/{plan['number']}/items?limit=200" for plan in plans]
    cases = (await world.get("/v1/item-cases?limit=200", role)).json()["items"]
    places += [f"/v1/item-cases/{case['id']}" for case in cases]
    followed = dates = 0
    sums: dict[str, str] = {}
    for place in places:
        answer = await world.get(place, role)
        if answer.status_code != 200:
            continue
        for field, link, holder in links(answer.json()):
            if link not in sums:
                found = await world.get(link, role)
                assert found.status_code == 200, (place, link, found.text)
                sums[link] = found.text
            followed += 1
            told_dates = {
                "validity_explained_by": ["valid_through"],
                "explained_by": ["due_on", "expires_on", "filing_on", "finish_on"],
            }.get(field, [])
            for name in told_dates:
                if isinstance(day := holder.get(name), str):
                    dates += 1
                    assert json.dumps(day) in sums[link], (place, name, day, link)
    assert ids
    assert followed >= 30
    assert dates >= 30
