"""Runs the migrations on the database the settings name; one runner at a time."""

import asyncio
from importlib import import_module
from pathlib import Path
from typing import Any

from alembic import context
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel.sql.sqltypes import AutoString

import app
from app.config import Settings, load_settings
from app.sqlite import sqlite3
from app.table import Id, Json, Moment, Table

APP = Path(app.__file__).parent
for models in sorted(APP.glob("*/models.py")):
    import_module(f"app.{models.parent.name}.models")
import_module("app.idempotency")

LOCK = 7_036_874_417_766_4  # any number, the same for every runner
settings: Settings = context.config.attributes.get("settings") or load_settings()


def plain_types(kind: str, thing: Any, autogen: Any) -> str | bool:
    """Write migrations with our few types and SQLAlchemy's own, so that they outlive SQLModel."""
    if kind == "type" and isinstance(thing, AutoString):
        return f"sa.String({thing.length or ''})"
    if kind == "type" and isinstance(thing, (Id, Json, Moment)):
        autogen.imports.add(f"from app.table import {type(thing).__name__}")
        return f"{type(thing).__name__}()"
    return False


def run(connection: Connection) -> None:
    """Run what is missing, inside one transaction that no other runner can enter."""
    is_sqlite = connection.dialect.name == "sqlite"
    if not is_sqlite:
        connection.execute(text("SET LOCAL lock_timeout = '60s'"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    context.configure(
        connection=connection,
        target_metadata=Table.metadata,
        render_as_batch=is_sqlite,
        render_item=plain_types,
        compare_type=False,
    )
    context.run_migrations()
    if is_sqlite and (broken := connection.execute(text("PRAGMA foreign_key_check")).fetchall()):
        raise RuntimeError(f"the migration broke references: {broken[:5]}")


async def run_on_postgres(url: str) -> None:
    """Open PostgreSQL for the length of the migrations."""
    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://", 1))
    async with engine.begin() as connection:
        await connection.run_sync(run)
    await engine.dispose()


def run_on_sqlite(url: str) -> None:
    """Open SQLite: foreign keys off, since copying a table would otherwise delete what refers to it."""
    Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, module=sqlite3, connect_args={"isolation_level": None, "timeout": 60})
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            run(connection)
        except BaseException:
            connection.exec_driver_sql("ROLLBACK")
            raise
        connection.exec_driver_sql("COMMIT")
    engine.dispose()


if settings.database_url.startswith("sqlite"):
    run_on_sqlite(settings.database_url)
else:
    asyncio.run(run_on_postgres(settings.database_url))
