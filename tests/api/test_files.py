"""POST /v1/files, POST /v1/file-references, GET /v1/files/{id} and its content."""

import errno
import hashlib
import io
import zipfile
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.database import Database
from app.files import store
from app.files.kinds import INSTALLER
from tests.builders import DEPARTMENT, OTHER_OWNER, OWNER, QIDONG, RUGAO, World

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
NOBODYS = "01990000-0000-7000-8000-000000000000"


async def upload(
    world: World,
    content: bytes = PDF,
    name: str = "方案.pdf",
    kind: str = "application/pdf",
    role: str = "officer",
    fields: dict[str, Any] | None = None,
    **headers: str,
) -> httpx.Response:
    return await world.client.post(
        "/v1/files",
        files={"file": (name, content, kind)},
        data=fields or {},
        headers=world.headers(role, **headers),
    )


def zipped(*names: str, content: bytes = b"") -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, content)
    return target.getvalue()


def blobs(database: Database) -> list[str]:
    return sorted(path.name for path in database.files.rglob("*") if path.is_file())


async def test_a_file_uploaded_comes_back_byte_for_byte(world: World) -> None:
    made = await upload(world)
    assert made.status_code == 201, made.text
    file = made.json()
    assert (file["kind"], file["name"], file["size"]) == ("uploaded", "方案.pdf", len(PDF))
    assert file["sha256"] == hashlib.sha256(PDF).hexdigest()
    assert made.headers["location"] == f"/v1/files/{file['id']}"
    assert (await world.get(f"/v1/files/{file['id']}")).json() == file
    content = await world.get(f"/v1/files/{file['id']}/content")
    assert content.content == PDF
    assert content.headers["content-type"] == "application/octet-stream"
    assert content.headers["content-disposition"].startswith("attachment")
    assert content.headers["x-content-type-options"] == "nosniff"
    assert content.headers["etag"] == f'"{file["sha256"]}"'
    held = {"if-none-match": content.headers["etag"]}
    assert (await world.get(f"/v1/files/{file['id']}/content", headers=held)).status_code == 304


async def test_sm3_is_the_national_digest(world: World) -> None:
    """The example of GB/T 32905, A.1."""
    file = (await upload(world, b"abc", "abc.txt")).json()
    assert file["sm3"] == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


