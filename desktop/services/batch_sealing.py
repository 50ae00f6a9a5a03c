"""Many PDFs sealed with one PIN: each whole or not at all, each with a result of its own.

The UKEY is logged in once; every document is still a signature of its own, shown and kept by
itself. A document that may not be sealed is told and passed over. A UKEY that was pulled out, or
whose login has ended, ends the batch: what was finished stays, the rest was not begun. So does the
person who cancels.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from desktop.files import require_other_file
from desktop.progress import Cancelled, Progress, Stopped, never, silent
from desktop.services.rows import SealReport
from desktop.services.sealing import Hand, seal_file
from formats.errors import Refused, YidaoError
from formats.i18n import mark, tr
from signing.errors import TokenError, WrongOwner

if TYPE_CHECKING:
    from signing.timestamp import TimestampSource
    from signing.verdict.report import Level


class TargetThere(Refused):
    """A file of that name is in the folder already."""

    code = "seal.target-there"
    happened = mark("“{name}”已经存在，没有覆盖。")
    safe = mark("原文件和已有的文件都没有改动，也没有签名。")
    advice = mark("请另选文件夹，或先移走已有的文件。")


@dataclass(frozen=True, slots=True)
class BatchRow:
    """What became of one document."""

    source: str
    target: str
    state: Literal["sealed", "failed", "skipped"]
    """``skipped``: not begun, since the batch had ended before."""
    report: SealReport | None = None
    code: str = ""
    """Why it was not sealed: the error's code."""
    message: str = ""


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """What holds for every document of a batch."""

    riding: bool = False
    level: "Level | None" = None


Told = Callable[[BatchRow], None]
"""Called with each row as soon as it is known."""


def _nobody(_row: BatchRow) -> None:
    """Tell nobody."""


def seal_batch(
    sources: Sequence[Path],
    folder: Path,
    *,
    hand: Hand,
    timestamps: "TimestampSource | None",
    options: BatchOptions = BatchOptions(),
    progress: Progress = silent,
    cancelled: Cancelled = never,
    told: Told = _nobody,
) -> tuple[BatchRow, ...]:
    """Seal each of ``sources`` into ``folder`` under its own name; a row for each, in order.

    A file that is there already is never replaced. Where no time-stamp authority answered once,
    the rest is sealed without asking again, unless ``options.level`` needs a time-stamp. Raises
    nothing that concerns a document or the UKEY: it stands in the rows.
    """
    rows: list[BatchRow] = []
    ended: YidaoError | None = None
    for number, source in enumerate(sources):
        target = folder / source.name
        if ended is None and cancelled():
            ended = Stopped()
        progress(tr("签章 {name}", name=source.name), number / len(sources))
        if ended is not None:
            row = _failed(source, target, ended, "skipped")
        else:
            row, ended = _one(source, target, hand, timestamps, options)
            if options.level is None and row.report is not None and not row.report.stamped:
                timestamps = None
        rows.append(row)
        told(row)
    progress(tr("签章完成"), 1.0)
    return tuple(rows)


def _one(
    source: Path,
    target: Path,
    hand: Hand,
    timestamps: "TimestampSource | None",
    options: BatchOptions,
) -> tuple[BatchRow, YidaoError | None]:
    """One document; and what ends the batch, where it does."""
    try:
        require_other_file(source, target)
        if target.exists():  # before a signature is made for nothing
            raise TargetThere(str(target), name=target.name)
        report = seal_file(
            source,
            target,
            hand=hand,
            timestamps=timestamps,
            riding=options.riding,
            level=options.level,
        )
    except YidaoError as error:
        # A place that is another body's concerns this document alone.
        ends = isinstance(error, TokenError) and not isinstance(error, WrongOwner)
        return _failed(source, target, error, "failed"), error if ends else None
    return BatchRow(str(source), str(target), "sealed", report), None


def _failed(
    source: Path, target: Path, error: YidaoError, state: Literal["failed", "skipped"]
) -> BatchRow:
    return BatchRow(str(source), str(target), state, code=error.code, message=error.text())


def counts(rows: Iterable[BatchRow]) -> dict[str, int]:
    """How many were sealed, failed and were skipped."""
    states = [row.state for row in rows]
    return {state: states.count(state) for state in ("sealed", "failed", "skipped")}
