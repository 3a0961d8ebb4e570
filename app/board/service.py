"""Signing in to the board, and out again. The cookie is a chance of 256 bits that stands for a key."""

import secrets
from datetime import datetime, timedelta

from app.board.models import BoardSession
from app.board.queries import end_session, end_sessions_before, session_by_digest
from app.database import Reader, Writer
from app.digests import sha256

LASTS = timedelta(hours=2)
"""How long a sign-in lasts, whatever is done in it: a default of this product."""


async def begin_session(session: Writer, key_digest: str, at: datetime) -> str:
    """Give a fresh token for the cookie to a browser that has shown this key."""
    token = secrets.token_urlsafe(32)
    await session.run(end_sessions_before(at))
    await session.insert(BoardSession, digest=_digest(token), key_digest=key_digest, expires_at=at + LASTS)
    return token


async def leave(session: Writer, token: str) -> None:
    """Make a cookie worthless."""
    await session.run(end_session(_digest(token)))


async def key_behind(session: Reader, token: str, at: datetime) -> str | None:
    """Give the digest of the key that a cookie stands for; None when it stands for none any more."""
    found = await session.first(session_by_digest(_digest(token)))
    return None if found is None or found.expires_at <= at else found.key_digest


def _digest(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogateescape"))
