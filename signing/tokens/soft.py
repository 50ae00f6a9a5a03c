"""Tokens in a folder: the same protocol with no device, for trials, recovery and tests.

    FOLDER/SERIAL/token.json     label, tries left, the master key wrapped under the PIN
    FOLDER/SERIAL/KEY.p8         private key, PKCS#8 encrypted under the master key
    FOLDER/SERIAL/KEY.cer        its certificate, DER
    FOLDER/SERIAL/DIGEST.seal    an electronic seal, DER

A wrong PIN is counted on disk before it is checked, so that pulling the plug buys no free try; at
none left the token is locked until the issuing office's PIN unlocks it, which is counted likewise.
A PIN goes through scrypt, the keys' protection is random.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from formats.canonical import from_bytes, to_bytes
from formats.effects import Randomness, system_randomness
from formats.errors import BadInput, TooLarge
from formats.i18n import tr
from formats.limits import MAX_TOKEN_SEAL_BYTES, MAX_TOKEN_SEALS
from signing import suites
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
    PinWrong,
    TokenMissing,
)
from signing.gm.sm2 import Sm2PrivateKey
from signing.keys import (
    KeyFileBad,
    KeySigner,
    PrivateKey,
    generate_key,
    key_from_pem,
    key_to_pem,
    public_der,
    write_private,
)
from signing.signer import SignatureAlgorithm
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
from signing.tokens.pins import MIN_PIN, check_new_pin, is_factory
from signing.tokens.session_key import KnownKey
from signing.tokens.soft_state import (
    MAX_TRIES,
    AdminState,
    State,
    pin_state_of,
    unwrap_master,
    wrap,
)

PROVIDER: Final = "soft"


class SoftProvider:
    """The tokens of a folder."""

    def __init__(self, folder: Path, randomness: Randomness = system_randomness) -> None:
        self._folder = folder
        self._randomness = randomness
        self._open: dict[str, SoftToken] = {}

    def list_tokens(self) -> tuple[TokenInfo, ...]:
        """Every token present; folders that hold none are passed over."""
        for known in self._open.values():
            known.notice()
        found = []
        for path in sorted(self._folder.glob("*/token.json")):
            try:
                found.append(SoftToken(path.parent, self._randomness).info())
            except TokenMissing:
                continue
        return tuple(found)

    def notify(self, wake: Callable[[], None]) -> Callable[[], None]:
        """A folder tells of nothing: whoever watches polls."""
        del wake
        return lambda: None

    def open(self, token_id: str) -> "SoftToken":
        """The token of that `TokenInfo.id`; the same object each time. Raises `TokenMissing`."""
        serial = token_id.removeprefix(f"{PROVIDER}:")
        if not serial.isalnum():
            raise TokenMissing(token_id)
        token = self._open.setdefault(serial, SoftToken(self._folder / serial, self._randomness))
        token.info()
        return token

    def initialise(
        self, label: str, pin: Secret, randomness: Randomness, admin_pin: Secret | None = None
    ) -> "SoftToken":
        """A new token; ``admin_pin`` will unlock it. Raises `PinUnfit` under six characters."""
        if min(len(p.reveal()) for p in (pin, admin_pin or pin)) < MIN_PIN:
            raise PinUnfit("short")
        serial = randomness(8).hex()
        master = randomness(32)
        salt, nonce, wrapped = wrap(master, pin, serial, randomness)
        admin = None
        if admin_pin is not None:
            a_salt, a_nonce, a_wrapped = wrap(master, admin_pin, serial, randomness)
            admin = AdminState(tries=MAX_TRIES, salt=a_salt, nonce=a_nonce, wrapped=a_wrapped)
        state = State(
            serial=serial,
            label=label,
            tries=MAX_TRIES,
            salt=salt,
            nonce=nonce,
            wrapped=wrapped,
            default_pin=is_factory(pin),
            admin=admin,
        )
        write_private(self._folder / serial / "token.json", to_bytes(state))
        return self.open(f"{PROVIDER}:{serial}")


class SoftToken:
    """One token of a folder; a `TokenWriter`."""

    def __init__(self, folder: Path, randomness: Randomness = system_randomness) -> None:
        self._folder = folder
        self._randomness = randomness
        self._master: Secret | None = None
        self._lock = threading.RLock()

    def __repr__(self) -> str:
        return f"SoftToken({self._folder.name})"

    def info(self) -> TokenInfo:
        """Its description, the PIN state read afresh."""
        state = self._state()
        return TokenInfo(
            id=f"{PROVIDER}:{state.serial}",
            label=state.label,
            serial=state.serial,
            manufacturer="Yidao",
            model="soft",
            pin_state=pin_state_of(state.tries),
            provider=PROVIDER,
            remaining=max(0, state.tries),
            default_pin=state.default_pin,
        )

    def notice(self) -> None:
        """End the login where the token is gone."""
        with suppress(TokenMissing):
            self._state()

    def certificates(self) -> tuple[TokenCertificate, ...]:
        """Every certificate with a key; needs no login."""
        self._state()
        paths = sorted(self._folder.glob("*.cer"))
        listed = [usable_certificate(self._read(path), path.stem) for path in paths]
        return tuple(entry for entry in listed if entry is not None)

    def login(self, pin: Secret) -> None:
        """Check the PIN. Raises `PinWrong`, `PinLocked` or `TokenMissing`."""
        with self._lock:
            _, master = self._checked(pin)
            self._master = Secret(master.hex())

    def _checked(self, pin: Secret) -> tuple[State, bytes]:
        """The token's state and master key; a try is counted on disk before it is made."""
        self.logout()
        state = self._state()
        if state.tries <= 0:
            raise PinLocked(state.serial)
        counted = msgspec.structs.replace(state, tries=state.tries - 1)
        self._save(counted)
        master = unwrap_master(state, pin, state.serial)
        if master is None:
            if counted.tries == 0:
                raise PinLocked(state.serial)
            raise PinWrong(state.serial, remaining=counted.tries)
        fresh = msgspec.structs.replace(state, tries=MAX_TRIES)
        self._save(fresh)
        return fresh, master

    def change_pin(self, old: Secret, new: Secret) -> None:
        """Change the PIN; see `Token.change_pin`."""
        check_new_pin(new, old)
        with self._lock:
            state, master = self._checked(old)
            self._set_pin(state, master, new)

    def unlock(self, admin_pin: Secret, new_pin: Secret) -> None:
        """Set a new PIN by the issuing office's PIN; see `Token.unlock`."""
        check_new_pin(new_pin, admin_pin)
        with self._lock:
            self.logout()
            state = self._state()
            if state.admin is None:
                raise NotOffered("no admin PIN", function=tr("用管理员 PIN 解锁"))
            if state.admin.tries <= 0:
                raise AdminPinLocked(state.serial)
            left = state.admin.tries - 1
            counted = msgspec.structs.replace(state.admin, tries=left)
            self._save(msgspec.structs.replace(state, admin=counted))
            master = unwrap_master(state.admin, admin_pin, state.serial)
            if master is None:
                if left == 0:
                    raise AdminPinLocked(state.serial)
                raise AdminPinWrong(state.serial, remaining=left)
            admin = msgspec.structs.replace(state.admin, tries=MAX_TRIES)
            self._set_pin(msgspec.structs.replace(state, admin=admin), master, new_pin)

    def _set_pin(self, state: State, master: bytes, pin: Secret) -> None:
        salt, nonce, wrapped = wrap(master, pin, state.serial, self._randomness)
        self._save(
            msgspec.structs.replace(
                state, tries=MAX_TRIES, salt=salt, nonce=nonce, wrapped=wrapped, default_pin=False
            )
        )

    def logout(self) -> None:
        """End the login; harmless when there is none."""
        with self._lock:
            if self._master is not None:
                self._master.wipe()
            self._master = None

    def sign(self, key_ref: str, algorithm: SignatureAlgorithm, data: bytes) -> bytes:
        """The signature over ``data``, DER for ECDSA; see `Token.sign`."""
        key = self._key(key_ref)
        certificate = next((c for c in self.certificates() if c.key_ref == key_ref), None)
        if certificate is None or certificate.algorithm != algorithm:
            raise KeyMissing(f"{key_ref} {algorithm}")
        return KeySigner(key, certificate.der).sign(data)

    def agree(self, key_ref: str, peer_point: bytes) -> bytes:
        """Raw ECDH x coordinate; see `Token.agree`."""
        key = self._key(key_ref)
        try:
            peer = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), peer_point)
        except ValueError as error:
            raise CapsuleError("peer point") from error
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise KeyMissing(key_ref)
        return key.exchange(ec.ECDH(), peer)

    def decrypt(self, key_ref: str, mechanism: OaepMechanism, data: bytes) -> bytes:
        """RSA-OAEP; see `Token.decrypt`."""
        key = self._key(key_ref)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise KeyMissing(key_ref)
        digest: hashes.HashAlgorithm = hashes.SHA256()
        if mechanism == "oaep-sha1":
            digest = hashes.SHA1()  # noqa: S303 - OAEP needs no collision resistance, RFC 8017 B.1
        try:
            return key.decrypt(data, padding.OAEP(padding.MGF1(digest), digest, None))
        except ValueError as error:
            raise CapsuleError("oaep") from error

    def unwrap(self, key_ref: str, mechanism: WrapMechanism, wrapped: bytes) -> KnownKey:
        """An SM4 key; see `Token.unwrap`."""
        key: object = self._key(key_ref)
        if not isinstance(key, Sm2PrivateKey):
            raise KeyMissing(f"{key_ref} {mechanism}")
        return KnownKey(key.decrypt(wrapped))

    def seals(self) -> tuple[bytes, ...]:
        """The electronic seals; see `Token.seals`."""
        self._state()
        return tuple(map(self._read, sorted(self._folder.glob("*.seal"))))

    def store_seal(self, seal: bytes) -> None:
        """Keep an electronic seal; see `TokenWriter.store_seal`."""
        self._password()
        path = self._seal_path(seal)
        if len(seal) > MAX_TOKEN_SEAL_BYTES:
            raise TooLarge("seal", limit=MAX_TOKEN_SEAL_BYTES)
        if not path.exists() and len(self.seals()) >= MAX_TOKEN_SEALS:
            raise NoRoom(f"{MAX_TOKEN_SEALS} seals")
        write_private(path, seal)

    def remove_seal(self, seal: bytes) -> None:
        """Take a seal off; see `TokenWriter.remove_seal`."""
        self._password()
        self._seal_path(seal).unlink(missing_ok=True)

    def _seal_path(self, seal: bytes) -> Path:
        return self._folder / f"{suites.INTL.digest(seal).hex()[:16]}.seal"

    def generate(self, usage: Usage, kind: TokenKeyKind, label: str) -> tuple[str, bytes]:  # noqa: ARG002 - a folder needs neither
        """A key pair of the token; see `TokenWriter.generate`."""
        key = generate_key(kind)
        spki = public_der(key)
        key_ref = suites.INTL.digest(spki).hex()[:16]
        write_private(self._folder / f"{key_ref}.p8", key_to_pem(key, self._password()))
        return key_ref, spki

    def store_certificate(self, key_ref: str, certificate: bytes, label: str) -> None:  # noqa: ARG002 - a file has no label
        """Put the certificate of a key beside it, replacing an earlier one."""
        self._key(key_ref)
        write_private(self._folder / f"{key_ref}.cer", certificate)

    def _state(self) -> State:
        try:
            return from_bytes(State, (self._folder / "token.json").read_bytes())
        except (OSError, BadInput) as error:
            self.logout()
            raise TokenMissing(str(error)) from error

    def _read(self, path: Path) -> bytes:
        """A file of the token. Raises `TokenMissing` where it went meanwhile."""
        try:
            return path.read_bytes()
        except OSError as error:
            self.logout()
            raise TokenMissing(str(error)) from error

    def _save(self, state: State) -> None:
        write_private(self._folder / "token.json", to_bytes(state))

    def _password(self) -> bytes:
        with self._lock:
            self._state()
            if self._master is None:
                raise LoginNeeded(self._folder.name)
            return self._master.reveal()

    def _key(self, key_ref: str) -> PrivateKey:
        password = self._password()
        path = self._folder / f"{key_ref}.p8"
        if not key_ref.isalnum() or not path.is_file():
            raise KeyMissing(key_ref)
        try:
            return key_from_pem(self._read(path), password, name=path.name)
        except KeyFileBad as error:
            raise KeyMissing(key_ref) from error
