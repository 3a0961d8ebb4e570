"""…/open-work and …/hand-over: everything open in somebody's name, and nothing is forgotten."""

from typing import Any

import httpx

from app.database import Database
from tests.builders import QIDONG, World
from tests.coordinating import an_issue
from tests.evaluating import invited, night
from tests.handling import Handled, a_bad_review, complained, the_only
from tests.items import details

LEADER = ("coordinator", 1)


async def operator(world: World, code: str, roles: list[str], **facts: Any) -> str:
    """Register somebody; give his id."""
    body = {
        "realm": "nantong",
        "operator_code": code,
        "person_key": f"person:{code}",
        "name": "测试人员",
        "roles": roles,
        "area_code": QIDONG,
        **facts,
    }
    made = await world.post("/v1/operators", body, "admin")
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def open_work(world: World, operator_id: str, role: str = "supervisor") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    cursor = ""
    while True:
        path = f"/v1/operators/{operator_id}/open-work?limit=3{cursor}"
        page = await world.get(path, role)
        assert page.status_code == 200, page.text
        found += [(each["kind"], each["id"]) for each in page.json()["items"]]
        if page.json()["next_cursor"] is None:
            return found
        cursor = f"&cursor={page.json()['next_cursor']}"


async def hand_over(
    world: World, leaver: str, to: str, who: tuple[str, int] = ("supervisor", 1), **facts: Any
) -> httpx.Response:
    body = {"to_operator_id": to, "reason": "岗位调整", **facts}
    return await world.post(f"/v1/operators/{leaver}/hand-over", body, *who)


