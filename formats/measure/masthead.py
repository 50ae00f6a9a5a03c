"""版头 and the opening of 主体, recognised on page 1. GB/T 9704-2012 7.2, 7.3.1, 7.3.2, 10."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from formats.measure.report import LayoutFormat
from formats.measure.rows import Part, Row
from formats.measure.sheet import Box, Stroke
from formats.measure.views import View
from formats.typeset.grid import CORE_BOTTOM, CORE_LEFT, CORE_WIDTH, EM, PAGE_WIDTH, PITCH

NUMBER: Final = re.compile(
    r".{0,20}[〔（(\[［【﹝]\d{1,4}[〕）)\]］】﹞]第?[0-9０-９]+号|.{0,20}第[0-9〇零一二三四五六七八九十百]+[号期]"
    r"|[（(]?第?[0-9〇零一二三四五六七八九十百]+[）)]?[号期]"
)
_COPY: Final = re.compile(r"(?:№|No\.?)?[0-9]{1,10}")
_SECRECY: Final = re.compile(r"(?:绝密|机密|秘密)(?:[★☆].*)?")
_URGENCY: Final = re.compile(r"特急|加急|特提|平急|急件")
_ANNEX: Final = re.compile(r".*附件[0-9０-９]{0,3}")
_LOWEST_MARK: Final = 170.0
"""A joint mark of many issuers ends above this."""

_LARGE: Final = 25.0
"""Points: larger type near the top is a mark whatever its colour."""

_LEAST_RED: Final = 12.0
_TITLE_SIZE: Final = 17.4
"""Points: smaller type is not set for a title."""

_PAIR: Final = 3.5
"""Two red rules closer than this are a double rule, in mm."""

_MIDDLE: Final = PAGE_WIDTH / 2
_CORE_MIDDLE: Final = CORE_LEFT + CORE_WIDTH / 2
_CORNER_WIDTH: Final = 60.0


@dataclass(frozen=True, slots=True)
class Mark:
    """发文机关标志."""

    ink: Box
    parts: tuple[Part, ...]
    """Empty when it is a picture."""
    red: bool

    @property
    def text(self) -> str:
        """All of it, the right column of a joint mark last."""
        return "".join(part.text for part in sorted(self.parts, key=lambda part: part.left > 130))  # noqa: PLR2004 - right of the names


@dataclass(frozen=True, slots=True)
class DoubleRule:
    """Two red rules close together."""

    upper: Stroke
    lower: Stroke


@dataclass(frozen=True, slots=True)
class Masthead:
    """What stands above the text on page 1."""

    format: LayoutFormat
    mark: Mark | None = None
    number: Part | None = None
    approver_rows: tuple[Row, ...] = ()
    approvers: tuple[Part, ...] = ()
    """Label and names, from the part that begins with 签发人 on."""
    copy_number: Part | None = None
    secrecy: Part | None = None
    urgency: Part | None = None
    rules: tuple[Stroke, ...] = ()
    """Level rules across the page between mark and title, whatever their colour."""
    doubles: tuple[DoubleRule, ...] = ()
    title: tuple[Row, ...] = ()
    recipients: tuple[Row, ...] = ()
    end: float = 0.0
    """The lowest thing recognised here, in mm; text begins below."""


def _first_sideways(view: View) -> str:
    """The first line of a page whose content lies turned: there 附件 stands with its table."""
    glyphs = view.sheet.sideways
    return "".join(glyph.char for glyph in glyphs if abs(glyph.x - glyphs[0].x) < EM / 2).strip()


def read_masthead(view: View) -> Masthead:
    """The masthead of page 1; format ``unknown`` when there is none."""
    mark = _mark(view)
    doubles = _doubles(view)
    if mark is None:
        if view.rows and _ANNEX.fullmatch(view.rows[0].text):
            return Masthead("attachment", end=view.rows[0].whole.bottom)
        if view.sideways and _ANNEX.fullmatch(_first_sideways(view)):
            return Masthead("attachment")
        return Masthead("unknown", end=_opening_end(view))
    kind = _format(mark, doubles, view)
    below = [row for row in view.rows if row.y > mark.ink[3] - 1 and row.whole.tint != "red"]
    rules = tuple(
        stroke for stroke in view.level(60.0)
        if mark.ink[3] - 2 < stroke.y < mark.ink[3] + 7 * PITCH
    )  # fmt: skip
    head = _head_rows(below, rules, kind)
    number = _number(head, kind)
    approver_rows = _approver_rows(head)
    corner = _corner(view, mark, head if kind == "letter" else ())
    end = max(
        [mark.ink[3]]
        + [stroke.y for stroke in rules if kind != "order"]
        + ([number.bottom] if number else [])
        + [part.bottom for part in corner if part is not None and kind == "letter"]
    )
    after = [row for row in below if row.y > end]
    title = () if kind == "order" else _title(after)
    rest = [row for row in after if row not in title]
    recipients = _recipients(rest) if title else ()
    if title or recipients:
        end = (recipients or title)[-1].whole.bottom
    return Masthead(
        kind, mark, number, approver_rows, _approver_parts(approver_rows), *corner, rules, doubles,
        title, recipients, end,
    )  # fmt: skip


def _mark(view: View) -> Mark | None:
    top = [row for row in view.rows if row.y < _LOWEST_MARK]
    parts = [
        part for row in top for part in row.parts
        if part.tint == "red" and part.size >= _LEAST_RED
    ]  # fmt: skip
    red = bool(parts)
    if not parts:
        first = next((row for row in top if row.size >= _LARGE), None)
        if first is not None:
            parts = [
                part for row in top for part in row.parts
                if part.size > _LARGE * 0.7 and part.y < first.y + 60
            ]  # fmt: skip
    if parts:
        ink = (
            min(part.ink[0] for part in parts), min(part.ink[1] for part in parts),
            max(part.ink[2] for part in parts), max(part.ink[3] for part in parts),
        )  # fmt: skip
        return Mark(ink, tuple(parts), red)
    return _drawn_mark(view)


def _drawn_mark(view: View) -> Mark | None:
    """A mark drawn as outlines: red shapes near the top, together wider than a seal."""
    boxes = [
        blot.box for blot in view.sheet.blots
        if blot.tint == "red" and not blot.picture and blot.box[3] < _LOWEST_MARK
    ]  # fmt: skip
    if not boxes:
        return None
    ink = (
        min(box[0] for box in boxes), min(box[1] for box in boxes),
        max(box[2] for box in boxes), max(box[3] for box in boxes),
    )  # fmt: skip
    return Mark(ink, (), red=True) if ink[2] - ink[0] > 60 else None  # noqa: PLR2004 - mm


def _doubles(view: View) -> tuple[DoubleRule, ...]:
    level = [stroke for stroke in view.level(100.0) if stroke.y < CORE_BOTTOM + 30]
    found: list[DoubleRule] = []
    place = 0
    while place + 1 < len(level):
        upper, lower = level[place], level[place + 1]
        near = lower.y - upper.y < _PAIR and abs(lower.length - upper.length) < 5  # noqa: PLR2004 - mm
        if near and lower.y - upper.y > 0.3:  # noqa: PLR2004 - mm
            found.append(DoubleRule(upper, lower))
            place += 1
        place += 1
    return tuple(found)


def _format(mark: Mark, doubles: Sequence[DoubleRule], view: View) -> LayoutFormat:
    text = mark.text
    if any(double.upper.y < _LOWEST_MARK or double.upper.y > CORE_BOTTOM for double in doubles):
        return "letter"
    if re.search(r"令(?:[（(].*[）)])?$", text):
        return "order"
    if text.endswith("纪要") or "会议纪要" in text:
        return "minutes"
    del view
    return "general"


def _head_rows(
    below: Sequence[Row], rules: Sequence[Stroke], kind: LayoutFormat
) -> tuple[Row, ...]:
    """Rows between the mark and the text: above the rule, or in a letter under it."""
    if kind == "letter" or not rules:
        found: list[Row] = []
        for row in below[:5]:
            if row.size > _TITLE_SIZE or len(row.text) > 40:  # noqa: PLR2004 - a row of text
                break
            if not (NUMBER.fullmatch(row.parts[-1].text) or _corner_like(row) or found):
                break
            if found and not (NUMBER.fullmatch(row.parts[-1].text) or _corner_like(row)):
                break
            found.append(row)
        return tuple(found)
    return tuple(row for row in below if row.y < rules[-1].y)


def _corner_like(row: Row) -> bool:
    text = row.parts[0].text
    return any(pattern.fullmatch(text) for pattern in (_COPY, _SECRECY, _URGENCY))


def _number(head: Sequence[Row], kind: LayoutFormat) -> Part | None:
    parts = [part for row in head for part in row.parts if not part.text.startswith("签发人")]
    exact = [part for part in parts if NUMBER.fullmatch(part.text)]
    if exact:
        return exact[-1]
    loose = [part for part in parts if part.text.endswith(("号", "期")) and kind != "letter"]
    return loose[-1] if loose else None


def _approver_rows(head: Sequence[Row]) -> tuple[Row, ...]:
    start = next(
        (n for n, row in enumerate(head) for part in row.parts if part.text.startswith("签发人")),
        None,
    )
    return () if start is None else tuple(head[start:])


def _approver_parts(rows: Sequence[Row]) -> tuple[Part, ...]:
    if not rows:
        return ()
    label = next(part for part in rows[0].parts if part.text.startswith("签发人"))
    return tuple(part for row in rows for part in row.parts if part.left >= label.left - 1)


def _corner(
    view: View, mark: Mark, under: Sequence[Row]
) -> tuple[Part | None, Part | None, Part | None]:
    """份号, 密级, 紧急程度: above the mark at the left, in a letter under the first rule."""
    above = [row for row in view.rows if row.y < mark.ink[1] + EM or row in under]
    found: list[Part | None] = []
    for pattern in (_COPY, _SECRECY, _URGENCY):
        matching = [
            part for row in above for part in row.parts
            if pattern.fullmatch(part.text) and part.right < CORE_LEFT + _CORNER_WIDTH
        ]  # fmt: skip
        found.append(matching[0] if matching else None)
    return found[0], found[1], found[2]


def _opening_end(view: View) -> float:
    """Without a mark: below the large type that the page begins with."""
    title = _title([row for row in view.rows if row.y < CORE_BOTTOM / 2])
    return title[-1].whole.bottom if title else 0.0


def _title(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Rows of large type, or centred ones where none is large."""
    found: list[Row] = []
    for row in rows[:8]:
        large = row.size >= _TITLE_SIZE
        if found and row.y - found[-1].y > 1.9 * PITCH:
            break
        if not large:
            break
        found.append(row)
    if found or not rows:
        return tuple(found)
    first = rows[0]
    centred = abs(first.whole.off_centre(_CORE_MIDDLE)) < 4 and first.left > CORE_LEFT + 1.5 * EM  # noqa: PLR2004 - mm
    follows = len(rows) > 1 and rows[1].y - first.y > 1.5 * PITCH
    return (first,) if centred and follows else ()


