"""/v1/consultations: convened on a level, minuted once, each conclusion followed until another closes it."""

from typing import Any

import pytest

from app.database import Database
from app.events.queries import events_after
from tests.builders import DEPARTMENT, QIDONG, World
from tests.coordinating import (
    CONCLUSIONS,
    CONSULTATIONS,
    a_conclusion,
    a_consultation,
    a_consultation_body,
    an_issue,
    minuted,
)

COORDINATOR, DESK = ("coordinator", 1), ("department", 1)


async def read(world: World, made: dict[str, Any], role: str = "officer") -> dict[str, Any]:
    found = await world.get(f"{CONSULTATIONS}/{made['id']}", role)
    assert found.status_code == 200, found.text
    return dict(found.json())


async def listed(world: World, path: str, query: str = "", role: str = "officer") -> list[str]:
    found = await world.get(f"{path}?{query}", role)
    assert found.status_code == 200, found.text
    return [row["id"] for row in found.json()["items"]]


async def test_a_consultation_has_participants_an_agenda_minutes_and_conclusions(world: World) -> None:
    project = await world.project()
    issue = await an_issue(world, project["id"])
    people = ["临港管委会 张样本", "供电公司"]
    made = await a_consultation(world, project["id"], issues=[issue.id], participants=people)
    assert "张样本" not in str(made)
    assert (made["state"], made["issues"], made["departments"]) == ("convened", [issue.id], [DEPARTMENT])
    minutes = await world.file()
    facts = {"issue_id": issue.id, "department_code": DEPARTMENT, "days": 2, "text": "出具红线图"}
    agents = {"responsible_id": await world.operator("agent-1"), "days": 5, "text": "通知项目单位"}
    body = {
        "action": "minute",
        "from_state": "convened",
        "held_on": world.today(),
        "text": "同意东移",
        "file_id": minutes,
        "conclusions": [facts, agents],
    }
    path = f"{CONSULTATIONS}/{made['id']}/actions"
    done = await world.post(path, body, *COORDINATOR)
    assert done.status_code == 201, done.text
    shown = await read(world, made)
    assert [p["text"] for p in shown["participants"]] == people
    assert (shown["state"], shown["minutes"]["text"], shown["file_id"]) == ("held", "同意东移", minutes)
    first, second = shown["conclusions"]
    assert (first["number"], first["text"]["text"], first["issue_id"]) == (1, "出具红线图", issue.id)
    assert (first["due"]["due_on"], first["department_code"]) == (world.today(2), DEPARTMENT)
    assert (second["responsible"], second["department_code"]) == ("person:agent-1", None)
    assert shown["allowed_actions"] == []
    again = await world.post(path, body, *COORDINATOR)
    assert (again.status_code, again.json()["code"]) == (409, "HandlingStateHasChanged")
    again = await world.post(path, body | {"from_state": "held"}, *COORDINATOR)
    assert (again.status_code, again.json()["code"]) == (409, "NotFromThisState")


async def test_a_conclusion_is_carried_out_by_one_and_closed_by_another(world: World) -> None:
    conclusion = await a_conclusion(world)
    done = await conclusion.do("resolve", DESK, text="红线图已出具")
    assert (done["state"], done["resolver"]) == ("resolved", "person:department-1")
    assert (await conclusion.refused("close", DESK))[:2] == (403, "NotYoursToHandle")
    await conclusion.do("reopen", COORDINATOR, text="红线图有误", days=1)
    await conclusion.do("resolve", COORDINATOR, text="已重新出具")
    assert (await conclusion.refused("close", COORDINATOR))[:2] == (403, "PersonIsExcluded")
    closed = await conclusion.do("close", ("supervisor", 1), text="属实")
    assert (closed["state"], closed["closed_on"]) == ("closed", world.today())
    steps = (await world.get(f"{conclusion.path}/steps")).json()["items"]
    assert [s["action"] for s in steps] == ["resolve", "reopen", "resolve", "close"]
    climb = {"action": "escalate", "from_state": "closed", "text": "x"}
    refused = await world.post(f"{conclusion.path}/actions", climb, *COORDINATOR)
    assert (refused.status_code, refused.json()["code"]) == (422, "FieldsInvalid")


async def test_an_issue_waits_for_the_conclusions_about_it(world: World) -> None:
    project = await world.project()
    issue = await an_issue(world, project["id"])
    made = await a_consultation(world, project["id"], issues=[issue.id])
    facts = {"issue_id": issue.id, "department_code": DEPARTMENT, "days": 2, "text": "出具红线图"}
    (conclusion,) = (await minuted(world, made, facts)).json()["consultation"]["conclusions"]
    resolved = await issue.do("resolve", ("officer", 1), text="已解决")
    assert resolved["open_conclusions"] == 1
    waits = await issue.refused("close", COORDINATOR)
    assert waits == (409, "HandlingGuardsNotMet", ["conclusions_open"])
    path = f"{CONCLUSIONS}/{conclusion['id']}/actions"
    for who, state, act in (
        (DESK, "open", {"action": "resolve", "text": "已出具"}),
        (COORDINATOR, "resolved", {"action": "close"}),
    ):
        done = await world.post(path, {"from_state": state, **act}, *who)
        assert done.status_code == 201, done.text
    assert (await issue.do("close", COORDINATOR))["state"] == "closed"
    assert await listed(world, CONCLUSIONS, f"issue={issue.id}") == [conclusion["id"]]
    assert await listed(world, CONCLUSIONS, f"consultation={made['id']}") == [conclusion["id"]]


