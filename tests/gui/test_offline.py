"""The node is down, the PIN is wrong, the UKEY is gone: nothing is lost, and it is said."""

from desktop.views.window import Window
from formats.document.model import Document
from formats.document.parse import document_to_json
from signing.errors import PinWrong
from signing.verdict.pdf import verify_pdf
from tests.gui.test_journey import TITLE, write
from tests.support.windows import Dialogs, Person


def document_on_screen(window: Window) -> Document:
    return window.compose.document


def test_without_its_node_a_document_waits_in_the_outbox(person: Person, dialogs: Dialogs) -> None:
    screen = write(person)
    dialogs.enter_pin()

    screen.send_button.click()
    person.wait(lambda: "在发件箱，连接恢复后自动发送" in person.told())
    person.rest()

    assert ["outbox"] == [row.state for row in person.window.outgoing.state.rows]
    assert "待发 1" == person.window.status_words.outbox.text()
    assert ["retry"] == person.offered()


def test_a_node_that_does_not_answer_is_named_once(person: Person) -> None:
    person.window.sync()
    person.wait(lambda: person.window.top.node_badge.text() == "连接中断")
    assert "未能连接交换服务器" in person.told()

    person.window.tell("另一件事")
    person.window.shell.sync()
    person.rest()

    assert "另一件事" == person.told()


def test_a_wrong_pin_leaves_the_document_in_the_editor(person: Person, dialogs: Dialogs) -> None:
    screen = write(person)
    before = document_to_json(document_on_screen(person.window))
    dialogs.enter_pin("654321")
    dialogs.expect_error()

    screen.send_button.click()
    person.wait(lambda: bool(dialogs.errors))
    person.rest()

    assert [PinWrong.code] == [error.code for error in dialogs.errors]
    assert person.window.stack.currentWidget() is screen
    assert before == document_to_json(document_on_screen(person.window))
    assert screen.form.isEnabled()
    assert [TITLE] == [row.title for row in person.window.drafts.load_rows()]


def test_a_document_is_sealed_over_the_edges_where_that_is_asked(
    person: Person, dialogs: Dialogs
) -> None:
    screen = write(person)
    screen.riding.setChecked(True)
    dialogs.enter_pin()
    screen.send_button.click()
    person.wait(lambda: "在发件箱" in person.told())
    person.rest()

    assert "每一页同时加盖骑缝章" in dialogs.seen[-1]
    workspace = person.window.workspace
    row = person.window.outgoing.state.rows[0]
    sealed = person.window.outgoing.sealing.sealed_pdf(row.dispatch)
    verdict = verify_pdf(sealed, trust=workspace.trust, now=workspace.clock())
    assert "green-b" == verdict.status, verdict.reasons
    assert verdict.seal is not None
    assert verdict.seal.eseal is not None
    assert verdict.seal.eseal.riding
