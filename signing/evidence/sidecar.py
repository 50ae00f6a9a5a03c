"""What lies beside a GM signature in a bundle, so that stock openssl can check it.

``openssl cms -verify`` cannot be told the signer's identity that SM2 hashes along, so it refuses
every GM signature; ``openssl pkeyutl`` can. The sidecar is what it needs: the signed attributes as
they were signed, the signature value, the certificate. It is taken from the CMS and adds nothing.
"""

from formats.evidence.sidecar import Sidecar
from signing import suites
from signing.cms import DATA, SignedContent, open_attached
from signing.cms_read import TST_INFO
from signing.timestamp import token_of


def sidecar_of(p7m: bytes) -> Sidecar | None:
    """That of a record or header; ``None`` under INTL. Raises as `open_attached`."""
    return _beside(open_attached(p7m, content_type=DATA))


def sidecar_of_timestamp(tsr: bytes) -> Sidecar | None:
    """That of a time-stamp response. Raises `TimestampInvalid`, or as `open_attached`."""
    return _beside(open_attached(token_of(tsr), content_type=TST_INFO))


def _beside(opened: SignedContent) -> Sidecar | None:
    if suites.suite_of_key(opened.certificate) is not suites.GM:
        return None
    return Sidecar(opened.signed_attributes, opened.signature, opened.certificate)
