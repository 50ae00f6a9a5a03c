"""The form of a 公文: one field for each thing a person decides."""

import re
from dataclasses import replace
from datetime import date

from PyQt6.QtCore import QDate, Qt, pyqtSignal
from PyQt6.QtGui import QFontMetrics, QTextCursor
from PyQt6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateEdit,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QWidget,
)

from desktop.presenters.form import Form, with_kind, with_picture
from desktop.services.words import FORMATS, KINDS, SENSITIVITY, SIGNATURES, URGENCY, label
from desktop.views.widgets.chips import FileChips
from formats.document.model import Image, Kind
from formats.i18n import mark, tr

DIRECTIONS = {"down": mark("下行"), "up": mark("上行"), "parallel": mark("平行")}
NO_DATE = QDate(1949, 1, 1)
"""Stands for "no date yet" in the date field, which cannot be empty."""

BODY_HELP = mark("每段一行。“一、”“（一）”“1.”“（1）”开头的段落自动按层次用字体。")
BODY_LINES = 7
"""At least this much of the text; it takes what the window has left."""


class DocumentForm(QWidget):
    """The fields; ``edited`` when the person changed one."""

    edited = pyqtSignal()
    attach_asked = pyqtSignal()
    picture_asked = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self._filling = False
        self._images: tuple[Image, ...] = ()
        self._kind: Kind = "notice"
        self._form = QFormLayout(self)
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        self._form.setVerticalSpacing(8)
        self._form.setContentsMargins(0, 4, 2, 4)
        self._add_head()
        self._add_text()
        self._add_tail()
        self._connect_fields()

    def _add_head(self) -> None:
        self.kind = self._choice({k: label(KINDS, k) for k in KINDS})
        self.direction = self._choice({k: tr(v) for k, v in DIRECTIONS.items()})
        self.urgency = self._choice({"": tr("平件"), **{k: tr(v) for k, v in URGENCY.items()}})
        self.sensitivity = self._choice({k: tr(v) for k, v in SENSITIVITY.items()})
        self._row(tr("文种"), self.kind, self.direction, self.urgency, self.sensitivity, None)
        self.format = self._choice({k: tr(v) for k, v in FORMATS.items()})
        self.signature = self._choice({k: tr(v) for k, v in SIGNATURES.items()})
        self.barcode = QCheckBox(tr("印二维条码"))
        self.barcode.setToolTip(tr("在版记旁印公文二维条码，供收文单位扫描登记"))
        self._row(tr("格式"), self.format, self.signature, self.barcode, None)
        self.mark = self._line(tr("机关代字"))
        self.mark.setMaximumWidth(110)
        self.year = self._number(9999, tr("年份"))
        self.serial = self._number(999_999, tr("序号"))
        self.issue_date = QDateEdit()
        self.issue_date.setDisplayFormat("yyyy-MM-dd")
        self.issue_date.setCalendarPopup(True)
        self.issue_date.setMinimumDate(NO_DATE)
        self.issue_date.setSpecialValueText(tr("未定"))
        self._row(
            tr("发文字号"), self.mark, QLabel("〔"), self.year, QLabel("〕"), self.serial,
            QLabel(tr("号")), None, QLabel(tr("成文日期")), self.issue_date,
        )  # fmt: skip

    def _add_text(self) -> None:
        self.title = self._line("")
        self._form.addRow(tr("标题"), self.title)
        self.main = self._line(tr("用“、”分开，例如：合肥市人民政府办公室、肥西县人民政府办公室"))
        self._form.addRow(tr("主送"), self.main)
        self.body = QPlainTextEdit()
        self.body.setPlaceholderText(tr(BODY_HELP))
        self.body.setTabChangesFocus(True)
        self.body.setMinimumHeight(QFontMetrics(self.body.font()).lineSpacing() * BODY_LINES)
        self.body.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._form.addRow(tr("正文"), self.body)
        self.picture_button = QPushButton(tr("插入图片……"))
        self.picture_button.setToolTip(tr("把图片排在正文末尾；可移动它的那一行"))
        self.picture_button.clicked.connect(self._ask_picture)
        self._row("", self.picture_button, None)
        self.present = self._line(tr("出席人员的单位和姓名，用“、”分开"))
        self.absent = self._line("")
        self.observers = self._line("")
        for words, line in (
            (tr("出席"), self.present), (tr("请假"), self.absent), (tr("列席"), self.observers),
        ):  # fmt: skip
            self._form.addRow(words, line)
        self.signers = self._line(tr("职务和姓名，中间空一格，例如：省长 王某某"))
        self._form.addRow(tr("签名章"), self.signers)

    def _add_tail(self) -> None:
        self.files = FileChips()
        self.attach_button = QPushButton(tr("添加……"))
        self.attach_button.setToolTip(tr("随文发送的文件，例如表格；它们不排入正文"))
        self.attach_button.clicked.connect(self._ask_attach)
        self._row(tr("随文附件"), self.files, self.attach_button)
        self.cc = self._line("")
        self._form.addRow(tr("抄送"), self.cc)
        self.approvers = self._line(tr("上行文必填"))
        self.contact = self._line(tr("请示须写联系人和电话"))
        self._row(tr("签发人"), self.approvers, QLabel(tr("联系人")), self.contact)
        self.note = self._line(tr("例如：此件公开发布"))
        self._form.addRow(tr("附注"), self.note)

    def _connect_fields(self) -> None:
        self.fields = {
            "kind": self.kind,
            "direction": self.direction,
            "number": self.mark,
            "title": self.title,
            "main_recipients": self.main,
            "body": self.body,
            "issue_date": self.issue_date,
            "urgency": self.urgency,
            "sensitivity": self.sensitivity,
            "approvers": self.approvers,
            "note": self.note,
            "contact": self.contact,
            "cc": self.cc,
            "format": self.format,
            "signature": self.signature,
            "signers": self.signers,
            "attendance": self.present,
            "present": self.present,
            "absent": self.absent,
            "observers": self.observers,
            "barcode": self.barcode,
        }
        names = {
            "number": tr("机关代字"),
            "kind": tr("文种"),
            "direction": tr("行文方向"),
            "title": tr("标题"),
            "main_recipients": tr("主送"),
            "body": tr("正文"),
            "issue_date": tr("成文日期"),
            "urgency": tr("紧急程度"),
            "sensitivity": tr("公开属性"),
            "approvers": tr("签发人"),
            "note": tr("附注"),
            "contact": tr("联系人"),
            "cc": tr("抄送"),
            "format": tr("公文格式"),
            "signature": tr("署名方式"),
            "signers": tr("签名章"),
            "present": tr("出席"),
            "absent": tr("请假"),
            "observers": tr("列席"),
            "barcode": tr("二维条码"),
        }
        for field, words in names.items():
            self.fields[field].setAccessibleName(words)
            if isinstance(self.fields[field], QComboBox):
                self.fields[field].setToolTip(words)
        for line in (
            self.mark,
            self.title,
            self.main,
            self.approvers,
            self.note,
            self.contact,
            self.cc,
            self.signers,
            self.present,
            self.absent,
            self.observers,
        ):
            line.textEdited.connect(self._edited)
        self.body.textChanged.connect(self._edited)
        for number in (self.year, self.serial):
            number.valueChanged.connect(self._edited)
        self.kind.activated.connect(self._kind_chosen)
        for choice in (
            self.kind, self.direction, self.urgency, self.sensitivity, self.format, self.signature,
        ):  # fmt: skip
            choice.currentIndexChanged.connect(self._edited)
        self.barcode.toggled.connect(self._edited)
        self.issue_date.dateChanged.connect(self._edited)

    @staticmethod
    def _line(hint: str) -> QLineEdit:
        line = QLineEdit()
        line.setPlaceholderText(hint)
        return line

    @staticmethod
    def _number(most: int, hint: str) -> QSpinBox:
        number = QSpinBox()
        number.setRange(0, most)
        number.setSpecialValueText(hint)
        number.setAccessibleName(hint)
        number.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        return number

    @staticmethod
    def _choice(words: dict[str, str]) -> QComboBox:
        box = QComboBox()
        for value, text in words.items():
            box.addItem(text, value)
        return box

    def _row(self, words: str, *widgets: QWidget | None) -> None:
        """A row of several fields; ``None`` is a gap that grows, a label belongs to what follows.

        The row's own label belongs to its first field, where Alt and screen readers look for it.
        """
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        for widget, follower in zip(widgets, (*widgets[1:], None), strict=True):
            if widget is None:
                row.addStretch(1)
                continue
            if isinstance(widget, QLabel):
                widget.setBuddy(follower)
            grows = isinstance(widget, QLineEdit | FileChips)
            row.addWidget(widget, 1 if grows else 0)
        holder = QWidget()
        holder.setLayout(row)
        heading = QLabel(words)
        heading.setBuddy(widgets[0])
        self._form.addRow(heading, holder)

    def fill(self, form: Form) -> None:
        """Put a form into the fields."""
        self._filling = True
        try:
            for box, value in (
                (self.kind, form.kind), (self.direction, form.direction),
                (self.urgency, form.urgency or ""), (self.sensitivity, form.sensitivity),
                (self.format, form.format), (self.signature, form.signature),
            ):  # fmt: skip
                box.setCurrentIndex(max(0, box.findData(value)))
            for line, text in (
                (self.mark, form.mark), (self.title, form.title), (self.main, form.main),
                (self.approvers, form.approvers), (self.note, form.note),
                (self.contact, form.contact), (self.cc, form.cc), (self.signers, form.signers),
                (self.present, form.present), (self.absent, form.absent),
                (self.observers, form.observers),
            ):  # fmt: skip
                line.setText(text)
            self.year.setValue(form.year)
            self.serial.setValue(form.serial)
            self._images = form.images
            self._kind = form.kind
            self.barcode.setChecked(form.barcode)
            if self.body.toPlainText() != form.body:  # else the cursor would jump to the top
                self.body.setPlainText(form.body)
            day = form.issue_date
            self.issue_date.setDate(QDate(day.year, day.month, day.day) if day else NO_DATE)
        finally:
            self._filling = False
        self._show_rows()

    def mend(self, form: Form) -> None:
        """As `fill`, for a form whose words were mended: the text can be undone, the place kept."""
        if self.body.toPlainText() != form.body:
            place = self.body.textCursor().position()
            cursor = QTextCursor(self.body.document())
            cursor.beginEditBlock()
            cursor.select(QTextCursor.SelectionType.Document)
            self._filling = True
            cursor.insertText(form.body)
            self._filling = False
            cursor.endEditBlock()
            cursor.setPosition(min(place, len(form.body)))
            self.body.setTextCursor(cursor)
        self.fill(form)

    def _show_rows(self) -> None:
        """Fields that only some documents have appear with them."""
        personal = self.signature.currentData() == "personal"
        minutes = self.format.currentData() == "minutes"
        self._form.setRowVisible(self.signers, personal)
        for line in (self.present, self.absent, self.observers):
            self._form.setRowVisible(line, minutes)

    def _kind_chosen(self) -> None:
        """Another 文种: its usual format, direction and signature come with it."""
        chosen: Kind = self.kind.currentData()
        if chosen != self._kind:
            self.fill(with_kind(replace(self.read(), kind=self._kind), chosen))
            self.edited.emit()

    def add_picture(self, image: Image) -> None:
        """Put a picture below the text."""
        self.fill(with_picture(self.read(), image))
        self.edited.emit()

    def read(self) -> Form:
        """What the fields say."""
        day = self.issue_date.date()
        return Form(
            kind=self.kind.currentData(),
            format=self.format.currentData(),
            direction=self.direction.currentData(),
            mark=self.mark.text().strip(),
            year=self.year.value(),
            serial=self.serial.value(),
            title=self.title.text(),
            main=self.main.text(),
            body=self.body.toPlainText(),
            images=self._images,
            cc=self.cc.text(),
            note=self.note.text(),
            contact=self.contact.text(),
            approvers=self.approvers.text(),
            urgency=self.urgency.currentData() or None,
            sensitivity=self.sensitivity.currentData(),
            issue_date=None if day == NO_DATE else date(day.year(), day.month(), day.day()),
            signature=self.signature.currentData(),
            signers=self.signers.text(),
            present=self.present.text(),
            absent=self.absent.text(),
            observers=self.observers.text(),
            barcode=self.barcode.isChecked(),
        )

    def field_of(self, path: str) -> QWidget | None:
        """The field for a finding's place in the document, for example ``body[3].text``."""
        name = re.split(r"[.\[]", path, maxsplit=1)[0]
        return self.attach_button if name == "attachments" else self.fields.get(name)

    def _ask_attach(self) -> None:
        self.attach_asked.emit()

    def _ask_picture(self) -> None:
        self.picture_asked.emit()

    def _edited(self, *_: object) -> None:
        if not self._filling:
            self._show_rows()
            self.edited.emit()
