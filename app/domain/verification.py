"""Is the ledger what it was? Names the first broken place, and how it was broken.

A chain alone shows neither a cut-off end nor a history rewritten from some event on; signed heads kept
outside do. Everything is judged in one pass over the events; evidence from elsewhere in the ledger is asked
for only once something is broken, to name it rightly.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from app.domain.chain import GENESIS, Digest, Link, hash_of
from app.errors import Words


class Break(StrEnum):
    """The ways a ledger can be broken."""

    ALTERED = "altered"
    MISSING = "missing"
    INSERTED = "inserted"
    REORDERED = "reordered"
    FORKED = "forked"
    TRUNCATED = "truncated"
    FOREIGN_LEDGER = "foreign_ledger"
    BAD_SIGNATURE = "bad_signature"


BREAK_WORDS: Final[Mapping[Break, Words]] = {
    Break.ALTERED: Words("内容与其摘要不符，已被改动", "it no longer matches its digest: it was altered"),
    Break.MISSING: Words("此处的事件缺失", "the event that stood here is missing"),
    Break.INSERTED: Words("此处的事件是后来插入的", "what stands here was inserted later"),
    Break.REORDERED: Words("此处的事件被调换了位置", "what stands here was moved from another place"),
    Break.FORKED: Words(
        "此处曾是另一事件，历史已被改写", "another event stood here: the history was rewritten"
    ),
    Break.TRUNCATED: Words("账本在此之前被截断", "the ledger was cut off before this place"),
    Break.FOREIGN_LEDGER: Words("链头属于另一账本", "the head is of another ledger"),
    Break.BAD_SIGNATURE: Words("链头签名无效", "the head's signature is not valid"),
}


@dataclass(frozen=True, slots=True)
class Broken:
    """The first broken place of a ledger."""

    sequence: int
    kind: Break


@dataclass(frozen=True, slots=True)
class Entry:
    """An event exactly as the database holds it; moments in the ledger's form."""

    sequence: int
    id: str
    type: str
    project_id: str | None
    project_sequence: int | None
    area_code: str
    owner_uscc: str | None
    department_code: str | None
    occurred_at: str
    recorded_at: str
    algorithm: str
    previous_hash: str
    project_previous_hash: str | None
    hash: str
    body: str


