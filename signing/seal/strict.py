"""pyHanko's reader and writer behind one coded boundary, always strict, always with its limits.

pyHanko raises what its parsing happens to meet (ValueError, KeyError, AssertionError and more); all
of that means one thing here: the file is not one that can be sealed.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any, Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.general import SigningError

from signing.seal.faults import refused

Node = Any
"""A pyHanko object, known only when looked at."""

PDF_FAULTS: Final = (
    PdfError,
    SigningError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    RuntimeError,
    NotImplementedError,
)
"""What pyHanko lets out for a file that is not what it claims to be."""


def keep_quiet() -> None:
    """Keep pyHanko's warnings to itself: they quote the document and print tracebacks."""
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL + 1)


@contextmanager
def coded() -> Iterator[None]:
    """Turn whatever the PDF's structure provokes into `SealRefused`."""
    try:
        yield
    except PDF_FAULTS as error:
        raise refused("malformed", f"{type(error).__name__}: {error}") from error


def entry(node: Node, key: str) -> Node:
    """What a dictionary holds there, an empty one where it holds nothing.

    Only indexing follows a reference; the dictionary's own get() hands it out as it is.
    """
    try:
        return node[key]
    except KeyError:
        return generic.DictionaryObject()


class _Writer(IncrementalPdfFileWriter):
    """A writer that leaves the document's metadata as they are.

    The stock one puts itself and the machine's clock into the XMP but not into the information
    dictionary: then the two differ, which PDF/A forbids (ISO 19005-3 6.6.3), and one act would give
    other bytes each second. When the seal was set is said by the signature.
    """

    def _update_meta(self) -> None:
        pass

    def find_page_for_modification(self, page_ix: int) -> tuple[Node, Node]:
        """The page and its resources; at once where every kid of the root is one page.

        The stock walk reads all pages before it. Here their number says the same: where there are
        as many kids as pages, and none is empty (`signing.seal.intake`), each is one page.
        """
        tree = self.root["/Pages"]
        kids, count = tree["/Kids"], tree["/Count"]
        index = page_ix + count if page_ix < 0 else page_ix
        if len(kids) == count and 0 <= index < count:
            page = kids.raw_get(index)
            if isinstance(page, generic.IndirectObject) and page.get_object()["/Type"] == "/Page":
                return page, _resources(page.get_object(), tree)
        stock: Any = super()  # without types
        found: tuple[Node, Node] = stock.find_page_for_modification(page_ix)
        return found


def _resources(page: Node, tree: Node) -> Node:
    """What a page draws with, its own or inherited, ISO 32000-1 7.7.3.4."""
    for holder in (page, tree):
        if "/Resources" in holder:
            return holder.raw_get("/Resources")
    return generic.DictionaryObject()


def open_writer(pdf: bytes, identifier: bytes) -> IncrementalPdfFileWriter:
    """A writer that appends to ``pdf``. ``identifier``: 16 bytes naming the new revision.

    ISO 32000-1 14.4: the second half of /ID changes with the content. pyHanko draws it at random;
    here it follows from what is written, so that the same act gives the same bytes.
    """
    keep_quiet()
    writer = _Writer(BytesIO(pdf), strict=True)
    kept = writer.document_id[0] if "/ID" in writer.prev.trailer else identifier
    writer._document_id = generic.ArrayObject(  # noqa: SLF001 - there is no other way to set it
        [generic.ByteStringObject(kept), generic.ByteStringObject(identifier)]
    )
    return writer
