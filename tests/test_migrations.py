"""The schema goes up and down with everything in it, is the same on both databases, and has one builder."""

import asyncio
import contextlib
import io
import subprocess
import sys
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.ext.asyncio import create_async_engine

from app.config import Settings
from app.database import Database
from app.migrating import alembic_config, migrate
from app.sqlite import sqlite3
from tests.builders import World, furnish
from tests.conftest import settings_for
from tests.postgres import create_database, drop_database
from tests.test_database import copied, fill, tables

pytestmark = pytest.mark.tampers  # rows are written here that no event tells of


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Any]:
    """Give a way to run functions of a SQLAlchemy connection."""
    if url.startswith("sqlite"):
        engine = create_engine(url, module=sqlite3)
        with engine.begin() as connection:

            async def run(act: Any) -> Any:
                return act(connection)

            yield run
        engine.dispose()
        return
    lasting = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://"))
    async with lasting.begin() as opened:
        yield opened.run_sync
    await lasting.dispose()


def _schema(connection: Connection) -> dict[str, Any]:
    """Describe tables, columns, indexes, unique constraints, foreign keys, checks and triggers."""
    inspector = inspect(connection)
    found: dict[str, Any] = {}
    for table in sorted(set(inspector.get_table_names()) - {"alembic_version"}):
        uniques = {u["name"] for u in inspector.get_unique_constraints(table)}
        found[table] = {
            "columns": {(c["name"], c["nullable"]) for c in inspector.get_columns(table)},
            "key": tuple(inspector.get_pk_constraint(table)["constrained_columns"]),
            "indexes": {
                (i["name"], tuple(i["column_names"]), bool(i["unique"]))
                for i in inspector.get_indexes(table)
                if i["name"] not in uniques
            },
            "uniques": {
                (u["name"], tuple(u["column_names"])) for u in inspector.get_unique_constraints(table)
            },
            "references": {
                (f["name"], tuple(f["constrained_columns"]), f["referred_table"])
                for f in inspector.get_foreign_keys(table)
            },
            "checks": {c["name"] for c in inspector.get_check_constraints(table)},
        }
    if connection.dialect.name == "sqlite":
        triggers = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
    else:
        triggers = connection.execute(text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"))
    found["triggers"] = {row[0] for row in triggers}
    return found


def _rows(connection: Connection) -> dict[str, list[Any]]:
    names = sorted(set(inspect(connection).get_table_names()) - {"alembic_version"})
    return {n: sorted(map(repr, connection.execute(text(f'SELECT * FROM "{n}"')))) for n in names}


async def schema_of(url: str) -> dict[str, Any]:
    async with connected(url) as run:
        found: dict[str, Any] = await run(_schema)
        return found


def revisions() -> list[str]:
    scripts = ScriptDirectory.from_config(alembic_config(Settings()))
    return [s.revision for s in reversed(list(scripts.walk_revisions()))]


async def migrated(url: str, revision: str = "head") -> None:
    await asyncio.to_thread(migrate, settings_for(url), revision)


async def lowered(url: str, revision: str) -> None:
    await asyncio.to_thread(command.downgrade, alembic_config(settings_for(url)), revision)


async def test_each_migration_goes_down_and_up_again_with_rows_in_every_table(
    world: World, database: Database, database_url: str
) -> None:
    """Down to the tables themselves and up again: no row, trigger, check or index is lost."""
    await world.project(content="新建厂房")
    if database_url.startswith("sqlite"):
        database.driver._writer.execute("PRAGMA foreign_keys=OFF")  # type: ignore[attr-defined]
    for kind in tables():
        (row,) = await database.driver.fetch(f'SELECT count(*) FROM "{kind.__tablename__}"', [])
        if row[0] == 0:
            await fill(database, kind)
    if database_url.startswith("sqlite"):  # the samples refer to nothing, which a migration would refuse
        await _refer_to_what_is_there(database)
    async with connected(database_url) as run:
        schema, rows = await run(_schema), await run(_rows)
    assert all(rows.values()), [name for name, found in rows.items() if not found]
    assert {"event_moves_head", "event_is_never_changed", "event_is_never_removed"} <= schema["triggers"]
    for revision in reversed(revisions()[:-1]):
        await lowered(database_url, revision)
        await migrated(database_url)
        async with connected(database_url) as run:
            assert await run(_schema) == schema, revision
            again = await run(_rows)
        lost = {name: (len(rows[name]), len(again[name])) for name in rows if rows[name] != again[name]}
        assert lost == {}, revision
    assert (await world.project())["version"] == 1


async def _refer_to_what_is_there(database: Database) -> None:
    """Point the samples' references at rows that exist."""
    writer = database.driver._writer  # type: ignore[attr-defined]
    while broken := writer.execute("PRAGMA foreign_key_check").fetchall():
        table, rowid, referred, number = broken[0]
        (key,) = [k for k in writer.execute(f'PRAGMA foreign_key_list("{table}")') if k[0] == number][:1]
        column, target = key[3], key[4]
        (value,) = writer.execute(f'SELECT "{target}" FROM "{referred}" LIMIT 1').fetchone()
        try:
            writer.execute(f'UPDATE "{table}" SET "{column}" = ? WHERE rowid = ?', (value, rowid))
        except sqlite3.IntegrityError:  # the other sample refers to it already
            writer.execute(f'DELETE FROM "{table}" WHERE rowid = ?', (rowid,))


async def test_a_furnished_database_goes_down_to_nothing_and_comes_up_again(empty_url: str) -> None:
    await migrated(empty_url)
    schema = await schema_of(empty_url)
    await asyncio.to_thread(furnish, settings_for(empty_url))
    await lowered(empty_url, "base")
    left = await schema_of(empty_url)
    assert left == {"triggers": set()}
    await migrated(empty_url)
    assert await schema_of(empty_url) == schema
    await asyncio.to_thread(furnish, settings_for(empty_url))


async def test_models_and_migrations_agree(empty_url: str) -> None:
    await migrated(empty_url)
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        await asyncio.to_thread(command.check, alembic_config(settings_for(empty_url)))
    assert "No new upgrade operations detected" in said.getvalue() or not said.getvalue()


async def test_both_databases_have_the_same_schema(postgres_url: str, tmp_path: Path) -> None:
    name = "mps_test_same_schema"
    drop_database(postgres_url, name)
    urls = f"sqlite:///{tmp_path / 'mps_test.db'}", create_database(postgres_url, name)
    schemas = []
    for url in urls:
        await migrated(url)
        schemas.append(await schema_of(url))
    drop_database(postgres_url, name)
    ours, theirs = schemas
    assert ours.keys() == theirs.keys()
    for table in ours:
        assert ours[table] == theirs[table], table


MIGRATE = "from app.config import load_settings; from app.migrating import migrate; migrate(load_settings())"


async def test_of_eight_that_start_at_once_one_migrates(empty_url: str) -> None:
    """All succeed, and the ledger's head, which a migration writes, is there once."""
    environment = {"MPS_DATABASE_URL": empty_url, "MPS_DURABILITY": "unsafe_for_tests", "PATH": ""}

    def start(_number: int) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", MIGRATE],
            env=environment, capture_output=True, text=True, timeout=100, check=False,
        )  # fmt: skip

    def all_at_once() -> list[subprocess.CompletedProcess[str]]:
        with ThreadPoolExecutor(8) as threads:
            return list(threads.map(start, range(8)))

    done = await asyncio.to_thread(all_at_once)
    assert [d.returncode for d in done] == [0] * 8, [d.stderr[-500:] for d in done if d.returncode]
    async with connected(empty_url) as run:
        heads = await run(lambda c: c.execute(text("SELECT count(*) FROM chain_head")).scalar())
        version = await run(lambda c: c.execute(text("SELECT version_num FROM alembic_version")).all())
    assert heads == 1
    assert [row[0] for row in version] == revisions()[-1:]


async def test_a_migration_that_breaks_references_is_rolled_back(
    sqlite_template: Path, tmp_path: Path
) -> None:
    path = copied(sqlite_template, tmp_path)
    broken = sqlite3.connect(path, isolation_level=None)
    broken.execute("PRAGMA foreign_keys=OFF")
    broken.execute("UPDATE operator SET name_id = 'nobody'")
    with pytest.raises(RuntimeError, match="broke references"):
        await lowered(f"sqlite:///{path}", revisions()[-2])
    assert broken.execute("SELECT version_num FROM alembic_version").fetchone() == (revisions()[-1],)
    broken.close()
