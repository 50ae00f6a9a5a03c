"""R01 to R09: writing to superiors. 条例 articles 9(六), 14 and 15."""

import re
from collections.abc import Iterator
from typing import Final

from formats.directory import Body
from formats.document.kinds import DIRECTIONS, KINDS
from formats.document.names import is_class_name
from formats.document.rules.base import Case, Fault, Routing, block, listed, warn
from formats.i18n import tr

_PHONE: Final = re.compile(r"[0-9０-９][0-9０-９\-－—() （）]{5,}[0-9０-９]")
_ASKING: Final = re.compile(
    r"请批示|请予批准|请批准|请审批|请予审批|请核准|妥否|当否|可否，请|是否妥当"
)
_PERSON: Final = re.compile(
    r"(?:同志|先生|女士|省长|市长|县长|区长|州长|镇长|乡长|书记|主任|厅长|局长|部长|处长|科长|主席"
    r"|秘书长|委员长|总理|行长|院长|校长|司令员?)$"
)
_PASSED_ON: Final = re.compile(r"的请示(?:（.*）)?$|^请示$")
_OWN_WORDS: Final = 150
"""Characters below which a covering text holds no view of its own: 现将…报上，请审阅 has 40."""


def r01_request(routing: Routing) -> Iterator[Fault]:
    """请示 goes to one direct superior and to no subordinate."""
    if routing.kind != "request":
        return
    named = routing.main_names
    if routing.main_count != 1 or any(is_class_name(name) for name in named):
        yield block(
            "main_recipients",
            tr("请示只能主送一个上级机关，现有 {count} 个主送机关。", count=routing.main_count),
        )
    if routing.sender is not None and routing.main is not None:
        for body in routing.main:
            if not routing.lookup.is_above(body, routing.sender):
                yield block(
                    "main_recipients",
                    tr("“{body}”不是本机关的上级机关，不能主送请示。", body=body.name),
                )
    yield from _subordinates_in_cc(routing)


def r02_one_superior(routing: Routing) -> Iterator[Fault]:
    """Any 上行文: one 主送 in principle, never a subordinate in 抄送."""
    if routing.direction != "up" or routing.kind == "request":
        return
    if routing.main_count > 1:
        yield warn(
            "main_recipients",
            tr(
                "上行文原则上主送一个上级机关，现有 {count} 个；其他上级机关可以抄送。",
                count=routing.main_count,
            ),
        )
    yield from _subordinates_in_cc(routing)


def _subordinates_in_cc(routing: Routing) -> Iterator[Fault]:
    sender = routing.sender
    if sender is None or routing.cc is None:
        return
    below = [body.name for body in routing.cc if routing.lookup.is_above(sender, body)]
    if below:
        yield block("cc", tr("上行文不得抄送下级机关：{names}。", names=listed(below)))


def r03_approvers(case: Case) -> Iterator[Fault]:
    """上行文 names who signed it; a 请示 also whom to ask."""
    document = case.document
    if document.direction != "up":
        return
    if not document.approvers:
        yield block("approvers", tr("上行文应当标注签发人。"))
    elif len(document.approvers) < len(document.issuers):
        yield block(
            "approvers",
            tr(
                "联合上行文应当标注每个机关的签发人：{issuers} 个机关，只有 {approvers} 个签发人。",
                issuers=len(document.issuers),
                approvers=len(document.approvers),
            ),
        )
    if document.kind == "request" and not any(
        text and _PHONE.search(text) for text in (document.contact, document.note)
    ):
        yield block("contact", tr("请示应当在附注处注明联系人姓名和电话。"))


def r04_relation(routing: Routing) -> Iterator[Fault]:
    """文种, direction and standing agree; nobody is passed over unless he gets a copy."""
    kind, direction = KINDS[routing.kind], routing.direction
    if direction not in kind.directions:
        yield block(
            "direction",
            tr(
                "“{kind}”不能用作{direction}。",
                kind=tr(kind.chinese),
                direction=tr(DIRECTIONS[direction]),
            ),
        )
        return
    sender = routing.sender
    if sender is None or routing.main is None:
        return
    for body in routing.main:
        if body.id != sender.id:
            yield from _standing(routing, sender, body)


