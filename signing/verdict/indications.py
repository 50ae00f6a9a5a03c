"""Our reasons in the words of ETSI EN 319 102-1 V1.3.1 5.1: main and sub indications.

A document that may not be acted upon is never TOTAL-PASSED. The other way round the words differ
in sharpness: what ETSI calls INDETERMINATE for want of proof is red here where nobody could still
bring that proof, and a rule of ours that is broken is a validation constraint that is not met.
"""

from collections.abc import Iterable
from typing import Final, Literal

from signing.verdict.reasons import Reason
from signing.verdict.report import EXIT_STATUS

Main = Literal["total-passed", "indeterminate", "total-failed"]

_ORDER: Final[tuple[Main, ...]] = ("total-passed", "indeterminate", "total-failed")
_CONSTRAINT: Final[tuple[Main, str]] = ("indeterminate", "SIG_CONSTRAINTS_FAILURE")
"""5.1.3 table 6: the signature does not comply with the validation constraints."""

_INDICATIONS: Final[dict[str, tuple[Main, str]]] = {
    "unreadable": ("total-failed", "FORMAT_FAILURE"),
    "encrypted": ("total-failed", "FORMAT_FAILURE"),
    "unsigned": ("total-failed", "FORMAT_FAILURE"),
    "removed": ("total-failed", "FORMAT_FAILURE"),
    "extra-bytes": ("total-failed", "FORMAT_FAILURE"),
    "coverage": ("total-failed", "FORMAT_FAILURE"),
    "digest": ("total-failed", "HASH_FAILURE"),
    "modified": ("total-failed", "FORMAT_FAILURE"),
    "stranger": ("total-failed", "FORMAT_FAILURE"),
    "cms": ("total-failed", "FORMAT_FAILURE"),
    "package": ("total-failed", "FORMAT_FAILURE"),
    "revoked": ("total-failed", "REVOKED"),
    "expired": ("total-failed", "EXPIRED"),
    "not-yet-valid": ("total-failed", "NOT_YET_VALID"),
    "weak": ("indeterminate", "CRYPTO_CONSTRAINTS_FAILURE"),
    "suite-retired": ("indeterminate", "CRYPTO_CONSTRAINTS_FAILURE"),
    "suite-unproven": ("indeterminate", "CRYPTO_CONSTRAINTS_FAILURE_NO_POE"),
    "revoked-unproven": ("indeterminate", "REVOKED_NO_POE"),
    "expired-unproven": ("indeterminate", "OUT_OF_BOUNDS_NO_POE"),
    "not-yet-valid-unproven": ("indeterminate", "OUT_OF_BOUNDS_NO_POE"),
    "path": ("indeterminate", "CHAIN_CONSTRAINTS_FAILURE"),
    "usage": ("indeterminate", "CHAIN_CONSTRAINTS_FAILURE"),
    "neighbour": ("indeterminate", "CHAIN_CONSTRAINTS_FAILURE"),
    "untrusted": ("indeterminate", "NO_CERTIFICATE_CHAIN_FOUND"),
    "revocation": ("indeterminate", "TRY_LATER"),
    "revocation-missing": ("indeterminate", "TRY_LATER"),
    "revocation-stale": ("indeterminate", "TRY_LATER"),
    "timestamp": ("indeterminate", "TIMESTAMP_ORDER_FAILURE"),
    "timestamp-removed": ("total-failed", "FORMAT_FAILURE"),
    "timestamp-untrusted": ("indeterminate", "NO_POE"),
    "timestamp-expired": ("indeterminate", "NO_POE"),
    "timestamp-future": ("indeterminate", "NO_POE"),
    "timestamp-retired": ("indeterminate", "NO_POE"),
    "timestamp-revoked": ("indeterminate", "NO_POE"),
}
"""Of the reasons that are more than a constraint of ours."""


def indication_of(reason: Reason) -> tuple[Main, str]:
    """Main and sub indication of one reason; the sub indication is empty for a passed one."""
    if EXIT_STATUS[reason.status] == 0:
        return "total-passed", ""
    return _INDICATIONS.get(reason.code, _CONSTRAINT)


def indication(reasons: Iterable[Reason]) -> tuple[Main, tuple[str, ...]]:
    """The worst main indication and the sub indications that belong to it, each once."""
    found = [indication_of(reason) for reason in reasons]
    main: Main = "total-passed"
    if found:
        main = max((first for first, _ in found), key=_ORDER.index)
    subs = dict.fromkeys(second for first, second in found if first == main and second)
    return main, tuple(subs)
