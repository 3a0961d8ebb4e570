"""The ledger's form: one canonical text per event, each event chained to the one before."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Digest = Callable[[bytes], str]  # the hexadecimal digest of some bytes
GENESIS = "0" * 64
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


@dataclass(frozen=True, slots=True)
class Link:
    """Where an event stands: in the whole ledger and in its project's share of it."""

    ledger_id: str
    algorithm: str
    sequence: int
    recorded_at: str
    previous_hash: str
    project_sequence: int | None
    project_previous_hash: str | None


def canonical(value: Any) -> str:
    """Write a value in the canonical form of RFC 8785. Keys are ASCII; floats do not occur."""
    return _ENCODER.encode(value)


def hash_of(link: Link, body: str, digest: Digest) -> str:
    """Chain an event: the digest over its place and its canonical body, in UTF-8, a line feed between."""
    place: Mapping[str, Any] = {
        "algorithm": link.algorithm,
        "ledger_id": link.ledger_id,
        "previous_hash": link.previous_hash,
        "project_previous_hash": link.project_previous_hash,
        "project_sequence": link.project_sequence,
        "recorded_at": link.recorded_at,
        "sequence": link.sequence,
    }
    return digest(f"{canonical(place)}\n{body}".encode())


def commitment(salt: str, value: str, digest: Digest) -> str:
    """Commit to a private value without telling it: the digest over its salt and itself."""
    return digest(f"{salt}\n{value}".encode())
