"""The kinds of certificate the pilot CA issues, RFC 5280, and how one is built.

Pure: a profile, names, keys, a serial number and times in; DER out.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Final, Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from signing import der
from signing.gm.sm2 import Sm2PrivateKey, Sm2PublicKey
from signing.keys import PrivateKey, public_der
from signing.pilot.errors import BadHost, BadName
from signing.pilot.national import resigned, stand_in
from signing.suites import PublicKey, SuiteName
from signing.trust import oids
from signing.trust.certs import OWNER_PREFIX
from signing.trust.standing import EXPIRED_CERTS_ON_CRL

Authority = Literal["root", "province", "neighbour", "gm-root", "gm-province", "gm-neighbour"]
Rank = Literal["root", "province", "neighbour"]


def authority_of(rank: Rank, suite: SuiteName) -> Authority:
    """The authority of that rank in the hierarchy of a suite."""
    national: dict[Rank, Authority] = {
        "root": "gm-root",
        "province": "gm-province",
        "neighbour": "gm-neighbour",
    }
    return national[rank] if suite == "GM" else rank


BACKDATED: Final = timedelta(days=1)
"""Certificates begin a day ago, so that a machine whose clock is behind accepts them."""

CRL_URL: Final = "http://crl.yidao.invalid/{issuer}.crl"
"""RFC 2606 2: never fetched; the directory carries the lists."""

MAX_NAME: Final = 64
"""Characters of a common name or an organisation, RFC 5280 appendix A.1 (ub-common-name)."""

_HOST: Final = re.compile(r"(\*\.)?[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*")

_BITS: Final = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


@dataclass(frozen=True, slots=True)
class Profile:
    """What one kind of certificate may be used for and how long it lives."""

    days: int
    bits: tuple[str, ...]
    extended: tuple[str, ...] = ()
    extended_critical: bool = False
    ca: bool = False
    path_length: int | None = None


_SIGNING: Final = ("digital_signature", "content_commitment")
_YEARS: Final = 365

PROFILES: Final = {
    "root": Profile(20 * _YEARS, ("key_cert_sign", "crl_sign"), ca=True),
    "ca": Profile(10 * _YEARS, ("key_cert_sign", "crl_sign"), ca=True, path_length=0),
    "cross": Profile(5 * _YEARS, ("key_cert_sign", "crl_sign"), ca=True, path_length=0),
    "ukey-sign": Profile(3 * _YEARS, _SIGNING),
    "ukey-encrypt": Profile(3 * _YEARS, ("key_agreement",)),
    "ukey-encrypt-rsa": Profile(3 * _YEARS, ("key_encipherment",)),
    # GB/T 20518 6: the second certificate of the pair, for a key that is wrapped to it.
    "ukey-encrypt-sm2": Profile(3 * _YEARS, ("key_encipherment", "data_encipherment")),
    "recovery": Profile(10 * _YEARS, ("key_agreement",)),
    "recovery-sm2": Profile(10 * _YEARS, ("key_encipherment", "data_encipherment")),
    "node": Profile(3 * _YEARS, _SIGNING),
    "tls": Profile(
        2 * _YEARS,
        ("digital_signature",),
        (
            ExtendedKeyUsageOID.SERVER_AUTH.dotted_string,
            ExtendedKeyUsageOID.CLIENT_AUTH.dotted_string,
        ),
    ),
    # RFC 3161 2.3: that one purpose alone, critical.
    "tsa": Profile(
        5 * _YEARS,
        _SIGNING,
        (ExtendedKeyUsageOID.TIME_STAMPING.dotted_string,),
        extended_critical=True,
    ),
    "directory": Profile(3 * _YEARS, _SIGNING, (oids.DIRECTORY_SIGNING,), extended_critical=True),
    "seal": Profile(10 * _YEARS, _SIGNING, (oids.SEAL_MAKING,), extended_critical=True),
}


def subject_name(common_name: str, organisation: str, province: str) -> x509.Name:
    """C=CN, ST, O, CN. Raises `BadName`."""
    for name in (common_name, organisation):
        if not 0 < len(name) <= MAX_NAME or not name.isprintable() or name.isspace():
            raise BadName(name, limit=MAX_NAME)
    parts = (
        (NameOID.COUNTRY_NAME, "CN"),
        (NameOID.STATE_OR_PROVINCE_NAME, province),
        (NameOID.ORGANIZATION_NAME, organisation),
        (NameOID.COMMON_NAME, common_name),
    )
    return x509.Name([x509.NameAttribute(kind, value) for kind, value in parts])


def province_name(province: str) -> x509.Name:
    """C=CN, ST: the name space of a province, for name constraints."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.STATE_OR_PROVINCE_NAME, province),
        ]
    )


