"""UKEYs behind an SKF driver: a real library, called through the C interface of GM/T 0016."""

import os
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from formats.errors import TooLarge
from formats.limits import MAX_TOKEN_SEAL_BYTES
from signing import cms, suites
from signing.errors import (
    AdminPinLocked,
    AdminPinWrong,
    CapsuleError,
    KeyMissing,
    KeyStays,
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
from signing.tokens.base import Secret, certificate_for, signer_of
from signing.tokens.skf import SkfProvider, SkfToken
from signing.tokens.vendors import Profile
from tests.support.skf import ADMIN_PIN, PIN, TRIES, SkfDesk, desk_in

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
BODY, NAME = "340100.bgs", "合肥市人民政府办公室"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Pilot:
    return Pilot.create(tmp_path_factory.mktemp("pki"), lambda: NOW, os.urandom)


@pytest.fixture
def provider(skf_desk: SkfDesk) -> SkfProvider:
    skf_desk.new_device("left", serial="S1", label="合肥")
    return SkfProvider(skf_desk.module)


@pytest.fixture
def token(provider: SkfProvider) -> SkfToken:
    return provider.open("skf:S1")


@pytest.fixture
def issued(token: SkfToken, authority: Pilot) -> SkfToken:
    """Dual certificates on it, logged in."""
    token.login(Secret(PIN))
    issue_ukey(authority, token, BODY, NAME, kind="sm2")
    return token


def capsule(token: SkfToken, plain: bytes) -> tuple[bytes, bytes, bytes]:
    """A key wrapped to the token, and what that key seals: wrapped, ciphertext, tag."""
    key = os.urandom(16)
    public = suites.public_key(certificate_for(token, "encrypt").der)
    assert isinstance(public, Sm2PublicKey)
    cipher = Cipher(algorithms.SM4(key), modes.GCM(bytes(12))).encryptor()
    return public.encrypt(key), cipher.update(plain) + cipher.finalize(), cipher.tag


def test_a_device_is_described_before_any_pin(provider: SkfProvider) -> None:
    (info,) = provider.list_tokens()

    assert ("skf:S1", "合肥", "S1", "Yidao test") == (
        info.id,
        info.label,
        info.serial,
        info.manufacturer,
    )
    assert ("ok", TRIES, True) == (info.pin_state, info.remaining, info.default_pin)


def test_dual_certificates_of_one_container_sign_and_unwrap(
    issued: SkfToken, authority: Pilot
) -> None:
    signed = cms.sign_attached(b"x", signer_of(issued, authority.chain_of("GM")), at=NOW)
    wrapped, ciphertext, tag = capsule(issued, b"content" * 300)
    key = issued.unwrap(certificate_for(issued, "encrypt").key_ref, "sm2", wrapped)

    assert certificate_for(issued, "sign").der == cms.open_attached(signed).certificate
    assert b"content" * 300 == key.decrypt_gcm(bytes(12), ciphertext, tag)


def test_a_session_key_never_leaves_the_device(issued: SkfToken) -> None:
    wrapped, ciphertext, tag = capsule(issued, b"x")
    key = issued.unwrap(certificate_for(issued, "encrypt").key_ref, "sm2", wrapped)

    with pytest.raises(KeyStays):
        key.reveal()
    key.close()
    with pytest.raises(LoginNeeded):
        key.decrypt_gcm(bytes(12), ciphertext, tag)


def test_session_keys_end_with_the_login(issued: SkfToken) -> None:
    wrapped, ciphertext, tag = capsule(issued, b"x")
    key = issued.unwrap(certificate_for(issued, "encrypt").key_ref, "sm2", wrapped)
    issued.logout()

    with pytest.raises(LoginNeeded):
        key.decrypt_gcm(bytes(12), ciphertext, tag)


@pytest.mark.parametrize("part", ["wrapped", "ciphertext", "tag"])
def test_a_damaged_capsule_does_not_open(issued: SkfToken, part: str) -> None:
    parts = dict(zip(("wrapped", "ciphertext", "tag"), capsule(issued, b"content"), strict=True))
    parts[part] = parts[part][:-1] + bytes([parts[part][-1] ^ 1])

    with pytest.raises(CapsuleError):
        issued.unwrap(
            certificate_for(issued, "encrypt").key_ref, "sm2", parts["wrapped"]
        ).decrypt_gcm(bytes(12), parts["ciphertext"], parts["tag"])


def test_what_is_no_sm2_ciphertext_never_reaches_the_device(issued: SkfToken) -> None:
    for wrapped in (b"", b"\x30\x00", b"\x01" * 100):
        with pytest.raises(CapsuleError):
            issued.unwrap(certificate_for(issued, "encrypt").key_ref, "sm2", wrapped)


def test_keys_sign_only_as_their_certificate_says(issued: SkfToken) -> None:
    with pytest.raises(KeyMissing):
        issued.sign(certificate_for(issued, "encrypt").key_ref, "sm2-sm3", b"x")
    with pytest.raises(KeyMissing):
        issued.sign(certificate_for(issued, "sign").key_ref, "ecdsa-sha256", b"x")
    for key_ref in ("", "zz-s", "ff-s", "6162-x"):
        with pytest.raises(KeyMissing):
            issued.sign(key_ref, "sm2-sm3", b"x")


def test_what_the_standard_lacks_is_said_not_to_be_offered(issued: SkfToken) -> None:
    for act in (
        lambda: issued.agree("x", b""),
        lambda: issued.decrypt("x", "oaep-sha1", b""),
        lambda: issued.generate("sign", "p256", "x"),
    ):
        with pytest.raises(NotOffered):
            act()


def test_an_rsa_container_signs(token: SkfToken, authority: Pilot) -> None:
    import ctypes  # noqa: PLC0415 - the module makes the key, as a maker's tool would

    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - this test alone
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415 - this test alone

    from signing.tokens.skf_abi import types_of  # noqa: PLC0415 - this test alone

    token.login(Secret(PIN))
    module = token._module
    known = module.connection("S1")
    blob = types_of(4).rsa_public()
    with module.calling("S1"):
        container = module.driver.create_container(known.application, b"rsa")
        module.driver.library.call(
            "SKF_GenRSAKeyPair", container, ctypes.c_uint32(2048), ctypes.byref(blob)
        )
    numbers = rsa.RSAPublicNumbers(
        int.from_bytes(bytes(blob.PublicExponent), "big"),
        int.from_bytes(bytes(blob.Modulus), "big"),
    )
    spki = numbers.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )

    class Rsa(SkfToken):
        """Its signing pair is there already."""

        def generate(self, usage: str, kind: str, label: str) -> tuple[str, bytes]:  # type: ignore[override]  # two strings
            del kind, label
            return f"{b'rsa'.hex()}-{usage[0]}", spki

    issue_ukey(authority, Rsa(module, "S1"), BODY, NAME, kind="rsa2048")
    signed = cms.sign_attached(b"x", signer_of(token, authority.chain), at=NOW)

    assert "rsa-sha256" == certificate_for(token, "sign").algorithm
    assert certificate_for(token, "sign").der == cms.open_attached(signed).certificate


