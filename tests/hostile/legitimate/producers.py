"""PDFs as different programs write them, in every form of cross-reference."""

import io
import os
import shutil
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pikepdf
import pypdfium2
import typst
from PyQt6.QtCore import QMarginsF
from PyQt6.QtGui import QPageLayout, QPageSize, QPainter, QPdfWriter
from reportlab.lib.pagesizes import A3, A4, landscape
from reportlab.pdfgen.canvas import Canvas

from formats.document.model import Block, Document, DocumentNumber
from formats.typeset.fonts import load_fonts
from formats.typeset.typeset import typeset_pdf
from tests.hostile.attacks.sealed import NAMES, PROVINCE, rich_pdf
from tests.support.sealed import plain_pdf

Produce = Callable[[Path], bytes]
"""From a folder of its own to the PDF."""

PRODUCERS: dict[str, Produce] = {}


def producer(make: Produce) -> Produce:
    """Enter a producer under its name."""
    PRODUCERS[make.__name__] = make
    return make


def _canvas(draw: Callable[[Canvas], object], size: tuple[float, float] = A4, **how: int) -> bytes:
    sink = io.BytesIO()
    canvas = Canvas(sink, pagesize=size, invariant=1, **how)
    draw(canvas)
    canvas.save()
    return sink.getvalue()


def _saved(
    pdf: bytes, change: Callable[[pikepdf.Pdf], object] | None = None, **how: object
) -> bytes:
    sink = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        if change is not None:
            change(opened)
        opened.save(sink, **how)  # type: ignore[arg-type] # pikepdf's own options
    return sink.getvalue()


def _run(folder: Path, *command: str, name: str = "out.pdf") -> bytes:
    environment = {**os.environ, "TMPDIR": str(folder)}
    subprocess.run(
        command, cwd=folder, env=environment, check=True, capture_output=True, timeout=120
    )
    return (folder / name).read_bytes()


# --- our own writer and reportlab -----------------------------------------------------------------


@producer
def our_own_notice(_: Path) -> bytes:
    """A notice set and written here: tagged, PDF/A, with slots and structured XML."""
    document = Document(
        kind="notice",
        format="general",
        direction="down",
        issuers=(NAMES[PROVINCE],),
        number=DocumentNumber(mark="皖政办", year=2026, serial=7),
        title="关于做好试点工作的通知",
        main_recipients=("各市人民政府",),
        body=(Block(text="现就有关事项通知如下。"),),
        issue_date=date(2026, 11, 23),
    )
    return typeset_pdf(document, load_fonts(()))[0]


@producer
def reportlab_plain(_: Path) -> bytes:
    """Two pages, compressed."""
    return plain_pdf()


@producer
def reportlab_one_page(_: Path) -> bytes:
    """One page, not compressed."""
    return _canvas(lambda canvas: canvas.drawString(80, 700, "one page"), pageCompression=0)


@producer
def reportlab_long(_: Path) -> bytes:
    """Four hundred pages."""
    return plain_pdf(400)


@producer
def reportlab_landscape(_: Path) -> bytes:
    """A landscape page."""
    return _canvas(lambda canvas: canvas.drawString(80, 400, "wide"), landscape(A4))


@producer
def reportlab_large(_: Path) -> bytes:
    """A page of A3."""
    return _canvas(lambda canvas: canvas.drawString(80, 400, "large"), A3)


@producer
def reportlab_rich(_: Path) -> bytes:
    """A link, an outline, XMP, names, a title in the window."""
    return rich_pdf()


@producer
def reportlab_with_a_picture(tmp: Path) -> bytes:
    """A scan with a soft mask and a form XObject."""

    def draw(canvas: Canvas) -> None:
        canvas.beginForm("head")
        canvas.drawString(80, 800, "head")
        canvas.endForm()
        canvas.doForm("head")
        canvas.drawImage(str(_picture(tmp)), 80, 500, 100, 100, mask="auto")
        canvas.linkURL("https://www.example.org/", (80, 400, 200, 420))

    return _canvas(draw)


def _picture(folder: Path) -> Path:
    from PIL import Image  # noqa: PLC0415 - one producer needs it

    path = folder / "scan.png"
    Image.new("RGBA", (60, 60), (200, 30, 30, 128)).save(path)
    return path


