"""The words of an RTF."""

import pytest

from formats.document.intake.rtf import text_of_rtf


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (rb"\'bb\'fa\'c3\'dc", "机密"),
        (rb"\u26426?\u23494 ?", "机密"),
        (rb"\uc2\u26426\'bb\'fa\u23494\'c3\'dc", "机密"),
        (rb"\u-10179?\u-8704?", "\U0001f600"),
        (b"a\\par b\\line c\r\nd", "a\nb\ncd"),
        (rb"a\tab b\~c\{\}\\", "a b c{}\\"),
        (rb"{\b bold} {\*\generator Word;}text", "bold text"),
        (rb"{\stylesheet{\s0 Normal;}}{\pict 0123}text", "text"),
        ("正文".encode("gb18030"), "正文"),
        (rb"a\'zz", "a'zz"),
    ],
    ids=[
        "bytes", "unicode", "two-byte-fallback", "beyond-bmp", "lines", "symbols", "groups",
        "left-out", "raw", "broken",
    ],
)  # fmt: skip
def test_text_is_read(body: bytes, text: str) -> None:
    assert text_of_rtf(rb"{\rtf1 " + body + b"}") == text


def test_what_is_no_rtf_has_no_words() -> None:
    assert text_of_rtf(b"{\\html}") == ""


def test_long_file_is_read_in_time_that_grows_with_it() -> None:
    assert text_of_rtf(b"{\\rtf1 " + b"\\'c3\\'fb" * 200_000) == "名" * 200_000
