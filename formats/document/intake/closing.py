"""The end of a draft: 附件说明, 署名, 成文日期, 附注, bound 附件, 版记."""

import re
from datetime import date
from typing import Final

from formats.document.headings import level_of
from formats.document.intake.lines import Notes, SourceLine
from formats.document.intake.parts import ISSUER, LONG, TITLE_LINES, Parts, blocks_of, compact
from formats.document.model import Attachment
from formats.document.names import split_recipients
from formats.i18n import tr

_DATE: Final = re.compile(
    r"^([0-9０-９]{4})\s*年\s*([0-9０-９]{1,2})\s*月\s*([0-9０-９]{1,2})\s*日$"
)
_HAN_DATE: Final = re.compile(
    r"^([〇○零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日$"
)
_PRINTED: Final = re.compile(
    r"^(.*?)\s*([0-9０-９]{4}年[0-9０-９]{1,2}月[0-9０-９]{1,2}日)\s*印发$"
)
_ATTACHED: Final = re.compile(r"^附\s*件\s*[：:]\s*(.*)$")
_ATTACHED_ITEM: Final = re.compile(r"^[0-9０-９]{1,2}\s*[.．、]\s*(.+)$")
_ATTACHMENT: Final = re.compile(r"^附\s*件\s*([0-9０-９]{1,2}|[一二三四五六七八九十]{1,2})?$")
_NOTE: Final = re.compile(r"^（(.{2,200})）$")
_HAN_DIGITS: Final = "〇一二三四五六七八九"


def parse_date(text: str) -> date | None:
    """2026年11月23日, also in Chinese numerals; ``None`` when it is no day of the calendar."""
    packed = re.sub(r"\s", "", text)
    if found := _DATE.match(packed):
        year, month, day = (int(part) for part in found.groups())
    elif found := _HAN_DATE.match(packed):
        digits = found[1].replace("○", "〇").replace("零", "〇")
        year = int("".join(str(_HAN_DIGITS.index(c)) for c in digits))
        month, day = _han_number(found[2]), _han_number(found[3])
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _han_number(text: str) -> int:
    tens, ten, ones = text.rpartition("十")
    value = _HAN_DIGITS.index(ones) if len(ones) == 1 else 0
    return value + (10 * (_HAN_DIGITS.index(tens) if tens else 1) if ten else 0)


def imprint(lines: list[SourceLine], parts: Parts) -> list[SourceLine]:
    """抄送 and 印发, at the end of all; 抄送 runs on until its full stop."""
    kept: list[SourceLine] = []
    copying = False
    for line in lines:
        text = "" if line.table else line.text
        if found := _PRINTED.match(text):
            parts.fields["printer"] = found[1].strip() or None
            parts.fields["print_date"] = parse_date(found[2])
            copying = False
        elif re.match(r"^抄\s*送\s*[：:]", text):
            parts.fields["cc"] = split_recipients(re.split(r"[：:]", text, maxsplit=1)[1])
            copying = not text.endswith("。")
        elif copying and text and not _PRINTED.match(text):
            parts.fields["cc"] += split_recipients(text)
            copying = not text.endswith("。")
        else:
            copying = False
            kept.append(line)
    return kept


def bound_attachments(
    lines: list[SourceLine],
) -> tuple[list[SourceLine], list[list[SourceLine]]]:
    """The lines before the first 附件 page, and those of each."""
    starts = [n for n, line in enumerate(lines) if not line.table and _ATTACHMENT.match(line.text)]
    if not starts or starts[0] == 0:
        return lines, []
    ends = [*starts[1:], len(lines)]
    return lines[: starts[0]], [lines[a + 1 : b] for a, b in zip(starts, ends, strict=True)]


def closing(lines: list[SourceLine], parts: Parts, notes: Notes) -> list[SourceLine]:
    """署名, 成文日期, 附注 at the end of the text."""
    at = next(
        (n for n in range(len(lines) - 1, -1, -1)
         if not lines[n].table and parse_date(lines[n].text) is not None),
        None,
    )  # fmt: skip
    if at is None or len(lines) - at > 4:  # noqa: PLR2004 - 附注 and 联系人 may follow, no more
        if lines:
            notes.add("issue_date", tr("没有找到成文日期，请填写。"), 0.0)
        return lines
    parts.fields["issue_date"] = parse_date(lines[at].text)
    for line in lines[at + 1 :]:
        _after_date(line, parts, notes)
    start = at
    while start and not lines[start - 1].table and ISSUER.match(compact(lines[start - 1].text)):
        start -= 1
    if start < at:
        signed = tuple(compact(line.text) for line in lines[start:at])
        if parts.fields.get("issuers", signed) != signed:
            notes.add("issuers", tr("版头、标题与署名的发文机关不一致，以署名为准。"), 0.6)
        parts.fields["issuers"] = signed
    return lines[:start]


def _after_date(line: SourceLine, parts: Parts, notes: Notes) -> None:
    found = _NOTE.match(line.text)
    inner = found[1] if found else line.text
    if "联系" in inner or "电话" in inner:
        parts.fields["contact"] = inner
    elif found and "note" not in parts.fields:
        parts.fields["note"] = inner
    elif not line.table:
        notes.add(
            "note", tr("成文日期之后的内容没有导入：{text}", text=inner[:40]), 0.3, line.number
        )


def attachment_notes(lines: list[SourceLine]) -> list[str]:
    """附件说明 at the end of the text; taken off ``lines``."""
    start = next(
        (n for n in range(len(lines) - 1, max(-1, len(lines) - 60), -1)
         if not lines[n].table and _ATTACHED.match(lines[n].text)),
        None,
    )  # fmt: skip
    if start is None:
        return []
    found = _ATTACHED.match(lines[start].text)
    rest = [found[1] if found else "", *(line.text for line in lines[start + 1 :])]
    names: list[str] = []
    for text in (part.strip() for part in rest):
        item = _ATTACHED_ITEM.match(text)
        if item:
            names.append(item[1])
        elif text and names:
            names[-1] += text  # a wrapped name
        elif text:
            names.append(text)
    del lines[start:]
    return [name.rstrip("。；;") for name in names]


def attachment(
    section: list[SourceLine], names: list[str], number: int, notes: Notes
) -> Attachment:
    """One bound attachment; its own first line is its title when the note says the same."""
    named = names[number] if number < len(names) else None
    text, count = "", 0
    for line in section[:TITLE_LINES]:
        if line.table or len(line.text) > LONG or level_of(line.text):
            break
        text, count = text + line.text, count + 1
        if named is None or compact(text) == compact(named):
            break
    if named is not None and compact(text) != compact(named):
        count = 1 if count and section[0].align == "center" else 0
    title = named or text or f"附件{number + 1}"
    if named is None:
        notes.add(
            "attachments", tr("正文没有附件说明，附件标题取自附件首行：{title}", title=title), 0.7
        )
    return Attachment(title=title, body=tuple(blocks_of(section[count:])))
