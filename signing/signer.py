"""Who signs: one small protocol that a UKEY, a node's key file and a test key all answer to."""

from typing import Literal, Protocol

SignatureAlgorithm = Literal["ecdsa-sha256", "rsa-sha256", "sm2-sm3"]


class Signer(Protocol):
    """A private key that can be used, with the certificates that speak for it."""

    @property
    def certificate(self) -> bytes:
        """DER of the signer's certificate."""

    @property
    def chain(self) -> tuple[bytes, ...]:
        """DER of the issuing certificates, nearest first, the root left out."""

    @property
    def algorithm(self) -> SignatureAlgorithm:
        """How `sign` signs."""

    def sign(self, data: bytes) -> bytes:
        """The signature over ``data`` (hashed inside) in the form CMS carries: DER for ECDSA."""
