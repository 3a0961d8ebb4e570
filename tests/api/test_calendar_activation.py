"""…/impact and …/activation: who may, what is refused, and where a version applies."""

import asyncio
from typing import Any

import httpx
import pytest

from app.activations.mending import mend_clocks
from app.calendars.queries import InForce
from app.database import Database
from tests.api.test_calendars import CN, CSV, PATH, YEAR, draft, refusal
from tests.builders import CITY, QIDONG, RUGAO, World, a_project_body
from tests.items import items_of

OFF = {
    "days": [{"date": "2026-03-03", "kind": "holiday", "festival": "江海节", "festival_en": "River Festival"}]
}
APPLY = {"service_mode": "agency", "scope_stages": ["1"], "consent": True}


async def impact_of(world: World, path: str) -> dict[str, Any]:
    answer = await world.get(f"{path}/impact", "admin")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def activate(world: World, path: str, digest: str | None = None, number: int = 2) -> httpx.Response:
    if digest is None:
        digest = (await impact_of(world, path))["impact_digest"]
    return await world.post(f"{path}/activation", {"impact_digest": digest}, "admin", number)


async def in_force(world: World, code: str = "cn", **body: Any) -> int:
    """Draft and activate a version; give its number."""
    made = await draft(world, code, **body)
    assert made.status_code == 201, made.text
    done = await activate(world, made.headers["location"])
    assert done.status_code == 201, done.text
    return int(done.json()["number"])


async def applied(world: World, area: str = QIDONG) -> str:
    """Let a project apply today: it has to be accepted within one working day."""
    key = {QIDONG: "qidong", RUGAO: "rugao"}[area]
    made = await world.post("/v1/projects", a_project_body(area_code=area), key=key)
    path = f"/v1/projects/{made.json()['id']}"
    wanted = {"from_stage": "lead", "move": "apply", "inputs": APPLY}
    moved = await world.post(f"{path}/stage-transitions", wanted, key=key)
    assert moved.status_code == 201, moved.text
    return path


async def deadline(world: World, path: str) -> tuple[str, int]:
    found = (await world.client.get(path, headers=world.headers("officer", key="city"))).json()["deadline"]
    return found["due_on"], found["calendar_version"]


async def test_another_person_than_the_drafter_activates_once(world: World) -> None:
    path = (await draft(world, years=[YEAR], csv=CSV)).headers["location"]
    assert refusal(await activate(world, path, number=1)) == (409, "ApproverIsAuthor")
    digest = (await impact_of(world, path))["impact_digest"]
    done = await activate(world, path, digest)
    assert done.status_code == 201, done.text
    assert done.json() | {"event_id": ""} == {
        "code": "cn", "number": 2, "state": "active", "numbers": [2], "recounted": 0, "moved": 0,
        "impact_digest": digest, "event_id": "", "approved_by": "person:admin-2",
    }  # fmt: skip
    assert refusal(await activate(world, path, digest, 3)) == (409, "CalendarVersionIsNoDraft")
    assert refusal(await world.get(f"{path}/impact", "admin")) == (409, "CalendarVersionIsNoDraft")
    states = [(v["number"], v["state"]) for v in (await world.get(f"{CN}/versions")).json()["items"]]
    assert states == [(1, "superseded"), (2, "active")]
    assert (await world.get(CN)).json()["valid_through"] == "2027-12-31"


async def test_nobody_activates_what_he_has_not_seen(world: World) -> None:
    path = (await draft(world, **OFF)).headers["location"]
    seen = await impact_of(world, path)
    assert (seen["recounted"], seen["moved"]) == (0, [])
    project = await applied(world)
    refused = await activate(world, path, seen["impact_digest"])
    assert refusal(refused) == (409, "ImpactHasChanged")
    assert await deadline(world, project) == ("2026-03-03", 1), "nothing half done"
    assert (await world.get(CN)).json()["number"] == 1
    seen = await impact_of(world, path)
    assert [(m["label"], m["from_due_on"], m["to_due_on"], m["days"]) for m in seen["moved"]] == [
        ("受理", "2026-03-03", "2026-03-04", ["2026-03-03"])
    ]
    assert (await activate(world, path, seen["impact_digest"])).json()["moved"] == 1
    assert await deadline(world, project) == ("2026-03-04", 2)


