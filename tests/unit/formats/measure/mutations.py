"""Pages spoiled in one way each, with the checks that must name it.

A mutation takes the placed items of a good page and moves, scales, recolours or rewords them
before they are written, so that the checker sees PDF bytes alone.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from formats.typeset.display import Composition, Item, Page, Picture, Rule, Run, SealSlot
from formats.typeset.fonts import FontSet, Role

MM = 25.4 / 72
Change = Callable[[Composition, FontSet], Composition]


@dataclass(frozen=True)
class Mutation:
    """One spoiled thing."""

    name: str
    base: str
    """Which good document it spoils."""
    code: str
    """The check that must name it."""
    change: Change
    clauses: tuple[str, ...] = ()
    """Other clauses that the same act breaks; nothing beyond them may be found."""


def each(change: Callable[[Item, int], Item | None]) -> Change:
    """Every item with its page, changed or left out."""

    def apply(composition: Composition, _: FontSet) -> Composition:
        pages = tuple(
            Page(tuple(kept for item in page.items if (kept := change(item, number)) is not None))
            for number, page in enumerate(composition.pages, start=1)
        )
        return replace(composition, pages=pages)

    return apply


def shifted(item: Item, dx: float, dy: float) -> Item:
    """An item moved by so many mm."""
    if isinstance(item, Run) and item.turned:
        return replace(item, xs=tuple(y + dy for y in item.xs), y=item.y + dx)
    if isinstance(item, Run):
        return replace(item, xs=tuple(x + dx for x in item.xs), y=item.y + dy)
    if isinstance(item, Rule):
        return replace(item, x1=item.x1 + dx, x2=item.x2 + dx, y1=item.y1 + dy, y2=item.y2 + dy)
    if isinstance(item, Picture):
        return replace(item, x=item.x + dx, y=item.y + dy)
    return item


def runs(tag: str | tuple[str, ...], change: Callable[[Run], Run | None]) -> Change:
    """Every run of a tag."""
    tags = (tag,) if isinstance(tag, str) else tag
    return each(
        lambda item, _: change(item) if isinstance(item, Run) and item.tag in tags else item
    )


def move(tag: str | tuple[str, ...], dx: float = 0.0, dy: float = 0.0) -> Change:
    """Runs of a tag moved."""

    def change(run: Run) -> Run:
        moved = shifted(run, dx, dy)
        assert isinstance(moved, Run)
        return moved

    return runs(tag, change)


def scaled(run: Run, factor: float) -> Run:
    """Larger or smaller type, spread from the first character."""
    first = run.xs[0]
    xs = tuple(first + (x - first) * factor for x in run.xs)
    return replace(run, size=run.size * factor, xs=xs)


def from_middle(run: Run, factor: float) -> Run:
    """The same, spread from the middle of the core."""
    return replace(run, size=run.size * factor, xs=tuple(106 + (x - 106) * factor for x in run.xs))


def reset(tag: str, role: Role, keep: Callable[[Run], bool] = lambda _: True) -> Change:
    """Runs of a tag in another family."""

    def apply(composition: Composition, fonts: FontSet) -> Composition:
        def change(run: Run) -> Run:
            if not keep(run):
                return run
            return replace(run, glyphs=tuple(fonts.glyph(role, g.char) for g in run.glyphs))

        return runs(tag, change)(composition, fonts)

    return apply


def reword(tag: str, old: str, new: str, role: Role = "fang") -> Change:
    """Other characters in the same places."""

    def apply(composition: Composition, fonts: FontSet) -> Composition:
        def change(run: Run) -> Run:
            if old not in run.text:
                return run
            start = run.text.index(old)
            after = start + len(old)
            glyphs = tuple(fonts.glyph(role, char) for char in new)
            xs = run.xs[start:after]
            step = run.size * MM / 2
            xs = (*xs, *(xs[-1] + step * n for n in range(1, len(new))))[: len(new)]
            return replace(
                run,
                glyphs=(*run.glyphs[:start], *glyphs, *run.glyphs[after:]),
                xs=(*run.xs[:start], *xs, *run.xs[after:]),
            )

        return runs(tag, change)(composition, fonts)

    return apply


def rules(colour: str, change: Callable[[Rule], Rule | None]) -> Change:
    """Every rule of a colour."""
    return each(
        lambda item, _: change(item) if isinstance(item, Rule) and item.colour == colour else item
    )


def nth_imprint(number: int, change: Callable[[Rule], Rule]) -> Change:
    """The n-th black rule of the last page."""

    def apply(composition: Composition, _: FontSet) -> Composition:
        last = composition.pages[-1]
        ruled = [item for item in last.items if isinstance(item, Rule)]
        wanted = ruled[number]
        items = tuple(change(wanted) if item is wanted else item for item in last.items)
        return replace(composition, pages=(*composition.pages[:-1], Page(items)))

    return apply


def slots(change: Callable[[SealSlot, int], SealSlot]) -> Change:
    """Every seal's place, with its number from 0."""

    def apply(composition: Composition, _: FontSet) -> Composition:
        placed = tuple(
            change(slot, number) for number, slot in enumerate(composition.report.seal_slots)
        )
        return replace(composition, report=replace(composition.report, seal_slots=placed))

    return apply


