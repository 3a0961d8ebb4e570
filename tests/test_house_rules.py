"""The rules of the house, so that nobody has to remember them; each is broken once, to see it kept."""

import subprocess
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

from tests import house_rules as house
from tests.house_rules import OF_PYTHON, OF_TEXTS, Rule, circles, gaps

APPLICATION = sorted(str(path) for path in Path("app").rglob("*.py"))


@cache
def texts() -> dict[str, str]:
    """Every committed text file."""
    command = ["git", "ls-files", "-z"]
    try:
        names = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\0")
    except (OSError, subprocess.CalledProcessError):  # an unpacked archive: take what lies here
        roots = ("app", "tests", "scripts", "benchmarks", "migrations", "docs", "requirements", "openapi")
        found = [*Path().glob("*"), *(path for root in roots for path in Path(root).rglob("*"))]
        names = [str(path) for path in found if "__pycache__" not in path.parts]
    read: dict[str, str] = {}
    for name in names:
        if name and Path(name).is_file():
            try:
                read[name] = Path(name).read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue  # a picture, a spreadsheet
    return read


def broken(rule: Rule, files: Iterable[str]) -> str:
    read = ((path, Path(path).read_text(encoding="utf-8")) for path in files)
    return "\n".join(f"{path}:{what}" for path, source in read for what in rule(path, source))


def named(rule: Rule) -> str:
    return rule.__name__


@pytest.mark.parametrize("rule", house.OF_THE_APPLICATION, ids=named)
def test_the_application_keeps(rule: Rule) -> None:
    assert broken(rule, APPLICATION) == ""


@pytest.mark.parametrize("rule", OF_PYTHON, ids=named)
def test_every_python_file_keeps(rule: Rule) -> None:
    assert broken(rule, [name for name in texts() if name.endswith(".py")]) == ""


@pytest.mark.parametrize("rule", OF_TEXTS, ids=named)
def test_every_text_keeps(rule: Rule) -> None:
    assert broken(rule, texts()) == ""


def test_no_module_needs_itself_to_be_imported() -> None:
    assert list(circles({path: Path(path).read_text(encoding="utf-8") for path in APPLICATION})) == []


def test_migrations_are_numbered_in_a_row() -> None:
    assert list(gaps([path.name for path in Path("migrations/versions").glob("*.py")])) == []


ROUTER = "app/stages/router.py"
SERVICE = "app/stages/service.py"
NAKED = "async def f(session): ..."
UNFINISHED = house.UNFINISHED
REGISTRY = house.REGISTRIES[0]
HOME = "/ho" + "me"
NOQA, PRAGMA = "# no" + "qa", "# prag" + "ma"

