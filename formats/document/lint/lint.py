"""Lint a document: all habits, in reading order, and the fixes put in.

Pure: the same document always has the same findings. No fix changes a character but those its
finding names, and no finding touches a 密级 (such a document cannot exist), an address of the
network, a standard's number, a file's name or a telephone number.
"""

import re
from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from formats.document.lint import consistency, elements, levels, marks, numbers, ranges
from formats.document.lint.elements import Placed
from formats.document.lint.finding import Edit, Hit, LintFinding, Role, Spot, excerpts, spots
from formats.document.lint.habits import HABITS
from formats.document.model import Block, Document
from formats.document.places import Path, place
from formats.i18n import tr
from formats.limits import MAX_LINT_ROUNDS

_Rule = Callable[[Spot], Iterator[Hit]]
_NAME: Final[tuple[_Rule, ...]] = (
    numbers.wide_digits, marks.brackets, marks.half_width, marks.titles_in_titles, marks.pairs,
)  # fmt: skip
_SENTENCE: Final[tuple[_Rule, ...]] = (
    numbers.official_numbers, numbers.dates, numbers.years, numbers.wide_digits,
    ranges.values, ranges.times, ranges.both_named, ranges.repeated,
    numbers.quantities, numbers.units, marks.dots_and_dashes, marks.quotes, marks.repeated,
    marks.brackets, marks.half_width, marks.blanks, marks.listed, marks.titles_in_titles,
    marks.ordinals, marks.pairs,
)  # fmt: skip
_RULES: Final[dict[Role, tuple[_Rule, ...]]] = {
    "title": _SENTENCE,
    "text": (levels.forms, *_SENTENCE),
    "note": _SENTENCE,
    "name": _NAME,
    "cell": (
        numbers.official_numbers, numbers.dates, numbers.wide_digits, marks.dots_and_dashes,
        marks.quotes, marks.brackets, marks.half_width,
    ),
    "number": (numbers.official_numbers,),
}  # fmt: skip
_DOCUMENT: Final[tuple[Callable[[Document], Iterator[Placed]], ...]] = (
    elements.title, elements.names, elements.attachments, elements.dates, elements.note,
    elements.answered, consistency.range_marks,
)  # fmt: skip

_KEPT: Final = re.compile(
    r"(?:https?|ftp)://[!-~]+|www\.[!-~]+"  # an address of the network
    r"|(?<![\w.+-])[A-Za-z0-9_.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+"
    r"|(?:GB|DB|GA|DA|YD|SJ|GM|ISO|IEC|RFC|JJF|HJ|JGJ|CJJ)[A-Z/]{0,4} ?\d+(?:[./]\d+)*"
    r"(?:[-—–:]\d{2,4})?"
    r"|\d{4}-\d{1,2}-\d{1,2}(?!\d)"  # ISO 8601, which 15835 5.1.4 allows
    r"|(?<!\d)0\d{2,3}[-—]\d{7,8}(?:[-—]\d+)?"  # a telephone number
    r"|(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{1,128}"
    r"\.(?:docx?|xlsx?|pptx?|pdf|ofd|wps|zip|rar|txt|jpg|png|xml|json|exe|com|cn|net|org)(?![A-Za-z])"
    r"|(?<![A-Za-z])[A-Za-z]{1,32}[-–]\d+(?:[-–]\d+)*",  # a model's number
    re.ASCII,
)


def lint(document: Document) -> tuple[LintFinding, ...]:
    """Everything found, in the order of the document."""
    rank = {spot.path: number for number, spot in enumerate(spots(document))}
    found = sorted(
        _apart(document, _hits(document)),
        key=lambda placed: (rank.get(placed[0], len(rank)), placed[2].start),
    )
    return tuple(_finding(path, text, hit) for path, text, hit in found)


def apply_fix(document: Document, finding: LintFinding) -> Document:
    """The document with one finding mended; as it was where the finding has no fix.

    Raises `FixOutdated` when the text has changed since it was checked.
    """
    return finding.fix(document) if finding.fix is not None else document


