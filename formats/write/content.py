"""What is drawn on a page, as operators of a content stream (ISO 32000-1 8 and 9).

Every glyph stands where the display list says; nothing is decided here. Text is written by glyph
number over our own subsets (`formats.write.embed`).
"""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from formats.typeset.display import BLACK, RED, Bars, Colour, Item, Picture, Rule, Run
from formats.typeset.fonts import Glyph
from formats.typeset.grid import MM_PER_POINT, PAGE_HEIGHT
from formats.write.embed import Subset
from formats.write.xobject import Encoded, encode

_COLOURS: Final[dict[Colour, str]] = {
    "black": " ".join(f"{value:g}" for value in BLACK),
    "red": " ".join(f"{value:g}" for value in RED),
}
_UNSEEN: Final = 0.5
"""Thousandths of the em (0.003 mm at 3号) that a glyph may stray before it is moved."""


class Ink:
    """Draws items, and remembers which glyphs and pictures the document therefore needs."""

    def __init__(self) -> None:
        self.fonts: dict[str, Subset] = {}
        """By resource name, in the order of first use."""
        self.pictures: dict[bytes, tuple[str, Encoded]] = {}
        """Resource names and samples by the picture's own bytes."""
        self._names: dict[str, str] = {}
        self._codes: dict[Glyph, tuple[str, str, float]] = {}

    def draw(self, item: Item) -> Iterator[str]:
        """The operators of an item. Raises `BadImage` for a picture that is none."""
        if isinstance(item, Run):
            yield from self._text(item)
        elif isinstance(item, Rule):
            yield _rule(item)
        elif isinstance(item, Bars):
            yield _bars(item)
        else:
            yield self._picture(item)

    def _text(self, run: Run) -> Iterator[str]:
        """One text object for each font in the run."""
        known = self._codes
        codes = [known.get(glyph) or self._code(glyph) for glyph in run.glyphs]
        yield f"{_COLOURS[run.colour]} rg"
        if run.turned:  # upwards, as the page's own y runs
            xs = [(PAGE_HEIGHT - y) / MM_PER_POINT for y in run.xs]
        else:
            xs = [x / MM_PER_POINT for x in run.xs]
        start, count = 0, len(codes)
        for place in range(1, count + 1):
            if place == count or codes[place][0] != codes[start][0]:
                yield _segment(run, codes[start:place], xs[start:place])
                start = place

    def _code(self, glyph: Glyph) -> tuple[str, str, float]:
        """The resource name of the glyph's font, its number there and its advance in ems."""
        key = glyph.font.key
        if key not in self._names:
            self._names[key] = f"F{len(self._names) + 1}"
            self.fonts[self._names[key]] = Subset(glyph.font)
        subset = self.fonts[self._names[key]]
        code = (self._names[key], f"{subset.number(glyph):04X}", subset.width(glyph) / 1000)
        self._codes[glyph] = code
        return code

    def _picture(self, picture: Picture) -> str:
        if picture.data not in self.pictures:
            name = f"I{len(self.pictures) + 1}"
            self.pictures[picture.data] = (name, encode(picture.data))
        name, _ = self.pictures[picture.data]
        left = picture.x / MM_PER_POINT
        low = (PAGE_HEIGHT - picture.y - picture.height) / MM_PER_POINT
        wide, high = picture.width / MM_PER_POINT, picture.height / MM_PER_POINT
        matrix = f"{wide:.4f} 0 0 {high:.4f} {left:.4f} {low:.4f}"
        if picture.turned:
            matrix = f"0 {high:.4f} {-wide:.4f} 0 {left + wide:.4f} {low:.4f}"
        return f"q {matrix} cm /{name} Do Q"


def _segment(run: Run, codes: list[tuple[str, str, float]], xs: list[float]) -> str:
    """One text object: the common gap between glyphs as character spacing, the rest in TJ."""
    scale = run.size * run.stretch  # points a glyph of one em advances
    steps = [code[2] * scale for code in codes]
    gaps = Counter(
        [
            int((after - x - step) * 10_000 + 20_000)
            for x, step, after in zip(xs, steps, xs[1:])  # noqa: B905 - the last glyph has no gap
        ]
    )
    common = (gaps.most_common(1)[0][0] - 20_000) / 10_000 if gaps else 0.0
    unseen = _UNSEEN * scale / 1000
    pen = xs[0]
    parts: list[str] = ["<"]
    for code, x, step in zip(codes, xs, steps, strict=True):
        if not -unseen < pen - x < unseen:
            shift = round((pen - x) / scale * 1000, 1)
            parts.append(f"> {shift:g} <")
            pen -= shift / 1000 * scale
        parts.append(code[1])
        pen += step + common
    y = (PAGE_HEIGHT - run.y) / MM_PER_POINT
    matrix = f"{run.stretch:.5f} 0 0 1 {xs[0]:.4f} {y:.4f}"
    if run.turned:
        matrix = f"0 {run.stretch:.5f} -1 0 {run.y / MM_PER_POINT:.4f} {xs[0]:.4f}"
    return (
        f"BT /{codes[0][0]} {run.size:.4f} Tf {common / run.stretch:.4f} Tc {matrix} Tm "
        f"[{''.join(parts)}>] TJ ET"
    )


def _rule(rule: Rule) -> str:
    x1, x2 = rule.x1 / MM_PER_POINT, rule.x2 / MM_PER_POINT
    y1, y2 = (PAGE_HEIGHT - rule.y1) / MM_PER_POINT, (PAGE_HEIGHT - rule.y2) / MM_PER_POINT
    return (
        f"{_COLOURS[rule.colour]} RG {rule.width / MM_PER_POINT:.4f} w "
        f"{x1:.4f} {y1:.4f} m {x2:.4f} {y2:.4f} l S"
    )


def _bars(bars: Bars) -> str:
    parts = [f"{_COLOURS['black']} rg"]
    for x, y, width, height in bars.cells:
        left, low = x / MM_PER_POINT, (PAGE_HEIGHT - y - height) / MM_PER_POINT
        parts.append(
            f"{left:.4f} {low:.4f} {width / MM_PER_POINT:.4f} {height / MM_PER_POINT:.4f} re"
        )
    return " ".join([*parts, "f"])