PLANTED: list[tuple[Rule, str, str]] = [
    (house.imports_only_go_down, "app/plans/service.py", "from app.items.queries import get_item"),
    (house.imports_only_go_down, "app/plans/service.py", "import app.items.queries"),
    (house.imports_only_go_down, "app/plans/service.py", "import app.items.queries as items"),
    (house.imports_only_go_down, "app/plans/service.py", "from app import items"),
    (house.imports_only_go_down, "app/plans/service.py", "from ..items.queries import get_item"),
    (house.imports_only_go_down, "app/plans/service.py", "from .. import items"),
    (house.imports_only_go_down, "app/plans/service.py", "def f():\n    from app.items import queries"),
    (house.imports_only_go_down, "app/plans/service.py", "import app"),
    (house.imports_only_go_down, "app/plans/service.py", "from app import *"),
    (house.imports_only_go_down, "app/clock.py", "from .main import create_app"),
    (house.imports_only_go_down, SERVICE, "from app.complaints.queries import get_complaint"),
    (house.imports_only_go_down, "app/attic/service.py", ""),
    (house.imports_only_go_down, SERVICE, "from app.attic.service import f"),
    (house.nothing_is_imported_by_a_text, SERVICE, "import_module('app.main')"),
    (house.nothing_is_imported_by_a_text, SERVICE, "importlib.import_module('app.main')"),
    (house.nothing_is_imported_by_a_text, SERVICE, "__import__('app.main')"),
    (house.the_domain_is_pure, "app/domain/items.py", "import pydantic"),
    (house.the_domain_is_pure, "app/domain/items.py", "from app.clock import read_clock"),
    (house.the_domain_is_pure, "app/domain/items.py", "from ..clock import read_clock"),
    (house.the_domain_is_pure, "app/domain/items.py", "def f():\n    import sqlite3"),
    (house.files_of_a_room_have_an_order, SERVICE, "from app.stages.router import router"),
    (house.files_of_a_room_have_an_order, SERVICE, "from app.stages import router"),
    (house.files_of_a_room_have_an_order, SERVICE, "from . import router"),
    (house.files_of_a_room_have_an_order, SERVICE, "from .router import router"),
    (house.files_of_a_room_have_an_order, "app/stages/queries.py", "from app.stages import service"),
    (house.files_of_a_room_have_an_order, "app/stages/queries.py", "from app.stages import schemas"),
    (house.files_of_a_room_have_an_order, "app/stages/models.py", "from .queries import get_stage"),
    (house.other_rooms_are_entered_by_their_doors, SERVICE, "from app.projects.router import ProjectOut"),
    (house.other_rooms_are_entered_by_their_doors, SERVICE, "from app.projects import router"),
    (house.other_rooms_are_entered_by_their_doors, SERVICE, "from ..projects.codes import renew"),
    (house.other_rooms_are_entered_by_their_doors, SERVICE, "import app.projects"),
    (house.few_know_fastapi, SERVICE, "from fastapi import Depends"),
    (house.few_know_fastapi, "app/domain/items.py", "def f():\n    import starlette.requests"),
    (house.routers_hold_no_sql, ROUTER, "from sqlmodel import select"),
    (house.routers_hold_no_sql, ROUTER, "import sqlalchemy as sa"),
    (house.only_the_drivers_commit, SERVICE, "await session.commit()"),
    (house.only_the_drivers_commit, SERVICE, "end = session.commit"),
    (house.only_the_drivers_commit, SERVICE, "async with session.begin(): ..."),
    (house.only_the_drivers_commit, SERVICE, "await connection.execute('COMMIT')"),
    (house.only_the_drivers_commit, "app/worker.py", "await connection.execute(f'BEGIN {how}')"),
    (house.only_the_clock_reads_the_time, SERVICE, "datetime.now(UTC)"),
    (house.only_the_clock_reads_the_time, SERVICE, "datetime.datetime.utcnow()"),
    (house.only_the_clock_reads_the_time, SERVICE, "read = datetime.now"),
    (house.only_the_clock_reads_the_time, SERVICE, "date.today()"),
    (house.only_the_clock_reads_the_time, SERVICE, "from datetime import date as d\nd.today()"),
    (house.only_the_clock_reads_the_time, SERVICE, "time.time()"),
    (house.only_the_clock_reads_the_time, SERVICE, "import time as t\nt.time()"),
    (house.only_the_clock_reads_the_time, SERVICE, "from time import monotonic"),
    (house.only_the_clock_reads_the_time, SERVICE, "from time import time as t"),
    (house.only_the_clock_reads_the_time, SERVICE, "time.monotonic()"),
    (house.only_the_clock_reads_the_time, SERVICE, "time.perf_counter()"),
    (house.only_the_clock_reads_the_time, SERVICE, "func.now()"),
    (house.only_the_clock_reads_the_time, SERVICE, "text('select CURRENT_TIMESTAMP')"),
    (house.only_the_clock_reads_the_time, SERVICE, "text('select now()')"),
    (house.files_stay_small, SERVICE, "a = 1\n" * 300),
    (house.every_route_begins_with_the_actor, ROUTER, f"@router.get('/v1/x')\n{NAKED}"),
    (house.every_route_begins_with_the_actor, ROUTER, f"@router.post('', status_code=201)\n{NAKED}"),
    (house.every_route_begins_with_the_actor, ROUTER, f"@router.get(PATH)\n{NAKED}"),
    (house.every_route_begins_with_the_actor, ROUTER, "@router.get('/v1/x')\nasync def f(): ..."),
    (house.every_route_begins_with_the_actor, ROUTER, "@router.get('')\ndef f(session, actor): ..."),
    (house.every_route_begins_with_the_actor, ROUTER, "@router.get('')\ndef f(*, actor): ..."),
    (house.every_route_begins_with_the_actor, ROUTER, "router.add_api_route('/v1/x', f)"),
    (
        house.every_route_begins_with_the_actor,
        ROUTER,
        f"router = APIRouter(prefix='/v1/projects')\n@router.get('/health/live')\n{NAKED}",
    ),
    (house.names_say_something, "app/plans/utils.py", ""),
    (house.names_say_something, "tests/helpers/clock.py", ""),
    (house.ignored_lints_have_a_reason, SERVICE, f"x = 1  {NOQA}"),
    (house.ignored_lints_have_a_reason, SERVICE, f"x = 1  {NOQA}: E501"),
    (house.ignored_lints_have_a_reason, SERVICE, f"x = 1  {PRAGMA}: no cover"),
    (house.no_address_of_a_registry, "docs/a.md", f"see https://{REGISTRY}.org/project/x"),
    (house.no_address_of_a_registry, "requirements/a.lock", f"x @ https://files.{REGISTRY}.org/x.whl"),
    (house.no_path_of_this_machine, "docs/a.md", f"see {HOME}/me/notes"),
    (house.no_path_of_this_machine, "app/config.py", f'x = "{HOME}/me"'),
    *((house.nothing_is_left_unfinished, "docs/a.md", f"a\n# {word}: later") for word in UNFINISHED),
]


