"""What nobody learns of an item by going round: by feed, timeline, refusals; and what two acts at once do."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from app.database import Database
from app.items import announcing, service
from app.items.announcing import announce_silence
from app.items.applying import lock_case
from tests.api.test_plan_content import GIVEN, made
from tests.api.test_planned_cases import approved, cases_of, do, report
from tests.builders import World
from tests.items import Items, items_of

OTHER = "320681-zjj"
ITEM_TYPES = ("item.", "validity_alarm.")


def refusal(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


async def two_departments(world: World) -> tuple[Items, str, str]:
    """Give a project in which two departments, and nobody, handle an item each, with news of all three."""
    items = await items_of(world)
    own = await items.open("X-01")
    await items.file(own)
    others = await items.open("X-02", department_code=OTHER)
    for case_id in (others, await items.open("X-03", department_code=None)):
        await items.act(case_id, "received", "agent", reason="他部门的理由")
    return items, own, others


async def read_by(world: World, path: str, role: str) -> list[dict[str, Any]]:
    found = (await world.get(path, role)).json()["items"]
    return [each for each in found if each["type"].startswith(ITEM_TYPES)]


async def test_a_department_reads_the_news_of_its_own_items_only(world: World) -> None:
    items, own, _ = await two_departments(world)
    timeline = f"/v1/projects/{items.project_id}/timeline?limit=200"
    feed = f"/v1/events?limit=200&project={items.project_id}"
    for path in (timeline, feed):
        everything = await world.get(path, "department")
        assert "他部门的理由" not in everything.text
        assert "X-02" not in everything.text
        assert "X-03" not in everything.text
        assert "project.registered" in everything.text  # it takes part in the project
        assert [each["type"] for each in await read_by(world, path, "department")] == [
            "item.opened", "item.acted",
        ]  # fmt: skip
        for role in ("officer", "portal"):
            assert len(await read_by(world, path, role)) == 6
    told = [each["facts"]["item_case_id"] for each in await read_by(world, timeline, "department")]
    assert set(told) == {own}


async def test_a_page_of_the_timeline_ends_where_the_departments_news_end(world: World) -> None:
    items, _, _ = await two_departments(world)
    path, seen = f"/v1/projects/{items.project_id}/timeline?limit=3", []
    cursor = ""
    while cursor is not None:
        page = (await world.get(f"{path}{cursor and f'&cursor={cursor}'}", "department")).json()
        seen += [each["project_sequence"] for each in page["items"]]
        cursor = page["next_cursor"]
    whole = (await world.get(f"/v1/projects/{items.project_id}/timeline?limit=200", "department")).json()
    assert seen == [each["project_sequence"] for each in whole["items"]]


async def test_a_refusal_tells_a_department_nothing_of_a_case_that_is_not_its(world: World) -> None:
    items, _, others = await two_departments(world)
    refused = await items.ask_to_open("X-02", "department")
    assert refusal(refused) == (403, "DepartmentIsNotYours")
    assert others not in refused.text
    own = await items.ask_to_open("X-01", "department")
    assert refusal(own) == (409, "ItemCaseOpenAlready")


async def test_a_paused_day_names_its_cause_once(world: World) -> None:
    items = await items_of(world)
    case_id = await items.open()
    await items.handle(case_id)
    await items.act(case_id, "special_started", special_kind="hearing")
    world.clock.advance(days=2)
    for language, why in (("zh", "暂停期间不计入（听证）"), ("en", "not counted: paused (hearing)")):
        headers = {"Accept-Language": language}
        found = await world.get(f"/v1/item-cases/{case_id}/clock", headers=headers)
        paused = [line["why"] for line in found.json()["promised"]["days"] if line["pause"] is not None]
        assert set(paused) == {why}


async def test_a_revocation_known_late_closes_the_gate_as_one_known_in_time(world: World) -> None:
    """S2-01 waits for S1-91, which joins the ways to land; here S1-19 is the only one."""
    path = await approved(world)
    cases = await cases_of(world, path)
    await report(world, cases["S1-19"], "passed", -9)
    filed = await report(world, cases["S2-01"], "received", -1)
    assert filed["findings"] == []
    await report(world, cases["S1-19"], "revoked", -5)
    now = (await world.get(f"/v1/item-cases/{filed['id']}")).json()
    assert [finding["code"] for finding in now["findings"]] == ["gate_bypassed"]


async def test_what_one_departments_news_tell_of_anothers_item_is_an_event_of_that_item(world: World) -> None:
    """The land register's S1-22 waits for the land; its event is not the planning department's to read."""
    path = await approved(world)
    cases = await cases_of(world, path)
    land, register = cases["S1-19"], cases["S1-22"]
    assert register["department_code"] not in {None, land["department_code"]}
    await report(world, land, "passed", -9)
    filed = await do(world, register, "received")
    assert filed.status_code == 201, filed.text
    await report(world, land, "revoked", -5)
    now = (await world.get(f"/v1/item-cases/{register['id']}")).json()
    assert [finding["code"] for finding in now["findings"]] == ["gate_bypassed"]
    timeline, feed = f"{path}/timeline?limit=200", f"/v1/events?limit=200&project={path.rsplit('/', 1)[1]}"
    for where in (timeline, feed):
        told = [each["type"] for each in (await world.get(where)).json()["items"]]
        assert "item.findings_changed" in told
        own = (await world.get(where, "department")).json()["items"]
        assert "item.findings_changed" not in [each["type"] for each in own]
        news = [each for each in own if each["type"] in {"item.reported", "item.acted"}]
        assert len(news) == 2
        assert register["id"] not in str(news)


async def test_what_is_handled_again_after_its_grant_opens_no_gate(world: World) -> None:
    path = await approved(world)
    cases = await cases_of(world, path)
    await report(world, cases["S1-19"], "passed", -0.9)
    open_to = (await world.get(f"/v1/item-cases/{cases['S2-01']['id']}")).json()
    assert open_to["prerequisites_open"] == []
    await report(world, cases["S1-19"], "handling", -0.5)
    closed = (await world.get(f"/v1/item-cases/{cases['S2-01']['id']}")).json()
    assert len(closed["prerequisites_open"]) == 1


async def test_of_reports_under_one_external_id_at_once_one_is_taken(world: World) -> None:
    items = await items_of(world)
    at = (world.clock() - timedelta(hours=1)).isoformat()
    for number in range(4):
        case_id = await items.open(f"X-{number}")
        answers = await asyncio.gather(
            *[items.report(case_id, "received", at, external_id=f"G-{number}") for _ in range(4)]
        )
        assert sorted(a.status_code for a in answers) == [200, 200, 200, 201]
        assert len({a.json()["id"] for a in answers}) == 1
        other, codes = f"H-{number}", ("accepted", "not_accepted", "refused")
        answers = await asyncio.gather(*[items.report(case_id, c, at, external_id=other) for c in codes])
        assert sorted(a.status_code for a in answers) == [201, 409, 409]
        steps = (await world.get(f"/v1/item-cases/{case_id}/steps")).json()["items"]
        assert len(steps) == 2


async def test_of_two_cases_reported_under_one_external_id_at_once_one_is_taken(world: World) -> None:
    """They belong to two projects, so that no lock but the database's own keeps them apart."""
    first, second = await items_of(world), await items_of(world)
    at = (world.clock() - timedelta(hours=1)).isoformat()
    for number in range(4):
        one, two = await first.open(f"X-{number}"), await second.open(f"X-{number}")
        answers = await asyncio.gather(
            first.report(one, "received", at, external_id=f"G-{number}"),
            second.report(two, "received", at, external_id=f"G-{number}"),
        )
        assert sorted(a.status_code for a in answers) == [201, 409]
        assert {a.json()["code"] for a in answers if a.status_code == 409} == {"ReportContradicts"}


