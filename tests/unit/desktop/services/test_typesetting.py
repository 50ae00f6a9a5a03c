"""From the model to the PDFs that are sealed and sent along."""

from datetime import date

import pytest

from desktop.services.typesetting import source_of, typeset
from formats.document.model import Attachment, Block, Document
from formats.typeset.titles import TitleTooLong


def notice(**fields: object) -> Document:
    values: dict[str, object] = {
        "kind": "notice",
        "direction": "down",
        "issuers": ("安徽省教育厅",),
        "title": "关于加强公文交换工作的通知",
        "main_recipients": ("各市教育局",),
        "body": (Block(text="请遵照执行。"),),
        "issue_date": date(2026, 11, 23),
    }
    return Document(**(values | fields))  # type: ignore[arg-type] # a test's own mapping


def test_the_document_can_be_read_back_from_its_page() -> None:
    document = notice()

    assert document == source_of(typeset(document).pdf)


def test_every_attachment_bound_apart_is_a_page_of_its_own() -> None:
    attachments = (
        Attachment(title="名册", body=(Block(text="张三。"),), separate=True),
        Attachment(title="方案", body=(Block(text="略。"),)),
        Attachment(title="清单", body=(Block(text="略。"),), separate=True),
    )
    done = typeset(notice(attachments=attachments))

    assert [1, 3] == [number for number, _ in done.separate]
    assert all(pdf.startswith(b"%PDF") for _, pdf in done.separate)


def test_what_is_missing_in_an_attachment_bound_apart_is_told_once() -> None:
    attachments = tuple(
        Attachment(title="名册", body=(Block(text="张\U0001f600。"),), separate=True) for _ in "二"
    )
    done = typeset(notice(attachments=attachments))

    assert 1 == len([text for text in done.warnings if "\U0001f600" in text])


def test_a_title_that_leaves_no_text_on_page_1_is_refused() -> None:
    with pytest.raises(TitleTooLong):
        typeset(notice(title="关于加强公文管理" * 40))
