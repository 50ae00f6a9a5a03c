"""Typesetting beside typst and xelatex on the same text; a live preview beside its limit.

`python -m benchmarks.typeset`. Peers: the `typst` wheel, as a whole process and warm; `xelatex`
with ctex and the same Fandol face. A peer that is not on the machine is said to be missing. Every
round of every figure sets new text, so that nobody lives off what is remembered; arms take turns.
Values and ratios are CPU time, which other work on the machine does not stretch; the wall time
of both stands in the note.
"""

import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

import msgspec

from formats.document.model import Block, Document, DocumentNumber
from formats.typeset.fontfiles import fonts_root, free_set
from formats.typeset.fonts import FontSet, load_fonts
from formats.typeset.typeset import typeset_pdf

ROUNDS: Final = 7
PARAGRAPHS: Final = 126
"""24 pages of 22 rows."""

PREVIEW_PARAGRAPHS: Final = 11
LIMIT: Final = "limit"
PREVIEW_LIMIT: Final = 0.060
"""Seconds for three pages: what is shown within it seems to follow the fingers."""

SENTENCE: Final = (
    "第{round}轮第{number}段：各级各部门要充分认识加强公文交换工作的重要意义，"
    "到2026年12月31日前完成“一网通办”平台（含3个子系统、128项接口）的联调，"
    "覆盖率达到95.5%以上，做到上下贯通、运转高效。"
)
TYPST_HEAD: Final = """#set page(width: 210mm, height: 297mm, numbering: "— 1 —",
  margin: (left: 28mm, right: 26mm, top: 37mm, bottom: 35mm))
#set text(font: "Yidao fang", size: 16pt, lang: "zh", tracking: -0.207pt)
#set par(justify: true, leading: 13.6pt, spacing: 13.6pt,
  first-line-indent: (amount: 2em, all: true))
"""
TYPST_RUN: Final = """import sys, typst
fonts = typst.Fonts(include_system_fonts=False, font_paths=[sys.argv[1]])
sys.stdout.buffer.write(typst.compile(sys.stdin.buffer.read(), font_paths=fonts))
"""
OUR_RUN: Final = """import sys
from formats.document.parse import parse_document
from formats.typeset.fonts import load_fonts
from formats.typeset.typeset import typeset_pdf
pdf, _ = typeset_pdf(parse_document(sys.stdin.buffer.read()), load_fonts(()))
sys.stdout.buffer.write(pdf)
"""
LATEX: Final = r"""\documentclass[UTF8,fontset=fandol]{ctexart}
\usepackage[paperwidth=210mm,paperheight=297mm,left=28mm,right=26mm,top=37mm,bottom=35mm]{geometry}
\begin{document}\fangsong\fontsize{16pt}{29.6pt}\selectfont
%s
\end{document}
"""

Arm = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class Took:
    """What one call, or the median one, took in seconds."""

    cpu: float
    wall: float


def main() -> None:
    """Print one JSON object a line."""
    fonts = load_fonts(())
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        compare(
            "typeset.24_pages_warm", lambda n: typeset_pdf(document(n), fonts),
            "typst, whole process", typst_process(work), goal=1.0, first=0,
            note="compose and write in a running program, beside the whole typst process",
        )  # fmt: skip
        compare(
            "typeset.24_pages_warm_both", lambda n: typeset_pdf(document(n), fonts),
            "typst, warm", typst_warm(work), goal=None, first=100,
            note="both in a running program; typst is compiled code, and does not tag its pages",
        )  # fmt: skip
        compare(
            "typeset.24_pages_cold", ours_process(work), "xelatex, whole process", xelatex(work),
            goal=0.5, first=200, note="whole processes: start, fonts, pages, file",
        )  # fmt: skip
        compare(
            "typeset.24_pages_command", our_command(work), "xelatex, whole process",
            xelatex(work), goal=0.5, first=500,
            note="yidao typeset as a person runs it, with intake, the machine's fonts and the XML",
        )  # fmt: skip
    preview(fonts)
    retyped(fonts)


def timed(call: Callable[[], object]) -> Took:
    """CPU time of this process and of those it waits for in the call; the time that passed.

    Where both arms are of one thread the ratio of their CPU times is that of their wall times on
    a quiet machine.
    """
    cpu, wall = spent(), time.perf_counter()
    call()
    return Took(spent() - cpu, time.perf_counter() - wall)


def spent() -> float:
    """Seconds of CPU time of this process and of those it has waited for."""
    own, waited = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + waited.ru_utime + waited.ru_stime


def median(times: list[Took]) -> Took:
    """The median of each."""
    return Took(
        statistics.median(took.cpu for took in times),
        statistics.median(took.wall for took in times),
    )


def document(number: int, paragraphs: int = PARAGRAPHS) -> Document:
    """The text of a round as a notice."""
    return Document(
        kind="notice",
        direction="down",
        issuers=("安徽省人民政府办公厅",),
        number=DocumentNumber(mark="皖政办", year=2026, serial=12),
        title="关于加强公文电子交换工作的通知",
        main_recipients=("各市、县人民政府",),
        body=tuple(Block(text=text) for text in texts(number, paragraphs)),
        issue_date=date(2026, 11, 23),
    )


def texts(number: int, paragraphs: int = PARAGRAPHS) -> list[str]:
    """The paragraphs of a round."""
    return [SENTENCE.format(round=number + 1, number=n) for n in range(paragraphs)]