async def test_the_agenda_holds_open_issues_of_the_project_that_have_reached_the_level(world: World) -> None:
    project = await world.project()
    low, other = await an_issue(world, project["id"]), await an_issue(world)
    path = f"/v1/projects/{project['id']}/consultations"
    body = a_consultation_body(level="lead_department", issues=[low.id, other.id])
    refused = await world.post(path, body, *COORDINATOR)
    assert (refused.status_code, refused.json()["code"]) == (422, "AgendaNotPossible")
    assert [f"{e['pointer']} {e['code']}" for e in refused.json()["errors"]] == [
        "/issues/0 below_the_level",
        "/issues/1 unknown_issue",
    ]
    await low.do("escalate", COORDINATOR, level="lead_department")
    made = await a_consultation(world, project["id"], level="lead_department", issues=[low.id])
    facts = {"issue_id": other.id, "department_code": DEPARTMENT, "days": 2, "text": "x"}
    refused = await minuted(world, made, facts)
    assert (refused.status_code, refused.json()["code"]) == (422, "AgendaNotPossible")
    assert refused.json()["errors"][0]["pointer"] == "/conclusions/0/issue_id"
    await low.do("resolve", ("officer", 1), text="已解决")
    await low.do("close", COORDINATOR)
    refused = await world.post(path, a_consultation_body(issues=[low.id]), *COORDINATOR)
    assert [e["code"] for e in refused.json()["errors"]] == ["issue_closed"]


async def test_minutes_name_everything_that_is_wrong(world: World) -> None:
    made = await a_consultation(world)
    nobody = {"days": 2, "text": "x"}
    wrong = nobody | {"department_code": "nobody"}
    refused = await minuted(world, made, nobody, nobody | {"department_code": DEPARTMENT}, wrong)
    assert (refused.status_code, refused.json()["code"]) == (422, "ResponsibleNotSuitable")
    assert [f"{e['pointer']} {e['code']}" for e in refused.json()["errors"]] == [
        "/conclusions/0/responsible_id missing",
        "/conclusions/2/department_code unknown_department",
    ]
    path = f"{CONSULTATIONS}/{made['id']}/actions"
    body = {"action": "minute", "from_state": "convened", "text": "纪要", "held_on": world.today(1)}
    for given, code in (
        ({}, "DayIsInTheFuture"),
        ({"held_on": None}, "HandlingIncomplete"),
        ({"held_on": world.today(), "file_id": made["id"]}, "EvidenceNotFound"),
    ):
        refused = await world.post(path, body | given, *COORDINATOR)
        assert (refused.status_code, refused.json()["code"]) == (422, code)
    cancel = {"action": "cancel", "from_state": "convened", "text": "延期", "held_on": world.today()}
    refused = await world.post(path, cancel, *COORDINATOR)
    assert (refused.status_code, refused.json()["code"]) == (422, "HandlingIncomplete")
    stale = await world.post(path, body, *COORDINATOR, **{"If-Match": '"7"'})
    assert stale.status_code == 412
    assert (await read(world, made))["conclusions"] == []


async def test_a_consultation_to_come_is_convened_and_may_be_cancelled(world: World) -> None:
    made = await a_consultation(world, held_on=world.today(7))
    body = {"action": "cancel", "from_state": "convened", "text": "事项已自行解决"}
    done = await world.post(f"{CONSULTATIONS}/{made['id']}/actions", body, *COORDINATOR)
    assert done.status_code == 201, done.text
    shown = await read(world, made)
    assert (shown["state"], shown["state_label"], shown["minutes"]) == ("cancelled", "已取消", None)


async def test_days_of_a_conclusion_count_from_the_day_of_the_consultation(world: World) -> None:
    made = await a_consultation(world)
    world.clock.advance(days=3)
    body = {
        "action": "minute",
        "from_state": "convened",
        "held_on": world.today(-3),
        "text": "纪要",
        "conclusions": [{"text": "x", "days": 2, "department_code": DEPARTMENT}],
    }
    done = await world.post(f"{CONSULTATIONS}/{made['id']}/actions", body, *COORDINATOR)
    (conclusion,) = done.json()["consultation"]["conclusions"]
    assert (conclusion["due"]["due_on"], conclusion["due"]["light"]) == (world.today(-1), "red")
    assert await listed(world, CONCLUSIONS, "overdue=true") == [conclusion["id"]]
    total = (await world.get(conclusion["due"]["explained_by"])).json()
    assert total["due_on"] == conclusion["due"]["due_on"]


