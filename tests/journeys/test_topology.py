"""The whole of docker-compose.yml as processes: one database, one migration, two replicas, one worker."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx

from app.clock import office_date, read_clock
from app.demo.walking import Walker
from app.exchange.commands import propose_procedure
from scripts.topology import Topology, topology
from tests.builders import CITY, QIDONG, a_project_body
from tests.event_logs import mapped, mapping, the_log, told

ROOT = Path(__file__).parent.parent.parent
SERVICES = ["migrate", "api-1", "api-2", "worker"]


def a_key(running: Topology, name: str, roles: str) -> str:
    """Make a key as whoever installs the service does: from the command line."""
    command = [sys.executable, "-m", "app", "keys", "create"]
    command += ["--client", name, "--roles", roles, "--area", CITY]
    environment = running.environments["api-1"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.split()[-1]


class Callers:
    """People before two replicas: every request goes to the other one than the last."""

    def __init__(self, client: httpx.AsyncClient, urls: list[str], keys: dict[str, str]) -> None:
        self.client, self.turns, self.keys = client, cycle(urls), keys

    async def send(self, role: str, method: str, path: str, number: int = 1, **more: Any) -> Any:
        headers = {
            "Authorization": f"Bearer {self.keys.get(role, self.keys['agency'])}",
            "Operator-Role": role,
        }
        if role != "admin" or number:
            headers["Operator-Id"] = f"{role}-{number}"
        response = await self.client.request(method, next(self.turns) + path, headers=headers, **more)
        assert response.is_success, f"{role} {method} {path}: {response.status_code} {response.text}"
        return response.json()

    async def __call__(self, role: str, method: str, path: str, body: Any = None, number: int = 1) -> Any:
        return await self.send(role, method, path, number, json=body)


async def _register_people(ask: Callers) -> tuple[str, str]:
    """Register everybody by the first administrator, who need not name himself; give the two agents."""
    ids = {}
    people = [("admin", 1), ("admin", 2), ("officer", 1), ("agent", 1), ("agent", 2), ("coordinator", 1)]
    for role, number in (*people, ("archivist", 1), ("auditor", 1)):
        body = {
            "realm": "default", "operator_code": f"{role}-{number}", "person_key": f"person:{role}-{number}",
            "name": f"示例{number}", "roles": [role], "area_code": CITY,
        }  # fmt: skip
        ids[role, number] = (await ask("admin", "POST", "/v1/operators", body, number=0))["id"]
    return ids["agent", 1], ids["agent", 2]


async def _walk(running: Topology, keys: dict[str, str]) -> None:
    async with httpx.AsyncClient(timeout=30) as client:
        ask = Callers(client, running.urls, keys)
        ready = [(await client.get(f"{url}/health/ready")).json() for url in running.urls]
        assert [(r["status"], r["database"], r["durability"]) for r in ready] == [
            ("ready", "postgresql", "full")
        ] * 2
        assert ready[0]["ledger_id"] == ready[1]["ledger_id"]
        agents = await _register_people(ask)
        await _one_signing_key(running, ask)
        project = await ask("officer", "POST", "/v1/projects", a_project_body())
        await Walker(ask, project["id"], agents, lambda: None).to("archived")
        path = f"/v1/projects/{project['id']}"
        both = [await ask("officer", "GET", path) for _ in running.urls]
        assert both[0] == both[1]
        assert both[0]["stage"] == "archived"
        await _import(running, ask)
        verdicts = [await ask("auditor", "GET", "/v1/events/verification") for _ in running.urls]
        assert [(v["is_sound"], v["checked"]) for v in verdicts] == [(True, verdicts[0]["head_sequence"])] * 2
        assert verdicts[0]["heads_checked"] == 2


async def _one_signing_key(running: Topology, ask: Callers) -> None:
    """Both replicas sign for the first time at the same moment, and with the same key."""
    data = running.directory / "data"
    assert not list(data.glob("*.pem"))
    asked = (ask("auditor", "POST", "/v1/events/checkpoints", {}) for _ in running.urls)
    first, second = await asyncio.gather(*asked)
    assert (first["key_id"], first["public_key"]) == (second["key_id"], second["public_key"])
    assert [key.name for key in data.glob("*.pem")] == ["signing-key.pem"]


async def _import(running: Topology, ask: Callers) -> None:
    """An import waits as long as the worker stands still: no replica does it."""
    log = the_log()
    body = {"code": "permit_receipt", "area_code": QIDONG, "document": propose_procedure(log, mapped())}
    draft = await ask("admin", "POST", "/v1/procedures", body)
    today = {"effective_from": office_date(read_clock()).isoformat()}
    await ask("admin", "POST", f"/v1/procedures/{draft['id']}/publication", today, 2)
    upload = {"file": ("log.csv", log, "text/csv")}
    file = await ask.send("admin", "POST", "/v1/files", files=upload, data={"area_code": QIDONG})
    worker = running.processes["worker"]
    worker.send_signal(signal.SIGSTOP)
    body = {"kind": "event_log", "file_id": file["id"], "mapping": mapping()}
    job = await ask("admin", "POST", "/v1/imports", body)
    await asyncio.sleep(2)  # four looks of a worker
    path = f"/v1/imports/{job['id']}"
    assert [(await ask("admin", "GET", path))["state"] for _ in running.urls] == ["pending", "pending"]
    worker.send_signal(signal.SIGCONT)
    until = time.monotonic() + 60
    while (job := await ask("admin", "GET", path))["state"] != "done":
        assert time.monotonic() < until, running.log("worker")
        await asyncio.sleep(0.2)
    assert job["rows_imported"] == len(told(log))


def test_two_replicas_and_a_worker_do_what_compose_says() -> None:
    with topology() as running:
        assert list(running.processes) == SERVICES
        assert len(running.urls) == 2
        keys = {"agency": a_key(running, "agency", "officer,agent,coordinator,archivist")}
        keys["admin"] = a_key(running, "admin", "admin")
        keys["auditor"] = a_key(running, "auditor", "auditor")
        asyncio.run(_walk(running, keys))
        verified = subprocess.run(
            [sys.executable, "-m", "app", "verify"],
            cwd=ROOT,
            env=running.environments["worker"],
            capture_output=True,
            check=False,
        )
        assert verified.returncode == 0, verified.stdout + verified.stderr
        asked = time.monotonic()
        for name in SERVICES[1:]:
            running.processes[name].terminate()
        ended = {name: running.processes[name].wait(25) for name in SERVICES}
        took = time.monotonic() - asked
        logs = {name: running.log(name) for name in SERVICES}
    assert ended == {"migrate": 0, "api-1": 0, "api-2": 0, "worker": 0}
    assert took < 15
    assert "Traceback" not in "".join(logs.values())
    assert all("Application shutdown complete" in logs[name] for name in ("api-1", "api-2"))
    assert all(not _is_alive(process.pid) for process in running.processes.values())


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
