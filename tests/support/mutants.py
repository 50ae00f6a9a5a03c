"""Damage to PDFs, from one octet to what knows the structure; each from a seed, so it comes again.

A mutant is made by one to three of the ways below. Some keep the length (offsets stay right, so the
reader gets deep), some do not (the reader's repair and refusal are tried).
"""

import random  # noqa: TID251 - seeded mutations
import re
import zlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final

Way = Callable[[bytes, random.Random, Sequence[bytes]], bytes]
"""From a file, randomness and further files to a damaged file."""

WAYS: dict[str, Way] = {}
_NUMBERS: Final = (
    b"0", b"-1", b"1", b"255", b"65535", b"65536", b"2147483647", b"2147483648", b"4294967296",
    b"-2147483649", b"99999999999999999999", b"1e9", b"0.0000001", b"1.", b".", b"-", b"+-1",
)  # fmt: skip
_TOKENS: Final = (
    b"obj", b"endobj", b"stream", b"endstream", b"xref", b"trailer", b"startxref", b"%%EOF",
    b"<<", b">>", b"[", b"]", b"(", b")", b"<", b">", b"R", b"null", b"true", b"/Root", b"/Prev",
    b"/Size", b"/Type", b"/Kids", b"/Parent", b"/Length", b"/Filter/FlateDecode", b"/W[1 2 1]",
    b"/Index[0 1]", b"/ObjStm", b"/XRef", b"/Contents", b"/ByteRange", b"/SubFilter", b"/V",
    b"/FT/Sig", b"/AcroForm", b"/DSS", b"/Encrypt", b"/Perms", b"/Extends 1 0 R", b"/XRefStm 0",
    b"/Names", b"\x00", b"\xff\xfe",
)  # fmt: skip
_STREAM: Final = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_OBJECT: Final = re.compile(rb"(?<![0-9])(\d{1,6}) (\d{1,5}) obj\b(.*?)endobj", re.DOTALL)
_REFERENCE: Final = re.compile(rb"\b(\d{1,6}) (\d{1,5}) R\b")
_DIGITS: Final = re.compile(rb"(?<![0-9A-Fa-f<])-?\d+(?:\.\d+)?(?![0-9A-Fa-f>])")
_CONTENTS: Final = re.compile(rb"/Contents\s*<([0-9a-fA-F]{64,})>")
_WORD: Final = re.compile(rb"/?[A-Za-z]{2,}")


def way(function: Way) -> Way:
    """Enter a way under its name."""
    WAYS[function.__name__] = function
    return function


def mutant(seed: int, files: Sequence[bytes], *, in_place: bool = False) -> tuple[str, bytes]:
    """The mutant of a seed, and how it was made.

    ``in_place``: what follows the damage stays where the cross-reference looks for it.
    """
    rng = random.Random(seed)  # noqa: S311 - no secret comes of it
    data = rng.choice(files)
    names = [rng.choice(list(WAYS)) for _ in range(rng.choice((1, 1, 1, 2, 3)))]
    for name in names:
        damaged = WAYS[name](data, rng, files)
        data = _kept_in_place(data, damaged) if in_place and name in _LOCAL else damaged
    return "+".join(names), data


_LOCAL: Final = frozenset({"block", "token", "number", "reference", "stream", "splice", "deep"})
"""Ways that change one place, and may move what follows it."""


def _kept_in_place(data: bytes, damaged: bytes) -> bytes:
    """The damage with spaces where it is the shorter, else over what follows it."""
    grown = len(damaged) - len(data)
    if grown == 0 or not damaged:
        return damaged
    same, different = 0, min(len(data), len(damaged))
    while same < different:  # how long both begin alike
        middle = (same + different + 1) // 2
        same, different = (
            (middle, different) if data[:middle] == damaged[:middle] else (same, middle - 1)
        )
    if grown < 0:
        return damaged[:same] + b" " * -grown + damaged[same:]
    end = min(same + grown, len(data))
    return damaged[:end] + data[end:]


