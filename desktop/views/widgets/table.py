"""One table for every list: columns are data, rows are frozen values, states are pills of words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PyQt6.QtCore import (
    QAbstractTableModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    Qt,
    pyqtSignal,
)
from PyQt6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PyQt6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from desktop.presenters.states import Tone
from desktop.views.theme import LIGHT
from desktop.views.widgets.cells import CellDelegate

_ROLE = Qt.ItemDataRole
_LETTER = 13
"""Pixels of a Chinese letter at 100 %, for which the widths of columns are given."""
UNDER_ROLE = _ROLE.UserRole + 1
"""The second, muted line of a cell."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it is called, how wide, what it says of a row."""

    title: str
    width: int
    """Pixels at 100 %; 0 takes what is left."""
    text: Callable[[Any], str]
    tone: Callable[[Any], Tone] | None = None
    """Given, the text is drawn as a pill in that tone."""
    under: Callable[[Any], str] | None = None
    """Given, a second line in smaller, muted letters; rows are then twice as high."""


class RowsModel(QAbstractTableModel):
    """Rows behind the table; sorted and filtered before they come here, never by a proxy."""

    def __init__(self, columns: Sequence[Column], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._rows: tuple[Any, ...] = ()

    def set_rows(self, rows: Sequence[Any]) -> None:
        """Replace every row."""
        self.beginResetModel()
        self._rows = tuple(rows)
        self.endResetModel()

    def row(self, index: int) -> Any:
        """The value behind a row number."""
        return self._rows[index]

    def rows(self) -> tuple[Any, ...]:
        """All values, in order."""
        return self._rows

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def data(self, index: QModelIndex, role: int = _ROLE.DisplayRole) -> Any:
        if not index.isValid():
            return None
        column, row = self.columns[index.column()], self._rows[index.row()]
        if role == _ROLE.DisplayRole:
            return column.text(row)
        if role == UNDER_ROLE:
            return column.under(row) if column.under is not None else None
        if role == _ROLE.UserRole:
            return column.tone(row) if column.tone is not None else None
        if role in (_ROLE.ToolTipRole, _ROLE.AccessibleTextRole):
            under = column.under(row) if column.under is not None else ""
            return "\n".join(text for text in (column.text(row), under) if text)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == _ROLE.DisplayRole:
            return self.columns[section].title
        return None


class RowsTable(QTableView):
    """The table: whole rows, keyboard first, a current row whenever there is one."""

    row_changed = pyqtSignal(object)
    row_opened = pyqtSignal(object)

    def __init__(
        self,
        columns: Sequence[Column],
        parent: QWidget | None = None,
        *,
        empty: str = "",
        minor: bool = False,
    ) -> None:
        """``empty`` is the sentence that stands in the table while it has no rows.

        A ``minor`` table shows its selection only while it has the focus.
        """
        super().__init__(parent)
        self.minor = minor
        self._empty = empty
        self._quiet = False
        self.rows_model = RowsModel(columns, self)
        self.setModel(self.rows_model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        two_lines = any(column.under is not None for column in columns)
        if (vertical := self.verticalHeader()) is not None:
            vertical.setVisible(False)
            lines = 2 if two_lines else 1
            vertical.setDefaultSectionSize(QFontMetrics(self.font()).height() * lines + 16)
        # A state must never be cut short because the letters are large.
        scale = max(1.0, QFontMetrics(self.font()).horizontalAdvance("国") / _LETTER)
        if (header := self.horizontalHeader()) is not None:
            header.setHighlightSections(False)
            header.setSectionsClickable(False)
            header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            for position, column in enumerate(columns):
                if column.width == 0:
                    header.setSectionResizeMode(position, QHeaderView.ResizeMode.Stretch)
                else:
                    self.setColumnWidth(position, round(column.width * scale))
        self.setItemDelegate(CellDelegate(UNDER_ROLE, self, minor=minor))
        if (selection := self.selectionModel()) is not None:
            selection.currentRowChanged.connect(self._current_changed)
        self.activated.connect(lambda index: self.row_opened.emit(self.rows_model.row(index.row())))

    def set_rows(self, rows: Sequence[Any], key: Callable[[Any], str]) -> None:
        """Show these rows. What was current and selected stays so where it is still there."""
        before = self.current()
        wanted = None if before is None else key(before)
        place = max(0, self.currentIndex().row())
        chosen = {key(row) for row in self.chosen()}
        self._quiet = True
        try:
            self.rows_model.set_rows(rows)
            keys = [key(row) for row in rows]
            if wanted in keys:
                place = keys.index(wanted)
            place = min(place, len(rows) - 1)
            if rows:
                self._choose(place, [i for i, name in enumerate(keys) if name in chosen])
        finally:
            self._quiet = False
        now = keys[place] if rows else None
        if now != wanted or now is None:
            self.row_changed.emit(rows[place] if rows else None)

    def _choose(self, place: int, others: Sequence[int]) -> None:
        selection = self.selectionModel()
        if selection is None:
            return
        wanted = QItemSelection()
        for row in {place, *others}:
            index = self.rows_model.index(row, 0)
            wanted.select(index, index)
        flags = QItemSelectionModel.SelectionFlag
        selection.setCurrentIndex(self.rows_model.index(place, 0), flags.NoUpdate)
        selection.select(wanted, flags.ClearAndSelect | flags.Rows)

    def fit_height(self, most: int) -> None:
        """Be as high as the rows, up to ``most`` of them."""
        vertical, header = self.verticalHeader(), self.horizontalHeader()
        if vertical is not None and header is not None:
            rows = max(1, min(most, self.rows_model.rowCount()))
            frame = 2 * self.frameWidth() + 2
            height = rows * vertical.defaultSectionSize() + header.sizeHint().height() + frame
            self.setFixedHeight(height)

    @property
    def empty(self) -> str:
        """The sentence that stands in the table while it has no rows."""
        return self._empty

    def set_empty(self, words: str) -> None:
        """Change that sentence."""
        self._empty = words
        self.setAccessibleDescription(words)
        if (viewport := self.viewport()) is not None:
            viewport.update()

    def current(self) -> Any | None:
        """The value of the current row."""
        index = self.currentIndex()
        if index.isValid() and index.row() < self.rows_model.rowCount():
            return self.rows_model.row(index.row())
        return None

    def chosen(self) -> list[Any]:
        """The values of every selected row, in order."""
        selection = self.selectionModel()
        if selection is None:
            return []
        return [
            self.rows_model.row(index.row())
            for index in sorted(selection.selectedRows(), key=lambda index: index.row())
        ]

    def paintEvent(self, event: QPaintEvent | None) -> None:
        super().paintEvent(event)
        viewport = self.viewport()
        if self._empty and viewport is not None and not self.rows_model.rowCount():
            painter = QPainter(viewport)
            painter.setPen(QColor(LIGHT.muted))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(viewport.rect().adjusted(16, 8, -16, -8), int(flags), self._empty)
            painter.end()

    def _current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid() and not self._quiet:
            self.row_changed.emit(self.rows_model.row(current.row()))