def test_without_login_nothing_is_signed(issued: SkfToken) -> None:
    key_ref = certificate_for(issued, "sign").key_ref
    issued.logout()

    with pytest.raises(LoginNeeded):
        issued.sign(key_ref, "sm2-sm3", b"x")


def test_wrong_pins_count_down_as_the_device_counts(token: SkfToken) -> None:
    told = []
    for _ in range(TRIES - 1):
        with pytest.raises(PinWrong) as caught:
            token.login(Secret("00000000"))
        told.append((caught.value.remaining, token.info().remaining, token.info().pin_state))
    with pytest.raises(PinLocked):
        token.login(Secret("00000000"))
    with pytest.raises(PinLocked):
        token.login(Secret(PIN))

    lefts = list(range(TRIES - 1, 0, -1))
    assert [(n, n, "final" if n == 1 else "low") for n in lefts] == told
    assert ("locked", 0) == (token.info().pin_state, token.info().remaining)


def test_a_right_pin_restores_the_tries(token: SkfToken) -> None:
    with pytest.raises(PinWrong):
        token.login(Secret("00000000"))
    token.login(Secret(PIN))

    assert TRIES == token.info().remaining


def test_a_wrong_pin_ends_an_earlier_login(issued: SkfToken) -> None:
    key_ref = certificate_for(issued, "sign").key_ref
    with pytest.raises(PinWrong):
        issued.login(Secret("00000000"))

    with pytest.raises(LoginNeeded):
        issued.sign(key_ref, "sm2-sm3", b"x")


def test_a_pin_with_a_zero_byte_costs_no_try(token: SkfToken) -> None:
    with pytest.raises(PinUnfit):
        token.login(Secret(PIN + "\0x"))

    assert TRIES == token.info().remaining


def test_a_changed_pin_holds_and_is_no_longer_the_first_one(token: SkfToken) -> None:
    token.change_pin(Secret(PIN), Secret("24681357"))
    token.login(Secret("24681357"))

    assert token.info().default_pin is False
    with pytest.raises(PinWrong):
        token.login(Secret(PIN))


def test_a_new_pin_anybody_guesses_costs_no_try(token: SkfToken) -> None:
    with pytest.raises(PinWeak):
        token.change_pin(Secret("00000000"), Secret("66666666"))

    assert TRIES == token.info().remaining