def _put(data: bytes, start: int, end: int, new: bytes) -> bytes:
    return data[:start] + new + data[end:]


@lru_cache(maxsize=256)
def _all(pattern: re.Pattern[bytes], data: bytes) -> list[re.Match[bytes]]:
    """Where a pattern is found; most mutants begin with one of the same few files."""
    return list(pattern.finditer(data))


def _one(rng: random.Random, found: list[re.Match[bytes]]) -> re.Match[bytes] | None:
    return rng.choice(found) if found else None


@way
def octets(data: bytes, rng: random.Random, _: Sequence[bytes]) -> bytes:
    """A few octets anywhere."""
    changed = bytearray(data)
    for _i in range(rng.randint(1, 8)):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


@way
def bits_of_the_structure(data: bytes, rng: random.Random, _: Sequence[bytes]) -> bytes:
    """Bits outside streams and signature values, where each octet means something."""
    covered = [m.span(1) for m in (*_all(_STREAM, data), *_all(_CONTENTS, data))]
    changed = bytearray(data)
    for _i in range(rng.randint(1, 4)):
        for _try in range(50):
            at = rng.randrange(len(changed))
            if not any(start <= at < end for start, end in covered):
                changed[at] ^= 1 << rng.randrange(8)
                break
    return bytes(changed)


@way
def block(data: bytes, rng: random.Random, files: Sequence[bytes]) -> bytes:
    """A stretch left out, doubled, zeroed, or taken from another file."""
    start = rng.randrange(len(data))
    size = min(len(data) - start, rng.choice((1, 16, 256, 4096, 32768)))
    piece = data[start : start + size]
    other = rng.choice(files)
    at = rng.randrange(len(other))
    new = rng.choice((b"", piece * 2, bytes(size), other[at : at + size], piece[::-1]))
    return _put(data, start, start + size, new)


@way
def cut(data: bytes, rng: random.Random, _: Sequence[bytes]) -> bytes:
    """The end, or the beginning, lost."""
    at = rng.randrange(len(data))
    return data[:at] if rng.random() < 0.7 else data[at:]


@way
def token(data: bytes, rng: random.Random, _: Sequence[bytes]) -> bytes:
    """A word of the language replaced by another, or one put in."""
    found = _one(rng, _all(_WORD, data))
    if found is None:
        return data
    new = rng.choice(_TOKENS)
    return _put(data, found.start(), found.end() if rng.random() < 0.7 else found.start(), new)


@way
def number(data: bytes, rng: random.Random, _: Sequence[bytes]) -> bytes:
    """A number made another, of the same width where it can be."""
    found = _one(rng, _all(_DIGITS, data))
    if found is None:
        return data
    new = rng.choice((*_NUMBERS, str(rng.randrange(len(data))).encode()))
    width = len(found.group())
    if rng.random() < 0.5 and len(new) <= width:
        new = new.rjust(width, b"0" if new.isdigit() else b" ")
    return _put(data, found.start(), found.end(), new)


@way
def reference(data: bytes, rng: random.Random, _: Sequence[bytes]) -> bytes:
    """A reference led to another object: loops, wrong kinds, nothing."""
    found = _all(_REFERENCE, data)
    if not found:
        return data
    one, other = rng.choice(found), rng.choice(found)
    new = rng.choice((other.group(), b"0 65535 R", b"999999 0 R", b"null"))
    if len(new) < len(one.group()):
        new = new.ljust(len(one.group()))
    return _put(data, one.start(), one.end(), new)