def alternative_names(owner: str, hosts: Sequence[str] = ()) -> list[x509.GeneralName]:
    """The owner's URI, and host names or addresses for TLS. Raises `BadHost`."""
    names: list[x509.GeneralName] = []
    if owner:
        names.append(x509.UniformResourceIdentifier(OWNER_PREFIX + owner))
    for host in hosts:
        try:
            names.append(x509.IPAddress(ip_address(host)))
        except ValueError as error:
            if not _HOST.fullmatch(host):
                raise BadHost(host, host=host) from error
            names.append(x509.DNSName(host))
    return names


def build_certificate(
    profile: Profile,
    *,
    subject: x509.Name,
    public_key: PublicKey,
    issuer: x509.Certificate | None,
    issuer_key: PrivateKey,
    issuer_id: Authority,
    serial: int,
    now: datetime,
    names: Sequence[x509.GeneralName] = (),
    within: x509.Name | None = None,
) -> bytes:
    """DER of a certificate; self-signed when ``issuer`` is ``None``.

    ``within`` limits a CA's subjects to that name space (RFC 5280 4.2.1.10).
    """
    start = now - BACKDATED
    end = now + timedelta(days=profile.days)
    if issuer is not None:
        start = max(start, issuer.not_valid_before_utc)
        end = min(end, issuer.not_valid_after_utc)
    spki = public_key.spki() if isinstance(public_key, Sm2PublicKey) else _spki(public_key)
    usage = x509.KeyUsage(**{bit: bit in profile.bits for bit in _BITS})
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer is not None else subject)
        .public_key(stand_in().public_key() if isinstance(public_key, Sm2PublicKey) else public_key)
        .serial_number(serial)
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(
            x509.BasicConstraints(ca=profile.ca, path_length=profile.path_length), critical=True
        )
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier(key_identifier(spki)), critical=False)
        .add_extension(_issued_by(issuer_key), critical=False)
    )
    if profile.extended:
        purposes = [x509.ObjectIdentifier(oid) for oid in profile.extended]
        builder = builder.add_extension(
            x509.ExtendedKeyUsage(purposes), critical=profile.extended_critical
        )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    if within is not None:
        subtrees = [x509.DirectoryName(within)]
        builder = builder.add_extension(
            x509.NameConstraints(permitted_subtrees=subtrees, excluded_subtrees=None),
            critical=True,
        )
    if issuer is not None:
        policy = x509.PolicyInformation(x509.ObjectIdentifier(oids.PILOT_POLICY), None)
        place = x509.UniformResourceIdentifier(CRL_URL.format(issuer=issuer_id))
        builder = builder.add_extension(
            x509.CertificatePolicies([policy]), critical=False
        ).add_extension(
            x509.CRLDistributionPoints([x509.DistributionPoint([place], None, None, None)]),
            critical=False,
        )
    if isinstance(issuer_key, Sm2PrivateKey):
        template = builder.sign(stand_in(), hashes.SHA256())
        return resigned(template.public_bytes(serialization.Encoding.DER), issuer_key, spki)
    if isinstance(public_key, Sm2PublicKey):
        raise TypeError("a key of GM is certified by an authority of GM")
    signed = builder.sign(issuer_key, hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.DER)


def key_identifier(spki: bytes) -> bytes:
    """RFC 5280 4.2.1.2 (1): SHA-1 of the key's bits; a name, not a protection."""
    bits = der.read(spki).children()[1].body[1:]
    return hashlib.sha1(bits, usedforsecurity=False).digest()


def _spki(key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey) -> bytes:
    return key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def _issued_by(issuer_key: PrivateKey) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier(key_identifier(public_der(issuer_key)), None, None)


def _keeps_ended(since: datetime) -> x509.UnrecognizedExtension:
    """ExpiredCertsOnCRL, X.509 8.6.2.12."""
    told = since.strftime("%Y%m%d%H%M%SZ").encode()
    return x509.UnrecognizedExtension(EXPIRED_CERTS_ON_CRL, der.encode(der.GENERALIZED_TIME, told))


def build_crl(
    *,
    issuer: x509.Certificate,
    issuer_key: PrivateKey,
    revoked: Sequence[tuple[int, datetime, x509.ReasonFlags]],
    number: int,
    now: datetime,
    days: int,
) -> bytes:
    """DER of a complete CRL, RFC 5280 5."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.subject)
        .last_update(now)
        .next_update(now + timedelta(days=days))
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(_issued_by(issuer_key), critical=False)
        # Nothing is ever dropped from the pilot's lists: they speak of ended certificates too.
        .add_extension(_keeps_ended(issuer.not_valid_before_utc), critical=False)
    )
    for serial, at, reason in revoked:
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder()
            .serial_number(serial)
            .revocation_date(at)
            .add_extension(x509.CRLReason(reason), critical=False)
            .build()
        )
    if isinstance(issuer_key, Sm2PrivateKey):
        template = builder.sign(stand_in(), hashes.SHA256())
        return resigned(template.public_bytes(serialization.Encoding.DER), issuer_key)
    return builder.sign(issuer_key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
