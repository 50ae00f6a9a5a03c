"""The validation report of ETSI TS 119 102-2, beside pyHanko's and read by its bindings."""

import asyncio
import hashlib
from dataclasses import dataclass
from io import BytesIO
from string import Formatter
from typing import Any

import msgspec
import pytest
from asn1crypto import crl, x509
from pyhanko.generated.etsi import ts_11910202 as etsi
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.ades import ades_basic_validation, ades_with_time_validation
from pyhanko.sign.validation.policy_decl import (
    LocalKnowledge,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko.sign.validation.report.tools import generate_report
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.revinfo.archival import CRLContainer
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.parsers.config import ParserConfig

from formats.safe.xml import parse_xml
from signing.trust.store import TrustStore
from signing.verdict.etsi import NAMESPACES, NoReport, report_xml
from signing.verdict.pdf import verify_pdf
from signing.verdict.reasons import REASONS, reason
from signing.verdict.report import EXIT_STATUS, Verdict, verdict_of
from tests.support.attacks import ATTACKS, stamp_document
from tests.support.pki import PilotWorld
from tests.support.sealed import CITY, COUNTY, JOINT, NAMES, PROVINCE, Hands, plain_pdf

MAIN = "urn:etsi:019102:mainindication:"
SUB = "urn:etsi:019102:subindication:"
Bound = Any
"""An object of the generated classes, in which nearly everything may be None."""


@dataclass(frozen=True)
class Judge:
    """Judges with a trust, and reads the report back."""

    hands: Hands
    trust: TrustStore

    def verdict(self, pdf: bytes) -> Verdict:
        """The verdict."""
        return verify_pdf(pdf, trust=self.trust, now=self.hands.now)

    def report(self, pdf: bytes) -> Bound:
        """The report on it."""
        return bound(report_xml(self.verdict(pdf)))


@pytest.fixture
def judge(hands: Hands) -> Judge:
    return Judge(hands, hands.trust)


def bound(xml: bytes) -> Bound:
    """The report in the classes made from the schema; what the schema has not is an error."""
    config = ParserConfig(fail_on_unknown_properties=True, fail_on_converter_warnings=True)
    return XmlParser(config=config).from_bytes(xml, etsi.ValidationReport)


def indications(report: Bound) -> list[tuple[str, tuple[str, ...]]]:
    said = [entry.signature_validation_status for entry in report.signature_validation_report]
    return [
        (
            status.main_indication.removeprefix(MAIN),
            tuple(sub.removeprefix(SUB) for sub in status.sub_indication),
        )
        for status in said
    ]


def names_in(xml: bytes) -> list[str]:
    """Every element in document order, by its local name."""
    return [str(node.tag).rpartition("}")[2] for node in parse_xml(xml).iter()]


def test_honest_document_passes(judge: Judge, sealed: bytes) -> None:
    assert indications(judge.report(sealed)) == [("total-passed", ())]


def test_elements_stand_in_the_order_of_the_schema(judge: Judge, sealed: bytes) -> None:
    root = parse_xml(report_xml(judge.verdict(sealed)))

    assert str(root.tag) == f"{{{NAMESPACES['vr']}}}ValidationReport"
    assert [str(part.tag).rpartition("}")[2] for part in root] == [
        "SignatureValidationReport",
        "SignatureValidationObjects",
    ]
    assert [str(part.tag).rpartition("}")[2] for part in root[0]] == [
        "SignatureIdentifier",
        "ValidationConstraintsEvaluationReport",
        "ValidationTimeInfo",
        "SignersDocument",
        "SignatureAttributes",
        "SignerInformation",
        "SignatureValidationProcess",
        "SignatureValidationStatus",
    ]


def test_who_signed_what_and_when_is_told(judge: Judge, sealed: bytes) -> None:
    verdict, report = judge.verdict(sealed), judge.report(sealed)
    (said,) = report.signature_validation_report
    embedded = PdfFileReader(BytesIO(sealed)).embedded_signatures[0]
    seal = verdict.seal
    assert seal is not None
    assert said.signer_information.signer == NAMES[PROVINCE]
    assert said.signers_document.digest_alg_and_value.digest_value.value == (
        embedded.compute_digest()
    )
    signed = embedded.signer_info["signed_attrs"].untag().dump()
    assert said.signature_identifier.digest_alg_and_value.digest_value.value == (
        hashlib.sha256(signed).digest()
    )
    assert said.validation_time_info.best_signature_time.poetime.to_datetime() == seal.time
    assert said.signature_validation_process.signature_validation_process_id.endswith(":LTVM")


def test_signer_refers_to_the_certificate_of_the_report(
    judge: Judge, hands: Hands, sealed: bytes
) -> None:
    report = judge.report(sealed)
    (held,) = report.signature_validation_objects.validation_object
    (said,) = report.signature_validation_report
    digest = hashlib.sha256(hands.world.ukeys[PROVINCE].sign).digest()

    assert said.signer_information.signer_certificate.voreference == (held.id,)
    representation = held.validation_object_representation
    assert representation.digest_alg_and_value.digest_value.value == digest


def test_each_seal_and_time_stamp_has_its_report(judge: Judge, hands: Hands) -> None:
    joint = hands.seal(plain_pdf(), slots=JOINT)
    whole = hands.countersign(hands.countersign(joint, "Seal2", CITY), "Seal3", COUNTY)
    report = judge.report(stamp_document(whole, hands.authority))

    assert indications(report) == [("total-passed", ())] * 4
    ids = [said.signature_identifier.id for said in report.signature_validation_report]
    assert ids == ["S-1", "S-2", "S-3", "S-4"]


def test_missing_seal_is_told_with_the_issuers_signature(judge: Judge, hands: Hands) -> None:
    report = judge.report(hands.seal(plain_pdf(), slots=JOINT))

    assert indications(report) == [("indeterminate", ("SIG_CONSTRAINTS_FAILURE",))]


def test_reasons_stand_beside_the_indications(judge: Judge, sealed: bytes) -> None:
    report = judge.report(sealed + b"x")
    (said,) = report.signature_validation_report
    (data,) = said.signature_validation_status.associated_validation_report_data
    (extra,) = data.additional_validation_report_data.report_data

    assert indications(report) == [("total-failed", ("FORMAT_FAILURE",))]
    assert extra.type_value == "urn:yidao:reason:red:extra-bytes"


def test_file_without_a_signature_has_a_report_on_the_file(judge: Judge) -> None:
    pdf = plain_pdf()
    report = judge.report(pdf)
    (said,) = report.signature_validation_report

    assert indications(report) == [("total-failed", ("FORMAT_FAILURE",))]
    digest = said.signers_document.digest_alg_and_value.digest_value.value
    assert digest == hashlib.sha256(pdf).digest()
    assert report.signature_validation_objects is None


def test_same_verdict_gives_the_same_bytes(judge: Judge, sealed: bytes) -> None:
    verdict = judge.verdict(sealed)

    assert report_xml(verdict) == report_xml(msgspec.json.decode(verdict.json(), type=Verdict))


def test_text_that_no_xml_may_hold_is_replaced(judge: Judge, sealed: bytes) -> None:
    verdict = judge.verdict(sealed)
    seal = msgspec.structs.replace(verdict.signatures[0], body='a\x00<b>&"\ud800')
    report = bound(report_xml(msgspec.structs.replace(verdict, signatures=(seal,))))

    assert report.signature_validation_report[0].signer_information.signer == 'a\ufffd<b>&"\ufffd'


def test_document_of_the_national_suite_has_no_report(judge: Judge, sealed: bytes) -> None:
    verdict = judge.verdict(sealed)
    seal = msgspec.structs.replace(verdict.signatures[0], content="sm3:" + "0" * 64)

    with pytest.raises(NoReport) as refused:
        report_xml(msgspec.structs.replace(verdict, signatures=(seal,)))

    assert "SM3" in refused.value.text()


@pytest.mark.parametrize("code", sorted(REASONS))
def test_only_an_accepted_document_passes(code: str, hands: Hands) -> None:
    values = {name: "X" for _, name, _, _ in Formatter().parse(REASONS[code][1]) if name}
    verdict = verdict_of(b"file", reasons=[reason(code, **values)], now=hands.now)
    ((main, subs),) = indications(bound(report_xml(verdict)))

    assert (main == "total-passed") == (EXIT_STATUS[verdict.status] == 0)
    assert bool(subs) == (main != "total-passed")


# --- beside pyHanko -------------------------------------------------------------------------------
def pyhanko_report(pdf: bytes, trust: TrustStore, *, with_time: bool) -> str:
    """The report of pyHanko's report tool on the first signature."""
    embedded = PdfFileReader(BytesIO(pdf)).embedded_regular_signatures[0]
    roots = [x509.Certificate.load(der) for der in trust.anchors]
    policy: Any = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(roots),
        revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
    )
    offline = RevocationInfoGatheringSpec(RevinfoOnlineFetchingRule.LOCAL_ONLY)
    known = LocalKnowledge(
        known_certs=[x509.Certificate.load(der) for der in trust.intermediates],
        known_crls=[CRLContainer(crl.CertificateList.load(der)) for der in trust.crls],
    )
    spec = SignatureValidationSpec(policy, revinfo_gathering_policy=offline, local_knowledge=known)
    judge = ades_with_time_validation if with_time else ades_basic_validation
    said = judge(embedded.signed_data, spec, raw_digest=embedded.compute_digest())
    return generate_report(embedded, asyncio.run(said))


