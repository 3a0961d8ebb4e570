"""What somebody has open: in today's work, and moved to another when he leaves."""

from typing import Any

from app.actor import Actor
from app.coordination.queries import open_of
from app.coordination.service import hand_over_open
from app.database import Database
from app.engagements.queries import operator_by_id
from app.events.service import record
from app.projects.queries import lock_project, stamp_of
from tests.builders import DEPARTMENT, QIDONG, World
from tests.coordinating import a_conclusion, an_issue


async def tasks(world: World, role: str, number: int = 1, query: str = "") -> list[dict[str, Any]]:
    kinds = "kind=issue&kind=conclusion&kind=issue_check&kind=conclusion_check"
    found = await world.client.get(f"/v1/tasks?{kinds}&{query}", headers=world.headers(role, number))
    assert found.status_code == 200, found.text
    return list(found.json()["items"])


async def test_whoever_answers_for_it_finds_it_in_todays_work(world: World) -> None:
    agent = await world.operator("agent-1")
    issue = await an_issue(world, responsible_id=agent, days=4)
    conclusion = await a_conclusion(world, responsible_id=agent, days=2)
    offices = await an_issue(world)
    told = await tasks(world, "agent")
    assert [t["id"] for t in told] == [f"conclusion:{conclusion.id}", f"issue:{issue.id}"]
    assert (told[0]["due_on"], told[0]["light"]) == (world.today(2), "green")
    assert told[1]["calls"][0]["path"] == f"{issue.path}/actions"
    assert told[1]["explained_by"] == issue.path
    assert await tasks(world, "agent", 2) == []
    assert [t["id"] for t in await tasks(world, "department")] == [f"issue:{offices.id}"]
    everybodys = await tasks(world, "coordinator", query="role=agent")
    assert {t["id"] for t in everybodys} == {f"conclusion:{conclusion.id}", f"issue:{issue.id}"}
    assert await tasks(world, "coordinator", query="role=officer") == []
    await issue.do("resolve", ("agent", 1), text="已解决")
    assert [t["kind"] for t in await tasks(world, "agent")] == ["conclusion"]
    assert [t["id"] for t in await tasks(world, "coordinator")] == [f"issue_check:{issue.id}"]
    await issue.do("close", ("coordinator", 1))
    assert await tasks(world, "coordinator") == []


async def test_who_resolved_it_is_not_asked_to_check_it(world: World) -> None:
    conclusion = await a_conclusion(world)
    await conclusion.do("resolve", ("coordinator", 1), text="已办")
    assert await tasks(world, "coordinator", 1) == []
    assert [t["kind"] for t in await tasks(world, "coordinator", 2)] == ["conclusion_check"]


async def test_a_substitute_has_the_work_of_the_absent_and_a_colleague_sees_the_offices(world: World) -> None:
    issue = await an_issue(world, responsible_id=await world.operator("agent-1"))
    clerks = await an_issue(world, responsible_id=await world.operator("department-1"))
    absence = {
        "operator_id": await world.operator("agent-1"),
        "begins_on": world.today(),
        "through": world.today(3),
        "substitute_id": await world.operator("agent-3"),
    }
    assert (await world.post("/v1/absences", absence, "agent")).status_code == 201
    (told,) = await tasks(world, "agent", 3)
    assert (told["id"], told["on_behalf_of"]) == (f"issue:{issue.id}", "person:agent-1")
    assert [t["id"] for t in await tasks(world, "department")] == [f"issue:{clerks.id}"]
    assert await tasks(world, "department", 2) == []


async def test_what_somebody_has_open_moves_to_another_inside_the_callers_act(
    world: World, database: Database
) -> None:
    agent = await world.operator("agent-1")
    project = await world.project()
    issue = await an_issue(world, project["id"], responsible_id=agent)
    conclusion = await a_conclusion(world, project["id"], responsible_id=agent)
    elsewhere = await an_issue(world, responsible_id=agent)
    done = await an_issue(world, project["id"], responsible_id=agent)
    await done.do("resolve", ("agent", 1), text="已办")
    due = (await issue.read())["due"]
    actor = Actor(
        at=world.clock(), client_id=agent, role="coordinator", areas=(QIDONG,), person_key="person:c"
    )
    async with database.write() as session:
        pair = await lock_project(session, actor, project["id"])
        to = await session.one(operator_by_id(await world.operator("department-1")))
        moved = await hand_over_open(session, actor, pair[0], "person:agent-1", to, "代办员调离")
        assert [row.id for row in moved.issues] == [issue.id]
        assert [row.id for row in moved.conclusions] == [conclusion.id]
        await record(session, actor, "agent.handed_over", stamp_of(pair[0]), facts={})
    for one in (issue, conclusion):
        read = await one.read()
        assert (read["responsible"], read["department_code"]) == ("person:department-1", DEPARTMENT)
        (step,) = (await world.get(f"{one.path}/steps")).json()["items"]
        assert (step["action"], step["text"]["text"]) == ("hand_over", "代办员调离")
    assert (await issue.read())["due"] == due
    assert (await done.read())["responsible"] == "person:agent-1"
    left = await open_of(database.reader, actor, "person:agent-1")
    assert ([row.id for row in left.issues], left.conclusions) == ([elsewhere.id], [])
    moved_to = await open_of(database.reader, actor, "person:department-1", project["id"])
    assert len(moved_to.issues) == len(moved_to.conclusions) == 1
