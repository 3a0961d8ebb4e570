"""The installation's signing key."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from app import signing
from app.config import Settings
from app.signing import SigningKeyIsWrong, is_signed, signer_for


def test_a_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    signer = signer_for(Settings(data_dir=str(tmp_path / "data")))
    file = tmp_path / "data" / "signing-key.pem"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["signing-key.pem"]
    before = file.read_bytes()
    again = signer_for(Settings(data_dir=str(tmp_path / "data"), signing_key_file=str(file)))
    assert again.key_id == signer.key_id
    assert file.read_bytes() == before
    assert is_signed(b"x", again.sign(b"x"), signer.key_id, signer.public_key_pem)


def test_of_many_who_start_at_once_all_use_one_key(tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda _: signing._create(file), range(16)))
    assert signer_for(Settings(signing_key_file=str(file))).key_id
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("content", [b"", b"nonsense"])
def test_a_file_that_holds_no_key_of_ours_ends_the_program(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "key.pem"
    file.write_bytes(content)
    with pytest.raises(SigningKeyIsWrong, match=r"key\.pem"):
        signer_for(Settings(signing_key_file=str(file)))


def test_a_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    other = generate_private_key(SECP256R1())
    file = tmp_path / "key.pem"
    file.write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(SigningKeyIsWrong):
        signer_for(Settings(signing_key_file=str(file)))
    public = other.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    assert not is_signed(b"x", "AAAA", "0" * 32, public)
