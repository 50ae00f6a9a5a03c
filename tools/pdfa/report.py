"""What the checker finds: a clause, what is wrong, and where."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One breach of one clause."""

    clause: str
    """Of ISO 19005-3:2012, for example ``6.2.11.5``."""
    message: str
    place: str = ""
    """The object, page or font it is about."""


@dataclass(slots=True)
class Report:
    """The findings so far; the same breach at the same place counts once."""

    findings: set[Finding] = field(default_factory=set)

    def add(self, clause: str, message: str, place: str = "") -> None:
        """One more finding."""
        self.findings.add(Finding(clause, message, place))

    def require(self, holds: object, clause: str, message: str, place: str = "") -> None:
        """A finding unless ``holds``."""
        if not holds:
            self.add(clause, message, place)

    def sorted(self) -> list[Finding]:
        """All findings, by clause."""
        return sorted(self.findings, key=lambda f: ([int(n) for n in f.clause.split(".")], f))
