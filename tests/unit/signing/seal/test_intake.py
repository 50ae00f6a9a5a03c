"""What may be sealed."""

import io
import re
from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String
from pyhanko.pdf_utils.generic import pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from signing.errors import SealRefused
from signing.seal.intake import check_sealable
from tests.support.sealed import plain_pdf

Change = Callable[[pikepdf.Pdf], None]


def changed(change: Change, **options: object) -> bytes:
    """A plain PDF, changed and saved anew as one revision."""
    sink = io.BytesIO()
    with pikepdf.open(io.BytesIO(plain_pdf())) as pdf:
        change(pdf)
        pdf.save(sink, **options)  # type: ignore[arg-type]  # pikepdf's own options
    return sink.getvalue()


def fault(pdf: bytes) -> str:
    with pytest.raises(SealRefused) as caught:
        check_sealable(pdf)
    assert caught.value.text()
    return caught.value.fault


def script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def named_script(pdf: pikepdf.Pdf) -> None:
    entry = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), entry])))


def open_action(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.Named, N=Name.Print)


def launch(pdf: pikepdf.Pdf) -> None:
    link = Dictionary(
        Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]),
        A=Dictionary(S=Name.Launch, F=String("cmd.exe")),
    )  # fmt: skip
    pdf.pages[0].Annots = Array([pdf.make_indirect(link)])


def script_behind_a_link(pdf: pikepdf.Pdf) -> None:
    after = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    link = Dictionary(
        Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]),
        A=Dictionary(S=Name.URI, URI=String("https://example.invalid"), Next=after),
    )  # fmt: skip
    pdf.pages[0].Annots = Array([link])


def page_action(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].AA = Dictionary(O=Dictionary(S=Name.Named, N=Name.Print))


def layers(pdf: pikepdf.Pdf) -> None:
    group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("hidden")))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([group]), D=Dictionary())


def layer_without_a_list(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].Resources.Properties = Dictionary(
        MC0=pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("hidden")))
    )


def text_field(pdf: pikepdf.Pdf) -> None:
    field = Dictionary(FT=Name.Tx, T=String("amount"), V=String("1"))
    pdf.Root.AcroForm = Dictionary(Fields=Array([pdf.make_indirect(field)]))