def test_changing_with_a_wrong_pin_counts(token: SkfToken) -> None:
    with pytest.raises(PinWrong):
        token.change_pin(Secret("00000000"), Secret("24681357"))

    assert TRIES - 1 == token.info().remaining


def test_a_pin_the_device_finds_too_long_stays_unchanged(token: SkfToken) -> None:
    with pytest.raises(PinUnfit):
        token.change_pin(Secret(PIN), Secret("a2468135724681357"))

    token.login(Secret(PIN))


def test_the_issuing_office_unlocks(token: SkfToken) -> None:
    for _ in range(TRIES):
        with pytest.raises((PinWrong, PinLocked)):
            token.login(Secret("00000000"))
    token.unlock(Secret(ADMIN_PIN), Secret("24681357"))
    token.login(Secret("24681357"))

    assert ("ok", TRIES) == (token.info().pin_state, token.info().remaining)


def test_the_issuing_offices_pin_locks_as_well(token: SkfToken) -> None:
    for _ in range(TRIES - 1):
        with pytest.raises(AdminPinWrong):
            token.unlock(Secret("00000000"), Secret("24681357"))
    with pytest.raises(AdminPinLocked):
        token.unlock(Secret("00000000"), Secret("24681357"))
    with pytest.raises(AdminPinLocked):
        token.unlock(Secret(ADMIN_PIN), Secret("24681357"))

    assert TRIES == token.info().remaining


def test_seals_are_kept_on_the_device_and_read_without_login(issued: SkfToken) -> None:
    seals = {b"\x30\x82\x05\x78" + bytes([n]) * 1400 for n in range(1, 4)}
    for seal in (*seals, *seals):
        issued.store_seal(seal)
    issued.logout()

    assert (3, seals) == (len(issued.seals()), set(issued.seals()))


def test_a_seal_is_taken_off(issued: SkfToken) -> None:
    issued.store_seal(b"\x30\x03\x01\x01\xff")
    issued.remove_seal(b"\x30\x03\x01\x01\xff")
    issued.remove_seal(b"\x30\x03\x01\x01\xff")

    assert () == issued.seals()


def test_a_full_device_says_so_and_keeps_what_it_has(issued: SkfToken) -> None:
    issued.store_seal(b"\x30\x03\x01\x01\xff")
    with pytest.raises(NoRoom):
        issued.store_seal(bytes(MAX_TOKEN_SEAL_BYTES))
    with pytest.raises(TooLarge):
        issued.store_seal(bytes(MAX_TOKEN_SEAL_BYTES + 1))

    assert (b"\x30\x03\x01\x01\xff",) == issued.seals()


def test_a_seal_cut_off_in_writing_is_not_there_and_can_be_written_again(
    issued: SkfToken, skf_desk: SkfDesk
) -> None:
    seal = b"\x30\x82\x05\x78" + b"\x01" * 1400
    skf_desk.slow("left", 150)
    pulling = threading.Timer(0.1, skf_desk.pull, ["left"])
    pulling.start()
    with pytest.raises(TokenMissing):
        issued.store_seal(seal)
    pulling.join()
    skf_desk.slow("left", 0)
    skf_desk.plug("left")
    after = issued.seals()
    issued.login(Secret(PIN))
    issued.store_seal(seal)

    assert ((), (seal,)) == (after, issued.seals())


def test_pulled_out_it_is_missing_and_plugged_in_again_it_asks_for_the_pin(
    issued: SkfToken, skf_desk: SkfDesk
) -> None:
    key_ref = certificate_for(issued, "sign").key_ref
    skf_desk.pull("left")
    acts: tuple[Callable[[], object], ...] = (
        lambda: issued.sign(key_ref, "sm2-sm3", b"x"),
        issued.info,
        issued.certificates,
        issued.seals,
        lambda: issued.login(Secret(PIN)),
    )
    for act in acts:
        with pytest.raises(TokenMissing):
            act()
    skf_desk.plug("left")

    with pytest.raises(LoginNeeded):
        issued.sign(key_ref, "sm2-sm3", b"x")
    issued.login(Secret(PIN))
    assert issued.sign(key_ref, "sm2-sm3", b"x")


def test_pulled_and_plugged_in_between_two_acts_it_asks_for_the_pin(
    issued: SkfToken, skf_desk: SkfDesk
) -> None:
    key_ref = certificate_for(issued, "sign").key_ref
    skf_desk.pull("left")
    skf_desk.plug("left")

    with pytest.raises(LoginNeeded):
        issued.sign(key_ref, "sm2-sm3", b"x")
    assert "ok" == issued.info().pin_state


