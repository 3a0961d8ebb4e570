"""/v1/item-cases/{id}/reports: what a department's system says has happened, in whatever order it comes."""

from datetime import timedelta
from itertools import permutations
from typing import Any

import httpx
import pytest

from app.database import Database
from app.items.announcing import announce_silence
from tests.builders import World
from tests.items import items_of

COMPARED = (
    "state", "state_at", "filed_on", "accepted_on", "receipt_on", "silence_ends_on", "anchor_on", "done_on",
    "due_on", "light", "is_paused", "statutory", "promised", "document_number", "findings",
)  # fmt: skip


def refusal(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


def moment(world: World, days: float) -> str:
    return (world.clock() + timedelta(days=days)).isoformat()


def codes(found: list[dict[str, Any]]) -> list[str]:
    return [each["code"] for each in found]


async def test_a_repeat_changes_nothing_and_a_contradiction_is_refused(world: World) -> None:
    items = await items_of(world)
    case_id, other = await items.open("X-01"), await items.open("X-02")
    at, known = moment(world, -0.5), {"external_id": "G-1", "source_sequence": 4, "handler": "李经办"}
    first = await items.reported(case_id, "received", at, **known)
    assert (first["entry_mode"], first["is_repeat"], first["handler"]["text"]) == ("reported", False, None)
    version = first["item_case"]["version"]
    again = await items.report(case_id, "received", at, **known)
    assert (again.status_code, again.json()["id"], again.json()["is_repeat"]) == (200, first["id"], True)
    assert again.json()["item_case"]["version"] == version
    for facts in ({"source_sequence": 5}, {"document_number": "1号"}):
        assert refusal(await items.report(case_id, "received", at, **(known | facts))) == (
            409, "ReportContradicts",
        )  # fmt: skip
    assert refusal(await items.report(case_id, "accepted", at, **known)) == (409, "ReportContradicts")
    assert refusal(await items.report(other, "received", at, **known)) == (409, "ReportContradicts")
    steps = (await world.get(f"/v1/item-cases/{case_id}/steps")).json()["items"]
    assert [(s["code"], s["handler"]["text"]) for s in steps] == [("received", "李经办")]


async def test_only_the_department_reports_and_never_the_future(world: World) -> None:
    items = await items_of(world)
    case_id = await items.open()
    body = {"code": "received", "occurred_at": moment(world, -1), "source_system": "s", "external_id": "1"}
    for role in ("officer", "agent", "portal"):
        refused = await world.post(f"/v1/item-cases/{case_id}/reports", body, role)
        assert refusal(refused) == (403, "RoleMayNot")
    assert refusal(await items.report(case_id, "received", moment(world, 1))) == (422, "OccurredInTheFuture")


@pytest.mark.parametrize(
    "history",
    [
        [("received", -20), ("accepted", -18), ("special_started", -15), ("passed", -2)],
        [("received", -30), ("correction_started", -12), ("handling", -5), ("special_ended", -3)],
    ],
)
async def test_reports_in_every_order_end_in_the_same_case(world: World, history: Any) -> None:
    items = await items_of(world)
    ends, numbers = [], []
    for number, order in enumerate(permutations(history)):
        case_id = await items.open(f"X-{number}")
        for code, day in order:
            await items.reported(case_id, code, moment(world, day))
        case = await items.read(case_id)
        ends.append({name: case[name] for name in COMPARED})
        steps = (await world.get(f"/v1/item-cases/{case_id}/steps")).json()["items"]
        numbers.append(sorted((s["code"], s["occurred_at"], s["is_derived"]) for s in steps))
    assert all(end == ends[0] for end in ends)
    assert all(each == numbers[0] for each in numbers)


async def test_odd_reports_are_taken_and_found(world: World) -> None:
    items = await items_of(world)
    case_id = await items.open()
    await items.reported(case_id, "handling", moment(world, -0.2))
    taken = await items.reported(case_id, "received", moment(world, -30))
    assert codes(taken["findings"]) == ["late_report"]
    case = taken["item_case"]
    assert (case["state"], codes(case["findings"])) == ("handling", ["late_report"])
    assert case["is_deemed_accepted"]  # thirty days without an answer
    assert case["anchor_on"] == world.today(-30)
    other = await items.open("X-02")
    await items.reported(other, "received", moment(world, -0.5))
    skipped = await items.reported(other, "not_passed", moment(world, -0.4))
    assert codes(skipped["findings"]) == ["state_skipped"]


async def test_a_special_procedure_known_late_excuses_and_the_earlier_sum_stays_readable(
    world: World,
) -> None:
    items = await items_of(world)
    case_id = await items.open()
    await items.handle(case_id)
    began, before = moment(world, 3), world.clock()
    world.clock.advance(days=40)
    red_at = world.clock()
    assert (await items.read(case_id))["light"] == "red"
    world.clock.advance(hours=1)
    await items.reported(case_id, "special_started", began, special_kind="hearing")
    clock = await items.clock(case_id)
    assert clock["light"] == "paused"
    assert [(p["kind"], p["is_late"], p["ends_on"]) for p in clock["pauses"]] == [("hearing", True, None)]
    query = red_at.isoformat().replace("+00:00", "Z")
    assert (await items.clock(case_id, f"?known_at={query}"))["promised"]["light"] == "red"
    then = await items.read(case_id, query=f"?known_at={query}")
    assert (then["light"], then["state"], then["allowed_actions"]) == ("red", "handling", [])
    was = await items.clock(case_id, f"?valid_at={query}")
    assert (was["light"], was["state"]) == ("paused", "special_started")
    query = before.isoformat().replace("+00:00", "Z")
    was = await items.clock(case_id, f"?valid_at={query}")
    assert (was["light"], was["today"], was["pauses"]) == ("green", before.date().isoformat(), [])


async def test_nothing_is_known_of_a_case_before_it_was_opened(world: World) -> None:
    items = await items_of(world)
    long_ago, long_before = moment(world, -1), moment(world, -30)
    world.clock.advance(hours=1)
    case_id = await items.open()
    for name in ("known_at", "valid_at"):
        for part in ("", "/clock"):
            query = long_ago.replace("+00:00", "Z")
            refused = await world.get(f"/v1/item-cases/{case_id}{part}?{name}={query}")
            assert refusal(refused) == (404, "ItemCaseNotKnownThen")
    await items.reported(case_id, "received", long_before)
    query = moment(world, -20).replace("+00:00", "Z")
    assert (await items.read(case_id, query=f"?valid_at={query}"))["state"] == "received"


async def announce(database: Database, world: World) -> bool:
    return await announce_silence(database, None, world.clock)  # type: ignore[arg-type] - it looks at no setting


async def test_silence_accepts_without_the_worker_which_announces_it_once(
    world: World, database: Database
) -> None:
    """Acceptance 14: five working days without an answer count from the day of receipt."""
    items = await items_of(world)
    case_id = await items.open()
    await items.file(case_id)
    received_on = world.today()
    world.clock.advance(days=7)  # Monday to Monday: the fifth working day
    silent = await items.read(case_id)
    assert (silent["light"], silent["is_deemed_accepted"]) == ("not_started", False)
    assert not await announce(database, world)
    world.clock.advance(days=1)
    deemed = await items.read(case_id)
    assert (deemed["light"], deemed["is_deemed_accepted"]) == ("yellow", True)  # one of seven days left
    assert deemed["anchor_on"] == received_on
    clock = await items.clock(case_id)
    assert (clock["promised"]["consumed"], clock["promised"]["anchor_label"]) == (
        6, "逾期未告知，收到之日视为受理",
    )  # fmt: skip
    assert await announce(database, world)
    assert not await announce(database, world)
    after = await items.read(case_id)
    assert {n: after[n] for n in COMPARED} == {n: deemed[n] for n in COMPARED}
    steps = (await world.get(f"/v1/item-cases/{case_id}/steps")).json()["items"]
    assert [(s["code"], s["is_derived"], s["occurred_at"]) for s in steps][1:] == [
        ("deemed_accepted", True, "2026-03-09T16:00:00Z")
    ]
    refused = await items.ask(case_id, "correction_started")
    assert refusal(refused) == (409, "ItemGuardsNotMet")
    await items.act(case_id, "handling")


async def test_an_acceptance_reported_late_takes_the_announcement_back(
    world: World, database: Database
) -> None:
    items = await items_of(world)
    case_id = await items.open()
    await items.file(case_id)
    accepted_at = moment(world, 2)
    world.clock.advance(days=9)
    assert await announce(database, world)
    await items.reported(case_id, "accepted", accepted_at)
    assert (await items.read(case_id))["is_deemed_accepted"] is False
    assert await announce(database, world)
    assert not await announce(database, world)
    steps = (await world.get(f"/v1/item-cases/{case_id}/steps")).json()["items"]
    assert [s["code"] for s in steps] == ["received", "accepted"]
    told = (await world.get(f"/v1/projects/{items.project_id}/timeline?limit=200")).json()["items"]
    kinds = [each["type"] for each in told if "deemed" in each["type"]]
    assert sorted(kinds) == ["item.deemed_acceptance_withdrawn", "item.deemed_accepted"]