@way
def stream(data: bytes, rng: random.Random, _: Sequence[bytes]) -> bytes:
    """A stream unpacked, damaged and packed again; or its packed octets damaged."""
    found = _one(rng, _all(_STREAM, data))
    if found is None:
        return data
    packed = found.group(1)
    try:
        plain = bytearray(zlib.decompress(packed))
    except zlib.error:
        plain = bytearray()
    if plain and rng.random() < 0.8:
        for _i in range(rng.randint(1, 6)):
            plain[rng.randrange(len(plain))] = rng.randrange(256)
        if rng.random() < 0.02:
            plain = bytearray(rng.choice((1 << 20, 60 << 20)))
        new = zlib.compress(bytes(plain), 9)
        if len(new) < len(packed):
            new += bytes(len(packed) - len(new))
        return _put(data, found.start(1), found.end(1), new)
    damaged = bytearray(packed or b"x")
    damaged[rng.randrange(len(damaged))] ^= 1 << rng.randrange(8)
    return _put(data, found.start(1), found.end(1), bytes(damaged))


@way
def signature_value(data: bytes, rng: random.Random, _: Sequence[bytes]) -> bytes:
    """The CMS inside /Contents: octets, lengths, tags; the field's width kept."""
    found = _one(rng, _all(_CONTENTS, data))
    if found is None:
        return data
    text = found.group(1)
    value = bytearray.fromhex(text[: len(text) // 2 * 2].decode())
    used = max(1, len(value.rstrip(b"\x00")))
    for _i in range(rng.randint(1, 3)):
        at = rng.randrange(used)
        value[at] = rng.choice(
            (0, 0x30, 0x31, 0x80, 0x84, 0xA0, 0xFF, value[at] ^ 1, rng.randrange(256))
        )
    if rng.random() < 0.2:
        at = rng.randrange(used)
        del value[at : at + rng.randint(1, 40)]
    new = bytes(value).hex().encode()[: len(text)].ljust(len(text), b"0")
    return _put(data, found.start(1), found.end(1), new)


@way
def splice(data: bytes, rng: random.Random, files: Sequence[bytes]) -> bytes:
    """The body of one object put in the place of another's, of this file or another."""
    here, there = _all(_OBJECT, data), _all(_OBJECT, rng.choice((data, *files)))
    if not here or not there:
        return data
    one, other = rng.choice(here), rng.choice(there)
    return _put(data, one.start(3), one.end(3), other.group(3))


@way
def later_revision(data: bytes, rng: random.Random, _: Sequence[bytes]) -> bytes:
    """A well-formed update: objects with another's body, or with something in their own changed."""
    objects = _all(_OBJECT, data)
    roots = re.findall(rb"/Root (\d+ \d+ R)", data)
    starts = re.findall(rb"startxref\s+(\d+)", data)
    if not objects or not roots or not starts:
        return data
    out, entries = bytearray(data if data.endswith(b"\n") else data + b"\n"), []
    for _i in range(rng.randint(1, 3)):
        victim, donor = rng.choice(objects), rng.choice(objects)
        body = donor.group(3) if rng.random() < 0.5 else victim.group(3)
        damage = rng.choice((number, reference, token, octets))
        entries.append((int(victim.group(1)), int(victim.group(2)), len(out)))
        out += b"%s %s obj%sendobj\n" % (victim.group(1), victim.group(2), damage(body, rng, ()))
    table = len(out)
    out += b"xref\n"
    for number_, generation, at in entries:
        out += b"%d 1\n%010d %05d n \n" % (number_, at, generation)
    out += b"trailer\n<</Root %s/Size %d/Prev %s>>\nstartxref\n%d\n%%%%EOF\n" % (
        roots[-1], 10_000, starts[-1], table,
    )  # fmt: skip
    return bytes(out)


@way
def deep(data: bytes, rng: random.Random, _: Sequence[bytes]) -> bytes:
    """Nesting without end where a value belongs."""
    found = _one(rng, _all(_DIGITS, data))
    if found is None:
        return data
    piece = rng.choice((b"[", b"<<", b"<</A ", b"(", b"[<<"))
    return _put(data, found.start(), found.end(), piece * rng.choice((100, 10_000)))


@way
def appended(data: bytes, rng: random.Random, files: Sequence[bytes]) -> bytes:
    """Another file, or a piece of one, behind the end."""
    other = rng.choice(files)
    return data + other[rng.randrange(len(other)) :]
