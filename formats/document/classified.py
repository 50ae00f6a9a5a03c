"""密级 marks: found in order to be refused, never kept.

保守国家秘密法 forbids state secrets on a network like this one; 条例 article 26 sends them other
ways. A hit ends in `formats.errors.Classified` before anything is stored or sent.
"""

import re
from collections.abc import Iterator
from typing import Final

from formats.document.model import Block, Document
from formats.errors import Classified

FIELDS: Final = frozenset({
        "classification", "classification_period", "classificationperiod", "classified",
        "secrecy", "secrecy_level", "secrecy_period", "密级", "保密期限", "密级和保密期限",
})  # fmt: skip
"""Field names under which other systems carry a 密级, in lower case."""

_NONE: Final = frozenset({"", "无", "公开", "非密", "非涉密", "普通", "none", "public", "null"})
_STAR: Final = re.compile(r"(绝\s*密|机\s*密|秘\s*密)\s*[★☆]")
_LINE: Final = re.compile(
    r"^[^\S\n]*密\s*级\s*(?:和保密期限\s*)?[：:]\s*(?P<value>\S[^\r\n]{0,20})", re.MULTILINE
)
# The stamp alone on its line, with or without a period: 机密, 秘密 一年, 绝密 长期.
_ALONE: Final = re.compile(
    r"^\s*(绝\s*密|机\s*密|秘\s*密)\s*"
    r"(?:(?:长期|启封前|[0-9０-９一二三四五六七八九十]{1,3}\s*(?:年|个月|月))\s*)?$"
)


def refuse_field(field: str, value: object) -> None:
    """Raises `Classified` when the field is one for a 密级 and says there is one."""
    if field.strip().lower() not in FIELDS:
        return
    if value is None or value is False or str(value).strip().lower() in _NONE:
        return  # it says there is none; the parser then refuses the field as unknown
    raise Classified(f"field {field!r}", mark=str(value)[:20])


def refuse_text(text: str) -> None:
    """Raises `Classified` for ``机密★`` anywhere, or a line that begins with ``密级：``."""
    found = _STAR.search(text)
    if found:
        raise Classified("a mark with a star", mark=re.sub(r"\s", "", found[1]))
    line = _LINE.search(text)
    if line and line["value"].strip().lower() not in _NONE:
        raise Classified("a line for the mark", mark=line["value"].strip())


def refuse_paragraph(text: str) -> None:
    """As `refuse_text`, and for a paragraph that is nothing but the stamp."""
    refuse_text(text)
    found = _ALONE.match(text)
    if found:
        raise Classified("a stamp alone on its line", mark=re.sub(r"\s", "", found[1]))


def refuse_classified(document: Document) -> None:
    """Raises `Classified` when any text of the document carries a 密级 mark."""
    for text in (
        document.title, document.note or "", document.issuer_mark or "", document.contact or "",
        document.copy_number or "", document.printer or "",
        *document.issuers, *document.main_recipients, *document.cc,
    ):  # fmt: skip
        refuse_paragraph(text)
    for text in _paragraphs(document.body):
        refuse_paragraph(text)
    for attachment in document.attachments:
        refuse_paragraph(attachment.title)
        for text in _paragraphs(attachment.body):
            refuse_paragraph(text)
    for block in (*document.body, *(b for a in document.attachments for b in a.body)):
        if block.table is not None:
            for cell in (*block.table.header, *(c for row in block.table.rows for c in row)):
                refuse_text(cell)


def _paragraphs(blocks: tuple[Block, ...]) -> Iterator[str]:
    return (block.text for block in blocks if block.text is not None)
