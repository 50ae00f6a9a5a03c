"""R01 to R26 in one table, and the two ways to run them: on a document, and on its routing."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from formats.directory import Body, Snapshot
from formats.document.model import Direction, Document, Kind
from formats.document.rules import downward, identity, upward, writing
from formats.document.rules.acts import FORWARD_CLAUSE, RECALL_CLAUSE, RETURN_CLAUSE
from formats.document.rules.base import Case, Finding, Lookup, Routing, Rule, RuleContext
from formats.i18n import mark

RULES_VERSION: Final = "1"
"""Bound into the manifest with the result; raised when a rule changes what it says."""

RULES: Final[tuple[Rule, ...]] = (
    Rule("R01", mark("条例第十五条（一）（五）"), mark("请示只主送一个直接上级机关"),
         routing=upward.r01_request),
    Rule("R02", mark("条例第十五条（一）"), mark("上行文原则上主送一个上级机关，不抄送下级机关"),
         routing=upward.r02_one_superior),
    Rule("R03", mark("条例第九条（六）"), mark("上行文标注签发人，请示注明联系人"),
         document=upward.r03_approvers),
    Rule("R04", mark("条例第八条、第十四条"), mark("文种、方向与隶属关系相符，一般不得越级行文"),
         routing=upward.r04_relation),
    Rule("R05", mark("条例第十五条（四）"), mark("报告等非请示性公文不得夹带请示事项"),
         document=upward.r05_no_request_inside),
    Rule("R06", mark("条例第十五条（五）"), mark("不向负责人个人、不以负责人个人名义行文"),
         document=upward.r06_no_persons),
    Rule("R07", mark("条例第十五条（六）、第十六条（五）"), mark("双重领导机关的主送与抄送"),
         document=upward.r07_dual_leadership),
    Rule("R08", mark("条例第十五条（二）"), mark("部门请示、报告重大事项须经本级党委、政府同意"),
         document=upward.r08_own_government),
    Rule("R09", mark("条例第十五条（三）"), mark("下级机关的请示不得原文转报"),
         document=upward.r09_own_view),
    Rule("R10", mark("条例第十六条（一）"), mark("重要下行文抄送直接上级机关"),
         document=downward.r10_copy_to_superior),
    Rule("R11", mark("条例第十六条（二）"), mark("部门不得向下级政府发布指令性公文"),
         routing=downward.r11_departments_do_not_order, document=downward.r11_consent_in_text),
    Rule("R12", mark("条例第十六条（三）"), mark("部门可以向下级对口部门行文"),
         routing=downward.r12_counterparts),
    Rule("R13", mark("条例第十六条（四）"), mark("部门之间未协商一致不得向下行文"),
         document=downward.r13_countersigned),
    Rule("R14", mark("条例第九条、第十七条"), mark("联合行文为同级机关，用主办机关字号"),
         document=identity.r14_joint),
    Rule("R15", mark("条例第十七条"), mark("部门内设机构不得对外行文"),
         document=identity.r15_inner_sections),
    Rule("R16", mark("条例第三十七条"), mark("发文立户与机关代字"),
         document=identity.r16_registered),
    Rule("R17", mark("条例第九条（五）；GB/T 9704-2012 7.2.5"), mark("发文字号规范、唯一、连续"),
         document=identity.r17_number),
    Rule("R18", mark("条例第九条（十二）；GB/T 9704-2012 7.3.5.4"), mark("成文日期为签发日期"),
         document=identity.r18_issue_date),
    Rule("R19", mark("条例第九条（十三）；GB/T 9704-2012 7.3.5"), mark("印章与署名机关相符"),
         document=identity.r19_seal),
    Rule("R20", mark("条例第九条（八）；GB/T 9704-2012 7.3.2"), mark("主送机关名称规范"),
         document=writing.r20_recipients),
    Rule("R21", mark("条例第九条（三）；GB/T 9704-2012 7.2.3"), mark("紧急程度"),
         document=writing.r21_urgency),
    Rule("R22", mark("条例第九条（一）；GB/T 9704-2012 7.2.1"), mark("份号"),
         document=writing.r22_copy_number),
    Rule("R23", FORWARD_CLAUSE, mark("公开属性与印发传达范围"), document=writing.r23_openness),
    Rule("R24", mark("条例第八条（十二）（十四）"), mark("答复与来文对应"),
         document=writing.r24_answers),
    Rule("R25", RECALL_CLAUSE, mark("签收前可以撤回，签收后只能撤销或废止")),
    Rule("R26", RETURN_CLAUSE, mark("退回须注明原因")),
)  # fmt: skip
"""R25 and R26 judge acts, not documents: see `acts.may_recall` and `acts.check_return`."""


def check(
    document: Document,
    *,
    today: date,
    sender: Body | None = None,
    directory: Snapshot | None = None,
    recipients: Sequence[Body] | None = None,
    cc_recipients: Sequence[Body] | None = None,
) -> tuple[Finding, ...]:
    """What R01 to R26 say about the document, those that block first.

    What is ``None`` is not known, and rules that need it are silent. Further facts go into a
    `RuleContext`, to `check_in`.
    """
    context = RuleContext(
        today=today,
        sender=sender,
        directory=directory,
        recipients=None if recipients is None else tuple(recipients),
        cc_recipients=None if cc_recipients is None else tuple(cc_recipients),
    )
    return check_in(document, context)


def check_in(document: Document, context: RuleContext) -> tuple[Finding, ...]:
    """As `check`, with all that is known."""
    case = Case(document, context)
    return _ordered([finding for rule in RULES for finding in rule.findings(case)])


def check_header(
    *,
    kind: Kind,
    direction: Direction,
    sender: Body,
    main: Sequence[Body],
    cc: Sequence[Body] = (),
    directory: Snapshot | None = None,
) -> tuple[Finding, ...]:
    """The rules a node can run on what the routing header shows: R01, R02, R04, R11, R12."""
    known = (sender, *main, *cc)
    routing = Routing(kind, direction, sender, tuple(main), tuple(cc), Lookup(directory, known))
    return _ordered([finding for rule in RULES for finding in rule.routing_findings(routing)])


def _ordered(findings: list[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda f: (f.severity != "block", f.code)))
