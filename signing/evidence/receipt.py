"""A receipt verified offline: signature, time-stamp, inclusion, checkpoint."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from formats.evidence.checkpoint import Checkpoint, node_of, parse_checkpoint, verify_checkpoint
from formats.evidence.merkle import ProofInvalid, leaf_hash, verify_inclusion
from formats.evidence.receipt import Receipt
from formats.evidence.record import BODY_EVENTS
from signing.evidence.faults import UnknownLog, WrongParty
from signing.evidence.record import Record, open_record
from signing.timestamp import verify_token
from signing.trust.store import TrustStore


@dataclass(frozen=True, slots=True)
class VerifiedReceipt:
    """A receipt all of which holds."""

    record: Record
    timestamp: datetime | None
    """When it existed at the latest, by the time-stamp; ``None`` where it has none."""
    checkpoint: Checkpoint
    node: str
    """The node in whose log it is."""


def verify_receipt(
    receipt: Receipt, trust: TrustStore, log_key: bytes | Mapping[str, bytes]
) -> VerifiedReceipt:
    """Verify all of a receipt.

    ``log_key`` is the raw Ed25519 key of the log, or the keys of all nodes by node. Raises
    `CheckpointInvalid`, `ProofInvalid`, `UnknownLog`, `WrongParty` (a node's record in a strange
    log), and what `open_record` and `verify_token` raise.
    """
    claimed = parse_checkpoint(receipt.checkpoint).checkpoint
    node = node_of(claimed.origin)
    key = log_key.get(node) if isinstance(log_key, Mapping) else log_key
    if key is None:
        raise UnknownLog(node, node=node)
    checkpoint = verify_checkpoint(receipt.checkpoint, claimed.origin, key)
    if checkpoint.size != receipt.tree_size:
        raise ProofInvalid("size of the tree")
    verify_inclusion(
        leaf_hash(receipt.record),
        receipt.leaf_index,
        receipt.tree_size,
        receipt.inclusion,
        checkpoint.root,
    )
    stamped = None
    if receipt.timestamp is not None:
        stamped = verify_token(receipt.timestamp, receipt.record, trust)
    record = open_record(receipt.record, trust, proven_at=stamped)
    event = record.statement.event
    if event not in BODY_EVENTS and record.statement.issuer != node:
        raise WrongParty("record of one node in another's log", issuer=node, event=event)
    return VerifiedReceipt(record, stamped, checkpoint, node)
