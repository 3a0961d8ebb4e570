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
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest

from app.domain.clocks import Light
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


PLANNED = ("启东高效光伏", "启东储能电池", "长江镇绿色船舶", "通州区人民医院")
"""The projects of the demo whose plans have items."""


class Reader:
    """Reads the demo as its callers do."""

    def __init__(self, demo: Server) -> None:
        self.address = demo.address
        self.keys = json.loads((demo.data / "demo-keys.json").read_text(encoding="utf-8"))

    def get(self, path: str, role: str = "officer") -> Any:
        key = self.keys.get(role, self.keys["agency"])
        headers = {"Authorization": f"Bearer {key}", "Operator-Role": role, "Operator-Id": f"{role}-1"}
        answer = httpx.get(self.address + path, headers=headers, timeout=60)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def items(self, path: str, role: str = "officer") -> list[Any]:
        found: list[Any] = []
        mark: str | None = ""
        while mark is not None:
            answer = self.get(
                f"{path}{'&' if '?' in path else '?'}limit=200{mark and f'&cursor={mark}'}", role
            )
            found += answer["items"]
            mark = answer["next_cursor"]
        return found


def test_the_demo_has_cases_in_every_light_and_plans_with_a_forecast(demo: Server) -> None:
    reader = Reader(demo)
    projects = reader.items("/v1/projects")
    planned = {name: p["id"] for name in PLANNED for p in projects if p["name"].startswith(name)}
    assert len(planned) == len(PLANNED)
    cases = {name: reader.items(f"/v1/projects/{id_}/item-cases") for name, id_ in planned.items()}
    lights = {case["light"] for each in cases.values() for case in each}
    assert lights == {light.value for light in Light}
    for name, id_ in planned.items():
        forecast = reader.get(f"/v1/projects/{id_}/forecast")
        assert forecast["p50_on"] <= forecast["p80_on"]
        assert forecast["items_estimated"] == 0, name
        assert len(reader.get(f"/v1/projects/{id_}/schedule")["items"]) >= 38
    busy = cases["启东储能电池"]
    (owing,) = [case for case in busy if case["state"] == "conditionally_passed"]
    alarms = reader.items("/v1/validity-alarms?area=320681")
    assert {alarm["item_code"] for alarm in alarms} >= {owing["item_code"]}
    checked = {case["item_code"]: case["id"] for case in busy if case["item_code"] in {"S3-08", "S3-09"}}
    checks = {
        code: reader.items(f"/v1/item-cases/{id_}/readiness-checks")[0]["gaps"]
        for code, id_ in checked.items()
    }
    assert len(checks["S3-09"]) > len(checks["S3-08"]) > 0
    assert reader.get(f"/v1/projects/{planned['启东储能电池']}/material-uses")["submissions_saved"] > 10
    past = [case for case in reader.items("/v1/item-cases?state=passed") if case["plan_number"] is None]
    assert {case["area_code"] for case in past} == {"320681", "320682", "320685", "320612", "320623"}
    assert len(past) > 500
    assert reader.get("/v1/events/verification", "auditor")["is_sound"]


def test_the_story_of_a_project_is_told_to_its_end(demo: Server, tmp_path: Path) -> None:
    story = shutil.copy(ROOT / "docs" / "story.sh", tmp_path)
    lines = _run(["sh", story], tmp_path, SERVICE_URL=demo.address, MPS_DATA_DIR=str(demo.data))
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


VARYING = re.compile(
    r"(?<=_at=)\S+|(?<=_on=)[-\d]+|(?<=_baseline=)-?\d+|(?<=consumed=)\d+|(?<=decided=)\d+"
    r"|(?<=light=)(?:green|yellow|red)|(?<=why=)\[.*\]"
)
"""What differs from day to day: moments, dates, and what is counted between them and today."""


def test_the_page_about_planning_answers_as_the_readme_says(demo: Server, tmp_path: Path) -> None:
    script = shutil.copy(ROOT / "docs" / "planning.sh", tmp_path)
    lines = _run(["sh", script], tmp_path, SERVICE_URL=demo.address, MPS_DATA_DIR=str(demo.data))
    told = re.findall(
        r"^```text\n(.*?)^```", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    assert [VARYING.sub("…", line) for line in lines] == [
        VARYING.sub("…", line) for line in told[0].splitlines()
    ]
    answers = dict(part.split("=", 1) for line in lines for part in re.findall(r"[\w.*]+=\S+", line))
    p50_on, p80_on = answers["p50_on"], answers["p80_on"]
    assert date.today().isoformat() < p50_on <= p80_on  # noqa: DTZ011 - a whole plan lies between
    assert int(answers["history.decided"]) > 300
    assert answers["before.start_on"] < answers["after.start_on"]
    whys = json.loads(next(line for line in lines if "days.*.why=" in line).partition("why=")[2])
    assert whys[0] == "起算日不计入"
    assert {why for why in whys if "暂停" in why} <= {"暂停期间不计入（专家评审）"}
    drawn = (tmp_path / "chart.svg").read_text(encoding="utf-8")
    assert ET.fromstring(drawn).tag.endswith("svg")  # noqa: S314 - our own answer
    assert "启东海上风电轴承制造项目" in drawn


def test_a_bad_review_is_put_right_and_the_month_is_reported(demo: Server, tmp_path: Path) -> None:
    script = shutil.copy(ROOT / "docs" / "supervision.sh", tmp_path)
    lines = _run(["sh", script], tmp_path, SERVICE_URL=demo.address, MPS_DATA_DIR=str(demo.data))
    states = [
        "prechecked",
        "assigned",
        "assigned",
        "verified",
        "rectified",
        "replied",
        "replied",
        "followed_up",
        "closed",
    ]
    assert lines[:2] == ["200 text/html; charset=utf-8", "200"]
    assert lines[2:11] == states
    names, values, counts = (json.loads(told) for told in re.findall(r"=(\[.*?\])(?= groups|$)", lines[11]))
    assert (names[0], len(names)) == ("提前开工天数（中位数）", 3)
    assert float(values[0]) >= 60
    assert counts[1] > 300
    assert lines[12].startswith("formula.zh=")
    assert re.fullmatch(r"monthly_320600_\d{4}-\d\d_\S+_zh", lines[13])
    assert [line.split()[0] for line in lines[14:]] == ["200", "200", "200"]
    assert "</html>" in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert zipfile.is_zipfile(tmp_path / "report.xlsx")


@pytest.mark.parametrize("script", ["story.sh", "planning.sh", "supervision.sh"])
def test_the_story_without_a_demo_says_what_is_missing(tmp_path: Path, script: str) -> None:
    done = subprocess.run(
        ["sh", ROOT / "docs" / script],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "make run" in done.stderr
