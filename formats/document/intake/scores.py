"""How well each state fits a line: text first, its look second, styles never.

Scores are sums of hand-set evidence; a point is worth about a factor of three. Running text is
the measure: it fits anything at about 0. Only states that have some reason to be are listed, so
that a long draft stays cheap to decode.
"""

import re
from collections.abc import Iterator
from typing import Final

from formats.document.headings import level_of
from formats.document.intake.closing_scores import closing_scores
from formats.document.intake.clues import (
    APPROVERS,
    BRACKETED,
    CHAPTER,
    COPY,
    HEAD_ROW,
    ISSUER,
    LEFT_OUT,
    LONG,
    MOVED,
    NAMES,
    NUMBER,
    SERIAL,
    SOURCE,
    STAGE,
    URGENT,
    Facts,
    compact,
    is_open_date,
    parse_date,
)
from formats.document.kinds import kind_of_title
from formats.document.names import is_class_name, split_recipients

_HEAD_LINES: Final = 40
"""Lines from the top among which the head may end; twenty joint issuers need as many."""
_TITLE_CHARS: Final = 120
_GREETS: Final = re.compile(r"^(?:现|根据|为|按照|经|近日|特此|同志们|一|（)")
_ENDS: Final = ("。", "；", "：", "，", "、", "！", "？")
_ABOVE: Final = 2
"""Lines above the head that are about the draft, not of it."""
_SEEN: Final = 3.0
"""A table or a picture is one without a doubt; the question is where it belongs."""
_STAGE: Final = 12
"""（试行） and （征求意见稿） end a title; what is longer in brackets is a 题注."""
_SHORT: Final = 30
_PUSHED: Final = 4
"""Blanks from which a line was pushed to the middle."""
_MARK_SIZE: Final = 24.0
"""Points; 小一 and larger is no title."""
_MARK_WORDS: Final = re.compile(r"(?:文件|纪要|命令|令|公报|函|通报|简报|公告|通告)$")


def scores_of(facts: Facts) -> dict[str, float]:
    """The states that the line could be."""
    if facts.line.table is not None:
        return {"table": _SEEN, "attachment_table": _SEEN, "head_table": _SEEN - 1}
    if facts.line.image is not None:
        return _picture(facts)
    found = dict(_text(facts))
    found.update(closing_scores(facts))
    if facts.place < _HEAD_LINES:
        found.update(_head(facts))
        found.update(_title(facts))
        found.update(_recipients(facts))
    return found


def is_left_out(text: str, place: int) -> bool:
    """A page number, a drawn rule, or a web page's line of source among the first lines."""
    return (
        LEFT_OUT.match(text) is not None
        or (place < _HEAD_LINES and SOURCE.match(text) is not None)
        or (place < _ABOVE and STAGE.match(text) is not None)
    )


def _picture(facts: Facts) -> dict[str, float]:
    seal = 3.0 if facts.line.floating else -2.0
    found = {"image": _SEEN, "attachment_image": _SEEN, "seal_image": _SEEN + seal}
    if facts.place < _HEAD_LINES:
        found["head_image"] = _SEEN
    return found


def _text(facts: Facts) -> Iterator[tuple[str, float]]:
    numbered = level_of(facts.text) > 0 or CHAPTER.match(facts.text) is not None
    score = _prose(facts, numbered=numbered)
    yield "attachment_text", max(0.0, score)
    if facts.line.place in {"header", "footer"}:
        score -= 5
    if facts.centred and not numbered:
        score -= 1.5
    if facts.big:
        score -= 1.5
    if facts.line.red:
        score -= 3
    yield "text", score


def _prose(facts: Facts, *, numbered: bool) -> float:
    """How much the words read like a paragraph of text."""
    score = 2.0 if numbered else 0.0
    if facts.text.endswith(("。", "；", "！", "？", "”")) or "。" in facts.text:
        score += 1.5
    elif facts.text.endswith("："):
        score += 0.5
    elif not numbered and len(facts.packed) <= _SHORT:
        score -= 0.5
    if facts.line.indented:
        score += 1.0
    if len(facts.packed) > LONG:
        score += 2.0
    if facts.right:
        score -= 1.5
    return score


def _head(facts: Facts) -> Iterator[tuple[str, float]]:
    packed, line = facts.packed, facts.line
    framed = 1.5 if line.place in {"box", "grid", "header"} else 0.0
    if COPY.match(packed):
        yield "copy_number", 7 + framed
    if URGENT.match(packed):
        yield "urgency", 8 + framed
    if NUMBER.fullmatch(facts.text) or NUMBER.fullmatch(packed):
        yield "number", 8 + framed
    elif SERIAL.match(packed):
        yield "number", 5 + framed
    if APPROVERS.match(packed):
        yield "approvers", 9 + framed
    elif NAMES.match(facts.text):
        yield (
            "approvers_more",
            1 + framed + (2 if facts.right else 0) + 2 * ("签发" in facts.before),
        )
    mark = _mark(facts) + framed
    if mark > 0:
        yield "issuer_mark", mark
    yield from _bylines(facts)


