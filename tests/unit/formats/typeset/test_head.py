"""版头 measured by other people's readers: 签发人 in rows, marks of several bodies. 7.2."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from formats.document.model import Document
from formats.typeset.fonts import FontSet
from formats.typeset.typeset import typeset_pdf
from tests.unit.formats.typeset.bands import red_bands
from tests.unit.formats.typeset.measured import Line, lines, rules

Notice = Callable[..., Document]
EM = 156 / 28
ROW = 10.449
ASCENT = 0.88 * EM
DESCENT = 0.12 * EM
APPROVERS = ("张三", "李四光", "王五", "欧阳修远", "赵六", "钱七", "孙八")
BODIES = (
    "安徽省发展和改革委员会",
    "安徽省财政厅",
    "安徽省教育厅",
    "国家税务总局安徽省税务局",
    "安徽省公安厅",
    "省委编办",
    "安徽省住房和城乡建设厅",
)


def marks(pdf: bytes) -> list[Line]:
    """The characters of the mark on page 1, row by row."""
    return [line for line in lines(pdf)[0] if line.size not in {14.0, 16.0, 22.0}]


def title_gap(pdf: bytes) -> float:
    """From the red rule to the title's em box."""
    title = next(line for line in lines(pdf)[0] if line.size == 22.0)
    return float(title.baseline - 0.88 * 22 * 25.4 / 72 - rules(pdf)[0][0][2])


