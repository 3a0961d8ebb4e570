"""/v1/validity-alarms, and what the worker announces of them."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from app.actor import system_actor
from app.alarms import announcing
from app.alarms.announcing import announce_alarms
from app.alarms.queries import decision_of
from app.database import Database
from app.domain.validity import AlarmKind, AlarmState, Rung, expires_on
from app.events.service import record
from app.items.queries import cases_of_project, find_case
from app.projects.queries import stamp_of
from tests.builders import CITY, OTHER_OWNER, QIDONG, RUGAO, World
from tests.items import Items, items_of

THREE_MONTHS = {
    "duration": {"value": 3, "unit": "calendar_month"},
    "basis": {"zh": "建筑法第九条", "en": "Construction Law, art. 9"},
    "is_undone_by_start": True,
}
TWICE = {"renewal": {"value": 3, "unit": "calendar_month", "times": 2}}


async def permit(items: Items, database: Database, code: str = "S3-09", **facts: Any) -> str:
    """Open a case of a permit that lapses unless works start, as a plan would have it, and grant it."""
    case_id = await items.open(code, approval_stage="3")
    actor = system_actor(items.world.clock(), CITY, QIDONG, RUGAO)
    async with database.write() as session:
        case, _, project = await find_case(session, actor, case_id)
        await session.change(case, validity=THREE_MONTHS | facts)
        await record(session, actor, "project.arranged", stamp_of(project))
    await items.handle(case_id)
    await items.act(case_id, "passed")
    return case_id


async def owing(items: Items, days: int = 40, code: str = "X-07") -> str:
    """Grant an item with papers owed."""
    case_id = await items.open(code)
    await items.handle(case_id)
    await items.act(case_id, "conditionally_passed", supplement_due_on=items.world.today(days))
    return case_id


async def listed(world: World, query: str = "", role: str = "officer") -> list[dict[str, Any]]:
    found = await world.get(f"/v1/validity-alarms{query}", role)
    assert found.status_code == 200, found.text
    return list(found.json()["items"])


async def start_works(items: Items, on: str | None = None) -> None:
    path = f"/v1/projects/{items.project_id}/milestones"
    body = {"kind": "start", "reached_on": on or items.world.today(), "evidence": [await items.world.file()]}
    made = await items.world.post(path, body, "agent")
    assert made.status_code == 201, made.text
    done = await items.world.post(f"{path}/{made.json()['id']}/confirmation", {}, "coordinator")
    assert done.status_code == 201, done.text


async def announce(world: World, database: Database) -> bool:
    return await announce_alarms(database, database.settings, world.clock)


async def told(world: World) -> list[tuple[str, str, str]]:
    """Give the events of alarms as type, day they occurred, and rung or reason."""
    found = await world.client.get("/v1/events?limit=1000", headers=world.headers("auditor"))
    data = [(e["type"], e["data"]) for e in found.json()["items"] if "validity_alarm" in e["type"]]
    return [
        (kind.rsplit(".", 1)[1], body["occurred_at"][:10], body["facts"].get("rung") or body["facts"]["why"])
        for kind, body in data
    ]


async def test_a_permit_is_listed_with_its_last_day_and_the_sum_of_it(
    world: World, database: Database
) -> None:
    items = await items_of(world)
    case_id = await permit(items, database)
    (alarm,) = await listed(world)
    assert (alarm["item_case_id"], alarm["kind"], alarm["state"]) == (case_id, "validity", "ahead")
    assert (alarm["counted_from"], alarm["expires_on"]) == ("2026-03-02", "2026-06-02")
    assert alarm["limit"] == {"value": 3, "unit": "calendar_month"}
    assert (alarm["basis"], alarm["days_left"], alarm["announcements"]) == ("建筑法第九条", 92, [])


@pytest.mark.parametrize(
    ("days", "state"), [(61, "ahead"), (62, "near"), (91, "near"), (92, "last_day"), (93, "lapsed")]
)
async def test_an_alarm_comes_near_and_lapses_by_the_day(
    world: World, database: Database, days: int, state: str
) -> None:
    items = await items_of(world)
    await permit(items, database)
    world.clock.advance(days=days)
    assert [alarm["state"] for alarm in await listed(world)] == [state]
    for other in AlarmState:
        assert len(await listed(world, f"?state={other}")) == (other == state)


async def test_works_papers_and_revocation_undo_an_alarm(world: World, database: Database) -> None:
    items = await items_of(world)
    case_id, owed = await permit(items, database), await owing(items)
    revoked = await permit(items, database, "S3-08")
    assert len(await listed(world)) == 3
    await items.act(revoked, "revoked")
    await items.act(owed, "supplement_closed")
    assert [alarm["item_case_id"] for alarm in await listed(world)] == [case_id]
    await start_works(items)
    assert await listed(world) == []


async def test_works_that_start_too_late_do_not_revive_a_lapsed_permit(
    world: World, database: Database
) -> None:
    items = await items_of(world)
    await permit(items, database)
    world.clock.advance(days=93)
    await start_works(items)
    assert [alarm["state"] for alarm in await listed(world)] == ["lapsed"]


async def test_a_permit_granted_anew_takes_the_place_of_the_lapsed_one(
    world: World, database: Database
) -> None:
    items = await items_of(world)
    first = await permit(items, database, is_undone_by_start=False)
    await start_works(items)
    assert [alarm["item_case_id"] for alarm in await listed(world)] == [first]  # it lapses by its date
    await items.act(first, "revoked")
    await announce(world, database)
    again = await items.world.post(items.path, {"item_code": "S3-09"}, "agent")
    assert again.status_code == 201, again.text
    second = again.json()["id"]
    await items.handle(second)
    await items.act(second, "passed")
    assert [alarm["item_case_id"] for alarm in await listed(world)] == [second]


async def test_the_list_is_filtered_paged_and_scoped(world: World, database: Database) -> None:
    items, other = await items_of(world), await items_of(world)
    cases = [await owing(items, 20), await owing(items, 10, "X-08"), await owing(other, 10)]
    both = await permit(items, database)
    assert [a["item_case_id"] for a in await listed(world, f"?project={other.project_id}")] == [cases[2]]
    assert [a["item_case_id"] for a in await listed(world, "?kind=validity")] == [both]
    assert len(await listed(world, f"?expires_on_to={world.today(10)}")) == 2
    assert len(await listed(world, f"?area={QIDONG}&area={RUGAO}")) == 4
    assert await listed(world, f"?area={RUGAO}") == []
    paged, cursor = [], ""
    while cursor is not None:
        page = (await world.get(f"/v1/validity-alarms?limit=1{cursor}")).json()
        paged += page["items"]
        cursor = page["next_cursor"] and f"&cursor={page['next_cursor']}"
    assert paged == await listed(world)
    assert [a["expires_on"] for a in paged] == sorted(a["expires_on"] for a in paged)
    for cursor in ("WyIyMDI2Il0", "WyIyMDI2LTAyLTMwIiwieCIsInkiXQ", "WyJhIiwiYiIsImMiXQ"):
        refused = await world.get(f"/v1/validity-alarms?cursor={cursor}")
        assert (refused.status_code, refused.json()["code"]) == (422, "CursorInvalid")
    headers = world.headers("portal", owner=OTHER_OWNER)
    foreign = await world.client.get("/v1/validity-alarms", headers=headers)
    assert foreign.json()["items"] == []
    neighbour = await world.client.get("/v1/validity-alarms", headers=world.headers("officer", key="rugao"))
    assert neighbour.json()["items"] == []
    assert len(await listed(world, role="department")) == 4


async def test_after_months_of_silence_the_worker_announces_everything_in_the_order_of_its_days(
    world: World, database: Database
) -> None:
    items = await items_of(world)
    await permit(items, database)  # until 2026-06-02
    await owing(items, 70)  # until 2026-05-11
    world.clock.advance(days=150)
    assert await announce(world, database) is True
    assert await told(world) == [
        ("announced", "2026-04-10", "near"),
        ("announced", "2026-05-02", "near"),
        ("announced", "2026-05-10", "last_day"),
        ("announced", "2026-05-11", "lapsed"),
        ("announced", "2026-06-01", "last_day"),
        ("announced", "2026-06-02", "lapsed"),
    ]  # each from the beginning of its day at the office, which in UTC is the evening before
    alarms = await listed(world, "?kind=validity")
    assert [(a["rung"], a["came_on"]) for a in alarms[0]["announcements"]] == [
        ("near", "2026-05-03"),
        ("last_day", "2026-06-02"),
        ("lapsed", "2026-06-03"),
    ]
    assert await announce(world, database) is False
    assert len(await told(world)) == 6


async def test_each_rung_is_announced_on_its_day(world: World, database: Database) -> None:
    items = await items_of(world)
    await owing(items, 5)
    seen = []
    for _ in range(8):
        await announce(world, database)
        await announce(world, database)
        seen.append(len(await told(world)))
        world.clock.advance(days=1)
    assert seen == [1, 1, 1, 1, 1, 2, 3, 3]


@pytest.mark.parametrize(
    ("fact", "why"),
    [("start", "works_started"), ("revoke", "not_in_force"), ("close", "supplement_closed")],
)
async def test_what_was_announced_is_taken_back_when_a_later_fact_undoes_it(
    world: World, database: Database, fact: str, why: str
) -> None:
    items = await items_of(world)
    case_id = await (owing(items, 92) if fact == "close" else permit(items, database))
    world.clock.advance(days=92)
    await announce(world, database)
    if fact == "start":
        await start_works(items)
    else:
        await items.act(case_id, {"revoke": "revoked", "close": "supplement_closed"}[fact])
    assert await announce(world, database) is True
    events = await told(world)
    assert [(kind, said) for kind, _, said in events] == [
        ("announced", "near"),
        ("announced", "last_day"),
        ("withdrawn", why),
    ]
    assert await announce(world, database) is False


async def test_a_last_day_put_right_is_announced_anew(world: World, database: Database) -> None:
    items = await items_of(world)
    case_id = await permit(items, database)
    world.clock.advance(days=80)
    await announce(world, database)
    at = (world.clock() - timedelta(days=5)).isoformat()
    facts = {"document_number": "更正〔2026〕1号", "document_on": "2026-03-20"}
    await items.reported(case_id, "passed", at, **facts)
    assert await announce(world, database) is True
    assert [(kind, said) for kind, _, said in await told(world)] == [
        ("announced", "near"),
        ("withdrawn", "redated"),
        ("announced", "near"),
    ]


async def test_a_renewal_moves_the_last_day_and_the_alarm_is_announced_anew(
    world: World, database: Database
) -> None:
    items = await items_of(world)
    case_id = await permit(items, database, **TWICE)
    world.clock.advance(days=92)
    await announce(world, database)
    done = await items.act(case_id, "validity_renewed")
    assert (done["label"], done["validity_renewal"], done["findings"]) == ("批准文件延期", 3, [])
    case = done["item_case"]
    assert (case["valid_through"], case["valid_for"]) == (
        "2026-09-02",
        {"value": 6, "unit": "calendar_month"},
    )
    explained = await world.get(case["validity_explained_by"])
    assert explained.json()["due_on"] == "2026-09-02"
    (alarm,) = await listed(world)
    assert (alarm["state"], alarm["expires_on"], alarm["limit"]["value"]) == ("ahead", "2026-09-02", 6)
    assert alarm["explained_by"] == case["validity_explained_by"]
    assert await announce(world, database) is True
    world.clock.advance(days=92)
    assert await announce(world, database) is True
    assert [(kind, said) for kind, _, said in await told(world)] == [
        ("announced", "near"),
        ("announced", "last_day"),
        ("withdrawn", "validity_renewed"),
        ("announced", "near"),
        ("announced", "last_day"),
    ]


async def why_not(items: Items, case_id: str) -> list[str]:
    """Read why a renewal is not offered; the refusal has to say the same."""
    acts = {act["action"]: act for act in (await items.read(case_id, "department"))["allowed_actions"]}
    offered = acts["validity_renewed"]
    refused = await items.ask(case_id, "validity_renewed")
    assert (refused.status_code, refused.json()["code"]) == (409, "ItemGuardsNotMet"), refused.text
    codes = [fault["code"] for fault in refused.json()["errors"]]
    assert offered["enabled"] is False
    assert [reason["code"] for reason in offered["reasons"]] == codes
    return codes


async def test_a_renewal_is_refused_when_used_up_run_out_begun_or_unknown_to_the_data(
    world: World, database: Database
) -> None:
    items = await items_of(world)
    case_id, other = await permit(items, database, **TWICE), await permit(items, database, "S3-10", **TWICE)
    assert await why_not(items, await permit(items, database, "S3-08")) == ["no_renewal"]
    long = await items.ask(case_id, "validity_renewed", validity_renewal=4)
    told = {"pointer": "/validity_renewal", "code": "too_long", "detail": "每次最多可延期 3 个月。"}
    assert long.json()["errors"] == [told]
    unreasoned = await items.ask(case_id, "validity_renewed", reason=None, validity_renewal=None)
    assert {fault["pointer"] for fault in unreasoned.json()["errors"]} == {"/reason", "/validity_renewal"}
    await items.act(case_id, "validity_renewed")
    await items.act(case_id, "validity_renewed", validity_renewal=1)
    assert await why_not(items, case_id) == ["renewals_used_up"]
    world.clock.advance(days=93)
    assert await why_not(items, other) == ["validity_expired"]
    third = await permit(items, database, "S1-03", **TWICE)
    await start_works(items)
    assert await why_not(items, third) == ["works_began"]
    assert (await items.read(case_id))["valid_through"] == "2026-10-02"


async def test_a_reported_renewal_is_taken_and_shows_what_does_not_count(
    world: World, database: Database
) -> None:
    items = await items_of(world)
    case_id, begun = await permit(items, database, **TWICE), await permit(items, database, "S3-10", **TWICE)
    unknown = await permit(items, database, "S3-08")
    world.clock.advance(days=92)
    at = world.clock().isoformat()
    taken = await items.reported(case_id, "validity_renewed", at, validity_renewal=2, external_id="R-1")
    assert (taken["item_case"]["valid_through"], taken["item_case"]["findings"]) == ("2026-08-02", [])
    again = await items.report(case_id, "validity_renewed", at, validity_renewal=2, external_id="R-1")
    assert (again.status_code, again.json()["is_repeat"]) == (200, True)
    await start_works(items)
    for each, last in ((unknown, "2026-06-02"), (begun, "2026-06-02")):
        odd = await items.reported(each, "validity_renewed", at, validity_renewal=3, external_id=f"R-{each}")
        case = odd["item_case"]
        assert (case["valid_through"], [f["code"] for f in case["findings"]]) == (
            last,
            ["renewal_not_counted"],
        )
    repeat = await items.report(begun, "validity_renewed", at, validity_renewal=3, external_id=f"R-{begun}")
    assert repeat.status_code == 200
    world.clock.advance(days=200)
    late = await items.reported(case_id, "validity_renewed", world.clock().isoformat(), validity_renewal=1)
    assert [f["code"] for f in late["item_case"]["findings"]] == ["renewal_not_counted"]
    open_case = await items.open("X-30")
    await items.handle(open_case)
    early = await items.reported(open_case, "validity_renewed", world.clock().isoformat(), validity_renewal=1)
    assert [f["code"] for f in early["findings"]] == ["renewal_not_counted"]


async def test_two_workers_at_once_announce_once(world: World, database: Database) -> None:
    items = await items_of(world)
    await permit(items, database)
    await owing(items, 20)
    world.clock.advance(days=100)
    await asyncio.gather(*[announce(world, database) for _ in range(3)])
    assert len(await told(world)) == 6


async def test_a_worker_that_lags_behind_announces_and_withdraws_nothing_twice(
    world: World, database: Database
) -> None:
    items = await items_of(world)
    case_id = await owing(items, 20)
    actor = system_actor(world.clock(), CITY, QIDONG, RUGAO)
    due = date.fromisoformat(world.today(20))
    alarm = announcing._Named(items.project_id, case_id, AlarmKind.SUPPLEMENT, due)
    rung = Rung(AlarmState.NEAR, date.fromisoformat(world.today()))
    before = await told(world)
    for _ in range(2):
        async with database.write() as session:
            await announcing._announce(session, actor, alarm, rung)
    assert len(await told(world)) == len(before) + 1
    async with database.write() as session:
        await announcing._withdraw(session, actor, alarm)
    await items.act(case_id, "supplement_closed")
    for _ in range(2):
        async with database.write() as session:
            await announcing._withdraw(session, actor, alarm)
        async with database.write() as session:
            await announcing._announce(session, actor, alarm, rung)
    assert [kind for kind, _, _ in await told(world)] == ["announced", "withdrawn"]


async def test_the_list_and_the_rule_agree(world: World, database: Database) -> None:
    items = await items_of(world)
    await permit(items, database)
    await permit(items, database, "S3-08", is_undone_by_start=False)
    await owing(items)
    await items.act(await permit(items, database, "S1-02"), "revoked")
    await items.act(await owing(items, 9, "X-09"), "supplement_closed")
    for _ in range(2):
        actor = system_actor(world.clock(), CITY, QIDONG, RUGAO)
        session = database.reader
        cases = await cases_of_project(session, items.project_id)
        _, _, project = await find_case(session, actor, cases[0].id)
        ruled = {
            (case.id, kind.value, day.isoformat())
            for case in cases
            for kind in AlarmKind
            if (day := expires_on(kind, decision_of(case, cases, project))) is not None
        }
        alarms = await listed(world)
        assert {(a["item_case_id"], a["kind"], a["expires_on"]) for a in alarms} == ruled
        await start_works(items) if len(ruled) == 3 else None
