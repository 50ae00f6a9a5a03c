"""SM2 here, in a second implementation and at openssl: each accepts what another made."""

import subprocess
from pathlib import Path

import gmalg  # type: ignore[import-untyped]  # ships no types
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing import der
from signing.errors import CapsuleError, SignatureInvalid, WeakAlgorithm
from signing.gm import sm2
from signing.gm.sm2 import Sm2PrivateKey, Sm2PublicKey

ANNEX_POINT = bytes.fromhex(
    "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
    "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
)
MESSAGE = "关于做好国庆假期值班工作的通知".encode()
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
"""The order of the base point, GB/T 32918.5."""


@pytest.fixture(scope="module")
def key() -> Sm2PrivateKey:
    return Sm2PrivateKey.generate()


def second(public: Sm2PublicKey) -> "gmalg.SM2":
    return gmalg.SM2(uid=sm2.DEFAULT_ID, pk=public.point)


def openssl(*arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["openssl", *map(str, arguments)], capture_output=True, check=False)


def test_the_digest_is_that_of_the_standards_example() -> None:
    assert (
        sm2.digest_for(ANNEX_POINT, b"message digest").hex()
        == "f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640"
    )


def test_the_standards_signature_verifies() -> None:
    signature = sm2.der_of(
        0xF5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3,
        0xB1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA,
    )
    Sm2PublicKey.of_point(ANNEX_POINT).verify(signature, b"message digest")


@given(message=st.binary(max_size=300))
@settings(max_examples=20, deadline=None)
def test_the_second_implementation_verifies_what_is_signed_here(message: bytes) -> None:
    private = Sm2PrivateKey.generate()
    raw = sm2.raw_of(private.sign(message))
    assert second(private.public_key()).verify(message, raw[:32], raw[32:])


def test_what_the_second_implementation_signs_verifies_here() -> None:
    other = gmalg.SM2(uid=sm2.DEFAULT_ID)
    other.generate_keypair()
    secret, point = other.generate_keypair()
    r, s = gmalg.SM2(secret, sm2.DEFAULT_ID, point).sign(MESSAGE)
    Sm2PublicKey.of_point(point).verify(sm2.from_raw(r + s), MESSAGE)


def test_openssl_verifies_with_the_standard_identity(key: Sm2PrivateKey, tmp_path: Path) -> None:
    (tmp_path / "message").write_bytes(MESSAGE)
    (tmp_path / "signature").write_bytes(key.sign(MESSAGE))
    (tmp_path / "public.der").write_bytes(key.public_key().spki())
    told = openssl(
        *("pkeyutl", "-verify", "-rawin", "-digest", "sm3"),
        *("-pkeyopt", "distid:1234567812345678", "-pubin", "-keyform", "DER"),
        *("-inkey", tmp_path / "public.der", "-in", tmp_path / "message"),
        *("-sigfile", tmp_path / "signature"),
    )
    assert b"Signature Verified Successfully" in told.stdout


def test_another_identity_does_not_verify(key: Sm2PrivateKey) -> None:
    with pytest.raises(SignatureInvalid):
        key.public_key().verify(key.sign(MESSAGE, identity=b"somebody"), MESSAGE)


def test_no_flipped_bit_of_a_signature_verifies(key: Sm2PrivateKey) -> None:
    signature = key.sign(MESSAGE)
    for place in range(len(signature)):
        altered = signature[:place] + bytes([signature[place] ^ 1]) + signature[place + 1 :]
        with pytest.raises(SignatureInvalid):
            key.public_key().verify(altered, MESSAGE)


@pytest.mark.parametrize(
    "signature",
    [
        pytest.param(b"", id="empty"),
        pytest.param(sm2.der_of(0, 1), id="r-zero"),
        pytest.param(sm2.der_of(1, 0), id="s-zero"),
        pytest.param(sm2.der_of(N, 1), id="r-order"),
        pytest.param(sm2.der_of(1, N), id="s-order"),
        pytest.param(sm2.der_of(1, N - 1), id="r-and-s-add-up-to-the-order"),
        pytest.param(der.sequence(der.integer(1)), id="one-number"),
    ],
)
def test_a_degenerate_signature_is_refused(key: Sm2PrivateKey, signature: bytes) -> None:
    with pytest.raises(SignatureInvalid):
        key.public_key().verify(signature, MESSAGE)


