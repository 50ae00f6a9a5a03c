"""An OCSP responder: real ``openssl ocsp`` over files, and one of our own making.

The files are those a CA keeps: an index of what it issued, the responder's key and certificate.
"""

import hashlib
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from asn1crypto import ocsp, x509
from cryptography import x509 as crypto
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from signing import der, suites
from signing.keys import KeySigner, PrivateKey, key_to_pem
from signing.trust import certs

_BITS = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
    "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip


def responder_for(
    issuer: KeySigner,
    key: PrivateKey,
    *,
    at: datetime,
    purpose: bool = True,
    no_check: bool = True,
    days: int = 30,
) -> KeySigner:
    """A delegated responder: its key, certified by the issuer for OCSP (or not)."""
    authority = certs.load(issuer.certificate)
    ec_key, ca_key = key, issuer._key
    assert isinstance(ec_key, ec.EllipticCurvePrivateKey)
    assert isinstance(ca_key, ec.EllipticCurvePrivateKey)
    builder = (
        crypto.CertificateBuilder()
        .subject_name(crypto.Name([crypto.NameAttribute(NameOID.COMMON_NAME, "OCSP")]))
        .issuer_name(authority.subject)
        .public_key(ec_key.public_key())
        .serial_number(crypto.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=days))
        .add_extension(
            crypto.KeyUsage(**dict.fromkeys(_BITS, False) | {"digital_signature": True}),
            critical=True,
        )
    )
    if purpose:
        wanted = crypto.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING])
        builder = builder.add_extension(wanted, critical=False)
    if no_check:
        builder = builder.add_extension(crypto.OCSPNoCheck(), critical=False)
    signed = builder.sign(ca_key, hashes.SHA256())
    return KeySigner(key, signed.public_bytes(serialization.Encoding.DER))


def openssl_response(
    folder: Path,
    *,
    certificate: bytes,
    issuer: bytes,
    responder: KeySigner,
    revoked: tuple[datetime, str] | None = None,
    known: bool = True,
    days: int = 7,
    by_key: bool = False,
) -> bytes:
    """The response of ``openssl ocsp`` about one certificate, from an index file."""
    folder.mkdir(parents=True, exist_ok=True)
    loaded = certs.load(certificate)
    ends = loaded.not_valid_after_utc.strftime("%y%m%d%H%M%SZ")
    serial = f"{loaded.serial_number:X}"
    serial = "0" * (len(serial) % 2) + serial
    mark, when = ("V", "") if revoked is None else ("R", f"{revoked[0]:%y%m%d%H%M%SZ},{revoked[1]}")
    line = f"{mark}\t{ends}\t{when}\t{serial}\tunknown\t/CN=x\n"
    (folder / "index.txt").write_text(line if known else "")
    (folder / "certificate.pem").write_bytes(certs.to_pem(certificate))
    (folder / "issuer.pem").write_bytes(certs.to_pem(issuer))
    (folder / "responder.pem").write_bytes(certs.to_pem(responder.certificate))
    (folder / "responder.key").write_bytes(key_to_pem(responder._key))
    run = ["openssl", "ocsp", "-index", "index.txt", "-CA", "issuer.pem", "-issuer", "issuer.pem",
           "-cert", "certificate.pem", "-rsigner", "responder.pem", "-rkey", "responder.key",
           "-rmd", "sha256", "-ndays", str(days), "-respout", "response.der", "-no_nonce",
           "-noverify"]  # fmt: skip
    if by_key:
        run.append("-resp_key_id")
    done = subprocess.run(run, cwd=folder, capture_output=True, check=False, timeout=30)
    assert done.returncode == 0, done.stderr
    return (folder / "response.der").read_bytes()


@dataclass(frozen=True)
class OwnResponder:
    """A responder that says what it is told to, element by element: also what openssl would not."""

    signer: KeySigner
    issuer: bytes
    carries: bool = True

    def respond(
        self,
        certificate: bytes,
        *,
        at: datetime,
        revoked: datetime | None = None,
        reason: str = "superseded",
        days: int | None = 7,
        digest: str = "sha1",
        extensions: Sequence[ocsp.SingleResponseExtension] = (),
    ) -> bytes:
        """The DER response about one certificate; ``digest`` names it (sha1, sha256, sm3)."""
        suite = suites.suite_of(self.signer.algorithm)
        single = der.sequence(
            self._named(certificate, digest),
            _status(revoked, reason),
            _time(at),
            der.encode(0xA0, _time(at + timedelta(days=days))) if days is not None else b"",
            der.encode(0xA1, der.sequence(*(e.dump() for e in extensions))) if extensions else b"",
        )
        me = x509.Certificate.load(self.signer.certificate).subject.dump()
        data = der.sequence(der.encode(0xA1, me), _time(at), der.sequence(single))
        carried = der.encode(0xA0, der.sequence(self.signer.certificate))
        basic = der.sequence(
            data,
            suite.signature_identifier(self.signer.algorithm),
            der.encode(der.BIT_STRING, b"\x00", self.signer.sign(data)),
            carried if self.carries else b"",
        )
        held = der.sequence(der.oid("1.3.6.1.5.5.7.48.1.1"), der.octets(basic))
        return der.sequence(der.encode(0x0A, b"\x00"), der.encode(0xA0, held))

    def _named(self, certificate: bytes, digest: str) -> bytes:
        """CertID, RFC 6960 4.1.1."""
        spki = suites.subject_public_key(self.issuer)
        assert spki is not None
        key = der.read(spki).children()[1].body[1:]
        subject = x509.Certificate.load(self.issuer).subject.dump()
        if digest == "sha1":
            oid = "1.3.14.3.2.26"
            hashed = [hashlib.sha1(part, usedforsecurity=False).digest() for part in (subject, key)]
        else:
            suite = next(s for s in (suites.INTL, suites.GM) if s.digest_name == digest)
            oid, hashed = suite.digest_oid, [suite.digest(part) for part in (subject, key)]
        return der.sequence(
            der.sequence(der.oid(oid), der.encode(der.NULL)),
            *map(der.octets, hashed),
            der.integer(certs.load(certificate).serial_number),
        )


def _status(revoked: datetime | None, reason: str) -> bytes:
    """CertStatus, RFC 6960 4.2.1."""
    if revoked is None:
        return der.encode(0x80)
    number = {"keyCompromise": 1, "superseded": 4}[reason]
    return der.encode(0xA1, _time(revoked), der.encode(0xA0, der.encode(0x0A, bytes((number,)))))


def _time(at: datetime) -> bytes:
    told = at.astimezone(UTC).strftime("%Y%m%d%H%M%SZ")
    return der.encode(der.GENERALIZED_TIME, told.encode())
