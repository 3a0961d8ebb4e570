"""GET /v1/projects/{id}/archive-package and …/forms/{form}."""

import base64
import hashlib
import io
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.archives import verify
from app.archives.forms import told
from app.database import Database
from app.digests import sm3
from app.domain.moves import Choice, Input, InputType
from app.errors import Words
from app.files.store import path_of
from app.private.models import Private
from tests.api.test_files import upload
from tests.builders import OTHER_OWNER, World
from tests.conftest import NOW

Files = dict[str, bytes]
PAPERS = ["acceptance_form", "agreement", "service_plan", "completion_form"]


async def an_archived_project(world: World) -> dict[str, Any]:
    project = await world.project(name="<b>扩建</b> & 改造项目")
    walker = world.walker(project)
    await walker.walk("completed")
    for kind in PAPERS:
        file = (await upload(world, f"%PDF-1.7 {kind}".encode(), f"../{kind}.pdf")).json()
        await walker.post("documents", {"kind": kind, "file_id": file["id"]})
    await walker.papers("hand_over_list")
    await walker.move("archive", "archivist")
    return project


async def package(world: World, project: dict[str, Any], role: str = "archivist") -> bytes:
    response = await world.get(f"/v1/projects/{project['id']}/archive-package", role)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/zip"
    return response.content


