"""What lies on a PKCS#11 token: keys, certificates, seals, found and put there by a session."""

from typing import Any, Final

import pkcs11
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pkcs11 import exceptions as ckr
from pkcs11.util.ec import encode_named_curve_parameters
from pkcs11.util.rsa import encode_rsa_public_key

from formats.limits import MAX_TOKEN_SEALS
from signing import suites
from signing.errors import KeyMissing, NoRoom, NotOffered
from signing.tokens import pkcs11_sm2
from signing.tokens.base import TokenKeyKind, Usage
from signing.tokens.vendors import Sm2
from signing.trust import certs

Session = Any
"""A session of python-pkcs11, which is untyped."""

_SEAL: Final = {
    pkcs11.Attribute.CLASS: pkcs11.ObjectClass.DATA,
    pkcs11.Attribute.APPLICATION: "yidao.seal",
}
"""How a seal is found among a token's data objects (PKCS#11 2.40 4.5)."""


def private_key(session: Session, key_ref: str, able: str) -> Any:  # noqa: ANN401 - a key of python-pkcs11
    """The private key, when it is of the kind that can do what is asked. Raises `KeyMissing`."""
    try:
        identifier = bytes.fromhex(key_ref)
    except ValueError as error:
        raise KeyMissing(key_ref) from error
    key = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, id=identifier)
    if not hasattr(key, able):  # python-pkcs11 gives a key only the methods its attributes allow
        raise KeyMissing(f"{key_ref} cannot {able}")
    return key


def generate(
    session: Session, usage: Usage, kind: TokenKeyKind, label: str, sm2: Sm2 | None
) -> tuple[str, bytes]:
    """A key pair made on the token, not extractable: its key_ref and DER SubjectPublicKeyInfo.

    Raises `NotOffered` for SM2 on a token whose profile does not tell how.
    """
    flags = pkcs11.MechanismFlag
    identifier = bytes(session.generate_random(64))
    options: dict[str, object] = {
        "id": identifier,
        "label": label,
        "store": True,
        "private_template": {
            pkcs11.Attribute.SENSITIVE: True,
            pkcs11.Attribute.EXTRACTABLE: False,
        },
    }
    signing, opening = flags.SIGN | flags.VERIFY, flags.DECRYPT | flags.ENCRYPT
    if kind == "sm2":
        if sm2 is None or sm2.generate is None:
            raise NotOffered("no profile", function="SM2")
        able = signing if usage == "sign" else opening
        return identifier.hex(), pkcs11_sm2.generate(session, sm2, able, options)
    if kind == "p256":
        parameters = session.create_domain_parameters(
            pkcs11.KeyType.EC,
            {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")},
            local=True,
        )
        able = signing if usage == "sign" else flags.DERIVE
        public, _ = parameters.generate_keypair(capabilities=able, **options)
    else:
        able = signing if usage == "sign" else opening
        public, _ = session.generate_keypair(pkcs11.KeyType.RSA, 2048, capabilities=able, **options)
    return identifier.hex(), _public_der(public, kind)


def store_certificate(session: Session, key_ref: str, certificate: bytes, label: str) -> None:
    """Put the certificate of a key beside it, replacing an earlier one."""
    loaded = certs.load(certificate)
    identifier = bytes.fromhex(key_ref)
    wanted = {
        pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE,
        pkcs11.Attribute.ID: identifier,
    }
    for entry in list(session.get_objects(wanted)):
        entry.destroy()
    session.create_object(
        {
            pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE,
            pkcs11.Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
            pkcs11.Attribute.TOKEN: True,
            pkcs11.Attribute.PRIVATE: False,
            pkcs11.Attribute.ID: identifier,
            pkcs11.Attribute.LABEL: label,
            pkcs11.Attribute.SUBJECT: loaded.subject.public_bytes(),
            pkcs11.Attribute.ISSUER: loaded.issuer.public_bytes(),
            pkcs11.Attribute.VALUE: certificate,
        }
    )


def seals(session: Session) -> tuple[bytes, ...]:
    """The electronic seals on the token."""
    return tuple(sorted(bytes(entry[pkcs11.Attribute.VALUE]) for entry in _objects(session)))


def store_seal(session: Session, seal: bytes) -> None:
    """Keep a seal as a public data object. Raises `NoRoom`."""
    held = seals(session)
    if seal in held:
        return
    if len(held) >= MAX_TOKEN_SEALS:
        raise NoRoom(f"{MAX_TOKEN_SEALS} seals")
    try:
        session.create_object(
            {
                **_SEAL,
                pkcs11.Attribute.TOKEN: True,
                pkcs11.Attribute.PRIVATE: False,
                pkcs11.Attribute.LABEL: suites.INTL.digest(seal).hex()[:16],
                pkcs11.Attribute.VALUE: seal,
            }
        )
    except ckr.DeviceMemory as error:
        raise NoRoom("CKR_DEVICE_MEMORY") from error


def remove_seal(session: Session, seal: bytes) -> None:
    """Destroy its object; harmless when there is none."""
    for entry in _objects(session):
        if bytes(entry[pkcs11.Attribute.VALUE]) == seal:
            entry.destroy()


def _objects(session: Session) -> list[Any]:
    return list(session.get_objects(_SEAL))


def _public_der(public: Any, kind: TokenKeyKind) -> bytes:  # noqa: ANN401 - a key of python-pkcs11
    """DER SubjectPublicKeyInfo of a public key object."""
    if kind == "p256":
        point = bytes(public[pkcs11.Attribute.EC_POINT])[-65:]  # a DER OCTET STRING around it
        key: Any = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    else:
        key = serialization.load_der_public_key(encode_rsa_public_key(public))
    return bytes(
        key.public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
