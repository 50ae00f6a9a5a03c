"""Every reason a verdict can give: its stable code, the status it forces, its Chinese sentence."""

from typing import Final, Literal

from formats.canonical import Value
from formats.i18n import mark, tr

Status = Literal["green", "green-b", "blue", "amber", "red"]

SEVERITY: Final[tuple[Status, ...]] = ("green", "green-b", "blue", "amber", "red")
"""From the best to the worst: the worst one wins."""

_REASONS: Final[dict[str, tuple[Status, str]]] = {
    # --- red: not to be relied upon
    "unreadable": ("red", mark("文件已损坏或结构有误，无法验证")),
    "too-large": ("red", mark("文件过大，超出可验证的范围")),
    "limits": ("red", mark("文件的结构过于复杂，超出验证所允许的时间或内存")),
    "encrypted": ("red", mark("文件已加密，无法验证")),
    "unsigned": ("red", mark("文件没有盖章或签名")),
    "removed": ("red", mark("文件原有的印章被移除")),
    "extra-bytes": ("red", mark("文件首尾有不受签名保护的内容")),
    "coverage": ("red", mark("签名没有覆盖应当覆盖的全部内容")),
    "digest": ("red", mark("摘要不符，内容在签发后被改动")),
    "modified": ("red", mark("内容在签发后被改动")),
    "cms": ("red", mark("签名的结构不合要求")),
    "weak": ("red", mark("签名使用的算法或密钥强度不足")),
    "stranger": ("red", mark("签发后添加了发文机关没有预留的签名")),
    "certification": ("red", mark("发文机关的印章不是第一个签名，或有不止一个")),
    "permission": ("red", mark("发文机关的印章允许签发后修改内容")),
    "revoked": ("red", mark("证书在签发前已吊销")),
    "revoked-unproven": ("red", mark("证书已吊销，又没有时间戳证明是在吊销之前签发")),
    "path": ("red", mark("证书的签发关系不合规定")),
    "expired": ("red", mark("签发时证书不在有效期内")),
    "usage": ("red", mark("证书不是机关的签名证书")),
    "body": ("red", mark("签名的是“{actual}”，印章或来文单位却是“{expected}”")),
    "timestamp": ("red", mark("时间戳与签名不符")),
    "package": ("red", mark("文件包不完整或被改动过（{place}）")),
    "package-signer": ("red", mark("文件包的签名单位不是发文单位“{expected}”")),
    "package-seal": ("red", mark("文件包的发文单位与公文印章的单位不一致")),
    "recipient": ("red", mark("文件包不是发给本单位的")),
    "suite": ("red", mark("文件包声明的密码算法与签名所用的不一致")),
    # --- amber: not settled yet
    "no-certification": ("amber", mark("没有发文机关的认证印章，签发后的添加无法排除")),
    "untrusted": ("amber", mark("签发机构不在信任列表")),
    "revocation": ("amber", mark("证书吊销状态未取得（{detail}）")),
    "expired-unproven": ("amber", mark("证书已过期，又没有时间戳证明签发时尚在有效期内")),
    "timestamp-untrusted": ("amber", mark("时间戳服务的证书暂不能确认（{detail}）")),
    "seals-missing": ("amber", mark("联合行文还有 {count} 个机关没有盖章")),
    # --- blue: permitted additions
    "joint": ("blue", mark("另有 {count} 个联合行文机关盖章")),
    "archived": ("blue", mark("有 {count} 项存档时间戳或验证资料")),
    # --- green-b: time not proven
    "time-claimed": ("green-b", mark("签发时间为签名人自报，未经时间戳证明")),
}


class Reason(Value, frozen=True, kw_only=True):
    """One reason: the code for programs, the text for people."""

    code: str
    status: Status
    text: str


def reason(code: str, /, **values: object) -> Reason:
    """The reason of that code, in the current language."""
    status, text = _REASONS[code]
    return Reason(code=code, status=status, text=tr(text, language=None, **values))


def worst(reasons: tuple[Reason, ...]) -> Status:
    """The status that the reasons force; green when there are none."""
    return max((r.status for r in reasons), key=SEVERITY.index, default="green")
