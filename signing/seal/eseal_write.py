"""An electronic seal made: GB/T 38540-2020 (v4) or GM/T 0031-2025 (v5), signed by its maker.

What is written follows what implementations of record read (see `signing.seal.eseal`): the maker
signs ``eSealInfo`` alone, and ``extDatas`` of a seal stands untagged.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

from formats.limits import MAX_ESEAL_BYTES, MAX_ESEAL_CERTIFICATES, MAX_ESEAL_MM
from signing import der, suites
from signing.seal.eseal import (
    CERTIFICATES,
    DIGESTS,
    IA5_STRING,
    KINDS,
    PRINTABLE_STRING,
    TAG_0,
    UTF8_STRING,
    Extension,
    SealPicture,
)
from signing.seal.faults import refused
from signing.seal.picture import appearance_of
from signing.signer import Signer

TokenFor = Callable[[bytes], bytes]
"""From the maker's signature value to the DER of an RFC 3161 token over it."""

_NUMBERS: Final = {kind: number for number, kind in KINDS.items()}


@dataclass(frozen=True, slots=True)
class SealOrder:
    """What a seal is to say: everything but its maker."""

    id: str
    """esID, in ASCII; no two seals of a maker have the same."""
    vendor: str
    """Who makes seals of this kind, in ASCII."""
    name: str
    """The body's or the person's."""
    kind: Literal["body", "personal"]
    certificates: Sequence[bytes]
    """DER of those that may seal with it."""
    picture: SealPicture
    created: datetime
    since: datetime
    until: datetime
    by_digest: bool = False
    """Name the certificates by the digests of the maker's suite instead of including them."""
    extensions: Sequence[Extension] = ()


def make_seal(
    order: SealOrder,
    *,
    maker: Signer,
    version: Literal[4, 5] = 4,
    timestamp: TokenFor | None = None,
) -> bytes:
    """DER of the seal. ``timestamp`` is asked for a token over the maker's signature (v5 only).

    Raises `SealRefused` for an order that would make no good seal, `SealPictureBad` for a picture
    that would not be drawn; what the key or the time-stamp source raises passes through.
    """
    _check(order)
    if timestamp is not None and version == 4:  # noqa: PLR2004 - GB/T 38540-2020 has no place for one
        raise refused("eseal", "a time-stamp in version 4")
    info = _info(order, version, suites.suite_of(maker.algorithm))
    value = maker.sign(info)
    algorithm = suites.suite_of(maker.algorithm).signatures[maker.algorithm]
    stamp = b"" if timestamp is None else der.encode(TAG_0, bit_string(timestamp(value)))
    made = der.sequence(
        info, der.octets(maker.certificate), der.oid(algorithm), bit_string(value), stamp
    )
    if len(made) > MAX_ESEAL_BYTES:
        raise refused("eseal", f"{len(made)} bytes")
    return made


def _check(order: SealOrder) -> None:
    """What would make a seal that no reader accepts. Raises `SealRefused` or `SealPictureBad`."""
    if not order.name or not order.name.isprintable():
        raise refused("name", order.name)
    words = (order.id, order.vendor, order.picture.kind)
    if not all(word and word.isascii() and word.isprintable() for word in words):
        raise refused("eseal", "id, vendor or kind of picture")
    if not 1 <= len(order.certificates) <= MAX_ESEAL_CERTIFICATES:
        raise refused("eseal", f"{len(order.certificates)} certificates")
    if not order.since < order.until:
        raise refused("eseal", f"valid from {order.since} to {order.until}")
    if not all(
        1 <= edge <= MAX_ESEAL_MM for edge in (order.picture.width_mm, order.picture.height_mm)
    ):
        raise refused("eseal", "size of the picture")
    appearance_of(order.picture)


def _info(order: SealOrder, version: int, suite: suites.Suite) -> bytes:
    """eSealInfo, the part that the maker signs."""
    picture = order.picture
    return der.sequence(
        der.sequence(
            string(IA5_STRING, "ES"), der.integer(version), string(IA5_STRING, order.vendor)
        ),
        string(IA5_STRING, order.id),
        der.sequence(
            der.integer(_NUMBERS[order.kind]),
            string(UTF8_STRING, order.name),
            der.integer(DIGESTS if order.by_digest else CERTIFICATES),
            der.sequence(*_listed(order, suite)),
            generalized_time(order.created),
            generalized_time(order.since),
            generalized_time(order.until),
        ),
        der.sequence(
            string(IA5_STRING, picture.kind),
            der.octets(picture.data),
            der.integer(picture.width_mm),
            der.integer(picture.height_mm),
        ),
        extension_list(order.extensions),
    )


def _listed(order: SealOrder, suite: suites.Suite) -> list[bytes]:
    if not order.by_digest:
        return [der.octets(certificate) for certificate in order.certificates]
    name = string(PRINTABLE_STRING, suite.digest_oid)
    return [
        der.sequence(name, der.octets(suite.digest(certificate)))
        for certificate in order.certificates
    ]


# --- shared with `signing.seal.ses_signature` ---------------------------------------------------
def string(tag: int, value: str) -> bytes:
    """A character string of that type."""
    return der.encode(tag, value.encode())


def bit_string(data: bytes) -> bytes:
    """BIT STRING of whole octets."""
    return der.encode(der.BIT_STRING, b"\x00" + data)


def generalized_time(at: datetime) -> bytes:
    """GeneralizedTime in UTC, to the second: GB/T 38540 has it for every year."""
    return der.encode(der.GENERALIZED_TIME, at.astimezone(UTC).strftime("%Y%m%d%H%M%SZ").encode())


def extension_list(extensions: Sequence[Extension]) -> bytes:
    """extDatas, untagged; nothing where there are none."""
    if not extensions:
        return b""
    return der.sequence(
        *(
            der.sequence(
                der.oid(extension.oid),
                der.encode(der.BOOLEAN, b"\xff") if extension.critical else b"",
                der.octets(extension.value),
            )
            for extension in extensions
        )
    )
