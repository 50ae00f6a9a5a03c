"""What stands before the closing, set once, and again only where the solver asks for it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from formats.document.model import Block as Paragraph
from formats.document.model import Document
from formats.typeset.body import (
    attachment_note_blocks,
    body_blocks,
    heads_text,
    paragraph_blocks,
    recipient_blocks,
    title_blocks,
)
from formats.typeset.flow import Block, Counter, blank_block
from formats.typeset.fonts import FontSet
from formats.typeset.frame import Frame
from formats.typeset.grid import ROWS
from formats.typeset.minutes import attendance_blocks
from formats.typeset.solver import Setting
from formats.typeset.titles import require_room

_BELOW: Final = 2
"""Rows that page 1 needs below its title: a blank one, and one of text."""


class Opening:
    """Title, recipients, text, 附件说明 and 出席 of a document.

    Raises `TitleTooLong`, `TableTooWide`.
    """

    def __init__(self, document: Document, frame: Frame, fonts: FontSet, counter: Counter) -> None:
        self.body: Sequence[Paragraph] = document.body
        self.fonts = fonts
        self.counter = counter
        self.title: list[Block] = []
        if frame.titled:
            rows = title_blocks(document.title, fonts, counter)
            require_room(len(rows), ROWS - frame.first_row - _BELOW)
            self.title += [*rows, blank_block()]
        self.recipients = recipient_blocks(document.main_recipients, fonts, counter)
        self.text = body_blocks(self.body, fonts, counter)
        self.last = max((place for place, blocks in enumerate(self.text) if blocks), default=-1)
        """The last paragraph with ink."""
        self.after = attachment_note_blocks(document.attachments, fonts, counter)
        if frame.attended:
            present = attendance_blocks(document, fonts, counter)
            self.after += [
                replace(block, part="attached") if block.part == "text" else block
                for block in present
            ]

    def blocks(self, setting: Setting) -> list[Block]:
        """All of it in order, the text as the setting wants it."""
        to = [] if setting.moved else self.recipients
        text = [block for blocks in self._text(setting) for block in blocks]
        return [*self.title, *to, *text, *self.after]

    def _text(self, setting: Setting) -> Sequence[list[Block]]:
        if setting.tracking:
            first = self._last_paragraph() if setting.last_alone else 0
            again = range(first, self.last + 1)
        elif setting.split:
            again = range(self.last, self.last + 1)
        else:
            return self.text
        text = list(self.text)
        for place in again:
            if place < 0 or self.body[place].text is None:
                continue
            text[place] = paragraph_blocks(
                self.body[place],
                self.fonts,
                self.counter,
                heads=heads_text(self.body, place),
                tracking=setting.tracking,
                split=setting.split,
            )
        return text

    def _last_paragraph(self) -> int:
        """The last paragraph of more than one row: in it a row can be won or lost."""
        return max(
            (place for place, blocks in enumerate(self.text)
             if len(blocks) > 1 and self.body[place].text is not None),
            default=self.last,
        )  # fmt: skip
