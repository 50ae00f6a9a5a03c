"""Lists: what is current stays current, batches, reasons, empty places, long titles."""

from dataclasses import dataclass, replace
from datetime import datetime

import pytest
from PyQt6.QtCore import QItemSelectionModel
from PyQt6.QtTest import QAbstractItemModelTester
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.presenters.states import Action, DetailState
from desktop.views.detail import DetailPane, size_words
from desktop.views.inbox import InboxScreen
from desktop.views.widgets.dialogs import PinDialog, ReturnDialog
from desktop.views.widgets.table import Column, RowsTable
from signing.tokens.base import PinState
from tests.support.windows import Dialogs, Person


@dataclass(frozen=True)
class Row:
    """What a column asks of a row."""

    id: str
    title: str
    state: str = "pending"
    number: str = ""
    sender_name: str = ""
    urgency: str | None = None
    received: datetime | None = None


def row_key(row: Row) -> str:
    return row.id


def current(table: RowsTable) -> list[str]:
    """The id of the current row, if there is one."""
    row = table.current()
    return [] if row is None else [row.id]


ROWS = tuple(Row(str(n), f"关于第{n}号事项的通知") for n in range(5))


@pytest.fixture
def table(qtbot: QtBot, theme: QApplication) -> RowsTable:
    del theme
    shown = RowsTable((Column("标题", 0, lambda row: row.title, under=lambda row: row.number),))
    qtbot.addWidget(shown)
    shown.show()
    return shown


def test_the_model_keeps_qts_rules(table: RowsTable) -> None:
    tester = QAbstractItemModelTester(table.rows_model)
    table.set_rows(ROWS, row_key)
    table.set_rows((), row_key)
    assert tester.model() is table.rows_model


def test_a_refresh_keeps_the_current_row_and_the_selection(table: RowsTable) -> None:
    table.set_rows(ROWS, row_key)
    table.selectRow(2)
    flags = QItemSelectionModel.SelectionFlag
    index = table.rows_model.index(4, 0)
    selection = table.selectionModel()
    assert selection is not None
    selection.select(index, flags.Select | flags.Rows)
    changed: list[object] = []
    table.row_changed.connect(changed.append)

    table.set_rows((Row("new", "新到"), *ROWS), row_key)

    assert ["2"] == current(table)
    assert ["2", "4"] == [row.id for row in table.chosen()]
    assert [] == changed


def test_when_the_current_row_goes_its_neighbour_is_next(table: RowsTable) -> None:
    table.set_rows(ROWS, row_key)
    table.selectRow(2)

    table.set_rows([row for row in ROWS if row.id != "2"], row_key)

    assert ["3"] == current(table)


def test_a_cell_tells_both_its_lines(table: RowsTable) -> None:
    table.set_rows([replace(ROWS[0], number="皖政办〔2026〕1号")], row_key)

    told = table.rows_model.index(0, 0).data(0x000B)  # AccessibleTextRole

    assert "关于第0号事项的通知\n皖政办〔2026〕1号" == told


@pytest.fixture
def pane(qtbot: QtBot, theme: QApplication) -> DetailPane:
    del theme
    shown = DetailPane()
    qtbot.addWidget(shown)
    shown.resize(600, 600)
    shown.show()
    return shown


def test_a_button_that_cannot_be_pressed_says_why(pane: DetailPane) -> None:
    why = "验证没有通过，不能签收，只能退回。"
    action = Action("sign-for", "签收", primary=True, enabled=False, why=why)
    pane.render_state(DetailState("1", "标题", actions=(action,)))

    assert why == pane._said.text()
    assert pane.primary is None


def test_a_button_keeps_the_focus_when_the_list_is_refreshed(pane: DetailPane) -> None:
    state = DetailState("1", "标题", actions=(Action("file", "归档", primary=True),))
    pane.render_state(state)
    before = pane.primary

    pane.render_state(replace(state, title="标题改了"))

    assert before is pane.primary


