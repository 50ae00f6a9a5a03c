"""A document as DOCX, to be written on in Word or WPS: the standard's page, type and elements.

It flows: pages are cut by whoever opens it. So it holds what a word processor can keep by itself
(GB/T 9704-2012 5.2: margins, 22 rows of 28 characters; GB/T 33476.2-2016 6.2), and leaves to the
typesetter what needs the whole page: seals, a 版记 on an even page, the solver's remedies.
"""

from lxml import etree

from formats.document.model import Document
from formats.write.docx_body import attachment_note, attachments, blocks, recipients, title
from formats.write.docx_closing import attendance, closing
from formats.write.docx_head import HEADER_TOP, TOP, head_of
from formats.write.docx_imprint import imprint
from formats.write.docx_markup import R, kept, twips, w
from formats.write.docx_package import FOOTER_BELOW, FOOTERS, HEADER, package
from formats.write.docx_tables import Media, Sections

_BOTTOM = 32.58
_LEFT = 28.0
_RIGHT = 26.0
_TURNED_BELOW = 9.0


def write_docx(document: Document) -> bytes:
    """The DOCX; the same document is always the same bytes. Raises `BadImage`."""
    media = Media()
    head = head_of(document)
    sections = Sections(
        lambda upright, first: _section(upright=upright, own=first and head.first is not None)
    )
    body = w("body", *head.elements)
    if document.format != "order":
        body.append(title(document.title, "title", head.before))
        body.append(w("p"))
    body.extend(recipients(document))
    end = closing(document)
    text = list(blocks(document.body, media, sections))
    after = [*attachment_note(document.attachments), *attendance(document)]
    # What is signed below no text might have been signed for another: 7.3.5.5.
    body.extend(text[:-1])
    body.extend(kept([*text[-1:], *after]) if end else [*text[-1:], *after])
    body.extend(end)
    body.extend(attachments(document, media, sections))
    body.extend(imprint(document))
    body.append(sections.last())
    return package(
        body,
        title=document.title,
        author=document.issuers[0],
        images=media.files,
        first=head.first,
    )


def _section(*, upright: bool, own: bool) -> etree._Element:
    """``w:sectPr``; ``own`` when its first page has a header and a footer of its own."""
    kinds = ["default", "even", *(["first"] if own else [])]
    links = []
    if own:
        links.append(_link("headerReference", "first", HEADER))
    links += [_link("footerReference", kind, FOOTERS[kind]) for kind in kinds]
    across, down = twips(210), twips(297)
    if upright:
        size = w("pgSz", w=across, h=down)
        sides = {"top": TOP, "right": _RIGHT, "bottom": _BOTTOM, "left": _LEFT}
        below = FOOTER_BELOW
    else:
        size = w("pgSz", w=down, h=across, orient="landscape")
        sides = {"top": _LEFT, "right": TOP, "bottom": _RIGHT, "left": _BOTTOM}
        below = _TURNED_BELOW
    margins = {name: twips(mm) for name, mm in sides.items()}
    return w(
        "sectPr",
        *links,
        w("type", val="nextPage"),
        size,
        w("pgMar", **margins, header=twips(HEADER_TOP), footer=twips(below), gutter=0),
        w("titlePg") if own else None,
    )


def _link(tag: str, kind: str, relation: str) -> etree._Element:
    element = w(tag, type=kind)
    element.set(f"{{{R}}}id", relation)
    return element