@pytest.mark.parametrize(("rule", "path", "source"), PLANTED)
def test_a_planted_break_is_found(rule: Rule, path: str, source: str) -> None:
    assert list(rule(path, source)) != []


INNOCENT: list[tuple[Rule, str, str]] = [
    (
        house.imports_only_go_down,
        SERVICE,
        "from app.projects.queries import lock_project\nfrom . import models",
    ),
    (house.imports_only_go_down, "app/database.py", "from app.sqlite import Sqlite"),
    (house.imports_only_go_down, "app/door.py", "from app import __version__"),
    (house.the_domain_is_pure, "app/domain/items.py", "from app.errors import Words\nfrom . import clocks"),
    (house.files_of_a_room_have_an_order, ROUTER, "from app.stages import service\nfrom . import schemas"),
    (house.files_of_a_room_have_an_order, "app/webhooks/delivery.py", "from app.webhooks import queries"),
    (house.other_rooms_are_entered_by_their_doors, "app/main.py", "from app.stages.router import router"),
    (house.other_rooms_are_entered_by_their_doors, SERVICE, "from app.projects import queries as projects"),
    (house.few_know_fastapi, ROUTER, "from fastapi import APIRouter"),
    (house.only_the_drivers_commit, SERVICE, '"""Nothing here says COMMIT."""'),
    (house.only_the_drivers_commit, "app/sqlite.py", "writer.execute('COMMIT')"),
    (house.only_the_clock_reads_the_time, "app/clock.py", "datetime.now(UTC)"),
    (
        house.only_the_clock_reads_the_time,
        SERVICE,
        "from datetime import date, time\nplan.today\nactor.now\nnow = clock()",
    ),
    (
        house.every_route_begins_with_the_actor,
        ROUTER,
        "@router.get('/v1/x')\nasync def f(actor, session): ...",
    ),
    (house.every_route_begins_with_the_actor, "app/main.py", f"@app.get('/health/ready')\n{NAKED}"),
    (house.every_route_begins_with_the_actor, ROUTER, "@query\ndef f(project_id): ..."),
    (house.ignored_lints_have_a_reason, SERVICE, f"x = 1  {NOQA}: N818, E501 - an answer"),
    (house.no_path_of_this_machine, "docs/a.md", f"/v1{HOME}/me and https://example.org{HOME}/me"),
    (house.no_address_of_a_registry, "docs/a.md", "https://example.org/law"),
]


@pytest.mark.parametrize(("rule", "path", "source"), INNOCENT)
def test_what_is_allowed_is_not_reported(rule: Rule, path: str, source: str) -> None:
    assert list(rule(path, source)) == []


@pytest.mark.parametrize(
    "second",
    ["import app.query", "from app.query import query", "from . import query", "from .query import q"],
)
def test_a_planted_circle_is_found(second: str) -> None:
    assert list(circles({"app/query.py": "from app.database import Database", "app/database.py": second}))


def test_an_import_inside_a_function_makes_no_circle() -> None:
    later = "def f():\n    from app.query import query"
    assert not list(circles({"app/query.py": "from app.database import Database", "app/database.py": later}))


@pytest.mark.parametrize(
    "names", [["0002_a.py"], ["0001_a.py", "0003_b.py"], ["0001_a.py", "0001_b.py"], ["a.py"]]
)
def test_a_planted_gap_is_found(names: list[str]) -> None:
    assert list(gaps(names))


def test_every_rule_is_broken_once() -> None:
    rules = {*house.OF_THE_APPLICATION, *OF_PYTHON, *OF_TEXTS}
    assert rules == {rule for rule, _, _ in PLANTED}
    assert rules == {f for name, f in vars(house).items() if is_rule(name, f)}


def is_rule(name: str, thing: object) -> bool:
    code = getattr(thing, "__code__", None)
    return (
        code is not None
        and code.co_argcount == 2
        and code.co_varnames[0].endswith("path")
        and name != "imports"
    )
