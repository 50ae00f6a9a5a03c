"""Some 30 pages typeset warm, beside typst setting the same text in the same font.

`python -m benchmarks.typeset`; the peer is the `typst` wheel (0.15 or later), used when it is
importable. Every round sets new text, so that neither side lives off what it remembers.
"""

import json
import statistics
import time
from collections.abc import Callable
from datetime import date
from typing import Final

from formats.document.model import Attachment, Block, Document, DocumentNumber
from formats.typeset.fontfiles import fonts_root, free_set
from formats.typeset.fonts import load_fonts
from formats.typeset.typeset import typeset_pdf

ROUNDS: Final = 7
GOAL: Final = 3.0
"""typst is compiled code; a preview stays immediate within three times its time."""

PARAGRAPHS: Final = 150
SENTENCE: Final = (
    "第{round}轮第{number}段：各级各部门要充分认识加强公文交换工作的重要意义，"
    "到2026年12月31日前完成“一网通办”平台（含3个子系统、128项接口）的联调，"
    "覆盖率达到95.5%以上，做到上下贯通、运转高效。"
)
PEER_HEAD: Final = """#set page(width: 210mm, height: 297mm, numbering: "— 1 —",
  margin: (left: 28mm, right: 26mm, top: 37mm, bottom: 35mm))
#set text(font: "Yidao fang", size: 16pt, lang: "zh", tracking: -0.207pt)
#set par(justify: true, leading: 13.6pt, spacing: 13.6pt,
  first-line-indent: (amount: 2em, all: true))
"""


def main() -> None:
    """Print one JSON object a line."""
    ours = _ours()
    peer = _typst()
    times: dict[str, list[float]] = {"ours": [], "peer": []}
    for number in range(-1, ROUNDS):
        for name, arm in (("ours", ours), ("peer", peer)):
            if arm is not None:
                texts = _texts(number)
                began = time.perf_counter()
                arm(texts)
                if number >= 0:  # the first round warms both
                    times[name].append(time.perf_counter() - began)
    value = statistics.median(times["ours"])
    other = statistics.median(times["peer"]) if times["peer"] else None
    line = {
        "name": "typeset.30_pages_warm",
        "value": round(value, 4),
        "unit": "s",
        "peer": "typst" if other else None,
        "peer_value": round(other, 4) if other else None,
        "ratio": round(value / other, 3) if other else None,
        "goal": GOAL,
        "better": "lower",
        "runs": ROUNDS,
        "note": "compose and write, warm, new text each round"
        if other
        else "lacks the peer: the typst wheel is not importable",
    }
    print(json.dumps(line, ensure_ascii=False))


def _texts(number: int) -> list[str]:
    return [SENTENCE.format(round=number + 1, number=n) for n in range(PARAGRAPHS)]


def _ours() -> Callable[[list[str]], object]:
    fonts = load_fonts(())

    def run(texts: list[str]) -> object:
        document = Document(
            kind="notice",
            direction="down",
            issuers=("安徽省人民政府办公厅",),
            number=DocumentNumber(mark="皖政办", year=2026, serial=12),
            title="关于加强公文电子交换工作的通知",
            body=(Block(text="现印发给你们，请认真贯彻执行。"),),
            attachments=(Attachment(title="方案", body=tuple(Block(text=t) for t in texts)),),
            issue_date=date(2026, 11, 23),
        )
        return typeset_pdf(document, fonts)

    return run


def _typst() -> Callable[[list[str]], object] | None:
    """Set the same paragraphs with typst, or None when it is not there."""
    try:
        import typst  # type: ignore[import-not-found]  # noqa: PLC0415 - the peer is optional
    except ImportError:
        return None
    folder = free_set(fonts_root())
    world = typst.Fonts(include_system_fonts=False, font_paths=[str(folder)])

    def run(texts: list[str]) -> object:
        return typst.compile((PEER_HEAD + "\n\n".join(texts)).encode(), font_paths=world)

    return run


if __name__ == "__main__":
    main()
