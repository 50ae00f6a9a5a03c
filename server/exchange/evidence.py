"""Evidence that comes from outside the store: opened, and believed or refused.

`signing.evidence` holds that a record's signature, certificate, time-stamp and place in a log are
good. A node holds besides that the directory lists the certificate for the body that states it.
"""

from dataclasses import dataclass
from datetime import datetime

from formats.canonical import from_bytes
from formats.errors import BadInput
from formats.evidence.receipt import Receipt
from formats.evidence.record import BODY_EVENTS, Statement
from formats.i18n import mark
from formats.ids import NodeId
from formats.limits import MAX_RECEIPT_BYTES
from server.directory import Directory
from signing import evidence


class NotListed(BadInput):
    """A record of a body, by a certificate that the directory does not list for it."""

    code = "node.certificate-not-listed"
    happened = mark("存证记录所用的证书未登记在“{body}”名下。")
    safe = mark("没有采信该记录。")
    advice = mark("请更新通讯录后重试；若仍如此，请联系证书发放单位。")


@dataclass(frozen=True, slots=True)
class Opened:
    """A record that is believed."""

    statement: Statement
    record: bytes


@dataclass(frozen=True, slots=True)
class OpenedReceipt:
    """A receipt that is believed, and the node whose log holds its record."""

    opened: Opened
    receipt: bytes
    keeper: NodeId


def open_record(record: bytes, directory: Directory, *, now: datetime) -> Opened:
    """A record made just now, believed.

    Its suite must be one that is accepted ``now``: the time it claims could be from before that
    suite ended. Raises as `signing.evidence.open_record`, or `NotListed`.
    """
    opened = evidence.open_record(record, directory.trust)
    directory.trust.check_suite(opened.statement.suite, now)
    _check_listed(opened, directory)
    return Opened(opened.statement, record)


def open_receipt(data: bytes, directory: Directory) -> OpenedReceipt:
    """A receipt of another node, believed. Raises as `signing.evidence.verify_receipt`.

    Whether a body's certificate is listed was judged by the node that kept the record; it may
    have been replaced since.
    """
    receipt = from_bytes(Receipt, data, limit=MAX_RECEIPT_BYTES)
    verified = evidence.verify_receipt(receipt, directory.trust, directory.log_keys)
    return OpenedReceipt(Opened(verified.record.statement, receipt.record), data, verified.node)


def _check_listed(record: evidence.Record, directory: Directory) -> None:
    if record.statement.event not in BODY_EVENTS:
        return
    body = directory.body(record.statement.issuer)
    if record.certificate not in body.signing_certificates():
        raise NotListed(body.id, body=body.name)
