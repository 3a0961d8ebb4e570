"""GET /v1/events: complete, in order, resumable, within scope."""

import asyncio
from typing import Any

import pytest

from app.areas.queries import find_area
from app.database import Database
from app.demo.founding import system_actor
from app.digests import DIGESTS
from app.domain.chain import Link, canonical, hash_of
from app.events.feed import WINDOW
from app.events.heads import read_heads
from app.events.models import Event
from app.events.queries import entry_at
from app.events.service import Stamp, record
from app.signing import is_signed
from tests.builders import OTHER_OWNER, OWNER, QIDONG, RUGAO, World
from tests.ledgers import event_at

STRANGE = "00000000-0000-4000-8000-000000000000"


def told(error: BaseException) -> str:
    return f"{error!r} {error.__cause__!r}"


async def feed(world: World, role: str = "auditor", headers: Any = None, **asked: Any) -> dict[str, Any]:
    answer = await world.get("/v1/events", role, params=asked, headers=headers or {})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_an_event_says_who_did_what_and_proves_its_place(world: World) -> None:
    project = await world.project()
    await world.move(project, "apply", inputs={})
    page = await feed(world, project=project["id"])
    event = page["items"][0]
    assert event["specversion"] == "1.0"
    assert event["type"] == "project.registered"
    assert event["subject"] == f"projects/{project['id']}"
    assert event["data"]["actor"]["role"] == "officer"
    link = Link(
        ledger_id=page["ledger_id"],
        algorithm=event["algorithm"],
        sequence=event["sequence"],
        recorded_at=event["recordedtime"].replace("Z", ".000000Z"),
        previous_hash=event["previoushash"],
        project_sequence=event["projectsequence"],
        project_previous_hash=event["projectprevioushash"],
    )
    assert hash_of(link, canonical(event["data"]), DIGESTS[event["algorithm"]]) == event["hash"]
    assert all(name.islower() and name.isalnum() and len(name) <= 20 for name in event)


async def test_a_reader_resumes_where_he_stopped_and_meets_every_event_once(world: World) -> None:
    await world.project()
    whole = await feed(world, limit=1000)
    assert [e["sequence"] for e in whole["items"]] == list(range(1, whole["head"]["sequence"] + 1))
    after, seen = 0, []
    while after < whole["head"]["sequence"]:
        page = await feed(world, after=after, limit=7, ledger_id=whole["ledger_id"])
        assert page["scanned_through"] == page["next_after"] > after
        seen += page["items"]
        after = page["next_after"]
    assert seen == whole["items"]
    assert (await feed(world, after=after))["items"] == []


async def test_a_filter_finds_only_its_events_and_still_reaches_the_head(world: World) -> None:
    mine = await world.project()
    await world.project()
    page = await feed(world, type=["project.registered", "project.stage_moved"], project=mine["id"])
    assert [e["subject"] for e in page["items"]] == [f"projects/{mine['id']}"]
    assert page["next_after"] == page["head"]["sequence"]
    rugao = {e["data"]["area_code"] for e in (await feed(world, area=[RUGAO], limit=1000))["items"]}
    assert rugao == {RUGAO}
    areas = {e["data"]["area_code"] for e in (await feed(world, area=[QIDONG], limit=1000))["items"]}
    assert areas == {QIDONG}


async def test_nobody_reads_events_beyond_his_areas_owner_or_part(world: World) -> None:
    project = await world.project()
    asked = {"project": project["id"]}
    assert len((await feed(world, "officer", **asked))["items"]) == 1
    assert (await feed(world, role="officer", headers=world.headers("officer", key="rugao"), **asked))[
        "items"
    ] == []
    assert len((await feed(world, "portal", **asked))["items"]) == 1
    assert (await feed(world, role="portal", headers=world.headers("portal", owner=OTHER_OWNER), **asked))[
        "items"
    ] == []
    owners = {e["data"]["owner_uscc"] for e in (await feed(world, "portal", limit=1000))["items"]}
    assert owners == {OWNER}
    assert (await feed(world, "department", **asked))["items"] == []


async def test_a_cursor_of_another_ledger_or_ahead_of_it_is_gone_and_says_how_to_go_on(world: World) -> None:
    head = (await feed(world))["head"]
    other = await world.get(
        "/v1/events", "auditor", params={"ledger_id": "0" * 8 + "-0000-4000-8000-" + "0" * 12}
    )
    assert (other.status_code, other.json()["code"]) == (410, "CursorOfAnotherLedger")
    assert other.json()["facts"]["ledger_id"] == head["ledger_id"]
    ahead = await world.get("/v1/events", "auditor", params={"after": head["sequence"] + 1})
    assert (ahead.status_code, ahead.json()["code"]) == (410, "CursorAheadOfLedger")
    assert ahead.json()["facts"]["head_sequence"] == head["sequence"]


