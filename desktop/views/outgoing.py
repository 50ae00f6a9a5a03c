"""发文: what was sealed and sent, and how far it has come."""

from PyQt6.QtWidgets import QLineEdit

from desktop.presenters.outgoing import STATE_TONES, OutgoingPresenter
from desktop.presenters.states import short_when
from desktop.services.words import OUTGOING, label
from desktop.views.screens import AskPin, ListScreen, urgency_first
from desktop.views.widgets.dialogs import ActDialog
from desktop.views.widgets.table import Column
from formats.i18n import tr


class OutgoingScreen(ListScreen):
    """发文."""

    presenter: OutgoingPresenter

    def __init__(self, presenter: OutgoingPresenter, ask_pin: AskPin) -> None:
        super().__init__(
            tr("发文"),
            presenter,
            (
                Column(
                    tr("状态"),
                    112,
                    lambda row: label(OUTGOING, row.state),
                    lambda row: STATE_TONES[row.state],
                ),
                Column(
                    tr("标题"),
                    0,
                    lambda row: urgency_first(row.urgency, row.title),
                    under=lambda row: row.number,
                ),
                Column(
                    tr("签收"),
                    64,
                    lambda row: f"{row.signed}/{row.recipients}",
                ),
                Column(tr("发出"), 104, lambda row: short_when(row.sent_at or row.sealed_at)),
            ),
            ask_pin,
        )

    def on_action(self, action: str, key: str) -> None:
        """发送, 撤回, 催办, 重试, 撤销签章 or 归档."""
        title = self.current_title()
        if action == "send":
            if (pin := self._ask_pin(tr("发送《{title}》。", title=title), tr("发送"))) is not None:
                self.presenter.send(key, pin)
        elif action == "recall":
            self._recall(key, title)
        elif action == "remind":
            self.presenter.remind(key)
        elif action == "retry":
            self.presenter.retry()
        elif action == "unseal":
            self.presenter.unseal(key)
        elif action == "file":
            self.presenter.file(key)

    def _recall(self, key: str, title: str) -> None:
        dialog = ActDialog(
            tr("撤回《{title}》？", title=title),
            tr("将从尚未签收的单位撤回。已签收的单位不受影响，请另行通知。"),
            tr("撤回"),
            self,
        )
        reason = QLineEdit()
        reason.setPlaceholderText(tr("撤回原因（收文单位会看到）"))
        reason.setAccessibleName(tr("撤回原因"))
        dialog.insert(reason)
        dialog.act_button.setEnabled(False)
        reason.textChanged.connect(lambda text: dialog.act_button.setEnabled(bool(text.strip())))
        if dialog.exec():
            pin = self._ask_pin(tr("撤回《{title}》。", title=title), tr("撤回"))
            if pin is not None:
                self.presenter.recall(key, reason.text().strip(), pin)
