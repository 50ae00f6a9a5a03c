"""Annotations of every kind put over a sealed page (the evil annotation attack, 2021)."""

from functools import partial

from tests.hostile.attacks.registry import enter, variant
from tests.hostile.attacks.sealed import Sealed
from tests.hostile.attacks.update import Update, dictionary, node

_KINDS = (
    "3D", "Caret", "Circle", "FileAttachment", "FreeText", "Highlight", "Ink", "Line", "Link",
    "Movie", "Polygon", "Popup", "PrinterMark", "Redact", "RichMedia", "Screen", "Sound", "Square",
    "Stamp", "StrikeOut", "Text", "TrapNet", "Underline", "Watermark", "Widget",
)  # fmt: skip
"""ISO 32000-2 table 171, one of each."""


def _added(kind: str, sealed: Sealed) -> bytes:
    """Cover or comment the text with an annotation of a kind, drawn by an appearance of its own."""
    update = Update.of(sealed.pdf)
    annotation = dictionary(
        Type="/Annot",
        Subtype=f"/{kind}",
        Rect=[80, 690, 300, 720],
        F=4,
        Contents="other text",
        AP=dictionary(N=update.drawing()),
    )
    update.annotate(update.add(annotation))
    return update.done()


for _kind in _KINDS:
    enter(f"annotation_{_kind.lower()}_added", partial(_added, _kind), "modified")


@variant("modified")
def link_led_elsewhere(sealed: Sealed) -> bytes:
    """Send the reader who follows the document's link to a page of the attacker's."""
    update = Update.of(sealed.pdf)
    link = update.page(0)["/Annots"][0]
    link["/A"]["/URI"] = node("https://www.example.org/dishonest")
    update.writer.update_container(link)
    return update.done()


@variant("modified")
def link_spread_over_the_page(sealed: Sealed) -> bytes:
    """Make the whole page a link."""
    update = Update.of(sealed.pdf)
    link = update.page(0)["/Annots"][0]
    link["/Rect"] = node([0, 0, 595, 842])
    update.writer.update_container(link)
    return update.done()


@variant("modified")
def link_given_an_appearance(sealed: Sealed) -> bytes:
    """Draw over the page through a link that was always there."""
    update = Update.of(sealed.pdf)
    link = update.page(0)["/Annots"][0]
    link["/AP"] = dictionary(N=update.drawing())
    update.writer.update_container(link)
    return update.done()


@variant("modified")
def annotations_removed(sealed: Sealed) -> bytes:
    """Take the seal off the page, the signature left in the form."""
    update = Update.of(sealed.pdf)
    del update.page()["/Annots"]
    return update.done()


@variant("modified")
def annotation_put_into_the_array(sealed: Sealed) -> bytes:
    """Cover the text through the array of annotations, the page object left alone."""
    update = Update.of(sealed.pdf)
    annotation = dictionary(
        Type="/Annot",
        Subtype="/Stamp",
        Rect=[80, 690, 300, 720],
        AP=dictionary(N=update.drawing()),
    )
    held = update.writer.find_page_for_modification(0)[0].get_object()["/Annots"]
    held.append(update.add(annotation))
    update.writer.update_container(held)
    return update.done()
