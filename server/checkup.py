"""The self-check: everything the store promises, looked at again."""

from collections.abc import Callable

from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from formats.canonical import Value, from_bytes
from formats.errors import YidaoError
from formats.evidence.checkpoint import origin_of, verify_checkpoint
from formats.evidence.merkle import MerkleLog, leaf_hash, verify_inclusion
from formats.evidence.receipt import Receipt
from formats.i18n import tr
from formats.limits import MAX_RECEIPT_BYTES
from server.config import (
    DataFolder,
    Settings,
    load_identity,
    load_settings,
    make_keys,
    require_database,
)
from server.directory import DirectoryFile
from server.errors import NotSetUp
from server.store.blobs import Blobs
from server.store.database import Database, open_database
from server.store.hashes import open_log
from server.store.tables import checkpoints, dispatches, log_hashes, mailbox, records


class Finding(Value, frozen=True, kw_only=True):
    """One thing looked at."""

    check: str
    ok: bool
    detail: str


class CheckReport(Value, frozen=True, kw_only=True):
    """All of it."""

    node: str
    ok: bool
    findings: tuple[Finding, ...]


def check(folder: DataFolder, *, read_data: bool = True, standing: bool = True) -> CheckReport:
    """Look at the database, the log and the blobs. Raises `NotSetUp` for what is missing.

    ``read_data`` reads and hashes every blob; without it only their presence and size are seen.
    ``standing``: look too at whether others believe this node, which no backup can tell.
    """
    from formats.effects import system_randomness  # noqa: PLC0415 - a composition root of its own

    settings = load_settings(folder)
    require_database(folder, made=True)
    database_key, log_key = make_keys(folder, system_randomness)
    try:
        database = open_database(folder.database, database_key)
    except DatabaseError as error:
        return CheckReport(node=settings.node, ok=False, findings=(_damaged(error),))
    blobs = Blobs(folder.blobs, system_randomness)
    checks: tuple[Callable[[], Finding], ...] = (
        lambda: _identity(folder, settings, standing=standing),
        lambda: _integrity(database),
        lambda: _log(database, settings.node, log_key.public),
        lambda: _receipts(database, settings.node),
        lambda: _mailboxes(database, settings.node),
        lambda: _blobs(database, blobs, read_data=read_data),
    )
    found = []
    try:
        for look in checks:
            try:
                found.append(look())
            except DatabaseError as error:
                found.append(_damaged(error))
    finally:
        database.close()
    findings = tuple(found)
    return CheckReport(node=settings.node, ok=all(f.ok for f in findings), findings=findings)


def _damaged(error: DatabaseError) -> Finding:
    return Finding(check=tr("数据库完整性"), ok=False, detail=str(error.orig)[:200])


def _identity(folder: DataFolder, settings: Settings, *, standing: bool) -> Finding:
    """Whether the node could start: keys, certificates, roots, directory; and be believed."""
    from formats.effects import system_clock, system_randomness  # noqa: PLC0415 - as in `check`

    said = ""
    try:
        identity = load_identity(folder, settings, system_randomness)
        directory = DirectoryFile(folder.directory, identity.anchors, system_clock).current()
        if standing:
            directory.trust.validate(identity.signer.certificate, system_clock(), "node")
            if directory.node(identity.node).certificate != identity.signer.certificate:
                said = tr("通讯录登记的不是现用的节点证书，请重新登记")
    except NotSetUp as error:
        said = error.sentences()[0]
    except YidaoError as error:
        said = tr("通讯录 directory.p7m：{why}", why=error.sentences()[0])
    except ValueError as error:
        said = tr("有密钥或证书文件已损坏（{why}）", why=str(error)[:100])
    return Finding(check=tr("密钥、证书与通讯录"), ok=not said, detail=said)


def _integrity(database: Database) -> Finding:
    with database.reading.begin() as connection:
        pages = connection.execute(text("PRAGMA cipher_integrity_check")).scalars().all()
        rows = connection.execute(text("PRAGMA quick_check")).scalars().all()
        keys = connection.execute(text("PRAGMA foreign_key_check")).all()
    ok = not pages and rows == ["ok"] and not keys
    return Finding(check=tr("数据库完整性"), ok=ok, detail="" if ok else str([*pages, *rows])[:500])


