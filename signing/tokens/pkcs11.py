"""Tokens behind a PKCS#11 module: UKEYs with their maker's driver, SoftHSM2 as their stand-in.

The only module that imports python-pkcs11. PKCS#11 keeps one login a token for the whole process,
so `Pkcs11Token` objects of one token share one session, and one lock a module guards every call.
Drivers look for tokens when they are initialised; `list_tokens` therefore initialises the module
afresh whenever nobody is logged in, and that is how a plugged-in UKEY is noticed.

What a driver answers when a token goes away differs; everything that means it ends in
`TokenMissing`. Only CKR_PIN_INCORRECT says that a PIN is wrong.
"""

import ctypes
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, Final

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
    ModuleMissing,
    PinLocked,
    PinUnfit,
    PinWrong,
    TokenError,
    TokenMissing,
)
from signing.signer import SignatureAlgorithm
from signing.tokens.base import (
    OaepMechanism,
    PinState,
    Secret,
    TokenCertificate,
    TokenInfo,
    TokenKeyKind,
    Usage,
)
from signing.trust import certs

PROVIDER: Final = "pkcs11"
_GONE: Final = (
    ckr.DeviceRemoved,
    ckr.TokenNotPresent,
    ckr.TokenNotRecognised,
    ckr.SlotIDInvalid,
    ckr.SessionHandleInvalid,
    ckr.SessionClosed,
    ckr.NoSuchToken,
)
_SOFTHSM_PLACES: Final = (
    "/usr/lib/softhsm",
    "/usr/lib64/softhsm",
    "/usr/lib64/pkcs11",
    "/usr/local/lib/softhsm",
    "/opt/homebrew/lib/softhsm",
    "C:/SoftHSM2/lib",
)


def find_softhsm() -> Path:
    """The SoftHSM2 module of this machine, wherever its distribution puts it.

    ``SOFTHSM2_MODULE`` overrides the search. Raises `ModuleMissing`.
    """
    named = os.environ.get("SOFTHSM2_MODULE")
    folders = [Path(place) for place in _SOFTHSM_PLACES]
    folders += sorted(Path("/usr/lib").glob("*-linux-*/softhsm"))
    names = ("libsofthsm2.so", "libsofthsm2.dylib", "softhsm2-x64.dll")
    candidates = [Path(named)] if named else [f / name for f in folders for name in names]
    for candidate in candidates:
        if candidate.is_file():
            return candidate
    raise ModuleMissing("no libsofthsm2", name="SoftHSM2")


class _Module:
    """One loaded driver: its lock and the sessions that are logged in, by token serial."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.lock = threading.RLock()
        self.sessions: dict[str, Any] = {}
        try:
            self.library: Any = pkcs11.lib(path)
        except (ckr.PKCS11Error, RuntimeError, OSError) as error:
            raise ModuleMissing(f"{path}: {error!r}", name=Path(path).name) from error

    def refresh(self) -> None:
        """Look for tokens again, unless that would end somebody's login."""
        if not self.sessions:
            self.library.reinitialize()

    def tokens(self) -> list[Any]:
        return [
            token
            for token in self.library.get_tokens()
            if token.flags & pkcs11.TokenFlag.TOKEN_INITIALIZED
        ]

    def token(self, serial: str) -> Any:  # noqa: ANN401 - python-pkcs11 is untyped
        for token in self.tokens():
            if _serial(token) == serial:
                return token
        raise TokenMissing(serial)

    def drop(self, serial: str) -> None:
        """Forget a login; the driver may no longer know it."""
        session = self.sessions.pop(serial, None)
        if session is not None:
            with suppress(ckr.PKCS11Error):
                session.close()


@cache
def _module(path: str) -> _Module:
    return _Module(path)


def _serial(token: Any) -> str:  # noqa: ANN401 - python-pkcs11 is untyped
    return bytes(token.serial).rstrip(b"\0 ").decode("ascii", "replace")


def _pin_state(token: Any) -> PinState:  # noqa: ANN401 - python-pkcs11 is untyped
    flags = pkcs11.TokenFlag
    for flag, state in (
        (flags.USER_PIN_LOCKED, "locked"),
        (flags.USER_PIN_FINAL_TRY, "final"),
        (flags.USER_PIN_COUNT_LOW, "low"),
    ):
        if token.flags & flag:
            return state  # type: ignore[return-value]  # the tuple above holds PinState alone
    return "ok" if token.flags & flags.USER_PIN_INITIALIZED else "unknown"


def _info(token: Any) -> TokenInfo:  # noqa: ANN401 - python-pkcs11 is untyped
    serial = _serial(token)
    return TokenInfo(
        id=f"{PROVIDER}:{serial}",
        label=token.label.rstrip("\0 "),
        serial=serial,
        manufacturer=token.manufacturer_id.rstrip("\0 "),
        model=token.model.rstrip("\0 "),
        pin_state=_pin_state(token),
        provider=PROVIDER,
    )