def compare(
    name: str, ours: Arm, peer_name: str, peer: Arm | None, *,
    goal: float | None, first: int, note: str,
) -> None:  # fmt: skip
    """Both arms in turns on texts of their own number; the one before the first warms them."""
    times: tuple[list[Took], list[Took]] = ([], [])
    for number in range(first, first + ROUNDS + 1):
        for arm, found in zip((ours, peer), times, strict=True):
            if arm is not None:
                took = timed(partial(arm, number))
                if number > first:
                    found.append(took)
    if peer is None:
        note += f"; lacks the peer: {peer_name} is not on this machine"
        show(name, median(times[0]), None, None, goal=goal, note=note)
    else:
        show(name, median(times[0]), peer_name, median(times[1]), goal=goal, note=note)


def show(
    name: str, ours: Took, peer: str | None, other: Took | None, *, goal: float | None, note: str
) -> None:
    """One line."""
    wall = f"; wall {ours.wall:.3f} s"
    if other and peer != LIMIT:
        wall += f" beside {other.wall:.3f} s"
    line = {
        "name": name,
        "value": round(ours.cpu, 4),
        "unit": "s of CPU",
        "peer": peer,
        "peer_value": round(other.cpu, 4) if other else None,
        "ratio": round(ours.cpu / other.cpu, 3) if other else None,
        "goal": goal,
        "better": "lower",
        "runs": ROUNDS,
        "note": note + wall,
    }
    print(json.dumps(line, ensure_ascii=False), flush=True)


def preview(fonts: FontSet) -> None:
    """Three pages in a running editor, every round another text."""
    times = []
    for number in range(ROUNDS + 1):
        given = document(300 + number, PREVIEW_PARAGRAPHS)
        times.append(timed(partial(typeset_pdf, given, fonts)))
    show(
        "typeset.preview_3_pages", median(times[1:]), LIMIT, Took(PREVIEW_LIMIT, PREVIEW_LIMIT),
        goal=1.0, note="3 pages of new text, page to PDF, warm",
    )  # fmt: skip


def retyped(fonts: FontSet) -> None:
    """A sentence more in one paragraph of 24 pages, beside setting all of them anew."""
    again, whole = [], []
    for number in range(ROUNDS):
        base = document(400 + number)
        body = list(base.body)
        body[60] = Block(text=(body[60].text or "") + "请遵照执行。")
        changed = msgspec.structs.replace(base, body=tuple(body))
        whole.append(timed(partial(typeset_pdf, base, fonts)))
        again.append(timed(partial(typeset_pdf, changed, fonts)))
    show(
        "typeset.one_paragraph_retyped", median(again), "all paragraphs new", median(whole),
        goal=0.8,
        note="only that paragraph is broken again; placing and writing are done for all pages",
    )  # fmt: skip


def ours_process(work: Path) -> Arm:
    """Our whole process: start, fonts, pages, file."""
    from formats.document.parse import document_to_json  # noqa: PLC0415 - beside its only use

    command = [sys.executable, "-c", OUR_RUN]
    return lambda number: subprocess.run(
        command, input=document_to_json(document(number)), stdout=subprocess.PIPE,
        env=installed(work), check=True,
    )  # fmt: skip


def our_command(work: Path) -> Arm:
    """The same as a person has it."""
    from formats.document.parse import document_to_json  # noqa: PLC0415 - beside its only use

    source, output = work / "source.json", work / "output.pdf"
    command = [sys.executable, "-m", "desktop.cli", "typeset", str(source), "-o", str(output)]

    def run(number: int) -> object:
        source.write_bytes(document_to_json(document(number)))
        return subprocess.run(
            command, cwd=work, env=installed(work), stdout=subprocess.DEVNULL, check=True
        )

    return run


def installed(work: Path) -> dict[str, str]:
    """The environment in which our modules lie compiled, as an installer leaves them.

    The round that is not counted compiles them into ``work``.
    """
    return {
        **{key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"},
        "PYTHONPATH": str(Path(__file__).parents[1]),
        "PYTHONPYCACHEPREFIX": str(work / "compiled"),
    }


def typst_process(work: Path) -> Arm | None:
    """A process that does nothing but import typst, load the one font and compile."""
    folder = typst_fonts(work)
    if not has_typst() or folder is None:
        return None
    command = [sys.executable, "-c", TYPST_RUN, str(folder)]
    return lambda number: subprocess.run(
        command, input=typst_source(number), stdout=subprocess.PIPE, check=True
    )


def typst_warm(work: Path) -> Arm | None:
    """Typst in this process, its font loaded."""
    folder = typst_fonts(work)
    if not has_typst() or folder is None:
        return None
    import typst  # noqa: PLC0415 - the peer is optional

    world = typst.Fonts(include_system_fonts=False, font_paths=[str(folder)])
    return lambda number: typst.compile(typst_source(number), font_paths=world)


def typst_fonts(work: Path) -> Path | None:
    """A folder with the face of the text alone: typst reads all that it is shown."""
    free = free_set(fonts_root())
    if free is None:
        return None
    folder = work / "fonts"
    folder.mkdir(exist_ok=True)
    shutil.copyfile(free / "fang.ttf", folder / "fang.ttf")
    return folder


def has_typst() -> bool:
    """Whether the wheel is there."""
    try:
        import typst  # noqa: F401, PLC0415 - the peer is optional
    except ImportError:
        return False
    return True


def typst_source(number: int) -> bytes:
    """The round's text for typst."""
    return (TYPST_HEAD + "\n\n".join(texts(number))).encode()


def xelatex(folder: Path) -> Arm | None:
    """Xelatex on the round's text, once; its files go to ``folder``."""
    program = shutil.which("xelatex")
    if program is None:
        return None
    command = [program, "-interaction=batchmode", "-halt-on-error", "text.tex"]

    def run(number: int) -> object:
        words = "\n\n".join(text.replace("%", r"\%") for text in texts(number))
        (folder / "text.tex").write_text(LATEX % words, encoding="utf-8")
        return subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, check=True)

    return run


if __name__ == "__main__":
    main()
