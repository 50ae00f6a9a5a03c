"""Tokens behind a PKCS#11 module: UKEYs with their maker's driver, SoftHSM2 as their stand-in.

Only here and in `signing.tokens.driver` is python-pkcs11 imported. PKCS#11 keeps one login a token
for the whole process, so `Pkcs11Token` objects of one token share one session, and one lock a
module guards every call. Drivers look for tokens when they are initialised; `list_tokens`
therefore initialises the module afresh whenever nobody is logged in, and that is how a plugged-in
UKEY is noticed.

What a driver answers when a token goes away differs; everything that means it ends in
`TokenMissing`. Only CKR_PIN_INCORRECT says that a PIN is wrong.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pkcs11
from cryptography.hazmat.primitives.asymmetric import ec
from pkcs11 import exceptions as ckr
from pkcs11.util.ec import encode_ecdsa_signature

from formats.errors import TooLarge
from formats.limits import MAX_TOKEN_SEAL_BYTES
from signing import suites
from signing.errors import (
    CapsuleError,
    KeyMissing,
    LoginNeeded,
    NotOffered,
    SignatureInvalid,
    SignatureUnfit,
    TokenMissing,
    WeakAlgorithm,
)
from signing.gm.sm2 import Sm2PublicKey
from signing.signer import SignatureAlgorithm
from signing.tokens import pkcs11_objects as objects
from signing.tokens import pkcs11_sm2
from signing.tokens.base import (
    OaepMechanism,
    Secret,
    TokenCertificate,
    TokenInfo,
    TokenKeyKind,
    Usage,
    WrapMechanism,
    usable_certificate,
)
from signing.tokens.driver import (
    PROVIDER,
    Driver,
    answering_pins,
    calling,
    driver_of,
    find_softhsm,
    init_token,
    serial_of,
    still_there,
)
from signing.tokens.pins import check_new_pin, check_pin, is_factory
from signing.tokens.session_key import KnownKey
from signing.tokens.vendors import Profile, Sm2, Vendors, load_vendors

__all__ = ["Pkcs11Provider", "Pkcs11Token", "find_softhsm"]


class Pkcs11Provider:
    """The tokens of one PKCS#11 module."""

    def __init__(self, module_path: Path | str, vendors: Vendors | None = None) -> None:
        """``vendors``: the makers known, else the shipped table. Raises `ModuleMissing`."""
        self._module = driver_of(str(module_path))
        self._vendors = load_vendors() if vendors is None else vendors

    def list_tokens(self) -> tuple[TokenInfo, ...]:
        """Every token present, without login; the login of one that is gone ends."""
        with calling(self._module):
            self._module.refresh()
            found = self._module.tokens()
            present = {serial_of(token) for token in found}
            for serial in set(self._module.sessions) - present:
                self._module.drop(serial)
            return tuple(self._module.describe(token, self._vendors) for token in found)

    def notify(self, wake: Callable[[], None]) -> Callable[[], None]:
        """PKCS#11 modules hardly ever tell of events: whoever watches polls."""
        del wake
        return lambda: None

    def open(self, token_id: str) -> "Pkcs11Token":
        """The token of that `TokenInfo.id`. Raises `TokenMissing`."""
        serial = token_id.removeprefix(f"{PROVIDER}:")
        with calling(self._module):
            self._module.token(serial)
        return Pkcs11Token(self._module, serial, self._vendors)

    def initialise(self, label: str, so_pin: Secret, pin: Secret) -> "Pkcs11Token":
        """A blank token made ready: label, security officer's PIN, user PIN.

        Takes the first slot whose token is not initialised; ends every login of this module.
        Raises `TokenMissing` without a blank token.
        """
        with calling(self._module):
            for serial in list(self._module.sessions):
                self._module.drop(serial)
            self._module.refresh()
            blank = pkcs11.TokenFlag.TOKEN_INITIALIZED
            slot = next(
                (t.slot for t in self._module.library.get_tokens() if not t.flags & blank), None
            )
            if slot is None:
                raise TokenMissing("no blank token")
            before = {serial_of(token) for token in self._module.tokens()}
            init_token(self._module.path, slot.slot_id, so_pin.reveal(), label)
            self._module.library.reinitialize()
            fresh = next(t for t in self._module.tokens() if serial_of(t) not in before)
            with fresh.open(rw=True, so_pin=so_pin.text()) as session:
                session.init_pin(pin.text())
            return Pkcs11Token(self._module, serial_of(fresh), self._vendors)


