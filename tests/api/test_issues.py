"""/v1/issues: raised, taken up the ladder level by level, resolved by one person and closed by another."""

from typing import Any

import pytest

from app.database import Database
from app.events.queries import events_after
from tests.builders import DEPARTMENT, OTHER_OWNER, QIDONG, World
from tests.coordinating import ISSUES, Coordinated, an_issue, an_issue_body
from tests.items import items_of

OFFICER, COORDINATOR, SUPERVISOR, DESK = (
    ("officer", 1),
    ("coordinator", 1),
    ("supervisor", 1),
    ("department", 1),
)


async def listed(world: World, query: str = "", role: str = "officer", **headers: str) -> list[str]:
    found = await world.client.get(f"{ISSUES}?{query}", headers=world.headers(role, **headers))
    assert found.status_code == 200, found.text
    return [row["id"] for row in found.json()["items"]]


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
    world.clock.advance(days=3)
    assert (await issue.read())["due"]["light"] == "green"
    world.clock.advance(days=4)
    assert (await issue.read())["due"]["light"] == "yellow"
    assert await listed(world, "overdue=true") == []
    world.clock.advance(days=1)
    assert (await issue.read())["due"]["light"] == "red"
    assert await listed(world, "overdue=true") == [issue.id]


async def test_answering_is_one_persons_or_one_departments(world: World) -> None:
    path = f"/v1/projects/{(await world.project())['id']}/issues"
    body = {"title": "红线冲突", "text": "重叠"}
    agent, admin = await world.operator("agent-1"), await world.operator("admin-1")
    for given, fault in (
        ({}, "/responsible_id missing"),
        ({"responsible_id": agent, "department_code": DEPARTMENT}, "/responsible_id not_both"),
        ({"responsible_id": admin}, "/responsible_id unsuitable_operator"),
        ({"department_code": "320682-zrzy"}, "/department_code unknown_department"),
        ({"department_code": "nobody"}, "/department_code unknown_department"),
    ):
        refused = await world.post(path, body | given)
        assert (refused.status_code, refused.json()["code"]) == (422, "ResponsibleNotSuitable"), given
        assert [f"{e['pointer']} {e['code']}" for e in refused.json()["errors"]] == [fault]
    issue = await an_issue(world, responsible_id=agent)
    assert (await issue.read())["responsible"] == "person:agent-1"
    clerk = await an_issue(world, responsible_id=await world.operator("department-2"))
    read = await clerk.read()
    assert (read["responsible"], read["department_code"]) == ("person:department-2", DEPARTMENT)


async def test_the_department_that_answers_takes_part_in_the_project_from_then_on(world: World) -> None:
    project = await world.project()
    path = f"/v1/projects/{project['id']}"
    assert (await world.get(path, "department")).status_code == 404
    issue = await an_issue(world, project["id"])
    assert (await world.get(path, "department")).status_code == 200
    assert (await issue.read("department"))["id"] == issue.id


async def test_an_issue_climbs_one_level_at_a_time_and_gets_time_anew(world: World) -> None:
    issue = await an_issue(world)
    world.clock.advance(days=1)
    taken = await issue.do("escalate", COORDINATOR, level="lead_department")
    assert (taken["rank"], taken["due"]["anchor_on"]) == (2, world.today())
    skip = await issue.refused("escalate", COORDINATOR, level="secretary_general_meeting")
    assert skip == (422, "SkippingNeedsReason", ["/textmissing"])
    back = await issue.refused("escalate", COORDINATOR, level="accepting_department", text="退回")
    assert back == (422, "LevelIsNotHigher", ["/levelnot_higher"])
    reason = "须由市政府协调多个部门"
    taken = await issue.do("escalate", COORDINATOR, level="secretary_general_meeting", text=reason, days=3)
    assert (taken["rank"], taken["due"]["duration"]["value"]) == (4, 3)
    steps = (await world.get(f"{issue.path}/steps")).json()["items"]
    assert [s["facts"]["level"] for s in steps] == ["lead_department", "secretary_general_meeting"]
    assert steps[1]["text"]["text"] == reason
    await issue.do("escalate", SUPERVISOR, level="mayor_meeting")
    top = await issue.refused("escalate", SUPERVISOR, level="mayor_meeting", text="再提")
    assert top == (409, "HandlingGuardsNotMet", ["top_of_ladder"])
    allowed = {a["action"]: a for a in (await issue.read("supervisor"))["allowed_actions"]}
    assert [r["code"] for r in allowed["escalate"]["reasons"]] == ["top_of_ladder"]
    assert allowed["resolve"]["enabled"]


async def test_beginning_above_the_first_level_needs_a_reason(world: World) -> None:
    path = f"/v1/projects/{(await world.project())['id']}/issues"
    body = an_issue_body(level="joint_meeting")
    refused = await world.post(path, body)
    assert (refused.status_code, refused.json()["code"]) == (422, "SkippingNeedsReason")
    made = await world.post(path, body | {"reason": "涉及四个部门"})
    assert (made.status_code, made.json()["rank"]) == (201, 3)
    assert made.json()["due"]["duration"]["value"] == 10


