"""Writing: page and findings beside the form, autosave, import, attachments."""

from dataclasses import replace
from pathlib import Path
from time import perf_counter

import pytest
from PIL import Image as PictureFile

from desktop.errors import DiskFull
from desktop.views.window import Window
from formats.document.model import Attachment, Block, Document
from formats.document.parse import parse_document
from tests.support.windows import Dialogs, Person

ISSUE_BODY = "为规范交换工作，现通知如下。\n一、总体要求\n坚持统一标准。"
EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "notice.json"


def settled(person: Person) -> None:
    """Until the page shows what the form says."""
    person.wait(
        lambda: not person.window.compose.state.preview_stale and not person.window.tasks.running
    )


def test_writing_shows_the_page_beside_the_form(person: Person) -> None:
    person.window.new_document()
    screen = person.window.compose_screen

    screen.form.title.setText("安徽省人民政府办公厅关于规范电子公文交换工作的通知")
    screen.form.body.setPlainText(ISSUE_BODY)
    settled(person)

    assert 1 == screen.preview.pages


def test_a_broken_rule_forbids_sealing_and_leads_to_its_field(person: Person) -> None:
    person.window.new_document()
    screen = person.window.compose_screen
    screen.form.body.setPlainText(ISSUE_BODY)
    settled(person)
    person.window.activateWindow()

    assert not screen.send_button.isEnabled()
    assert "须改正" in screen.send_button.toolTip()
    items = [screen.findings.item(i) for i in range(screen.findings.count())]
    missing = next(item for item in items if item and "主送" in item.text())
    screen.findings.itemActivated.emit(missing)
    assert person.window.focusWidget() is screen.form.main


def test_a_pause_in_typing_keeps_the_draft(person: Person) -> None:
    person.window.new_document()
    person.window.compose_screen.form.body.setPlainText(ISSUE_BODY)

    person.wait(lambda: "草稿已保存" == person.window.compose_screen.saved.text())

    assert not person.window.compose.dirty


