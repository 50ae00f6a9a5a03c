"""Every reason a verdict can give: its code, the status it forces, its sentence, what to do.

docs/TRUST.md carries the same table; `tests/integration/test_trust_page.py` compares them.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

from formats.canonical import Value
from formats.i18n import mark, tr

Status = Literal["green", "green-b", "blue", "amber", "red"]

SEVERITY: Final[tuple[Status, ...]] = ("green", "green-b", "blue", "amber", "red")
"""From the best to the worst: the worst one wins."""

_REFUSE: Final = mark("请勿据此办理。请保留收到的原件，并用已知的联系方式通知来文单位。")
_RESEND: Final = mark("请勿据此办理；请来文单位重新发送完好的文件。")
_RESEAL: Final = mark("请勿据此办理；请来文单位用本系统重新盖章后再发送。")
_REISSUE: Final = mark("请勿据此办理；请来文单位换用有效的签名证书重新签发。")
_PROVE: Final = mark("请来文单位加盖时间戳后重新签发，或与其核实；确认之前请勿据此办理。")
_SYNC: Final = mark("请同步通讯录，或导入该机构最新的吊销列表后重新验证；确认之前请勿据此办理。")
_RESTAMPED: Final = mark(
    "请向来文单位或档案部门取用此前已续加存档时间戳的文本；确认之前请勿据此办理。"
)
_ACT: Final = mark("可以据此办理。")

REASONS: Final[Mapping[str, tuple[Status, str, str]]] = MappingProxyType({
    # --- red: not to be relied upon
    "unreadable": ("red", mark("文件已损坏或结构有误，无法验证"), _RESEND),
    "too-large": ("red", mark("文件过大，超出可验证的范围"), _RESEND),
    "limits": ("red", mark("文件的结构过于复杂，超出验证所允许的时间或内存"), _RESEND),
    "encrypted": ("red", mark("文件已加密，无法验证"),
        mark("请勿据此办理；请来文单位发送未加密的文件。")),
    "unsigned": ("red", mark("文件没有盖章或签名"), _RESEAL),
    "removed": ("red", mark("文件原有的印章被移除"), _REFUSE),
    "extra-bytes": ("red", mark("文件首尾有不受签名保护的内容"), _REFUSE),
    "coverage": ("red", mark("签名没有覆盖应当覆盖的全部内容"), _REFUSE),
    "digest": ("red", mark("摘要不符，内容在签发后被改动"), _REFUSE),
    "modified": ("red", mark("内容在签发后被改动"), _REFUSE),
    "cms": ("red", mark("签名的结构不合要求"), _REFUSE),
    "weak": ("red", mark("签名使用的算法或密钥强度不足"), _REISSUE),
    "stranger": ("red", mark("签发后添加了发文机关没有预留的签名"), _REFUSE),
    "certification": ("red", mark("发文机关的印章不是第一个签名，或有不止一个"), _REFUSE),
    "permission": ("red", mark("发文机关的印章允许签发后修改内容"), _RESEAL),
    "revoked": ("red", mark("证书在签发前已吊销"), _REFUSE),
    "revoked-unproven": ("red", mark("证书已吊销，又没有时间戳证明是在吊销之前签发"), _REISSUE),
    "path": ("red", mark("证书的签发关系不合规定"),
        mark("请勿据此办理，并联系证书发放单位核实。")),
    "expired": ("red", mark("签发时证书已过有效期"), _REISSUE),
    "not-yet-valid": ("red", mark("签发时证书尚未生效"), _REISSUE),
    "usage": ("red", mark("证书不是机关的签名证书"), _REISSUE),
    "suite-retired": ("red", mark("签发时所用的密码算法已停用"), _REISSUE),
    "body": ("red", mark("签名的是“{actual}”，印章或来文单位却是“{expected}”"), _REFUSE),
    "timestamp": ("red", mark("时间戳与签名不符"), _REFUSE),
    "seal-maker": ("red", mark("电子印章不是可信的制章机构制作的，或被改动过"), _REFUSE),
    "seal-validity": ("red", mark("签发时电子印章不在有效期内"), _RESEAL),
    "seal-certificate": ("red", mark("电子印章不是为签名所用的证书制作的"), _REFUSE),
    "seal-picture": ("red", mark("显示的印章或骑缝章不是电子印章的印模"), _REFUSE),
    "seal-revoked": ("red", mark("电子印章在签发前已停用"), _REFUSE),
    "timestamp-removed": ("red", mark("签名原有的时间戳被移除"), _REFUSE),
    "timestamp-revoked": ("red", mark("时间戳服务的证书已吊销，该时间戳不能再证明时间"), _REISSUE),
    "package": ("red", mark("文件包不完整或被改动过（{place}）"), _RESEND),
    "package-signer": ("red", mark("文件包的签名单位不是发文单位“{expected}”"), _REFUSE),
    "package-seal": ("red", mark("文件包的发文单位与公文印章的单位不一致"), _REFUSE),
    "recipient": ("red", mark("文件包不是发给本单位的"),
        mark("请退回，并通知来文单位核对收文单位。")),
    "suite": ("red", mark("文件包声明的密码算法与签名所用的不一致"), _REFUSE),
    # --- amber: not settled yet
    "no-certification": ("amber", mark("没有发文机关的认证印章，签发后的添加无法排除"),
        mark("请来文单位用本系统盖章后重新发送，或与其核实；确认之前请勿据此办理。")),
    "untrusted": ("amber", mark("签发机构不在信任列表"),
        mark("请核实该机构后由管理员加入信任列表，或请对方换用受信任的证书；确认之前请勿据此办理。")),
    "neighbour": ("amber", mark("证书由交叉认证的“{name}”签发，本机设置为不采信"),
        mark("请由管理员决定是否采信交叉认证的证书，或与来文单位核实；确认之前请勿据此办理。")),
    "revocation": ("amber", mark("证书吊销状态未取得（{detail}）"), _SYNC),
    "revocation-missing": ("amber", mark("没有签发机构“{issuer}”的吊销列表"), _SYNC),
    "revocation-stale": ("amber",
        mark("签发机构“{issuer}”的吊销列表已过期（有效至 {until}）"), _SYNC),
    "expired-unproven": ("amber", mark("证书已过期，又没有时间戳证明签发时尚在有效期内"), _PROVE),
    "not-yet-valid-unproven": ("amber", mark("证书尚未生效"),
        mark("请先核对本机时间，再重新验证；确认之前请勿据此办理。")),
    "suite-unproven": ("amber", mark("密码算法已停用，又没有时间戳证明是在停用之前签发"), _PROVE),
    "timestamp-untrusted": ("amber", mark("时间戳服务的证书暂不能确认（{detail}）"), _SYNC),
    "timestamp-expired": ("amber", mark("最后一个时间戳的证书已过有效期（{until}）"), _RESTAMPED),
    "timestamp-future": ("amber", mark("时间戳的时间（{at}）晚于本机时间"),
        mark("请先核对本机时间，再重新验证；确认之前请勿据此办理。")),
    "timestamp-retired": ("amber", mark("最后一个时间戳所用的密码算法已停用"), _RESTAMPED),
    "seals-missing": ("amber", mark("联合行文还有 {count} 个机关没有盖章"),
        mark("请待其余机关盖章后再办理，或与来文单位核实。")),
    "unsteady": ("amber", mark("文件所显示的内容可能变化（{detail}）"),
        mark("请来文单位去除这些成分，用本系统重新盖章后再发送；确认之前请勿据此办理。")),
    "store": ("amber", mark("附带的验证资料中有来历不明的证书或吊销列表"), _SYNC),
    "seal-unbound": ("amber", mark("签名没有绑定电子印章，所见印章只是图片"),
        mark("请来文单位用电子印章重新盖章，或与其核实；确认之前请勿据此办理。")),
    "seal-expired-unproven": (
        "amber", mark("电子印章已过有效期，又没有时间戳证明签发时尚在有效期内"), _PROVE),
    "seal-maker-unknown": ("amber", mark("制章机构的证书暂不能确认（{detail}）"), _SYNC),
    "level": ("amber", mark("签名的级别是 {level}，低于要求的 {wanted}"),
        mark("请来文单位按要求的级别签发，或由管理员调整要求；确认之前请勿据此办理。")),
    # --- blue: permitted additions
    "joint": ("blue", mark("另有 {count} 个联合行文机关盖章"), _ACT),
    "countersigned": ("blue", mark("有 {count} 个会签单位盖章"), _ACT),
    "countersign-open": ("blue", mark("还有 {count} 个会签位置尚未盖章"),
        mark("可以据此办理；需要会签的单位可在预留位置盖章。")),
    "archived": ("blue", mark("有 {count} 项存档时间戳或验证资料"), _ACT),
    # --- green-b: time not proven
    "time-claimed": ("green-b", mark("签发时间为签名人自报，未经时间戳证明"),
        mark("可以据此办理；需要证明签发时间时，请发文单位加盖时间戳。")),
    # --- green: worth knowing, and no fault
    "package-office": ("green", mark("由“{body}”盖章，由其办公厅（室）发送"), _ACT),
    "revoked-later": ("green", mark("证书在签发之后吊销（{at}），时间戳证明签发在先"),
        mark("可以据此办理；吊销之后用该证书所作的签名不予采信。")),
})  # fmt: skip
"""Status, sentence without its full stop, advice; by code."""


class Reason(Value, frozen=True, kw_only=True):
    """One reason: the code for programs, the text for people."""

    code: str
    status: Status
    text: str
    advice: str = ""
    """What to do about it; empty in verdicts kept from before there was one."""


def reason(code: str, /, **values: object) -> Reason:
    """The reason of that code, in the current language."""
    status, text, advice = REASONS[code]
    return Reason(
        code=code, status=status, text=tr(text, language=None, **values), advice=tr(advice)
    )


def worst(reasons: tuple[Reason, ...]) -> Status:
    """The status that the reasons force; green when there are none."""
    return max((r.status for r in reasons), key=SEVERITY.index, default="green")
