"""A package closed for the road and opened at its end.

Three pieces travel: ``header.p7m`` (the signed routing header), ``keys.p7m`` (the capsule) and
``payload.bin`` (the encrypted package). The header binds the other two by digest and size; the
capsule binds the payload; the payload's key binds suite and dispatch. So no piece can be exchanged,
and nothing is written out before all of it agreed.

All of a dispatch is of one algorithm suite: the signature of its header, its capsule, its payload
and every digest. The header says which; where a piece is of another it is refused.
"""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from formats import canonical, digests
from formats.directory import BodyCertificate, Suite
from formats.effects import Clock, Randomness
from formats.envelope.capsule import CapsuleContent, parse_capsule
from formats.envelope.header import (
    HeaderFields,
    Recipient,
    RoutingHeader,
    parse_header,
    routing_header,
)
from formats.envelope.stream import KEY_BYTES, open_stream, payload_key, seal_stream
from formats.errors import BadInput, TooLarge
from formats.i18n import tr
from formats.ids import Digest
from formats.limits import MAX_HEADER_BYTES, MAX_PACKAGE_BYTES
from signing import suites
from signing.cms import open_attached, sign_attached
from signing.envelope.enveloped import unwrap_secret, wrap_secret
from signing.envelope.files import whole_file
from signing.envelope.recipients import suite_for
from signing.envelope.unwrap import Unwrapper
from signing.errors import (
    EnvelopeMismatch,
    IssuerMismatch,
    NoEncryptionCertificate,
    NoKeyOfSuite,
    NotAddressed,
    SuiteMismatch,
)
from signing.signer import Signer
from signing.tokens.base import Token
from signing.trust.certs import owner_of
from signing.trust.store import TrustStore


@dataclass(frozen=True, slots=True)
class SealedDispatch:
    """The three pieces of a closed dispatch."""

    header: RoutingHeader
    header_p7m: bytes
    keys_p7m: bytes
    payload_path: Path
    package_digest: Digest
    """Of the package inside."""


@dataclass(frozen=True, slots=True)
class SignedHeader:
    """A header whose signature and sender are verified."""

    header: RoutingHeader
    certificate: bytes
    """DER of the sender's certificate."""
    signing_time: datetime | None
    digest: Digest
    """Of ``header.p7m``, by the header's suite: what evidence statements name."""


@dataclass(frozen=True, slots=True)
class OpenedDispatch:
    """A dispatch whose package lies in ``package_path``, whole and as the sender closed it."""

    header: RoutingHeader
    recipient: Recipient | None
    """The consignment to this body; ``None`` where the sender opened its own."""
    certificate: bytes
    """DER of the sender's certificate."""
    signing_time: datetime | None
    package_path: Path
    package_digest: Digest
    package_size: int


def close_package(
    package: Path | bytes,
    header_fields: HeaderFields,
    recipients: Sequence[tuple[Recipient, Sequence[BodyCertificate]]],
    signer: Signer,
    *,
    own: Sequence[BodyCertificate] = (),
    randomness: Randomness,
    clock: Clock,
    payload_out: Path,
) -> SealedDispatch:
    """Encrypt a package to every encryption certificate of every recipient, and sign the header.

    Only certificates of the dispatch's suite are taken; a body may hold others beside them. ``own``
    are the sender's, so that it can read what it sent. The payload is streamed to ``payload_out``
    and is durable on return. Raises `NoEncryptionCertificate`, `NoKeyOfSuite`, `IssuerMismatch`
    (the signer is not the sender), `SuiteMismatch` (the signer's key is of another suite),
    `TooLarge`, `WeakAlgorithm`, a token's errors.
    """
    suite = header_fields.suite
    _check_owner(signer.certificate, header_fields.sender)
    _check_suite(suite, signer.certificate)
    keys = _of_suite(own, suite)
    for recipient, certificates in recipients:
        usable = _of_suite(certificates, suite)
        if not usable and any(c.usage == "encrypt" for c in certificates):
            raise NoKeyOfSuite(f"{recipient.body} {suite}", body=recipient.body, suite=suite)
        if not usable:
            raise NoEncryptionCertificate(recipient.body, body=recipient.body)
        keys += usable
    secret = randomness(KEY_BYTES)
    key = payload_key(secret, suite, header_fields.dispatch)
    with _reading(package) as source, whole_file(payload_out) as sink:
        sealed = seal_stream(key, source, sink, suite=suite)
        if sealed.plain_size > MAX_PACKAGE_BYTES:
            raise TooLarge("package", limit=MAX_PACKAGE_BYTES)
        content = CapsuleContent(
            suite=suite,
            dispatch=header_fields.dispatch,
            secret=secret,
            plain_digest=sealed.plain_digest,
            cipher_digest=sealed.cipher_digest,
            size=sealed.plain_size,
        )
        keys_p7m = wrap_secret(
            canonical.to_bytes(content), keys, randomness=randomness, suite=suite
        )
        created = clock()
        header = routing_header(
            header_fields,
            tuple(recipient for recipient, _ in recipients),
            created=created,
            capsule=(digests.digest(keys_p7m, suite), len(keys_p7m)),
            payload=(sealed.cipher_digest, sealed.cipher_size),
        )
        header_p7m = sign_attached(canonical.to_bytes(header), signer, at=created)
        if len(header_p7m) > MAX_HEADER_BYTES:
            raise TooLarge("header", limit=MAX_HEADER_BYTES)
    return SealedDispatch(header, header_p7m, keys_p7m, payload_out, sealed.plain_digest)


