"""What can go wrong with keys and signatures.

YidaoError
├── TokenError            a UKEY could not do what was asked
│   ├── TokenMissing      no UKEY, or it was pulled out
│   ├── PinWrong          the PIN was refused
│   │   └── AdminPinWrong the issuing office's PIN was refused
│   ├── PinLocked         the PIN is locked
│   │   └── AdminPinLocked the issuing office's PIN is locked
│   ├── PinWeak           a new PIN that anybody would guess
│   ├── PinUnfit          the PIN has a length or characters no PIN of this UKEY has
│   ├── LoginNeeded       the PIN has not been entered, or the login has ended
│   ├── LabelTooLong      a UKEY's label has no room for that name
│   ├── ModuleMissing     the UKEY driver is not installed or not usable
│   ├── WrongOwner        the UKEY belongs to another body
│   ├── SeveralTokens     more than one UKEY is there and none was named
│   ├── NotOffered        this kind of UKEY cannot do that at all
│   ├── KeyStays          a key that the UKEY uses but does not give out
│   ├── NoRoom            the UKEY's memory is full
│   ├── SignatureUnfit    the UKEY's signature does not fit its certificate
│   ├── DriverGarbage     the UKEY driver answers what no driver may answer
│   └── KeyMissing        the UKEY holds no such key or certificate
├── TrustError            a certificate is not to be trusted for this
├── SignatureInvalid      a signature does not match its bytes
├── CmsRefused            a signature is not in the one form accepted here
├── WeakAlgorithm         an algorithm or key that is not strong enough, or not known
├── CapsuleError          an encrypted package could not be opened
│   ├── NotAddressed      it names neither this body nor this UKEY
│   └── EnvelopeMismatch  header, capsule and payload do not belong together
├── IssuerMismatch        signed by somebody else than it says
├── SuiteMismatch         it says one algorithm suite and uses another
├── NoEncryptionCertificate  a recipient to whom nothing can be encrypted
│   └── NoKeyOfSuite      nor in the suite of this dispatch, though in another
└── SealRefused           the PDF may not be sealed as it stands
"""

from typing import ClassVar

from formats.errors import BadInput, Refused, YidaoError
from formats.i18n import mark


class TokenError(YidaoError):
    """A UKEY could not do what was asked."""

    code = "ukey.error"
    happened = mark("UKEY 没有完成操作。")
    safe = mark("原文件没有改动。")
    advice = mark("请重新插入 UKEY 后重试。")


class TokenMissing(TokenError):
    """No UKEY, or it was pulled out."""

    code = "ukey.missing"
    happened = mark("没有找到 UKEY，或 UKEY 已被拔出。")
    safe = mark("操作没有执行，原文件没有改动。")
    advice = mark("请插入本单位的 UKEY 后重试。")


class PinWrong(TokenError):
    """The PIN was refused; ``remaining`` is told only where the device tells it."""

    code = "ukey.pin-wrong"
    happened = mark("UKEY 的 PIN 不正确。")
    safe = mark("操作没有执行，原文件没有改动。")
    advice = mark("请核对后重新输入；连续输错会锁定 UKEY。")
    counted: ClassVar[str] = mark("还可以再试 {remaining} 次，用完将锁定 UKEY。请核对后重新输入。")
    """The advice where the device tells the tries left."""

    def __init__(self, detail: str = "", /, *, remaining: int | None = None) -> None:
        """``remaining``: tries left; the advice then tells it."""
        self.remaining = remaining
        super().__init__(detail, remaining=remaining)
        if remaining is not None:
            self.advice = self.counted  # type: ignore[misc]  # an instance may advise more closely


class AdminPinWrong(PinWrong):
    """The issuing office's PIN, which unlocks, was refused."""

    code = "ukey.admin-pin-wrong"
    happened = mark("UKEY 的管理员 PIN 不正确。")
    safe = mark("用户 PIN 没有改动。")
    advice = mark("请核对后重新输入；连续输错后该 UKEY 只能重新初始化并补发证书。")
    counted = mark(
        "还可以再试 {remaining} 次，用完后该 UKEY 只能重新初始化并补发证书。请核对后重新输入。"
    )


class PinLocked(TokenError):
    """The PIN is locked after too many wrong entries."""

    code = "ukey.pin-locked"
    happened = mark("UKEY 已锁定，不能再输入 PIN。")
    advice = mark("请携带 UKEY 到发放单位解锁。")


class AdminPinLocked(PinLocked):
    """The issuing office's PIN is locked as well: the UKEY can only be initialised anew."""

    code = "ukey.admin-pin-locked"
    happened = mark("UKEY 的管理员 PIN 已锁定，不能再解锁用户 PIN。")
    advice = mark("请联系发放单位重新初始化并补发证书。")


