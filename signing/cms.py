"""CMS SignedData in the CAdES-B form (RFC 5652, RFC 5035, ETSI EN 319 122-1 5), written.

What everything signed here is wrapped in: evidence records, headers, the directory, package
manifests, time-stamps and, inside PDF, the seal. One signer, signed attributes always, the
signer's certificate bound by signing-certificate-v2. Stock ``openssl cms -verify`` reads it.

Everything that depends on the certificate alone is encoded once (`CmsTemplate`); a signature then
costs one digest, one call of the key and a few joins. `signing.cms_read` is the other direction;
its functions are offered here too, so that callers need one module.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final, Literal

from signing import der, suites
from signing.cms_read import (
    DATA,
    GM_DATA,
    GM_SIGNED_DATA,
    SIGNED_DATA,
    SignedContent,
    issuer_and_serial,
    open_attached,
    open_detached,
    open_digest,
)
from signing.signer import SignatureAlgorithm, Signer

__all__ = [
    "DATA",
    "CmsTemplate",
    "Dialect",
    "SignedContent",
    "attribute",
    "build_signed_data",
    "issuer_and_serial",
    "open_attached",
    "open_detached",
    "open_digest",
    "sign_attached",
    "sign_detached",
    "sign_digest",
    "template_for",
]

_CONTENT_TYPE: Final = der.oid("1.2.840.113549.1.9.3")
_MESSAGE_DIGEST: Final = der.oid("1.2.840.113549.1.9.4")
_SIGNING_TIME: Final = der.oid("1.2.840.113549.1.9.5")
_ALGORITHM_PROTECTION: Final = der.oid("1.2.840.113549.1.9.52")  # RFC 6211
_SIGNING_CERTIFICATE_V2: Final = der.oid("1.2.840.113549.1.9.16.2.47")  # RFC 5035 3
_TIMESTAMP_TOKEN: Final = der.oid("1.2.840.113549.1.9.16.2.14")  # RFC 3161 appendix A

TokenFor = Callable[[bytes], bytes]
"""From the signature value to the DER of an RFC 3161 token over it."""

Dialect = Literal["cms", "gbt35275"]
"""``gbt35275``: the same structure under the content types of GB/T 35275 7 (once GM/T 0010), for
partners that know no others. What is signed inside a PDF or a package is always ``cms``."""


@dataclass(frozen=True, slots=True)
class CmsTemplate:
    """The parts of a signature that its certificate decides, encoded once."""

    suite: suites.Suite
    certificates: bytes
    issuer_and_serial: bytes
    digest_algorithm: bytes
    signature_algorithm: bytes
    signing_certificate: bytes
    algorithm_protection: bytes

    @property
    def size(self) -> int:
        """Bytes of a detached signature without time-stamp, at most; for reserving space."""
        return len(self.certificates) + len(self.issuer_and_serial) + 512 + 1024


def attribute(oid: str, value: bytes) -> bytes:
    """DER of a signed attribute with one value (DER), for `build_signed_data`."""
    return _attribute(der.oid(oid), value)


def _attribute(kind: bytes, value: bytes) -> bytes:
    return der.sequence(kind, der.encode(der.SET, value))


@lru_cache(maxsize=256)
def template_for(
    certificate: bytes, chain: tuple[bytes, ...], algorithm: SignatureAlgorithm
) -> CmsTemplate:
    """The template of a signer. Raises `NotDer` or `WeakAlgorithm`."""
    suite = suites.suite_of(algorithm)
    digest, signature = suite.digest_identifier(), suite.signature_identifier(algorithm)
    named = issuer_and_serial(certificate)
    # RFC 5035 4: hashAlgorithm is DEFAULT sha256 and then left out; issuerSerial is optional.
    declared = b"" if suite is suites.INTL else digest
    ess = der.sequence(declared, der.octets(suite.digest(certificate)))
    protection = der.sequence(digest, der.encode(0xA1, signature[2:]))
    return CmsTemplate(
        suite=suite,
        certificates=der.set_of({certificate, *chain}, 0xA0),
        issuer_and_serial=named,
        digest_algorithm=digest,
        signature_algorithm=signature,
        signing_certificate=_attribute(_SIGNING_CERTIFICATE_V2, der.sequence(der.sequence(ess))),
        algorithm_protection=_attribute(_ALGORITHM_PROTECTION, protection),
    )


def build_signed_data(
    signer: Signer,
    *,
    digest: bytes,
    content: bytes | None = None,
    content_type: str = DATA,
    at: datetime | None = None,
    timestamp: TokenFor | None = None,
    with_certificates: bool = True,
    attributes: Sequence[bytes] = (),
    dialect: Dialect = "cms",
) -> bytes:
    """A whole ContentInfo: SignedData over content with that ``digest``.

    ``content`` is carried inside when given (attached). ``at`` becomes the signing-time attribute;
    PAdES leaves it out (EN 319 142-1 6.3). ``timestamp`` is asked for a token over the signature
    value, which becomes the one unsigned attribute (level T). ``with_certificates`` is false only
    for a time-stamp asked for without them. ``attributes``: further signed ones, each made by
    `attribute`. ``dialect`` ``gbt35275`` is for a signature of the GM suite over data. Raises
    `ValueError` where it does not fit; whatever the key or the time-stamp source raises passes
    through.
    """
    template = template_for(signer.certificate, signer.chain, signer.algorithm)
    outer, kind = der.oid(SIGNED_DATA), der.oid(content_type)
    if dialect == "gbt35275":
        if template.suite is not suites.GM or content_type != DATA:
            raise ValueError("GB/T 35275 is for SM2 signatures over data")
        outer, kind = der.oid(GM_SIGNED_DATA), der.oid(GM_DATA)
    said = [
        _attribute(_CONTENT_TYPE, kind),
        _attribute(_MESSAGE_DIGEST, der.octets(digest)),
        template.signing_certificate,
        template.algorithm_protection,
        *attributes,
    ]
    if at is not None:
        said.append(_attribute(_SIGNING_TIME, der.time(at)))
    signed = der.set_of(said)
    signature = signer.sign(signed)  # RFC 5652 5.4: over the SET OF, not over the [0] form
    unsigned = b""
    if timestamp is not None:
        unsigned = der.encode(0xA1, _attribute(_TIMESTAMP_TOKEN, timestamp(signature)))
    info = der.sequence(
        der.integer(1),
        template.issuer_and_serial,
        template.digest_algorithm,
        b"\xa0" + signed[1:],
        template.signature_algorithm,
        der.octets(signature),
        unsigned,
    )
    carried = b"" if content is None else der.encode(0xA0, der.octets(content))
    signed_data = der.sequence(
        der.integer(1 if content_type == DATA else 3),  # RFC 5652 5.1
        der.encode(der.SET, template.digest_algorithm),
        der.sequence(kind, carried),
        template.certificates if with_certificates else b"",
        der.encode(der.SET, info),
    )
    return der.sequence(outer, der.encode(0xA0, signed_data))


def sign_attached(
    data: bytes,
    signer: Signer,
    *,
    at: datetime | None,
    content_type: str = DATA,
    dialect: Dialect = "cms",
) -> bytes:
    """A p7m: ``data`` and the signature over it. ``at`` is the time the signer claims."""
    digest = suites.suite_of(signer.algorithm).digest(data)
    return build_signed_data(
        signer, digest=digest, content=data, content_type=content_type, at=at, dialect=dialect
    )


def sign_detached(
    data: bytes, signer: Signer, *, at: datetime | None, timestamp: TokenFor | None = None
) -> bytes:
    """A p7s: the signature over ``data``, which is kept elsewhere."""
    digest = suites.suite_of(signer.algorithm).digest(data)
    return build_signed_data(signer, digest=digest, at=at, timestamp=timestamp)


def sign_digest(
    digest: bytes,
    signer: Signer,
    *,
    at: datetime | None,
    timestamp: TokenFor | None = None,
    attributes: Sequence[bytes] = (),
) -> bytes:
    """A p7s over data of which only the suite's ``digest`` (raw bytes) is at hand."""
    return build_signed_data(
        signer, digest=digest, at=at, timestamp=timestamp, attributes=attributes
    )
