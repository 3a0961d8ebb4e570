"""Verifying the ledger: streams it past the judge, and asks for evidence only where it is broken."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from app.config import Settings
from app.database import Database, Reader
from app.digests import DIGESTS
from app.domain.verification import (
    BREAK_WORDS,
    Break,
    Broken,
    Entry,
    Evidence,
    Judge,
    KnownHead,
    contradicting,
    first_foreign,
)
from app.events.heads import HeadsUnreadable, SignedHead, is_authentic, read_heads
from app.events.queries import checkpoints, entries_after, entry_at, ledger_end, place_of_hash
from app.signing import Signer, signer_for
from app.table import rfc3339

PAGE = 1000  # events read at once
BEFORE_ALL = -(2**62)  # a forged event may stand before the first
MANY = 100_000  # checkpoints: one a day for three centuries

Progress = Callable[[int, int], None]  # events judged, and how many there are


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the verification found: the places judged, and the first that is broken."""

    ledger_id: str
    first: int
    last: int
    checked: int
    heads: int
    broken: Broken | None


async def verify(
    database: Database,
    heads: Sequence[SignedHead] = (),
    *,
    signer: Signer | None = None,
    first: int = 1,
    upto: int | None = None,
    on_page: Progress | None = None,
) -> Verdict:
    """Judge the ledger, or the part from ``first`` to ``upto``, event by event.

    ``heads`` were kept outside; the ledger's own checkpoints are added. Memory grows with the number of
    projects, not of events.
    """
    reader = database.reader
    kept = [*heads, *await stored_heads(reader)]
    ends = await reader.all(ledger_end())
    if len(ends) != 1:
        return Verdict("", first, 0, 0, len(kept), Broken(1, Break.FORKED if ends else Break.MISSING))
    end = ends[0]
    head = KnownHead(end.ledger_id, end.sequence, end.hash, rfc3339(end.recorded_at))
    last = max(end.sequence, end.last or 0)
    stop = last if upto is None else min(upto, last)
    broken = _first_odd(head, kept, signer)
    checked = 0
    if broken is None:
        judge, broken = await _seat(reader, head, kept, first)
        async for entries in _pages(reader, judge.sequence if first > 1 else BEFORE_ALL, stop):
            broken = broken or await _judge(reader, judge, entries)
            checked += len(entries)
            if on_page is not None:
                on_page(checked, stop)
            if broken is not None:
                break
        broken = broken or judge.finish(is_whole=stop == last)
    return Verdict(head.ledger_id, first, stop, checked, len(kept), broken)


async def stored_heads(reader: Reader) -> list[SignedHead]:
    """Read the checkpoints of the ledger itself."""
    return [
        SignedHead(
            c.ledger_id, c.sequence, c.hash, rfc3339(c.recorded_at), c.algorithm, c.signature, c.key_id,
            c.public_key,
        )
        for c in await reader.all(checkpoints(None, MANY))
    ]  # fmt: skip


def _first_odd(head: KnownHead, kept: Sequence[SignedHead], signer: Signer | None) -> Broken | None:
    """Name the first head that is no use: signed by nobody, of another ledger, or against another."""
    for one in sorted(kept, key=lambda h: h.sequence):
        if not is_authentic(one, signer):
            return Broken(one.sequence, Break.BAD_SIGNATURE)
    known = [one.known for one in kept]
    return first_foreign(head.ledger_id, known) or contradicting(known)


async def _seat(
    reader: Reader, head: KnownHead, kept: Sequence[SignedHead], first: int
) -> tuple[Judge, Broken | None]:
    """Seat the judge behind the event before the first; a part is judged from what precedes it."""
    known = [one.known for one in kept]
    before, broken = None, None
    if first > 1:
        before = await _entry(reader, min(first - 1, head.sequence))
        broken = Broken(first - 1, Break.MISSING) if before is None and head.sequence else None
    return Judge(head, DIGESTS, known, before), broken


async def _pages(reader: Reader, after: int, upto: int) -> AsyncIterator[list[Entry]]:
    while entries := [entry_of(row) for row in await reader.all(entries_after(after, upto, PAGE))]:
        yield entries
        after = entries[-1].sequence


async def _judge(reader: Reader, judge: Judge, entries: list[Entry]) -> Broken | None:
    for entry in entries:
        if not judge.is_chained(entry):
            evidence = Evidence(
                following=await _entry(reader, entry.sequence + 1),
                previous_at=await reader.one(place_of_hash(entry.previous_hash)),
                same_at=await reader.one(place_of_hash(entry.hash)),
            )
            return judge.name(entry, evidence)
        if (broken := judge.check_place(entry)) is not None:
            return broken
    return None


async def _entry(reader: Reader, sequence: int) -> Entry | None:
    row = await reader.first(entry_at(sequence))
    return None if row is None else entry_of(row)


def entry_of(row: Any) -> Entry:
    """Take an event as it stands in the database."""
    cells: list[Any] = [rfc3339(value) if isinstance(value, datetime) else value for value in row]
    return Entry(*cells)


async def run_verify(settings: Settings, heads_file: Path | None, say: Callable[[str], None] = print) -> int:
    """Verify the whole ledger from the command line: 0 sound, 1 broken, 2 when the heads cannot be read."""
    try:
        heads = read_heads(heads_file) if heads_file is not None else []
    except HeadsUnreadable as error:
        say(str(error))
        return 2
    async with Database(settings).opened() as database:
        verdict = await verify(
            database,
            heads,
            signer=signer_for(settings),
            on_page=lambda done, of: say(f"  {done} / {of}"),
        )
    counted = f"{verdict.checked} 个事件，{verdict.heads} 个签名链头"
    if verdict.broken is None:
        say(f"账本完好：{counted} · sound: {verdict.checked} events, {verdict.heads} signed heads")
        return 0
    words = BREAK_WORDS[verdict.broken.kind]
    place = verdict.broken.sequence
    say(f"账本在序号 {place} 处损坏（{verdict.broken.kind}）：{words.zh} · broken at {place}: {words.en}")
    return 1
