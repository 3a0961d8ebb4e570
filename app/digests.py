"""The two digests a ledger may be chained with; each event names its own."""

import hashlib

from cryptography.hazmat.primitives import hashes

from app.domain.chain import Digest


def sha256(data: bytes) -> str:
    """Digest with SHA-256."""
    return hashlib.sha256(data).hexdigest()


def sm3(data: bytes) -> str:
    """Digest with SM3 (GB/T 32905); hashlib has it only where OpenSSL was built with it."""
    work = hashes.Hash(hashes.SM3())
    work.update(data)
    return work.finalize().hex()


DIGESTS: dict[str, Digest] = {"sha256": sha256, "sm3": sm3}
