"""Lines of a draft told apart, and the review list of what each was taken as."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from formats.document.headings import level_of
from formats.document.intake.clues import (
    APPROVERS,
    CC,
    COPY,
    ISSUER,
    NUMBER,
    SERIAL,
    URGENT,
    compact,
    facts_of,
    parse_date,
    signature_text,
)
from formats.document.intake.decode import SURE, decode
from formats.document.intake.labels import ELEMENTS, GOES_ON, STATES
from formats.document.intake.lines import IntakeElement, Notes, SourceLine
from formats.document.intake.scores import is_left_out, scores_of
from formats.i18n import tr

SHOWN: Final = 80
"""Characters of a line in the review list."""
DOUBTFUL: Final = 0.7
"""Below this certainty a person must look."""
_MAX_NOTES: Final = 20
"""Doubtful lines told one by one; a draft with more wants reading as a whole."""
_HEAD_LINES: Final = 40
_TOP: Final = 7
"""Lines of a head, in which an office and a date make a byline."""
_HOPELESS: Final = 9.0
"""Points behind a line's best state that no neighbour makes up for."""
_BEGINS: Final = frozenset(GOES_ON.values())
_ABOUT: Final = ("关于", "印发", "转发", "批转")
"""How the row below the names of a title's bodies begins."""
_COLUMNS: Final = re.compile(r"[ \u3000]{2,}|\u3000|(?<=号) +(?=签)|(?<=[0-9]) +(?=特急|加急)")


@dataclass(frozen=True, slots=True)
class Reading:
    """A line with the state it was found to be in."""

    line: SourceLine
    state: str
    certainty: float

    @property
    def element(self) -> str:
        """The element that the review list shows."""
        name = STATES[self.state]
        level = level_of(self.line.text) if name == "text" else 0
        return f"level{level}" if level else name


def classify(lines: Sequence[SourceLine]) -> list[Reading]:
    """What each line is. Lines that hold several elements side by side come apart."""
    below = [*(line.text for line in lines[1:]), ""]
    copies = next((at for at, line in enumerate(lines) if CC.match(line.text)), len(lines))
    parted = [
        part
        for at, line in enumerate(lines)
        for part in _columns(line, at, whole=at > copies or below[at].startswith(_ABOUT))
    ]
    gone = {at for at, line in enumerate(parted) if line.text and is_left_out(line.text, at)}
    kept = [line for at, line in enumerate(parted) if at not in gone]
    decoded = iter(decode(_plausible(scores_of(facts) for facts in facts_of(kept))))
    return [
        Reading(line, "left_out", SURE) if at in gone else Reading(line, *next(decoded))
        for at, line in enumerate(parted)
    ]


def _plausible(lines: Iterable[dict[str, float]]) -> list[dict[str, float]]:
    """The scores without states that cannot come to anything, which keeps long drafts cheap.

    A state that goes on needs one that it goes on from, anywhere above.
    """
    seen: set[str] = set()
    kept: list[dict[str, float]] = []
    for line in lines:
        best = max(line.values())
        left = {
            state: score
            for state, score in line.items()
            if score > best - _HOPELESS and GOES_ON.get(state, "") in {"", *seen}
        }
        kept.append(left or line)
        seen.update(state for state in left if state in _BEGINS)
    return kept


def _columns(line: SourceLine, at: int, *, whole: bool) -> Iterator[SourceLine]:
    """发文字号 and 签发人 on one row, 份号 and 紧急程度, signatures or signature and date.

    ``whole``: a row of names is one, as below 抄送 and above 关于…; among the first lines, office
    and date on one row are a byline.
    """
    parts = [p.strip(" \u3000") for p in _COLUMNS.split(line.text)] if line.table is None else []
    parts = [part for part in parts if part]
    if len(parts) < 2:  # noqa: PLR2004 - nothing stands side by side
        yield line
    elif at < _HEAD_LINES and _side_by_side(parts):
        for part in _rejoined(parts):
            yield replace(line, text=part)
    elif not whole and all(
        ISSUER.match(signature_text(part)) or (at >= _TOP and parse_date(part)) for part in parts
    ):
        for part in parts:
            yield replace(line, text=part)
    else:
        yield line


def _side_by_side(parts: Sequence[str]) -> bool:
    first = compact(parts[0])
    head = COPY.match(first) or URGENT.match(first) or NUMBER.fullmatch(parts[0])
    if head is None and SERIAL.match(first) is None:
        return False
    second = compact(parts[1])
    return bool(
        APPROVERS.match(second) or URGENT.match(second) or COPY.match(second)
        or NUMBER.fullmatch(parts[1]) or "签发人" in second
    )  # fmt: skip


def _rejoined(parts: Sequence[str]) -> Iterator[str]:
    """Names that follow 签发人： belong to it."""
    held: list[str] = []
    for part in parts:
        if held and not (COPY.match(part) or URGENT.match(part) or NUMBER.fullmatch(part)):
            held.append(part)
        elif compact(part).startswith("签发"):
            held = [part]
        else:
            yield part
    if held:
        yield " ".join(held)


def elements_of(readings: Iterable[Reading]) -> tuple[IntakeElement, ...]:
    """The review list."""
    return tuple(
        IntakeElement(r.line.number, shown(r.line), r.element, round(r.certainty, 3))
        for r in readings
    )


def shown(line: SourceLine) -> str:
    """The line's words, short enough for a list."""
    if line.table is not None:
        text = " | ".join(line.table.header)
    elif line.image is not None:
        text = line.image.description
    else:
        text = line.text
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def note_doubts(readings: Iterable[Reading], notes: Notes) -> None:
    """A note for each line that might as well be something else."""
    doubtful = [r for r in readings if r.certainty < DOUBTFUL]
    for reading in doubtful[:_MAX_NOTES]:
        element = tr(ELEMENTS[reading.element])
        text = shown(reading.line)[:30]
        message = tr("“{text}”按“{element}”导入，请核对。", text=text, element=element)
        notes.add(field_of(reading.element), message, reading.certainty, reading.line.number)
    if len(doubtful) > _MAX_NOTES:
        count = len(doubtful) - _MAX_NOTES
        notes.add("source", tr("另有 {count} 处也不能确定，请通读全文。", count=count), 0.5)


def field_of(element: str) -> str:
    """The field of `Document` that an element goes into; ``source`` for what is left out."""
    if element.startswith("attachment"):
        return "attachments"
    if element.startswith("level") or element in {"text", "table", "image", "caption"}:
        return "body"
    return "source" if element == "left_out" else element
