"""The door for foreign PDF."""

import io

import pikepdf
import pytest

from formats.errors import TooLarge
from formats.safe.pdf import BadPdf, EncryptedPdf, open_pdf
from tests.support.sealed import plain_pdf


def test_honest_pdf_is_opened() -> None:
    with open_pdf(plain_pdf(3)) as pdf:
        assert len(pdf.pages) == 3


@pytest.mark.parametrize("junk", [b"", b"%PDF-1.7", b"PK\x03\x04", plain_pdf()[:-40]])
def test_junk_is_a_coded_error(junk: bytes) -> None:
    with pytest.raises(BadPdf) as caught, open_pdf(junk):
        pass

    assert caught.value.code == "formats.bad-pdf"
    assert caught.value.text().startswith("PDF 文件不完整或结构有误")


def test_damaged_table_is_not_repaired() -> None:
    pdf = plain_pdf()
    start = pdf.rindex(b"startxref")

    with pytest.raises(BadPdf), open_pdf(pdf[:start] + b"startxref\n12\n%%EOF\n"):
        pass


def test_object_of_the_wrong_kind_met_inside_is_a_coded_error() -> None:
    with pytest.raises(BadPdf), open_pdf(plain_pdf()) as pdf:
        pdf.Root.Pages.Kids.NoSuchKey  # noqa: B018 - the look-up is what fails


@pytest.mark.parametrize("user", ["", "secret"])
def test_encrypted_pdf_is_refused(user: str) -> None:
    sink = io.BytesIO()
    with pikepdf.open(io.BytesIO(plain_pdf())) as pdf:
        pdf.save(sink, encryption=pikepdf.Encryption(owner="secret", user=user))

    with pytest.raises(EncryptedPdf), open_pdf(sink.getvalue()):
        pass


def test_limits_are_kept() -> None:
    with pytest.raises(TooLarge), open_pdf(plain_pdf(3), max_pages=2):
        pass
    with pytest.raises(TooLarge), open_pdf(plain_pdf(), max_bytes=100):
        pass
