"""Ledgers, and the many ways to tamper with one: what was done, what is left, and what ought to be found."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.digests import DIGESTS
from app.domain.chain import GENESIS, Link, canonical, hash_of
from app.domain.verification import Break, Broken, Entry, KnownHead

LEDGER = "11111111-1111-4111-8111-111111111111"
PROJECTS = [f"22222222-2222-7222-8222-22222222222{n}" for n in range(3)]


@dataclass(frozen=True)
class Tampering:
    """One attack: the events afterwards, the head the database then tells, the heads kept outside."""

    name: str
    entries: list[Entry]
    head: KnownHead
    expected: Broken | None
    kept: Sequence[KnownHead] = ()


def uuid_of(number: int) -> str:
    return f"33333333-3333-7333-8333-{number:012x}"


def chained(entry: Entry, ledger: str = LEDGER) -> Entry:
    """Give an event the hash that belongs to its place and body."""
    link = Link(
        ledger_id=ledger,
        algorithm=entry.algorithm,
        sequence=entry.sequence,
        recorded_at=entry.recorded_at,
        previous_hash=entry.previous_hash,
        project_sequence=entry.project_sequence,
        project_previous_hash=entry.project_previous_hash,
    )
    return replace(entry, hash=hash_of(link, entry.body, DIGESTS[entry.algorithm]))


def an_entry(sequence: int, previous: str, project: str | None = None, **facts: Any) -> Entry:
    """Build an event that stands well in its chain; ``facts`` are of its columns and its body alike."""
    moment = f"2026-03-02T01:{sequence // 60 % 60:02}:{sequence % 60:02}.000000Z"
    columns: dict[str, Any] = {
        "id": uuid_of(sequence),
        "type": "project.record_changed",
        "project_id": project,
        "area_code": "320681",
        "owner_uscc": None,
        "department_code": None,
        "occurred_at": moment,
    }
    columns |= {k: v for k, v in facts.items() if k in columns}
    place: dict[str, Any] = {
        "project_sequence": None,
        "recorded_at": moment,
        "algorithm": "sha256",
        "project_previous_hash": None,
    }
    place |= {k: v for k, v in facts.items() if k in place}
    told = {"changes": facts.get("changes", []), "commitments": {}, "facts": {"say": facts.get("say", "")}}
    body = canonical(columns | told)
    return chained(Entry(sequence=sequence, previous_hash=previous, hash="", body=body, **columns, **place))


def a_ledger(length: int, algorithm_at: Any = lambda _: "sha256") -> list[Entry]:
    """Build a sound ledger: events of three projects, and of none."""
    entries: list[Entry] = []
    shares: dict[str, tuple[int, str]] = {}
    for sequence in range(1, length + 1):
        project = [None, *PROJECTS][sequence % 4]
        count, last = shares.get(project or "", (0, GENESIS))
        entry = an_entry(
            sequence,
            entries[-1].hash if entries else GENESIS,
            project,
            project_sequence=None if project is None else count + 1,
            project_previous_hash=None if project is None else last,
            algorithm=algorithm_at(sequence),
        )
        entries.append(entry)
        if project is not None:
            shares[project] = (count + 1, entry.hash)
    return entries


def head_of(entries: Sequence[Entry], ledger: str = LEDGER) -> KnownHead:
    last = entries[-1]
    return KnownHead(ledger, last.sequence, last.hash, last.recorded_at)


def renumbered(entries: Sequence[Entry]) -> list[Entry]:
    return [replace(entry, sequence=number) for number, entry in enumerate(entries, 1)]


def rehashed(entries: Sequence[Entry], ledger: str = LEDGER) -> list[Entry]:
    """Chain everything anew, as somebody would who can write the whole table."""
    done: list[Entry] = []
    shares: dict[str, str] = {}
    for entry in entries:
        project = entry.project_id
        done.append(
            chained(
                replace(
                    entry,
                    previous_hash=done[-1].hash if done else GENESIS,
                    project_previous_hash=None if project is None else shares.get(project, GENESIS),
                ),
                ledger,
            )
        )
        if project is not None:
            shares[project] = done[-1].hash
    return done


def flipped(entry: Entry, column: str) -> Entry:
    """Change one column to another value that the database would take."""
    value = getattr(entry, column)
    other: dict[str, Any] = {
        "id": uuid_of(entry.sequence + 5000),
        "type": "project.invented",
        "project_id": uuid_of(entry.sequence + 6000),
        "project_sequence": (value or 0) + 700 if column == "project_sequence" else None,
        "area_code": "320682",
        "owner_uscc": "91320681MA0000001F",
        "department_code": "320682-zrzy",
        "occurred_at": "2025-01-01T00:00:00.000000Z",
        "recorded_at": "2026-12-31T00:00:00.000000Z",
        "algorithm": "sm3" if entry.algorithm == "sha256" else "sha256",
    }
    if column in other:
        return replace(entry, **{column: other[column]})
    if column == "body":
        return replace(entry, body=entry.body.replace("320681", "320682"))
    return replace(entry, **{column: "f" * 64 if value is None else value[:-1] + "01"[value[-1] == "0"]})


COLUMNS = (
    "id", "type", "project_id", "project_sequence", "area_code", "owner_uscc", "department_code",
    "occurred_at", "recorded_at", "algorithm", "previous_hash", "project_previous_hash", "hash", "body",
)  # fmt: skip


def small(entries: list[Entry], seed: int = 1) -> Iterator[Tampering]:
    """Tamperings that touch few events, and leave the head as it was."""
    head, last = head_of(entries), len(entries)
    chance = random.Random(seed)

    def told(name: str, after: Sequence[Entry], place: int, kind: Break) -> Tampering:
        return Tampering(name, list(after), head, Broken(place, kind))

    for n in range(1, last + 1):
        before, this, behind = entries[: n - 1], entries[n - 1], entries[n:]
        for column in COLUMNS:
            yield told(f"{column} of {n}", [*before, flipped(this, column), *behind], n, Break.ALTERED)
        moved = replace(this, sequence=10_000 + n)
        yield told(f"sequence of {n}", [*before, *behind, moved], n, Break.MISSING)
        gone = Break.TRUNCATED if n == last else Break.MISSING
        yield told(f"{n} deleted", [*before, *behind], n, gone)
        yield told(f"cut off at {n}", before, n, Break.TRUNCATED)
        said = replace(this, body=this.body.replace('"say":""', '"say":"forged"'))
        yield told(f"{n} forged and hashed", [*before, chained(said), *behind], n, Break.FORKED)
        for m in {last, n + 1, chance.randint(1, last), chance.randint(1, last), chance.randint(1, last)}:
            if n < m <= last:
                swapped = list(entries)
                swapped[n - 1], swapped[m - 1] = entries[m - 1], entries[n - 1]
                yield told(f"{n} and {m} swapped", renumbered(swapped), n, Break.REORDERED)
                late = [*before, *entries[n:m], this, *entries[m:]]
                yield told(f"{n} moved behind {m}", renumbered(late), n, Break.REORDERED)
        k = chance.randint(1, n)
        if k < n:
            copy = replace(entries[k - 1], sequence=n, id=uuid_of(9000 + n), project_sequence=None)
            copy = replace(copy, project_id=None)
            yield told(f"{n} overwritten by {k}", [*before, copy, *behind], n, Break.ALTERED)


def large(entries: list[Entry]) -> Iterator[Tampering]:
    """Tamperings of somebody who renumbers, hashes anew, or moves the head; some need a head kept outside."""
    head, last = head_of(entries), len(entries)
    kept = [head_of(entries[:n]) for n in (*range(10, last, 10), last)]

    def told(
        name: str, after: Sequence[Entry], place: int, kind: Break, heads: Sequence[KnownHead] = ()
    ) -> Tampering:
        return Tampering(name, list(after), head_of(after), Broken(place, kind), heads)

    for n in range(1, last):
        before, this, behind = entries[: n - 1], entries[n - 1], entries[n:]
        previous = this.previous_hash
        forged = an_entry(n, previous, say="forged", id=uuid_of(7000 + n), recorded_at=this.recorded_at)
        yield told(f"inserted at {n}", renumbered([*before, forged, *entries[n - 1 :]]), n, Break.INSERTED)
        junk = replace(forged, hash="a" * 64)
        yield told(f"junk at {n}", renumbered([*before, junk, *entries[n - 1 :]]), n, Break.INSERTED)
        yield told(f"{n} taken out", renumbered([*before, *behind]), n, Break.MISSING)
        if n > 1:
            yield told(f"cut at {n}, head too", before, n, Break.TRUNCATED, kept[-1:])
            yield told(f"old copy of {n - 1}", before, n, Break.TRUNCATED, kept)
            other = rehashed([*before, an_entry(n, "", say="other")])
            if n < 10:
                yield told(f"old copy of {n - 1}, gone on", other, n + 1, Break.TRUNCATED, kept)
        said = replace(this, body=this.body.replace('"say":""', '"say":"forged"'))
        tail = rehashed([*before, said, *behind])
        found = next(k.sequence for k in kept if k.sequence >= n)
        yield told(f"tail hashed anew from {n}", tail, found, Break.FORKED, kept)
        yield Tampering(f"tail from {n}, head forgotten", tail, head, Broken(last, Break.FORKED))
    beyond = an_entry(last + 1, entries[-1].hash)
    yield Tampering("appended", [*entries, beyond], head, Broken(last + 1, Break.INSERTED))
    early = replace(entries[0], sequence=0, id=uuid_of(8000), project_id=None, project_sequence=None)
    yield Tampering("before the first", [early, *entries], head, Broken(0, Break.INSERTED))
    back = replace(beyond, recorded_at="2020-01-01T00:00:00.000000Z")
    yield told("time goes back", [*entries, chained(back)], last + 1, Break.REORDERED)
    for number, kind in ((1, Break.FORKED), (99, Break.MISSING)):
        fork = an_entry(
            last + 1, entries[-1].hash, PROJECTS[0], project_sequence=number, project_previous_hash=GENESIS
        )
        yield told(f"project event {number} again", [*entries, fork], last + 1, kind)
    lost = an_entry(last + 1, entries[-1].hash, None, project_sequence=1, project_previous_hash=GENESIS)
    yield told("a share of no project", [*entries, lost], last + 1, Break.ALTERED)
    foreign = replace(head, ledger_id=uuid_of(1))
    yield Tampering("foreign head", entries, head, Broken(last, Break.FOREIGN_LEDGER), [foreign])
    elsewhen = replace(head, recorded_at="2026-12-31T00:00:00.000000Z")
    yield Tampering("the head's moment", entries, elsewhen, Broken(last, Break.ALTERED))
    wrong = replace(head, hash="b" * 64)
    yield Tampering("the head's hash", entries, wrong, Broken(last, Break.FORKED))
    two = [head, replace(head, hash="c" * 64)]
    yield Tampering("two heads of one place", entries, head, Broken(last, Break.FORKED), two)
