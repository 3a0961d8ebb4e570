"""Signed heads: what a reader keeps outside, to tell later whether the history was rewritten."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from app.domain.chain import canonical
from app.domain.verification import KnownHead
from app.signing import ALGORITHM, Signer, is_signed
from app.table import rfc3339


class HeadsUnreadable(ValueError):  # noqa: N818 - a sentence
    """The file holds no signed heads: neither a checkpoint, nor a list or page of them, nor a feed page."""


class SignedHead(NamedTuple):
    """A head with its signature. ``recorded_at`` is in the ledger's form."""

    ledger_id: str
    sequence: int
    hash: str
    recorded_at: str
    algorithm: str
    signature: str
    key_id: str
    public_key: str | None

    @property
    def known(self) -> KnownHead:
        """Give what it says about the ledger."""
        return KnownHead(self.ledger_id, self.sequence, self.hash, self.recorded_at)


def signed_text(ledger_id: str, sequence: int, digest: str, recorded_at: str) -> bytes:
    """Write what is signed: the canonical JSON (RFC 8785) of these four, in UTF-8."""
    told = {"hash": digest, "ledger_id": ledger_id, "recorded_at": recorded_at, "sequence": sequence}
    return canonical(told).encode()


def sign_head(
    signer: Signer, ledger_id: str, sequence: int, digest: str, recorded_at: datetime
) -> SignedHead:
    """Sign where the ledger ends."""
    moment = rfc3339(recorded_at)
    signature = signer.sign(signed_text(ledger_id, sequence, digest, moment))
    return SignedHead(
        ledger_id, sequence, digest, moment, ALGORITHM, signature, signer.key_id, signer.public_key_pem
    )


def is_authentic(head: SignedHead, signer: Signer | None) -> bool:
    """Tell whether a head was signed by the key it names: our own, else the one that was kept with it."""
    public = signer.public_key_pem if signer and signer.key_id == head.key_id else head.public_key
    text = signed_text(head.ledger_id, head.sequence, head.hash, head.recorded_at)
    return (
        public is not None
        and head.algorithm == ALGORITHM
        and is_signed(text, head.signature, head.key_id, public)
    )


def read_heads(file: Path) -> list[SignedHead]:
    """Read heads from a file: a checkpoint, a list or page of checkpoints, or a page of the feed.

    Refuses ``HeadsUnreadable``.
    """
    try:
        found: Any = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise HeadsUnreadable(f"{file}: {error}") from error
    if isinstance(found, dict):
        found = [found["head"]] if "head" in found else found.get("items", [found])
    try:
        return [_head(item) for item in found]
    except (KeyError, TypeError, ValueError) as error:
        raise HeadsUnreadable(f"{file}: no signed heads 没有签名链头 ({error!r})") from error


def _head(item: dict[str, Any]) -> SignedHead:
    moment = datetime.fromisoformat(item["recorded_at"])
    return SignedHead(
        ledger_id=str(item["ledger_id"]),
        sequence=int(item["sequence"]),
        hash=str(item["hash"]),
        recorded_at=rfc3339(moment),
        algorithm=str(item["algorithm"]),
        signature=str(item["signature"]),
        key_id=str(item["key_id"]),
        public_key=item.get("public_key"),
    )
