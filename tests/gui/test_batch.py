"""批量盖章: the list, the run under one PIN, the stop, and what is said of it."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.presenters.batch import MOST, BatchPresenter, BatchRow, summary_words
from desktop.presenters.tasks import Tasks
from formats.errors import YidaoError
from signing.errors import PinWrong, TokenMissing
from signing.tokens.base import Secret

PATHS = tuple(Path(f"/公文/{number}.pdf") for number in range(1, 6))


@dataclass(frozen=True)
class Done:
    """What became of one document."""

    path: Path
    out: Path | None
    error: str = ""


class Sealer:
    """Seals by name: what is called bad is refused; it can be held up between two documents."""

    def __init__(self) -> None:
        self.pins: list[str] = []
        self.gate = threading.Event()
        self.gate.set()
        self.trouble: YidaoError | None = None

    def __call__(
        self,
        paths: tuple[Path, ...],
        pin: Secret,
        progress: Callable[[int, int, Any], None],
        cancelled: Callable[[], bool],
    ) -> tuple[Done, ...]:
        """In the place of `BatchSealing.run`."""
        self.pins.append(pin.text())
        if self.trouble is not None:
            raise self.trouble
        done: list[Done] = []
        for path in paths:
            if cancelled():
                break
            bad = "3" in path.name
            out = None if bad else path.with_name(f"{path.stem}（已盖章）.pdf")
            done.append(Done(path, out, "该文件不能加盖印章：已盖过章。" if bad else ""))
            progress(len(done), len(paths), done[-1])
            self.gate.wait(10)
        return tuple(done)


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
    assert "存为 1（已盖章）.pdf" == batch.state.rows[0].words
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
