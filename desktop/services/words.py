"""The Chinese words for states, reasons and kinds, so that every screen says the same.

The words for evidence events are `formats.evidence.record.LABELS`.
"""

from collections.abc import Mapping

from formats.document.rules.acts import RETURN_REASONS
from formats.i18n import mark, tr

OUTGOING = {
    "sealed": mark("已签章"),
    "outbox": mark("待发送"),
    "sent": mark("已发送"),
    "delivered": mark("已送达"),
    "signed": mark("已签收"),
    "partly_returned": mark("部分退回"),
    "recalled": mark("已撤回"),
    "failed": mark("发送失败"),
}
CONSIGNMENT = {
    "waiting": mark("待发送"),
    "accepted": mark("已发送"),
    "relayed": mark("转发中"),
    "delivered": mark("已送达"),
    "opened": mark("已取走"),
    "signed": mark("已签收"),
    "returned": mark("已退回"),
    "recalled": mark("已撤回"),
    "refused": mark("节点拒收"),
    "expired": mark("逾期未签收"),
    "undeliverable": mark("无法送达"),
}
INCOMING = {
    "arriving": mark("下载中"),
    "unreadable": mark("无法打开"),
    "pending": mark("待签收"),
    "suspect": mark("未通过验证"),
    "signing": mark("已登记签收，待上报"),
    "signed": mark("已签收"),
    "returning": mark("已登记退回，待上报"),
    "returned": mark("已退回"),
    "recalled": mark("已被撤回"),
    "filed": mark("已归档"),
}
REASONS = RETURN_REASONS
KINDS = {
    "resolution": mark("决议"),
    "decision": mark("决定"),
    "order": mark("命令"),
    "communique": mark("公报"),
    "announcement": mark("公告"),
    "public_notice": mark("通告"),
    "opinion": mark("意见"),
    "notice": mark("通知"),
    "circular": mark("通报"),
    "report": mark("报告"),
    "request": mark("请示"),
    "reply": mark("批复"),
    "motion": mark("议案"),
    "letter": mark("函"),
    "minutes": mark("纪要"),
}
URGENCY = {"extra_urgent": mark("特急"), "urgent": mark("加急")}
FORMATS = {
    "general": mark("通用格式"),
    "letter": mark("信函格式"),
    "order": mark("命令（令）格式"),
    "minutes": mark("纪要格式"),
}
SIGNATURES = {
    "seal": mark("加盖印章"),
    "none": mark("不加盖印章"),
    "personal": mark("签名章"),
}
STRENGTHS = {
    "required": mark("规定"),
    "usual": mark("一般"),
    "recommended": mark("推荐"),
}
SENSITIVITY = {
    "public": mark("公开"),
    "internal": mark("内部"),
    "work_secret": mark("工作秘密"),
}


def label(table: Mapping[str, str], word: str | None) -> str:
    """The word for a state in the reader's language; an unknown state shows as it is."""
    return tr(table.get(word, word)) if word else ""
