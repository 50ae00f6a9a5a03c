"""附件 that are bound apart: sheets of their own that say whose they are (7.3.7)."""

from pathlib import Path

import pytest

from formats.document.model import Attachment, Block
from formats.typeset.compose import compose
from formats.typeset.fonts import FontSet
from formats.typeset.separate import NoSuchAttachment, compose_separate, separate_numbers
from formats.write.pdf import write_pdf
from tests.unit.formats.typeset.conftest import SENTENCE, Notice
from tests.unit.formats.typeset.measured import lines, plain_text

ATTACHMENTS = (
    Attachment(title="实施方案", body=tuple(Block(text=SENTENCE) for _ in range(20))),
    Attachment(title="名册", body=tuple(Block(text=SENTENCE) for _ in range(20)), separate=True),
)


def test_it_begins_with_the_number_of_its_document(fonts: FontSet, notice: Notice) -> None:
    document = notice(attachments=ATTACHMENTS)
    pages = lines(write_pdf(compose_separate(document, 2, fonts), fonts, title="名册"))
    first = pages[0][0]

    assert "皖政办〔2026〕12号附件2" == first.text
    assert abs(first.left - 28.0) < 0.2
    assert abs(first.baseline - 41.9) < 0.1


def test_its_pages_are_counted_from_1(fonts: FontSet, notice: Notice) -> None:
    document = notice(attachments=ATTACHMENTS)
    pages = lines(write_pdf(compose_separate(document, 2, fonts), fonts, title="名册"))

    assert [f"— {n} —" for n in range(1, len(pages) + 1)] == [page[-1].text for page in pages]


def test_the_document_names_it_but_does_not_hold_it(
    fonts: FontSet, notice: Notice, tmp_path: Path
) -> None:
    document = notice(attachments=ATTACHMENTS)
    text = plain_text(write_pdf(compose(document, fonts), fonts, title="通知"), tmp_path)

    assert "附件：1.实施方案2.名册" in text
    assert text.count("名册") == 1


def test_only_what_is_bound_apart_has_sheets_of_its_own(fonts: FontSet, notice: Notice) -> None:
    document = notice(attachments=ATTACHMENTS)

    assert (2,) == separate_numbers(document)
    for number in (0, 1, 3):
        with pytest.raises(NoSuchAttachment) as caught:
            compose_separate(document, number, fonts)
        assert str(number) in caught.value.text()
