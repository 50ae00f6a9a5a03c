"""The page: a PDF from memory, fitted to the width, with zoom and page keys."""

from PyQt6.QtCore import QBuffer, QByteArray, QPointF, Qt, QTimer
from PyQt6.QtGui import QColor, QKeySequence, QPalette, QShortcut
from PyQt6.QtPdf import QPdfDocument
from PyQt6.QtPdfWidgets import QPdfView
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QStackedLayout, QToolButton, QVBoxLayout, QWidget

from desktop.views.theme import LIGHT, icon
from formats.i18n import tr

COVER_MS = 200
"""How long the old picture covers the new one, which is drawn in a thread of its own."""


class PagePreview(QWidget):
    """Shows one PDF. The last good page stays until a new one has loaded and is drawn.

    ``bar`` (page number, page and zoom buttons) stands above the page; a screen may put it
    elsewhere.
    """

    def __init__(self, empty: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = QPdfDocument(self)
        self._buffer: QBuffer | None = None
        self._view = QPdfView(self)
        self._view.setDocument(self._document)
        self._view.setPageMode(QPdfView.PageMode.MultiPage)
        self._view.setZoomMode(QPdfView.ZoomMode.FitToWidth)
        self._view.setAccessibleName(tr("公文版式预览"))
        self._view.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        palette = self._view.palette()
        palette.setColor(QPalette.ColorRole.Dark, QColor(LIGHT.sunken))  # what lies around the page
        self._view.setPalette(palette)
        self.setFocusProxy(self._view)
        self._cover = QLabel(self._view)
        self._cover.hide()
        self._uncover = QTimer(self)
        self._uncover.setSingleShot(True)
        self._uncover.setInterval(COVER_MS)
        self._uncover.timeout.connect(self._cover.hide)
        self._empty = QLabel(empty)
        self._empty.setObjectName("Muted")
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._place = QLabel("")
        self._place.setObjectName("Muted")
        bar = QHBoxLayout()
        bar.setContentsMargins(8, 2, 4, 2)
        bar.setSpacing(2)
        bar.addStretch(1)
        bar.addWidget(self._place)
        for name, tip, slot in (
            ("up", tr("上一页"), lambda: self.turn(-1)),
            ("down", tr("下一页"), lambda: self.turn(1)),
            ("zoom-out", tr("缩小 (Ctrl+-)"), lambda: self.zoom(1 / 1.2)),
            ("zoom-in", tr("放大 (Ctrl++)"), lambda: self.zoom(1.2)),
            ("fit", tr("适合宽度 (Ctrl+0)"), self.fit),
        ):
            button = QToolButton()
            button.setIcon(icon(name, LIGHT.muted))
            button.setToolTip(tip)
            button.setAccessibleName(tip)
            button.clicked.connect(slot)
            bar.addWidget(button)
        self.bar = QWidget()
        self.bar.setLayout(bar)
        self._stack = QStackedLayout()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.bar)
        layout.addLayout(self._stack, 1)
        self.bar.hide()
        for key, slot in (
            (QKeySequence(QKeySequence.StandardKey.ZoomIn), lambda: self.zoom(1.2)),
            (QKeySequence(QKeySequence.StandardKey.ZoomOut), lambda: self.zoom(1 / 1.2)),
            (QKeySequence("Ctrl+0"), self.fit),
        ):
            QShortcut(key, self, slot, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        if (navigator := self._view.pageNavigator()) is not None:
            navigator.currentPageChanged.connect(lambda _page: self._tell_place())

    @property
    def pages(self) -> int:
        """How many pages are shown; 0 when nothing is."""
        return self._document.pageCount()

    def show_pdf(self, pdf: bytes, *, same: bool = False) -> None:
        """Show these bytes: from the first page and fitted, or the ``same`` document anew.

        The same document keeps its place and zoom, and its old picture until the new one is drawn.
        """
        scroll = self._view.verticalScrollBar()
        place = scroll.value() if scroll is not None else 0
        keep = same and self.pages > 0 and self._stack.currentIndex() == 1
        if keep:
            self._cover_up()
        buffer = QBuffer(self)
        buffer.setData(QByteArray(pdf))
        buffer.open(QBuffer.OpenModeFlag.ReadOnly)
        old, self._buffer = self._buffer, buffer
        # The document borrows the buffer, so the old one goes only after the new one is loaded.
        self._document.close()
        self._document.load(buffer)
        if old is not None:
            old.deleteLater()
        self._stack.setCurrentIndex(1)
        self.bar.show()
        if keep and scroll is not None:
            scroll.setValue(place)
        else:
            self.fit()
            if (navigator := self._view.pageNavigator()) is not None and self.pages:
                navigator.jump(0, QPointF(0, 0))
            if scroll is not None:
                scroll.setValue(0)
        self._tell_place()

    def clear(self, text: str | None = None) -> None:
        """Show the sentence for an empty place instead of a page."""
        if text is not None:
            self._empty.setText(text)
        self._document.close()
        self._cover.hide()
        self._stack.setCurrentIndex(0)
        self.bar.hide()

    def fit(self) -> None:
        """Fit the page to the width again."""
        self._view.setZoomMode(QPdfView.ZoomMode.FitToWidth)

    def _cover_up(self) -> None:
        viewport = self._view.viewport()
        if viewport is not None and not self._cover.isVisible():
            self._cover.setPixmap(viewport.grab())
            self._cover.setGeometry(viewport.geometry())
            self._cover.show()
            self._cover.raise_()
        self._uncover.start()

    def turn(self, by: int) -> None:
        """Go forward or back by whole pages."""
        navigator = self._view.pageNavigator()
        if navigator is not None and 0 <= (page := navigator.currentPage() + by) < self.pages:
            navigator.jump(page, QPointF(0, 0))

    def zoom(self, factor: float) -> None:
        """Zoom relative to what is shown now."""
        if self._view.zoomMode() != QPdfView.ZoomMode.Custom:
            size = self._document.pagePointSize(0)
            # QPdfView lays pages out at the logical resolution of the screen.
            shown = (self._view.width() - 24) / max(size.width() * self.logicalDpiX() / 72, 1)
            self._view.setZoomFactor(shown)
            self._view.setZoomMode(QPdfView.ZoomMode.Custom)
        self._view.setZoomFactor(min(4.0, max(0.25, self._view.zoomFactor() * factor)))

    def tell_stale(self, stale: bool) -> None:
        """Say that a newer page is being made, in the place of the page number."""
        if stale and self.pages:
            self._place.setText(tr("更新中……"))
        else:
            self._tell_place()

    def _tell_place(self) -> None:
        navigator = self._view.pageNavigator()
        page = navigator.currentPage() + 1 if navigator is not None else 1
        self._place.setText(tr("第 {page} 页，共 {pages} 页", page=page, pages=self.pages))
