"""Read lines to a `Document`, with notes on what had to be concluded or is missing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

import msgspec

from formats.document.intake import gather as from_lines
from formats.document.intake.attached import attachments_of
from formats.document.intake.classify import Reading
from formats.document.intake.clues import HOUR, compact
from formats.document.intake.gather import Gathered, blocks_of, gather
from formats.document.intake.identity import (
    NO_TITLE,
    Mark,
    direction_of,
    format_of,
    issuers_of,
    kind_of,
    mark_of,
    shown_mark,
)
from formats.document.intake.lines import Notes, SourceLine
from formats.document.kinds import KINDS
from formats.document.model import Block, Document, DocumentNumber, Kind, Signature
from formats.i18n import tr

NO_ISSUER: Final = "（待填发文机关）"
"""What stands where the draft names no issuer; rule R16 keeps it from leaving."""
_TEXT: Final = frozenset({"text", "table", "head_table", "image", "caption"})


def assemble(readings: Sequence[Reading], notes: Notes) -> Document:
    """The document that the lines make."""
    found = gather(readings)
    mark = mark_of(found)
    title = _title(found, mark, notes)
    kind = kind_of(title, mark, notes)
    day = _day(found, notes)
    title, numbered = from_lines.numbered_title(title)
    approvers = from_lines.approvers(found)
    recipients = from_lines.recipients(found)
    body = body_of([r for r in readings if r.state in _TEXT])
    signed = from_lines.signed(found)
    issuers = issuers_of(signed, mark, title, notes)
    if not issuers:
        notes.add("issuers", tr("没有找到发文机关，请填写。"), 0.0)
    number = _number(found, mark.text or _spoken(kind, issuers), day, notes) or numbered
    form = format_of(kind, mark, number)
    signers = from_lines.signers(found)
    printer, print_date = from_lines.printed(found)
    _note_left_out(readings, notes)
    return Document(
        kind=kind,
        format=form,
        direction=direction_of(kind, issuers, recipients, approved=bool(approvers)),
        issuers=issuers or (NO_ISSUER,),
        issuer_mark=shown_mark(mark, issuers, form),
        number=number,
        copy_number=from_lines.copy_number(found),
        urgency=from_lines.urgency(found),
        approvers=approvers,
        title=title,
        main_recipients=recipients,
        body=tuple(body),
        attachments=attachments_of(readings, notes),
        issue_date=day,
        signature="personal" if signers else _signature(kind, found),
        signers=signers,
        attendance=from_lines.attendance(readings),
        note=from_lines.bracketed(found.of("note"), "；"),
        contact=from_lines.bracketed(found.of("contact", "contact_more"), "，"),
        cc=from_lines.copies(found),
        printer=printer,
        print_date=print_date,
        reply_to=from_lines.answered(body),
    )


def _day(found: Gathered, notes: Notes) -> date | None:
    day = from_lines.issued(found)
    if day is None:
        notes.add("issue_date", tr("没有找到成文日期，请填写。"), 0.0)
    for text in found.of("issue_date"):
        if HOUR.search(text):
            notes.add("issue_date", tr("成文日期后的时刻没有导入：{text}", text=text[:40]), 0.8)
    return day


def _number(found: Gathered, mark: str, day: date | None, notes: Notes) -> DocumentNumber | None:
    number, supplied = from_lines.number(found, mark, day)
    if supplied:
        message = tr("发文字号中没有机关代字或年份，请核对：{number}", number=number)
        notes.add("number", message, 0.5)
    elif number is None and found.of("number"):
        notes.add("number", tr("发文字号没有填写完整，请补充。"), 0.0)
    return number


def _spoken(kind: Kind, issuers: tuple[str, ...]) -> str:
    """What a number without 机关代字 counts: 安徽省财政厅公告, 安徽省人民政府令."""
    words = "令" if kind == "order" else KINDS[kind].chinese
    return "".join(issuers[:1]) + words


def _title(found: Gathered, mark: Mark, notes: Notes) -> str:
    text = "".join(compact_title(row) for row in found.of("title", "title_more"))
    if text:
        return text
    if mark.order or mark.minutes or (mark.text and not mark.paper):
        return mark.text
    notes.add("title", tr("没有找到标题，请填写。"), 0.0)
    return NO_TITLE


def compact_title(row: str) -> str:
    """A row of the title; blanks between Chinese characters only spread it."""
    packed = compact(row)
    return packed if not any(c.isascii() and c.isalpha() for c in packed) else " ".join(row.split())


def _signature(kind: Kind, found: Gathered) -> Signature:
    """Without a signature below the text, what may go out unsealed is taken to do so."""
    return "none" if KINDS[kind].seal_optional and not found.of("issuers") else "seal"


def body_of(readings: Sequence[Reading]) -> list[Block]:
    """The text; a line that names the picture above it becomes its 图题."""
    lines: list[SourceLine] = []
    for reading in readings:
        line = reading.line
        above = lines[-1].image if lines else None
        if reading.state == "caption" and above is not None and above.caption is None:
            lines[-1] = replace(lines[-1], image=msgspec.structs.replace(above, caption=line.text))
        else:
            lines.append(line)
    return blocks_of(lines)


def _note_left_out(readings: Sequence[Reading], notes: Notes) -> None:
    for reading in readings:
        line = reading.line
        if reading.element != "left_out":
            continue
        if reading.state == "head_image":
            message = tr("版头处的图片没有导入；发文机关标志由系统排版。")
        elif line.image is not None:
            message = tr("浮于文字上方的图片（可能是印章）没有导入。")
        else:
            message = tr("已略去：{text}", text=line.text[:40])
        notes.add("source", message, line=line.number)
