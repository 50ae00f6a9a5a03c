"""Heading levels in text: 一、（一）1.（1）, GB/T 9704-2012 7.3.3; text to blocks and back."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from formats.document.model import Block, Image, Table

_HAN: Final = "一二三四五六七八九十百零〇"
_LEVELS: Final[tuple[tuple[int, re.Pattern[str]], ...]] = (
    (1, re.compile(rf"[{_HAN}]{{1,4}}、")),
    (2, re.compile(rf"[（(][{_HAN}]{{1,4}}[）)]")),
    # 1. is a heading, 1.5 is a quantity; ⒈ is one character for 1. in older files.
    (3, re.compile(r"(?:[0-9０-９]{1,2}(?:[、．]|[.](?![0-9０-９]))|[⒈-⒛])")),
    (4, re.compile(r"(?:[（(][0-9０-９]{1,2}[）)]|[⑴-⒇])")),
)


def level_of(text: str) -> int:
    """The heading level that the paragraph's own number shows; 0 for running text."""
    for level, pattern in _LEVELS:
        if pattern.match(text):
            return level
    return 0


_LANDSCAPE: Final = "|横排："
"""The line above the rows of a table that is set sideways."""

_SIDEWAYS: Final = re.compile(r"\|\s*横排[：:]")
_PICTURE: Final = re.compile(r"!\[图([0-9]{1,4})(?:[：:]([^\]]*))?\](.*)")


def blocks_of_text(text: str, images: Sequence[Image] = ()) -> tuple[Block, ...]:
    """Paragraphs, tables and pictures of what a person typed, one line a paragraph.

    Levels come from the numbers; lines that begin with ``|`` are the rows of a table, the line
    ``|横排：`` above them sets it sideways. ``![图1：说明]图题`` is the first of ``images``.
    """
    blocks: list[Block] = []
    rows: list[tuple[str, ...]] = []
    landscape = False
    for raw in (*text.splitlines(), ""):
        line = raw.strip()  # full-width and no-break spaces too: text pasted from the web has them
        if _SIDEWAYS.fullmatch(line) and not rows:
            landscape = True
            continue
        if line.startswith("|"):
            cells = _cells(line)
            if not all(re.fullmatch(r":?-{3,}:?", cell) for cell in cells):
                rows.append(cells)
            continue
        if rows:
            blocks.append(Block(table=_table(rows, landscape=landscape)))
            rows, landscape = [], False
        picture = _picture(line, images)
        if picture is not None:
            blocks.append(Block(image=picture))
        elif line:
            blocks.append(Block(level=level_of(line), text=line))
    return tuple(blocks)


def text_of_blocks(blocks: Iterable[Block]) -> str:
    """The blocks as `blocks_of_text` reads them again, given `images_of` them."""
    return "\n".join(_lines(blocks))


def images_of(blocks: Iterable[Block]) -> tuple[Image, ...]:
    """The pictures of the blocks, in their order."""
    return tuple(block.image for block in blocks if block.image is not None)


def picture_line(number: int, image: Image) -> str:
    """The line that stands for picture ``number``, counted from 1."""
    description = " ".join(re.sub(r"[\[\]]", " ", image.description).split())
    return f"![图{number}：{description}]{image.caption or ''}"


def _picture(line: str, images: Sequence[Image]) -> Image | None:
    """The picture a line stands for, with the words that the line now has for it."""
    found = _PICTURE.fullmatch(line)
    if found is None or not 1 <= int(found[1]) <= len(images):
        return None
    image = images[int(found[1]) - 1]
    description = (found[2] or "").strip() or image.description
    return msgspec.structs.replace(image, description=description, caption=found[3].strip() or None)


def _lines(blocks: Iterable[Block]) -> Iterator[str]:
    after_table = False
    pictures = 0
    for block in blocks:
        if block.image is not None:
            pictures += 1
            yield picture_line(pictures, block.image)
        elif block.table is None:
            yield block.text or ""
        else:
            if after_table:
                yield ""  # else two tables would be read as one
            if block.table.landscape:
                yield _LANDSCAPE
            yield from (_row(cells) for cells in (block.table.header, *block.table.rows))
        after_table = block.table is not None


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(c.replace("\\", "\\\\").replace("|", "\\|") for c in cells) + " |"


def _cells(line: str) -> tuple[str, ...]:
    found = re.findall(r"((?:[^|\\]|\\.|\\$)*)(?:\||$)", line[1:])
    cells = [re.sub(r"\\(.)", r"\1", cell.strip(" \t\u3000")) for cell in found]
    while cells and not cells[-1]:
        cells.pop()  # the closing bar, and the empty match at the end
    return tuple(cells) or ("",)


def _table(rows: list[tuple[str, ...]], *, landscape: bool) -> Table:
    width = max(len(row) for row in rows)
    even = [row + ("",) * (width - len(row)) for row in rows]
    return Table(header=even[0], rows=tuple(even[1:]), landscape=landscape)