def unpacked(content: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def run(place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the package's own script, away from this program and its libraries."""
    command = [sys.executable, "-I", "-S", "-X", "utf8", str(place / "verify.py"), *arguments]
    return subprocess.run(command, cwd=place, capture_output=True, text=True, check=False, env={})


def laid_out(files: Files, place: Path) -> Path:
    shutil.rmtree(place, ignore_errors=True)
    for name, content in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(content)
    return place


async def test_a_package_verifies_itself_in_an_empty_directory(world: World, tmp_path: Path) -> None:
    project = await an_archived_project(world)
    content = await package(world, project)
    files = unpacked(content)
    manifest = json.loads(files["manifest.json"])
    assert manifest["project"]["id"] == project["id"]
    assert manifest["retention"]["years"] > 0
    assert sorted(f["kind"] for f in manifest["files"] if "kind" in f) == sorted(PAPERS)
    assert [f["kind"] for f in manifest["kept_elsewhere"]] == ["hand_over_list"]
    assert all(set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789_./-") for name in files)
    forms = [name for name in files if name.startswith("forms/")]
    assert [name[9:-5] for name in sorted(forms)] == ["acceptance", "entrustment", "completion"]
    place = laid_out(files, tmp_path / "empty")
    whole = run(place)
    assert whole.returncode == 0, whole.stdout + whole.stderr
    assert "核验通过" in whole.stdout
    zipped, outside = tmp_path / "package.zip", tmp_path / "key.pem"
    zipped.write_bytes(content)
    pem = files["signature.txt"].decode().partition("-----BEGIN")
    outside.write_text("-----BEGIN" + pem[2])
    assert run(place, str(zipped), "--key", str(outside)).returncode == 0
    outside.write_bytes(
        Ed25519PrivateKey.generate()
        .public_key()
        .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    foreign = run(place, str(zipped), "--key", str(outside))
    assert (foreign.returncode, "签名无效" in foreign.stdout) == (1, True)


async def test_a_volume_gives_the_same_bytes_whatever_happens_later(world: World) -> None:
    project = await an_archived_project(world)
    path = f"/v1/projects/{project['id']}/archive-package"
    first = await world.get(path, "archivist")
    world.clock.advance(days=30)
    await world.file(project_id=project["id"])
    again = await world.get(path, "auditor")
    assert again.content == first.content
    held = await world.get(path, "archivist", headers={"if-none-match": first.headers["etag"]})
    assert held.status_code == 304


def without(line: int) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        lines = files["ledger.ndjson"].splitlines(keepends=True)
        del lines[line]
        files["ledger.ndjson"] = b"".join(lines)
        relist(files, "ledger.ndjson")

    return change


def place_of(files: Files, ending: str) -> str:
    """Find the one file whose path ends so; papers are numbered."""
    (found,) = (name for name in files if name.endswith(ending))
    return found


def replace(ending: str, old: bytes, new: bytes, *, is_relisted: bool = False) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        name = place_of(files, ending)
        assert old in files[name]
        files[name] = files[name].replace(old, new, 1)
        if is_relisted:
            relist(files, name)

    return change


def remove(ending: str) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        del files[place_of(files, ending)]

    return change


def relist(files: Files, name: str) -> None:
    """Write the new digests of a file into the manifest, as a forger would."""
    manifest = json.loads(files["manifest.json"])
    entry = next(e for e in manifest["files"] if e["path"] == name)
    content = files[name]
    entry |= {"size": len(content), "sha256": hashlib.sha256(content).hexdigest(), "sm3": sm3(content)}
    files["manifest.json"] = json.dumps(manifest).encode()


def resign(files: Files) -> None:
    """Sign the manifest with a forger's own key, put in place of ours."""
    key = Ed25519PrivateKey.generate()
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signature = base64.b64encode(key.sign(files["manifest.json"]))
    files["signature.txt"] = b"algorithm: Ed25519\nsignature: " + signature + b"\n" + pem


def grow(name: str) -> Callable[[Files], None]:
    return lambda files: files.update({name: b"%PDF-1.7 forged"})


TAMPERED: dict[str, tuple[Callable[[Files], None], str]] = {
    "a document altered": (
        replace("agreement.pdf", b"PDF-1.7", b"PDF-1.6"),
        "agreement.pdf: altered",
    ),
    "a document gone": (remove("agreement.pdf"), "missing"),
    "a document slipped in": (grow("documents/099-permit.pdf"), "not listed"),
    "the list rewritten": (replace("manifest.json", b"agreement.pdf", b"agreemant.pdf"), "签名无效"),
    "a document altered and listed": (
        replace("agreement.pdf", b"PDF-1.7", b"PDF-1.6", is_relisted=True),
        "签名无效",
    ),
    "another signature": (replace("signature.txt", b"signature: ", b"signature: AAAA"), "签名无效"),
    "no signature": (remove("signature.txt"), ""),
    "no manifest": (remove("manifest.json"), ""),
    "a form altered": (replace("forms/01-acceptance.html", b"<td>", b"<td>X"), "altered"),
    "the script altered": (replace("verify.py", b"Read all files", b"Read all Files"), "verify.py: altered"),
    "an event altered": (replace("ledger.ndjson", b"online", b"0nline", is_relisted=True), "event 1"),
    "the first event gone": (without(0), "event 1"),
    "an event in the middle gone": (without(2), "event 3"),
    "the last event gone": (without(-1), "未到达"),
    "another head": (replace("head.json", b'"sequence": ', b'"sequence": 1'), "head.json"),
    "no head": (remove("head.json"), "head.json"),
}


async def test_each_tampering_is_detected(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = unpacked(await package(world, await an_archived_project(world)))
    assert verify.main([str(laid_out(files, tmp_path / "whole"))]) == 0
    capsys.readouterr()
    for name, (tamper, words) in TAMPERED.items():
        changed = dict(files)
        tamper(changed)
        assert verify.main([str(laid_out(changed, tmp_path / "tampered"))]) == 1, name
        assert words in (said := capsys.readouterr().out), (name, said)
    found = run(tmp_path / "tampered")
    assert (found.returncode, found.stdout, found.stderr) == (1, said, "")


def test_what_is_no_package_is_told_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    twice = tmp_path / "twice.zip"
    with zipfile.ZipFile(twice, "w") as archive:
        archive.writestr("manifest.json", "{}")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("manifest.json", "{}")
    (tmp_path / "no.zip").write_bytes(b"no zip")
    for place in (twice, tmp_path / "no.zip", tmp_path / "absent.zip", tmp_path):
        assert verify.main([str(place)]) == 1
        assert "归档包不完整" in capsys.readouterr().out


async def test_a_chain_forged_under_another_key_shows_its_broken_link_or_its_key(
    world: World, tmp_path: Path
) -> None:
    files = unpacked(await package(world, await an_archived_project(world)))
    forged = dict(files)
    without(2)(forged)
    resign(forged)
    found = run(laid_out(forged, tmp_path / "forged"))
    assert (found.returncode, "event 3" in found.stdout) == (1, True)
    forged = dict(files)
    replace("agreement.pdf", b"PDF-1.7", b"PDF-1.6", is_relisted=True)(forged)
    resign(forged)
    place = laid_out(forged, tmp_path / "forged")
    assert "from the package" in run(place).stdout
    (tmp_path / "key.pem").write_bytes(files["signature.txt"])
    assert run(place, "--key", str(tmp_path / "key.pem")).returncode == 1
    assert verify.main([str(place), "--key", str(tmp_path / "key.pem")]) == 1


async def test_only_an_archived_project_has_a_package(world: World) -> None:
    project = await world.project()
    path = f"/v1/projects/{project['id']}/archive-package"
    refused = await world.get(path, "archivist")
    assert (refused.status_code, refused.json()["code"]) == (409, "NotArchivedYet")
    assert refused.json()["facts"]["stage"] == "lead"


async def test_a_reopened_project_has_a_package_again_with_its_second_volume(
    world: World, tmp_path: Path
) -> None:
    project = await world.project()
    walker = world.walker(project)
    await walker.walk("archived")
    reopened = await world.move(
        project, "reopen", "coordinator", reason="补办竣工备案", evidence=await walker.evidence()
    )
    assert reopened.status_code == 201, reopened.text
    path = f"/v1/projects/{project['id']}/archive-package"
    assert (await world.get(path, "archivist")).json()["code"] == "NotArchivedYet"
    await walker.completed()
    await walker.move("archive", "archivist")
    files = unpacked(await package(world, project))
    assert json.loads(files["manifest.json"])["volume"] == 2
    assert run(laid_out(files, tmp_path / "second")).returncode == 0


async def test_a_package_is_for_the_archive_and_the_owner(world: World) -> None:
    project = await an_archived_project(world)
    path = f"/v1/projects/{project['id']}/archive-package"
    for role in ("archivist", "coordinator", "supervisor", "auditor", "admin", "portal"):
        assert (await world.get(path, role)).status_code == 200, role
    for role in ("officer", "agent", "department"):
        assert (await world.get(path, role)).json()["code"] == "RoleMayNot", role
    for stranger in (
        world.headers("portal", owner=OTHER_OWNER),
        world.headers("archivist", key="rugao"),
    ):
        refused = await world.client.get(path, headers=stranger)
        assert (refused.status_code, refused.json()["code"]) == (404, "ProjectNotFound")


@pytest.mark.parametrize("harm", ["altered", "gone"])
async def test_a_damaged_document_is_never_packed(world: World, database: Database, harm: str) -> None:
    project = await an_archived_project(world)
    place = path_of(database.files, hashlib.sha256(b"%PDF-1.7 agreement").hexdigest())
    place.unlink()
    if harm == "altered":
        place.write_bytes(b"%PDF-1.7 agreemend")
    refused = await world.get(f"/v1/projects/{project['id']}/archive-package", "archivist")
    assert (refused.status_code, refused.json()["code"]) == (409, "DocumentsDamaged")


SEEN = {
    "acceptance": ("accepted", "帮办代办受理单"),
    "entrustment": ("entrusted", "代办服务委托书"),
    "suspension": ("suspended", "代办服务中止单"),
    "completion": ("completed", "帮办代办办结单"),
    "termination": ("terminated", "帮办代办终止单"),
}


@pytest.mark.parametrize("form", SEEN)
async def test_a_form_is_printed_once_its_step_was_taken(world: World, form: str) -> None:
    stage, title = SEEN[form]
    project = await world.project()
    path = f"/v1/projects/{project['id']}/forms/{form}"
    refused = await world.get(path)
    assert (refused.status_code, refused.json()["code"]) == (404, "FormNotAvailable")
    await world.walk(project, stage)
    printed = await world.get(path)
    assert printed.status_code == 200, printed.text
    assert printed.headers["content-type"] == "text/html; charset=utf-8"
    assert f"<h1>{title}</h1>" in printed.text
    assert project["name"] in printed.text
    assert "2026-03-02" in printed.text


async def test_a_form_escapes_what_it_is_told_and_loads_nothing(world: World) -> None:
    project = await world.project(name='<img src=x onerror="alert(1)">')
    walker = world.walker(project)
    await walker.walk("in_service")
    inputs = {"reason_code": "land_not_ready", "expected_resume_on": "2026-06-30"}
    step = await walker.move("suspend", "agent", inputs=inputs, reason="<script>等待</script> & 用地")
    page = (await world.get(f"{walker.path}/forms/suspension")).text
    assert "<img" not in page and "<script" not in page  # noqa: PT018 - one thought
    assert "&lt;script&gt;等待&lt;/script&gt; &amp; 用地" in page
    assert "用地条件不具备" in page or "land_not_ready" not in page
    assert "2026-06-30" in page and "代办员" in page  # noqa: PT018 - one thought
    assert f"第 {step['sequence']} 号记录" in page
    assert "http" not in page and "url(" not in page  # noqa: PT018 - one thought
    english = await world.get(f"{walker.path}/forms/suspension", headers={"accept-language": "en"})
    assert "<h1>Suspension of the service</h1>" in english.text
    assert 'lang="en"' in english.text


async def test_the_last_step_of_a_kind_is_printed(world: World) -> None:
    project = await world.project()
    walker = world.walker(project)
    await walker.walk("suspended")
    await walker.move("resume", evidence=await walker.evidence())
    assert (await world.get(f"{walker.path}/forms/resumption")).status_code == 200
    first = (await world.get(f"{walker.path}/forms/suspension")).text
    world.clock.advance(days=7)
    inputs = {"reason_code": "client_request", "expected_resume_on": "2026-07-30"}
    await walker.move("suspend", "agent", inputs=inputs, reason="资金安排")
    second = (await world.get(f"{walker.path}/forms/suspension")).text
    assert "2026-06-30" in first and "2026-07-30" in second  # noqa: PT018 - one thought


async def test_an_erased_reason_is_told_as_erased(world: World, database: Database) -> None:
    project = await world.project()
    walker = world.walker(project)
    await walker.walk("suspended")
    path = f"{walker.path}/forms/suspension"
    assert "等待用地指标" in (await world.get(path)).text
    steps = (await world.get(f"{walker.path}/stage-transitions")).json()["items"]
    reason = next(s["reason"]["id"] for s in steps if s["move"] == "suspend")
    erased = await world.post(f"/v1/private/{reason}/erasure", {"reason": "本人申请删除"}, "admin")
    assert erased.status_code == 201, erased.text
    page = (await world.get(path)).text
    assert "等待用地指标" not in page
    assert "（已依法删除）" in page


async def test_forms_are_within_the_scope_of_their_project(world: World) -> None:
    project = await world.project()
    await world.walk(project, "accepted")
    path = f"/v1/projects/{project['id']}/forms/acceptance"
    assert (await world.get(path, "portal")).status_code == 200
    for stranger in (world.headers("portal", owner=OTHER_OWNER), world.headers("officer", key="rugao")):
        refused = await world.client.get(path, headers=stranger)
        assert (refused.status_code, refused.json()["code"]) == (404, "ProjectNotFound")
    assert (await world.get(path.replace("acceptance", "wedding"))).status_code == 422


def test_the_scripts_own_digest_and_signature_agree_with_the_library() -> None:
    """Against OpenSSL, and the example of GB/T 32905, A.1."""
    assert verify._slow_sm3(b"abc") == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    for length in (0, 1, 55, 56, 63, 64, 65, 200):
        data = bytes(range(length))
        assert verify._slow_sm3(data) == verify.sm3(data) == sm3(data)
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    for content in (b"", b"a", bytes(1000)):
        signature = key.sign(content)
        assert verify.is_signed(public, content, signature)
        assert not verify.is_signed(public, content + b"x", signature)
        assert not verify.is_signed(public, content, signature[:32] + bytes(32))
        assert not verify.is_signed(public, content, bytes([signature[0] ^ 1]) + signature[1:])
        assert not verify.is_signed(bytes(31) + b"\x80", content, signature)
        assert not verify.is_signed(b"\xff" * 32, content, signature)
        assert not verify.is_signed(public, content, b"")


def test_a_form_writes_every_kind_of_answer_as_a_person_reads_it() -> None:
    def asked(kind: InputType, *choices: Choice) -> Input:
        return Input("a", Words("甲", "a"), kind, True, False, choices)

    kept = Private(
        id="1", kind="move_input", project_id=None, salt="s", value="等待", kept_at=NOW, erased_at=None
    )
    texts = {"1": kept}
    modes = Choice("agency", Words("代办", "agency")), Choice("led", Words("领办", "led"))
    assert told(asked(InputType.TRUTH), True, texts, "zh") == "是"
    assert told(asked(InputType.TRUTH), False, texts, "en") == "no"
    assert told(asked(InputType.TEXTS), {"private": ["1", "2"]}, texts, "zh") == "等待\n（已依法删除）"
    assert told(asked(InputType.CHOICES, *modes), ["agency", "led"], texts, "zh") == "代办、领办"
    assert told(asked(InputType.CHOICE, *modes), "led", texts, "en") == "led"
    assert told(asked(InputType.INTEGER), 3, texts, "zh") == "3"