@dataclass(frozen=True, slots=True)
class KnownHead:
    """Where a ledger ended at some time: as the database says, or as a checkpoint kept outside says."""

    ledger_id: str
    sequence: int
    hash: str
    recorded_at: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What else the ledger holds around a broken place: asked for only then."""

    following: Entry | None  # the event after it
    previous_at: int | None  # where the event stands that it was chained to
    same_at: int | None  # where an event with its hash stands first


LOOK: Final = 100  # places on either side where a moved event is looked for, to name the break
COLUMNS: Final = ("id", "type", "project_id", "area_code", "owner_uscc", "department_code", "occurred_at")


class Judge:
    """Judges events one by one, in order of their sequence; remembers the end of every project's share."""

    def __init__(
        self,
        head: KnownHead,
        digests: Mapping[str, Digest],
        heads: Sequence[KnownHead] = (),
        after: Entry | None = None,
    ) -> None:
        self.head = head  # as the database has it
        self.digests = digests
        self.is_whole = after is None  # else projects may have begun earlier
        self.sequence, self.hash = (after.sequence, after.hash) if after else (0, GENESIS)
        self.recorded_at = after.recorded_at if after else ""
        self.projects: dict[str, tuple[int, str]] = {}
        self.heads = {head.sequence: head for head in heads}

    def is_chained(self, entry: Entry) -> bool:
        """Tell whether an event follows the last one, and is what it was; if so it is the last one now."""
        if entry.sequence != self.sequence + 1 or entry.sequence > self.head.sequence:
            return False
        if entry.previous_hash != self.hash:
            return False
        if not self._stood_at(entry, entry.sequence) or not _columns_repeat_the_body(entry):
            return False
        self.sequence, self.hash = entry.sequence, entry.hash
        return True

    def check_place(self, entry: Entry) -> Broken | None:
        """Check a chained event against time, its project's share, and the heads known from outside."""
        head = self.heads.get(entry.sequence)
        if head is not None and head.hash != entry.hash:
            return Broken(entry.sequence, Break.FORKED)
        if entry.recorded_at < self.recorded_at:
            return Broken(entry.sequence, Break.REORDERED)
        self.recorded_at = entry.recorded_at
        if entry.project_id is None:
            is_outside = entry.project_sequence is None and entry.project_previous_hash is None
            return None if is_outside else Broken(entry.sequence, Break.ALTERED)
        last = self.projects.get(entry.project_id, (0, GENESIS) if self.is_whole else None)
        number = entry.project_sequence or 0
        self.projects[entry.project_id] = (number, entry.hash)
        if last is None or (number, entry.project_previous_hash) == (last[0] + 1, last[1]):
            return None
        return Broken(entry.sequence, Break.MISSING if number > last[0] + 1 else Break.FORKED)

    def name(self, entry: Entry, evidence: Evidence) -> Broken:
        """Name what is wrong with an event that ``is_chained`` refused."""
        here = self.sequence + 1
        if self.sequence == self.head.sequence:
            return Broken(entry.sequence, Break.INSERTED)
        if entry.sequence != here:
            kind = Break.MISSING if entry.sequence > here else Break.INSERTED
            return Broken(min(here, entry.sequence), kind)
        return Broken(*self._name_in_place(entry, evidence, here))

    def _name_in_place(self, entry: Entry, evidence: Evidence, here: int) -> tuple[int, Break]:
        """Name what is wrong with an event whose number is right."""
        stood = self._original_place(entry, evidence.previous_at)
        following = evidence.following
        is_copy = evidence.same_at is not None and evidence.same_at < here
        makes_room = (
            following is not None and following.previous_hash == self.hash and self._stood_at(following, here)
        )
        if makes_room and (is_copy or stood in (None, here)):
            return (here, Break.INSERTED)
        if is_copy or stood is None:
            return (here, Break.ALTERED)
        if stood == here:  # whole in itself: its columns do not repeat its body, or it followed another event
            is_linked = entry.previous_hash == self.hash
            return (here, Break.ALTERED) if is_linked else (max(here - 1, 1), Break.FORKED)
        if stood < here:
            return (stood, Break.INSERTED)
        return (here, Break.MISSING if evidence.previous_at is None else Break.REORDERED)

    def finish(self, *, is_whole: bool) -> Broken | None:
        """Compare the end of the events with the recorded head and with every head known from outside.

        ``is_whole`` says that the pass went to the very last event, and did not end before it on purpose.
        """
        end = self.head.sequence
        is_late = any(known > end for known in self.heads)
        is_other_time = end > 0 and self.recorded_at != self.head.recorded_at
        checks = (
            (is_whole and self.sequence < end, self.sequence + 1, Break.TRUNCATED),
            (is_late, end + 1, Break.TRUNCATED),
            (is_whole and self.hash != self.head.hash, end, Break.FORKED),
            (is_whole and is_other_time, end, Break.ALTERED),
        )
        return next((Broken(place, kind) for is_so, place, kind in checks if is_so), None)

    def _stood_at(self, entry: Entry, sequence: int) -> bool:
        """Tell whether an event's hash is right if it stood at a place."""
        digest = self.digests.get(entry.algorithm)
        if digest is None:
            return False
        link = Link(
            ledger_id=self.head.ledger_id,
            algorithm=entry.algorithm,
            sequence=sequence,
            recorded_at=entry.recorded_at,
            previous_hash=entry.previous_hash,
            project_sequence=entry.project_sequence,
            project_previous_hash=entry.project_previous_hash,
        )
        return hash_of(link, entry.body, digest) == entry.hash

    def _original_place(self, entry: Entry, previous_at: int | None) -> int | None:
        """Find where an event stood when it was chained: near where it is, or near the one it followed."""
        starts = [entry.sequence] if previous_at is None else [entry.sequence, previous_at + 1]
        near = (place for start in starts for step in range(LOOK) for place in (start + step, start - step))
        return next((place for place in near if place > 0 and self._stood_at(entry, place)), None)


def _columns_repeat_the_body(entry: Entry) -> bool:
    """Tell whether the columns that queries use say what the chained body says."""
    try:
        body: Any = json.loads(entry.body)
    except ValueError:
        return False
    return isinstance(body, dict) and all(
        name in body and body[name] == getattr(entry, name) for name in COLUMNS
    )


def first_foreign(ledger_id: str, heads: Sequence[KnownHead]) -> Broken | None:
    """Name the first head that is of another ledger."""
    foreign = [head.sequence for head in heads if head.ledger_id != ledger_id]
    return Broken(min(foreign), Break.FOREIGN_LEDGER) if foreign else None


def contradicting(heads: Sequence[KnownHead]) -> Broken | None:
    """Name the first place of which two heads say different things."""
    said: dict[int, str] = {}
    for head in sorted(heads, key=lambda h: h.sequence):
        if said.setdefault(head.sequence, head.hash) != head.hash:
            return Broken(head.sequence, Break.FORKED)
    return None
