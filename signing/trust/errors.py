"""Why a certificate is not trusted, each reason with a code of its own.

TrustError
├── Expired             at that time its validity, or an issuer's, had ended
├── NotYetValid         at that time it had not begun
├── Revoked             it, or an issuer, was revoked before that time
├── WrongUsage          it is not for this use
├── WeakCertificate     its key or its issuer's signature is not strong enough
├── BadPath             a path to an anchor exists, and breaks a rule of RFC 5280
├── SuiteRetired        acts in that suite are accepted no longer, or never were
└── Undecided           not refused: something needed to decide is missing
    ├── UnknownIssuer        no path leads to a trust anchor
    ├── RevocationMissing    there is no revocation list of an issuer
    └── RevocationStale      the newest list does not cover that time
"""

from typing import ClassVar

from formats.i18n import mark
from signing.errors import TrustError


class Expired(TrustError):
    """At that time its validity, or an issuer's, had ended."""

    code = "trust.expired"
    happened = mark("证书“{name}”在 {at} 已过有效期（有效期至 {until}）。")
    advice = mark("请签发单位换用有效的证书；如签名带有可信时间戳，请按签名时间核验。")


class NotYetValid(TrustError):
    """At that time its validity, or an issuer's, had not begun."""

    code = "trust.not-yet-valid"
    happened = mark("证书“{name}”在 {at} 尚未生效（{since} 起有效）。")
    advice = mark("请先核对本机时间；时间无误时请联系证书发放单位。")


class Revoked(TrustError):
    """It, or an issuer, was revoked before that time."""

    code = "trust.revoked"
    happened = mark("证书“{name}”已于 {revoked} 被吊销。")
    advice = mark("请勿采信此后用该证书所作的签名，并联系对方换用新证书。")


class WrongUsage(TrustError):
    """It is not for this use."""

    code = "trust.wrong-usage"
    happened = mark("证书“{name}”的用途不符，不能用于{usage}。")
    advice = mark("请换用正确用途的证书；签名证书与加密证书不能互换。")


class WeakCertificate(TrustError):
    """Its key or its issuer's signature is not strong enough, or of an unknown kind."""

    code = "trust.weak"
    happened = mark("证书“{name}”的算法或密钥强度不足，或不受支持。")
    advice = mark("请联系证书发放单位换发符合要求的证书。")


class BadPath(TrustError):
    """A path to an anchor exists, and breaks a rule of RFC 5280."""

    code = "trust.bad-path"
    happened = mark("证书“{name}”的签发关系不合规定，不予采信。")
    advice = mark("请勿采信，并联系证书发放单位核实。")


class SuiteRetired(TrustError):
    """The directory's policy does not accept acts of that time in that suite (a downgrade).

    ``until`` is empty where the suite was never accepted.
    """

    code = "trust.suite-retired"
    happened = mark("本网络在 {at} 不采信“{suite}”算法体系的签名和加密（采信截止：{until}）。")
    advice = mark("请对方改用通讯录规定的算法体系重新签发。")


class Undecided(TrustError):
    """Something needed to decide is missing; neither trusted nor refused."""

    code = "trust.undecided"
    indeterminate: ClassVar[bool] = True
    happened = mark("暂不能确认证书“{name}”是否可信。")
    advice = mark("请同步通讯录和吊销列表后重试。")


class UnknownIssuer(Undecided):
    """No path leads to a trust anchor."""

    code = "trust.unknown-issuer"
    happened = mark("暂不能确认：证书“{name}”的签发机构“{issuer}”不在信任列表中。")
    advice = mark("请核实该机构后由管理员加入信任列表，或请对方换用受信任的证书。")


class RevocationMissing(Undecided):
    """There is no revocation list of an issuer."""

    code = "trust.revocation-missing"
    happened = mark("暂不能确认：没有签发机构“{issuer}”的吊销列表。")
    advice = mark("请同步通讯录，或导入该机构的吊销列表后重试。")


class RevocationStale(Undecided):
    """The newest revocation list of an issuer does not cover that time."""

    code = "trust.revocation-stale"
    happened = mark("暂不能确认：签发机构“{issuer}”的吊销列表已过期（有效至 {until}）。")
    advice = mark("请同步通讯录，或导入该机构最新的吊销列表后重试。")