def fix_all(document: Document) -> Document:
    """The document with everything mended that can be; running it again changes nothing.

    One mend can make way for the next (10-20% → 10～20% → 10%～20%): rounds go on until none is
    left.
    """
    for _ in range(MAX_LINT_ROUNDS):
        by_path: dict[Path, list[LintFinding]] = {}
        for finding in lint(document):
            if finding.fix is not None:
                by_path.setdefault(finding.path, []).append(finding)
        if not by_path:
            break
        for path, findings in by_path.items():
            fixes = [finding.fix for finding in findings if finding.fix is not None]
            pieces = tuple(piece for fix in fixes for piece in fix.pieces)
            document = Edit(path, fixes[0].old, pieces)(document)
    return document


def _hits(document: Document) -> Iterator[Placed]:
    for rule in _DOCUMENT:
        yield from rule(document)
    yield from _ordered(("body",), document.body)
    for number, attachment in enumerate(document.attachments):
        yield from _ordered(("attachments", number, "body"), attachment.body)
    for spot in spots(document):
        kept = [(m.start(), m.end()) for m in _KEPT.finditer(spot.text)]
        for check in _RULES[spot.role]:
            for hit in check(spot):
                if not _touches(hit, kept):
                    yield spot.path, spot.text, hit


def _ordered(path: Path, blocks: Sequence[Block]) -> Iterator[Placed]:
    for check in (levels.order, levels.ends):
        for number, hit in check(blocks):
            yield (*path, number, "text"), blocks[number].text or "", hit


def _touches(hit: Hit, kept: Sequence[tuple[int, int]]) -> bool:
    """Whether what the hit would change, or points at, lies in a stretch that is kept.

    ``kept`` is in order and apart, so that the last stretch that begins before the end decides.
    """
    for first, last in _parts(hit) or [(hit.start, hit.end)]:
        before = bisect_left(kept, (last, 0)) - 1
        if before >= 0 and kept[before][1] > first:
            return True
    return False


def _parts(hit: Hit) -> list[tuple[int, int]]:
    return [(piece.start, piece.end) for piece in hit.pieces]


def _apart(document: Document, hits: Iterable[Placed]) -> Iterator[Placed]:
    """The hits whose fixes do not meet, earlier rules first; the others come up once more.

    A hit without a fix is left out where a fix already covers it.
    """
    strings = {spot.path for spot in spots(document)}
    taken: dict[Path, list[tuple[int, int]]] = defaultdict(list)
    spans: dict[Path, list[tuple[int, int]]] = defaultdict(list)
    unsure: list[Placed] = []
    for path, text, found in hits:
        hit = found if path in strings and _left(text, found) else replace(found, pieces=())
        parts, here = _parts(hit), taken[path]
        if not parts:
            unsure.append((path, text, hit))
        elif not any(_meets(here, first, last) for first, last in parts):
            for part in parts:
                insort(here, part)
            spans[path].append((hit.start, hit.end))
            yield path, text, hit
    covered = {path: _joined(stretches) for path, stretches in spans.items()}
    for path, text, hit in unsure:
        if not _touches(hit, covered.get(path, ())):
            yield path, text, hit


def _meets(taken: Sequence[tuple[int, int]], first: int, last: int) -> bool:
    """Whether the stretch lies in one of those, or beside it; they are in order and apart."""
    before = bisect_right(taken, last, key=lambda stretch: stretch[0]) - 1
    return before >= 0 and taken[before][1] >= first


def _joined(stretches: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The stretches in order, those that overlap made one."""
    joined: list[tuple[int, int]] = []
    for first, last in sorted(stretches):
        if joined and first < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined


def _left(text: str, hit: Hit) -> bool:
    removed = sum(piece.end - piece.start - len(piece.new) for piece in hit.pieces)
    return len(text) - removed > 0


def _finding(path: Path, text: str, hit: Hit) -> LintFinding:
    habit = HABITS[hit.code]
    before, after = excerpts(text, hit)
    values: dict[str, Any] = dict(hit.values)
    return LintFinding(
        code=hit.code,
        severity="warn",
        clause=habit.clause if habit.clause.startswith("GB") else tr(habit.clause),
        field=str(path[0]),
        path=path,
        place=place(path),
        message=tr(habit.message, **values),
        before=before,
        after=after,
        start=hit.start,
        end=hit.end,
        fix=Edit(path, text, hit.pieces) if hit.pieces else None,
    )
