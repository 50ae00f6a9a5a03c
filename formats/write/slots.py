"""Seal slots inside a PDF: where `yidao seal` finds the places that typesetting reserved.

JSON in the catalog's ``/PieceInfo /Yidao /Private /SealSlots`` (ISO 32000-1 14.5, page-piece data).
"""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import msgspec

from formats.errors import BadInput
from formats.i18n import mark
from formats.limits import MAX_SEAL_SLOTS
from formats.typeset.display import SealSlot
from formats.typeset.grid import PAGE_HEIGHT, PAGE_WIDTH
from formats.write.objects import text_string

if TYPE_CHECKING:
    import pikepdf

_FIXED_DATE: Final = "D:20000101000000Z"
_WIDEST_SEAL: Final = 100.0


class BadSlots(BadInput):
    """What the PDF says about its seal slots cannot be true."""

    code = "formats.bad-slots"
    happened = mark("PDF 文件中的印章位置信息有误。")
    safe = mark("没有盖章，文件没有改动。")
    advice = mark("请重新排版生成该 PDF 后再盖章。")


def slots_entry(slots: Sequence[SealSlot], closing: int | None) -> str:
    """The catalog's entry for the slots.

    ``closing``: the structure element after which a screen reader comes to the seals.
    """
    after = f"/SealAfter {closing} 0 R" if closing else ""
    return (
        f"/PieceInfo<</Yidao<</LastModified({_FIXED_DATE})"
        f"/Private<</SealSlots {text_string(_listed(slots))}{after}>>>>>>"
    )


def put_slots(pdf: "pikepdf.Pdf", slots: Sequence[SealSlot]) -> None:
    """Write the slots into an open PDF of another maker."""
    import pikepdf  # noqa: PLC0415 - writing needs no PDF reader

    pdf.Root.PieceInfo = pikepdf.Dictionary(
        Yidao=pikepdf.Dictionary(
            LastModified=pikepdf.String(_FIXED_DATE),
            Private=pikepdf.Dictionary(SealSlots=pikepdf.String(_listed(slots))),
        )
    )


def _listed(slots: Sequence[SealSlot]) -> str:
    return json.dumps(
        [
            {
                "page": slot.page,
                "x_mm": slot.x_mm,
                "y_mm": slot.y_mm,
                "diameter_mm": slot.diameter_mm,
                "body": slot.body,
                **({"kind": slot.kind, "height_mm": slot.height_mm} if slot.kind != "seal" else {}),
            }
            for slot in slots
        ],
        ensure_ascii=False,
        separators=(",", ":"),
    )


def read_slots(pdf: bytes) -> tuple[SealSlot, ...]:
    """The slots of a PDF, ``()`` when it names none. Raises `BadPdf` or `BadSlots`."""
    from formats.safe.pdf import open_pdf  # noqa: PLC0415 - writing needs no PDF reader

    with open_pdf(pdf) as opened:
        pages = len(opened.pages)
        text = _text(opened)
    if text is None:
        return ()
    try:
        slots = msgspec.json.decode(text.encode(), type=list[SealSlot])
    except msgspec.DecodeError as error:
        raise BadSlots(str(error)) from error
    if len(slots) > MAX_SEAL_SLOTS or not all(_possible(slot, pages) for slot in slots):
        raise BadSlots("a slot lies outside the pages")
    return tuple(slots)


def _text(pdf: "pikepdf.Pdf") -> str | None:
    import pikepdf  # noqa: PLC0415 - writing needs no PDF reader

    found: object = pdf.Root
    for key in ("/PieceInfo", "/Yidao", "/Private", "/SealSlots"):
        if not isinstance(found, pikepdf.Dictionary) or key not in found:
            return None
        found = found[key]
    return str(found) if isinstance(found, pikepdf.String) else None


def _possible(slot: SealSlot, pages: int) -> bool:
    return (
        1 <= slot.page <= pages
        and 0 < slot.diameter_mm <= _WIDEST_SEAL
        and (slot.height_mm is None or 0 < slot.height_mm <= _WIDEST_SEAL)
        and (slot.kind == "personal") == (slot.height_mm is not None)
        and 0 <= slot.x_mm <= PAGE_WIDTH
        and 0 <= slot.y_mm <= PAGE_HEIGHT
    )
