"""批量盖章: the list, the run under one PIN, the stop, and what is said of it."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PyQt6.QtCore import QMimeData, QPointF, Qt, QUrl
from PyQt6.QtGui import QDropEvent
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.presenters.batch import MOST, BatchPresenter, BatchRow, Order, summary_words
from desktop.presenters.tasks import Tasks
from desktop.services.batch_sealing import BatchRow as Sealed
from desktop.services.rows import SealReport
from desktop.services.typesetting import typeset
from desktop.views.batch import BatchScreen
from formats.document.parse import parse_document
from formats.errors import YidaoError
from signing.errors import PinWrong, TokenMissing
from signing.tokens.base import Secret
from signing.verdict.pdf import verify_pdf
from tests.gui.verdicts import EXAMPLE
from tests.support.windows import Dialogs, Person

PATHS = tuple(Path(f"/公文/{number}.pdf") for number in range(1, 6))


class Sealer:
    """Seals by name: what is called 3 is refused; it can be held up between two documents."""

    def __init__(self) -> None:
        self.orders: list[Order] = []
        self.pins: list[str] = []
        self.gate = threading.Event()
        self.gate.set()
        self.trouble: YidaoError | None = None

    def __call__(
        self,
        order: Order,
        pin: Secret,
        told: Callable[[Sealed], None],
        cancelled: Callable[[], bool],
    ) -> tuple[Sealed, ...]:
        """In the place of `sealing_at`."""
        self.orders.append(order)
        self.pins.append(pin.text())
        if self.trouble is not None:
            raise self.trouble
        rows = []
        for path in order.sources:
            rows.append(self._row(path, order.folder, skip=cancelled()))
            told(rows[-1])
            self.gate.wait(10)
        return tuple(rows)

    @staticmethod
    def _row(path: Path, folder: Path, *, skip: bool) -> Sealed:
        source, target = str(path), str(folder / path.name)
        if skip:
            return Sealed(source, target, "skipped", message="已停止。")
        if "3" in path.name:
            return Sealed(source, target, "failed", message="该文件不能加盖印章：已盖过章。")
        report = SealReport(
            pages=1, seals=1, digest="sha256:00", signer="办公厅", stamped=True, level="B-T"
        )
        return Sealed(source, target, "sealed", report)


@pytest.fixture
def sealer() -> Sealer:
    return Sealer()


@pytest.fixture
def batch(sealer: Sealer, qapp: QApplication) -> Iterator[BatchPresenter]:
    del qapp
    tasks = Tasks()
    yield BatchPresenter(sealer, tasks)
    sealer.gate.set()
    tasks.close()


def standings(batch: BatchPresenter) -> list[str]:
    return [row.standing for row in batch.state.rows]


def test_each_document_is_listed_once(batch: BatchPresenter) -> None:
    batch.add([*PATHS, PATHS[0]])
    batch.add(PATHS[:2])

    assert PATHS == tuple(row.path for row in batch.state.rows)


def test_what_is_no_pdf_is_left_out_and_told(batch: BatchPresenter) -> None:
    told: list[str] = []
    batch.told.connect(told.append)
    batch.add([PATHS[0], Path("/公文/草稿.docx")])

    assert PATHS[:1] == tuple(row.path for row in batch.state.rows)
    assert ["1 个文件不是 PDF，没有列入。"] == told


def test_a_list_that_nobody_surveys_is_not_made(batch: BatchPresenter) -> None:
    told: list[str] = []
    batch.told.connect(told.append)
    batch.add(Path(f"/公文/{number}.PDF") for number in range(MOST + 1))

    assert MOST == len(batch.state.rows)
    assert [f"一次最多 {MOST} 份，其余没有列入。"] == told


def test_all_are_sealed_under_one_pin_with_a_result_for_each(
    batch: BatchPresenter, sealer: Sealer, qtbot: QtBot
) -> None:
    batch.add(PATHS)
    pin = Secret("274916")
    batch.start(pin)
    assert batch.state.running
    qtbot.waitUntil(lambda: not batch.state.running, timeout=10_000)

    assert ["274916"] == sealer.pins
    assert "" == pin.text()
    assert ["sealed", "sealed", "refused", "sealed", "sealed"] == standings(batch)
    assert "存为 /公文/已盖章/1.pdf" == batch.state.rows[0].words
    assert Path("/公文/已盖章/1.pdf") == batch.state.rows[0].out
    assert "该文件不能加盖印章：已盖过章。" == batch.state.rows[2].words
    assert "4 份已盖章；1 份未能盖章。" == batch.state.summary


def test_the_bar_moves_with_each_document(batch: BatchPresenter, qtbot: QtBot) -> None:
    seen: list[tuple[int, int]] = []
    batch.changed.connect(lambda state: seen.append((state.done, state.total)))
    batch.add(PATHS)
    batch.start(Secret("274916"))
    qtbot.waitUntil(lambda: not batch.state.running, timeout=10_000)

    assert [(n, 5) for n in range(1, 6)] == [one for one in seen if one[0] and one[1]]


def test_a_stop_keeps_what_is_done(batch: BatchPresenter, sealer: Sealer, qtbot: QtBot) -> None:
    sealer.gate.clear()
    batch.add(PATHS)
    batch.start(Secret("274916"))
    qtbot.waitUntil(lambda: batch.state.done == 1, timeout=10_000)
    batch.cancel()
    assert batch.state.stopping
    sealer.gate.set()
    qtbot.waitUntil(lambda: not batch.state.running, timeout=10_000)

    assert ["sealed", "left", "left", "left", "left"] == standings(batch)
    assert "1 份已盖章；4 份没有处理。" == batch.state.summary


def test_a_second_run_seals_only_what_is_left(
    batch: BatchPresenter, sealer: Sealer, qtbot: QtBot
) -> None:
    batch.add(PATHS)
    batch.start(Secret("274916"))
    qtbot.waitUntil(lambda: not batch.state.running, timeout=10_000)

    assert (PATHS[2],) == batch.state.to_seal
    del sealer


@pytest.mark.parametrize("trouble", [PinWrong("x"), TokenMissing("x")], ids=["pin", "pulled"])
def test_trouble_with_the_ukey_is_told_and_nothing_is_lost(
    batch: BatchPresenter, sealer: Sealer, qtbot: QtBot, trouble: YidaoError
) -> None:
    failed: list[YidaoError] = []
    batch.failed.connect(failed.append)
    sealer.trouble = trouble
    batch.add(PATHS[:2])
    pin = Secret("274916")
    batch.start(pin)
    qtbot.waitUntil(lambda: bool(failed), timeout=10_000)

    assert [trouble] == failed
    assert ["left", "left"] == standings(batch)
    assert "" == pin.text()


def test_the_list_stays_as_it_is_while_it_runs(
    batch: BatchPresenter, sealer: Sealer, qtbot: QtBot
) -> None:
    sealer.gate.clear()
    batch.add(PATHS[:2])
    batch.start(Secret("274916"))
    qtbot.waitUntil(lambda: batch.state.done == 1, timeout=10_000)
    batch.add(PATHS)
    batch.remove(PATHS)
    second = Secret("111111")
    batch.start(second)

    assert 2 == len(batch.state.rows)
    assert "" == second.text()
    sealer.gate.set()
    qtbot.waitUntil(lambda: not batch.state.running, timeout=10_000)


def test_the_summary_names_what_happened_only() -> None:
    rows = (BatchRow(PATHS[0], "sealed"), BatchRow(PATHS[1], "sealed"))

    assert "2 份已盖章。" == summary_words(rows)


def test_sealed_files_go_beside_the_first_until_another_folder_is_chosen(
    batch: BatchPresenter, sealer: Sealer, qtbot: QtBot
) -> None:
    batch.add(PATHS[:1])
    assert Path("/公文/已盖章") == batch.state.target
    batch.choose_folder(Path("/另处"))
    batch.start(Secret("274916"), riding=True, lasting=True)
    qtbot.waitUntil(lambda: not batch.state.running, timeout=10_000)

    assert [Order(PATHS[:1], Path("/另处"), riding=True, lasting=True)] == sealer.orders


# --- at the desk, with a UKEY ---------------------------------------------------------------------


def screen_with(person: Person, folder: Path, names: tuple[str, ...]) -> BatchScreen:
    """The screen with real typeset documents on its list."""
    page = typeset(parse_document(EXAMPLE.read_bytes())).pdf
    person.window.go("batch")
    screen = person.window.batch_screen
    folder.mkdir()
    for name in names:
        (folder / name).write_bytes(page)
    screen.presenter.add(folder / name for name in names)
    return screen


def pills(screen: BatchScreen) -> list[str]:
    model = screen.table.rows_model
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def test_documents_are_sealed_at_the_desk_with_one_pin(
    person: Person, dialogs: Dialogs, tmp_path: Path
) -> None:
    screen = screen_with(person, tmp_path / "公文", ("甲.pdf", "乙.pdf", "丙.pdf"))
    (tmp_path / "公文" / "丙.pdf").write_bytes(b"no PDF at all")
    before = (tmp_path / "公文" / "甲.pdf").read_bytes()
    assert "为 3 份文件盖章" == screen.start.text()
    dialogs.enter_pin()
    screen.do_primary()
    person.wait(lambda: not screen.presenter.state.running)
    person.rest()

    assert ["已盖章", "已盖章", "未盖章"] == pills(screen), screen.presenter.state.rows[0].words
    assert "2 份已盖章；1 份未能盖章。" == screen.summary.text()
    assert before == (tmp_path / "公文" / "甲.pdf").read_bytes()
    workspace = person.window.workspace
    for name in ("甲.pdf", "乙.pdf"):
        sealed = (tmp_path / "公文" / "已盖章" / name).read_bytes()
        verdict = verify_pdf(sealed, trust=workspace.trust, now=workspace.clock())
        assert "green-b" == verdict.status, verdict.reasons
    assert "没有时间戳" in screen.presenter.state.rows[0].words
    assert not (tmp_path / "公文" / "已盖章" / "丙.pdf").exists()


def test_a_wrong_pin_seals_nothing(person: Person, dialogs: Dialogs, tmp_path: Path) -> None:
    screen = screen_with(person, tmp_path / "公文", ("甲.pdf",))
    dialogs.enter_pin("654321")
    dialogs.expect_error()
    screen.do_primary()
    person.wait(lambda: bool(dialogs.errors))
    person.rest()

    assert [PinWrong.code] == [error.code for error in dialogs.errors]
    assert ["未处理"] == pills(screen)
    assert not (tmp_path / "公文" / "已盖章").exists()


def test_the_screen_says_how_far_it_has_come_and_can_be_stopped(
    person: Person, sealer: Sealer, qtbot: QtBot, tmp_path: Path
) -> None:
    sealer.gate.clear()
    presenter = BatchPresenter(sealer, person.window.tasks)
    screen = BatchScreen(presenter, lambda _purpose, _act: Secret("274916"))
    qtbot.addWidget(screen)
    screen.show()
    presenter.add([tmp_path / "1.pdf", tmp_path / "2.pdf"])
    screen.start.click()
    person.wait(lambda: screen.bar.value() == 1)
    assert screen.bar.isVisible()
    assert 2 == screen.bar.maximum()
    assert not screen.start.isEnabled()
    assert not screen.add.isEnabled()

    screen.stop.click()
    assert not screen.stop.isEnabled()
    sealer.gate.set()
    person.wait(lambda: not presenter.state.running)

    assert ["已盖章", "未处理"] == pills(screen)
    assert screen.bar.isHidden()
    assert "为 1 份文件盖章" == screen.start.text()


def test_files_are_dropped_on_the_list(person: Person, tmp_path: Path) -> None:
    person.window.go("batch")
    screen = person.window.batch_screen
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "甲.pdf")), QUrl("https://example.org/a.pdf")])
    event = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    screen.dropEvent(event)

    assert [tmp_path / "甲.pdf"] == [row.path for row in screen.presenter.state.rows]
