"""The database mechanism keeps SQLAlchemy's meaning, and the promises of a transaction."""

import ast
import asyncio
import importlib
import shutil
import subprocess
import sys
from datetime import date, datetime, timedelta, timezone
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import BigInteger, Boolean, Date, Integer, LargeBinary, create_engine, func, update
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import col, select

import app as app_root
from app.actor import Scope
from app.config import Settings
from app.database import Database, Writer
from app.main import create_app
from app.postgres import Postgres
from app.private.models import Private
from app.projects.queries import _project
from app.query import SHAPES, Query, Selection, _plan, inserting, one_of, query
from app.sqlite import Sqlite, is_sound, sqlite3
from app.table import Id, Json, Moment, Table
from app.troubles import Clash, DatabaseAway, DurabilityIsOff, FileIsServed, LockNotGiven
from tests.builders import QIDONG, World, a_project_body
from tests.conftest import NOW, settings_for
from tests.postgres import create_database, drop_database, postgres

pytestmark = pytest.mark.tampers  # rows are written here that no event tells of
SHANGHAI = timezone(timedelta(hours=8))
LONG = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000) SELECT count(*) FROM n"
)
numbers = count(1)


def an_id() -> str:
    return f"00000000-0000-7000-8000-{next(numbers):012x}"


async def keep(session: Writer, value: str) -> Private:
    facts: dict[str, Any] = {"project_id": None, "salt": None, "kept_at": NOW, "erased_at": None}
    return await session.insert(Private, id=an_id(), kind="test", kept_in=QIDONG, value=value, **facts)


@query
def _values() -> Selection[str]:
    return select(Private.value).where(Private.kind == "test")


async def values(database: Database) -> set[str]:
    return set(await database.reader.all(_values()))


def tables() -> list[type[Table]]:
    for models in sorted(Path(app_root.__file__).parent.glob("*/models.py")):
        importlib.import_module(f"app.{models.parent.name}.models")
    importlib.import_module("app.idempotency")
    return sorted(Table.__subclasses__(), key=lambda kind: kind.__name__)


def sample(column: Any, turn: int) -> Any:
    """Give a value that shows what its type can do."""
    kinds: list[tuple[type, Any]] = [
        (Id, an_id()),
        (Moment, datetime(2026, 1, 1, 0, 30, 0, 7, tzinfo=SHANGHAI)),
        (Json, {"甲": [turn, None, "x"], "b": {"c": True}}),
        (Date, date(2028, 2, 29)),
        (Boolean, turn == 0),
        (BigInteger, 2**40 + next(numbers)),
        (Integer, next(numbers)),
        (LargeBinary, b"\x00\xff"),
    ]
    for kind, value in kinds:
        if isinstance(column.type, kind):
            return value
    return f"文{next(numbers)}"[: column.type.length]


async def fill(database: Database, kind: type[Table]) -> None:
    """Write two rows into an empty table: one full, one with every NULL it may have."""
    write, _ = inserting(kind)
    columns = list(kind.__table__.columns)  # type: ignore[attr-defined]
    async with database.driver.transaction() as transaction:
        for turn in (0, 1):
            cells = [None if turn and c.nullable else sample(c, turn) for c in columns]
            plan = Query[Any](write, cells).plan(database.driver.dialect)
            if isinstance(database.driver, Postgres) and turn == 0:
                await transaction.run("SET LOCAL session_replication_role = replica", [[]])
            await transaction.run(plan.sql, [plan.bind(cells)])


async def as_sqlalchemy_reads(database_url: str, kind: type[Table]) -> list[Any]:
    statement = select(*kind.__table__.columns)  # type: ignore[attr-defined]
    if database_url.startswith("sqlite"):
        engine = create_engine(database_url, module=sqlite3)
        with engine.connect() as connection:
            rows = connection.execute(statement).all()
        engine.dispose()
        return list(rows)
    lasting = create_async_engine(database_url.replace("postgresql://", "postgresql+asyncpg://"))
    async with lasting.connect() as connection:
        rows = (await connection.execute(statement)).all()
    await lasting.dispose()
    return list(rows)


