"""文字: habits of the text against GB/T 15834, 15835 and 9704, and their mending."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.services.rows import FindingRow
from formats.document.model import Document
from formats.i18n import tr

if TYPE_CHECKING:
    from formats.document.lint import LintFinding


@dataclass(frozen=True, slots=True)
class Proof:
    """What lint said of one document."""

    findings: tuple["LintFinding", ...] = ()

    @property
    def rows(self) -> tuple[FindingRow, ...]:
        """The findings among the editor's; none of them forbids sealing."""
        return tuple(_row(number, one) for number, one in enumerate(self.findings))

    @property
    def mendable(self) -> int:
        """How many can be mended without a person's judgement."""
        return sum(one.fix is not None for one in self.findings)


def _row(number: int, one: "LintFinding") -> FindingRow:
    change = tr("（{before} → {after}）", before=one.before, after=one.after) if one.fix else ""
    return FindingRow(
        code=one.code,
        severity="warn",
        clause=one.clause,
        message=f"{one.place}：{one.message}{change}",
        field=one.field,
        mends=number if one.fix is not None else None,
    )


def proof(document: Document) -> Proof:
    """Read a document's text."""
    from formats.document.lint import lint  # noqa: PLC0415 - loads when used

    return Proof(lint(document))


def mended(document: Document, finding: "LintFinding | None" = None) -> Document:
    """The document with one finding mended, or with all. Raises `FixOutdated`."""
    from formats.document.lint import apply_fix, fix_all  # noqa: PLC0415 - loads when used

    return fix_all(document) if finding is None else apply_fix(document, finding)
