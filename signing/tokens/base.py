"""What a UKEY is to the rest of Yidao, whatever maker and driver it has.

A `TokenProvider` finds tokens; a `Token` logs in, signs and unwraps; `TokenSigner` makes one of
its keys a `Signer`. Private keys never leave the token. A PIN travels as a `Secret`, whose repr
tells nothing. The number of tries left is never invented: PKCS#11 tells only `PinState`, SKF and
soft tokens tell the number too.

A session key that a token unwrapped is a `SessionKey`: some tokens give the key out, others keep it
and decrypt with it themselves; whoever uses `SessionKey.decrypt_gcm` need not know which.

Token calls block (a device may wait for its button): call them from one worker thread a token.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from formats.errors import BadInput
from signing.errors import KeyMissing, SeveralTokens, TokenMissing
from signing.signer import SignatureAlgorithm
from signing.suites import SuiteName, algorithm_of, suite_of
from signing.trust.certs import key_usage_of, owner_of, validity_of

PinState = Literal["ok", "low", "final", "locked", "unknown"]
"""``low``: a wrong PIN was entered before; ``final``: one try left; ``unknown``: not told."""

Usage = Literal["sign", "encrypt"]
OaepMechanism = Literal["oaep-sha1", "oaep-sha256"]
WrapMechanism = Literal["sm2"]
TokenKeyKind = Literal["p256", "rsa2048", "sm2"]


class Secret:
    """A PIN or a password in memory: never shown, overwritten when wiped."""

    __slots__ = ("_data",)

    def __init__(self, data: str | bytes) -> None:
        self._data = bytearray(data.encode() if isinstance(data, str) else data)

    def __repr__(self) -> str:
        return "<secret>"

    def reveal(self) -> bytes:
        """The bytes, for the one call that needs them."""
        return bytes(self._data)

    def text(self) -> str:
        """The text, for the one call that needs it; undecodable bytes become U+FFFD."""
        return self._data.decode(errors="replace")

    def wipe(self) -> None:
        """Overwrite it. Copies the interpreter made cannot be reached; this is best effort."""
        for place in range(len(self._data)):
            self._data[place] = 0
        self._data.clear()


@dataclass(frozen=True, slots=True)
class TokenInfo:
    """A token as it can be described without logging in."""

    id: str
    """Stable name for `TokenProvider.open`: provider and serial."""
    label: str
    serial: str
    manufacturer: str
    model: str
    pin_state: PinState
    provider: str
    remaining: int | None = None
    """Tries left before the PIN locks, where the device tells it."""
    default_pin: bool | None = None
    """Whether the PIN is still the maker's or issuer's first one; ``None``: not told."""
    profile: str = ""
    """Id of the maker's profile in `signing.tokens.vendors` that fits; empty for none."""


@dataclass(frozen=True, slots=True)
class TokenCertificate:
    """A certificate on a token, with the key it speaks for."""

    der: bytes
    usage: Usage
    key_ref: str
    """Names the private key to `Token`; opaque."""
    algorithm: SignatureAlgorithm
    """How its key would sign; tells an EC key from an RSA key for ``encrypt`` too."""


class SessionKey(Protocol):
    """A symmetric key unwrapped by a token, of use until `close`."""

    def decrypt_gcm(self, nonce: bytes, ciphertext: bytes, tag: bytes, aad: bytes = b"") -> bytes:
        """SM4-GCM (RFC 8998) with a 12-byte nonce and a 16-byte tag.

        Raises `CapsuleError` where the tag does not match, `TooLarge` beyond
        `MAX_CAPSULE_BYTES`: a token is slow, and what it opens are capsules.
        """

    def reveal(self) -> bytes:
        """The key itself. Raises `KeyStays` where the token does not give it out."""

    def close(self) -> None:
        """Forget it, here and on the token; harmless a second time."""


class Token(Protocol):
    """One UKEY. Every call may raise `TokenMissing` when it has been pulled out."""

    def info(self) -> TokenInfo:
        """Its description, the PIN state read afresh."""

    def certificates(self) -> tuple[TokenCertificate, ...]:
        """Every certificate with a key; needs no login."""

    def login(self, pin: Secret) -> None:
        """Raises `PinWrong`, `PinUnfit` or `PinLocked`; the PIN is always checked anew."""

    def logout(self) -> None:
        """End the login; harmless when there is none."""

    def sign(self, key_ref: str, algorithm: SignatureAlgorithm, data: bytes) -> bytes:
        """The signature over ``data`` (hashed inside), DER for ECDSA.

        Raises `LoginNeeded` or `KeyMissing`.
        """

    def agree(self, key_ref: str, peer_point: bytes) -> bytes:
        """Raw ECDH x coordinate (32 bytes) with an uncompressed P-256 point (65 bytes).

        Raises `LoginNeeded`, `KeyMissing`, or `CapsuleError` for a point not on the curve.
        """

    def decrypt(self, key_ref: str, mechanism: OaepMechanism, data: bytes) -> bytes:
        """RSA-OAEP. Raises `LoginNeeded`, `KeyMissing`, or `CapsuleError` if it does not open."""

    def unwrap(self, key_ref: str, mechanism: WrapMechanism, wrapped: bytes) -> SessionKey:
        """An SM4 key that was encrypted to an SM2 key of the token.

        ``wrapped`` is a DER SM2Cipher (GM/T 0009 7.2). Close the session key after use. Raises
        `LoginNeeded`, `KeyMissing`, or `CapsuleError` if it does not open.
        """

    def seals(self) -> tuple[bytes, ...]:
        """The electronic seals kept on the token, DER, as they were stored; needs no login.

        What is there proves nothing: a seal is verified before it is shown or used.
        """

    def change_pin(self, old: Secret, new: Secret) -> None:
        """Change the PIN; a login there was has ended.

        Raises `PinWrong` or `PinLocked` for ``old``, `PinUnfit` for ``new``.
        """

    def unlock(self, admin_pin: Secret, new_pin: Secret) -> None:
        """Set a new PIN with the issuing office's PIN, locked or not; a login there was has ended.

        Raises `AdminPinWrong`, `AdminPinLocked`, `PinUnfit`, or `NotOffered` where the token knows
        no such PIN.
        """


