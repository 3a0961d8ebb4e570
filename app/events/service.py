"""Writing down what has happened: one event per act, chained under the lock of the ledger's head."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from app.actor import Actor
from app.clock import new_id
from app.database import Writer
from app.digests import DIGESTS
from app.domain.chain import GENESIS, Link, canonical, hash_of
from app.domain.vocabulary import EntryMode
from app.errors import Invalid, Words
from app.events.models import Event
from app.events.queries import lock_head, project_head
from app.table import rfc3339

SKEW = timedelta(minutes=5)  # of a caller's clock; later than that is the future
BACK_ENTRY = timedelta(hours=24)  # older than that is entered afterwards (default, not from the standard)


class OccurredInTheFuture(Invalid):
    """The act is said to have happened later than now; five minutes of clock skew are tolerated."""

    title = Words("发生时间晚于当前时间", "It has not happened yet")
    detail = Words("occurred_at 晚于服务器时间 5 分钟以上。", "occurred_at is over 5 minutes ahead.")


class BackEntryNeedsReason(Invalid):
    """An act entered more than 24 hours afterwards needs its reason and evidence."""

    title = Words("补录须说明理由并附证据", "Back entry needs reason and evidence")
    detail = Words(
        "发生时间早于当前 24 小时以上，须填写 reason 并提供 evidence。",
        "It happened more than 24 hours ago: give a reason and evidence.",
    )


class Stamp(NamedTuple):
    """The scope that an event carries: the project it belongs to, and who may see it."""

    project_id: str | None
    area_code: str
    owner_uscc: str | None
    department_code: str | None = None
    """Of an event about an item: who handles it."""


class Recorded(NamedTuple):
    """An event as the ledger holds it."""

    id: str
    sequence: int
    project_sequence: int | None
    occurred_at: datetime
    recorded_at: datetime
    entry_mode: str


class Head(NamedTuple):
    """The ledger's end as this transaction holds it."""

    ledger_id: str
    sequence: int
    hash: str
    recorded_at: datetime


def entry_mode(actor: Actor, occurred_at: datetime | None, *, has_grounds: bool) -> str:
    """Derive how an act was entered. Refuses the future, and a back entry without reason and evidence."""
    if occurred_at is None:
        return EntryMode.ONLINE
    if occurred_at > actor.at + SKEW:
        raise OccurredInTheFuture
    if occurred_at >= actor.at - BACK_ENTRY:
        return EntryMode.ONLINE
    if not has_grounds:
        raise BackEntryNeedsReason
    return EntryMode.BACK_ENTERED


async def record(
    session: Writer,
    actor: Actor,
    kind: str,
    stamp: Stamp,
    *,
    id: str | None = None,  # noqa: A002 - the event's own
    occurred_at: datetime | None = None,
    mode: str = EntryMode.ONLINE,
    facts: Mapping[str, Any] | None = None,
    evidence: Sequence[str] = (),
    reason_id: str | None = None,
) -> Recorded:
    """Write one event with every change the session has made since the last, and chain it.

    ``kind`` is ``noun.verb_in_past``. ``facts`` are what the changes do not tell; private values and free
    texts are named by id only. Nothing but filling the idempotency key may follow in the transaction.
    """
    event_id = id or new_id(actor.at)
    happened = occurred_at or actor.at
    body = canonical(
        {
            "actor": {
                "acting_for": actor.owner_uscc,
                "client_id": actor.client_id,
                "operator_id": actor.operator_id,
                "person": actor.person,
                "role": actor.role,
            },
            "area_code": stamp.area_code,
            "changes": [{"id": c.id, "set": c.set, "table": c.table} for c in session.changes],
            "commitments": session.commitments,
            "department_code": stamp.department_code,
            "entry_mode": mode,
            "evidence": list(evidence),
            "facts": facts or {},
            "id": event_id,
            "occurred_at": rfc3339(happened),
            "owner_uscc": stamp.owner_uscc,
            "project_id": stamp.project_id,
            "reason_id": reason_id,
            "type": kind,
        }
    )
    head, (count, project_hash) = await _lock(session, stamp.project_id)
    recorded_at = max(actor.at, head.recorded_at)
    link = Link(
        ledger_id=head.ledger_id,
        algorithm=session.algorithm,
        sequence=head.sequence + 1,
        recorded_at=rfc3339(recorded_at),
        previous_hash=head.hash,
        project_sequence=None if stamp.project_id is None else count + 1,
        project_previous_hash=None if stamp.project_id is None else project_hash,
    )
    chained = hash_of(link, body, DIGESTS[session.algorithm])
    session.changes, session.commitments = [], {}
    await session.insert(
        Event,
        sequence=link.sequence,
        id=event_id,
        type=kind,
        project_id=stamp.project_id,
        project_sequence=link.project_sequence,
        area_code=stamp.area_code,
        owner_uscc=stamp.owner_uscc,
        department_code=stamp.department_code,
        occurred_at=happened,
        recorded_at=recorded_at,
        algorithm=link.algorithm,
        previous_hash=link.previous_hash,
        project_previous_hash=link.project_previous_hash,
        hash=chained,
        body=body,
    )
    session.head = Head(head.ledger_id, link.sequence, chained, recorded_at)
    if stamp.project_id is not None:
        session.project_heads[stamp.project_id] = (count + 1, chained)
    return Recorded(event_id, link.sequence, link.project_sequence, happened, recorded_at, mode)


async def _lock(session: Writer, project_id: str | None) -> tuple[Head, tuple[int, str]]:
    """Lock the head, once a transaction, and find where the project's share ends."""
    if session.head is None:
        row = await session.one(lock_head(project_id))
        session.head = Head(row[0], row[1], row[2], row[3])
        if project_id is not None:
            session.project_heads[project_id] = (row[4] or 0, row[5] or GENESIS)
    elif project_id is not None and project_id not in session.project_heads:
        found = await session.first(project_head(project_id))
        session.project_heads[project_id] = (found[0], found[1]) if found else (0, GENESIS)
    return session.head, session.project_heads.get(project_id or "", (0, GENESIS))
