"""What the elements of a document must look like: title, names, attachments, dates, notes.

GB/T 9704-2012 7.2 to 7.4; 党政机关公文处理工作条例 article 9 for the title.
"""

import re
from collections.abc import Iterator
from typing import Final

from formats.document.kinds import KINDS, kind_of_title
from formats.document.lint.finding import Hit, Piece
from formats.document.model import Document
from formats.document.names import find_numbers
from formats.document.places import Path
from formats.i18n import tr

Placed = tuple[Path, str, Hit]
"""Where, in which string, and what."""

_END: Final = re.compile(r"[。；，、：．.,;:]+$")


def title(document: Document) -> Iterator[Placed]:
    """The title ends with its 文种, agrees with the kind, names the issuer, and has no marks."""
    text = document.title
    path: Path = ("title",)
    end = _END.search(text)
    if end and end.start():
        yield path, text, Hit("P52", end.start(), len(text), (Piece(end.start(), len(text), ""),))
        text_end = text[: end.start()]
    else:
        text_end = text
    inner = re.sub("《[^》]*》|“[^”]*”", lambda m: " " * len(m[0]), text_end)
    for match in re.finditer("[，。；：？！,;:?!]", inner):
        yield path, text, Hit("P52", match.start(), match.end())
        break
    if document.format in {"order", "minutes"}:
        return  # their mark names the 文种 (10.2, 10.3)
    kind = kind_of_title(text_end)
    if kind is None:
        yield path, text, Hit("P50", max(0, len(text) - 8), len(text), (), _kind(document))
    elif kind != document.kind:
        values = (("found", tr(KINDS[kind].chinese)), *_kind(document))
        yield path, text, Hit("P51", max(0, len(text) - 8), len(text), (), values)
    yield from _issuer(document)


def _kind(document: Document) -> tuple[tuple[str, str | int], ...]:
    return (("kind", tr(KINDS[document.kind].chinese)),)


def _issuer(document: Document) -> Iterator[Placed]:
    """The body's name before 关于 is one of the issuers', written as there."""
    head, about, _ = document.title.partition("关于")
    head = head.strip(" \u3000")
    if not about or not head or document.kind == "minutes" or "等" in head:
        return
    if re.match(r"转发|印发|批转|发布|《", head):
        return
    if any(name in head or _short(name) in _short(head) for name in document.issuers):
        return
    path: Path = ("title",)
    values = (("found", head), ("issuer", document.issuers[0]))
    yield path, document.title, Hit("P53", 0, document.title.index("关于"), (), values)


_SHORT: Final = (
    ("人民代表大会", "人大"), ("常务委员会", "常委会"), ("人民政治协商会议", "政协"),
    ("中国共产党", "中共"), ("中国共产主义青年团", "共青团"), ("委员会", "委"),
    ("\n", ""), (" ", ""),
)  # fmt: skip
"""规范化简称 that a title may have where the signature has the whole name, and the reverse."""


def _short(name: str) -> str:
    for whole, short in _SHORT:
        name = name.replace(whole, short)
    return name


def names(document: Document) -> Iterator[Placed]:
    """主送, 抄送, 发文 and 印发机关 are kept without the mark that is printed behind them."""
    fields = (("main_recipients", "P57"), ("cc", "P58"), ("issuers", "P61"))
    printer = document.printer or ""
    end = _END.search(printer)
    if end and end.start():
        piece = Piece(end.start(), len(printer), "")
        yield ("printer",), printer, Hit("P63", end.start(), len(printer), (piece,))
    for field, code in fields:
        for place, name in enumerate(getattr(document, field)):
            end = _END.search(name)
            if end and end.start():
                piece = Piece(end.start(), len(name), "")
                yield (field, place), name, Hit(code, end.start(), len(name), (piece,))
            label = re.match("(?:主送|抄送|抄报)(?:机关)?[：:]", name)
            if label and label.end() < len(name):
                piece = Piece(0, label.end(), "")
                yield (field, place), name, Hit(code, 0, label.end(), (piece,))


