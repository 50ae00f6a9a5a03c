"""署名, 成文日期, seal slots and 附注. GB/T 9704-2012 7.3.5 and 7.3.6.

The closing block reserves the room of the seals and says where they go; no seal is ever drawn
here. It is one block: it never breaks over pages.
"""

from collections.abc import Sequence

from formats.document.model import Document
from formats.errors import Refused
from formats.i18n import mark
from formats.typeset.body import INDENT
from formats.typeset.flow import Block, Counter, blank_block, text_block
from formats.typeset.fonts import FontSet
from formats.typeset.grid import CORE_RIGHT, CORE_WIDTH, EM, SIZE_3
from formats.typeset.linebreak import Row, Span, break_rows, single_row
from formats.typeset.seals import MOST_ROWS, sealed_closing
from formats.typeset.spots import Closing, Part, Spot, closing_block, even_rows
from formats.typeset.stamps import signed_closing
from formats.typeset.words import clean

__all__ = ["Closing", "ClosingTooTall", "SignersMissing", "Spot", "compose_closing"]


class ClosingTooTall(Refused):
    """署名 and seals, or 签名章, take more than a page."""

    code = "formats.closing-too-tall"
    happened = mark("署名、印章或签名章过多，一页放不下。")
    safe = mark("公文没有排版，原稿没有改动。")
    advice = mark("请减少联合署名的机关，或在附件中列出联署机关后重试。")


class SignersMissing(Refused):
    """签名章 are asked for, and nobody is named who signs."""

    code = "formats.signers-missing"
    happened = mark("公文须加盖签发人签名章，但没有填写签发人的职务和姓名。")
    safe = mark("公文没有排版，原稿没有改动。")
    advice = mark(
        "请在“签名章”一项填写职务和姓名（signers）；如加盖机关印章，请将 signature 改为 seal。"
    )


def compose_closing(
    document: Document, fonts: FontSet, counter: Counter, *, noted: int = 0
) -> Closing:
    """The closing of a document: sealed, bearing 签名章, or neither.

    ``noted`` rows of 附件说明 stand between the text and it, on the same page where that can be.
    Raises `SignersMissing` and `ClosingTooTall`.
    """
    date = _date(document, fonts)
    issuers = tuple(name for name in map(clean, document.issuers) if name)
    if document.signature == "personal":
        signers = [
            (clean(signer.office), clean(signer.name))
            for signer in document.signers
            if clean(signer.name)
        ]
        if not signers:
            raise SignersMissing
        closing = signed_closing(signers, date, fonts, counter)
    elif document.signature == "seal" and issuers:
        closing = sealed_closing(issuers, date, fonts, counter, noted=noted)
    elif document.format == "minutes":
        closing = _dated(date, counter)
    else:
        closing = _unsealed(issuers, date, fonts, counter)
    rows = closing.block.height + closing.block.reserve if closing.block else 0
    if rows > MOST_ROWS:
        raise ClosingTooTall(f"{rows} rows")
    return closing.followed_by(_notes(document, fonts, counter, closing))


def _date(document: Document, fonts: FontSet) -> Row | None:
    when = document.issue_date
    if when is None:
        return None
    return single_row(f"{when.year}年{when.month}月{when.day}日", "fang", SIZE_3, fonts)


def _unsealed(
    issuers: Sequence[str], date: Row | None, fonts: FontSet, counter: Counter
) -> Closing:
    """One blank row, the names with two characters free at the right, the date below (7.3.5.2).

    Names of joint issuers begin under the host's; the widest leaves the two characters.
    """
    names = [
        (row, place)
        for place, name in enumerate(issuers)
        for row in even_rows(name, fonts, CORE_WIDTH - 4 * EM)
    ]
    if not names:
        return _dated(date, counter)
    right = CORE_RIGHT - 2 * EM
    left = right - max(row.width for row, _ in names)
    if date and left + 2 * EM + date.width > right:  # a date longer than the name
        left = right - date.width - 2 * EM
    parts: list[Part] = [
        (row, left, 1 + line, "issuer", place) for line, (row, place) in enumerate(names)
    ]
    if date:
        parts.append((date, left + 2 * EM, 1 + len(names), "date", len(issuers)))
    return Closing(closing_block(1 + len(parts), parts, counter))


def _dated(date: Row | None, counter: Counter) -> Closing:
    """The date alone, a blank row below the text, 右空四字 as under every seal.

    纪要 name their body in the mark and bear neither 署名 nor seal as a rule (10.3 leaves it to
    practice); whoever wants them sealed asks for a seal.
    """
    if date is None:
        return Closing(None)
    x = CORE_RIGHT - 4 * EM - date.width
    return Closing(closing_block(2, [(date, x, 1, "date", 0)], counter))


def _notes(
    document: Document, fonts: FontSet, counter: Counter, closing: Closing
) -> tuple[Block, ...]:
    """附注 in brackets, indented two, in the row below the date (7.3.6).

    Where it would run into a seal it goes below it.
    """
    blocks: list[Block] = []
    reach = 0.0
    for text in filter(None, (clean(text or "") for text in (document.contact, document.note))):
        whole = text if text.startswith("（") and text.endswith("）") else f"（{text}）"
        rows = break_rows((Span(whole, "fang", SIZE_3),), fonts, CORE_WIDTH, first_indent=INDENT)
        group = counter.next()
        blocks += [text_block(row, "note", part="note", group=group) for row in rows]
        reach = max(reach, *(row.width for row in rows))
    reserve = int(closing.block.reserve) if closing.block else 0
    if blocks and reserve and reach > closing.free:
        blocks.insert(0, blank_block(reserve))
    return tuple(blocks)
