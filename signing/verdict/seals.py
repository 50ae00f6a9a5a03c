"""The electronic seal of a signature, and whether its field shows that seal's picture.

The seal travels in the signature as a signed attribute; it is verified as it was when it was set
(`signing.seal.eseal_check`), at the time the signature is judged at. The picture is then derived
from it anew, and the field's appearance must be that to the byte: a swapped, painted-over or
shrunk picture is as red as a forged seal. So are strips at the pages' edges (骑缝章) that are not
this seal's, or not all there.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from formats.errors import BadInput
from signing.cms_read import SignedContent
from signing.seal.appearance import is_form
from signing.seal.eseal_errors import (
    SealFault,
    SealMakerBad,
    SealMakerUnknown,
    SealNotOurs,
    SealNotValid,
    SealPictureBad,
    SealRevoked,
)
from signing.seal.gbt38540 import ElectronicSeal, parse_seal, verify_seal
from signing.seal.picture import Appearance, appearance_of
from signing.seal.place import COUNTERSIGN
from signing.seal.riding import rides
from signing.trust import certs, oids
from signing.trust.errors import Expired, NotYetValid, SuiteRetired
from signing.trust.store import TrustStore
from signing.verdict.parts import Part
from signing.verdict.reasons import Reason, reason
from signing.verdict.report import SealReport

Node = Any
"""A pyHanko object, known only when looked at."""

_SIZE_TOLERANCE: Final = 1.5
"""Points by which a field may differ from its seal, as when it was sealed."""

_CODES: Final[tuple[tuple[type[SealFault], str], ...]] = (
    (SealNotValid, "seal-validity"),
    (SealNotOurs, "seal-certificate"),
    (SealPictureBad, "seal-picture"),
    (SealRevoked, "seal-revoked"),
)

_TIMES: Final = {
    Expired.code: "seal-expired-unproven",
    NotYetValid.code: "not-yet-valid-unproven",
    SuiteRetired.code: "suite-unproven",
}
"""What is wrong with a maker's certificate at a time that is not proven."""


def judge_seal(
    part: Part,
    signed: SignedContent,
    trust: TrustStore,
    at: datetime,
    *,
    proven: bool = True,
    extra: Iterable[bytes] = (),
) -> tuple[SealReport | None, list[Reason]]:
    """What a signature's seal says, and why it is not relied upon; no reason where it is.

    ``at``: when the signature is judged; ``proven``: whether it was made by then for certain.
    ``extra``: certificates of the document, to build the maker's path with.
    """
    attribute = signed.attributes.get(oids.SEAL_ATTRIBUTE)
    if attribute is None:
        return None, [reason("seal-unbound")]
    try:
        seal = parse_seal(attribute)
        appearance = appearance_of(seal.picture)
    except BadInput as error:
        return None, [_why(error)]
    reasons = []
    try:
        carried = (*signed.certificates, *extra)
        verify_seal(attribute, trust=trust, at=at, certificate=signed.certificate, extra=carried)
    except BadInput as error:
        reasons.append(_why(error) if proven else _why_now(error, seal, at))
    riding = rides(part.embedded.reader, appearance) if part.kind == "certification" else None
    if riding is False or not _shows(part.embedded.sig_field, appearance):
        reasons.append(reason("seal-picture"))
    return _report(seal, riding=bool(riding)), reasons


def joint_reasons(sealed: Iterable[str], empty: Iterable[str]) -> list[Reason]:
    """What the further fields of a certified document say: 联合行文 and 会签.

    ``sealed`` and ``empty``: the names of the fields beside the certifying one. A joint issuer
    that has not sealed leaves the document unfinished; a place open for 会签 does not.
    """
    done, left = list(sealed), list(empty)
    counts = {
        "joint": sum(1 for name in done if not _asked(name)),
        "countersigned": sum(1 for name in done if _asked(name)),
        "seals-missing": sum(1 for name in left if not _asked(name)),
        "countersign-open": sum(1 for name in left if _asked(name)),
    }
    return [reason(code, count=count) for code, count in counts.items() if count]


def _asked(name: str) -> bool:
    """Whether a field is one that was opened for 会签."""
    return name.startswith(COUNTERSIGN)


def _why_now(error: BadInput, seal: ElectronicSeal, at: datetime) -> Reason:
    """The reason where no time is proven: what only the time is to blame for is open, not red."""
    if isinstance(error, SealMakerBad) and error.detail in _TIMES:
        return reason(_TIMES[error.detail])
    if isinstance(error, SealNotValid):
        return reason("seal-expired-unproven" if at > seal.until else "not-yet-valid-unproven")
    return _why(error)


def _why(error: BadInput) -> Reason:
    if isinstance(error, SealMakerUnknown):
        return reason("seal-maker-unknown", detail=str(error.values["reason"]).rstrip("。."))
    return reason(next((code for kind, code in _CODES if isinstance(error, kind)), "seal-maker"))


def _shows(field: Node, appearance: Appearance) -> bool:
    """Whether the field's one appearance is the picture, in its own size."""
    if "/AP" not in field or "/Kids" in field or "/Rect" not in field:
        return False
    shown = field["/AP"]
    left, bottom, right, top = (float(edge) for edge in field["/Rect"])
    apart = max(abs(right - left - appearance.width), abs(top - bottom - appearance.height))
    return apart <= _SIZE_TOLERANCE and set(shown) == {"/N"} and is_form(shown["/N"], appearance)


def _report(seal: ElectronicSeal, *, riding: bool) -> SealReport:
    try:
        maker = certs.name_of(seal.maker)
    except certs.CertificateBad:
        maker = ""
    return SealReport(
        id=seal.id,
        name=seal.name,
        personal=seal.personal,
        version=seal.version,
        maker=maker,
        since=seal.since,
        until=seal.until,
        riding=riding,
    )
