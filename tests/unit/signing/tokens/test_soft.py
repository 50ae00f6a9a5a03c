import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from formats.errors import TooLarge
from formats.limits import MAX_TOKEN_SEAL_BYTES, MAX_TOKEN_SEALS
from signing import cms, suites
from signing.errors import (
    AdminPinLocked,
    AdminPinWrong,
    CapsuleError,
    KeyMissing,
    LoginNeeded,
    NoRoom,
    NotOffered,
    PinLocked,
    PinUnfit,
    PinWeak,
    PinWrong,
    TokenMissing,
)
from signing.gm.sm2 import Sm2PublicKey
from signing.pilot import Pilot, issue_ukey
from signing.tokens.base import Secret, certificate_for, find_token, signer_of
from signing.tokens.soft import SoftProvider, SoftToken
from signing.tokens.soft_state import MAX_TRIES
from signing.trust.certs import owner_of

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
PIN = "246813"
ADMIN_PIN = "864202"


def clock() -> datetime:
    return NOW


@pytest.fixture
def provider(tmp_path: Path) -> SoftProvider:
    return SoftProvider(tmp_path / "tokens")


@pytest.fixture
def token(provider: SoftProvider) -> SoftToken:
    return provider.initialise("合肥市人民政府办公室", Secret(PIN), os.urandom)


def test_a_secret_shows_nothing_and_can_be_wiped() -> None:
    secret = Secret(PIN)
    shown = repr(secret)

    secret.wipe()

    assert ("<secret>", b"") == (shown, secret.reveal())


def test_a_token_is_listed_without_login(provider: SoftProvider, token: SoftToken) -> None:
    assert (token.info(),) == provider.list_tokens()
    assert "合肥市人民政府办公室" == token.info().label


def test_a_token_is_found_by_its_label(provider: SoftProvider, token: SoftToken) -> None:
    assert find_token((provider,), "合肥市人民政府办公室").info() == token.info()
    with pytest.raises(TokenMissing):
        find_token((provider,), "别的单位")


def test_wrong_pins_are_counted_and_a_right_one_clears_them(token: SoftToken) -> None:
    with pytest.raises(PinWrong):
        token.login(Secret("000000"))
    state_after_wrong = token.info().pin_state

    token.login(Secret(PIN))

    assert ("low", "ok") == (state_after_wrong, token.info().pin_state)


def test_the_last_wrong_pin_locks_for_good(token: SoftToken) -> None:
    states = []
    for _ in range(MAX_TRIES - 1):
        with pytest.raises(PinWrong):
            token.login(Secret("000000"))
        states.append(token.info().pin_state)
    with pytest.raises(PinLocked):
        token.login(Secret("000000"))

    with pytest.raises(PinLocked):
        token.login(Secret(PIN))
    assert ["low"] * (MAX_TRIES - 2) + ["final"] == states
    assert "locked" == token.info().pin_state


def test_a_try_is_counted_before_it_is_checked(
    token: SoftToken, monkeypatch: pytest.MonkeyPatch
) -> None:
    class PowerCut(BaseException):
        pass

    def cut(*_: object) -> bytes:
        raise PowerCut

    monkeypatch.setattr("signing.tokens.soft_state.stretch", cut)
    with pytest.raises(PowerCut):
        token.login(Secret("000000"))

    assert MAX_TRIES - 1 == token._state().tries


def test_a_pin_is_too_short_to_set(provider: SoftProvider) -> None:
    with pytest.raises(PinUnfit):
        provider.initialise("x", Secret("12345"), os.urandom)


def test_nothing_is_signed_without_login(token: SoftToken) -> None:
    with pytest.raises(LoginNeeded):
        token.sign("00", "ecdsa-sha256", b"")


def test_a_wrong_pin_ends_an_earlier_login(token: SoftToken) -> None:
    token.login(Secret(PIN))
    with pytest.raises(PinWrong):
        token.login(Secret("000000"))

    with pytest.raises(LoginNeeded):
        token.sign("00", "ecdsa-sha256", b"")


