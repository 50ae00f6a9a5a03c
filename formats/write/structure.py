"""Tagged PDF (ISO 32000-1 14.8): what a screen reader is told about the placed glyphs.

The title is H1, 一、 is H2 and （一） H3; deeper levels are sentences of the text and stay P. The
red mark is letterhead, not the name of the document: it is a P, so that whoever walks the headings
lands on the title; only an order, whose mark is its title, makes it H1. An 附件 begins a Sect with
its label as H1 and its title as H2, its own headings one level deeper. Levels are never skipped.
Rows of one paragraph are one element over all its rows and pages; what is drawn for the eye alone
(rules, page numbers, the repeated head of a table) is an artifact.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Final

from formats.limits import MAX_TAGGED_CELLS
from formats.typeset.display import Bars, Item, Page, Picture, Rule, Run, Tag
from formats.typeset.grid import MM_PER_POINT, PAGE_HEIGHT
from formats.write.objects import PdfFile, number, references, text_string

LAYOUT: Final = "/Artifact<</Type/Layout>>BDC"
FOOTER: Final = "/Artifact<</Type/Pagination/Subtype/Footer>>BDC"
REPEATED: Final = "/Artifact<</Type/Pagination>>BDC"

_HEAD: Final = frozenset({"copy_number", "urgency", "mark", "number", "approver"})
_CLOSING: Final = frozenset({"issuer", "signer", "date"})
_NUMBERED: Final = frozenset({"heading1", "heading2"})
_TABLE: Final = frozenset({"table", "table_head"})
_LEVELS: Final[dict[Tag, int]] = {
    "title": 1, "attachment": 1, "attachment_title": 2, "heading1": 2, "heading2": 3,
}  # fmt: skip
_FIRST_LEVEL: Final = re.compile("[一二三四五六七八九十百]+、")
_SECOND_LEVEL: Final = re.compile("（[一二三四五六七八九十百]+）")
_LONGEST_HEADING: Final = 80
"""Characters; a numbered paragraph that is longer is text, whatever its number says."""


@dataclass(slots=True, eq=False)
class Element:
    """A structure element while the tree grows."""

    kind: str
    parent: "Element | None" = None
    attributes: str = ""
    """Further entries of its dictionary."""
    kids: list["Element | tuple[int, int]"] = field(default_factory=list)
    """Elements, and (page from 0, marked content) for what is on a page."""
    number: int = 0

    def add(self, kind: str, attributes: str = "") -> "Element":
        """A new last kid."""
        kid = Element(kind, self, attributes)
        self.kids.append(kid)
        return kid


@dataclass(frozen=True, slots=True)
class Stretch:
    """Consecutive items of a page under one mark."""

    opening: str
    """The operator that opens the marked content; EMC closes it."""
    items: tuple[Item, ...]


class Structure:
    """The tree of one document. `pages` marks the content, `write` then makes the objects."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self._pages = pages
        self._tree = Element("Document")
        self._marked: list[list[Element]] = []
        """By page, the element of each marked content."""
        self._closing: Element | None = None
        self._sections = _Sections(self._tree)
        self._paragraphs: dict[tuple[Tag, int], Element] = {}
        self._last: tuple[Tag, int] | None = None
        self._left: dict[int, int] = {}
        """Characters of a heading's paragraph that still belong to the heading."""
        runs = [item for page in pages for item in page.items if isinstance(item, Run)]
        self._tables = _Tables(fine=_cells(runs) <= MAX_TAGGED_CELLS)
        titled = any(run.tag in {"title", "attachment"} for run in runs)
        self._levels = _LEVELS if titled else {**_LEVELS, "mark": 1}
        self._headings = _numbered_headings(runs)

    def pages(self) -> Iterator[list[Stretch]]:
        """The pages' stretches, in order."""
        for place, page in enumerate(self._pages):
            marked: list[Element] = []
            self._marked.append(marked)
            stretches = []
            targets = [pair for item in page.items for pair in self._targets(item)]
            for target, pairs in groupby(targets, key=lambda pair: pair[0]):
                if isinstance(target, Element):
                    target.kids.append((place, len(marked)))
                    opening = f"/{target.kind}<</MCID {len(marked)}>>BDC"
                    marked.append(target)
                else:
                    opening = target
                stretches.append(Stretch(opening, tuple(item for _, item in pairs)))
            yield stretches

    def _targets(self, item: Item) -> Iterator[tuple[Element | str, Item]]:
        """Where an item belongs: an element, or the operator that opens an artifact."""
        if isinstance(item, Run):
            yield from self._run(item)
        elif isinstance(item, Rule) or not item.description:
            yield LAYOUT, item
        else:
            self._last = None
            yield self._sections.current("body").add("Figure", _figure(item)), item

    def _run(self, run: Run) -> Iterator[tuple[Element | str, Item]]:
        tag = run.tag
        if tag == "page_number":
            yield FOOTER, run
            return
        section = self._sections.current(tag, run.group)
        if tag in _TABLE:
            self._last = None
            yield self._tables.cell(section, run) or REPEATED, run
            return
        self._tables.end()
        key = (tag, run.group)
        cut = self._heading_part(run)
        if 0 < cut < len(run.glyphs):  # text runs on from the heading, in the same row
            for heading, part in ((True, slice(None, cut)), (False, slice(cut, None))):
                piece = replace(run, glyphs=run.glyphs[part], xs=run.xs[part])
                yield self._paragraph(section, key, heading=heading), piece
        else:
            yield self._paragraph(section, key, heading=cut > 0), run
        self._last = key

    def _heading_part(self, run: Run) -> int:
        """How many of the run's characters belong to a heading."""
        if run.tag not in _NUMBERED and run.tag != "body":
            return len(run.glyphs) if run.tag in self._levels else 0
        length = self._headings[run.group][1] if run.group in self._headings else 0
        left = self._left.get(run.group, length)
        self._left[run.group] = max(0, left - len(run.glyphs))
        return min(left, len(run.glyphs))

    def _paragraph(self, section: Element, key: tuple[Tag, int], *, heading: bool) -> Element:
        """The element of a paragraph; what has no group joins its like before it."""
        tag, group = key
        kept = (tag, group if heading else -group)
        found = self._paragraphs.get(kept)
        if found is None or (group == 0 and self._last != key):
            found = section.add(self._kind(tag, group, heading=heading))
            self._paragraphs[kept] = found
        if tag in _CLOSING:
            self._closing = found
        return found

    def _kind(self, tag: Tag, group: int, *, heading: bool) -> str:
        if tag == "caption":
            return "Caption"
        if not heading:
            return "P"
        level = self._headings[group][0] if group in self._headings else tag
        return self._sections.heading(self._levels[level], numbered=level in _NUMBERED)

    def write(self, file: PdfFile, pages: Sequence[int]) -> tuple[int, int | None]:
        """The structure tree root, and the element that a seal's own follows.

        ``pages`` are the page objects' numbers. `pages` must have been read to its end.
        """
        root = file.reserve()
        elements = list(_walk(self._tree))
        for element in elements[:]:
            if element.kind == "Table":
                elements += _completed(element)
        first = file.reserve(len(elements))
        for place, element in enumerate(elements):
            element.number = first + place
        for element in elements:
            file.put(element.number, _body(element, root, pages))
        arrays = [file.add(references(e.number for e in marked)) for marked in self._marked]
        nums = " ".join(f"{place} {array} 0 R" for place, array in enumerate(arrays))
        parents = file.add(f"<</Nums[{nums}]>>")
        file.put(
            root,
            f"<</Type/StructTreeRoot/K {self._tree.number} 0 R/ParentTree {parents} 0 R"
            f"/ParentTreeNextKey {len(arrays)}>>",
        )
        return root, self._closing.number if self._closing else None