async def test_an_agent_convenes_and_minutes_but_another_agent_does_not(world: World) -> None:
    project = await world.project()
    body = a_consultation_body()
    made = (await world.post(f"/v1/projects/{project['id']}/consultations", body, "agent", 1)).json()
    path = f"{CONSULTATIONS}/{made['id']}/actions"
    minutes = {"action": "minute", "from_state": "convened", "text": "纪要", "held_on": world.today()}
    refused = await world.post(path, minutes, "agent", 2)
    assert refused.status_code == 409
    assert [e["code"] for e in refused.json()["errors"]] == ["not_an_agent_of_this_project"]
    assert (await world.post(path, minutes, "agent", 1)).status_code == 201


async def test_a_department_sees_the_consultations_it_was_asked_to(world: World) -> None:
    project = await world.project()
    mine = await a_consultation(world, project["id"])
    foreign = await a_consultation(world, project["id"], departments=["320681-zjj"])
    assert await listed(world, CONSULTATIONS, role="department") == [mine["id"]]
    gone = await world.get(f"{CONSULTATIONS}/{foreign['id']}", "department")
    assert (gone.status_code, gone.json()["code"]) == (404, "ConsultationNotFound")
    assert (await read(world, mine, "department"))["id"] == mine["id"]
    facts = {"text": "x", "days": 2, "department_code": "320681-zjj"}
    (conclusion,) = (await minuted(world, foreign, facts)).json()["consultation"]["conclusions"]
    gone = await world.get(f"{CONCLUSIONS}/{conclusion['id']}", "department")
    assert (gone.status_code, gone.json()["code"]) == (404, "ConclusionNotFound")
    assert await listed(world, CONCLUSIONS, role="department") == []


async def test_another_county_and_the_owner_see_none(world: World) -> None:
    conclusion = await a_conclusion(world)
    shown = await conclusion.read()
    paths = [conclusion.path, f"{CONSULTATIONS}/{shown['consultation_id']}"]
    for path in paths:
        headers = world.headers("officer", key="rugao")
        assert (await world.client.get(path, headers=headers)).status_code == 404
        assert (await world.get(path, "portal")).status_code == 403
    for path in (CONCLUSIONS, CONSULTATIONS):
        headers = world.headers("officer", key="rugao")
        assert (await world.client.get(path, headers=headers)).json()["items"] == []
    body = {"action": "report", "from_state": "open", "text": "x"}
    headers = world.headers("officer", key="rugao")
    acted = await world.client.post(f"{conclusion.path}/actions", json=body, headers=headers)
    assert acted.status_code == 404


async def test_lists_are_filtered(world: World) -> None:
    project = await world.project()
    first = await a_consultation(world, project["id"])
    second = await a_consultation(world, level="mayor_meeting", held_on=world.today(9))
    for query, expected in (
        ("", [second, first]),
        ("state=held", []),
        ("state=convened&state=cancelled", [second, first]),
        ("level=mayor_meeting", [second]),
        (f"project={project['id']}", [first]),
        (f"held_from={world.today(1)}", [second]),
        (f"held_to={world.today(1)}", [first]),
        (f"area={QIDONG}", [second, first]),
        ("area=320682", []),
    ):
        assert await listed(world, CONSULTATIONS, query) == [one["id"] for one in expected], query
    page = (await world.get(f"{CONSULTATIONS}?limit=1")).json()
    assert await listed(world, CONSULTATIONS, f"cursor={page['next_cursor']}") == [first["id"]]


async def test_who_came_and_what_was_said_stand_in_the_private_store_alone(
    world: World, database: Database
) -> None:
    made = await a_consultation(world, title="关于张三", participants=["李四"])
    done = await minuted(world, made, {"text": "由王五办理", "days": 1, "department_code": DEPARTMENT})
    assert done.status_code == 201, done.text
    ledger = str(await database.reader.all(events_after(0, 1000)))
    assert made["id"] in ledger
    for name in ("张三", "李四", "王五", "规划支路东移"):
        assert name not in ledger
    shown = await read(world, made)
    texts = [shown["title"], shown["minutes"], *shown["participants"], shown["conclusions"][0]["text"]]
    for text in texts:
        gone = await world.post(f"/v1/private/{text['id']}/erasure", {"reason": "本人申请"}, "admin")
        assert gone.status_code == 201, gone.text
    shown = await read(world, made)
    texts = [shown["title"], shown["minutes"], *shown["participants"], shown["conclusions"][0]["text"]]
    assert [text["is_erased"] for text in texts] == [True] * 4


@pytest.mark.parametrize(
    "facts", [{"departments": []}, {"departments": ["nobody"]}, {"level": "emperor"}, {"held_on": "bald"}]
)
async def test_a_consultation_asks_departments_that_are_there(world: World, facts: Any) -> None:
    path = f"/v1/projects/{(await world.project())['id']}/consultations"
    refused = await world.post(path, a_consultation_body(**facts), *COORDINATOR)
    assert refused.status_code == 422, refused.text
