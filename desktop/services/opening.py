"""A fetched consignment opened: decrypted, its package read and judged, everything kept.

The package lies in the clear only in a folder of its own in memory (``/dev/shm``) where there is
one, for as long as it takes to read it; what stays is encrypted in the vault.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from desktop.services import keeping, overview
from desktop.services.session import Workspace
from desktop.store import files, mailbox
from desktop.store.connection import Connection
from formats.directory import Snapshot
from formats.document.model import Document
from formats.package.archive import Package, read_package
from formats.safe.xml import parse_xml
from signing.envelope import OpenedDispatch, open_dispatch
from signing.trust.store import TrustStore
from signing.verdict.acceptance import DEFAULT, Policy
from signing.verdict.report import Verdict

if TYPE_CHECKING:
    from desktop.vault.blobs import BlobRef

_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a fresh folder of our own is made inside
_METADATA: Final = "{urn:yidao:metadata:1}"


@dataclass(frozen=True, slots=True)
class OpenedConsignment:
    """A consignment whose package could be read."""

    dispatch: OpenedDispatch
    package: Package
    data: bytes
    """The package as it was decrypted."""
    verdict: Verdict


def open_consignment(
    workspace: Workspace,
    *,
    header: bytes,
    keys: bytes,
    payload: Path,
    accepted_at: datetime | None,
) -> OpenedConsignment:
    """Decrypt, read and judge. ``accepted_at``: when the sender's node took it, by its receipt.

    Raises `NotAddressed`, `EnvelopeMismatch`, `CapsuleError`, `PackageDamaged` or another
    `BadInput`, a `TrustError`, or what the UKEY raises.
    """
    with _scratch() as folder:
        opened = open_dispatch(
            header,
            keys,
            payload,
            token=workspace.holder(),
            trust=workspace.trust,
            body_id=workspace.profile.body,
            out=folder / "package",
            at=accepted_at,
        )
        data = opened.package_path.read_bytes()
    package = read_package(data)
    verdict = judge(
        data,
        trust=workspace.trust,
        now=workspace.clock(),
        recipient=workspace.profile.body,
        sender=opened.header.sender,
        signed_at=accepted_at,
        policy=workspace.profile.settings.policy,
        directory=workspace.snapshot,
        verify=workspace.verifiers.verify,
    )
    return OpenedConsignment(opened, package, data, verdict)


def judge(
    package: bytes,
    *,
    trust: TrustStore,
    now: datetime,
    recipient: str | None,
    sender: str | None,
    signed_at: datetime | None,
    policy: Policy = DEFAULT,
    directory: Snapshot | None = None,
    verify: Callable[..., Verdict] | None = None,
) -> Verdict:
    """The verdict on a package from outside; its PDF is read in a process of its own.

    ``verify``: that of a pool which stands ready; without one, a process is started.
    """
    from signing.verdict.package import verify_package  # noqa: PLC0415 - pyHanko loads slowly
    from signing.verdict.sandbox import verify_outside  # noqa: PLC0415 - loaded when used: start-up stays quick

    judge_pdf = verify or verify_outside
    return verify_package(
        package,
        trust=trust,
        now=now,
        recipient=recipient,
        sender=sender,
        signed_at=signed_at,
        check=lambda pdf: judge_pdf(pdf, trust=trust, now=now, policy=policy),
        policy=policy,
        directory=directory,
    )


def keep_opened(
    workspace: Workspace, opened: OpenedConsignment
) -> "tuple[BlobRef, BlobRef, list[tuple[files.KeptFile, BlobRef]]]":
    """Make package, PDF and attachments durable; the rows come next, in one transaction."""
    package = workspace.vault.blobs.put(opened.data)
    pdf = workspace.vault.blobs.put(opened.package.document)
    attached = [
        keeping.put_named(workspace, file.name, file.data, file.media_type)
        for file in opened.package.attachments
    ]
    return package, pdf, attached


def note_opened(
    workspace: Workspace,
    db: Connection,
    consignment: str,
    opened: OpenedConsignment,
    kept: "tuple[BlobRef, BlobRef, list[tuple[files.KeptFile, BlobRef]]]",
) -> None:
    """The rows of an opened consignment, in the caller's transaction."""
    package, pdf, attached = kept
    blobs = workspace.vault.blobs
    blobs.keep(db, package)
    blobs.keep(db, pdf)
    for file, ref in attached:
        blobs.keep(db, ref)
        files.put(db, consignment, file)
    facts = core_facts(opened.package.metadata)
    manifest, header = opened.package.manifest, opened.dispatch.header
    recipient = opened.dispatch.recipient
    mailbox.change(
        db,
        consignment,
        sender=header.sender,
        title=facts.get("title", header.title or ""),
        kind=header.kind,
        number=facts.get("documentNumber", ""),
        urgency=header.urgency,
        sensitivity=header.sensitivity,
        role=recipient.role if recipient else "main",
        copies=recipient.copies if recipient else 0,
        state=overview.state_of_verdict(opened.verdict),
        package=package.id,
        pdf=pdf.id,
        pdf_digest=manifest.document,
        metadata=opened.package.metadata,
        verdict=opened.verdict.json(),
        error="",
    )


def core_facts(metadata: bytes) -> dict[str, str]:
    """The core elements of a ``metadata.xml``; of a repeated one, joined by 、."""
    facts: dict[str, str] = {}
    for element in parse_xml(metadata).iter():
        name = str(element.tag)
        if not name.startswith(_METADATA) or not element.text or not element.text.strip():
            continue
        name = name.removeprefix(_METADATA)
        text = element.text.strip()
        facts[name] = f"{facts[name]}、{text}" if name in facts else text
    return facts


def facts_of_document(document: Document, identifier: str) -> dict[str, str]:
    """The same facts of a document that was written here."""
    from formats.package.metadata import metadata_xml  # noqa: PLC0415 - loads when used

    return core_facts(metadata_xml(document, identifier=identifier))


@contextmanager
def _scratch() -> Iterator[Path]:
    base = _MEMORY if _MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="yidao-", dir=base) as folder:
        yield Path(folder)
