"""What the editor's form holds, and the document it describes: pure functions both ways."""

import re
from dataclasses import dataclass, replace
from datetime import date

import msgspec

from formats.document.headings import blocks_of_text, images_of, picture_line, text_of_blocks
from formats.document.intake.take_in import NO_ISSUER
from formats.document.kinds import KINDS
from formats.document.model import (
    Attendance,
    Direction,
    Document,
    DocumentNumber,
    Format,
    Image,
    Kind,
    Sensitivity,
    Signature,
    Signer,
    Urgency,
)

ADOPTED = frozenset({"issuers", "number", "issue_date"})
"""Fields that a document taken in gets from the own body where it leaves them open."""


@dataclass(frozen=True, slots=True)
class Form:
    """What the person typed, as typed."""

    kind: Kind = "notice"
    format: Format = "general"
    direction: Direction = "down"
    mark: str = ""
    year: int = 0
    serial: int = 0
    title: str = ""
    main: str = ""
    body: str = ""
    images: tuple[Image, ...] = ()
    """The pictures that lines of ``body`` stand for."""
    cc: str = ""
    note: str = ""
    contact: str = ""
    approvers: str = ""
    urgency: Urgency | None = None
    sensitivity: Sensitivity = "public"
    issue_date: date | None = None
    signature: Signature = "seal"
    signers: str = ""
    """职务 and 姓名, a space between; several separated by 、."""
    present: str = ""
    absent: str = ""
    observers: str = ""
    barcode: bool = False


def split_names(text: str) -> tuple[str, ...]:
    """Names as offices list them: separated by 、，, or new lines."""
    return tuple(name.strip() for name in re.split("[、，,；;\n]", text) if name.strip())


def signers_of(text: str) -> tuple[Signer, ...]:
    """省长 王某某、副省长 李某某: the name is what follows the last space."""
    found = []
    for part in split_names(text):
        office, _, name = part.rpartition(" ")
        found.append(Signer(office=office.strip(), name=name.strip()))
    return tuple(found)


def with_kind(form: Form, kind: Kind) -> Form:
    """The form when another 文种 is chosen: what was the usual thing for the old one follows."""
    old, new = KINDS[form.kind], KINDS[kind]
    personal: Signature = "personal" if new.personal and new.format == "order" else "seal"
    was: Signature = "personal" if old.personal and old.format == "order" else "seal"
    kept = form.direction in new.directions and form.direction != old.directions[0]
    return replace(
        form,
        kind=kind,
        format=new.format if form.format == old.format else form.format,
        direction=form.direction if kept else new.directions[0],
        signature=personal if form.signature == was else form.signature,
    )


def with_picture(form: Form, image: Image) -> Form:
    """The form with a picture below its text."""
    images = (*form.images, image)
    lines = (
        [form.body, picture_line(len(images), image)]
        if form.body
        else [picture_line(len(images), image)]
    )
    return replace(form, images=images, body="\n".join(lines))


def document_of(form: Form, base: Document) -> Document:
    """The document that the form describes; what the form does not show stays as in ``base``."""
    number = (
        DocumentNumber(mark=form.mark, year=form.year, serial=form.serial)
        if form.mark and form.year >= 1949 and form.serial >= 1  # noqa: PLR2004 - model limits
        else None
    )
    return Document(
        kind=form.kind,
        format=form.format,
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
        body=blocks_of_text(form.body, form.images),
        attachments=base.attachments,
        issue_date=form.issue_date,
        signature=form.signature,
        signers=signers_of(form.signers) if form.signature == "personal" else (),
        attendance=_attendance(form),
        barcode=form.barcode,
        note=form.note.strip() or None,
        contact=form.contact.strip() or None,
        cc=split_names(form.cc),
        printer=base.printer,
        print_date=form.issue_date if base.printer else base.print_date,
        reply_to=base.reply_to,
    )


def _attendance(form: Form) -> Attendance | None:
    """Only 纪要 names who was there."""
    found = Attendance(
        present=split_names(form.present),
        absent=split_names(form.absent),
        observers=split_names(form.observers),
    )
    return found if form.format == "minutes" and found != Attendance() else None


def form_of(document: Document) -> Form:
    """The form of a document."""
    number = document.number
    attendance = document.attendance or Attendance()
    return Form(
        kind=document.kind,
        format=document.format,
        direction=document.direction,
        mark=number.mark if number else "",
        year=number.year if number else 0,
        serial=number.serial if number else 0,
        title=document.title,
        main="、".join(document.main_recipients),
        body=text_of_blocks(document.body),
        images=images_of(document.body),
        cc="、".join(document.cc),
        note=document.note or "",
        contact=document.contact or "",
        approvers="、".join(document.approvers),
        urgency=document.urgency,
        sensitivity=document.sensitivity,
        issue_date=document.issue_date,
        signature=document.signature,
        signers="、".join(f"{s.office} {s.name}".strip() for s in document.signers),
        present="、".join(attendance.present),
        absent="、".join(attendance.absent),
        observers="、".join(attendance.observers),
        barcode=document.barcode,
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