async def test_of_two_who_open_or_act_at_once_one_does(world: World) -> None:
    items = await items_of(world)
    opened = await asyncio.gather(*[items.ask_to_open("X-01") for _ in range(4)])
    assert sorted(a.status_code for a in opened) == [201, 409, 409, 409]
    case_id = next(a.json()["id"] for a in opened if a.status_code == 201)
    await items.file(case_id)
    acts = ("accepted", "correction_started", "not_accepted")
    answers = await asyncio.gather(*[items.ask(case_id, act, from_state="received") for act in acts])
    assert sorted(a.status_code for a in answers) == [201, 409, 409]
    assert {a.json()["code"] for a in answers if a.status_code == 409} == {"ItemStateHasChanged"}


async def test_of_two_who_approve_a_plan_at_once_one_does_and_each_item_has_one_case(world: World) -> None:
    path = await approved(world)
    before = await cases_of(world, path)
    world.clock.advance(hours=1)
    drafted = await made(world, path, *GIVEN, based_on="previous", reason="调整")
    assert drafted.status_code == 201, drafted.text
    body = {"evidence": []}
    asked = [world.post(f"{path}/plans/2/approval", body, "coordinator", n) for n in (2, 3, 2, 3)]
    answers = await asyncio.gather(*asked)
    assert sorted(a.status_code for a in answers) == [201, 409, 409, 409], [a.text for a in answers]
    after = (await world.get(f"{path}/item-cases?limit=200")).json()["items"]
    assert sorted(c["id"] for c in after) == sorted(c["id"] for c in before.values())