async def test_an_outdated_draft_would_undo_another_and_is_refused(world: World) -> None:
    old = (await draft(world, years=[YEAR], csv=CSV)).headers["location"]
    digest = (await impact_of(world, old))["impact_digest"]
    await in_force(world, **OFF)
    refused = await activate(world, old, digest)
    assert refusal(refused) == (409, "CalendarDraftIsOutdated")
    assert refused.json()["facts"] == {"base": 1, "number": 3}


async def test_what_does_not_exist_cannot_be_activated_nor_looked_at(world: World) -> None:
    for path in (f"{CN}/versions/99", f"{PATH}/nowhere/versions/1", f"{PATH}/{QIDONG}/versions/1"):
        assert refusal(await activate(world, path, "0" * 64)) == (404, "CalendarNotFound")
        assert refusal(await world.get(f"{path}/impact", "admin")) == (404, "CalendarNotFound")
    made = (await draft(world, **OFF)).headers["location"]
    assert refusal(await world.get(f"{made}/impact")) == (403, "RoleMayNot")
    assert (await world.post(f"{made}/activation", {}, "admin", 2)).status_code == 422


async def test_the_exceptions_of_an_area_apply_there_and_nowhere_else(world: World) -> None:
    here, there = await applied(world), await applied(world, RUGAO)
    number = await in_force(world, QIDONG, **OFF)
    assert await deadline(world, here) == ("2026-03-04", number)
    assert await deadline(world, there) == ("2026-03-03", 1)
    assert await deadline(world, await applied(world)) == ("2026-03-04", number)
    clock = (await world.get(f"{here}/clock")).json()
    assert (clock["calendar_code"], clock["calendar_version"]) == (QIDONG, number)
    assert [line["why"] for line in clock["limits"][0]["days"]][1] == "节假日（江海节），不计入"
    calendars = (await world.get(PATH)).json()["items"]
    assert [(c["code"], c["number"], c["parent_number"]) for c in calendars] == [
        (QIDONG, number, 1), ("cn", 1, None)
    ]  # fmt: skip


async def test_exceptions_go_on_when_the_calendar_below_them_changes(world: World) -> None:
    await in_force(world, QIDONG, **OFF)
    here, there = await applied(world), await applied(world, RUGAO)
    wednesday = {"days": [{"date": "2026-03-04", "kind": "holiday", "festival": "元旦"}]}
    tuesday = {"days": [{"date": "2026-03-03", "kind": "holiday", "festival": "元旦"}]}
    number = await in_force(world, **wednesday)
    (own, national) = (await world.get(PATH)).json()["items"]
    assert (national["number"], own["number"], own["parent_number"]) == (number, number + 1, number)
    assert await deadline(world, here) == ("2026-03-05", number + 1)
    assert await deadline(world, there) == ("2026-03-03", number)
    last = await in_force(world, **tuesday)
    assert await deadline(world, here) == ("2026-03-05", last + 1)
    assert await deadline(world, there) == ("2026-03-05", last)


async def test_exceptions_of_a_city_lie_between_those_of_its_counties_and_the_nation(world: World) -> None:
    own = await in_force(world, QIDONG, **OFF)
    city = {"days": [{"date": "2026-03-04", "kind": "holiday", "festival": "元旦"}]}
    number = await in_force(world, CITY, **city)
    assert await deadline(world, await applied(world)) == ("2026-03-05", number + 1)
    assert await deadline(world, await applied(world, RUGAO)) == ("2026-03-03", number)
    versions = (await world.get(f"{PATH}/{QIDONG}/versions")).json()["items"]
    assert [(v["number"], v["parent_number"], v["state"]) for v in versions] == [
        (own, 1, "superseded"), (number + 1, number, "active")
    ]  # fmt: skip


async def test_a_project_handed_to_another_area_counts_by_that_areas_calendar(
    world: World, database: Database
) -> None:
    number = await in_force(world, QIDONG, **OFF)
    there = await applied(world, RUGAO)
    assert await deadline(world, there) == ("2026-03-03", 1)
    tag = (await world.client.get(there, headers=world.headers("officer", key="rugao"))).headers["etag"]
    headers = world.headers("coordinator", key="city") | {"If-Match": tag}
    file = await world.file()
    body = {"to_area": QIDONG, "reason": "项目选址调整", "evidence": [file]}
    moved = await world.client.post(f"{there}/area-transfers", json=body, headers=headers)
    assert moved.status_code == 201, moved.text
    assert await deadline(world, there) == ("2026-03-04", number)