# --- other programs -------------------------------------------------------------------------------


@producer
def libreoffice(tmp: Path) -> bytes:
    """A page of text exported by LibreOffice."""
    (tmp / "out.html").write_text("<h1>关于做好试点工作的通知</h1><p>各市人民政府：</p>", "utf-8")
    profile = f"-env:UserInstallation=file://{tmp / 'profile'}"
    return _run(tmp, "soffice", profile, "--headless", "--convert-to", "pdf", "out.html")


@producer
def libreoffice_tagged(tmp: Path) -> bytes:
    """The same as PDF/A-2, tagged."""
    (tmp / "out.html").write_text("<h1>关于做好试点工作的通知</h1><p>各市人民政府：</p>", "utf-8")
    profile = f"-env:UserInstallation=file://{tmp / 'profile'}"
    form = 'pdf:writer_pdf_Export:{"SelectPdfVersion":{"type":"long","value":"2"}}'
    return _run(tmp, "soffice", profile, "--headless", "--convert-to", form, "out.html")


@producer
def xelatex(tmp: Path) -> bytes:
    """LaTeX: object streams, a place to open at, as hyperref writes it."""
    (tmp / "out.tex").write_text(
        r"\documentclass{article}\begin{document}\section{Notice}"
        r"\special{pdf:put @catalog << /OpenAction [@thispage /Fit] >>}\newpage two\end{document}"
    )
    return _run(tmp, "xelatex", "-interaction=batchmode", "out.tex")


@producer
def ghostscript(tmp: Path) -> bytes:
    """Written anew by Ghostscript."""
    (tmp / "in.pdf").write_bytes(rich_pdf())
    return _run(tmp, "gs", "-q", "-sDEVICE=pdfwrite", "-o", "out.pdf", "in.pdf")


@producer
def cairo(tmp: Path) -> bytes:
    """Drawn anew by cairo."""
    (tmp / "in.pdf").write_bytes(rich_pdf())
    return _run(tmp, "pdftocairo", "-pdf", "in.pdf", "out.pdf")


@producer
def typst_notice(_: Path) -> bytes:
    """Typst, with a link."""
    return bytes(typst.compile(b'= Notice\n#link("https://www.example.org")[x] #pagebreak() two'))


@producer
def qt(tmp: Path) -> bytes:
    """Printed by Qt."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    writer = QPdfWriter(str(tmp / "out.pdf"))
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, QMarginsF()
        )
    )
    painter = QPainter(writer)
    painter.drawRect(100, 100, 500, 500)
    painter.end()
    return (tmp / "out.pdf").read_bytes()


@producer
def pdfium(_: Path) -> bytes:
    """Saved by the library of Chromium's viewer."""
    document = pypdfium2.PdfDocument(rich_pdf())
    sink = io.BytesIO()
    try:
        document.save(sink)
    finally:
        document.close()
    return sink.getvalue()


# --- forms of the file ----------------------------------------------------------------------------


@producer
def qpdf_linearised(tmp: Path) -> bytes:
    """For the web, as Acrobat's fast view makes them."""
    (tmp / "in.pdf").write_bytes(rich_pdf())
    return _run(tmp, "qpdf", "--linearize", "in.pdf", "out.pdf")


@producer
def qpdf_linearised_with_object_streams(tmp: Path) -> bytes:
    """The same with cross-reference streams."""
    (tmp / "in.pdf").write_bytes(rich_pdf())
    return _run(tmp, "qpdf", "--linearize", "--object-streams=generate", "in.pdf", "out.pdf")


@producer
def qpdf_object_streams(tmp: Path) -> bytes:
    """Object streams and a cross-reference stream."""
    (tmp / "in.pdf").write_bytes(rich_pdf())
    return _run(tmp, "qpdf", "--object-streams=generate", "in.pdf", "out.pdf")


@producer
def qpdf_readable(tmp: Path) -> bytes:
    """The form for people (QDF), with a comment beside every object."""
    (tmp / "in.pdf").write_bytes(rich_pdf())
    return _run(tmp, "qpdf", "--qdf", "in.pdf", "out.pdf")


