"""Documents that a careless program sealed although they can change what they show by themselves.

Not a byte is added after the seal: a script, a layer, a form or a stream that is fetched does it.
"""

import io

import pikepdf
from pikepdf import Array, Dictionary, Name

from tests.hostile.attacks.registry import variant
from tests.hostile.attacks.sealed import Sealed, careless, rich_pdf, seal
from tests.hostile.attacks.shadow import Prepare


def _sealed(sealed: Sealed, prepare: Prepare) -> bytes:
    sink = io.BytesIO()
    with pikepdf.open(io.BytesIO(rich_pdf())) as pdf:
        prepare(pdf)
        pdf.save(sink, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    with careless():
        return seal(sealed.hands, sink.getvalue())


def _script() -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS="if (new Date() > x) show();")


@variant("unsteady")
def sealed_with_an_opening_script(sealed: Sealed) -> bytes:
    """Change the page when the document is opened after a certain day."""

    def prepare(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OpenAction = _script()

    return _sealed(sealed, prepare)


@variant("unsteady")
def sealed_with_a_named_script(sealed: Sealed) -> bytes:
    """The same through the name tree."""

    def prepare(pdf: pikepdf.Pdf) -> None:
        pdf.Root.Names.JavaScript = Dictionary(Names=Array(["a", _script()]))

    return _sealed(sealed, prepare)


@variant("unsteady")
def sealed_with_a_script_on_a_page(sealed: Sealed) -> bytes:
    """The same when the page is shown."""

    def prepare(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj.AA = Dictionary(O=_script())

    return _sealed(sealed, prepare)


@variant("unsteady")
def sealed_with_a_script_behind_a_link(sealed: Sealed) -> bytes:
    """The same when a link is followed."""

    def prepare(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj.Annots[0].A = _script()

    return _sealed(sealed, prepare)


@variant("unsteady")
def sealed_with_a_program_behind_a_link(sealed: Sealed) -> bytes:
    """Start a program when a link is followed."""

    def prepare(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj.Annots[0].A = Dictionary(S=Name.Launch, F="cmd.exe")

    return _sealed(sealed, prepare)


@variant("unsteady")
def sealed_with_layers(sealed: Sealed) -> bytes:
    """Show other words in the print than on the screen."""

    def prepare(pdf: pikepdf.Pdf) -> None:
        layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name="a"))
        pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(OFF=Array([layer])))

    return _sealed(sealed, prepare)


@variant("unsteady")
def sealed_with_a_field(sealed: Sealed) -> bytes:
    """Leave a text field over the page, to be filled in by whoever reads it."""

    def prepare(pdf: pikepdf.Pdf) -> None:
        field = pdf.make_indirect(
            Dictionary(
                Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T="a", V="x", Rect=[0, 0, 9, 9]
            )
        )
        pdf.pages[0].obj.Annots.append(field)
        pdf.Root.AcroForm = Dictionary(Fields=Array([field]))

    return _sealed(sealed, prepare)


@variant("unsteady")
def sealed_with_a_dynamic_form(sealed: Sealed) -> bytes:
    """Show an XFA form instead of the pages."""

    def prepare(pdf: pikepdf.Pdf) -> None:
        form = pdf.make_stream(b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'/>")
        pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=form)

    return _sealed(sealed, prepare)


@variant("unsteady")
def sealed_with_words_from_outside(sealed: Sealed) -> bytes:
    """Fetch the page's words from the attacker's host."""

    def prepare(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj.Contents.F = "https://www.example.org/page"

    return _sealed(sealed, prepare)


@variant("unsteady")
def sealed_with_a_page_from_outside(sealed: Sealed) -> bytes:
    """Draw a page of another file, which need not stay as it is (reference XObject)."""

    def prepare(pdf: pikepdf.Pdf) -> None:
        form = pdf.make_stream(b" ", Type=Name.XObject, Subtype=Name.Form)
        form.BBox = [0, 0, 600, 800]
        form.Ref = Dictionary(F="other.pdf", Page=0)
        page = pdf.pages[0]
        page.obj.Resources.XObject = Dictionary(Other=form)
        page.contents_add(b"q /Other Do Q")

    return _sealed(sealed, prepare)


@variant("seal-picture")
def sealed_with_a_note_over_the_page(sealed: Sealed) -> bytes:
    """Lay an annotation over the words that the issuer looked at elsewhere."""

    def prepare(pdf: pikepdf.Pdf) -> None:
        note = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=[0, 0, 9, 9], Contents="x")
        pdf.pages[0].obj.Annots.append(pdf.make_indirect(note))

    return _sealed(sealed, prepare)
