"""Time-stamps from several authorities: the first answer that verifies wins (RFC 3161 2.2, 2.4).

How a question reaches an authority is passed in; this knows no network. An authority that is down,
refuses, answers another question or is not trusted is passed over for the next one, and when none
is left that is a coded error: whoever seals decides then whether to go on without a time.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass

from formats.errors import Refused, YidaoError
from formats.i18n import mark, tr
from formats.system import reason_of
from signing.timestamp import TimestampInvalid, TimestampSource, open_token, parse_request
from signing.trust.store import TrustStore


class TimestampsUnavailable(Refused):
    """No authority gave a time-stamp that verifies. ``faults`` says why, one after the other."""

    code = "timestamp.unavailable"
    happened = mark("没有取得可信时间戳：{faults}。")
    safe = mark("原文件没有改动。")
    advice = mark("请稍后重试；如不需要证明签发时间，可选择不加时间戳。")


@dataclass(frozen=True, slots=True)
class Authority:
    """A time-stamp authority: its name for people, and how it is asked.

    ``source`` may raise a `YidaoError` or an `OSError`; both mean that it is of no use now.
    """

    name: str
    source: TimestampSource


class TimestampClient:
    """A `TimestampSource` over several authorities. Usable from any thread.

    It keeps to the one that answered last, so that a batch does not wait for a dead one each time.
    """

    def __init__(self, authorities: Sequence[Authority], trust: TrustStore) -> None:
        """``authorities`` in the order in which they are asked; ``trust`` judges their answers."""
        self._order = tuple(authorities)
        self._trust = trust
        self._lock = threading.Lock()

    @property
    def authorities(self) -> tuple[Authority, ...]:
        """In the order in which they are asked now."""
        return self._order

    def __call__(self, request: bytes) -> bytes:
        """The DER TimeStampResp to a DER TimeStampReq, verified.

        Raises `TimestampsUnavailable`; `TimestampInvalid` for a request that is none.
        """
        parse_request(request)
        faults = []
        for authority in self._order:
            try:
                response = authority.source(request)
                self.check(request, response)
            except YidaoError as error:
                faults.append((authority.name, error.sentences()[0].rstrip("。."), error.code))
            except OSError as error:
                faults.append((authority.name, reason_of(error), type(error).__name__))
            else:
                self._prefer(authority)
                return response
        told = tr("；").join(f"{name}：{why}" for name, why, _ in faults) or tr("没有时间戳服务")
        raise TimestampsUnavailable("; ".join(code for *_, code in faults), faults=told)

    def check(self, request: bytes, response: bytes) -> None:
        """Whether a response answers that request and is to be believed.

        Raises `TimestampRefused`, `TimestampInvalid` or a `TrustError`.
        """
        asked, stamp = parse_request(request), open_token(response)
        if (stamp.imprint, stamp.suite, stamp.nonce) != (asked.imprint, asked.suite, asked.nonce):
            raise TimestampInvalid("answers another question")
        if asked.policy not in {None, stamp.policy}:
            raise TimestampInvalid("another policy")
        self._trust.check_suite(stamp.suite.name, stamp.at)
        self._trust.validate(stamp.certificate, stamp.at, "timestamp", stamp.certificates)

    def _prefer(self, authority: Authority) -> None:
        with self._lock:
            if self._order[0] is not authority:
                others = (other for other in self._order if other is not authority)
                self._order = (authority, *others)
