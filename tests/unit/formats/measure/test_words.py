"""The 密级 on the pages of a PDF."""

from collections.abc import Callable
from typing import Any

import pytest

from formats.measure.words import mark_of
from formats.safe.pdf import BadPdf, EncryptedPdf
from tests.unit.formats.measure.drawn import FONT, MM, pdf


def page(*lines: str) -> Callable[[Any], None]:
    """Lines from the head of a page downwards."""

    def draw(canvas: Any) -> None:  # noqa: ANN401 - reportlab carries no types
        canvas.setFont(FONT, 16)
        for number, line in enumerate(lines):
            canvas.drawString(28 * MM, (260 - 10 * number) * MM, line)

    return draw


def pages(*all_lines: tuple[str, ...]) -> bytes:
    """A PDF of several pages of lines."""
    drawn = iter(all_lines)

    def draw(canvas: Any) -> None:  # noqa: ANN401 - reportlab carries no types
        page(*next(drawn))(canvas)

    return pdf(draw, pages=len(all_lines))


@pytest.mark.parametrize(
    ("lines", "mark"),
    [
        (("机密★1年", "关于某事的通知"), "机密"),
        (("000001", "绝 密 ★ 长期", "特急"), "绝密"),
        (("秘密", "某机关文件"), "秘密"),
        (("秘密 5年", "某机关文件"), "秘密"),
        (("密级：机密", "名单"), "机密"),
    ],
    ids=["star", "spaced", "alone", "alone-with-period", "line"],
)
def test_mark_at_the_head_is_found(lines: tuple[str, ...], mark: str) -> None:
    assert mark_of(pdf(page(*lines))) == mark


def test_mark_with_its_star_is_found_on_any_page() -> None:
    assert mark_of(pages(("名单",), ("附件", "机密★1年"))) == "机密"


@pytest.mark.parametrize(
    "lines",
    [
        ("关于加强秘密载体管理的通知", "要妥善保管绝密、机密、秘密文件。"),
        ("密级：无", "名单"),
        (*(f"第{number}行" for number in range(12)), "秘密"),
        (),
    ],
    ids=["talked-about", "none", "far-below", "blank"],
)
def test_words_that_are_no_mark_pass(lines: tuple[str, ...]) -> None:
    assert mark_of(pdf(page(*lines))) == ""


def test_word_alone_on_a_later_page_passes() -> None:
    assert mark_of(pages(("目录",), ("秘密",))) == ""


def test_pages_beyond_the_limit_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("formats.measure.words.MAX_WORD_PAGES", 1)

    assert mark_of(pages(("名单",), ("机密★1年",))) == ""


def test_what_cannot_be_read_is_an_error_of_the_file() -> None:
    with pytest.raises(BadPdf):
        mark_of(b"%PDF-1.7 junk")
    with pytest.raises(EncryptedPdf):
        mark_of(pdf(page("机密★1年"), encrypt="secret"))
