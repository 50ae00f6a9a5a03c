"""What the reader of a verdict accepts: a value, told to `verify_pdf` and to its sandbox alike."""

from copy import copy
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from formats.canonical import Value
from signing.verdict.reasons import reason, worst
from signing.verdict.report import Level, SignatureReport

if TYPE_CHECKING:
    from signing.trust.store import TrustStore

MAX_GRACE: Final = timedelta(days=366)
"""A list older than a year says nothing about today, however lenient its reader."""


class Policy(Value, frozen=True, kw_only=True):
    """What is asked of a document beyond being genuine; the default asks nothing more."""

    neighbours: bool = True
    """Whether a province that is only cross-certified (交叉认证) is trusted."""
    level: Level = "B-B"
    """What the issuing body's seal must reach at least."""
    grace: Annotated[float, msgspec.Meta(ge=0, le=MAX_GRACE.total_seconds())] | None = None
    """Seconds that a revocation list still counts after its end; None leaves the trust store's."""

    def applied_to(self, trust: "TrustStore") -> "TrustStore":
        """The trust store with this grace; it shares what the other has found out already."""
        if self.grace is None:
            return trust
        lenient = copy(trust)
        lenient.grace = timedelta(seconds=self.grace)
        return lenient


DEFAULT: Final = Policy()
"""A genuine document of any body that the trust store knows."""


def accepted_by(policy: Policy, report: SignatureReport) -> SignatureReport:
    """The report on a signature with what the policy has against it."""
    if policy.neighbours or not report.neighbour:
        return report
    reasons = (*report.reasons, reason("neighbour", name=report.neighbour))
    return msgspec.structs.replace(report, reasons=reasons, status=worst(reasons))
