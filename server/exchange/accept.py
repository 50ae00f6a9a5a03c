"""The rules at acceptance: what a node checks before it takes a dispatch. Pure.

A node sees the signed header alone. It holds that the sender signed it, that keys and payload are
the ones it binds, that every recipient exists, and that the rules which the header shows are kept.
A 密级 has no field in a header; a title that carries the mark is refused here as in the editor.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from formats.digests import matches, suite_of_digest
from formats.document.classified import refuse_text
from formats.document.rules import check_header
from formats.envelope.header import RoutingHeader
from formats.i18n import tr
from formats.ids import BodyId, Digest, NodeId
from server.directory import Directory
from server.errors import ContentMismatch, NotAccepted
from server.store.blobs import Blobs, Incoming
from signing.envelope import open_header

CLOCK_SKEW: Final = timedelta(minutes=10)
"""A desk's clock may be off by some minutes; a header from later than that is a wrong clock."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A dispatch whose header and keys are in order."""

    header: RoutingHeader
    header_p7m: bytes
    header_digest: Digest
    keys: bytes


def accept(header_p7m: bytes, keys: bytes, directory: Directory, *, at: datetime) -> Accepted:
    """Header and keys, believed as of ``at``: at submission now, on the road the submission's time.

    Raises `NotAccepted`, `ContentMismatch`, `UnknownBody`, a `TrustError` or a `BadInput`.
    """
    signed = open_header(header_p7m, trust=directory.trust, at=at)
    header = signed.header
    if signed.certificate not in directory.body(header.sender).signing_certificates():
        raise NotAccepted("certificate", reason=tr("签名证书未登记在发文单位名下"))
    if len(keys) != header.capsule_size or not matches(header.capsule_digest, keys):
        raise ContentMismatch("capsule")
    for recipient in header.recipients:
        directory.body(recipient.body)
    return Accepted(header, header_p7m, signed.digest, keys)


def accept_submission(
    header_p7m: bytes,
    keys: bytes,
    directory: Directory,
    *,
    sender: BodyId,
    here: NodeId,
    now: datetime,
) -> Accepted:
    """What the sender's own node checks besides. Raises as `accept`."""
    accepted = accept(header_p7m, keys, directory, at=now)
    header = accepted.header
    if header.sender != sender:
        raise NotAccepted(header.sender, reason=tr("签发单位与登录单位不一致"))
    if directory.body(sender).node != here:
        raise NotAccepted(sender, reason=tr("本单位不属于本节点"))
    if header.created > now + CLOCK_SKEW:
        raise NotAccepted("clock", reason=tr("发文时间晚于服务器时间，请核对本机时间"))
    if header.valid_until is not None and header.valid_until <= now:
        raise NotAccepted("valid_until", reason=tr("公文已超过有效期限"))
    refuse_text(header.title or "")
    _check_rules(header, directory)
    return accepted


def _check_rules(header: RoutingHeader, directory: Directory) -> None:
    """The 行文 rules that the header shows, once more. Raises `NotAccepted`."""
    named = {
        role: [directory.body(entry.body) for entry in header.recipients if entry.role == role]
        for role in ("main", "cc")
    }
    findings = check_header(
        kind=header.kind,
        direction=header.direction,
        sender=directory.body(header.sender),
        main=named["main"],
        cc=named["cc"],
        directory=directory.snapshot,
    )
    for finding in findings:
        if finding.severity == "block":
            raise NotAccepted(finding.code, reason=f"{finding.code} {finding.message}")


def check_payload(accepted: Accepted, digest: Digest, size: int) -> None:
    """That the payload is the one the header binds. Raises `ContentMismatch`."""
    header = accepted.header
    if (digest, size) != (header.payload_digest, header.payload_size):
        raise ContentMismatch(f"payload of {size} bytes, not {header.payload_size}")


def keep_payload(blobs: Blobs, accepted: Accepted, incoming: Incoming) -> None:
    """Keep what arrived if it is the payload that the header binds; blocking.

    Raises `ContentMismatch`.
    """
    digest = incoming.digest_in(suite_of_digest(accepted.header.payload_digest))
    check_payload(accepted, digest, incoming.size)
    blobs.keep(incoming, digest)
