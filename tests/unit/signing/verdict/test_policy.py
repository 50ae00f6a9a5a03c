"""What a revision after the seal may change, beside what the attacks try."""

import io
from collections.abc import Callable

import pikepdf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from signing.seal.strict import open_writer
from signing.verdict.pdf import verify_pdf
from tests.support.sealed import Hands, plain_pdf

Change = Callable[[IncrementalPdfFileWriter], None]


def with_store(pdf: bytes, hands: Hands, change: Change = lambda _: None) -> bytes:
    """A security store added, and something else in the same revision."""
    writer = open_writer(pdf, bytes(16))
    held = [
        writer.add_object(generic.StreamObject(stream_data=crl)) for crl in hands.world.pilot.crls()
    ]
    store = generic.DictionaryObject({pdf_name("/CRLs"): generic.ArrayObject(held)})
    writer.root[pdf_name("/DSS")] = writer.add_object(store)
    writer.update_root()
    change(writer)
    sink = io.BytesIO()
    writer.write(sink)
    return sink.getvalue()


def said(entry: str, value: str) -> Change:
    """An entry of the information dictionary set."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        info = writer.trailer["/Info"]
        info[pdf_name(entry)] = generic.pdf_string(value)
        writer.update_container(info)

    return change


def extended(prefix: str) -> Change:
    """A developer extension declared."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        level = generic.DictionaryObject(
            {
                pdf_name("/BaseVersion"): pdf_name("/1.7"),
                pdf_name("/ExtensionLevel"): generic.NumberObject(1),
            }
        )
        writer.root[pdf_name("/Extensions")] = generic.DictionaryObject({pdf_name(prefix): level})

    return change


def status(pdf: bytes, hands: Hands) -> str:
    return verify_pdf(pdf, trust=hands.trust, now=hands.now).status


def test_security_store_alone_is_permitted(sealed: bytes, hands: Hands) -> None:
    assert "blue" == status(with_store(sealed, hands), hands)


@pytest.mark.parametrize("entry", ["/ModDate", "/Producer"])
def test_program_that_adds_the_store_may_name_itself(
    entry: str, sealed: bytes, hands: Hands
) -> None:
    assert "blue" == status(with_store(sealed, hands, said(entry, "x")), hands)


@pytest.mark.parametrize("entry", ["/Title", "/Author", "/Subject", "/CreationDate", "/Other"])
def test_program_that_adds_the_store_may_say_nothing_else(
    entry: str, sealed: bytes, hands: Hands
) -> None:
    assert "red" == status(with_store(sealed, hands, said(entry, "x")), hands)


@pytest.mark.parametrize(("prefix", "expected"), [("/ADBE", "blue"), ("/EVIL", "red")])
def test_only_extensions_that_signatures_need_may_be_declared(
    prefix: str, expected: str, sealed: bytes, hands: Hands
) -> None:
    assert expected == status(with_store(sealed, hands, extended(prefix)), hands)


def test_extension_declared_before_stays_as_it_was(hands: Hands) -> None:
    sink = io.BytesIO()
    with pikepdf.open(io.BytesIO(plain_pdf())) as pdf:
        level = pikepdf.Dictionary(BaseVersion=pikepdf.Name("/1.7"), ExtensionLevel=8)
        pdf.Root.Extensions = pikepdf.Dictionary(ADBE=level)
        pdf.save(sink)
    sealed = hands.seal(sink.getvalue())

    assert "blue" == status(with_store(sealed, hands), hands)
    assert "red" == status(with_store(sealed, hands, extended("/ADBE")), hands)
