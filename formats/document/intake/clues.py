"""Shapes of text that tell what a line is; and one line seen among its neighbours."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from formats.document.intake.lines import SourceLine
from formats.document.kinds import kind_of_title

BODY_SIZE: Final = 17.0
"""Points; 3号 is 16. Larger type at the top is a title or a red head."""
LONG: Final = 45
"""Characters; a longer line is a paragraph, not part of a title."""
RIGHT_LEAD: Final = 8
"""A line that begins behind so many blanks was pushed to the right by hand."""

_ORGAN_END: Final = (
    r"(?:政府|办公厅|办公室|委员会|领导小组|指挥部|管委会|法院|检察院|总队|支队|大队|分局|中队|协会|学会"
    r"|联合会|街道办事处|办事处|会议|常委会|常务委员会|代表大会|公司|集团|大学|学院|学校|中学|小学|医院"
    r"|银行|分行|支行|工作组|专班|工会|总工会|妇联|团委|党组|党委|工委|纪委|军分区|人武部|交易所|研究所"
    r"|厅|局|委|办|部|院|会|中心|署|府|处|组|站|台|馆|社|队|所|科|园|区)"
)
ISSUER: Final = re.compile(rf"^[^，。；：、？！“”《》（）()\d]{{1,40}}{_ORGAN_END}$")
"""A line that is the name of a body."""
NUMBER: Final = re.compile(
    r"^(?:[^\s\d〔〕\[\]［］()（）【】，。：]{0,24}?\s*)"
    r"[〔\[［(（【]\s*(?:[0-9０-９]{4}|[×xX]{4}|\s+)\s*年?\s*[〕\]］)）】]\s*第?\s*[0-9０-９×xX\s]{0,8}?\s*号"
)
SERIAL: Final = re.compile(
    r"^(?:[（(〔\[]?\s*(?:[0-9０-９]{4})?\s*年?\s*[）)〕\]]?\s*)?(?:总?第)\s*"
    r"([0-9０-９]{1,5}|[〇零一二三四五六七八九十百]{1,6})\s*[号期次][）)]?$"
)
"""令号 and the like: 第312号, （第5期）, 2026年第3号."""
SOURCE: Final = re.compile(
    r"^(?:(?:文章|信息|稿件)?来源|出处|作者|编辑|责任编辑|更新时间|发布时间|发布日期|发表时间|成文日期|生成日期"
    r"|浏览次数|浏览量|阅读次数|点击数|字号|字体|索引号|主题分类|当前位置|视力保护色|信息分类|公开方式|有效性"
    r"|分享到|打印)\s*[：:]|^首页\s*[>＞»]"
)
"""What a web page puts around the text."""
URGENT: Final = re.compile(r"^(?:紧急程度[：:])?(特急|加急|急件|特提|平急)$")
COPY: Final = re.compile(r"^(?:份号[：:]?|(?:No|NO|no|№|Nº)[.．:：]?)?([0-9０-９]{6})(?:号)?$")
APPROVERS: Final = re.compile(r"^签发人?[：:]")
DATE: Final = re.compile(
    r"^([0-9０-９]{4})\s*年\s*([0-9０-９]{1,2})\s*月\s*([0-9０-９]{1,2})\s*日"
    r"(?:[0-9]{1,2}(?:时|[：:][0-9]{2}).{0,4})?$"
)
"""A day; urgent documents add the hour."""
HOUR: Final = re.compile(r"日\s*[0-9]{1,2}(?:时|[：:])")
_HAN_DATE: Final = re.compile(
    r"^([〇○Ｏ0OoＯ零一二三四五六七八九]{4})年([元一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日$"
)
_OPEN_DATE: Final = re.compile(
    r"^(?:[0-9〇○零一二三四五六七八九×xXX]{4}|)年[×xX0-9一二三四五六七八九十]{0,3}"
    r"月[×xX0-9一二三四五六七八九十]{0,3}日$"
)
_MONTH: Final = re.compile(
    r"^(?:[0-9]{4}|[〇○零一二三四五六七八九]{4})年[0-9一二三四五六七八九十]{1,2}月$"
)
PRINTED: Final = re.compile(
    r"^(.*?)\s*([0-9０-９]{4}\s*年\s*[0-9０-９]{1,2}\s*月\s*[0-9０-９]{1,2}\s*日)\s*(?:印发|印制|印|校对|封发)?$"
)
HEAD_ROW: Final = re.compile(
    r"^([^：]+?)\s*((?:[0-9]{4}|[〇○零一二三四五六七八九]{4})年"
    r"[0-9一二三四五六七八九十]{1,2}月[0-9一二三四五六七八九十]{1,3}日)$"
)
"""办公室 and date on one row, under the head of minutes and bulletins."""
ATTACHED: Final = re.compile(r"^附\s*件?\s*[：:]\s*(.*)$", re.DOTALL)
ATTACHED_ITEM: Final = re.compile(r"^[0-9０-９]{1,2}\s*[.．、]\s*(.+)$")
LABEL: Final = re.compile(
    r"^附\s*(?:件|表|录)\s*([0-9０-９]{1,2}|[一二三四五六七八九十]{1,2})?(?:[-—－][0-9]{1,2})?\s*[：:]?$"
)
LABEL_TITLE: Final = re.compile(
    r"^附\s*件\s*([0-9０-９]{1,2}|[一二三四五六七八九十]{1,2})\s*[：:\s]\s*(\S.*)$"
)
BRACKETED: Final = re.compile(r"^（(.{2,200})）$")
PUBLIC: Final = re.compile(
    r"此件|公开|印发至|发至|不予|依申请|传达|登报|内部|网上|全文|翻印|不得翻印|仅供"
)
CONTACT: Final = re.compile(
    r"联\s*系\s*(?:人|方式|电话|单位|地址)|电\s*话|传真|电子邮箱|邮\s*箱|手机"
)
PHONE: Final = re.compile(r"1[3-9][0-9]{9}|0[0-9]{2,3}[-—－ ]?[0-9]{7,8}|[0-9]{7,8}|@")
ATTENDANCE: Final = re.compile(
    r"^(出\s*席|参\s*加|参\s*会|到\s*会|与\s*会|列\s*席|请\s*假|缺\s*席)(?:会议)?(?:人员|人|领导|单位|单位和人员|名单)?\s*[：:]"
)
CC: Final = re.compile(r"^(?:抄\s*送|抄\s*报|分\s*送|发\s*送)\s*[：:]")
MOVED: Final = re.compile(r"^主\s*送\s*(?:机关|单位)?\s*[：:]")
SIGNER: Final = re.compile(
    r"^((?:代|副|常务副)?(?:省长|市长|县长|区长|乡长|镇长|州长|主任|局长|厅长|院长|检察长|部长|司长"
    r"|书记|主席|署长|行长|校长|总理|旗长))"
    r"\s*[：: \u3000]?\s*([\u4e00-\u9fff·]{2,4}|[\u4e00-\u9fff]\s+[\u4e00-\u9fff])?$"
)
"""职务 and 姓名 of who signs in person."""
CAPTION: Final = re.compile(r"^图\s*[0-9一二三四五六七八九十]{0,3}[\s.．：:-]?")
LEFT_OUT: Final = re.compile(
    r"^(?:[-—–－·.\s]*第?\s*[0-9]{1,3}\s*页?(?:\s*共\s*[0-9]+\s*页)?[-—–－·.\s]+|[-—–－_=＿━─\s*★☆]{3,}"
    r"|第\s*[0-9]{1,3}\s*页(?:，?\s*共\s*[0-9]{1,3}\s*页)?|（此页无正文）|此页无正文|（?共印[0-9]+份）?|主题词[：:].*)$"
)
"""Page numbers, drawn rules, 主题词 and 此页无正文: what a layout of today has no place for."""
STAGE: Final = re.compile(
    r"^[（(]?(?:送审稿|代拟稿|讨论稿|草稿|初稿|征求意见稿|修改稿|审议稿|报批稿|会签稿)[）)]?$"
)
"""How far a draft has come, written above it."""
NAMES: Final = re.compile(
    r"^[\u4e00-\u9fff·]{2,4}(?:[\s、，,；;]+[\u4e00-\u9fff·]{2,4}|[\u4e00-\u9fff]?\s[\u4e00-\u9fff])*[。]?$"
)
GREETING: Final = re.compile(r"^(?:特此|现|根据|为|按照|经|近日|近期|妥否|以上|当否)")
CHAPTER: Final = re.compile(r"^第\s*[0-9一二三四五六七八九十百零]{1,5}\s*[章节编条款部]")
"""第一章, 第三条: how rules and measures are divided."""
_HAN_DIGITS: Final = "〇一二三四五六七八九"
_STAMPED: Final = re.compile(r"[（(](?:盖章|印章|公章|章|代章|加盖公章)[）)]")


def compact(text: str) -> str:
    """The text without blanks, which stretch short names and 文 件 on a page."""
    return re.sub(r"[ \t\u00a0\u2002\u2003\u3000]", "", text)


def signature_text(text: str) -> str:
    """A signature line without blanks and without （盖章）."""
    return _STAMPED.sub("", compact(text))


def parse_date(text: str) -> date | None:
    """2026年11月23日, also in Chinese numerals; ``None`` when it is no day of the calendar."""
    packed = re.sub(r"\s", "", text)
    if found := DATE.match(packed):
        year, month, day = (int(part) for part in found.groups())
    elif found := _HAN_DATE.match(packed):
        digits = re.sub("[○零0OoＯ]", "〇", found[1])
        year = int("".join(str(_HAN_DIGITS.index(c)) for c in digits))
        month = 1 if found[2] == "元" else han_number(found[2].replace("元", ""))
        day = han_number(found[3])
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def is_open_date(text: str) -> bool:
    """A date whose month or day is still to be filled in: 2026年  月  日."""
    packed = re.sub(r"\s", "", text)
    return parse_date(packed) is None and (
        _OPEN_DATE.match(packed) is not None or _MONTH.match(packed) is not None
    )


def han_number(text: str) -> int:
    """一 to 九十九 as a number; digits pass as they are."""
    text = text.replace("零", "〇")
    if text.isdigit():
        return int(text)
    head, hundred, rest = text.rpartition("百")
    value = 100 * (_HAN_DIGITS.index(head) if head else 1) if hundred else 0
    tens, ten, ones = rest.lstrip("〇").rpartition("十")
    value += _HAN_DIGITS.index(ones) if len(ones) == 1 else 0
    return value + (10 * (_HAN_DIGITS.index(tens) if len(tens) == 1 else 1) if ten else 0)


@dataclass(frozen=True, slots=True)
class Facts:
    """One line, seen with its neighbours."""

    line: SourceLine
    text: str
    packed: str
    before: str
    """The packed text of the line above; empty at the top."""
    after: str
    """The packed text of the line below; empty at the end."""
    above: SourceLine | None
    place: int
    """Counted from 0."""
    known: frozenset[str]
    """Names of bodies that the draft's head or title names."""

    @property
    def centred(self) -> bool:
        """Centred by its paragraph."""
        return self.line.align == "center"

    @property
    def right(self) -> bool:
        """Set to the right, by its paragraph or by blanks."""
        return self.line.align == "right" or self.line.lead >= RIGHT_LEAD

    @property
    def big(self) -> bool:
        """In larger type than text."""
        return (self.line.size or 0) > BODY_SIZE

    @property
    def issuer(self) -> bool:
        """The name of a body."""
        name = signature_text(self.text)
        return name in self.known or ISSUER.match(name) is not None


def facts_of(lines: Sequence[SourceLine]) -> list[Facts]:
    """What is known about each line."""
    packed = [compact(line.text) for line in lines]
    known = frozenset(_known(packed))
    return [
        Facts(
            line,
            line.text,
            packed[at],
            packed[at - 1] if at else "",
            packed[at + 1] if at + 1 < len(lines) else "",
            lines[at - 1] if at else None,
            at,
            known,
        )
        for at, line in enumerate(lines)
    ]


def _known(packed: Sequence[str]) -> list[str]:
    """Issuers named by a mark ×××文件, or before 关于 in the title."""
    found: list[str] = []
    for text in packed[:20]:
        if text.endswith("文件") and ISSUER.match(text.removesuffix("文件")):
            found.append(text.removesuffix("文件"))
        head, about, _ = text.partition("关于")
        if about and kind_of_title(text) is not None and ISSUER.match(head):
            found.append(head)
    return found
