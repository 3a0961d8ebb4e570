"""The service's signature: one Ed25519 key per installation, under heads, checkpoints and archives."""

import base64
import binascii
import contextlib
import hashlib
import os
import tempfile
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from app.config import Settings

ALGORITHM = "Ed25519"


class SigningKeyIsWrong(SystemExit):
    """The file named as signing key holds no Ed25519 private key in PEM."""


class Signer:
    """Holds the key. ``key_id`` names it by its public half, so that a kept signature finds its key."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        public = key.public_key()
        self.public_key_pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        self.key_id = key_id_of(public)

    def sign(self, content: bytes) -> str:
        """Sign some bytes; the signature in base64."""
        return base64.b64encode(self._key.sign(content)).decode()


def signer_for(settings: Settings) -> Signer:
    """Give the installation's signer; its key is made when there is none yet.

    The key stands in ``signing_key_file``, or in ``signing-key.pem`` in the data directory.
    """
    return _signer(settings.signing_key_file or str(Path(settings.data_dir) / "signing-key.pem"))


@lru_cache(maxsize=16)
def _signer(path: str) -> Signer:
    file = Path(path)
    if not file.exists():
        _create(file)
    try:
        key = load_pem_private_key(file.read_bytes(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise SigningKeyIsWrong(f"{path}: no Ed25519 private key in PEM 不是 Ed25519 私钥")
    return Signer(key)


def _create(file: Path) -> None:
    """Make a key, readable by its owner only. Of several who start at once one wins, and all read his.

    The whole file appears at once: linking refuses an existing name, and a reader never sees half a key.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=".signing-key-")  # made with mode 0600
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(pem)
            out.flush()
            os.fsync(out.fileno())
        with contextlib.suppress(FileExistsError):
            Path(file).hardlink_to(temporary)
    finally:
        Path(temporary).unlink()


def key_id_of(public: Ed25519PublicKey) -> str:
    """Name a public key: the first 128 bits of its SHA-256, in hexadecimal."""
    return hashlib.sha256(public.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:32]


def is_signed(content: bytes, signature: str, key_id: str, public_key_pem: str) -> bool:
    """Tell whether bytes were signed by the key of this name, whose public half is given."""
    try:
        public = load_pem_public_key(public_key_pem.encode())
        if not isinstance(public, Ed25519PublicKey) or key_id_of(public) != key_id:
            return False
        public.verify(base64.b64decode(signature, validate=True), content)
    except (InvalidSignature, ValueError, binascii.Error, UnsupportedAlgorithm):
        return False
    return True
