"""附件 of a draft: what 附件说明 names, and what is bound in after the text."""

import re
from collections.abc import Sequence
from typing import Final

from formats.document.intake.classify import Reading
from formats.document.intake.clues import ATTACHED, ATTACHED_ITEM, LABEL, LABEL_TITLE, han_number
from formats.document.intake.gather import blocks_of
from formats.document.intake.lines import Notes, SourceLine
from formats.document.model import Attachment
from formats.i18n import tr

_SEVERAL: Final = re.compile(r"(?:^|(?<=[\s；;，,。》）]))\s*[0-9]{1,2}\s*[.．、]\s*(?=\D)")
_TITLED: Final = re.compile(r"^《([^《》]+)》$")
_APART: Final = re.compile(r"（(?:另附|另发|另行印发|另行下发|略)）$")


def names_of(readings: Sequence[Reading]) -> list[str]:
    """The names in 附件说明, without their numbers and end marks; wrapped ones joined."""
    names: list[str] = []
    for reading in readings:
        if reading.state not in {"attachment_note", "attachment_note_more"}:
            continue
        text = reading.line.text
        if reading.state == "attachment_note":
            label = ATTACHED.match(text)
            text = (label[1] if label else "").strip()
        for number, piece in enumerate(_pieces(text)):
            item = ATTACHED_ITEM.match(piece)
            if item:
                names.append(item[1])
            elif number == 0 and names and reading.state == "attachment_note_more":
                names[-1] += piece  # a wrapped name
            elif piece:
                names.append(piece)
    return [_TITLED.sub(r"\1", name.rstrip("。；;，, ")) for name in names]


def _pieces(text: str) -> list[str]:
    """1.甲表；2.乙表 on one line comes apart."""
    starts = [match.start() for match in _SEVERAL.finditer(text)]
    if len(starts) < 2:  # noqa: PLR2004 - one number is the line's own
        return [text.strip()]
    ends = [*starts[1:], len(text)]
    return [text[a:b].strip(" ；;，,。\u3000") for a, b in zip(starts, ends, strict=True)]


def attachments_of(readings: Sequence[Reading], notes: Notes) -> tuple[Attachment, ...]:
    """Bound 附件 in their order, then those that 附件说明 only names."""
    names = names_of(readings)
    sections = _sections(readings)
    used: set[int] = set()
    found: list[Attachment] = []
    for place, section in enumerate(sections):
        at = section.number - 1 if section.number else place
        named = names[at] if 0 <= at < len(names) and at not in used else None
        used.add(at)
        found.append(section.attachment(named, place + 1, notes))
    for at, name in enumerate(names):
        if at in used:
            continue
        apart = _APART.sub("", name)
        notes.add("attachments", tr("附件“{name}”只有名称，没有内容。", name=apart[:40]), 0.6)
        found.insert(min(at, len(found)), Attachment(title=apart, separate=True))
    return tuple(found)


class _Section:
    """One bound 附件 while its lines come in."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.title: list[str] = []
        self.lines: list[SourceLine] = []

    def attachment(self, named: str | None, place: int, notes: Notes) -> Attachment:
        """The 附件; its own title goes before the one it was announced by."""
        own = "".join(self.title)
        title = own or named or tr("附件{number}", number=place)
        if not own:
            message = tr("附件{number}没有标题，按附件说明填写。", number=place)
            notes.add("attachments", message, 0.6)
        elif named is None:
            message = tr("正文没有附件说明，附件标题取自附件首行：{title}", title=title[:40])
            notes.add("attachments", message, 0.7)
        elif re.sub(r"\s", "", named) != re.sub(r"\s", "", own):
            message = tr("附件说明“{named}”与附件标题“{title}”不一致，以附件标题为准。",
                         named=named[:40], title=own[:40])  # fmt: skip
            notes.add("attachments", message, 0.6)
        return Attachment(title=title, body=tuple(blocks_of(self.lines)))


def _sections(readings: Sequence[Reading]) -> list[_Section]:
    found: list[_Section] = []
    before = ""
    for reading in readings:
        state, line = reading.state, reading.line
        if state == "attachment_label":
            found.append(_labelled(line.text))
        elif state.startswith("attachment_title"):
            if not found or (state == "attachment_title" and before != "attachment_label"):
                found.append(_Section(0))
            found[-1].title.append(line.text)
        elif state in {"attachment_text", "attachment_table", "attachment_image",
                       "attachment_caption"}:  # fmt: skip
            if not found:
                found.append(_Section(0))
            found[-1].lines.append(line)
        before = state
    return found


def _labelled(text: str) -> _Section:
    alone = LABEL.match(re.sub(r"\s", "", text))
    if alone:
        return _Section(han_number(alone[1]) if alone[1] else 0)
    titled = LABEL_TITLE.match(text)
    section = _Section(han_number(titled[1]) if titled else 0)
    section.title.append(titled[2] if titled else text)
    return section
