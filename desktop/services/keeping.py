"""Bytes and files in the vault: durable under ``blobs/`` first, then kept by a transaction."""

import mimetypes
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.files import read_file
from desktop.services.session import Workspace
from desktop.store.files import KeptFile
from formats.ids import sha256
from formats.limits import MAX_ATTACHED_BYTES
from formats.package.archive import check_name

if TYPE_CHECKING:
    from desktop.vault.blobs import BlobRef


def read_named(source: Path) -> tuple[str, bytes]:
    """A file to take in: its tidy name and its bytes.

    Raises `TooLarge`, `DiskTrouble`, `BadAttachmentName`.
    """
    return check_name(source.name), read_file(source, limit=MAX_ATTACHED_BYTES)


def put_named(
    workspace: Workspace, name: str, data: bytes, media_type: str | None = None
) -> "tuple[KeptFile, BlobRef]":
    """Make named bytes durable; keep both in one transaction next."""
    ref = workspace.vault.blobs.put(data)
    kind = media_type or media_type_of(name)
    return KeptFile(name, len(data), sha256(data), kind, ref.id), ref


def media_type_of(name: str) -> str:
    """The media type by a file name's ending."""
    guessed, _ = mimetypes.guess_type(name)
    return guessed or "application/octet-stream"


def file_name(title: str, ending: str) -> str:
    """A file name from a title: without what no file system keeps, and not too long."""
    tidy = "".join(char for char in title if char not in '/\\:*?"<>|' and char.isprintable())
    return (tidy.strip(" .")[:60] or "document") + ending
