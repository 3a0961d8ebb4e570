"""/v1/projects/{id}/area-transfers."""

from typing import Any

import httpx
import pytest
from sqlmodel import select

from app.database import Database
from app.projects.restamping import scoped_tables
from app.query import Selection, query
from app.table import Table
from tests.builders import QIDONG, RUGAO, World

PARTS = [
    "", "/codes", "/external-ids", "/work-packages", "/people", "/agents", "/agreements", "/area-transfers",
    "/stage-transitions", "/list-memberships", "/timeline", "/major-basis",
]  # fmt: skip


@query
def _stamps(project_id: str, *, kind: Any) -> Selection[Any]:
    return select(kind.area_code).where(kind.project_id == project_id)


async def transfer(world: World, project: str, to_area: str = RUGAO, **more: Any) -> httpx.Response:
    body = {"to_area": to_area, "reason": "项目选址调整", "evidence": [await world.file()]} | more
    path = f"/v1/projects/{project}/area-transfers"
    return await world.post(path, body, "coordinator", key="city")


async def a_full_project(world: World) -> str:
    project = await world.project(
        project_code="2405-320681-89-01-100018", external_ids=[{"source_system": "tzxm", "external_id": "1"}]
    )
    path = f"/v1/projects/{project['id']}"
    await world.post(f"{path}/work-packages", {"name": "一期", "kind": "phase"})
    await world.post(f"{path}/people", {"role": "site_contact", "name": "张三"})
    await world.post(f"{path}/list-memberships", {"list_level": "county", "list_name": "名单", "year": 2026})
    await world.walk(project, "assigned")
    return str(project["id"])


async def test_the_old_area_loses_sight_and_the_new_one_sees_everything(world: World) -> None:
    project = await a_full_project(world)
    moved = await transfer(world, project)
    assert moved.status_code == 201, moved.text
    assert (moved.json()["from_area"], moved.json()["to_area"]) == (QIDONG, RUGAO)
    for part in PARTS:
        path = f"/v1/projects/{project}{part}"
        old = await world.get(path)
        new = await world.get(path, headers=world.headers("officer", key="rugao"))
        assert (old.status_code, new.status_code) == (404, 200), part
        if "items" in new.json():
            assert new.json()["items"], part
    assert (await world.get("/v1/projects")).json()["items"] == []
    listed = await world.get("/v1/projects", headers=world.headers("officer", key="rugao"))
    assert [p["id"] for p in listed.json()["items"]] == [project]
    refused = await world.post(f"/v1/projects/{project}/work-packages", {"name": "二期", "kind": "phase"})
    assert refused.status_code == 404


async def test_every_scoped_row_is_stamped_anew(world: World, database: Database) -> None:
    project = await a_full_project(world)
    assert (await transfer(world, project)).status_code == 201
    seen = set()
    for kind in scoped_tables():
        stamps = await database.reader.all(_stamps(project, kind=kind))
        assert set(stamps) <= {RUGAO}, kind
        seen |= {kind.__tablename__} if stamps else set()
    assert {
        "project_code_entry", "external_id", "work_package", "person", "list_membership", "stage_transition",
        "area_transfer",
    } <= seen  # fmt: skip


def test_no_scoped_table_is_forgotten_but_the_ledger() -> None:
    scoped = {
        name
        for name, table in Table.metadata.tables.items()
        if {"project_id", "area_code"} <= set(table.columns.keys())
    }
    assert {str(kind.__tablename__) for kind in scoped_tables()} == scoped - {"event"}


async def test_the_act_is_recorded_once_with_old_and_new(world: World) -> None:
    project = (await world.project())["id"]
    await transfer(world, project)
    rugao = world.headers("officer", key="rugao")
    events = (await world.get(f"/v1/projects/{project}/timeline", headers=rugao)).json()["items"]
    assert sum("area_transferred" in str(e) for e in events) == 1
    (row,) = (await world.get(f"/v1/projects/{project}/area-transfers", headers=rugao)).json()["items"]
    assert row["reason"]["text"] == "项目选址调整"


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"to_area": QIDONG}, 409, "AreaUnchanged"),
        ({"to_area": "320621"}, 404, "AreaNotFound"),
        ({"to_area": "110000"}, 404, "AreaNotFound"),
        ({"evidence": []}, 422, "FieldsInvalid"),
        ({"evidence": ["01990000-0000-7000-8000-000000000000"]}, 422, "EvidenceNotFound"),
    ],
)
async def test_an_impossible_transfer_changes_nothing(
    world: World, more: dict[str, Any], status: int, code: str
) -> None:
    project = (await world.project())["id"]
    refused = await transfer(world, project, **more)
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert (await world.get(f"/v1/projects/{project}")).json()["area_code"] == QIDONG


async def test_only_a_coordinator_of_both_areas_may_transfer(world: World) -> None:
    project = (await world.project())["id"]
    body = {"to_area": RUGAO, "reason": "x", "evidence": [await world.file()]}
    path = f"/v1/projects/{project}/area-transfers"
    assert (await world.post(path, body, "coordinator")).json()["code"] == "AreaNotFound"
    assert (await world.post(path, body, "coordinator", key="rugao")).json()["code"] == "ProjectNotFound"
    assert (await world.post(path, body, "officer", key="city")).status_code == 403


async def test_a_repeated_answer_is_not_shown_to_the_old_area(world: World) -> None:
    project = (await world.project())["id"]
    path, key = f"/v1/projects/{project}/work-packages", {"Idempotency-Key": world.key()}
    assert (await world.post(path, {"name": "一期", "kind": "phase"}, **key)).status_code == 201
    await transfer(world, project)
    assert (await world.post(path, {"name": "一期", "kind": "phase"}, **key)).status_code == 404
