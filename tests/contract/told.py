"""Fixtures: a database in which the story has been told in two counties, copied for every test."""

import os
import shutil
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from fastapi import FastAPI

from app.main import create_app
from tests.builders import QIDONG, RUGAO, World
from tests.conftest import StillClock, settings_for
from tests.contract.checking import Contract
from tests.contract.telling import tell
from tests.postgres import create_database, drop_database


class Told(NamedTuple):
    """Where the story was told, and what it left behind in each county."""

    url: str
    data: Path
    ids: dict[str, dict[str, str]]
    examples: dict[str, Any]
    ended: Any


class ToldWorld(NamedTuple):
    """A fresh copy of the told world, with a client that holds every answer against the contract."""

    world: World
    app: FastAPI
    told: Told


def _told(url: str, data: Path, contract: Contract) -> Told:
    clock = StillClock()
    examples, stories = tell(settings_for(url, data_dir=str(data)), clock, contract)
    return Told(url, data, {area: s.ids for area, s in stories.items()}, examples, clock.now)


@pytest.fixture(scope="session")
def told_sqlite(tmp_path_factory: pytest.TempPathFactory, contract: Contract) -> Told:
    home = tmp_path_factory.mktemp("told")
    return _told(f"sqlite:///{home / 'mps_test.db'}", home / "data", contract)


@pytest.fixture(scope="session")
def told_postgres(
    tmp_path_factory: pytest.TempPathFactory, postgres_url: str, contract: Contract
) -> Iterator[Told]:
    home = tmp_path_factory.mktemp("told")
    name = f"mps_test_told_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    drop_database(postgres_url, name)
    yield _told(create_database(postgres_url, name), home / "data", contract)
    drop_database(postgres_url, name)


@pytest.fixture(params=["sqlite", "postgres"])
def told_copy(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Told]]:
    found: Told = request.getfixturevalue(f"told_{request.param}")
    shutil.copytree(found.data, tmp_path / "data")
    if request.param == "sqlite":
        path = shutil.copy(found.url.removeprefix("sqlite:///"), tmp_path / "mps_test.db")
        yield f"sqlite:///{path}", found
        return
    server, name = request.getfixturevalue("postgres_url"), f"mps_test_{uuid.uuid4().hex}"
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    yield create_database(server, name, f"mps_test_told_{worker}"), found
    drop_database(server, name)


@pytest.fixture
async def told(told_copy: tuple[str, Told], tmp_path: Path, contract: Contract) -> AsyncIterator[ToldWorld]:
    url, found = told_copy
    clock = StillClock()
    clock.now = found.ended
    app = create_app(settings_for(url, data_dir=str(tmp_path / "data")), clock)

    async def check(response: httpx.Response) -> None:
        await response.aread()
        contract.check(response)

    async with app.router.lifespan_context(app):
        transport, hooks = httpx.ASGITransport(app), {"response": [check]}
        async with httpx.AsyncClient(
            transport=transport, base_url="http://test", event_hooks=hooks
        ) as client:
            yield ToldWorld(World(client, clock), app, found)


OWN, OTHER = QIDONG, RUGAO
ABSENT = "00000000-0000-7000-8000-00000000dead"
__all__ = [
    "ABSENT",
    "OTHER",
    "OWN",
    "Told",
    "ToldWorld",
    "told",
    "told_copy",
    "told_postgres",
    "told_sqlite",
]
