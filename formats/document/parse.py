"""The one door for document JSON: strict bytes in, a `Document` out, or a coded error.

Stricter than JSON itself where two readers could differ (duplicate fields, unusual numbers, lone
surrogates), and than the model where a page could not show what the source says.
"""

import json
import re
from typing import Any, Final, NoReturn

import msgspec

from formats.document import classified
from formats.document.errors import (
    BadBlock,
    BadCharacter,
    BadChoice,
    BadDate,
    DuplicateField,
    EmptyField,
    MissingField,
    NotJson,
    TooLong,
    UnknownField,
    WrongType,
)
from formats.document.model import Block, Document, Image, Table
from formats.document.places import Path, label, path_of, place
from formats.errors import TooLarge
from formats.i18n import mark, tr
from formats.limits import (
    MAX_CELL_CHARS,
    MAX_DOCUMENT_ATTACHMENTS,
    MAX_DOCUMENT_NAMES,
    MAX_ISSUERS,
    MAX_JSON_BYTES,
    MAX_JSON_DEPTH,
    MAX_LINE_CHARS,
    MAX_PARAGRAPH_CHARS,
    MAX_PARAGRAPHS,
    MAX_TABLE_COLUMNS,
    MAX_TABLE_ROWS,
    MAX_TITLE_CHARS,
)
from formats.safe.image import BadImage, read_image
from formats.safe.names import printable

# Controls, direction marks, invisible and interlinear characters, noncharacters, lone surrogates.
FORBIDDEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)
_DEPTH_BYTES: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)


def parse_document(data: bytes, *, unfinished: bool = False) -> Document:
    """The document of its JSON. A draft may be ``unfinished``: empty title and paragraphs pass.

    Raises `formats.errors.Classified`, `TooLarge`, or a kind of `BadDocument` that names the place.
    """
    value = _decoded(data)
    _walk(value, ())
    try:
        document = msgspec.convert(value, Document)
    except msgspec.ValidationError as error:
        _refuse(str(error))
    check_document(document, unfinished=unfinished)
    return document


def document_to_json(document: Document) -> bytes:
    """The document as JSON that a person can read; `parse_document` gives the same value back."""
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def check_document(document: Document, *, unfinished: bool = False) -> None:
    """What types cannot say: limits, blank texts, whole blocks, characters, 密级.

    For documents that were built in memory (by intake, by an editor) as well as parsed ones.
    """
    classified.refuse_classified(document)
    _check_lines(document, unfinished=unfinished)
    for field, count, limit in (
        ("issuers", len(document.issuers), MAX_ISSUERS),
        ("approvers", len(document.approvers), MAX_ISSUERS),
        ("main_recipients", len(document.main_recipients), MAX_DOCUMENT_NAMES),
        ("cc", len(document.cc), MAX_DOCUMENT_NAMES),
        ("signers", len(document.signers), MAX_ISSUERS),
        *(("attendance", len(names), MAX_DOCUMENT_NAMES) for _, names in _attendance(document)),
        ("attachments", len(document.attachments), MAX_DOCUMENT_ATTACHMENTS),
        ("body", sum(len(a.body) for a in document.attachments) + len(document.body),
         MAX_PARAGRAPHS),
    ):  # fmt: skip
        if count > limit:
            raise TooLong(f"{count} of {field}", place=label(field), limit=limit)
    _check_blocks(document.body, ("body",), unfinished=unfinished)
    for number, attachment in enumerate(document.attachments):
        at: Path = ("attachments", number)
        _check_text(attachment.title, (*at, "title"), MAX_TITLE_CHARS, blank=unfinished)
        _check_blocks(attachment.body, (*at, "body"), unfinished=unfinished)


def _decoded(data: bytes) -> Any:  # noqa: ANN401 - JSON is any value until it is converted
    if len(data) > MAX_JSON_BYTES:
        raise TooLarge(f"{len(data)} bytes of document", limit=MAX_JSON_BYTES)
    depth = 0
    for token in _DEPTH_BYTES.finditer(data):
        depth += {b"[": 1, b"{": 1, b"]": -1, b"}": -1}.get(token[0], 0)
        if depth > MAX_JSON_DEPTH:
            raise NotJson("too deep", place=tr("嵌套超过 {limit} 层", limit=MAX_JSON_DEPTH))
    try:
        return json.loads(
            data.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_refuse_constant
        )
    except UnicodeDecodeError as error:
        raise NotJson(str(error), place=tr("不是 UTF-8 编码")) from error
    except json.JSONDecodeError as error:
        where = tr("第 {line} 行第 {column} 列", line=error.lineno, column=error.colno)
        raise NotJson(error.msg, place=where) from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits
        raise NotJson(str(error), place=tr("数值过大")) from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise DuplicateField(field=label(printable(key)), place=tr("公文"))
        found[key] = value
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise NotJson(name, place=name)