CHINESE = "序号,事项\n1,立项\n2,用地\n"
TAKEN = [
    (b"%PDF-1.4\n", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n\0\0", "image/png"),
    (b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"),
    (b"II*\0\x08\0\0\0", "image/tiff"),
    (b"MM\0*\0\0\0\x08", "image/tiff"),
    (b"GIF89a\0", "image/gif"),
    (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
    (b"\0\0\0\x18ftypheic\0\0\0\0", "image/heic"),
    (b"AC1027\0\0", "image/vnd.dwg"),
    (zipped("a.txt"), "application/zip"),
    (zipped("OFD.xml", "Doc_0/Document.xml"), "application/ofd"),
    (zipped("[Content_Types].xml", "word/document.xml"), "wordprocessingml.document"),
    (zipped("[Content_Types].xml", "xl/workbook.xml"), "spreadsheetml.sheet"),
    (zipped("[Content_Types].xml", "ppt/presentation.xml"), "presentationml.presentation"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "application/x-ole-storage"),
    ("会商纪要".encode(), "text/plain"),
    ("会商纪要".encode("gb18030"), "text/plain"),
    (CHINESE.encode(), "text/csv"),
    (CHINESE.encode("gb18030"), "text/csv"),
    (b"\xef\xbb\xbf" + CHINESE.encode(), "text/csv"),
    (b'<?xml version="1.0"?><a/>', "application/xml"),
    (b"<project/>", "application/xml"),
]


@pytest.mark.parametrize(("content", "kind"), TAKEN, ids=[f"{k}-{i}" for i, (_, k) in enumerate(TAKEN)])
async def test_the_bytes_say_what_a_file_is(world: World, content: bytes, kind: str) -> None:
    made = await upload(world, content, "x.bin", "application/x-whatever")
    assert made.status_code == 201, made.text
    assert made.json()["media_type"].endswith(kind)
    assert made.json()["declared_type"] == "application/x-whatever"


REFUSED = {
    "windows program": b"MZ\x90\0" + bytes(60),
    "linux program": b"\x7fELF\x02\x01\x01" + bytes(60),
    "java class": b"\xca\xfe\xba\xbe\0\0\0\x34",
    "shell script": b"#!/bin/sh\nrm -rf /\n",
    "php": b"<?php system($_GET['c']); ?>",
    "asp": b"<% eval request(1) %>",
    "web page": b"<!DOCTYPE html><p>hello",
    "web page behind a comment": b"<!-- %PDF-1.7 -->" + b" " * 100_000 + b"<html><script>alert(1)</script>",
    "web page across two chunks": b" " * (store.CHUNK - 3) + b"<html><body>",
    "drawing with scripts": b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>',
    "drawing under another name": b'<x:svg xmlns:x="http://www.w3.org/2000/svg"/>',
    "java program": zipped("META-INF/MANIFEST.MF", "Main.class"),
    "android program": zipped("AndroidManifest.xml", "classes.dex"),
    "document with macros": zipped("word/document.xml", "word/vbaProject.bin"),
    "installer": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000) + INSTALLER,
    "archive cut off": zipped("a.txt")[:-30],
    "program before a pdf": b"MZ\x90\0" + PDF,
    "text with NUL": b"abc\0def",
    "neither of two encodings": b"\xff\xff\xfe text",
    "half a character at the end": "纪".encode()[:1] + b"\xff",
    "nothing but a mark": b"<",
}


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED.keys())
async def test_what_could_run_is_not_taken(world: World, database: Database, content: bytes) -> None:
    refused = await upload(world, content, "无害.pdf")
    assert (refused.status_code, refused.json()["code"]) == (415, "FileTypeNotTaken"), refused.text
    assert blobs(database) == []


async def test_an_archive_is_kept_and_never_opened(world: World) -> None:
    bomb = zipped("bomb", content=bytes(30_000_000))
    assert len(bomb) < 100_000
    made = await upload(world, bomb, "bomb.zip")
    assert (made.status_code, made.json()["size"]) == (201, len(bomb))


async def test_a_picture_that_is_also_a_page_is_only_ever_downloaded(world: World) -> None:
    polyglot = b"\x89PNG\r\n\x1a\n<html><script>alert(1)</script>"
    file = (await upload(world, polyglot)).json()
    content = await world.get(f"/v1/files/{file['id']}/content")
    assert content.headers["content-type"] == "application/octet-stream"
    assert content.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in content.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("../../../etc/passwd", "passwd"),
        ("..\\..\\windows\\system32\\x.pdf", "x.pdf"),
        ("/etc/cron.d/x", "x"),
        ("..", "未命名 unnamed"),
        (" ", "未命名 unnamed"),
        ("a/", "未命名 unnamed"),
        ("报告 (终稿).pdf", "报告 (终稿).pdf"),
    ],
)
async def test_a_name_is_no_path(world: World, database: Database, told: str, shown: str) -> None:
    made = await upload(world, PDF, told)
    assert (made.status_code, made.json()["name"]) == (201, shown)
    assert blobs(database) == [hashlib.sha256(PDF).hexdigest()]


async def raw(world: World, body: bytes, kind: str = "multipart/form-data; boundary=x") -> httpx.Response:
    headers = world.headers("officer") | {"content-type": kind}
    return await world.client.post("/v1/files", content=body, headers=headers)


def part(name: str, value: bytes, filename: str | None = None) -> bytes:
    tail = "" if filename is None else f'; filename="{filename}"'
    return f'--x\r\nContent-Disposition: form-data; name="{name}"{tail}\r\n\r\n'.encode() + value + b"\r\n"


END = b"--x--\r\n"
WRONG_FORMS = {
    "no file": (part("name", b"a") + END, 422, {"/file"}),
    "nothing": (END, 422, {"/file"}),
    "file without a name": (part("file", PDF) + END, 422, {"/file"}),
    "another field, and a bad id": (
        part("file", PDF, "a") + part("secret", b"1") + part("project_id", b"1") + END,
        422,
        {"", "/project_id"},
    ),
    "a name twice": (
        part("file", PDF, "a") + part("name", b"a") + part("name", b"b") + END,
        422,
        {"/name"},
    ),
    "a file for a name": (part("name", PDF, "a") + END, 422, {"/name", "/file"}),
    "NUL in the name": (part("file", PDF, "a\0.pdf") + END, 422, {"/name"}),
    "name that turns around": (part("file", PDF, "a\u202efdp.exe") + END, 422, {"/name"}),
    "NUL in a field": (part("file", PDF, "a") + part("name", b"a\0") + END, 422, {"/name"}),
    "name too long": (part("file", PDF, "长" * 201) + END, 422, {"/name"}),
    "bytes that are no text": (
        part("file", PDF, "a") + part("area_code", b"\xff\xfe") + END,
        422,
        {"/area_code"},
    ),
    "two files": (part("file", PDF, "a") + part("file", PDF, "b") + END, 400, set()),
    "field too long": (part("name", b"a" * 5_000) + END, 400, set()),
    "part without a name": (b"--x\r\n\r\nabc\r\n" + END, 400, set()),
    "garbage": (b"garbage", 400, set()),
    "cut off": (part("file", PDF, "a")[:60], 422, {"/file"}),
}


