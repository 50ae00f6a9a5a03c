"""How well the states below the text fit a line: 附件说明, 署名, 日期, 附注, 附件, 版记."""

import re
from collections.abc import Iterator
from typing import Final

from formats.document.headings import level_of
from formats.document.intake.clues import (
    ATTACHED,
    ATTACHED_ITEM,
    ATTENDANCE,
    BRACKETED,
    CAPTION,
    CC,
    CHAPTER,
    CONTACT,
    LABEL,
    LABEL_TITLE,
    LONG,
    MOVED,
    NAMES,
    PHONE,
    PRINTED,
    PUBLIC,
    SIGNER,
    Facts,
    is_open_date,
    parse_date,
    signature_text,
)

_SHORT: Final = 40
_ROW: Final = 80
_LEAST: Final = "主动公开"
"""No 附注 is shorter."""
_FULL_STOPS: Final = ("。", "；")


def closing_scores(facts: Facts) -> dict[str, float]:
    """The states below the text that the line could be."""
    found: dict[str, float] = {}
    for source in (_note_of_attachments, _signature, _after_date, _attached, _imprint, _present):
        found.update(source(facts))
    return found


def _note_of_attachments(facts: Facts) -> Iterator[tuple[str, float]]:
    text = facts.text
    if ATTACHED.match(text) and not LABEL.match(facts.packed):
        yield "attachment_note", 6.0 if len(text) < 200 else 2.0  # noqa: PLR2004 - a paragraph may begin so
    elif facts.packed in {"附件：", "附："}:
        yield "attachment_note", 6.0
    if facts.packed == "附件：":
        return
    if ATTACHED_ITEM.match(text):
        yield "attachment_note_more", 3.0 - (2.5 if "。" in text[:-1] else 0)
    elif len(text) <= _SHORT and not facts.issuer and not parse_date(text):
        yield "attachment_note_more", 0.5 - (2 if text.endswith(_FULL_STOPS) else 0)


def _signature(facts: Facts) -> Iterator[tuple[str, float]]:
    text, packed = facts.text, facts.packed
    if len(packed) <= _SHORT:
        name = signature_text(text)
        dated = parse_date(facts.after) is not None or is_open_date(facts.after)
        look = (2.0 if facts.right else 0.5 if facts.centred else 0.0) + (2.0 if dated else 0.0)
        if facts.issuer:
            known = 1.0 if name in facts.known else 0.0
            yield "issuers", 2.5 + look + known - (1 if facts.line.indented else 0)
        elif dated and not text.endswith(("。", "：", "；", "，")) and not level_of(text):
            yield "issuers", -1.0 + look
    if SIGNER.match(text) or SIGNER.match(packed):
        dated = parse_date(facts.after) is not None or is_open_date(facts.after)
        yield "signers", 3.0 + (2.5 if dated else 0) + (1 if facts.right else 0)
    if parse_date(packed) is not None:
        yield "issue_date", 6.0 + (1 if facts.right else 0)
    elif is_open_date(packed):
        yield "issue_date", 5.0 + (1 if facts.right else 0)


def _after_date(facts: Facts) -> Iterator[tuple[str, float]]:
    text = facts.text
    bracketed = BRACKETED.match(text)
    contact = CONTACT.search(text) is not None
    phone = PHONE.search(re.sub(r"\s", "", text)) is not None
    if bracketed and not contact:
        yield "note", 3.5 + (2 if PUBLIC.search(text) else 0) + (-2 if level_of(text) else 0)
    elif (
        not contact
        and len(_LEAST) <= len(text) <= _SHORT
        and not (facts.centred or facts.big or level_of(text))
    ):
        yield "note", 2.0 if PUBLIC.search(text) else -1.0
    if contact:
        # A sentence with a telephone number is text.
        short = len(text) < _ROW and "。" not in text[:-1]
        yield (
            "contact",
            (3 if phone else 1)
            + (2 if bracketed or short else -2)
            + (1.5 if CONTACT.match(text.lstrip("（")) else 0),
        )
    if (contact or phone) and len(text) < _ROW:
        yield "contact_more", 3.0
    if CAPTION.match(text) and len(text) <= _SHORT:
        score = 3.0 + (1 if facts.centred else 0)
        above = facts.above
        score += 1 if above is not None and above.image is not None else 0
        yield "caption", score
        yield "attachment_caption", score


def _attached(facts: Facts) -> Iterator[tuple[str, float]]:
    text, line = facts.text, facts.line
    page = 1.5 if line.new_page else 0.0
    if LABEL.match(facts.packed):
        yield "attachment_label", 7.0 + page
    elif LABEL_TITLE.match(text) and len(text) <= LONG:
        yield "attachment_label", 3.0 + page - (2 if facts.line.indented else 0)
    if len(text) > LONG + 20 or level_of(text) or CHAPTER.match(text):
        return
    look = (2.0 if facts.centred else 0.0) + (2.0 if facts.big else 0.0) + page
    ends = -3.0 if text.endswith(("。", "；", "：", "，")) else 0.5
    yield "attachment_title", 1.0 + look + ends
    more = look + ends - 1
    above = facts.above
    if above is not None and (above.align, above.size) == (line.align, line.size):
        more += 0.5
    if text.startswith("（") and text.endswith("）"):
        more += 1.5 if len(text) <= 12 else 0  # noqa: PLR2004 - （试行）
    yield "attachment_title_more", more


def _imprint(facts: Facts) -> Iterator[tuple[str, float]]:
    text, packed = facts.text, facts.packed
    if CC.match(text):
        yield "cc", 9.0
    elif len(text) < 400:  # noqa: PLR2004 - the longest 抄送 wraps into lines
        open_end = 1.5 if facts.before and not facts.before.endswith("。") else -2.0
        yield "cc_more", open_end + (1.0 if text.endswith("。") else 0.0)
    if MOVED.match(text):
        yield "moved_recipients", 7.0
    if PRINTED.match(text) and len(packed) < 70:  # noqa: PLR2004 - one row of type
        stamp = 8.0 if packed.endswith(("印发", "印制", "印")) else 1.5
        yield "printer", stamp if parse_date(packed) is None else stamp - 3.0
    elif packed.endswith("印发") and len(packed) <= _SHORT:
        yield "printer", 4.0
    if facts.issuer and len(packed) <= _SHORT:
        yield "printer_more", 1.0 + (2 if "印发" in facts.after else 0)


def _present(facts: Facts) -> Iterator[tuple[str, float]]:
    if ATTENDANCE.match(facts.text):
        yield "attendance", 8.0
    elif NAMES.match(facts.text) or facts.before.endswith("、") or facts.text.count("、") > 2:  # noqa: PLR2004 - a list
        yield "attendance_more", 2.0