def test_autosave_in_trouble_does_not_interrupt(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    compose = person.window.compose
    person.window.new_document()
    compose._save_timer.setInterval(10)

    def full(*_: object, **__: object) -> None:
        raise DiskFull("no space", path="/", reason="")

    with monkeypatch.context() as patch:
        patch.setattr(compose.drafting, "save", full)
        person.window.compose_screen.form.body.setPlainText(ISSUE_BODY)
        person.wait(lambda: "没有保存" in person.window.compose_screen.saved.text())

    assert compose.dirty
    assert compose.save()


def test_a_secrecy_mark_is_refused_while_typing_and_stays_on_the_screen(person: Person) -> None:
    person.window.new_document()
    screen = person.window.compose_screen

    screen.form.body.setPlainText("机密★1年")
    person.wait(lambda: "密" in screen.trouble.text() or bool(screen.findings.count()))
    person.wait(lambda: "没有保存" in screen.saved.text())

    assert "机密★1年" == screen.form.body.toPlainText()
    assert not screen.send_button.isEnabled()


def test_the_last_good_page_stays_while_there_is_trouble(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    person.window.new_document()
    screen = person.window.compose_screen
    screen.form.body.setPlainText(ISSUE_BODY)
    settled(person)

    def broken(_document: Document) -> None:
        raise DiskFull("no space", path="/", reason="")

    monkeypatch.setattr(person.window.compose.drafting, "preview", broken)
    screen.form.body.setPlainText(ISSUE_BODY + "再加一句。")
    person.wait(lambda: bool(screen.trouble.text()))

    assert 1 == screen.preview.pages


def test_a_text_file_becomes_the_document_of_the_own_body(
    person: Person, dialogs: Dialogs, tmp_path: Path
) -> None:
    source = tmp_path / "规划.txt"
    lines = [
        f"（{n % 9 + 1}）第{n}项工作由各市县政府负责落实，逐级报告进展情况。" for n in range(400)
    ]
    source.write_text("关于印发发展规划的通知\n各市、县人民政府：\n" + "\n".join(lines), "utf-8")
    person.window.new_document()
    dialogs.choose(source)

    person.window.compose_screen._take_in()
    person.wait(lambda: 10 < person.window.compose_screen.preview.pages)
    settled(person)

    assert ("安徽省人民政府办公厅",) == person.window.compose.document.issuers
    assert "皖政办" == person.window.compose_screen.form.mark.text()
    person.wait(lambda: person.window.compose.draft is not None)


def test_what_follows_the_text_survives_the_form(person: Person) -> None:
    bound_in = Attachment(title="任务分工", body=(Block(text="各单位按分工落实。"),))
    example = parse_document(EXAMPLE.read_bytes())
    person.window.compose.start(example)
    person.window.compose.base = replace_attachments(example, bound_in)
    form = person.window.compose_screen.form
    form.title.setText("安徽省人民政府办公厅关于任务分工的通知")
    form.edited.emit()
    settled(person)

    assert (bound_in,) == person.window.compose.document.attachments


def replace_attachments(document: Document, attachment: Attachment) -> Document:
    import msgspec  # noqa: PLC0415 - one use

    return msgspec.structs.replace(document, attachments=(attachment,))


def test_a_file_beside_the_document_is_added_and_taken_out(
    person: Person, dialogs: Dialogs, tmp_path: Path
) -> None:
    table = tmp_path / "统计表.txt"
    table.write_text("一、二、三", "utf-8")
    person.window.new_document()
    dialogs.choose(table)

    person.window.compose_screen._attach()
    person.wait(lambda: ["统计表.txt"] == [f.name for f in person.window.compose.state.files])
    person.window.compose_screen.form.files.removed.emit("统计表.txt")

    assert () == person.window.compose.state.files
    person.rest()


def test_the_window_stays_quick_while_a_draft_is_kept(person: Person) -> None:
    person.window.compose.start(parse_document(EXAMPLE.read_bytes()))
    settled(person)

    begun = perf_counter()
    assert person.window.compose.save()
    took = perf_counter() - begun

    assert took < 0.25, "saving runs where the window is drawn"


def test_a_page_zoomed_into_fits_again_for_another_document(window: Window, person: Person) -> None:
    person.window.new_document()
    settled(person)
    preview = window.compose_screen.preview
    preview.zoom(2)
    assert preview._view.zoomMode() == preview._view.ZoomMode.Custom

    window.compose.start(parse_document(EXAMPLE.read_bytes()))
    settled(person)

    assert preview._view.zoomMode() == preview._view.ZoomMode.FitToWidth


def test_a_document_that_is_being_sealed_is_not_written_over(person: Person) -> None:
    compose = person.window.compose
    compose.start(parse_document(EXAMPLE.read_bytes()))
    settled(person)
    compose._show(replace(compose.state, busy="正在签章并发送……"))

    assert not person.window.compose_screen.form.isEnabled()
    assert not compose.start()
    assert parse_document(EXAMPLE.read_bytes()).title == compose.document.title
    compose._show(replace(compose.state, busy=""))


def test_fields_of_minutes_and_of_signers_appear_with_them(person: Person) -> None:
    person.window.new_document()
    form = person.window.compose_screen.form

    assert not form.present.isVisible()
    form.format.setCurrentIndex(form.format.findData("minutes"))
    form.signature.setCurrentIndex(form.signature.findData("personal"))

    assert form.present.isVisible()
    assert form.signers.isVisible()


def test_choosing_a_letter_changes_the_format_of_the_page(person: Person) -> None:
    person.window.new_document()
    screen = person.window.compose_screen

    screen.form.kind.setCurrentIndex(screen.form.kind.findData("letter"))
    screen.form.kind.activated.emit(screen.form.kind.currentIndex())
    settled(person)

    assert "letter" == person.window.compose.document.format


def test_a_picture_goes_below_the_text_and_onto_the_page(person: Person, tmp_path: Path) -> None:
    person.window.new_document()
    screen = person.window.compose_screen
    screen.form.body.setPlainText("流程如下：")
    picture = tmp_path / "流程图.png"
    PictureFile.new("RGB", (300, 200), (20, 90, 200)).save(picture)

    person.window.compose.add_picture(picture)
    person.wait(lambda: "![图1" in screen.form.body.toPlainText())
    settled(person)

    assert "流程图" == person.window.compose.document.body[-1].image.description  # type: ignore[union-attr] # it has one


def test_a_file_that_is_no_picture_is_refused_with_a_sentence(
    person: Person, tmp_path: Path, dialogs: Dialogs
) -> None:
    person.window.new_document()
    broken = tmp_path / "坏.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\n????")
    dialogs.expect_error()

    person.window.compose.add_picture(broken)
    person.wait(lambda: not person.window.tasks.running)

    assert "图片无法读取" in dialogs.errors[0].text()
    assert "![图1" not in person.window.compose_screen.form.body.toPlainText()
