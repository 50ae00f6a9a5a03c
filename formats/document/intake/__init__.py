"""Drafts taken in from the outside: DOCX, plain text, document JSON."""

from formats.document.intake.lines import IntakeElement, IntakeNote
from formats.document.intake.take_in import (
    Intake,
    read_attachment,
    refuse_classified_file,
    take_in,
    text_attachment,
)

__all__ = [
    "Intake",
    "IntakeElement",
    "IntakeNote",
    "read_attachment",
    "refuse_classified_file",
    "take_in",
    "text_attachment",
]
