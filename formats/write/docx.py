"""A document as DOCX, to be written on in Word or WPS: the standard's page, type and elements.

It flows: pages are cut by whoever opens it. So it holds what a word processor can keep by itself
(GB/T 9704-2012 5.2: margins, 22 rows of 28 characters; GB/T 33476.2-2016 6.2), and leaves to the
typesetter what needs the whole page: seals, a 版记 on an even page, the solver's remedies.
"""

from lxml import etree

from formats.document.model import Document
from formats.typeset.separate import NoSuchAttachment, separate_numbers
from formats.write.docx_body import (
    attachment_note,
    attachments,
    blocks,
    bound,
    recipients,
    title,
)
from formats.write.docx_closing import attendance, closing
from formats.write.docx_head import HEADER_TOP, TOP, head_of
from formats.write.docx_imprint import imprint
from formats.write.docx_markup import R, kept, space_before, twips, w
from formats.write.docx_package import FOOTER_BELOW, FOOTERS, HEADER, package
from formats.write.docx_tables import Media, Sections
from formats.write.docx_turned import HEADERS, PLAIN_FOOTER, PLAIN_HEADER, turned_parts

_BOTTOM = 32.58
_LEFT = 28.0
_RIGHT = 26.0
_TURNED_BELOW = 9.0


def write_docx(document: Document) -> bytes:
    """The DOCX; the same document is always the same bytes. Raises `BadImage`."""
    media = Media()
    head = head_of(document)
    turned = _has_landscape(document)
    sections = Sections(
        lambda upright, first: _section(
            upright=upright, own=first and head.first is not None, among_turned=turned
        )
    )
    body = w("body", *head.elements)
    if document.format != "order":
        body.append(title(document.title, "title", head.before))
        body.append(w("p"))
    to = recipients(document)
    end = closing(document)
    text = list(blocks(document.body, media, sections))
    if document.format == "order" and (to or text):
        space_before([*to, *text][0], head.before)
    body.extend(to)
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
        turned=turned_parts() if turned else {},
    )


def write_separate_docx(document: Document, number: int) -> bytes:
    """附件 ``number``, counted from 1, that is bound apart (7.3.7).

    Raises `NoSuchAttachment`, `BadImage`.
    """
    if number not in separate_numbers(document):
        raise NoSuchAttachment(str(number), number=number)
    attachment = document.attachments[number - 1]
    media = Media()
    turned = _has_landscape(document)
    sections = Sections(
        lambda upright, _: _section(upright=upright, own=False, among_turned=turned)
    )
    several = len(document.attachments) > 1
    of = str(document.number) if document.number else ""
    body = w("body")
    body.extend(bound(attachment, number if several else None, media, sections, of=of))
    body.append(sections.last())
    return package(
        body,
        title=attachment.title,
        author=document.issuers[0],
        images=media.files,
        first=None,
        turned=turned_parts() if turned else {},
    )


def _has_landscape(document: Document) -> bool:
    """Whether any page of it is turned."""
    bodies = (document.body, *(attachment.body for attachment in document.attachments))
    return any(
        block.table is not None and block.table.landscape for body in bodies for block in body
    )


def _section(*, upright: bool, own: bool, among_turned: bool) -> etree._Element:
    """``w:sectPr``; ``own`` when its first page has a header and a footer of its own.

    ``among_turned`` when any section of the document is landscape.
    """
    kinds = ["default", "even", *(["first"] if own else [])]
    links = []
    if own:
        links.append(_link("headerReference", "first", HEADER))
    for kind in ("default", "even") if among_turned else ():
        name = PLAIN_HEADER if upright else HEADERS[kind]
        links.append(_link("headerReference", kind, name))
    links += [
        _link("footerReference", kind, FOOTERS[kind] if upright else PLAIN_FOOTER) for kind in kinds
    ]
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
