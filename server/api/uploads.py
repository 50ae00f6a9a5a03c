"""Resumable uploads: tus 1.0.0 core, creation, checksum, termination.

An upload's offset is the length of its file. A piece is flushed before it is answered; a piece with
a wrong checksum is cut off again. The last piece ends it: the whole is hashed, and either becomes a
blob or, when it is not what was declared, starts anew.
"""

import base64
import binascii
import hashlib
import os
import re
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Row, delete, func, insert, select, update
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import Route

from formats.digests import suite_of_digest
from formats.errors import TooLarge
from formats.ids import Digest
from formats.limits import MAX_OPEN_UPLOADS, MAX_PAYLOAD_BYTES, UPLOAD_DAYS
from formats.protocol.messages import TUS
from formats.protocol.parts import BadParts
from server.api.http import Asked, route
from server.errors import ChecksumMismatch, NotFound, TooManyRequests, UploadConflict
from server.node import Node
from server.sessions import digest_of
from server.store.blobs import digest_of_file
from server.store.database import micros
from server.store.tables import uploads
from server.store.work import Finish, Work

_DIGEST = re.compile(r"(sha256|sm3):[0-9a-f]{64}")
_TUS_HEADERS = {"Tus-Resumable": "1.0.0", "Cache-Control": "no-store"}


async def options(_: Asked) -> Response:
    """``OPTIONS /v1/uploads``: what is supported."""
    extra = {
        "Tus-Version": "1.0.0",
        "Tus-Extension": "creation,checksum,termination",
        "Tus-Checksum-Algorithm": "sha256",
        "Tus-Max-Size": str(MAX_PAYLOAD_BYTES),
    }
    return Response(status_code=204, headers={**_TUS_HEADERS, **extra})


async def create(asked: Asked) -> Response:
    """``POST /v1/uploads``; an upload of the same digest by the same body is found again."""
    session = asked.session()
    size = _header_number(asked, "upload-length")
    if size > MAX_PAYLOAD_BYTES:
        raise TooLarge("upload", limit=MAX_PAYLOAD_BYTES)
    digest = _declared_digest(asked.http.headers.get("upload-metadata", ""))
    identifier = await asked.node.write(
        lambda work: open_upload(work, asked.node, session.body, digest, size)
    )
    return Response(
        status_code=201,
        headers={
            **_TUS_HEADERS,
            "Location": f"/v1/uploads/{identifier}",
            "Upload-Offset": str(offset_of(asked.node, identifier, digest)),
        },
    )


def open_upload(
    work: Work,
    node: Node,
    owner: str,
    digest: Digest,
    size: int,
    *,
    ticket: str | None = None,
) -> Finish[str]:
    """The id of an owner's upload of that digest, made when there is none."""
    ticket_digest = digest_of(ticket) if ticket else None
    expires = micros(work.now + timedelta(days=UPLOAD_DAYS))
    row = work.connection.execute(
        select(uploads.c.id).where(uploads.c.owner == owner, uploads.c.digest == digest)
    ).one_or_none()
    if row is not None:
        identifier: str = row.id
        work.connection.execute(
            update(uploads)
            .where(uploads.c.id == identifier)
            .values(ticket_digest=ticket_digest, expires=expires)
        )
        return lambda _: identifier
    count = work.connection.execute(
        select(func.count()).where(uploads.c.owner == owner, uploads.c.finished.is_(False))
    ).scalar_one()
    if count >= MAX_OPEN_UPLOADS:
        raise TooManyRequests("open uploads")
    made = node.randomness(16).hex()
    work.connection.execute(
        insert(uploads).values(
            id=made,
            owner=owner,
            digest=digest,
            size=size,
            ticket_digest=ticket_digest,
            finished=node.blobs.has(digest) and node.blobs.path(digest).stat().st_size == size,
            expires=expires,
        )
    )
    return lambda _: made


def offset_of(node: Node, identifier: str, digest: Digest) -> int:
    """How many bytes of an upload are here."""
    if node.blobs.has(digest):
        return node.blobs.path(digest).stat().st_size
    path = node.folder.uploads / identifier
    return path.stat().st_size if path.exists() else 0


async def state(asked: Asked) -> Response:
    """``HEAD /v1/uploads/{upload}``."""
    row = _own(asked)
    offset = offset_of(asked.node, row.id, row.digest)
    headers = {"Upload-Offset": str(offset), "Upload-Length": str(row.size)}
    return Response(status_code=200, headers={**_TUS_HEADERS, **headers})


