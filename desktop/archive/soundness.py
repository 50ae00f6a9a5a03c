"""Checks of the archive as a whole, and the walk over all items."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from desktop.archive import index
from desktop.archive.checks import (
    CheckResult,
    CheckRun,
    CheckVerdict,
    PdfVerifier,
    Property,
    Subject,
    run_checks,
)
from desktop.archive.errors import ItemMissing, LedgerBroken
from desktop.archive.ledger import Ledger
from desktop.archive.values import Item, ItemId
from desktop.archive.versions import as_file, versions_of
from desktop.progress import Cancelled, Progress, check, never, silent
from desktop.vault.errors import BlobDamaged, VaultDamaged
from formats.errors import BadInput
from formats.i18n import mark, tr

if TYPE_CHECKING:
    from desktop.archive.archive import Archive

_DAT_70: Final = "DA/T 70-2018"


def check_archive(
    archive: "Archive",
    items: Sequence[ItemId] | None = None,
    *,
    verifier: PdfVerifier | None = None,
    progress: Progress = silent,
    cancelled: Cancelled = never,
) -> CheckRun:
    """Every check on these items (all by default), and on the archive as a whole.

    Reads every file of every item. Raises `Stopped`, and `ItemMissing` for an id that is not here.
    """
    wanted = archive.item_ids() if items is None else tuple(items)
    results = [*_whole(archive)]
    for place, item in enumerate(wanted):
        check(cancelled)
        progress(tr("四性检测"), place / len(wanted))
        results += _one(archive, item, verifier)
    return CheckRun(len(wanted), tuple(results))


def subject_of(archive: "Archive", item: Item, verifier: PdfVerifier | None) -> Subject:
    """An item with everything its checks look at; reads all its files."""
    faults: dict[str, str] = {}
    document: bytes | None = None
    with archive.vault.read() as connection:
        versions = versions_of(connection, item.row)
        indexed = index.holds(connection, item.row)
    further = tuple(as_file(version) for version in versions)
    shown = (*further[-1:], *(one for one in item.files if one.role == "document"))[:1]
    for one in (*item.files, *further):
        try:
            if one in shown:
                document = archive.vault.blobs.read(one.blob)
            else:
                archive.vault.blobs.check(archive.vault.blobs.ref(one.blob))
        except BlobDamaged as error:
            faults[one.name] = error.sentences()[0]
    return Subject(
        item=item,
        entries=archive.history(item.id),
        file_faults=faults,
        document=document,
        versions=versions,
        indexed=indexed,
        today=archive.clock().date(),
        verifier=verifier,
    )


def _one(archive: "Archive", item: ItemId, verifier: PdfVerifier | None) -> tuple[CheckResult, ...]:
    try:
        return run_checks(subject_of(archive, archive.item(item), verifier))
    except ItemMissing:
        raise
    except (VaultDamaged, LedgerBroken) as error:
        return (
            _result(
                "WZ-00", "integrity", mark("档案库可读"), "fail", error.sentences()[0], item=item
            ),
        )


def _whole(archive: "Archive") -> Iterator[CheckResult]:
    named: tuple[tuple[str, Property, str, Callable[[], tuple[str, ...]]], ...] = (
        ("ZS-90", "authenticity", mark("账本前后相接"), lambda: _ledger_faults(archive)),
        ("WZ-90", "integrity", mark("档案库文件完好"), archive.vault.database.faults),
        ("WZ-91", "integrity", mark("件号连续"), lambda: _gaps(archive)),
        ("WZ-92", "integrity", mark("加密文件完好"), lambda: _blob_faults(archive)),
        ("KY-90", "usability", mark("检索库与著录一致"), lambda: _index_faults(archive)),
    )
    for identifier, property_, name, faults in named:
        found = faults()
        yield _result(identifier, property_, name, "fail" if found else "pass", "；".join(found))
    backups = [entry for entry in archive.history() if entry.event == "backed-up"]
    yield _result(
        "AQ-90",
        "security",
        mark("有备份"),
        "pass" if backups else "manual",
        backups[-1].at.isoformat() if backups else "",
    )


def _ledger_faults(archive: "Archive") -> tuple[str, ...]:
    """The chain and the tree; and that every item has its entry, every entry its item."""
    try:
        with archive.vault.read() as connection:
            filed = {e.item for e in Ledger(connection).walk() if e.event == "filed"}
            items = {row[0] for row in connection.execute("SELECT id FROM item")}
    except BadInput as error:
        return (error.sentences()[0],)
    odd = sorted(filed ^ items)
    return tuple(tr("{item} 与账本不符", item=item) for item in odd)


def _gaps(archive: "Archive") -> tuple[str, ...]:
    """件号 that are missing within one year, period and office."""
    with archive.vault.read() as connection:
        rows = connection.execute(
            "SELECT category, year, retention, office, serial FROM item"
            " ORDER BY category, year, retention, office, serial"
        ).fetchall()
    serials: dict[str, list[int]] = {}
    for row in rows:
        serials.setdefault(_series(row), []).append(row["serial"])
    return tuple(
        tr("{series} 缺号", series=series)
        for series, found in serials.items()
        if found != list(range(1, len(found) + 1))
    )


def _series(row: Any) -> str:  # noqa: ANN401 - a database row
    parts = (row["category"], row["year"], row["retention"], row["office"])
    return "·".join(str(part) for part in parts if part)


def _blob_faults(archive: "Archive") -> tuple[str, ...]:
    faults = []
    for ref in archive.vault.blobs.all():
        try:
            archive.vault.blobs.check(ref)
        except BlobDamaged as error:
            faults.append(error.sentences()[0])
    return tuple(faults)


def _index_faults(archive: "Archive") -> tuple[str, ...]:
    try:
        with archive.vault.transaction() as connection:
            return index.faults(connection)
    except VaultDamaged as error:
        return (error.sentences()[0],)


def _result(
    identifier: str,
    property_: Property,
    name: str,
    verdict: CheckVerdict,
    words: str,
    *,
    item: str = "",
) -> CheckResult:
    return CheckResult(
        item=item,
        archive_code="",
        check=identifier,
        property=property_,
        name=tr(name),
        standard=_DAT_70,
        verdict=verdict,
        evidence={"reason": words} if words else {},
    )
