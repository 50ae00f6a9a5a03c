"""Electronic seals by GB/T 38540-2020: the one door to what the other modules here do.

`make_seal` makes one (v4, or v5 of GM/T 0031-2025), `parse_seal` reads one (v1, v4, v5),
`verify_seal` checks it for a signer at a time. `SesSignature` is the standard's own signature with
a seal, as OFD carries it; in a PDF the seal is a signed attribute of the CMS instead.
"""

from signing.seal.eseal import ElectronicSeal, Extension, SealKind, SealPicture, parse_seal
from signing.seal.eseal_check import check_maker, made_for, verify_seal
from signing.seal.eseal_write import SealOrder, make_seal
from signing.seal.ses_signature import (
    SesSignature,
    make_signature,
    parse_signature,
    verify_signature,
)

__all__ = [
    "ElectronicSeal",
    "Extension",
    "SealKind",
    "SealOrder",
    "SealPicture",
    "SesSignature",
    "check_maker",
    "made_for",
    "make_seal",
    "make_signature",
    "parse_seal",
    "parse_signature",
    "verify_seal",
    "verify_signature",
]
