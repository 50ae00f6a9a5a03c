"""The verdict on a package: signature, every member's digest, the PDF, sender and recipient.

The sender that the manifest names, the body whose UKEY signed the package and the body whose seal
certifies the document are one; only a government's own office (办公厅) sends what the government
sealed. A recipient that the manifest does not name has a package that was
meant for others (surreptitious forwarding), however genuine it is.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

from formats.digests import matches
from formats.directory import Snapshot
from formats.errors import BadInput, YidaoError
from formats.ids import division_of, sha256
from formats.package.archive import Package, PackageDamaged, read_package
from signing import suites
from signing.cms import SignedContent
from signing.errors import IssuerMismatch, TrustError
from signing.package import check_package_signature
from signing.trust import certs
from signing.trust.store import TrustStore
from signing.verdict.acceptance import DEFAULT, Policy, accepted_by
from signing.verdict.carried import strays
from signing.verdict.pdf import verify_pdf
from signing.verdict.reasons import Reason, reason, worst
from signing.verdict.report import SignatureReport, Verdict, refusal, verdict_of
from signing.verdict.why import neighbour_of, revoked_later, trust_reason

PdfVerifier = Callable[[bytes], Verdict]

_FIELD: Final = "META-INF/signature.p7s"


def verify_package(
    data: bytes,
    *,
    trust: TrustStore,
    now: datetime,
    recipient: str | None = None,
    sender: str | None = None,
    signed_at: datetime | None = None,
    check: PdfVerifier | None = None,
    policy: Policy = DEFAULT,
    directory: Snapshot | None = None,
) -> Verdict:
    """What is to be thought of a package. Raises nothing, whatever the bytes are.

    ``recipient``: the body that opens it and must be named. ``sender``: the body that the routing
    header names. ``signed_at``: when its signature existed for certain (from the node's record);
    the signature is judged then, else now. ``check`` verifies the PDF, `verify_pdf` by default;
    pass the sandboxed one for packages from outside, told the same ``policy``.
    ``directory`` says which office sends for which government; without one, none does.
    """
    trust = policy.applied_to(trust)
    try:
        package = read_package(data)
    except PackageDamaged as error:
        place = str(error.values.get("place", "package"))
        return verdict_of(data, reasons=(reason("package", place=place),), now=now)
    except BadInput as error:
        return verdict_of(data, reasons=(reason("package", place=error.code),), now=now)
    document = (
        check(package.document)
        if check is not None
        else verify_pdf(package.document, trust=trust, now=now, policy=policy)
    )
    if not matches(package.manifest.document, package.document):
        return refusal(data, "digest", now)
    outer = accepted_by(policy, _signature(package, trust, signed_at, now))
    reasons = [
        *document.reasons,
        *_named(package, document, sender, recipient, directory),
    ]
    return verdict_of(
        data,
        reasons=reasons,
        signatures=(*document.signatures, outer),
        revisions=document.revisions,
        level=document.level,
        now=now,
    )


def _named(
    package: Package,
    document: Verdict,
    sender: str | None,
    recipient: str | None,
    directory: Snapshot | None,
) -> Iterable[Reason]:
    """Sender, seal and recipient as the manifest, the seal and the caller have them."""
    named = package.manifest.sender
    if sender is not None and sender != named:
        yield reason("package-signer", expected=sender)
    sealed_by = {
        s.body_id: s.body for s in document.signatures if s.kind in {"certification", "approval"}
    }
    if document.signatures and named not in sealed_by:
        served = next((b for b in sealed_by if sends_for(directory, named, b)), None)
        if served is None:
            yield reason("package-seal")
        else:
            yield reason("package-office", body=sealed_by[served])
    if recipient is not None and package.manifest.addressee(recipient) is None:
        yield reason("recipient")


def sends_for(directory: Snapshot | None, office: str, body: str) -> bool:
    """Whether ``office`` is the office that sends what ``body`` seals: 办公厅 of a government.

    By the directory: an office of the same division, and one of the two is the other's direct
    superior. A neighbouring department, or an office of another level, is not.
    """
    known = {b.id: b for b in directory.bodies} if directory is not None else {}
    sender, sealer = known.get(office), known.get(body)
    if sender is None or sealer is None or not sender.is_office:
        return False
    related = sender.parent == sealer.id or sealer.parent == sender.id
    return related and division_of(office) == division_of(body) and sealer.is_office


def _signature(
    package: Package, trust: TrustStore, signed_at: datetime | None, now: datetime
) -> SignatureReport:
    """The sender's signature over the list of members."""
    try:
        signed = check_package_signature(package)
    except IssuerMismatch:
        return _failed("package-signer", expected=package.manifest.sender)
    except YidaoError:
        return _failed("package", place=_FIELD)
    certificate = signed.certificate
    reasons, neighbour = _trusted(package, signed, trust, signed_at, now)
    owner = certs.owner_of(certificate)
    return SignatureReport(
        field=_FIELD,
        kind="package",
        status=worst(reasons),
        reasons=reasons,
        body_id=owner.id,
        body=owner.name,
        serial=certs.serial_of(certificate),
        issuer=certs.issuer_name_of(certificate),
        certificate=sha256(certificate),
        time=signed_at or signed.signing_time,
        proven=signed_at is not None,
        neighbour=neighbour,
    )


def _trusted(
    package: Package,
    signed: SignedContent,
    trust: TrustStore,
    signed_at: datetime | None,
    now: datetime,
) -> tuple[tuple[Reason, ...], str]:
    """What there is against the signer, and the cross-certified authority behind it."""
    reasons, proven, neighbour = [], signed_at is not None, ""
    suite = suites.suite_of(suites.algorithm_of(signed.certificate))
    if suite.name != package.manifest.suite:
        reasons.append(reason("suite"))
    try:
        path = trust.validate(signed.certificate, signed_at or now, "sign", signed.certificates)
    except TrustError as error:
        reasons.append(trust_reason(error, proven=proven))
    else:
        neighbour = neighbour_of(path)
        if strays(signed.certificates, path, trust):
            reasons.append(reason("cms"))
        if note := revoked_later(path, signed_at):
            reasons.append(note)
    return tuple(reasons), neighbour


def _failed(code: str, **values: object) -> SignatureReport:
    why = reason(code, **values)
    return SignatureReport(field=_FIELD, kind="package", status=why.status, reasons=(why,))
