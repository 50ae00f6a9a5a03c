"""A PDF, ours or received, measured against GB/T 9704 in a process of its own."""

from typing import Final

import msgspec

from formats.canonical import from_bytes
from formats.errors import BadInput, TooLarge
from formats.i18n import current_language, mark, tr
from formats.limits import MAX_MEASURE_SECONDS, MAX_PDF_BYTES
from formats.measure.child import Request
from formats.measure.report import LayoutReport, unmeasured
from formats.safe.child import ask_child

GAVE_UP: Final = mark("文件过于复杂或含有异常内容，在限定的时间和内存内无法测量。")


def check_layout_outside(pdf: bytes, *, seconds: int = MAX_MEASURE_SECONDS) -> LayoutReport:
    """`formats.measure.layout.check_layout` in a limited process; half a second to start.

    Raises nothing, whatever the bytes are: a child that dies leaves a report that says so.
    """
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
