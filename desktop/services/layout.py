"""A PDF, ours or received, measured against GB/T 9704 in a process of its own."""

from typing import TYPE_CHECKING, Final

import msgspec

from desktop.services.rows import LayoutCheck, LayoutRow
from formats.canonical import from_bytes
from formats.errors import BadInput, TooLarge
from formats.i18n import current_language, mark, tr
from formats.limits import MAX_MEASURE_SECONDS, MAX_PDF_BYTES
from formats.safe.child import ask_child

if TYPE_CHECKING:
    from formats.measure.report import LayoutFinding, LayoutReport, Measure

GAVE_UP: Final = mark("文件过于复杂或含有异常内容，在限定的时间和内存内无法测量。")


def layout_check(pdf: bytes) -> LayoutCheck:
    """`check_layout_outside` in words, for a screen."""
    report = check_layout_outside(pdf)
    rows = tuple(row_of(finding) for finding in report.findings) if report.measurable else ()
    return LayoutCheck(report.summary(), rows, report.measurable, report.count("required"))


def row_of(finding: "LayoutFinding") -> LayoutRow:
    """A finding as a person reads it."""
    where = tr("第 {page} 页", page=finding.page) if finding.page else tr("全文")
    if finding.place is not None:
        where += f" ({finding.place.x_mm:.1f}, {finding.place.y_mm:.1f})"
    return LayoutRow(
        code=finding.code,
        clause=finding.clause,
        strength=finding.strength,
        where=where,
        message=finding.message,
        measured=_value(finding.measured, finding.unit),
        expected=_value(finding.expected, finding.unit),
    )


def _value(value: "Measure", unit: str) -> str:
    if value is None:
        return ""
    return f"{value:g} {unit}".strip() if isinstance(value, float) else value


def check_layout_outside(pdf: bytes, *, seconds: int = MAX_MEASURE_SECONDS) -> "LayoutReport":
    """`formats.measure.layout.check_layout` in a limited process; half a second to start.

    Raises nothing, whatever the bytes are: a child that dies leaves a report that says so.
    """
    from formats.measure.child import Request  # noqa: PLC0415 - loaded when used: start-up stays quick
    from formats.measure.report import LayoutReport, unmeasured  # noqa: PLC0415 - loaded when used: start-up stays quick

    if len(pdf) > MAX_PDF_BYTES:
        return unmeasured("L00", TooLarge(limit=MAX_PDF_BYTES).sentences()[0])
    request = Request(language=current_language(), size=len(pdf))
    answer = ask_child(
        "formats.measure.child", msgspec.json.encode(request) + b"\n" + pdf, seconds=seconds
    )
    try:
        report = None if answer is None else from_bytes(LayoutReport, answer)
    except BadInput:
        report = None
    return report if report is not None else unmeasured("L00", tr(GAVE_UP))
