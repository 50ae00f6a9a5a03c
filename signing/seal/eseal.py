"""An electronic seal as GB/T 38540-2020 has it (v4), with GM/T 0031-2025 (v5) and -2014 (v1): read.

    SESeal       ::= SEQUENCE { eSealInfo, cert OCTET STRING, signAlgID OID, signedValue BIT STRING,
                                timeStamp [0] EXPLICIT BIT STRING OPTIONAL -- v5 -- }
    SESeal (v1)  ::= SEQUENCE { eSealInfo, SEQUENCE { cert, signAlgID, signedValue } }
    eSealInfo    ::= SEQUENCE { header, esID IA5String, property, picture, extDatas OPTIONAL }
    header       ::= SEQUENCE { "ES", version INTEGER, vid IA5String }
    property     ::= SEQUENCE { type INTEGER, name UTF8String, certListType INTEGER -- not in v1 --,
                                certList, createDate, validStart, validEnd }
    picture      ::= SEQUENCE { type IA5String, data OCTET STRING, width, height INTEGER -- mm -- }

The maker signs the DER of ``eSealInfo`` (v4, v5), or of SEQUENCE { eSealInfo, cert, signAlgID }
(v1). The bytes that were signed are kept as they came and never encoded anew. Reading proves
nothing; `signing.seal.eseal_check` does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final, Literal

from formats.errors import TooLarge
from formats.limits import (
    MAX_CERTIFICATE_BYTES,
    MAX_ESEAL_BYTES,
    MAX_ESEAL_CERTIFICATES,
    MAX_ESEAL_MM,
)
from signing import der
from signing.seal.eseal_errors import SealMalformed, SealVersion

SealKind = Literal["body", "personal", "other"]
"""公章 of a body, 签名章 (名章) of a person, or a kind that only its maker knows."""

IA5_STRING, UTF8_STRING, PRINTABLE_STRING = 0x16, 0x0C, 0x13
TAG_0: Final = 0xA0
KINDS: Final[dict[int, SealKind]] = {1: "body", 2: "personal"}
CERTIFICATES, DIGESTS = 1, 2
"""certListType: the certificates themselves, or digests of them."""

VERSIONS: Final = frozenset({1, 4, 5})


@dataclass(frozen=True, slots=True)
class SealPicture:
    """The picture of a seal as its maker stored it."""

    kind: str
    """``SVG``, ``PNG`` or another format's name, in capitals."""
    data: bytes
    width_mm: int
    height_mm: int


@dataclass(frozen=True, slots=True)
class Extension:
    """One extension of a seal or of a signature with it."""

    oid: str
    critical: bool
    value: bytes


@dataclass(frozen=True, slots=True)
class ElectronicSeal:
    """An SESeal read; whether it is genuine is not yet known."""

    version: int
    vendor: str
    id: str
    """esID: the seal's identity, by which it is revoked."""
    kind: SealKind
    name: str
    """The body's or the person's."""
    certificates: tuple[bytes, ...]
    """DER of those that may seal with it; empty where ``digests`` says it."""
    digests: tuple[tuple[str, bytes], ...]
    """(algorithm as the maker named it, digest of a certificate)."""
    created: datetime
    since: datetime
    until: datetime
    picture: SealPicture
    extensions: tuple[Extension, ...]
    maker: bytes
    """DER of the maker's certificate."""
    algorithm: str
    """OID of the maker's signature algorithm."""
    signature: bytes
    signed: bytes
    """The bytes that the maker signed."""
    timestamp: bytes | None
    """DER of the time-stamp over ``signature`` (v5), not yet checked."""
    der: bytes
    """The whole SESeal."""

    @property
    def personal(self) -> bool:
        """Whether it is a person's 签名章."""
        return self.kind == "personal"


@dataclass(frozen=True, slots=True)
class _Property:
    kind: SealKind
    name: str
    certificates: tuple[bytes, ...]
    digests: tuple[tuple[str, bytes], ...]
    times: tuple[datetime, datetime, datetime]


@lru_cache(maxsize=16)
def parse_seal(data: bytes) -> ElectronicSeal:
    """The seal that the bytes are. Raises `SealMalformed`, `SealVersion` or `TooLarge`.

    A few are kept as read: a batch sets one seal a hundred times.
    """
    if len(data) > MAX_ESEAL_BYTES:
        raise TooLarge(f"{len(data)} bytes of seal", limit=MAX_ESEAL_BYTES)
    try:
        return _seal(der.read(data))
    except (der.NotDer, ValueError, RecursionError) as error:
        raise SealMalformed(str(error)) from error