@producer
def pikepdf_version_1_4(_: Path) -> bytes:
    """PDF 1.4: a table, no streams of objects."""
    return _saved(
        plain_pdf(),
        force_version="1.4",
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
    )


@producer
def pikepdf_version_1_7(_: Path) -> bytes:
    """PDF 1.7 with object streams."""
    return _saved(
        plain_pdf(),
        force_version="1.7",
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
    )


@producer
def pikepdf_version_2_0(_: Path) -> bytes:
    """PDF 2.0 with object streams."""
    return _saved(
        plain_pdf(),
        force_version="2.0",
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
    )


@producer
def pikepdf_uncompressed(_: Path) -> bytes:
    """Every stream as it is."""
    return _saved(
        rich_pdf(), compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.all
    )


@producer
def pages_in_a_deep_tree(_: Path) -> bytes:
    """Forty pages in a tree of several levels."""
    with pikepdf.new() as out:
        for _number in range(40):
            out.add_blank_page(page_size=(595, 842))
        kids = list(out.Root.Pages.Kids)
        nodes = []
        for start in range(0, 40, 10):
            held = kids[start : start + 10]
            node = out.make_indirect(
                pikepdf.Dictionary(
                    Type=pikepdf.Name.Pages,
                    Count=10,
                    Kids=pikepdf.Array(held),
                    Parent=out.Root.Pages,
                )
            )
            for kid in held:
                kid.Parent = node
            nodes.append(node)
        out.Root.Pages.Kids = pikepdf.Array(nodes)
        sink = io.BytesIO()
        out.save(sink)
    return sink.getvalue()


def _every_page(
    change: Callable[[pikepdf.Object], None], last: bool
) -> Callable[[pikepdf.Pdf], None]:
    def changed(pdf: pikepdf.Pdf) -> None:
        for number, page in enumerate(pdf.pages, 1):
            if last or number < len(pdf.pages):
                change(page.obj)

    return changed


@producer
def page_before_the_seal_turned(_: Path) -> bytes:
    """A first page that is turned, as scanners do; the seal stands on the second."""

    def turn(page: pikepdf.Object) -> None:
        page.Rotate = 90

    return _saved(plain_pdf(), _every_page(turn, last=False))


@producer
def media_box_away_from_the_corner(_: Path) -> bytes:
    """A page whose corner is not at zero."""

    def move(page: pikepdf.Object) -> None:
        page.MediaBox = [-100, -50, 495.28, 791.89]

    return _saved(plain_pdf(), _every_page(move, last=True))


@producer
def page_with_every_box(_: Path) -> bytes:
    """Crop, bleed, trim and art boxes, as printers want them."""

    def box(page: pikepdf.Object) -> None:
        for name in ("CropBox", "BleedBox", "TrimBox", "ArtBox"):
            page[f"/{name}"] = [0, 0, 595, 841]

    return _saved(plain_pdf(), _every_page(box, last=True))


@producer
def document_in_another_language(_: Path) -> bytes:
    """Uyghur, from right to left."""

    def speak(pdf: pikepdf.Pdf) -> None:
        pdf.Root.Lang = "ug-CN"
        pdf.Root.ViewerPreferences = pikepdf.Dictionary(Direction=pikepdf.Name.R2L)

    return _saved(plain_pdf(), speak)


@producer
def pages_with_labels_and_layout(_: Path) -> bytes:
    """Roman numbers, two columns, the outline shown."""

    def label(pdf: pikepdf.Pdf) -> None:
        pdf.Root.PageLabels = pikepdf.Dictionary(
            Nums=[0, pikepdf.Dictionary(S=pikepdf.Name.r), 1, pikepdf.Dictionary(S=pikepdf.Name.D)]
        )
        pdf.Root.PageLayout = pikepdf.Name.TwoColumnLeft
        pdf.Root.PageMode = pikepdf.Name.UseOutlines

    return _saved(rich_pdf(), label)


def missing(name: str) -> str:
    """The program that a producer needs and this machine lacks; empty where nothing is lacking."""
    needs = {"libreoffice": "soffice", "libreoffice_tagged": "soffice", "xelatex": "xelatex"}
    needs |= {"ghostscript": "gs", "cairo": "pdftocairo"}
    wanted = needs.get(name, "")
    return "" if not wanted or shutil.which(wanted) else wanted