def test_nothing_can_be_pressed_while_an_act_runs(pane: DetailPane) -> None:
    state = DetailState("1", "标题", actions=(Action("file", "归档", primary=True),))
    pane.render_state(state, "正在归档……")

    assert pane.primary is None
    assert "正在归档……" == pane._said.text()


def test_a_very_long_title_wraps_inside_its_pane(pane: DetailPane) -> None:
    pane.render_state(DetailState("1", "关于" + "进一步加强和改进" * 20 + "工作的通知"))

    QApplication.processEvents()
    assert 600 == pane.width()
    assert pane._title.height() > 2 * pane._title.fontMetrics().height()


@pytest.mark.parametrize(
    ("size", "words"), [(1023, "1023 字节"), (1024, "1 KiB"), (3 * 1024 * 1024, "3.0 MiB")]
)
def test_sizes_are_for_people(size: int, words: str) -> None:
    assert words == size_words(size)


def test_other_as_a_reason_needs_words(qtbot: QtBot) -> None:
    dialog = ReturnDialog("标题", (("misdirected", "误送"), ("other", "其他")))
    qtbot.addWidget(dialog)
    assert dialog.act_button.isEnabled()

    dialog.reason.setCurrentIndex(1)
    assert not dialog.act_button.isEnabled()
    dialog.remark.setPlainText("  ")
    assert not dialog.act_button.isEnabled()
    dialog.remark.setPlainText("应送水利局")
    assert dialog.act_button.isEnabled()


@pytest.mark.parametrize(
    ("state", "words"),
    [("ok", ""), ("low", "输错"), ("final", "将被锁定"), ("locked", "已锁定"), ("unknown", "")],
)
def test_the_pin_dialog_tells_how_the_ukey_stands(
    qtbot: QtBot, state: PinState, words: str
) -> None:
    dialog = PinDialog("为《标题》签收。", "办公厅", state, "签收")
    qtbot.addWidget(dialog)
    dialog.show()

    assert words in dialog.words.text()
    assert dialog.field.isVisible() == (state != "locked")
    dialog.field.setText("123456")
    assert dialog.act_button.isEnabled() == (state != "final")
    dialog.sure.setChecked(True)
    assert dialog.act_button.isEnabled()


def test_a_pin_is_taken_once(qtbot: QtBot) -> None:
    dialog = PinDialog("为《标题》签收。", "办公厅", "ok", "签收")
    qtbot.addWidget(dialog)
    dialog.field.setText("123456")

    assert "123456" == dialog.take_pin().text()
    assert "" == dialog.field.text()


def test_several_documents_are_signed_for_with_one_pin(
    person: Person, dialogs: Dialogs, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen: InboxScreen = person.window.inbox_screen
    signed: list[list[str]] = []
    monkeypatch.setattr(screen.presenter, "sign_for", lambda keys, _pin: signed.append(keys))
    screen.table.row_changed.disconnect()  # the rows of this test have no document behind them
    screen.table.set_rows((*ROWS[:3], replace(ROWS[3], state="signed")), row_key)
    screen.table.selectAll()
    dialogs.enter_pin()

    screen.on_action("sign-for", "0")

    assert [["0", "1", "2"]] == signed
    assert "选中的 3 件" in dialogs.seen[-1]


def test_a_document_outside_the_selection_is_signed_for_alone(
    person: Person, dialogs: Dialogs, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen: InboxScreen = person.window.inbox_screen
    signed: list[list[str]] = []
    monkeypatch.setattr(screen.presenter, "sign_for", lambda keys, _pin: signed.append(keys))
    screen.table.row_changed.disconnect()
    screen.table.set_rows(ROWS[:3], row_key)
    screen.table.selectRow(0)
    dialogs.enter_pin()

    screen.on_action("sign-for", "2")

    assert [["2"]] == signed
