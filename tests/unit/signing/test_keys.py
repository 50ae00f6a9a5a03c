import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from signing.keys import KeyFileBad, generate_key, key_from_pem, key_to_pem, write_private


def test_a_key_file_is_for_its_owner_alone_and_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "node.key"
    write_private(path, b"first")
    (tmp_path / "keys" / "node.key.tmp").write_bytes(b"left by a crash")

    write_private(path, b"second")

    assert (b"second", 0o600) == (path.read_bytes(), stat.S_IMODE(path.stat().st_mode))
    assert [path] == list((tmp_path / "keys").iterdir())


@pytest.mark.parametrize("kind", ["p256", "rsa2048", "rsa3072"])
def test_a_key_comes_back_under_its_password(kind: str) -> None:
    key = generate_key(kind)  # type: ignore[arg-type]  # literals
    pem = key_to_pem(key, b"password")

    assert b"ENCRYPTED" in pem
    assert key.public_key() == key_from_pem(pem, b"password").public_key()


def test_a_wrong_or_missing_password_is_refused_without_the_password_in_the_error() -> None:
    pem = key_to_pem(generate_key(), b"password")
    for password in (b"guessed", None):
        with pytest.raises(KeyFileBad) as caught:
            key_from_pem(pem, password, name="node.key")
        assert "guessed" not in str(caught.value) + caught.value.text()


def test_keys_too_weak_or_of_another_kind_are_refused() -> None:
    kinds = (
        rsa.generate_private_key(65537, 1024),  # noqa: S505 - too weak on purpose
        ec.generate_private_key(ec.SECP384R1()),
        ed25519.Ed25519PrivateKey.generate(),
    )
    for key in kinds:
        pem = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        with pytest.raises(KeyFileBad):
            key_from_pem(pem)
