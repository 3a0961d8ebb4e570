"""GET …/stage-transitions, GET …/clock, POST …/procedure-change."""

from datetime import datetime, timedelta
from typing import Any

from app.database import Database
from tests.arranging import arrange
from tests.builders import CITY, OTHER_OWNER, OWNER, QIDONG, RUGAO, World
from tests.domain.procedure_builders import the_standard_document

APPLY = {"service_mode": "agency", "scope_stages": ["1", "3"], "consent": True}


async def moved(world: World, project: dict[str, Any], move: str, *args: Any, **body: Any) -> dict[str, Any]:
    response = await world.move(project, move, *args, **body)
    assert response.status_code == 201, response.text
    return dict(response.json())


async def test_the_steps_of_a_project_are_listed_in_order_with_their_texts(world: World) -> None:
    project = await world.project()
    path = f"/v1/projects/{project['id']}/stage-transitions"
    assert (await world.get(path)).json()["items"] == []
    await moved(world, project, "apply", inputs=APPLY)
    told = await moved(world, project, "notify_correction", inputs={"missing": ["营业执照", "用地预审"]})
    await moved(world, project, "resubmit", reason="已补齐")
    first = (await world.get(f"{path}?limit=2")).json()
    assert [step["move"] for step in first["items"]] == ["apply", "notify_correction"]
    assert first["items"][0]["inputs"] == APPLY
    assert first["items"][0]["procedure_id"] == project["procedure_id"]
    assert [t["text"] for t in first["items"][1]["texts"]["missing"]] == ["营业执照", "用地预审"]
    assert [t["text"] for t in told["texts"]["missing"]] == [None, None]
    rest = (await world.get(f"{path}?limit=2&cursor={first['next_cursor']}")).json()
    assert [(s["number"], s["reason"]["text"]) for s in rest["items"]] == [(3, "已补齐")]
    assert rest["next_cursor"] is None
    one = await world.get(f"{path}/{rest['items'][0]['id']}")
    assert one.json() == rest["items"][0]


async def test_a_step_is_sought_in_its_own_project_only(world: World) -> None:
    project, other = await world.project(), await world.project()
    step = await moved(world, project, "apply", inputs=APPLY)
    absent = await world.get(f"/v1/projects/{other['id']}/stage-transitions/{step['id']}")
    assert (absent.status_code, absent.json()["code"]) == (404, "StageTransitionNotFound")
    for path in ("", f"/{step['id']}"):
        foreign = await world.get(
            f"/v1/projects/{project['id']}/stage-transitions{path}",
            headers=world.headers("officer", key="rugao"),
        )
        assert (foreign.status_code, foreign.json()["code"]) == (404, "ProjectNotFound")


async def test_a_made_up_cursor_is_refused(world: World) -> None:
    project = await world.project()
    for cursor in ("x", "Wy0xXQ", "WzIxNDc0ODM2NDhd"):
        refused = await world.get(f"/v1/projects/{project['id']}/stage-transitions?cursor={cursor}")
        assert (refused.status_code, refused.json()["code"]) == (422, "CursorInvalid")


async def test_the_clock_explains_every_limit_day_by_day(world: World) -> None:
    project = await world.project()
    await moved(world, project, "apply", inputs=APPLY)
    world.clock.advance(days=3)
    clock = (await world.get(f"/v1/projects/{project['id']}/clock")).json()
    assert (clock["stage"], clock["today"], clock["calendar_code"]) == ("applied", "2026-03-05", "cn")
    limits = {limit["action"]: limit for limit in clock["limits"]}
    assert set(limits) == {"accept", "notify_correction", "decline"}
    notice = limits["notify_correction"]
    assert (notice["budget"], notice["consumed"], notice["remaining"]) == (5, 3, 2)
    assert (notice["anchor_on"], notice["due_on"], notice["light"]) == ("2026-03-02", "2026-03-09", "green")
    assert (notice["bearer"], notice["rule"], notice["pauses"]) == ("agency", "working_days", [])
    lines = [(day["day"][8:], day["kind"], day["counts"], day["consumed"]) for day in notice["days"]]
    assert lines == [
        ("02", "working", False, 0),
        ("03", "working", True, 1),
        ("04", "working", True, 2),
        ("05", "working", True, 3),
        ("06", "working", True, 4),
        ("07", "weekend", False, 4),
        ("08", "weekend", False, 4),
        ("09", "working", True, 5),
    ]
    assert limits["accept"]["light"] == "red"
    english = await world.get(f"/v1/projects/{project['id']}/clock", headers={"Accept-Language": "en"})
    assert english.json()["limits"][0]["days"][0]["why"] == "not counted: the start day"


