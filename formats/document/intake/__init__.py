"""Drafts taken in from the outside: DOCX, plain text, document JSON."""

from formats.document.intake.lines import IntakeNote
from formats.document.intake.take_in import (
    Intake,
    read_attachment,
    refuse_classified_file,
    take_in,
    text_attachment,
)

__all__ = [
    "Intake",
    "IntakeNote",
    "read_attachment",
    "refuse_classified_file",
    "take_in",
    "text_attachment",
]
