"""The loop beside the service: it only tidies up and announces what is already true."""

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

from app.activations.mending import mend_clocks
from app.alarms.announcing import announce_alarms
from app.clock import Clock
from app.config import Settings
from app.database import Database
from app.door import access
from app.exchange.service import run_next_import
from app.idempotency import forget_keys
from app.items.announcing import announce_silence
from app.rating.passing_on import pass_on_evaluations
from app.supervision.withdrawing import withdraw_notices

log = logging.getLogger("mps.worker")
PAUSE = 0.5  # seconds between two looks for work
TIDY_EVERY = 600  # looks between two tidyings

Task = Callable[[Database, Settings, Clock], Awaitable[bool]]
TASKS: tuple[Task, ...] = (run_next_import, mend_clocks, announce_silence)
"""Done at every look."""


async def work(database: Database, settings: Settings, clock: Clock) -> None:
    """Look for work until cancelled. A mistake in one task is logged and stops no other."""
    looks = 0
    while True:
        if looks % TIDY_EVERY == 0:
            for task in RARELY:
                await _guarded(task, database, settings, clock)
        looks += 1
        busy = [await _guarded(task, database, settings, clock) for task in TASKS]
        if not any(busy):
            await asyncio.sleep(PAUSE)


async def tidy(database: Database, settings: Settings, clock: Clock) -> bool:
    """Forget idempotency keys that have lived long enough."""
    async with database.write() as session:
        gone = await session.run(forget_keys(clock() - timedelta(hours=settings.idempotency_hours)))
    return gone > 0


RARELY: tuple[Task, ...] = (tidy, announce_alarms, withdraw_notices, pass_on_evaluations)
"""Done every few minutes: nothing waits for it by the second."""


async def _guarded(task: Task, database: Database, settings: Settings, clock: Clock) -> bool:
    try:
        return await task(database, settings, clock)
    except Exception:
        log.exception("%s failed; it will be tried again", task.__name__)
        return False


async def write_access_log() -> None:
    """Write the lines gathered five times a second; a crash loses at most these."""
    while True:
        await asyncio.sleep(0.2)
        if lines := access.flush():
            sys.stderr.buffer.write(lines)
            sys.stderr.flush()


async def stop(task: asyncio.Task[None]) -> None:
    """Cancel a loop and wait for its end."""
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
