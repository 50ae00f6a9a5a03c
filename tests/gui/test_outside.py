"""验证文件: files that came by another way, judged and shown as received ones are."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from PyQt6.QtCore import QMimeData, QPointF, Qt, QUrl
from PyQt6.QtGui import QDropEvent

from desktop.services.rows import IncomingDetail
from desktop.views.detail import VERDICT
from desktop.views.outside import OutsideScreen
from tests.gui.verdicts import Judged, five
from tests.support.pki import PilotWorld
from tests.support.sealed import CITY, COUNTY, PROVINCE, Hands, plain_pdf, slot
from tests.support.windows import Dialogs, Person
from tests.unit.desktop.test_presenters import RECEIVED

Five = dict[str, Judged]


@pytest.fixture(scope="module")
def documents(pilot: PilotWorld) -> Five:
    return {str(status): judged for status, judged in five(Hands(pilot)).items()}


def dropped(person: Person, paths: list[Path]) -> OutsideScreen:
    """The screen after those files were dropped on it."""
    person.window.go("verify")
    screen = person.window.outside_screen
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    screen.dropEvent(event)
    person.rest()
    assert set(paths) <= {row.path for row in screen.presenter.state.rows}
    return screen


def laid_out(documents: Five, folder: Path) -> list[Path]:
    """A sealed file, an altered one, one without a seal, and one that is not there."""
    folder.mkdir()
    for name, data in (
        ("真.pdf", documents["green"].pdf),
        ("改.pdf", documents["red"].pdf),
        ("信.pdf", b"%PDF-1.7\nnothing\n%%EOF\n"),
    ):
        (folder / name).write_bytes(data)
    return [folder / name for name in ("真.pdf", "改.pdf", "信.pdf", "无.pdf")]


def test_each_file_has_its_verdict_and_a_bad_one_stops_no_other(
    person: Person, documents: Five, tmp_path: Path
) -> None:
    screen = dropped(person, laid_out(documents, tmp_path / "来件"))
    model = screen.table.rows_model
    told = {row.title: str(model.index(n, 0).data()) for n, row in enumerate(model.rows())}

    assert {
        "真.pdf": "签名有效", "改.pdf": "不可信", "信.pdf": "不可信", "无.pdf": "无法读取",
    } == told  # fmt: skip


def test_it_is_shown_as_a_received_document_is(
    person: Person, documents: Five, tmp_path: Path
) -> None:
    screen = dropped(person, laid_out(documents, tmp_path / "来件")[:1])
    person.wait(lambda: screen.detail.preview.pages > 0)

    assert "签名有效" == screen.detail.verdict.word.text()
    assert screen.detail.tabs.isTabVisible(VERDICT)
    assert [] == person.offered()


def test_the_original_and_the_report_are_at_hand(
    person: Person, documents: Five, dialogs: Dialogs, tmp_path: Path
) -> None:
    path = tmp_path / "联合行文.pdf"
    path.write_bytes(documents["blue"].pdf)
    screen = dropped(person, [path])
    person.wait(lambda: screen.detail.preview.pages > 0)
    screen.detail.verdict_page.original.click()
    person.wait(screen.detail.original.isVisible)
    assert "页看上去不同" in screen.detail.original.words.text()
    person.rest()

    dialogs.choose(tmp_path / "报告")
    screen.detail.verdict_page.report.click()
    person.wait(lambda: "验证报告已存为" in person.told())
    person.rest()
    kept = json.loads((tmp_path / "报告" / "验证报告 联合行文.json").read_bytes())
    assert "blue" == kept["status"]


def test_verifying_again_takes_the_place_of_the_earlier_verdict(
    person: Person, documents: Five, tmp_path: Path
) -> None:
    path = tmp_path / "甲.pdf"
    path.write_bytes(documents["green"].pdf)
    dropped(person, [path])
    path.write_bytes(documents["red"].pdf)
    screen = dropped(person, [path])
    person.wait(lambda: screen.presenter.state.rows[0].status == "red")
    person.wait(lambda: screen.detail.verdict.word.text() == "不可信")
    person.rest()


def test_the_own_seal_is_set_in_the_place_kept_open_for_it(
    person: Person, pilot: PilotWorld, dialogs: Dialogs, tmp_path: Path
) -> None:
    hands = Hands(pilot)
    slots = (slot(CITY, 60, 180), slot(PROVINCE, 150, 180))
    path = tmp_path / "联合行文.pdf"
    path.write_bytes(hands.seal(plain_pdf(), CITY, slots=slots))
    before = path.read_bytes()
    screen = dropped(person, [path])
    person.wait(lambda: person.offered() == ["countersign"])
    assert "暂不能确认" == screen.detail.verdict.word.text()
    dialogs.enter_pin()
    person.press("countersign")
    person.wait(lambda: len(screen.presenter.state.rows) == 2)
    person.rest()
    person.wait(lambda: screen.presenter.state.rows[0].status is not None)

    assert before == path.read_bytes()
    newest = screen.presenter.state.rows[0]
    assert ("联合行文（已会签）.pdf", "blue") == (newest.title, newest.status)


def test_no_place_of_another_body_is_offered(
    person: Person, pilot: PilotWorld, tmp_path: Path
) -> None:
    path = tmp_path / "联合行文.pdf"
    slots = (slot(CITY, 60, 180), slot(COUNTY, 150, 180))
    path.write_bytes(Hands(pilot).seal(plain_pdf(), CITY, slots=slots))
    dropped(person, [path])

    assert [] == person.offered()


def test_a_received_document_that_waits_for_the_own_seal_gets_it(
    person: Person,
    pilot: PilotWorld,
    dialogs: Dialogs,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slots = (slot(CITY, 60, 180), slot(PROVINCE, 150, 180))
    pdf = Hands(pilot).seal(plain_pdf(), CITY, slots=slots)
    verdict = person.window.outside.outside.judge(written(tmp_path / "原件.pdf", pdf)).verdict
    row = replace(RECEIVED, id="c", title="联合行文", state="suspect", verdict="amber")
    incoming = person.window.inbox.incoming
    monkeypatch.setattr(incoming, "list", lambda: (row,))
    monkeypatch.setattr(incoming, "get", lambda _id: IncomingDetail(row, None, (), verdict))
    monkeypatch.setattr(incoming, "read_pdf", lambda _id: pdf)
    person.window.go("inbox-todo")
    person.wait(lambda: "countersign" in person.offered())
    dialogs.choose(tmp_path)
    dialogs.enter_pin()
    person.press("countersign")
    person.wait(lambda: "已盖章，存为" in person.told())
    person.rest()

    sealed = person.window.outside.outside.judge(tmp_path / "联合行文（已会签）.pdf")
    assert "blue" == sealed.verdict.status, sealed.verdict.reasons


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path