@pytest.mark.parametrize("name", WRONG_FORMS)
async def test_a_wrong_form_is_refused_with_every_fault(world: World, database: Database, name: str) -> None:
    body, status, pointers = WRONG_FORMS[name]
    refused = await raw(world, body)
    assert refused.status_code == status, refused.text
    assert {e["pointer"] for e in refused.json()["errors"]} == pointers
    assert blobs(database) == []


@pytest.mark.parametrize(
    "kind", ["application/json", "multipart/form-data", "application/x-www-form-urlencoded", ""]
)
async def test_what_is_no_form_is_told_so(world: World, kind: str) -> None:
    refused = await raw(world, b"{}", kind)
    assert (refused.status_code, refused.json()["code"]) == (415, "FormExpected")


async def test_an_empty_file_is_refused(world: World) -> None:
    refused = await upload(world, b"")
    assert (refused.status_code, refused.json()["code"]) == (422, "FileIsEmpty")


async def test_a_file_over_the_limit_is_refused(world: World, app: FastAPI) -> None:
    limit = 2_000
    app.state.settings = app.state.settings.model_copy(update={"max_file_bytes": limit})
    assert (await upload(world, b"a" * limit)).status_code == 201
    refused = await upload(world, b"a" * (limit + 1))
    assert (refused.status_code, refused.json()["code"]) == (413, "BodyTooLarge")


async def test_a_stranger_uploads_nothing(world: World, database: Database) -> None:
    refused = await world.client.post("/v1/files", files={"file": ("a.pdf", PDF)})
    assert refused.status_code == 401
    assert (await upload(world, role="auditor")).status_code == 403
    assert not database.files.exists()


