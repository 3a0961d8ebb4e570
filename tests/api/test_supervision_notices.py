"""/v1/supervision-notices: for what is red, never for what stands still or waits for the owner."""

from typing import Any

import pytest

from app.database import Database
from app.supervision.withdrawing import withdraw_notices
from tests.builders import QIDONG, World
from tests.items import DAYS_7, DAYS_20, items_of
from tests.supervising import (
    DEPARTMENT,
    JUDGE,
    NOTICES,
    SUPERVISOR,
    Notice,
    Supervised,
    candidates,
    supervised,
)


async def check(world: World, database: Database) -> bool:
    return await withdraw_notices(database, database.settings, world.clock)


async def test_a_notice_carries_the_clock_that_ran_out_and_keeps_it(world: World) -> None:
    case = await supervised(world)
    (candidate,) = await candidates(world, "?subject=item_case")
    assert (candidate["item_case_id"], candidate["rule"], candidate["due_on"]) == (
        case.case_id,
        "statutory",
        "2026-03-30",
    )
    notice = await case.issue()
    read = await notice.read()
    noticed = read["noticed"]
    assert (noticed["rule"], noticed["light"], noticed["due_on"]) == ("statutory", "red", "2026-03-30")
    assert (noticed["budget"], noticed["overdue_by"]) == (20, noticed["consumed"] - 20)
    assert noticed["overdue_by"] > 10
    assert noticed["basis"] == "行政许可法第四十二条"
    total = (await world.get(noticed["explained_by"])).json()["statutory"]
    assert {name: noticed[name] for name in ("due_on", "consumed", "budget", "light")} == {
        name: total[name] for name in ("due_on", "consumed", "budget", "light")
    }
    assert await candidates(world, "?subject=item_case") == []
    world.clock.advance(days=1)
    await case.items.act(case.case_id, "passed")
    assert (await notice.read())["noticed"] == noticed
    again = (await world.get(noticed["explained_by"])).json()["statutory"]
    assert (again["due_on"], again["consumed"], again["light"]) == (
        noticed["due_on"],
        noticed["consumed"],
        "red",
    )


async def test_the_promise_is_named_while_the_law_still_gives_time(world: World) -> None:
    case = await supervised(world, 14)
    (candidate,) = await candidates(world, "?subject=item_case")
    assert (candidate["rule"], candidate["due_on"]) == ("promised", "2026-03-11")
    assert (await (await case.issue()).read())["noticed"]["rule"] == "promised"


async def _special(case: Supervised) -> None:
    await case.items.act(case.case_id, "special_started")


async def _passed(case: Supervised) -> None:
    await case.items.act(case.case_id, "passed")


async def _supplement(case: Supervised) -> None:
    await case.items.act(case.case_id, "conditionally_passed")


async def _noticed(case: Supervised) -> None:
    await case.issue()


async def _nothing(case: Supervised) -> None:
    pass