async def test_every_type_of_every_table_comes_back_as_sqlalchemy_would_bring_it(
    database: Database, database_url: str
) -> None:
    if isinstance(database.driver, Sqlite):
        database.driver._writer.execute("PRAGMA foreign_keys=OFF")
    for kind in tables():
        everything = Query[Any](lambda kind=kind: select(kind), ())
        if not await database.reader.all(everything):
            await fill(database, kind)
        ours = sorted(await database.reader.all(everything), key=repr)
        theirs = sorted(await as_sqlalchemy_reads(database_url, kind), key=repr)
        names = [c.name for c in kind.__table__.columns]  # type: ignore[attr-defined]
        assert ours, kind
        for mine, wanted in zip(
            sorted(([getattr(r, n) for n in names] for r in ours), key=repr),
            sorted((list(r) for r in theirs), key=repr),
            strict=True,
        ):
            assert [(type(v), v) for v in mine] == [(type(v), v) for v in wanted], kind


async def test_moments_come_back_in_utc_to_the_microsecond(database: Database) -> None:
    moment = datetime(2026, 1, 1, 0, 30, 0, 7, tzinfo=SHANGHAI)
    async with database.write() as session:
        row = await keep(session, "a")
        row = await session.change(row, kept_at=moment)
    (found,) = await database.reader.all(
        Query[Any](lambda: select(Private.kept_at).where(Private.kind == "test"), ())
    )
    assert found == moment
    assert found.utcoffset() == timedelta(0)


async def test_naive_moments_are_refused(database: Database) -> None:
    with pytest.raises(ValueError, match="timezone"):  # noqa: PT012 - the session is what refuses
        async with database.write() as session:
            row = await keep(session, "a")
            await session.change(row, kept_at=datetime(2026, 1, 1))  # noqa: DTZ001 - it is refused
    assert await values(database) == set()


async def test_a_row_cannot_be_set_by_mistake(database: Database) -> None:
    async with database.write() as session:
        row = await keep(session, "a")
    with pytest.raises(AttributeError):
        row.value = "b"


async def test_a_row_that_is_gone_is_neither_changed_nor_removed(database: Database) -> None:
    async with database.write() as session:
        row = await keep(session, "a")
        await session.remove(row)
    for act in ("change", "remove"):
        with pytest.raises(LookupError):
            async with database.write() as session:
                await (session.change(row, value="b") if act == "change" else session.remove(row))


async def test_an_unknown_column_is_refused(database: Database) -> None:
    with pytest.raises(TypeError, match="colour"):
        async with database.write() as session:
            await session.insert(
                Private, id=an_id(), kind="test", project_id=None, kept_in=QIDONG, salt=None, value=None,
                kept_at=NOW, erased_at=None, colour="red",
            )  # fmt: skip


@query
def _some(limit: int, value: str | None, among: Any) -> Selection[str]:
    statement = select(Private.value).where(Private.kind == "test")
    if value is not None:
        statement = statement.where(Private.value == value)
    if among is not None:
        statement = statement.where(one_of(col(Private.value), among))
    return statement.limit(limit)


async def test_a_shape_is_compiled_once_and_the_number_of_shapes_is_bounded(database: Database) -> None:
    before = _plan.cache_info().misses
    for number in range(20):
        await database.reader.all(_some(number, "a", None))
        await database.reader.all(_some(number, None, ["a"] * number))
    assert _plan.cache_info().misses - before <= 2
    assert _plan.cache_info().maxsize == SHAPES


async def test_lists_of_any_length_are_one_parameter(database: Database) -> None:
    async with database.write() as session:
        for value in "abc":
            await keep(session, value)
    for among, found in (([], set()), (["a"], {"a"}), (["a", "c", "x"] * 500, {"a", "c"})):
        assert set(await database.reader.all(_some(99, None, among))) == found


async def test_an_in_list_that_would_grow_the_text_is_refused(database: Database) -> None:
    with pytest.raises(TypeError, match="one_of"):
        await database.reader.all(
            Query[Any](lambda: select(Private).where(col(Private.kind).in_(["a", "b"])), ())
        )