class TokenWriter(Token, Protocol):
    """A token that keys and certificates can be put on, as an issuing office does."""

    def generate(self, usage: Usage, kind: TokenKeyKind, label: str) -> tuple[str, bytes]:
        """A new key pair made on the token: its key_ref and its DER SubjectPublicKeyInfo."""

    def store_certificate(self, key_ref: str, certificate: bytes, label: str) -> None:
        """Put the certificate of a key beside it, replacing an earlier one."""

    def store_seal(self, seal: bytes) -> None:
        """Keep an electronic seal (DER) on the token; one that is there already stays as it is.

        Raises `LoginNeeded`, `TooLarge` or `NoRoom`.
        """

    def remove_seal(self, seal: bytes) -> None:
        """Take a seal off the token, an exchanged one say; harmless when it is not there.

        Raises `LoginNeeded`.
        """


class TokenProvider(Protocol):
    """A way to reach tokens: a PKCS#11 module, a folder of soft tokens."""

    def list_tokens(self) -> tuple[TokenInfo, ...]:
        """Every token present, without login."""

    def open(self, token_id: str) -> Token:
        """The token of that `TokenInfo.id`. Raises `TokenMissing`."""

    def notify(self, wake: Callable[[], None]) -> Callable[[], None]:
        """Call ``wake`` from a thread when a token comes or goes, until the result is called.

        A provider that hears of no events never wakes; whoever watches polls as well.
        """


def find_token(providers: Iterable[TokenProvider], named: str | None = None) -> Token:
    """The one token of that label or serial; the only one where none is named.

    Makers give UKEYs of one batch the same label: none is taken by guessing. Raises `TokenMissing`
    or `SeveralTokens`.
    """
    fitting = [
        (provider, info)
        for provider in providers
        for info in provider.list_tokens()
        if named is None or named in {info.label, info.serial}
    ]
    if not fitting:
        raise TokenMissing(named or "any")
    if len(fitting) > 1:
        labels = "、".join(f"{info.label}（{info.serial}）" for _, info in fitting)
        raise SeveralTokens(str(len(fitting)), labels=labels)
    provider, info = fitting[0]
    return provider.open(info.id)


def certificate_for(token: Token, usage: Usage, suite: SuiteName | None = None) -> TokenCertificate:
    """The token's newest certificate for that use (and suite). Raises `KeyMissing`.

    One that speaks for a body of this network is taken before those of other systems.
    """
    fitting = [
        c
        for c in token.certificates()
        if c.usage == usage and suite in {None, suite_of(c.algorithm).name}
    ]
    if not fitting:
        raise KeyMissing(f"{usage} {suite or ''}".strip())
    return max(fitting, key=lambda c: (_is_ours(c.der), validity_of(c.der)[0]))


def usable_certificate(der: bytes, key_ref: str) -> TokenCertificate | None:
    """A certificate found on a token; nothing where it is of no use here.

    UKEYs carry certificates of other systems beside ours, old RSA-1024 ones among them: neither
    these nor a damaged one may hide the others.
    """
    try:
        usage = key_usage_of(der)
        if usage == "other":
            return None
        return TokenCertificate(der, usage, key_ref, algorithm_of(der))
    except BadInput:
        return None


def _is_ours(der: bytes) -> bool:
    try:
        return owner_of(der).kind == "body"
    except BadInput:  # it names two owners, and speaks for neither
        return False


class TokenSigner:
    """A `Signer` whose key is on a token that is logged in."""

    def __init__(
        self, token: Token, certificate: TokenCertificate, chain: Sequence[bytes] = ()
    ) -> None:
        self._token = token
        self._certificate = certificate
        self._chain = tuple(chain)

    def __repr__(self) -> str:
        return f"TokenSigner({self._certificate.algorithm})"

    @property
    def certificate(self) -> bytes:
        """DER of the signer's certificate."""
        return self._certificate.der

    @property
    def chain(self) -> tuple[bytes, ...]:
        """DER of the issuing certificates, nearest first, the root left out."""
        return self._chain

    @property
    def algorithm(self) -> SignatureAlgorithm:
        """How `sign` signs."""
        return self._certificate.algorithm

    def sign(self, data: bytes) -> bytes:
        """The signature over ``data``. Raises as `Token.sign`."""
        return self._token.sign(self._certificate.key_ref, self.algorithm, data)


def signer_of(
    token: Token, chain: Sequence[bytes] = (), suite: SuiteName | None = None
) -> TokenSigner:
    """The signer of a token's signing certificate (of that suite). Raises `KeyMissing`."""
    return TokenSigner(token, certificate_for(token, "sign", suite), chain)


def suites_of(token: Token) -> frozenset[SuiteName]:
    """The suites in which a token can sign."""
    return frozenset(suite_of(c.algorithm).name for c in token.certificates() if c.usage == "sign")