def _flipped(pdf: bytes) -> bytes:
    return ATTACKS["byte_flipped_on_a_page"](pdf)


@pytest.mark.parametrize("stamped", [False, True], ids=["bare", "stamped"])
@pytest.mark.parametrize(
    ("case", "main"),
    [
        ("honest", "total-passed"),
        ("flipped", "total-failed"),
        ("stranger", "indeterminate"),
        ("no-lists", "indeterminate"),
    ],
    ids=["honest", "flipped", "stranger", "no-lists"],
)
def test_main_indication_is_that_of_pyhanko(
    case: str, main: str, stamped: bool, hands: Hands, pilot: PilotWorld
) -> None:
    trust = hands.trust
    pdf = hands.seal(plain_pdf(), stamped=stamped)
    if case == "flipped":
        pdf = ATTACKS["byte_flipped_on_a_page"](pdf)
    elif case == "stranger":
        trust = TrustStore([pilot.pilot.authority("neighbour")], (), pilot.pilot.crls())
    elif case == "no-lists":
        trust = TrustStore(trust.anchors, trust.intermediates, ())
    ours = indications(Judge(hands, trust).report(pdf))
    theirs = indications(bound(pyhanko_report(pdf, trust, with_time=stamped).encode()))

    assert (ours[0][0], theirs[0][0]) == (main, main)


@pytest.mark.parametrize("name", sorted(ATTACKS))
def test_attacked_document_has_a_report_and_never_passes(
    name: str, judge: Judge, sealed: bytes
) -> None:
    said = indications(judge.report(ATTACKS[name](sealed)))

    assert said[0][0] != "total-passed"
