"""Shadow attacks (Mainka et al. 2021): prepared before the seal, carried out after it.

The attacker hands in a document that shows what the issuer wants to seal and hides what the reader
shall see. `signing.seal.intake` refuses most of these; here they are sealed all the same, as
another vendor's program would, because the verdict must not depend on the sender's care.
"""

import io
from collections.abc import Callable

import pikepdf

from signing.errors import SealRefused
from tests.hostile.attacks.fields import OVER
from tests.hostile.attacks.raw import End, body_of, increment
from tests.hostile.attacks.registry import enter, variant
from tests.hostile.attacks.sealed import Sealed, careless, rich_pdf, seal
from tests.hostile.attacks.update import COVER, Update, dictionary, node

Prepare = Callable[[pikepdf.Pdf], None]


def _sealed(sealed: Sealed, prepare: Prepare) -> bytes:
    """A prepared document with a genuine seal."""
    sink = io.BytesIO()
    with pikepdf.open(io.BytesIO(rich_pdf())) as pdf:
        prepare(pdf)
        pdf.save(sink, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    with careless():
        return seal(sealed.hands, sink.getvalue())


def _form(pdf: pikepdf.Pdf, content: bytes) -> pikepdf.Object:
    stream = pdf.make_stream(content, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form)
    stream.BBox = [0, 0, 600, 800]
    return stream


# --- hide: what covered the dishonest words is taken away -----------------------------------------


def _covered(pdf: pikepdf.Pdf) -> None:
    """A drawing over the dishonest words, drawn by the page through an XObject."""
    page = pdf.pages[0]
    page.obj.Resources.XObject = pikepdf.Dictionary(Cover=_form(pdf, COVER))
    page.contents_add(b"q /Cover Do Q")


@variant("modified", kinds=("single",))
def hide_by_an_empty_drawing(sealed: Sealed) -> bytes:
    """Uncover the dishonest words by making the covering drawing empty."""
    pdf = _sealed(sealed, _covered)
    update = Update.of(pdf)
    drawing = update.page(0)["/Resources"]["/XObject"]["/Cover"]
    drawing._data, drawing._encoded_data = b" ", None
    drawing.pop("/Filter", None)
    update.writer.update_container(drawing)
    return update.done()


@variant("modified", "unreadable", kinds=("single",))
def hide_by_freeing_the_drawing(sealed: Sealed) -> bytes:
    """Uncover the dishonest words by freeing the covering drawing."""
    pdf = _sealed(sealed, _covered)
    drawing = Update.of(pdf).page(0)["/Resources"]["/XObject"].raw_get("/Cover").idnum
    return increment(pdf, {(drawing, 1): None})


@variant("modified", "unreadable", kinds=("single",))
def hide_by_another_kind_of_drawing(sealed: Sealed) -> bytes:
    """Uncover the dishonest words by turning the covering form into no XObject at all."""
    pdf = _sealed(sealed, _covered)
    drawing = Update.of(pdf).page(0)["/Resources"]["/XObject"].raw_get("/Cover").idnum
    return increment(pdf, {(drawing, 0): b"<</Type/Nothing>>"})


def _layered(pdf: pikepdf.Pdf) -> None:
    """A covering drawing on a layer that is shown."""
    _covered(pdf)
    layer = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="cover"))
    pdf.pages[0].obj.Resources.XObject.Cover.OC = layer
    pdf.Root.OCProperties = pikepdf.Dictionary(
        OCGs=[layer], D=pdf.make_indirect(pikepdf.Dictionary(ON=[layer]))
    )


@variant("modified", kinds=("single",))
def hide_by_a_layer(sealed: Sealed) -> bytes:
    """Uncover the dishonest words by turning a layer off."""
    update = Update.of(_sealed(sealed, _layered))
    shown = update.writer.root["/OCProperties"]["/D"]
    shown["/OFF"] = shown.pop("/ON")
    update.writer.update_container(shown)
    return update.done()


def _noted(pdf: pikepdf.Pdf) -> None:
    """A covering annotation that was there before the seal."""
    note = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Stamp,
        Rect=OVER,
        F=4,
        AP=pikepdf.Dictionary(N=_form(pdf, COVER)),
    )
    pdf.pages[0].obj.Annots.append(pdf.make_indirect(note))


@variant("modified", kinds=("single",))
def hide_by_an_annotation(sealed: Sealed) -> bytes:
    """Uncover the dishonest words by hiding an annotation that was sealed with the page."""
    update = Update.of(_sealed(sealed, _noted))
    note = update.page(0)["/Annots"][-1]
    note["/F"] = node(2)
    update.writer.update_container(note)
    return update.done()


# --- replace: a field filled in with other words --------------------------------------------------


def _fillable(pdf: pikepdf.Pdf) -> None:
    """A text field over the page, filled in with honest words before the seal."""
    field = pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Widget,
            FT=pikepdf.Name.Tx,
            T="amount",
            V="100",
            DA="/Helv 12 Tf 0 g",
            Rect=OVER,
            F=4,
            AP=pikepdf.Dictionary(N=_form(pdf, b"BT (100) Tj ET")),
        )
    )
    pdf.pages[0].obj.Annots.append(field)
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([field]))


