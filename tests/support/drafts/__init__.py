"""Drafts of official documents as offices send them, written for the tests, one file each.

A file ``name.draft`` begins with lines ``= field value`` (what the document must become) and goes
on with one line a line of the draft: ``element[how]| text``. Where intake must change the words,
the line is ``element| typed => taken``. ``how`` is a list such as ``row``, ``box``, ``num=1``: see
`tests.support.drafts.building`.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from formats.document.model import (
    Attachment,
    Attendance,
    Block,
    Document,
    Image,
    Signer,
    Table,
)
from formats.document.names import parse_number

FOLDER = Path(__file__).parent
_LINE = re.compile(r"^(\w+)(?:\[([^\]]*)\])?\| ?(.*)$")


@dataclass(frozen=True)
class DraftLine:
    """One line: what it is, how it is set, as typed and as it must be taken."""

    element: str
    how: dict[str, str]
    typed: str
    taken: str


@dataclass(frozen=True)
class Draft:
    """One draft, with the fields that its document must have."""

    name: str
    look: str
    lines: tuple[DraftLine, ...]
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def elements(self) -> list[tuple[str, str]]:
        """The review list that a person would write, element and words."""
        found: list[tuple[str, str]] = []
        for line in self.lines:
            if line.element == "gone":
                continue
            if "br" in line.how and found and "join" in line.how:
                found[-1] = (found[-1][0], found[-1][1] + line.taken)
            elif line.element == "table":
                found.append(("table", " | ".join(_rows(line.taken)[0])))
            else:
                found.append((line.element, line.taken))
        return found


@cache
def drafts() -> tuple[Draft, ...]:
    """All drafts by name."""
    return tuple(_read(path) for path in sorted(FOLDER.glob("*.draft")))


def _read(path: Path) -> Draft:
    fields: dict[str, str] = {}
    lines: list[DraftLine] = []
    for raw in path.read_text(encoding="utf-8").splitlines():
        if raw.startswith("= "):
            key, _, value = raw[2:].partition(" ")
            fields[key] = value
        elif raw.strip() and not raw.startswith("#"):
            found = _LINE.match(raw)
            if found is None:
                raise ValueError(f"{path.name}: {raw}")
            typed, _, taken = found[3].partition(" => ")
            options = (item.partition("=") for item in (found[2] or "").split(",") if item)
            how = {key: value for key, _, value in options}
            lines.append(DraftLine(found[1], how, typed, taken or typed.replace("##", "")))
    return Draft(path.stem, fields.pop("look", "word"), tuple(lines), fields)


def _rows(text: str) -> list[tuple[str, ...]]:
    return [tuple(cell.strip() for cell in row.split(";")) for row in text.split(" / ")]


def expected(draft: Draft) -> Document:
    """The document that the draft is."""
    f = draft.fields
    kind, form, direction = f["kind"].split()
    values: dict[str, Any] = {"kind": kind, "format": form, "direction": direction}
    for key, name in (("issuers", "issuers"), ("to", "main_recipients"), ("cc", "cc"),
                      ("approvers", "approvers")):  # fmt: skip
        if key in f:
            values[name] = tuple(f[key].split(" | "))
    for name in ("issuer_mark", "copy_number", "urgency", "note", "contact", "printer",
                 "reply_to", "signature"):  # fmt: skip
        if name in f:
            values[name] = f[name]
    if "number" in f:
        values["number"] = parse_number(f["number"])
    for key, name in (("date", "issue_date"), ("printed", "print_date")):
        if key in f:
            values[name] = date.fromisoformat(f[key])
    if "signers" in f:
        pairs = (item.split() for item in f["signers"].split(" | "))
        values["signers"] = tuple(Signer(office=office, name=name) for office, name in pairs)
    attended = {n: tuple(f[n].split(" | ")) for n in ("present", "absent", "observers") if n in f}
    if attended:
        values["attendance"] = Attendance(**attended)
    values["title"] = f.get("title") or "".join(
        line.taken for line in draft.lines if line.element == "title"
    )
    body, attachments = _content(draft)
    return Document(**values, body=tuple(body), attachments=tuple(attachments))


def _content(draft: Draft) -> tuple[list[Block], list[Attachment]]:
    body: list[Block] = []
    attachments: list[Attachment] = []
    apart = [name for name in draft.fields.get("apart", "").split(" | ") if name]
    target, title = body, ""
    for line in draft.lines:
        if line.element == "attachment_label":
            _close(attachments, title, target, body)
            target, title = [], ""
        elif line.element == "attachment_title":
            target = [] if target is body else target
            title += line.taken
        else:
            _add(target, line)
    _close(attachments, title, target, body)
    attachments += [Attachment(title=name, separate=True) for name in apart]
    return body, attachments


def _add(target: list[Block], line: DraftLine) -> None:
    """The block that a line of the text, or of an attachment, is."""
    if line.element == "table":
        header, *rows = _rows(line.taken)
        table = Table(header=header, rows=tuple(rows), landscape="land" in line.how)
        target.append(Block(table=table))
    elif line.element == "image":
        target.append(Block(image=Image(data=b"", description=line.taken)))
    elif line.element == "caption":
        above = target.pop().image
        words = above.description if above is not None else ""
        target.append(Block(image=Image(data=b"", description=words, caption=line.taken)))
    elif line.element == "attachment_text":
        target.append(Block(level=int(line.how.get("l", "0")), text=line.taken))
    elif line.element == "text" or line.element.startswith("level"):
        target.append(Block(level=int(line.element[-1:].replace("t", "0")), text=line.taken))


def _close(found: list[Attachment], title: str, target: list[Block], body: list[Block]) -> None:
    if target is not body:
        found.append(Attachment(title=title, body=tuple(target)))