async def test_a_pause_costs_no_days_and_an_owner_has_a_limit_of_his_own(
    world: World, database: Database
) -> None:
    project = await world.project()
    facts = {"stage": "assigned"}
    await arrange(
        database, world.clock(), project["id"], facts, pauses=[["2026-03-02", "2026-03-04"]], departments=5
    )
    world.clock.advance(days=4)
    (limit,) = (await world.get(f"/v1/projects/{project['id']}/clock")).json()["limits"]
    assert limit["limit"] == {"value": 5, "unit": "working_day"}
    assert limit["pauses"] == [{"starts_on": "2026-03-02", "ends_on": "2026-03-04"}]
    assert (limit["consumed"], limit["due_on"]) == (2, "2026-03-11")
    shown = (await world.get(f"/v1/projects/{project['id']}")).json()["deadline"]
    assert (shown["limit"], shown["due_on"]) == (limit["limit"], limit["due_on"])
    await arrange(database, world.clock(), project["id"], {"stage": "correction_needed"})
    (limit,) = (await world.get(f"/v1/projects/{project['id']}/clock")).json()["limits"]
    assert (limit["action"], limit["bearer"], limit["pauses"]) == ("resubmit", "owner", [])


async def test_the_deadline_shows_the_limit_that_applies_and_not_the_first_one_written(
    world: World, database: Database
) -> None:
    project = await world.project()
    await arrange(database, world.clock(), project["id"], {"stage": "assigned"}, departments=2)
    deadline = (await world.get(f"/v1/projects/{project['id']}")).json()["deadline"]
    assert (deadline["limit"]["value"], deadline["due_on"]) == (3, "2026-03-05")


async def test_the_clock_can_be_asked_as_it_was_known_and_as_it_was(world: World) -> None:
    project = await world.project()
    before = world.clock()
    world.clock.advance(hours=20)
    late = {"occurred_at": (before + timedelta(minutes=5)).isoformat()}
    await moved(world, project, "apply", inputs=APPLY, **late)
    path = f"/v1/projects/{project['id']}/clock"

    async def stage(**asked: datetime) -> Any:
        response = await world.client.get(
            path,
            params={k: v.isoformat() for k, v in asked.items()},
            headers=world.headers("officer"),
        )
        assert response.status_code == 200, response.text
        return response.json()

    noon = before + timedelta(hours=3)
    assert (await stage())["stage"] == "applied"
    assert (await stage(known_at=noon))["stage"] == "lead"
    was = await stage(valid_at=noon)
    assert (was["stage"], was["today"]) == ("applied", "2026-03-02")
    assert (await stage(valid_at=noon, known_at=noon))["stage"] == "lead"
    too_early = await world.client.get(
        path, params={"valid_at": "2026-03-01T00:00:00Z"}, headers=world.headers("officer")
    )
    assert (too_early.status_code, too_early.json()["code"]) == (404, "ProjectNotKnownThen")
    foreign = await world.client.get(
        path, params={"valid_at": noon.isoformat()}, headers=world.headers("officer", key="rugao")
    )
    assert (foreign.status_code, foreign.json()["code"]) == (404, "ProjectNotFound")
    naive = await world.client.get(
        path, params={"valid_at": "2026-03-01T00:00:00"}, headers=world.headers("officer")
    )
    assert naive.status_code == 422