def _log(database: Database, node: str, public_key: bytes) -> Finding:
    """The tree's root is the signed one, now and at every checkpoint of the past hundred."""
    name = tr("存证日志与检查点")
    with database.reading.begin() as connection:
        leaves = connection.execute(
            select(func.count()).where(log_hashes.c.level == 0)
        ).scalar_one()
        newest = (
            connection.execute(select(checkpoints).order_by(checkpoints.c.size.desc()).limit(100))
            .tuples()
            .all()
        )
        if not newest:
            return Finding(check=name, ok=leaves == 0, detail=tr("{count} 条", count=leaves))
        log, _ = open_log(connection, newest[0][0])
        try:
            for size, note, _ in newest:
                checkpoint = verify_checkpoint(note, origin_of(node), public_key)
                if (checkpoint.size, checkpoint.root) != (size, log.root(size)):
                    return Finding(check=name, ok=False, detail=f"size {size}")
        except YidaoError as error:
            return Finding(check=name, ok=False, detail=error.detail)
    ok = leaves == newest[0][0]
    return Finding(check=name, ok=ok, detail=tr("{count} 条", count=leaves))


def _receipts(database: Database, node: str) -> Finding:
    """Every record stated here is in the log, at the place its receipt says."""
    name = tr("存证记录与回执")
    bad = 0
    count = 0
    with database.reading.begin() as connection:
        size = connection.execute(select(func.max(checkpoints.c.size))).scalar() or 0
        log, _ = open_log(connection, size)
        roots: dict[int, bytes] = {}
        for (data,) in connection.execute(select(records.c.receipt)):
            receipt = from_bytes(Receipt, data, limit=MAX_RECEIPT_BYTES)
            if not receipt.checkpoint.startswith(f"{origin_of(node)}\n"):
                continue
            count += 1
            bad += not _included(receipt, log, roots)
    return Finding(
        check=name, ok=bad == 0, detail=tr("{count} 条，{bad} 条有误", count=count, bad=bad)
    )


def _included(receipt: Receipt, log: MerkleLog, roots: dict[int, bytes]) -> bool:
    try:
        root = roots.setdefault(receipt.tree_size, log.root(receipt.tree_size))
        verify_inclusion(
            leaf_hash(receipt.record),
            receipt.leaf_index,
            receipt.tree_size,
            receipt.inclusion,
            root,
        )
    except (YidaoError, IndexError):
        return False
    return True


def _mailboxes(database: Database, node: str) -> Finding:
    """Each consignment that is here is in its recipient's mailbox, once."""
    with database.reading.begin() as connection:
        arrived = connection.execute(
            select(func.count()).where(
                records.c.event == "ContentConsignment", records.c.issuer == node
            )
        ).scalar_one()
        entries = connection.execute(
            select(func.count()).where(mailbox.c.kind == "consignment")
        ).scalar_one()
        own = connection.execute(
            select(func.count())
            .select_from(records.join(mailbox, mailbox.c.record == records.c.id))
            .where(mailbox.c.kind == "consignment", records.c.event == "ContentConsignment")
        ).scalar_one()
    ok = entries == own == arrived
    return Finding(check=tr("信箱"), ok=ok, detail=tr("{count} 件", count=entries))


def _blobs(database: Database, blobs: Blobs, *, read_data: bool) -> Finding:
    with database.reading.begin() as connection:
        query = select(dispatches.c.payload_digest, dispatches.c.payload_size).distinct()
        wanted = connection.execute(query).tuples().all()
    bad = []
    for digest, size in wanted:
        whole = blobs.has(digest) and blobs.path(digest).stat().st_size == size
        if not whole or (read_data and not blobs.verify(digest)):
            bad.append(digest)
    detail = tr("{count} 个，{bad} 个缺失或损坏", count=len(wanted), bad=len(bad))
    return Finding(check=tr("公文密文"), ok=not bad, detail=" ".join([detail, *bad[:3]]))
