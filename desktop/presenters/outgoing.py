"""发文: what was sealed and sent, and what became of it at every recipient."""

from desktop.presenters.inbox import filed_words, results_words
from desktop.presenters.lists import ListPresenter
from desktop.presenters.states import Action, DetailState, StripState, Tone, when
from desktop.presenters.tasks import Tasks
from desktop.services.filing import Filing
from desktop.services.outgoing import Outgoing
from desktop.services.rows import FlushReport, OutgoingRow, Tracking
from desktop.services.sealing import Sealing
from desktop.services.session import Workspace
from desktop.services.words import KINDS, SENSITIVITY, URGENCY, label
from formats.i18n import tr
from signing.tokens.base import Secret

STATE_TONES: dict[str, Tone] = {
    "sealed": "accent",
    "outbox": "warn",
    "sent": "info",
    "delivered": "info",
    "signed": "ok",
    "partly_returned": "warn",
    "recalled": "quiet",
    "failed": "bad",
}


class OutgoingPresenter(ListPresenter):
    """The sealed and sent documents."""

    def __init__(self, workspace: Workspace, tasks: Tasks) -> None:
        super().__init__(workspace, tasks)
        self.outgoing = Outgoing(workspace)
        self.sealing = Sealing(workspace)
        self.filing = Filing(workspace)
        self.online = True
        """Whether to ask the node how far a dispatch has come."""

    def load_rows(self) -> tuple[OutgoingRow, ...]:
        return self.outgoing.list()

    def key(self, row: OutgoingRow) -> str:
        return row.dispatch

    def empty_words(self) -> str:
        return tr("还没有发出公文。按 Ctrl+N 起草一份。")

    def load_detail(self, row: OutgoingRow) -> DetailState:
        return self._detail(self.outgoing.track(row.dispatch, refresh=False))

    def newer_detail(self, row: OutgoingRow) -> DetailState | None:
        if not self.online or row.sent_at is None:
            return None
        tracking = self.outgoing.track(row.dispatch)
        return self._detail(tracking) if tracking.fresh else None

    def _detail(self, tracking: Tracking) -> DetailState:
        current = tracking.row
        strip = StripState("bad", current.error) if current.error else progress_strip(current)
        return DetailState(
            key=current.dispatch,
            title=current.title,
            facts=facts(current),
            strip=strip,
            pdf=self.sealing.sealed_pdf(current.dispatch),
            consignments=tracking.consignments,
            events=tracking.events,
            actions=actions(current),
        )

    def send(self, dispatch: str, pin: Secret) -> None:
        """Send a sealed document."""
        self.act(tr("正在发送……"), lambda: (self.outgoing.send(dispatch),), results_words, pin=pin)

    def recall(self, dispatch: str, reason: str, pin: Secret) -> None:
        """撤回 what is not signed for."""
        self.act(
            tr("正在撤回……"),
            lambda: self.outgoing.recall(dispatch, reason=reason),
            results_words,
            pin=pin,
        )

    def remind(self, dispatch: str) -> None:
        """催办 those that have not signed for it."""
        self.act(tr("正在催办……"), lambda: self.outgoing.remind(dispatch), results_words)

    def unseal(self, dispatch: str) -> None:
        """Take the seal off what no node has; the draft comes back."""
        self.act(
            tr("正在撤销签章……"),
            lambda: self.sealing.unseal(dispatch),
            lambda draft: tr("《{title}》已回到草稿，可以修改。", title=draft.title),
        )

    def file(self, dispatch: str) -> None:
        """归档 one that was sent."""
        self.act(tr("正在归档……"), lambda: self.filing.file_outgoing(dispatch), filed_words)

    def retry(self) -> None:
        """Try the whole outbox now."""

        def told(report: FlushReport) -> str:
            if report.error:
                return report.error
            return tr("发件箱：{done} 件已发出。", done=len(report.done))

        self.act(tr("正在重试……"), lambda: self.outgoing.flush(retry_now=True), told)


def progress_strip(row: OutgoingRow) -> StripState | None:
    """How far a dispatch has come, in one sentence."""
    if row.state == "signed":
        return StripState("ok", tr("{count} 个收文单位全部签收。", count=row.recipients))
    if row.state in ("sent", "delivered", "partly_returned"):
        return StripState(
            "warn" if row.returned else "info",
            tr(
                "已送达 {delivered}/{all}，已签收 {signed}/{all}，退回 {returned}。",
                delivered=row.delivered,
                signed=row.signed,
                returned=row.returned,
                all=row.recipients,
            ),
        )
    if row.state == "outbox":
        return StripState("warn", tr("公文在发件箱，连接恢复后自动发送。"))
    return None


def facts(row: OutgoingRow) -> tuple[tuple[str, str], ...]:
    """What stands above the page."""
    pairs = (
        (tr("发文字号"), row.number),
        (tr("文种"), label(KINDS, row.kind)),
        (tr("紧急程度"), label(URGENCY, row.urgency)),
        (tr("公开属性"), label(SENSITIVITY, row.sensitivity)),
        (tr("签章时间"), when(row.sealed_at)),
        (tr("发出时间"), when(row.sent_at)),
    )
    return tuple((name, value) for name, value in pairs if value)


def actions(row: OutgoingRow) -> tuple[Action, ...]:
    """What can be done with a dispatch in its state."""
    open_ones = row.recipients - row.signed - row.returned
    if row.state == "sealed":
        return (
            Action("unseal", tr("撤销签章并修改")),
            Action("send", tr("发送给 {count} 个单位", count=row.recipients), primary=True),
        )
    if row.state == "failed":
        return (
            Action("unseal", tr("撤销签章并修改")),
            Action("retry", tr("立即重试"), primary=True),
        )
    if row.state == "outbox":
        return (Action("retry", tr("立即重试"), primary=True),)
    if row.state in ("sent", "delivered", "partly_returned") and open_ones > 0:
        return (
            Action("recall", tr("撤回 {count} 份……", count=open_ones)),
            Action("remind", tr("催办"), primary=True),
        )
    if row.state in ("signed", "partly_returned") and not row.filed:
        return (Action("file", tr("归档"), primary=True),)
    return ()
