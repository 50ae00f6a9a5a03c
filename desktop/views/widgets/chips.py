"""The files of a draft: a button for each, which takes it out again."""

from collections.abc import Sequence

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QPushButton, QWidget

from desktop.services.rows import BoundRow
from desktop.views.theme import LIGHT, icon
from formats.i18n import tr

SHOWN = 24
"""Characters of a file name that a chip shows; the whole name is in its tool tip."""


class FileChips(QWidget):
    """Says which file is to be taken out."""

    removed = pyqtSignal(str)
    parted = pyqtSignal(int, bool)
    """Attachment by number, from 0: whether it is bound apart."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[tuple[str, ...], tuple[BoundRow, ...]] | None = None
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(6)
        self.show_files((), ())

    def show_files(self, names: Sequence[str], bound_in: Sequence[BoundRow]) -> None:
        """The files beside the document, and the attachments that follow its text."""
        wanted = tuple(names), tuple(bound_in)
        if wanted == self._shown:
            return  # nothing under the person's fingers is made anew
        self._shown = wanted
        while (item := self._row.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for number, attachment in enumerate(bound_in):
            words = QLabel(tr("文后：{title}", title=_short(attachment.title)))
            words.setToolTip(attachment.title)
            words.setObjectName("Muted")
            self._row.addWidget(words)
            self._row.addWidget(self._part(number, attachment))
        for name in names:
            chip = QPushButton(icon("close", LIGHT.muted, 14), _short(name))
            chip.setObjectName("Chip")
            chip.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the cross behind the name
            chip.setToolTip(tr("移除 {name}", name=name))
            chip.setAccessibleName(tr("移除 {name}", name=name))
            chip.clicked.connect(lambda _checked=False, file=name: self.removed.emit(file))
            self._row.addWidget(chip)
        if not names and not bound_in:
            none = QLabel(tr("无"))
            none.setObjectName("Muted")
            self._row.addWidget(none)
        self._row.addStretch(1)

    def _part(self, number: int, attachment: BoundRow) -> QCheckBox:
        box = QCheckBox(tr("另装"))
        box.setChecked(attachment.separate)
        box.setToolTip(tr("另行装订：单独成册，首页标发文字号和附件序号，随文发送"))
        box.setAccessibleName(tr("另行装订 {title}", title=attachment.title))
        box.toggled.connect(lambda apart: self.parted.emit(number, apart))
        return box


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
