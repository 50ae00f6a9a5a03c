"""Evidence that comes from outside the store: opened, and believed or refused.

A record is believed when its signature holds, its certificate was good when it was made, the
directory lists that certificate for the issuer it names, and that issuer may state that event of
that consignment. A receipt also when the log of a known node holds the record.
"""

from dataclasses import dataclass

from formats.canonical import from_bytes
from formats.errors import BadInput
from formats.evidence.checkpoint import (
    CheckpointInvalid,
    node_of,
    parse_checkpoint,
    verify_checkpoint,
)
from formats.evidence.merkle import leaf_hash, verify_inclusion
from formats.evidence.receipt import Receipt
from formats.evidence.record import BODY_EVENTS, Statement, parse_statement
from formats.i18n import mark
from formats.ids import NodeId
from formats.limits import MAX_RECORD_BYTES
from server.directory import Directory
from signing.cms import open_attached
from signing.trust.certs import owner_of
from signing.trust.store import Usage

MAX_RECEIPT_BYTES = 4 * MAX_RECORD_BYTES
"""A record, a time-stamp and a proof, in base64."""


class NotTheIssuer(BadInput):
    """A record signed by somebody else than the issuer it names."""

    code = "node.not-the-issuer"
    happened = mark("存证记录的签名者不是它所称的单位或节点。")
    safe = mark("没有采信该记录。")
    advice = mark("请勿据此办理，并把错误代码告诉管理员。")


@dataclass(frozen=True, slots=True)
class Opened:
    """A record that is believed."""

    statement: Statement
    record: bytes
    certificate: bytes


@dataclass(frozen=True, slots=True)
class OpenedReceipt:
    """A receipt that is believed, and the node whose log holds its record."""

    opened: Opened
    receipt: bytes
    keeper: NodeId


def open_record(record: bytes, directory: Directory) -> Opened:
    """A record that is believed. Raises a `BadInput`, a `TrustError` or `UnknownBody`."""
    signed = open_attached(record)
    statement = parse_statement(signed.data)
    owner = owner_of(signed.certificate)
    kind = "body" if statement.event in BODY_EVENTS else "node"
    if (owner.kind, owner.id) != (kind, statement.issuer):
        raise NotTheIssuer(f"{owner.kind} {owner.id} for {statement.issuer}")
    usage: Usage = "sign" if kind == "body" else "node"
    directory.trust.validate(signed.certificate, statement.at, usage, extra=signed.certificates)
    if kind == "body":
        listed = directory.body(statement.issuer).signing_certificates()
        if signed.certificate not in listed:
            raise NotTheIssuer(f"certificate not listed for {statement.issuer}")
    return Opened(statement, record, signed.certificate)


def open_receipt(data: bytes, directory: Directory) -> OpenedReceipt:
    """A receipt that is believed. Raises as `open_record`, and `ProofInvalid`."""
    receipt = from_bytes(Receipt, data, limit=MAX_RECEIPT_BYTES)
    opened = open_record(receipt.record, directory)
    origin = parse_checkpoint(receipt.checkpoint).checkpoint.origin
    keeper = node_of(origin)
    checkpoint = verify_checkpoint(receipt.checkpoint, origin, directory.node(keeper).log_key)
    if checkpoint.size != receipt.tree_size:
        raise CheckpointInvalid("size of the tree")
    verify_inclusion(
        leaf_hash(receipt.record),
        receipt.leaf_index,
        receipt.tree_size,
        receipt.inclusion,
        checkpoint.root,
    )
    return OpenedReceipt(opened, data, keeper)