async def append(asked: Asked) -> Response:
    """``PATCH /v1/uploads/{upload}``."""
    row = _own(asked)
    node = asked.node
    if asked.http.headers.get("content-type") != TUS:
        raise BadParts("content type")
    if row.id in node.uploading:
        raise UploadConflict("another request is writing it")
    node.uploading.add(row.id)
    try:
        offset = offset_of(node, row.id, row.digest)
        if _header_number(asked, "upload-offset") != offset:
            raise UploadConflict(f"the upload stands at {offset}")
        path = node.folder.uploads / row.id
        if offset < row.size:
            offset = await _write_piece(asked, path, offset, row.size)
        if offset == row.size and not node.blobs.has(row.digest):
            await _end(node, row, path)
        if offset == row.size and not row.finished:
            await node.do(
                lambda work: _set_finished(work, row.id),
            )
    finally:
        node.uploading.discard(row.id)
    return Response(status_code=204, headers={**_TUS_HEADERS, "Upload-Offset": str(offset)})


async def _write_piece(asked: Asked, path: Path, offset: int, size: int) -> int:
    """Append the request's body, durably; the new offset."""
    wanted = _checksum(asked.http.headers.get("upload-checksum"))
    actual = hashlib.sha256()
    good = False
    with path.open("ab", buffering=0) as stream:
        end = offset
        try:
            async for piece in asked.http.stream():
                end += len(piece)
                if end > size:
                    raise TooLarge("upload", limit=size)
                actual.update(piece)
                view = memoryview(piece)
                while view:
                    view = view[stream.write(view) :]
            if wanted is not None and actual.digest() != wanted:
                raise ChecksumMismatch("piece")
            good = True
        finally:
            # Without a checksum, what came before a cut connection is good as far as it goes.
            if not good and (wanted is not None or end > size):
                stream.truncate(offset)
            await run_in_threadpool(os.fsync, stream.fileno())
    return end


async def _end(node: Node, row: Row, path: Path) -> None:  # type: ignore[type-arg]  # of uploads
    """Hash the whole; make it a blob, or start anew."""
    if row.digest != await run_in_threadpool(digest_of_file, path, suite_of_digest(row.digest)):
        await run_in_threadpool(path.unlink)
        raise ChecksumMismatch("whole upload")
    await run_in_threadpool(node.blobs.adopt, path, row.digest)


def _set_finished(work: Work, identifier: str) -> None:
    work.connection.execute(update(uploads).where(uploads.c.id == identifier).values(finished=True))


async def end(asked: Asked) -> Response:
    """``DELETE /v1/uploads/{upload}``."""
    row = _own(asked)
    if row.id in asked.node.uploading:
        raise UploadConflict("another request is writing it")
    await asked.node.do(
        lambda work: _remove(work, row.id),
    )
    (asked.node.folder.uploads / row.id).unlink(missing_ok=True)
    return Response(status_code=204, headers=_TUS_HEADERS)


def _remove(work: Work, identifier: str) -> None:
    work.connection.execute(delete(uploads).where(uploads.c.id == identifier))


def _own(asked: Asked) -> Row:  # type: ignore[type-arg]  # a row of uploads
    """The upload of the path, if the caller holds its ticket or is its owner."""
    query = select(uploads).where(uploads.c.id == asked.path["upload"])
    with asked.node.database.reading.begin() as connection:
        row = connection.execute(query).one_or_none()
    if row is not None and row.ticket_digest == digest_of(asked.token()):
        return row
    session = asked.session()
    if row is None or row.owner != session.body:
        raise NotFound(asked.path["upload"])
    return row


def _header_number(asked: Asked, name: str) -> int:
    text = asked.http.headers.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 20):  # noqa: PLR2004 - 64 bits
        raise BadParts(name)
    return int(text)


def _declared_digest(metadata: str) -> Digest:
    """The ``digest`` entry of Upload-Metadata: base64 of a `Digest`."""
    for entry in metadata.split(","):
        key, _, value = entry.strip().partition(" ")
        if key == "digest":
            digest = _decoded(value).decode("ascii", "replace")
            if not _DIGEST.fullmatch(digest):
                raise BadParts("digest")
            return digest
    raise BadParts("digest")


def _checksum(header: str | None) -> bytes | None:
    if header is None:
        return None
    algorithm, _, value = header.partition(" ")
    if algorithm != "sha256":
        raise BadParts("checksum algorithm")
    return _decoded(value)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise BadParts("base64") from error


ROUTES: list[Route] = [
    route("/v1/uploads", "OPTIONS", options),
    route("/v1/uploads", "POST", create),
    route("/v1/uploads/{upload}", "HEAD", state),
    route("/v1/uploads/{upload}", "PATCH", append),
    route("/v1/uploads/{upload}", "DELETE", end),
]
