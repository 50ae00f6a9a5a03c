"""Collects findings while the rules look at a scene."""

from collections import Counter
from collections.abc import Iterable

from formats.measure.report import LayoutFinding, LayoutPlace, Measure
from formats.measure.rows import Part, Row
from formats.measure.table import CHECKS


class Findings:
    """What was found so far; one code at most once for a page."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, int, float, float], LayoutFinding] = {}

    def judge(
        self,
        code: str,
        measured: float,
        page: int,
        place: Part | Row | tuple[float, float] | None,
        *,
        expected: float | None = None,
    ) -> bool:
        """Compare a number with the table; whether it passed."""
        check = CHECKS[code]
        wanted = expected if expected is not None else check.expected
        if isinstance(wanted, float) and check.passes(measured, wanted):
            return True
        self.add(code, page, place, measured, expected=wanted)
        return False

    def add(
        self,
        code: str,
        page: int,
        place: Part | Row | tuple[float, float] | None,
        measured: Measure = None,
        *,
        expected: Measure = None,
    ) -> None:
        """Note that a check failed."""
        check = CHECKS[code]
        wanted = expected if expected is not None else check.expected
        at = _at(place)
        self.take([check.finding(page, at, measured, wanted)])

    def take(self, findings: Iterable[LayoutFinding]) -> None:
        """Findings made elsewhere."""
        for finding in findings:
            at = finding.place
            key = (finding.code, finding.page, at.x_mm if at else 0.0, at.y_mm if at else 0.0)
            self._found.setdefault(key, finding)

    def listed(self) -> tuple[LayoutFinding, ...]:
        """In page order, from top to bottom."""
        return tuple(
            sorted(
                self._found.values(),
                key=lambda found: (found.page, found.place.y_mm if found.place else 0, found.code),
            )
        )

    def told(self, most: int) -> tuple[tuple[LayoutFinding, ...], int]:
        """The same with at most so many of one code, and how many more there were."""
        seen: Counter[str] = Counter()
        kept = []
        for finding in self.listed():
            seen[finding.code] += 1
            if seen[finding.code] <= most:
                kept.append(finding)
        return tuple(kept), sum(seen.values()) - len(kept)


def _at(place: Part | Row | tuple[float, float] | None) -> LayoutPlace | None:
    if place is None:
        return None
    x, y = place if isinstance(place, tuple) else (place.left, place.y)
    return LayoutPlace(x_mm=round(x, 2), y_mm=round(y, 2))