class SeveralTokens(TokenError):
    """More than one UKEY is there and none was named."""

    code = "ukey.several"
    happened = mark("插入了多个 UKEY：{labels}。")
    safe = mark("操作没有执行，原文件没有改动。")
    advice = mark("请指定其中一个的序列号（或唯一的标签），或只留下要用的一个后重试。")


class NotOffered(TokenError):
    """This kind of UKEY, or its driver, cannot do that at all; ``function`` is its name there."""

    code = "ukey.not-offered"
    happened = mark("该 UKEY 或其驱动不支持所需的功能（{function}）。")
    safe = mark("操作没有执行，原文件没有改动。")
    advice = mark("请升级 UKEY 驱动，或向发放单位换领支持该功能的 UKEY。")


class KeyStays(TokenError):
    """A key that the UKEY uses but does not give out."""

    code = "ukey.key-stays"
    happened = mark("该 UKEY 不允许导出密钥。")
    safe = mark("密钥没有离开 UKEY。")
    advice = mark("请改用由 UKEY 解密的方式打开。")


class NoRoom(TokenError):
    """The UKEY's memory is full."""

    code = "ukey.no-room"
    happened = mark("UKEY 的存储空间不足。")
    safe = mark("UKEY 中原有的证书和印章没有改动。")
    advice = mark("请先清除 UKEY 中不再使用的印章或证书后重试。")


class SignatureUnfit(TokenError):
    """The UKEY made a signature that its own certificate does not verify; it was thrown away."""

    code = "ukey.signature-unfit"
    happened = mark("UKEY 给出的签名与其证书不符，已弃用。")
    safe = mark("没有使用该签名，原文件没有改动。")
    advice = mark("请核对 UKEY 型号的厂商配置；若仍如此，请向发放单位检测或更换 UKEY。")


class DriverGarbage(TokenError):
    """The UKEY driver answers what no driver may answer: impossible lengths, unknown codes."""

    code = "ukey.driver-garbage"
    happened = mark("UKEY 驱动给出了无法理解的结果。")
    safe = mark("操作没有执行，原文件没有改动。")
    advice = mark("请重新插入 UKEY 后重试；若仍如此，请升级驱动或更换 UKEY。")


class PinUnfit(TokenError):
    """The PIN has a length or characters that no PIN of this UKEY has; no try was spent on it."""

    code = "ukey.pin-unfit"
    happened = mark("输入的 PIN 长度或字符不符合该 UKEY 的要求。")
    safe = mark("操作没有执行，原文件没有改动。")
    advice = mark("请核对后重新输入。")


class PinWeak(PinUnfit):
    """A new PIN that anybody would guess; the old one stays."""

    code = "ukey.pin-weak"
    happened = mark("新 PIN 过于简单或与原 PIN 相同，容易被猜出。")
    safe = mark("PIN 没有改动。")
    advice = mark("请另设一个至少 6 位、不是同一字符重复、也不是连续数字的 PIN。")


class LoginNeeded(TokenError):
    """The PIN has not been entered, or the login has ended."""

    code = "ukey.login-needed"
    happened = mark("尚未输入 UKEY 的 PIN，或登录已结束。")
    safe = mark("操作没有执行，原文件没有改动。")
    advice = mark("请输入 PIN 后重试。")


class LabelTooLong(TokenError):
    """A UKEY's label has no room for that name; cut short, it would not be found again."""

    code = "ukey.label-too-long"
    happened = mark("UKEY 标签“{label}”过长，最多 32 个字节（约 10 个汉字）。")
    safe = mark("UKEY 没有初始化，也没有改动。")
    advice = mark("请改用单位标识或简称作为标签。")


class ModuleMissing(TokenError):
    """The UKEY driver (PKCS#11 module) is not installed or not usable."""

    code = "ukey.module-missing"
    happened = mark("没有找到可用的 UKEY 驱动“{name}”。")
    safe = mark("操作没有执行，原文件没有改动。")
    advice = mark("请安装 UKEY 随附的驱动程序，或在设置中指定驱动文件后重试。")


class WrongOwner(TokenError):
    """The UKEY belongs to another body."""

    code = "ukey.wrong-owner"
    happened = mark("插入的 UKEY 属于“{owner}”，不是“{expected}”。")
    advice = mark("请换用本单位的 UKEY 后重试。")


class KeyMissing(TokenError):
    """The UKEY holds no such key or certificate."""

    code = "ukey.key-missing"
    happened = mark("UKEY 中没有所需的证书或密钥。")
    advice = mark("请确认插入的是本单位的 UKEY；若证书已换发，请联系发放单位。")


