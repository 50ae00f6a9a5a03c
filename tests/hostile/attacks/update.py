"""Incremental updates as an attacker writes them: by a writer that changes nothing of its own."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, enumerate_sig_fields
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import DocumentTimestamp

from signing import suites
from signing.seal.place import field_name
from signing.seal.strict import open_writer
from signing.timestamp import TimestampSource, request_for, token_of

Node = Any
"""A pyHanko object, known only when looked at."""

SEAL = field_name(0)
"""The field of the body that certifies."""

OPEN = field_name(1)
"""The field of a joint issuer; empty in an open document."""

COVER = b"1 1 1 rg 0 0 500 500 re f 0 g"
"""A drawing that hides what lies below it."""


@dataclass(frozen=True, slots=True)
class Update:
    """An incremental update in the making."""

    writer: IncrementalPdfFileWriter

    @classmethod
    def of(cls, pdf: bytes) -> "Update":
        """An update of that file; its /Info and XMP stay as they are unless told otherwise."""
        return cls(open_writer(pdf, bytes(16)))

    @property
    def root(self) -> Node:
        """The catalog, marked as changed."""
        self.writer.update_root()
        return self.writer.root

    def page(self, number: int = -1) -> Node:
        """A page, marked as changed; the last one unless told otherwise."""
        reference = self.page_reference(number)
        self.writer.mark_update(reference)
        return reference.get_object()

    def page_reference(self, number: int = -1) -> Node:
        """The reference of a page."""
        return self.writer.find_page_for_modification(number)[0]

    def field(self, name: str = SEAL) -> Node:
        """A signature field, marked as changed."""
        reference = self.field_reference(name)
        self.writer.mark_update(reference)
        return reference.get_object()

    def field_reference(self, name: str = SEAL) -> Node:
        """The reference of a signature field."""
        ((_, _, reference),) = enumerate_sig_fields(self.writer, with_name=name)
        return reference

    def signature(self, name: str = SEAL) -> Node:
        """The signature dictionary of a field."""
        return self.field_reference(name).get_object()["/V"]

    def form(self) -> Node:
        """The AcroForm, marked as changed."""
        found = self.writer.root["/AcroForm"]
        self.writer.update_container(found)
        return found

    def add(self, item: Node) -> Node:
        """A new indirect object; its reference."""
        return self.writer.add_object(item)

    def stream(self, data: bytes, **entries: object) -> Node:
        """A new stream; its reference."""
        return self.add(generic.StreamObject(dictionary(**entries), stream_data=data))

    def drawing(self, content: bytes = COVER) -> Node:
        """A form XObject of the size of a seal."""
        return self.stream(content, Type="/XObject", Subtype="/Form", BBox=[0, 0, 119, 119])

    def annotate(self, annotation: Node, page: int = -1) -> None:
        """Put an annotation, by its reference, on a page."""
        found = self.page(page)
        held = list(found["/Annots"]) if "/Annots" in found else []
        found["/Annots"] = generic.ArrayObject([*(_raw(item) for item in held), annotation])

    def done(self) -> bytes:
        """The file with the update."""
        sink = io.BytesIO()
        self.writer.write(sink)
        return sink.getvalue()


def _raw(item: Node) -> Node:
    """An item of an array as it stands there: iterating does not follow references."""
    return item


def node(value: object) -> Node:
    """A Python value as a PDF object: text that starts with a slash is a name."""
    if isinstance(value, generic.PdfObject):
        return value
    if isinstance(value, Mapping):
        return dictionary(**value)
    if isinstance(value, list | tuple):
        return generic.ArrayObject([node(item) for item in value])
    if isinstance(value, str) and value.startswith("/"):
        return pdf_name(value)
    return _PLAIN[type(value)](value)


_PLAIN: Mapping[type, Callable[[Any], Node]] = {
    bool: generic.BooleanObject,
    int: generic.NumberObject,
    float: lambda value: generic.FloatObject(str(value)),
    bytes: generic.ByteStringObject,
    str: generic.pdf_string,
}


def dictionary(**entries: object) -> Node:
    """A PDF dictionary of those entries."""
    return generic.DictionaryObject(
        {pdf_name(f"/{key}"): node(value) for key, value in entries.items()}
    )


def archive(
    pdf: bytes,
    source: TimestampSource,
    field: str,
    change: Callable[[Update, Node], None] | None = None,
    *,
    suite: suites.Suite = suites.INTL,
    **entries: object,
) -> bytes:
    """An archive time-stamp in a new unseen field; ``change`` may do more in the same revision.

    ``entries``: what its dictionary says beside what belongs there.
    """
    update = Update.of(pdf)
    steps = PdfCMSEmbedder(new_field_spec=SigFieldSpec(field)).write_cms(field, update.writer)
    made = next(steps)
    if change is not None:
        change(update, made.get_object())
    placeholder = DocumentTimestamp(bytes_reserved=16384)
    placeholder.update(dictionary(**entries))
    steps.send(SigObjSetup(placeholder))
    prepared, output = steps.send(SigIOSetup(suite.digest_name))
    steps.send(token_of(source(request_for(prepared.document_digest, suite=suite))))
    return bytes(output.getvalue())


def store(pdf: bytes, **lists: tuple[bytes, ...]) -> bytes:
    """The PDF with a document security store: Certs, CRLs, OCSPs, each of DER objects."""
    update = Update.of(pdf)
    held = {kind: [update.stream(item) for item in items] for kind, items in lists.items()}
    update.root["/DSS"] = update.add(dictionary(Type="/DSS", **held))
    return update.done()