def test_pulled_in_mid_signature_nothing_is_half_signed(
    issued: SkfToken, skf_desk: SkfDesk
) -> None:
    key_ref = certificate_for(issued, "sign").key_ref
    skf_desk.slow("left", 300)
    pulling = threading.Timer(0.1, skf_desk.pull, ["left"])
    pulling.start()
    signature = None

    with pytest.raises(TokenMissing):
        signature = issued.sign(key_ref, "sm2-sm3", b"x")
    pulling.join()
    assert signature is None


def test_two_devices_keep_their_logins_apart(
    issued: SkfToken, provider: SkfProvider, skf_desk: SkfDesk
) -> None:
    skf_desk.new_device("right", serial="S2", label="肥西", pin="24681357")
    both = {info.serial: info.label for info in provider.list_tokens()}
    right = provider.open("skf:S2")
    with pytest.raises(PinWrong):
        right.login(Secret(PIN))

    assert {"S1": "合肥", "S2": "肥西"} == both
    assert (TRIES, TRIES - 1) == (issued.info().remaining, right.info().remaining)
    skf_desk.pull("right")
    with pytest.raises(TokenMissing):
        right.info()
    assert ["S1"] == [info.serial for info in provider.list_tokens()]
    assert issued.sign(certificate_for(issued, "sign").key_ref, "sm2-sm3", b"x")


def test_two_objects_of_one_device_share_its_login(issued: SkfToken, provider: SkfProvider) -> None:
    other = provider.open(issued.info().id)

    assert other.sign(certificate_for(other, "sign").key_ref, "sm2-sm3", b"x")


def test_a_device_that_comes_or_goes_wakes_whoever_listens(
    provider: SkfProvider, skf_desk: SkfDesk
) -> None:
    woken = threading.Event()
    stop = provider.notify(woken.set)
    heard = []
    for change in (
        lambda: skf_desk.pull("left"),
        lambda: skf_desk.plug("left"),
        lambda: skf_desk.new_device("right", serial="S2"),
    ):
        time.sleep(0.1)  # the listener is waiting again
        change()
        heard.append(woken.wait(5))
        woken.clear()
    stop()

    assert [True] * 3 == heard


def test_listening_ends_when_it_is_stopped(provider: SkfProvider) -> None:
    before = threading.active_count()
    stop = provider.notify(lambda: None)
    time.sleep(0.1)
    stop()
    deadline = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.02)

    assert before == threading.active_count()


def test_the_profile_names_the_application(skf_desk: SkfDesk, tmp_path: Path) -> None:
    skf_desk.new_device("left", serial="S1")
    named = Profile(id="x", name="x", interface="skf", application="YIDAO")
    other = Profile(id="x", name="x", interface="skf", application="OTHER")

    assert ["x"] == [i.profile for i in SkfProvider(skf_desk.module, named).list_tokens()]
    lost = SkfProvider(desk_in(skf_desk.module, tmp_path / "other").module, other)
    assert [("unknown", None)] == [(i.pin_state, i.remaining) for i in lost.list_tokens()]


def test_a_new_certificate_replaces_the_old_one(issued: SkfToken, authority: Pilot) -> None:
    before = certificate_for(issued, "sign")
    fresh = issue_ukey(authority, issued, BODY, NAME, kind="sm2").sign
    issued.store_certificate(before.key_ref, fresh, "sign")
    kept = {c.key_ref: c.der for c in issued.certificates() if c.usage == "sign"}

    assert fresh == kept[before.key_ref]


def test_a_blank_device_is_listed_and_holds_nothing(skf_desk: SkfDesk) -> None:
    skf_desk.new_device("new", serial="S9", tries=0)
    provider = SkfProvider(skf_desk.module)
    (info,) = provider.list_tokens()
    token = provider.open(info.id)

    assert ("unknown", None, None) == (info.pin_state, info.remaining, info.default_pin)
    assert ((), ()) == (token.certificates(), token.seals())
    for act in (
        lambda: token.login(Secret(PIN)),
        lambda: token.unlock(Secret(ADMIN_PIN), Secret("24681357")),
    ):
        with pytest.raises(KeyMissing):
            act()


def test_a_driver_that_is_not_there_is_missing(tmp_path: Path) -> None:
    from signing.errors import ModuleMissing  # noqa: PLC0415 - this test alone

    with pytest.raises(ModuleMissing):
        SkfProvider(tmp_path / "libnone.so")


def test_threads_take_turns(issued: SkfToken) -> None:
    key_ref = certificate_for(issued, "sign").key_ref
    public = suites.public_key(certificate_for(issued, "sign").der)
    assert isinstance(public, Sm2PublicKey)
    made: list[tuple[bytes, bytes]] = []

    def work(number: int) -> None:
        for place in range(10):
            data = bytes([number, place])
            made.append((data, issued.sign(key_ref, "sm2-sm3", data)))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for data, signature in made:
        public.verify(signature, data)

    assert 40 == len({data for data, _ in made})
