"""The change feed: every event in commit order, complete, resumable; a page tells where the ledger ends."""

import json

from app.actor import Actor
from app.database import Reader
from app.domain.standing import Role
from app.errors import Refusal, Words
from app.events.heads import SignedHead, sign_head
from app.events.models import Event
from app.events.queries import chain_head, feed
from app.events.schemas import CloudEventOut, FeedIn, FeedOut, HeadOut
from app.signing import Signer

KEEPERS = frozenset({Role.ADMIN, Role.AUDITOR})
KEPT_FROM_OTHERS = ("api_key.", "client.", "export.", "import.", "procedure.draft")  # as their own paths are
KEPT_FROM_AGENTS = ("complaint.",)
WINDOW = 50_000  # places looked at for one page, so that a rare type costs no scan of the whole ledger


class CursorOfAnotherLedger(Refusal):
    """The cursor belongs to a ledger that is no longer this one: a backup was restored. Begin again at 0."""

    status = 410
    title = Words("游标属于另一账本", "The cursor is of another ledger")
    detail = Words(
        "当前账本为 {ledger_id}（可能已从备份恢复）。请以 after=0 重新读取。",
        "The ledger is now {ledger_id}; it may have been restored from a backup. Read again from after=0.",
    )


class CursorAheadOfLedger(Refusal):
    """The cursor is beyond the ledger's end: what the caller has read is no longer there."""

    status = 410
    title = Words("游标超出账本末尾", "The cursor is ahead of the ledger")
    detail = Words(
        "账本 {ledger_id} 止于序号 {head_sequence}。请核对账本编号，并以 after=0 重新读取。",
        "Ledger {ledger_id} ends at {head_sequence}. Check the ledger's id and read again from after=0.",
    )


async def read_feed(session: Reader, signer: Signer, actor: Actor, asked: FeedIn) -> FeedOut:
    """Read a page of the events in scope. Refuses a cursor of another ledger, or ahead of this one.

    The head is read first: every event up to it is committed, so none can turn up behind the page later.
    """
    head = await session.one(chain_head())
    if asked.ledger_id is not None and asked.ledger_id != head.ledger_id:
        raise CursorOfAnotherLedger(ledger_id=head.ledger_id, head_sequence=head.sequence)
    if asked.after > head.sequence:
        raise CursorAheadOfLedger(ledger_id=head.ledger_id, head_sequence=head.sequence)
    areas = actor.areas if asked.area is None else [a for a in asked.area if actor.has_area(a)]
    upto = min(head.sequence, asked.after + WINDOW)
    scope = (list(areas), actor.scope.department, actor.scope.owner)
    but_for: tuple[str, ...] = () if actor.role in KEEPERS else KEPT_FROM_OTHERS
    if actor.role == Role.AGENT:
        but_for += KEPT_FROM_AGENTS
    places = (asked.after, upto, asked.limit)
    rows = await session.all(feed(*places, asked.type, asked.project, *scope, but_for=but_for))
    scanned = rows[-1].sequence if len(rows) == asked.limit else upto
    return FeedOut(
        items=[cloud_event(row, head.ledger_id) for row in rows],
        ledger_id=head.ledger_id,
        scanned_through=scanned,
        next_after=scanned,
        head=head_body(
            sign_head(signer, head.ledger_id, head.sequence, head.hash, head.recorded_at),
        ),
    )


def head_body(head: SignedHead) -> HeadOut:
    """Show a signed head."""
    return HeadOut(
        ledger_id=head.ledger_id,
        sequence=head.sequence,
        hash=head.hash,
        recorded_at=head.recorded_at,
        algorithm=head.algorithm,
        signature=head.signature,
        key_id=head.key_id,
    )


def cloud_event(event: Event, ledger_id: str) -> CloudEventOut:
    """Show an event as a CloudEvent 1.0, with its place in both chains as extension attributes."""
    return CloudEventOut(
        specversion="1.0",
        id=event.id,
        source=f"urn:uuid:{ledger_id}",
        type=event.type,
        subject=None if event.project_id is None else f"projects/{event.project_id}",
        time=event.occurred_at,
        datacontenttype="application/json",
        sequence=event.sequence,
        projectsequence=event.project_sequence,
        recordedtime=event.recorded_at,
        algorithm=event.algorithm,
        hash=event.hash,
        previoushash=event.previous_hash,
        projectprevioushash=event.project_previous_hash,
        data=json.loads(event.body),
    )