def _seal(whole: der.Element) -> ElectronicSeal:
    info, *rest = whole.expect(der.SEQUENCE).children()
    header, identity, properties, picture, *further = info.expect(der.SEQUENCE).children()
    version, vendor = _header(header)
    if len(rest) == 1:
        cert, algorithm, value = rest[0].expect(der.SEQUENCE).children()
        stamps: list[der.Element] = []
        signed = der.sequence(info.raw, cert.raw, algorithm.raw)
    else:
        cert, algorithm, value, *stamps = rest
        signed = info.raw
    form = {1: (len(rest) == 1), 4: len(rest) == 3, 5: len(rest) in {3, 4}}  # noqa: PLR2004 - elements beside eSealInfo, see the module
    if not form[version]:
        raise SealMalformed(f"{len(rest)} elements in version {version}")
    told = _property(properties, version)
    return ElectronicSeal(
        version=version,
        vendor=vendor,
        id=text(identity, IA5_STRING),
        kind=told.kind,
        name=told.name,
        certificates=told.certificates,
        digests=told.digests,
        created=told.times[0],
        since=told.times[1],
        until=told.times[2],
        picture=_picture(picture),
        extensions=extensions_in(further),
        maker=certificate_in(cert),
        algorithm=algorithm.dotted(),
        signature=bits(value),
        signed=signed,
        timestamp=timestamp_in(stamps),
        der=whole.raw,
    )


def _header(element: der.Element) -> tuple[int, str]:
    mark, version, vendor = element.expect(der.SEQUENCE).children()
    if text(mark, IA5_STRING) != "ES":
        raise SealMalformed("not marked ES")
    number = version.number()
    if number not in VERSIONS:
        raise SealVersion(str(number), version=number)
    return number, text(vendor, IA5_STRING)


def _property(element: der.Element, version: int) -> _Property:
    kind, name, *rest = element.expect(der.SEQUENCE).children()
    listed, *times = rest if version == 1 else rest[1:]
    form = CERTIFICATES if version == 1 else rest[0].number()
    created, since, until = (_instant(at, version) for at in times)
    items = listed.expect(der.SEQUENCE).children()
    if not 1 <= len(items) <= MAX_ESEAL_CERTIFICATES or form not in {CERTIFICATES, DIGESTS}:
        raise SealMalformed(f"{len(items)} certificates in form {form}")
    by_digest = form == DIGESTS
    return _Property(
        kind=KINDS.get(kind.number(), "other"),
        name=text(name, UTF8_STRING),
        certificates=() if by_digest else tuple(certificate_in(item) for item in items),
        digests=tuple(_digest(item) for item in items) if by_digest else (),
        times=(created, since, until),
    )


def _instant(element: der.Element, version: int) -> datetime:
    """GeneralizedTime; v1 has UTCTime, and makers of v1 that are ahead of it GeneralizedTime."""
    if element.tag == der.UTC_TIME and version != 1:
        raise SealMalformed("UTCTime")
    return element.instant()


def _digest(element: der.Element) -> tuple[str, bytes]:
    kind, value = element.expect(der.SEQUENCE).children()
    return text(kind, PRINTABLE_STRING), value.expect(der.OCTET_STRING).body


def _picture(element: der.Element) -> SealPicture:
    kind, data, width, height = element.expect(der.SEQUENCE).children()
    size = width.number(), height.number()
    if not all(1 <= edge <= MAX_ESEAL_MM for edge in size):
        raise SealMalformed(f"{size} mm")
    body = data.expect(der.OCTET_STRING).body
    return SealPicture(text(kind, IA5_STRING).upper(), body, *size)


# --- shared with `signing.seal.ses_signature` ---------------------------------------------------
def text(element: der.Element, tag: int) -> str:
    """A character string of that type, nothing invisible in it. Raises `NotDer`, `ValueError`."""
    body = element.expect(tag).body
    value = body.decode("utf-8" if tag == UTF8_STRING else "ascii")
    if not value or not value.isprintable():
        raise SealMalformed("a text that is empty or does not print")
    return value


def bits(element: der.Element) -> bytes:
    """A BIT STRING of whole octets."""
    body = element.expect(der.BIT_STRING).body
    if len(body) < 2 or body[0] != 0:  # noqa: PLR2004 - the count of unused bits and one octet
        raise SealMalformed("a bit string that is not octets")
    return body[1:]


def certificate_in(element: der.Element) -> bytes:
    """The certificate in an OCTET STRING."""
    body = element.expect(der.OCTET_STRING).body
    if not 0 < len(body) <= MAX_CERTIFICATE_BYTES:
        raise SealMalformed(f"{len(body)} bytes of certificate")
    return body


def timestamp_in(rest: Sequence[der.Element]) -> bytes | None:
    """The optional last element, ``[0] EXPLICIT BIT STRING``."""
    if not rest:
        return None
    (tagged,) = rest
    (inner,) = tagged.expect(TAG_0).children()
    return bits(inner)


def extensions_in(rest: Sequence[der.Element]) -> tuple[Extension, ...]:
    """extDatas, untagged or ``[0] EXPLICIT``: implementations of record write either."""
    if not rest:
        return ()
    (held,) = rest
    if held.tag == TAG_0:
        (held,) = held.children()
    return tuple(_extension(item) for item in held.expect(der.SEQUENCE).children())


def _extension(element: der.Element) -> Extension:
    kind, *flags, value = element.expect(der.SEQUENCE).children()
    critical = False
    if flags:
        (flag,) = flags
        if flag.expect(der.BOOLEAN).body != b"\xff":  # FALSE is the default and left out
            raise SealMalformed("a boolean that is not DER")
        critical = True
    return Extension(kind.dotted(), critical, value.expect(der.OCTET_STRING).body)
