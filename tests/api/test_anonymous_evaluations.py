"""Attacks on those who did not want to be known: by joins over time, ids, ledger, feed, replays and words."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlmodel import select

from app.database import Database
from app.evaluations.models import EvaluationWaiting
from app.evaluations.receipts import reviewed_by_receipt
from app.evaluations.sights import source_of
from app.events.queries import chain_head
from app.idempotency import IdempotencyKey
from app.private.models import Private
from app.query import Selection, query
from app.rating.passing_on import pass_on_evaluations
from app.table import Table
from tests.builders import QIDONG, RUGAO, World
from tests.evaluating import Rater, accepted, evaluations, invited, night

SAYS = {
    "area_code",
    "subject",
    "month",
    "level",
    "mode",
    "round",
    "text_id",
    "receipt_digest",
    "id",
    "version",
}


@query
def _rows(*, kind: type[Table]) -> Selection[Any]:
    return select(kind)


async def feed(world: World, role: str = "auditor", query_: str = "") -> list[dict[str, Any]]:
    after, found = 0, []
    while True:
        path = f"/v1/events?after={after}&limit=200{query_}"
        page = (await world.client.get(path, headers=world.headers(role))).json()
        found += page["items"]
        after = page["next_after"]
        if after >= page["head"]["sequence"]:
            return found


async def passed_on(world: World) -> list[dict[str, Any]]:
    return [event for event in await feed(world) if event["type"] == "evaluations.passed_on"]


async def raters(world: World, number: int, **facts: Any) -> list[Rater]:
    key = facts.get("area_code")
    return [
        await invited(world, await accepted(world, **({"area_code": key} if key else {})))
        for _ in range(number)
    ]


def moment_of(uuid: str) -> datetime | None:
    """The moment that a UUIDv7 tells; None for one that tells nothing."""
    plain = uuid.replace("-", "")
    return datetime.fromtimestamp(int(plain[:12], 16) / 1000, UTC) if plain[12] == "7" else None


async def test_when_it_is_given_nothing_is_recorded_and_nothing_shown(
    world: World, database: Database
) -> None:
    many = await raters(world, 5)
    before = (await database.reader.one(chain_head())).sequence
    private = len(await database.reader.all(_rows(kind=Private)))
    for rater in many:
        await rater.rate("anonymous", text="无")
    assert (await database.reader.one(chain_head())).sequence == before
    assert len(await database.reader.all(_rows(kind=Private))) == private
    assert [await evaluations(world, role) for role in ("officer", "supervisor", "admin", "auditor")] == [
        []
    ] * 4
    assert {(await rater.invitation())["state"] for rater in many} == {"open"}
    assert await database.reader.all(_rows(kind=IdempotencyKey)) == []
    assert await pass_on_evaluations(database, database.settings, world.clock) is False, "not on the same day"
    for row in await database.reader.all(_rows(kind=EvaluationWaiting)):
        assert set(row._asdict()) == {
            "id", "mode", "round", "area_code", "subject", "given_on", "level", "text", "receipt_digest",
            "source",
        }  # fmt: skip
        assert row.source is None
        assert moment_of(row.id) is None


async def test_four_wait_and_with_the_fifth_all_are_passed_on_in_one_event(
    world: World, database: Database
) -> None:
    four = await raters(world, 4)
    for rater in four:
        await rater.rate("anonymous")
    await night(world, database)
    assert await passed_on(world) == []
    assert {(await rater.invitation())["used_on"] for rater in four} == {"2026-03-02"}
    (fifth,) = await raters(world, 1)
    await fifth.rate("anonymous", level="very_dissatisfied", text="说了两次才受理")
    assert await night(world, database) is True
    (event,) = await passed_on(world)
    assert Counter(change["table"] for change in event["data"]["changes"]) == {
        "evaluation": 5,
        "bad_review": 1,
    }
    assert await night(world, database) is False
    rows = await evaluations(world)
    assert Counter(r["level"] for r in rows) == {"satisfied": 4, "very_dissatisfied": 1}
    assert {(r["area_code"], r["subject"], r["month"]) for r in rows} == {(QIDONG, "accept", "2026-03")}


async def test_what_is_passed_on_says_nothing_but_what_it_may(world: World, database: Database) -> None:
    many = await raters(world, 6)
    given = []
    for rater in many:
        world.clock.advance(minutes=7)
        given.append(await rater.rate("anonymous", text=f"第{len(given)}份"))
    await night(world, database)
    (event,) = await passed_on(world)
    whole = json.dumps(event)
    for rater in many:
        for secret in (rater.project, rater.occurrence, rater.id, rater.page.rpartition("/")[2]):
            assert secret not in whole
    assert event["subject"] is None
    assert event["data"]["project_id"] is None
    assert event["data"]["owner_uscc"] is None
    assert event["data"]["actor"]["person"] == "system"
    assert event["data"]["facts"] == {"number": 6}
    for change in event["data"]["changes"]:
        told = {name for name, value in change["set"].items() if value not in (None, {})}
        assert told == SAYS
        assert moment_of(change["id"]) is None, "its own id is random"
        text_made = moment_of(change["set"]["text_id"])
        assert text_made is not None
        assert text_made >= world.clock() - timedelta(seconds=1), "its text got an id when it was passed on"
    for code in given:
        assert code not in whole
    for row in await evaluations(world, "supervisor"):
        empty = {name for name, value in row.items() if value in (None, {})}
        assert empty == {
            "project_id", "occurrence", "item_case_id", "handler", "rater", "dimensions", "contact",
            "channel", "evaluated_at",
        }  # fmt: skip
        assert row["text"]["text"].startswith("第")


async def test_the_order_in_the_ledger_is_not_the_order_in_which_they_were_given(
    world: World, database: Database
) -> None:
    for number, rater in enumerate(await raters(world, 8)):
        await rater.rate("anonymous", text=str(number))
    await night(world, database)
    (event,) = await passed_on(world)
    ids = [change["id"] for change in event["data"]["changes"]]
    texts = {row["id"]: row["text"]["text"] for row in await evaluations(world)}
    assert sorted(texts[i] for i in ids) == [str(n) for n in range(8)]
    assert [texts[i] for i in ids] != [str(n) for n in range(8)], "one in 40,320"


async def test_joining_days_of_use_with_days_of_passing_on_leaves_five_candidates(
    world: World, database: Database
) -> None:
    """The attacker reads invitations and the feed every day, and takes away all that he can explain."""
    unexplained: set[tuple[str, str]] = set()  # used, and by nobody who is named
    explained: set[str] = set()
    for day, (anonymous, named) in enumerate(((1, 1), (0, 2), (3, 0), (2, 1), (1, 0), (4, 0))):
        for rater in await raters(world, anonymous):
            await rater.rate("anonymous")
        for rater in await raters(world, named):
            await rater.rate("named")
        await night(world, database)
        used = (await world.get("/v1/evaluation-invitations?state=used&limit=200")).json()["items"]
        rows = await evaluations(world)
        explained |= {r["occurrence"] for r in rows if r["mode"] == "named"}
        unexplained |= {(i["occurrence"], i["subject"]) for i in used if i["occurrence"] not in explained}
        for event in await passed_on(world):
            cells = Counter(
                (c["set"]["area_code"], c["set"]["subject"], c["set"]["month"])
                for c in event["data"]["changes"]
            )
            assert all(n >= 5 for n in cells.values()), day
        shown = sum(r["mode"] == "anonymous" for r in rows)
        assert shown == 0 or len(unexplained) >= 5
    assert shown == 11 - len(await database.reader.all(_rows(kind=EvaluationWaiting)))


async def test_two_looks_a_day_apart_differ_by_none_or_five(world: World, database: Database) -> None:
    looks = [Counter(r["level"] for r in await evaluations(world))]
    for number in (2, 2, 2, 4, 1):
        for rater in await raters(world, number):
            await rater.rate("anonymous", level="dissatisfied")
        await night(world, database)
        looks.append(Counter(r["level"] for r in await evaluations(world)))
    steps = [(b - a).total() for a, b in pairwise(looks)]
    assert all(step == 0 or step >= 5 for step in steps)
    assert steps == [0, 0, 6, 0, 5]


async def test_after_the_month_small_numbers_go_without_their_subject_and_then_to_the_area_above(
    world: World, database: Database
) -> None:
    for rater in [*await raters(world, 3), *await raters(world, 2, area_code=QIDONG)]:
        await rater.rate("anonymous")
    steps = await raters(world, 4)
    await night(world, database)
    assert len(await evaluations(world)) == 5
    for rater in steps[:3]:
        await rater.rate("anonymous")
    for rater in await raters(world, 2, area_code=RUGAO):
        await rater.rate("anonymous")
    await night(world, database, days=5)
    assert len(await evaluations(world, "supervisor", key="city")) == 5
    await night(world, database, days=30)
    rows = [r for r in await evaluations(world, "supervisor", key="city") if r["subject"] == "merged"]
    assert {(r["area_code"], r["month"]) for r in rows} == {("320600", "2026-03")}
    assert len(rows) == 5
    assert len(await evaluations(world)) == 5, "the county sees only its own"


async def test_how_it_was_used_is_the_same_to_whoever_opens_the_link(
    world: World, database: Database
) -> None:
    pages, shown = [], []
    for mode in ("confidential", "anonymous"):
        (rater,) = await raters(world, 1)
        await rater.rate(mode, text="同样的话")
        await night(world, database)
        pages.append((await rater.open()).text)
        invitation = await rater.invitation()
        shown.append({k: v for k, v in invitation.items() if k in {"state", "version", "voided_at"}})
        events = await feed(world, query_=f"&project={rater.project}")
        (used,) = [e for e in events if e["type"] == "evaluation_invitation.used"]
        assert set(used["data"]["facts"]) == {"invitation_id", "event_id"}
        assert used["time"].endswith("T16:00:00Z"), "the beginning of a day at the office"
    assert pages[0] == pages[1]
    assert shown[0] == shown[1]


async def test_an_anonymous_evaluation_has_nothing_behind_it(world: World, database: Database) -> None:
    codes = [await rater.rate("anonymous", level="dissatisfied") for rater in await raters(world, 5)]
    assert await reviewed_by_receipt(database.reader, codes[0]) is None
    await night(world, database)
    row = await reviewed_by_receipt(database.reader, codes[0])
    assert row is not None
    assert set((await source_of(database.reader, row)).as_json().values()) == {None}
    path = f"/v1/evaluations/{row.id}/sights"
    refused = await world.post(path, {"reason": "核实"}, "supervisor")
    assert (refused.status_code, refused.json()["code"]) == (409, "EvaluationNotConfidential")


async def test_the_second_thought_of_an_anonymous_rater_goes_where_the_first_has_gone(
    world: World, database: Database
) -> None:
    many = await raters(world, 5)
    codes = [await rater.rate("anonymous", level="dissatisfied") for rater in many[:4]]
    client = world.client
    form = {"receipt": codes[0], "level": "satisfied", "text": "改进了"}
    assert (await client.post("/evaluate/receipt", data=form)).status_code == 200
    assert (await client.post("/evaluate/receipt", data=form)).status_code == 409
    await night(world, database)
    assert await evaluations(world) == [], "it waits for the first one, which waits for company"
    await many[4].rate("anonymous")
    await night(world, database)
    rows = await evaluations(world)
    assert Counter(r["round"] for r in rows) == {"first": 5, "follow_on": 1}
    assert (await client.post("/evaluate/receipt", data=form)).status_code == 409
    late = form | {"receipt": codes[1]}
    assert (await client.post("/evaluate/receipt", data=late)).status_code == 200
    await night(world, database)
    rows = await evaluations(world)
    assert Counter(r["round"] for r in rows) == {"first": 5, "follow_on": 2}
    assert {(r["area_code"], r["subject"], r["project_id"]) for r in rows} == {(QIDONG, "accept", None)}
    assert len(await database.reader.all(_rows(kind=EvaluationWaiting))) == 0


async def test_a_confidential_one_shows_the_office_no_project_no_words_and_no_hour(
    world: World, database: Database
) -> None:
    (rater,) = await raters(world, 1)
    await rater.rate("confidential", level="dissatisfied", text="窗口让我们跑了三趟")
    assert await evaluations(world, "supervisor") == []
    await night(world, database)
    for role in ("officer", "agent", "coordinator", "admin", "auditor"):
        (row,) = await evaluations(world, role)
        kept = {name: value for name, value in row.items() if value not in (None, {})}
        assert kept.pop("text") == {"id": row["text"]["id"], "text": None, "is_erased": False}
        assert moment_of(kept.pop("id")) is None
        assert kept == {
            "version": 1, "mode": "confidential", "round": "first", "area_code": QIDONG, "subject": "accept",
            "level": "dissatisfied", "month": "2026-03",
        }  # fmt: skip
    (seen,) = await evaluations(world, "supervisor")
    assert (seen["project_id"], seen["text"]["text"]) == (None, "窗口让我们跑了三趟")
    assert await evaluations(world, "portal") == []
    assert await evaluations(world, "department") == []
    for event in await passed_on(world):
        whole = json.dumps(event)
        assert not any(s in whole for s in (rater.project, rater.occurrence, rater.id, "跑了三趟"))
    timeline = await world.get(f"/v1/projects/{rater.project}/timeline?limit=200", "officer")
    assert "passed_on" not in timeline.text


async def test_each_sight_of_the_verifier_is_recorded_and_kept_nowhere(
    world: World, database: Database
) -> None:
    (rater,) = await raters(world, 1)
    await rater.rate("confidential", text="材料退回两次")
    await night(world, database)
    (row,) = await evaluations(world, "supervisor")
    path, key = f"/v1/evaluations/{row['id']}/sights", {"Idempotency-Key": world.key()}
    first = await world.post(path, {"reason": "核实差评"}, "supervisor", **key)
    assert first.status_code == 201, first.text
    seen = first.json()
    assert (seen["project_id"], seen["occurrence"]) == (rater.project, rater.occurrence)
    assert seen["text"]["text"] == "材料退回两次"
    again = await world.post(path, {"reason": "核实差评"}, "supervisor", **key)
    assert (again.status_code, again.json()["code"]) == (409, "SecretAlreadyShown")
    second = await world.post(path, {"reason": "复核"}, "supervisor", 2)
    assert second.json()["event_id"] != seen["event_id"]
    sights = [e for e in await feed(world) if e["type"] == "confidential_evaluation.seen"]
    assert [e["data"]["actor"]["person"] for e in sights] == ["person:supervisor-1", "person:supervisor-2"]
    assert all(e["data"]["facts"] == {"evaluation_id": row["id"]} for e in sights)
    assert rater.project not in json.dumps(sights)
    for role in ("officer", "agent", "coordinator", "portal", "admin", "auditor", "department"):
        refused = await world.post(path, {"reason": "想看"}, role)
        assert (refused.status_code, refused.json()["code"]) == (403, "RoleMayNot")
    foreign = await world.post(path, {"reason": "核实"}, "supervisor", key="rugao")
    assert (foreign.status_code, foreign.json()["code"]) == (404, "EvaluationNotFound")


async def test_whoever_served_does_not_look_behind_and_an_erased_source_is_gone(
    world: World, database: Database
) -> None:
    (rater,) = await raters(world, 1)
    await rater.rate("confidential")
    async with database.write() as session:  # as if the supervisor had served that project himself
        waiting = await session.one(_rows(kind=EvaluationWaiting))
        await session.change(waiting, source=waiting.source | {"handler": "person:supervisor-1"})
    await night(world, database)
    (row,) = await evaluations(world, "supervisor")
    path = f"/v1/evaluations/{row['id']}/sights"
    refused = await world.post(path, {"reason": "核实"}, "supervisor", 1)
    assert (refused.status_code, refused.json()["code"]) == (403, "VerifierIsHandler")
    seen = await world.post(path, {"reason": "核实"}, "supervisor", 2)
    assert seen.json()["handler"] == "person:supervisor-1"
    (source,) = [p for p in await database.reader.all(_rows(kind=Private)) if p.kind == "evaluation_source"]
    gone = await world.post(f"/v1/private/{source.id}/erasure", {"reason": "评价人要求"}, "admin")
    assert gone.status_code == 201, gone.text
    empty = (await world.post(path, {"reason": "核实"}, "supervisor", 2)).json()
    assert (empty["project_id"], empty["handler"], empty["occurrence"]) == (None, None, None)


async def test_a_confidential_second_thought_has_the_source_of_the_first(
    world: World, database: Database
) -> None:
    (rater,) = await raters(world, 1)
    code = await rater.rate("confidential", level="dissatisfied")
    await night(world, database)
    form = {"receipt": code, "level": "satisfied"}
    assert (await world.client.post("/evaluate/receipt", data=form)).status_code == 200
    await night(world, database)
    rows = await evaluations(world, "supervisor")
    for row in rows:
        seen = await world.post(f"/v1/evaluations/{row['id']}/sights", {"reason": "核实"}, "supervisor")
        assert seen.json()["project_id"] == rater.project
    assert {r["round"] for r in rows} == {"first", "follow_on"}


async def test_two_workers_pass_each_on_once(world: World, database: Database) -> None:
    import asyncio  # noqa: PLC0415 - only here

    for rater in await raters(world, 5):
        await rater.rate("anonymous")
    (one,) = await raters(world, 1)
    await one.rate("confidential")
    world.clock.advance(days=1)
    await asyncio.gather(*[pass_on_evaluations(database, database.settings, world.clock) for _ in range(3)])
    await pass_on_evaluations(database, database.settings, world.clock)
    assert len(await evaluations(world)) == 6
    events = await feed(world)
    assert Counter(e["type"] for e in events)["evaluation_invitation.used"] == 6
