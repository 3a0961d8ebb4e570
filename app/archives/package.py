"""The archive package: one zip, the same bytes for the same volume, verified without this service."""

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

from app.archives.forms import page_of
from app.archives.queries import History
from app.digests import sha256, sm3
from app.documents.queries import Paper
from app.documents.service import DocumentsDamaged
from app.domain.archiving import RETENTION
from app.domain.chain import canonical
from app.events.models import Event
from app.files.store import CHUNK, chunks_of, path_of
from app.signing import ALGORITHM, Signer
from app.table import rfc3339

VERIFIER: Final = Path(__file__).with_name("verify.py")
EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the earliest moment a zip can hold; ours stand in the manifest
IN_MEMORY: Final = 8 * CHUNK
ENDINGS: Final = {
    "application/pdf": "pdf",
    "application/ofd": "ofd",
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/tiff": "tif",
    "application/zip": "zip",
    "text/plain": "txt",
    "text/csv": "csv",
    "application/xml": "xml",
}


class Package(NamedTuple):
    """What goes into a package: small files as bytes, documents by their digest."""

    manifest: bytes
    small: dict[str, bytes]
    stored: dict[str, str]


def plan_package(
    history: History, sealed_by: Event, ledger_id: str, papers: list[Paper], signer: Signer
) -> Package:
    """Lay out the package of an archived project as it was when the event that archived it was recorded.

    What happens later, such as an evaluation, belongs to no volume yet. Private texts that were erased since
    are erased here too: then the forms, and with them the package, differ from what they were.
    """
    events = [event for event in history.events if event.sequence <= sealed_by.sequence]
    head = {
        "hash": sealed_by.hash,
        "ledger_id": ledger_id,
        "project_sequence": sealed_by.project_sequence,
        "recorded_at": rfc3339(sealed_by.recorded_at),
        "sequence": sealed_by.sequence,
    }
    small = {
        "head.json": _json(head),
        "ledger.ndjson": b"".join(_line(event, ledger_id) for event in events),
        "verify.py": VERIFIER.read_bytes(),
    }
    for number, printed in enumerate(history.forms, 1):
        small[f"forms/{number:02d}-{printed.form}.html"] = page_of(history, printed, "zh").encode()
    listed = [_entry(path, len(data), sha256(data), sm3(data)) for path, data in small.items()]
    stored: dict[str, str] = {}
    elsewhere = []
    for number, (document, file) in enumerate(papers, 1):
        told = {"kind": document.kind, "name": file.name, "media_type": file.media_type, "file_id": file.id}
        if file.kind == "uploaded":
            path = f"documents/{number:03d}-{document.kind}.{ENDINGS.get(file.media_type, 'bin')}"
            stored[path] = str(file.sha256)
            listed.append(_entry(path, file.size, file.sha256, file.sm3) | told)
        else:
            keys = ("source_system", "external_id", "url", "sha256", "sm3", "size")
            elsewhere.append(told | {key: getattr(file, key) for key in keys})
    project = history.project
    manifest = {
        "archived_at": rfc3339(sealed_by.occurred_at),
        "files": sorted(listed, key=lambda entry: str(entry["path"])),
        "format": "archive-package/1",
        "head": head,
        "kept_elsewhere": elsewhere,
        "project": {
            "id": project.id,
            "area_code": project.area_code,
            "file_number": project.file_number,
            "name": project.name,
            "owner_name": project.owner_name,
            "owner_uscc": project.owner_uscc,
            "project_code": project.project_code,
        },
        "retention": RETENTION,
        "volume": project.archive_volume,
    }
    content = _json(manifest)
    small["signature.txt"] = (
        f"algorithm: {ALGORITHM}\nkey_id: {signer.key_id}\nsigned: manifest.json\n"
        f"signature: {signer.sign(content)}\n{signer.public_key_pem}"
    ).encode()
    return Package(content, small, stored)


def write_package(package: Package, files: Path) -> tuple[IO[bytes], int]:
    """Write the zip to a file without a name, stored and undated; give it, at its start, and its size.

    Every document is digested again while it is copied. Refuses ``DocumentsDamaged``.
    """
    target = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - whoever sends it closes it
    try:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr(_info("manifest.json"), package.manifest)
            for path, data in sorted(package.small.items()):
                archive.writestr(_info(path), data)
            for path, digest in sorted(package.stored.items()):
                _copy(archive, path, path_of(files, digest), digest)
        size = target.tell()
        target.seek(0)
    except BaseException:
        target.close()
        raise
    return target, size


def pieces_of(source: IO[bytes]) -> Iterator[bytes]:
    """Give the bytes piece by piece, and close."""
    with source:
        yield from chunks_of(source)


def _copy(archive: zipfile.ZipFile, path: str, place: Path, digest: str) -> None:
    seen = hashlib.sha256()
    try:
        with place.open("rb") as source, archive.open(_info(path), "w", force_zip64=True) as target:
            for chunk in chunks_of(source):
                seen.update(chunk)
                target.write(chunk)
    except FileNotFoundError:
        raise DocumentsDamaged(names=[path]) from None
    if seen.hexdigest() != digest:
        raise DocumentsDamaged(names=[path])


def _info(path: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(path, EPOCH)
    info.create_system, info.external_attr = 3, 0o644 << 16
    return info


def _entry(path: str, size: int | None, sha256_digest: str | None, sm3_digest: str | None) -> dict[str, Any]:
    return {"path": path, "sha256": sha256_digest, "size": size, "sm3": sm3_digest}


def _line(event: Event, ledger_id: str) -> bytes:
    """Write an event as it was chained: its place, its body to the letter, and the digest of both."""
    place = {
        "algorithm": event.algorithm,
        "ledger_id": ledger_id,
        "previous_hash": event.previous_hash,
        "project_previous_hash": event.project_previous_hash,
        "project_sequence": event.project_sequence,
        "recorded_at": rfc3339(event.recorded_at),
        "sequence": event.sequence,
    }
    return canonical({"body": event.body, "hash": event.hash, "place": place}).encode() + b"\n"


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True).encode() + b"\n"
