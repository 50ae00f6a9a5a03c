"""The document security store: what a document brings along to be judged with later.

ISO 32000-2 12.8.4.3 and ETSI EN 319 142-1 5.4: certificates, revocation lists and OCSP responses as
streams in one dictionary of the catalog. Nothing in it is believed because it is there: each list
and response carries its own signature, and a certificate only helps to build a path.
"""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.rw_common import PdfHandler

from formats.limits import MAX_DSS_ITEMS
from signing.seal.strict import entry

_CERTIFICATES, _CRLS, _OCSPS = "/Certs", "/CRLs", "/OCSPs"
_KINDS: Final = (_CERTIFICATES, _CRLS, _OCSPS)


@dataclass(frozen=True, slots=True)
class ValidationData:
    """Certificates, revocation lists and OCSP responses, each in DER."""

    certificates: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.certificates or self.crls or self.ocsps)

    def without(self, other: "ValidationData") -> "ValidationData":
        """What is here and not there, each once, in this order."""
        return ValidationData(
            _less(self.certificates, other.certificates),
            _less(self.crls, other.crls),
            _less(self.ocsps, other.ocsps),
        )


def _less(here: Iterable[bytes], there: Iterable[bytes]) -> tuple[bytes, ...]:
    known = frozenset(there)
    return tuple(item for item in dict.fromkeys(here) if item not in known)


def read_validation_data(pdf: PdfHandler) -> ValidationData:
    """What the store of a document holds. Raises `PdfReadError` where it is not one.

    ``pdf``: a reader or a writer of pyHanko.
    """
    store = entry(pdf.root, "/DSS")
    found = {kind: tuple(_streams(store, kind)) for kind in _KINDS}
    if sum(map(len, found.values())) > MAX_DSS_ITEMS:
        raise PdfReadError("the document security store holds too much")
    return ValidationData(found[_CERTIFICATES], found[_CRLS], found[_OCSPS])


def _streams(store: generic.DictionaryObject, kind: str) -> list[bytes]:
    if not isinstance(store, generic.DictionaryObject) or kind not in store:
        return []
    listed = store[kind]
    if not isinstance(listed, generic.ArrayObject) or len(listed) > MAX_DSS_ITEMS:
        raise PdfReadError(f"{kind} of the document security store is no list")
    streams = [listed[number] for number in range(len(listed))]
    if not all(isinstance(stream, generic.StreamObject) for stream in streams):
        raise PdfReadError(f"{kind} of the document security store holds no streams")
    return [bytes(stream.data) for stream in streams]


def add_validation_data(writer: IncrementalPdfFileWriter, data: ValidationData) -> None:
    """Put further data in the document's store; what is there stays.

    No VRI: EN 319 142-1 5.4.2.3 makes it optional, and every item here may serve any signature.
    """
    made = "/DSS" not in writer.root
    store = entry(writer.root, "/DSS")
    items = zip(_KINDS, (data.certificates, data.crls, data.ocsps), strict=True)
    for kind, further in items:
        if further:
            held = list(store[kind]) if kind in store else []
            added = [writer.add_object(_stream(der)) for der in further]
            store[pdf_name(kind)] = generic.ArrayObject([*held, *added])
    if not made:
        writer.update_container(store)
        return
    store[pdf_name("/Type")] = pdf_name("/DSS")
    writer.root[pdf_name("/DSS")] = writer.add_object(store)
    writer.update_root()


def _stream(der: bytes) -> generic.StreamObject:
    return generic.StreamObject(
        {pdf_name("/Filter"): pdf_name("/FlateDecode")}, encoded_data=zlib.compress(der, 9)
    )
