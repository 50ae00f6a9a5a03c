"""`python -m tools.gallery [-o FOLDER] [CASE…]`: the cases as PDF and PNG, with a contact sheet.

Each case is composed, written and checked: as many sides as declared, no undeclared notice that
matters, nothing found by the layout check, no ink outside the core. Poppler draws its pages. Exit 1
when a case is not as it should be.
"""

import argparse
import html
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from formats.document.xml import to_xml
from formats.i18n import use_language
from formats.typeset.compose import compose
from formats.typeset.fonts import FontSet, load_fonts
from formats.typeset.separate import compose_separate, separate_numbers
from formats.write.pdf import write_pdf
from tools.gallery.cases import Case, cases
from tools.gallery.check import composed_faults, ink_faults, measured_faults
from tools.gallery.sealing import Sealer

DPI = 75
FOLDER = Path(__file__).resolve().parents[2] / "build" / "gallery"


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the gallery."""
    parser = argparse.ArgumentParser(prog="python -m tools.gallery")
    parser.add_argument("-o", "--output", type=Path, default=FOLDER)
    parser.add_argument("names", nargs="*", metavar="CASE")
    given = parser.parse_args(arguments)
    use_language("zh")
    chosen = [case for case in cases() if not given.names or case.name in given.names]
    fonts = load_fonts(())
    given.output.mkdir(parents=True, exist_ok=True)
    wrong = 0
    sheet = []
    with tempfile.TemporaryDirectory() as keys:
        sealer = Sealer(Path(keys))
        for case in chosen:
            faults, pictures = make(case, fonts, given.output, sealer)
            wrong += bool(faults)
            sheet.append(_row(case, faults, pictures))
            sign = "!" if faults else "·"
            print(f"{sign} {case.name}  {case.caption}  {'；'.join(faults)}", flush=True)
    page = "<!doctype html><meta charset=utf-8><title>公文版式图例</title>" + "".join(sheet)
    (given.output / "index.html").write_text(page, encoding="utf-8")
    print(f"{len(chosen)} 例，{wrong} 例有问题：{given.output / 'index.html'}")
    sys.exit(1 if wrong else 0)


def make(case: Case, fonts: FontSet, folder: Path, sealer: Sealer) -> tuple[list[str], list[Path]]:
    """Write a case's files; what is wrong with it, and its pictures."""
    composition = compose(case.document, fonts)
    faults = composed_faults(case, composition)
    title = case.document.title
    files = [(case.name, write_pdf(composition, fonts, title=title, xml=to_xml(case.document)))]
    for number in separate_numbers(case.document):
        apart = compose_separate(case.document, number, fonts)
        files.append((f"{case.name}-附件{number}", write_pdf(apart, fonts, title=title)))
    pictures: list[Path] = []
    for name, pdf in files:
        faults += measured_faults(pdf)
        done = sealer.seal(pdf) if case.sealed else pdf
        letter = case.document.format == "letter" and name == case.name
        faults += ink_faults(done, letter=letter)
        path = folder / f"{name}.pdf"
        path.write_bytes(done)
        for old in folder.glob(f"{name}-p-*.png"):
            old.unlink()
        subprocess.run(
            ["pdftoppm", "-r", str(DPI), "-png", str(path), str(folder / f"{name}-p")], check=True
        )
        pictures += sorted(folder.glob(f"{name}-p-*.png"))
    return faults, pictures


def _row(case: Case, faults: Sequence[str], pictures: Sequence[Path]) -> str:
    images = "".join(
        f'<img loading=lazy height=420 style="border:1px solid #ccc" src="{path.name}">'
        for path in pictures
    )
    told = f"<p style='color:#b00'>{html.escape('；'.join(faults))}</p>" if faults else ""
    return f"<h2>{html.escape(case.caption)} <small>{case.name}</small></h2>{told}{images}"


if __name__ == "__main__":
    main()
