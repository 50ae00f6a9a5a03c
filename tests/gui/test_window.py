"""What a person meets in the window."""

from pytestqt.qtbot import QtBot

from desktop.views.window import Window

ISSUE_BODY = "各有关单位：\n为规范交换工作，现通知如下。\n一、总体要求\n坚持统一标准。"


def test_writing_shows_the_page_beside_the_form(window: Window, qtbot: QtBot) -> None:
    window.new_document()
    screen = window.compose_screen

    screen.form.title.setText("安徽省人民政府办公厅关于规范电子公文交换工作的通知")
    screen.form.body.setPlainText(ISSUE_BODY)
    qtbot.waitUntil(lambda: screen.preview.pages > 0, timeout=15_000)

    assert screen.preview.pages >= 1
