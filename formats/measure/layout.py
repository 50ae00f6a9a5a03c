"""`check_layout`: any PDF laid under the ruler of GB/T 9704-2012.

Only the bytes are looked at, with a reader that knows nothing of our typesetting; whether the
file comes from here or elsewhere changes nothing. For files from outside use
`desktop.services.layout.check_layout_outside`, which runs this in a limited process.
"""

from typing import Final

from formats.errors import YidaoError
from formats.i18n import mark, tr
from formats.limits import MAX_SAME_FINDINGS
from formats.measure.found import Findings
from formats.measure.reader import read_sheets
from formats.measure.report import LayoutReport, unmeasured
from formats.measure.rules.body import check_body
from formats.measure.rules.closing import check_closing
from formats.measure.rules.grid import check_grid
from formats.measure.rules.head import check_head
from formats.measure.rules.imprint import check_imprint
from formats.measure.rules.kinds import check_kind
from formats.measure.rules.numbers import check_numbers
from formats.measure.rules.sheet import check_sheet
from formats.measure.scene import read_scene
from formats.typeset.display import SealSlot
from formats.write.slots import read_slots

SCANNED: Final = mark("页面是图像，没有可测量的文字。")
NO_TEXT: Final = mark("文件中没有可测量的文字。")
_RULES: Final = (
    check_sheet, check_grid, check_head, check_kind, check_body, check_closing, check_imprint,
    check_numbers,
)  # fmt: skip


def check_layout(pdf: bytes) -> LayoutReport:
    """What is not as the standard has it.

    Raises nothing for bytes, whatever they are: what cannot be measured is reported as such
    (``measurable`` false, code ``L00``).
    """
    try:
        sheets = read_sheets(pdf)
    except YidaoError as error:
        return unmeasured("L00", error.sentences()[0])
    scene = read_scene(sheets, _slots(pdf))
    if not any(view.rows or view.sheet.sideways for view in scene.views):
        scanned = any(view.scanned for view in scene.views)
        return unmeasured("L00", tr(SCANNED if scanned else NO_TEXT), len(sheets))
    found = Findings()
    for check in _RULES:
        check(scene, found)
    findings, omitted = found.told(MAX_SAME_FINDINGS)
    return LayoutReport(
        findings=findings, pages=len(sheets), format=scene.head.format, omitted=omitted
    )


def _slots(pdf: bytes) -> tuple[SealSlot, ...]:
    """Places that our typesetting left for seals; none in a file whose structure is not sound."""
    try:
        return read_slots(pdf)
    except YidaoError:
        return ()