class _Sections:
    """The Sects of a document, and the heading levels in the one that is open."""

    def __init__(self, tree: Element) -> None:
        self._tree = tree
        self._kind = ""
        self._group = 0
        self._open = tree
        self._level = 0

    def current(self, tag: Tag, group: int = 0) -> Element:
        """The Sect that a run of that tag goes in."""
        kind = "head" if tag in _HEAD else "imprint" if tag == "imprint" else "text"
        if tag == "attachment":
            kind = "attachment"
            if group != self._group:  # each label begins an 附件
                self._kind = ""
            self._group = group
        elif kind == "text" and self._kind == "attachment":
            return self._open
        if kind != self._kind:
            self._kind = kind
            self._open = self._tree.add("Sect")
            if kind == "attachment":
                self._level = 0
        return self._open

    def heading(self, level: int, *, numbered: bool) -> str:
        """The heading's type: in an 附件 numbered ones stand below its title; none is skipped."""
        if numbered and self._kind == "attachment":
            level += 1
        self._level = min(level, self._level + 1)
        return f"H{self._level}"


class _Tables:
    """The table that is being filled; one that is not ``fine`` is read by its rows alone."""

    def __init__(self, *, fine: bool) -> None:
        self._fine = fine
        self._table: Element | None = None
        self._groups: dict[int, Element] = {}
        self._bodied = False

    def end(self) -> None:
        """Something else than a table follows."""
        self._table = None

    def cell(self, section: Element, run: Run) -> Element | None:
        """The cell of a run; None for a head that is repeated."""
        head = run.tag == "table_head"
        if self._table is not None and head and self._bodied:
            if run.group in self._groups:
                return None
            self._table = None  # another table follows at once
        if self._table is None:
            self._table = section.add("Table" if self._fine else "Div")
            self._groups.clear()
            self._bodied = False
        self._bodied = self._bodied or not head
        row = self._groups.get(run.group)
        if row is None:
            row = self._groups[run.group] = self._table.add("TR" if self._fine else "P")
        return _cell(row, max(1, run.cell), head=head) if self._fine else row


