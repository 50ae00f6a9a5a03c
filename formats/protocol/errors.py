"""What can go wrong between a client and a node, or between two nodes.

YidaoError
└── ExchangeFailed
    ├── NodeUnreachable     no answer: the network, or the node, is down
    ├── NodeUntrusted       TLS: the other side is not the node it should be
    ├── NotTheProtocol      an answer that no node gives (a proxy's page, a cut body)
    ├── ServerBusy          the node asks to come back later; ``retry_after`` seconds
    ├── SessionEnded        the log-in has lapsed; log in again and repeat
    └── ServerRefused       the node refused, and says why
        ├── Conflict        another decision stands, or another content has that id
        └── NotThere        no such thing, or not for this body
"""

from formats.errors import YidaoError
from formats.i18n import mark
from formats.protocol.messages import Problem


class ExchangeFailed(YidaoError):
    """A call to a node that did not do what was asked."""

    code = "exchange.failed"
    happened = mark("与交换服务器的通信没有完成。")
    safe = mark("公文已保存在本机，没有丢失。")
    advice = mark("系统会自动重试；也可以稍后手动重试。")


class NodeUnreachable(ExchangeFailed):
    """No answer came."""

    code = "exchange.unreachable"
    happened = mark("未能连接交换服务器。")
    safe = mark("公文没有丢失；待发的已保存在发件箱，恢复后自动发送。")
    advice = mark("请检查网络设置，或稍后重试。")


class NodeUntrusted(ExchangeFailed):
    """The TLS certificate of the other side is not the expected one."""

    code = "exchange.untrusted"
    happened = mark("交换服务器的身份无法确认：其证书不在本机信任的范围内。")
    safe = mark("没有发送任何内容。")
    advice = mark("请不要继续，并联系运维人员核对服务器证书。")


def tls_failure(text: str) -> NodeUnreachable | NodeUntrusted:
    """What a failed TLS exchange means: a certificate that is refused, or a connection cut inside.

    ``text`` is what OpenSSL said; only its own word for a refused certificate is about trust.
    """
    return NodeUntrusted(text) if "CERTIFICATE_VERIFY_FAILED" in text else NodeUnreachable(text)


class NotTheProtocol(ExchangeFailed):
    """Something answered, but not a node of this network."""

    code = "exchange.not-the-protocol"
    happened = mark("对方的回答不是交换服务器的格式，可能被网络设备拦截或改动。")
    safe = mark("回答没有被采信，公文已保存在本机。")
    advice = mark("请检查服务器地址和网络代理设置后重试。")


class ServerBusy(ExchangeFailed):
    """The node is busy, draining or out of quota; the same request may be repeated later."""

    code = "exchange.busy"
    happened = mark("交换服务器暂时繁忙。")
    safe = mark("公文已保存在发件箱，稍后自动发送。")
    advice = mark("无需操作；{retry_after} 秒后会自动重试。")

    def __init__(self, detail: str = "", /, *, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(detail, retry_after=retry_after)


class SessionEnded(ExchangeFailed):
    """The session token is not valid (any more)."""

    code = "exchange.session-ended"
    happened = mark("登录已失效。")
    safe = mark("没有丢失任何内容。")
    advice = mark("请插入本单位的 UKEY 重新登录。")


class ServerRefused(ExchangeFailed):
    """The node refused; its own three sentences are repeated to the user."""

    code = "exchange.refused"
    happened = mark("{happened}")
    safe = mark("{safe}")
    advice = mark("{advice}")

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(
            f"{problem.status} {problem.code}: {problem.detail}",
            happened=problem.happened,
            safe=problem.safe,
            advice=problem.advice,
        )

    @property
    def reason(self) -> str:
        """The node's stable code, for example ``exchange.already-decided``."""
        return self.problem.code


class Conflict(ServerRefused):
    """409: another decision stands, or the id is taken by other content."""

    code = "exchange.conflict"


class NotThere(ServerRefused):
    """404: no such thing, or it is not for this body."""

    code = "exchange.not-there"
