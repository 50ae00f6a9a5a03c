"""The verdict on the screen: five real documents, and no state that could be taken for another."""

import json
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QFont, QImage
from PyQt6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.presenters.states import DetailState
from desktop.presenters.verdict import PICTURES, WORDS, card_of
from desktop.services.overview import state_of_verdict
from desktop.services.rows import IncomingDetail, IncomingRow, VerdictStatus
from desktop.services.verdicts import as_sealed, save_report
from desktop.views.detail import PAGE, VERDICT, DetailPane
from desktop.views.theme import icon
from formats.ids import sha256
from signing.verdict.reasons import SEVERITY
from signing.verdict.report import Verdict
from tests.gui.verdicts import Judged, five
from tests.support.pki import PilotWorld
from tests.support.sealed import Hands
from tests.support.windows import Dialogs, Person
from tests.unit.desktop.test_presenters import RECEIVED

Five = dict[VerdictStatus, Judged]


@pytest.fixture(scope="module")
def documents(pilot: PilotWorld) -> Five:
    """One document in each state."""
    return five(Hands(pilot))


@pytest.fixture
def pane(qtbot: QtBot, theme: QApplication) -> DetailPane:
    """The right-hand side of a list in a window of 1280 x 720."""
    del theme
    shown = DetailPane()
    qtbot.addWidget(shown)
    shown.resize(606, 600)
    shown.show()
    return shown


def show(pane: DetailPane, judged: Judged, *, original: bool = False) -> None:
    card = card_of(judged.verdict, len(judged.pdf))
    pane.render_state(DetailState("1", "标题", card=card, original=original, pdf=judged.pdf))
    QApplication.processEvents()