def _recipients(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Rows at the left edge up to the first indented one, or to a colon."""
    found: list[Row] = []
    for row in rows[:12]:
        indent = row.left - CORE_LEFT
        if found and (indent > 1.5 * EM or row.y - found[-1].y > 1.5 * PITCH):
            break
        if not found and indent > 1.5 * EM and not _addresses(row):
            return ()
        found.append(row)
        if row.text.endswith(("：", ":")):
            return tuple(found)
    text = "".join(row.text for row in found)
    return () if "。" in text or len(found) > 10 else tuple(found)  # noqa: PLR2004 - that is text


_BODIES: Final = (
    "人民政府", "委员会", "委", "办公厅", "办公室", "厅", "局", "各部门", "机构", "单位", "公司",
    "学校", "院", "署", "总队", "部", "会", "处", "中心",
)  # fmt: skip


def _addresses(row: Row) -> bool:
    """Whether an indented row is plainly a list of bodies: names and a colon, nothing else."""
    text = row.text
    names = text[:-1].replace("，", "、").split("、")
    listed = all(len(name) <= 16 for name in names) and not re.search(r"如下|[。；是为将现]", text)  # noqa: PLR2004 - no sentence
    return listed and text.endswith(("：", ":")) and names[-1].endswith(_BODIES)
