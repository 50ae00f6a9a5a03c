"""What measuring a PDF found: values for the command line, the editor and the inbox."""

from typing import Literal

from formats.canonical import Value
from formats.i18n import tr

Strength = Literal["required", "usual", "recommended"]
"""规定, 一般, 推荐: how firmly the clause asks."""

LayoutFormat = Literal["general", "letter", "order", "minutes", "attachment", "unknown"]
"""Which 格式 the pages show; ``attachment`` is one bound apart (7.3.7)."""

Measure = float | str | None


class LayoutPlace(Value, frozen=True, kw_only=True):
    """A point on the page, in mm from the top left corner."""

    x_mm: float
    y_mm: float


class LayoutFinding(Value, frozen=True, kw_only=True):
    """One number that is not the standard's."""

    code: str
    """``L`` and two digits, stable; `formats.measure.table` lists them."""
    clause: str
    """Of GB/T 9704-2012 where no other standard is named."""
    strength: Strength
    page: int
    """From 1; 0 where the whole document is meant."""
    place: LayoutPlace | None
    measured: Measure
    expected: Measure
    unit: str
    message: str
    """A sentence for a person, in the language of the one who measured."""


class LayoutReport(Value, frozen=True, kw_only=True):
    """Everything found on a PDF, in page order."""

    findings: tuple[LayoutFinding, ...]
    pages: int
    format: LayoutFormat
    measurable: bool = True
    """False when the pages could not be measured at all: a scan, a damaged or locked file."""

    omitted: int = 0
    """Findings of the same kind as listed ones that are not listed."""

    def count(self, strength: Strength) -> int:
        """How many findings are of that strength."""
        return sum(finding.strength == strength for finding in self.findings)

    @property
    def exit_status(self) -> int:
        """0 when every 规定 item passes, 1 when one fails, 2 when it cannot be measured."""
        if not self.measurable:
            return 2
        return 1 if self.count("required") else 0

    def summary(self, language: str | None = None) -> str:
        """One sentence for a person."""
        if not self.measurable:
            return tr("无法测量：{why}", language=language, why=self._why())
        text = self._counts(language)
        if self.omitted:
            text += tr("（同类问题另有 {count} 处未列）", language=language, count=self.omitted)
        return text

    def _counts(self, language: str | None) -> str:
        wrong, differing = self.count("required"), len(self.findings) - self.count("required")
        if not wrong and not differing:
            return tr("符合 GB/T 9704—2012：规定项目全部通过，未发现其他问题", language=language)
        if not wrong:
            return tr(
                "符合 GB/T 9704—2012：规定项目全部通过，{differing} 处与一般或推荐做法不同",
                language=language,
                differing=differing,
            )
        if not differing:
            return tr("{wrong} 处不符合规定", language=language, wrong=wrong)
        return tr(
            "{wrong} 处不符合规定，{differing} 处与一般或推荐做法不同",
            language=language,
            wrong=wrong,
            differing=differing,
        )

    def _why(self) -> str:
        return self.findings[0].message if self.findings else ""


def unmeasured(code: str, message: str, pages: int = 0) -> LayoutReport:
    """The report on a file that no ruler can be laid on, and why."""
    finding = LayoutFinding(
        code=code, clause="", strength="required", page=0, place=None, measured=None,
        expected=None, unit="", message=message,
    )  # fmt: skip
    return LayoutReport(findings=(finding,), pages=pages, format="unknown", measurable=False)
