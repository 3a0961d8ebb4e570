"""…/corrections: a wrong entry put right by two persons, never by an edit."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from app.database import Database
from app.domain.fold import as_of, fold
from app.events.queries import events_of_project
from app.events.rows import happening_of
from app.table import rfc3339
from tests.arranging import arrange
from tests.builders import World

INPUTS = {
    "apply": {"service_mode": "assistance", "scope_stages": ["1"], "consent": True},
    "open_file": {"file_number": "A-17"},
    "suspend": {"reason_code": "land_not_ready", "expected_resume_on": "2026-06-01"},
}


class Case:
    """A project, its steps, and the corrections of it."""

    def __init__(self, world: World, project: dict[str, Any]) -> None:
        self.world, self.project = world, project
        self.path = f"/v1/projects/{project['id']}/corrections"
        self.events: dict[str, str] = {}

    async def step(self, move: str, role: str = "officer", **body: Any) -> dict[str, Any]:
        body = {"inputs": INPUTS.get(move, {}), **body}
        response = await self.world.move(self.project, move, role, **body)
        assert response.status_code == 201, response.text
        self.events[move] = response.json()["event_id"]
        return dict(response.json())

    async def propose(self, event_id: str, role: str = "officer", **right: Any) -> httpx.Response:
        body = {
            "event_id": event_id,
            "right": right,
            "reason": "录入有误",
            "evidence": [await self.world.file()],
        }
        return await self.world.post(self.path, body, role)

    async def proposed(self, event_id: str, **right: Any) -> dict[str, Any]:
        response = await self.propose(event_id, **right)
        assert response.status_code == 201, response.text
        return dict(response.json())

    async def approve(self, correction: dict[str, Any], number: int = 1) -> httpx.Response:
        return await self.world.post(f"{self.path}/{correction['id']}/approval", None, "coordinator", number)

    async def put_right(self, event_id: str, **right: Any) -> dict[str, Any]:
        response = await self.approve(await self.proposed(event_id, **right))
        assert response.status_code == 201, response.text
        return dict(response.json())

    async def refused(self, event_id: str, **right: Any) -> dict[str, Any]:
        response = await self.propose(event_id, **right)
        body: dict[str, Any] = response.json()
        return {"status": response.status_code, **body}

    async def now(self) -> dict[str, Any]:
        return dict((await self.world.get(f"/v1/projects/{self.project['id']}")).json())

    async def clock(self, **asked: datetime) -> dict[str, Any]:
        response = await self.world.client.get(
            f"/v1/projects/{self.project['id']}/clock",
            params={k: v.isoformat() for k, v in asked.items()},
            headers=self.world.headers("officer"),
        )
        assert response.status_code == 200, response.text
        return dict(response.json())

    def row(self, **values: Any) -> list[dict[str, Any]]:
        return [{"table": "project", "id": self.project["id"], "set": values}]


@pytest.fixture
async def case(world: World) -> Case:
    """An application entered on Monday, accepted on Wednesday."""
    case = Case(world, await world.project())
    case.project["started"] = world.clock()
    await case.step("apply")
    world.clock.advance(days=2)
    await case.step("accept")
    return case


async def the_fold(case: Case, database: Database, **asked: str) -> dict[str, Any]:
    events = await database.reader.all(events_of_project(case.project["id"], None))
    rows = fold(as_of([happening_of(event) for event in events], **asked))
    return rows["project_standing", case.project["id"]] | rows["project", case.project["id"]]


async def test_the_moment_of_a_step_is_put_right_and_its_clock_with_it(case: Case) -> None:
    case.world.clock.advance(days=1)
    before = await case.now()
    right = case.world.clock() - timedelta(days=2)
    correction = await case.proposed(case.events["accept"], occurred_at=right.isoformat())
    assert (correction["state"], correction["version"]) == ("pending", 1)
    assert (await case.now())["stage_entered_at"] == before["stage_entered_at"]
    approved = await case.approve(correction)
    assert (approved.status_code, approved.json()["state"]) == (201, "approved")
    now = await case.now()
    assert datetime.fromisoformat(now["stage_entered_at"]) == right
    assert now["version"] > before["version"]
    steps = (await case.world.get(f"/v1/projects/{case.project['id']}/stage-transitions")).json()["items"]
    assert datetime.fromisoformat(steps[1]["occurred_at"]) == right


async def test_folds_use_the_right_fact_and_what_was_known_before_stays_wrong(
    case: Case, database: Database
) -> None:
    wrong_at = case.world.clock()
    case.world.clock.advance(hours=3)
    known = case.world.clock()
    right = wrong_at - timedelta(days=1)
    case.world.clock.advance(days=1)
    await case.put_right(case.events["accept"], occurred_at=right.isoformat())
    was = await case.clock(valid_at=right + timedelta(hours=1))
    assert (was["stage"], datetime.fromisoformat(was["stage_entered_at"])) == ("accepted", right)
    then = await case.clock(valid_at=right + timedelta(hours=1), known_at=known)
    assert then["stage"] == "applied"
    wrong = await case.clock(known_at=known)
    assert datetime.fromisoformat(wrong["stage_entered_at"]) == wrong_at
    folded = await the_fold(case, database, valid_at=rfc3339(right + timedelta(hours=1)))
    assert (folded["last_step_at"], folded["stage"]) == (rfc3339(right), "accepted")
    timeline = (await case.world.get(f"/v1/projects/{case.project['id']}/timeline")).json()["items"]
    marks = [(e["type"], e["corrects"] is not None) for e in timeline if e["corrected_by"] or e["corrects"]]
    assert marks == [("project.stage_moved", False), ("correction.approved", True)]


async def test_a_moment_outside_the_acts_around_it_is_refused(case: Case) -> None:
    early = await case.refused(
        case.events["accept"], occurred_at=(case.project["started"] - timedelta(hours=1)).isoformat()
    )
    assert (early["status"], early["code"]) == (409, "EarlierActStandsBefore")
    before_registration = await case.refused(
        case.events["apply"], occurred_at=(case.project["started"] - timedelta(hours=1)).isoformat()
    )
    assert before_registration["code"] == "EarlierActStandsBefore"
    late = await case.refused(
        case.events["apply"], occurred_at=(case.world.clock() + timedelta(minutes=1)).isoformat()
    )
    assert (late["status"], late["code"]) == (409, "LaterActDependsOnIt")
    assert late["facts"]["event_id"] == case.events["accept"]
    future = await case.refused(
        case.events["accept"], occurred_at=(case.world.clock() + timedelta(hours=1)).isoformat()
    )
    assert (future["status"], future["code"]) == (422, "OccurredInTheFuture")


async def test_a_suspension_put_right_moves_its_pause(case: Case) -> None:
    await case.step("open_file")
    case.world.clock.advance(days=1)
    suspended = case.world.clock()
    await case.step("suspend", reason="用地未落实")
    case.world.clock.advance(days=5)
    await case.step("resume", evidence=[await case.world.file()])
    (before,) = (await case.clock())["limits"]
    assert before["pauses"] == [{"starts_on": "2026-03-05", "ends_on": "2026-03-10"}]
    await case.put_right(case.events["suspend"], occurred_at=(suspended - timedelta(hours=23)).isoformat())
    (after,) = (await case.clock())["limits"]
    assert after["pauses"] == [{"starts_on": "2026-03-04", "ends_on": "2026-03-10"}]
    assert after["due_on"] > before["due_on"]
    assert (await case.now())["deadline"]["due_on"] == after["due_on"]


async def test_the_day_of_completion_follows_its_step(case: Case, database: Database) -> None:
    at = case.world.clock()
    ready = {
        "primary_agent": "person:agent-1",
        "backup_agent": "person:agent-2",
        "confirmations": [["complete", "coordinator", "person:coordinator-1"]],
    }
    await arrange(database, at, case.project["id"], {"stage": "in_service"}, **ready)
    case.world.clock.advance(days=4)
    await case.step("complete", "agent", evidence=[await case.world.file()])
    await case.put_right(case.events["complete"], occurred_at=(at + timedelta(days=1)).isoformat())
    assert (await the_fold(case, database))["completed_on"] == "2026-03-05"


async def test_a_field_is_put_right_while_nothing_later_changed_it(case: Case) -> None:
    await case.step("open_file")
    right = case.row(file_number="B-18")
    await case.put_right(case.events["open_file"], set=right)
    assert (await case.now())["file_number"] == "B-18"
    again = await case.refused(case.events["open_file"], set=case.row(file_number="C-19"))
    assert (again["status"], again["code"]) == (409, "LaterActDependsOnIt")
    assert again["facts"]["type"] == "correction.approved"
    await case.put_right(again["facts"]["event_id"], set=case.row(file_number="C-19"))
    assert (await case.now())["file_number"] == "C-19"


async def test_days_of_the_record_are_put_right_as_days(case: Case) -> None:
    headers = case.world.headers("officer") | {"If-Match": f'"{(await case.now())["version"]}"'}
    path = f"/v1/projects/{case.project['id']}"
    patch = {"planned_start_on": "2026-05-01", "investment_wan_yuan": "100"}
    changed = await case.world.client.patch(path, json=patch, headers=headers)
    assert changed.status_code == 200, changed.text
    timeline = (await case.world.get(f"{path}/timeline")).json()["items"]
    event_id = next(e["id"] for e in timeline if e["type"] == "project.record_changed")
    await case.put_right(event_id, set=case.row(planned_start_on="2026-06-01", investment_fen=250_000_000))
    now = await case.now()
    assert (now["planned_start_on"], now["investment_wan_yuan"]) == ("2026-06-01", "250")


async def test_a_confirmed_milestone_put_right_is_the_projects_day_too(
    case: Case, database: Database
) -> None:
    await arrange(database, case.world.clock(), case.project["id"], {"stage": "in_service"})
    path = f"/v1/projects/{case.project['id']}/milestones"
    agents = {"primary_agent": "person:agent-1", "backup_agent": "person:agent-2"}
    await arrange(database, case.world.clock(), case.project["id"], {}, **agents)
    body = {"kind": "start", "reached_on": "2026-03-03", "evidence": [await case.world.file()]}
    reported = await case.world.post(path, body, "agent")
    assert reported.status_code == 201, reported.text
    milestone = reported.json()
    confirmed = await case.world.post(
        f"{path}/{milestone['id']}/confirmation", {"evidence": [await case.world.file()]}, "coordinator"
    )
    assert confirmed.status_code in {200, 201}, confirmed.text
    timeline = (await case.world.get(f"/v1/projects/{case.project['id']}/timeline")).json()["items"]
    event_id = next(e["id"] for e in timeline if e["type"] == "milestone.reported")
    future = [{"table": "milestone", "id": milestone["id"], "set": {"reached_on": "2026-03-09"}}]
    assert (await case.refused(event_id, set=future))["code"] == "OccurredInTheFuture"
    right = [{"table": "milestone", "id": milestone["id"], "set": {"reached_on": "2026-03-02"}}]
    await case.put_right(event_id, set=right)
    assert (await case.now())["actual_start_on"] == "2026-03-02"


async def test_what_cannot_be_put_right_is_named_at_once(case: Case) -> None:
    nothing = await case.refused(case.events["accept"])
    assert [(e["code"], e["pointer"]) for e in nothing["errors"]] == [("nothing", "/right")]
    rows = [*case.row(stage="lead", version=1), {"table": "private", "id": "x", "set": {"value": "x"}}]
    wrong = await case.refused(case.events["accept"], set=rows, occurred_at=case.world.clock().isoformat())
    assert (wrong["status"], wrong["code"]) == (422, "NothingToPutRight")
    assert [(e["code"], e["pointer"]) for e in wrong["errors"]] == [
        ("not_correctable", "/right/set/0/set/stage"),
        ("not_correctable", "/right/set/0/set/version"),
        ("not_of_this_event", "/right/set/1"),
        ("same", "/right/occurred_at"),
    ]
    timeline = (await case.world.get(f"/v1/projects/{case.project['id']}/timeline")).json()["items"]
    registered = await case.refused(timeline[0]["id"], occurred_at=case.world.clock().isoformat())
    assert [e["code"] for e in registered["errors"]] == ["not_correctable"]
    other = Case(case.world, await case.world.project())
    foreign = await other.refused(case.events["accept"], set=other.row(name="新名"))
    assert (foreign["status"], foreign["code"]) == (404, "EventNotFound")


async def test_two_persons_make_a_correction(case: Case) -> None:
    await case.step("open_file")
    right = {"set": case.row(file_number="B-18")}
    own = await case.propose(case.events["open_file"], "coordinator", **right)
    assert [a["enabled"] for a in own.json()["allowed_actions"]] == [False, False]
    refused = await case.approve(own.json())
    assert (refused.status_code, refused.json()["code"]) == (409, "ApproverIsAuthor")
    assert (await case.now())["file_number"] == "A-17"
    assert (await case.approve(own.json(), 2)).status_code == 201
    again = await case.approve(own.json(), 2)
    assert (again.status_code, again.json()["code"]) == (409, "CorrectionIsDecided")
    portal = await case.propose(case.events["open_file"], "portal", **right)
    assert (portal.status_code, portal.json()["code"]) == (403, "RoleMayNot")


async def test_what_happened_since_the_proposal_counts_at_its_approval(case: Case) -> None:
    event_id = case.events["accept"]
    correction = await case.proposed(
        event_id, occurred_at=(case.world.clock() + timedelta(minutes=4)).isoformat()
    )
    await case.step("open_file")
    refused = await case.approve(correction)
    assert (refused.status_code, refused.json()["code"]) == (409, "LaterActDependsOnIt")
    one = (await case.world.get(f"{case.path}/{correction['id']}", "coordinator")).json()
    assert one["state"] == "pending"


async def test_a_rejected_correction_changes_nothing_and_says_why(case: Case) -> None:
    await case.step("open_file")
    correction = await case.proposed(case.events["open_file"], set=case.row(file_number="B-18"))
    path = f"{case.path}/{correction['id']}"
    rejected = await case.world.post(f"{path}/rejection", {"reason": "原记录无误"}, "coordinator")
    assert (rejected.status_code, rejected.json()["state"]) == (201, "rejected")
    assert (await case.now())["file_number"] == "A-17"
    shown = (await case.world.get(path, "coordinator")).json()
    assert shown["decision_reason"]["text"] == "原记录无误"
    assert not any(a["enabled"] for a in shown["allowed_actions"])
    again = await case.world.post(f"{path}/rejection", {"reason": "再"}, "coordinator")
    assert (again.status_code, again.json()["code"]) == (409, "CorrectionIsDecided")


async def test_corrections_are_listed_within_scope_only(case: Case) -> None:
    await case.step("open_file")
    case.world.clock.advance(seconds=1)
    one = await case.proposed(case.events["open_file"], set=case.row(file_number="B-18"))
    listed = (await case.world.get(case.path)).json()["items"]
    assert [(c["id"], c["reason"]["text"]) for c in listed] == [(one["id"], "录入有误")]
    assert listed[0]["allowed_actions"] == []
    for path in (case.path, f"{case.path}/{one['id']}"):
        foreign = await case.world.client.get(path, headers=case.world.headers("officer", key="rugao"))
        assert (foreign.status_code, foreign.json()["code"]) == (404, "ProjectNotFound")
    absent = await case.world.get(f"{case.path}/{case.project['id']}")
    assert (absent.status_code, absent.json()["code"]) == (404, "CorrectionNotFound")
    decided = await case.world.post(f"{case.path}/{case.project['id']}/approval", None, "coordinator")
    assert decided.json()["code"] == "CorrectionNotFound"
