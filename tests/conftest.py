"""One migrated database per kind, copied for every test; one client; one clock that stands still.

Every test that asks for ``database`` or ``app`` runs on SQLite and on PostgreSQL.
"""

import asyncio
import os
import re
import shutil
import uuid
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.config import Settings
from app.database import Database
from app.events.auditing import audit
from app.items.auditing import audit_clocks
from app.main import create_app
from app.migrating import migrate
from tests.builders import World, furnish
from tests.contract.checking import Contract
from tests.postgres import create_database, drop_database, postgres

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # a Monday, nine in the morning at the office
PROJECTS_OF_A_YEAR = 500 if os.environ.get("CAMPAIGN") == "full" else 16  # in ``year_url``


class StillClock:
    """A clock that moves when a test moves it."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def settings_for(url: str, **more: Any) -> Settings:
    return Settings(database_url=url, durability="unsafe_for_tests", **more)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    with postgres() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Name a database in which there is nothing yet."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'mps_test.db'}"
        return
    server, name = request.getfixturevalue("postgres_url"), f"mps_test_empty_{tmp_path.name[-20:]}"
    drop_database(server, name)
    yield create_database(server, name)
    drop_database(server, name)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("database") / "mps_test.db"
    settings = settings_for(f"sqlite:///{path}")
    migrate(settings)
    furnish(settings)
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> str:
    name = f"mps_test_template_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    drop_database(postgres_url, name)
    settings = settings_for(create_database(postgres_url, name))
    migrate(settings)
    furnish(settings)
    return name


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        yield f"sqlite:///{shutil.copy(template, tmp_path / 'mps_test.db')}"
        return
    server = request.getfixturevalue("postgres_url")
    name = f"mps_test_{uuid.uuid4().hex}"
    yield create_database(server, name, request.getfixturevalue("postgres_template"))
    drop_database(server, name)


@pytest.fixture(scope="session")
def sqlite_year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of a generated year (``tests/year.py``), made once."""
    path = tmp_path_factory.mktemp("year") / "mps_test_year.db"
    _let_a_year_happen(settings_for(f"sqlite:///{path}", data_dir=str(path.parent)))
    return path


@pytest.fixture(scope="session")
def postgres_year(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    name = f"mps_test_year_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    drop_database(postgres_url, name)
    url = create_database(postgres_url, name)
    _let_a_year_happen(settings_for(url, data_dir=str(tmp_path_factory.mktemp("year"))))
    return name


def _let_a_year_happen(settings: Settings) -> None:
    from tests.year import generate  # noqa: PLC0415 - few tests need it

    migrate(settings)
    asyncio.run(generate(settings, PROJECTS_OF_A_YEAR))


@pytest.fixture(params=["sqlite", "postgres"])
def year_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A copy of a generated year for one test. A module whose tests happen there says so by two fixtures
    of its own: ``database_url`` that gives this, and ``clock`` that stands at ``year_end()``.
    """
    if request.param == "sqlite":
        yield f"sqlite:///{shutil.copy(request.getfixturevalue('sqlite_year'), tmp_path / 'mps_test.db')}"
        return
    server = request.getfixturevalue("postgres_url")
    name = f"mps_test_{uuid.uuid4().hex}"
    yield create_database(server, name, request.getfixturevalue("postgres_year"))
    drop_database(server, name)


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
async def app(
    request: pytest.FixtureRequest, database_url: str, clock: StillClock, tmp_path: Path
) -> AsyncIterator[FastAPI]:
    """The application on a furnished database; the auditors look at what a test left behind."""
    app = create_app(settings_for(database_url, data_dir=str(tmp_path / "data")), clock)
    async with app.router.lifespan_context(app):
        yield app
        if request.node.get_closest_marker("tampers") is None:
            assert await audit(app.state.database) == []
            assert await audit_clocks(app.state.database) == []


@pytest.fixture
def database(app: FastAPI) -> Database:
    found: Database = app.state.database
    return found


@pytest.fixture(scope="session")
def contract() -> Contract:
    return Contract(create_app(Settings(database_url="sqlite:///unused.db")))


@pytest.fixture
async def client(app: FastAPI, contract: Contract) -> AsyncIterator[httpx.AsyncClient]:
    """Speaks to the service in process; every answer is held against the contract."""

    async def check(response: httpx.Response) -> None:
        await response.aread()
        contract.check(response)

    hooks = {"response": [check]}
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test", event_hooks=hooks) as client:
        yield client


@pytest.fixture
def world(client: httpx.AsyncClient, clock: StillClock) -> World:
    return World(client, clock)


def _per_database(config: pytest.Config) -> dict[str, int]:
    """Count the tests of api/ and journeys/ that passed, by the database they ran on."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    passed = [r.nodeid for r in reporter.stats.get("passed", ())] if reporter else []
    found = [n for n in passed if n.startswith(("tests/api/", "tests/journeys/")) and "[" in n]
    names = [re.split(r"[-\[\]]", n.partition("[")[2]) for n in found]
    return {kind: sum(kind in parts for parts in names) for kind in ("sqlite", "postgres")}


def pytest_terminal_summary(terminalreporter: Any) -> None:
    counts = _per_database(terminalreporter.config)
    if any(counts.values()):
        said = ", ".join(f"{kind} {number}" for kind, number in counts.items())
        terminalreporter.write_line(f"tests/api and tests/journeys passed: {said}")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """A whole run that passed on one database more often than on the other has skipped something."""
    is_whole = not session.config.option.keyword and not session.config.option.markexpr
    counts = _per_database(session.config)
    if exitstatus == 0 and is_whole and len(set(counts.values())) > 1:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