def said(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


@pytest.mark.parametrize("status", SEVERITY)
def test_each_document_is_shown_in_its_own_state(
    pane: DetailPane, documents: Five, status: VerdictStatus
) -> None:
    judged = documents[status]
    assert status == judged.verdict.status, judged.verdict.reasons
    show(pane, judged)

    assert WORDS[status] == pane.verdict.word.text()
    assert judged.verdict.sentence == pane.verdict.sentence.text()
    assert (judged.verdict.accepted) == (pane.verdict.act.text() == "可以办理")
    assert pane.verdict.accessibleName().startswith(WORDS[status])


@pytest.mark.parametrize("status", SEVERITY)
def test_the_page_behind_it_has_every_reason_with_its_code_and_what_to_do(
    pane: DetailPane, documents: Five, status: VerdictStatus
) -> None:
    judged = documents[status]
    show(pane, judged)
    pane.tabs.setCurrentIndex(VERDICT)
    QApplication.processEvents()
    told = said(pane.verdict_page)

    assert judged.verdict.advice in told
    for reason in judged.verdict.reasons:
        assert reason.text in told
        assert f"代码 {reason.code}" in told


def test_it_says_who_sealed_with_what_which_seal_and_who_made_it(
    pane: DetailPane, documents: Five
) -> None:
    show(pane, documents["green"])
    pane.tabs.setCurrentIndex(VERDICT)
    QApplication.processEvents()
    told = said(pane.verdict_page)

    for words in (
        "安徽省人民政府办公厅（340000.bgt）", "国际：ECDSA P-256 密钥，SHA-256 摘要",
        "未吊销；依据", "制章机构",
        "安徽省电子印章制章中心", "时间戳，由“", "印章担保的页数", "B-T  时间级：有时间戳",
    ):  # fmt: skip
        assert words in told


def shape(name: str) -> bytes:
    """A picture in black on white, as whoever sees no colours sees it."""
    size = 48
    image = QImage(QSize(size, size), QImage.Format.Format_Grayscale8)
    image.fill(Qt.GlobalColor.white)
    from PyQt6.QtGui import QPainter  # noqa: PLC0415 - only here

    painter = QPainter(image)
    painter.drawPixmap(0, 0, icon(name, "#000000", size).pixmap(size, size))
    painter.end()
    bits = image.constBits()
    assert bits is not None
    return bits.asstring(image.sizeInBytes())


def test_the_pictures_differ_without_their_colours(theme: QApplication) -> None:
    del theme
    shapes = {status: shape(PICTURES[status]) for status in SEVERITY}
    for one, other in combinations(SEVERITY, 2):
        differing = sum(abs(a - b) > 128 for a, b in zip(shapes[one], shapes[other], strict=True))
        assert differing > 0.04 * len(shapes[one]), (one, other)


@pytest.mark.parametrize("size", [10.0, 12.5], ids=["100", "125"])
@pytest.mark.parametrize("status", SEVERITY)
def test_nothing_of_the_head_is_cut_off(
    pane: DetailPane, documents: Five, status: VerdictStatus, size: float
) -> None:
    font = QFont(pane.font())
    font.setPointSizeF(size)
    for label in pane.verdict.findChildren(QLabel):
        label.setFont(font)
    show(pane, documents[status])
    QApplication.processEvents()

    for label in (pane.verdict.word, pane.verdict.act):
        assert label.width() >= label.sizeHint().width()
    sentence = pane.verdict.sentence
    assert sentence.height() >= sentence.heightForWidth(sentence.width())


def test_the_original_is_offered_only_where_something_was_added(
    pane: DetailPane, documents: Five
) -> None:
    for status, judged in documents.items():
        show(pane, judged)
        assert pane.verdict_page.original.isHidden() == (status != "blue")


def test_whoever_sees_the_original_is_told_so(pane: DetailPane, documents: Five) -> None:
    show(pane, documents["blue"], original=True)
    assert pane.original.isVisible()
    assert "返回现在的文件" == pane.verdict_page.original.text()

    show(pane, documents["blue"])
    assert pane.original.isHidden()


def test_the_original_is_the_file_as_the_issuing_body_sealed_it(documents: Five) -> None:
    blue = documents["blue"]
    original = as_sealed(blue.pdf, blue.verdict)

    assert len(original) < len(blue.pdf)
    assert blue.pdf.startswith(original)
    assert original.rstrip().endswith(b"%%EOF")


def test_a_list_without_a_verdict_shows_none(pane: DetailPane) -> None:
    pane.render_state(DetailState("1", "标题"))

    assert pane.verdict.isHidden()
    assert not pane.tabs.isTabVisible(VERDICT)


# --- in the inbox ---------------------------------------------------------------------------------


class Shelf:
    """What `Incoming` would give: the documents, each as a received consignment."""

    def __init__(self, documents: Five) -> None:
        self.documents = documents

    def row(self, status: VerdictStatus) -> IncomingRow:
        """The row of one."""
        state = state_of_verdict(self.documents[status].verdict)
        return replace(RECEIVED, id=status, title=f"标题 {status}", state=state, verdict=status)

    def list(self) -> tuple[IncomingRow, ...]:
        """All five."""
        return tuple(map(self.row, SEVERITY))

    def get(self, consignment: VerdictStatus) -> IncomingDetail:
        """One with its verdict."""
        return IncomingDetail(self.row(consignment), None, (), self.documents[consignment].verdict)

    def read_pdf(self, consignment: VerdictStatus) -> bytes:
        """One as a file."""
        return self.documents[consignment].pdf


@pytest.fixture
def inbox(person: Person, documents: Five, monkeypatch: pytest.MonkeyPatch) -> Person:
    """Someone who has received the five."""
    shelf = Shelf(documents)
    for name in ("list", "get", "read_pdf"):
        monkeypatch.setattr(person.window.inbox.incoming, name, getattr(shelf, name))
    person.window.inbox.refresh()
    person.wait(lambda: len(person.window.inbox.state.rows) == len(SEVERITY))
    person.rest()
    return person


def choose(person: Person, status: VerdictStatus) -> DetailPane:
    """Make that document the current one."""
    screen = person.window.inbox_screen
    screen.table.selectRow(SEVERITY.index(status))
    person.wait(lambda: screen.detail._key == status and screen.detail.preview.pages > 0)
    person.rest()
    return screen.detail


def button(pane: DetailPane, name: str) -> QPushButton:
    found = pane.findChild(QPushButton, name)
    assert found is not None
    return found


def test_only_what_may_be_acted_upon_can_be_signed_for(inbox: Person) -> None:
    for status in SEVERITY:
        choose(inbox, status)
        can = "sign-for" in inbox.offered()
        assert can == (status in {"green", "green-b", "blue"}), status


def test_what_is_not_settled_can_be_verified_again(
    inbox: Person, documents: Five, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(inbox, "amber")
    settled = IncomingDetail(
        replace(RECEIVED, id="amber", state="pending", verdict="green"),
        None,
        (),
        documents["green"].verdict,
    )
    asked: list[str] = []

    def verify(consignment: str) -> IncomingDetail:
        asked.append(consignment)
        return settled

    monkeypatch.setattr(inbox.window.inbox.incoming, "verify", verify)
    inbox.press("verify")
    inbox.wait(lambda: inbox.told() == documents["green"].verdict.sentence)
    inbox.rest()

    assert ["amber"] == asked


def test_the_original_is_viewed_and_left_again(inbox: Person, documents: Five) -> None:
    pane = choose(inbox, "blue")
    blue = documents["blue"]
    pane.tabs.setCurrentIndex(VERDICT)
    pane.verdict_page.original.click()
    inbox.wait(pane.original.isVisible)

    assert PAGE == pane.tabs.currentIndex()
    assert as_sealed(blue.pdf, blue.verdict) == pane._pdf
    inbox.rest()
    assert pane.original.isVisible(), "what comes later must not change the page under the eyes"
    assert "页看上去不同" in pane.original.words.text()

    pane.original.back.click()
    inbox.wait(pane.original.isHidden)
    assert blue.pdf == pane._pdf
    inbox.rest()


def test_the_report_is_saved_in_both_forms_and_never_over_another(
    inbox: Person, documents: Five, dialogs: Dialogs, tmp_path: Path
) -> None:
    pane, folder = choose(inbox, "green"), tmp_path / "reports"
    for _ in range(2):
        dialogs.choose(folder)
        inbox.window.tell("")
        pane.verdict_page.report.click()
        inbox.wait(lambda: "验证报告已存为" in inbox.told())
        inbox.rest()
    names = sorted(path.name for path in folder.iterdir())

    assert [
        "验证报告 标题 green (2).json", "验证报告 标题 green (2).xml",
        "验证报告 标题 green.json", "验证报告 标题 green.xml",
    ] == names  # fmt: skip
    kept = json.loads((folder / names[2]).read_bytes())
    assert ("green", sha256(documents["green"].pdf)) == (kept["status"], kept["digest"])


def test_a_gm_document_has_its_report_as_json(documents: Five, tmp_path: Path) -> None:
    verdict = documents["green"].verdict
    from msgspec.structs import replace as changed  # noqa: PLC0415 - beside the other `replace`

    digest = "sm3:" + 64 * "0"
    signatures = tuple(
        changed(report, content=digest, attributes=digest) for report in verdict.signatures
    )
    gm: Verdict = changed(verdict, signatures=signatures)

    assert [".json"] == [path.suffix for path in save_report(gm, tmp_path, "标题")]


def test_the_list_tells_amber_from_red_in_words(inbox: Person) -> None:
    model = inbox.window.inbox_screen.table.rows_model
    pills = [str(model.index(row, 0).data()) for row in range(len(SEVERITY))]

    assert ["待签收", "待签收", "待签收", "暂不能确认", "未通过验证"] == pills
    inbox.rest()
