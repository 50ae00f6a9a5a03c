"""R14 to R19: who speaks, under which number, on which day, with which seal."""

import re
from collections.abc import Iterator
from typing import Final

from formats.directory import Body
from formats.document.kinds import KINDS
from formats.document.model import DocumentNumber
from formats.document.names import is_class_name
from formats.document.rules.base import Case, Fault, block, listed, warn
from formats.i18n import tr

_SECTION: Final = re.compile(
    r"(?:(?<!办事)(?<!代表)(?<!管理)(?<!联络)处|科|股|(?<!办公)(?<!研究)(?<!参事)(?<!档案)(?<!文史)室)$"
)
_MARK: Final = re.compile(r"[^\s\d０-９〔〕\[\]()（）【】第号年]{1,16}")
_OFFICE: Final = re.compile(r"(?:办公厅|办公室)$")
_SHOWN_GAPS: Final = 10


def r14_joint(case: Case) -> Iterator[Fault]:
    """联合行文: bodies of one level, the host's number, the last signature's date."""
    document = case.document
    if len(document.issuers) < 2:  # noqa: PLR2004 - joint means two or more
        return
    if len(set(document.issuers)) != len(document.issuers):
        yield block("issuers", tr("联合行文的发文机关有重复。"))
    known = [case.lookup.by_name.get(name) for name in document.issuers]
    if len({body.level for body in known if body is not None}) > 1:
        yield block("issuers", tr("联合行文的机关必须是同级机关。"))
    host = known[0]
    if host is not None and document.number is not None and host.marks:
        used = document.number.mark
        if used not in host.marks and any(b and used in b.marks for b in known[1:]):
            yield block(
                "number", tr("联合行文应当使用主办机关（{name}）的发文字号。", name=host.name)
            )
    if document.signature == "none" and not KINDS[document.kind].seal_optional:
        yield block("signature", tr("联合行文应当加盖所有联署机关的印章。"))


def r15_inner_sections(case: Case) -> Iterator[Fault]:
    """Inner sections, save offices, do not write to the outside."""
    for name in case.document.issuers:
        if _SECTION.search(name):
            yield block(
                "issuers",
                tr("部门内设机构（办公厅、办公室除外）不得对外行文：“{name}”。", name=name),
            )


def r16_registered(case: Case) -> Iterator[Fault]:
    """The sender is registered (发文立户) under that name and with that 机关代字."""
    document, sender = case.document, case.context.sender
    if sender is None:
        if case.context.directory is not None and document.issuers[0] not in case.lookup.by_name:
            name = document.issuers[0]
            yield block("issuers", tr("通讯录中没有发文立户的机关“{name}”。", name=name))
        return
    if not any(speaks_for(sender, name) for name in document.issuers):
        yield block(
            "issuers",
            tr(
                "发文机关“{issuer}”与登录单位“{sender}”不一致。",
                issuer=listed(document.issuers),
                sender=sender.name,
            ),
        )
        return
    if document.number is None:
        return
    marks = set(sender.marks)
    for name in document.issuers:
        body = case.lookup.by_name.get(name)
        marks |= set(body.marks) if body is not None else set()
    if document.number.mark not in marks:
        yield block(
            "number",
            tr(
                "机关代字“{mark}”不是本机关登记的代字（{registered}）。",
                mark=document.number.mark,
                registered=listed(sorted(marks)) or tr("没有登记代字"),
            ),
        )


def speaks_for(sender: Body, issuer: str) -> bool:
    """Whether the sender is the issuer, or the office that sends for its government."""
    if issuer in {sender.name, sender.short_name}:
        return True
    if not sender.is_office:
        return False
    return issuer in {_OFFICE.sub("", sender.name), _OFFICE.sub("", sender.short_name)}


def r17_number(case: Case) -> Iterator[Fault]:
    """发文字号: there, well formed, of this year, never used before, no gap unexplained."""
    document, number = case.document, case.document.number
    if number is None:
        if KINDS[document.kind].needs_number:
            yield block("number", tr("缺少发文字号。"))
        return
    if not _MARK.fullmatch(number.mark):
        yield block(
            "number",
            tr(
                "机关代字“{mark}”有误：只写代字，不含年份、括号、“第”和“号”。",
                mark=number.mark[:20],
            ),
        )
    if document.issue_date is not None and document.issue_date.year != number.year:
        yield warn(
            "number",
            tr(
                "发文字号的年份（{year}）与成文日期的年份（{issued}）不同。",
                year=number.year,
                issued=document.issue_date.year,
            ),
        )
    if case.context.known_numbers is not None:
        yield from _sequence(number, case.context.known_numbers)


def _sequence(number: DocumentNumber, known: frozenset[DocumentNumber]) -> Iterator[Fault]:
    if number in known:
        yield block("number", tr("发文字号 {number} 已经使用过。", number=number))
        return
    used = {n.serial for n in known if (n.mark, n.year) == (number.mark, number.year)}
    last = max((s for s in used if s < number.serial), default=0)
    gap = number.serial - last - 1
    if gap > 0:
        first = [str(s) for s in range(last + 1, number.serial)[:_SHOWN_GAPS]]
        yield warn(
            "number",
            tr("发文字号不连续，缺 {serials} 号。", serials=listed(first) if gap <= len(first)
               else tr("{first}—{last}", first=last + 1, last=number.serial - 1)),
        )  # fmt: skip


def r18_issue_date(case: Case) -> Iterator[Fault]:
    """成文日期: there, the day the last head signed, not in the future; 印发 not before it."""
    document, context = case.document, case.context
    if document.issue_date is None:
        yield block("issue_date", tr("缺少成文日期。"))
        return
    if document.issue_date > context.today:
        yield block("issue_date", tr("成文日期晚于今天（{today}）。", today=context.today))
    if context.signed_on and document.issue_date != max(context.signed_on):
        yield block(
            "issue_date",
            tr("成文日期应当是负责人签发的日期（最后签发为 {day}）。", day=max(context.signed_on)),
        )
    if document.print_date is not None and document.print_date < document.issue_date:
        yield warn("print_date", tr("印发日期早于成文日期。"))


def r19_seal(case: Case) -> Iterator[Fault]:
    """The seal is the issuer's; who may do without it is settled."""
    document = case.document
    facts, kind = KINDS[document.kind], tr(KINDS[document.kind].chinese)
    if document.signature == "personal" and not facts.personal:
        yield block("signature", tr("“{kind}”应当加盖机关印章，不用负责人签名章。", kind=kind))
    if document.signature == "seal" and facts.personal:
        yield warn("signature", tr("“{kind}”一般由负责人署名（签名章）。", kind=kind))
    if document.signature == "none" and not facts.seal_optional:
        general = (
            document.issuer_mark is not None
            and document.direction == "down"
            and any(is_class_name(name) for name in document.main_recipients)
        )
        if general:
            yield warn("signature", tr("有特定发文机关标志的普发性公文可以不加盖印章，请确认。"))
        else:
            yield block("signature", tr("“{kind}”应当加盖印章。", kind=kind))
    sealed = case.context.sealed_as
    if sealed is not None and document.signature == "seal":
        missing = [name for name in document.issuers if name not in sealed]
        foreign = [name for name in sealed if name not in document.issuers]
        if missing or foreign:
            yield block(
                "signature",
                tr("印章与发文机关署名不符：{names}。", names=listed(missing + foreign)),
            )