async def test_whoever_resolves_does_not_close_and_whoever_answers_does_not_move_his_own_day(
    world: World,
) -> None:
    issue = await an_issue(world, responsible_id=await world.operator("coordinator-1"))
    facts: dict[str, Any] = {"days": 10, "text": "等待规划批复"}
    assert (await issue.refused("reschedule", COORDINATOR, **facts))[:2] == (403, "PersonIsExcluded")
    moved = await issue.do("reschedule", ("coordinator", 2), **facts)
    assert moved["due"]["due_on"] == world.today(14)
    await issue.do("report", COORDINATOR, text="已与规划部门会面")
    evidence = [await world.file()]
    done = await issue.do("resolve", COORDINATOR, text="支路已东移", evidence=evidence)
    assert (done["state"], done["resolver"], done["due"]["light"]) == (
        "resolved",
        "person:coordinator-1",
        "done_in_time",
    )
    assert (await issue.refused("close", COORDINATOR))[:2] == (403, "PersonIsExcluded")
    assert (await issue.refused("close", ("agent", 1)))[:2] == (403, "NotYoursToHandle")
    closed = await issue.do("close", ("coordinator", 2))
    assert (closed["state"], closed["closed_on"]) == ("closed", world.today())
    world.clock.advance(days=60)
    again = await issue.do("reopen", OFFICER, text="红线又有变化")
    assert (again["state"], again["resolver"], again["due"]["anchor_on"]) == ("open", None, world.today())
    assert again["due"]["duration"]["value"] == 10


async def test_it_is_handed_to_another_person_or_office(world: World) -> None:
    issue = await an_issue(world)
    clerk = await world.operator("agent-2")
    both = {"responsible_id": clerk, "department_code": DEPARTMENT, "text": "转交"}
    refused = await issue.refused("hand_over", COORDINATOR, **both)
    assert refused == (422, "ResponsibleNotSuitable", ["/responsible_idnot_both"])
    due = (await issue.read())["due"]
    given = await issue.do("hand_over", DESK, responsible_id=clerk, text="须由代办中心协调")
    assert (given["responsible"], given["department_code"]) == ("person:agent-2", None)
    assert given["due"] == due
    assert (await issue.refused("resolve", DESK, text="已办"))[:2] == (404, "IssueNotFound")


async def test_an_agent_acts_in_his_projects_or_where_it_is_his(world: World) -> None:
    project = await world.project()
    await world.walk(project, "in_service")
    issue = await an_issue(world, project["id"])
    refused = await issue.refused("report", ("agent", 3), text="进展")
    assert refused == (409, "HandlingGuardsNotMet", ["not_an_agent_of_this_project"])
    await issue.do("report", ("agent", 1), text="进展")
    await issue.do("hand_over", COORDINATOR, responsible_id=await world.operator("agent-3"), text="转")
    await issue.do("report", ("agent", 3), text="进展")


async def test_the_facts_of_an_act_are_told_or_refused_all_at_once(world: World) -> None:
    issue = await an_issue(world)
    found = await issue.refused("reschedule", COORDINATOR, level="mayor_meeting", evidence=[issue.id])
    assert found == (
        422,
        "HandlingIncomplete",
        ["/daysmissing", "/textmissing", "/levelnot_asked_for", "/evidencenot_asked_for"],
    )
    stale = await issue.refused("report", COORDINATOR, from_state="closed", text="x")
    assert stale[:2] == (409, "HandlingStateHasChanged")
    early = await issue.refused("close", COORDINATOR)
    assert early[:2] == (409, "NotFromThisState")
    unknown = await issue.refused("report", COORDINATOR, text="x", evidence=[issue.id])
    assert unknown[:2] == (422, "EvidenceNotFound")
    old = await issue.refused("report", COORDINATOR, text="x", headers={"If-Match": '"9"'})
    assert old[:2] == (412, "VersionIsStale")


async def test_an_issue_names_an_item_case_of_its_own_project(world: World) -> None:
    items = await items_of(world)
    case_id = await items.open()
    issue = await an_issue(world, items.project_id, item_case_id=case_id)
    assert (await issue.read())["item_case_id"] == case_id
    assert await listed(world, f"item_case={case_id}") == [issue.id]
    path = f"/v1/projects/{(await world.project())['id']}/issues"
    other = await world.post(path, an_issue_body(item_case_id=case_id))
    assert (other.status_code, other.json()["code"]) == (404, "ItemCaseNotFound")