@pytest.mark.parametrize("first", ["the worker", "the notice", "the notice, after the worker had looked"])
async def test_silence_and_a_correction_notice_at_one_moment_end_in_one_truth(
    world: World, database: Database, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    """The notice is of the fifth day and entered on the sixth, while the worker announces the acceptance.

    Left to chance, a loaded machine keeps the second waiting for the lock for over two seconds, and tells him
    to try again; so who comes first is decided here, and the other comes while the first holds the project.
    """
    items = await items_of(world)
    case_id = await items.open()
    await items.file(case_id)
    fifth = world.clock() + timedelta(days=7)
    world.clock.advance(days=7, hours=16)  # the sixth day has begun
    turn, done = asyncio.Event(), asyncio.Event()

    async def and_the_other_comes(*args: Any, **facts: Any) -> Any:
        held = await lock_case(*args, **facts)
        turn.set()
        await asyncio.sleep(0.2)
        return held

    async def when_the_other_is_done(*args: Any, **facts: Any) -> Any:
        turn.set()
        await done.wait()
        return await lock_case(*args, **facts)

    async def notify() -> httpx.Response:
        if first != "the notice":
            await turn.wait()
        told = {"occurred_at": fifth.isoformat(), "from_state": "received"}
        answer = await items.ask(case_id, "correction_started", **told)
        done.set()
        return answer

    async def announce() -> None:
        if first == "the notice":
            await turn.wait()
        while await announce_silence(database, None, world.clock):  # type: ignore[arg-type] - it looks at none
            pass

    if first == "the notice":
        monkeypatch.setattr(service, "lock_case", and_the_other_comes)
    else:
        is_worker = first == "the worker"
        slow = and_the_other_comes if is_worker else when_the_other_is_done
        monkeypatch.setattr(announcing, "lock_case", slow)
    answer, _ = await asyncio.gather(notify(), announce())
    assert answer.status_code == 201, answer.text
    monkeypatch.undo()
    await announce()
    case = await items.read(case_id)
    assert (case["state"], case["is_deemed_accepted"], case["findings"]) == ("correction_started", False, [])
    steps = (await world.get(f"/v1/item-cases/{case_id}/steps")).json()["items"]
    assert [s["code"] for s in steps] == ["received", "correction_started"]
    told = await read_by(world, f"/v1/projects/{items.project_id}/timeline?limit=200", "officer")
    news = [each["type"].removeprefix("item.") for each in told]
    was_announced = first == "the worker"
    assert ("deemed_accepted" in news) is ("deemed_acceptance_withdrawn" in news) is was_announced


async def test_persons_named_in_steps_can_be_erased(world: World, database: Database) -> None:
    items = await items_of(world)
    case_id = await items.open()
    at = (world.clock() - timedelta(hours=1)).isoformat()
    told = {"handler": "李经办", "reason": "由李经办接件", "external_id": "G-1"}
    taken = await items.reported(case_id, "received", at, **told)
    for name in ("handler", "reason"):
        body = {"reason": "本人申请删除"}
        erased = await world.post(f"/v1/private/{taken[name]['id']}/erasure", body, "admin")
        assert erased.status_code == 201, erased.text
    step = (await world.get(f"/v1/item-cases/{case_id}/steps")).json()["items"][0]
    assert (step["handler"]["text"], step["reason"]["text"]) == (None, None)
    again = await items.report(case_id, "received", at, **told)
    assert (again.status_code, again.json()["id"]) == (200, taken["id"])
    for table in ("event", "item_step", "item_case"):
        rows = await database.driver.fetch(f"SELECT * FROM {table}", [])
        assert not [row for row in rows if "李经办" in str(row)], table
