"""What nobody may get by going round: by the feed, by keys, by cursors, by two acts at once."""

import asyncio
import base64
import json
import re
from typing import Any

import httpx
import pytest

from app.database import Database
from app.openapi import document_of
from tests.api.test_procedures import PATH as PROCEDURES
from tests.api.test_procedures import a_document, a_draft
from tests.builders import OTHER_OWNER, OWNER, QIDONG, RUGAO, World, a_project_body


@pytest.mark.parametrize("role", ["admin", "auditor"])
async def test_who_may_read_clients_or_the_ledger_reads_events_of_clients(world: World, role: str) -> None:
    events = (await world.get("/v1/events?limit=200", role)).json()["items"]
    assert {"client.registered", "api_key.created"} <= {event["type"] for event in events}


@pytest.mark.parametrize("role", ["officer", "agent", "coordinator", "archivist", "supervisor"])
async def test_the_feed_shows_no_client_and_no_key_to_those_who_may_not_list_them(
    world: World, role: str
) -> None:
    headers = world.headers(role, key="city")
    assert (await world.client.get("/v1/clients", headers=headers)).status_code == 403
    await world.project()
    response = await world.client.get("/v1/events?limit=200", headers=headers)
    seen = {event["type"] for event in response.json()["items"]}
    assert "project.registered" in seen
    assert not {t for t in seen if t.startswith(("client.", "api_key."))}


async def test_one_key_used_for_two_owners_is_two_keys(world: World) -> None:
    body = {
        "name": "营业执照.pdf",
        "media_type": "application/pdf",
        "sha256": "a" * 64,
        "source_system": "portal",
        "external_id": "1",
    }
    answers = [
        await world.client.post(
            "/v1/file-references",
            json=body,
            headers=world.headers("portal", owner=owner) | {"Idempotency-Key": "one"},
        )
        for owner in (OWNER, OTHER_OWNER)
    ]
    assert [a.status_code for a in answers] == [201, 201]
    mine, theirs = (a.json()["id"] for a in answers)
    assert mine != theirs
    seen = await world.client.get(f"/v1/files/{theirs}", headers=world.headers("portal", owner=OTHER_OWNER))
    assert seen.status_code == 200


async def test_nobody_publishes_his_own_procedure_by_leaving_his_name_out(world: World) -> None:
    unnamed = world.headers("admin")
    unnamed.pop("Operator-Id")
    drafted = await world.client.post(PROCEDURES, json=a_draft(), headers=unnamed)
    assert (drafted.status_code, drafted.json().get("code")) == (400, "OperatorMissing")
    draft = (await world.post(PROCEDURES, a_draft(), "admin")).json()
    published = await world.client.post(
        f"{PROCEDURES}/{draft['id']}/publication", json={"effective_from": world.today()}, headers=unnamed
    )
    assert (published.status_code, published.json().get("code")) == (400, "OperatorMissing")


async def test_a_project_moves_to_an_area_that_has_its_agreements_number(world: World) -> None:
    ours = await world.walk(await world.project(), "accepted")
    body = {"number": "DB-1", "scope_stages": ["1"]}
    here = await world.post(f"/v1/projects/{ours['id']}/agreements", body)
    assert here.status_code == 201, here.text
    theirs = await world.project()
    await world.walk(theirs, "accepted")
    assert (await transferred(world, theirs["id"])).status_code == 201
    headers = world.headers("officer", key="rugao")
    path = f"/v1/projects/{theirs['id']}/agreements"
    there = await world.client.post(path, json=body, headers=headers)
    assert there.status_code == 201, there.text
    assert (await transferred(world, ours["id"])).status_code == 201
    kept = await world.client.get(f"/v1/projects/{ours['id']}/agreements", headers=headers)
    assert [a["number"] for a in kept.json()["items"]] == ["DB-1"]


async def transferred(world: World, project: str) -> httpx.Response:
    body = {"to_area": RUGAO, "reason": "选址调整", "evidence": [await world.file()]}
    return await world.post(f"/v1/projects/{project}/area-transfers", body, "coordinator", key="city")


async def test_of_two_projects_that_take_one_loose_file_at_once_one_gets_it(world: World) -> None:
    for _ in range(5):
        projects = [(await world.project())["id"] for _ in range(4)]
        file_id = await world.file()
        answers = await asyncio.gather(
            *(
                world.post(f"/v1/projects/{one}/documents", {"kind": "other", "file_id": file_id})
                for one in projects
            )
        )
        assert sorted(a.status_code for a in answers) == [201, 409, 409, 409], [a.text for a in answers]
        refused = {a.json()["code"] for a in answers if a.status_code == 409}
        assert refused == {"FileOfAnotherProject"}


