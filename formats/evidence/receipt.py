"""A receipt: one evidence record with all that proves it offline.

As a value it travels in messages; as text (C2SP tlog-proof) its proof lies in a bundle.
"""

import re
from typing import Annotated

from msgspec import Meta

from formats.canonical import Value
from formats.evidence.checkpoint import CheckpointInvalid, decode_base64, encode_base64
from formats.evidence.merkle import HASH_BYTES
from formats.limits import (
    MAX_CHECKPOINT_BYTES,
    MAX_PROOF_HASHES,
    MAX_RECORD_BYTES,
    MAX_TIMESTAMP_BYTES,
)

_PROOF_HEAD = "c2sp.org/tlog-proof@v1"
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})")

Hash = Annotated[bytes, Meta(min_length=HASH_BYTES, max_length=HASH_BYTES)]


class Receipt(Value, frozen=True, kw_only=True):
    """A record, its time-stamp, and its place in the log of the node that kept it."""

    record: Annotated[bytes, Meta(min_length=1, max_length=MAX_RECORD_BYTES)]
    """DER of the signed statement (``.p7m``); these bytes are the log's leaf."""
    timestamp: Annotated[bytes, Meta(max_length=MAX_TIMESTAMP_BYTES)] | None = None
    """DER of an RFC 3161 TimeStampResp over ``record``."""
    leaf_index: Annotated[int, Meta(ge=0)]
    tree_size: Annotated[int, Meta(ge=1)]
    inclusion: Annotated[tuple[Hash, ...], Meta(max_length=MAX_PROOF_HASHES)]
    """The audit path, nearest the leaf first; RFC 9162 2.1.3."""
    checkpoint: Annotated[str, Meta(max_length=MAX_CHECKPOINT_BYTES)]
    """The signed note of the head of ``tree_size`` leaves."""


class Proof(Value, frozen=True, kw_only=True):
    """The log's part of a receipt."""

    leaf_index: int
    inclusion: tuple[bytes, ...]
    checkpoint: str


def proof_text(receipt: Receipt) -> str:
    """The proof of a receipt as C2SP tlog-proof text."""
    hashes = "".join(encode_base64(part) + "\n" for part in receipt.inclusion)
    return f"{_PROOF_HEAD}\nindex {receipt.leaf_index}\n{hashes}\n{receipt.checkpoint}"


def parse_proof(text: str) -> Proof:
    """Read C2SP tlog-proof text strictly; no extra line. Raises `CheckpointInvalid`."""
    if len(text) > 2 * MAX_CHECKPOINT_BYTES:
        raise CheckpointInvalid("proof too long")
    head, blank, checkpoint = text.partition("\n\n")
    first, *rest = head.split("\n")
    if first != _PROOF_HEAD or not blank or not rest:
        raise CheckpointInvalid("not a proof of this version")
    index = _INDEX.fullmatch(rest[0])
    hashes = tuple(map(decode_base64, rest[1:]))
    if index is None or len(hashes) > MAX_PROOF_HASHES or any(len(h) != HASH_BYTES for h in hashes):
        raise CheckpointInvalid("index or hashes of the proof")
    return Proof(leaf_index=int(index[1]), inclusion=hashes, checkpoint=checkpoint)
