"""What a file is, by its bytes: a list of what is taken in; everything else is not.

Whoever sends a file may declare and name it as he likes; a reader's program may believe him. So the first
bytes decide, archives are never opened, and pages, drawings with scripts and programs stay outside.
"""

import codecs
import re
from typing import Final

WINDOW: Final = 70_000  # holds the end of an archive: its directory's end, and a comment of 65,535 bytes
STARTS: Final[tuple[tuple[re.Pattern[bytes], str], ...]] = (
    (re.compile(rb"%PDF-\d"), "application/pdf"),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"II\*\0|MM\0\*"), "image/tiff"),
    (re.compile(rb"GIF8[79]a"), "image/gif"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "image/webp"),
    (re.compile(rb"....ftyp(heic|heix|mif1)", re.DOTALL), "image/heic"),
    (re.compile(rb"AC10\d\d"), "image/vnd.dwg"),
    (re.compile(rb"PK\x03\x04"), "application/zip"),
    (re.compile(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "application/x-ole-storage"),
)
INSIDE: Final[tuple[tuple[bytes, str | None], ...]] = (  # names in an archive's directory, most telling first
    (b"META-INF/MANIFEST.MF", None),  # a Java program
    (b"AndroidManifest.xml", None),
    (b"vbaProject.bin", None),  # an office document with macros
    (b"OFD.xml", "application/ofd"),
    (b"word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (b"ppt/presentation.xml", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
)
INSTALLER: Final = bytes.fromhex("84100c0000000000c000000000000046")  # the class of Windows' .msi packages
PAGE: Final = re.compile(
    rb"<(!doctype\s+html|([\w-]+:)?(html|svg|script|iframe|body|head|object)\b)", re.IGNORECASE
)
CONTROL: Final = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
OVERLAP: Final = 200


class Sniffer:
    """Watches the bytes of a file pass by, and says at the end what they are."""

    def __init__(self) -> None:
        self._head, self._tail = b"", b""
        self._is_page = self._is_installer = self._has_controls = False
        self._decoders = {
            name: codecs.getincrementaldecoder(name)("strict") for name in ("utf-8-sig", "gb18030")
        }

    def feed(self, chunk: bytes) -> None:
        """Look at the next bytes."""
        seam = self._tail[-OVERLAP:] + chunk
        self._is_page = self._is_page or PAGE.search(seam) is not None
        self._is_installer = self._is_installer or INSTALLER in seam
        self._has_controls = self._has_controls or CONTROL.search(chunk) is not None
        if not self._has_controls:
            self._decode(chunk, is_end=False)
        if len(self._head) < WINDOW:
            self._head = (self._head + chunk)[:WINDOW]
        self._tail = (self._tail + chunk)[-WINDOW:]

    def media_type(self) -> str | None:
        """Name the type; None for what is not taken in."""
        found = next((kind for start, kind in STARTS if start.match(self._head)), None)
        if found == "application/zip":
            return self._archive()
        if found == "application/x-ole-storage" and self._is_installer:
            return None
        return found or self._text()

    def _archive(self) -> str | None:
        if b"PK\x05\x06" not in self._tail:
            return None  # its directory is missing: cut off, or no archive at all
        seen = self._head + self._tail
        return next((kind for name, kind in INSIDE if name in seen), "application/zip")

    def _text(self) -> str | None:
        if self._has_controls or self._is_page or not self._head:
            return None
        self._decode(b"", is_end=True)
        start = self._head.removeprefix(codecs.BOM_UTF8).lstrip()
        if not self._decoders or start.startswith((b"#!", b"<?php", b"<%", b"<?=")):
            return None
        if start.startswith(b"<"):
            return "application/xml" if re.match(rb"<(\?xml\s|!--|[\w:-]+[\s/>])", start) else None
        lines = [line.count(b",") for line in start.splitlines()[:2]]
        return "text/csv" if len(lines) > 1 and lines[0] == lines[1] > 0 else "text/plain"

    def _decode(self, chunk: bytes, *, is_end: bool) -> None:
        for name, decoder in list(self._decoders.items()):
            try:
                decoder.decode(chunk, final=is_end)
            except UnicodeDecodeError:
                del self._decoders[name]
