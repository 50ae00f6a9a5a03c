"""What can go wrong before an SM2 key is even used.

YidaoError
├── GmUnavailable     no library on this machine knows SM2
└── GmSelfTestFailed  the library gives other results than the standard's examples
"""

from formats.errors import YidaoError
from formats.i18n import mark


class GmUnavailable(YidaoError):
    """No library on this machine knows SM2."""

    code = "gm.unavailable"
    happened = mark("本机没有支持国密 SM2 算法的密码库。")
    safe = mark("没有进行任何签名、验证或加密。")
    advice = mark("请安装 OpenSSL 3（libcrypto）后重试，或联系运维人员。")


class GmSelfTestFailed(YidaoError):
    """The library gives other results than the standard's examples; it is not used."""

    code = "gm.self-test"
    happened = mark("密码库的国密算法自检未通过（{algorithm}），已停止使用。")
    safe = mark("没有进行任何签名、验证或加密，文件没有改动。")
    advice = mark("请重新安装 OpenSSL 3（libcrypto）后重试；在此之前请勿使用国密证书办理公文。")
