"""Documents put together by lot, in every format and with every closing, find no fault.

The layout check measures the PDF alone; the seals are also looked at from their slots.
"""

import math
from datetime import date
from itertools import combinations
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from formats.document.model import Attendance, Block, Document, DocumentNumber, Signer
from formats.measure.layout import check_layout
from formats.typeset.fonts import load_fonts
from formats.typeset.typeset import typeset_pdf

PLACES = ("安徽省", "合肥市", "肥西县", "马鞍山市", "阜阳市颍州区")
BODIES = ("人民政府", "财政厅", "教育局", "住房和城乡建设局", "发展和改革委员会", "委编办")
FORMATS = {"general": "notice", "letter": "letter", "order": "order", "minutes": "minutes"}
SENTENCE = (
    "各级各部门要充分认识加强公文交换工作的重要意义，到2026年12月31日前完成“一网通办”平台"
    "（含3个子系统、128项接口）的联调，覆盖率达到95.5%以上。"
)


def drawn(lot: Any) -> Document:  # noqa: ANN401 - hypothesis gives a random.Random of its own
    """A document by lot."""
    count = lot.choice([1, 2, 3, 4, 5, 6, 7])
    layout = lot.choice(list(FORMATS))
    up = layout == "general" and lot.random() < 0.4
    values: dict[str, object] = {
        "kind": "report" if up else FORMATS[layout],
        "format": layout,
        "direction": "up" if up else "down",
        "issuers": tuple(lot.choice(PLACES) + lot.choice(BODIES) for _ in range(count)),
        "number": DocumentNumber(mark="皖政办", year=2026, serial=lot.randint(1, 300)),
        "copy_number": lot.choice([None, "000123"]),
        "urgency": lot.choice([None, "urgent"]),
        "approvers": tuple(lot.choice(["张三", "李四光", "欧阳修远"]) for _ in range(count)),
        "title": "关于加强公文电子交换工作的通知",
        "main_recipients": () if layout in {"order", "minutes"} else ("各市、县人民政府",),
        "body": tuple(Block(text=SENTENCE) for _ in range(lot.randint(1, 14))),
        "issue_date": date(2026, lot.randint(1, 12), lot.randint(1, 28)),
        "signature": lot.choice(["seal", "seal", "none", "personal"]),
        "signers": tuple(
            Signer(office=lot.choice(PLACES) + "负责人", name="王清宪")
            for _ in range(min(count, 3))
        ),
        "attendance": Attendance(present=("张三", "李四")) if layout == "minutes" else None,
        "note": lot.choice([None, "此件公开发布"]),
        "cc": ("省委各部门", "省人大常委会办公厅"),
        "printer": "安徽省人民政府办公厅秘书处",
        "print_date": date(2026, 12, 31),
    }
    return Document(**values)  # type: ignore[arg-type] # a test's own mapping


@settings(max_examples=30, deadline=None, derandomize=True)
@given(lot=st.randoms(use_true_random=False))
def test_a_document_by_lot_has_no_fault_and_its_seals_stand_apart_in_the_core(lot: Any) -> None:  # noqa: ANN401 - as above
    pdf, report = typeset_pdf(drawn(lot), load_fonts(()))
    slots = report.seal_slots
    round_ones = [slot for slot in slots if slot.kind == "seal"]

    assert () == check_layout(pdf).findings
    for one, other in combinations(round_ones, 2):
        apart = math.hypot(one.x_mm - other.x_mm, one.y_mm - other.y_mm)
        assert apart - (one.diameter_mm + other.diameter_mm) / 2 >= 1.9
    for slot in slots:
        wide, tall = slot.diameter_mm / 2, (slot.height_mm or slot.diameter_mm) / 2
        assert 27.99 <= slot.x_mm - wide
        assert slot.x_mm + wide <= 184.01
        assert 36.99 <= slot.y_mm - tall
        assert slot.y_mm + tall <= 262.01
