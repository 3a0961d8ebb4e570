"""核验归档包 · Verifies an archive package, offline, with nothing but Python 3.9 or newer.

    python3 verify.py [PACKAGE.zip | FOLDER] [--key published-key.pem]

Checks the signature of the manifest, the digest of every file, that no file was added, and the project's
chain of events up to the head that was signed. Without --key the signature is checked with the key in the
package: that shows the package whole, not whose it is; compare the key printed with the one published.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

Point = tuple[int, int, int, int]

GENESIS = "0" * 64
UNLISTED = {"manifest.json", "signature.txt"}
SM3_START = "7380166f4914b2b9172442d7da8a0600a96f30bc163138aae38dee4db0fb0e4e"
SMALL = 1_000_000  # above this many bytes SM3 is checked only where OpenSSL has it; SHA-256 always is


def sm3(data: bytes) -> str:
    """Digest with SM3 (GB/T 32905)."""
    if "sm3" in hashlib.algorithms_available:
        return hashlib.new("sm3", data).hexdigest()
    return _slow_sm3(data)


def _turn(word: int, by: int) -> int:
    by %= 32
    return (word << by | word >> (32 - by)) & 0xFFFFFFFF


def _slow_sm3(data: bytes) -> str:
    state = [int(SM3_START[i : i + 8], 16) for i in range(0, 64, 8)]
    data += b"\x80" + bytes((55 - len(data)) % 64) + (len(data) * 8).to_bytes(8, "big")
    for start in range(0, len(data), 64):
        w = [int.from_bytes(data[start + i : start + i + 4], "big") for i in range(0, 64, 4)]
        for j in range(16, 68):
            x = w[j - 16] ^ w[j - 9] ^ _turn(w[j - 3], 15)
            w.append(x ^ _turn(x, 15) ^ _turn(x, 23) ^ _turn(w[j - 13], 7) ^ w[j - 6])
        a, b, c, d, e, f, g, h = state
        for j in range(64):
            s1 = _turn(_turn(a, 12) + e + _turn(0x79CC4519 if j < 16 else 0x7A879D8A, j) & 0xFFFFFFFF, 7)
            ff = a ^ b ^ c if j < 16 else a & b | a & c | b & c
            gg = e ^ f ^ g if j < 16 else e & f | ~e & g
            t1 = (ff + d + (s1 ^ _turn(a, 12)) + (w[j] ^ w[j + 4])) & 0xFFFFFFFF
            t2 = (gg + h + s1 + w[j]) & 0xFFFFFFFF
            a, b, c, d, e, f, g, h = (
                t1,
                a,
                _turn(b, 9),
                c,
                t2 ^ _turn(t2, 9) ^ _turn(t2, 17),
                e,
                _turn(f, 19),
                g,
            )
        state = [x ^ y for x, y in zip(state, (a, b, c, d, e, f, g, h))]
    return "".join(f"{x:08x}" for x in state)


P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def is_signed(key: bytes, content: bytes, signature: bytes) -> bool:
    """Check an Ed25519 signature (RFC 8032, 5.1.7)."""
    a, r, s = _point(key), _point(signature[:32]), int.from_bytes(signature[32:], "little")
    if len(key) != 32 or len(signature) != 64 or a is None or r is None or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + content).digest(), "little") % L
    x, y, z, _ = _times(s, _BASE)
    x2, y2, z2, _ = _add(r, _times(k, a))
    return (x * z2 - x2 * z) % P == 0 and (y * z2 - y2 * z) % P == 0


def _point(text: bytes) -> Point | None:
    y = int.from_bytes(text, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - x2) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return (x, y, 1, x * y % P)


def _add(p: Point, q: Point) -> Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _times(number: int, p: Point) -> Point:
    total: Point = (0, 1, 1, 0)
    while number:
        total = _add(total, p) if number & 1 else total
        p = _add(p, p)
        number >>= 1
    return total


_BASE = _point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little")) or (0, 1, 1, 0)


def key_of(pem: str) -> bytes:
    """Read an Ed25519 public key in PEM."""
    lines = pem.partition("PUBLIC KEY-----")[2].partition("-----END")[0]
    return base64.b64decode("".join(lines.split()))[-32:]


def read_package(place: Path) -> dict[str, bytes]:
    """Read all files of a zip or of a folder it was unpacked into."""
    if place.is_dir():
        files = (path for path in place.rglob("*") if path.is_file())
        return {path.relative_to(place).as_posix(): path.read_bytes() for path in files}
    with zipfile.ZipFile(place) as archive:
        names = archive.namelist()
        if len(names) != len(set(names)):
            raise ValueError("a name stands twice in the archive 压缩包内有重名文件")
        return {name: archive.read(name) for name in names}


def faults_of(files: dict[str, bytes], pem: str = "") -> list[str]:
    """Name everything that is wrong with a package."""
    signature = files.get("signature.txt", b"").decode("utf-8", "replace")
    told = dict(line.split(": ", 1) for line in signature.splitlines() if ": " in line)
    manifest_bytes = files.get("manifest.json", b"")
    faults = []
    signed = base64.b64decode(told.get("signature", ""))
    if not is_signed(key_of(pem or signature), manifest_bytes, signed):
        faults.append("manifest.json: the signature is not valid 签名无效")
    manifest = json.loads(manifest_bytes)
    listed = {entry["path"]: entry for entry in manifest["files"]}
    faults += [f"{name}: missing 缺失" for name in sorted(listed.keys() - files.keys())]
    faults += [f"{name}: not listed 不在清单中" for name in sorted(files.keys() - listed.keys() - UNLISTED)]
    for name, entry in sorted(listed.items()):
        content = files.get(name)
        if content is not None and not is_as_listed(content, entry):
            faults.append(f"{name}: altered 与摘要不符")
    return faults + broken_links(files, manifest)


def is_as_listed(content: bytes, entry: dict[str, Any]) -> bool:
    """Compare a file with its size and digests."""
    if len(content) != entry["size"] or hashlib.sha256(content).hexdigest() != entry["sha256"]:
        return False
    is_quick = "sm3" in hashlib.algorithms_available or len(content) <= SMALL
    return not is_quick or sm3(content) == entry["sm3"]


def broken_links(files: dict[str, bytes], manifest: dict[str, Any]) -> list[str]:
    """Follow the project's chain from its first event to the head that was signed."""
    head, last, sequence = manifest["head"], GENESIS, 0
    faults = (
        []
        if json.loads(files.get("head.json", b"null")) == head
        else ["head.json: not the signed head 与清单不一致"]
    )
    number = 0
    for number, line in enumerate(files.get("ledger.ndjson", b"").decode().splitlines(), 1):
        event = json.loads(line)
        place, body = event["place"], event["body"]
        text = json.dumps(place, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n" + body
        digest = sm3 if place["algorithm"] == "sm3" else lambda data: hashlib.sha256(data).hexdigest()
        is_next = (
            place["project_sequence"] == number
            and place["project_previous_hash"] == last
            and place["ledger_id"] == head["ledger_id"]
            and place["sequence"] > sequence
            and json.loads(body)["project_id"] == manifest["project"]["id"]
        )
        if not is_next or digest(text.encode()) != event["hash"]:
            faults.append(f"ledger.ndjson: event {number} is not what was recorded 第 {number} 条记录被改动")
            break
        last, sequence = event["hash"], place["sequence"]
    if (last, number, sequence) != (head["hash"], head["project_sequence"], head["sequence"]):
        faults.append("ledger.ndjson: does not end at the signed head 未到达签名的链头")
    return faults


def main(arguments: list[str]) -> int:
    """Verify, and say so."""
    pem = ""
    if "--key" in arguments:
        where = arguments.index("--key")
        pem = Path(arguments[where + 1]).read_text()
        del arguments[where : where + 2]
    place = Path(arguments[0]) if arguments else Path(__file__).resolve().parent
    try:
        files = read_package(place)
        faults = faults_of(files, pem)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile) as error:
        print(f"not a whole package 归档包不完整: {error!r}")
        return 1
    for fault in faults:
        print(fault)
    if faults:
        return 1
    key = base64.b64encode(key_of(pem or files["signature.txt"].decode())).decode()
    print(f"verified 核验通过: {len(files)} files; key {key}{'' if pem else ' (from the package 取自包内)'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
