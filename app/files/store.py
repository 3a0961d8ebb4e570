"""Where the bytes of uploaded files lie: one file each, named by its SHA-256, in a folder replicas share."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, BinaryIO, NamedTuple

from cryptography.hazmat.primitives import hashes

from app.files.kinds import Sniffer

CHUNK = 1 << 20


class Stored(NamedTuple):
    """What the bytes of a file say of it."""

    size: int
    sha256: str
    sm3: str
    media_type: str | None


def path_of(files: Path, sha256: str) -> Path:
    """Say where the bytes with a digest lie."""
    return files / sha256[:2] / sha256


def put(files: Path, source: BinaryIO) -> Stored:
    """Keep the bytes durably unless their type is refused; keeping the same bytes twice is keeping them once.

    They are written to a file of another name, synced, and renamed: whoever sees the name sees all of them.
    A crash before the caller's commit leaves bytes nobody refers to, which the next upload replaces.
    """
    files.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=files, prefix="incoming-", delete=False) as target:
        try:
            stored = _copy(source, target)
            if stored.media_type is not None:
                target.flush()
                os.fsync(target.fileno())
                _place(files, Path(target.name), stored.sha256)
        finally:
            with suppress(FileNotFoundError):
                Path(target.name).unlink()
    return stored


def is_whole(files: Path, sha256: str) -> bool:
    """Read the bytes again and tell whether they still have their digest; absent ones have not."""
    try:
        with path_of(files, sha256).open("rb") as source:
            return hashlib.file_digest(source, "sha256").hexdigest() == sha256
    except OSError:
        return False


def chunks_of(source: IO[bytes]) -> Iterator[bytes]:
    """Give the bytes of an open file piece by piece."""
    while chunk := source.read(CHUNK):
        yield chunk


def _place(files: Path, incoming: Path, sha256: str) -> None:
    home = path_of(files, sha256).parent
    home.mkdir(exist_ok=True)
    incoming.chmod(0o640)
    incoming.replace(path_of(files, sha256))
    for folder in (home, files):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)  # the name is as durable as the bytes
        finally:
            os.close(handle)


def _copy(source: BinaryIO, target: IO[bytes]) -> Stored:
    sha256, sm3, sniffer, size = hashlib.sha256(), hashes.Hash(hashes.SM3()), Sniffer(), 0
    for chunk in chunks_of(source):
        size += len(chunk)
        sha256.update(chunk)
        sm3.update(chunk)
        sniffer.feed(chunk)
        target.write(chunk)
    return Stored(size, sha256.hexdigest(), sm3.finalize().hex(), sniffer.media_type())
