"""/v1/projects/{id}/documents: the papers of a service file."""

from typing import Any

import httpx
import pytest

from app.database import Database
from app.files.store import path_of
from tests.api.test_files import NOBODYS, upload
from tests.builders import OTHER_OWNER, World
from tests.walking import PAPERS


async def add(world: World, project: dict[str, Any], kind: str, file_id: str, **how: Any) -> httpx.Response:
    return await world.post(
        f"/v1/projects/{project['id']}/documents", {"kind": kind, "file_id": file_id}, **how
    )


async def withdraw(world: World, project: dict[str, Any], document: str, **how: Any) -> httpx.Response:
    path = f"/v1/projects/{project['id']}/documents/{document}/withdrawal"
    return await world.post(path, {"reason": "盖章页缺失"}, **how)


async def test_a_paper_is_added_and_tells_what_is_still_missing(world: World) -> None:
    project = await world.project()
    file_id = await world.file()
    added = await add(world, project, "acceptance_form", file_id)
    assert added.status_code == 201, added.text
    body = added.json()
    assert (body["kind"], body["kind_label"]) == ("acceptance_form", "帮办代办受理单")
    assert (body["file"]["id"], body["file"]["project_id"]) == (file_id, project["id"])
    assert ["agreement", "entrustment"] in body["still_missing"]
    assert ["acceptance_form"] not in body["still_missing"]
    path = f"/v1/projects/{project['id']}/documents"
    english = await world.get(path, headers={"accept-language": "en"})
    assert [d["kind_label"] for d in english.json()["items"]] == ["acceptance form"]


async def test_a_loose_file_becomes_the_projects_and_its_owner_may_read_it(world: World) -> None:
    project = await world.project()
    file_id = await world.file()
    portal = world.headers("portal")
    assert (await world.client.get(f"/v1/files/{file_id}", headers=portal)).status_code == 404
    await add(world, project, "other", file_id)
    seen = await world.client.get(f"/v1/files/{file_id}", headers=portal)
    assert (seen.status_code, seen.json()["version"]) == (200, 2)


async def test_a_file_of_another_project_or_of_nobody_is_no_paper(world: World) -> None:
    project, other = await world.project(), await world.project()
    theirs = await world.file(project_id=other["id"])
    refused = await add(world, project, "other", theirs)
    assert (refused.status_code, refused.json()["code"]) == (409, "FileOfAnotherProject")
    refused = await add(world, project, "other", NOBODYS)
    assert (refused.status_code, refused.json()["code"]) == (404, "FileNotFound")
    refused = await add(world, project, "love_letter", theirs)
    assert (refused.status_code, refused.json()["code"]) == (422, "FieldsInvalid")


async def test_a_file_is_a_paper_of_a_kind_once(world: World) -> None:
    project = await world.project()
    file_id = await world.file()
    assert (await add(world, project, "agreement", file_id)).status_code == 201
    refused = await add(world, project, "agreement", file_id)
    assert (refused.status_code, refused.json()["code"]) == (409, "DocumentAlreadyThere")
    assert (await add(world, project, "entrustment", file_id)).status_code == 201


async def test_a_paper_withdrawn_stays_readable_and_counts_no_more(world: World) -> None:
    project = await world.project()
    document = (await add(world, project, "agreement", await world.file())).json()
    withdrawn = await withdraw(world, project, document["id"])
    assert withdrawn.status_code == 201, withdrawn.text
    assert withdrawn.json()["reason"]["text"] is None
    assert ["agreement", "entrustment"] in withdrawn.json()["still_missing"]
    (listed,) = (await world.get(f"/v1/projects/{project['id']}/documents")).json()["items"]
    assert listed["withdrawn_at"] is not None
    assert listed["reason"]["text"] == "盖章页缺失"
    again = await withdraw(world, project, document["id"])
    assert (again.status_code, again.json()["code"]) == (409, "DocumentIsWithdrawn")
    absent = await withdraw(world, project, NOBODYS)
    assert (absent.status_code, absent.json()["code"]) == (404, "DocumentNotFound")