def xfa(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AcroForm = Dictionary(Fields=Array(), XFA=pdf.make_stream(b"<xdp/>"))


def note(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].Annots = Array(
        [Dictionary(Type=Name.Annot, Subtype=Name.FreeText, Rect=Array([0, 0, 99, 99]))]
    )


def attachment(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["setup.exe"] = b"MZ"


def outside_content(pdf: pikepdf.Pdf) -> None:
    stream = pdf.make_stream(b"")
    stream.F = String("//server/share/page.bin")
    pdf.pages[0].Resources.XObject = Dictionary(X=stream)


def reference_form(pdf: pikepdf.Pdf) -> None:
    stream = pdf.make_stream(b"")
    stream.Subtype = Name.Form
    stream.Ref = Dictionary(F=String("other.pdf"), Page=0)
    pdf.pages[0].Resources.XObject = Dictionary(X=stream)


def certified(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Perms = Dictionary(DocMDP=pdf.make_indirect(Dictionary(Type=Name.Sig)))


def signed(pdf: pikepdf.Pdf) -> None:
    value = Dictionary(Type=Name.Sig, ByteRange=Array([0, 1, 2, 3]), Contents=String("x"))
    field = Dictionary(FT=Name.Sig, T=String("S"), V=pdf.make_indirect(value))
    pdf.Root.AcroForm = Dictionary(Fields=Array([pdf.make_indirect(field)]))


def collection(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Collection = Dictionary(Type=Name.Collection)


def empty_branch(pdf: pikepdf.Pdf) -> None:
    """As many kids as pages, the first of them without a page: the second holds both."""
    tree = pdf.Root.Pages
    void = Dictionary(Type=Name.Pages, Parent=tree, Kids=Array([]), Count=0)
    both = pdf.make_indirect(
        Dictionary(Type=Name.Pages, Parent=tree, Kids=Array(list(tree.Kids)), Count=2)
    )
    for page in both.Kids:
        page.Parent = both
    tree.Kids = Array([pdf.make_indirect(void), both])


REFUSED: dict[Change, str] = {
    script: "action",
    named_script: "javascript",
    open_action: "action",
    launch: "action",
    script_behind_a_link: "action",
    page_action: "action",
    layers: "layers",
    layer_without_a_list: "layers",
    text_field: "form",
    xfa: "xfa",
    note: "annotation",
    attachment: "embedded",
    outside_content: "external",
    reference_form: "external",
    certified: "signed",
    signed: "signed",
    collection: "catalog",
    empty_branch: "malformed",
}


@pytest.mark.parametrize("change", REFUSED, ids=lambda change: change.__name__)
def test_pdf_that_could_show_something_else_tomorrow_is_refused(change: Change) -> None:
    assert REFUSED[change] == fault(changed(change))


def test_plain_pdf_may_be_sealed() -> None:
    check_sealable(plain_pdf())


def test_link_to_a_page_may_stay() -> None:
    def link(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].Annots = Array(
            [
                Dictionary(
                    Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]),
                    Dest=Array([pdf.pages[1].obj, Name.Fit]),
                )
            ]
        )  # fmt: skip

    check_sealable(changed(link))


def test_attached_source_of_our_writer_may_stay() -> None:
    def source(pdf: pikepdf.Pdf) -> None:
        pdf.attachments["document.xml"] = pikepdf.AttachedFileSpec(
            pdf, b"<a/>", filename="document.xml", mime_type="text/xml", relationship=Name.Source
        )

    check_sealable(changed(source))


def test_encrypted_pdf_is_refused() -> None:
    protection = pikepdf.Encryption(owner="secret", user="")

    assert fault(changed(lambda _: None, encryption=protection)) == "encrypted"


def test_pdf_with_a_password_is_refused() -> None:
    protection = pikepdf.Encryption(owner="secret", user="secret")

    assert fault(changed(lambda _: None, encryption=protection)) == "encrypted"


def test_second_revision_is_refused() -> None:
    pdf = plain_pdf()
    start = int(pdf[pdf.rindex(b"startxref") :].split()[1])
    size = int(pdf[pdf.rindex(b"/Size") :].split()[1])
    root = pdf[pdf.rindex(b"/Root") :].split(b"\n")[0]
    table = b"xref\n0 1\n0000000000 65535 f \ntrailer\n<<%s/Size %d/Prev %d>>\n" % (
        root,
        size,
        start,
    )
    update = pdf + table + b"startxref\n%d\n%%%%EOF\n" % len(pdf)

    assert fault(update) == "revisions"


def test_linearised_pdf_may_be_sealed() -> None:
    check_sealable(changed(lambda _: None, linearize=True))


def with_another_language(pdf: bytes) -> bytes:
    """A second revision."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    writer.root["/Lang"] = pdf_string("zh-CN")
    writer.update_root()
    sink = io.BytesIO()
    writer.write(sink)
    return sink.getvalue()


def test_linearised_pdf_with_a_second_revision_is_refused() -> None:
    assert fault(with_another_language(changed(lambda _: None, linearize=True))) == "revisions"


def test_second_revision_that_claims_to_be_linearised_is_refused() -> None:
    """The first object states the length of the whole, both revisions together."""
    pdf = with_another_language(changed(lambda _: None, linearize=True))
    found = re.search(rb"/L (\d+)", pdf)
    assert found is not None

    assert fault(pdf.replace(found[0], b"/L %d" % len(pdf), 1)) == "revisions"


@pytest.mark.parametrize("kind", ["array", "action"])
def test_pdf_that_says_where_to_open_may_be_sealed(kind: str) -> None:
    def opening(pdf: pikepdf.Pdf) -> None:
        place = Array([pdf.pages[0].obj, Name.Fit])
        pdf.Root.OpenAction = place if kind == "array" else Dictionary(S=Name.GoTo, D=place)

    check_sealable(changed(opening))


@pytest.mark.parametrize("spoil", [lambda p: p + b"x", lambda p: b" " + p, lambda p: p[:-9]])
def test_bytes_around_the_file_are_refused(spoil: Callable[[bytes], bytes]) -> None:
    assert fault(spoil(plain_pdf())) == "trailing"


def test_damaged_reference_table_is_refused_not_repaired() -> None:
    pdf = plain_pdf()
    start = pdf.rindex(b"startxref")

    assert fault(pdf[:start] + b"startxref\n7\n%%EOF\n") == "malformed"


def test_junk_is_refused() -> None:
    assert fault(b"%PDF-1.7\n" + b"x" * 400 + b"\nstartxref\n5\n%%EOF\n") == "malformed"
