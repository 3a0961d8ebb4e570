"""/v1/tasks and /v1/absences: what must be done today, by whom, and who stands in."""

from typing import Any

import httpx
import pytest

from app.database import Database
from tests.api.test_alarms import owing
from tests.builders import DEPARTMENT, OTHER_OWNER, World
from tests.items import items_of


def refusal(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


async def tasks(
    world: World, role: str = "officer", query: str = "", number: int = 1
) -> list[dict[str, Any]]:
    found = await world.client.get(f"/v1/tasks{query}", headers=world.headers(role, number))
    assert found.status_code == 200, found.text
    return list(found.json()["items"])


async def kinds(world: World, role: str = "officer", query: str = "", number: int = 1) -> list[str]:
    return [task["kind"] for task in await tasks(world, role, query, number)]


def actions(task: dict[str, Any]) -> list[str]:
    return [call["action"] for call in task["calls"]]


async def away(world: World, code: str, role: str = "coordinator", **facts: Any) -> httpx.Response:
    usual = {
        "operator_id": await world.operator(code),
        "begins_on": world.today(),
        "through": world.today(7),
        "substitute_id": None,
    }
    return await world.post("/v1/absences", usual | facts, role)


@pytest.mark.parametrize(
    ("stage", "role", "move"),
    [
        ("applied", "officer", "accept"),
        ("filed", "coordinator", None),  # nobody is assigned yet
        ("planned", "agent", "start_service"),
        ("completed", "archivist", None),  # documents are missing
    ],
)
async def test_a_move_is_the_work_of_whom_the_procedure_names_once_it_can_be_made(
    world: World, stage: str, role: str, move: str | None
) -> None:
    project = await world.walk(await world.project(), stage)
    found = [t for t in await tasks(world, role) if t["kind"] == "stage_move"]
    assert [m for task in found for m in actions(task) if m == move] == ([] if move is None else [move])
    for task in found:
        assert task["project"] == {"id": project["id"], "name": project["name"]}
        assert task["due_on"] == (project["deadline"] and project["deadline"]["due_on"])
        assert task["calls"][0]["path"] == f"/v1/projects/{project['id']}/stage-transitions"
    assert await kinds(world, "supervisor") == []


async def test_what_is_overdue_comes_first_then_by_day_then_what_has_none(world: World) -> None:
    late = await world.walk(await world.project(), "applied")
    world.clock.advance(days=3)
    today = await world.walk(await world.project(), "applied")
    assisted = await world.walk(await world.project(), "accepted", mode="assistance")
    found = await tasks(world)
    names = {late["id"]: "late", today["id"]: "today", assisted["id"]: "assisted"}
    assert [names[task["project"]["id"]] for task in found] == ["late", "today", "assisted"]
    assert [task["light"] for task in found[:2]] == ["red", "green"]
    assert found[2]["due_on"] is None


async def test_pages_of_tasks_show_each_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    items = await items_of(world)
    for number in range(3):
        await world.walk(await world.project(), "applied")
        case_id = await items.open(f"X-1{number}")
        await items.file(case_id)
        await items.act(case_id, "correction_started")
    whole = await tasks(world)
    assert len(whole) >= 6
    monkeypatch.setattr("app.tasks.sources.LOOK", 2)
    shown: list[dict[str, Any]] = []
    query = "?limit=2"
    while True:
        page = await world.client.get(f"/v1/tasks{query}", headers=world.headers("officer"))
        shown += page.json()["items"]
        if page.json()["next_cursor"] is None:
            break
        query = f"?limit=2&cursor={page.json()['next_cursor']}"
    assert shown == whole
    for cursor in ("WyIyMDI2Il0", "WyJhIiwiYiIsImMiXQ", "WyIyMDI2LTAzLTAyIiwieCIsInkiXQ"):
        refused = await world.client.get(f"/v1/tasks?cursor={cursor}", headers=world.headers("officer"))
        assert refusal(refused) == (422, "CursorInvalid")


async def test_a_page_costs_the_same_statements_however_many_tasks_there_are(
    world: World, database: Database
) -> None:
    async def cost() -> int:
        before = database.reader.statements
        await tasks(world, "officer")
        return database.reader.statements - before

    await world.walk(await world.project(), "applied")
    await tasks(world, "officer")
    one = await cost()
    for _ in range(4):
        await world.walk(await world.project(), "applied")
    assert await cost() == one


async def test_a_second_person_is_asked_when_nothing_else_is_missing(world: World) -> None:
    project = await world.walk(await world.project(), "in_service")
    (complete,) = await tasks(world, "coordinator", "?kind=confirmation")
    assert actions(complete) == ["complete"]  # no items, supplements or milestones are open
    started = {"kind": "start", "reached_on": world.today(), "evidence": [await world.file()]}
    path = f"/v1/projects/{project['id']}/milestones"
    made = await world.post(path, started, "agent")
    waiting = [t for t in await tasks(world, "coordinator") if t["kind"] == "milestone_confirmation"]
    assert [task["calls"][0]["path"] for task in waiting] == [f"{path}/{made.json()['id']}/confirmation"]
    assert (await world.post(waiting[0]["calls"][0]["path"], {}, "coordinator")).status_code == 201
    heard = {"kind": "client_hearing", "summary": "听取项目单位意见"}
    assert (await world.post(f"/v1/projects/{project['id']}/service-records", heard)).status_code == 201
    asked = [t for t in await tasks(world, "coordinator") if t["kind"] == "confirmation"]
    assert "terminate_by_agency" in [move for task in asked for move in actions(task)]
    body = {"move": "terminate_by_agency", "from_stage": "in_service"}
    done = await world.post(f"/v1/projects/{project['id']}/confirmations", body, "coordinator")
    assert done.status_code == 201, done.text
    again = [t for t in await tasks(world, "coordinator", number=2) if t["kind"] == "confirmation"]
    assert "terminate_by_agency" not in [move for task in again for move in actions(task)]


async def test_a_plan_waits_for_the_owner_and_for_another_person_than_its_author(world: World) -> None:
    project = await world.walk(await world.project(), "assigned")
    body = {"document_id": await world.file(), "planned_start_on": "2026-09-01", "departments": [DEPARTMENT]}
    made = await world.post(f"/v1/projects/{project['id']}/plans", body, "agent")
    assert made.status_code == 201, made.text
    path = f"/v1/projects/{project['id']}/plans/1"
    (approval,) = await tasks(world, "coordinator", "?kind=plan_approval")
    assert (approval["calls"][0]["path"], approval["explained_by"]) == (f"{path}/approval", path)
    for role in ("portal", "officer"):
        (consent,) = await tasks(world, role, "?kind=plan_confirmation")
        assert consent["calls"][0]["path"] == f"{path}/owner-confirmation"
    assert (await world.post(f"{path}/owner-confirmation", {}, "portal")).status_code == 201
    assert (await world.post(f"{path}/approval", {}, "coordinator")).status_code == 201
    assert await kinds(world, "portal", "?kind=plan_confirmation") == []
    assert await kinds(world, "coordinator", "?kind=plan_approval") == []


async def test_a_correction_waits_for_another_person(world: World) -> None:
    items = await items_of(world)
    path = f"/v1/projects/{items.project_id}"
    timeline = (await world.get(f"{path}/timeline?limit=200")).json()["items"]
    event = next(
        e["id"]
        for e in timeline
        if e["type"] == "project.record_changed" or e["type"] == "project.registered"
    )
    world.clock.advance(hours=1)
    right = {"set": [{"table": "project", "id": items.project_id, "set": {"name": "更名后的项目"}}]}
    body = {"event_id": event, "right": right, "reason": "登记有误", "evidence": [await world.file()]}
    made = await world.post(f"{path}/corrections", body, "coordinator")
    assert made.status_code == 201, made.text
    assert await kinds(world, "coordinator", "?kind=correction_approval") == []
    (task,) = await tasks(world, "coordinator", "?kind=correction_approval", 2)
    assert task["explained_by"] == f"{path}/corrections/{made.json()['id']}"
    assert [call["path"].rsplit("/", 1)[1] for call in task["calls"]] == ["approval", "rejection"]


async def test_an_item_waits_for_its_department_and_turns_due_and_red(world: World) -> None:
    items = await items_of(world)
    case_id = await items.open()
    assert await tasks(world, "department") == []
    await items.file(case_id)
    (task,) = await tasks(world, "department")
    assert (task["kind"], task["item"]["item_case_id"]) == ("item_waiting", case_id)
    assert {"accepted", "correction_started"} <= set(actions(task))
    assert task["calls"][0]["path"] == f"/v1/item-cases/{case_id}/actions"
    await items.act(case_id, "accepted")
    assert await tasks(world, "department") == []
    world.clock.advance(days=8)
    (task,) = await tasks(world, "department")
    assert (task["kind"], task["light"]) == ("item_due", "yellow")
    world.clock.advance(days=8)
    (task,) = await tasks(world, "department")
    assert (task["light"], task["due_on"]) == ("red", (await items.read(case_id))["due_on"])
    for role in ("agent", "officer", "coordinator", "portal", "supervisor"):
        assert "item_due" in await kinds(world, role), role
    assert await tasks(world, "coordinator", f"?department={DEPARTMENT}") == [task]
    assert await kinds(world, "coordinator", "?department=320681-zjj") == []


async def test_the_owners_time_is_no_work_of_a_department(world: World) -> None:
    items = await items_of(world)
    case_id = await items.open(bearer="owner", statutory_limit=None, promised_limit=None)
    await items.file(case_id)
    await items.act(case_id, "correction_started")
    assert await tasks(world, "department") == []
    (task,) = [t for t in await tasks(world, "agent") if t["item"]]
    assert (task["kind"], actions(task)) == ("item_waiting", ["recalled", "correction_ended"])


async def test_papers_owed_and_gaps_before_filing_are_the_agents_work(world: World) -> None:
    items = await items_of(world)
    owed = await owing(items, 20)
    await owing(items, 60, "X-08")
    ready = await items.open("X-09", kind="service")
    open_case = await items.open("S2-03")
    for case_id in (ready, open_case, open_case):
        checked = await world.post(f"/v1/item-cases/{case_id}/readiness-checks", {}, "agent")
        assert checked.status_code == 201, checked.text
    (alarm,) = await tasks(world, "agent", "?kind=alarm")
    assert (alarm["item"]["item_case_id"], alarm["light"], actions(alarm)) == (
        owed, "yellow", ["supplement_closed"],
    )  # fmt: skip
    (gap,) = await tasks(world, "agent", "?kind=readiness_gap")
    assert gap["explained_by"] == f"/v1/item-cases/{open_case}/readiness-checks/{checked.json()['id']}"
    world.clock.advance(days=21)
    (alarm,) = await tasks(world, "agent", "?kind=alarm")
    assert alarm["light"] == "red"
    await items.act(owed, "supplement_closed")
    assert await kinds(world, "agent", "?kind=alarm") == []


async def planned(world: World) -> str:
    """Take a project to where its agents have to begin; agent 1 is primary, agent 2 backs him."""
    return str((await world.walk(await world.project(), "planned"))["id"])


async def behalf(world: World, number: int) -> list[str | None]:
    found = await tasks(world, "agent", "?kind=stage_move", number)
    return [task["on_behalf_of"] for task in found]


async def test_while_the_primary_agent_is_absent_his_work_is_the_backup_agents(world: World) -> None:
    await planned(world)
    assert [await behalf(world, n) for n in (1, 2, 3)] == [[None], [], []]
    made = await away(world, "agent-1", begins_on=world.today(1), through=world.today(2))
    assert made.status_code == 201, made.text
    seen = []
    for _ in range(4):
        seen.append(await behalf(world, 2))
        world.clock.advance(days=1)
    assert seen == [[], ["person:agent-1"], ["person:agent-1"], []]


async def test_a_substitute_has_the_work_of_the_absent_and_only_then(world: World) -> None:
    items = await items_of(world)
    await owing(items, 5)
    substitute = await world.operator("agent-3")
    made = await away(world, "agent-1", "coordinator", substitute_id=substitute)
    assert [await kinds(world, "agent", "?kind=alarm", n) for n in (2, 3)] == [[], ["alarm"]]
    (task,) = await tasks(world, "agent", "?kind=alarm", 3)
    assert task["on_behalf_of"] == "person:agent-1"
    refused = await world.post(f"/v1/absences/{made.json()['id']}/end", {}, "agent", 2)
    assert refusal(refused) == (403, "AbsenceIsNotYours")
    ended = await world.post(f"/v1/absences/{made.json()['id']}/end", {}, "agent", 1)
    assert (ended.status_code, ended.json()["ended_on"]) == (201, world.today())
    assert await kinds(world, "agent", "?kind=alarm", 3) == []
    again = await world.post(f"/v1/absences/{made.json()['id']}/end", {}, "agent", 1)
    assert refusal(again) == (409, "AbsenceHasEnded")


async def test_a_stand_in_never_sees_what_he_could_not_read(world: World) -> None:
    await planned(world)
    substitute = await world.operator("agent-3")
    await away(world, "agent-1", substitute_id=substitute)
    assert await behalf(world, 3) == ["person:agent-1"]
    elsewhere = world.headers("agent", 3, key="rugao")
    found = await world.client.get("/v1/tasks", headers=elsewhere)
    assert (found.status_code, found.json()["items"]) == (200, [])
    headers = world.headers("portal", owner=OTHER_OWNER)
    assert (await world.client.get("/v1/tasks", headers=headers)).json()["items"] == []


async def test_absences_are_recorded_by_the_person_or_a_coordinator(world: World) -> None:
    own = await away(world, "agent-1", "agent")
    assert (own.status_code, own.json()["person"]) == (201, "person:agent-1")
    assert refusal(await away(world, "agent-2", "agent")) == (403, "AbsenceIsNotYours")
    backwards = await away(world, "agent-1", through=world.today(-1))
    assert refusal(backwards) == (422, "AbsenceEndsBeforeItBegins")
    himself = await away(world, "agent-1", substitute_id=await world.operator("agent-1"))
    assert refusal(himself) == (422, "SubstituteIsAbsent")
    nobody = "01990000-0000-7000-8000-000000000000"
    unknown = await away(world, "agent-1", operator_id=nobody, substitute_id=nobody)
    assert refusal(unknown) == (422, "OperatorNotKnown")
    assert [e["pointer"] for e in unknown.json()["errors"]] == ["/operator_id", "/substitute_id"]
    assert refusal(await world.post(f"/v1/absences/{nobody}/end", {}, "agent")) == (404, "AbsenceNotFound")
    foreign = world.headers("coordinator", key="rugao")
    ended = await world.client.post(f"/v1/absences/{own.json()['id']}/end", json={}, headers=foreign)
    assert refusal(ended) == (404, "AbsenceNotFound")


async def test_absences_are_listed_by_person_and_day(world: World) -> None:
    first = (await away(world, "agent-1")).json()
    second = (await away(world, "agent-2", begins_on=world.today(20), through=world.today(21))).json()

    async def listed(query: str) -> list[str]:
        found = await world.get(f"/v1/absences{query}")
        assert found.status_code == 200, found.text
        return [each["id"] for each in found.json()["items"]]

    assert sorted(await listed("")) == sorted([first["id"], second["id"]])
    assert await listed(f"?operator={first['operator_id']}") == [first["id"]]
    assert await listed(f"?on={world.today(20)}") == [second["id"]]
    assert await listed("?operator=01990000-0000-7000-8000-000000000000") == []
    page = (await world.get("/v1/absences?limit=1")).json()
    rest = await listed(f"?cursor={page['next_cursor']}")
    assert {page["items"][0]["id"], *rest} == {first["id"], second["id"]}


async def test_other_peoples_work_is_shown_to_leaders_only(world: World) -> None:
    await planned(world)
    agent = await world.operator("agent-1")
    own = await tasks(world, "agent")
    assert [task["kind"] for task in own] == ["stage_move"]
    assert await tasks(world, "agent", f"?operator={agent}") == own
    assert await tasks(world, "coordinator", f"?operator={agent}") == own
    assert await tasks(world, "supervisor", "?role=agent") == own
    assert await tasks(world, "agent", "?role=agent", 3) == own
    assert await tasks(world, "coordinator", f"?operator={await world.operator('agent-3')}") == []
    clerk = await world.operator("department-1")
    assert await tasks(world, "coordinator", f"?operator={clerk}") == []
    for query in (f"?operator={agent}", "?role=coordinator", f"?department={DEPARTMENT}"):
        refused = await world.get(f"/v1/tasks{query}", "officer")
        assert refusal(refused) == (403, "TasksAreNotYours")
    nobody = "?operator=01990000-0000-7000-8000-000000000000"
    assert refusal(await world.get(f"/v1/tasks{nobody}", "coordinator")) == (404, "OperatorNotFound")


async def test_tasks_are_told_in_the_language_asked_for(world: World) -> None:
    await planned(world)
    headers = world.headers("agent") | {"Accept-Language": "en"}
    (task,) = (await world.client.get("/v1/tasks", headers=headers)).json()["items"]
    assert task["label"] == "move the project on"
    assert task["why"].startswith("The project is")
    (task,) = await tasks(world, "agent")
    assert task["label"] == "办理环节流转"


async def test_nothing_is_left_to_do_about_an_archived_project(world: World) -> None:
    await world.walk(await world.project(), "archived")
    for role in ("officer", "agent", "coordinator", "archivist"):
        assert await tasks(world, role) == [], role
