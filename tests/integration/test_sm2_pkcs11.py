"""SM2 through PKCS#11 as makers do it: a module with numbers of its own, over SoftHSM."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from formats.effects import system_clock, system_randomness
from signing import cms, suites
from signing.errors import CapsuleError, KeyMissing, SignatureUnfit, TokenError
from signing.gm.sm2 import Sm2PublicKey
from signing.pilot import Pilot, issue_ukey
from signing.tokens.base import Secret, certificate_for, signer_of
from signing.tokens.pkcs11 import Pkcs11Provider, Pkcs11Token
from signing.tokens.vendors import Sm2, Vendors, load_vendors
from tests.support.pki import PIN, SO_PIN, SoftHsm
from tests.support.skf import compiled

SOURCE = Path(__file__).parents[1] / "pkcs11" / "sm2_module.c"
Choose = Callable[..., Pkcs11Token]


@pytest.fixture(scope="module")
def module(softhsm: SoftHsm, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The module, over a SoftHSM of its own that keeps its tokens in the same folder."""
    folder = tmp_path_factory.mktemp("sm2")
    shutil.copy(softhsm.module, folder / "libover.so")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SM2_MODULE_OVER", str(folder / "libover.so"))
        yield compiled(SOURCE, folder / "libswpkcs11.so")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Pilot:
    return Pilot.create(tmp_path_factory.mktemp("pki"), system_clock, system_randomness)


@pytest.fixture(scope="module")
def issued(module: Path, authority: Pilot) -> Pkcs11Token:
    """A UKEY with dual SM2 certificates, made under the shipped profile."""
    token = Pkcs11Provider(module).initialise("sm2", Secret(SO_PIN), Secret(PIN))
    token.login(Secret(PIN))
    issue_ukey(authority, token, "340100.bgs", "合肥市人民政府办公室", kind="sm2")
    return token


@pytest.fixture
def choose(module: Path, issued: Pkcs11Token) -> Choose:
    """The UKEY, logged in, under a profile that differs from the shipped one."""

    def change(**differing: object) -> Pkcs11Token:
        profile = load_vendors().get("sm2-8000")
        assert profile is not None
        assert isinstance(profile.sm2, Sm2)
        other = msgspec.structs.replace(
            profile, sm2=msgspec.structs.replace(profile.sm2, **differing)
        )
        token = Pkcs11Provider(module, Vendors((other,))).open(issued.info().id)
        token.login(Secret(PIN))
        return token

    return change


def wrapped_for(token: Pkcs11Token, key: bytes) -> tuple[str, bytes]:
    entry = certificate_for(token, "encrypt")
    public = suites.public_key(entry.der)
    assert isinstance(public, Sm2PublicKey)
    return entry.key_ref, public.encrypt(key)


def test_the_shipped_profile_fits_by_the_drivers_name(choose: Choose) -> None:
    assert "sm2-8000" == choose().info().profile


@pytest.mark.parametrize(
    ("number", "given", "form"),
    [(0x80008105, "digest", "raw"), (0x80008103, "data", "der")],
    ids=["e-raw", "message-der"],
)
def test_each_form_of_signature_is_one_that_verifies(
    choose: Choose, authority: Pilot, number: int, given: str, form: str
) -> None:
    token = choose(sign=number, sign_input=given, signature=form)
    p7m = cms.sign_attached(b"x", signer_of(token, authority.chain_of("GM")), at=system_clock())

    assert certificate_for(token, "sign").der == cms.open_attached(p7m).certificate


@pytest.mark.parametrize(
    ("number", "form"),
    [(0x80008201, "der"), (0x80008200, "c1c3c2"), (0x80008202, "c1c2c3")],
    ids=["der", "c1c3c2", "c1c2c3"],
)
def test_each_form_of_ciphertext_opens(choose: Choose, number: int, form: str) -> None:
    token = choose(decrypt=number, cipher=form)
    key_ref, wrapped = wrapped_for(token, bytes(range(16)))

    assert bytes(range(16)) == token.unwrap(key_ref, "sm2", wrapped).reveal()


@pytest.mark.parametrize(
    ("number", "given", "form"),
    [(0x80008105, "digest", "der"), (0x80008103, "data", "raw"), (0x80008103, "digest", "der")],
    ids=["raw-taken-for-der", "der-taken-for-raw", "hashed-twice"],
)
def test_a_wrong_profile_makes_no_signature_that_anybody_gets(
    choose: Choose, number: int, given: str, form: str
) -> None:
    token = choose(sign=number, sign_input=given, signature=form)

    with pytest.raises(SignatureUnfit):
        token.sign(certificate_for(token, "sign").key_ref, "sm2-sm3", b"x")


def test_a_wrong_form_of_ciphertext_opens_nothing(choose: Choose) -> None:
    token = choose(decrypt=0x80008200, cipher="c1c2c3")
    key_ref, wrapped = wrapped_for(token, bytes(16))

    with pytest.raises(CapsuleError):
        token.unwrap(key_ref, "sm2", wrapped)


def test_a_ciphertext_of_another_key_opens_nothing(choose: Choose) -> None:
    token = choose()
    key_ref, wrapped = wrapped_for(token, bytes(16))
    changed = wrapped[:-1] + bytes([wrapped[-1] ^ 1])

    with pytest.raises(CapsuleError):
        token.unwrap(key_ref, "sm2", changed)


def test_a_number_the_driver_does_not_know_is_its_error(choose: Choose) -> None:
    token = choose(sign=0x80001234)

    with pytest.raises(TokenError):
        token.sign(certificate_for(token, "sign").key_ref, "sm2-sm3", b"x")


def test_a_profile_without_decryption_opens_nothing(choose: Choose) -> None:
    token = choose(decrypt=None)
    key_ref, wrapped = wrapped_for(token, bytes(16))

    with pytest.raises(CapsuleError):
        token.unwrap(key_ref, "sm2", wrapped)


def test_an_sm2_key_does_no_ecdsa(choose: Choose) -> None:
    token = choose()

    with pytest.raises(KeyMissing):
        token.agree(certificate_for(token, "encrypt").key_ref, _point())


def _point() -> bytes:
    """The base point of P-256."""
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 - this test alone
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 - this test alone
        Encoding,
        PublicFormat,
    )

    one = ec.derive_private_key(1, ec.SECP256R1()).public_key()
    return one.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