class Pkcs11Provider:
    """The tokens of one PKCS#11 module."""

    def __init__(self, module_path: Path | str) -> None:
        """Raises `ModuleMissing`."""
        self._module = _module(str(module_path))

    def list_tokens(self) -> tuple[TokenInfo, ...]:
        """Every token present, without login."""
        with _calling(self._module):
            self._module.refresh()
            return tuple(_info(token) for token in self._module.tokens())

    def open(self, token_id: str) -> "Pkcs11Token":
        """The token of that `TokenInfo.id`. Raises `TokenMissing`."""
        serial = token_id.removeprefix(f"{PROVIDER}:")
        with _calling(self._module):
            self._module.token(serial)
        return Pkcs11Token(self._module, serial)

    def initialise(self, label: str, so_pin: Secret, pin: Secret) -> "Pkcs11Token":
        """A blank token made ready: label, security officer's PIN, user PIN.

        Takes the first slot whose token is not initialised; ends every login of this module.
        Raises `TokenMissing` without a blank token.
        """
        with _calling(self._module):
            for serial in list(self._module.sessions):
                self._module.drop(serial)
            self._module.refresh()
            blank = pkcs11.TokenFlag.TOKEN_INITIALIZED
            slot = next(
                (t.slot for t in self._module.library.get_tokens() if not t.flags & blank), None
            )
            if slot is None:
                raise TokenMissing("no blank token")
            before = {_serial(token) for token in self._module.tokens()}
            _init_token(self._module.path, slot.slot_id, so_pin.reveal(), label)
            self._module.library.reinitialize()
            fresh = next(t for t in self._module.tokens() if _serial(t) not in before)
            with fresh.open(rw=True, so_pin=so_pin.text()) as session:
                session.init_pin(pin.text())
            return Pkcs11Token(self._module, _serial(fresh))


def _init_token(path: str, slot: int, so_pin: bytes, label: str) -> None:
    """C_InitToken (PKCS#11 2.40 5.5), which python-pkcs11 does not offer."""
    padded = label.encode()[:32].decode(errors="ignore").encode().ljust(32)
    call = ctypes.CDLL(path).C_InitToken
    call.argtypes = [ctypes.c_ulong, ctypes.c_char_p, ctypes.c_ulong, ctypes.c_char_p]
    call.restype = ctypes.c_ulong
    answer = call(slot, so_pin, len(so_pin), padded)
    if answer:
        raise TokenError(f"C_InitToken {answer:#x}")


@contextmanager
def _calling(module: _Module, serial: str | None = None) -> Iterator[None]:
    """The lock, and every driver error as one of ours."""
    with module.lock:
        try:
            yield
        except _GONE as error:
            if serial is not None:
                module.drop(serial)
            raise TokenMissing(type(error).__name__) from error
        except ckr.UserNotLoggedIn as error:
            raise LoginNeeded(type(error).__name__) from error
        except (ckr.NoSuchKey, ckr.KeyHandleInvalid, ckr.ObjectHandleInvalid) as error:
            _still_there(module, serial)
            raise KeyMissing(type(error).__name__) from error
        except ckr.PKCS11Error as error:
            _still_there(module, serial)
            raise TokenError(type(error).__name__) from error


def _still_there(module: _Module, serial: str | None) -> None:
    """Raise `TokenMissing` when a vague driver error means that the token is gone."""
    if serial is None:
        return
    try:
        module.token(serial)
    except (ckr.PKCS11Error, TokenMissing) as error:
        module.drop(serial)
        raise TokenMissing(serial) from error


class Pkcs11Token:
    """One token; a `TokenWriter`. Objects of the same token share its login."""

    def __init__(self, module: _Module, serial: str) -> None:
        self._module = module
        self._serial = serial

    def __repr__(self) -> str:
        return f"Pkcs11Token({self._serial})"

    def info(self) -> TokenInfo:
        """Its description, the PIN state read afresh."""
        with _calling(self._module, self._serial):
            return _info(self._module.token(self._serial))

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
        with _calling(self._module, self._serial):
            self._module.drop(self._serial)
            self._module.refresh()
            token = self._module.token(self._serial)
            try:
                session = token.open(rw=True, user_pin=pin.text())
            except ckr.PinIncorrect as error:
                # The token object caches its flags: read them again, PKCS#11 2.40 5.4.
                if _pin_state(self._module.token(self._serial)) == "locked":
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
                _still_there(self._module, self._serial)
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
        with _calling(self._module, self._serial):
            known = self._module.sessions.get(self._serial)
            if known is not None:
                yield known
                return
            with self._module.token(self._serial).open() as session:
                yield session

    @contextmanager
    def _using(self) -> Iterator[Any]:
        """The session that is logged in. Raises `LoginNeeded`."""
        with _calling(self._module, self._serial):
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
