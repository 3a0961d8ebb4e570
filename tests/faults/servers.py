"""Real server processes on real sockets, for races and kills."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import httpx

from app.clock import new_id
from app.config import Settings
from app.database import Database
from app.demo.founding import system_actor
from app.events.service import Stamp, record
from app.migrating import migrate
from app.procedures.models import ProcedureVersion
from tests.builders import CITY, RUGAO, SECRETS, _furnish, a_project_body, a_swing
from tests.conftest import NOW

ROOT = Path(__file__).parent.parent.parent


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


async def prepare(settings: Settings) -> None:
    """Migrate and furnish a database; the county of Rugao goes by the swing."""
    await asyncio.to_thread(migrate, settings)
    await _furnish(settings)
    async with Database(settings).opened() as database, database.write() as session:
        actor = system_actor(NOW, CITY)
        await session.insert(
            ProcedureVersion, id=new_id(NOW), code="standard", number=1, area_code=RUGAO, document=a_swing(),
            state="published", effective_from=date(2020, 1, 1), drafted_by="test", created_at=NOW,
            published_at=NOW,
        )  # fmt: skip
        await record(session, actor, "procedure.published", Stamp(None, RUGAO, None))


class Server:
    """One `serve` process; ``sets_up`` for one that migrates and furnishes, as `make run` does."""

    def __init__(self, url: str, data: Path, *, sets_up: bool = False) -> None:
        self.port, self.data, self.sets_up = free_port(), data, sets_up
        self.address = f"http://127.0.0.1:{self.port}"
        kept = {k: v for k, v in os.environ.items() if not k.startswith("MPS_")}
        self.environment = kept | {"MPS_DATABASE_URL": url, "MPS_DATA_DIR": str(data)}
        self.process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        command = [sys.executable, "-m", "app", "serve", "--port", str(self.port)]
        command += [] if self.sets_up else ["--no-setup"]
        log = (self.data / f"server-{self.port}.log").open("ab")
        self.process = await asyncio.to_thread(
            subprocess.Popen, command, env=self.environment, cwd=ROOT, stdout=log, stderr=log
        )
        log.close()
        async with httpx.AsyncClient() as client:
            for _ in range(1200):
                with contextlib.suppress(httpx.HTTPError):
                    if (await client.get(f"{self.address}/health/ready")).status_code == 200:
                        return
                assert self.process.poll() is None, self.log()
                await asyncio.sleep(0.05)
        raise AssertionError(f"the server did not become ready: {self.log()}")

    def log(self) -> str:
        return (self.data / f"server-{self.port}.log").read_text()[-3000:]

    async def end(self, kind: int = signal.SIGTERM) -> None:
        if self.process is not None:
            self.process.send_signal(kind)
            await asyncio.to_thread(self.process.wait, 30)
            self.process = None


@contextlib.asynccontextmanager
async def serving(url: str, data: Path, number: int) -> AsyncIterator[list[Server]]:
    servers = [Server(url, data) for _ in range(number)]
    try:
        await asyncio.gather(*(s.start() for s in servers))
        yield servers
    finally:
        for server in servers:
            await server.end(signal.SIGKILL)


HEADERS = {
    "Authorization": f"Bearer {SECRETS['rugao']}",
    "Operator-Id": "officer-1",
    "Operator-Role": "officer",
}


async def a_swinging_project(client: httpx.AsyncClient, address: str) -> str:
    response = await client.post(
        f"{address}/v1/projects", json=a_project_body(area_code=RUGAO), headers=HEADERS
    )
    assert response.status_code == 201, response.text
    return str(response.json()["id"])
