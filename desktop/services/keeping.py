"""Bytes and files in the vault's blob store, by a reference that fits a column."""

import hashlib
import mimetypes
from pathlib import Path

from desktop.files import read_file
from desktop.services.session import Workspace
from desktop.store.files import KeptFile
from formats.ids import sha256
from formats.limits import MAX_ATTACHED_BYTES
from formats.package.archive import check_name


def keep(workspace: Workspace, data: bytes) -> str:
    """Put bytes into the blob store, durable on return."""
    return str(workspace.vault.blobs.put(data))


def fetch(workspace: Workspace, reference: str) -> bytes:
    """The bytes of a reference."""
    with workspace.vault.blobs.open(reference) as stream:
        return bytes(stream.read())


def keep_file(workspace: Workspace, source: Path) -> KeptFile:
    """Take a file in. Raises `TooLarge`, `DiskTrouble`, `BadAttachmentName`."""
    name = check_name(source.name)
    data = read_file(source, limit=MAX_ATTACHED_BYTES)
    return KeptFile(
        name=name,
        size=len(data),
        digest=sha256(data),
        media_type=media_type_of(name),
        blob=keep(workspace, data),
    )


def keep_bytes(workspace: Workspace, name: str, media_type: str, data: bytes) -> KeptFile:
    """Take named bytes in."""
    return KeptFile(name, len(data), sha256(data), media_type, keep(workspace, data))


def media_type_of(name: str) -> str:
    """The media type by a file name's ending."""
    guessed, _ = mimetypes.guess_type(name)
    return guessed or "application/octet-stream"


def digest_of_file(path: Path) -> str:
    """The digest of a file, read in pieces."""
    with path.open("rb") as stream:
        return "sha256:" + hashlib.file_digest(stream, "sha256").hexdigest()
