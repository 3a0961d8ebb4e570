"""POST /v1/imports, GET /v1/imports, GET /v1/imports/{id}, GET /v1/imports/{id}/report."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.database import Database
from app.events.verifying import verify
from app.exchange import importing, service
from app.exchange.commands import propose_procedure
from app.exchange.service import LEASE, run_next_import
from tests.api.registers import a_client
from tests.builders import QIDONG, RUGAO, World
from tests.conftest import StillClock
from tests.event_logs import (
    HEADER,
    RECEIVED,
    SEND,
    TWIN,
    generated,
    mapped,
    mapping,
    the_log,
    told,
    written,
)

NOBODYS = "01990000-0000-7000-8000-000000000000"


async def upload(world: World, raw: bytes, **fields: str) -> dict[str, Any]:
    made = await world.client.post(
        "/v1/files",
        files={"file": ("log.csv", raw, "text/csv")},
        data=fields,
        headers=world.headers("admin"),
    )
    assert made.status_code == 201, made.text
    return dict(made.json())


async def publish(world: World, raw: bytes) -> str:
    """Publish the procedure derived from a log, as any other: drafted by one, published by another."""
    body = {"code": "permit_receipt", "area_code": QIDONG, "document": propose_procedure(raw, mapped())}
    draft = await world.post("/v1/procedures", body, "admin", 1)
    assert draft.status_code == 201, draft.text
    path = f"/v1/procedures/{draft.json()['id']}/publication"
    published = await world.post(path, {"effective_from": "2026-03-02"}, "admin", 2)
    assert published.status_code == 201, published.text
    return str(draft.json()["id"])


async def ask(world: World, file_id: str, key: str | None = None, **facts: Any) -> httpx.Response:
    body = {"kind": "event_log", "file_id": file_id, "mapping": mapping(**facts)}
    return await world.post("/v1/imports", body, "admin", key=key)


async def a_job(world: World, raw: bytes) -> str:
    asked = await ask(world, (await upload(world, raw))["id"])
    assert asked.status_code == 202, asked.text
    return str(asked.json()["id"])


async def work(app: FastAPI, clock: StillClock) -> bool:
    return await run_next_import(app.state.database, app.state.settings, clock)


async def job_of(world: World, job_id: str) -> dict[str, Any]:
    return dict((await world.get(f"/v1/imports/{job_id}", "admin")).json())


async def report_of(world: World, job_id: str) -> list[dict[str, Any]]:
    found, cursor = list[dict[str, Any]](), ""
    while cursor is not None:
        got = await world.get(f"/v1/imports/{job_id}/report?limit=3{cursor and '&cursor=' + cursor}", "admin")
        found += got.json()["items"]
        cursor = got.json()["next_cursor"]
    return found


async def exported(world: World) -> bytes:
    asked = await world.post("/v1/exports", {"kind": "event_log"}, "admin")
    return (await world.get(asked.json()["content"], "admin")).content


async def test_every_case_becomes_a_project_and_every_event_a_transition(
    world: World, app: FastAPI, database: Database, clock: StillClock
) -> None:
    raw = the_log()
    rows = told(raw)
    cases = {row[0] for row in rows}
    await publish(world, raw)
    asked = await ask(world, (await upload(world, raw))["id"])
    assert asked.status_code == 202, asked.text
    assert (asked.json()["state"], asked.json()["rows_imported"]) == ("pending", 0)
    assert await work(app, clock)
    job = await job_of(world, asked.json()["id"])
    assert (job["state"], job["rows"], job["rows_imported"]) == ("done", len(rows), len(rows))
    assert (job["rows_present"], job["rows_reported"], job["rows_waiting"]) == (0, 0, 0)
    assert job["projects_registered"] == len(cases)
    listed = await world.get("/v1/projects?include=total", "admin")
    assert listed.json()["total"] == len(cases)
    assert told(await exported(world)) == rows
    verdict = await verify(database)
    assert verdict.broken is None
    assert verdict.checked > len(rows) + len(cases)
    assert not await work(app, clock)


async def test_an_imported_step_says_where_its_record_stands(
    world: World, app: FastAPI, clock: StillClock
) -> None:
    raw = written(generated())
    await publish(world, raw)
    job = await job_of(world, await a_job(world, raw))
    assert await work(app, clock)
    project = next(
        p
        for p in (await world.get("/v1/projects?limit=200", "admin")).json()["items"]
        if p["name"] == "case-16"
    )
    line = next(n for n, row in enumerate(generated(), 1) if row[1] == "case-16")
    record = (await world.get(f"/v1/projects/{project['id']}", "admin")).json()
    assert record["registered_at"] == "2011-09-17T09:16:30.266000Z"
    events = (await world.get("/v1/events?limit=200", "auditor")).json()["items"]
    mine = [e["data"] | e for e in events if project["id"] in str(e)]
    while not mine and events:
        after = events[-1]["sequence"]
        events = (await world.get(f"/v1/events?limit=200&after={after}", "auditor")).json()["items"]
        mine = [e["data"] | e for e in events if project["id"] in str(e)]
    assert any(job["file_sha256"] in str(e) and f"'line': {line}" in str(e) for e in mine)
    assert all("imported" in str(e) for e in mine)


async def test_the_second_import_adds_nothing_and_says_so(
    world: World, app: FastAPI, database: Database, clock: StillClock
) -> None:
    raw = written(generated())
    await publish(world, raw)
    await a_job(world, raw)
    await work(app, clock)
    before = await exported(world)
    again = await a_job(world, raw)
    ledger = (await verify(database)).checked
    assert await work(app, clock)
    job = await job_of(world, again)
    assert (job["rows_imported"], job["rows_present"], job["projects_registered"]) == (0, job["rows"], 0)
    assert (await verify(database)).checked == ledger
    assert await exported(world) == before


async def test_a_case_goes_on_where_it_stopped(world: World, app: FastAPI, clock: StillClock) -> None:
    header, *rows = generated()
    await publish(world, written([header, *rows]))
    some = [row for row in sorted(rows, key=lambda row: row[7][:19]) if row[1] != "case-1"][:20]
    await a_job(world, written([header, *some]))
    assert await work(app, clock)
    whole = await a_job(world, written([header, *rows]))
    assert await work(app, clock)
    job = await job_of(world, whole)
    assert (job["rows_present"], job["rows_imported"]) == (20, len(rows) - 20)
    assert told(await exported(world)) == told(written([header, *rows]))


async def test_an_older_extract_of_the_log_adds_nothing(
    world: World, app: FastAPI, clock: StillClock
) -> None:
    header, *rows = generated()
    raw = written([header, *rows])
    await publish(world, raw)
    await a_job(world, raw)
    await work(app, clock)
    firsts = {row[1]: row for row in sorted(rows, key=lambda row: (row[7], int(row[2][5:])), reverse=True)}
    job_id = await a_job(world, written([header, *firsts.values()]))
    assert await work(app, clock)
    assert await report_of(world, job_id) == []
    assert (await job_of(world, job_id))["rows_present"] == len(firsts)


async def test_bad_rows_are_reported_and_the_other_cases_kept(
    world: World, app: FastAPI, clock: StillClock
) -> None:
    header, *rows = generated()
    await publish(world, written([header, *rows]))
    bad = {
        "case-1": (7, "2011-03-02 10:01:30", "naive_time", "time:timestamp"),
        "case-2": (3, "Unheard of", "unknown_activity", None),
        "case-3": (3, TWIN, "move_not_in_procedure", None),
    }
    lines: dict[str, int] = {}
    for line, row in enumerate(rows, 2):
        if row[1] in bad and row[3] != RECEIVED and row[1] not in lines:
            row[bad[row[1]][0]] = bad[row[1]][1]
            lines[row[1]] = line
    raw = written([header, *rows, rows[-1]])
    job_id = await a_job(world, raw)
    assert await work(app, clock)
    report = await report_of(world, job_id)
    assert {(r["line"], r["column"], r["code"]) for r in report if r["code"] != "held_back"} == {
        *((lines[case], column, code) for case, (_, _, code, column) in bad.items()),
        (len(rows) + 2, None, "duplicate"),
    }
    assert [r["line"] for r in report] == sorted(r["line"] for r in report)
    assert any("日志" in r["reason"] or "流程" in r["reason"] for r in report)
    held = sum(row[1] in bad for row in rows)
    job = await job_of(world, job_id)
    assert job["rows_reported"] == held + 1 == len({r["line"] for r in report})
    assert job["rows_imported"] == len(rows) - held
    assert {row[0] for row in told(await exported(world))} == {row[1] for row in rows} - set(bad)
    english = await world.get(f"/v1/imports/{job_id}/report", "admin", headers={"Accept-Language": "en"})
    assert any("is held back" in r["reason"] for r in english.json()["items"])


async def test_a_case_that_was_told_differently_before_is_left_as_it_is(
    world: World, app: FastAPI, clock: StillClock
) -> None:
    header, *rows = generated()
    raw = written([header, *rows])
    await publish(world, raw)
    await a_job(world, raw)
    await work(app, clock)
    before = await exported(world)
    line, changed = next((n, row) for n, row in enumerate(rows, 2) if row[1] == "case-1" and row[3] == SEND)
    changed[7] = changed[7].replace(":30.266", ":31.266")
    job_id = await a_job(world, written([header, *rows]))
    assert await work(app, clock)
    report = await report_of(world, job_id)
    assert [(r["line"], r["code"]) for r in report if r["code"] != "held_back"] == [(line, "differs")]
    assert len(report) == 3
    assert await exported(world) == before


async def test_a_case_that_the_rules_refuse_is_reported_and_the_rest_goes_in(
    world: World, app: FastAPI, clock: StillClock
) -> None:
    header, *rows = generated()
    document = propose_procedure(written([header, *rows]), mapped())
    stop = next(m for m in document["moves"] if m["to"] == "t10_stop")
    stop["by"] = ["coordinator"]  # not for whoever imports
    body = {"code": "permit_receipt", "area_code": QIDONG, "document": document}
    draft = await world.post("/v1/procedures", body, "admin", 1)
    path = f"/v1/procedures/{draft.json()['id']}/publication"
    assert (await world.post(path, {"effective_from": "2026-03-02"}, "admin", 2)).status_code == 201
    job_id = await a_job(world, written([header, *rows]))
    assert await work(app, clock)
    stopped = {row[1] for row in rows if row[3] == "T10 Stop"}
    job = await job_of(world, job_id)
    assert job["rows_imported"] == sum(row[1] not in stopped for row in rows)
    assert job["projects_registered"] == len({row[1] for row in rows} - stopped)
    assert job["rows_waiting"] == 0
    report = await report_of(world, job_id)
    assert sum(r["code"] == "refused" for r in report) == len(stopped)
    assert any("无权办理" in r["reason"] for r in report)
    assert {row[0] for row in told(await exported(world))} == {row[1] for row in rows} - stopped


async def test_a_worker_that_died_is_followed_by_one_who_goes_on(
    world: World, app: FastAPI, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = written(generated())
    rows = told(raw)
    await publish(world, raw)
    job_id = await a_job(world, raw)
    monkeypatch.setattr(service, "BATCH", 20)
    whole = importing._Run._write
    batches: list[int] = []

    async def dying(run: Any, parts: Any) -> Any:
        batches.append(len(parts))
        if len(batches) == 3:
            raise MemoryError
        return await whole(run, parts)

    monkeypatch.setattr(importing._Run, "_write", dying)
    with pytest.raises(MemoryError):
        await work(app, clock)
    half = await job_of(world, job_id)
    assert half["state"] == "running"
    assert 0 < half["rows_imported"] < len(rows)
    assert half["rows_imported"] + half["rows_waiting"] == len(rows)
    assert not await work(app, clock)  # its lease has not run out
    clock.advance(seconds=(LEASE + timedelta(seconds=1)).total_seconds())
    assert await work(app, clock)
    job = await job_of(world, job_id)
    assert (job["state"], job["rows_imported"], job["rows_present"]) == ("done", len(rows), 0)
    assert job["projects_registered"] == len({row[0] for row in rows})
    assert told(await exported(world)) == rows


async def test_a_worker_whose_lease_was_taken_writes_nothing_more(
    world: World, app: FastAPI, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = written(generated())
    await publish(world, raw)
    job_id = await a_job(world, raw)
    whole = importing._Run._write
    is_slow = True

    async def slow(run: Any, parts: Any) -> Any:
        nonlocal is_slow
        if is_slow:
            is_slow = False
            clock.advance(seconds=61)
            assert await work(app, clock)  # another worker does all of it meanwhile
        return await whole(run, parts)

    monkeypatch.setattr(importing._Run, "_write", slow)
    assert await work(app, clock)
    job = await job_of(world, job_id)
    assert (job["state"], job["rows_imported"]) == ("done", len(told(raw)))
    assert told(await exported(world)) == told(raw)


async def test_an_import_that_cannot_be_done_says_why(world: World, app: FastAPI, clock: StillClock) -> None:
    await publish(world, written(generated()))
    job_id = await a_job(world, b"a,b\n1,2\n")
    assert await work(app, clock)
    job = await job_of(world, job_id)
    assert (job["state"], job["rows_imported"]) == ("failed", 0)
    assert "case:concept:name" in job["reason"]


async def test_an_import_ends_when_its_client_is_closed(
    world: World, app: FastAPI, clock: StillClock
) -> None:
    raw = written(generated())
    await publish(world, raw)
    theirs = await a_client(world, roles=["admin"], area_code=QIDONG)
    made = await world.client.post(
        f"/v1/clients/{theirs['id']}/keys", json={}, headers=world.headers("admin")
    )
    headers = {"Authorization": f"Bearer {made.json()['secret']}", "Operator-Role": "admin"}
    file = await world.client.post(
        "/v1/files",
        files={"file": ("log.csv", raw, "text/csv")},
        data={"area_code": QIDONG},
        headers=headers,
    )
    body = {"kind": "event_log", "file_id": file.json()["id"], "mapping": mapping()}
    asked = await world.client.post("/v1/imports", json=body, headers=headers)
    assert asked.status_code == 202, asked.text
    closed = await world.client.patch(
        f"/v1/clients/{theirs['id']}",
        json={"is_active": False},
        headers=world.headers("admin") | {"If-Match": '"1"'},
    )
    assert closed.status_code == 200, closed.text
    assert await work(app, clock)
    job = await job_of(world, asked.json()["id"])
    assert (job["state"], job["rows_imported"]) == ("failed", 0)
    assert "停用" in job["reason"]


async def test_imports_are_listed_newest_first_and_only_to_their_areas(
    world: World, app: FastAPI, clock: StillClock
) -> None:
    raw = written(generated())
    await publish(world, raw)
    made = []
    for _ in range(3):
        clock.advance(seconds=1)
        made.append(await a_job(world, raw))
    first = await world.get("/v1/imports?limit=2", "admin")
    rest = await world.get(f"/v1/imports?limit=2&cursor={first.json()['next_cursor']}", "admin")
    assert [j["id"] for j in (*first.json()["items"], *rest.json()["items"])] == made[::-1]
    theirs = await a_client(world, roles=["admin"], area_code=RUGAO)
    key = await world.client.post(f"/v1/clients/{theirs['id']}/keys", json={}, headers=world.headers("admin"))
    headers = {"Authorization": f"Bearer {key.json()['secret']}", "Operator-Role": "admin"}
    assert (await world.client.get("/v1/imports", headers=headers)).json()["items"] == []
    for tail in ("", "/report"):
        foreign = await world.client.get(f"/v1/imports/{made[0]}{tail}", headers=headers)
        absent = await world.client.get(f"/v1/imports/{NOBODYS}{tail}", headers=headers)
        assert foreign.status_code == absent.status_code == 404
        assert foreign.json()["code"] == absent.json()["code"] == "ImportNotFound"


@pytest.mark.parametrize(
    ("facts", "status", "code"),
    [
        ({"contains_state_secrets": True}, 422, "StateSecretsStayOutside"),
        ({"area_code": "999999"}, 404, "AreaNotFound"),
        (
            {"procedure": {"code": "unheard_of", "name": {"zh": "无", "en": "none"}}},
            409,
            "NoProcedureForTheLog",
        ),
        ({"columns": {"case": None}}, 422, "FieldsInvalid"),
    ],
)
async def test_a_mapping_that_cannot_be_used_is_refused_and_nothing_is_kept(
    world: World, facts: dict[str, Any], status: int, code: str
) -> None:
    raw = written(generated())
    await publish(world, raw)
    refused = await ask(world, (await upload(world, raw))["id"], **facts)
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert (await world.get("/v1/imports", "admin")).json()["items"] == []


async def test_only_an_uploaded_file_that_one_may_see_is_imported(world: World) -> None:
    raw = written(generated())
    await publish(world, raw)
    absent = await ask(world, NOBODYS)
    assert (absent.status_code, absent.json()["code"]) == (404, "FileNotFound")
    body = {
        "name": "log.csv",
        "media_type": "text/csv",
        "sha256": "0" * 64,
        "source_system": "permits",
        "external_id": "log.csv",
    }
    elsewhere = (await world.post("/v1/file-references", body, "admin")).json()["id"]
    refused = await ask(world, elsewhere)
    assert (refused.status_code, refused.json()["code"]) == (409, "FileIsElsewhere")


async def test_only_administrators_import(world: World) -> None:
    refused = await world.post("/v1/imports", {"kind": "event_log"}, "officer")
    assert (refused.status_code, refused.json()["code"]) == (403, "RoleMayNot")


async def test_asking_again_with_the_same_key_asks_once(world: World) -> None:
    raw = written(generated())
    await publish(world, raw)
    body = {"kind": "event_log", "file_id": (await upload(world, raw))["id"], "mapping": mapping()}
    one, two = [
        await world.post("/v1/imports", body, "admin", **{"Idempotency-Key": "one"}) for _ in range(2)
    ]
    assert one.content == two.content
    assert two.status_code == 202
    assert len((await world.get("/v1/imports", "admin")).json()["items"]) == 1


def test_the_generated_log_is_as_awkward_as_a_real_one() -> None:
    header, *rows = generated()
    assert header == HEADER
    offsets = {row[7][-6:] for row in rows}
    assert offsets == {"+01:00", "+02:00"}
    assert any(row[5] == "" for row in rows)
    assert rows != sorted(rows, key=lambda row: row[1])
