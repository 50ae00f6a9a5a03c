"""署名, 成文日期, 附注 and 参会人员 of the DOCX. GB/T 9704-2012 7.3.5, 7.3.6, 10.3.

The places of seals are kept as blank rows. The name of who signs by 签名章 is typed where the stamp
goes: this file is for going on writing; what is issued is typeset.
"""

from collections.abc import Sequence
from typing import Final

from lxml import etree

from formats.document.model import Document
from formats.typeset.grid import CORE_WIDTH
from formats.typeset.head import named
from formats.typeset.seals import SEAL_GAP, seal_diameter
from formats.typeset.stamps import STAMP_WIDTH
from formats.typeset.words import joined
from formats.write.docx_head import layout_table
from formats.write.docx_markup import EM, LINE, blank, ems, kept, look, paragraph, plain, run, twips

_CORE: Final = twips(CORE_WIDTH)
_IN_ROW: Final = 3
_FEW: Final = 4
_ABOVE_SEAL: Final = 2
"""Blank rows between the text and the name under its seal."""


def closing(document: Document) -> list[etree._Element]:
    """The closing by the way the document is signed, then 附注."""
    day = document.issue_date
    date = f"{day.year}年{day.month}月{day.day}日" if day else ""
    issuers = named(document.issuers)
    if document.signature == "personal":
        found = _personal(document, date)
    elif document.signature == "seal" and len(issuers) > 1:
        found = _joint(issuers, date)
    elif document.signature == "seal" and issuers:
        found = _sealed(issuers[0], date)
    elif document.format == "minutes":
        found = [*blank(), *_date(date)] if date else []
    else:
        found = _unsealed(issuers, date)
    return [*kept(found[:-1]), *found[-1:], *_notes(document)]


def _date(date: str) -> list[etree._Element]:
    """The date, four characters free at its right."""
    return [paragraph("date", run(date), right=4 * EM, side="right")] if date else []


def _sealed(name: str, date: str) -> list[etree._Element]:
    """The name centred over the date (7.3.5.1)."""
    right = 4 * EM + round((ems(date) - ems(name)) * EM / 2)
    return [
        *blank(_ABOVE_SEAL),
        paragraph("issuer", run(name), right=max(0, right), side="right", keep_next=True),
        *_date(date),
    ]


def _joint(names: Sequence[str], date: str) -> list[etree._Element]:
    """Names side by side with the room of their seals, the date under the last one."""
    widest = max(seal_diameter(name) for name in names) + SEAL_GAP
    longest = max(ems(name) for name in names) * EM
    columns = min(_IN_ROW, len(names), int(CORE_WIDTH // widest)) or 1
    if len(names) <= _FEW:  # with more of them, names are wrapped so that the page holds the seals
        columns = min(columns, int(_CORE // longest)) or 1
    width = _CORE // columns
    widths = [width] * columns
    rows: list[list[list[etree._Element]]] = []
    for start in range(0, len(names), columns):
        line = names[start : start + columns]
        cells = [[paragraph("issuer", run(name), side="center")] for name in line]
        rows.append([[] for _ in range(columns - len(line))] + cells)
    heights = [None, *[max(twips(widest), 4 * LINE)] * (len(rows) - 1)]
    found = [*blank(_ABOVE_SEAL), layout_table(widths, rows, heights=heights, bottom=True)]
    if date:
        left = width * (columns - 1)
        found.append(paragraph("date", run(date), left=left, side="center"))
    return found


def _unsealed(names: Sequence[str], date: str) -> list[etree._Element]:
    """One blank row, the name with two characters free, the date two further in (7.3.5.2)."""
    if not names:
        return [*blank(), *_date(date)] if date else []
    right = 26 * EM
    left = max(0.0, 26 - max(ems(name) for name in names))
    if date and left + 2 + ems(date) > 26:  # noqa: PLR2004 - two of the row's 28 stay free
        left = 26 - ems(date) - 2
    start = min(round(left * EM), right)
    found = blank()
    found += [paragraph("issuer", run(name), left=start, keep_next=True) for name in names]
    if date:
        found.append(paragraph("date", run(date), left=start + 2 * EM))
    return found


def _personal(document: Document, date: str) -> list[etree._Element]:
    """职务, two characters, the place of the 签名章; the date a blank row below (7.3.5.3)."""
    stamp = twips(STAMP_WIDTH)
    found = blank(_ABOVE_SEAL)
    for signer in document.signers:
        name = plain(signer.name)
        if not name:
            continue
        # Four characters stay free at the right; the name stands in the middle of its stamp.
        right = 4 * EM + max(0, stamp - round(ems(name) * EM)) // 2
        gap = "\u3000\u3000"
        found.append(
            paragraph(
                "issuer",
                run(f"{plain(signer.office)}{gap}"),
                run(name, look("kai")),
                right=right,
                side="right",
                before=LINE // 2,
                keep_next=True,
            )
        )
    found += [*blank(), *_date(date)] if date else []
    return found


def _notes(document: Document) -> list[etree._Element]:
    """附注 in brackets, indented two (7.3.6)."""
    found = []
    for text in filter(None, (plain(text or "") for text in (document.contact, document.note))):
        whole = text if text.startswith("（") and text.endswith("）") else f"（{text}）"
        found.append(paragraph("note", run(whole)))
    return found


def attendance(document: Document) -> list[etree._Element]:
    """出席, 请假 and 列席, a blank row below the text (10.3)."""
    there = document.attendance
    if document.format != "minutes" or there is None:
        return []
    found: list[etree._Element] = []
    for label, people in (
        ("出席：", there.present), ("请假：", there.absent), ("列席：", there.observers),
    ):  # fmt: skip
        names = named(people)
        if names:
            runs = [run(label, look("hei")), run(joined(names))]
            found.append(
                paragraph("attendance", *runs, left=(2 + len(label)) * EM, hanging=len(label) * EM)
            )
    return [*blank(), *found] if found else []
