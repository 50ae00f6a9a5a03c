"""导入核对: each line of a draft that was taken in, what it was taken as, and how sure that is."""

from collections.abc import Sequence

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.presenters.states import Tone
from desktop.services.rows import TakenRow
from desktop.views.widgets.table import Column, RowsTable
from formats.i18n import tr

SURENESS: dict[str, Tone] = {"sure": "ok", "check": "warn", "doubtful": "bad"}


class ImportReview(QWidget):
    """Stands beside the form until it is closed; never in the way of writing."""

    chosen = pyqtSignal(str)
    """The field of the document that a line went to."""
    closed = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self._words = QLabel()
        self._words.setObjectName("Section")
        close = QPushButton(tr("核对完毕"))
        close.setObjectName("review-close")
        close.clicked.connect(self.closed)
        bar = QHBoxLayout()
        bar.addWidget(self._words, 1)
        bar.addWidget(close)
        self.rows = RowsTable(
            (
                Column(tr("把握"), 84, lambda row: row.words, lambda row: SURENESS[row.sureness]),
                Column(tr("认作"), 120, lambda row: row.element),
                Column(tr("原文"), 0, lambda row: row.text),
            ),
            minor=True,
        )
        self.rows.setAccessibleName(tr("导入核对"))
        self.rows.clicked.connect(self._choose)
        self.rows.activated.connect(self._choose)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 6)
        column.addLayout(bar)
        column.addWidget(self.rows)
        self.hide()

    def show_rows(self, rows: Sequence[TakenRow]) -> None:
        """The lines, the doubtful first; hidden when there are none."""
        doubtful = sum(row.sureness != "sure" for row in rows)
        self._words.setText(
            tr("导入核对：共 {count} 行，{doubtful} 行请核对", count=len(rows), doubtful=doubtful)
        )
        self.rows.set_rows(rows, lambda row: f"{row.line}{row.element}{row.text}")
        self.rows.setMaximumHeight(240)
        self.setVisible(bool(rows))

    def _choose(self, *_: object) -> None:
        row = self.rows.current()
        if row is not None:
            self.chosen.emit(row.field)