def attachments(document: Document) -> Iterator[Placed]:
    """附件 names without end mark, number or 《》 (7.3.4); those that the text cites."""
    for place, attachment in enumerate(document.attachments):
        name, path = attachment.title, ("attachments", place, "title")
        end = _END.search(name)
        if end and end.start():
            yield (
                path,
                name,
                Hit("P54", end.start(), len(name), (Piece(end.start(), len(name), ""),)),
            )
        lead = re.match(r"附件 ?\d{0,2}[：:.、]?\d{0,2}[.、]? *|\d{1,2}[.、．] *", name)
        if lead and lead.end() < len(name) and not name[lead.end()].isdigit():
            yield path, name, Hit("P54", 0, lead.end(), (Piece(0, lead.end(), ""),))
        whole = re.fullmatch("《([^《》]+)》", name)
        if whole:
            pieces = (Piece(0, 1, ""), Piece(len(name) - 1, len(name), ""))
            yield path, name, Hit("P55", 0, len(name), pieces)
    yield from _cited(document)


_NUMBERS: Final = r"\d{1,2}(?:[、和及至到～—-](?:附件 ?)?\d{1,2}){0,9}(?![\d.个份件项])"
_CITED: Final = re.compile(
    rf"(?:[详参]?见|填写|填报|按照?|根据)(?:本[通知函意见]+的?)?附件 ?({_NUMBERS})?(?![表图])"
    rf"|（附件 ?({_NUMBERS})）"
)


def _cited(document: Document) -> Iterator[Placed]:
    there = len(document.attachments)
    for place, block in enumerate(document.body):
        for match in _CITED.finditer(block.text or ""):
            numbers = match[1] or match[2] or "1"
            wanted = max(int(number) for number in re.findall(r"\d+", numbers))
            if wanted > there:
                values = (("wanted", wanted), ("there", there))
                hit = Hit("P56", match.start(), match.end(), (), values)
                yield ("body", place, "text"), block.text or "", hit


def dates(document: Document) -> Iterator[Placed]:
    """印发日期 is the day it was printed: not before 成文日期 (7.4.3)."""
    if document.issue_date and document.print_date and document.print_date < document.issue_date:
        text = document.print_date.isoformat()
        yield ("print_date",), text, Hit("P59", 0, len(text))


def note(document: Document) -> Iterator[Placed]:
    """附注 is printed in one pair of brackets, without a mark at its end (7.3.6)."""
    text = document.note or ""
    end = re.search("[。；，;,.]+(?=[）)]?$)", text)
    if end and end.start():
        piece = Piece(end.start(), end.end(), "")
        yield ("note",), text, Hit("P60", end.start(), end.end(), (piece,))
    if re.fullmatch("（（[^（）]+））", text):
        pieces = (Piece(0, 1, ""), Piece(len(text) - 1, len(text), ""))
        yield ("note",), text, Hit("P60", 0, len(text), pieces)


_FIRST: Final = 3
"""A reply names what it answers in its first sentences."""


def answered(document: Document) -> Iterator[Placed]:
    """来文字号 is cited in the text as it stands in its field."""
    if document.reply_to is None:
        return
    mine = find_numbers(document.reply_to)
    if not mine:
        return
    for place, block in enumerate(document.body[:_FIRST]):
        for number in find_numbers(block.text or ""):
            same = number.mark.endswith(mine[0].mark) and number.year == mine[0].year
            if same and number.serial != mine[0].serial:
                text = block.text or ""
                values = (("cited", str(number.serial)), ("number", document.reply_to))
                at = max(0, text.find(f"{number.serial}号"))
                yield (
                    ("body", place, "text"),
                    text,
                    Hit("P62", at, at + len(f"{number.serial}号"), (), values),
                )
