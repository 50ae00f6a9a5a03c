"""From a sealed document to the three pieces that travel: header, keys, payload.

The payload is durable in the profile's outbox before the transaction that puts the dispatch into
the outbox, and the network comes after both. Numbering (`sequence`, `parent`) happens under the
workspace's `sending` lock, so that a gap is always someone else's doing.
"""

from typing import TYPE_CHECKING

from desktop.errors import NoRecipients
from desktop.files import disk_errors
from desktop.services import acts, outbox
from desktop.services.drafting import parsed
from desktop.services.session import Workspace
from desktop.store import dispatches, files, mailbox, pending
from formats.canonical import from_bytes, to_bytes
from formats.digests import digest
from formats.document.model import Document
from formats.envelope.header import HeaderFields, Recipient, Role
from formats.ids import sha256
from formats.package.archive import DOCUMENT, AttachedFile, content_members, parts_of
from formats.package.manifest import Addressee, Manifest, RulesResult
from formats.package.metadata import metadata_xml
from signing.envelope import SealedDispatch, close_package
from signing.package import sign_package

if TYPE_CHECKING:
    from desktop.vault.blobs import BlobRef


def put_into_outbox(workspace: Workspace, kept: dispatches.KeptDispatch) -> str:
    """Package and close a sealed dispatch and queue it; the id of its outbox entry.

    Raises `NoRecipients`, what the UKEY raises, `DiskFull`, `TooLarge`; then nothing is queued.
    """
    with workspace.sending:
        with workspace.vault.read() as db:
            consignments = dispatches.consignments(db, kept.dispatch)
            before = dispatches.latest_packaged(db)
            attached = files.of(db, kept.dispatch)
            document = parsed(kept.document)
            answered = mailbox.answered(db, document.reply_to)
        if not consignments:
            raise NoRecipients("nobody", names="—")
        manifest, members = _contents(
            workspace,
            kept,
            document,
            consignments=consignments,
            attached=attached,
            before=before,
            reply_to=answered.dispatch if answered else None,
        )
        package = sign_package(members, manifest, workspace.signer(), at=manifest.created)
        ref = workspace.vault.blobs.put(package)
        closed = _closed(workspace, document, manifest, package)
        event = acts.new_event(workspace, "submit", kept.dispatch, title=kept.title)
        _queue(workspace, closed, manifest, ref, event)
    return event.id


def _contents(
    workspace: Workspace,
    kept: dispatches.KeptDispatch,
    document: Document,
    *,
    consignments: tuple[dispatches.KeptConsignment, ...],
    attached: tuple[files.KeptFile, ...],
    before: tuple[int, str] | None,
    reply_to: str | None,
) -> tuple[Manifest, dict[str, tuple[str, bytes]]]:
    blobs = workspace.vault.blobs
    members = content_members(
        blobs.read(kept.pdf),
        metadata_xml(document, identifier=kept.dispatch),
        [AttachedFile(file.name, file.media_type, blobs.read(file.blob)) for file in attached],
    )
    suite = workspace.suite
    manifest = Manifest(
        suite=suite,
        dispatch=kept.dispatch,
        created=workspace.clock(),
        sender=workspace.profile.body,
        sensitivity=document.sensitivity,
        document=digest(members[DOCUMENT][1], suite),
        parts=parts_of(members, suite),
        recipients=tuple(
            Addressee(consignment=c.id, body=c.body, role=_role(c), copies=c.copies)
            for c in consignments
        ),
        sequence=before[0] + 1 if before else 0,
        parent=before[1] if before else None,
        reply_to=reply_to,
        directory_version=workspace.snapshot.version,
        rules=from_bytes(RulesResult, kept.rules),
    )
    return manifest, members


def _closed(
    workspace: Workspace, document: Document, manifest: Manifest, package: bytes
) -> SealedDispatch:
    fields = HeaderFields(
        dispatch=manifest.dispatch,
        suite=manifest.suite,
        sender=manifest.sender,
        kind=document.kind,
        direction=document.direction,
        urgency=document.urgency,
        sensitivity=document.sensitivity,
        title=document.title if document.sensitivity == "public" else None,
        reply_to=manifest.reply_to,
    )
    recipients = [
        (
            Recipient(
                consignment=entry.consignment,
                body=entry.body,
                role=entry.role,
                copies=entry.copies,
            ),
            workspace.snapshot.body(entry.body).certificates,
        )
        for entry in manifest.recipients
    ]
    folder = workspace.profile.outbox_folder
    with disk_errors(folder):
        folder.mkdir(exist_ok=True, mode=0o700)
        return close_package(
            package,
            fields,
            recipients,
            workspace.signer(),
            own=workspace.body.certificates,
            randomness=workspace.randomness,
            clock=workspace.clock,
            payload_out=outbox.payload_path(workspace, manifest.dispatch),
        )


def _queue(
    workspace: Workspace,
    closed: SealedDispatch,
    manifest: Manifest,
    package: "BlobRef",
    event: pending.PendingEvent,
) -> None:
    with workspace.vault.transaction() as db:
        workspace.vault.blobs.keep(db, package)
        dispatches.packaged(
            db,
            manifest.dispatch,
            sequence=manifest.sequence,
            manifest_digest=sha256(to_bytes(manifest)),
            package=package.id,
            header=closed.header_p7m,
            keys=closed.keys_p7m,
            payload_digest=closed.header.payload_digest,
        )
        pending.add(db, event)


def _role(entry: dispatches.KeptConsignment) -> Role:
    return "cc" if entry.role == "cc" else "main"