def _cells(runs: Sequence[Run]) -> int:
    return len({(run.group, run.cell) for run in runs if run.tag in _TABLE})


def _cell(row: Element, column: int, *, head: bool) -> Element:
    """The cell at a column from 1; empty cells before it are elements too."""
    kind, attributes = ("TH", "/A<</O/Table/Scope/Column>>") if head else ("TD", "")
    while len(row.kids) < column:
        row.add(kind, attributes)
    cell = row.kids[column - 1]
    if not isinstance(cell, Element):
        raise TypeError("a row holds cells")
    return cell


def _completed(table: Element) -> Iterator[Element]:
    """New empty cells at the end of rows, so that all rows have as many."""
    rows = [row for row in table.kids if isinstance(row, Element)]
    columns = max(len(row.kids) for row in rows)
    for row in rows:
        head = isinstance(row.kids[0], Element) and row.kids[0].kind == "TH"
        while len(row.kids) < columns:
            yield _cell(row, len(row.kids) + 1, head=head)


def _numbered_headings(runs: Sequence[Run]) -> dict[int, tuple[Tag, int]]:
    """By paragraph, level and length of the heading that it is, or begins with (7.3.3).

    A heading that text runs on from ends at its first full stop, and its face with it.
    """
    rows: dict[int, list[Run]] = {}
    for run in runs:
        if run.tag in _NUMBERED or (run.tag == "body" and run.group):
            rows.setdefault(run.group, []).append(run)
    found: dict[int, tuple[Tag, int]] = {}
    for group, held in rows.items():
        tag = _level(held[0])
        if tag is None:
            continue
        glyphs = [glyph for run in held for glyph in run.glyphs]
        text = "".join(glyph.char for glyph in glyphs)
        length = text.find("。") + 1 or len(text)
        other_face = length < len(text) and glyphs[length].font is not glyphs[0].font
        if length <= _LONGEST_HEADING and (held[0].tag in _NUMBERED or other_face):
            found[group] = (tag, length)
    return found


def _level(first: Run) -> Tag | None:
    """The level of a paragraph by its tag, or where it is text by the number it begins with."""
    if first.tag in _NUMBERED:
        return first.tag
    if _FIRST_LEVEL.match(first.text):
        return "heading1"
    return "heading2" if _SECOND_LEVEL.match(first.text) else None


def _figure(item: Picture | Bars) -> str:
    """Alternative text and place of a figure (14.8.5.4.3)."""
    if isinstance(item, Picture):
        boxes = [(item.x, item.y, item.width, item.height)]
    else:
        boxes = list(item.cells)
    left, right = min(x for x, *_ in boxes), max(x + w for x, _, w, _ in boxes)
    top, low = min(y for _, y, *_ in boxes), max(y + h for _, y, _, h in boxes)
    edges = (left, PAGE_HEIGHT - low, right, PAGE_HEIGHT - top)
    box = " ".join(number(edge / MM_PER_POINT) for edge in edges)
    return f"/Alt {text_string(item.description)}/A<</O/Layout/Placement/Block/BBox[{box}]>>"


def _walk(element: Element) -> Iterator[Element]:
    yield element
    for kid in element.kids:
        if isinstance(kid, Element):
            yield from _walk(kid)


def _body(element: Element, root: int, pages: Sequence[int]) -> str:
    """The dictionary of an element; its page is that of its first content."""
    own = next((kid[0] for kid in element.kids if not isinstance(kid, Element)), None)
    parts = []
    for kid in element.kids:
        if isinstance(kid, Element):
            parts.append(f"{kid.number} 0 R")
        elif kid[0] == own:
            parts.append(str(kid[1]))
        else:
            parts.append(f"<</Type/MCR/Pg {pages[kid[0]]} 0 R/MCID {kid[1]}>>")
    parent = element.parent.number if element.parent else root
    page = f"/Pg {pages[own]} 0 R" if own is not None else ""
    kids = f"/K[{' '.join(parts)}]" if parts else ""
    return f"<</Type/StructElem/S/{element.kind}/P {parent} 0 R{page}{kids}{element.attributes}>>"
