"""R10 to R13: writing to subordinates. 条例 article 16."""

import re
from collections.abc import Iterator
from typing import Final

from formats.directory import Body
from formats.document.kinds import KINDS
from formats.document.rules.base import Case, Fault, Routing, block, listed, warn
from formats.i18n import tr

_ORDERING: Final = frozenset({"order", "decision", "notice"})
"""文种 that command; of a 通知 only the client, which knows the text, can tell."""

_CONSENT: Final = re.compile(
    r"经[^。；]{0,20}(?:政府|党委|省委|市委|县委|区委|国务院|党组)[^。；]{0,6}同意"
)
_PLACE: Final = re.compile(r"^.*?(?:省|市|县|区|自治州|自治旗|旗)(?=.{3})")
_FORM: Final = re.compile(r"(?:委员会办公室|委员会|办公室|厅|局|委|办|部|处|中心|科)$")


def r10_copy_to_superior(case: Case) -> Iterator[Fault]:
    """An important 下行文 is copied to the issuer's direct superior."""
    context, sender = case.context, case.context.sender
    if not context.important or case.document.direction != "down":
        return
    if sender is None or sender.parent is None or case.cc is None:
        return
    if sender.parent not in {body.id for body in case.cc}:
        superior = case.lookup.by_id.get(sender.parent)
        yield warn(
            "cc",
            tr(
                "重要的下行文应当同时抄送直接上级机关：{name}。",
                name=superior.name if superior else sender.parent,
            ),
        )


def r11_departments_do_not_order(routing: Routing) -> Iterator[Fault]:
    """A department sends no orders to lower governments, unless its government agreed."""
    governments = _lower_governments(routing)
    if not governments or routing.government_consent:
        return
    names = listed(body.name for body in governments)
    if routing.kind in {"order", "decision"}:
        yield block(
            "main_recipients",
            tr(
                "部门不得向下级政府发布指令性公文（{kind}）：{names}。",
                kind=tr(KINDS[routing.kind].chinese),
                names=names,
            ),
        )


def r11_consent_in_text(case: Case) -> Iterator[Fault]:
    """The same for 文种 where the text decides: it must say that the government agreed."""
    routing = case.routing
    governments = _lower_governments(routing)
    if not governments or routing.kind in {"order", "decision"}:
        return
    if routing.government_consent or any(_CONSENT.search(text) for text in case.paragraphs):
        return
    names = listed(body.name for body in governments)
    message = tr(
        "部门向下级政府行文，须经本级政府同意并在文中注明“经…政府同意”：{names}。", names=names
    )
    yield (block if routing.kind in _ORDERING else warn)("main_recipients", message)


def _lower_governments(routing: Routing) -> list[Body]:
    sender = routing.sender
    if routing.direction != "down" or sender is None or sender.is_office:
        return []
    return [b for b in routing.main or () if b.is_office and routing.lookup.is_above(sender, b)]


def r12_counterparts(routing: Routing) -> Iterator[Fault]:
    """A department may write to the same department one level down; to another it is unusual."""
    sender = routing.sender
    if routing.direction != "down" or sender is None or sender.is_office:
        return
    others = [
        body.name
        for body in routing.main or ()
        if not body.is_office
        and routing.lookup.is_above(sender, body)
        and not are_counterparts(sender, body)
    ]
    if others:
        yield warn(
            "main_recipients",
            tr("部门可以在职权范围内向下级对口部门行文；以下不是对口部门：{names}。",
               names=listed(others)),
        )  # fmt: skip


def are_counterparts(one: Body, other: Body) -> bool:
    """Whether both are the department for the same matters, or one is under the other."""
    if other.parent == one.id or one.parent == other.id:
        return True
    first, second = (_FORM.sub("", _PLACE.sub("", body.name)) for body in (one, other))
    return bool(first) and (first in second or second in first)


def r13_countersigned(case: Case) -> Iterator[Fault]:
    """What concerns several departments goes down only when they agree."""
    if case.context.countersigned is False and case.document.direction == "down":
        yield warn("issuers", tr("涉及多个部门职权的事项，未经协商一致（会签）不得向下行文。"))
