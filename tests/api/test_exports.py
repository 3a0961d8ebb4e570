"""POST /v1/exports, GET /v1/exports, GET /v1/exports/{id} and its content."""

import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi import FastAPI

from app.exchange import exporting
from tests.api.registers import a_client
from tests.api.test_imports import a_job, publish, work
from tests.builders import QIDONG, RUGAO, World, a_project_body
from tests.conftest import StillClock
from tests.event_logs import generated, the_log, told, written

APPLY = {"service_mode": "agency", "scope_stages": ["1"], "consent": True}
XES = "{http://www.xes-standard.org/}"


async def ask(world: World, **facts: Any) -> dict[str, Any]:
    made = await world.post("/v1/exports", {"kind": "event_log"} | facts, "admin")
    assert made.status_code == 201, made.text
    assert made.headers["location"] == f"/v1/exports/{made.json()['id']}"
    return dict(made.json())


async def content(world: World, job: dict[str, Any]) -> bytes:
    got = await world.get(job["content"], "admin")
    assert got.status_code == 200, got.text
    return got.content


def told_in_xes(raw: bytes) -> list[tuple[str, str, datetime, str, str, str]]:
    """Read XES as another program would."""
    found = []
    for trace in ET.fromstring(raw).iter(f"{XES}trace"):  # noqa: S314 - our own answer
        case = next(s.get("value") for s in trace.findall(f"{XES}string") if s.get("key") == "concept:name")
        for event in trace.iter(f"{XES}event"):
            cells = {cell.get("key"): cell.get("value") or "" for cell in event}
            at = datetime.fromisoformat(cells["time:timestamp"]).astimezone(UTC)
            who = [cells.get(key, "") for key in ("org:resource", "org:group", "concept:instance")]
            found.append((str(case), cells["concept:name"], at, *who))
    return sorted(found)


@pytest.mark.parametrize(("form", "read"), [("csv", told), ("xes", told_in_xes)])
async def test_what_was_imported_comes_back_the_same(
    world: World, app: FastAPI, clock: StillClock, form: str, read: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "PAGE", 7)  # pages end within cases
    raw = the_log() if form == "csv" else written(generated())
    await publish(world, raw)
    await a_job(world, raw)
    await work(app, clock)
    job = await ask(world, format=form)
    assert read(await content(world, job)) == told(raw)


async def test_work_done_here_is_exported_with_codes_and_never_names(world: World) -> None:
    project = await world.project()
    assert (await world.move(project, "apply", inputs=APPLY)).status_code == 201
    raw = await content(world, await ask(world))
    (row,) = told(raw)
    assert row[0] == project["id"]
    assert row[3].count("-") == 4  # the operator's id
    assert "测试" not in raw.decode()


async def test_an_export_stays_what_it_was_when_it_was_asked(world: World) -> None:
    project = await world.project()
    await world.move(project, "apply", inputs=APPLY)
    job = await ask(world)
    before = await content(world, job)
    other = await world.project()
    await world.move(other, "apply", inputs=APPLY)
    assert await content(world, job) == before
    assert len(told(await content(world, await ask(world)))) == 2


async def test_an_export_may_be_limited_to_one_source(world: World) -> None:
    ids = [
        {"source_system": "permits", "external_id": "P-1"},
        {"source_system": "land", "external_id": "A-1"},
    ]
    for facts in ({"external_ids": ids}, {}):
        await world.move(await world.project(**facts), "apply", inputs=APPLY)
    assert len(told(await content(world, await ask(world)))) == 2
    (row,) = told(await content(world, await ask(world, source_system="permits")))
    assert row[0] == "P-1"


async def test_an_export_without_any_step_is_empty_and_still_well_formed(world: World) -> None:
    assert told(await content(world, await ask(world))) == []
    assert told_in_xes(await content(world, await ask(world, format="xes"))) == []


async def test_an_export_holds_only_what_its_reader_may_see(world: World) -> None:
    for area in (QIDONG, RUGAO):
        key = "rugao" if area == RUGAO else "qidong"
        made = await world.post("/v1/projects", a_project_body(area_code=area), "officer", key=key)
        assert made.status_code == 201, made.text
        body = {"move": "apply", "from_stage": "lead", "inputs": APPLY}
        path = f"/v1/projects/{made.json()['id']}/stage-transitions"
        assert (await world.post(path, body, "officer", key=key)).status_code == 201
    job = await ask(world)
    assert len(told(await content(world, job))) == 2
    theirs = await a_client(world, roles=["admin"], area_code=RUGAO)
    made = await world.client.post(
        f"/v1/clients/{theirs['id']}/keys", json={}, headers=world.headers("admin")
    )
    headers = {"Authorization": f"Bearer {made.json()['secret']}", "Operator-Role": "admin"}
    foreign = await world.client.get(f"/v1/exports/{job['id']}", headers=headers)
    assert (foreign.status_code, foreign.json()["code"]) == (404, "ExportNotFound")
    assert (await world.client.get(job["content"], headers=headers)).status_code == 404
    mine = await world.client.post("/v1/exports", json={"kind": "event_log"}, headers=headers)
    got = await world.client.get(mine.json()["content"], headers=headers)
    assert len(told(got.content)) == 1
    listed = await world.client.get("/v1/exports", headers=headers)
    assert [j["id"] for j in listed.json()["items"]] == [mine.json()["id"]]


async def test_exports_are_listed_newest_first_and_read_again(world: World, clock: StillClock) -> None:
    made = []
    for _ in range(3):
        clock.advance(seconds=1)
        made.append(await ask(world))
    first = await world.get("/v1/exports?limit=2", "admin")
    rest = await world.get(f"/v1/exports?limit=2&cursor={first.json()['next_cursor']}", "admin")
    assert [*first.json()["items"], *rest.json()["items"]] == made[::-1]
    assert (await world.get(f"/v1/exports/{made[0]['id']}", "admin")).json() == made[0]


async def test_only_administrators_export(world: World) -> None:
    refused = await world.post("/v1/exports", {"kind": "event_log"}, "supervisor")
    assert (refused.status_code, refused.json()["code"]) == (403, "RoleMayNot")


async def test_an_unknown_format_is_refused(world: World) -> None:
    refused = await world.post("/v1/exports", {"kind": "event_log", "format": "ocel"}, "admin")
    assert (refused.status_code, refused.json()["code"]) == (422, "FieldsInvalid")
    assert (await world.get("/v1/exports", "admin")).json()["items"] == []