async def test_papers_are_within_the_scope_of_their_project(world: World) -> None:
    project = await world.project()
    document = (await add(world, project, "agreement", await world.file())).json()
    other = await world.project()
    path = f"/v1/projects/{project['id']}/documents"
    for stranger in (
        world.headers("officer", key="rugao"),
        world.headers("portal", owner=OTHER_OWNER),
        world.headers("department"),
    ):
        refused = await world.client.get(path, headers=stranger)
        assert (refused.status_code, refused.json()["code"]) == (404, "ProjectNotFound")
    refused = await add(world, project, "other", await world.file(), role="officer", key="rugao")
    assert refused.status_code == 404
    refused = await withdraw(world, other, document["id"])
    assert (refused.status_code, refused.json()["code"]) == (404, "DocumentNotFound")
    refused = await add(world, project, "other", NOBODYS, role="supervisor")
    assert (refused.status_code, refused.json()["code"]) == (403, "RoleMayNot")


async def test_papers_come_in_pages(world: World) -> None:
    project = await world.project()
    for kind in ("agreement", "permit", "other"):
        await add(world, project, kind, await world.file())
    path = f"/v1/projects/{project['id']}/documents"
    first = (await world.get(path, params={"limit": 2})).json()
    rest = (await world.get(path, params={"cursor": first["next_cursor"]})).json()
    kinds = [d["kind"] for d in first["items"] + rest["items"]]
    assert sorted(kinds) == ["agreement", "other", "permit"]


def missing(refused: httpx.Response) -> str:
    assert (refused.status_code, refused.json()["code"]) == (409, "GuardsNotMet"), refused.text
    (error,) = refused.json()["errors"]
    assert error["code"] == "documents_complete"
    return str(error["detail"])


async def test_archiving_waits_for_every_paper_whenever_it_was_added(world: World) -> None:
    project = await world.project()
    walker = world.walker(project)
    early = (await add(world, project, "acceptance_form", await world.file())).json()
    await walker.walk("completed")
    assert "4" in missing(await world.move(project, "archive", "archivist"))
    await walker.papers("agreement", "service_plan", "completion_form", "hand_over_list")
    await withdraw(world, project, early["id"])
    assert "1" in missing(await world.move(project, "archive", "archivist"))
    await walker.papers("acceptance_form")
    assert (await world.move(project, "archive", "archivist")).status_code == 201


async def test_a_terminated_service_needs_its_own_papers(world: World) -> None:
    project = await world.project()
    walker = world.walker(project)
    await walker.walk("terminated")
    assert "2" in missing(await world.move(project, "archive", "archivist"))
    await walker.papers("acceptance_form", "completion_form")
    assert "1" in missing(await world.move(project, "archive", "archivist"))
    await walker.papers("termination_form")
    assert (await world.move(project, "archive", "archivist")).status_code == 201


async def test_the_papers_of_an_archived_project_rest_until_it_is_reopened(world: World) -> None:
    project = await world.project()
    await world.walk(project, "archived")
    file_id = await world.file()
    refused = await add(world, project, "other", file_id)
    assert (refused.status_code, refused.json()["code"]) == (409, "ArchiveIsClosed")
    first = (await world.get(f"/v1/projects/{project['id']}/documents")).json()["items"][0]
    refused = await withdraw(world, project, first["id"])
    assert (refused.status_code, refused.json()["code"]) == (409, "ArchiveIsClosed")


@pytest.mark.parametrize("harm", ["altered", "gone"])
async def test_archiving_reads_every_document_again(world: World, database: Database, harm: str) -> None:
    project = await world.project()
    await world.walk(project, "completed")
    for kind in PAPERS:
        file = (await upload(world, f"{kind}的内容".encode(), f"{kind}.txt")).json()
        assert (await add(world, project, kind, file["id"])).status_code == 201
    place = path_of(database.files, file["sha256"])
    whole = place.read_bytes()
    place.unlink()
    if harm == "altered":
        place.write_bytes(whole[:-1] + b"!")
    refused = await world.move(project, "archive", "archivist")
    assert (refused.status_code, refused.json()["code"]) == (409, "DocumentsDamaged")
    assert refused.json()["facts"]["names"] == ["hand_over_list.txt"]
    assert len(refused.json()["errors"]) == 1
    await upload(world, whole, "hand_over_list.txt")
    assert (await world.move(project, "archive", "archivist")).status_code == 201