def _bylines(facts: Facts) -> Iterator[tuple[str, float]]:
    """Who and when, under the head of minutes or the title of what is made public."""
    packed = facts.packed
    if facts.issuer and not facts.line.red:
        dated = parse_date(facts.after.strip("（）")) is not None
        yield "head_issuer", 3.5 if dated else 1.5
    if parse_date(packed.strip("（）")) or is_open_date(packed):
        yield "head_date", 5.0 if facts.centred else 4.0
    row = HEAD_ROW.match(facts.text)
    if row and ISSUER.match(compact(row[1])):
        yield "head_printer", 5.0


def _mark(facts: Facts) -> float:
    """发文机关标志: ×××文件, ×××令, ×××纪要, or the name alone over a letter."""
    packed, line = facts.packed, facts.line
    if len(packed) > LONG or facts.text.endswith(_ENDS) or "关于" in packed:
        return 0.0
    score = _mark_words(facts)
    if score <= 0:
        return 0.0
    look = (
        (line.red, 3.0),
        ((line.size or 0) >= _MARK_SIZE, 2.0),
        (facts.centred, 0.5),
        (facts.place == 0, 0.5),
        (facts.right or line.indented, -2.0),
        (_speaks(facts), -3.0),
    )
    return score + sum(points for seen, points in look if seen)


def _mark_words(facts: Facts) -> float:
    packed = facts.packed
    named = _MARK_WORDS.search(packed) is not None
    below = 3.0 if named and _numbered_below(facts) else 0.0
    if packed in {"文件", "（文件）"}:
        return 5.0 + below
    if packed.endswith("文件"):
        return 6.0 + below
    if facts.issuer:
        return 2.0 + below
    if named and (facts.line.red or below):
        return 1.5 + below
    return 0.0


def _numbered_below(facts: Facts) -> bool:
    return NUMBER.match(facts.after) is not None or SERIAL.match(facts.after) is not None


def _speaks(facts: Facts) -> bool:
    """A name on its own row, over 关于…: the first row of a title."""
    return facts.issuer and not facts.line.red and facts.after.startswith(("关于", "印发", "转发"))


def _title(facts: Facts) -> Iterator[tuple[str, float]]:
    text, line = facts.text, facts.line
    if len(facts.packed) > _TITLE_CHARS:
        return
    look = _title_look(facts)
    kind = kind_of_title(facts.packed) is not None
    first = look + (2.5 if kind else 0) + (2 if "关于" in text[:30] else 0)
    if _numbered_below(facts):
        first -= 1
    if _speaks(facts):
        first += 3
    if len(facts.packed) <= LONG and not text.endswith(_ENDS) and not facts.right:
        first += 0.5
    yield "title", first
    whole = kind_of_title(facts.before) is not None
    more = look + (2.5 if kind else 0)
    if whole:
        more -= 4 if not text.startswith("（") else 2
    if text.startswith("（") and text.endswith("）"):
        more += 2 if len(text) <= _STAGE else 0
    above = facts.above
    if above is not None and (above.align, above.size) == (line.align, line.size):
        more += 1.0
    if facts.before.endswith(("关于", "和", "及", "、", "》")) or text.startswith(("关于", "的")):
        more += 1.5
    yield "title_more", more


def _title_look(facts: Facts) -> float:
    text = facts.text
    line = facts.line
    clues = (
        (NUMBER.match(text) or SERIAL.match(facts.packed), -4.0),
        (text.endswith(_ENDS), -4.0),
        (level_of(text) or CHAPTER.match(text), -4.0),
        (len(facts.packed) > LONG and not facts.big, -2.0),
        (facts.centred, 1.5),
        (facts.big, 2.0),
        (line.indented and not facts.centred, -1.5),
        (facts.right, -1.0),
        (line.red, -1.5),
        (line.lead >= _PUSHED, 0.5),
        (BRACKETED.match(text) and len(text) > _STAGE, -3.0),
    )
    return sum(points for seen, points in clues if seen)


def _recipients(facts: Facts) -> Iterator[tuple[str, float]]:
    text = facts.text
    if MOVED.match(text):
        yield "main_recipients", 8.0
        return
    if level_of(text) or facts.centred or facts.big:
        return
    colon = text.endswith("：")
    names = split_recipients(text)
    known = sum(bool(is_class_name(n) or ISSUER.match(n)) for n in names)
    share = known / len(names) if names else 0.0
    score = 3 * share + (2.0 if colon else -2.5) - (1.0 if facts.line.indented else -0.5)
    if _GREETS.match(text) or "。" in text:
        score -= 4
    if len(text) > 200 and share < 0.8:  # noqa: PLR2004 - a long row is names or it is text
        score -= 4
    yield "main_recipients", score
    unfinished = not facts.before.endswith(("：", "。"))
    if unfinished and share:
        yield "recipients_more", score + (1 if colon else 0)
    if not colon and text.endswith(("，", "、")):
        yield "main_recipients", score + 3
