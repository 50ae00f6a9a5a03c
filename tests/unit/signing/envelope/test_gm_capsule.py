"""Capsules under GM: opened by keys and UKEYs, and every part of them held to its one form."""

import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from formats.directory import BodyCertificate
from formats.effects import system_randomness
from formats.errors import BadInput, TooLarge, YidaoError
from signing import der
from signing.cms_read import issuer_and_serial
from signing.envelope import KeyUnwrapper, unwrap_secret, wrap_secret
from signing.envelope.recipients import SM2_ENCRYPTION
from signing.errors import CapsuleError, NotAddressed, SuiteMismatch, WeakAlgorithm
from signing.gm.sm2 import Sm2PrivateKey, Sm2PublicKey
from signing.keys import load_key
from signing.suites import public_key
from signing.tokens.base import SessionKey
from tests.support.pki import PilotWorld

SECRET = b"thirty-two bytes of something ok"
CITY, COUNTY = "340100.bgs", "340123.bgs"
SM4_GCM = "1.2.156.10197.1.104.8"
ENVELOPED, DATA, SM4_CBC = (
    "1.2.156.10197.6.1.4.2.3",
    "1.2.156.10197.6.1.4.2.1",
    ("1.2.156.10197.1.104.2"),
)


@pytest.fixture(scope="module")
def certificate(gm_pilot: PilotWorld) -> bytes:
    """Of the city's recovery key."""
    return recovery(gm_pilot, CITY)[1]


@pytest.fixture(scope="module")
def unwrapper(gm_pilot: PilotWorld) -> KeyUnwrapper:
    """With the city's recovery key."""
    return KeyUnwrapper(*recovery(gm_pilot, CITY))


def recovery(world: PilotWorld, body: str) -> tuple[Sm2PrivateKey, bytes]:
    key = load_key(world.pilot.recovery_key(body, "GM"))
    assert isinstance(key, Sm2PrivateKey)
    held = [c.certificate for c in world.pilot.body_certificates(body) if c.usage == "encrypt"]
    return key, next(c for c in held if public_key(c) == key.public_key())


def wrapped(world: PilotWorld, *bodies: str) -> bytes:
    certificates: list[BodyCertificate | bytes] = [
        c
        for body in bodies or (CITY, COUNTY)
        for c in world.pilot.body_certificates(body)
        if c.usage == "encrypt"
    ]
    return wrap_secret(SECRET, certificates, randomness=system_randomness)


def sm2_of(certificate: bytes) -> Sm2PublicKey:
    found = public_key(certificate)
    assert isinstance(found, Sm2PublicKey)
    return found


# --- a capsule by hand, each part of which can be put otherwise -----------------------------------
def by_hand(
    certificate: bytes,
    *,
    outer: str = "1.2.840.113549.1.9.16.1.23",
    inner: str = "1.2.840.113549.1.7.1",
    cipher: str = SM4_GCM,
    wrap: str = SM2_ENCRYPTION,
    version: int = 0,
    key: bytes = bytes(range(16)),
    sm2: bytes | None = None,
    nonce: bytes = bytes(12),
    tag_size: int = 16,
) -> bytes:
    """A capsule as docs/FORMAT.md says, made with nothing of `signing.envelope`."""
    if sm2 is None:
        sm2 = sm2_of(certificate).encrypt(key)
    sealing = Cipher(algorithms.SM4(bytes(range(16))), modes.GCM(nonce)).encryptor()
    sealed = sealing.update(SECRET) + sealing.finalize()
    info = der.sequence(
        der.integer(version),
        issuer_and_serial(certificate),
        der.sequence(der.oid(wrap)),
        der.octets(sm2),
    )
    parameters = der.sequence(der.octets(nonce), der.integer(tag_size))
    content = der.sequence(
        der.oid(inner), der.sequence(der.oid(cipher), parameters), der.encode(0x80, sealed)
    )
    enveloped = der.sequence(der.integer(0), der.set_of([info]), content, der.octets(sealing.tag))
    return der.sequence(der.oid(outer), der.encode(0xA0, enveloped))


def sm2_parts(certificate: bytes, key: bytes = bytes(range(16))) -> list[bytes]:
    """x, y, SM3 and ciphertext of an SM2Cipher, each as DER."""
    cipher = sm2_of(certificate).encrypt(key)
    return [part.raw for part in der.read(cipher).children()]


