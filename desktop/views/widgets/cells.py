"""How a cell is drawn: text, text over a muted second line, or a state as a pill of words."""

import re

from PyQt6.QtCore import QModelIndex, QRect, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from desktop.views.theme import LIGHT, tone_colours

_ROLE = Qt.ItemDataRole
PADDING = 10
"""On either side of a cell, as in the header of the table."""
_BAR = 3
_REDDISH = {"accent", "bad"}
"""Tones whose ground is next to that of a selected row."""
_SMALL = 0.9


class CellDelegate(QStyledItemDelegate):
    """Draws every cell of a `RowsTable`; colour helps, words tell."""

    def __init__(self, under_role: int, parent: QWidget, *, minor: bool) -> None:
        super().__init__(parent)
        self._minor = minor
        self._under_role = under_role

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        if painter is None:
            return
        painter.save()
        view = self.parent()
        if self._minor and isinstance(view, QWidget) and not view.hasFocus():
            option.state &= ~QStyle.StateFlag.State_Selected
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.fillRect(option.rect, QColor(LIGHT.accent_soft if selected else LIGHT.panel))
        painter.setPen(QColor(LIGHT.sunken))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        if index.column() == 0 and isinstance(view, QAbstractItemView):
            here = view.currentIndex().row() == index.row()
            if here and view.hasFocus():
                bar = QRect(option.rect.topLeft(), QSize(_BAR, option.rect.height()))
                painter.fillRect(bar, QColor(LIGHT.accent))
        box = option.rect.adjusted(PADDING, 0, -PADDING, -1)
        tone = index.data(_ROLE.UserRole)
        if tone is not None:
            _draw_pill(painter, option, box, tone, str(index.data(_ROLE.DisplayRole) or ""))
        else:
            _draw_text(painter, option, box, index, self._under_role)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        height = super().sizeHint(option, index).height()
        width = option.fontMetrics.horizontalAdvance(str(index.data(_ROLE.DisplayRole) or ""))
        return QSize(width + 2 * PADDING, height)


def _draw_pill(
    painter: QPainter, option: QStyleOptionViewItem, box: QRect, tone: str, text: str
) -> None:
    if not text:
        return
    ink, ground = tone_colours(tone)  # type: ignore[arg-type]  # the role holds a Tone
    if option.state & QStyle.StateFlag.State_Selected and tone in _REDDISH:
        ground = LIGHT.panel  # else the pill would vanish in the selected row
    metrics = QFontMetrics(option.font)
    width = min(metrics.horizontalAdvance(text) + 16, box.width())
    height = metrics.height() + 4
    pill = QRectF(box.x(), box.center().y() - height / 2 + 1, width, height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ground))
    painter.drawRoundedRect(pill, height / 2, height / 2)
    painter.setPen(QColor(ink))
    painter.setFont(option.font)
    inner = int(width) - 10
    words = metrics.elidedText(text, Qt.TextElideMode.ElideRight, inner)
    painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, words)


def _draw_text(
    painter: QPainter, option: QStyleOptionViewItem, box: QRect, index: QModelIndex, role: int
) -> None:
    metrics = QFontMetrics(option.font)
    text = _elided(metrics, str(index.data(_ROLE.DisplayRole) or ""), box)
    under = str(index.data(role) or "")
    flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    painter.setFont(option.font)
    painter.setPen(QColor(LIGHT.text))
    if not under:
        painter.drawText(box, int(flags), text)
        return
    small = QFont(option.font)
    small.setPointSizeF(option.font.pointSizeF() * _SMALL)
    both = metrics.height() + QFontMetrics(small).height() + 2
    top = QRect(box.x(), box.center().y() - both // 2, box.width(), metrics.height())
    painter.drawText(top, int(flags), text)
    painter.setFont(small)
    low = QRect(box.x(), top.bottom() + 2, box.width(), QFontMetrics(small).height())
    _draw_marked(painter, low, under, QFontMetrics(small))


def _draw_marked(painter: QPainter, box: QRect, text: str, metrics: QFontMetrics) -> None:
    """Muted text; what stands between ``[`` and ``]`` is where a query was found."""
    x = box.x()
    for part in re.split(r"(\[[^\]]*\])", " ".join(text.split())):
        found = part.startswith("[") and part.endswith("]")
        shown = part[1:-1] if found else part
        room = box.right() - x
        if not shown or room <= 0:
            continue
        painter.setPen(QColor(LIGHT.accent if found else LIGHT.muted))
        words = metrics.elidedText(shown, Qt.TextElideMode.ElideRight, room)
        painter.drawText(
            QRect(x, box.y(), room, box.height()), int(Qt.AlignmentFlag.AlignVCenter), words
        )
        x += metrics.horizontalAdvance(shown)


def _elided(metrics: QFontMetrics, text: str, box: QRect) -> str:
    one_line = " ".join(text.split())
    return metrics.elidedText(one_line, Qt.TextElideMode.ElideRight, box.width())