class Pkcs11Token:
    """One token; a `TokenWriter`. Objects of the same token share its login."""

    def __init__(self, module: Driver, serial: str, vendors: Vendors) -> None:
        self._module = module
        self._serial = serial
        self._vendors = vendors

    def __repr__(self) -> str:
        return f"Pkcs11Token({self._serial})"

    def info(self) -> TokenInfo:
        """Its description, the PIN state read afresh."""
        with calling(self._module, self._serial):
            return self._module.describe(self._module.token(self._serial), self._vendors)

    def certificates(self) -> tuple[TokenCertificate, ...]:
        """Every certificate with a key; needs no login."""
        found = []
        with self._reading() as session:
            wanted = {pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE}
            for entry in list(session.get_objects(wanted)):
                with suppress(ckr.AttributeTypeInvalid, ckr.AttributeSensitive):  # none of ours
                    der = bytes(entry[pkcs11.Attribute.VALUE])
                    found.append((bytes(entry[pkcs11.Attribute.ID]).hex(), der))
        listed = (usable_certificate(der, key_ref) for key_ref, der in sorted(found))
        return tuple(entry for entry in listed if entry is not None)

    def login(self, pin: Secret) -> None:
        """Check the PIN. Raises `PinWrong`, `PinUnfit`, `PinLocked` or `TokenMissing`."""
        check_pin(pin)
        with calling(self._module, self._serial):
            self._module.drop(self._serial)
            self._module.refresh()
            token = self._module.token(self._serial)
            with answering_pins(self._module, self._serial):
                session = token.open(
                    rw=True, user_pin=pin.text(), attribute_mapper=pkcs11_sm2.mapper()
                )
            self._module.sessions[self._serial] = session
            profile = self._profile()
            factory = is_factory(pin, profile.factory_pins if profile else ())
            self._module.default_pins[self._serial] = factory

    def change_pin(self, old: Secret, new: Secret) -> None:
        """C_SetPIN; see `Token.change_pin`."""
        check_pin(old)
        check_new_pin(new, old)
        with calling(self._module, self._serial):
            self._module.drop(self._serial)
            self._module.refresh()
            with (
                self._module.token(self._serial).open(rw=True) as session,
                answering_pins(self._module, self._serial),
            ):
                session.set_pin(old.text(), new.text())
            self._module.default_pins[self._serial] = False

    def unlock(self, admin_pin: Secret, new_pin: Secret) -> None:
        """C_InitPIN by the security officer; see `Token.unlock`."""
        check_pin(admin_pin)
        check_new_pin(new_pin, admin_pin)
        with calling(self._module, self._serial):
            self._module.drop(self._serial)
            self._module.refresh()
            token = self._module.token(self._serial)
            with answering_pins(self._module, self._serial, admin=True):
                session = token.open(rw=True, so_pin=admin_pin.text())
            with session, answering_pins(self._module, self._serial):
                session.init_pin(new_pin.text())
            self._module.default_pins[self._serial] = False

    def logout(self) -> None:
        """End the login; harmless when there is none."""
        with self._module.lock:
            self._module.drop(self._serial)

    def sign(self, key_ref: str, algorithm: SignatureAlgorithm, data: bytes) -> bytes:
        """The signature over ``data``, DER for ECDSA, checked with its certificate.

        See `Token.sign`. Raises `SignatureUnfit` where the two do not fit.
        """
        with self._using() as session:
            key = objects.private_key(session, key_ref, "sign")
            public = self._public_key(key_ref)
            if algorithm == "sm2-sm3":
                how = self._sm2()
                if how is None or not isinstance(public, Sm2PublicKey):
                    raise KeyMissing(f"{key_ref} SM2")
                return pkcs11_sm2.sign(key, how, public, data)
            suite = suites.suite_of(algorithm)
            if algorithm == "rsa-sha256":
                signature = bytes(key.sign(data, mechanism=pkcs11.Mechanism.SHA256_RSA_PKCS))
            else:
                raw = key.sign(suite.digest(data), mechanism=pkcs11.Mechanism.ECDSA)
                signature = bytes(encode_ecdsa_signature(raw))
            if public is not None:  # a key that waits for its certificate has none to fit
                oid = suite.signatures[algorithm]
                try:
                    suites.verify_with(public, signature, data, signature_oid=oid)
                except (SignatureInvalid, WeakAlgorithm) as error:
                    raise SignatureUnfit(self._serial) from error
            return signature

    def _public_key(self, key_ref: str) -> suites.PublicKey | None:
        """The key of the certificate beside a private key; read once a login."""
        known = self._module.public_keys.setdefault(self._serial, {})
        if key_ref not in known:
            certificate = next((c for c in self.certificates() if c.key_ref == key_ref), None)
            if certificate is None:
                return None
            known[key_ref] = suites.public_key(certificate.der)
        return known[key_ref]

    def agree(self, key_ref: str, peer_point: bytes) -> bytes:
        """CKM_ECDH1_DERIVE without KDF: the raw x coordinate; see `Token.agree`."""
        try:
            ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), peer_point)
        except ValueError as error:  # a point off the curve would leak the private key
            raise CapsuleError("peer point") from error
        with self._using() as session:
            shared = objects.private_key(session, key_ref, "derive_key").derive_key(
                pkcs11.KeyType.GENERIC_SECRET,
                256,
                mechanism=pkcs11.Mechanism.ECDH1_DERIVE,
                mechanism_param=(pkcs11.KDF.NULL, None, peer_point),
                template={
                    pkcs11.Attribute.TOKEN: False,
                    pkcs11.Attribute.SENSITIVE: False,
                    pkcs11.Attribute.EXTRACTABLE: True,
                },
            )
            value = bytes(shared[pkcs11.Attribute.VALUE])
            shared.destroy()
            return value

    def decrypt(self, key_ref: str, mechanism: OaepMechanism, data: bytes) -> bytes:
        """RSA-OAEP; SoftHSM knows SHA-1 alone; see `Token.decrypt`."""
        digest, mask = {
            "oaep-sha1": (pkcs11.Mechanism.SHA_1, pkcs11.MGF.SHA1),
            "oaep-sha256": (pkcs11.Mechanism.SHA256, pkcs11.MGF.SHA256),
        }[mechanism]
        profile = self._profile()
        if profile is not None and mechanism not in profile.oaep:
            raise NotOffered(mechanism, function=f"RSA-{mechanism.upper()}")
        with self._using() as session:
            key = objects.private_key(session, key_ref, "decrypt")
            parameters = (digest, mask, None)
            with self._opening():
                return bytes(
                    key.decrypt(
                        data,
                        mechanism=pkcs11.Mechanism.RSA_PKCS_OAEP,
                        mechanism_param=parameters,
                    )
                )

    def generate(self, usage: Usage, kind: TokenKeyKind, label: str) -> tuple[str, bytes]:
        """A key pair made on the token, not extractable; see `TokenWriter.generate`."""
        with self._using() as session:
            return objects.generate(session, usage, kind, label, self._sm2())

    def unwrap(self, key_ref: str, mechanism: WrapMechanism, wrapped: bytes) -> KnownKey:
        """An SM4 key by the maker's own SM2 mechanism; see `Token.unwrap`."""
        how = self._sm2()
        if how is None:
            raise KeyMissing(f"{key_ref} {mechanism}")
        with self._using() as session:
            key = objects.private_key(session, key_ref, "decrypt")
            with self._opening():
                return pkcs11_sm2.unwrap(key, how, wrapped)

    def seals(self) -> tuple[bytes, ...]:
        """The CKO_DATA objects of our name; see `Token.seals`."""
        with self._reading() as session:
            return objects.seals(session)

    def store_seal(self, seal: bytes) -> None:
        """A public CKO_DATA object; see `TokenWriter.store_seal`."""
        if len(seal) > MAX_TOKEN_SEAL_BYTES:
            raise TooLarge("seal", limit=MAX_TOKEN_SEAL_BYTES)
        with self._using() as session:
            objects.store_seal(session, seal)

    def remove_seal(self, seal: bytes) -> None:
        """Destroy the object; see `TokenWriter.remove_seal`."""
        with self._using() as session:
            objects.remove_seal(session, seal)

    def store_certificate(self, key_ref: str, certificate: bytes, label: str) -> None:
        """Put the certificate of a key beside it, replacing an earlier one."""
        with self._using() as session:
            objects.store_certificate(session, key_ref, certificate, label)
            self._module.public_keys.pop(self._serial, None)

    def _profile(self) -> Profile | None:
        """The maker's profile that fits. Raises `TokenMissing`."""
        return self._vendors.get(self.info().profile)

    def _sm2(self) -> Sm2 | None:
        """How the maker's driver does SM2, where a profile tells."""
        profile = self._profile()
        return profile.sm2 if profile else None

    @contextmanager
    def _opening(self) -> Iterator[None]:
        """What drivers answer to a ciphertext that does not open, as `CapsuleError`."""
        try:
            yield
        except (
            ckr.EncryptedDataInvalid,
            ckr.EncryptedDataLenRange,
            ckr.DataInvalid,
            ckr.DataLenRange,
            ckr.GeneralError,  # what SoftHSM answers to a ciphertext of another key
        ) as error:
            still_there(self._module, self._serial)
            raise CapsuleError(type(error).__name__) from error

    @contextmanager
    def _reading(self) -> Iterator[Any]:
        """A session for public objects: the one logged in, or a short one."""
        with calling(self._module, self._serial):
            known = self._module.sessions.get(self._serial)
            if known is not None:
                yield known
                return
            with self._module.token(self._serial).open() as session:
                yield session

    @contextmanager
    def _using(self) -> Iterator[Any]:
        """The session that is logged in. Raises `LoginNeeded`."""
        with calling(self._module, self._serial):
            session = self._module.sessions.get(self._serial)
            if session is None:
                self._module.token(self._serial)
                raise LoginNeeded(self._serial)
            yield session
