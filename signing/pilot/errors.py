"""What an operator may ask of the pilot CA that cannot be certified.

Refused
├── BadBodyId   the text is not the id of a body
├── BadNodeId   the text is not the id of a node
├── BadName     a name that a certificate has no room for
├── BadHost     the text is neither a host name nor an address
└── BadReason   the text is not a reason for a revocation
"""

from formats.errors import Refused
from formats.i18n import mark


class BadBodyId(Refused):
    """The text is not the id of a body."""

    code = "pilot.bad-body-id"
    happened = mark("“{body}”不是有效的单位标识，应形如 340000.bgt。")
    safe = mark("没有签发任何证书。")
    advice = mark("请核对单位标识后重试。")


class BadNodeId(Refused):
    """The text is not the id of a node."""

    code = "pilot.bad-node-id"
    happened = mark("“{node}”不是有效的节点标识，应为六位行政区划代码。")
    safe = mark("没有签发任何证书。")
    advice = mark("请核对节点标识后重试，例如 340000。")


class BadName(Refused):
    """A name that is empty, too long for a certificate (RFC 5280 appendix A.1) or unprintable."""

    code = "pilot.bad-name"
    happened = mark("名称为空、含有不可见字符，或超过 {limit} 个字，不能写入证书。")
    safe = mark("没有签发任何证书。")
    advice = mark("请改用单位的全称或规范化简称。")


class BadHost(Refused):
    """The text is neither a host name (RFC 1123 2.1) nor an address."""

    code = "pilot.bad-host"
    happened = mark("“{host}”不是主机名或地址。")
    safe = mark("没有签发任何证书。")
    advice = mark("主机名只用字母、数字、连字符和点；中文域名请写成 xn-- 形式。")


class BadReason(Refused):
    """The text is not a reason of RFC 5280 5.3.1."""

    code = "pilot.bad-reason"
    happened = mark("“{reason}”不是有效的吊销原因。")
    safe = mark("没有吊销任何证书。")
    advice = mark("可用的原因：{known}。")
