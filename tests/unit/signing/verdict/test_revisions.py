"""Every revision since the first signature is for something."""

import io
import re

import pytest
from asn1crypto import x509
from pyhanko.sign.validation.dss import DocumentSecurityStore

from signing.verdict.pdf import signed_revision, verify_pdf
from signing.verdict.report import Verdict
from tests.support.attacks import ATTACKS, stamp_document
from tests.support.sealed import CITY, NAMES, PROVINCE, Hands, plain_pdf, slot

TWO = (slot(PROVINCE, 50, 180), slot(CITY, 100, 180))


def judged(pdf: bytes, hands: Hands) -> Verdict:
    return verify_pdf(pdf, trust=hands.trust, now=hands.now)


def kinds(verdict: Verdict) -> list[str]:
    return [revision.kind for revision in verdict.revisions]


def with_store(pdf: bytes, hands: Hands) -> bytes:
    """The PDF with a security store of the pilot's certificates."""
    sink = io.BytesIO(pdf)
    held = [x509.Certificate.load(der) for der in hands.world.pilot.certificates()]
    DocumentSecurityStore.add_dss(sink, sig_contents=None, certs=held)
    return sink.getvalue()


def with_nothing(pdf: bytes) -> bytes:
    """The PDF with a revision that writes not one object."""
    trailer = pdf[pdf.rindex(b"trailer") : pdf.rindex(b"startxref")]
    start = int(pdf[pdf.rindex(b"startxref") :].split()[1])
    again = re.sub(rb"/Prev \d+", b"/Prev %d" % start, trailer)
    table = b"xref\n0 1\n0000000000 65535 f \n"
    return pdf + table + again + b"startxref\n%d\n%%%%EOF\n" % len(pdf)


def test_sealed_document_has_one_revision(hands: Hands, sealed: bytes) -> None:
    (revision,) = judged(sealed, hands).revisions

    assert (revision.number, revision.kind, revision.field) == (2, "certification", "Seal1")
    assert revision.by == NAMES[PROVINCE]


def test_each_addition_is_explained(hands: Hands) -> None:
    joint = hands.countersign(hands.seal(plain_pdf(), slots=TWO), "Seal2", CITY)
    verdict = judged(stamp_document(with_store(joint, hands), hands.authority), hands)

    assert verdict.status == "blue"
    assert kinds(verdict) == ["certification", "approval", "validation-data", "timestamp"]
    assert [revision.number for revision in verdict.revisions] == [2, 3, 4, 5]


def test_count_of_additions_leaves_out_the_seal(hands: Hands) -> None:
    joint = hands.countersign(hands.seal(plain_pdf(), slots=TWO), "Seal2", CITY)

    assert "签发后有 1 项经许可的补充" in judged(joint, hands).sentence


def test_revision_for_nothing_is_red(hands: Hands, sealed: bytes) -> None:
    verdict = judged(with_nothing(sealed), hands)

    assert verdict.status == "red"
    assert kinds(verdict) == ["certification", "unknown"]


def test_unsigned_file_has_no_revisions_to_explain(hands: Hands) -> None:
    assert judged(plain_pdf(), hands).revisions == ()


# --- the document as issued -----------------------------------------------------------------------
def test_document_as_issued_is_known_whatever_came_after(hands: Hands, sealed: bytes) -> None:
    changed = ATTACKS["page_content_replaced"](sealed)
    verdict = judged(changed, hands)

    assert verdict.status == "red"
    assert signed_revision(changed, verdict) == sealed


@pytest.mark.parametrize(
    "name", ["byte_flipped_on_a_page", "byte_flipped_in_the_signature", "byte_range_shifted"]
)
def test_false_signature_says_nothing_of_what_was_issued(
    hands: Hands, sealed: bytes, name: str
) -> None:
    forged = ATTACKS[name](sealed)
    verdict = judged(forged, hands)

    assert (verdict.issued, signed_revision(forged, verdict)) == (0, None)


def test_nothing_is_known_of_an_unsigned_file(hands: Hands) -> None:
    assert signed_revision(plain_pdf(), judged(plain_pdf(), hands)) is None