async def test_sqlite_looks_rows_up_by_their_ids_and_does_not_sort_pages(database: Database) -> None:
    if not isinstance(database.driver, Sqlite):
        return
    plan = Query[Any](lambda ids: select(Private).where(one_of(col(Private.id), ids)), (["a"],)).plan(
        database.driver.dialect
    )
    steps = database.driver._reader.execute(f"EXPLAIN QUERY PLAN {plan.sql}", plan.bind((["a"],))).fetchall()
    assert any("SEARCH private USING" in step[3] for step in steps), steps


@query
def _renamed(key: str, value: str | None) -> Selection[Any]:
    return update(Private).where(col(Private.id) == key).values(value=value).returning(col(Private.kept_at))


@query
def _counted(kind: str) -> Selection[int]:
    return select(func.count()).select_from(Private).where(Private.kind == kind)


async def test_returning_and_counting(database: Database) -> None:
    async with database.write() as session:
        row = await keep(session, "a")
        assert await session.one(_renamed(row.id, "b")) == NOW
        assert await session.one(_counted("test")) == 1
    assert await values(database) == {"b"}


async def test_a_value_taken_is_a_clash_and_nothing_is_written(database: Database) -> None:
    with pytest.raises(Clash):  # noqa: PT012 - the session is what refuses
        async with database.write() as session:
            row = await keep(session, "a")
            await session.insert(Private, **row._asdict())  # type: ignore[attr-defined]
    assert await values(database) == set()


class Mistake(Exception): ...  # noqa: N818 - a sentence


async def test_transactions_side_by_side_are_each_all_or_nothing(database: Database) -> None:
    async def act(number: int) -> None:
        async with database.write() as session:
            await keep(session, f"{number}-a")
            await asyncio.sleep(0)
            await keep(session, f"{number}-b")
            if number % 3 == 0:
                raise Mistake

    done = await asyncio.gather(*[act(n) for n in range(60)], return_exceptions=True)
    assert sum(isinstance(d, Mistake) for d in done) == 20
    assert [d for d in done if d and not isinstance(d, Mistake)] == []
    assert await values(database) == {f"{n}-{half}" for n in range(60) if n % 3 for half in "ab"}


async def test_cancelled_requests_leave_nothing_and_break_nothing(database: Database) -> None:
    async def act(number: int) -> None:
        async with database.write() as session:
            await keep(session, f"{number}-a")
            await asyncio.sleep(0.001 * (number % 5))
            await keep(session, f"{number}-b")

    tasks = [asyncio.create_task(act(n)) for n in range(60)]
    for number, task in enumerate(tasks):
        await asyncio.sleep(0.001)
        if number % 2:
            task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    found = await values(database)
    whole = {value[:-2] for value in found}
    assert len(found) == 2 * len(whole)
    assert {str(n) for n in range(0, 60, 2)} <= whole
    await asyncio.wait_for(_keep_one(database, "after"), 5)
    if isinstance(database.driver, Postgres):
        assert not database.driver._room.locked()
        assert len(database.driver._idle) <= 8


async def _keep_one(database: Database, value: str) -> None:
    async with database.write() as session:
        await keep(session, value)


async def test_whoever_is_cancelled_while_his_commit_is_on_its_way_does_not_undo_the_others(
    database: Database,
) -> None:
    """A group shares one commit; one of it that stops waiting changes nothing for the rest."""
    tasks = [asyncio.create_task(_keep_one(database, str(n))) for n in range(20)]
    while not any(task.done() for task in tasks):
        for task in tasks[::4]:
            task.cancel()
        await asyncio.sleep(0)
    await asyncio.gather(*tasks, return_exceptions=True)
    kept = {str(n) for n, task in enumerate(tasks) if not task.cancelled()}
    assert kept <= await values(database)
    assert {str(n) for n in range(20) if n % 4} <= kept


async def test_a_session_that_changed_without_an_event_is_refused(world: World, database: Database) -> None:
    project = await world.project()
    with pytest.raises(AssertionError, match="without an event: project"):  # noqa: PT012 - the session is what refuses
        async with database.write() as session:
            found = await session.one(_project(project["id"], *Scope((QIDONG,), None, None)))
            await session.change(found[0], name="silently")
    assert (await world.get(f"/v1/projects/{project['id']}")).json()["name"] == project["name"]


# PostgreSQL


async def killer(database: Database) -> Any:
    assert isinstance(database.driver, Postgres)
    return await asyncpg.connect(database.driver._dsn)