def everything(dx: float, dy: float) -> Change:
    """All but the page numbers moved, with the seals."""

    def apply(composition: Composition, fonts: FontSet) -> Composition:
        moved = each(
            lambda item, _: (
                item
                if isinstance(item, Run) and item.tag == "page_number"
                else shifted(item, dx, dy)
            )
        )(composition, fonts)
        return slots(lambda s, _: replace(s, x_mm=s.x_mm + dx, y_mm=s.y_mm + dy))(moved, fonts)

    return apply


BODY = ("body", "heading1", "heading2", "heading3", "heading4")


def text_pitch(pitch: float) -> Change:
    """Rows of running text closer together, page by page from the first of them."""

    def apply(composition: Composition, _: FontSet) -> Composition:
        pages = []
        for page in composition.pages:
            tops = [item.y for item in page.items if isinstance(item, Run) and item.tag in BODY]
            first = min(tops, default=0.0)
            items: list[Item] = []
            for item in page.items:
                if isinstance(item, Run) and item.tag in BODY:
                    y = first + (item.y - first) * pitch / 10.449
                    items.append(replace(item, y=y))
                else:
                    items.append(item)
            pages.append(Page(tuple(items)))
        return replace(composition, pages=tuple(pages))

    return apply


def unindented(composition: Composition, _: FontSet) -> Composition:
    """The third paragraph of a page begins at the left edge."""

    def change(item: Item, number: int) -> Item:
        indented = isinstance(item, Run) and item.tag == "body" and item.xs[0] > 38
        if number == 2 and indented:
            return shifted(item, -11.143, 0)
        return item

    return each(change)(composition, _)


def heading_last(composition: Composition, fonts: FontSet) -> Composition:
    """A heading of the first level instead of the last row of page 2."""
    page = composition.pages[1]
    rows = [item for item in page.items if isinstance(item, Run) and item.tag in BODY]
    last = max(rows, key=lambda run: run.y)
    text = "二、主要任务"
    glyphs = tuple(fonts.glyph("hei", char) for char in text)
    xs = tuple(28 + 5.571 * (2 + n) for n in range(len(text)))
    heading = Run(glyphs, xs, last.y, 16.0, "heading1")
    items = tuple(item for item in page.items if not (isinstance(item, Run) and item.y == last.y))
    pages = (composition.pages[0], Page((*items, heading)), *composition.pages[2:])
    return replace(composition, pages=pages)


def without_text_above(composition: Composition, fonts: FontSet) -> Composition:
    """The signature alone on its page."""
    page = composition.report.seal_slots[0].page

    def change(item: Item, number: int) -> Item | None:
        text = isinstance(item, Run) and item.tag in {*BODY, "attachment_note"}
        return None if number == page and text else item

    return each(change)(composition, fonts)


def hourglass(composition: Composition, fonts: FontSet) -> Composition:
    """The middle row of a title of three is the shortest."""
    title = [i for i in composition.pages[0].items if isinstance(i, Run) and i.tag == "title"]
    middle = sorted(title, key=lambda run: run.y)[1]
    half = len(middle.glyphs) // 2
    start = 106 - half / 2 * 22 * MM
    short = replace(
        middle,
        glyphs=middle.glyphs[:half],
        xs=tuple(start + n * 22 * MM for n in range(half)),
    )
    return each(lambda item, _: short if item is middle else item)(composition, fonts)


def closed_up(composition: Composition, _: FontSet) -> Composition:
    """Two rows of page 2 printed on each other."""
    page = composition.pages[1]
    rows = sorted(
        (item for item in page.items if isinstance(item, Run) and item.tag == "body"),
        key=lambda run: run.y,
    )
    one, other = next((a, b) for a, b in pairwise(rows) if b.y - a.y > 5)
    near = replace(other, y=one.y + 2.0)
    items = tuple(near if item is other else item for item in page.items)
    return replace(composition, pages=(composition.pages[0], Page(items), *composition.pages[2:]))


def copies_under_label(composition: Composition, fonts: FontSet) -> Composition:
    """The second row of 抄送 begins under its label."""
    last = composition.pages[-1].items
    rows = [item for item in last if isinstance(item, Run) and item.tag == "imprint"]
    label = next(row for row in rows if row.text.startswith("抄送"))
    lists = sorted((r for r in rows if r.group == label.group), key=lambda run: run.y)
    second = next(row for row in lists if row.y > label.y + 1)
    moved = shifted(second, -14.8, 0)
    return each(lambda item, _: moved if item is second else item)(composition, fonts)