def test_a_capsule_opens_with_each_of_its_keys(gm_pilot: PilotWorld) -> None:
    p7m = wrapped(gm_pilot)

    for body in (CITY, COUNTY):
        assert SECRET == unwrap_secret(p7m, KeyUnwrapper(*recovery(gm_pilot, body)), suite="GM")
        assert SECRET == unwrap_secret(p7m, gm_pilot.login(body), suite="GM")


def test_a_capsule_has_the_form_that_the_page_of_formats_says(
    certificate: bytes, unwrapper: KeyUnwrapper
) -> None:
    assert SECRET == unwrap_secret(by_hand(certificate), unwrapper)


def test_openssl_opens_the_wrapped_key(gm_pilot: PilotWorld, tmp_path: Path) -> None:
    key, certificate = recovery(gm_pilot, CITY)
    p7m = wrap_secret(SECRET, [certificate], randomness=system_randomness)
    info = der.read(p7m).children()[1].children()[0].children()[1].children()[0]
    (tmp_path / "key.pem").write_bytes(key.to_pem())
    (tmp_path / "wrapped.der").write_bytes(info.children()[3].body)
    done = subprocess.run(
        ["openssl", "pkeyutl", "-decrypt", "-inkey", "key.pem", "-in", "wrapped.der"],
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    sealed = der.read(p7m).children()[1].children()[0].children()
    nonce = sealed[2].children()[1].children()[1].children()[0].body
    opening = Cipher(algorithms.SM4(done.stdout), modes.GCM(nonce, sealed[3].body)).decryptor()

    assert SECRET == opening.update(sealed[2].children()[2].body) + opening.finalize()


def test_the_key_of_another_body_does_not_open_it(gm_pilot: PilotWorld) -> None:
    p7m = wrapped(gm_pilot, CITY)

    with pytest.raises(NotAddressed):
        unwrap_secret(p7m, KeyUnwrapper(*recovery(gm_pilot, COUNTY)))
    with pytest.raises(NotAddressed):
        unwrap_secret(p7m, gm_pilot.login(COUNTY))


def test_another_key_under_the_same_certificate_does_not_open_it(
    gm_pilot: PilotWorld, certificate: bytes
) -> None:
    with pytest.raises(CapsuleError):
        unwrap_secret(wrapped(gm_pilot), KeyUnwrapper(Sm2PrivateKey.generate(), certificate))


def test_a_capsule_of_the_other_suite_is_refused(
    gm_pilot: PilotWorld, unwrapper: KeyUnwrapper, pilot: PilotWorld
) -> None:
    with pytest.raises(SuiteMismatch) as raised:
        unwrap_secret(wrapped(gm_pilot), unwrapper, suite="INTL")
    with pytest.raises(SuiteMismatch):
        unwrap_secret(wrapped(pilot), pilot.login(CITY), suite="GM")

    assert "signing.suite-mismatch" == raised.value.code


def test_keys_of_two_suites_do_not_go_into_one_capsule(
    gm_pilot: PilotWorld, pilot: PilotWorld
) -> None:
    both = [
        *gm_pilot.pilot.body_certificates(CITY),
        *pilot.pilot.body_certificates(CITY),
    ]
    with pytest.raises(WeakAlgorithm):
        wrap_secret(SECRET, [c for c in both if c.usage == "encrypt"], randomness=system_randomness)


@pytest.mark.parametrize("profile", ["ecdh-p256", "oaep-sha256"])
def test_a_profile_that_does_not_fit_the_key_is_refused(certificate: bytes, profile: str) -> None:
    declared = BodyCertificate(
        usage="encrypt",
        certificate=certificate,
        wrap=profile,  # type: ignore[arg-type]  # one of its literals
    )
    with pytest.raises(WeakAlgorithm):
        wrap_secret(SECRET, [declared], randomness=system_randomness)


def test_every_altered_byte_is_refused(certificate: bytes, unwrapper: KeyUnwrapper) -> None:
    p7m = wrap_secret(SECRET, [certificate], randomness=system_randomness)
    for place in range(len(p7m)):
        altered = p7m[:place] + bytes((p7m[place] ^ 1 << place % 8,)) + p7m[place + 1 :]
        with pytest.raises(YidaoError):
            unwrap_secret(altered, unwrapper, suite="GM")


@pytest.mark.parametrize("cut", [0, 1, 20, 100, -1])
def test_a_capsule_cut_short_is_refused(
    gm_pilot: PilotWorld, unwrapper: KeyUnwrapper, cut: int
) -> None:
    with pytest.raises(BadInput):
        unwrap_secret(wrapped(gm_pilot)[:cut], unwrapper)


SPOILT: dict[str, dict[str, object]] = {
    "aes-named": {"cipher": "2.16.840.1.101.3.4.1.46"},
    "sm4-cbc-named": {"cipher": SM4_CBC},
    "enveloped-named": {"outer": "1.2.840.113549.1.7.3"},
    "gb-35275-named": {"outer": ENVELOPED},
    "signed-data-inside": {"inner": "1.2.840.113549.1.7.2"},
    "version-of-recipient": {"version": 2},
    "pkcs1-named": {"wrap": "1.2.840.113549.1.1.1"},
    "another-key": {"key": bytes(16)},
    "short-key": {"key": bytes(15)},
    "aes-sized-key": {"key": bytes(32)},
    "nonce-of-16": {"nonce": bytes(16)},
    "tag-size": {"tag_size": 12},
    "empty-sm2": {"sm2": b""},
    "sm2-of-zeros": {"sm2": bytes(120)},
}


@pytest.mark.parametrize("fault", SPOILT)
def test_a_capsule_in_another_form_is_refused(
    certificate: bytes, unwrapper: KeyUnwrapper, fault: str
) -> None:
    with pytest.raises(CapsuleError):
        unwrap_secret(by_hand(certificate, **SPOILT[fault]), unwrapper)  # type: ignore[arg-type]  # each by its name


P = (1 << 256) - (1 << 224) - (1 << 96) + (1 << 64) - 1


def spoilt_sm2(parts: list[bytes], fault: str) -> bytes:
    x, y, digest, sealed = parts
    one = der.integer(1)
    return {
        "cut": der.sequence(x, y, digest, sealed)[:-1],
        "trailing": der.sequence(x, y, digest, sealed) + b"\x00",
        "a-part-more": der.sequence(x, y, digest, sealed, one),
        "a-part-less": der.sequence(x, y, digest),
        "not-on-the-curve": der.sequence(x, one, digest, sealed),
        "infinity": der.sequence(der.integer(0), der.integer(0), digest, sealed),
        "negated": der.sequence(
            x, der.integer(P - der.read(y).number()), digest, sealed
        ),  # another point of the curve
        "beyond-the-field": der.sequence(der.integer(der.read(x).number() + P), y, digest, sealed),
        "negative": der.sequence(der.encode(der.INTEGER, b"\xff"), y, digest, sealed),
        "c1c2c3": der.sequence(x, y, sealed, digest),
        "other-digest": der.sequence(x, y, der.octets(bytes(32)), sealed),
        "short-digest": der.sequence(x, y, der.octets(bytes(31)), sealed),
        "other-ciphertext": der.sequence(x, y, digest, der.octets(bytes(16))),
        "no-ciphertext": der.sequence(x, y, digest, der.octets(b"")),
    }[fault]


class Watched(KeyUnwrapper):
    """Tells whether the private key was ever used."""

    used = False

    def unwrap_for(self, certificate: bytes, wrapped: bytes) -> SessionKey:
        """See `Unwrapper`."""
        self.used = True
        return super().unwrap_for(certificate, wrapped)


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        ("cut", False),
        ("trailing", False),
        ("a-part-more", False),
        ("a-part-less", False),
        ("not-on-the-curve", False),
        ("infinity", False),
        ("negated", True),
        ("beyond-the-field", False),
        ("negative", False),
        ("c1c2c3", False),
        ("other-digest", True),
        ("short-digest", False),
        ("other-ciphertext", True),
        ("no-ciphertext", False),
    ],
)
def test_a_wrapped_key_in_another_form_never_reaches_the_private_key(
    gm_pilot: PilotWorld, certificate: bytes, fault: str, seen: bool
) -> None:
    watched = Watched(*recovery(gm_pilot, CITY))
    p7m = by_hand(certificate, sm2=spoilt_sm2(sm2_parts(certificate), fault))

    with pytest.raises(CapsuleError):
        unwrap_secret(p7m, watched)
    assert watched.used is seen