def cursor(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


FORGED = [
    cursor(["abc"]), cursor([10**30]), cursor([2**63]), cursor([-1]), cursor([None]), cursor([1.5]),
    cursor([True]), cursor({"a": 1}), cursor([["x"]]), cursor(["01990000"]), cursor(["%"]), cursor([""]),
    cursor(["é" * 40]), cursor([None, None, None]), cursor(["-registered_at", "", "abc"]),
    cursor(["planned_start_on", "9999-99-99", "abc"]), "%%%", "é", "", "A" * 499,
    base64.urlsafe_b64encode(b"[" * 300).decode(), base64.urlsafe_b64encode(b"[NaN]").decode(),
    base64.urlsafe_b64encode(b'["\\ud800"]').decode(),
]  # fmt: skip


async def test_no_list_breaks_over_a_forged_cursor(world: World, app: Any) -> None:
    project = (await world.project())["id"]
    clients = (await world.get("/v1/clients?limit=1", "admin")).json()["items"][0]["id"]
    paths = [
        re.sub(r"{\w+}", clients if "{client_id}" in path else project, path)
        for path, operations in document_of(app)["paths"].items()
        if "cursor" in json.dumps(operations.get("get", {}).get("parameters", []))
    ]
    assert len(paths) > 25
    broken = []
    for path in paths:
        for forged in FORGED:
            for role in ("admin", "officer"):
                answer = await world.client.get(path, params={"cursor": forged}, headers=world.headers(role))
                if answer.status_code not in {200, 403, 404, 422}:
                    broken.append((path, forged[:40], role, answer.status_code))
    assert broken == []


async def test_a_departments_system_speaks_for_no_other_department(world: World) -> None:
    stranger = {
        "realm": "nantong", "operator_code": "stranger", "person_key": "person:stranger", "name": "他局人员",
        "roles": ["department"], "area_code": QIDONG, "department_code": "320681-sjj",
    }  # fmt: skip
    assert (await world.post("/v1/operators", stranger, "admin")).status_code == 201
    headers = world.headers("department") | {"Operator-Id": "stranger"}
    refused = await world.client.get("/v1/projects", headers=headers)
    assert (refused.status_code, refused.json().get("code")) == (403, "RoleNotHeld")


async def test_whoever_does_not_say_who_he_is_is_nobodys_second_person(world: World) -> None:
    document = a_document("standard")
    document["moves"][0] |= {"by": ["admin"], "also": {"role": "admin", "not": ["asker"]}, "guards": []}
    document["moves"][0] |= {"effects": [], "inputs": []}
    draft = await world.post(
        PROCEDURES, {"code": "standard", "area_code": RUGAO, "document": document}, "admin"
    )
    assert draft.status_code == 201, draft.text
    path = f"{PROCEDURES}/{draft.json()['id']}/publication"
    assert (await world.post(path, {"effective_from": world.today()}, "admin", 2)).status_code == 201
    headers = world.headers("officer", key="rugao")
    project = await world.client.post("/v1/projects", json=a_project_body(area_code=RUGAO), headers=headers)
    path = f"/v1/projects/{project.json()['id']}"
    unnamed = world.headers("admin")
    unnamed.pop("Operator-Id")
    body = {"move": "close", "from_stage": "open"}
    refused = await world.client.post(f"{path}/confirmations", json=body, headers=unnamed)
    assert (refused.status_code, refused.json().get("code")) == (400, "OperatorMissing")
    assert (await world.post(f"{path}/confirmations", body, "admin")).status_code == 201
    moved = await world.client.post(f"{path}/stage-transitions", json=body, headers=unnamed)
    assert (moved.status_code, moved.json().get("code")) == (400, "OperatorMissing")
    assert (await world.post(f"{path}/stage-transitions", body, "admin", 2)).status_code == 201


async def test_the_name_of_a_file_stays_outside_the_ledger(world: World, database: Database) -> None:
    project = (await world.project())["id"]
    file_id = await world.file(name="法人李四身份证正面.pdf")
    added = await world.post(f"/v1/projects/{project}/documents", {"kind": "other", "file_id": file_id})
    assert added.json()["file"]["name"] == "法人李四身份证正面.pdf"
    bodies = [row[0] for row in await database.driver.fetch("SELECT body FROM event", [])]
    assert any(file_id in body for body in bodies)
    assert not [body for body in bodies if "李四" in body]
