"""A verdict as a card: a word, a picture, a sentence, what may be done, and everything behind it.

Five states, five words and five shapes of picture: whoever sees no colours, or hears the screen
read aloud, is told the same. Only what the verdict itself holds is shown; a fact that it does not
have is left out, never guessed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from desktop.presenters.states import BEIJING, VERDICT_TONES, Tone
from desktop.services.rows import VerdictStatus
from formats.i18n import mark, tr
from signing.verdict.report import Level, SignatureReport, Verdict

WORDS: Final[dict[VerdictStatus, str]] = {
    "green": mark("签名有效"),
    "green-b": mark("签名有效，时间未经证明"),
    "blue": mark("签名有效，之后有许可的补充"),
    "amber": mark("暂不能确认"),
    "red": mark("不可信"),
}
"""The state in words; no two begin alike where one may be acted upon and the other may not."""

MAY_ACT: Final[dict[VerdictStatus, str]] = {
    "green": mark("可以办理"),
    "green-b": mark("可以办理"),
    "blue": mark("可以办理"),
    "amber": mark("先核实，暂勿办理"),
    "red": mark("请勿办理"),
}

PICTURES: Final[dict[VerdictStatus, str]] = {
    "green": "state-green",
    "green-b": "state-green-b",
    "blue": "state-blue",
    "amber": "state-amber",
    "red": "state-red",
}
"""A full disc, an open ring, a square, a triangle, an octagon: each a shape of its own."""

EDGES: Final[dict[VerdictStatus, str]] = {
    "green": "4px solid",
    "green-b": "4px solid",
    "blue": "4px solid",
    "amber": "4px dashed",
    "red": "6px double",
}
"""How the edge is drawn: one line, a broken one, two."""

KINDS: Final = {
    "certification": mark("发文机关印章（认证签名）"),
    "approval": mark("联合行文或会签机关印章"),
    "timestamp": mark("存档时间戳"),
    "package": mark("文件包签名"),
}

ALGORITHMS: Final = {
    "sm2-sm3": mark("国密：SM2 密钥，SM3 摘要"),
    "ecdsa-sha256": mark("国际：ECDSA P-256 密钥，SHA-256 摘要"),
    "rsa-sha256": mark("国际：RSA 密钥，SHA-256 摘要"),
}

LEVELS: Final[dict[Level, str]] = {
    "B-B": mark("基本级：没有时间戳"),
    "B-T": mark("时间级：有时间戳"),
    "B-LT": mark("长期级：有时间戳，附验证资料"),
    "B-LTA": mark("存档级：有时间戳和验证资料，并有存档时间戳"),
}

_SHORT: Final = 16
"""Hexadecimal digits of a digest that are shown, in fours; the report has them all."""


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """One reason: its code, for whoever asks further, and its sentence."""

    code: str
    text: str
    tone: Tone
    word: str
    """How heavy it weighs, in words."""


@dataclass(frozen=True, slots=True)
class SignatureCard:
    """One seal, signature or time-stamp."""

    title: str
    tone: Tone
    picture: str
    word: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CardState:
    """The whole verdict as the screen shows it."""

    status: VerdictStatus
    tone: Tone
    picture: str
    word: str
    may_act: str
    sentence: str
    advice: str
    reasons: tuple[ReasonLine, ...]
    signatures: tuple[SignatureCard, ...]
    document: tuple[tuple[str, str], ...]
    added: bool
    """Whether something was added after the issuing body's seal, so the original can be seen."""

    @property
    def spoken(self) -> str:
        """What a screen reader says of it first: state, consequence, sentence."""
        return tr(
            "{word}，{act}。{sentence}", word=self.word, act=self.may_act, sentence=self.sentence
        )


def card_of(verdict: Verdict, pdf_size: int | None = None) -> CardState:
    """The card of a verdict. ``pdf_size``: of the PDF, where the verdict is on its package."""
    status = verdict.status
    size = verdict.size if pdf_size is None else pdf_size
    return CardState(
        status=status,
        tone=VERDICT_TONES[status],
        picture=PICTURES[status],
        word=tr(WORDS[status]),
        may_act=tr(MAY_ACT[status]),
        sentence=verdict.sentence,
        advice=verdict.advice,
        reasons=tuple(
            ReasonLine(r.code, r.text, VERDICT_TONES[r.status], tr(WORDS[r.status]))
            for r in verdict.reasons
        ),
        signatures=tuple(
            _signature(report, several=len(verdict.signatures) > 1) for report in verdict.signatures
        ),
        document=tuple(_kept(_document(verdict))),
        added=0 < verdict.issued < size,
    )


