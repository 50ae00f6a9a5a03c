"""Tables of a DOCX: those that hold data become a grid, those that hold things in place do not."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from lxml import etree

from formats.document.intake.clues import (
    ATTENDANCE,
    CC,
    ISSUER,
    MOVED,
    NUMBER,
    PRINTED,
    SIGNER,
    compact,
    parse_date,
    signature_text,
)
from formats.document.intake.lines import Notes
from formats.document.intake.package import W
from formats.document.intake.running import text_of
from formats.document.intake.styles import value
from formats.document.model import Table

_WRAPPERS: Final = frozenset(
    W + name for name in ("sdt", "sdtContent", "ins", "customXml", "smartTag")
)
_MAX_SPAN: Final = 64
"""No page has more columns; a wider span is a lie."""
_HEAD_ROWS: Final = 3
_FRAME_ROWS: Final = 8
_SIGNED_ROWS: Final = 4
_DENSE: Final = 3
"""Rows and columns from which a table that is full everywhere holds data."""
_LABEL: Final = re.compile(r"^[\u4e00-\u9fff\s]{2,8}[：:]$")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as it stands in its row."""

    element: etree._Element
    texts: tuple[str, ...]
    """Its paragraphs, blank ones left out."""
    span: int
    continues: bool
    """Part of the cell above (vMerge)."""

    @property
    def text(self) -> str:
        """All of it on one line."""
        return "".join(self.texts)


def rows_of(table: etree._Element) -> list[etree._Element]:
    """The table's own rows; those that a revision deleted are gone."""
    return [row for row in _inside(table, f"{W}tr") if row.find(f"{W}trPr/{W}del") is None]


def cells_of(row: etree._Element) -> list[Cell]:
    """The row's own cells, and an empty one for each column that it leaves out at its sides."""
    found: list[Cell] = []
    for cell in _inside(row, f"{W}tc"):
        merged = cell.find(f"{W}tcPr/{W}vMerge")
        span = _small(value(cell.find(f"{W}tcPr/{W}gridSpan")))
        texts = (text_of(p).replace("\n", "").replace("\f", "") for p in cell.iter(f"{W}p"))
        kept = tuple(text.strip() for text in texts if text.strip())
        found.append(Cell(cell, kept, span, merged is not None and value(merged) != "restart"))
    for name, at in (("gridBefore", 0), ("gridAfter", len(found))):
        gap = value(row.find(f"{W}trPr/{W}{name}"))
        if gap is not None and _small(gap) and gap != "0":
            found.insert(at, Cell(row.makeelement(f"{W}tc"), (), _small(gap), continues=False))
    return found


def _inside(parent: etree._Element, tag: str) -> Iterator[etree._Element]:
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _inside(child, tag)


def _small(text: str | None) -> int:
    digits = text is not None and text.isascii() and text.isdigit() and len(text) < 6  # noqa: PLR2004 - far above any span
    return max(1, min(int(text), _MAX_SPAN)) if digits and text is not None else 1


def holds_layout(rows: Sequence[Sequence[Cell]], *, at_top: bool) -> bool:
    """Whether the table only keeps a red head, signatures or a 版记 in place."""
    cells = [cell for row in rows for cell in row if cell.texts]
    texts = [re.sub("[:]", "：", cell.text.strip()) for cell in cells]
    if len(cells) <= 1 or len(rows) > _FRAME_ROWS:
        return len(cells) <= 1
    if any(_is_imprint(text) or ATTENDANCE.match(text) for text in texts) or _labelled(rows):
        return True
    dense = len(rows) >= _DENSE and all(
        len([cell for cell in row if cell.texts]) >= _DENSE for row in rows
    )
    if at_top and not dense and any(_is_head(text) for text in texts):
        return True
    return len(rows) <= _SIGNED_ROWS and all(_is_signature(text) for text in texts)


def _is_imprint(text: str) -> bool:
    return bool(CC.match(text) or MOVED.match(text) or ("印发" in text and PRINTED.match(text)))


def _labelled(rows: Sequence[Sequence[Cell]]) -> bool:
    """时间： | …: a table of labels is a list of lines."""
    firsts = [row[0].text for row in rows if row]
    pairs = all(len(row) <= len(("label", "words")) for row in rows)
    return pairs and bool(firsts) and all(_LABEL.match(text) for text in firsts)


def _is_head(text: str) -> bool:
    packed = compact(text)
    return (
        packed == "文件"
        or (packed.endswith("文件") and ISSUER.match(packed.removesuffix("文件")) is not None)
        or packed.startswith("签发人")
        or NUMBER.match(text) is not None
    )


def _is_signature(text: str) -> bool:
    name = signature_text(text)
    return (
        ISSUER.match(name) is not None
        or parse_date(text) is not None
        or SIGNER.match(text) is not None
    )


def table_of(
    rows: Sequence[Sequence[Cell]], notes: Notes, *, landscape: bool
) -> tuple[Table | None, bool]:
    """The grid with merged cells taken apart, and whether there were any.

    A head of several rows becomes one: 投资 over 中央 and 地方 gives 投资（中央） and 投资（地方）.
    """
    if not rows:
        return None, False
    merged = any(cell.span > 1 or cell.continues for row in rows for cell in row)
    grid = [_spread(row, notes) for row in rows]
    width = max(len(row) for row in grid)
    if not width:
        return None, False
    even = [row + [""] * (width - len(row)) for row in grid]
    depth = _head_depth(rows)
    header = _one_head(rows[:depth], even[:depth], width) if depth > 1 else even[0]
    body = tuple(tuple(row) for row in even[depth:])
    return Table(header=tuple(header), rows=body, landscape=landscape), merged


def _spread(row: Sequence[Cell], notes: Notes) -> list[str]:
    found: list[str] = []
    for cell in row:
        text = notes.clean(cell.text.replace("\t", " ")).strip(" \u3000")
        found += ["" if cell.continues else text, *[""] * (cell.span - 1)]
    return found


def _head_depth(rows: Sequence[Sequence[Cell]]) -> int:
    """How many rows the head has: those that the cells of its first row reach down into."""
    if not any(cell.span > 1 for cell in rows[0]) or all(cell.span > 1 for cell in rows[0]):
        return 1
    depth = 1
    while depth < min(_HEAD_ROWS, len(rows) - 1) and any(cell.continues for cell in rows[depth]):
        depth += 1
    return depth


def _one_head(
    rows: Sequence[Sequence[Cell]], grid: Sequence[Sequence[str]], width: int
) -> list[str]:
    """Each column's words from top to bottom, those of a wide cell for all its columns."""
    spread: list[list[str]] = []
    for row in rows:
        words: list[str] = []
        for cell in row:
            words += ["" if cell.continues else cell.text.strip()] * cell.span
        spread.append((words + [""] * width)[:width])
    header: list[str] = []
    for column in range(width):
        words = [row[column] for row in spread if row[column]]
        rest = "".join(f"（{word}）" for word in words[1:])
        header.append(words[0] + rest if words else grid[0][column])
    return header
