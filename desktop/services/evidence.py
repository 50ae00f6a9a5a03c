"""Bundles that prove the journey of one document, written and verified offline."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.errors import NotFound, WrongState
from desktop.files import read_file, write_whole
from desktop.services import outbox
from desktop.services.rows import EventRow, EvidenceReport
from desktop.services.session import Workspace
from desktop.store import dispatches, mailbox, receipts
from formats.canonical import from_bytes
from formats.evidence.receipt import Receipt
from formats.evidence.record import LABELS
from formats.i18n import tr
from formats.limits import MAX_BUNDLE_BYTES
from formats.protocol.errors import ExchangeFailed

if TYPE_CHECKING:
    from signing.evidence.bundle import BundleReport


class Evidence:
    """The evidence that one workspace holds."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def bundle(self, identifier: str, *, refresh: bool = True) -> bytes:
        """The bundle of a dispatch or consignment, with what the node adds when it answers.

        Raises `NotFound`, or `WrongState` while there is no receipt yet.
        """
        from signing.evidence.bundle import export_bundle  # noqa: PLC0415 - loads when used

        workspace = self._workspace
        if refresh:
            with suppress(ExchangeFailed):  # then what is held here
                self._refresh(identifier)
        header, held, title = self._held(identifier)
        if header is None or not held:
            raise WrongState(
                "no receipts", title=title, state=tr("尚无节点回执"), act=tr("导出存证")
            )
        snapshot = workspace.snapshot
        return export_bundle(
            header,
            [from_bytes(Receipt, kept.receipt) for kept in held],
            certificates=snapshot.certificates,
            crls=snapshot.revocations,
            log_keys={node.id: node.log_key for node in snapshot.nodes},
        )

    def export(self, identifier: str, target: Path, *, refresh: bool = True) -> EvidenceReport:
        """Write the bundle of a dispatch or consignment to a file, whole or not at all.

        Raises as `bundle`, and `DiskFull`.
        """
        data = self.bundle(identifier, refresh=refresh)
        write_whole(target, data)
        anchors = self._workspace.profile.anchors()
        return judge_bundle(data, anchors, path=target, log_keys=self._log_keys())

    def verify(self, source: Path) -> EvidenceReport:
        """Check a bundle file by this profile's trust and the directory's log keys.

        Raises `TooLarge`, `DiskTrouble`; every other fault is a reason.
        """
        data = read_file(source, limit=MAX_BUNDLE_BYTES)
        return judge_bundle(
            data, self._workspace.profile.anchors(), path=source, log_keys=self._log_keys()
        )

    def _log_keys(self) -> dict[str, bytes]:
        return {node.id: node.log_key for node in self._workspace.snapshot.nodes}

    def _refresh(self, identifier: str) -> None:
        with self._workspace.vault.read() as db:
            sent = dispatches.get(db, identifier)
            received = mailbox.get(db, identifier)
        if sent is not None and sent.sent_at is not None:
            outbox.refresh_dispatch(self._workspace, identifier)
        elif received is not None:
            outbox.refresh_consignment(self._workspace, identifier)

    def _held(self, identifier: str) -> tuple[bytes | None, Sequence[receipts.KeptReceipt], str]:
        """Header, receipts and title. Raises `NotFound`."""
        with self._workspace.vault.read() as db:
            sent = dispatches.get(db, identifier)
            if sent is not None:
                return sent.header, receipts.of_dispatch(db, identifier), sent.title
            received = mailbox.get(db, identifier)
            if received is None:
                raise NotFound(identifier, what=identifier)
            known = receipts.of_dispatch(db, received.dispatch)
        own = [kept for kept in known if kept.consignment in {None, identifier}]
        return received.header, own, received.title


def verify_bundle_file(
    source: Path, anchors: Sequence[bytes], *, log_keys: Mapping[str, bytes] | None = None
) -> EvidenceReport:
    """Check a bundle file: signatures, time stamps, inclusion proofs, checkpoints, order.

    ``anchors`` are DER; ``log_keys``, where a directory is at hand, replace those in the bundle.
    Raises `TooLarge`, `DiskTrouble`; every other fault is a reason.
    """
    data = read_file(source, limit=MAX_BUNDLE_BYTES)
    return judge_bundle(data, anchors, path=source, log_keys=log_keys)


def judge_bundle(
    data: bytes,
    anchors: Sequence[bytes],
    *,
    path: Path,
    log_keys: Mapping[str, bytes] | None,
) -> EvidenceReport:
    """What is to be thought of a bundle's bytes."""
    from signing.evidence.bundle import verify_bundle  # noqa: PLC0415 - loads when used

    report = verify_bundle(data, anchors, log_keys=log_keys)
    header = report.chain.header
    return EvidenceReport(
        path=str(path),
        dispatch=header.dispatch if header else "",
        ok=report.ok,
        events=_events(report),
        reasons=(*report.reasons, *report.chain.reasons),
    )


def _events(report: "BundleReport") -> tuple[EventRow, ...]:
    rows = []
    for place, found in enumerate(report.events):
        at = found.timestamp or found.at
        label = tr(LABELS[found.event]) if found.event else tr("无法读取")
        rows.append(
            EventRow(
                seq=place,
                event=found.event or "",
                label=label,
                consignment=found.consignment,
                issuer=found.issuer or "",
                actor="",
                at=at,
                reasons=tuple(text for _, text in found.reasons),
                verified=found.ok,
            )
        )
    return tuple(rows)
