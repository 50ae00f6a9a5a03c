"""版记 measured by other people's readers, against GB/T 9704-2012 7.4."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from formats.document.model import Document
from formats.typeset.fonts import FontSet
from formats.typeset.imprint import ImprintTooTall
from formats.typeset.typeset import typeset_pdf
from tests.unit.formats.typeset.measured import Line, ink, lines, rules

Notice = Callable[..., Document]
EM = 156 / 28
SMALL = 14 * 25.4 / 72
MANY = tuple(f"省第{n}号直属机构办公室" for n in range(60))


def imprint(pdf: bytes) -> list[Line]:
    """The 4号 lines of the last page but its number."""
    return [line for line in lines(pdf)[-1] if line.size == 14.0 and "—" not in line.text]


def test_the_last_rule_lies_on_the_core_s_lower_edge_and_the_outer_ones_are_thicker(
    fonts: FontSet, notice: Notice
) -> None:
    found = rules(typeset_pdf(notice(), fonts)[0])[-1]

    assert [0.35, 0.25, 0.35] == [round(rule[3], 2) for rule in found]
    assert [(28.0, 184.0)] * 3 == [(round(rule[0], 2), round(rule[1], 2)) for rule in found]
    assert found[-1][2] == pytest.approx(262.0, abs=0.01)


def test_copies_wrap_under_the_first_name_with_a_character_free_at_both_sides(
    fonts: FontSet, notice: Notice
) -> None:
    pdf, _ = typeset_pdf(notice(cc=MANY), fonts)
    *rows, printed = imprint(pdf)
    text = "".join(line.text for line in rows)

    assert f"抄送：{'、'.join(MANY)}。" == text
    assert rows[0].left == pytest.approx(28 + EM, abs=0.05)
    assert {round(28 + EM + 3 * SMALL, 1)} == {round(line.left, 1) for line in rows[1:]}
    assert max(line.right for line in rows) <= 184 - EM + 0.1
    assert printed.text.startswith("安徽省人民政府办公厅秘书处")


def test_sixty_copies_stay_between_their_rules(fonts: FontSet, notice: Notice) -> None:
    pdf, _ = typeset_pdf(notice(cc=MANY), fonts)
    *rows, printed = imprint(pdf)
    first, second, last = (rule[2] for rule in rules(pdf)[-1])

    assert first < rows[0].baseline - 0.88 * SMALL
    assert rows[-1].baseline + 0.12 * SMALL < second
    assert second < printed.baseline - 0.88 * SMALL
    assert printed.baseline + 0.12 * SMALL < last
    assert first >= 37.0
    assert all(after.baseline - row.baseline > SMALL for row, after in pairwise(rows))


def test_moved_recipients_stand_above_the_copies_without_a_rule_between(
    fonts: FontSet, notice: Notice
) -> None:
    recipients = tuple(f"第{n}号市人民政府办公室" for n in range(20))
    pdf, _ = typeset_pdf(notice(1, main_recipients=recipients), fonts)
    rows = imprint(pdf)
    copies = next(n for n, line in enumerate(rows) if line.text.startswith("抄送："))
    ys = [rule[2] for rule in rules(pdf)[-1]]

    assert rows[0].text.startswith("主送：第0号市")
    assert f"{'、'.join(recipients)}。" in "".join(line.text for line in rows[:copies])[3:]
    assert 3 == len(ys)
    assert not any(rows[0].baseline < y < rows[copies].baseline for y in ys)


def test_printer_and_print_date_leave_a_character_at_each_side(
    fonts: FontSet, notice: Notice
) -> None:
    row = imprint(typeset_pdf(notice(), fonts)[0])[-1]

    assert "安徽省人民政府办公厅秘书处2026年11月24日印发" == row.text
    assert (row.left, row.right) == pytest.approx((28 + EM, 184 - EM), abs=0.05)


def test_a_long_printer_wraps_left_of_the_date(fonts: FontSet, notice: Notice) -> None:
    printer = "安徽省推动大规模设备更新和消费品以旧换新工作专班办公室秘书处综合科"
    rows = imprint(typeset_pdf(notice(printer=printer), fonts)[0])[1:]

    assert printer == "".join(line.text for line in rows).replace("2026年11月24日印发", "")
    assert rows[-1].text.endswith("2026年11月24日印发")
    assert max(line.right for line in rows) <= 184 - EM + 0.05


@pytest.mark.parametrize(
    ("fields", "texts"),
    [
        (
            {"cc": ("\u200b", "省委各部门"), "print_date": None, "printer": None},
            ["抄送：省委各部门。"],
        ),
        ({"cc": (), "printer": None}, ["2026年11月24日印发"]),
        ({"cc": ("省委各部门。",), "printer": None, "print_date": None}, ["抄送：省委各部门。"]),
    ],
    ids=["a name of nothing", "a date alone", "a full stop already there"],
)
def test_an_imprint_holds_what_there_is(
    fonts: FontSet, notice: Notice, fields: dict[str, object], texts: list[str]
) -> None:
    assert texts == [line.text for line in imprint(typeset_pdf(notice(**fields), fonts)[0])]


def test_a_document_with_nothing_for_it_has_no_imprint(fonts: FontSet, notice: Notice) -> None:
    pdf, _ = typeset_pdf(notice(cc=("\u200b",), printer=None, print_date=None), fonts)

    assert [] == imprint(pdf)
    assert [] == [rule for rule in rules(pdf)[-1] if round(rule[3], 2) in {0.25, 0.35}]


def test_an_imprint_higher_than_a_page_is_refused(fonts: FontSet, notice: Notice) -> None:
    with pytest.raises(ImprintTooTall):
        typeset_pdf(notice(cc=MANY * 5), fonts)


def test_sixty_recipients_with_long_names_find_room_in_the_imprint(
    fonts: FontSet, notice: Notice
) -> None:
    names = tuple(f"第{number}号市县人民政府办公室" for number in range(60))
    pdf, report = typeset_pdf(notice(main_recipients=names), fonts)

    assert ["recipients"] == [r.code for r in report.remedies if r.code == "recipients"]
    assert [] == [told.code for told in report.warnings if told.matters]
    assert all(box is None or box[3] <= 272 for box in ink(pdf, dpi=60))