KINDS = (
    "hearing", "tendering", "auction", "testing", "inspection", "quarantine", "appraisal", "expert_review",
    "technical_review", "site_visit", "publicity", "revision", "other",
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
async def test_nobody_is_urged_while_a_special_procedure_goes_on(world: World, kind: str) -> None:
    case = await supervised(world)
    await case.items.act(case.case_id, "special_started", special_kind=kind)
    assert (await case.items.read(case.case_id))["light"] == "red"
    assert await case.refused() == (409, "NothingToSupervise", ["paused"])
    assert await candidates(world, "?subject=item_case") == []


@pytest.mark.parametrize(
    ("before", "days", "facts", "codes"),
    [
        (_passed, 60, {}, ["done_before"]),
        (_passed, 2, {}, ["done_in_time"]),
        (_supplement, 60, {}, ["done_before"]),
        (_noticed, 60, {}, ["noticed"]),
        (_nothing, 2, {}, ["not_overdue"]),
        (_special, 2, {}, ["paused"]),
        (_nothing, 60, {"statutory_limit": None, "promised_limit": None}, ["not_begun"]),
        (
            _nothing,
            60,
            {
                "statutory_limit": DAYS_20 | {"bearer": "owner"},
                "promised_limit": DAYS_7 | {"bearer": "owner"},
                "bearer": "owner",
            },
            ["owners_time"],
        ),
        (
            _nothing,
            60,
            {"statutory_limit": DAYS_20 | {"bearer": "intermediary"}, "promised_limit": None},
            ["owners_time"],
        ),
    ],
)
async def test_a_notice_is_refused_with_what_stands_against_it(
    world: World, before: Any, days: int, facts: dict[str, Any], codes: list[str]
) -> None:
    case = await supervised(world, days, **facts)
    await before(case)
    assert await case.refused() == (409, "NothingToSupervise", codes)
    assert await candidates(world, "?subject=item_case") == []


async def test_nobody_is_urged_while_the_owner_has_to_correct_his_papers(world: World) -> None:
    items = await items_of(world)
    limit = DAYS_20 | {"anchor": "receipt"}
    case_id = await items.open(statutory_limit=limit, promised_limit=None)
    await items.file(case_id)
    world.clock.advance(days=3)
    await items.act(case_id, "correction_started")
    world.clock.advance(days=60)
    status, code, codes = await Supervised(items, case_id).refused()
    assert (status, code, codes[0]) == (409, "NothingToSupervise", "waits_for_owner")
    assert await candidates(world, "?subject=item_case") == []


async def test_a_notice_names_one_subject_that_the_caller_can_see(world: World) -> None:
    case = await supervised(world)
    both = await case.refused(project_id=case.items.project_id)
    assert both == (422, "NameOneSubject", ["one_of_two", "one_of_two"])
    assert (await case.refused(item_case_id=None))[:2] == (422, "NameOneSubject")
    assert (await case.refused(item_case_id=case.items.project_id))[:2] == (404, "ItemCaseNotFound")
    assert (await case.refused(item_case_id=None, project_id=case.case_id))[:2] == (404, "ProjectNotFound")
    elsewhere = {"item_case_id": case.case_id, "text": "督办"}
    asked = await world.post(NOTICES, elsewhere, "supervisor", **world.headers("supervisor", key="rugao"))
    assert (asked.status_code, asked.json()["code"]) == (404, "ItemCaseNotFound")
    for days in (0, 16):
        assert (await case.refused(reply_days=days))[:2] == (422, "FieldsInvalid")


async def test_the_department_replies_and_another_person_judges_and_closes(world: World) -> None:
    notice = await (await supervised(world)).issue(reply_days=5)
    read = await notice.read("department")
    assert (read["clock"]["limit"], read["clock"]["due_on"]) == ("reply", world.today(7))
    assert (await world.get(read["clock"]["explained_by"])).json()["due_on"] == read["clock"]["due_on"]
    assert [(a["action"], a["enabled"]) for a in read["allowed_actions"]] == [
        ("reply", True),
        ("withdraw", False),
    ]
    assert await notice.refused("reply", ("officer", 1), text="代答") == (403, "NotYoursToHandle")
    replied = await notice.do("reply", DEPARTMENT, text="已安排专人办理")
    assert (replied["state"], replied["replier"], replied["replied_in_time"]) == (
        "replied",
        "person:department-1",
        True,
    )
    without = await notice.refused("judge", JUDGE, text="未见成效")
    assert without == (422, "HandlingIncomplete")
    judged = await notice.do("judge", JUDGE, effect="none", text="未见成效")
    assert judged["state"] == "judged"
    assert await notice.refused("close", JUDGE) == (409, "HandlingGuardsNotMet")
    back = await notice.do("return", JUDGE, text="请明确办结日期")
    assert (back["state"], back["effect"], back["replied_on"]) == ("issued", None, None)
    closed = await notice.to("closed")
    assert (closed["state"], closed["effect"], closed["clock"]) == ("closed", "effective", None)
    assert closed["allowed_actions"] == []
    steps = (await world.get(f"{notice.path}/steps", "department")).json()["items"]
    assert [step["action"] for step in steps] == ["reply", "judge", "return", "reply", "judge", "close"]
    assert steps[0]["text"]["text"] == "已安排专人办理"


async def test_a_late_reply_is_red_and_stays_late(world: World) -> None:
    notice = await (await supervised(world)).issue(reply_days=1)
    world.clock.advance(days=4)
    assert (await notice.read())["clock"]["light"] == "red"
    assert (await notice.do("reply", DEPARTMENT, text="迟复"))["replied_in_time"] is False
    await notice.do("return", JUDGE, text="请重新答复")
    assert (await notice.do("reply", DEPARTMENT, text="再复"))["replied_in_time"] is False


async def as_supervisor(world: World, person_key: str, code: str) -> dict[str, str]:
    """Let a person sign on as a supervisor too; give his headers."""
    person = {
        "realm": "nantong",
        "operator_code": code,
        "person_key": person_key,
        "name": "兼任",
        "roles": ["supervisor"],
        "area_code": QIDONG,
    }
    made = await world.post("/v1/operators", person, "admin")
    assert made.status_code == 201, made.text
    return {"Operator-Id": code}


async def issued_about_a_stage(world: World) -> Notice:
    project = await world.walk(await world.project(), "assigned")
    world.clock.advance(days=30)
    made = await world.post(NOTICES, {"project_id": project["id"], "text": "请尽快编制方案"}, *SUPERVISOR)
    assert made.status_code == 201, made.text
    return Notice(world, made.json()["id"])


async def test_whoever_replied_does_not_judge_in_another_role(world: World) -> None:
    """One person may sign on in two roles; persons are compared, not codes. A reply sent back is one, too."""
    about_stage = await issued_about_a_stage(world)
    officer = await as_supervisor(world, "person:officer-1", "double-1")
    await about_stage.do("reply", ("officer", 1), text="已安排")
    await about_stage.do("return", JUDGE, text="请明确办结日期")
    await about_stage.do("reply", ("coordinator", 1), text="周五前办结")
    told = {"effect": "effective", "text": "好", "headers": officer}
    assert await about_stage.refused("judge", JUDGE, **told) == (403, "PersonIsExcluded")
    judged = await about_stage.do("judge", JUDGE, effect="effective", text="好")
    assert judged["state"] == "judged"


async def test_nobody_of_the_office_judges_or_withdraws_a_notice_to_it_as_supervisor(world: World) -> None:
    notice = await (await supervised(world)).issue()
    clerk = await as_supervisor(world, "person:department-2", "double-2")
    assert await notice.refused("withdraw", JUDGE, text="撤", headers=clerk) == (403, "PersonIsExcluded")
    await notice.do("reply", DEPARTMENT, text="已安排")
    told = {"effect": "effective", "text": "好", "headers": clerk}
    assert await notice.refused("judge", JUDGE, **told) == (403, "PersonIsExcluded")
    about_stage = await issued_about_a_stage(world)
    agent = await as_supervisor(world, "person:agent-1", "double-3")
    assert await about_stage.refused("withdraw", JUDGE, text="撤", headers=agent) == (403, "PersonIsExcluded")


async def test_an_act_from_another_state_or_version_is_refused_and_changes_nothing(world: World) -> None:
    notice = await (await supervised(world)).issue()
    stale = await notice.refused("reply", DEPARTMENT, text="复", from_state="replied")
    assert stale == (409, "HandlingStateHasChanged")
    late = await notice.refused("reply", DEPARTMENT, text="复", headers={"If-Match": '"7"'})
    assert late == (412, "VersionIsStale")
    proof = await notice.refused("reply", DEPARTMENT, text="复", evidence=[notice.id])
    assert proof == (422, "EvidenceNotFound")
    assert (await notice.read())["state"] == "issued"


async def test_a_department_sees_the_notices_to_itself_and_nobody_elses(world: World) -> None:
    case = await supervised(world)
    notice = await case.issue()
    other = await case.items.open("X-02", department_code="320681-zjj")
    for action in ("received", "accepted"):
        await case.items.act(
            other, action, "agent" if action == "received" else "officer", evidence=[await world.file()]
        )
    world.clock.advance(days=60)
    hidden = await Supervised(case.items, other).issue()
    mine = (await world.get(NOTICES, "department")).json()["items"]
    assert [each["id"] for each in mine] == [notice.id]
    assert (await world.get(hidden.path, "department")).status_code == 404
    assert (await world.get(f"{hidden.path}/steps", "department")).status_code == 404
    away = world.headers("supervisor", key="rugao")
    assert (await world.client.get(notice.path, headers=away)).status_code == 404
    assert (await world.client.get(NOTICES, headers=away)).json()["items"] == []
    both = (await world.get(f"{NOTICES}?limit=1", "supervisor")).json()
    assert [each["id"] for each in both["items"]] == [hidden.id]
    rest = (await world.get(f"{NOTICES}?limit=1&cursor={both['next_cursor']}", "supervisor")).json()
    assert [each["id"] for each in rest["items"]] == [notice.id]
    for query, found in (
        ("?department=320681-zjj", [hidden.id]),
        ("?state=closed", []),
        ("?state=issued&area=320681", [hidden.id, notice.id]),
        ("?subject=stage", []),
        (f"?subject=item_case&item_case={case.case_id}", [notice.id]),
        (f"?project={case.items.project_id}", [hidden.id, notice.id]),
        ("?area=320682", []),
    ):
        items = (await world.get(f"{NOTICES}{query}", "supervisor")).json()["items"]
        assert [each["id"] for each in items] == found, query


async def _tasks(world: World, role: str, kind: str) -> list[dict[str, Any]]:
    found = await world.get(f"/v1/tasks?kind={kind}", role)
    assert found.status_code == 200, found.text
    return list(found.json()["items"])


async def test_a_notice_is_a_task_of_the_department_and_its_reply_one_of_supervisors(world: World) -> None:
    notice = await (await supervised(world)).issue()
    (task,) = await _tasks(world, "department", "notice_reply")
    read = await notice.read()
    assert (task["due_on"], task["light"]) == (read["clock"]["due_on"], "green")
    assert task["calls"][0] | {"label": ""} == {
        "action": "reply",
        "label": "",
        "method": "POST",
        "path": f"{notice.path}/actions",
    }
    assert await _tasks(world, "agent", "notice_reply") == []
    assert await _tasks(world, "supervisor", "notice_judgement") == []
    await notice.to("replied")
    assert await _tasks(world, "department", "notice_reply") == []
    (task,) = await _tasks(world, "supervisor", "notice_judgement")
    assert task["due_on"] == (await notice.read())["clock"]["due_on"]
    await notice.to("judged")
    assert await _tasks(world, "supervisor", "notice_judgement") == []


async def test_a_notice_about_a_stage_is_a_task_of_the_agent_whose_project_it_is(world: World) -> None:
    project = await world.walk(await world.project(), "assigned")
    world.clock.advance(days=20)
    made = await world.post(NOTICES, {"project_id": project["id"], "text": "请尽快提交方案"}, "supervisor")
    assert made.status_code == 201, made.text
    (task,) = await _tasks(world, "agent", "notice_reply")
    assert task["project"]["id"] == project["id"]
    assert await _tasks(world, "department", "notice_reply") == []
    reply = {"action": "reply", "from_state": "issued", "text": "方案本周提交"}
    path = f"{NOTICES}/{made.json()['id']}/actions"
    assert (await world.post(path, reply, "agent", 3)).status_code == 409
    assert (await world.post(path, reply, "agent")).status_code == 201


async def test_candidates_come_in_pages_the_longest_overdue_first_and_by_department(world: World) -> None:
    case = await supervised(world, 20)
    second = await case.items.open("X-02")
    await case.items.handle(second)
    world.clock.advance(days=30)
    whole = await candidates(world)
    assert [each["item_case_id"] for each in whole if each["subject"] == "item_case"] == [
        case.case_id,
        second,
    ]
    found, cursor = [], ""
    while True:
        page = (await world.get(f"{NOTICES}/candidates?limit=1{cursor}", "coordinator")).json()
        found += page["items"]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert found == whole
    assert len(await candidates(world, "?department=320681-zrzy")) == 2
    assert await candidates(world, "?department=320681-zjj") == []
    assert await candidates(world, "?area=320682") == []
    for forged in ("x", "WyJub25lIiwgIngiXQ", "WyIyMDI2LTAzLTAyIiwgIngiXQ"):
        refused = await world.get(f"{NOTICES}/candidates?cursor={forged}", "supervisor")
        assert (refused.status_code, refused.json()["code"]) == (422, "CursorInvalid")
