"""Every spoiled page is named by its clause, and nothing else is."""

import pytest

from formats.document.model import Attachment
from formats.measure.layout import check_layout
from formats.measure.table import CHECKS
from formats.typeset.fonts import FontSet
from formats.typeset.separate import compose_separate
from formats.write.pdf import write_pdf
from tests.unit.formats.measure.conftest import (
    HEADED,
    Composed,
    document,
    good_documents,
    other_documents,
)
from tests.unit.formats.measure.mutations import Mutation, names
from tests.unit.formats.measure.spoiled import MUTATIONS

GOOD = [*good_documents(), *other_documents()]
SPECIAL = {"plain letter": "letter"} | {name: name for name in ("letter", "order", "minutes")}


@pytest.mark.parametrize("name", GOOD)
def test_a_good_document_has_no_finding(name: str, composed: Composed, fonts: FontSet) -> None:
    report = check_layout(write_pdf(composed(name), fonts, title="good"))

    assert () == report.findings
    assert SPECIAL.get(name, "general") == report.format


def test_a_good_attachment_bound_apart_has_no_finding(fonts: FontSet) -> None:
    apart = Attachment(title="任务分工表", body=HEADED, separate=True)
    pages = compose_separate(document(attachments=(apart,)), 1, fonts)
    report = check_layout(write_pdf(pages, fonts, title="apart"))

    assert ("attachment", ()) == (report.format, report.findings)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=names(MUTATIONS))
def test_a_spoiled_page_is_named_by_its_clause_alone(
    mutation: Mutation, composed: Composed, fonts: FontSet
) -> None:
    spoiled = mutation.change(composed(mutation.base), fonts)
    report = check_layout(write_pdf(spoiled, fonts, title="spoiled"))
    found = {finding.code for finding in report.findings}
    clauses = {finding.clause for finding in report.findings}
    allowed = {CHECKS[mutation.code].clause, *mutation.clauses}

    assert mutation.code in found
    assert set() == clauses - allowed


ELSEWHERE = {"L01", "L02", "L14"}
"""What `test_foreign` provokes: our pages are A4, stand, and have no leading above the core."""


def test_every_check_of_the_table_is_provoked() -> None:
    assert set(CHECKS) - ELSEWHERE == {mutation.code for mutation in MUTATIONS}


def test_names_differ() -> None:
    assert len(MUTATIONS) == len(set(names(MUTATIONS)))