KILL = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


async def test_reads_survive_the_death_of_their_connections(world: World, database: Database) -> None:
    if isinstance(database.driver, Sqlite):
        return  # it has no connection to lose
    project = await world.project()
    path = f"/v1/projects/{project['id']}"
    await asyncio.gather(*[world.get(path) for _ in range(20)])
    other = await killer(database)
    for _ in range(5):
        await other.execute(KILL)
        answers = await asyncio.gather(*[world.get(path) for _ in range(20)])
        assert {a.status_code for a in answers} == {200}
    await other.execute("ALTER TABLE project ALTER COLUMN name TYPE varchar(500)")  # plans change
    assert (await world.get(path)).status_code == 200
    await other.close()
    assert (await world.project())["version"] == 1


async def test_a_write_whose_connection_dies_is_503_and_its_retry_succeeds(
    world: World, database: Database
) -> None:
    if isinstance(database.driver, Sqlite):
        return  # it has no connection to lose
    other = await killer(database)
    await other.execute("BEGIN")
    await other.execute(
        "SELECT 1 FROM chain_head FOR UPDATE"
    )  # so that the write waits, holding its connection
    key = world.key()
    body = a_project_body()
    writing = asyncio.create_task(world.post("/v1/projects", body, **{"Idempotency-Key": key}))
    while not await other.fetchval("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"):  # noqa: ASYNC110 - another process is waited for
        await asyncio.sleep(0.01)
    await other.execute(KILL)
    answer = await writing
    assert (answer.status_code, answer.json()["code"]) == (503, "DatabaseAway")
    assert int(answer.headers["retry-after"]) > 0
    await other.execute("ROLLBACK")
    await other.close()
    again = await world.post("/v1/projects", body, **{"Idempotency-Key": key})
    assert again.status_code == 201
    assert "idempotency-replayed" not in again.headers  # nothing of the first was left
    assert isinstance(database.driver, Postgres)
    assert database.driver._room._value == 8  # every place in the pool has come back


async def test_a_record_held_for_too_long_is_409_with_when_to_try_again(
    world: World, database: Database
) -> None:
    if isinstance(database.driver, Sqlite):
        return  # it has one writer
    project = await world.project()
    other = await killer(database)
    await other.execute("BEGIN")
    await other.execute("SELECT 1 FROM project WHERE id = $1 FOR UPDATE", project["id"])
    answer = await world.move(project, "drop", reason="结束")
    assert (answer.status_code, answer.json()["code"]) == (409, LockNotGiven.__name__)
    assert int(answer.headers["retry-after"]) <= 2
    await other.close()


async def test_a_server_that_is_not_there_is_said_so_at_the_start(tmp_path: Path) -> None:
    settings = Settings(database_url="postgresql://nobody@127.0.0.1:1/mps_test")
    with pytest.raises(DatabaseAway):
        async with Database(settings).opened():
            pass


async def test_postgresql_without_durability_is_refused(postgres_url: str) -> None:
    name = "weak_database"
    drop_database(postgres_url, name)
    url = create_database(postgres_url, name)
    for durability in ("full", "unsafe_for_tests"):  # the name does not say that it is for tests
        with pytest.raises(DurabilityIsOff, match="fsync=off, synchronous_commit=off, full_page_writes=off"):
            async with Database(Settings(database_url=url, durability=durability)).opened():
                pass
    drop_database(postgres_url, name)


async def test_postgresql_with_durability_is_accepted() -> None:
    with postgres(durable=True) as url:
        async with Database(Settings(database_url=url)).opened() as database:
            (row,) = await database.driver.fetch("SHOW fsync", [])
            assert row[0] == "on"


# SQLite


def sqlite_of(database: Database) -> Sqlite | None:
    return database.driver if isinstance(database.driver, Sqlite) else None


async def test_a_long_read_does_not_stop_the_others(database: Database) -> None:
    reading = asyncio.create_task(database.driver.fetch(LONG, []))
    longest, before = 0.0, asyncio.get_running_loop().time()
    while not reading.done():
        await asyncio.sleep(0.001)
        now = asyncio.get_running_loop().time()
        longest, before = max(longest, now - before), now
    assert (await reading)[0][0] == 1_000_000
    assert longest < 0.1


