"""Keeping and erasing private values."""

import secrets
from collections.abc import Iterable

from app.actor import Actor
from app.clock import new_id
from app.database import Writer
from app.digests import DIGESTS
from app.domain.chain import commitment
from app.errors import Conflict, NotFound, Words
from app.events.service import Recorded, Stamp, record
from app.private.models import Private
from app.private.queries import lock_private, lock_scope, private_place, texts_of


async def keep(
    session: Writer, actor: Actor, kind: str, value: str | None, project_id: str | None
) -> str | None:
    """Put a private value into the store; return its id. The next event carries its commitment."""
    if value is None:
        return None
    salt, key = secrets.token_hex(16), new_id(actor.at)
    await session.insert(
        Private,
        id=key,
        kind=kind,
        project_id=project_id,
        kept_in=actor.areas[0],
        salt=salt,
        value=value,
        kept_at=actor.at,
        erased_at=None,
    )
    session.commitments[key] = commitment(salt, value, DIGESTS[session.algorithm])
    return key


async def empty(session: Writer, actor: Actor, ids: Iterable[str | None]) -> list[str]:
    """Empty private values and their salts as part of another act; return the ids that were still there.

    The event of the act names them in its fact ``erased``, so that the audit can tell an erasure from a loss.
    """
    kept = await texts_of(session, ids)
    there = sorted(key for key, row in kept.items() if row.erased_at is None)
    for key in there:
        await session.change(kept[key], salt=None, value=None, erased_at=actor.at)
    return there


class PrivateNotFound(NotFound):
    """No private value has this id, or it belongs to an area that is not the caller's."""

    title = Words("找不到该文本", "Private text not found")
    detail = Words("没有该文本，或您无权处理。", "There is no such text, or it is not yours to erase.")


class AlreadyErased(Conflict):
    """The value was erased before; there is nothing left to erase."""

    title = Words("该文本已删除", "Already erased")
    detail = Words("该文本已于 {erased_at} 删除。", "It was erased at {erased_at}.")


async def erase_private(
    session: Writer, actor: Actor, private_id: str, reason: str
) -> tuple[Private, Recorded, str | None]:
    """Erase one private value and its salt for good; give its row, the event, and the id of the reason.

    That it happened stays in the ledger (个人信息保护法 §47), which holds a commitment only: without its salt
    it tells nothing. Refuses ``PrivateNotFound``, ``AlreadyErased``.
    """
    place = await session.first(private_place(private_id))
    if place is None:
        raise PrivateNotFound
    project_id, kept_in = place
    if project_id is None:
        stamp = Stamp(None, kept_in, None) if actor.has_area(kept_in) else None
    else:
        scope = await session.first(lock_scope(project_id, *actor.scope))
        stamp = Stamp(project_id, *scope) if scope else None
    if stamp is None:
        raise PrivateNotFound
    found = await session.one(lock_private(private_id))
    if found.erased_at is not None:
        raise AlreadyErased(erased_at=found.erased_at.isoformat())
    erased = await empty(session, actor, [private_id])
    reason_id = await keep(session, actor, "reason", reason, project_id)
    facts = {"erased": erased, "kind": found.kind}
    event = await record(session, actor, "private.erased", stamp, facts=facts, reason_id=reason_id)
    return found, event, reason_id
