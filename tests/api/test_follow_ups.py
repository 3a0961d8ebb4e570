"""/v1/follow-ups and /v1/follow-up-samples: drawn so that anybody can draw again, not asked by agents."""

from hashlib import sha256
from typing import Any

import pytest

from app.database import Database
from app.events.queries import events_after
from app.follow_ups import sampling
from tests.builders import OTHER_OWNER, World

PATH, SAMPLES = "/v1/follow-ups", "/v1/follow-up-samples"


async def a_follow_up(world: World, stage: str = "assigned") -> dict[str, Any]:
    project = await world.project()
    await world.walk(project, stage)
    made = await world.post(PATH, {"project_id": project["id"]}, "coordinator")
    assert made.status_code == 201, made.text
    return dict(made.json())


async def told(world: World, follow_up: dict[str, Any], who: tuple[str, int], **facts: Any) -> Any:
    body = {"action": "ask", "from_state": "open", "channel": "phone", "outcome": "reached"}
    body |= {"level": "satisfied", **facts}
    headers = body.pop("headers", {})
    return await world.post(f"{PATH}/{follow_up['id']}/actions", body, who[0], who[1], **headers)


async def settled(world: World, follow_up: dict[str, Any], who: tuple[str, int], **facts: Any) -> Any:
    body = {"action": "settle", "from_state": "to_settle", "measure": "put_right", "text": "已整改", **facts}
    return await world.post(f"{PATH}/{follow_up['id']}/actions", body, who[0], who[1])