@pytest.mark.parametrize("count", range(1, 8))
def test_approvers_stand_two_a_row_under_one_another_with_the_number_on_the_last(
    fonts: FontSet, notice: Notice, count: int
) -> None:
    names = APPROVERS[:count]
    pdf, _ = typeset_pdf(notice(direction="up", kind="report", approvers=names), fonts)
    page = [line for line in lines(pdf)[0] if line.size == 16.0]
    start = next(n for n, line in enumerate(page) if "签发人：" in line.text)
    rows = page[start : start + (count + 1) // 2]
    mark = red_bands(pdf)[0]
    first = rows[0].text.split("签发人：")[1]
    later = [line.text.rsplit("号", 1)[-1] for line in rows[1:]]

    assert [*("".join(names[n : n + 2]) for n in range(0, count, 2))] == [first, *later]
    assert rows[0].baseline - ASCENT - mark.bottom == pytest.approx(2 * ROW, abs=0.2)
    assert all(b.baseline - a.baseline == pytest.approx(ROW, abs=0.01) for a, b in pairwise(rows))
    assert rows[-1].text.startswith("皖政办〔2026〕12号")
    assert rows[-1].left == pytest.approx(28 + EM, abs=0.05)
    assert max(line.right for line in rows) <= 184 - EM + 0.1
    assert rules(pdf)[0][0][2] - 0.25 - (rows[-1].baseline + DESCENT) == pytest.approx(4, abs=0.1)
    assert title_gap(pdf) == pytest.approx(20.78, abs=0.5)


def test_the_longest_row_of_approvers_leaves_one_character_at_its_right(
    fonts: FontSet, notice: Notice
) -> None:
    pdf, _ = typeset_pdf(
        notice(direction="up", kind="report", approvers=("张三丰", "李四光")), fonts
    )
    row = next(line for line in lines(pdf)[0] if "签发人：" in line.text)

    assert row.right == pytest.approx(184 - EM, abs=0.1)


def test_approvers_are_not_printed_on_a_document_that_goes_down(
    fonts: FontSet, notice: Notice
) -> None:
    pdf, _ = typeset_pdf(notice(approvers=("张三",)), fonts)

    assert not any("签发人" in line.text for line in lines(pdf)[0])


@pytest.mark.parametrize("count", range(2, 12))
def test_a_joint_mark_names_every_body_in_equal_widths_with_the_word_at_mid_height(
    fonts: FontSet, notice: Notice, count: int
) -> None:
    bodies = tuple((BODIES * 2)[:count])
    pdf, report = typeset_pdf(notice(issuers=bodies, signature="none"), fonts)
    word = next(line for line in marks(pdf) if line.text == "文件")
    names = [line for line in marks(pdf) if line != word]
    *bands, rule = red_bands(pdf)

    assert list(bodies) == [line.text for line in names]
    assert "文件" == word.text
    assert max(line.left for line in names) == pytest.approx(names[0].left, abs=0.1)
    assert min(line.right for line in names) == pytest.approx(names[0].right, abs=0.1)
    assert bands[0].top == pytest.approx(72.0, abs=0.3)
    assert min(band.left for band in bands) >= 29.5
    assert max(band.right for band in bands) <= 182.5
    assert title_gap(pdf) == pytest.approx(20.78, abs=0.5)
    assert not [notice for notice in report.warnings if notice.code == "T20"]
    assert rule.left == pytest.approx(28.0, abs=0.1)


def test_the_word_beside_joint_names_stands_at_their_mid_height(
    fonts: FontSet, notice: Notice
) -> None:
    pdf, _ = typeset_pdf(notice(issuers=BODIES[:3]), fonts)
    word = next(line for line in marks(pdf) if line.text == "文件")
    *bands, _ = red_bands(pdf)
    middle = (bands[0].top + bands[-1].bottom) / 2
    ideograph = word.size * 25.4 / 72

    assert word.baseline - 0.38 * ideograph == pytest.approx(middle, abs=0.8)


def test_too_many_joint_bodies_leave_the_mark_to_the_host_and_it_is_told(
    fonts: FontSet, notice: Notice
) -> None:
    bodies = tuple(f"安徽省第{n}厅" for n in range(12))
    pdf, report = typeset_pdf(notice(issuers=bodies), fonts)
    (told,) = [notice for notice in report.warnings if notice.code == "T20"]

    assert ["安徽省第0厅文件"] == [line.text for line in marks(pdf)]
    assert "主办机关" in told.text("zh")
    assert "host" in told.text("en")


def test_a_mark_of_its_own_stands_in_one_line_for_joint_bodies(
    fonts: FontSet, notice: Notice
) -> None:
    document = notice(issuers=BODIES[:3], issuer_mark="安徽省发展改革委等三部门文件")
    pdf, _ = typeset_pdf(document, fonts)

    assert ["安徽省发展改革委等三部门文件"] == [line.text for line in marks(pdf)]


@pytest.mark.parametrize("count", [2, 5, 10, 15, 18, 24, 40])
def test_a_mark_of_any_length_keeps_off_the_core_s_edges_and_keeps_its_top(
    fonts: FontSet, notice: Notice, count: int
) -> None:
    pdf, _ = typeset_pdf(notice(issuers=("安徽省人民政府办公厅"[:1] * count,)), fonts)
    mark = red_bands(pdf)[0]

    assert mark.top == pytest.approx(72.0, abs=0.3)
    assert 29.0 <= mark.left
    assert mark.right <= 183.0
    assert mark.bottom <= 72 + 22


@pytest.mark.parametrize("count", [2, 10, 16, 20, 30, 60])
def test_a_mark_of_any_length_puts_the_title_exactly_two_rows_below_the_rule(
    fonts: FontSet, notice: Notice, count: int
) -> None:
    pdf, _ = typeset_pdf(notice(issuers=("省" * count,)), fonts)

    assert title_gap(pdf) == pytest.approx(20.78, abs=0.5)


def test_seven_bodies_and_seven_approvers_leave_text_on_page_1(
    fonts: FontSet, notice: Notice
) -> None:
    document = notice(
        issuers=BODIES, direction="up", kind="report", approvers=APPROVERS, signature="none"
    )
    pdf, report = typeset_pdf(document, fonts)

    assert any(line.text.startswith("各级各部门") for line in lines(pdf)[0])
    assert len(BODIES) + 1 == len(marks(pdf))
    assert [] == [notice for notice in report.warnings if notice.matters]
