"""The bytes a UKEY signs to log in, separated from every other thing it signs.

The prefix can begin neither JSON nor DER, so a log-in proof is never a document, a header or an
evidence record, nor the other way round. The node's id inside keeps a proof from being used at
another node; the nonce keeps it from being used twice.
"""

from typing import Final

from formats.canonical import Value, to_bytes
from formats.ids import Digest, NodeId, sha256
from formats.protocol.messages import Challenge

PREFIX: Final = b"yidao-login/1\x00"


class _Proof(Value, frozen=True, kw_only=True):
    challenge: str
    node: NodeId
    nonce: bytes
    certificate: Digest


def login_bytes(challenge: Challenge, certificate: bytes) -> bytes:
    """What to sign (attached CMS) for that challenge with that certificate (DER)."""
    proof = _Proof(
        challenge=challenge.id,
        node=challenge.node,
        nonce=challenge.nonce,
        certificate=sha256(certificate),
    )
    return PREFIX + to_bytes(proof)
