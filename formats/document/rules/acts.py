"""R23, R25 and R26 for acts on a document under way: forward, recall, return."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from formats.directory import Body
from formats.document.model import Sensitivity
from formats.document.rules.base import Finding
from formats.i18n import mark, tr

FORWARD_CLAUSE: Final = mark("条例第三十一条")
RECALL_CLAUSE: Final = mark("条例第三十三条")
RETURN_CLAUSE: Final = mark("条例第二十四条")

ReturnReason = Literal[
    "not-ours", "rules", "form", "not-agreed", "attachment-missing", "seal-invalid", "misdirected",
    "other",
]  # fmt: skip

RETURN_REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "not-ours": mark("不属于本机关办理"),
        "rules": mark("不符合行文规则"),
        "form": mark("文种、格式不符合要求"),
        "not-agreed": mark("涉及其他部门职权，未协商一致"),
        "attachment-missing": mark("附件缺失或不完整"),
        "seal-invalid": mark("印章或签名无效"),
        "misdirected": mark("误送"),
        "other": mark("其他"),
    }
)
"""R26: every 退回 carries one of these codes; `Reason.code` of its evidence record."""

_RECALLABLE: Final = frozenset({"accepted", "relayed", "consigned", "delivered", "expired"})


@dataclass(frozen=True, slots=True)
class RecallAnswer:
    """Whether 撤回 is possible, and why not."""

    allowed: bool
    reason: str
    """Chinese; empty when allowed."""

    def __bool__(self) -> bool:
        return self.allowed


def may_recall(state: str) -> RecallAnswer:
    """R25: 撤回 only before 签收. ``state`` is a `formats.protocol.states.State`.

    After 签收 only a new document helps: 撤销 (void from the start) or 废止 (void from now on).
    """
    if state in _RECALLABLE:
        return RecallAnswer(allowed=True, reason="")
    reasons = {
        "signed_for": tr(
            "对方已经签收，不能撤回；确需作废的，由发文机关或上级机关另行发文撤销或废止。"
        ),
        "returned": tr("对方已经退回，无需撤回。"),
        "recalled": tr("该公文已经撤回。"),
        "undeliverable": tr("该公文没有送达，无需撤回。"),
    }
    return RecallAnswer(allowed=False, reason=reasons.get(state, tr("当前状态不能撤回。")))


def check_return(code: str, text: str = "") -> tuple[Finding, ...]:
    """R26: a 退回 needs a known reason code, and 其他 an explanation."""
    message = ""
    if code not in RETURN_REASONS:
        message = tr("退回必须选择原因。")
    elif code == "other" and not text.strip():
        message = tr("退回原因为“其他”时，应当写明具体原因。")
    if not message:
        return ()
    return (Finding("R26", "block", tr(RETURN_CLAUSE), message, "reason"),)


def may_forward(
    *,
    sensitivity: Sensitivity,
    target: Body,
    release_scope: frozenset[str] | None,
    issuer_consents: bool,
) -> tuple[Finding, ...]:
    """R23: beyond 印发传达范围 only with the issuer's consent.

    ``release_scope`` holds the ids of the bodies the issuer meant it for; ``None`` means that it
    set no limit. A public document may go to anyone.
    """
    if sensitivity == "public" or issuer_consents:
        return ()
    if release_scope is not None and target.id in release_scope:
        return ()
    message = tr("转发给“{body}”超出印发传达范围，须经发文机关批准。", body=target.name)
    return (Finding("R23", "block", tr(FORWARD_CLAUSE), message, "sensitivity"),)
