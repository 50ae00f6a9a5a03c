"""What the editor's form holds, and the document it describes: pure functions both ways."""

import re
from dataclasses import dataclass
from datetime import date

import msgspec

from formats.document.headings import blocks_of_text, text_of_blocks
from formats.document.intake.take_in import NO_ISSUER
from formats.document.model import Direction, Document, DocumentNumber, Kind, Sensitivity, Urgency

ADOPTED = frozenset({"issuers", "number", "issue_date"})
"""Fields that a document taken in gets from the own body where it leaves them open."""


@dataclass(frozen=True, slots=True)
class Form:
    """What the person typed, as typed."""

    kind: Kind = "notice"
    direction: Direction = "down"
    mark: str = ""
    year: int = 0
    serial: int = 0
    title: str = ""
    main: str = ""
    body: str = ""
    cc: str = ""
    note: str = ""
    contact: str = ""
    approvers: str = ""
    urgency: Urgency | None = None
    sensitivity: Sensitivity = "public"
    issue_date: date | None = None


def split_names(text: str) -> tuple[str, ...]:
    """Names as offices list them: separated by 、，, or new lines."""
    return tuple(name.strip() for name in re.split("[、，,；;\n]", text) if name.strip())


def document_of(form: Form, base: Document) -> Document:
    """The document that the form describes; what the form does not show stays as in ``base``."""
    number = (
        DocumentNumber(mark=form.mark, year=form.year, serial=form.serial)
        if form.mark and form.year >= 1949 and form.serial >= 1  # noqa: PLR2004 - model limits
        else None
    )
    return Document(
        kind=form.kind,
        format=base.format,
        direction=form.direction,
        issuers=base.issuers,
        issuer_mark=base.issuer_mark,
        number=number,
        copy_number=base.copy_number,
        urgency=form.urgency,
        approvers=split_names(form.approvers),
        sensitivity=form.sensitivity,
        title=form.title.strip(),
        main_recipients=split_names(form.main),
        body=blocks_of_text(form.body),
        attachments=base.attachments,
        issue_date=form.issue_date,
        signature=base.signature,
        note=form.note.strip() or None,
        contact=form.contact.strip() or None,
        cc=split_names(form.cc),
        printer=base.printer,
        print_date=form.issue_date if base.printer else base.print_date,
        reply_to=base.reply_to,
    )


def form_of(document: Document) -> Form:
    """The form of a document."""
    number = document.number
    return Form(
        kind=document.kind,
        direction=document.direction,
        mark=number.mark if number else "",
        year=number.year if number else 0,
        serial=number.serial if number else 0,
        title=document.title,
        main="、".join(document.main_recipients),
        body=text_of_blocks(document.body),
        cc="、".join(document.cc),
        note=document.note or "",
        contact=document.contact or "",
        approvers="、".join(document.approvers),
        urgency=document.urgency,
        sensitivity=document.sensitivity,
        issue_date=document.issue_date,
    )


def adopted(document: Document, own: Document) -> Document:
    """A document that was taken in, with what it leaves open from an empty one of the own body."""
    return msgspec.structs.replace(
        document,
        issuers=own.issuers if document.issuers == (NO_ISSUER,) else document.issuers,
        number=document.number or own.number,
        issue_date=document.issue_date or own.issue_date,
    )


def filled(before: Document, after: Document, field: str) -> bool:
    """Whether `adopted` has answered for a field, so that nobody need be asked."""
    return field in ADOPTED and getattr(before, field) != getattr(after, field)
