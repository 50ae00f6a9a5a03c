"""Make the algorithms of GM known to asn1crypto, which pyHanko reads signatures with.

Only names are added, under identifiers that the library does not know: what it knew stays as it
was. Content types are left alone: a second name for signedData would change what is written for
every signature, of RSA too. (`signing.cms_read` knows GB/T 35275 by itself.)
"""

from typing import Final

from asn1crypto.algos import DigestAlgorithmId, HmacAlgorithmId, SignedDigestAlgorithmId
from asn1crypto.core import ObjectIdentifier
from asn1crypto.keys import NamedCurve

_NAMES: Final[tuple[tuple[type[ObjectIdentifier], str, str], ...]] = (
    (DigestAlgorithmId, "1.2.156.10197.1.401", "sm3"),
    (SignedDigestAlgorithmId, "1.2.156.10197.1.501", "sm3_sm2"),
    (SignedDigestAlgorithmId, "1.2.156.10197.1.301.1", "sm2"),
    (HmacAlgorithmId, "1.2.156.10197.1.401.2", "sm3"),
)
_CURVE: Final = ("sm2p256v1", "1.2.156.10197.1.301", 32)


def register() -> None:
    """Add the names; once is enough, again is harmless."""
    for kind, dotted, name in _NAMES:
        kind._map.setdefault(dotted, name)  # noqa: SLF001 - asn1crypto offers no other way
        if kind._reverse_map is not None:  # noqa: SLF001 - built with the first value written
            kind._reverse_map.setdefault(name, dotted)  # noqa: SLF001 - the same
    name, dotted, size = _CURVE
    if dotted not in NamedCurve._map:  # noqa: SLF001 - asked before it is added
        NamedCurve.register(name, dotted, size)
