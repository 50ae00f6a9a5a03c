"""A check as data: what is expected, by which clause, how firmly, and the sentence about it."""

from dataclasses import dataclass
from typing import Final

from formats.i18n import tr
from formats.measure.report import LayoutFinding, LayoutPlace, Measure, Strength

REQUIRED: Final[Strength] = "required"
USUAL: Final[Strength] = "usual"
RECOMMENDED: Final[Strength] = "recommended"


@dataclass(frozen=True, slots=True)
class Check:
    """One number of the table."""

    code: str
    clause: str
    strength: Strength
    message: str
    """With ``{measured}`` and ``{expected}``, marked for translation."""
    expected: Measure = None
    low: float = 0.0
    """How far below ``expected`` a value may lie."""
    high: float = 0.0
    unit: str | None = None
    """mm where nothing is said and the value is a number."""

    def passes(self, measured: float, expected: float) -> bool:
        """Whether the value lies within what the check allows."""
        return -self.low <= measured - expected <= self.high

    def _unit(self, measured: Measure) -> str:
        if self.unit is not None:
            return tr(self.unit)
        return "mm" if isinstance(measured, float) else ""

    def finding(
        self, page: int, place: LayoutPlace | None, measured: Measure, expected: Measure
    ) -> LayoutFinding:
        """The finding that this check failed."""
        if isinstance(expected, str):
            expected = tr(expected)
        return LayoutFinding(
            code=self.code,
            clause=self.clause,
            strength=self.strength,
            page=page,
            place=place,
            measured=_rounded(measured),
            expected=_rounded(expected),
            unit=self._unit(measured),
            message=tr(self.message, measured=_shown(measured), expected=_shown(expected)),
        )


def _rounded(value: Measure) -> Measure:
    return round(value, 2) if isinstance(value, float) else value


def _shown(value: Measure) -> str:
    if not isinstance(value, float):
        return value or ""
    digits = 2 if abs(value) < 20 else 1  # noqa: PLR2004 - a ruler reads small things finer
    return f"{value:.{digits}f}".rstrip("0").rstrip(".")
