"""Games with /ByteRange, and the signed part moved aside (SWA, Mladenov et al. 2018)."""

from tests.hostile.attacks.raw import edges_of, increment, with_edges, with_range
from tests.hostile.attacks.registry import variant
from tests.hostile.attacks.sealed import Sealed
from tests.hostile.attacks.update import Update, node

_REFUSED = ("coverage", "digest", "unreadable", "cms")


@variant(*_REFUSED)
def range_of_nothing(sealed: Sealed) -> bytes:
    """Have nothing hashed."""
    return with_edges(sealed.pdf, lambda _: [0, 0, 0, 0])


@variant(*_REFUSED)
def range_negative(sealed: Sealed) -> bytes:
    """Have a reader count backwards."""
    return with_edges(sealed.pdf, lambda e: [e[0], e[1], -1, e[3]])


@variant(*_REFUSED)
def range_of_negative_length(sealed: Sealed) -> bytes:
    """Have a reader stop before it started."""
    return with_edges(sealed.pdf, lambda e: [e[0], e[1], e[2], -9])


@variant(*_REFUSED)
def range_with_one_part(sealed: Sealed) -> bytes:
    """Leave everything behind the value unsigned."""
    return with_edges(sealed.pdf, lambda e: e[:2])


@variant(*_REFUSED)
def range_with_three_numbers(sealed: Sealed) -> bytes:
    """Leave the end of the second part to each reader's imagination."""
    return with_edges(sealed.pdf, lambda e: e[:3])


@variant(*_REFUSED)
def range_with_five_numbers(sealed: Sealed) -> bytes:
    """Have readers disagree on which four count."""
    return with_edges(sealed.pdf, lambda e: [*e, 1])


@variant(*_REFUSED)
def range_with_three_parts(sealed: Sealed) -> bytes:
    """Leave a gap of the attacker's own in the second part."""
    return with_edges(sealed.pdf, lambda e: [*e[:3], 9, e[2] + 20, e[3] - 20])


@variant(*_REFUSED)
def range_with_a_wider_gap(sealed: Sealed) -> bytes:
    """Leave room for words beside the signature value."""
    return with_edges(sealed.pdf, lambda e: [e[0], e[1] - 40, e[2], e[3]])


@variant(*_REFUSED)
def range_overlapping(sealed: Sealed) -> bytes:
    """Hash the signature value into itself."""
    return with_edges(sealed.pdf, lambda e: [e[0], e[2] + 9, e[1], e[3]])


@variant(*_REFUSED)
def range_from_later(sealed: Sealed) -> bytes:
    """Leave the head of the file unsigned."""
    return with_edges(sealed.pdf, lambda e: [9, e[1] - 9, e[2], e[3]])


@variant(*_REFUSED)
def range_to_earlier(sealed: Sealed) -> bytes:
    """Leave the tail of the revision unsigned."""
    return with_edges(sealed.pdf, lambda e: [*e[:3], e[3] - 30])


@variant(*_REFUSED)
def range_beyond_the_end(sealed: Sealed) -> bytes:
    """Have a reader hash what is not there yet."""
    return with_edges(sealed.pdf, lambda e: [*e[:3], e[3] + 500_000])


@variant(*_REFUSED)
def range_of_huge_numbers(sealed: Sealed) -> bytes:
    """Have a reader's integers run over."""
    return with_range(sealed.pdf, b"/ByteRange [0 4294967296 4294967296 9]")


@variant(*_REFUSED)
def range_of_fractions(sealed: Sealed) -> bytes:
    """Have readers round differently."""
    _, gap, after, length = edges_of(sealed.pdf)
    return with_range(sealed.pdf, b"/ByteRange [0 %d.9 %d %d]" % (gap, after, length))


@variant(*_REFUSED)
def range_swapped(sealed: Sealed) -> bytes:
    """Hash the second part first."""
    return with_edges(sealed.pdf, lambda e: [e[2], e[3], e[0], e[1]])


@variant(*_REFUSED)
def range_missing(sealed: Sealed) -> bytes:
    """Have a reader that finds no range find nothing wrong."""
    return with_range(sealed.pdf, b"/ByteRangf [0 0 0 0]")


@variant(*_REFUSED, "modified")
def range_by_reference(sealed: Sealed) -> bytes:
    """Keep the range in an object of its own, to be exchanged later."""
    update = Update.of(sealed.pdf)
    held = update.signature()
    held["/ByteRange"] = update.add(node([int(edge) for edge in held["/ByteRange"]]))
    update.writer.update_container(held)
    return update.done()


@variant(*_REFUSED, "modified", "extra-bytes")
def range_in_a_later_copy(sealed: Sealed) -> bytes:
    """Write the signature dictionary anew behind the signed bytes, value and range as they were."""
    update = Update.of(sealed.pdf)
    update.writer.mark_update(update.field_reference().get_object().raw_get("/V"))
    return update.done()


def _wrapped(pdf: bytes, padding: bytes) -> bytes:
    """The signed second part moved behind, another one in its place."""
    _, gap, after, length = edges_of(pdf)
    tail = pdf[after : after + length]
    evil = tail.replace(b"/Seal", b"/Evil").replace(b"(Seal1)", b"(Evil1)") + padding
    moved = pdf[:after] + evil + tail
    place = after + len(evil)
    return with_range(moved, b"/ByteRange [0 %d %d %d]" % (gap, place, length))


@variant(*_REFUSED)
def second_part_moved(sealed: Sealed) -> bytes:
    """Put other objects between the signature value and the part that is signed."""
    return _wrapped(sealed.pdf, b"")


@variant(*_REFUSED)
def second_part_moved_with_padding(sealed: Sealed) -> bytes:
    """The same, the hole filled with zeros so that it looks like the value's own padding."""
    return _wrapped(sealed.pdf, b"\x00" * 512)


@variant(*_REFUSED, "extra-bytes", "modified")
def second_part_moved_behind_an_update(sealed: Sealed) -> bytes:
    """The same, with a revision of the attacker's that readers find from the end."""
    moved = _wrapped(sealed.pdf, b"")
    return increment(moved, {})


@variant(*_REFUSED)
def value_stretched(sealed: Sealed) -> bytes:
    """Put words behind the value, inside the gap that nothing signs."""
    _, gap, after, length = edges_of(sealed.pdf)
    words = b" /Reason (other text) "
    moved = sealed.pdf[:after] + words + sealed.pdf[after:]
    return with_range(moved, b"/ByteRange [0 %d %d %d]" % (gap, after + len(words), length))
