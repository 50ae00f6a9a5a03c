"""起草: the form on the left, the red-head page on the right, and the findings under the form."""

from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import (
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
from desktop.services.rows import FindingRow
from desktop.views.form import DocumentForm
from desktop.views.screens import AskPin
from desktop.views.theme import LIGHT, icon
from desktop.views.widgets.preview import PagePreview
from formats.i18n import tr


class ComposeScreen(QWidget):
    """The editor."""

    left = pyqtSignal()

    def __init__(self, presenter: ComposePresenter, ask_pin: AskPin) -> None:
        super().__init__()
        self.presenter = presenter
        self._ask_pin = ask_pin
        self.form = DocumentForm()
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(self._left_side())
        splitter.addWidget(self._right_side())
        splitter.setStretchFactor(0, 1)
        splitter.setStretchFactor(1, 1)
        splitter.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(splitter)
        self.form.edited.connect(lambda: presenter.edit(self.form.read()))
        self.form.attach_asked.connect(self._attach)
        presenter.changed.connect(self.render_state)
        presenter.form_replaced.connect(self.form.fill)
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
        self.findings.setFrameShape(QFrame.Shape.NoFrame)
        self.findings.setMaximumHeight(132)
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
        column.addWidget(self.verdict)
        column.addWidget(self.findings)
        column.addLayout(self._buttons())
        return left

    def _buttons(self) -> QHBoxLayout:
        self.saved = QLabel()
        self.saved.setObjectName("Muted")
        self.send_button = QPushButton(tr("签章并发送……"))
        self.send_button.setProperty("primary", "true")
        self.send_button.setIcon(icon("seal", LIGHT.panel))
        self.send_button.clicked.connect(self._send)
        save = QPushButton(tr("保存草稿"))
        save.clicked.connect(self.presenter.save)
        take_in = QPushButton(tr("导入文件……"))
        take_in.clicked.connect(self._take_in)
        buttons = QHBoxLayout()
        buttons.addWidget(take_in)
        buttons.addWidget(save)
        buttons.addWidget(self.saved)
        buttons.addStretch(1)
        buttons.addWidget(self.send_button)
        return buttons

    def _right_side(self) -> QWidget:
        self.preview = PagePreview(tr("写下标题和正文，这里会显示成文的样子。"))
        self.trouble = QLabel()
        self.trouble.setWordWrap(True)
        self.trouble.setStyleSheet(
            f"background: {LIGHT.warn_soft}; color: {LIGHT.warn}; padding: 6px 10px;"
        )
        self.trouble.hide()
        right = QWidget()
        frame = QVBoxLayout(right)
        frame.setContentsMargins(6, 12, 12, 12)
        frame.addWidget(self.trouble)
        frame.addWidget(self.preview, 1)
        return right

    def render_state(self, state: ComposeState) -> None:
        """Show page, findings and progress."""
        if state.preview is not None and state.preview.pdf:
            self.preview.show_pdf(state.preview.pdf)
        self.trouble.setText(state.trouble)
        self.trouble.setVisible(bool(state.trouble))
        self.form.files.setText("、".join(file.name for file in state.files))
        self.saved.setText(state.busy or state.saved)
        blocks = sum(finding.severity == "block" for finding in state.findings)
        self.verdict.setText(
            tr(
                "校核：{blocks} 项须改正，{warns} 项提醒",
                blocks=blocks,
                warns=len(state.findings) - blocks,
            )
        )
        self.findings.clear()
        for finding in state.findings:
            block = finding.severity == "block"
            item = QListWidgetItem(
                icon("bad" if block else "warn", LIGHT.bad if block else LIGHT.warn),
                f"{finding.code}  {finding.message}",
            )
            item.setToolTip(finding.clause)
            item.setData(Qt.ItemDataRole.UserRole, finding)
            self.findings.addItem(item)
        self.findings.setVisible(bool(state.findings))
        self.send_button.setEnabled(not state.blocked and not state.busy)
        self.send_button.setToolTip(
            tr("先改正上面标红的各项") if state.blocked else tr("用本单位 UKEY 签章后发送")
        )

    def _focus_finding(self, item: QListWidgetItem) -> None:
        finding: FindingRow = item.data(Qt.ItemDataRole.UserRole)
        field = self.form.fields.get(finding.field.split(".")[0].split("[")[0])
        if field is not None:
            field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _send(self) -> None:
        form = self.form.read()
        pin = self._ask_pin(
            tr(
                "为《{title}》加盖本单位印章，并发送给：{main}。",
                title=form.title,
                main=form.main or tr("（未写主送）"),
            ),
            tr("签章并发送"),
        )
        if pin is not None:
            self.presenter.seal_and_send(pin)

    def _take_in(self) -> None:
        self._choose(tr("导入草稿"), tr("公文 (*.docx *.txt *.json)"), self.presenter.take_in)

    def _attach(self) -> None:
        self._choose(tr("添加随文附件"), tr("全部文件 (*)"), self.presenter.attach)

    def _choose(self, title: str, kinds: str, then: Callable[[Path], None]) -> None:
        name, _kind = QFileDialog.getOpenFileName(self, title, "", kinds)
        if name:
            then(Path(name))
