"""SM2 through PKCS#11, which has no numbers for it: what a maker's profile tells, done.

A signature is over e = SM3(Z || M) where the profile says ``digest`` (Z is computed here, from the
certificate's key), over the message where it says ``data``. Whatever comes back is put into DER and
checked with the certificate, so that a wrong profile ends in `SignatureUnfit`, never in a seal.
"""

from typing import Any, Final

import pkcs11
from pkcs11.attributes import AttributeMapper

from signing import der
from signing.errors import CapsuleError, SignatureInvalid, SignatureUnfit
from signing.gm.sm2 import CURVE, POINT, Sm2PublicKey, digest_for, from_raw, raw_of
from signing.tokens.session_key import KnownKey
from signing.tokens.skf_keys import read_cipher
from signing.tokens.vendors import Sm2

CURVE_PARAMETERS: Final = der.oid(CURVE)
"""CKA_EC_PARAMS of SM2."""


def mechanism_of(number: int) -> pkcs11.Mechanism:
    """A mechanism by its number; python-pkcs11 knows those of the standard alone."""
    if number in pkcs11.Mechanism._value2member_map_:
        return pkcs11.Mechanism(number)
    member = int.__new__(pkcs11.Mechanism, number)
    member._name_ = f"VENDOR_{number:08X}"
    member._value_ = number
    return member


def mapper() -> AttributeMapper:
    """Reads attributes as python-pkcs11 does, but does not stumble over a maker's CKK_ number."""
    reading = AttributeMapper()
    pack, unpack = reading.attribute_types[pkcs11.Attribute.KEY_TYPE]

    def lenient(value: bytes) -> Any:  # noqa: ANN401 - a KeyType or a number
        try:
            return unpack(value)
        except ValueError:
            return int.from_bytes(value, "little")

    reading.register_handler(pkcs11.Attribute.KEY_TYPE, pack, lenient)
    return reading


def sign(key: Any, how: Sm2, public: Sm2PublicKey, data: bytes) -> bytes:  # noqa: ANN401 - a key of python-pkcs11
    """DER signature over ``data``. Raises `SignatureUnfit`, and whatever the driver raises."""
    digest = digest_for(public.point, data)
    given = digest if how.sign_input == "digest" else data
    answer = bytes(key.sign(given, mechanism=mechanism_of(how.sign)))
    try:
        signature = from_raw(answer if how.signature == "raw" else raw_of(answer))
        public.verify_digest(signature, digest)
    except SignatureInvalid as error:
        raise SignatureUnfit("SM2") from error
    return signature


def unwrap(key: Any, how: Sm2, wrapped: bytes) -> KnownKey:  # noqa: ANN401 - a key of python-pkcs11
    """The SM4 key of a DER SM2Cipher. Raises `CapsuleError`, and whatever the driver raises."""
    parts = read_cipher(wrapped)
    if how.decrypt is None:
        raise CapsuleError("the profile names no decryption")
    point = b"\x04" + parts.x + parts.y
    given = {
        "der": wrapped,
        "c1c3c2": point + parts.digest + parts.cipher,
        "c1c2c3": point + parts.cipher + parts.digest,
    }[how.cipher]
    return KnownKey(bytes(key.decrypt(given, mechanism=mechanism_of(how.decrypt))))


def generate(
    session: Any,  # noqa: ANN401 - python-pkcs11 is untyped
    how: Sm2,
    capabilities: Any,  # noqa: ANN401 - as above
    options: dict[str, object],
) -> bytes:
    """A key pair on the token; DER SubjectPublicKeyInfo. Raises `WeakAlgorithm` for no point."""
    parameters = session.create_domain_parameters(
        pkcs11.KeyType.EC, {pkcs11.Attribute.EC_PARAMS: CURVE_PARAMETERS}, local=True
    )
    public, _ = parameters.generate_keypair(
        mechanism=mechanism_of(how.generate or 0), capabilities=capabilities, **options
    )
    point = bytes(public[pkcs11.Attribute.EC_POINT])[-POINT:]  # a DER OCTET STRING around it
    return Sm2PublicKey.of_point(point).spki()
