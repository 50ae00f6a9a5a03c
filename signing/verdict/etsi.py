"""The verdict as a validation report of ETSI TS 119 102-2 V1.2.1, for programs that know no other.

Written from the verdict alone, so that a kept one gives the same report. Each signature and each
archive time-stamp has its own part; what the document as a whole is blamed for stands with its
seal. Our reasons stand beside the indications (`signing.verdict.indications`), code and sentence.

Digest algorithms are named by the URIs of XML Encryption and RFC 9231. Those have none for SM3:
a verdict on a document of the GM suite has its JSON only (`NoReport`).
"""

import base64
from datetime import UTC, datetime
from typing import Final

from formats.errors import Refused
from formats.i18n import mark
from formats.ids import Digest
from signing.verdict.indications import indication
from signing.verdict.markup import Element, document, element
from signing.verdict.reasons import Reason
from signing.verdict.report import SignatureReport, Verdict

NAMESPACES: Final = {
    "vr": "http://uri.etsi.org/19102/v1.2.1#",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
    "xades": "http://uri.etsi.org/01903/v1.3.2#",
}
POLICY: Final = "urn:yidao:verification-policy:1"
"""What docs/TRUST.md describes."""

_DIGESTS: Final = {"sha256": "http://www.w3.org/2001/04/xmlenc#sha256"}
_ETSI: Final = "urn:etsi:019102:"


class NoReport(Refused):
    """The standard has no name for an algorithm that the document uses."""

    code = "verdict.no-report"
    happened = mark("该文件使用国密算法，ETSI 验证报告没有表示“{algorithm}”的方法，无法生成。")
    safe = mark("没有写入任何内容，验证结论不受影响。")
    advice = mark("请改用 JSON 格式保存验证结论（--json）。")


def report_xml(verdict: Verdict) -> bytes:
    """The report in UTF-8. Raises `NoReport` for a document of the GM suite."""
    own = [r for r in verdict.reasons if not any(r in s.reasons for s in verdict.signatures)]
    seal = verdict.seal or next(iter(verdict.signatures), None)
    reports = [
        _report(verdict, signature, number, own if signature is seal else [])
        for number, signature in enumerate(verdict.signatures, 1)
    ]
    root = element(
        "vr:ValidationReport",
        *(reports or [_unsigned(verdict)]),
        _objects(verdict.signatures),
    )
    return document(root, NAMESPACES)


def _report(
    verdict: Verdict, signature: SignatureReport, number: int, own: list[Reason]
) -> Element:
    """Clause 4.2 for one signature, its elements in the order of the schema."""
    return element(
        "vr:SignatureValidationReport",
        _identifier(signature, number),
        _constraints(),
        _times(verdict, signature),
        _signed_document(verdict, signature),
        _attributes(signature),
        _signer(signature),
        element(
            "vr:SignatureValidationProcess",
            element("vr:SignatureValidationProcessID", _ETSI + _process(verdict, signature)),
        ),
        _status((*signature.reasons, *own)),
    )


def _unsigned(verdict: Verdict) -> Element:
    """For a file without a signature that could be read: the file and what is wrong with it."""
    return element(
        "vr:SignatureValidationReport",
        _constraints(),
        _times(verdict, None),
        element("vr:SignersDocument", _digest(verdict.digest)),
        _status(verdict.reasons),
    )


def _identifier(signature: SignatureReport, number: int) -> Element:
    return element(
        "vr:SignatureIdentifier",
        _digest(signature.attributes) if signature.attributes else None,
        element("vr:HashOnly", "false"),
        element("vr:DocHashOnly", "false"),
        id=f"S-{number}",
    )


def _constraints() -> Element:
    """Clause 4.2.5: by which policy it was judged."""
    identifier = element("xades:Identifier", POLICY)
    return element(
        "vr:ValidationConstraintsEvaluationReport",
        element(
            "vr:SignatureValidationPolicy",
            element("vr:SignaturePolicyIdentifier",
                element("xades:SignaturePolicyId",
                    element("xades:SigPolicyId", identifier))),
            element("vr:PolicyName", "Yidao"),
        ),
    )  # fmt: skip


