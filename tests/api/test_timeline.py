"""GET /v1/projects/{id}/timeline, and a project as it was (known_at, valid_at)."""

import ast
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from app.database import Database, as_recorded
from app.demo.founding import system_actor
from app.domain.fold import CORRECTION, fold
from app.events.labels import LABELS, label_of
from app.events.queries import events_of_project
from app.events.rows import happening_of, row_of
from app.events.service import Stamp, record
from app.projects.models import Project, ProjectStanding
from app.projects.queries import lock_project
from tests.builders import QIDONG, World

APPLY = {"service_mode": "agency", "scope_stages": ["1"], "consent": True}
DAY = {"days": 1}


def then(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


async def a_history(world: World) -> tuple[dict[str, Any], list[datetime]]:
    """Register a project, move it on a day later, change its name another day later."""
    moments = [world.clock()]
    project = await world.project(name="最初的名称", content="一期工程")
    world.clock.advance(**DAY)
    moments.append(world.clock())
    moved = await world.move(project, "apply", inputs=APPLY)
    assert moved.status_code == 201, moved.text
    world.clock.advance(**DAY)
    moments.append(world.clock())
    path = f"/v1/projects/{project['id']}"
    now = await world.get(path)
    changed = await world.client.patch(
        path,
        json={"name": "后来的名称"},
        headers=world.headers("officer") | {"If-Match": now.headers["etag"]},
    )
    assert changed.status_code == 200, changed.text
    return project, moments


async def test_the_timeline_tells_everything_in_order_and_in_two_languages(world: World) -> None:
    project, _ = await a_history(world)
    path = f"/v1/projects/{project['id']}/timeline"
    items = (await world.get(path)).json()["items"]
    assert [i["type"] for i in items] == [
        "project.registered",
        "project.stage_moved",
        "project.record_changed",
    ]
    assert [i["project_sequence"] for i in items] == [1, 2, 3]
    assert [i["project_previous_hash"] for i in items] == ["0" * 64, items[0]["hash"], items[1]["hash"]]
    assert items[1]["facts"]["to_stage"] == "applied"
    assert {"project", "project_standing", "stage_transition"} <= set(items[1]["tables"])
    assert items[0]["actor"]["role"] == "officer"
    assert items[0]["label"] == "登记项目线索"
    english = await world.get(path, headers={"Accept-Language": "en"})
    assert english.json()["items"][0]["label"] == LABELS["project.registered"].en


async def test_a_timeline_is_read_page_by_page(world: World) -> None:
    project, _ = await a_history(world)
    path = f"/v1/projects/{project['id']}/timeline"
    whole = (await world.get(path)).json()["items"]
    seen: list[Any] = []
    cursor: str | None = None
    while True:
        page = (await world.get(path, params={"limit": 2} | ({"cursor": cursor} if cursor else {}))).json()
        seen += page["items"]
        if (cursor := page["next_cursor"]) is None:
            break
    assert seen == whole
    assert (await world.get(path, params={"cursor": "IngiXQ"})).status_code == 422


async def test_a_foreign_timeline_is_as_absent_as_none(world: World) -> None:
    project, _ = await a_history(world)
    for path in (f"/v1/projects/{project['id']}", "/v1/projects/99999999-9999-7999-8999-999999999999"):
        for tail in ("/timeline", "?known_at=2026-03-02T00:00:00Z"):
            answer = await world.get(path + tail, headers=world.headers("officer", key="rugao"))
            assert (answer.status_code, answer.json()["code"]) == (404, "ProjectNotFound")


async def test_a_project_is_shown_as_it_was_known(world: World) -> None:
    project, (first, second, third) = await a_history(world)
    path = f"/v1/projects/{project['id']}"
    shown = [(await world.get(path, params={"known_at": then(at)})) for at in (first, second, third)]
    assert [s.json()["stage"] for s in shown] == ["lead", "applied", "applied"]
    assert [s.json()["name"] for s in shown] == ["最初的名称", "最初的名称", "后来的名称"]
    assert [s.json()["version"] for s in shown] == [1, 2, 3]
    assert all(s.json()["allowed_actions"] == [] and s.headers["etag"] for s in shown)
    assert shown[0].json()["content"]["text"] == "一期工程"
    present = (await world.get(path)).json()
    assert present["allowed_actions"]
    assert shown[2].json() == present | {"allowed_actions": []}
    codes = await world.get(path, params={"known_at": then(first), "expand": "codes"})
    assert codes.json()["expanded"]["codes"] == []


async def test_before_it_was_known_there_is_no_project(world: World) -> None:
    project, _ = await a_history(world)
    for name in ("known_at", "valid_at"):
        answer = await world.get(f"/v1/projects/{project['id']}", params={name: "2026-03-01T00:00:00+08:00"})
        assert (answer.status_code, answer.json()["code"]) == (404, "ProjectNotKnownThen")
    naive = await world.get(f"/v1/projects/{project['id']}?known_at=2026-03-01T00:00:00")
    assert naive.status_code == 422


async def test_a_back_entered_move_was_the_case_before_it_was_known(world: World, database: Database) -> None:
    project = await world.project()
    happened = world.clock()
    world.clock.advance(days=3)
    async with database.write() as session:
        actor = system_actor(world.clock(), QIDONG)
        found, _ = await lock_project(session, actor, project["id"])
        await session.change(found, location="江海路 1 号")
        stamp = Stamp(found.id, found.area_code, found.owner_uscc)
        await record(session, actor, "project.record_changed", stamp, occurred_at=happened)
    path = f"/v1/projects/{project['id']}"
    yesterday = then(world.clock().replace(day=4))
    valid = (await world.get(path, params={"valid_at": yesterday})).json()
    known = (await world.get(path, params={"known_at": yesterday})).json()
    both = (await world.get(path, params={"valid_at": yesterday, "known_at": yesterday})).json()
    assert [v["location"] for v in (valid, known, both)] == ["江海路 1 号", None, None]
    listed = [
        len((await world.get(f"{path}/timeline", params=asked)).json()["items"])
        for asked in ({"valid_at": yesterday}, {"known_at": yesterday}, {})
    ]
    assert listed == [2, 1, 2]


async def test_a_correction_shows_in_the_timeline_and_moves_what_it_corrects(
    world: World, database: Database
) -> None:
    project, (first, second, third) = await a_history(world)
    path = f"/v1/projects/{project['id']}"
    registered, moved, changed = (await world.get(f"{path}/timeline")).json()["items"]
    world.clock.advance(**DAY)
    actor = system_actor(world.clock(), QIDONG)
    stamp = Stamp(project["id"], QIDONG, project["owner_uscc"])
    right = [{"table": "project", "id": project["id"], "set": {"name": "本来的名称"}}]
    for corrects, at, values in (
        (registered["id"], None, right),
        (moved["id"], "2026-03-04T12:00:00.000000Z", []),
        (changed["id"], "2026-03-02T12:00:00.000000Z", []),
    ):
        async with database.write() as session:
            facts = {"corrects": corrects, "occurred_at": at, "set": values}
            await record(session, actor, CORRECTION, stamp, facts=facts)
    items = (await world.get(f"{path}/timeline")).json()["items"]
    assert [i["corrects"] for i in items[3:]] == [i["corrected_by"] and i["id"] for i in items[:3]]
    assert [i["corrected_by"] for i in items] == [*[i["id"] for i in items[3:]], None, None, None]
    valid = (await world.get(f"{path}/timeline", params={"valid_at": then(second)})).json()["items"]
    assert [i["id"] for i in valid] == [registered["id"], changed["id"]]
    known = (await world.get(f"{path}/timeline", params={"known_at": then(third)})).json()["items"]
    assert [i["corrected_by"] for i in known] == [None, None, None]
    was = (await world.get(path, params={"valid_at": then(first)})).json()
    assert was["name"] == "本来的名称"
    wrong = (await world.get(path, params={"valid_at": then(first), "known_at": then(third)})).json()
    assert wrong["name"] == "最初的名称"


async def test_for_every_n_the_fold_of_the_first_n_events_equals_the_record_after_n(
    world: World, database: Database
) -> None:
    project = await world.project(content="一期工程")
    actor = system_actor(world.clock(), QIDONG)
    snapshots: list[Any] = []

    async def note() -> None:
        async with database.write() as session:
            snapshots.append(await lock_project(session, actor, project["id"]))

    await note()
    path = f"/v1/projects/{project['id']}"
    steps = ("apply", "accept", "decline", "withdraw", "assist", "record")
    for step in steps:
        world.clock.advance(hours=2)
        if (await world.move(project, step, inputs=APPLY if step == "apply" else {})).status_code == 201:
            await note()
        headers = world.headers("officer") | {"If-Match": f'"{snapshots[-1][0].version}"'}
        body = {"location": f"第 {len(snapshots)} 处", "investment_wan_yuan": f"{len(snapshots)}.5"}
        changed = await world.client.patch(path, json=body, headers=headers)
        assert changed.status_code == 200, changed.text
        await note()
    events = await database.reader.all(events_of_project(project["id"], None))
    assert len(events) == len(snapshots) > 7
    for n, (row, standing) in enumerate(snapshots, 1):
        rows = fold(happening_of(event) for event in events[:n])
        for kind, stored in ((Project, row), (ProjectStanding, standing)):
            folded = rows[str(kind.__tablename__), project["id"]]
            assert folded == {name: as_recorded(value) for name, value in stored._asdict().items()}
            assert row_of(kind, folded) == stored


TYPE = re.compile(r"[a-z]+(_[a-z]+)*\.([a-z]+_)*([a-z]+ed|begun|done|drawn|given|taken)(_[a-z]+)*")


def recorded_types() -> set[str]:
    """Name every type of event that the application records: whatever text of it has the form of one."""
    found: set[str] = set()
    for path in Path("app").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and TYPE.fullmatch(str(node.value)):
                found.add(str(node.value))
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "record" and len(node.args) > 2:
                texts = [str(p.value) for p in ast.walk(node.args[2]) if isinstance(p, ast.Constant)]
                found |= {text for text in texts if "." in text}
    return found


def test_every_recorded_type_has_a_name_in_both_languages() -> None:
    names = " ".join(LABELS)
    unnamed = {kind for kind in recorded_types() if kind not in LABELS}
    # noun.{verb} and {noun}.verb
    composed = {kind for kind in unnamed if "." in (kind[:1], kind[-1:]) and kind in names}
    assert unnamed - composed == set()
    assert all(words.zh and words.en for words in LABELS.values())


def test_a_type_of_an_older_program_stands_for_itself() -> None:
    assert label_of("moon.landed", "zh") == "moon.landed"
    assert label_of("project.registered", "en") == "Project registered"


@pytest.mark.parametrize("name", ["known_at", "valid_at"])
async def test_the_present_asked_for_by_name_is_the_present(world: World, name: str) -> None:
    project, _ = await a_history(world)
    path = f"/v1/projects/{project['id']}"
    now = (await world.get(path)).json()
    asked = (await world.get(path, params={name: then(world.clock())})).json()
    assert asked == now | {"allowed_actions": []}
