"""起草: the form on the left, the red-head page on the right, and the findings under the form."""

from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from desktop.presenters.compose import ComposePresenter, ComposeState
from desktop.presenters.form import Form
from desktop.services.rows import FindingRow, TakenRow
from desktop.views.form import DocumentForm
from desktop.views.screens import AskPin
from desktop.views.theme import LIGHT, icon
from desktop.views.widgets.preview import PagePreview
from desktop.views.widgets.review import ImportReview
from formats.i18n import tr

SIZES = [600, 598]
"""Form and page at 1366 x 768."""
NAMES_SHOWN = 4
"""So many recipients are named before the seal is set; the count says how many there are."""
FINDINGS_SHOWN = 4
"""So many findings are seen at once; the others by scrolling."""


class ComposeScreen(QWidget):
    """The editor."""

    left = pyqtSignal()

    def __init__(self, presenter: ComposePresenter, ask_pin: AskPin) -> None:
        super().__init__()
        self.presenter = presenter
        self._ask_pin = ask_pin
        self.form = DocumentForm()
        self._pdf: bytes | None = None
        self._same = False
        self._found: tuple[FindingRow, ...] | None = None
        self._taken: tuple[TakenRow, ...] = ()
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(self._left_side())
        splitter.addWidget(self._right_side())
        splitter.setStretchFactor(0, 5)
        splitter.setStretchFactor(1, 6)
        splitter.setSizes(SIZES)
        splitter.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(splitter)
        self.form.edited.connect(lambda: presenter.edit(self.form.read()))
        self.form.attach_asked.connect(self._attach)
        self.form.picture_asked.connect(self._add_picture)
        presenter.pictured.connect(self.form.add_picture)
        presenter.changed.connect(self.render_state)
        self.form.files.removed.connect(presenter.detach)
        self.form.files.parted.connect(lambda n, apart: presenter.part(n, apart=apart))
        presenter.form_replaced.connect(self._begin)
        presenter.form_mended.connect(self.form.mend)
        presenter.sent.connect(self.left)
        self.form.fill(presenter.form)

    def _left_side(self) -> QWidget:
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(self.form)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.findings = QListWidget()
        self.findings.setAccessibleName(tr("校核结果"))
        self.findings.setWordWrap(True)
        self.findings.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.findings.setObjectName("Findings")
        self.findings.setFrameShape(QFrame.Shape.NoFrame)
        self.findings.itemActivated.connect(self._focus_finding)
        self.findings.itemClicked.connect(self._focus_finding)
        self.verdict = QLabel()
        self.verdict.setObjectName("Section")
        heading = QLabel(tr("起草公文"))
        heading.setObjectName("Title")
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(12, 12, 6, 12)
        column.addWidget(heading)
        column.addWidget(scroll, 1)
        column.addLayout(self._mending())
        column.addWidget(self.findings)
        column.addLayout(self._buttons())
        return left

    def _mending(self) -> QHBoxLayout:
        self.mend_button = QPushButton(tr("修正此项"))
        self.mend_button.setToolTip(tr("按提示修改选中的一处文字；可用 Ctrl+Z 撤销"))
        self.mend_button.clicked.connect(self._mend)
        self.mend_all_button = QPushButton(tr("全部修正 {count}", count=0))
        self.mend_all_button.clicked.connect(lambda _checked=False: self.presenter.mend(None))
        self.findings.currentItemChanged.connect(self._offer_mending)
        row = QHBoxLayout()
        row.addWidget(self.verdict, 1)
        row.addWidget(self.mend_button)
        row.addWidget(self.mend_all_button)
        return row

    def _buttons(self) -> QHBoxLayout:
        self.saved = QLabel()
        self.saved.setObjectName("Muted")
        self.send_button = QPushButton(tr("签章并发送……"))
        self.send_button.setProperty("primary", "true")
        self.send_button.setIcon(icon("seal", LIGHT.panel))
        self.send_button.clicked.connect(self._send)
        save = QPushButton(tr("保存草稿"))
        save.clicked.connect(self.presenter.save)
        save.setToolTip(tr("保存草稿 (Ctrl+S)；停笔两秒也会自动保存"))
        take_in = QPushButton(tr("导入文件……"))
        take_in.clicked.connect(self._take_in)
        buttons = QHBoxLayout()
        buttons.addWidget(take_in)
        buttons.addWidget(save)
        buttons.addWidget(self.saved)
        buttons.addStretch(1)
        self.riding = QCheckBox(tr("加盖骑缝章"))
        self.riding.setToolTip(tr("印章分布在每一页的边上，缺页或换页一看便知"))
        buttons.addWidget(self.riding)
        buttons.addWidget(self.send_button)
        return buttons

    def _right_side(self) -> QWidget:
        self.preview = PagePreview(tr("写下标题和正文，这里会显示成文的样子。"))
        self.review = ImportReview()
        self.review.closed.connect(self.presenter.reviewed)
        self.review.chosen.connect(self._focus_field)
        self.page_notes = QLabel()
        self.page_notes.setWordWrap(True)
        self.page_notes.setObjectName("Muted")
        self.layout_words = QLabel()
        self.layout_words.setWordWrap(True)
        self.layout_words.setObjectName("Muted")
        self.trouble = QLabel()
        self.trouble.setWordWrap(True)
        self.trouble.setObjectName("Trouble")
        self.trouble.hide()
        right = QWidget()
        frame = QVBoxLayout(right)
        frame.setContentsMargins(6, 12, 12, 12)
        frame.addWidget(self.trouble)
        frame.addWidget(self.review)
        frame.addWidget(self.preview, 1)
        frame.addWidget(self.page_notes)
        frame.addWidget(self.layout_words)
        return right

    def _begin(self, form: Form) -> None:
        self.form.fill(form)
        self._same = False

    def render_state(self, state: ComposeState) -> None:
        """Show page, findings and progress."""
        pdf = state.preview.pdf if state.preview is not None else None
        if not pdf:
            self._pdf = None
            self.preview.clear()
        elif pdf != self._pdf:
            self._pdf = pdf
            self.preview.show_pdf(pdf, same=self._same)
            self._same = True
        self.preview.tell_stale(state.preview_stale and not state.trouble)
        self.trouble.setText(state.trouble)
        self.trouble.setVisible(bool(state.trouble))
        self.form.files.show_files([file.name for file in state.files], state.bound_in)
        self.form.setEnabled(not state.busy)
        self.saved.setText(state.busy or state.saved)
        self.saved.setToolTip(state.saved)
        self._show_findings(state.shown)
        self._show_page_words(state)
        count = state.proof.mendable
        self.mend_all_button.setVisible(count > 0)
        self.mend_all_button.setText(tr("全部修正 {count}", count=count))
        self._offer_mending()
        if state.taken != self._taken:
            self._taken = state.taken
            self.review.show_rows(state.taken)
        self.send_button.setEnabled(not state.blocked and not state.busy)
        self.send_button.setToolTip(
            tr("先改正校核中须改正的各项")
            if state.blocked
            else tr("用本单位 UKEY 签章后发送 (Ctrl+Enter)")
        )

    def _show_page_words(self, state: ComposeState) -> None:
        """Under the page: what the typesetter changed, and what measuring the page found."""
        notes = state.preview.notes if state.preview is not None else ()
        self.page_notes.setText("".join(notes))
        self.page_notes.setVisible(bool(notes))
        found = state.layout
        self.layout_words.setText(tr("版式：{summary}", summary=found.summary) if found else "")
        self.layout_words.setVisible(found is not None)

    def _show_findings(self, findings: tuple[FindingRow, ...]) -> None:
        if findings == self._found:
            return  # the current finding stays current while the person types
        self._found = findings
        blocks = sum(finding.severity == "block" for finding in findings)
        if findings:
            words = tr(
                "校核：{blocks} 项须改正，{warns} 项提醒",
                blocks=blocks,
                warns=len(findings) - blocks,
            )
        else:
            words = tr("校核通过，可以签章。")
        self.verdict.setText(words)
        self.findings.clear()
        for finding in findings:
            block = finding.severity == "block"
            item = QListWidgetItem(
                icon("bad" if block else "warn", LIGHT.bad if block else LIGHT.warn),
                f"{finding.code}  {finding.message}",
            )
            item.setToolTip(finding.clause)
            item.setData(Qt.ItemDataRole.UserRole, finding)
            self.findings.addItem(item)
        self.findings.setVisible(bool(findings))
        shown = range(min(len(findings), FINDINGS_SHOWN))
        self.findings.setFixedHeight(
            sum(max(26, self.findings.sizeHintForRow(i)) for i in shown) + 4
        )

    def do_primary(self) -> None:
        """Ctrl+Enter: 签章并发送, where it can be done."""
        if self.send_button.isEnabled():
            self._send()

    def panes(self) -> tuple[QWidget, ...]:
        """Where F6 goes in turn."""
        found = (self.findings,) if self.findings.isVisible() else ()
        return (self.form.title, self.form.body, *found, self.send_button, self.preview)

    def _current_mending(self) -> int | None:
        """The number of the text's habit that is chosen, where it can be mended."""
        item = self.findings.currentItem()
        chosen: FindingRow | None = item.data(Qt.ItemDataRole.UserRole) if item else None
        return chosen.mends if chosen is not None else None

    def _offer_mending(self, *_: object) -> None:
        self.mend_button.setVisible(self._current_mending() is not None)

    def _mend(self) -> None:
        number = self._current_mending()
        if number is not None:
            self.presenter.mend(number)

    def _focus_finding(self, item: QListWidgetItem) -> None:
        finding: FindingRow = item.data(Qt.ItemDataRole.UserRole)
        self._focus_field(finding.field)

    def _focus_field(self, path: str) -> None:
        field = self.form.field_of(path)
        if field is not None:
            field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _send(self) -> None:
        names = self.presenter.addressees()
        shown = "、".join(names[:NAMES_SHOWN]) or tr("（没有找到收文单位）")
        if len(names) > NAMES_SHOWN:
            shown = tr("{names}等", names=shown)
        purpose = tr(
            "为《{title}》加盖本单位印章，并发送给 {count} 个单位：{names}。",
            title=self.form.title.text().strip(),
            count=len(names),
            names=shown,
        )
        if self.riding.isChecked():
            purpose += tr("每一页同时加盖骑缝章。")
        pin = self._ask_pin(purpose, tr("签章并发送"))
        if pin is not None:
            self.presenter.seal_and_send(pin, riding=self.riding.isChecked())

    def _take_in(self) -> None:
        self._choose(tr("导入草稿"), tr("公文 (*.docx *.txt *.json)"), self.presenter.take_in)

    def _attach(self) -> None:
        self._choose(tr("添加随文附件"), tr("全部文件 (*)"), self.presenter.attach)

    def _add_picture(self) -> None:
        self._choose(tr("插入图片"), tr("图片 (*.png *.jpg *.jpeg)"), self.presenter.add_picture)

    def _choose(self, title: str, kinds: str, then: Callable[[Path], None]) -> None:
        name, _kind = QFileDialog.getOpenFileName(self, title, "", kinds)
        if name:
            then(Path(name))