def test_too_many_bytes_are_not_looked_at(unwrapper: KeyUnwrapper) -> None:
    with pytest.raises(TooLarge):
        unwrap_secret(bytes(9 << 20), unwrapper)


# --- what other makers' software writes -----------------------------------------------------------
def gb35275(
    certificate: bytes,
    *,
    cipher: str = SM4_CBC,
    wrap: str = SM2_ENCRYPTION,
    inner: str = DATA,
    version: int = 1,
    iv: bytes = bytes(16),
    content: bytes = SECRET,
    pad: bool = True,
) -> bytes:
    """An EnvelopedData of GB/T 35275 8.1."""
    key = bytes(range(16))
    padder = padding.PKCS7(128).padder()
    padded = padder.update(content) + padder.finalize() if pad else content
    sealing = Cipher(algorithms.SM4(key), modes.CBC(bytes(16))).encryptor()
    sealed = sealing.update(padded) + sealing.finalize()
    info = der.sequence(
        der.integer(version),
        issuer_and_serial(certificate),
        der.sequence(der.oid(wrap), der.encode(der.NULL)),
        der.octets(sm2_of(certificate).encrypt(key)),
    )
    body = der.sequence(
        der.oid(inner), der.sequence(der.oid(cipher), der.octets(iv)), der.encode(0x80, sealed)
    )
    enveloped = der.sequence(der.integer(version), der.set_of([info]), body)
    return der.sequence(der.oid(ENVELOPED), der.encode(0xA0, enveloped))


