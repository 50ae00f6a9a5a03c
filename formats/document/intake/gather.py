"""Read lines put together: the fields of a `Document` that lines say by themselves."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from formats.document.headings import level_of
from formats.document.intake.classify import Reading
from formats.document.intake.clues import (
    ATTENDANCE,
    BRACKETED,
    CC,
    HEAD_ROW,
    MOVED,
    NAMES,
    PRINTED,
    SERIAL,
    SIGNER,
    compact,
    han_number,
    parse_date,
    signature_text,
)
from formats.document.intake.lines import SourceLine
from formats.document.model import Attendance, Block, DocumentNumber, Signer, Urgency
from formats.document.names import find_numbers, parse_number, split_recipients

_URGENCY: Final[dict[str, Urgency]] = {
    "特急": "extra_urgent", "特提": "extra_urgent", "加急": "urgent", "急件": "urgent",
}  # fmt: skip
_NAMES: Final = re.compile(r"[、，,；;。]+")
_DAY: Final = re.compile(
    r"(?:[0-9]{4}|[〇○零一二三四五六七八九]{4})\s*年\s*[0-9一二三四五六七八九十]{1,2}\s*月"
    r"\s*[0-9一二三四五六七八九十]{1,3}\s*日"
)
_NUMBERED: Final = re.compile(r"（([^（）]{2,30}号)）$")
_ANSWERED: Final = re.compile(r"收悉|已收到|已悉|均悉")
_PRELUDE: Final = re.compile(r"^.*?(?:来函|来文|来电|请示|函告)")
_ANSWER_BLOCKS: Final = 3
"""A reply names what it answers in its first sentence."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the lines say, before it is decided what document that makes."""

    texts: dict[str, list[str]] = field(default_factory=dict)
    """By state, the lines in order."""

    def of(self, *states: str) -> list[str]:
        """The lines in any of these states, in the states' order."""
        return [text for state in states for text in self.texts.get(state, ())]


def gather(readings: Iterable[Reading]) -> Gathered:
    """The lines by state."""
    found = Gathered()
    for reading in readings:
        found.texts.setdefault(reading.state, []).append(reading.line.text)
    return found


def blocks_of(lines: Sequence[SourceLine]) -> list[Block]:
    """Paragraphs with their levels, tables and pictures."""
    blocks: list[Block] = []
    for line in lines:
        if line.table is not None:
            blocks.append(Block(table=line.table))
        elif line.image is not None:
            blocks.append(Block(image=line.image))
        elif line.text:
            blocks.append(Block(level=level_of(line.text), text=line.text))
    return blocks


def copy_number(found: Gathered) -> str | None:
    """份号: its six digits."""
    digits = [re.sub(r"\D", "", compact(text)) for text in found.of("copy_number")]
    return digits[0] if digits else None


def urgency(found: Gathered) -> Urgency | None:
    """紧急程度; 平急 and the like are none of the two that 条例 knows."""
    words = [compact(text).rpartition("：")[2] for text in found.of("urgency")]
    return next((_URGENCY[word] for word in words if word in _URGENCY), None)


def number(found: Gathered, mark: str, issued: date | None) -> tuple[DocumentNumber | None, bool]:
    """发文字号, and whether its 机关代字 and year had to be supplied (第312号)."""
    for text in found.of("number"):
        whole = parse_number(text) or parse_number(compact(text))
        if whole is not None:
            return whole, False
        serial = SERIAL.match(compact(text))
        if serial is None:
            continue
        year = re.search(r"[0-9０-９]{4}", text)
        value = han_number(serial[1])
        at = int(year[0]) if year else issued.year if issued else 0
        if mark and 0 < value < 1_000_000 and at >= 1949:  # noqa: PLR2004 - the model's range
            return DocumentNumber(mark=mark, year=at, serial=value), True
    return None, False


def numbered_title(title: str) -> tuple[str, DocumentNumber | None]:
    """A title with its 发文字号 behind it in brackets, as web pages have it, taken apart."""
    found = _NUMBERED.search(title)
    whole = parse_number(found[1]) if found else None
    return (title[: found.start()], whole) if found and whole else (title, None)


def approvers(found: Gathered) -> tuple[str, ...]:
    """签发人, over all rows. 王 某 is one name that was stretched."""
    names: list[str] = []
    for text in found.of("approvers", "approvers_more"):
        packed = re.sub(r"^\s*签\s*发\s*人?\s*[：:]", "", text).strip()
        names += people(packed)
    return tuple(dict.fromkeys(names))


