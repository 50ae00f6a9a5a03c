"""Tokens behind a PKCS#11 module: UKEYs with their maker's driver, SoftHSM2 as their stand-in.

Only here and in `signing.tokens.driver` is python-pkcs11 imported. PKCS#11 keeps one login a token
for the whole process, so `Pkcs11Token` objects of one token share one session, and one lock a
module guards every call. Drivers look for tokens when they are initialised; `list_tokens`
therefore initialises the module afresh whenever nobody is logged in, and that is how a plugged-in
UKEY is noticed.

What a driver answers when a token goes away differs; everything that means it ends in
`TokenMissing`. Only CKR_PIN_INCORRECT says that a PIN is wrong.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pkcs11
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pkcs11 import exceptions as ckr
from pkcs11.util.ec import encode_ecdsa_signature, encode_named_curve_parameters
from pkcs11.util.rsa import encode_rsa_public_key

from formats.errors import TooLarge
from formats.limits import MAX_TOKEN_SEAL_BYTES, MAX_TOKEN_SEALS
from signing import suites
from signing.errors import CapsuleError, KeyMissing, LoginNeeded, NoRoom, TokenMissing
from signing.signer import SignatureAlgorithm
from signing.tokens.base import (
    OaepMechanism,
    Secret,
    TokenCertificate,
    TokenInfo,
    TokenKeyKind,
    Usage,
    WrapMechanism,
)
from signing.tokens.driver import (
    PROVIDER,
    Driver,
    answering_pins,
    calling,
    driver_of,
    find_softhsm,
    info_of,
    init_token,
    serial_of,
    still_there,
)
from signing.tokens.pins import check_new_pin, check_pin, is_factory
from signing.tokens.session_key import KnownKey
from signing.trust import certs

__all__ = ["Pkcs11Provider", "Pkcs11Token", "find_softhsm"]

_SEAL_OBJECT: Final = {
    pkcs11.Attribute.CLASS: pkcs11.ObjectClass.DATA,
    pkcs11.Attribute.APPLICATION: "yidao.seal",
}
"""How a seal is found among a token's data objects."""


class Pkcs11Provider:
    """The tokens of one PKCS#11 module."""

    def __init__(self, module_path: Path | str) -> None:
        """Raises `ModuleMissing`."""
        self._module = driver_of(str(module_path))

    def list_tokens(self) -> tuple[TokenInfo, ...]:
        """Every token present, without login."""
        with calling(self._module):
            self._module.refresh()
            known = self._module.default_pins
            return tuple(info_of(t, known.get(serial_of(t))) for t in self._module.tokens())

    def open(self, token_id: str) -> "Pkcs11Token":
        """The token of that `TokenInfo.id`. Raises `TokenMissing`."""
        serial = token_id.removeprefix(f"{PROVIDER}:")
        with calling(self._module):
            self._module.token(serial)
        return Pkcs11Token(self._module, serial)

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
            return Pkcs11Token(self._module, serial_of(fresh))


