"""The fifteen 文种 as data: what each is called, which way it may go, what it must carry.

条例 (中办发〔2012〕14号) article 8 names them; the directions are the practice that articles 13 to
17 leave room for. ``usual`` is what an editor offers first.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, get_args

from formats.document.model import Direction, Format, Kind
from formats.i18n import mark


@dataclass(frozen=True, slots=True)
class KindFacts:
    """What is fixed for one 文种."""

    chinese: str
    directions: tuple[Direction, ...]
    """Allowed 行文方向, the usual one first."""
    item: str
    """Of 条例 article 8."""
    needs_recipients: bool = True
    """Whether 主送 must be there; what is made public to all has none."""
    needs_number: bool = True
    """Whether 发文字号 must be there."""
    seal_optional: bool = False
    """Whether it may go out without a seal (条例 9(十三), GB/T 9704-2012 7.3.5)."""
    personal: bool = False
    """Whether the head of the body signs it himself (签名章)."""
    public: bool = False
    """Whether it is made known to the public as a rule."""
    answers: Kind | None = None
    """The 文种 it answers; such a document names the number of that one."""
    format: Format = "general"
    """The usual 格式 of GB/T 9704-2012."""

    @property
    def clause(self) -> str:
        """Where the 条例 describes it."""
        return f"条例第八条（{self.item}）"


KINDS: Final[Mapping[Kind, KindFacts]] = MappingProxyType(
    {
        "resolution": KindFacts(
            mark("决议"),
            ("down",),
            "一",
            needs_recipients=False,
            needs_number=False,
            seal_optional=True,
            public=True,
        ),
        "decision": KindFacts(mark("决定"), ("down",), "二"),
        "order": KindFacts(
            mark("命令（令）"),
            ("down",),
            "三",
            needs_recipients=False,
            personal=True,
            public=True,
            format="order",
        ),
        "communique": KindFacts(
            mark("公报"),
            ("down",),
            "四",
            needs_recipients=False,
            needs_number=False,
            seal_optional=True,
            public=True,
        ),
        "announcement": KindFacts(
            mark("公告"), ("down",), "五", needs_recipients=False, needs_number=False, public=True
        ),
        "public_notice": KindFacts(
            mark("通告"), ("down",), "六", needs_recipients=False, needs_number=False, public=True
        ),
        "opinion": KindFacts(mark("意见"), ("down", "up", "parallel"), "七"),
        "notice": KindFacts(mark("通知"), ("down", "parallel"), "八"),
        "circular": KindFacts(mark("通报"), ("down", "parallel"), "九"),
        "report": KindFacts(mark("报告"), ("up",), "十"),
        "request": KindFacts(mark("请示"), ("up",), "十一"),
        "reply": KindFacts(mark("批复"), ("down",), "十二", answers="request"),
        "motion": KindFacts(mark("议案"), ("up", "parallel"), "十三", personal=True),
        "letter": KindFacts(mark("函"), ("parallel", "down"), "十四", format="letter"),
        "minutes": KindFacts(
            mark("纪要"),
            ("down", "parallel", "up"),
            "十五",
            needs_recipients=False,
            seal_optional=True,
            format="minutes",
        ),
    }
)

DIRECTIONS: Final[Mapping[Direction, str]] = MappingProxyType(
    {"up": mark("上行文"), "down": mark("下行文"), "parallel": mark("平行文")}
)


def kind_of_title(title: str) -> Kind | None:
    """The 文种 that a title ends with, for example 关于…的通知; the longest name wins."""
    stem = title.strip().rstrip("）)").rsplit("（", 1)[0].rsplit("(", 1)[0] or title
    for text in (title.strip(), stem.strip()):
        for kind, name in _ENDINGS:
            if text.endswith(name):
                return kind
    return None


_ENDINGS: Final[tuple[tuple[Kind, str], ...]] = tuple(
    sorted(
        [(kind, KINDS[kind].chinese) for kind in get_args(Kind) if kind != "order"]
        + [("order", "命令"), ("order", "令")],
        key=lambda pair: -len(pair[1]),
    )
)
