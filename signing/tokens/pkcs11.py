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
from typing import Any

import pkcs11
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pkcs11 import exceptions as ckr
from pkcs11.util.ec import encode_ecdsa_signature, encode_named_curve_parameters
from pkcs11.util.rsa import encode_rsa_public_key

from signing import suites
from signing.errors import (
    CapsuleError,
    KeyMissing,
    LoginNeeded,
    PinLocked,
    PinUnfit,
    PinWrong,
    TokenMissing,
)
from signing.signer import SignatureAlgorithm
from signing.tokens.base import (
    OaepMechanism,
    Secret,
    TokenCertificate,
    TokenInfo,
    TokenKeyKind,
    Usage,
)
from signing.tokens.driver import (
    PROVIDER,
    Driver,
    calling,
    driver_of,
    find_softhsm,
    info_of,
    init_token,
    pin_state_of,
    serial_of,
    still_there,
)
from signing.trust import certs

__all__ = ["Pkcs11Provider", "Pkcs11Token", "find_softhsm"]


class Pkcs11Provider:
    """The tokens of one PKCS#11 module."""

    def __init__(self, module_path: Path | str) -> None:
        """Raises `ModuleMissing`."""
        self._module = driver_of(str(module_path))

    def list_tokens(self) -> tuple[TokenInfo, ...]:
        """Every token present, without login."""
        with calling(self._module):
            self._module.refresh()
            return tuple(info_of(token) for token in self._module.tokens())

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
            return info_of(self._module.token(self._serial))

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
        with calling(self._module, self._serial):
            self._module.drop(self._serial)
            self._module.refresh()
            token = self._module.token(self._serial)
            try:
                session = token.open(rw=True, user_pin=pin.text())
            except ckr.PinIncorrect as error:
                # The token object caches its flags: read them again, PKCS#11 2.40 5.4.
                if pin_state_of(self._module.token(self._serial)) == "locked":
                    raise PinLocked(self._serial) from error
                raise PinWrong(self._serial) from error
            except ckr.PinLocked as error:
                raise PinLocked(self._serial) from error
            except (ckr.PinLenRange, ckr.PinInvalid) as error:
                raise PinUnfit(type(error).__name__) from error
            self._module.sessions[self._serial] = session

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