class Pkcs11Token:
    """One token; a `TokenWriter`. Objects of the same token share its login."""

    def __init__(self, module: Driver, serial: str) -> None:
        self._module = module
        self._serial = serial

    def __repr__(self) -> str:
        return f"Pkcs11Token({self._serial})"

    def info(self) -> TokenInfo:
        """Its description, the PIN state read afresh."""
        with calling(self._module, self._serial):
            token = self._module.token(self._serial)
            return info_of(token, self._module.default_pins.get(self._serial))

    def certificates(self) -> tuple[TokenCertificate, ...]:
        """Every certificate with a key; needs no login."""
        found = []
        with self._reading() as session:
            wanted = {pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE}
            for entry in list(session.get_objects(wanted)):
                der = bytes(entry[pkcs11.Attribute.VALUE])
                found.append((bytes(entry[pkcs11.Attribute.ID]).hex(), der))
        listed = []
        for key_ref, der in sorted(found):
            usage = certs.key_usage_of(der)
            if usage != "other":
                algorithm = suites.algorithm_of(der)
                listed.append(TokenCertificate(der, usage, key_ref, algorithm))
        return tuple(listed)

    def login(self, pin: Secret) -> None:
        """Check the PIN. Raises `PinWrong`, `PinUnfit`, `PinLocked` or `TokenMissing`."""
        check_pin(pin)
        with calling(self._module, self._serial):
            self._module.drop(self._serial)
            self._module.refresh()
            token = self._module.token(self._serial)
            with answering_pins(self._module, self._serial):
                session = token.open(rw=True, user_pin=pin.text())
            self._module.sessions[self._serial] = session
            self._module.default_pins[self._serial] = is_factory(pin)

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
        """The signature over ``data``, DER for ECDSA; see `Token.sign`."""
        with self._using() as session:
            key = _private(session, key_ref, "sign")
            if algorithm == "rsa-sha256":
                return bytes(key.sign(data, mechanism=pkcs11.Mechanism.SHA256_RSA_PKCS))
            digest = suites.suite_of(algorithm).digest(data)
            return bytes(encode_ecdsa_signature(key.sign(digest, mechanism=pkcs11.Mechanism.ECDSA)))

    def agree(self, key_ref: str, peer_point: bytes) -> bytes:
        """CKM_ECDH1_DERIVE without KDF: the raw x coordinate; see `Token.agree`."""
        try:
            ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), peer_point)
        except ValueError as error:  # a point off the curve would leak the private key
            raise CapsuleError("peer point") from error
        with self._using() as session:
            shared = _private(session, key_ref, "derive_key").derive_key(
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
        with self._using() as session:
            key = _private(session, key_ref, "decrypt")
            try:
                return bytes(
                    key.decrypt(
                        data,
                        mechanism=pkcs11.Mechanism.RSA_PKCS_OAEP,
                        mechanism_param=(digest, mask, None),
                    )
                )
            except (
                ckr.EncryptedDataInvalid,
                ckr.EncryptedDataLenRange,
                ckr.DataInvalid,
                ckr.DataLenRange,
                ckr.GeneralError,  # what SoftHSM answers to a ciphertext of another key
            ) as error:
                still_there(self._module, self._serial)
                raise CapsuleError(type(error).__name__) from error

    def generate(self, usage: Usage, kind: TokenKeyKind, label: str) -> tuple[str, bytes]:
        """A key pair made on the token, not extractable; see `TokenWriter.generate`."""
        flags = pkcs11.MechanismFlag
        with self._using() as session:
            identifier = bytes(session.generate_random(64))
            options = {
                "id": identifier,
                "label": label,
                "store": True,
                "private_template": {
                    pkcs11.Attribute.SENSITIVE: True,
                    pkcs11.Attribute.EXTRACTABLE: False,
                },
            }
            if kind == "p256":
                parameters = session.create_domain_parameters(
                    pkcs11.KeyType.EC,
                    {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")},
                    local=True,
                )
                wanted = flags.SIGN | flags.VERIFY if usage == "sign" else flags.DERIVE
                public, _ = parameters.generate_keypair(capabilities=wanted, **options)
            else:
                wanted = flags.SIGN | flags.VERIFY
                if usage == "encrypt":
                    wanted = flags.DECRYPT | flags.ENCRYPT
                public, _ = session.generate_keypair(
                    pkcs11.KeyType.RSA, 2048, capabilities=wanted, **options
                )
            return identifier.hex(), _public_der(public, kind)

    def unwrap(self, key_ref: str, mechanism: WrapMechanism, wrapped: bytes) -> KnownKey:
        """An SM4 key by the maker's own SM2 mechanism; see `Token.unwrap`."""
        del wrapped
        with self._using():
            raise KeyMissing(f"{key_ref} {mechanism}")

    def seals(self) -> tuple[bytes, ...]:
        """The CKO_DATA objects of our name; see `Token.seals`."""
        with self._reading() as session:
            return tuple(sorted(bytes(o[pkcs11.Attribute.VALUE]) for o in _seals(session)))

    def store_seal(self, seal: bytes) -> None:
        """A public CKO_DATA object (PKCS#11 2.40 4.5); see `TokenWriter.store_seal`."""
        if len(seal) > MAX_TOKEN_SEAL_BYTES:
            raise TooLarge("seal", limit=MAX_TOKEN_SEAL_BYTES)
        with self._using() as session:
            held = [bytes(entry[pkcs11.Attribute.VALUE]) for entry in _seals(session)]
            if seal in held:
                return
            if len(held) >= MAX_TOKEN_SEALS:
                raise NoRoom(f"{MAX_TOKEN_SEALS} seals")
            try:
                session.create_object(
                    {
                        **_SEAL_OBJECT,
                        pkcs11.Attribute.TOKEN: True,
                        pkcs11.Attribute.PRIVATE: False,
                        pkcs11.Attribute.LABEL: suites.INTL.digest(seal).hex()[:16],
                        pkcs11.Attribute.VALUE: seal,
                    }
                )
            except ckr.DeviceMemory as error:
                raise NoRoom("CKR_DEVICE_MEMORY") from error

    def remove_seal(self, seal: bytes) -> None:
        """Destroy the object; see `TokenWriter.remove_seal`."""
        with self._using() as session:
            for entry in _seals(session):
                if bytes(entry[pkcs11.Attribute.VALUE]) == seal:
                    entry.destroy()

    def store_certificate(self, key_ref: str, certificate: bytes, label: str) -> None:
        """Put the certificate of a key beside it, replacing an earlier one."""
        loaded = certs.load(certificate)
        identifier = bytes.fromhex(key_ref)
        with self._using() as session:
            wanted = {
                pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE,
                pkcs11.Attribute.ID: identifier,
            }
            for entry in list(session.get_objects(wanted)):
                entry.destroy()
            session.create_object(
                {
                    pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE,
                    pkcs11.Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
                    pkcs11.Attribute.TOKEN: True,
                    pkcs11.Attribute.PRIVATE: False,
                    pkcs11.Attribute.ID: identifier,
                    pkcs11.Attribute.LABEL: label,
                    pkcs11.Attribute.SUBJECT: loaded.subject.public_bytes(),
                    pkcs11.Attribute.ISSUER: loaded.issuer.public_bytes(),
                    pkcs11.Attribute.VALUE: certificate,
                }
            )

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


def _seals(session: Any) -> list[Any]:  # noqa: ANN401 - python-pkcs11 is untyped
    return list(session.get_objects(_SEAL_OBJECT))


def _private(session: Any, key_ref: str, able: str) -> Any:  # noqa: ANN401 - python-pkcs11 is untyped
    """The private key, when it is of the kind that can do what is asked."""
    try:
        identifier = bytes.fromhex(key_ref)
    except ValueError as error:
        raise KeyMissing(key_ref) from error
    key = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, id=identifier)
    if not hasattr(key, able):  # python-pkcs11 gives a key only the methods its attributes allow
        raise KeyMissing(f"{key_ref} cannot {able}")
    return key


def _public_der(public: Any, kind: TokenKeyKind) -> bytes:  # noqa: ANN401 - as above
    """DER SubjectPublicKeyInfo of a public key object."""
    if kind == "p256":
        point = bytes(public[pkcs11.Attribute.EC_POINT])[-65:]  # a DER OCTET STRING around it
        key: Any = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    else:
        key = serialization.load_der_public_key(encode_rsa_public_key(public))
    return bytes(
        key.public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
