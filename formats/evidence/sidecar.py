"""The files beside a GM signature in a bundle (``attrs/``); its README tells their use.

    attrs/00.der   attrs/00.sig   attrs/00.pem       of header.p7m
    attrs/01.der   …                                 of the record 01-Event.p7m
    attrs/01-tsr.der   …                             of its time-stamp 01-Event.tsr

``.der`` is the SET OF signed attributes (RFC 5652 5.4), ``.sig`` the signature over it, ``.pem``
the signer's certificate.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

FOLDER: Final = "attrs/"


@dataclass(frozen=True, slots=True)
class Sidecar:
    """What openssl needs to check one GM signature."""

    attributes: bytes
    """DER SET OF, as it was signed."""
    signature: bytes
    """DER SEQUENCE {r, s}."""
    certificate: bytes
    """DER of the signer's certificate."""


def sidecar_name(index: int, *, timestamp: bool = False) -> str:
    """The stem of the files: 0 is the header, 1 the first record."""
    return f"{FOLDER}{index:02}{'-tsr' if timestamp else ''}"


def sidecar_files(
    name: str, sidecar: Sidecar | None, to_pem: Callable[[bytes], bytes]
) -> dict[str, bytes]:
    """The files of one sidecar, none for none."""
    if sidecar is None:
        return {}
    return {
        f"{name}.der": sidecar.attributes,
        f"{name}.sig": sidecar.signature,
        f"{name}.pem": to_pem(sidecar.certificate),
    }


def find_sidecar(
    members: Mapping[str, bytes], name: str, certificate_in: Callable[[str], bytes]
) -> Sidecar | None:
    """The sidecar of that stem, where all of its files are there."""
    attributes, signature = members.get(f"{name}.der"), members.get(f"{name}.sig")
    if attributes is None or signature is None or f"{name}.pem" not in members:
        return None
    return Sidecar(attributes, signature, certificate_in(f"{name}.pem"))
