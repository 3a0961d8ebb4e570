"""A ledger in a real database, with its guards taken away, for tests that tamper with it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.database import Database
from app.domain.verification import Entry, KnownHead
from app.events.models import Event
from app.events.queries import chain_head, events_after

GUARDS = ("event_moves_head", "event_is_never_changed", "event_is_never_removed")


async def event_at(database: Database, sequence: int) -> Event:
    return (await database.reader.all(events_after(sequence - 1, 1)))[0]


async def unguard(database: Database) -> None:
    """Take triggers and uniqueness away, as only somebody with the whole database in his hands can."""
    of = "" if database.driver.dialect.name == "sqlite" else " ON event"
    async with database.driver.transaction() as transaction:
        for guard in GUARDS:
            await transaction.run(f"DROP TRIGGER {guard}{of}", [[]])
        await transaction.run("DROP INDEX uq_event_project_id", [[]])


def row_of(entry: Entry) -> dict[str, Any]:
    moments = {n: datetime.fromisoformat(getattr(entry, n)) for n in ("occurred_at", "recorded_at")}
    return {name: getattr(entry, name) for name in Entry.__slots__} | moments


async def write_ledger(database: Database, entries: Sequence[Entry], head: KnownHead) -> None:
    """Make the ledger exactly these events and this head."""
    stand = {e.sequence: e for e in await database.reader.all(events_after(-(2**62), 10_000))}
    wanted: dict[int, Any] = {e.sequence: row_of(e) for e in entries}
    now: Any = await database.reader.one(chain_head())
    facts = {
        "ledger_id": head.ledger_id,
        "sequence": head.sequence,
        "hash": head.hash,
        "recorded_at": datetime.fromisoformat(head.recorded_at),
    }
    async with database.write() as session:
        changed = [n for n, row in stand.items() if wanted.get(n) != row._asdict()]  # type: ignore[attr-defined]
        for number in changed:
            await session.remove(stand[number])
        for number, row in wanted.items():
            if number not in stand or number in changed:
                await session.insert(Event, **row)
        if any(getattr(now, name) != value for name, value in facts.items()):
            await session.change(now, **facts)
