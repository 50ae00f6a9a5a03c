"""Sealed documents under the ruler: the seal is measured where its signature field lies."""

from dataclasses import replace
from datetime import date

import pytest

from formats.document.model import Block, Document, DocumentNumber
from formats.measure.layout import check_layout
from formats.typeset.compose import compose
from formats.typeset.display import SealSlot
from formats.typeset.fonts import FontSet, load_fonts
from formats.write.pdf import write_pdf
from tests.support.pki import PilotWorld
from tests.support.sealed import NAMES, PROVINCE, Hands

TEXT = "各级各部门要充分认识加强公文交换工作的重要意义，确保按时完成平台联调，严禁涉密公文上网。"


@pytest.fixture(scope="module")
def hands(pilot: PilotWorld) -> Hands:
    return Hands(pilot)


@pytest.fixture(scope="module")
def fonts() -> FontSet:
    return load_fonts(())


@pytest.fixture(scope="module")
def unsealed(fonts: FontSet) -> tuple[bytes, tuple[SealSlot, ...]]:
    """A typeset notice that says nothing of its slots, and where they are."""
    document = Document(
        kind="notice", direction="down", issuers=(NAMES[PROVINCE],),
        number=DocumentNumber(mark="皖政办", year=2026, serial=12), title="关于加强公文交换的通知",
        main_recipients=("各市人民政府",), body=tuple(Block(text=TEXT) for _ in range(6)),
        issue_date=date(2026, 11, 23),
    )  # fmt: skip
    composition = compose(document, fonts)
    bare = replace(composition, report=replace(composition.report, seal_slots=()))
    return write_pdf(bare, fonts, title="notice"), composition.report.seal_slots


def test_a_seal_in_its_slot_has_no_finding(
    hands: Hands, unsealed: tuple[bytes, tuple[SealSlot, ...]]
) -> None:
    pdf, slots = unsealed

    assert () == check_layout(hands.seal(pdf, slots=slots)).findings


@pytest.mark.parametrize(
    ("code", "dx", "dy"),
    [("L62", 0.0, 14.0), ("L63", 30.0, 0.0), ("L65", -12.0, 0.0)],
    ids=["too low", "outside the core", "beside the name"],
)
def test_a_seal_out_of_place_is_named(
    hands: Hands, unsealed: tuple[bytes, tuple[SealSlot, ...]], code: str, dx: float, dy: float
) -> None:
    pdf, (slot,) = unsealed
    moved = replace(slot, x_mm=slot.x_mm + dx, y_mm=slot.y_mm + dy)
    report = check_layout(hands.seal(pdf, slots=(moved,)))

    assert code in {finding.code for finding in report.findings}
    assert {"7.3.5.1"} == {finding.clause for finding in report.findings}
