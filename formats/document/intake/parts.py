"""What classification gathers on the way to a `Document`, and the shapes both halves look for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from formats.document.headings import level_of
from formats.document.intake.lines import SourceLine
from formats.document.model import Attachment, Block

ISSUER: Final = re.compile(
    r"^[^，。；：、]{2,40}(?:政府|办公厅|办公室|委员会|厅|局|委|办|部|院|会|中心|署|府|处|组|公司|大学)$"
)
"""A line that is the name of a body."""
LONG: Final = 45
"""Characters; a longer line is a paragraph, not part of a title."""
TITLE_LINES: Final = 4


@dataclass(slots=True)
class Parts:
    """What was found, on the way to a `Document`."""

    fields: dict[str, Any] = field(default_factory=dict)
    body: list[Block] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)


def blocks_of(lines: Sequence[SourceLine]) -> list[Block]:
    """Paragraphs with their levels, and tables."""
    return [
        Block(table=line.table) if line.table else Block(level=level_of(line.text), text=line.text)
        for line in lines
        if line.table or line.text
    ]


def compact(text: str) -> str:
    """The text without spaces, which stretch short names and 文 件 on a page."""
    return re.sub(r"[ \u3000]", "", text)