@pytest.mark.parametrize("cipher", [SM4_CBC, "1.2.156.10197.1.104"], ids=["cbc", "sm4"])
@pytest.mark.parametrize("wrap", [SM2_ENCRYPTION, "1.2.156.10197.1.301"], ids=["sm2-3", "sm2"])
def test_an_envelope_of_other_software_opens_once_it_is_bound(
    certificate: bytes, unwrapper: KeyUnwrapper, cipher: str, wrap: str
) -> None:
    p7m = gb35275(certificate, cipher=cipher, wrap=wrap)

    assert SECRET == unwrap_secret(p7m, unwrapper, suite="GM", bound=True)


def test_a_ukey_opens_the_envelope_of_other_software(gm_pilot: PilotWorld) -> None:
    held = [c.certificate for c in gm_pilot.pilot.body_certificates(CITY) if c.usage == "encrypt"]
    own = next(c for c in held if c != recovery(gm_pilot, CITY)[1])

    assert SECRET == unwrap_secret(gb35275(own), gm_pilot.login(CITY), suite="GM", bound=True)


@pytest.mark.parametrize(
    ("suite", "bound"), [("GM", False), (None, False), ("INTL", True)], ids=str
)
def test_an_envelope_without_a_tag_is_refused_where_nothing_binds_it(
    certificate: bytes, unwrapper: KeyUnwrapper, suite: str | None, bound: bool
) -> None:
    with pytest.raises(CapsuleError):
        unwrap_secret(gb35275(certificate), unwrapper, suite=suite, bound=bound)  # type: ignore[arg-type]  # literals


FOREIGN: dict[str, dict[str, object]] = {
    "gcm-named": {"cipher": SM4_GCM},
    "aes-named": {"cipher": "2.16.840.1.101.3.4.1.42"},
    "rsa-named": {"wrap": "1.2.840.113549.1.1.1"},
    "signed-inside": {"inner": "1.2.156.10197.6.1.4.2.2"},
    "version": {"version": 0},
    "short-iv": {"iv": bytes(8)},
    "not-padded": {"content": bytes(32), "pad": False},
    "nothing": {"content": b"", "pad": False},
}


@pytest.mark.parametrize("fault", FOREIGN)
def test_an_envelope_of_other_software_in_another_form_is_refused(
    certificate: bytes, unwrapper: KeyUnwrapper, fault: str
) -> None:
    p7m = gb35275(certificate, **FOREIGN[fault])  # type: ignore[arg-type]  # each by its name
    with pytest.raises(CapsuleError):
        unwrap_secret(p7m, unwrapper, suite="GM", bound=True)


def test_an_envelope_of_other_software_for_another_is_not_ours(
    gm_pilot: PilotWorld, unwrapper: KeyUnwrapper
) -> None:
    p7m = gb35275(recovery(gm_pilot, COUNTY)[1])
    with pytest.raises(NotAddressed):
        unwrap_secret(p7m, unwrapper, suite="GM", bound=True)