async def test_another_process_that_writes_is_waited_for(world: World, database: Database) -> None:
    if (driver := sqlite_of(database)) is None:
        return  # it has row locks
    other = sqlite3.connect(driver.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    writing = asyncio.create_task(world.project())
    await asyncio.sleep(0.1)
    assert not writing.done()
    assert (await world.get("/v1/projects")).status_code == 200  # readers do not wait
    other.execute("COMMIT")
    other.close()
    assert (await writing)["version"] == 1


class Failing:
    """The writing connection, whose next commit fails."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.fails = 1

    def __getattr__(self, name: str) -> Any:
        return getattr(self.connection, name)

    def execute(self, sql: str, *values: Any) -> Any:
        if sql == "COMMIT" and self.fails:
            self.fails -= 1
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorcode = sqlite3.SQLITE_IOERR
            raise error
        return self.connection.execute(sql, *values)


async def test_a_commit_that_fails_fails_for_everybody_who_shared_it_and_leaves_nothing(
    world: World, database: Database
) -> None:
    if (driver := sqlite_of(database)) is None:
        return  # it has a commit for each
    failing = driver._writer = Failing(driver._writer)
    answers = await asyncio.gather(*[world.post("/v1/projects", a_project_body()) for _ in range(5)])
    refused = [a for a in answers if a.status_code != 201]
    assert failing.fails == 0
    assert {(a.status_code, a.json()["code"]) for a in refused} == {(503, "DatabaseAway")}
    listed = (await world.get("/v1/projects?include=total")).json()["total"]
    assert listed == len(answers) - len(refused)
    assert (await world.project())["version"] == 1


async def test_a_file_that_another_process_never_lets_go_is_503(world: World, database: Database) -> None:
    if (driver := sqlite_of(database)) is None:
        return  # it has row locks
    other = sqlite3.connect(driver.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    answer = await world.post("/v1/projects", a_project_body())
    assert (answer.status_code, answer.json()["code"]) == (503, "DatabaseAway")
    other.close()
    assert (await world.project())["version"] == 1


async def test_a_full_disk_is_507_reads_go_on_and_writes_go_on_when_there_is_room(
    world: World, database: Database
) -> None:
    if (driver := sqlite_of(database)) is None:
        return  # its disk is the server's
    project = await world.project()
    (pages,) = driver._writer.execute("PRAGMA page_count").fetchone()
    driver._writer.execute(f"PRAGMA max_page_count={pages}")
    codes = set()
    for _ in range(40):
        answers = await asyncio.gather(*[world.post("/v1/projects", a_project_body()) for _ in range(5)])
        codes |= {(a.status_code, a.json().get("code")) for a in answers}
        if codes & {(507, "DiskIsFull")}:
            break
    assert codes - {(201, None)} == {(507, "DiskIsFull")}
    assert (await world.get(f"/v1/projects/{project['id']}")).status_code == 200
    assert driver._writer.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    driver._writer.execute(f"PRAGMA max_page_count={pages + 10_000}")
    assert (await world.project())["version"] == 1
    assert driver._writer.execute(
        "SELECT count(*) = max(sequence) AND max(sequence) = (SELECT sequence FROM chain_head) FROM event"
    ).fetchone() == (1,)


async def test_the_safe_mode_has_one_connection_and_keeps_every_promise(
    sqlite_template: Path, tmp_path: Path, clock: Any
) -> None:
    path = copied(sqlite_template, tmp_path)
    app = create_app(settings_for(f"sqlite:///{path}", sqlite_safe_mode=True, data_dir=str(tmp_path)), clock)
    async with app.router.lifespan_context(app), _client(app) as client:
        world = World(client, clock)
        driver = app.state.database.driver
        assert driver._reader is driver._writer
        assert driver._writer.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        projects = await asyncio.gather(*[world.project() for _ in range(10)])
        path_of = [f"/v1/projects/{p['id']}" for p in projects]
        mixed = [world.get(p) for p in path_of] + [world.move(p, "drop", reason="结束") for p in projects]
        assert {a.status_code for a in await asyncio.gather(*mixed)} == {200, 201}
        stages = [(await world.get(p)).json()["stage"] for p in path_of]
        assert set(stages) == {"closed_lead"}
    assert sorted(p.name for p in tmp_path.glob("*.db*")) == ["mps_test.db", "mps_test.db.lock"]  # noqa: ASYNC240 - the test is over


def copied(template: Path, home: Path) -> Path:
    return Path(shutil.copy(template, home / "mps_test.db"))


def _client(app: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")


@pytest.mark.parametrize(
    ("version", "sound"),
    [
        ((3, 40, 1), False), ((3, 44, 5), False), ((3, 44, 6), True), ((3, 45, 0), False),
        ((3, 50, 6), False), ((3, 50, 7), True), ((3, 51, 2), False), ((3, 51, 3), True), ((3, 53, 0), True),
    ],
)  # fmt: skip
def test_a_release_with_the_wal_reset_bug_runs_in_safe_mode(version: tuple[int, ...], sound: bool) -> None:
    assert is_sound(version) is sound


async def test_an_sqlite_file_has_one_server_and_commands_beside_it(
    sqlite_template: Path, tmp_path: Path, clock: Any
) -> None:
    path = copied(sqlite_template, tmp_path)
    settings = settings_for(f"sqlite:///{path}", data_dir=str(tmp_path))
    first, second = create_app(settings, clock), create_app(settings, clock)
    async with first.router.lifespan_context(first):
        with pytest.raises(FileIsServed, match=r"另一个服务进程.*another process"):
            async with second.router.lifespan_context(second):
                pass
        environment = {"MPS_DATABASE_URL": settings.database_url, "MPS_DATA_DIR": str(tmp_path), "PATH": ""}
        for command, code in ((["verify"], 0), (["serve", "--port", "0"], 1)):
            done = await asyncio.to_thread(
                subprocess.run,
                [sys.executable, "-m", "app", *command],
                env=environment, capture_output=True, text=True, timeout=60, check=False,
            )  # fmt: skip
            assert done.returncode == code, (command, done.stdout, done.stderr)
        assert "is served by another process" in done.stderr
        assert "Traceback" not in done.stderr
    async with second.router.lifespan_context(second):
        pass  # the first is gone


# The bodies of queries


COMPUTES = (ast.BinOp, ast.JoinedStr, ast.UnaryOp, ast.Subscript, ast.BoolOp)


def computing_with_placeholders(source: str) -> list[str]:
    """Name where a @query computes with a parameter: it is a placeholder, and would be computed with once."""
    found = []
    for function in ast.walk(ast.parse(source)):
        if not isinstance(function, ast.FunctionDef):
            continue
        if not any(isinstance(d, ast.Name) and d.id == "query" for d in function.decorator_list):
            continue
        names = {a.arg for a in (*function.args.posonlyargs, *function.args.args)}
        for node in ast.walk(function):
            direct = ast.iter_child_nodes(node)
            if isinstance(node, ast.JoinedStr):
                direct = (v.value for v in node.values if isinstance(v, ast.FormattedValue))
            is_call = (
                isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in BUILTINS
            )
            is_if = isinstance(node, (ast.If, ast.IfExp)) and isinstance(node.test, ast.Name)
            if isinstance(node, COMPUTES) or is_call or is_if:
                found += [
                    f"{node.lineno}: {function.name} computes with {child.id}"
                    for child in direct
                    if isinstance(child, ast.Name) and child.id in names
                ]
    return found


BUILTINS = {"len", "str", "int", "list", "tuple", "sorted", "set", "min", "max", "bool", "dict"}


def test_queries_do_not_compute_with_their_placeholders() -> None:
    broken = [
        f"{path}:{fault}"
        for path in sorted(Path(app_root.__file__).parent.rglob("*.py"))
        for fault in computing_with_placeholders(path.read_text(encoding="utf-8"))
    ]
    assert broken == []


@pytest.mark.parametrize(
    "body",
    ["limit + 1", 'f"%{limit}%"', "-limit", "limit[0]", "len(limit)", "a if limit else b", "limit or 5"],
)
def test_each_way_to_compute_is_seen(body: str) -> None:
    assert computing_with_placeholders(f"@query\ndef _page(limit):\n    return select(x).limit({body})\n")
    assert not computing_with_placeholders("@query\ndef _page(limit):\n    return select(x).limit(limit)\n")
