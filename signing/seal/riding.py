"""骑缝章: the issuing body's seal cut in strips over the right edges of all pages.

Laid fanned out, the pages show the whole seal; a page taken out or put in leaves a gap. A strip is
a Stamp annotation (ISO 32000-1 12.5.6.12) in the revision that the certification seals: the
signature vouches for it as for everything else, the page's own content stays as it was typeset.
Each shows a part of the very form that the seal's field shows.

A document of many pages gets the seal once for every `MAX_RIDING_PAGES` at most, the pages shared
out evenly. The same rule says, when a document is verified, which strip each page must have.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.rw_common import PdfHandler

from formats.limits import MAX_RIDING_PAGES
from signing.errors import SealRefused
from signing.seal.appearance import Edges, add_part, is_part, rectangle, same_edges
from signing.seal.faults import refused
from signing.seal.picture import Appearance
from signing.seal.place import media_of
from signing.seal.strict import entry

Node = Any
"""A pyHanko object, known only when looked at."""

_NAME: Final = "Riding"
_FLAGS: Final = 4 | 64 | 128 | 512
"""Print, ReadOnly, Locked, LockedContents: ISO 32000-1 12.5.3."""

_KEYS: Final = frozenset({"/Type", "/Subtype", "/Rect", "/F", "/NM", "/Contents", "/P", "/AP"})


@dataclass(frozen=True, slots=True)
class Strip:
    """The part of the seal that one page bears."""

    page: int
    """From 0."""
    number: int
    """Of the strips of one seal, from 0 at its left edge."""
    count: int
    """Strips that the seal is cut in."""

    def box(self, appearance: Appearance) -> Edges:
        """Its part of the picture."""
        left, right = (
            round(appearance.width * edge / self.count, 3)
            for edge in (self.number, self.number + 1)
        )
        return left, 0.0, right, appearance.height

    def place(self, appearance: Appearance, media: Edges) -> Edges:
        """Where it lies: at the right edge of a page with that media box, half way up."""
        left, _, right, _ = self.box(appearance)
        foot = (media[1] + media[3] - appearance.height) / 2
        return media[2] - (right - left), foot, media[2], foot + appearance.height


def strips_of(pages: int) -> tuple[Strip, ...]:
    """The strip of every page; none for a single page, which has no seam."""
    if pages < 2:  # noqa: PLR2004 - a seam lies between two
        return ()
    seals = -(-pages // MAX_RIDING_PAGES)
    edges = [pages * number // seals for number in range(seals + 1)]
    return tuple(
        Strip(page, page - first, last - first)
        for first, last in pairwise(edges)
        for page in range(first, last)
    )


def add_strips(
    writer: IncrementalPdfFileWriter, appearance: Appearance, form: generic.IndirectObject
) -> None:
    """Lay the strips of a seal, whose whole picture is ``form``, on every page.

    Raises `SealRefused` for a document of one page, a page that is turned or lower than the seal.
    """
    strips = strips_of(int(writer.root["/Pages"]["/Count"]))
    if not strips:
        raise refused("seam")
    for strip in strips:
        reference = writer.find_page_for_modification(strip.page)[0]
        media = media_of(reference.get_object(), strip.page + 1)
        box, place = strip.box(appearance), strip.place(appearance, media)
        if place[1] < media[1] or place[0] < media[0]:
            raise refused("slot", f"page {strip.page + 1}")
        part = add_part(writer, form, box)
        annotation = writer.add_object(_annotation(strip, place, reference, part))
        writer.register_annotation(reference, annotation)


def _annotation(
    strip: Strip, place: Edges, page: generic.IndirectObject, part: generic.IndirectObject
) -> generic.DictionaryObject:
    return generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Stamp"),
            pdf_name("/Rect"): rectangle(place),
            pdf_name("/F"): generic.NumberObject(_FLAGS),
            pdf_name("/NM"): generic.pdf_string(f"{_NAME}{strip.page + 1}"),
            pdf_name("/Contents"): generic.pdf_string(f"骑缝章 {strip.number + 1}/{strip.count}"),
            pdf_name("/P"): page,
            pdf_name("/AP"): generic.DictionaryObject({pdf_name("/N"): part}),
        }
    )


def rides(handler: PdfHandler, appearance: Appearance) -> bool | None:
    """Whether the strips on the pages are those of that seal, all of them and nothing else.

    None where no annotation is there that could be one: only links and form fields.
    """
    pages = list(_pages(handler))
    found = [(number, held) for number, page in enumerate(pages) for held in _stamps(page)]
    if not found:
        return None
    strips = strips_of(len(pages))
    if [number for number, _ in found] != [strip.page for strip in strips]:
        return False
    try:
        return all(
            _is_strip(held, strip, appearance, media_of(pages[strip.page], strip.page + 1))
            for strip, (_, held) in zip(strips, found, strict=True)
        )
    except SealRefused:  # a page that is turned has no strip of ours
        return False


def _stamps(page: Node) -> Iterator[Node]:
    """The annotations of a page that are neither links nor form fields."""
    for annotation in entry(page, "/Annots"):
        held = annotation.get_object()
        if str(held["/Subtype"]) not in {"/Link", "/Widget"}:
            yield held


def _is_strip(held: Node, strip: Strip, appearance: Appearance, media: Edges) -> bool:
    shown = entry(held, "/AP")
    return (
        held["/Subtype"] == "/Stamp"
        and set(held) <= _KEYS
        and held["/F"] == _FLAGS
        and same_edges(held["/Rect"], strip.place(appearance, media), 0.002)
        and set(shown) == {"/N"}
        and is_part(shown["/N"], appearance, strip.box(appearance))
    )


def _pages(handler: PdfHandler) -> Iterator[Node]:
    """The pages in order; a tree that leads back into itself is walked once."""
    pending = [handler.root.raw_get("/Pages")]
    seen: set[generic.Reference] = set()
    while pending:
        held = pending.pop()
        if isinstance(held, generic.IndirectObject):
            if held.reference in seen:
                continue
            seen.add(held.reference)
        node = held.get_object()
        if "/Kids" in node:
            pending += reversed(list(node["/Kids"]))
        else:
            yield node
