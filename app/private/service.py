"""Keeping and erasing private values."""

import secrets

from app.actor import Actor
from app.clock import new_id
from app.database import Writer
from app.digests import DIGESTS
from app.domain.chain import commitment
from app.private.models import Private


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
        salt=salt,
        value=value,
        kept_at=actor.at,
        erased_at=None,
    )
    session.commitments[key] = commitment(salt, value, DIGESTS[session.algorithm])
    return key