@pytest.mark.parametrize("asked", ["after=-1", "after=x", "limit=1001", "limit=0", "type=X", "what=1"])
async def test_what_the_feed_cannot_be_asked_is_refused(world: World, asked: str) -> None:
    answer = await world.get(f"/v1/events?{asked}", "auditor")
    assert answer.status_code == 422, answer.text


async def test_the_head_of_a_page_is_signed_and_serves_as_a_head_kept_outside(
    world: World, tmp_path: Any
) -> None:
    answer = await world.get("/v1/events", "auditor")
    (tmp_path / "page.json").write_text(answer.text)
    (head,) = read_heads(tmp_path / "page.json")
    checkpoint = (await world.post("/v1/events/checkpoints", None, "auditor")).json()
    told = {k: answer.json()["head"][k] for k in ("hash", "ledger_id", "recorded_at", "sequence")}
    assert is_signed(canonical(told).encode(), head.signature, head.key_id, checkpoint["public_key"])
    assert not is_signed(b"other", head.signature, head.key_id, checkpoint["public_key"])


async def test_a_rare_type_costs_no_scan_of_the_whole_ledger(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert WINDOW > 1000
    monkeypatch.setattr("app.events.feed.WINDOW", 10)
    page = await feed(world, type=["nothing.happened"])
    assert (page["items"], page["next_after"]) == ([], 10)


async def test_sixteen_writers_and_a_reader_who_misses_nothing_and_never_goes_back(
    world: World, database: Database
) -> None:
    start = (await feed(world))["head"]["sequence"]
    left = 16

    async def write(number: int) -> None:
        nonlocal left
        for step in range(6):
            async with database.write() as session:
                actor = system_actor(world.clock(), "320600")
                facts = {"writer": number, "step": step}
                await record(session, actor, "project.record_changed", Stamp(None, QIDONG, None), facts=facts)
                await asyncio.sleep((number * 7 + step) % 4 / 1000)
        left -= 1

    seen: list[dict[str, Any]] = []

    async def read() -> None:
        after = start
        while True:
            await asyncio.sleep(0.001)  # a read from SQLite never waits: let the writers in
            done = left == 0
            page = await feed(world, after=after, limit=5)
            seen.extend(page["items"])
            after = page["next_after"]
            if done and after == page["head"]["sequence"]:
                return

    await asyncio.gather(read(), *[write(number) for number in range(16)])
    assert [e["sequence"] for e in seen] == list(range(start + 1, start + 97))
    for number in range(16):
        assert [e["data"]["facts"]["step"] for e in seen if e["data"]["facts"]["writer"] == number] == [
            *range(6)
        ]


async def test_the_ledger_can_neither_be_changed_nor_deleted(database: Database) -> None:
    row = await event_at(database, 3)
    for act in ("change", "remove"):
        with pytest.raises(Exception) as refused:  # noqa: PT011 - the driver's; its words are looked at below
            async with database.write() as session:
                await (session.change(row, type="x.y") if act == "change" else session.remove(row))
        assert "append_only" in told(refused.value)
    assert (await database.reader.one(entry_at(3))).type == row.type


async def test_an_event_that_does_not_follow_the_last_is_refused(database: Database) -> None:
    row: Any = await event_at(database, 3)
    again = row._asdict() | {"sequence": 9999, "id": "44444444-4444-7444-8444-444444444444"}
    with pytest.raises(Exception) as refused:  # noqa: PT011 - as above
        async with database.write() as session:
            await session.insert(Event, **again | {"project_sequence": None, "project_id": None})
    assert "event_out_of_order" in told(refused.value)


async def test_a_change_that_nobody_recorded_is_not_committed(world: World, database: Database) -> None:
    area = await database.reader.one(find_area(QIDONG))
    with pytest.raises(AssertionError, match="changed without an event: area"):
        async with database.write() as session:
            await session.change(area, name_en="Elsewhere")
    assert (await database.reader.one(find_area(QIDONG))).name_en == area.name_en


async def test_recorded_time_never_goes_back_with_the_clock(world: World) -> None:
    await world.project()
    world.clock.advance(hours=-3)
    await world.project()
    items = (await feed(world, limit=1000))["items"]
    moments = [e["recordedtime"] for e in items]
    assert moments == sorted(moments)
    assert items[-1]["time"] < items[-1]["recordedtime"]
