import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from formats.effects import system_clock, system_randomness
from signing import cms, suites
from signing.errors import (
    AdminPinWrong,
    CapsuleError,
    KeyMissing,
    LabelTooLong,
    LoginNeeded,
    ModuleMissing,
    NotOffered,
    PinUnfit,
    PinWeak,
    PinWrong,
    SignatureUnfit,
    TokenMissing,
)
from signing.pilot import Pilot, issue_ukey
from signing.tokens.base import Secret, TokenSigner, certificate_for, find_token
from signing.tokens.pkcs11 import Pkcs11Provider, Pkcs11Token, find_softhsm
from tests.support.pki import PIN, SO_PIN, PilotWorld, SoftHsm

BODY = "340100.bgs"


@contextmanager
def pulled(softhsm: SoftHsm, token: Pkcs11Token, away: Path) -> Iterator[None]:
    """The UKEY out of its slot, and back again."""
    folder = softhsm.token_folder(token)
    shutil.move(folder, away / folder.name)
    yield
    shutil.move(away / folder.name, folder)


def test_a_missing_driver_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(ModuleMissing) as caught:
        Pkcs11Provider(tmp_path / "libukey.so")

    assert "libukey.so" in caught.value.text()


def test_a_file_that_is_no_driver_is_said_to_be_missing(tmp_path: Path) -> None:
    (tmp_path / "libukey.so").write_bytes(b"not a library")

    with pytest.raises(ModuleMissing):
        Pkcs11Provider(tmp_path / "libukey.so")


def test_the_driver_of_softhsm_can_be_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SOFTHSM2_MODULE", str(tmp_path / "none.so"))

    with pytest.raises(ModuleMissing):
        find_softhsm()


def test_tokens_are_listed_and_found_without_login(pilot: PilotWorld) -> None:
    listed = {info.label: info for info in pilot.softhsm.provider.list_tokens()}

    assert set(pilot.tokens) <= set(listed)
    assert find_token((pilot.softhsm.provider,), BODY).info().id == listed[BODY].id


def test_a_label_without_room_is_refused_rather_than_cut(softhsm: SoftHsm) -> None:
    before = softhsm.provider.list_tokens()
    with pytest.raises(LabelTooLong):
        softhsm.new_token("安徽省经济和信息化厅办公室")

    assert before == softhsm.provider.list_tokens()


def test_a_wrong_pin_says_so_and_lowers_the_state_until_a_right_one(pilot: PilotWorld) -> None:
    token = pilot.tokens[BODY]
    with pytest.raises(PinWrong):
        token.login(Secret("000000"))
    after_wrong = token.info().pin_state

    token.login(Secret(PIN))

    assert ("low", "ok") == (after_wrong, token.info().pin_state)


def test_a_wrong_pin_ends_an_earlier_login(pilot: PilotWorld) -> None:
    token = pilot.login(BODY)
    key_ref = certificate_for(token, "sign").key_ref
    with pytest.raises(PinWrong):
        token.login(Secret("000000"))

    with pytest.raises(LoginNeeded):
        token.sign(key_ref, "ecdsa-sha256", b"x")


def test_after_logout_nothing_is_signed(pilot: PilotWorld) -> None:
    token = pilot.login(BODY)
    key_ref = certificate_for(token, "sign").key_ref
    token.logout()

    with pytest.raises(LoginNeeded):
        token.sign(key_ref, "ecdsa-sha256", b"x")


def test_two_objects_of_one_token_share_its_login(pilot: PilotWorld) -> None:
    token = pilot.login(BODY)
    other = pilot.softhsm.provider.open(token.info().id)

    assert other.sign(certificate_for(other, "sign").key_ref, "ecdsa-sha256", b"x")


def test_an_agreement_gives_the_raw_shared_coordinate(pilot: PilotWorld) -> None:
    token = pilot.login(BODY)
    encryption = certificate_for(token, "encrypt")
    public = suites.public_key(encryption.der)
    ours = ec.generate_private_key(ec.SECP256R1())
    point = ours.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )

    assert isinstance(public, ec.EllipticCurvePublicKey)
    assert ours.exchange(ec.ECDH(), public) == token.agree(encryption.key_ref, point)


def test_a_point_off_the_curve_never_reaches_the_token(pilot: PilotWorld) -> None:
    token = pilot.login(BODY)

    with pytest.raises(CapsuleError):
        token.agree(certificate_for(token, "encrypt").key_ref, b"\x04" + b"\x01" * 64)


def test_the_signing_key_does_not_agree(pilot: PilotWorld) -> None:
    token = pilot.login(BODY)
    ours = ec.generate_private_key(ec.SECP256R1())
    point = ours.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )

    with pytest.raises(KeyMissing):
        token.agree(certificate_for(token, "sign").key_ref, point)


