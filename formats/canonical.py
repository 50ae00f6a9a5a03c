"""Values as bytes: frozen structures to canonical JSON (RFC 8785) and back.

Whatever is signed, hashed or sent is written by `to_bytes` and read by `from_bytes`. Reading is
the one door: bytes that are not exactly the value they claim to be end in `BadInput`.
"""

from typing import Any, TypeVar

import msgspec
import rfc8785

from formats.errors import BadInput, TooLarge
from formats.i18n import mark
from formats.limits import MAX_JSON_BYTES


class Value(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The base of every value on the wire and in files: frozen, unknown fields refused."""


class NotCanonical(BadInput):
    """The bytes decode, but not to the one canonical form, so a digest would be ambiguous."""

    code = "formats.not-canonical"
    happened = mark("数据不是规范形式，可能被改动过。")


class BadValue(BadInput):
    """The bytes are not JSON, or not a value of the wanted type."""

    code = "formats.bad-value"
    happened = mark("数据格式有误：{place}")


T = TypeVar("T")


def to_bytes(value: msgspec.Struct) -> bytes:
    """The value in canonical JSON, RFC 8785."""
    return rfc8785.dumps(msgspec.to_builtins(value))


def from_bytes(kind: type[T], data: bytes, *, limit: int = MAX_JSON_BYTES) -> T:
    """Any JSON form of a value of ``kind``. Raises `TooLarge` or `BadValue`."""
    if len(data) > limit:
        raise TooLarge(f"{len(data)} bytes of {kind.__name__}", limit=limit)
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadValue(f"{kind.__name__}: {error}", place=str(error)) from error


def from_canonical(kind: type[T], data: bytes, *, limit: int = MAX_JSON_BYTES) -> T:
    """A value whose bytes are exactly its canonical form. Also raises `NotCanonical`."""
    value = from_bytes(kind, data, limit=limit)
    builtins: Any = msgspec.to_builtins(value)
    if rfc8785.dumps(builtins) != data:
        raise NotCanonical(kind.__name__)
    return value
