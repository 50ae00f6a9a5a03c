"""Where a seal lies on its page: slots in millimetres from the top left, fields in PDF points."""

from collections.abc import Sequence
from typing import Any, Final

from formats.typeset.display import SealSlot
from signing.seal.eseal import ElectronicSeal
from signing.seal.faults import refused
from signing.seal.image import POINTS
from signing.seal.strict import entry

Box = tuple[float, float, float, float]
Node = Any
"""A pyHanko object, known only when looked at."""

_TOLERANCE_MM: Final = 0.5
"""Between a seal's diameter and its slot's; slots are laid out for the nominal sizes."""


COUNTERSIGN: Final = "Countersign"
"""How the names of fields begin that are open for 会签 by those who receive the document."""


def field_name(number: int) -> str:
    """The name of the signature field of the slot of that number, counted from 0."""
    return f"Seal{number + 1}"


def countersign_name(number: int) -> str:
    """The name of the field of the 会签 of that number, counted from 0."""
    return f"{COUNTERSIGN}{number + 1}"


def slot_for(slots: Sequence[SealSlot], seal: ElectronicSeal) -> int:
    """Which slot the seal goes in: its body's own, else the first.

    A 签名章 goes in its signer's. Raises `SealRefused`.
    """
    if not slots:
        raise refused("no-slot")
    own = [number for number, slot in enumerate(slots) if slot.body == seal.name]
    chosen = own[0] if own else 0
    if not fits(seal, slots[chosen]):
        wide, tall = size_of(slots[chosen])
        picture = seal.picture
        raise refused("image", f"{picture.width_mm} by {picture.height_mm} in {wide} by {tall} mm")
    return chosen


def fits(seal: ElectronicSeal, slot: SealSlot) -> bool:
    """Whether a seal is of the slot's kind and size."""
    wide, tall = size_of(slot)
    apart = max(abs(wide - seal.picture.width_mm), abs(tall - seal.picture.height_mm))
    return (slot.kind == "personal") == seal.personal and apart <= _TOLERANCE_MM


def size_of(slot: SealSlot) -> tuple[float, float]:
    """Width and height of what goes into a slot, in mm."""
    return slot.diameter_mm, slot.diameter_mm if slot.height_mm is None else slot.height_mm


def check_apart(slots: Sequence[SealSlot]) -> None:
    """GB/T 9704-2012 7.3.5.1: seals neither touch nor cross. Raises `SealRefused`."""
    for number, first in enumerate(slots):
        for second in slots[number + 1 :]:
            if first.page == second.page and not _apart(first, second):
                raise refused("overlap", f"{first.body}, {second.body}")


def _apart(first: SealSlot, second: SealSlot) -> bool:
    """Whether there is room between two round seals, or between the boxes of other pairs."""
    apart_x, apart_y = abs(first.x_mm - second.x_mm), abs(first.y_mm - second.y_mm)
    if first.kind == second.kind == "seal":
        return apart_x**2 + apart_y**2 > ((first.diameter_mm + second.diameter_mm) / 2) ** 2
    wide, tall = (sum(sizes) / 2 for sizes in zip(size_of(first), size_of(second), strict=True))
    return apart_x > wide or apart_y > tall


def box_of(slot: SealSlot, page: Node) -> Box:
    """The field's rectangle (left, bottom, right, top). Raises `SealRefused`."""
    left, bottom, right, top = media_of(page, slot.page)
    half_x, half_y = (edge / 2 * POINTS for edge in size_of(slot))
    x, y = left + slot.x_mm * POINTS, top - slot.y_mm * POINTS
    box = (x - half_x, y - half_y, x + half_x, y + half_y)
    if box[0] < left or box[1] < bottom or box[2] > right or box[3] > top:
        raise refused("slot", f"page {slot.page}")
    return box


def media_of(page: Node, number: int) -> Box:
    """A page's media box, its corners in order. Raises `SealRefused` for a page that is turned."""
    if int(_inherited(page, "/Rotate", 0)) % 360:
        raise refused("rotated", f"page {number}")
    media = [float(edge) for edge in _inherited(page, "/MediaBox", (0, 0, 0, 0))]
    across, up = sorted((media[0], media[2])), sorted((media[1], media[3]))
    return across[0], up[0], across[1], up[1]


def _inherited(page: Node, key: str, default: Node) -> Node:
    """A page attribute, from the page tree where the page leaves it out (ISO 32000-1 7.7.3.4)."""
    node, steps = page, 0
    while node and steps < 64:  # noqa: PLR2004 - no real page tree is that deep
        if key in node:
            return node[key]
        node, steps = entry(node, "/Parent"), steps + 1
    return default