def open_header(
    header_p7m: bytes, *, trust: TrustStore, at: datetime | None = None
) -> SignedHeader:
    """The header, signed by the sender it names, whose certificate was good at ``at``.

    A node passes its own clock. ``None`` takes the header's own ``created``: only for one whose
    acceptance is proven by evidence. Raises `TrustError` (`SuiteRetired` where the directory's
    policy has ended the suite), `SuiteMismatch`, `IssuerMismatch` or another `BadInput`.
    """
    if len(header_p7m) > MAX_HEADER_BYTES:
        raise TooLarge("header", limit=MAX_HEADER_BYTES)
    signed = open_attached(header_p7m)
    header = parse_header(signed.data)
    _check_owner(signed.certificate, header.sender)
    _check_suite(header.suite, signed.certificate)
    trust.validate(signed.certificate, at or header.created, "sign", extra=signed.certificates)
    digest = digests.digest(header_p7m, header.suite)
    return SignedHeader(header, signed.certificate, signed.signing_time, digest)


def header_digest(header_p7m: bytes) -> Digest:
    """How evidence names a header: the digest of its bytes, by the suite of its signature.

    Nothing is verified; what cannot be read is named by SHA-256, and nothing will match it.
    """
    try:
        suite = open_attached(header_p7m).suite.name
    except BadInput:
        suite = "INTL"
    return digests.digest(header_p7m, suite)


def open_dispatch(
    header_p7m: bytes,
    keys_p7m: bytes,
    payload: Path,
    *,
    token: Token | Unwrapper,
    trust: TrustStore,
    body_id: str,
    out: Path,
    at: datetime | None = None,
) -> OpenedDispatch:
    """Verify the three pieces against each other and write the package to ``out``.

    ``at`` as in `open_header`. ``out`` appears only when everything agreed. Raises
    `NotAddressed`, `EnvelopeMismatch`, `SuiteMismatch`, `CapsuleError`, `StreamDamaged`,
    `TrustError`, `IssuerMismatch`, a token's errors, or another `BadInput`.
    """
    signed = open_header(header_p7m, trust=trust, at=at)
    header = signed.header
    recipient = header.recipient(body_id)
    if recipient is None and header.sender != body_id:
        raise NotAddressed("not named in the header", body=body_id)
    capsule = (digests.digest(keys_p7m, header.suite), len(keys_p7m))
    if capsule != (header.capsule_digest, header.capsule_size):
        raise EnvelopeMismatch("capsule digest", part=tr("密钥"))
    try:
        content = parse_capsule(unwrap_secret(keys_p7m, token, suite=header.suite, bound=True))
    except NotAddressed as error:
        raise NotAddressed(error.detail, body=body_id) from error
    bound = (content.suite, content.dispatch, content.cipher_digest)
    if bound != (header.suite, header.dispatch, header.payload_digest):
        raise EnvelopeMismatch("capsule of another dispatch", part=tr("密钥"))
    if payload.stat().st_size != header.payload_size:
        raise EnvelopeMismatch("payload size", part=tr("正文"))
    key = payload_key(content.secret, content.suite, content.dispatch)
    with payload.open("rb") as source, whole_file(out) as sink:
        opened = open_stream(key, source, sink, suite=content.suite)
        if opened.cipher_digest != header.payload_digest:
            raise EnvelopeMismatch("payload digest", part=tr("正文"))
        if (opened.plain_digest, opened.plain_size) != (content.plain_digest, content.size):
            raise EnvelopeMismatch("package digest", part=tr("正文"))
    return OpenedDispatch(
        header=header,
        recipient=recipient,
        certificate=signed.certificate,
        signing_time=signed.signing_time,
        package_path=out,
        package_digest=opened.plain_digest,
        package_size=opened.plain_size,
    )


def _check_owner(certificate: bytes, body: str) -> None:
    owner = owner_of(certificate)
    if (owner.kind, owner.id) != ("body", body):
        raise IssuerMismatch(f"{owner.kind} {owner.id}", owner=owner.name, expected=body)


def _check_suite(declared: Suite, certificate: bytes) -> None:
    """Whether the key that signs is of the suite that is declared; so is then its digest."""
    used = suites.suite_of_key(certificate).name
    if used != declared:
        raise SuiteMismatch(f"{declared} signed in {used}", declared=declared, used=used)


def _of_suite(certificates: Sequence[BodyCertificate], suite: Suite) -> list[BodyCertificate]:
    """Those that something of that suite can be encrypted to."""
    return [c for c in certificates if c.usage == "encrypt" and suite_for(c) == suite]


@contextmanager
def _reading(package: Path | bytes) -> Iterator[BinaryIO]:
    if isinstance(package, bytes):
        yield io.BytesIO(package)
    else:
        with package.open("rb") as stream:
            yield stream
