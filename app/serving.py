"""Starting the service: bring the database up to date, furnish it, serve, and tell what to try."""

import asyncio
import logging
import signal
import sys
from contextlib import suppress

import uvicorn

from app.clock import read_clock
from app.config import Settings
from app.database import Database
from app.demo import founding, loading
from app.door import access
from app.events.queries import chain_head
from app.main import create_app
from app.migrating import migrate
from app.sqlite import Sqlite
from app.troubles import FileIsServed
from app.worker import work


async def set_up(settings: Settings) -> bool:
    """Migrate and found an installation; safe to be run by many at once. Tell whether it was empty."""
    async with Database(settings).opened():
        pass  # a database that is away or not durable is refused in our words, not in Alembic's
    await asyncio.to_thread(migrate, settings)
    async with Database(settings).opened() as database:
        return await founding.found(database, read_clock())


def _log() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)  # the demo asks hundreds of times


def serve(settings: Settings, *, host: str, port: int, has_worker: bool, sets_up: bool) -> int:
    """Serve until told to stop; ``sets_up`` migrates first and gives an empty SQLite a demo set."""
    _log()
    try:
        held = Sqlite(settings).hold() if settings.database_url.startswith("sqlite") else None
    except FileIsServed as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    if sets_up:
        was_empty = asyncio.run(set_up(settings))
        if was_empty and settings.database_url.startswith("sqlite"):
            asyncio.run(loading.load(settings))
        sys.stdout.write(what_to_try(settings, f"http://{host}:{port}"))
        sys.stdout.flush()
    if held is not None:
        held.close()  # the application takes it from here
    signal.signal(
        signal.SIGTERM, lambda *_: sys.exit(0)
    )  # uvicorn raises it again once all have their answers
    access.is_on = True
    app = create_app(settings, has_worker=has_worker)
    uvicorn.run(
        app,
        host=host,
        port=port,
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=20,
        timeout_keep_alive=30,
        h11_max_incomplete_event_size=32_768,
    )
    return 0


async def work_alone(settings: Settings) -> int:
    """Run the worker's loop as a process of its own, beside servers that have none, until told to stop."""
    _log()
    async with Database(settings).opened() as database:
        await database.reader.one(chain_head())  # nothing to do for a database that is not migrated
        loop = asyncio.create_task(work(database, settings, read_clock))
        for kind in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(kind, loop.cancel)
        with suppress(asyncio.CancelledError):
            await loop
    return 0


def what_to_try(settings: Settings, url: str) -> str:
    """Say what a newcomer may do next."""
    lines = [
        "",
        f"  服务已就绪 · serving at {url}    接口文档 · documents {url}/docs",
        f"  数据库 · database {settings.database_url.split('@')[-1]}",
    ]
    keys = loading.demo_keys(settings)
    if keys:
        lines += [
            "  演示密钥（仅供试用）· demo keys, for trying only:",
            *(f"    {name:10} {secret}" for name, secret in keys.items()),
            "  试一试 · try:",
            f"    curl -s {url}/v1/projects -H 'Authorization: Bearer {keys['agency']}'",
        ]
    else:
        lines.append(
            "  创建密钥 · make a key: python -m app keys create --client NAME --roles officer --area 320600"
        )
    return "\n".join([*lines, "", ""])