async def test_lists_are_filtered_and_paged(world: World) -> None:
    project = await world.project()
    first = await an_issue(world, project["id"])
    second = await an_issue(world, responsible_id=await world.operator("agent-1"))
    third = await an_issue(world, level="lead_department", reason="涉及多部门")
    assert await listed(world) == [third.id, second.id, first.id]
    assert await listed(world, f"project={project['id']}") == [first.id]
    assert await listed(world, "level=lead_department&level=mayor_meeting") == [third.id]
    assert await listed(world, f"department={DEPARTMENT}") == [third.id, first.id]
    assert await listed(world, "responsible=person:agent-1") == [second.id]
    assert await listed(world, "state=resolved") == []
    assert await listed(world, f"area={QIDONG}&state=open") == [third.id, second.id, first.id]
    assert await listed(world, "area=320682") == []
    one = (await world.get(f"{ISSUES}?limit=1")).json()
    assert [row["id"] for row in one["items"]] == [third.id]
    assert await listed(world, f"cursor={one['next_cursor']}") == [second.id, first.id]
    mine = await world.get(f"/v1/projects/{project['id']}/issues?state=open")
    assert [row["id"] for row in mine.json()["items"]] == [first.id]


async def test_others_see_nothing(world: World) -> None:
    issue = await an_issue(world, responsible_id=await world.operator("agent-1"))
    paths = (issue.path, f"/v1/projects/{issue.project_id}/issues")
    for headers in (
        world.headers("officer", key="rugao"),
        world.headers("portal", owner=OTHER_OWNER),
        world.headers("department"),
    ):
        for path in paths:
            assert (await world.client.get(path, headers=headers)).status_code == 404
        assert (await world.client.get(ISSUES, headers=headers)).json()["items"] == []
    body = {"action": "report", "from_state": "open", "text": "x"}
    for role, key in (("officer", "rugao"), ("department", None)):
        acted = await world.client.post(
            f"{issue.path}/actions", json=body, headers=world.headers(role, key=key)
        )
        assert (acted.status_code, acted.json()["code"]) == (404, "IssueNotFound")
    own = await issue.read("portal")
    assert own["title"]["text"] == "红线冲突"
    steps = await world.get(f"{issue.path}/steps", "portal")
    assert (steps.status_code, steps.json()["code"]) == (403, "RoleMayNot")


async def test_a_department_sees_its_own_and_what_it_raised(world: World) -> None:
    project = await world.project()
    own = await an_issue(world, project["id"])
    agencys = await an_issue(world, project["id"], responsible_id=await world.operator("agent-1"))
    other = "320681-zjj"
    foreign = await an_issue(world, project["id"], department_code=other)
    raised = await an_issue(world, project["id"], DESK, department_code=other)
    assert await listed(world, role="department") == [raised.id, own.id]
    for hidden in (agencys, foreign):
        assert (await world.get(hidden.path, "department")).status_code == 404
    refused = await raised.refused("resolve", DESK, text="已办")
    assert refused == (409, "HandlingGuardsNotMet", ["other_office"])
    feed = (await world.get("/v1/events?limit=200", "department")).json()["items"]
    told = {e["data"]["facts"].get("issue_id") for e in feed if e["type"].endswith("issue.raised")}
    assert told == {own.id}


async def test_words_stand_in_the_private_store_alone_and_can_be_erased(
    world: World, database: Database
) -> None:
    issue = await an_issue(world, title="张三的房", text="李四反对", level="lead_department", reason="王五")
    await issue.do("report", COORDINATOR, text="赵六已同意")
    ledger = str(await database.reader.all(events_after(0, 1000)))
    assert issue.id in ledger
    for name in ("张三", "李四", "王五", "赵六"):
        assert name not in ledger
    read = await issue.read()
    assert (read["title"]["text"], read["text"]["text"]) == ("张三的房", "李四反对")
    for text in (read["title"], read["text"], read["reason"]):
        done = await world.post(f"/v1/private/{text['id']}/erasure", {"reason": "本人申请"}, "admin")
        assert done.status_code == 201, done.text
    read = await issue.read()
    for name in ("title", "text", "reason"):
        assert (read[name]["text"], read[name]["is_erased"]) == (None, True)


async def test_nothing_is_raised_once_the_service_has_ended(world: World) -> None:
    project = await world.project()
    dropped = await world.move(project, "drop", reason="项目取消")
    assert dropped.status_code == 201, dropped.text
    refused = await world.post(f"/v1/projects/{project['id']}/issues", an_issue_body())
    assert (refused.status_code, refused.json()["code"]) == (409, "ServiceHasEnded")


@pytest.mark.parametrize("days", [0, 61, "5", 1.5, None])
async def test_time_is_one_to_sixty_working_days(world: World, days: Any) -> None:
    path = f"/v1/projects/{(await world.project())['id']}/issues"
    made = await world.post(path, an_issue_body(days=days))
    assert made.status_code == (201 if days is None else 422), made.text


async def test_the_sum_of_an_agreed_day_is_counted_with_the_calendar_it_names(world: World) -> None:
    issue: Coordinated = await an_issue(world)
    due = (await issue.read())["due"]
    path, _, number = due["explained_by"].rpartition("=")
    assert int(number) == due["calendar_version"]
    unknown = await world.get(f"{path}=99999")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "CalendarNotFound")
    for wrong in ("0", "x", str(2**31)):
        assert (await world.get(f"{path}={wrong}")).status_code == 422
