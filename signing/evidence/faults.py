"""What can be wrong with evidence beyond its bytes.

EvidenceFault
├── ChainBroken      it names no earlier record, or counts wrongly
├── OutOfOrder       the event cannot follow the earlier ones
├── OtherDispatch    it speaks of another dispatch or header
├── WrongParty       its issuer has no part in that consignment
├── UnknownLog       the key of that log is not known
├── UnprovenTime     the certificate was revoked since, and no time-stamp shows it was signed before
└── MisnamedRecord   the file is named for another event
"""

from formats.errors import BadInput
from formats.i18n import mark


class EvidenceFault(BadInput):
    """A record that proves nothing here."""

    code = "evidence.fault"
    happened = mark("存证记录不能采信。")
    safe = mark("没有采信该记录。")
    advice = mark("请勿据此办理，并把错误代码告诉管理员。")


class ChainBroken(EvidenceFault):
    """It names no earlier record, or counts wrongly."""

    code = "evidence.chain-broken"
    happened = mark("存证链断开：该记录所接续的前一条记录缺失或不符。")
    advice = mark("请索取完整的存证包后重新核验。")


class OutOfOrder(EvidenceFault):
    """The event cannot follow the earlier ones."""

    code = "evidence.out-of-order"
    happened = mark("存证顺序不合规则：“{event}”不能发生在此前的环节之后。")


class OtherDispatch(EvidenceFault):
    """It speaks of another dispatch or header."""

    code = "evidence.other-dispatch"
    happened = mark("该记录所指的不是这一件公文。")


class WrongParty(EvidenceFault):
    """Its issuer has no part in that consignment."""

    code = "evidence.wrong-party"
    happened = mark("“{issuer}”无权就该投递件作出“{event}”的记录。")


class UnknownLog(EvidenceFault):
    """The key of that log is not known."""

    code = "evidence.unknown-log"
    happened = mark("没有节点 {node} 存证日志的公钥，无法核验。")
    advice = mark("请同步通讯录后重试。")


class UnprovenTime(EvidenceFault):
    """The certificate was revoked since, and no time-stamp shows it was signed before."""

    code = "evidence.unproven-time"
    happened = mark("签名证书后来被吊销，而该记录没有时间戳，无法证明签于吊销之前。")


class MisnamedRecord(EvidenceFault):
    """The file is named for another event."""

    code = "evidence.misnamed-record"
    happened = mark("文件名与其中记录的事件（{event}）不符。")
