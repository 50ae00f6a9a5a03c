"""Lines of a draft told apart: red head, title, 主送, text, 附件, closing, 版记.

Patterns of the text decide first, its look (size, alignment) second, styles never. What is
concluded on weak grounds leaves a note with a low confidence.
"""

import re
from collections.abc import Sequence
from typing import Final

from formats.document.headings import level_of
from formats.document.intake.closing import (
    attachment,
    attachment_notes,
    bound_attachments,
    closing,
    imprint,
)
from formats.document.intake.lines import Notes, SourceLine
from formats.document.intake.parts import ISSUER, LONG, TITLE_LINES, Parts, blocks_of, compact
from formats.document.kinds import KINDS, kind_of_title
from formats.document.model import DocumentNumber
from formats.document.names import is_class_name, parse_number, split_recipients
from formats.i18n import tr

NO_TITLE: Final = "（待填标题）"
"""What stands where the draft has no title."""

NUMBER: Final = re.compile(
    r"^\S{1,24}?\s*[〔\[［(（【]\s*[0-9０-９]{4}\s*[〕\]］)）】]\s*第?\s*[0-9０-９]{1,6}\s*号"
)
SOURCE: Final = re.compile(
    r"^(?:(?:文章|信息|稿件)?来源|出处|作者|编辑|责任编辑|更新时间|发布时间|发布日期|发表时间|浏览次数|点击数|字号|字体)\s*[：:]"
)
_BODY_SIZE: Final = 17.0
"""Points; 3号 is 16. Larger type at the top is a title or a red head."""


def classify(lines: Sequence[SourceLine], notes: Notes) -> Parts:
    """The parts of the document that the lines make up."""
    parts = Parts()
    rest = imprint(list(lines), parts)
    rest, bound = bound_attachments(rest)
    rest = _head(rest, parts, notes)
    rest = _title(rest, parts, notes)
    rest = _recipients(rest, parts, notes)
    rest = closing(rest, parts, notes)
    names = attachment_notes(rest)
    parts.body = blocks_of(rest)
    for number, section in enumerate(bound):
        parts.attachments.append(attachment(section, names, number, notes))
    for name in names[len(bound) :]:
        notes.add("attachments", tr("附件“{name}”只有名称，没有内容。", name=name), 0.6)
    return parts


def _head(lines: list[SourceLine], parts: Parts, notes: Notes) -> list[SourceLine]:
    """份号, 紧急程度, 发文机关标志, 发文字号, 签发人: whatever stands above the title."""
    at = 0
    found_number = next((n for n, x in enumerate(lines[:8]) if NUMBER.match(x.text)), None)
    while at < len(lines) and not lines[at].table:
        text = lines[at].text
        packed = compact(text)
        if re.fullmatch(r"[0-9]{6}", packed):
            parts.fields["copy_number"] = packed
        elif packed in {"特急", "加急"}:
            parts.fields["urgency"] = "extra_urgent" if packed == "特急" else "urgent"
        elif SOURCE.match(text):
            notes.add("source", tr("已略去来源行：{text}", text=text), line=lines[at].number)
        elif NUMBER.match(text):
            _number_line(text, parts)
        elif packed.startswith("签发人"):
            parts.fields["approvers"] = _persons(packed)
        elif packed.endswith("文件") and ISSUER.match(packed.removesuffix("文件")):
            parts.fields.setdefault("issuers", (packed.removesuffix("文件"),))
        elif found_number is not None and at < found_number and ISSUER.match(packed):
            parts.fields["issuers"] = (*parts.fields.get("issuers", ()), packed)
        else:
            break
        at += 1
    return lines[at:]


def _number_line(text: str, parts: Parts) -> None:
    found = NUMBER.match(text)
    number: DocumentNumber | None = parse_number(found[0]) if found else None
    if number is not None:
        parts.fields["number"] = number
    if "签发人" in text:
        parts.fields["approvers"] = _persons(text.split("签发人", 1)[1])


def _persons(text: str) -> tuple[str, ...]:
    names = re.split(r"[、，,；; \u3000]+", text.removeprefix("签发人").strip("：: "))
    return tuple(name for name in names if name)


def _title(lines: list[SourceLine], parts: Parts, notes: Notes) -> list[SourceLine]:
    """The first lines: up to one that ends in a 文种, else those set like a title, else one."""
    text = ""
    for count, line in enumerate(lines[:TITLE_LINES], start=1):
        if line.table or len(line.text) > LONG or line.text.endswith(("。", "；", "：")):
            break
        text += line.text
        if kind_of_title(text) is not None:
            return _titled(lines, count, parts, notes, confidence=0.95)
    count = 0
    while count < min(TITLE_LINES, len(lines)) and _looks_like_title(lines[count]):
        count += 1
    first = lines[0] if lines else None
    if first is None or first.table or (not count and len(first.text) > LONG):
        notes.add("title", tr("没有找到标题，请填写。"), 0.0)
        parts.fields["title"] = NO_TITLE
        return lines
    return _titled(lines, max(count, 1), parts, notes, confidence=0.7 if count else 0.5)


def _looks_like_title(line: SourceLine) -> bool:
    return (
        line.table is None
        and len(line.text) <= LONG
        and (line.align == "center" or (line.size or 0) > _BODY_SIZE)
    )


def _titled(
    lines: list[SourceLine], count: int, parts: Parts, notes: Notes, *, confidence: float
) -> list[SourceLine]:
    text = "".join(line.text for line in lines[:count])
    parts.fields["title"] = text
    kind = kind_of_title(text)
    if kind is None:
        notes.add("kind", tr("标题“{title}”中没有文种，暂按通知处理。", title=text), 0.3)
    elif confidence < 0.9:  # noqa: PLR2004 - told by its look alone
        notes.add("title", tr("按字号和位置认定标题：{title}", title=text), confidence)
    parts.fields["kind"] = kind or "notice"
    parts.fields["direction"] = KINDS[kind or "notice"].directions[0]
    issuer = text.split("关于", 1)[0] if "关于" in text else ""
    if issuer and ISSUER.match(issuer):
        parts.fields.setdefault("issuers", (issuer,))
    rest = lines[count:]
    while rest and not rest[0].table and SOURCE.match(rest[0].text):
        message = tr("已略去来源行：{text}", text=rest[0].text)
        notes.add("source", message, line=rest[0].number)
        rest = rest[1:]
    return rest


def _recipients(lines: list[SourceLine], parts: Parts, notes: Notes) -> list[SourceLine]:
    if not lines or lines[0].table or not lines[0].text.endswith("："):
        return lines
    names = split_recipients(lines[0].text)
    known = all(is_class_name(n) or ISSUER.match(n) for n in names)
    if not known and (lines[0].indented or level_of(lines[0].text)):
        return lines  # an introduction such as 现通知如下：
    if not known:
        notes.add("main_recipients", tr("请核对主送机关：{names}", names=lines[0].text), 0.6)
    parts.fields["main_recipients"] = names
    return lines[1:]
