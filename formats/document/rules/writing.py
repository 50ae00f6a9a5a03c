"""R20 to R24: recipients' names, urgency, copy number, openness, answers."""

import re
from collections.abc import Iterator
from typing import Final

from formats.document.kinds import KINDS
from formats.document.model import Document
from formats.document.names import is_class_name, parse_number
from formats.document.rules.base import Case, Fault, RepliedTo, block, listed, warn
from formats.i18n import tr

_COPY_NUMBER: Final = re.compile(r"[0-9]{6}")
_URGENT_TITLE: Final = re.compile(r"紧急|特急|加急|火急")
_OPEN_NOTE: Final = re.compile(r"公开发布|主动公开|(?<!不予)(?<!不)公开发行")
_CLOSED_NOTE: Final = re.compile(r"不予公开|不公开|内部|不得公开|依申请公开|工作秘密")


def r20_recipients(case: Case) -> Iterator[Fault]:
    """主送 by full name, standard short name or class name; classes expand to a fixed list."""
    document, context = case.document, case.context
    main, recipients = document.main_recipients, context.recipients
    if not main and KINDS[document.kind].needs_recipients:
        yield block("main_recipients", tr("缺少主送机关。"))
    classes = [name for name in main if is_class_name(name)]
    if context.directory is not None:
        yield from _unknown(case, classes)
    if recipients is not None:
        if classes and not recipients:
            yield block(
                "main_recipients",
                tr("统称“{names}”还没有对应到具体的收文单位。", names=listed(classes)),
            )
        if not classes:
            named = set(main)
            extra = [b.name for b in recipients if not named & {b.name, b.short_name, b.id}]
            if extra and main:
                yield block(
                    "main_recipients",
                    tr("收文单位不在主送机关之列：{names}。", names=listed(extra)),
                )
    both = [name for name in main if name in document.cc]
    if both:
        yield warn("cc", tr("同一机关既主送又抄送：{names}。", names=listed(both)))


def _unknown(case: Case, classes: list[str]) -> Iterator[Fault]:
    known = case.lookup.by_name
    main = [n for n in case.document.main_recipients if n not in known and n not in classes]
    if main:
        yield block(
            "main_recipients",
            tr("主送机关应当使用全称、规范化简称或者统称，通讯录中没有：{names}。",
               names=listed(main)),
        )  # fmt: skip
    cc = [n for n in case.document.cc if n not in known and not is_class_name(n)]
    if cc:
        yield warn("cc", tr("抄送机关不在通讯录中，需另行送达：{names}。", names=listed(cc)))


def r21_urgency(case: Case) -> Iterator[Fault]:
    """A title that says it is urgent, without 紧急程度."""
    found = _URGENT_TITLE.search(case.document.title)
    if found and case.document.urgency is None:
        yield warn(
            "urgency",
            tr("标题中有“{words}”，没有标注紧急程度（特急、加急）。", words=found[0]),
        )


def r22_copy_number(case: Case) -> Iterator[Fault]:
    """份号 has six digits, and only controlled copies carry one."""
    number = case.document.copy_number
    if number is None:
        return
    if not _COPY_NUMBER.fullmatch(number):
        yield warn("copy_number", tr("份号一般用 6 位阿拉伯数字。"))
    if case.document.sensitivity == "public":
        yield warn("copy_number", tr("公开的公文一般不编份号。"))


def r23_openness(case: Case) -> Iterator[Fault]:
    """附注 and 公开属性 say the same. Forwarding is judged by `acts.may_forward`."""
    note, sensitivity = case.document.note or "", case.document.sensitivity
    closed = _CLOSED_NOTE.search(note)
    if sensitivity != "public" and _OPEN_NOTE.search(note) and not closed:
        yield block("note", tr("附注写明公开，公开属性却是内部或工作秘密。"))
    if sensitivity == "public" and closed:
        yield block("note", tr("附注写明“{words}”，公开属性却是公开。", words=closed[0]))


def r24_answers(case: Case) -> Iterator[Fault]:
    """批复 answers a 请示, 复函 a letter; the parties change places."""
    document, answered = case.document, case.context.replied_to
    expected = KINDS[document.kind].answers
    if document.reply_to is None:
        if expected is not None:
            yield block(
                "reply_to",
                tr(
                    "{kind}应当注明所答复的{answered}的发文字号。",
                    kind=tr(KINDS[document.kind].chinese),
                    answered=tr(KINDS[expected].chinese),
                ),
            )
        elif document.kind == "letter" and document.title.rstrip().endswith("复函"):
            yield warn("reply_to", tr("复函应当注明来函的发文字号。"))
        return
    if parse_number(document.reply_to) is None:
        yield block(
            "reply_to",
            tr(
                "来文字号“{number}”有误，应写成“皖政办〔2026〕12号”的形式。",
                number=document.reply_to[:40],
            ),
        )
    elif answered is not None:
        yield from _mirrored(document, answered)


def _mirrored(document: Document, answered: RepliedTo) -> Iterator[Fault]:
    if parse_number(document.reply_to or "") != answered.number:
        yield block(
            "reply_to", tr("来文字号与所答复的公文不符（{number}）。", number=answered.number)
        )
    expected = KINDS[document.kind].answers
    if expected is not None and answered.kind != expected:
        yield block(
            "reply_to",
            tr(
                "{kind}只能答复{answered}。",
                kind=tr(KINDS[document.kind].chinese),
                answered=tr(KINDS[expected].chinese),
            ),
        )
    if answered.issuer not in document.main_recipients:
        message = tr("应当主送来文机关：{name}。", name=answered.issuer)
        # A letter may be answered to a class or a successor; a 批复 goes back to who asked.
        yield (block if expected is not None else warn)("main_recipients", message)
