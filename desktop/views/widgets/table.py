"""One table for every list: columns are data, rows are frozen values, states are pills of words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QFontMetrics, QPainter
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from desktop.presenters.states import Tone
from desktop.views.theme import tone_colours

ROW_HEIGHT = 34
_ROLE = Qt.ItemDataRole


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it is called, how wide, what it says of a row."""

    title: str
    width: int
    """Pixels at 100 %; 0 takes what is left."""
    text: Callable[[Any], str]
    tone: Callable[[Any], Tone] | None = None
    """Given, the text is drawn as a pill in that tone."""


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
        column = self.columns[index.column()]
        if role in (_ROLE.DisplayRole, _ROLE.ToolTipRole, _ROLE.AccessibleTextRole):
            return column.text(self._rows[index.row()])
        if role == _ROLE.UserRole and column.tone is not None:
            return column.tone(self._rows[index.row()])
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == _ROLE.DisplayRole:
            return self.columns[section].title
        return None


class PillDelegate(QStyledItemDelegate):
    """Draws a state as words on a soft ground: colour helps, words tell."""

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        tone = index.data(_ROLE.UserRole)
        text = str(index.data(_ROLE.DisplayRole) or "")
        if painter is None or tone is None or not text:
            super().paint(painter, option, index)
            return
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, option.palette.highlight())
        ink, ground = tone_colours(tone)
        metrics = QFontMetrics(option.font)
        width = min(metrics.horizontalAdvance(text) + 16, option.rect.width() - 8)
        height = metrics.height() + 4
        box = QRectF(option.rect.x() + 6, option.rect.center().y() - height / 2 + 1, width, height)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(box, height / 2, height / 2)
        painter.setPen(QColor(ink))
        painter.setFont(option.font)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        return super().sizeHint(option, index).expandedTo(QSize(60, ROW_HEIGHT))


class RowsTable(QTableView):
    """The table: whole rows, keyboard first, a current row whenever there is one."""

    row_changed = pyqtSignal(object)
    row_opened = pyqtSignal(object)

    def __init__(self, columns: Sequence[Column], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows_model = RowsModel(columns, self)
        self.setModel(self.rows_model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        if (vertical := self.verticalHeader()) is not None:
            vertical.setVisible(False)
            vertical.setDefaultSectionSize(ROW_HEIGHT)
        if (header := self.horizontalHeader()) is not None:
            header.setHighlightSections(False)
            header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            for position, column in enumerate(columns):
                if column.width == 0:
                    header.setSectionResizeMode(position, QHeaderView.ResizeMode.Stretch)
                else:
                    self.setColumnWidth(position, column.width)
        pills = PillDelegate(self)
        for position, column in enumerate(columns):
            if column.tone is not None:
                self.setItemDelegateForColumn(position, pills)
        if (selection := self.selectionModel()) is not None:
            selection.currentRowChanged.connect(self._current_changed)
        self.activated.connect(lambda index: self.row_opened.emit(self.rows_model.row(index.row())))

    def set_rows(self, rows: Sequence[Any], key: Callable[[Any], str]) -> None:
        """Show these rows; the current one stays current where it is still there."""
        before = self.current()
        wanted = None if before is None else key(before)
        self.rows_model.set_rows(rows)
        position = next((i for i, row in enumerate(rows) if key(row) == wanted), 0)
        if rows:
            self.selectRow(position)
        else:
            self.row_changed.emit(None)

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

    def _current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid():
            self.row_changed.emit(self.rows_model.row(current.row()))
