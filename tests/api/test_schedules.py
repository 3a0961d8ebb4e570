"""/v1/projects/{id}/schedule: dates that say what set them, what-if, and the chart."""

from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest

from tests.api.test_calendar_activation import in_force
from tests.api.test_plan_content import GIVEN, an_adjustment, assigned, made
from tests.api.test_plans import agree, approve, refusal
from tests.builders import DEPARTMENT, QIDONG, World
from tests.items import Items

DAYS_3 = {"value": 3, "unit": "working_day"}


async def planned(world: World, *more: Any, **facts: Any) -> str:
    """Give the path of a project whose plan has items and is approved."""
    path = await assigned(world, **facts)
    drafted = await made(world, path, *GIVEN, *more)
    assert drafted.status_code == 201, drafted.text
    for act in (agree, approve):
        done = await act(world, path)
        assert done.status_code == 201, done.text
    return path


async def schedule(world: World, path: str, **asked: Any) -> dict[str, Any]:
    response = await world.get(f"{path}/schedule", params=asked)
    assert response.status_code == 200, response.text
    return dict(response.json())


def lines(body: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {line["item_code"]: line for line in body["items"]}


async def simulated(world: World, path: str, **changes: Any) -> dict[str, Any]:
    response = await world.post(f"{path}/schedule/simulations", changes)
    assert response.status_code == 200, response.text
    return dict(response.json())


async def test_a_schedule_leads_to_the_start_of_works_along_its_critical_path(world: World) -> None:
    path = await planned(world)
    body = await schedule(world, path)
    by_code = lines(body)
    assert (body["plan_number"], body["plan_state"], body["today"]) == (1, "approved", "2026-03-02")
    assert body["critical_path"][-1] == "S3-16"
    assert body["start_on"] == by_code["S3-16"]["earliest"]["finish_on"]
    assert all(by_code[code]["is_critical"] for code in body["critical_path"])
    assert body["start_on"] < body["works_end_on"] < body["completion_on"]
    assert body["assumed"] == sum(line["milestone"] is None for line in body["items"])
    first = by_code[body["critical_path"][0]]
    assert (first["slack_to_start"], first["earliest"]["filing_on"]) == (0, "2026-03-02")
    assert by_code["S3-09"]["progress"] == "blocked"
    assert ["S3-02"] in by_code["S3-09"]["blocked_by"]


async def test_every_date_is_one_link_away_from_its_sum(world: World) -> None:
    path = await planned(world)
    for line in (await schedule(world, path))["items"]:
        for when, why in (("filing_on", line["filing_why"]), ("finish_on", line["finish_why"])):
            expected = line["earliest"][when]
            if why["rule"] in {"begin", "today", "fact"}:
                continue
            assert why["explained_by"] is not None, (line["item_code"], why)
            summed = (await world.get(why["explained_by"])).json()
            assert summed["due_on"] == expected, (line["item_code"], why)
        if line["slack_explained_by"] is not None:
            slack = line["slack_to_completion"] if line["slack_to_start"] is None else line["slack_to_start"]
            assert (await world.get(line["slack_explained_by"])).json()["consumed"] == min(
                slack, line["slack_to_completion"]
            )


async def test_what_happened_takes_the_place_of_what_was_planned(world: World) -> None:
    path = await planned(world)
    case_id = lines(await schedule(world, path))["S1-19"]["item_case_id"]
    items = Items(world, path.rsplit("/", 1)[1])
    await items.accept(case_id)
    await items.act(case_id, "handling")
    await items.act(case_id, "passed")
    world.clock.advance(days=3)
    after = lines(await schedule(world, path))
    done = after["S1-19"]
    assert (done["progress"], done["is_estimated"], done["light"]) == ("done", False, "no_limit")
    assert done["earliest"]["finish_on"] == "2026-03-02"
    assert done["finish_why"]["rule"] == "fact"
    assert done["finish_why"]["explained_by"] == f"/v1/item-cases/{case_id}/clock"
    assert after["S1-91"]["progress"] == "done"
    assert after["S1-01"]["filing_why"]["rule"] == "today"


async def test_a_schedule_is_read_as_of_a_moment(world: World) -> None:
    path = await planned(world)
    before = await schedule(world, path)
    then = world.clock().isoformat()
    world.clock.advance(days=1)
    items = Items(world, path.rsplit("/", 1)[1])
    case_id = lines(before)["S1-19"]["item_case_id"]
    await items.handle(case_id)
    await items.act(case_id, "passed")
    now = lines(await schedule(world, path))
    assert now["S1-19"]["progress"] == "done"
    past = await schedule(world, path, known_at=then, valid_at=then)
    assert past["items"] == before["items"]
    early = await world.get(f"{path}/schedule", params={"known_at": "2026-01-01T00:00:00Z"})
    assert refusal(early) == (404, "ProjectNotKnownThen")


async def test_a_schedule_as_of_a_moment_counts_with_the_calendar_known_then(world: World) -> None:
    path = await planned(world)
    before, then = await schedule(world, path), world.clock().isoformat()
    world.clock.advance(hours=1)
    days = [{"date": f"2026-03-{day:02d}", "kind": "holiday", "festival": "江海节"} for day in range(4, 7)]
    days = [{**day, "festival_en": "River Festival"} for day in days]
    number = await in_force(world, QIDONG, days=days)
    now = await schedule(world, path)
    assert (now["calendar_version"], now["start_on"] > before["start_on"]) == (number, True)
    past = await schedule(world, path, known_at=then)
    assert (past["calendar_version"], past["start_on"]) == (before["calendar_version"], before["start_on"])
    why = lines(past)["S1-01"]["finish_why"]
    assert f"version={before['calendar_version']}" in why["explained_by"]
    summed = (await world.get(why["explained_by"])).json()
    assert summed["due_on"] == lines(past)["S1-01"]["earliest"]["finish_on"]


async def test_a_department_is_named_its_own_cases_only_and_finds_what_it_is_linked_to(world: World) -> None:
    path = await planned(world)
    found = (await world.get(f"{path}/schedule", "department")).json()
    named = {line["item_code"]: line for line in found["items"] if line["item_case_id"] is not None}
    assert {line["department_code"] for line in named.values()} == {DEPARTMENT}
    assert {line["department_code"] for line in found["items"]} > {DEPARTMENT}
    items = Items(world, path.rsplit("/", 1)[1])
    everybody = lines(await schedule(world, path))
    other = next(line for line in everybody.values() if line["item_code"] == "S1-01")
    assert other["department_code"] != DEPARTMENT
    await items.act(other["item_case_id"], "received", "agent")
    for role, linked in (("department", None), ("officer", f"/v1/item-cases/{other['item_case_id']}/clock")):
        body = (await world.get(f"{path}/schedule", role)).json()
        assert lines(body)["S1-01"]["finish_why"]["explained_by"] == linked
        for line in body["items"]:
            for link in (line["filing_why"]["explained_by"], line["finish_why"]["explained_by"]):
                assert link is None or (await world.get(link, role)).status_code == 200


async def test_a_plan_that_is_only_a_document_has_no_schedule(world: World) -> None:
    path = f"/v1/projects/{(await world.walk(await world.project(), 'assigned'))['id']}"
    assert refusal(await world.get(f"{path}/schedule")) == (404, "PlanNotFound")
    await world.walk(path.rsplit("/", 1)[1], "planned")
    assert refusal(await world.get(f"{path}/schedule")) == (409, "PlanHasNoItems")
    assert refusal(await world.get(f"{path}/schedule?plan=7")) == (404, "PlanNotFound")
    assert refusal(await world.get(f"{path}/schedule/chart.svg")) == (409, "PlanHasNoItems")


async def test_the_approved_plan_is_shown_until_another_is_asked_for(world: World) -> None:
    path = await planned(world)
    handling = {"value": 60, "unit": "working_day"}
    await made(world, path, an_adjustment("S2-03", handling=handling), based_on="previous", reason="调整")
    assert (await schedule(world, path))["plan_number"] == 1
    draft = await schedule(world, path, plan=2)
    assert (draft["plan_state"], lines(draft)["S2-03"]["handling"]) == ("draft", handling)
    assert draft["start_on"] > (await schedule(world, path))["start_on"]


async def test_trying_an_adjustment_equals_making_it_and_looking(world: World) -> None:
    path = await planned(world)
    changes = [
        an_adjustment("S2-03", handling={"value": 30, "unit": "working_day"}),
        an_adjustment("S3-01", after=["S2-01"]),
    ]
    tried = [{k: v for k, v in change.items() if k != "reason"} for change in changes]
    done = await simulated(world, path, adjustments=tried)
    assert done["is_written"] is False
    made_so = await made(world, path, *changes, based_on="previous", reason="调整")
    assert made_so.status_code == 201, made_so.text
    before, after = await schedule(world, path, plan=1), await schedule(world, path, plan=2)
    for name in ("start_on", "works_end_on", "completion_on", "critical_path", "days_behind_baseline"):
        assert (done["before"][name], done["after"][name]) == (before[name], after[name]), name
    differing = {
        code
        for code, line in lines(before).items()
        for when in ("filing_on", "finish_on")
        if line["earliest"][when] != lines(after)[code]["earliest"][when]
    }
    assert {moved["item_code"] for moved in done["moved"]} == differing
    for moved in done["moved"]:
        assert moved["after"]["finish_on"] == lines(after)[moved["item_code"]]["earliest"]["finish_on"]


async def test_a_delay_names_what_moves_which_limits_break_and_whom_it_concerns(world: World) -> None:
    path = await planned(world)
    late = {"item": "S2-03", "by": {"value": 40, "unit": "working_day"}}
    feed = (await world.get("/v1/events?limit=1", "auditor")).json()["head"]
    done = await simulated(world, path, delays=[late])
    moved = {m["item_code"]: m for m in done["moved"]}
    assert moved["S2-03"]["working_days"] == 40
    assert moved["S2-03"]["after"]["finish_why"]["rule"] == "late"
    summed = (await world.get(moved["S3-02"]["after"]["finish_why"]["explained_by"])).json()
    assert summed["due_on"] == moved["S3-02"]["after"]["finish_on"]
    broken = {(b["kind"], b["item_code"]): b for b in done["broken_limits"]}
    assert broken["promised", "S2-03"]["is_new"] is True
    assert broken["statutory", "S2-03"]["expected_on"] == moved["S2-03"]["after"]["finish_on"]
    concerned = done["concerned"]
    assert "320681-zrzy" in {d["department_code"] for d in concerned["departments"]} | {"320681-zrzy"}
    assert {a["person"] for a in concerned["agents"]} == {"person:agent-1", "person:agent-2"}
    assert "S4-12" in concerned["owner"]
    assert (await world.get("/v1/events?limit=1", "auditor")).json()["head"] == feed
    assert (await simulated(world, path))["moved"] == []


async def test_a_pause_of_a_running_item_equals_pausing_it(world: World) -> None:
    path = await planned(world)
    case_id = lines(await schedule(world, path))["S1-19"]["item_case_id"]
    items = Items(world, path.rsplit("/", 1)[1])
    await items.handle(case_id)
    today = date.fromisoformat((await schedule(world, path))["today"])
    pause = {"item": "S1-19", "starts_on": str(today), "ends_on": str(today + timedelta(1))}
    done = await simulated(world, path, pauses=[pause])
    expected = next(m for m in done["moved"] if m["item_code"] == "S1-19")["after"]["finish_on"]
    await items.act(case_id, "special_started", special_kind="expert_review", expected=DAYS_3)
    world.clock.advance(days=1)
    await items.act(case_id, "special_ended", special_kind="expert_review")
    assert lines(await schedule(world, path))["S1-19"]["earliest"]["finish_on"] == expected


async def test_what_cannot_be_tried_is_named_at_once(world: World) -> None:
    path = await planned(world)
    day = {"starts_on": "2026-03-04", "ends_on": "2026-03-05"}
    body = {
        "delays": [{"item": "S9-99", "by": DAYS_3}, {"item": "S3-16", "by": DAYS_3}],
        "pauses": [{"item": "S9-98", **day}],
    }
    refused = await world.post(f"{path}/schedule/simulations", body)
    assert refusal(refused) == (422, "ChangesCannotBeTried")
    pointers = [e["pointer"] for e in refused.json()["errors"]]
    assert pointers == ["/delays/0/item", "/delays/1/item", "/pauses/0/item"]
    wrong = {"adjustments": [{"item": "S9-99", "action": "change"}]}
    assert refusal(await world.post(f"{path}/schedule/simulations", wrong)) == (422, "AdjustmentsInvalid")
    back = {"pauses": [{"item": "S1-09", "starts_on": "2026-03-05", "ends_on": "2026-03-04"}]}
    assert refusal(await world.post(f"{path}/schedule/simulations", back))[1] == "PauseEndsBeforeItStarts"
    unknown = {"calendar": {"code": "cn", "version": 999}}
    assert refusal(await world.post(f"{path}/schedule/simulations", unknown)) == (404, "CalendarNotFound")


async def test_adding_an_item_or_another_calendar_is_tried_as_well(world: World) -> None:
    path = await planned(world)
    added = await simulated(world, path, adjustments=[{"item": "S3-08", "action": "add"}])
    assert next(m for m in added["moved"] if m["item_code"] == "S3-08")["before"] is None
    dropped = await simulated(world, path, adjustments=[{"item": "S2-01", "action": "drop"}])
    gone = next(m for m in dropped["moved"] if m["item_code"] == "S2-01")
    assert gone["after"] is None
    assert dropped["after"]["start_on"] <= dropped["before"]["start_on"]
    version = (await schedule(world, path))["calendar_version"]
    same = await simulated(world, path, calendar={"code": "cn", "version": version})
    assert same["moved"] == []


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_chart_is_a_picture_that_runs_nothing(world: World, language: str) -> None:
    path = await planned(world, name="<script>alert(1)</script>“&”项目")
    response = await world.get(f"{path}/schedule/chart.svg", params={"lang": language})
    assert (response.status_code, response.headers["content-type"]) == (200, "image/svg+xml")
    assert "default-src 'none'" in response.headers["content-security-policy"]
    picture = ET.fromstring(response.content)  # noqa: S314 - our own answer
    tags = {element.tag.rpartition("}")[2] for element in picture.iter()}
    allowed = {
        "svg",
        "title",
        "desc",
        "defs",
        "pattern",
        "rect",
        "line",
        "text",
        "polygon",
        "polyline",
        "circle",
    }
    assert tags <= allowed
    assert not [a for e in picture.iter() for a in e.attrib if a.startswith("on") or "href" in a]
    shown = " ".join(text.text or "" for text in picture.iter("{http://www.w3.org/2000/svg}text"))
    assert "<script>alert(1)</script>" in shown
    assert ("建设工程规划许可证" in shown, "今日" in shown) == ((language == "zh"),) * 2
    again = await world.get(
        f"{path}/schedule/chart.svg",
        params={"lang": language},
        headers={"If-None-Match": response.headers["etag"]},
    )
    assert again.status_code == 304


async def test_a_stranger_finds_no_schedule(world: World) -> None:
    path = await planned(world)
    for part in ("", "/chart.svg"):
        rugao = world.headers("officer", key="rugao")
        response = await world.client.get(f"{path}/schedule{part}", headers=rugao)
        assert refusal(response) == (404, "ProjectNotFound")
    assert (await world.get(f"{path}/schedule", "portal")).status_code == 200
    response: httpx.Response = await world.get(f"{path}/schedule", "department")
    assert response.status_code == 200
