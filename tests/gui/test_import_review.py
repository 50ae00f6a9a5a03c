"""导入核对: what each line of a draft was taken as, beside the form, until it is closed."""

from pathlib import Path

import msgspec
from PyQt6.QtWidgets import QCheckBox

from desktop.services.reviewing import sureness, taken_rows
from formats.document.intake import IntakeElement, take_in
from formats.document.model import Attachment, Block, Document
from tests.support.windows import Person

DRAFT = (
    "关于规范电子公文交换工作的通知\n\n合肥市人民政府办公室：\n"
    "    为规范交换工作，现通知如下。\n    一、总体要求\n    坚持统一标准。\n\n"
    "                            安徽省人民政府办公厅\n"
    "                            2026年11月23日\n"
)


def imported(person: Person, folder: Path) -> None:
    path = folder / "草稿.txt"
    path.write_text(DRAFT, "utf-8")
    person.window.new_document()
    person.window.compose.take_in(path)
    person.wait(lambda: bool(person.window.compose.state.taken))


def test_every_line_of_a_draft_is_listed_beside_the_form(person: Person, tmp_path: Path) -> None:
    imported(person, tmp_path)
    review = person.window.compose_screen.review
    expected = len(take_in(DRAFT.encode(), "草稿.txt").elements)

    assert review.isVisible()
    assert expected == len(person.window.compose.state.taken)


def test_it_goes_away_when_it_has_been_looked_through(person: Person, tmp_path: Path) -> None:
    imported(person, tmp_path)

    person.window.compose_screen.review.closed.emit()

    assert not person.window.compose_screen.review.isVisible()


def test_a_line_leads_to_the_field_it_went_to(person: Person, tmp_path: Path) -> None:
    imported(person, tmp_path)
    person.window.activateWindow()

    person.window.compose_screen.review.chosen.emit("title")

    assert person.window.focusWidget() is person.window.compose_screen.form.title


def test_another_document_has_no_review(person: Person, tmp_path: Path) -> None:
    imported(person, tmp_path)

    person.window.new_document()

    assert () == person.window.compose.state.taken


def test_the_doubtful_lines_come_first() -> None:
    elements = [
        IntakeElement(line, f"第{line}行", element, confidence)
        for line, element, confidence in (
            (1, "title", 0.99), (2, "text", 0.5), (3, "cc", 0.8), (4, "text", 0.95),
        )
    ]  # fmt: skip

    rows = taken_rows(elements)

    assert [2, 3, 1, 4] == [row.line for row in rows]
    assert ["存疑", "请核对", "可靠", "可靠"] == [row.words for row in rows]
    assert ["body", "cc", "title", "body"] == [row.field for row in rows]


def test_certainty_is_told_in_three_words() -> None:
    assert ("sure", "check", "doubtful") == (sureness(0.9), sureness(0.7), sureness(0.69))


def test_an_attachment_can_be_bound_apart(person: Person) -> None:
    person.window.new_document()
    compose = person.window.compose
    attachment = Attachment(title="名册", body=(Block(text="张三。"),))
    document: Document = msgspec.structs.replace(compose.document, attachments=(attachment,))
    compose.start(document)

    files = person.window.compose_screen.form.files
    person.wait(lambda: bool(files.findChildren(QCheckBox)))
    files.findChildren(QCheckBox)[0].click()

    assert compose.document.attachments[0].separate
    assert compose.state.bound_in[0].separate
    assert compose.dirty