class Leaver:
    """Somebody with one of every kind of open thing."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def take_on(self) -> None:
        world = self.world
        self.id = await operator(world, "leaver-1", ["agent", "officer"])
        self.to = await operator(world, "heir-1", ["agent", "officer"])
        project = await world.walk(await world.project(), "in_service")
        self.project_id = project["id"]
        agents = (await world.get(f"/v1/projects/{self.project_id}/agents")).json()["items"]
        primary = next(a["id"] for a in agents if a["role"] == "primary")
        body = {"to_operator_id": self.id, "reason": "接手", "open_tasks": "全部"}
        path = f"/v1/projects/{self.project_id}/agents/{primary}/hand-over"
        done = await world.post(path, body, "coordinator")
        assert done.status_code == 201, done.text
        self.assignment = done.json()["id"]
        headers = {"Operator-Id": "leaver-1"}
        opened = await world.post(
            f"/v1/projects/{self.project_id}/item-cases",
            {"item_code": "X-01", "details": details()},
            "agent",
            **headers,
        )
        assert opened.status_code == 201, opened.text
        self.case = opened.json()["id"]
        self.issue = (await an_issue(world, self.project_id, responsible_id=self.id)).id
        self.conclusion = await self._concluded()
        world.clock.advance(days=1)
        self.review, _ = await a_bad_review(world)
        await self.review.prechecked()
        await self.review.do("assign", ("supervisor", 1), handler_id=self.id)
        self.complaint = await complained(world)
        await self.complaint.accepted()
        body = {"action": "investigate", "from_state": "accepted"}
        taken = await world.post(f"{self.complaint.path}/actions", body, "officer", **headers)
        assert taken.status_code == 201, taken.text
        absence = {
            "operator_id": await world.operator("agent-2"),
            "begins_on": world.today(),
            "through": world.today(5),
            "substitute_id": self.id,
        }
        self.absence = (await world.post("/v1/absences", absence, "coordinator")).json()["id"]

    async def _concluded(self) -> str:
        world = self.world
        body = {
            "title": "专题会商",
            "level": "lead_department",
            "held_on": world.today(),
            "departments": ["320681-zrzy"],
            "participants": [],
            "issues": [],
        }
        made = await world.post(f"/v1/projects/{self.project_id}/consultations", body, "coordinator")
        assert made.status_code == 201, made.text
        conclusion = {"text": "三日内答复", "responsible_id": self.id, "days": 3}
        act = {
            "action": "minute",
            "from_state": "convened",
            "held_on": world.today(),
            "text": "会商纪要",
            "conclusions": [conclusion],
        }
        path = f"/v1/consultations/{made.json()['id']}/actions"
        done = await world.post(path, act, "coordinator")
        assert done.status_code == 201, done.text
        found = (await world.get(f"/v1/conclusions?project={self.project_id}")).json()["items"]
        return str(found[0]["id"])

    def everything(self) -> list[tuple[str, str]]:
        return [
            ("assignment", self.assignment),
            ("item_case", self.case),
            ("issue", self.issue),
            ("conclusion", self.conclusion),
            ("bad_review", self.review.id),
            ("complaint", self.complaint.id),
            ("substitution", self.absence),
        ]


async def leaving(world: World) -> Leaver:
    leaver = Leaver(world)
    await leaver.take_on()
    return leaver


async def test_everything_open_goes_to_the_successor_and_nothing_is_left(
    world: World, database: Database
) -> None:
    leaver = await leaving(world)
    assert await open_work(world, leaver.id) == leaver.everything()
    done = await hand_over(world, leaver.id, leaver.to)
    assert done.status_code == 201, done.text
    told = done.json()
    assert {(each["kind"], each["id"]) for each in told["handed_over"]} == set(leaver.everything())
    assert (told["from_person"], told["to_person"], told["left"]) == ("person:leaver-1", "person:heir-1", 0)
    assert await open_work(world, leaver.id) == []
    over = await open_work(world, leaver.to)
    moved = next(each["new_id"] for each in told["handed_over"] if each["kind"] == "assignment")
    assert over == [("assignment", moved), *leaver.everything()[1:]]
    events = (await world.client.get("/v1/events?limit=1000", headers=world.headers("auditor"))).json()[
        "items"
    ]
    last = events[-1]
    assert last["type"].endswith("work.handed_over")
    named = {each["id"] for each in last["data"]["facts"]["handed_over"]}
    assert named == {key for kind, key in leaver.everything() if kind != "complaint"}
    of_complaint = next(each for each in reversed(events) if each["type"].endswith("complaint.acted"))
    assert of_complaint["data"]["facts"]["action"] == "reassign"
    heard = await world.client.get("/v1/events?limit=1000", headers=world.headers("agent", key="city"))
    assert leaver.review.id in heard.text  # a bad review is no secret among agents, a complaint is
    assert leaver.complaint.id not in heard.text
    line = (await world.get(f"/v1/projects/{leaver.project_id}/timeline?limit=200")).json()["items"]
    assert any(each["type"].endswith("agent.handed_over") for each in line)


async def test_whom_separation_forbids_is_refused_with_everything_at_once(world: World) -> None:
    leaver = await leaving(world)
    nobody = await operator(world, "clerk-1", ["archivist"])
    refused = await hand_over(world, leaver.id, nobody)
    assert (refused.status_code, refused.json()["code"]) == (422, "SuccessorNotSuitable")
    assert [each["code"] for each in refused.json()["errors"]] == ["unsuitable_operator"] * 5
    backup = await hand_over(world, leaver.id, await world.operator("agent-2"))
    codes = {each["code"] for each in backup.json()["errors"]}
    assert codes == {"one_person_as_both", "is_absent", "unsuitable_operator"}
    assert await open_work(world, leaver.id) == leaver.everything()
    only = [leaver.issue, leaver.conclusion]
    part = await hand_over(world, leaver.id, await world.operator("agent-2"), only=only)
    assert part.status_code == 201, part.text
    assert part.json()["left"] == 5
    rest = await hand_over(world, leaver.id, leaver.to)
    assert (rest.status_code, rest.json()["left"]) == (201, 0)


async def test_a_coordinator_hands_over_what_is_not_hidden_from_him(world: World) -> None:
    id_ = await operator(world, "leaver-2", ["officer"])
    to = await operator(world, "heir-2", ["officer"])
    review, _ = await a_bad_review(world)
    await review.prechecked()
    await review.do("assign", ("supervisor", 1), handler_id=id_)
    assert (await hand_over(world, id_, to, LEADER)).status_code == 201
    assert (await review.read())["handler"] == "person:heir-2"
    judged = await review.ask("verify", ("supervisor", 2), finding="substantiated", text="属实")
    assert judged.status_code == 201
    steps = (await world.get(f"{review.path}/steps", "supervisor")).json()["items"]
    assert steps[-2]["action"] == "reassign"
    back = await hand_over(world, to, await world.operator("supervisor-2"))
    assert [each["code"] for each in back.json()["errors"]] == ["did_another_step"]


async def test_nobody_of_a_department_takes_over_what_he_would_not_see(world: World) -> None:
    leaver = await leaving(world)
    clerk = await world.operator("department-2")
    refused = await hand_over(world, leaver.id, clerk, only=[leaver.review.id, leaver.complaint.id])
    assert (refused.status_code, refused.json()["code"]) == (422, "SuccessorNotSuitable")
    assert [each["code"] for each in refused.json()["errors"]] == ["unsuitable_operator"] * 2


async def test_what_cannot_be_asked_is_refused(world: World) -> None:
    leaver = await operator(world, "leaver-3", ["agent"])
    heir = await operator(world, "heir-3", ["agent"])
    twin = await operator(world, "twin-3", ["agent"], person_key="person:leaver-3")
    elsewhere = await operator(world, "away-3", ["agent"], area_code="320682")
    for to, facts, status, code in (
        (twin, {}, 422, "SuccessorIsTheSame"),
        (heir, {}, 422, "NothingToHandOver"),
        (heir, {"only": [heir]}, 422, "NothingToHandOver"),
        (elsewhere, {}, 404, "OperatorNotFound"),
        (heir, {"only": []}, 422, "FieldsInvalid"),
    ):
        refused = await hand_over(world, leaver, to, **facts)
        assert (refused.status_code, refused.json()["code"]) == (status, code), refused.text
    assert (await world.get(f"/v1/operators/{elsewhere}/open-work", "coordinator")).status_code == 404
    assert (await world.get(f"/v1/operators/{leaver}/open-work", "agent")).status_code == 403


async def test_a_confidential_bad_review_is_handed_over_by_a_supervisor_alone(
    world: World, database: Database
) -> None:
    leaver = await operator(world, "leaver-4", ["officer"])
    heir = await operator(world, "heir-4", ["officer"])
    project = await world.walk(await world.project(), "in_service")
    steps = (await world.get(f"/v1/projects/{project['id']}/stage-transitions")).json()["items"]
    served = next(step["event_id"] for step in steps if step["move"] == "start_service")
    rater = await invited(world, (project["id"], served))
    await rater.rate("confidential", level="dissatisfied", text="等了很久")
    world.clock.advance(days=1)
    await night(world, database)
    review = Handled(world, await the_only(world))
    await review.prechecked()
    await review.do("assign", ("supervisor", 1), handler_id=leaver)
    refused = await hand_over(world, leaver, heir, LEADER)
    assert [each["code"] for each in refused.json()["errors"]] == ["supervisor_only"]
    reviewed = await hand_over(world, leaver, await world.operator("agent-1"))
    assert [each["code"] for each in reviewed.json()["errors"]] == ["person_concerned"]
    done = await hand_over(world, leaver, heir)
    assert (done.status_code, done.json()["left"]) == (201, 0), done.text
    assert (await review.read())["handler"] == "person:heir-4"


async def test_a_project_whose_service_has_ended_is_no_work_any_more(world: World) -> None:
    project = await world.walk(await world.project(), "archived")
    agent = await world.operator("agent-1")
    assert await open_work(world, agent) == []
    refused = await hand_over(world, agent, await world.operator("agent-3"))
    assert refused.json()["code"] == "NothingToHandOver"
    assert project["stage"] == "archived"