def _walk(value: object, path: Path) -> None:
    """密级 first, wherever it stands, even in fields that do not exist; then bad characters."""
    if isinstance(value, dict):
        for key, inner in value.items():
            classified.refuse_field(key, inner)
            _check_characters(key, path)
            _walk(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            _walk(inner, (*path, number))
    elif isinstance(value, str):
        classified.refuse_text(value)
        _check_characters(value, path)


_EXPECTED: Final = {
    "str": mark("文字"),
    "int": mark("整数"),
    "bool": mark("是或否"),
    "array": mark("列表"),
    "object": mark("对象"),
    "date": mark("日期"),
    "null": mark("空"),
}
_UNKNOWN: Final = re.compile(r"unknown field `(.*?)`", re.DOTALL)
_MISSING: Final = re.compile(r"missing required field `(.*?)`", re.DOTALL)
_CHOICE: Final = re.compile(r"Invalid enum value '?(.*?)'?(?: - at|$)", re.DOTALL)
_WANTED: Final = re.compile(r"Expected `([^`]*)`(?: (<=|>=|of length >=) (\d+))?")


def _refuse(message: str) -> NoReturn:
    """Raise one of our errors for the sentence of msgspec."""
    path = path_of(message.rpartition(" - at `")[2].rstrip("`") if " - at `" in message else "")
    where = place(path)
    if found := _UNKNOWN.search(message):
        raise UnknownField(message, place=where, field=found[1][:40])
    if found := _MISSING.search(message):
        raise MissingField(message, place=where, field=label(found[1]))
    if found := _CHOICE.search(message):
        raise BadChoice(message, place=where, value=found[1][:40])
    if "date" in message and "Invalid" in message:
        raise BadDate(message, place=where)
    found = _WANTED.search(message)
    if found and found[2] == "of length >=":
        raise EmptyField(message, place=where)
    raise WrongType(message, place=where, expected=_expected(found))


def _expected(found: re.Match[str] | None) -> str:
    if found is None:
        return tr("其他类型")
    names = [tr(_EXPECTED[n]) if n in _EXPECTED else n for n in found[1].split(" | ")]
    wanted = tr("或").join(names)
    return f"{wanted} {found[2]} {found[3]}" if found[2] else wanted


def _check_characters(text: str, path: Path) -> None:
    found = FORBIDDEN.search(text)
    if found:
        code = f"U+{ord(found[0]):04X}"
        raise BadCharacter(code, place=place(path), character=code)


def _check_text(text: str, path: Path, limit: int, *, blank: bool) -> None:
    _check_characters(text, path)
    if not blank and not text.strip(" \u3000\u00a0"):
        raise EmptyField(place=place(path))
    if len(text) > limit:
        raise TooLong(f"{len(text)} characters", place=place(path), limit=limit)


def _attendance(document: Document) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The three lists of 参会人员 by field."""
    found = document.attendance
    if found is None:
        return ()
    return ("present", found.present), ("absent", found.absent), ("observers", found.observers)


def _check_lines(document: Document, *, unfinished: bool) -> None:
    _check_text(document.title, ("title",), MAX_TITLE_CHARS, blank=unfinished)
    for field in ("issuer_mark", "copy_number", "note", "contact", "printer", "reply_to"):
        text = getattr(document, field)
        if text is not None:
            _check_text(text, (field,), MAX_LINE_CHARS, blank=unfinished)
    _check_names(document, unfinished=unfinished)
    if document.number is not None:
        _check_text(document.number.mark, ("number", "mark"), MAX_LINE_CHARS, blank=unfinished)


def _check_names(document: Document, *, unfinished: bool) -> None:
    for field in ("issuers", "approvers", "main_recipients", "cc"):
        for number, text in enumerate(getattr(document, field)):
            _check_text(text, (field, number), MAX_LINE_CHARS, blank=unfinished)
    for number, signer in enumerate(document.signers):
        for field in ("office", "name"):
            text = getattr(signer, field)
            _check_text(text, ("signers", number, field), MAX_LINE_CHARS, blank=unfinished)
    for field, names in _attendance(document):
        for number, text in enumerate(names):
            _check_text(text, ("attendance", field, number), MAX_LINE_CHARS, blank=unfinished)


def _check_blocks(blocks: tuple[Block, ...], path: Path, *, unfinished: bool) -> None:
    for number, block in enumerate(blocks):
        at = (*path, number)
        held = [part for part in (block.text, block.table, block.image) if part is not None]
        if len(held) != 1:
            reason = tr("文字、表格、图片不止一样") if held else tr("没有文字、表格或图片")
            raise BadBlock(place=place(at), reason=reason)
        if block.text is not None:
            _check_text(block.text, (*at, "text"), MAX_PARAGRAPH_CHARS, blank=unfinished)
        if block.text is None and block.level:
            raise BadBlock("level", place=place(at), reason=tr("表格和图片没有层级"))
        if block.table is not None:
            _check_table(block.table, (*at, "table"))
        if block.image is not None:
            _check_image(block.image, (*at, "image"), unfinished=unfinished)


def _check_image(image: Image, path: Path, *, unfinished: bool) -> None:
    try:
        read_image(image.data)
    except BadImage as error:
        raise BadBlock(str(error), place=place(path), reason=tr(error.happened)) from error
    _check_text(image.description, (*path, "description"), MAX_LINE_CHARS, blank=unfinished)
    if image.caption is not None:
        _check_text(image.caption, (*path, "caption"), MAX_LINE_CHARS, blank=unfinished)


def _check_table(table: Table, path: Path) -> None:
    width = len(table.header)
    if not width:
        raise BadBlock("no header", place=place(path), reason=tr("表格没有表头"))
    if width > MAX_TABLE_COLUMNS:
        raise TooLong(f"{width} columns", place=place(path), limit=MAX_TABLE_COLUMNS)
    if len(table.rows) > MAX_TABLE_ROWS:
        raise TooLong(f"{len(table.rows)} rows", place=place(path), limit=MAX_TABLE_ROWS)
    for number, row in enumerate(table.rows):
        at = (*path, "rows", number)
        if len(row) != width:
            reason = tr("有 {count} 格，表头有 {width} 格", count=len(row), width=width)
            raise BadBlock("ragged", place=place(at), reason=reason)
        for column, cell in enumerate(row):
            _check_text(cell, (*at, column), MAX_CELL_CHARS, blank=True)
    for column, cell in enumerate(table.header):
        _check_text(cell, (*path, "header", column), MAX_CELL_CHARS, blank=True)