@pytest.mark.parametrize("kind", ["p256", "rsa2048"])
def test_dual_certificates_sign_and_unwrap(token: SoftToken, tmp_path: Path, kind: str) -> None:
    pilot = Pilot.create(tmp_path / "pki", clock, os.urandom)
    token.login(Secret(PIN))
    ukey = issue_ukey(pilot, token, "340100.bgs", "合肥市人民政府办公室", kind=kind)  # type: ignore[arg-type]  # literals

    signed = cms.sign_attached(b"x", signer_of(token, pilot.chain), at=NOW)
    encryption = certificate_for(token, "encrypt")

    assert ukey.sign == cms.open_attached(signed).certificate
    assert ukey.encrypt == encryption.der
    assert "340100.bgs" == owner_of(ukey.encrypt).id
    public = cryptography_key(encryption.der)
    if isinstance(public, rsa.RSAPublicKey):
        for mechanism, digest in (
            ("oaep-sha1", hashes.SHA1()),  # noqa: S303 - OAEP, RFC 8017 B.1
            ("oaep-sha256", hashes.SHA256()),
        ):
            wrapped = public.encrypt(b"k", padding.OAEP(padding.MGF1(digest), digest, None))
            assert b"k" == token.decrypt(encryption.key_ref, mechanism, wrapped)  # type: ignore[arg-type]  # literals
    else:
        ours = ec.generate_private_key(ec.SECP256R1())
        assert isinstance(public, ec.EllipticCurvePublicKey)
        point = ours.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        assert ours.exchange(ec.ECDH(), public) == token.agree(encryption.key_ref, point)


def cryptography_key(certificate: bytes) -> object:
    from cryptography import x509  # noqa: PLC0415 - one helper

    return x509.load_der_x509_certificate(certificate).public_key()


def test_a_point_off_the_curve_is_refused(token: SoftToken) -> None:
    token.login(Secret(PIN))
    key_ref, _ = token.generate("encrypt", "p256", "encrypt")

    with pytest.raises(CapsuleError):
        token.agree(key_ref, b"\x04" + b"\x01" * 64)


def test_a_foreign_ciphertext_is_refused(token: SoftToken) -> None:
    token.login(Secret(PIN))
    key_ref, _ = token.generate("encrypt", "rsa2048", "encrypt")

    with pytest.raises(CapsuleError):
        token.decrypt(key_ref, "oaep-sha1", b"\x01" * 256)


def test_an_unknown_key_is_missing(token: SoftToken) -> None:
    token.login(Secret(PIN))

    for key_ref in ("ffff", "../x"):
        with pytest.raises(KeyMissing):
            token.agree(key_ref, b"")


def test_keys_on_disk_are_unreadable_without_the_pin(token: SoftToken) -> None:
    token.login(Secret(PIN))
    key_ref, _ = token.generate("sign", "p256", "sign")

    path = token._folder / f"{key_ref}.p8"

    assert b"ENCRYPTED" in path.read_bytes()
    assert 0o600 == path.stat().st_mode & 0o777


def test_a_token_that_is_gone_is_missing(token: SoftToken, provider: SoftProvider) -> None:
    token.login(Secret(PIN))
    key_ref, _ = token.generate("sign", "p256", "sign")
    shutil.rmtree(token._folder)

    with pytest.raises(TokenMissing):
        token.sign(key_ref, "ecdsa-sha256", b"")
    with pytest.raises(TokenMissing):
        token.login(Secret(PIN))
    assert () == provider.list_tokens()


def test_a_damaged_token_is_passed_over(token: SoftToken, provider: SoftProvider) -> None:
    (token._folder / "token.json").write_bytes(b"{")

    assert () == provider.list_tokens()


@pytest.fixture
def unlockable(provider: SoftProvider) -> SoftToken:
    return provider.initialise("x", Secret(PIN), os.urandom, Secret(ADMIN_PIN))


def test_an_sm2_token_signs_and_unwraps(token: SoftToken, tmp_path: Path) -> None:
    pilot = Pilot.create(tmp_path / "pki", clock, os.urandom)
    token.login(Secret(PIN))
    ukey = issue_ukey(pilot, token, "340100.bgs", "合肥市人民政府办公室", kind="sm2")
    signed = cms.sign_attached(b"x", signer_of(token, pilot.chain_of("GM")), at=NOW)
    public = suites.public_key(ukey.encrypt)
    assert isinstance(public, Sm2PublicKey)
    key = token.unwrap(certificate_for(token, "encrypt").key_ref, "sm2", public.encrypt(bytes(16)))

    assert ukey.sign == cms.open_attached(signed).certificate
    assert bytes(16) == key.reveal()


def test_an_ec_key_unwraps_no_sm2(token: SoftToken) -> None:
    token.login(Secret(PIN))
    key_ref, _ = token.generate("encrypt", "p256", "encrypt")

    with pytest.raises(KeyMissing):
        token.unwrap(key_ref, "sm2", b"")


def test_the_tries_left_are_told(token: SoftToken) -> None:
    with pytest.raises(PinWrong) as caught:
        token.login(Secret("000000"))

    assert (MAX_TRIES - 1, MAX_TRIES - 1) == (caught.value.remaining, token.info().remaining)


def test_a_makers_first_pin_is_told_until_it_is_changed(provider: SoftProvider) -> None:
    token = provider.initialise("x", Secret("123456"), os.urandom)
    before = token.info().default_pin
    token.change_pin(Secret("123456"), Secret(PIN))

    assert (True, False) == (before, token.info().default_pin)


