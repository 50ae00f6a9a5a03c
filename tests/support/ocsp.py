"""An OCSP responder: real ``openssl ocsp`` over files, and one of our own making in asn1crypto.

The files are those a CA keeps: an index of what it issued, the responder's key and certificate.
"""

import hashlib
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from asn1crypto import ocsp, x509
from cryptography import x509 as crypto
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

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
    """A responder that says what it is told to, in asn1crypto: also what openssl would not."""

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
        """The DER response about one certificate."""
        authority = x509.Certificate.load(self.issuer)
        number = certs.load(certificate).serial_number
        key = authority.public_key["public_key"].contents[1:]
        status: ocsp.CertStatus = ocsp.CertStatus("good", ocsp.StatusGood())
        if revoked is not None:
            told = {"revocation_time": revoked, "revocation_reason": {
                "keyCompromise": "key_compromise", "superseded": "superseded"}[reason]}  # fmt: skip
            status = ocsp.CertStatus("revoked", told)
        single = {
            "cert_id": {
                "hash_algorithm": {"algorithm": digest},
                "issuer_name_hash": hashlib.new(digest, authority.subject.dump()).digest(),
                "issuer_key_hash": hashlib.new(digest, key).digest(),
                "serial_number": number,
            },
            "cert_status": status,
            "this_update": at,
        }
        if days is not None:
            single["next_update"] = at + timedelta(days=days)
        if extensions:
            single["single_extensions"] = list(extensions)
        me = x509.Certificate.load(self.signer.certificate)
        data = ocsp.ResponseData(
            {
                "responder_id": ocsp.ResponderId("by_name", me.subject),
                "produced_at": at,
                "responses": [single],
            }
        )
        name = {"ecdsa-sha256": "sha256_ecdsa", "rsa-sha256": "sha256_rsa"}[self.signer.algorithm]
        basic = ocsp.BasicOCSPResponse(
            {
                "tbs_response_data": data,
                "signature_algorithm": {"algorithm": name},
                "signature": self.signer.sign(data.dump()),
                "certs": [me] if self.carries else None,
            }
        )
        whole = ocsp.OCSPResponse(
            {
                "response_status": "successful",
                "response_bytes": {
                    "response_type": "basic_ocsp_response",
                    "response": basic,
                },
            }
        )
        return bytes(whole.dump())
