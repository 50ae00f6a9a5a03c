"""Verdicts at the desk: a file judged now, the revision as it was sealed, the report to keep.

The report is the verdict as canonical JSON, which says everything in either suite and is what a
签收 binds by its digest; beside it, where that standard can say it, XML of ETSI TS 119 102-2.
"""

from contextlib import suppress
from pathlib import Path
from typing import Final

from desktop.files import disk_errors, write_new
from desktop.services.keeping import file_name
from desktop.services.session import Workspace
from formats.i18n import tr
from signing.verdict.report import Verdict

_TRIES: Final = 100
"""Reports of one document that may lie in one folder, one for each time it was verified."""


class Verdicts:
    """What the trust of one workspace says of files."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def judge(self, pdf: bytes) -> Verdict:
        """A PDF judged now, in a process of its own; the first takes about half a second."""
        return self._workspace.verifiers.verify(
            pdf,
            trust=self._workspace.trust,
            now=self._workspace.clock(),
            policy=self._workspace.profile.settings.policy,
        )


def as_sealed(pdf: bytes, verdict: Verdict) -> bytes:
    """The document as issued; the whole file where no seal says what that was."""
    return pdf[: verdict.issued] or pdf


def seen_difference(original: bytes, current: bytes) -> str:
    """Which pages look different since they were sealed, in words; takes a second or two."""
    from formats.measure.compare import compare_outside  # noqa: PLC0415 - loads when used

    found = compare_outside(original, current)
    if found is None:
        return tr("两个版本无法逐页比对。")
    if not found.changes:
        return tr("与现在的文件逐页比对：看上去完全相同。")
    pages = "、".join(str(change.page) for change in found.changes)
    return tr("与现在的文件逐页比对：第 {pages} 页看上去不同。", pages=pages)


def save_report(verdict: Verdict, folder: Path, title: str) -> tuple[Path, ...]:
    """Write the report into a folder, which is made; nothing there is written over.

    JSON always, XML where the document is of the INTL suite. Raises `DiskTrouble`, `DiskFull`.
    """
    from signing.verdict.etsi import NoReport, report_xml  # noqa: PLC0415 - loads when used

    contents = [(".json", verdict.json() + b"\n")]
    with suppress(NoReport):  # the GM suite: that standard has no names for it
        contents.append((".xml", report_xml(verdict)))
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    stem = _free(folder, file_name(tr("验证报告 {title}", title=title), ""))
    for ending, data in contents:
        write_new(folder / f"{stem}{ending}", data)
    return tuple(folder / f"{stem}{ending}" for ending, _data in contents)


def _free(folder: Path, stem: str) -> str:
    """A name that is not taken: the document is verified anew, and each report stays."""
    for number in range(1, _TRIES):
        name = stem if number == 1 else f"{stem} ({number})"
        if not any((folder / f"{name}{ending}").exists() for ending in (".json", ".xml")):
            return name
    return stem  # taken: writing it is refused in words