def test_a_changed_pin_opens_the_same_keys(token: SoftToken) -> None:
    token.login(Secret(PIN))
    key_ref, _ = token.generate("encrypt", "sm2", "encrypt")
    token.change_pin(Secret(PIN), Secret("975318"))
    with pytest.raises(LoginNeeded):
        token.unwrap(key_ref, "sm2", b"")
    with pytest.raises(PinWrong):
        token.login(Secret(PIN))
    token.login(Secret("975318"))

    with pytest.raises(CapsuleError):
        token.unwrap(key_ref, "sm2", b"")


def test_a_wrong_old_pin_changes_nothing_and_counts(token: SoftToken) -> None:
    with pytest.raises(PinWrong):
        token.change_pin(Secret("000000"), Secret("975318"))
    left = token.info().remaining
    token.login(Secret(PIN))

    assert MAX_TRIES - 1 == left


def test_a_weak_new_pin_costs_no_try(token: SoftToken) -> None:
    with pytest.raises(PinWeak):
        token.change_pin(Secret("000000"), Secret("123456"))

    assert MAX_TRIES == token.info().remaining


def test_the_issuing_office_unlocks(unlockable: SoftToken) -> None:
    for _ in range(MAX_TRIES):
        with pytest.raises((PinWrong, PinLocked)):
            unlockable.login(Secret("000000"))
    unlockable.unlock(Secret(ADMIN_PIN), Secret("975318"))
    unlockable.login(Secret("975318"))

    assert ("ok", MAX_TRIES) == (unlockable.info().pin_state, unlockable.info().remaining)


def test_the_issuing_offices_pin_locks_as_well(unlockable: SoftToken) -> None:
    for left in range(MAX_TRIES - 1, 0, -1):
        with pytest.raises(AdminPinWrong) as caught:
            unlockable.unlock(Secret("000000"), Secret("975318"))
        assert left == caught.value.remaining
        assert "只能重新初始化" in caught.value.text()
    for pin in ("000000", ADMIN_PIN):
        with pytest.raises(AdminPinLocked):
            unlockable.unlock(Secret(pin), Secret("975318"))

    unlockable.login(Secret(PIN))


def test_a_token_without_an_admin_pin_is_not_unlocked(token: SoftToken) -> None:
    with pytest.raises(NotOffered):
        token.unlock(Secret("000000"), Secret("975318"))


def test_seals_are_kept_once_and_read_without_login(token: SoftToken) -> None:
    token.login(Secret(PIN))
    for seal in (b"\x30\x01\x01", b"\x30\x01\x02", b"\x30\x01\x01"):
        token.store_seal(seal)
    token.remove_seal(b"\x30\x01\x02")
    token.remove_seal(b"\x30\x01\x02")
    token.logout()

    assert (b"\x30\x01\x01",) == token.seals()
    with pytest.raises(LoginNeeded):
        token.store_seal(b"\x30\x01\x03")
    with pytest.raises(LoginNeeded):
        token.remove_seal(b"\x30\x01\x01")


def test_a_token_has_room_for_so_many_seals(token: SoftToken) -> None:
    token.login(Secret(PIN))
    for number in range(MAX_TOKEN_SEALS):
        token.store_seal(bytes([0x30, 1, number]))

    with pytest.raises(NoRoom):
        token.store_seal(b"\x30\x01\xff")
    with pytest.raises(TooLarge):
        token.store_seal(bytes(MAX_TOKEN_SEAL_BYTES + 1))
    token.store_seal(b"\x30\x01\x00")
    assert MAX_TOKEN_SEALS == len(token.seals())


def test_a_token_taken_away_is_logged_out_when_tokens_are_listed(
    token: SoftToken, provider: SoftProvider, tmp_path: Path
) -> None:
    token.login(Secret(PIN))
    key_ref, _ = token.generate("sign", "p256", "sign")
    shutil.move(token._folder, tmp_path / "away")
    provider.list_tokens()
    shutil.move(tmp_path / "away", token._folder)

    with pytest.raises(LoginNeeded):
        token.sign(key_ref, "ecdsa-sha256", b"x")


def test_a_file_that_goes_while_it_is_read_means_the_token_went(
    token: SoftToken, tmp_path: Path
) -> None:
    token.login(Secret(PIN))
    folder = next(tmp_path.glob("**/token.json")).parent
    for name, read in (("x.cer", token.certificates), ("x.seal", token.seals)):
        (folder / name).symlink_to(folder / "gone")
        with pytest.raises(TokenMissing):
            read()
        (folder / name).unlink()
