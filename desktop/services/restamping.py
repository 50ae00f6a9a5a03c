"""Re-stamping: filed documents are extended before the proof they carry ends.

Every archived PDF with a seal is looked at. Whose outermost time-stamp (its certificate, an issuer
or its algorithm) ends within so many days, or who has no archive time-stamp yet, gets its
validation data and one more document time-stamp, and the result is kept as a further version with
its ledger entry. Item by item: each is done whole or not at all, so the job may be stopped or die
at any time and simply be run again.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal, Self

from desktop.errors import DiskTrouble
from desktop.progress import Cancelled, Progress, never, silent
from desktop.services.session import Workspace
from desktop.vault.errors import BlobDamaged, VaultTrouble
from formats.canonical import Value
from formats.effects import Clock
from formats.errors import YidaoError
from formats.i18n import mark, tr
from formats.ids import Instant
from signing.timestamp_client import TimestampsUnavailable

if TYPE_CHECKING:
    from desktop.archive.archive import Archive
    from desktop.archive.values import Item
    from signing.timestamp import TimestampSource
    from signing.trust.store import TrustStore
    from signing.verdict.pool import Pool

State = Literal["lasting", "due", "restamped", "failed", "other"]
"""``lasting``: its proof lasts. ``due``: found, not done (a trial run, or stopped). ``other``:
nothing that carries a seal."""

STATES: Final[dict[State, str]] = {
    "lasting": mark("仍在有效期内"),
    "due": mark("应续签"),
    "restamped": mark("已续签"),
    "failed": mark("未能续签"),
    "other": mark("不适用"),
}

WITHIN: Final = timedelta(days=180)
"""Half a year ahead: enough for a second try when an authority or a UKEY is not at hand."""


class RestampRow(Value, frozen=True, kw_only=True):
    """What became of one item."""

    item: str
    archive_code: str
    title: str
    state: State
    until: Instant | None = None
    """How long its newest version proves itself."""
    code: str = ""
    """Of the error, where it failed."""
    message: str = ""


class RestampReport(Value, frozen=True, kw_only=True):
    """A run over the archive."""

    items: int
    """How many were looked at."""
    restamped: int
    failed: int
    stopped: bool
    rows: tuple[RestampRow, ...]
    """Every item but those with nothing to do."""

    @property
    def ok(self) -> bool:
        """Whether every document that was due has been re-stamped."""
        return not self.failed and not self.stopped


class Restamping:
    """The job over one archive. Close it, or use it as a context manager."""

    def __init__(
        self,
        archive: "Archive",
        *,
        trust: "TrustStore",
        timestamps: "TimestampSource",
        clock: Clock,
        actor: str,
        within: timedelta = WITHIN,
        pool: "Pool | None" = None,
    ) -> None:
        """``timestamps`` stamps; ``trust`` is current; ``actor`` is named in the ledger.

        ``pool``: processes that verify, which stay the caller's; without one it has its own.
        """
        from signing.verdict.pool import Pool  # noqa: PLC0415 - loads when it is used

        self._archive = archive
        self._trust = trust
        self._timestamps = timestamps
        self._clock = clock
        self._actor = actor
        self._within = within
        self._owned = pool is None
        self._pool = Pool() if pool is None else pool

    @classmethod
    def of(cls, workspace: Workspace, *, within: timedelta = WITHIN) -> Self:
        """The job over a workspace's archive, with its time-stamp authorities.

        Raises `SnapshotExpired`: the lists of an old directory prove nothing of today.
        """
        workspace.require_current_directory()
        return cls(
            workspace.archive,
            trust=workspace.trust,
            timestamps=workspace.timestamps,
            clock=workspace.clock,
            actor=workspace.profile.body,
            within=within,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process that verifies, where it is the job's own."""
        if self._owned:
            self._pool.close()

    def run(
        self,
        *,
        act: bool = True,
        progress: Progress = silent,
        cancelled: Cancelled = never,
    ) -> RestampReport:
        """Every item of the archive; ``act`` false only tells which are due.

        What is wrong with one document stands in its row. When no authority answers, the rest is
        only looked at. Raises `DiskFull`, `VaultFull` and their like; what is done then, is done.
        """
        items = self._archive.item_ids()
        rows: list[RestampRow] = []
        stopped = False
        for place, item in enumerate(items):
            if cancelled():
                stopped = True
                break
            progress(tr("续签存档时间戳"), place / len(items))
            row = self.look(item, act=act)
            act = act and row.code != TimestampsUnavailable.code
            rows.append(row)
        return RestampReport(
            items=len(rows),
            restamped=sum(row.state == "restamped" for row in rows),
            failed=sum(row.state == "failed" for row in rows),
            stopped=stopped,
            rows=tuple(row for row in rows if row.state not in {"lasting", "other"}),
        )

    def look(self, item: str, *, act: bool = True) -> RestampRow:
        """One item, extended where that is due and ``act`` says so. Raises as `run`."""
        found = self._archive.item(item)
        state: State = "other"
        until: datetime | None = None
        error: YidaoError | None = None
        try:
            until = self._told(found)
            pdf = self._document(found) if until is None else None
            if until is not None:
                state = "lasting"
            elif pdf is not None:
                state, until = self._kept(item, pdf, act=act)
        except (DiskTrouble, VaultTrouble) as trouble:
            if not isinstance(trouble, BlobDamaged):
                raise
            state, error = "failed", trouble
        except YidaoError as fault:
            state, error = "failed", fault
        return RestampRow(
            item=found.id,
            archive_code=found.archive_code,
            title=found.title,
            state=state,
            until=until,
            code=error.code if error is not None else "",
            message=error.text() if error is not None else "",
        )

    def _told(self, item: "Item") -> datetime | None:
        """Until when the newest version lasts, as noted when it was made; ``None`` to look anew.

        Only the end of an algorithm can have come nearer since, so an archive that is in order is
        gone through without opening a file.
        """
        from desktop.archive.versions import versions_of  # noqa: PLC0415 - loads the archive

        wanted = self._clock() + self._within
        policy = self._trust.policy
        terms = policy.accepted if policy is not None else ()
        if any(term.until is not None and term.until <= wanted for term in terms):
            return None
        with self._archive.vault.read() as connection:
            versions = versions_of(connection, item.row)
        until = versions[-1].until if versions else None
        return until if until is not None and until > wanted else None

    def _document(self, item: "Item") -> bytes | None:
        """The newest version of a sealed PDF; ``None`` where there is none to keep."""
        if not any(one.role == "document" for one in item.files):
            return None
        pdf = self._archive.read_file(item.id, "document")
        return pdf if pdf.startswith(b"%PDF-") and b"/ByteRange" in pdf else None

    def _kept(self, item: str, pdf: bytes, *, act: bool) -> tuple[State, datetime | None]:
        """Whether it lasts, and until when, after what is due has been done. Raises a coded error.

        The file is judged in a process with limits first: what was filed may be anything.
        """
        from desktop.archive.versions import add_version  # noqa: PLC0415 - loads the archive
        from signing.seal.extend import (  # noqa: PLC0415 - loads pyHanko
            ExtensionRefused,
            extend_lta,
            proven_until,
        )

        now = self._clock()
        wanted = now + self._within
        verdict = self._pool.verify(pdf, trust=self._trust, now=now)
        if verdict.status == "red":
            raise ExtensionRefused(verdict.reasons[0].code, why=verdict.reasons[0].text)
        until = proven_until(pdf, self._trust, now)
        if verdict.level == "B-LTA" and until > wanted:
            return "lasting", until
        if not act:
            return "due", until
        extended = extend_lta(
            pdf, trust=self._trust, timestamps=self._timestamps, now=now, until=wanted
        )
        if extended == pdf:
            return "lasting", until
        until = proven_until(extended, self._trust, self._clock())
        add_version(self._archive, item, extended, before=pdf, until=until, actor=self._actor)
        return "restamped", until