async def a_version(world: World, area: str = QIDONG, on: str = "2026-03-02", **facts: Any) -> str:
    document = the_standard_document() | {"code": "renewed", **facts}
    body = {"code": "renewed", "area_code": area, "document": document}
    draft = (await world.post("/v1/procedures", body, "admin")).json()
    path = f"/v1/procedures/{draft['id']}/publication"
    response = await world.post(path, {"effective_from": on}, "admin", 2)
    assert response.status_code == 201, response.text
    return str(draft["id"])


async def test_a_project_goes_on_by_another_version_when_somebody_says_so(
    world: World, database: Database
) -> None:
    project = await world.project()
    await moved(world, project, "apply", inputs=APPLY)
    document = the_standard_document()
    for move in document["moves"]:
        if move["code"] == "accept":
            move["limits"][0]["value"] = 9
    version = await a_version(world, moves=document["moves"])
    await arrange(
        database, world.clock(), project["id"], {}, confirmations=[["accept", "coordinator", "person:x"]]
    )
    path = f"/v1/projects/{project['id']}/procedure-change"
    body = {"procedure_id": version, "reason": "按新办法办理"}
    changed = await world.post(path, body, "coordinator")
    assert changed.status_code == 201, changed.text
    told = changed.json()
    assert (told["from_procedure_id"], told["procedure_id"]) == (project["procedure_id"], version)
    assert (told["stage"], told["project_version"]) == ("applied", 3)
    now = (await world.get(f"/v1/projects/{project['id']}")).json()
    assert now["procedure_id"] == version
    clock = (await world.get(f"/v1/projects/{project['id']}/clock")).json()
    assert {x["action"]: x["budget"] for x in clock["limits"]}["accept"] == 9
    again = await world.post(path, body, "coordinator")
    assert (again.status_code, again.json()["code"]) == (409, "ProcedureDoesNotFit")


async def test_a_version_that_does_not_fit_is_refused(world: World, database: Database) -> None:
    project = await world.project()
    path = f"/v1/projects/{project['id']}/procedure-change"

    async def refusal(version: str, **headers: str) -> tuple[int, str]:
        body = {"procedure_id": version, "reason": "理由"}
        response = await world.post(path, body, "coordinator", **headers)
        return response.status_code, response.json()["code"]

    later = await a_version(world, on="2026-03-03")
    assert await refusal(later) == (409, "ProcedureDoesNotFit")
    world.clock.advance(days=1)
    assert await refusal(later, **{"If-Match": '"7"'}) == (412, "VersionIsStale")
    assert await refusal(later, key="rugao") == (404, "ProjectNotFound")
    assert await refusal(await a_version(world, RUGAO, "2026-03-03")) == (404, "ProcedureNotFound")
    assert await refusal("00000000-0000-7000-8000-00000000dead") == (404, "ProcedureNotFound")
    body = {"code": "renewed", "area_code": CITY, "document": the_standard_document() | {"code": "renewed"}}
    draft = (await world.post("/v1/procedures", body, "admin")).json()
    assert await refusal(draft["id"]) == (404, "ProcedureNotFound")
    await arrange(database, world.clock(), project["id"], {"stage": "suspended"}, before_suspension="planned")
    stages = the_standard_document()["stages"]
    for stage in stages:
        stage["pauses_clock"] = False
    moves = [m for m in the_standard_document()["moves"] if m["code"] != "resume"]
    running = await a_version(world, on="2026-03-03", stages=stages, moves=moves)
    assert await refusal(running) == (409, "ProcedureDoesNotFit")


async def test_an_owner_sees_the_steps_of_his_own_projects(world: World) -> None:
    project = await world.project(owner_uscc=OWNER)
    await moved(world, project, "apply", inputs=APPLY)
    path = f"/v1/projects/{project['id']}/stage-transitions"
    own = await world.client.get(path, headers=world.headers("portal"))
    assert len(own.json()["items"]) == 1
    other = await world.client.get(path, headers=world.headers("portal", owner=OTHER_OWNER))
    assert other.status_code == 404
