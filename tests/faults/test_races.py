"""Many who ask at once: exactly one wins, over real sockets, against one process and against two."""

import asyncio
import os
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.config import Settings
from app.database import Database
from app.events.auditing import audit
from tests.faults.reading import steps_by_event
from tests.faults.servers import HEADERS, Server, a_swinging_project, prepare, serving
from tests.postgres import create_database, postgres

ROUNDS = 200
CLIENTS = 8


@pytest.fixture(scope="module")
def durable_postgres() -> Iterator[str]:
    with postgres(durable=True) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def real_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'race.db'}"
    server = request.getfixturevalue("durable_postgres")
    return create_database(server, f"race_{uuid.uuid4().hex}")


@pytest.mark.slow
async def test_of_eight_who_move_one_project_exactly_one_wins_every_time(
    real_url: str, tmp_path: Path
) -> None:
    settings = Settings(database_url=real_url, data_dir=str(tmp_path))
    await prepare(settings)
    servers_wanted = 1 if real_url.startswith("sqlite") else 2
    async with serving(real_url, tmp_path, servers_wanted) as servers:
        limits = httpx.Limits(max_connections=CLIENTS)
        async with httpx.AsyncClient(limits=limits, timeout=20) as client:
            project = await a_swinging_project(client, servers[0].address)
            overlapping = await _race(client, servers, project)
    assert overlapping >= ROUNDS * 0.9, f"only {overlapping} of {ROUNDS} rounds overlapped"
    async with Database(settings).opened() as database:
        assert await audit(database) == []


async def _race(client: httpx.AsyncClient, servers: list[Server], project: str) -> int:
    overlapping = 0
    for number in range(ROUNDS):
        stage, move = ("left", "go") if number % 2 == 0 else ("right", "come")
        asked = [
            _ask(client, servers[i % len(servers)], project, {"from_stage": stage, "move": move})
            for i in range(CLIENTS)
        ]
        answers = await asyncio.gather(*asked)
        codes = Counter(status for status, _, _, _ in answers)
        assert codes == {201: 1, 409: CLIENTS - 1}, f"round {number}: {codes} {answers}"
        losers = {body["code"] for status, body, _, _ in answers if status == 409}
        assert losers == {"StageHasChanged"}
        overlapping += max(began for _, _, began, _ in answers) < min(ended for _, _, _, ended in answers)
    return overlapping


async def _ask(
    client: httpx.AsyncClient, server: Server, project: str, body: dict[str, Any]
) -> tuple[int, Any, float, float]:
    began = time.perf_counter()
    path = f"{server.address}/v1/projects/{project}/stage-transitions"
    response = await client.post(path, json=body, headers=HEADERS)
    return response.status_code, response.json(), began, time.perf_counter()


KILLS = 30 if os.environ.get("CAMPAIGN") == "full" else int(os.environ.get("KILLS", "5"))
WRITERS = 12


@pytest.mark.slow
async def test_no_acknowledged_write_is_lost_when_the_server_is_killed(real_url: str, tmp_path: Path) -> None:
    settings = Settings(database_url=real_url, data_dir=str(tmp_path))
    await prepare(settings)
    server = Server(real_url, tmp_path)
    acknowledged: dict[str, int] = {}
    in_flight: list[int] = []
    await server.start()
    async with httpx.AsyncClient(timeout=20) as client:
        projects = [await a_swinging_project(client, server.address) for _ in range(WRITERS)]
    try:
        for number in range(KILLS):
            busy = Counter[str]()
            writers = [asyncio.create_task(_write(server, p, acknowledged, busy)) for p in projects]
            await _until_busy(acknowledged, len(acknowledged) + WRITERS, busy)
            await asyncio.sleep(0.02 * ((number * 37) % 10))
            await _until_busy(acknowledged, 0, busy)
            in_flight.append(busy["now"])
            await server.end(9)
            await asyncio.gather(*writers)
            await server.start()
    finally:
        await server.end(9)
    async with Database(settings).opened() as database:
        assert await audit(database) == []

        kept = await steps_by_event(database)
    lost = [event for event in acknowledged if event not in kept]
    assert lost == [], f"{len(lost)} of {len(acknowledged)} acknowledged writes are lost"
    assert len(acknowledged) >= KILLS * WRITERS
    enough = sum(n >= 8 for n in in_flight)
    assert enough == KILLS, f"writes in flight at the kills: {in_flight}"


async def _until_busy(acknowledged: dict[str, int], enough: int, busy: Counter[str]) -> None:
    """Wait until the round has acknowledged some writes and eight more are on their way."""
    for _ in range(2000):
        if len(acknowledged) >= enough and busy["now"] >= 8:
            return
        await asyncio.sleep(0.005)
    raise AssertionError(f"the writers are not busy: {busy}")


async def _write(server: Server, project: str, acknowledged: dict[str, int], busy: Counter[str]) -> None:
    """Move a project to and fro until the server is gone; remember what it acknowledged."""
    async with httpx.AsyncClient(timeout=20, verify=False) as client:  # noqa: S501 - no TLS here; saves time
        path = f"{server.address}/v1/projects/{project}"
        stage = None
        while True:
            try:
                if stage is None:
                    stage = (await client.get(path, headers=HEADERS)).json()["stage"]
                body = {"from_stage": stage, "move": "go" if stage == "left" else "come"}
                headers = HEADERS | {"Idempotency-Key": str(uuid.uuid4())}
                busy["now"] += 1
                try:
                    response = await client.post(f"{path}/stage-transitions", json=body, headers=headers)
                finally:
                    busy["now"] -= 1
            except httpx.HTTPError:
                return
            if response.status_code in {409, 503}:  # the killed server's locks, a moment longer
                stage = None
                continue
            assert response.status_code == 201, response.text
            stage = response.json()["stage"]
            acknowledged[response.json()["event_id"]] = response.json()["sequence"]