@variant("modified", kinds=("single",))
def replace_by_filling_in(sealed: Sealed) -> bytes:
    """Show another sum in a field that was filled in before the seal."""
    update = Update.of(_sealed(sealed, _fillable))
    field = update.writer.root["/AcroForm"]["/Fields"][0]
    field["/V"] = node("100000")
    field["/AP"] = dictionary(N=update.drawing(b"BT (100000) Tj ET"))
    update.writer.update_container(field)
    return update.done()


@variant("modified", kinds=("single",))
def replace_by_an_overlay(sealed: Sealed) -> bytes:
    """Show another sum by the field's appearance alone, its value left as it was (form overlay)."""
    update = Update.of(_sealed(sealed, _fillable))
    drawing = update.writer.root["/AcroForm"]["/Fields"][0]["/AP"]["/N"]
    drawing._data, drawing._encoded_data = b"BT (100000) Tj ET", None
    drawing.pop("/Filter", None)
    update.writer.update_container(drawing)
    return update.done()


@variant("modified", kinds=("single",))
def replace_by_a_default_value(sealed: Sealed) -> bytes:
    """Show another sum when the form is reset."""
    update = Update.of(_sealed(sealed, _fillable))
    field = update.writer.root["/AcroForm"]["/Fields"][0]
    field["/DV"] = node("100000")
    update.writer.update_container(field)
    return update.done()


@variant("modified", kinds=("single",))
def replace_by_a_font(sealed: Sealed) -> bytes:
    """Show other figures by exchanging a font that was sealed with the page."""
    update = Update.of(_sealed(sealed, lambda _: None))
    font = update.page(0)["/Resources"]["/Font"]["/F1"]
    font["/Encoding"] = dictionary(Type="/Encoding", Differences=[49, "/nine"])
    update.writer.update_container(font)
    return update.done()


# --- hide and replace: a whole other document lies in the file ------------------------------------


def _hidden(pdf: pikepdf.Pdf) -> None:
    """Other pages in the file, kept from being thrown away by an entry that nobody reads."""
    page = pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Page,
            MediaBox=[0, 0, 595, 842],
            Contents=pdf.make_stream(b"BT (other text) Tj ET"),
        )
    )
    tree = pdf.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.Pages, Kids=pikepdf.Array([page, page]), Count=2)
    )
    page.Parent = tree
    pdf.Root.PieceInfo = pikepdf.Dictionary(Draw=pikepdf.Dictionary(Private=tree))


def _tree(pdf: bytes) -> tuple[int, int]:
    """The numbers of the shown page tree and of the hidden one."""
    root = Update.of(pdf).writer.root
    hidden = root["/PieceInfo"]["/Draw"].raw_get("/Private")
    return root.raw_get("/Pages").idnum, hidden.idnum


@variant("modified", kinds=("single",))
def hidden_pages_named(sealed: Sealed) -> bytes:
    """Let the catalog name the hidden pages."""
    pdf = _sealed(sealed, _hidden)
    shown, hidden = _tree(pdf)
    root = int(End.of(pdf).root.split()[0])
    body = body_of(pdf, root).replace(b"/Pages %d 0 R" % shown, b"/Pages %d 0 R" % hidden)
    return increment(pdf, {(root, 0): body})


@variant("modified", "unreadable", kinds=("single",))
def hidden_pages_under_the_shown_number(sealed: Sealed) -> bytes:
    """Let the shown tree's number point at the hidden pages' bytes, by a cross-reference alone."""
    pdf = _sealed(sealed, _hidden)
    shown, hidden = _tree(pdf)
    return increment(pdf, {(shown, 0): body_of(pdf, hidden)})


@variant("modified", kinds=("single",))
def hidden_pages_brought_in_as_kids(sealed: Sealed) -> bytes:
    """Let the shown tree adopt the hidden pages."""
    pdf = _sealed(sealed, _hidden)
    update = Update.of(pdf)
    pages = update.writer.root["/Pages"]
    hidden = update.writer.root["/PieceInfo"]["/Draw"]["/Private"]
    pages["/Kids"] = node([hidden["/Kids"].raw_get(0)])
    pages["/Count"] = node(1)
    update.writer.update_container(pages)
    return update.done()


# --- what intake refuses --------------------------------------------------------------------------


def _refused(prepare: Prepare) -> Callable[[Sealed], bytes]:
    """A document that our own sealing refuses outright: the attack ends there."""

    def make(sealed: Sealed) -> bytes:
        sink = io.BytesIO()
        with pikepdf.open(io.BytesIO(rich_pdf())) as pdf:
            prepare(pdf)
            pdf.save(sink, object_stream_mode=pikepdf.ObjectStreamMode.disable)
        try:
            return seal(sealed.hands, sink.getvalue())
        except SealRefused:
            return sink.getvalue()

    return make


for _prepare in (_layered, _noted, _fillable):
    enter(
        f"prepared_document{_prepare.__name__}_refused",
        _refused(_prepare),
        "unsigned",
        kinds=("single",),
    )