def refusal(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


async def completed_projects(world: World, number: int) -> list[str]:
    found = []
    for _ in range(number):
        project = await world.project()
        await world.walk(project, "completed", "assistance")
        found.append(str(project["id"]))
    return found


def period(world: World, **facts: Any) -> dict[str, Any]:
    return {"area_code": "320681", "completed_from": world.today(-1), "completed_to": world.today(), **facts}


async def test_a_sample_is_drawn_from_what_was_completed_and_can_be_drawn_again(
    world: World, database: Database
) -> None:
    completed = await completed_projects(world, 4)
    await world.project()
    made = await world.post(SAMPLES, period(world, size=2), "supervisor")
    assert made.status_code == 201, made.text
    sample = made.json()
    assert sample["population"] == sorted(completed)
    again = sorted(completed, key=lambda each: sha256(f"{sample['seed']}:{each}".encode()).digest())[:2]
    assert sample["drawn"] == again
    assert sample["population_digest"] == sha256("\n".join(sorted(completed)).encode()).hexdigest()
    assert sample["seed"] == sha256(f"{sample['head_hash']}:{sample['id']}".encode()).hexdigest()
    before, draw = (await database.reader.all(events_after(sample["head_sequence"] - 1, 2)))[:2]
    assert (before.hash, draw.type) == (sample["head_hash"], "follow_up_sample.drawn")
    path = f"{SAMPLES}/{sample['id']}"
    assert (await world.get(path, "auditor")).json() == sample
    asked = (await world.get(f"{PATH}?sample={sample['id']}", "officer")).json()["items"]
    assert sorted(each["project_id"] for each in asked) == sorted(again)
    assert {each["state"] for each in asked} == {"open"}
    world.clock.advance(minutes=1)
    second = await world.post(SAMPLES, period(world, confidence=95, margin=5), "coordinator")
    assert (second.json()["size"], second.json()["seed"] != sample["seed"]) == (4, True)
    assert (sample["size_formula"], second.json()["size_formula"][:3]) == ("min(size, N)", "N*z")
    listed = (await world.get(f"{SAMPLES}?limit=1", "supervisor")).json()
    assert (listed["items"][0]["id"], listed["items"][0]["population_size"]) == (second.json()["id"], 4)
    rest = (await world.get(f"{SAMPLES}?cursor={listed['next_cursor']}", "supervisor")).json()
    assert [each["id"] for each in rest["items"]] == [sample["id"]]
    other = world.headers("coordinator", key="rugao")
    assert (await world.client.get(path, headers=other)).json()["code"] == "SampleNotFound"


async def test_a_draw_has_its_bounds(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await completed_projects(world, 2)
    monkeypatch.setattr(sampling, "MOST_COMPLETED", 1)
    assert refusal(await world.post(SAMPLES, period(world, size=1), "coordinator")) == (409, "SampleTooLarge")
    monkeypatch.setattr(sampling, "MOST_COMPLETED", 2)
    monkeypatch.setattr(sampling, "MOST_DRAWN", 1)
    formula = period(world, confidence=90, margin=1)
    assert refusal(await world.post(SAMPLES, formula, "coordinator")) == (409, "SampleTooLarge")
    assert (await world.post(SAMPLES, period(world, size=1), "coordinator")).status_code == 201


async def test_a_sample_says_what_is_wrong_with_it(world: World) -> None:
    body = {"area_code": "320681", "completed_from": "2026-03-02", "completed_to": "2026-03-01"}
    cases: list[tuple[dict[str, Any], int, str, list[str]]] = [
        ({}, 422, "SampleMalformed", ["/size", "/completed_to"]),
        ({"size": 1, "confidence": 95, "margin": 5}, 422, "SampleMalformed", ["/size", "/completed_to"]),
        ({"confidence": 95, "completed_to": "2026-03-02"}, 422, "SampleMalformed", ["/size"]),
        ({"size": 1, "completed_to": "2026-03-02"}, 409, "NothingToDrawFrom", []),
        ({"size": 1, "area_code": "320682"}, 404, "AreaNotFound", []),
    ]
    for facts, status, code, pointers in cases:
        refused = await world.post(SAMPLES, body | facts, "coordinator")
        problem = refused.json()
        assert (refused.status_code, problem["code"]) == (status, code), facts
        assert [each["pointer"] for each in problem["errors"]] == pointers


async def one_person(world: World, key: str, operator: str) -> None:
    """Let an operator be a human being known by another code too: person keys are the administrator's."""
    path = f"/v1/operators/{await world.operator(operator)}"
    headers = world.headers("admin") | {"If-Match": '"1"'}
    changed = await world.client.patch(path, json={"person_key": key}, headers=headers)
    assert changed.status_code == 200, changed.text


async def test_whoever_has_served_the_project_neither_asks_nor_settles_nor_reads_the_words(
    world: World,
) -> None:
    follow_up = await a_follow_up(world)
    await one_person(world, "person:agent-1", "coordinator-3")
    assert refusal(await told(world, follow_up, ("coordinator", 3))) == (403, "PersonIsExcluded")
    assert refusal(await told(world, follow_up, ("agent", 1))) == (403, "RoleMayNot")
    bad = {"level": "very_dissatisfied", "text": "代办员长期不接电话"}
    done = await told(world, follow_up, ("officer", 2), **bad)
    assert (done.status_code, done.json()["follow_up"]["asked_by"]) == (201, "person:officer-2")
    assert refusal(await settled(world, follow_up, ("coordinator", 3))) == (403, "PersonIsExcluded")
    allowed = (await world.get(f"{PATH}/{follow_up['id']}", "coordinator")).json()["allowed_actions"]
    assert [(each["action"], each["enabled"]) for each in allowed] == [("settle", True)]
    assert (await settled(world, follow_up, ("coordinator", 1))).status_code == 201
    path = f"{PATH}/{follow_up['id']}/steps"
    readers = {
        ("officer", 1): bad["text"], ("supervisor", 1): bad["text"], ("auditor", 1): bad["text"],
        ("portal", 1): bad["text"], ("agent", 1): None, ("agent", 3): None, ("coordinator", 3): None,
    }  # fmt: skip
    for (role, number), words in readers.items():
        read = await world.client.get(path, headers=world.headers(role, number))
        assert read.json()["items"][0]["text"]["text"] == words, role
    timeline = await world.get(f"/v1/projects/{follow_up['project_id']}/timeline?limit=200", "agent")
    assert ("follow_up.acted" in timeline.text, bad["text"] in timeline.text) == (True, False)


async def test_whoever_stood_in_for_an_agent_of_the_project_does_not_ask(world: World) -> None:
    follow_up = await a_follow_up(world)
    assert (await told(world, follow_up, ("officer", 2), outcome="no_answer", level=None)).status_code == 201
    await one_person(world, "person:agent-3", "officer-2")
    away = {
        "operator_id": await world.operator("agent-1"), "begins_on": world.today(),
        "through": world.today(3), "substitute_id": await world.operator("agent-3"),
    }  # fmt: skip
    made = await world.post("/v1/absences", away, "coordinator")
    assert made.status_code == 201, made.text
    assert refusal(await told(world, follow_up, ("officer", 2))) == (403, "PersonIsExcluded")


async def test_a_try_that_reaches_nobody_leaves_it_open_until_the_third_day(world: World) -> None:
    follow_up = await a_follow_up(world)
    nobody = {"outcome": "no_answer", "level": None}
    for _ in range(3):
        tried = (await told(world, follow_up, ("officer", 1), **nobody)).json()["follow_up"]
        assert (tried["state"], tried["days_tried"], tried["asked_on"]) == ("open", 1, None)
    world.clock.advance(days=1)
    assert (await told(world, follow_up, ("officer", 1), **nobody)).json()["follow_up"]["state"] == "open"
    world.clock.advance(days=1)
    ended = (await told(world, follow_up, ("officer", 1), **nobody)).json()["follow_up"]
    assert (ended["state"], ended["days_tried"], ended["clock"]) == ("unreached", 3, None)
    assert refusal(await told(world, follow_up, ("officer", 1), from_state="unreached")) == (
        409,
        "NotFromThisState",
    )
    steps = (await world.get(f"{PATH}/{follow_up['id']}/steps?limit=2")).json()
    rest = (await world.get(f"{PATH}/{follow_up['id']}/steps?cursor={steps['next_cursor']}")).json()
    assert [each["number"] for each in (*steps["items"], *rest["items"])] == [1, 2, 3, 4, 5]


async def test_only_an_answer_has_a_level_and_an_owner_need_not_answer(world: World) -> None:
    follow_up = await a_follow_up(world)
    for facts, code in (
        ({"level": None}, "missing"),
        ({"outcome": "no_answer"}, "not_asked_for"),
        ({"outcome": "declined"}, "not_asked_for"),
        ({"measure": "explained"}, "not_asked_for"),
    ):
        refused = await told(world, follow_up, ("officer", 1), **facts)
        assert refusal(refused) == (422, "HandlingIncomplete")
        assert [each["code"] for each in refused.json()["errors"]] == [code]
    stale = await told(world, follow_up, ("officer", 1), headers={"If-Match": '"9"'})
    assert stale.status_code == 412
    declined = await told(world, follow_up, ("supervisor", 1), outcome="declined", level=None)
    done = declined.json()["follow_up"]
    assert (done["state"], done["outcome"], done["level"]) == ("done", "declined", None)
    assert refusal(await told(world, follow_up, ("officer", 1))) == (409, "HandlingStateHasChanged")
    unnamed = {k: v for k, v in world.headers("officer").items() if k != "Operator-Id"}
    body = {"action": "ask", "from_state": "done"}
    refused = await world.client.post(f"{PATH}/{follow_up['id']}/actions", json=body, headers=unnamed)
    assert refusal(refused) == (400, "OperatorMissing")


async def test_dissatisfaction_is_settled_in_time_by_a_coordinator_or_supervisor(world: World) -> None:
    follow_up = await a_follow_up(world)
    assert (follow_up["clock"]["limit"], follow_up["clock"]["due_on"]) == ("asking", world.today(14))
    bad = (await told(world, follow_up, ("officer", 2), level="dissatisfied")).json()["follow_up"]
    assert (bad["state"], bad["clock"]["limit"]) == ("to_settle", "settling")
    assert bad["clock"]["basis"].startswith("系统默认")
    total = (await world.get(bad["clock"]["explained_by"])).json()
    assert total["due_on"] == bad["clock"]["due_on"] == world.today(7)
    assert refusal(await settled(world, follow_up, ("officer", 2))) == (403, "NotYoursToHandle")
    refused = await settled(world, follow_up, ("coordinator", 1), measure=None, text=None)
    assert [each["pointer"] for each in refused.json()["errors"]] == ["/measure", "/text"]
    world.clock.advance(days=8)
    assert (await world.get(f"{PATH}/{follow_up['id']}")).json()["clock"]["light"] == "red"
    done = (await settled(world, follow_up, ("supervisor", 2), measure="complaint")).json()["follow_up"]
    assert (done["state"], done["measure"], done["clock"]) == ("done", "complaint", None)
    assert [(c["limit"], c["light"]) for c in done["clocks"]] == [
        ("asking", "done_in_time"),
        ("settling", "done_late"),
    ]


async def test_a_dissatisfied_owner_leads_to_an_issue_of_the_same_project(world: World) -> None:
    follow_up, other = await a_follow_up(world), await world.project()
    await told(world, follow_up, ("officer", 2), level="dissatisfied")
    issues = []
    for project_id in (follow_up["project_id"], other["id"]):
        body = {"title": "进度反馈不及时", "text": "项目单位反映多日无人告知进度", "days": 5}
        body["responsible_id"] = await world.operator("coordinator-1")
        made = await world.post(f"/v1/projects/{project_id}/issues", body, "coordinator")
        assert made.status_code == 201, made.text
        issues.append(made.json()["id"])
    issue = {"measure": "issue"}
    refused = await settled(world, follow_up, ("coordinator", 1), **issue)
    assert [each["pointer"] for each in refused.json()["errors"]] == ["/issue_id"]
    foreign = await settled(world, follow_up, ("coordinator", 1), **issue, issue_id=issues[1])
    assert refusal(foreign) == (404, "IssueNotFound")
    done = await settled(world, follow_up, ("coordinator", 1), **issue, issue_id=issues[0])
    assert done.json()["follow_up"]["issue_id"] == issues[0]


async def test_follow_ups_are_scoped_filtered_and_paged(world: World) -> None:
    made = [await a_follow_up(world, "lead") for _ in range(3)]
    await told(world, made[0], ("officer", 1))
    for query, number in (
        ("state=open", 2), ("state=done", 1), ("state=open&state=done", 3), ("area=320681", 3),
        ("area=320682", 0), (f"project={made[1]['project_id']}", 1), (f"sample={made[1]['id']}", 0),
    ):  # fmt: skip
        assert len((await world.get(f"{PATH}?{query}")).json()["items"]) == number, query
    first = (await world.get(f"{PATH}?limit=2")).json()
    rest = (await world.get(f"{PATH}?limit=2&cursor={first['next_cursor']}")).json()
    assert len({each["id"] for each in (*first["items"], *rest["items"])}) == 3
    path = f"{PATH}/{made[0]['id']}"
    for headers in (world.headers("officer", key="rugao"), world.headers("portal", owner=OTHER_OWNER)):
        for each in (path, f"{path}/steps"):
            assert refusal(await world.client.get(each, headers=headers)) == (404, "FollowUpNotFound")
    assert (await world.get(path, "portal")).status_code == 200
