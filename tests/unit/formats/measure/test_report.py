"""The report in a sentence, an exit status and JSON."""

import msgspec
import pytest

from formats.canonical import from_bytes
from formats.measure.report import LayoutFinding, LayoutReport, Strength, unmeasured


def finding(strength: Strength) -> LayoutFinding:
    """A finding of a strength."""
    return LayoutFinding(
        code="L07", clause="5.2.3", strength=strength, page=1, place=None, measured=9.88,
        expected=10.45, unit="mm", message="行距",
    )  # fmt: skip


def report(*strengths: Strength, omitted: int = 0) -> LayoutReport:
    """A report with one finding of each strength."""
    return LayoutReport(
        findings=tuple(map(finding, strengths)), pages=2, format="general", omitted=omitted
    )


@pytest.mark.parametrize(
    ("made", "status", "sentence"),
    [
        (report(), 0, "符合 GB/T 9704—2012：规定项目全部通过，未发现其他问题"),
        (
            report("usual", "recommended"),
            0,
            "符合 GB/T 9704—2012：规定项目全部通过，2 处与一般或推荐做法不同",
        ),
        (report("required"), 1, "1 处不符合规定"),
        (report("required", "usual"), 1, "1 处不符合规定，1 处与一般或推荐做法不同"),
        (report("required", omitted=7), 1, "1 处不符合规定（同类问题另有 7 处未列）"),
        (unmeasured("L00", "页面是图像。"), 2, "无法测量：页面是图像。"),
    ],
    ids=["clean", "usual", "required", "both", "omitted", "unmeasured"],
)
def test_a_report_is_a_sentence_and_a_status(
    made: LayoutReport, status: int, sentence: str
) -> None:
    assert (status, sentence) == (made.exit_status, made.summary("zh"))


def test_a_report_is_told_in_english() -> None:
    assert "1 required items fail" == report("required").summary("en")


def test_a_report_goes_through_json() -> None:
    made = report("required", "usual", omitted=3)

    assert made == from_bytes(LayoutReport, msgspec.json.encode(made))