def test_a_signature_is_refused_in_a_second_encoding(key: Sm2PrivateKey) -> None:
    r, s = (part.body for part in der.read(key.sign(MESSAGE)).children())
    padded = der.sequence(der.encode(der.INTEGER, b"\x00" + r), der.encode(der.INTEGER, s))
    with pytest.raises(SignatureInvalid):
        key.public_key().verify(padded, MESSAGE)


@given(secret=st.binary(min_size=1, max_size=64))
@settings(max_examples=20, deadline=None)
def test_a_secret_comes_back(secret: bytes) -> None:
    private = Sm2PrivateKey.generate()
    assert private.decrypt(private.public_key().encrypt(secret)) == secret


def test_the_second_implementation_opens_what_is_encrypted_here() -> None:
    secret, point = gmalg.SM2(uid=sm2.DEFAULT_ID).generate_keypair()
    x, y, checked, cipher = (
        part.body for part in der.read(Sm2PublicKey.of_point(point).encrypt(b"k" * 16)).children()
    )
    # GM/T 0009 7.2: numbers there, bare octets here.
    joined = b"\x04" + x[-32:].rjust(32, b"\0") + y[-32:].rjust(32, b"\0") + checked + cipher
    assert gmalg.SM2(secret, sm2.DEFAULT_ID, point).decrypt(joined) == b"k" * 16


def test_openssl_and_we_open_each_others_ciphertexts(key: Sm2PrivateKey, tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_bytes(key.to_pem())
    (tmp_path / "ours").write_bytes(key.public_key().encrypt(b"sixteen bytes of"))
    told = openssl("pkeyutl", "-decrypt", "-inkey", tmp_path / "key.pem", "-in", tmp_path / "ours")
    assert told.stdout == b"sixteen bytes of"
    (tmp_path / "plain").write_bytes(b"and the way back")
    openssl(
        *("pkeyutl", "-encrypt", "-inkey", tmp_path / "key.pem"),
        *("-in", tmp_path / "plain", "-out", tmp_path / "theirs"),
    )
    assert key.decrypt((tmp_path / "theirs").read_bytes()) == b"and the way back"


def test_no_flipped_byte_of_a_ciphertext_opens(key: Sm2PrivateKey) -> None:
    cipher = key.public_key().encrypt(b"k" * 32)
    for place in range(len(cipher)):
        altered = cipher[:place] + bytes([cipher[place] ^ 0x40]) + cipher[place + 1 :]
        with pytest.raises(CapsuleError):
            key.decrypt(altered)


def test_a_point_off_the_curve_is_no_key() -> None:
    with pytest.raises(WeakAlgorithm):
        Sm2PublicKey.of_point(ANNEX_POINT[:-1] + b"\x14")


def test_the_point_at_infinity_is_no_key() -> None:
    with pytest.raises(WeakAlgorithm):
        Sm2PublicKey.of_point(b"\x04" + bytes(64))


def test_a_compressed_point_is_no_key() -> None:
    with pytest.raises(WeakAlgorithm):
        Sm2PublicKey.of_point(b"\x02" + ANNEX_POINT[1:33])


def test_a_key_of_another_curve_is_no_key() -> None:
    other = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200") + ANNEX_POINT
    with pytest.raises(WeakAlgorithm):
        Sm2PublicKey.from_spki(other)


def test_a_key_file_needs_its_password(key: Sm2PrivateKey) -> None:
    sealed = key.to_pem(b"12345678")
    assert b"ENCRYPTED" in sealed
    assert Sm2PrivateKey.from_pem(sealed, b"12345679") is None
    assert Sm2PrivateKey.from_pem(sealed) is None
    opened = Sm2PrivateKey.from_pem(sealed, b"12345678")
    assert opened is not None
    assert opened.public_key() == key.public_key()


@pytest.mark.parametrize("password", [b"", b"a\0b", b"x" * 1024], ids=["empty", "nul", "long"])
def test_a_password_that_would_be_cut_short_is_not_taken(
    key: Sm2PrivateKey, password: bytes
) -> None:
    with pytest.raises(ValueError, match="password"):
        key.to_pem(password)


def test_a_private_key_shows_nothing_of_itself(key: Sm2PrivateKey) -> None:
    assert repr(key) == "Sm2PrivateKey()"
