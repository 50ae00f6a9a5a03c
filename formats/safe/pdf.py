"""The only door for foreign PDF bytes, save the signature checker's own strict reader.

Strict: a file is read as it stands or not at all; a damaged cross-reference table is never
rebuilt, because what a lenient reader repairs two readers repair differently. Nothing in the file
is run, fetched or decrypted.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Final

import pikepdf

from formats.errors import BadInput, TooLarge
from formats.i18n import mark
from formats.limits import MAX_PAGES, MAX_PDF_BYTES, MAX_PDF_OBJECTS

_FAULTS: Final = (
    pikepdf.PikepdfError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    ArithmeticError,
    RuntimeError,  # RecursionError is one
    NotImplementedError,
)
"""What pikepdf raises for an object that is not of the kind its place calls for."""


class BadPdf(BadInput):
    """The bytes are not a PDF, or one that only guessing could read."""

    code = "formats.bad-pdf"
    happened = mark("PDF 文件不完整或结构有误，无法读取。")
    safe = mark("没有写入任何内容，原文件没有改动。")
    advice = mark("请向提供文件的一方索取完好的文件后重试。")


class EncryptedPdf(BadPdf):
    """The PDF is encrypted, with or without a password to open it."""

    code = "formats.pdf-encrypted"
    happened = mark("PDF 文件已加密，无法读取。")
    advice = mark("请向提供文件的一方索取未加密的文件后重试。")


@contextmanager
def open_pdf(
    data: bytes, *, max_bytes: int = MAX_PDF_BYTES, max_pages: int = MAX_PAGES
) -> Iterator[pikepdf.Pdf]:
    """The PDF, for the length of a ``with`` block; what goes wrong inside ends in `BadPdf`.

    Objects are read lazily, so it is the block that meets a bad one. Raises `TooLarge`,
    `EncryptedPdf` or `BadPdf`; errors of our own tree pass through.
    """
    if len(data) > max_bytes:
        raise TooLarge(f"{len(data)} bytes of PDF", limit=max_bytes)
    try:
        with pikepdf.open(BytesIO(data), attempt_recovery=False, suppress_warnings=True) as pdf:
            if pdf.is_encrypted:
                raise EncryptedPdf
            if len(pdf.objects) > MAX_PDF_OBJECTS:
                raise TooLarge(f"{len(pdf.objects)} objects", limit=MAX_PDF_OBJECTS)
            if len(pdf.pages) > max_pages:
                raise TooLarge(f"{len(pdf.pages)} pages", limit=max_pages)
            yield pdf
    except pikepdf.PasswordError as error:
        raise EncryptedPdf from error
    except _FAULTS as error:
        raise BadPdf(f"{type(error).__name__}: {error}") from error
