"""版式: the editor and the receiving office see what the ruler of GB/T 9704 finds."""

import io
from dataclasses import replace

from reportlab.pdfgen.canvas import Canvas

from desktop.presenters.compose import ComposeState
from desktop.presenters.states import DetailState
from desktop.services.layout import layout_check
from desktop.services.rows import FindingRow, LayoutCheck, LayoutRow, Preview
from desktop.views.detail import LAYOUT
from tests.support.windows import Person

ROW = LayoutRow("L41", "7.2.7", "required", "第 1 页", "红色分隔线过短", "120 mm", "156 mm")
BODY = "为规范交换工作，现通知如下。\n一、总体要求\n坚持统一标准。"


def written(person: Person) -> None:
    person.window.new_document()
    form = person.window.compose_screen.form
    form.title.setText("安徽省人民政府办公厅关于规范电子公文交换工作的通知")
    form.main.setText("合肥市人民政府办公室")
    form.body.setPlainText(BODY)
    form.edited.emit()


def test_the_page_is_measured_when_typing_pauses(person: Person) -> None:
    written(person)

    person.wait(lambda: person.window.compose.state.layout is not None)

    assert "符合 GB/T 9704" in person.window.compose_screen.layout_words.text()


def test_typing_makes_an_old_measure_disappear(person: Person) -> None:
    written(person)
    person.wait(lambda: person.window.compose.state.layout is not None)

    person.window.compose_screen.form.body.setPlainText(BODY + "\n请遵照执行。")
    person.wait(lambda: person.window.compose.state.layout is None)

    assert "" == person.window.compose_screen.layout_words.text()


def test_what_was_measured_stands_among_the_findings_and_blocks_nothing(person: Person) -> None:
    written(person)
    person.wait(lambda: person.window.compose.state.layout is not None)
    screen = person.window.compose_screen
    check = LayoutCheck("1 处不符合规定", (ROW,), measurable=True, wrong=1)

    screen.render_state(replace(person.window.compose.state, findings=(), layout=check))

    items = [screen.findings.item(i) for i in range(screen.findings.count())]
    assert ["L41  第 1 页 红色分隔线过短"] == [item.text() for item in items if item]
    assert screen.send_button.isEnabled()


def test_rules_come_before_the_page_and_its_measures() -> None:
    rule = FindingRow("R16", "block", "", "没有发文机关", "issuers")
    state = ComposeState(
        findings=(rule,),
        preview=Preview(b"", 1, ("首页没有显示正文",), 1),
        layout=LayoutCheck("", (ROW,), measurable=True, wrong=1),
    )

    assert ["R16", "版面", "L41"] == [finding.code for finding in state.shown]
    assert state.blocked
    assert not replace(state, findings=()).blocked


def test_what_the_typesetter_changed_is_said_under_the_page(person: Person) -> None:
    written(person)
    person.wait(lambda: person.window.compose.state.preview is not None)
    screen = person.window.compose_screen
    preview = Preview(b"", 1, (), 1, ("第 1 页加大行距，使印章与正文同处一页。",))

    screen.render_state(replace(person.window.compose.state, preview=preview))

    assert "加大行距" in screen.page_notes.text()


def test_a_file_that_cannot_be_measured_is_told_in_a_sentence() -> None:
    check = layout_check(b"%PDF-1.7 broken")

    assert not check.measurable
    assert () == check.rows
    assert check.summary.startswith("无法测量：")


def test_a_page_from_elsewhere_is_named_by_clause_and_place() -> None:
    sink = io.BytesIO()
    canvas = Canvas(sink, pagesize=(595, 842))
    canvas.drawString(40, 700, "plain text far from the grid")
    canvas.showPage()
    canvas.save()
    check = layout_check(sink.getvalue())

    assert check.measurable
    assert check.wrong > 0
    assert any("第 1 页" in row.where and row.clause for row in check.rows)


def test_the_receiving_office_sees_the_layout_of_what_it_reads(person: Person) -> None:
    detail = person.window.inbox_screen.detail
    shown = DetailState(
        "c", "通知", layout=LayoutCheck("1 处不符合规定", (ROW,), measurable=True, wrong=1)
    )

    detail.render_state(shown)

    assert detail.tabs.isTabVisible(LAYOUT)
    assert "版式 1" == detail.tabs.tabText(LAYOUT)
    assert "1 处不符合规定" == detail.layout_words.text()
    detail.render_state(replace(shown, layout=None))
    assert not detail.tabs.isTabVisible(LAYOUT)