def _signature(report: SignatureReport, *, several: bool) -> SignatureCard:
    facts = [*_facts(report)]
    if several:  # else the reasons above speak of no other
        facts.append((tr("问题"), tr("；").join(r.text for r in report.reasons)))
    return SignatureCard(
        title=tr(KINDS[report.kind]),
        tone=VERDICT_TONES[report.status],
        picture=PICTURES[report.status],
        word=tr(WORDS[report.status]),
        facts=tuple(_kept(facts)),
    )


def _facts(report: SignatureReport) -> Iterable[tuple[str, str]]:
    """Who, with which key, when, by whose word."""
    yield tr("签发单位"), _named(report.body, report.body_id)
    yield tr("证书序列号"), report.serial
    yield tr("证书签发机构"), report.issuer
    yield tr("交叉认证"), report.neighbour
    yield tr("密码算法"), _algorithm(report)
    if (seal := report.eseal) is not None:
        kind = tr("签名章") if seal.personal else tr("电子印章")
        yield kind, tr("{name}（编号 {id}）", name=seal.name, id=seal.id)
        yield tr("制章机构"), seal.maker
        term = tr("{since} 至 {until}", since=_day(seal.since), until=_day(seal.until))
        yield tr("印章有效期"), term
        yield tr("骑缝章"), tr("每一页都有") if seal.riding else ""
    elif any(r.code == "seal-unbound" for r in report.reasons):
        yield tr("电子印章"), tr("没有，所见印章只是图片")
    yield tr("签发时间"), to_the_second(report.time)
    yield tr("时间由谁证明"), _time_source(report)
    yield tr("吊销状态"), _revocation(report)
    if report.pages and report.status != "red":  # what is false vouches for nothing
        yield tr("签名覆盖"), tr("{pages} 页，{size} 字节", pages=report.pages, size=report.covers)


def _algorithm(report: SignatureReport) -> str:
    return tr(ALGORITHMS[report.algorithm]) if report.algorithm in ALGORITHMS else ""


def _revocation(report: SignatureReport) -> str:
    """Whose word on revocation was asked, and how old it is."""
    if report.revocation_as_of is None:
        return ""
    return tr(
        "未吊销；依据签发机构的吊销列表或应答，最早一份发布于 {time}",
        time=to_the_second(report.revocation_as_of),
    )


def _day(instant: datetime) -> str:
    return instant.astimezone(BEIJING).strftime("%Y-%m-%d")


def _time_source(report: SignatureReport) -> str:
    if report.time is None:
        return ""
    if not report.proven:
        return tr("无时间戳，为签名人自报")
    if report.authority:
        return tr("时间戳，由“{authority}”签发", authority=report.authority)
    return tr("交换节点的回执")


def _document(verdict: Verdict) -> Iterable[tuple[str, str]]:
    genuine = verdict.status != "red"  # else the seal vouches for nothing
    if genuine and verdict.signed_pages:
        yield tr("印章担保的页数"), tr("{pages} 页", pages=verdict.signed_pages)
    if genuine and verdict.seal is not None:
        yield tr("签名级别"), f"{verdict.level}  {tr(LEVELS[verdict.level])}"
    algorithm, _, value = verdict.digest.partition(":")
    yield tr("文件摘要"), f"{algorithm.upper()}  {fours(value[:_SHORT])} …"
    yield tr("验证时间"), to_the_second(verdict.verified_at)


def fours(digits: str) -> str:
    """Digits in groups of four, as people compare them."""
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def to_the_second(instant: datetime | None) -> str:
    """A point in time to the second, in Beijing time; empty when there is none."""
    if instant is None:
        return ""
    return tr("{time}（北京时间）", time=instant.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S"))


def _named(name: str, identifier: str) -> str:
    return f"{name}（{identifier}）" if name and identifier else name or identifier


def _kept(pairs: Iterable[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    return ((name, value) for name, value in pairs if value)
