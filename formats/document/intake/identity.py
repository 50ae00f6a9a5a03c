"""What document the gathered lines make: 文种, 格式, 行文方向, 发文机关, 发文机关标志."""

import re
from dataclasses import dataclass
from typing import Final

from formats.document.intake.clues import ISSUER, compact
from formats.document.intake.gather import Gathered
from formats.document.intake.lines import Notes
from formats.document.kinds import KINDS, kind_of_title
from formats.document.model import Direction, DocumentNumber, Format, Kind
from formats.document.names import is_class_name
from formats.i18n import tr

NO_TITLE: Final = "（待填标题）"
"""What stands where the draft has no title."""
_MEETING: Final = re.compile(
    r"(?:第[0-9〇零一二三四五六七八九十百]+[次届])?(?:党组|党委|常务|专题|办公|全体|协调|工作|联席|常委会|常委|主任|局长|县长|市长|省长)*"
    r"(?:会议|会)?纪要$"
)
_PROVINCE: Final = re.compile(r"省|自治区|国务院|中共中央|中央|国家|北京市|上海市|天津市|重庆市")
_COUNTY: Final = re.compile(r"县|区(?!域)|(?<=[\u4e00-\u9fff])市[\u4e00-\u9fff]{2,4}(?:县|区|市)")
_TOWN: Final = re.compile(r"[乡镇]|街道")


@dataclass(frozen=True, slots=True)
class Mark:
    """发文机关标志 as the draft has it."""

    text: str = ""
    """All of it, 文件 included."""
    names: tuple[str, ...] = ()
    """The bodies it names, without 文件, 令 or 纪要."""

    @property
    def paper(self) -> bool:
        """×××文件: the general format."""
        return self.text.endswith("文件")

    @property
    def order(self) -> bool:
        """×××令."""
        return self.text.endswith("令")

    @property
    def minutes(self) -> bool:
        """×××纪要."""
        return self.text.endswith("纪要")


def mark_of(found: Gathered) -> Mark:
    """The mark, whose names stand in rows when the document is a joint one."""
    rows = [compact(text) for text in found.of("issuer_mark")]
    if not rows:
        return Mark()
    text = "".join(row for row in rows if row != "文件") + ("文件" if "文件" in rows else "")
    names: list[str] = []
    for row in rows:
        name = _MEETING.sub("", re.sub(r"(?:文件|命令|令|公告|通告|公报|（函）|便函|函)$", "", row))
        if name:
            names.append(name)
    return Mark(text, tuple(dict.fromkeys(names)))


def kind_of(title: str, mark: Mark, notes: Notes) -> Kind:
    """The 文种: what the title ends with, else what the mark is."""
    kind = kind_of_title(title) if title != NO_TITLE else None
    if kind is not None:
        return kind
    if mark.order:
        return "order"
    if mark.minutes:
        return "minutes"
    marked = kind_of_title(mark.text) if mark.text else None
    if marked is not None:
        return marked
    notes.add("kind", tr("标题“{title}”中没有文种，暂按通知处理。", title=title[:40]), 0.3)
    return "notice"


def format_of(kind: Kind, mark: Mark, number: DocumentNumber | None) -> Format:
    """格式 by the mark first, by 函 in the number second, by the 文种's habit last."""
    if mark.paper:
        return "general"
    if mark.order and kind == "order":
        return "order"
    if mark.minutes:
        return "minutes"
    if number is not None and number.mark.endswith("函"):
        return "letter"
    return KINDS[kind].format


def issuers_of(signed: tuple[str, ...], mark: Mark, title: str, notes: Notes) -> tuple[str, ...]:
    """Who issues it: who signed, else whose mark it is, else who speaks in the title."""
    speaker = speaker_of(title)
    bodies = tuple(name for name in mark.names if ISSUER.match(name))
    if not signed:
        return mark.names or ((speaker,) if speaker else ())
    if mark.minutes and bodies:
        return bodies
    full = tuple(_full(name, mark.names) for name in signed)
    if mark.names and set(full) != set(mark.names):
        notes.add("issuers", tr("版头与署名的发文机关不一致，以署名为准。"), 0.6)
    elif speaker and len(full) == 1 and speaker not in full and not mark.names:
        notes.add("issuers", tr("标题与署名的发文机关不一致，以署名为准。"), 0.6)
    return full


def speaker_of(title: str) -> str:
    """The body that a title begins with; empty when it names none."""
    head, about, _ = title.partition("关于")
    if about and ISSUER.match(head):
        return head
    if title.endswith("纪要"):
        name = _MEETING.sub("", title)
        return name if ISSUER.match(name) else ""
    return ""


def _full(name: str, known: tuple[str, ...]) -> str:
    """省财政厅 under the mark 安徽省财政厅文件 is the same body."""
    return next((k for k in known if k != name and k.endswith(name)), name)


def shown_mark(mark: Mark, issuers: tuple[str, ...], form: Format) -> str | None:
    """发文机关标志 where the format would not print the same by itself."""
    if not mark.text or not issuers:
        return None
    joined = "".join(issuers)
    usual = {
        "general": {f"{joined}文件", joined},
        "letter": {issuers[0]},
        "order": {f"{issuers[0]}令"},
        "minutes": {f"{issuers[0]}会议纪要"},
    }[form]  # fmt: skip
    return None if mark.text in usual else mark.text


def direction_of(
    kind: Kind, issuers: tuple[str, ...], recipients: tuple[str, ...], *, approved: bool
) -> Direction:
    """行文方向: what the 文种 allows, and among that by the levels of sender and recipients."""
    allowed = KINDS[kind].directions
    if len(allowed) == 1:
        return allowed[0]
    if approved and "up" in allowed:
        return "up"
    if not issuers or not recipients:
        return allowed[0]
    if any(is_class_name(name) for name in recipients):
        return "down" if "down" in allowed else allowed[0]
    if kind == "letter":
        return "parallel"
    own = rank(issuers[0])
    theirs = [rank(name) for name in recipients]
    wanted: Direction = "down" if max(theirs) > own else "up" if min(theirs) < own else "parallel"
    return wanted if wanted in allowed else allowed[0]


def rank(name: str) -> float:
    """How high a body stands by its name: province 1, city 2, county 3, town 4.

    A department stands half a step below its government.
    """
    if _TOWN.search(name):
        level = 4.0
    elif _PROVINCE.search(name) and not re.search(r"省[\u4e00-\u9fff]{2,4}(?:市|县)", name):
        level = 1.0
    elif _COUNTY.search(name):
        level = 3.0
    else:
        level = 2.0
    government = re.search(
        r"(?:人民政府|^中共.*委员会|党委|省委|市委|县委|区委|国务院|人大常委会)$", name
    )
    return level if government else level + 0.5