def test_an_rsa_ukey_signs_and_unwraps(softhsm: SoftHsm, tmp_path: Path) -> None:
    token = softhsm.new_token("rsa ukey")
    token.login(Secret(PIN))
    pki = Pilot.create(tmp_path / "pki", system_clock, system_randomness)
    ukey = issue_ukey(pki, token, "340000.rsa", "某机关", kind="rsa2048")
    signer = TokenSigner(token, certificate_for(token, "sign"), pki.chain)

    opened = cms.open_attached(cms.sign_attached(b"x", signer, at=None))
    public = x509.load_der_x509_certificate(ukey.encrypt).public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    sha1 = hashes.SHA1()  # noqa: S303 - OAEP, RFC 8017 B.1
    wrapped = public.encrypt(b"key", padding.OAEP(padding.MGF1(sha1), sha1, None))
    key_ref = certificate_for(token, "encrypt").key_ref

    assert ukey.sign == opened.certificate
    assert b"key" == token.decrypt(key_ref, "oaep-sha1", wrapped)
    with pytest.raises(CapsuleError):
        token.decrypt(key_ref, "oaep-sha1", b"\x01" * 256)
    with pytest.raises(NotOffered):
        token.decrypt(key_ref, "oaep-sha256", wrapped)  # SoftHSM knows OAEP with SHA-1 alone


def test_an_unknown_key_is_missing(pilot: PilotWorld) -> None:
    token = pilot.login(BODY)

    for key_ref in ("00" * 8, "no hexadecimal"):
        with pytest.raises(KeyMissing):
            token.sign(key_ref, "ecdsa-sha256", b"x")


def test_private_keys_do_not_leave_the_token(pilot: PilotWorld) -> None:
    import pkcs11  # noqa: PLC0415 - only this test looks under the protocol

    token = pilot.login(BODY)
    session = token._module.sessions[token._serial]
    (key,) = session.get_objects(
        {
            pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PRIVATE_KEY,
            pkcs11.Attribute.ID: bytes.fromhex(certificate_for(token, "sign").key_ref),
        }
    )

    with pytest.raises(pkcs11.exceptions.AttributeSensitive):
        _ = key[pkcs11.Attribute.VALUE]


def test_a_ukey_pulled_out_in_mid_use_is_missing_and_works_again_when_back(
    softhsm: SoftHsm, tmp_path: Path
) -> None:
    token = softhsm.new_token("pulled")
    token.login(Secret(PIN))
    key_ref, _ = token.generate("sign", "p256", "sign")
    with pulled(softhsm, token, tmp_path):
        for act in (
            lambda: token.sign(key_ref, "ecdsa-sha256", b"x"),
            token.certificates,
            token.info,
            lambda: token.login(Secret(PIN)),
        ):
            with pytest.raises(TokenMissing):
                act()
        assert "pulled" not in {info.label for info in softhsm.provider.list_tokens()}

    token.login(Secret(PIN))
    assert token.sign(key_ref, "ecdsa-sha256", b"x")


def test_a_new_certificate_replaces_the_old_one_of_its_key(
    softhsm: SoftHsm, pilot: PilotWorld
) -> None:
    token = softhsm.new_token("renewed")
    token.login(Secret(PIN))
    key_ref, _ = token.generate("sign", "p256", "sign")
    token.store_certificate(key_ref, pilot.ukeys[BODY].sign, "sign")
    token.store_certificate(key_ref, pilot.ukeys["340000.bgt"].sign, "sign")

    assert [pilot.ukeys["340000.bgt"].sign] == [c.der for c in token.certificates()]


def test_threads_take_turns(pilot: PilotWorld) -> None:
    signer = pilot.signer(BODY)
    opened: list[bytes] = []

    def work() -> None:
        opened.extend(
            cms.open_attached(cms.sign_attached(b"x", signer, at=None)).data for _ in range(20)
        )

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [b"x"] * 80 == opened


def test_the_makers_profile_that_fits_is_told(pilot: PilotWorld) -> None:
    assert "softhsm" == pilot.tokens[BODY].info().profile


def test_a_login_shows_whether_the_pin_is_a_makers_first_one(softhsm: SoftHsm) -> None:
    first, own = softhsm.new_token("first", "123456"), softhsm.new_token("own", "246813")
    before = first.info().default_pin
    first.login(Secret("123456"))
    own.login(Secret("246813"))

    assert (None, True, False) == (before, first.info().default_pin, own.info().default_pin)


