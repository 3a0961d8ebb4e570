"""What the documents tell a newcomer to type, typed: against a real server, on both databases."""

import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.servers import ROOT, Server
from tests.postgres import create_database, drop_database

BLOCK = re.compile(r"^```sh\n(key\(\).*?)^```", re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the demo set: on SQLite as `make run` does it; on PostgreSQL after `demo`."""
    data = tmp_path_factory.mktemp("demo") / "data"  # the READMEs read data/demo-keys.json
    data.mkdir()
    if request.param == "sqlite":
        server = Server(f"sqlite:///{data / 'mps.db'}", data, sets_up=True)
        yield from _running(server)
        return
    maintenance, name = request.getfixturevalue("postgres_url"), f"mps_test_{uuid.uuid4().hex}"
    server = Server(create_database(maintenance, name), data)
    server.environment["MPS_DURABILITY"] = "unsafe_for_tests"
    subprocess.run([sys.executable, "-m", "app", "demo"], cwd=ROOT, env=server.environment, check=True)
    yield from _running(server)
    drop_database(maintenance, name)


def _running(server: Server) -> Iterator[Server]:
    asyncio.run(server.start())
    yield server
    asyncio.run(server.end(signal.SIGTERM))


def _run(command: list[str], directory: Path, **environment: str) -> list[str]:
    done = subprocess.run(
        command,
        cwd=directory,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout[-2000:] + done.stderr
    return done.stdout.splitlines()


def test_the_story_of_a_project_is_told_to_its_end(demo: Server, tmp_path: Path) -> None:
    story = shutil.copy(ROOT / "docs" / "story.sh", tmp_path)
    lines = _run(["sh", story], tmp_path, MPS_URL=demo.address, MPS_DATA_DIR=str(demo.data))
    steps = [line.split(maxsplit=3) for line in lines if re.match(r"\d{3}  [-a-z_]+ +[-\d]+ ", line)]
    stages = list(dict.fromkeys(stage for _, stage, _, _ in steps if stage != "-"))
    road = "lead applied accepted entrusted filed assigned planned in_service completed archived"
    assert stages == road.split()
    assert [status for status, _, _, _ in steps if status[0] != "2"] == ["409"]
    assert sum(line.strip() == "idempotency-replayed: true" for line in lines) == 1
    assert any("GuardsNotMet" in line and "The agency agreement is not signed." in line for line in lines)
    deadlines = [due for _, _, due, _ in steps if due != "-"]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", due) for due in deadlines)
    assert len(deadlines) >= 6
    assert lines[-1].startswith("verified 核验通过: ")


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_ten_lines_of_the_readme_do_what_it_says(demo: Server, readme: str) -> None:
    found = BLOCK.search((ROOT / readme).read_text(encoding="utf-8"))
    assert found is not None
    block = found[1]
    assert block.count("\n") == 10
    typed = block.replace("http://127.0.0.1:8000", demo.address)
    assert typed != block
    lines = [line for line in _run(["sh", "-c", typed], demo.data.parent) if line]
    bodies = [json.loads(line) for line in lines if line.startswith("{")]
    applied, accepted, again, refused, record, timeline, events = bodies
    assert (applied["to_stage"], accepted["to_stage"]) == ("applied", "accepted")
    assert again == accepted
    headers = [line.lower() for line in lines if not line.startswith("{")]
    assert headers.count("idempotency-replayed: true") == 1
    assert (refused["code"], refused["status"], refused["title"]) == (
        "GuardsNotMet", 409, "The conditions are not met",
    )  # fmt: skip
    assert (record["id"], record["stage"]) == (applied["project_id"], "accepted")
    assert record["deadline"]["due_on"]
    assert any(action["action"] == "sign_agreement" for action in record["allowed_actions"])
    assert len(timeline["items"]) == 3
    assert len(events["items"]) == 5


def test_the_story_without_a_demo_says_what_is_missing(tmp_path: Path) -> None:
    done = subprocess.run(
        ["sh", ROOT / "docs" / "story.sh"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "make run" in done.stderr
