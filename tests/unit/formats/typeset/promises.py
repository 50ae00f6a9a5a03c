"""What must hold on the pages of every document, told by name where it does not."""

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from formats.typeset.display import Composition, Rule, Run, SealSlot
from formats.typeset.grid import CORE_BOTTOM, CORE_LEFT, CORE_RIGHT, EM, PITCH, em_of

TEXT = {"body", "heading1", "heading2", "heading3", "heading4", "table", "table_head", "caption"}
TABLE = {"table", "table_head", "caption"}
BESIDE = TEXT | {"attachment_note", "attendance"}
SIGNED = {"issuer", "date", "signer"}
HEADINGS = {"heading1", "heading2", "attachment", "attachment_title"}
FURNITURE = {"imprint", "page_number"}
NEAR = 0.02


def top(run: Run) -> float:
    return run.y - 0.88 * em_of(run.size)


def bottom(run: Run) -> float:
    return run.y + 0.12 * em_of(run.size)


def broken_promises(done: Composition, *, lettered: bool) -> list[str]:
    """The names of the promises that a typeset document breaks."""
    pages = [[item for item in page.items if isinstance(item, Run)] for page in done.pages]
    return [
        *([] if any(run.tag in TEXT for run in pages[0]) else ["page 1 without text"]),
        *_closing(pages, done.report.seal_slots),
        *_headings(pages),
        *_below(pages),
        *_imprint(done, pages, lettered=lettered),
    ]


def _closing(pages: Sequence[Sequence[Run]], slots: Sequence[SealSlot]) -> Iterator[str]:
    signed = [page for page, runs in enumerate(pages) if any(r.tag in SIGNED for r in runs)]
    if len(signed) > 1:
        yield "closing on two pages"
    for page in signed:
        runs = pages[page]
        if not any(run.tag in TEXT for run in runs):
            yield "closing without text"
        yield from _seals(runs, [slot for slot in slots if slot.page == page + 1])
    if any(slot.page - 1 not in signed for slot in slots):
        yield "seal on a page without names"


def _seals(runs: Sequence[Run], slots: Sequence[SealSlot]) -> Iterator[str]:
    seals = [slot for slot in slots if slot.kind == "seal"]
    if seals:
        rows = sorted({round(run.y, 3) for run in runs if run.tag in BESIDE})
        if not rows:
            return
        typed = sorted({round(run.y, 3) for run in runs if run.tag in BESIDE - TABLE})
        pitch = min([after - row for row, after in pairwise(typed)], default=PITCH)
        first = min(slot.y_mm - slot.diameter_mm / 2 for slot in seals)
        if not 0 <= first - (max(rows) + 0.12 * EM) <= pitch + NEAR:
            yield "seal more than a row below the text"
    for slot in slots:
        half, reach = slot.diameter_mm / 2, (slot.height_mm or slot.diameter_mm) / 2
        if slot.x_mm - half < CORE_LEFT - NEAR or slot.x_mm + half > CORE_RIGHT + NEAR:
            yield "seal beside the core"
        if slot.y_mm + reach > CORE_BOTTOM + NEAR:
            yield "seal below the core"
        if any(_pressed(run, slot) for run in runs if not _presses(run, slot)):
            yield "text under a seal"
    for one, other in combinations(seals, 2):
        apart = ((one.x_mm - other.x_mm) ** 2 + (one.y_mm - other.y_mm) ** 2) ** 0.5
        if apart <= (one.diameter_mm + other.diameter_mm) / 2:
            yield "seals touch"


def _presses(run: Run, slot: SealSlot) -> bool:
    """Whether a seal may lie on this text: names and the date."""
    return slot.kind == "seal" and run.tag in {"issuer", "date"}


def _pressed(run: Run, slot: SealSlot) -> bool:
    half, reach = slot.diameter_mm / 2, (slot.height_mm or slot.diameter_mm) / 2
    for x in run.xs:
        across = max(x - slot.x_mm, 0.0, slot.x_mm - x - em_of(run.size))
        down = max(top(run) - slot.y_mm, 0.0, slot.y_mm - bottom(run))
        if slot.kind == "seal":
            if (across**2 + down**2) ** 0.5 < half - NEAR:
                return True
        elif across < half - NEAR and down < reach - NEAR:
            return True
    return False


def _headings(pages: Sequence[Sequence[Run]]) -> Iterator[str]:
    for here, after in pairwise(pages):
        runs = [run for run in here if run.tag not in FURNITURE]
        follow = [run for run in after if run.tag in TEXT | SIGNED]
        if not runs or all(run.turned for run in follow):
            continue  # nothing follows, or a landscape table, which has pages of its own
        last = max(runs, key=lambda run: run.y)
        first = next(run for run in after if run.tag not in FURNITURE)
        if first.tag == "attachment":
            continue
        if last.tag in HEADINGS and first.group != last.group:
            yield "a heading ends a page"


def _below(pages: Sequence[Sequence[Run]]) -> Iterator[str]:
    for runs in pages:
        if any(bottom(r) > CORE_BOTTOM + NEAR for r in runs if r.tag not in FURNITURE):
            yield "text below the core"


def _imprint(done: Composition, pages: Sequence[Sequence[Run]], *, lettered: bool) -> Iterator[str]:
    bearing = [page for page, runs in enumerate(pages) if any(r.tag == "imprint" for r in runs)]
    if not bearing:
        return
    page = len(pages) - 1
    if bearing != [page]:
        yield "版记 elsewhere than on the last page"
        return
    begin = min(top(run) for run in pages[page] if run.tag == "imprint")
    if not lettered:
        rules = [
            item.y1
            for item in done.pages[page].items
            if isinstance(item, Rule) and item.colour == "black"
        ]
        begin = max(rule for rule in rules if rule <= begin)
        if page % 2 == 0:
            yield "版记 on an odd page"
        if abs(max(rules) - CORE_BOTTOM) > NEAR:
            yield "版记 does not end at the core's edge"
    if any(bottom(r) > begin for r in pages[page] if r.tag not in FURNITURE):
        yield "版记 on text"
    for slot in done.report.seal_slots:
        reach = (slot.height_mm or slot.diameter_mm) / 2
        if slot.page == page + 1 and slot.y_mm + reach > begin:
            yield "版记 on a seal"
    if not lettered:
        yield from _numbers(pages)


def _numbers(pages: Sequence[Sequence[Run]]) -> Iterator[str]:
    """The 版记's page bears a number unless a blank page precedes it; then neither does (7.5)."""
    bare = {n for n, runs in enumerate(pages) if not any(r.tag == "page_number" for r in runs)}
    blank = {n for n, runs in enumerate(pages) if not [r for r in runs if r.tag not in FURNITURE]}
    page = len(pages) - 1
    if bare != ({page - 1, page} if {page - 1, page} <= blank else set()):
        yield "numbers around a blank page"