def test_a_changed_pin_holds(softhsm: SoftHsm) -> None:
    token = softhsm.new_token("changed")
    token.change_pin(Secret(PIN), Secret("246813"))
    with pytest.raises(PinWrong):
        token.login(Secret(PIN))
    token.login(Secret("246813"))

    assert token.info().default_pin is False


def test_a_pin_is_changed_while_logged_in_and_the_login_ends(softhsm: SoftHsm) -> None:
    token = softhsm.new_token("changed in use")
    token.login(Secret(PIN))
    token.change_pin(Secret(PIN), Secret("246813"))

    with pytest.raises(LoginNeeded):
        token.generate("sign", "p256", "sign")


def test_a_wrong_old_pin_changes_nothing(softhsm: SoftHsm) -> None:
    token = softhsm.new_token("unchanged")
    with pytest.raises(PinWrong):
        token.change_pin(Secret("000000"), Secret("246813"))

    token.login(Secret(PIN))


def test_new_pins_that_will_not_do_are_refused_before_the_token_is_asked(softhsm: SoftHsm) -> None:
    token = softhsm.new_token("rules")
    with pytest.raises(PinWeak):
        token.change_pin(Secret("000000"), Secret("654321"))
    with pytest.raises(PinUnfit):
        token.unlock(Secret("1\x002"), Secret("246813"))

    assert "ok" == token.info().pin_state


def test_the_issuing_office_sets_a_new_pin(softhsm: SoftHsm) -> None:
    token = softhsm.new_token("unlocked")
    with pytest.raises(PinWrong):
        token.login(Secret("000000"))
    token.unlock(Secret(SO_PIN), Secret("246813"))
    token.login(Secret("246813"))

    assert "ok" == token.info().pin_state


def test_a_wrong_officers_pin_unlocks_nothing(softhsm: SoftHsm) -> None:
    token = softhsm.new_token("not unlocked")
    with pytest.raises(AdminPinWrong):
        token.unlock(Secret("00000000"), Secret("246813"))

    token.login(Secret(PIN))


def test_seals_are_kept_as_data_objects_and_read_without_login(softhsm: SoftHsm) -> None:
    token = softhsm.new_token("sealed")
    token.login(Secret(PIN))
    for seal in (b"\x30\x01\x01", bytes(20_000), b"\x30\x01\x01"):
        token.store_seal(seal)
    token.logout()
    kept = token.seals()
    token.login(Secret(PIN))
    token.remove_seal(bytes(20_000))

    assert {b"\x30\x01\x01", bytes(20_000)} == set(kept)
    assert (2, (b"\x30\x01\x01",)) == (len(kept), token.seals())


def test_a_seal_is_stored_by_its_owner_alone(softhsm: SoftHsm) -> None:
    with pytest.raises(LoginNeeded):
        softhsm.new_token("closed").store_seal(b"\x30\x01\x01")


def test_sm2_without_a_profile_that_tells_how_is_not_offered(softhsm: SoftHsm) -> None:
    token = softhsm.new_token("no sm2")
    token.login(Secret(PIN))
    key_ref, _ = token.generate("encrypt", "p256", "encrypt")

    with pytest.raises(NotOffered):
        token.generate("sign", "sm2", "sign")
    with pytest.raises(KeyMissing):
        token.unwrap(key_ref, "sm2", b"")


def test_pulled_out_under_a_login_the_login_ends_when_tokens_are_listed(
    softhsm: SoftHsm, tmp_path: Path
) -> None:
    token = softhsm.new_token("watched")
    token.login(Secret(PIN))
    with pulled(softhsm, token, tmp_path):
        listed = {info.label for info in softhsm.provider.list_tokens()}
        logins = token._serial in token._module.sessions

    assert ("watched" in listed, logins) == (False, False)


def test_another_login_stays_while_a_token_goes(softhsm: SoftHsm, tmp_path: Path) -> None:
    going, staying = softhsm.new_token("going"), softhsm.new_token("staying")
    for token in (going, staying):
        token.login(Secret(PIN))
    key_ref, _ = staying.generate("sign", "p256", "sign")
    with pulled(softhsm, going, tmp_path):
        softhsm.provider.list_tokens()
        signature = staying.sign(key_ref, "ecdsa-sha256", b"x")

    assert signature


def test_a_certificate_of_another_key_makes_its_signatures_unfit(
    softhsm: SoftHsm, pilot: PilotWorld
) -> None:
    token = softhsm.new_token("mixed up")
    token.login(Secret(PIN))
    key_ref, _ = token.generate("sign", "p256", "sign")
    before = token.sign(key_ref, "ecdsa-sha256", b"x")
    token.store_certificate(key_ref, pilot.ukeys[BODY].sign, "sign")

    with pytest.raises(SignatureUnfit):
        token.sign(key_ref, "ecdsa-sha256", b"x")
    assert before
