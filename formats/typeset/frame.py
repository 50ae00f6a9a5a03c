"""What a 格式 fixes around the text: its head, where the text begins, its page numbers and 版记.

One function a format (GB/T 9704-2012 7.2, 10.1, 10.2, 10.3); `formats.typeset.compose` lays the
text into what they return and knows no format by name.
"""

from dataclasses import dataclass

from formats.document.model import Document
from formats.errors import Refused
from formats.i18n import mark
from formats.typeset.display import Item, Notice
from formats.typeset.fonts import FontSet
from formats.typeset.grid import ROWS
from formats.typeset.head import compose_head
from formats.typeset.letter import compose_letter
from formats.typeset.minutes import compose_minutes
from formats.typeset.order import compose_order


class HeadTooTall(Refused):
    """Issuers and approvers leave no room for the title on page 1."""

    code = "formats.head-too-tall"
    happened = mark("联合行文机关或签发人过多，首页版头放不下。")
    safe = mark("原稿没有改动。")
    advice = mark("请减少首页所列签发人或联合行文机关后重试。")


@dataclass(frozen=True, slots=True)
class Frame:
    """The fixed parts of one document."""

    items: tuple[Item, ...]
    """Of page 1, in reading order."""
    first_row: int
    """Where the title begins, or the text of a format without one."""
    titled: bool = True
    """Whether 标题 is printed; the mark of an order is its title (10.2)."""
    first_numbered: bool = True
    """Whether page 1 bears its number; a letter's does not (10.1)."""
    even_imprint: bool = True
    """Whether the 版记 ends an even page between rules; a letter's stands on its last page with
    抄送 alone and without rules (10.1)."""
    attended: bool = False
    """Whether 出席, 请假 and 列席 stand below the text (10.3)."""
    shift: float = 0.0
    """Millimetres that the rows of page 1 stand below the grid's."""
    notices: tuple[Notice, ...] = ()


def compose_frame(document: Document, fonts: FontSet) -> Frame:
    """The frame of the document's format. Raises `HeadTooTall`."""
    if document.format == "letter":
        head = compose_letter(document, fonts)
    elif document.format == "order":
        head = compose_order(document, fonts)
    elif document.format == "minutes":
        head = compose_minutes(document, fonts)
    else:
        head = compose_head(document, fonts)
    if head.title_row >= ROWS - 2:
        raise HeadTooTall(f"title on row {head.title_row}")
    letter = document.format == "letter"
    return Frame(
        head.items,
        head.title_row,
        titled=document.format != "order",
        first_numbered=not letter,
        even_imprint=not letter,
        attended=document.format == "minutes",
        shift=head.shift,
        notices=head.notices,
    )