def _times(verdict: Verdict, signature: SignatureReport | None) -> Element:
    """Clause 4.2.6. Without a time-stamp the time of the check is all that is proven."""
    proven = signature.time if signature is not None and signature.proven else None
    return element(
        "vr:ValidationTimeInfo",
        element("vr:ValidationTime", _time(verdict.verified_at)),
        element(
            "vr:BestSignatureTime",
            element("vr:POETime", _time(proven or verdict.verified_at)),
            element("vr:TypeOfProof", f"{_ETSI}poetype:validation"),
        ),
    )


def _signed_document(verdict: Verdict, signature: SignatureReport) -> Element:
    """Clause 4.2.7: what was signed, as the signature has it; else the whole file."""
    return element("vr:SignersDocument", _digest(signature.content or verdict.digest))


def _attributes(signature: SignatureReport) -> Element | None:
    """Clause 4.2.8: the time, the form of the signature; a time-stamp has none."""
    if signature.kind == "timestamp" or signature.time is None:
        return None
    time = _time(signature.time)
    claimed = element("vr:SigningTime", element("vr:Time", time), Signed="true")
    stamped = element("vr:SignatureTimeStamp", element("vr:TimeStampValue", time), Signed="false")
    return element("vr:SignatureAttributes", stamped if signature.proven else claimed)


def _signer(signature: SignatureReport) -> Element | None:
    """Clause 4.2.9."""
    if signature.certificate is None:
        return None
    return element(
        "vr:SignerInformation",
        element("vr:SignerCertificate", VOReference=_certificate_id(signature.certificate)),
        element("vr:Signer", signature.body or signature.body_id),
    )


def _process(verdict: Verdict, signature: SignatureReport) -> str:
    """Clause 4.2.11: with how much proof of time it was judged."""
    archived = verdict.level == "B-LTA"
    name = "LTA" if archived else "LTVM" if signature.proven else "Basic"
    return f"validationprocess:{name}"


def _status(reasons: tuple[Reason, ...]) -> Element:
    """Clause 4.2.4: the indications, then each reason of ours."""
    main, subs = indication(reasons)
    return element(
        "vr:SignatureValidationStatus",
        element("vr:MainIndication", f"{_ETSI}mainindication:{main}"),
        *(element("vr:SubIndication", f"{_ETSI}subindication:{sub}") for sub in subs),
        _told(reasons),
    )


def _told(reasons: tuple[Reason, ...]) -> Element | None:
    if not reasons:
        return None
    return element(
        "vr:AssociatedValidationReportData",
        element(
            "vr:AdditionalValidationReportData",
            *(
                element(
                    "vr:ReportData",
                    element("vr:Type", f"urn:yidao:reason:{reason.status}:{reason.code}"),
                    element("vr:Value", reason.text),
                )
                for reason in reasons
            ),
        ),
    )


def _objects(signatures: tuple[SignatureReport, ...]) -> Element | None:
    """Clause 4.4: the certificates of the signers, by digest."""
    held = dict.fromkeys(s.certificate for s in signatures if s.certificate is not None)
    known = {_certificate_id(digest): digest for digest in held}
    if not known:
        return None
    return element(
        "vr:SignatureValidationObjects",
        *(
            element(
                "vr:ValidationObject",
                element("vr:ObjectType", f"{_ETSI}validationObject:certificate"),
                element("vr:ValidationObjectRepresentation", _digest(digest)),
                id=name,
            )
            for name, digest in known.items()
        ),
    )


def _certificate_id(digest: Digest) -> str:
    """An xs:ID."""
    return f"C-{digest.partition(':')[2]}"


def _digest(digest: Digest) -> Element:
    """Raises `NoReport`."""
    name, _, value = digest.partition(":")
    if name not in _DIGESTS:
        raise NoReport(name, algorithm=name.upper())
    return element(
        "vr:DigestAlgAndValue",
        element("ds:DigestMethod", Algorithm=_DIGESTS[name]),
        element("ds:DigestValue", base64.b64encode(bytes.fromhex(value)).decode()),
    )


def _time(at: datetime) -> str:
    """XML Schema dateTime in UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