async def test_what_has_no_running_clock_is_not_counted_anew(world: World) -> None:
    await world.project()  # a lead
    await world.walk(await world.project(), "declined")
    running = await applied(world)
    path = (await draft(world, **OFF)).headers["location"]
    seen = await impact_of(world, path)
    assert [move["explained_by"] for move in seen["moved"]] == [f"{running}/clock"]
    assert seen["recounted"] == 1


async def test_both_clocks_of_a_running_case_move_and_those_of_a_decided_one_stay(world: World) -> None:
    items = await items_of(world)
    running, decided = await items.open("X-01"), await items.open("X-02")
    await items.handle(running)
    await items.handle(decided)
    await items.act(decided, "passed")
    before = {case_id: await items.read(case_id) for case_id in (running, decided)}
    seen_at = world.clock().isoformat().replace("+00:00", "Z")
    world.clock.advance(minutes=5)
    path = (await draft(world, **OFF)).headers["location"]
    seen = await impact_of(world, path)
    moved = {(m["id"], m["clock"]): (m["from_due_on"], m["to_due_on"]) for m in seen["moved"]}
    days = {
        clock: (before[running][clock]["due_on"], await later(world, before[running][clock]["due_on"]))
        for clock in ("statutory", "promised")
    }
    assert moved == {(running, clock): span for clock, span in days.items()}
    assert {move["label"] for move in seen["moved"]} == {before[running]["name"]["zh"]}
    done = await activate(world, path, seen["impact_digest"])
    assert done.status_code == 201, done.text

    after = {case_id: await items.read(case_id) for case_id in (running, decided)}
    for clock, (_, to) in days.items():
        assert after[running][clock]["due_on"] == to
        assert after[decided][clock]["due_on"] == before[decided][clock]["due_on"]
    assert after[running]["calendar_version"] == done.json()["number"]
    assert after[decided]["calendar_version"] == 1
    clock = (await world.get(f"/v1/item-cases/{running}/clock")).json()
    assert (clock["calendar_version"], clock["promised"]["due_on"]) == (
        done.json()["number"], days["promised"][1]
    )  # fmt: skip
    then = (await world.get(f"/v1/item-cases/{running}/clock?known_at={seen_at}")).json()
    assert (then["calendar_version"], then["promised"]["due_on"]) == (1, days["promised"][0])


async def later(world: World, day: str) -> str:
    """Give the working day after a day, as the calendar of before counts."""
    answer = await world.get(f"{CN}/calculations", params={"from": day, "value": 1})
    return str(answer.json()["due_on"])


async def test_a_case_counted_while_a_version_came_into_force_is_mended(
    world: World, database: Database
) -> None:
    items = await items_of(world)
    case_id = await items.open()
    remembered = database.reader.memory[InForce]
    number = await in_force(world, **OFF)
    database.reader.memory[InForce] = remembered._replace(until=float("inf"))
    await items.handle(case_id)
    wrong = await items.read(case_id)
    assert wrong["calendar_version"] == 1
    del database.reader.memory[InForce]
    assert await mend_clocks(database, database.settings, world.clock)
    right = await items.read(case_id)
    assert right["calendar_version"] == number
    assert right["promised"]["due_on"] == await later(world, wrong["promised"]["due_on"])


@pytest.mark.parametrize("together", [2, 5])
async def test_of_those_who_activate_at_once_one_wins_and_the_others_are_told(
    world: World, together: int
) -> None:
    project = await applied(world)
    drafts = []
    for day in range(together):
        body = {"days": [{"date": f"2026-03-{3 + day:02d}", "kind": "holiday", "festival": "元旦"}]}
        drafts.append((await draft(world, **body)).headers["location"])
    digests = [(await impact_of(world, path))["impact_digest"] for path in drafts]
    answers = await asyncio.gather(
        *[activate(world, path, digest) for path, digest in zip(drafts, digests, strict=True)]
    )
    outcomes = sorted(str(answer.json().get("code")) for answer in answers)
    assert outcomes == sorted(["cn", *["CalendarDraftIsOutdated"] * (together - 1)])
    number = (await world.get(CN)).json()["number"]
    assert (await deadline(world, project))[1] == number
    states = [v["state"] for v in (await world.get(f"{CN}/versions", "admin")).json()["items"]]
    assert states.count("active") == 1
