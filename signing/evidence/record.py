"""One signed statement: CMS SignedData attached, CAdES-B, over canonical JSON.

A record is of the suite that its statement names, and so is its digest: SM3 under GM.
"""

from dataclasses import dataclass
from datetime import datetime

from formats import digests
from formats.errors import TooLarge
from formats.evidence.record import BODY_EVENTS, Statement, parse_statement, statement_bytes
from formats.ids import Digest
from formats.limits import MAX_RECORD_BYTES
from signing import suites
from signing.cms import open_attached, sign_attached
from signing.errors import IssuerMismatch, SuiteMismatch
from signing.evidence.faults import UnprovenTime
from signing.signer import Signer
from signing.trust.certs import owner_of
from signing.trust.store import TrustStore


@dataclass(frozen=True, slots=True)
class Record:
    """A statement whose signature, certificate and issuer are verified."""

    statement: Statement
    certificate: bytes
    """DER of the issuer's certificate."""
    digest: Digest
    """Of the record's bytes, by its own suite: what the next statement's ``prev`` is."""
    signing_time: datetime | None


def sign_record(statement: Statement, signer: Signer, at: datetime | None = None) -> bytes:
    """The record (DER). ``at`` is the signing time it claims, by default the statement's.

    Raises `IssuerMismatch` where the signer's certificate is not the issuer's, `SuiteMismatch`
    where its key is of another suite than the statement's, `TooLarge`, and a token's errors.
    """
    _check_issuer(signer.certificate, statement)
    _check_suite(signer.certificate, statement)
    record = sign_attached(statement_bytes(statement), signer, at=at or statement.at)
    if len(record) > MAX_RECORD_BYTES:
        raise TooLarge("record", limit=MAX_RECORD_BYTES)
    return record


def open_record(p7m: bytes, trust: TrustStore, *, proven_at: datetime | None = None) -> Record:
    """The statement of a record, by the issuer it names.

    ``proven_at`` is the time of its time-stamp, at which the certificate must have been good;
    without one the statement's own ``at`` counts, and then a certificate revoked since is refused.
    Raises `TrustError` (`SuiteRetired` among them), `IssuerMismatch`, `SuiteMismatch`,
    `UnprovenTime`, or another `BadInput`.
    """
    if len(p7m) > MAX_RECORD_BYTES:
        raise TooLarge("record", limit=MAX_RECORD_BYTES)
    signed = open_attached(p7m)
    statement = parse_statement(signed.data)
    _check_issuer(signed.certificate, statement)
    _check_suite(signed.certificate, statement)
    path = trust.validate(
        signed.certificate,
        proven_at or statement.at,
        "sign" if statement.event in BODY_EVENTS else "node",
        extra=signed.certificates,
    )
    if proven_at is None and path.revoked_later is not None:
        raise UnprovenTime(f"revoked {path.revoked_later.isoformat()}")
    digest = digests.digest(p7m, statement.suite)
    return Record(statement, signed.certificate, digest, signed.signing_time)


def _check_issuer(certificate: bytes, statement: Statement) -> None:
    owner = owner_of(certificate)
    kind = "body" if statement.event in BODY_EVENTS else "node"
    if (owner.kind, owner.id) != (kind, statement.issuer):
        raise IssuerMismatch(
            f"{owner.kind} {owner.id}", owner=owner.name, expected=statement.issuer
        )


def _check_suite(certificate: bytes, statement: Statement) -> None:
    used = suites.suite_of_key(certificate).name
    if used != statement.suite:
        raise SuiteMismatch(
            f"{statement.suite} signed in {used}", declared=statement.suite, used=used
        )