def move_rule(number: int, dy: float) -> Change:
    """The n-th double rule of page 1, from the top, moved."""

    def change(rule: Rule) -> Rule:
        if (rule.y1 > 150) != bool(number):
            return rule
        return replace(rule, y1=rule.y1 + dy, y2=rule.y2 + dy)

    return rules("red", change)


def number_on_page_1(composition: Composition, fonts: FontSet) -> Composition:
    """The number of page 1, where a letter has none."""
    text = "—1—"
    glyphs = tuple(fonts.glyph("song", char) for char in text)
    first = composition.pages[0]
    run = Run(glyphs, (162.0, 168.0, 172.0), 270.5, 14.0, "page_number")
    return replace(composition, pages=(Page((*first.items, run)), *composition.pages[1:]))


def rule_in_imprint(composition: Composition, _: FontSet) -> Composition:
    """A rule above a letter's 抄送."""
    last = composition.pages[-1]
    top = min(i.y for i in last.items if isinstance(i, Run) and i.tag == "imprint")
    rule = Rule(28, top - 7, 184, top - 7, 0.35)
    return replace(composition, pages=(*composition.pages[:-1], Page((*last.items, rule))))


def attendance_under_label(composition: Composition, fonts: FontSet) -> Composition:
    """The second row of the names of 出席 begins under the label."""
    page = next(
        page for page in composition.pages
        if any(isinstance(i, Run) and i.tag == "attendance" for i in page.items)
    )  # fmt: skip
    rows = [i for i in page.items if isinstance(i, Run) and i.tag == "attendance"]
    left = max(row.xs[0] for row in rows)
    alone = [row for row in rows if [other.y for other in rows].count(row.y) == 1]
    second = next(row for row in alone if row.xs[0] == left)
    moved = shifted(second, -3 * 156 / 28, 0)
    return each(lambda item, _: moved if item is second else item)(composition, fonts)


def written(
    text: str, fonts: FontSet, x: float, y: float, *, size: float = 16.0, role: Role = "fang"
) -> Run:
    """A row of type at a place."""
    glyphs = tuple(fonts.glyph(role, char) for char in text)
    step = 156 / 28 * size / 16
    xs = tuple(x + n * step for n in range(len(text)))
    return Run(glyphs, xs, y, size, "page_number" if role == "song" else "body")


def onto(number: int, make: Callable[[Page, FontSet], Item]) -> Change:
    """One more item on a page; -1 is the last."""

    def apply(composition: Composition, fonts: FontSet) -> Composition:
        pages = list(composition.pages)
        place = number if number < 0 else number - 1
        pages[place] = Page((*pages[place].items, make(pages[place], fonts)))
        return replace(composition, pages=tuple(pages))

    return apply


def no_text_words(composition: Composition, fonts: FontSet) -> Composition:
    """（此页无正文） above the signature."""
    slot = composition.report.seal_slots[0]
    y = slot.y_mm - slot.diameter_mm / 2 - 2
    return onto(slot.page, lambda _, f: written("（此页无正文）", f, 39.1, y))(composition, fonts)


def number_on_last_page(composition: Composition, fonts: FontSet) -> Composition:
    """A number on the page of the 版记 behind a blank one."""
    return onto(-1, lambda _, f: written("—4—", f, 33.6, 270.5, size=14, role="song"))(
        composition, fonts
    )


def without_blank_page(composition: Composition, _: FontSet) -> Composition:
    """The page without content left out."""
    return replace(composition, pages=tuple(page for page in composition.pages if page.items))


def imprint_second_last(composition: Composition, _: FontSet) -> Composition:
    """The last two pages the other way round."""
    *front, one, last = composition.pages
    return replace(composition, pages=(*front, last, one))


def without_last_rows(composition: Composition, fonts: FontSet) -> Composition:
    """The core's last rows left empty on every page."""
    return each(
        lambda item, _: (
            None if isinstance(item, Run) and item.tag in BODY and item.y > 225 else item
        )
    )(composition, fonts)


def name_wrapped_left(composition: Composition, fonts: FontSet) -> Composition:
    """The second row of an attachment's name moved under its number."""
    rows = [
        item
        for page in composition.pages
        for item in page.items
        if isinstance(item, Run) and item.tag == "attachment_note"
    ]
    first = next(row for row in rows if row.text.startswith("附件："))
    second = next(row for row in rows if row.group == first.group and row.y > first.y + 1)
    moved = shifted(second, -8, 0)
    return each(lambda item, _: moved if item is second else item)(composition, fonts)


def chained(*changes: Change) -> Change:
    """One after another."""

    def apply(composition: Composition, fonts: FontSet) -> Composition:
        for change in changes:
            composition = change(composition, fonts)
        return composition

    return apply


def names(mutations: Iterable[Mutation]) -> list[str]:
    """Ids of the parameters."""
    return [mutation.name for mutation in mutations]
