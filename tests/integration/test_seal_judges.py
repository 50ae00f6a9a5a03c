"""Stock tools agree: pdfsig, openssl cms, openssl ts, qpdf; and pyHanko's own full validation."""

import asyncio
import io
import re
import subprocess
from pathlib import Path

import pytest
from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from signing import cms
from signing.trust.certs import to_pem
from signing.verdict.pdf import verify_pdf
from tests.support.attacks import ATTACKS
from tests.support.pki import PilotWorld
from tests.support.sealed import CITY, COUNTY, JOINT, Hands, plain_pdf


@pytest.fixture(scope="module")
def hands(pilot: PilotWorld) -> Hands:
    return Hands(pilot)


@pytest.fixture(scope="module")
def sealed(hands: Hands) -> bytes:
    return hands.seal(plain_pdf())


@pytest.fixture(scope="module")
def whole(hands: Hands) -> bytes:
    joint = hands.seal(plain_pdf(), slots=JOINT)
    return hands.countersign(hands.countersign(joint, "Seal2", CITY), "Seal3", COUNTY)


@pytest.fixture(scope="module")
def anchors(hands: Hands, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("anchors") / "anchors.pem"
    path.write_bytes(b"".join(to_pem(der) for der in hands.trust.anchors))
    return path


@pytest.fixture(scope="module")
def nss(hands: Hands, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An NSS database that trusts the pilot's root, as pdfsig wants it."""
    folder = tmp_path_factory.mktemp("nss")
    run("certutil", "-N", "-d", f"sql:{folder}", "--empty-password")
    for number, der in enumerate(hands.trust.anchors):
        (folder / "root.cer").write_bytes(der)
        run("certutil", "-A", "-d", f"sql:{folder}", "-n", f"root{number}", "-t", "CT,CT,CT",
            "-i", folder / "root.cer")  # fmt: skip
    return folder


def run(*arguments: object) -> str:
    done = subprocess.run([str(a) for a in arguments], capture_output=True, check=False)
    output = (done.stdout + done.stderr).decode("utf-8", "replace")
    assert done.returncode == 0, output
    return output


def taken_apart(pdf: bytes) -> list[tuple[bytes, bytes]]:
    """(DER of the CMS, the bytes it covers) of each signature, as a court's expert would."""
    found = []
    for text in re.findall(rb"/ByteRange \[([\d ]+)\]", pdf):
        start, gap, after, length = (int(edge) for edge in text.split())
        contents = bytes.fromhex(pdf[gap + 1 : after - 1].decode())
        size = 4 + int.from_bytes(contents[2:4], "big")
        found.append((contents[:size], pdf[start:gap] + pdf[after : after + length]))
    return found


def test_pdfsig_finds_every_seal_valid_and_trusted(whole: bytes, nss: Path, tmp_path: Path) -> None:
    (tmp_path / "whole.pdf").write_bytes(whole)
    told = run("pdfsig", "-nssdir", f"sql:{nss}", tmp_path / "whole.pdf")

    assert told.count("Signature Validation: Signature is Valid.") == 3
    assert told.count("Certificate Validation: Certificate is Trusted.") == 3


def test_pdfsig_sees_that_the_total_document_is_signed(
    sealed: bytes, nss: Path, tmp_path: Path
) -> None:
    (tmp_path / "sealed.pdf").write_bytes(sealed)

    assert "Total document signed" in run(
        "pdfsig", "-nssdir", f"sql:{nss}", tmp_path / "sealed.pdf"
    )


def test_openssl_verifies_every_signature(whole: bytes, anchors: Path, tmp_path: Path) -> None:
    apart = taken_apart(whole)
    for number, (der, covered) in enumerate(apart):
        (tmp_path / f"{number}.p7s").write_bytes(der)
        (tmp_path / f"{number}.bin").write_bytes(covered)
        run("openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in",
            tmp_path / f"{number}.p7s", "-content", tmp_path / f"{number}.bin",
            "-CAfile", anchors, "-purpose", "any", "-out", tmp_path / "out.bin")  # fmt: skip

    assert len(apart) == 3


def test_openssl_verifies_the_time_stamp(sealed: bytes, anchors: Path, tmp_path: Path) -> None:
    ((der, covered),) = taken_apart(sealed)
    signed = cms.open_detached(der, covered)
    assert signed.timestamp is not None
    (tmp_path / "token.der").write_bytes(signed.timestamp)
    (tmp_path / "value.bin").write_bytes(signed.signature)
    told = run("openssl", "ts", "-verify", "-token_in", "-in", tmp_path / "token.der",
               "-data", tmp_path / "value.bin", "-CAfile", anchors)  # fmt: skip

    assert "Verification: OK" in told


def test_qpdf_finds_no_fault(whole: bytes, tmp_path: Path) -> None:
    (tmp_path / "whole.pdf").write_bytes(whole)

    assert "No syntax or stream encoding errors found" in run(
        "qpdf", "--check", tmp_path / "whole.pdf"
    )


def stock_bottom_lines(pdf: bytes, hands: Hands) -> list[bool]:
    """PyHanko's own validation, trust and all, of each signature."""
    trust = hands.trust
    reader = PdfFileReader(io.BytesIO(pdf), strict=True)
    lines = []
    for embedded in reader.embedded_signatures:
        context = ValidationContext(
            trust_roots=[asn1_x509.Certificate.load(der) for der in trust.anchors],
            other_certs=[asn1_x509.Certificate.load(der) for der in trust.intermediates],
            crls=[asn1_crl.CertificateList.load(der) for der in trust.crls],
            allow_fetching=False,
            revocation_mode="require",
        )
        status = asyncio.run(async_validate_pdf_signature(embedded, context))
        lines.append(bool(status.bottom_line))
    return lines


def test_stock_validation_agrees_on_honest_documents(
    hands: Hands, sealed: bytes, whole: bytes
) -> None:
    assert stock_bottom_lines(sealed, hands) == [True]
    assert stock_bottom_lines(whole, hands) == [True, True, True]


@pytest.mark.parametrize("name", ATTACKS)
def test_never_more_lenient_than_the_stock_validation(
    name: str, hands: Hands, sealed: bytes
) -> None:
    evil = ATTACKS[name](sealed)
    try:
        stock = stock_bottom_lines(evil, hands)
    except Exception:  # noqa: BLE001 - the stock reader lets out any kind of error
        stock = []
    accepted = verify_pdf(evil, trust=hands.trust, now=hands.now).accepted

    assert not accepted or (stock and all(stock))