def _standing(routing: Routing, sender: Body, body: Body) -> Iterator[Fault]:
    lookup, direction = routing.lookup, routing.direction
    above, below = lookup.is_above(body, sender), lookup.is_above(sender, body)
    if direction == "up" and not above:
        # For a 请示 rule R01 has said so already.
        if routing.kind not in {"request", "minutes"}:
            yield block(
                "direction", tr("“{body}”不是本机关的上级机关，不能用上行文。", body=body.name)
            )
    elif direction == "up":
        yield from _passed_over(routing, sender, body)
    elif direction == "down" and above:
        yield block("direction", tr("“{body}”是本机关的上级机关，不能用下行文。", body=body.name))
    elif direction == "parallel" and (above or below):
        yield warn(
            "direction",
            tr("“{body}”与本机关有隶属关系，一般不用平行文。", body=body.name),
        )


def _passed_over(routing: Routing, sender: Body, body: Body) -> Iterator[Fault]:
    line = routing.lookup.ancestors(sender)
    if body.id not in line:
        return  # above by level only; whom it passes over the directory does not say
    copied = {b.id for b in routing.cc or ()}
    skipped = line[: line.index(body.id)]
    missing = [b for b in skipped if b not in copied]
    known = routing.lookup.by_id
    names = listed(known[b].name if b in known else b for b in missing or skipped)
    if missing and routing.cc is not None:
        yield block(
            "cc",
            tr("一般不得越级行文；确需越级的，应当同时抄送被越过的机关：{names}。", names=names),
        )
    elif skipped:
        yield warn("main_recipients", tr("越级行文（越过{names}），请说明特殊情况。", names=names))


def r05_no_request_inside(case: Case) -> Iterator[Fault]:
    """A 报告 or other 上行文 that is no 请示 asks for nothing."""
    document = case.document
    if document.direction != "up" or document.kind in {"request", "motion"}:
        return
    for number, text in enumerate(case.paragraphs, start=1):
        found = _ASKING.search(text)
        if found:
            yield warn(
                "body",
                tr(
                    "{kind}等非请示性公文不得夹带请示事项：第 {number} 段有“{words}”。",
                    kind=tr(KINDS[document.kind].chinese),
                    number=number,
                    words=found[0],
                ),
            )


def r06_no_persons(case: Case) -> Iterator[Fault]:
    """Body writes to body: neither to a leader nor in a leader's name."""
    document = case.document
    if not case.context.assigned_by_leader:
        for name in document.main_recipients:
            if _PERSON.search(name) and name not in case.lookup.by_name:
                yield block(
                    "main_recipients",
                    tr("不得向负责人个人报送公文：“{name}”。应当主送机关。", name=name),
                )
    for name in document.issuers:
        if _PERSON.search(name) and name not in case.lookup.by_name:
            yield block(
                "issuers",
                tr("不得以负责人个人名义向机关行文：“{name}”。应当署机关名称。", name=name),
            )


def r07_dual_leadership(case: Case) -> Iterator[Fault]:
    """A body under two superiors writes to one and copies the other."""
    other, document = case.context.other_superior, case.document
    if other is None or document.direction != "up":
        return
    if other in document.main_recipients and len(document.main_recipients) > 1:
        yield warn(
            "main_recipients",
            tr("受双重领导的机关向上级行文应当主送一个上级机关，另一个列入抄送。"),
        )
    elif other not in (*document.main_recipients, *document.cc):
        yield warn("cc", tr("受双重领导的机关向上级行文，必要时应当抄送“{name}”。", name=other))


def r08_own_government(case: Case) -> Iterator[Fault]:
    """A department asks its own government before it reports a major matter upwards."""
    context = case.context
    if (
        context.own_consent is False
        and case.document.direction == "up"
        and context.sender is not None
        and not context.sender.is_office
        and any(not body.is_office for body in context.recipients or ())
    ):
        yield warn(
            "main_recipients",
            tr("部门向上级主管部门请示、报告重大事项，应当经本级党委、政府同意或者授权。"),
        )


def r09_own_view(case: Case) -> Iterator[Fault]:
    """A subordinate's 请示 goes up with a view of one's own, never as it came."""
    document = case.document
    passed = [a.title for a in document.attachments if _PASSED_ON.search(a.title)]
    if document.direction != "up" or not passed or case.context.own_view:
        return
    words = sum(len(text) for text in case.paragraphs)
    if case.context.own_view is False or words < _OWN_WORDS:
        yield warn(
            "body",
            tr(
                "下级机关的请示不得原文转报：附件“{title}”，应当在正文提出倾向性意见。",
                title=passed[0],
            ),
        )
