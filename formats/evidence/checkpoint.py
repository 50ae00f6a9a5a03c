"""The head of a log as text: C2SP tlog-checkpoint in a C2SP signed-note, Ed25519.

    yidao/340000
    1234
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

    — yidao/340000 Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/ZhcM…

Neighbouring nodes add a line of C2SP tlog-cosignature/v1 each: they have seen this head extend the
last one they saw. Lines of unknown keys are kept and say nothing.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec import Meta

from formats.canonical import Value
from formats.errors import BadInput
from formats.i18n import mark
from formats.limits import MAX_CHECKPOINT_BYTES, MAX_CHECKPOINT_SIGNATURES

KEY_HASH_BYTES: Final = 4
_ED25519, _COSIGNATURE = b"\x01", b"\x04"  # C2SP signed-note, tlog-cosignature: signature types
_DASH: Final = "— "
_NAME = re.compile(r"[^\s+]{1,255}")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")

RawSign = Callable[[bytes], bytes]
"""An Ed25519 private key in use: message to 64-byte signature."""


class CheckpointInvalid(BadInput):
    """A checkpoint that is malformed, of another log, or not signed by its key."""

    code = "evidence.checkpoint-invalid"
    happened = mark("存证日志的检查点无效，不是该节点签发的或已被改动。")
    safe = mark("没有采信该记录。")
    advice = mark("请勿据此办理，并把错误代码告诉管理员。")


class Checkpoint(Value, frozen=True, kw_only=True):
    """What is signed: the log, how many leaves, the tree head."""

    origin: Annotated[str, Meta(pattern=r"^[^\s+]{1,255}$")]
    size: Annotated[int, Meta(ge=0)]
    root: Annotated[bytes, Meta(min_length=32, max_length=32)]

    def body(self) -> str:
        """The signed text, with its last newline."""
        return f"{self.origin}\n{self.size}\n{encode_base64(self.root)}\n"


class SignatureLine(Value, frozen=True, kw_only=True):
    """One line under a note: who, the 4-byte hash of the key, the signature."""

    name: str
    key_hash: bytes
    signature: bytes


class SignedCheckpoint(Value, frozen=True, kw_only=True):
    """A checkpoint as read; nothing is verified yet."""

    checkpoint: Checkpoint
    lines: tuple[SignatureLine, ...]


def origin_of(node: str) -> str:
    """The name of a node's log and of the key that signs it."""
    return f"yidao/{node}"


def node_of(origin: str) -> str:
    """The node whose log has that name. Raises `CheckpointInvalid`."""
    found = re.fullmatch(r"yidao/([0-9]{6})", origin)
    if found is None:
        raise CheckpointInvalid(f"origin {origin!r}")
    return found[1]


def key_hash(name: str, public_key: bytes, kind: bytes = _ED25519) -> bytes:
    """C2SP signed-note: the first four bytes of SHA-256(name, newline, type, key)."""
    return hashlib.sha256(name.encode() + b"\n" + kind + public_key).digest()[:KEY_HASH_BYTES]


def sign_checkpoint(checkpoint: Checkpoint, public_key: bytes, sign: RawSign) -> str:
    """The note, signed under the log's own name by its raw Ed25519 key."""
    body = checkpoint.body()
    blob = key_hash(checkpoint.origin, public_key) + sign(body.encode())
    return f"{body}\n{_DASH}{checkpoint.origin} {encode_base64(blob)}\n"


def cosign(text: str, name: str, public_key: bytes, sign: RawSign, *, at: datetime) -> str:
    """The note with a witness's line added; the caller has checked consistency first."""
    body = parse_checkpoint(text).checkpoint.body()
    seconds = int(at.timestamp())
    blob = key_hash(name, public_key, _COSIGNATURE) + seconds.to_bytes(8, "big")
    blob += sign(_cosigned(body, seconds))
    return f"{text}{_DASH}{name} {encode_base64(blob)}\n"


def parse_checkpoint(text: str) -> SignedCheckpoint:
    """Read a note strictly; extension lines are refused. Raises `CheckpointInvalid`."""
    if len(text) > MAX_CHECKPOINT_BYTES:
        raise CheckpointInvalid("too long")
    body, blank, tail = text.partition("\n\n")
    lines = body.split("\n")
    if not blank or not tail.endswith("\n") or len(lines) != 3:  # noqa: PLR2004 - origin, size, root
        raise CheckpointInvalid("not three lines and signatures")
    origin, size, root = lines
    if not _NAME.fullmatch(origin) or not _SIZE.fullmatch(size):
        raise CheckpointInvalid("origin or size")
    head = decode_base64(root)
    if len(head) != hashlib.sha256().digest_size:
        raise CheckpointInvalid("root")
    signatures = tail[:-1].split("\n")
    if len(signatures) > MAX_CHECKPOINT_SIGNATURES:
        raise CheckpointInvalid("too many signatures")
    return SignedCheckpoint(
        checkpoint=Checkpoint(origin=origin, size=int(size), root=head),
        lines=tuple(map(_line, signatures)),
    )


def verify_checkpoint(text: str, origin: str, public_key: bytes) -> Checkpoint:
    """The checkpoint, once signed by the log's key under that origin.

    Raises `CheckpointInvalid`.
    """
    note = parse_checkpoint(text)
    if note.checkpoint.origin != origin:
        raise CheckpointInvalid(f"log {note.checkpoint.origin!r} where {origin!r} belongs")
    signature = _signature(note, origin, key_hash(origin, public_key))
    _verify(public_key, signature, note.checkpoint.body().encode())
    return note.checkpoint


def verify_cosignature(text: str, name: str, public_key: bytes) -> datetime:
    """When the witness of that name saw this head. Raises `CheckpointInvalid`."""
    note = parse_checkpoint(text)
    blob = _signature(note, name, key_hash(name, public_key, _COSIGNATURE))
    seconds = int.from_bytes(blob[:8], "big")
    _verify(public_key, blob[8:], _cosigned(note.checkpoint.body(), seconds))
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise CheckpointInvalid("time of cosignature") from error


def _cosigned(body: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{body}".encode()  # C2SP tlog-cosignature


def _signature(note: SignedCheckpoint, name: str, wanted: bytes) -> bytes:
    found = [s.signature for s in note.lines if s.name == name and s.key_hash == wanted]
    if len(found) != 1:
        raise CheckpointInvalid(f"{len(found)} signatures of {name!r}")
    return found[0]


def _verify(public_key: bytes, signature: bytes, message: bytes) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError) as error:
        raise CheckpointInvalid("signature") from error


def _line(line: str) -> SignatureLine:
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    blob = decode_base64(encoded)
    if not line.startswith(_DASH) or not space or not _NAME.fullmatch(name):
        raise CheckpointInvalid("signature line")
    if len(blob) <= KEY_HASH_BYTES:
        raise CheckpointInvalid("signature line")
    return SignatureLine(name=name, key_hash=blob[:KEY_HASH_BYTES], signature=blob[KEY_HASH_BYTES:])


def encode_base64(data: bytes) -> str:
    """Standard base64 with padding."""
    return base64.b64encode(data).decode()


def decode_base64(text: str) -> bytes:
    """Base64 in its one form: padded, no other characters, no stray bits."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise CheckpointInvalid("base64") from error
    if encode_base64(data) != text:
        raise CheckpointInvalid("base64")
    return data