def people(text: str) -> list[str]:
    """Names of persons in a row, however they are kept apart."""
    names: list[str] = []
    for piece in _NAMES.split(text.strip()):
        words = piece.split()
        if words and all(len(word) == 1 for word in words):
            names.append("".join(words))
        else:
            names += _stretched(words)
    return [name for name in names if name]


def _stretched(words: Sequence[str]) -> list[str]:
    """王 强 李四光: single characters side by side make one name."""
    found: list[str] = []
    open_name = False
    for word in words:
        if len(word) == 1 and open_name:
            found[-1] += word
            open_name = False
        else:
            found.append(word)
            open_name = len(word) == 1
    return found


def recipients(found: Gathered) -> tuple[str, ...]:
    """主送机关, at the top or moved into the 版记."""
    rows = found.of("main_recipients", "recipients_more", "moved_recipients")
    joined = "".join(MOVED.sub("", row) for row in rows)
    return split_recipients(joined) if joined else ()


def copies(found: Gathered) -> tuple[str, ...]:
    """抄送机关; one paragraph or several."""
    return tuple(
        dict.fromkeys(
            name
            for text in "\n".join(found.of("cc", "cc_more")).split("\n")
            for name in split_recipients(CC.sub("", text))
        )
    )


def printed(found: Gathered) -> tuple[str | None, date | None]:
    """印发机关 and 印发日期."""
    office, day = "", None
    for text in found.of("printer_more", "printer"):
        match = PRINTED.match(text)
        name = match[1] if match else re.sub(r"\s*印发$", "", text)
        office = office or name.strip(" \u3000，")
        day = parse_date(match[2]) if match else day
    return office or None, day


def attendance(found: Sequence[Reading]) -> Attendance | None:
    """出席, 请假 and 列席, with the rows that go on."""
    lists: dict[str, list[str]] = {}
    field_name = "present"
    for reading in found:
        text = reading.line.text
        if reading.state == "attendance":
            label = ATTENDANCE.match(text)
            word = compact(label[1]) if label else ""
            field_name = {"列席": "observers", "请假": "absent", "缺席": "absent"}.get(
                word, "present"
            )
            text = text[label.end() :] if label else text
        elif reading.state != "attendance_more":
            continue
        lists.setdefault(field_name, []).extend(_listed(text))
    if not lists:
        return None
    return Attendance(**{name: tuple(names) for name, names in lists.items()})


def _listed(text: str) -> list[str]:
    if NAMES.match(text.strip()):
        return people(text)
    pieces = re.split(r"[、，；;。]+(?![^（]*）)", text.strip())
    return [re.sub(r"\s+", "", piece) for piece in pieces if piece.strip()]


def signers(found: Gathered) -> tuple[Signer, ...]:
    """职务 and 姓名 of who signs; an office without a name is left for a person to fill in."""
    read: list[Signer] = []
    for text in found.of("signers"):
        match = SIGNER.match(text) or SIGNER.match(compact(text))
        if match and match[2]:
            read.append(Signer(office=match[1], name=compact(match[2])))
    return tuple(read)


def signed(found: Gathered) -> tuple[str, ...]:
    """发文机关署名, in order."""
    heads = (HEAD_ROW.match(text) for text in found.of("head_printer"))
    rows = found.of("issuers") or found.of("head_issuer") or [head[1] for head in heads if head]
    return tuple(dict.fromkeys(signature_text(text) for text in rows))


def issued(found: Gathered) -> date | None:
    """成文日期: below the text, else under the head."""
    rows = found.of("issue_date", "head_date", "head_printer")
    remarks = [text for text in found.of("text")[:2] if BRACKETED.match(text)]
    for text in (*rows, *remarks):
        day = parse_date(text.strip("（）"))
        inside = _DAY.search(text) if day is None else None
        day = parse_date(inside[0]) if inside else day
        if day is not None:
            return day
    return None


def bracketed(texts: Iterable[str], by: str) -> str | None:
    """The texts without their brackets, one behind the other."""
    inner = []
    for text in texts:
        match = BRACKETED.match(text)
        inner.append((match[1] if match else text.strip("（）")).rstrip("。；，"))
    return by.join(text for text in inner if text) or None


def answered(body: Sequence[Block]) -> str | None:
    """发文字号 of what the document answers: 你局《……》（肥政〔2026〕5号）收悉."""
    for block in body[:_ANSWER_BLOCKS]:
        text = block.text or ""
        found = _ANSWERED.search(text)
        if found is None:
            continue
        for number_found in find_numbers(text[: found.start()]):
            name = _PRELUDE.sub("", number_found.mark) or number_found.mark
            return f"{name}〔{number_found.year}〕{number_found.serial}号"
    return None
