"""The CMS of a signature taken apart and put together otherwise."""

from collections.abc import Callable
from dataclasses import dataclass

from asn1crypto import cms as asn1

from signing import der

_TOKEN = "1.2.840.113549.1.9.16.2.14"


@dataclass(frozen=True, slots=True)
class Signature:
    """A ContentInfo, with what attacks change in it."""

    der: bytes

    @classmethod
    def of(cls, padded: bytes) -> "Signature":
        """The signature at the start of a padded value."""
        return cls(_first(padded))

    @property
    def value(self) -> bytes:
        """The signature value, which a time-stamp covers."""
        return bytes(_info(self._load())["signature"].native)

    @property
    def token(self) -> bytes:
        """The time-stamp's token."""
        return bytes(_info(self._load())["unsigned_attrs"][0]["values"][0].dump())

    def with_token(self, *tokens: bytes) -> bytes:
        """The DER with other tokens, or none."""
        attribute = der.sequence(der.oid(_TOKEN), der.encode(der.SET, b"".join(sorted(tokens))))
        return self.with_unsigned_attributes(attribute if tokens else b"")

    def with_unsigned(self, kind: str) -> bytes:
        """The DER with a further unsigned attribute of a kind."""
        held = self.unsigned
        extra = der.sequence(der.oid(kind), der.encode(der.SET, der.octets(b"message")))
        return self.with_unsigned_attributes(b"".join(sorted((held, extra))))

    @property
    def unsigned(self) -> bytes:
        """The one unsigned attribute."""
        return bytes(_info(self._load())["unsigned_attrs"][0].dump())

    def with_unsigned_attributes(self, attributes: bytes) -> bytes:
        """The DER with other unsigned attributes, each byte else as it was."""
        return self.with_info(
            lambda parts: [*parts[:6], *([der.encode(0xA1, attributes)] if attributes else [])]
        )

    def with_info(self, change: Callable[[list[bytes]], list[bytes]]) -> bytes:
        """The DER with the parts of its SignerInfo changed."""

        def changed(parts: list[bytes]) -> list[bytes]:
            (info,) = der.read(parts[-1]).children()
            held = change([part.raw for part in info.children()])
            return [*parts[:-1], der.encode(der.SET, der.sequence(*held))]

        return self.with_parts(changed)

    def with_parts(self, change: Callable[[list[bytes]], list[bytes]]) -> bytes:
        """The DER with the parts of its SignedData changed."""
        kind, wrapped = der.read(self.der).children()
        (data,) = wrapped.children()
        parts = change([part.raw for part in data.children()])
        return der.sequence(kind.raw, der.encode(0xA0, der.sequence(*parts)))

    def with_certificates(self, *certificates: bytes) -> bytes:
        """The DER with another bag of certificates."""
        return self.with_parts(
            lambda parts: [*parts[:3], der.set_of(set(certificates), 0xA0), parts[-1]]
        )

    @property
    def certificates(self) -> tuple[bytes, ...]:
        """The certificates carried."""
        return tuple(item.dump() for item in self._load()["content"]["certificates"])

    def _load(self) -> asn1.ContentInfo:
        return asn1.ContentInfo.load(self.der)


def _info(loaded: asn1.ContentInfo) -> asn1.SignerInfo:
    return loaded["content"]["signer_infos"][0]


def _first(padded: bytes) -> bytes:
    width = padded[1] & 0x7F
    return padded[: 2 + width + int.from_bytes(padded[2 : 2 + width], "big")]