class TrustError(Refused):
    """A certificate is not to be trusted for this. Its tree is in `signing.trust.errors`."""

    code = "trust.refused"
    indeterminate: ClassVar[bool] = False
    """Whether more information could still decide for trust; never shown as "invalid"."""
    happened = mark("证书不可信：{reason}")
    safe = mark("操作没有执行。")
    advice = mark("请同步通讯录和吊销列表后重试；若仍不可信，请联系证书发放单位。")


class SignatureInvalid(BadInput):
    """A signature does not match its bytes."""

    code = "signing.signature-invalid"
    happened = mark("签名与内容不符，内容可能被改动。")
    safe = mark("没有采信其中任何内容。")
    advice = mark("请勿据此办理，并与发出单位核对。")


class CapsuleError(BadInput):
    """An encrypted package could not be opened."""

    code = "signing.capsule"
    happened = mark("加密包无法打开：它不是发给本单位的，或已损坏。")
    safe = mark("没有写出任何内容，收到的原件仍在。")
    advice = mark("请确认使用的是收文单位的 UKEY；若仍打不开，请退回并请对方重发。")


class SealRefused(Refused):
    """The PDF may not be sealed as it stands; ``fault`` is a stable word for the reason."""

    code = "seal.refused"
    happened = mark("该文件不能加盖印章：{reason}")
    safe = mark("原文件没有改动。")
    advice = mark("请用本系统重新排版后再盖章。")

    def __init__(self, fault: str, detail: str = "", /, **values: object) -> None:
        self.fault = fault
        super().__init__(f"{fault}: {detail}" if detail else fault, **values)


class CmsRefused(BadInput):
    """A CMS that is not in the one form accepted here; ``fault`` is a stable word for it."""

    code = "signing.cms-refused"
    happened = mark("签名的结构不合要求（{reason}），不予采信。")
    safe = mark("没有采信其中任何内容。")
    advice = mark("请勿据此办理，并请发出单位重新签发。")

    def __init__(self, fault: str, /, **values: object) -> None:
        self.fault = fault
        super().__init__(fault, **values)


class WeakAlgorithm(BadInput):
    """An algorithm or key that is not strong enough, or not known."""

    code = "signing.weak-algorithm"
    happened = mark("签名使用的算法或密钥（{algorithm}）强度不足或不受支持。")
    safe = mark("没有采信其中任何内容。")
    advice = mark("请对方改用符合要求的证书重新签发。")


class NotAddressed(CapsuleError):
    """It names neither this body nor this UKEY."""

    code = "signing.not-addressed"
    happened = mark("该文件不是发给“{body}”的，或插入的 UKEY 不是收文单位的。")
    advice = mark("请换用收文单位的 UKEY；若收件单位有误，请退回。")


class EnvelopeMismatch(CapsuleError):
    """Header, capsule and payload do not belong together, or one was altered."""

    code = "signing.envelope-mismatch"
    happened = mark("加密包的{part}与已签名的路由信息不符，可能被改动或调换。")
    advice = mark("请重新下载；若仍不符，请勿据此办理，退回并请对方重发。")


class IssuerMismatch(BadInput):
    """Signed by somebody else than it says."""

    code = "signing.issuer-mismatch"
    happened = mark("签名证书属于“{owner}”，不是所声明的“{expected}”。")
    safe = mark("没有采信其中任何内容。")
    advice = mark("请勿据此办理，并与所声明的单位核对。")


class NoEncryptionCertificate(Refused):
    """A recipient to whom nothing can be encrypted."""

    code = "signing.no-encryption-certificate"
    happened = mark("“{body}”没有可用的加密证书，无法向其加密发送。")
    safe = mark("没有发送任何内容。")
    advice = mark("请同步通讯录；若仍没有，请联系该单位或证书发放单位。")


class NoKeyOfSuite(NoEncryptionCertificate):
    """A recipient who has encryption certificates, but none of the suite of this dispatch."""

    code = "signing.no-key-of-suite"
    happened = mark("“{body}”没有“{suite}”算法体系的加密证书，无法以该算法体系向其加密发送。")
    advice = mark("请改用双方都有证书的算法体系，或请该单位向证书发放单位申领。")


class SuiteMismatch(BadInput):
    """It says that it is of one algorithm suite, and uses another: a downgrade, or a fault."""

    code = "signing.suite-mismatch"
    happened = mark("声明的算法体系“{declared}”与实际使用的“{used}”不符。")
    safe = mark("没有采信其中任何内容。")
    advice = mark("请勿据此办理，并请发出单位按规定的算法体系重新签发。")
