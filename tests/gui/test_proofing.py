"""文字: habits of the text stand among the findings and are mended with a press."""

from PyQt6.QtCore import Qt

from tests.support.windows import Person

BODY = "按照皖政办[2026]12号文件要求,现通知如下。\n一、总体要求\n到2026年03月05日前完成。"
CLEAN = "按照皖政办〔2026〕12号文件要求，现通知如下。\n一、总体要求\n到2026年3月5日前完成。"


def written(person: Person) -> None:
    person.window.new_document()
    form = person.window.compose_screen.form
    form.title.setText("安徽省人民政府办公厅关于规范电子公文交换工作的通知")
    form.main.setText("合肥市人民政府办公室")
    form.body.setPlainText(BODY)
    form.edited.emit()
    person.wait(lambda: person.window.compose.state.proof.mendable >= 3)


def codes(person: Person) -> list[str]:
    screen = person.window.compose_screen
    items = [screen.findings.item(i) for i in range(screen.findings.count())]
    return [item.text().split()[0] for item in items if item]


def test_habits_of_the_text_stand_among_the_findings_and_block_nothing(person: Person) -> None:
    written(person)

    assert sum(code.startswith("P") for code in codes(person)) >= 3
    assert person.window.compose_screen.send_button.isEnabled()


def test_all_that_can_be_mended_is_mended_with_one_press(person: Person) -> None:
    written(person)

    person.window.compose_screen.mend_all_button.click()
    person.wait(lambda: person.window.compose.state.proof.mendable == 0)

    assert CLEAN == person.window.compose_screen.form.body.toPlainText()
    assert not person.window.compose_screen.mend_all_button.isVisible()


def test_one_finding_is_mended_alone(person: Person) -> None:
    written(person)
    screen = person.window.compose_screen
    place = next(i for i, code in enumerate(codes(person)) if code.startswith("P"))
    before = person.window.compose.state.proof.mendable

    screen.findings.setCurrentRow(place)
    assert screen.mend_button.isVisible()
    screen.mend_button.click()
    person.wait(lambda: person.window.compose.state.proof.mendable == before - 1)

    assert BODY != screen.form.body.toPlainText()


def test_a_mended_text_can_be_undone(person: Person) -> None:
    written(person)
    screen = person.window.compose_screen
    screen.mend_all_button.click()
    person.wait(lambda: person.window.compose.state.proof.mendable == 0)

    screen.form.body.undo()

    assert BODY == screen.form.body.toPlainText()


def test_mending_keeps_what_the_form_does_not_show_and_the_draft_is_kept(person: Person) -> None:
    written(person)
    compose = person.window.compose
    issuers = compose.document.issuers

    compose.mend()
    person.wait(lambda: not compose.dirty)

    assert issuers == compose.document.issuers
    assert "〔2026〕12号" in (compose.document.body[0].text or "")


def test_a_fix_for_text_that_went_on_is_not_made(person: Person) -> None:
    written(person)
    told: list[str] = []
    compose = person.window.compose
    compose.told.connect(told.append, Qt.ConnectionType.DirectConnection)  # type: ignore[call-arg]  # its stub knows no second argument
    person.window.compose_screen.form.body.setPlainText("完全不同的文字。")

    compose.mend(0)

    assert "已经改动" in told[0]
    assert "完全不同的文字。" == person.window.compose_screen.form.body.toPlainText()
