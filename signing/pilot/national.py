"""Certificates and revocation lists of SM2, which the X.509 builder in use cannot sign.

They are built with a stand-in key of P-256, whose places in the DER are then taken by the real
key, the real algorithm and the real signature. Everything else stays as the builder wrote it.
"""

from functools import cache

from cryptography.hazmat.primitives.asymmetric import ec

from signing import der, suites
from signing.gm.sm2 import Sm2PrivateKey


@cache
def stand_in() -> ec.EllipticCurvePrivateKey:
    """The key that holds the place; nothing that leaves here bears its signature."""
    return ec.generate_private_key(ec.SECP256R1())


def resigned(template: bytes, key: Sm2PrivateKey, spki: bytes | None = None) -> bytes:
    """DER of a certificate (with the ``spki`` it is for) or of a list, signed by ``key``.

    RFC 5280 4.1 and 5.1: the algorithm stands inside and outside of what is signed; in both kinds
    its place inside is before the issuer's name. Raises `NotDer`.
    """
    algorithm = suites.GM.signature_identifier("sm2-sm3")
    signed, said, _ = der.read(template).expect(der.SEQUENCE).children()
    parts = [part.raw for part in signed.children()]
    parts[parts.index(said.raw)] = algorithm
    if spki is not None:
        parts[_SPKI] = spki
    body = der.sequence(*parts)
    return der.sequence(body, algorithm, der.encode(der.BIT_STRING, b"\x00", key.sign(body)))


_SPKI = 6
"""Place of subjectPublicKeyInfo in a TBSCertificate of version 3, RFC 5280 4.1."""
