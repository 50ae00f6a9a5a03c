"""Tokens behind an SKF driver (GM/T 0016): UKEYs of the Chinese national standard.

A container holds a signing and an encryption key pair with their certificates. The number of tries
left is the device's own. SM2 signatures are over e = SM3(Z || M), which is computed here, and each
is checked with its certificate before anybody gets it. Session keys never leave the device
(`SkfSessionKey`): it encrypts the counters of GCM in ECB mode, `signing.tokens.session_key` does
the rest. RSA decryption with OAEP and ECDH over P-256 are not in the standard.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from formats.errors import TooLarge
from formats.limits import MAX_TOKEN_SEAL_BYTES, MAX_TOKEN_SEALS
from signing import suites
from signing.errors import (
    DriverGarbage,
    KeyMissing,
    KeyStays,
    LoginNeeded,
    NoRoom,
    NotOffered,
    SignatureInvalid,
    SignatureUnfit,
)
from signing.gm.sm2 import Sm2PublicKey, digest_for, from_raw
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
from signing.tokens.pins import check_new_pin, check_pin
from signing.tokens.session_key import open_gcm
from signing.tokens.skf_abi import SarFault
from signing.tokens.skf_driver import Handle
from signing.tokens.skf_keys import enveloped_pair, new_container_name, read_cipher, spki_of
from signing.tokens.skf_module import PROVIDER, Connection, SkfModule, module_of
from signing.tokens.vendors import Profile

_SHA256_INFO: Final = bytes.fromhex("3031300d060960864801650304020105000420")
"""DigestInfo of SHA-256 up to the digest, RFC 8017 9.2 note 1."""

_SEAL_PREFIX: Final = b"YDSEAL"


class SkfProvider:
    """The tokens of one SKF driver."""

    def __init__(self, path: Path | str, profile: Profile | None = None) -> None:
        """Raises `ModuleMissing`."""
        self._module = module_of(str(path))
        self._module.apply(profile)

    def list_tokens(self) -> tuple[TokenInfo, ...]:
        """Every token present, without login; one whose driver answers nonsense is left out."""
        with self._module.calling():
            self._module.refresh()
            found = []
            for known in self._module.connections.values():
                with suppress(SarFault, DriverGarbage):
                    found.append(self._module.describe(known))
            return tuple(found)

    def open(self, token_id: str) -> "SkfToken":
        """The token of that `TokenInfo.id`. Raises `TokenMissing`."""
        serial = token_id.removeprefix(f"{PROVIDER}:")
        with self._module.calling(serial):
            self._module.connection(serial)
        return SkfToken(self._module, serial)

    def notify(self, wake: Callable[[], None]) -> Callable[[], None]:
        """Call ``wake`` from a thread when a device comes or goes, until the result is called.

        A driver without SKF_WaitForDevEvent never wakes; whoever watches polls as well.
        """
        stopped = threading.Event()

        def listen() -> None:
            while not stopped.is_set():
                try:
                    self._module.driver.wait()
                except (SarFault, NotOffered):
                    return
                wake()

        def stop() -> None:
            stopped.set()
            with suppress(SarFault, NotOffered):
                self._module.driver.cancel_wait()

        threading.Thread(target=listen, name="skf-events", daemon=True).start()
        return stop


class SkfToken:
    """One device; a `TokenWriter`. Objects of the same device share its login."""

    def __init__(self, module: SkfModule, serial: str) -> None:
        self._module = module
        self._serial = serial

    def __repr__(self) -> str:
        return f"SkfToken({self._serial})"

    def info(self) -> TokenInfo:
        """Its description, the tries left read afresh."""
        with self._reading() as known:
            return self._module.describe(known)

    def certificates(self) -> tuple[TokenCertificate, ...]:
        """Every certificate with a key; needs no login."""
        with self._reading() as known:
            if known.certificates is None:
                blank = known.opened is None
                known.certificates = () if blank else tuple(self._certificates(known))
            return known.certificates

    def login(self, pin: Secret) -> None:
        """SKF_VerifyPIN, after any earlier login has ended; see `Token.login`."""
        check_pin(pin)
        with self._reading() as known:
            self._module.forget(known)
            self._module.driver.verify_pin(known.application, pin.reveal())
            known.logged_in = True

    def logout(self) -> None:
        """End the login; harmless when there is none."""
        with self._module.lock:
            known = self._module.connections.get(self._serial)
            if known is not None:
                self._module.forget(known)

    def change_pin(self, old: Secret, new: Secret) -> None:
        """SKF_ChangePIN; see `Token.change_pin`."""
        check_pin(old)
        check_new_pin(new, old)
        with self._reading() as known:
            self._module.forget(known)
            self._module.driver.change_pin(known.application, old.reveal(), new.reveal())

    def unlock(self, admin_pin: Secret, new_pin: Secret) -> None:
        """SKF_UnblockPIN; see `Token.unlock`."""
        check_pin(admin_pin)
        check_new_pin(new_pin, admin_pin)
        with self._reading(admin=True) as known:
            self._module.forget(known)
            self._module.driver.unblock_pin(known.application, admin_pin.reveal(), new_pin.reveal())

    def sign(self, key_ref: str, algorithm: SignatureAlgorithm, data: bytes) -> bytes:
        """The signature over ``data``, checked with its certificate; see `Token.sign`.

        Raises `SignatureUnfit` where they do not fit.
        """
        with self._using() as known:
            entry = self._entry(key_ref, "sign")
            if entry.algorithm != algorithm:
                raise KeyMissing(f"{key_ref} {algorithm}")
            public = suites.public_key(entry.der)
            with self._module.container(known.application, _container_of(key_ref)) as container:
                if isinstance(public, Sm2PublicKey):
                    return self._sm2(container, public, data)
                if isinstance(public, rsa.RSAPublicKey):
                    return self._rsa(container, public, data)
            raise KeyMissing(f"{key_ref} {algorithm}")

    def agree(self, key_ref: str, peer_point: bytes) -> bytes:
        """GM/T 0016 has no ECDH over P-256: always `NotOffered`."""
        del key_ref, peer_point
        raise NotOffered("ECDH", function="ECDH P-256")

    def decrypt(self, key_ref: str, mechanism: OaepMechanism, data: bytes) -> bytes:
        """GM/T 0016 has no RSA-OAEP: always `NotOffered`."""
        del key_ref, data
        raise NotOffered(mechanism, function="RSA-OAEP")

    def unwrap(self, key_ref: str, mechanism: WrapMechanism, wrapped: bytes) -> "SkfSessionKey":
        """SKF_ImportSessionKey: the key stays on the device; see `Token.unwrap`."""
        del mechanism  # there is one
        cipher = read_cipher(wrapped)
        with self._using() as known:
            self._entry(key_ref, "encrypt")
            with self._module.container(known.application, _container_of(key_ref)) as container:
                handle = self._module.driver.import_session_key(container, cipher)
            known.keys.add(handle.value or 0)
            return SkfSessionKey(self._module, known, handle)

    def seals(self) -> tuple[bytes, ...]:
        """The files of our name, which is their digest; one cut off in writing is left out."""
        with self._reading() as known:
            if known.opened is None:
                return ()
            files = self._module.driver.files(known.opened)
            names = sorted(name for name in files if name.startswith(_SEAL_PREFIX))
            read = [(name, self._file(known, name)) for name in names]
            return tuple(data for name, data in read if _seal_name(data) == name)

    def store_seal(self, seal: bytes) -> None:
        """A file that everybody may read; see `TokenWriter.store_seal`."""
        if len(seal) > MAX_TOKEN_SEAL_BYTES:
            raise TooLarge("seal", limit=MAX_TOKEN_SEAL_BYTES)
        name = _seal_name(seal)
        with self._using() as known:
            driver, chunk = self._module.driver, known.info.chunk
            names = [n for n in driver.files(known.application) if n.startswith(_SEAL_PREFIX)]
            if name in names and self._file(known, name) == seal:
                return
            if name in names:  # begun once, and cut off
                driver.delete_file(known.application, name)
            elif len(names) >= MAX_TOKEN_SEALS:
                raise NoRoom(f"{MAX_TOKEN_SEALS} seals")
            driver.write_file(known.application, name, seal, chunk)

    def remove_seal(self, seal: bytes) -> None:
        """Delete its file; see `TokenWriter.remove_seal`."""
        with self._using() as known:
            if _seal_name(seal) in self._module.driver.files(known.application):
                self._module.driver.delete_file(known.application, _seal_name(seal))

    def generate(self, usage: Usage, kind: TokenKeyKind, label: str) -> tuple[str, bytes]:
        """An SM2 key pair; see `TokenWriter.generate`.

        The signing pair is made on the device. The standard has the encryption pair made by the
        authority's key management and imported under the signing key (SKF_ImportECCKeyPair); so it
        is made here, into the container of the last signing pair that has none yet.
        """
        if kind != "sm2":
            raise NotOffered(kind, function=f"SKF {kind}")
        with self._using() as known:
            driver, application = self._module.driver, known.application
            known.certificates = None
            names = driver.containers(application)
            if usage == "sign":
                name = new_container_name(label, names)
                container = driver.create_container(application, name)
                try:
                    point = driver.generate(container)
                finally:
                    driver.close_container(container)
                return f"{name.hex()}-s", spki_of(point)
            name = self._waiting_container(known, names)
            with self._module.container(application, name) as container:
                signing = Sm2PublicKey.of_point(driver.public_point(container, sign=True))
                pair = enveloped_pair(signing)
                driver.import_key_pair(container, pair.point, pair.encrypted, pair.wrapped)
            return f"{name.hex()}-e", spki_of(pair.point)

    def store_certificate(self, key_ref: str, certificate: bytes, label: str) -> None:
        """SKF_ImportCertificate; see `TokenWriter.store_certificate`."""
        del label  # a container has a name already
        with self._using() as known:
            name, sign = _container_of(key_ref), key_ref.endswith("-s")
            with self._module.container(known.application, name) as container:
                self._module.driver.store_certificate(container, certificate, sign=sign)
            known.certificates = None

    # --- inside -----------------------------------------------------------------------------------
    @contextmanager
    def _reading(self, *, admin: bool = False) -> Iterator[Connection]:
        with self._module.calling(self._serial, admin=admin):
            yield self._module.connection(self._serial)

    @contextmanager
    def _using(self) -> Iterator[Connection]:
        """The connection, logged in. Raises `LoginNeeded`."""
        with self._reading() as known:
            if not known.logged_in:
                raise LoginNeeded(self._serial)
            yield known

    def _certificates(self, known: Connection) -> Iterator[TokenCertificate]:
        for name in sorted(self._module.driver.containers(known.application)):
            halves: tuple[tuple[bool, Usage], ...] = ((True, "sign"), (False, "encrypt"))
            for sign, usage in halves:
                found = self._module.certificate_in(known.application, name, sign=sign)
                entry = usable_certificate(found, f"{name.hex()}-{usage[0]}") if found else None
                if entry is not None and entry.usage == usage:
                    yield entry

    def _entry(self, key_ref: str, usage: Usage) -> TokenCertificate:
        for entry in self.certificates():
            if entry.key_ref == key_ref and entry.usage == usage:
                return entry
        raise KeyMissing(key_ref)

    def _sm2(self, container: Handle, public: Sm2PublicKey, data: bytes) -> bytes:
        digest = digest_for(public.point, data)
        try:
            signature = from_raw(self._module.driver.sm2_sign(container, digest))
            public.verify_digest(signature, digest)
        except SignatureInvalid as error:
            raise SignatureUnfit(self._serial) from error
        return signature

    def _rsa(self, container: Handle, public: rsa.RSAPublicKey, data: bytes) -> bytes:
        info = _SHA256_INFO + suites.INTL.digest(data)
        signature = self._module.driver.rsa_sign(container, info)
        try:
            public.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature as error:
            raise SignatureUnfit(self._serial) from error
        return signature

    def _waiting_container(self, known: Connection, names: tuple[bytes, ...]) -> bytes:
        for name in reversed(names):
            if self._module.has_key(
                known.application, name, sign=True
            ) and not self._module.has_key(known.application, name, sign=False):
                return name
        raise KeyMissing("no signing pair waits for its encryption pair")

    def _file(self, known: Connection, name: bytes) -> bytes:
        driver, chunk = self._module.driver, known.info.chunk
        return driver.read_file(known.application, name, chunk, MAX_TOKEN_SEAL_BYTES)


class SkfSessionKey:
    """A `SessionKey` that stays on its device."""

    def __init__(self, module: SkfModule, connection: Connection, handle: Handle) -> None:
        self._module = module
        self._connection = connection
        self._handle = handle

    def __repr__(self) -> str:
        return "SkfSessionKey()"

    def decrypt_gcm(self, nonce: bytes, ciphertext: bytes, tag: bytes, aad: bytes = b"") -> bytes:
        """See `SessionKey.decrypt_gcm`. Raises `LoginNeeded` once the login has ended."""

        def encrypt(blocks: bytes) -> bytes:
            with self._module.calling(self._connection.serial):
                if self._handle.value not in self._connection.keys:
                    raise LoginNeeded("the session key ended with its login")
                chunk = self._connection.info.chunk
                return self._module.driver.encrypt_blocks(self._handle, blocks, chunk)

        return open_gcm(encrypt, nonce, ciphertext, tag, aad)

    def reveal(self) -> bytes:
        """Never: always `KeyStays`."""
        raise KeyStays(PROVIDER)

    def close(self) -> None:
        """Destroy it on the device."""
        with self._module.lock:
            if self._handle.value in self._connection.keys:
                self._connection.keys.discard(self._handle.value or 0)
                with suppress(SarFault, NotOffered):
                    self._module.driver.close_handle(self._handle)


def _container_of(key_ref: str) -> bytes:
    name, _, half = key_ref.partition("-")
    if half not in {"s", "e"}:
        raise KeyMissing(key_ref)
    try:
        return bytes.fromhex(name)
    except ValueError as error:
        raise KeyMissing(key_ref) from error


def _seal_name(seal: bytes) -> bytes:
    return _SEAL_PREFIX + suites.INTL.digest(seal).hex()[:16].encode()
