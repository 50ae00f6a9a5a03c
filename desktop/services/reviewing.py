"""The review list of a draft that was taken in, as a person reads it: the doubtful first."""

from collections.abc import Iterable
from typing import Final, Literal

from desktop.services.rows import TakenRow
from formats.document.intake import IntakeElement
from formats.document.intake.labels import ELEMENTS
from formats.i18n import mark, tr

SURE: Final = 0.9
DOUBTFUL: Final = 0.7
"""What is under it must be looked at (`formats.document.intake.lines.IntakeNote`)."""

WORDS: Final = {
    "sure": mark("可靠"),
    "check": mark("请核对"),
    "doubtful": mark("存疑"),
}
_FIELDS: Final = {
    "approvers": "approvers", "number": "number", "urgency": "urgency", "title": "title",
    "main_recipients": "main_recipients", "attendance": "attendance", "signers": "signers",
    "issue_date": "issue_date", "note": "note", "contact": "contact", "cc": "cc",
    "attachment_note": "attachments", "attachment_label": "attachments",
    "attachment_title": "attachments", "attachment_text": "attachments",
}  # fmt: skip
"""Elements that have a field of their own in the form; all others are in the text."""


def sureness(confidence: float) -> Literal["sure", "check", "doubtful"]:
    """Three words say enough; a percentage would promise more than is known."""
    if confidence >= SURE:
        return "sure"
    return "check" if confidence >= DOUBTFUL else "doubtful"


def taken_rows(elements: Iterable[IntakeElement]) -> tuple[TakenRow, ...]:
    """All lines, those that are least sure first, else in their order."""
    rows = []
    for one in sorted(elements, key=lambda e: (_rank(e.confidence), e.line)):
        sure = sureness(one.confidence)
        rows.append(
            TakenRow(
                line=one.line,
                element=tr(ELEMENTS[one.element]),
                text=one.text,
                sureness=sure,
                words=tr(WORDS[sure]),
                field=_FIELDS.get(one.element, "body"),
            )
        )
    return tuple(rows)


def _rank(confidence: float) -> int:
    return ("doubtful", "check", "sure").index(sureness(confidence))