async def test_a_full_disk_is_told_and_leaves_nothing(
    world: World, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(store.os, "fsync", full)
    refused = await upload(world)
    assert (refused.status_code, refused.json()["code"]) == (507, "DiskIsFull")
    assert blobs(database) == []
    monkeypatch.undo()
    assert (await upload(world)).status_code == 201


async def test_any_other_trouble_of_the_disk_stays_a_mistake_of_ours(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(store.os, "fsync", broken)
    with pytest.raises(OSError, match="Input/output"):
        store.put(database.files, io.BytesIO(PDF))
    assert blobs(database) == []


async def test_a_crash_before_the_commit_leaves_bytes_nobody_names_and_the_retry_works(
    world: World, database: Database
) -> None:
    store.put(database.files, io.BytesIO(PDF))  # the process died after the rename
    assert blobs(database) == [hashlib.sha256(PDF).hexdigest()]
    made = await upload(world)
    assert made.status_code == 201
    assert blobs(database) == [made.json()["sha256"]]
    assert (await world.get(f"/v1/files/{made.json()['id']}/content")).content == PDF


async def test_the_same_bytes_lie_there_once_for_two_files(world: World, database: Database) -> None:
    first, second = (await upload(world)).json(), (await upload(world, name="副本.pdf")).json()
    assert first["id"] != second["id"]
    assert blobs(database) == [first["sha256"]]


async def test_a_retry_with_another_boundary_is_the_same_upload(world: World) -> None:
    headers = {"Idempotency-Key": world.key()}
    first = await upload(world, **headers)
    again = await upload(world, **headers)
    assert first.request.headers["content-type"] != again.request.headers["content-type"]
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["idempotency-replayed"] == "true"


@pytest.mark.parametrize(
    "other",
    [{"content": PDF + b" "}, {"name": "另.pdf"}, {"kind": "text/plain"}, {"fields": {"area_code": QIDONG}}],
)
async def test_a_key_used_for_another_form_is_refused(world: World, other: dict[str, Any]) -> None:
    headers = {"Idempotency-Key": world.key()}
    assert (await upload(world, **headers)).status_code == 201
    refused = await upload(world, **other, **headers)
    assert (refused.status_code, refused.json()["code"]) == (422, "IdempotencyKeyReused")


def damage(path: Path) -> None:
    path.chmod(0o600)
    path.write_bytes(path.read_bytes().replace(b"1.7", b"1.6"))


@pytest.mark.parametrize("harm", [damage, Path.unlink], ids=["altered", "gone"])
async def test_damaged_bytes_are_never_sent_and_the_same_upload_repairs_them(
    world: World, database: Database, harm: Any
) -> None:
    file = (await upload(world)).json()
    harm(store.path_of(database.files, file["sha256"]))
    refused = await world.get(f"/v1/files/{file['id']}/content")
    assert (refused.status_code, refused.json()["code"]) == (409, "FileIsDamaged")
    await upload(world)
    assert (await world.get(f"/v1/files/{file['id']}/content")).content == PDF


async def test_a_reference_has_no_bytes_here(world: World) -> None:
    file_id = await world.file(url="https://oa.example.gov.cn/doc/1?x=1")
    refused = await world.get(f"/v1/files/{file_id}/content")
    assert (refused.status_code, refused.json()["code"]) == (409, "FileIsElsewhere")
    assert refused.json()["facts"]["url"] == "https://oa.example.gov.cn/doc/1?x=1"


@pytest.mark.parametrize(
    ("facts", "pointers"),
    [
        ({"sha256": None}, {""}),
        ({"sha256": "abc"}, {"/sha256"}),
        ({"url": "javascript:alert(1)"}, {"/url"}),
        ({"url": "https://user:secret@example.com/"}, {"/url"}),
        ({"media_type": "pdf", "size": 0}, {"/media_type", "/size"}),
        ({"kind": "uploaded"}, {"/kind"}),
    ],
)
async def test_a_reference_says_where_and_what(
    world: World, facts: dict[str, Any], pointers: set[str]
) -> None:
    usual = {
        "name": "a.pdf",
        "media_type": "application/pdf",
        "sha256": "0" * 64,
        "source_system": "oa",
        "external_id": "1",
    }
    refused = await world.post("/v1/file-references", usual | facts)
    assert refused.status_code == 422, refused.text
    assert {e["pointer"] for e in refused.json()["errors"]} == pointers


async def test_a_file_is_seen_by_those_who_see_its_project(world: World) -> None:
    project = await world.project()
    made = await upload(world, fields={"project_id": project["id"]})
    file = made.json()
    assert (file["project_id"], file["area_code"]) == (project["id"], QIDONG)
    for path in (f"/v1/files/{file['id']}", f"/v1/files/{file['id']}/content"):
        assert (await world.get(path)).status_code == 200
        assert (await world.client.get(path, headers=world.headers("portal"))).status_code == 200
        for stranger in (
            world.headers("officer", key="rugao"),
            world.headers("portal", owner=OTHER_OWNER),
            world.headers("department"),
        ):
            foreign = await world.client.get(path, headers=stranger)
            absent = await world.client.get(path.replace(file["id"], NOBODYS), headers=stranger)
            assert (foreign.status_code, foreign.json()["code"]) == (404, "FileNotFound")
            assert foreign.json() | {"instance": ""} == absent.json() | {"instance": ""}
    files = f"/v1/projects/{project['id']}/files"
    assert [f["id"] for f in (await world.get(files)).json()["items"]] == [file["id"]]
    assert (await world.client.get(files, headers=world.headers("officer", key="rugao"))).status_code == 404


async def test_files_of_a_project_come_in_pages(world: World) -> None:
    project = await world.project()
    made = [await world.file(project_id=project["id"]) for _ in range(3)]
    path = f"/v1/projects/{project['id']}/files"
    first = (await world.get(path, params={"limit": 2})).json()
    rest = (await world.get(path, params={"limit": 2, "cursor": first["next_cursor"]})).json()
    assert sorted(f["id"] for f in first["items"] + rest["items"]) == sorted(made)
    assert rest["next_cursor"] is None


async def test_a_file_goes_to_no_foreign_project_or_area(world: World, database: Database) -> None:
    project = await world.project()
    refused = await upload(world, fields={"project_id": project["id"]}, key="rugao")
    assert (refused.status_code, refused.json()["code"]) == (404, "ProjectNotFound")
    refused = await upload(world, fields={"area_code": RUGAO})
    assert (refused.status_code, refused.json()["code"]) == (404, "AreaNotFound")
    refused = await upload(world, role="department")
    assert (refused.status_code, refused.json()["code"]) == (422, "DepartmentFilesNeedAProject")
    assert DEPARTMENT.startswith(QIDONG)


async def test_an_owners_file_is_his_before_there_is_a_project(world: World) -> None:
    file = (await upload(world, role="portal", fields={"area_code": QIDONG})).json()
    path = f"/v1/files/{file['id']}"
    assert (await world.client.get(path, headers=world.headers("portal", owner=OWNER))).status_code == 200
    assert (await world.get(path)).status_code == 200
    other = await world.client.get(path, headers=world.headers("portal", owner=OTHER_OWNER))
    assert other.status_code == 404
