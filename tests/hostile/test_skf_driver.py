"""An SKF driver that answers nonsense: every answer ends in a coded error, none is believed."""

import os
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from formats.errors import YidaoError
from signing import suites
from signing.errors import CapsuleError, DriverGarbage, PinWrong, SignatureUnfit, TokenMissing
from signing.gm.sm2 import Sm2PublicKey
from signing.pilot import Pilot, issue_ukey
from signing.tokens.base import Secret, certificate_for
from signing.tokens.skf import SkfProvider, SkfToken
from tests.support.skf import PIN, TRIES, SkfDesk

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
MODES = ("codes", "lengths", "overrun", "signature", "coordinates", "strings", "count", "blocks")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Pilot:
    return Pilot.create(tmp_path_factory.mktemp("pki"), lambda: NOW, os.urandom)


@pytest.fixture
def token(skf_desk: SkfDesk, authority: Pilot) -> SkfToken:
    """Certificates and a seal on it, logged in."""
    skf_desk.new_device("left", serial="S1")
    opened = SkfProvider(skf_desk.module).open("skf:S1")
    opened.login(Secret(PIN))
    issue_ukey(authority, opened, "340100.bgs", "合肥市人民政府办公室", kind="sm2")
    opened.store_seal(b"\x30\x82\x02\x58" + b"\x01" * 600)
    return opened


def wrapped_for(token: SkfToken) -> tuple[str, bytes, bytes, bytes]:
    entry = certificate_for(token, "encrypt")
    public, key = suites.public_key(entry.der), os.urandom(16)
    assert isinstance(public, Sm2PublicKey)
    cipher = Cipher(algorithms.SM4(key), modes.GCM(bytes(12))).encryptor()
    sealed = cipher.update(b"content" * 100) + cipher.finalize()
    return entry.key_ref, public.encrypt(key), sealed, cipher.tag


def forget_what_was_read(token: SkfToken) -> None:
    token._module.connection("S1").certificates = None


@pytest.mark.parametrize("mode", MODES)
def test_whatever_a_driver_answers_ends_in_a_coded_error_or_the_truth(
    token: SkfToken, skf_desk: SkfDesk, mode: str
) -> None:
    sign_ref = certificate_for(token, "sign").key_ref
    key_ref, wrapped, sealed, tag = wrapped_for(token)
    truth = {"certificates": token.certificates(), "seals": token.seals()}
    public = suites.public_key(certificate_for(token, "sign").der)
    assert isinstance(public, Sm2PublicKey)
    skf_desk.misbehave("left", mode)

    def signed() -> None:
        public.verify(token.sign(sign_ref, "sm2-sm3", b"x"), b"x")

    def opened() -> None:
        key = token.unwrap(key_ref, "sm2", wrapped)
        assert b"content" * 100 == key.decrypt_gcm(bytes(12), sealed, tag)

    def certificates() -> None:
        forget_what_was_read(token)
        assert truth["certificates"] == token.certificates()

    def seals() -> None:
        assert set(token.seals()) <= set(truth["seals"])

    acts: tuple[Callable[[], object], ...] = (
        signed,
        opened,
        certificates,
        seals,
        token.info,
        lambda: token.store_seal(b"\x30\x03\x01\x01\xff"),
        lambda: token.change_pin(Secret(PIN), Secret("24681357")),
        token.logout,
        SkfProvider(skf_desk.module).list_tokens,
    )
    for act in acts:
        try:
            act()
        except YidaoError as error:
            assert all(error.sentences())  # noqa: PT017 - any of the tree will do


@pytest.mark.parametrize(
    ("mode", "act", "expected"),
    [
        ("codes", "info", DriverGarbage),
        ("lengths", "certificates", DriverGarbage),
        ("overrun", "certificates", DriverGarbage),
        ("signature", "sign", SignatureUnfit),
        ("coordinates", "sign", DriverGarbage),
        ("count", "info", DriverGarbage),
        ("count", "seals", DriverGarbage),
        ("blocks", "open", CapsuleError),
    ],
)
def test_nonsense_is_told_as_what_it_is(
    token: SkfToken, skf_desk: SkfDesk, mode: str, act: str, expected: type[YidaoError]
) -> None:
    sign_ref = certificate_for(token, "sign").key_ref
    key_ref, wrapped, sealed, tag = wrapped_for(token)
    skf_desk.misbehave("left", mode)
    forget = act == "certificates"
    acts: dict[str, Callable[[], object]] = {
        "info": token.info,
        "seals": token.seals,
        "certificates": token.certificates,
        "sign": lambda: token.sign(sign_ref, "sm2-sm3", b"x"),
        "open": lambda: token.unwrap(key_ref, "sm2", wrapped).decrypt_gcm(bytes(12), sealed, tag),
    }
    if forget:
        forget_what_was_read(token)

    with pytest.raises(YidaoError) as caught:
        acts[act]()

    assert expected is caught.type


def test_a_count_that_is_none_is_not_told(token: SkfToken, skf_desk: SkfDesk) -> None:
    skf_desk.misbehave("left", "count")
    with pytest.raises(PinWrong) as caught:
        token.login(Secret("00000000"))
    skf_desk.misbehave("left", None)

    assert caught.value.remaining is None
    assert TRIES - 1 == token.info().remaining


def test_a_device_whose_driver_answers_nonsense_hides_no_other(
    token: SkfToken, skf_desk: SkfDesk
) -> None:
    skf_desk.new_device("right", serial="S2")
    skf_desk.misbehave("left", "codes")

    assert ["S2"] == [i.serial for i in SkfProvider(skf_desk.module).list_tokens()]
    with pytest.raises(DriverGarbage):
        token.info()


def test_a_device_pulled_out_under_nonsense_is_missing(token: SkfToken, skf_desk: SkfDesk) -> None:
    skf_desk.misbehave("left", "lengths")
    skf_desk.pull("left")

    with pytest.raises(TokenMissing):
        token.info()
