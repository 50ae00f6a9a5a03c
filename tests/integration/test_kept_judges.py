"""Stock tools agree on kept documents: pyHanko's AdES validation, pdfsig, openssl, qpdf.

Each sees the document and the anchor alone. And PDF/A stays PDF/A.
"""

import asyncio
import io
import re
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESIndeterminate, AdESPassed
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.policy_decl import (
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager

from formats.typeset.compose import compose
from formats.typeset.fonts import FontSet
from formats.write.pdf import write_pdf
from formats.write.slots import read_slots
from signing.seal.dss import read_validation_data
from signing.seal.extend import extend_lt, extend_lta
from signing.trust.certs import to_pem
from signing.trust.validator import SuiteValidator
from signing.verdict.parts import read
from tests.support.pki import PilotWorld
from tests.support.sealed import PROVINCE, Hands, plain_pdf
from tests.support.years import Years, apart
from tests.unit.formats.typeset.conftest import Notice, fonts, notice
from tools.pdfa.check import check_pdfa

__all__ = ["fonts", "notice"]


@pytest.fixture(scope="module")
def years(pilot: PilotWorld, tmp_path_factory: pytest.TempPathFactory) -> Years:
    return Years.begin(apart(pilot, tmp_path_factory.mktemp("kept")))


@pytest.fixture(scope="module")
def sealed(years: Years) -> bytes:
    return Hands(years.world).seal(plain_pdf())


@pytest.fixture(scope="module")
def lt(years: Years, sealed: bytes) -> bytes:
    return extend_lt(sealed, trust=years.trust(), now=years.today)


@pytest.fixture(scope="module")
def lta(years: Years, sealed: bytes) -> bytes:
    return kept(sealed, years)


def kept(pdf: bytes, years: Years) -> bytes:
    return extend_lta(
        pdf,
        trust=years.trust(),
        timestamps=years.authority(),
        now=years.today,
        until=years.today + timedelta(days=3650),
    )


@pytest.fixture(scope="module")
def anchor(years: Years, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("anchor") / "anchor.pem"
    path.write_bytes(to_pem(years.world.pilot.root))
    return path


def run(*arguments: object) -> str:
    done = subprocess.run([str(a) for a in arguments], capture_output=True, check=False, timeout=60)
    output = (done.stdout + done.stderr).decode("utf-8", "replace")
    assert done.returncode == 0, output
    return output


def stock_spec(years: Years) -> PdfSignatureValidationSpec:
    """The anchors and nothing else: all that is needed must be in the document."""
    roots = [asn1_x509.Certificate.load(anchor) for anchor in years.world.pilot.anchors]
    policy = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(roots),
        revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
        signature_validator=SuiteValidator(),  # the mathematics of SM2, which it has not
    )
    return PdfSignatureValidationSpec(
        SignatureValidationSpec(
            policy,
            RevocationInfoGatheringSpec(RevinfoOnlineFetchingRule.LOCAL_ONLY),
        )
    )


def timing(years: Years) -> ValidationTimingInfo:
    return ValidationTimingInfo(
        validation_time=years.today,
        best_signature_time=years.today,
        point_in_time_validation=True,
    )


def test_pyhanko_passes_the_lta_document_with_the_anchor_alone(years: Years, lta: bytes) -> None:
    seal = PdfFileReader(io.BytesIO(lta)).embedded_regular_signatures[0]
    result = asyncio.run(ades_lta_validation(seal, stock_spec(years), timing(years)))

    assert result.ades_subindic == AdESPassed.OK


def test_pyhanko_passes_the_lta_document_under_gm(gm_pilot: PilotWorld, tmp_path: Path) -> None:
    years = Years.begin(apart(gm_pilot, tmp_path))
    lta = kept(Hands(years.world).seal(plain_pdf()), years)
    seal = PdfFileReader(io.BytesIO(lta)).embedded_regular_signatures[0]
    result = asyncio.run(ades_lta_validation(seal, stock_spec(years), timing(years)))

    assert result.ades_subindic == AdESPassed.OK


def test_pyhanko_is_not_settled_without_what_the_document_brings(
    years: Years, sealed: bytes
) -> None:
    (seal,) = PdfFileReader(io.BytesIO(sealed)).embedded_regular_signatures
    result = asyncio.run(ades_lta_validation(seal, stock_spec(years), timing(years)))

    assert isinstance(result.ades_subindic, AdESIndeterminate)


def test_pyhanko_passes_a_document_that_outlived_its_certificates(
    pilot: PilotWorld, tmp_path: Path
) -> None:
    years = Years.begin(apart(pilot, tmp_path))
    first = kept(Hands(years.world).seal(plain_pdf()), years)
    years.pass_by(4)
    years.renew_authority()
    second = kept(first, years)
    years.pass_by(days=20)
    seal = PdfFileReader(io.BytesIO(second)).embedded_regular_signatures[0]
    result = asyncio.run(ades_lta_validation(seal, stock_spec(years), timing(years)))

    assert result.ades_subindic == AdESPassed.OK


def test_pdfsig_still_finds_the_seal_valid(years: Years, lta: bytes, tmp_path: Path) -> None:
    folder = tmp_path / "nss"
    folder.mkdir()
    (folder / "root.cer").write_bytes(years.world.pilot.root)
    run("certutil", "-N", "-d", f"sql:{folder}", "--empty-password")
    run("certutil", "-A", "-d", f"sql:{folder}", "-n", "root", "-t", "CT,CT,CT",
        "-i", folder / "root.cer")  # fmt: skip
    (tmp_path / "kept.pdf").write_bytes(lta)
    told = run("pdfsig", "-nssdir", f"sql:{folder}", tmp_path / "kept.pdf")

    assert told.count("Signature Validation: Signature is Valid.") == 1
    assert told.count("Certificate Validation: Certificate is Trusted.") == 1


def test_openssl_verifies_the_document_time_stamp(lta: bytes, anchor: Path, tmp_path: Path) -> None:
    *_, last = re.findall(rb"/ByteRange \[([\d ]+)\]", lta)
    start, gap, after, length = (int(edge) for edge in last.split())
    contents = bytes.fromhex(lta[gap + 1 : after - 1].decode())
    (tmp_path / "token.der").write_bytes(contents[: 4 + int.from_bytes(contents[2:4], "big")])
    (tmp_path / "covered.bin").write_bytes(lta[start:gap] + lta[after : after + length])
    told = run("openssl", "ts", "-verify", "-token_in", "-in", tmp_path / "token.der",
               "-data", tmp_path / "covered.bin", "-CAfile", anchor)  # fmt: skip

    assert "Verification: OK" in told
    assert after + length == len(lta)


def test_openssl_clears_the_signer_by_the_lists_in_the_document(
    years: Years, lt: bytes, anchor: Path, tmp_path: Path
) -> None:
    carried = read_validation_data(read(lt))
    (tmp_path / "chain.pem").write_bytes(b"".join(map(to_pem, carried.certificates)))
    for number, crl in enumerate(carried.crls):
        (tmp_path / "one.crl").write_bytes(crl)
        pem = run("openssl", "crl", "-inform", "DER", "-in", tmp_path / "one.crl")
        (tmp_path / f"{number}.pem").write_text(pem)
    lists = "".join(path.read_text() for path in sorted(tmp_path.glob("[0-9].pem")))
    (tmp_path / "lists.pem").write_text(lists)
    (tmp_path / "signer.pem").write_bytes(to_pem(years.world.ukeys[PROVINCE].sign))
    told = run("openssl", "verify", "-crl_check_all", "-CAfile", anchor,
               "-untrusted", tmp_path / "chain.pem", "-CRLfile", tmp_path / "lists.pem",
               tmp_path / "signer.pem")  # fmt: skip

    assert told.rstrip().endswith("OK")


def test_qpdf_finds_no_fault(lta: bytes, tmp_path: Path) -> None:
    (tmp_path / "kept.pdf").write_bytes(lta)

    assert "No syntax or stream encoding errors found" in run(
        "qpdf", "--check", tmp_path / "kept.pdf"
    )


def test_archival_form_stays_what_it_was(years: Years, notice: Notice, fonts: FontSet) -> None:
    set_in_type = write_pdf(compose(notice(), fonts), fonts, title="通知")
    sealed = Hands(years.world).seal(set_in_type, slots=tuple(read_slots(set_in_type)))
    lta = kept(kept(sealed, years), years)

    assert check_pdfa(sealed) == []
    assert check_pdfa(lta) == []
