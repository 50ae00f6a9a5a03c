"""署名, 日期, seals and 签名章 on their pages, measured against GB/T 9704-2012 7.3.5.

Names, dates and text are found by pdfplumber; the seal slots are what sealing uses.
"""

import io
import math
import subprocess
from collections.abc import Callable
from datetime import date
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path

import pdfplumber
import pytest

from formats.document.model import Document, Signer
from formats.typeset.closing import ClosingTooTall, SignersMissing
from formats.typeset.display import ComposeReport, SealSlot
from formats.typeset.fonts import FontSet
from formats.typeset.seals import seal_diameter
from formats.typeset.typeset import typeset_pdf
from tests.unit.formats.typeset.conftest import SENTENCE
from tests.unit.formats.typeset.measured import Line, lines

Notice = Callable[..., Document]
EM = 156 / 28
ROW = 10.449
DESCENT = 0.12 * EM
MIDDLE = 0.38 * EM
"""From the middle of an em box down to its baseline."""

SHORT = tuple(
    f"安徽省{name}厅" for name in ("财政", "教育", "科技", "公安", "民政", "司法", "水利")
)
GOVERNMENTS = (
    "合肥市人民政府", "芜湖市人民政府", "安徽省人民政府", "肥西县三河镇人民政府", "蚌埠市人民政府",
    "省委办公厅", "马鞍山市人民政府",
)  # fmt: skip
LONG = (
    "安徽省发展和改革委员会", "推进长江三角洲区域一体化发展领导小组办公室",
    "国家税务总局安徽省税务局", "安徽省推动大规模设备更新和消费品以旧换新工作专班办公室",
    "安徽省财政厅", "安徽省住房和城乡建设厅", "安徽省推进政府职能转变和放管服改革协调小组办公室",
)  # fmt: skip
SETS = {"short": SHORT, "governments": GOVERNMENTS, "long": LONG}


def set_closing(fonts: FontSet, document: Document) -> tuple[list[Line], list[Line], ComposeReport]:
    """The 3号 lines of the closing's page: those of the text, and those from 署名 on."""
    pdf, report = typeset_pdf(document, fonts)
    pages = [[line for line in page if line.size == 16.0] for page in lines(pdf)]
    page = next(page for page in pages if any(line.text == "2026年11月23日" for line in page))
    text = [line for line in page if line.text in SENTENCE]
    end = text[-1].baseline
    return (
        [line for line in page if line.baseline <= end + 0.1],
        [line for line in page if line.baseline > end + 0.1],
        report,
    )


@cache
def set_joint(
    fonts: FontSet, notice: Notice, bodies: str, count: int
) -> tuple[list[Line], list[Line], ComposeReport, bytes]:
    """The same for so many bodies of a set, and the PDF; set once for all tests."""
    document = notice(7, issuers=SETS[bodies][:count], note=None)
    return *set_closing(fonts, document), typeset_pdf(document, fonts)[0]


def gap(one: SealSlot, other: SealSlot) -> float:
    """Between the edges of two seals."""
    apart = math.hypot(one.x_mm - other.x_mm, one.y_mm - other.y_mm)
    return apart - (one.diameter_mm + other.diameter_mm) / 2


@pytest.mark.parametrize(
    ("body", "diameter"),
    [
        ("国务院", 60.0),
        ("安徽省人民政府", 50.0),
        ("上海市人民政府", 50.0),
        ("合肥市人民政府", 45.0),
        ("肥西县人民政府", 45.0),
        ("肥西县三河镇人民政府", 42.0),
        ("安徽省财政厅", 42.0),
    ],
)
def test_a_single_seal_presses_name_and_date_slightly_below_its_centre(
    fonts: FontSet, notice: Notice, body: str, diameter: float
) -> None:
    text, (name, day, *_), report = set_closing(fonts, notice(6, issuers=(body,), note=None))
    (slot,) = report.seal_slots
    below = [line.baseline - MIDDLE - slot.y_mm for line in (name, day)]

    assert (body, diameter) == (slot.body, slot.diameter_mm)
    assert (name.left + name.right) / 2 == pytest.approx(slot.x_mm, abs=0.1)
    assert (day.left + day.right) / 2 == pytest.approx(slot.x_mm, abs=0.1)
    assert day.right == pytest.approx(184 - 4 * EM, abs=0.1) or diameter == 60
    assert 0 < below[0] <= 5
    assert below[1] + MIDDLE < diameter / 2
    assert 0 < slot.y_mm - diameter / 2 - (text[-1].baseline + DESCENT) <= ROW
    assert slot.x_mm + diameter / 2 <= 184
    assert slot.y_mm + diameter / 2 <= 262


@pytest.mark.parametrize("bodies", SETS)
@pytest.mark.parametrize("count", range(2, 8))
def test_joint_seals_press_their_own_names_in_order_apart_and_inside_the_core(
    fonts: FontSet, notice: Notice, count: int, bodies: str
) -> None:
    issuers = SETS[bodies][:count]
    text, closing, report, _ = set_joint(fonts, notice, bodies, count)
    slots = report.seal_slots
    end = text[-1].baseline + DESCENT
    rows = [list(group) for group in _rows(slots)]

    assert issuers == tuple(slot.body for slot in slots)
    assert [seal_diameter(body) for body in issuers] == [slot.diameter_mm for slot in slots]
    assert all(gap(one, other) >= 1.99 for one, other in combinations(slots, 2))
    assert all(abs(slot.x_mm - 106) + slot.diameter_mm / 2 <= 78.001 for slot in slots)
    assert all(slot.y_mm + slot.diameter_mm / 2 <= 262.001 for slot in slots)
    assert all(0 < slot.y_mm - slot.diameter_mm / 2 - end <= ROW for slot in rows[0])
    assert all(a.x_mm < b.x_mm for row in rows for a, b in pairwise(row))
    assert all(len(row) == len(rows[0]) for row in rows[:-1])
    assert all({round(slot.y_mm, 3)} == {round(row[0].y_mm, 3)} for row in rows for slot in row)
    assert len({round(slot.x_mm, 2) for slot in slots}) == len(rows[0])
    assert "".join(sorted("".join(issuers))) == "".join(
        sorted("".join(line.text for line in closing[:-1]).strip())
    )


def _rows(slots: tuple[SealSlot, ...]) -> list[list[SealSlot]]:
    """Seals of one height together, downwards."""
    rows: dict[float, list[SealSlot]] = {}
    for slot in slots:
        rows.setdefault(round(slot.y_mm, 3), []).append(slot)
    return [rows[y] for y in sorted(rows)]


@pytest.mark.parametrize("bodies", SETS)
@pytest.mark.parametrize("count", range(2, 8))
def test_the_last_joint_seal_also_presses_the_date_below_its_own_name(
    fonts: FontSet, notice: Notice, count: int, bodies: str
) -> None:
    issuers = SETS[bodies][:count]
    _, closing, report, _ = set_joint(fonts, notice, bodies, count)
    *_, above, day = closing
    last = report.seal_slots[-1]

    assert "2026年11月23日" == day.text
    assert above.text.endswith(issuers[-1][-3:])
    assert (day.left + day.right) / 2 == pytest.approx(last.x_mm, abs=0.1)
    assert day.baseline - above.baseline == pytest.approx(ROW, abs=0.5)
    assert 0 < day.baseline - last.y_mm < last.diameter_mm / 2
    if bodies != "long":
        assert day.right == pytest.approx(184 - 4 * EM, abs=0.1)


@pytest.mark.parametrize("bodies", SETS)
@pytest.mark.parametrize("count", range(2, 8))
def test_names_of_joint_bodies_never_run_into_one_another(
    fonts: FontSet, notice: Notice, count: int, bodies: str
) -> None:
    _, _, report, pdf = set_joint(fonts, notice, bodies, count)
    page = report.seal_slots[0].page - 1
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        chars = [c for c in document.pages[page].chars if round(c["size"], 1) == 16.0]
    boxes = [tuple(c[edge] * 25.4 / 72 for edge in ("x0", "top", "x1", "bottom")) for c in chars]
    overlaps = [
        (one, other)
        for one, other in combinations(boxes, 2)
        if min(one[2], other[2]) - max(one[0], other[0]) > 3
        and min(one[3], other[3]) - max(one[1], other[1]) > 1
    ]

    assert [] == overlaps
    assert all(box[0] >= 27.9 and box[2] <= 184.3 for box in boxes)


@pytest.mark.parametrize(
    ("issuers", "shape"),
    [
        (SHORT[:3], [3]),
        (("合肥市人民政府", "芜湖市人民政府", "蚌埠市人民政府"), [2, 1]),
        (SHORT, [3, 3, 1]),
        (GOVERNMENTS[:4], [2, 2]),
    ],
    ids=["three of 42", "three of 45", "seven of 42", "mixed"],
)
def test_as_many_seals_stand_in_a_row_as_leave_the_date_four_characters(
    fonts: FontSet, notice: Notice, issuers: tuple[str, ...], shape: list[int]
) -> None:
    _, closing, report = set_closing(fonts, notice(7, issuers=issuers, note=None))

    assert shape == [len(row) for row in _rows(report.seal_slots)]
    assert closing[-1].right == pytest.approx(184 - 4 * EM, abs=0.1)


@pytest.mark.parametrize("paragraphs", range(1, 15))
def test_joint_seals_stay_in_the_core_whatever_the_length_of_the_text(
    fonts: FontSet, notice: Notice, paragraphs: int
) -> None:
    _, report = typeset_pdf(notice(paragraphs, issuers=GOVERNMENTS[:5]), fonts)
    slots = report.seal_slots

    assert all(37 <= slot.y_mm - slot.diameter_mm / 2 for slot in slots)
    assert all(slot.y_mm + slot.diameter_mm / 2 <= 262.001 for slot in slots)
    assert all(gap(one, other) >= 1.9 for one, other in combinations(slots, 2))
    assert 1 == len({slot.page for slot in slots})


def test_a_note_stands_in_the_row_below_the_date_where_no_seal_is_in_its_way(
    fonts: FontSet, notice: Notice
) -> None:
    _, closing, _ = set_closing(fonts, notice(6, issuers=("安徽省财政厅",)))
    _, day, note = closing

    assert "（此件公开发布）" == note.text
    assert note.baseline - day.baseline == pytest.approx(ROW, abs=0.02)
    assert note.left == pytest.approx(28 + 2 * EM, abs=0.1)


def test_a_long_note_goes_below_the_seal(fonts: FontSet, notice: Notice) -> None:
    note = "此件公开发布，联系人：王某某，联系电话：0551-62600000"
    _, closing, report = set_closing(fonts, notice(6, issuers=("安徽省财政厅",), note=note))
    (slot,) = report.seal_slots
    row = next(line for line in closing if "此件" in line.text)

    assert row.baseline - 0.88 * EM >= slot.y_mm + slot.diameter_mm / 2 - 0.01


# --- without a seal, 7.3.5.2 --------------------------------------------------------------------


def test_unsealed_joint_names_stand_one_a_row_under_the_host_s(
    fonts: FontSet, notice: Notice
) -> None:
    document = notice(6, issuers=SHORT[:3], signature="none", note=None)
    text, (*names, day), report = set_closing(fonts, document)

    assert () == report.seal_slots
    assert list(SHORT[:3]) == [line.text for line in names]
    assert names[0].baseline - text[-1].baseline == pytest.approx(2 * ROW, abs=1.2)  # closed up
    assert all({round(names[0].left, 2)} == {round(line.left, 2)} for line in names)
    assert day.left - names[0].left == pytest.approx(2 * EM, abs=0.1)


def test_a_date_longer_than_the_name_leaves_two_characters_and_moves_the_name_left(
    fonts: FontSet, notice: Notice
) -> None:
    document = notice(6, issuers=("省委编办",), signature="none", note=None)
    _, (name, day), _ = set_closing(fonts, document)

    assert day.right == pytest.approx(184 - 2 * EM, abs=0.1)
    assert day.left - name.left == pytest.approx(2 * EM, abs=0.1)


def test_an_unsealed_name_longer_than_a_row_wraps_evenly(fonts: FontSet, notice: Notice) -> None:
    document = notice(6, issuers=("安徽省" * 13,), signature="none", note=None)
    _, (first, second, day), _ = set_closing(fonts, document)

    assert "安徽省" * 13 == first.text + second.text
    assert abs(len(first.text) - len(second.text)) <= 3
    assert max(first.right, second.right) <= 184 - 2 * EM + 0.1
    assert "2026年11月23日" == day.text


# --- 签名章, 7.3.5.3 ----------------------------------------------------------------------------

SIGNERS = (
    Signer(office="安徽省人民政府省长", name="王清宪"),
    Signer(office="市长", name="罗云峰"),
    Signer(office="推进长江三角洲区域一体化发展领导小组办公室主任", name="张三"),
)


def test_a_stamp_leaves_four_characters_with_its_office_two_to_its_left(
    fonts: FontSet, notice: Notice
) -> None:
    document = notice(6, signature="personal", signers=SIGNERS[:1], note=None)
    text, (office, day), report = set_closing(fonts, document)
    (slot,) = report.seal_slots
    wide, tall = slot.diameter_mm, slot.height_mm or 0.0

    assert ("personal", "王清宪") == (slot.kind, slot.body)
    assert slot.x_mm + wide / 2 == pytest.approx(184 - 4 * EM, abs=0.01)
    assert slot.x_mm - wide / 2 - office.right == pytest.approx(2 * EM, abs=0.1)
    assert office.baseline - MIDDLE == pytest.approx(slot.y_mm, abs=0.1)
    assert day.right == pytest.approx(184 - 4 * EM, abs=0.1)
    # Two blank rows above the stamp's rows, one below them.
    assert slot.y_mm - (text[-1].baseline - MIDDLE) == pytest.approx(3.5 * ROW, abs=0.05)
    assert (day.baseline - MIDDLE) - slot.y_mm == pytest.approx(2.5 * ROW, abs=0.05)
    assert tall <= ROW + EM


def test_joint_stamps_stand_one_a_row_under_one_another_with_their_offices_centred_on_them(
    fonts: FontSet, notice: Notice
) -> None:
    document = notice(6, signature="personal", signers=SIGNERS, note=None)
    _, closing, report = set_closing(fonts, document)
    slots = report.seal_slots
    one, two, *three, day = closing

    assert ["王清宪", "罗云峰", "张三"] == [slot.body for slot in slots]
    assert 1 == len({slot.x_mm for slot in slots})
    assert all(b.y_mm - a.y_mm > (a.height_mm or 99) for a, b in pairwise(slots))
    assert [SIGNERS[0].office, SIGNERS[1].office] == [one.text, two.text]
    assert SIGNERS[2].office == "".join(line.text for line in three)
    middles = [one.baseline, two.baseline, sum(line.baseline for line in three) / 2]
    assert [slot.y_mm for slot in slots] == pytest.approx([y - MIDDLE for y in middles], abs=0.1)
    assert "2026年11月23日" == day.text


def test_a_stamp_without_an_office_stands_alone(fonts: FontSet, notice: Notice) -> None:
    document = notice(
        6, signature="personal", signers=(Signer(office="\u200b", name="王清宪"),), note=None
    )
    _, closing, report = set_closing(fonts, document)

    assert ["2026年11月23日"] == [line.text for line in closing]
    assert 1 == len(report.seal_slots)


@pytest.mark.parametrize(
    "signers", [(), (Signer(office="省长", name=" \u200b"),)], ids=["none", "without a name"]
)
def test_a_document_to_be_stamped_names_who_signs(
    fonts: FontSet, notice: Notice, signers: tuple[Signer, ...]
) -> None:
    with pytest.raises(SignersMissing) as caught:
        typeset_pdf(notice(1, signature="personal", signers=signers), fonts)

    assert "签发人" in caught.value.text("zh")
    assert "signs" in caught.value.text("en")


@pytest.mark.parametrize(
    "fields",
    [
        {"issuers": tuple(f"安徽省第{n}厅" for n in range(20))},
        {"issuers": tuple(f"安徽省第{n}厅" for n in range(30)), "signature": "none"},
        {"signature": "personal", "signers": SIGNERS[1:2] * 20},
    ],
    ids=["seals", "names", "stamps"],
)
def test_a_closing_higher_than_a_page_is_refused(
    fonts: FontSet, notice: Notice, fields: dict[str, object]
) -> None:
    with pytest.raises(ClosingTooTall) as caught:
        typeset_pdf(notice(1, **fields), fonts)

    assert all(caught.value.sentences("zh"))
    assert all(caught.value.sentences("en"))


def test_issuers_of_invisible_characters_leave_the_date_alone(
    fonts: FontSet, notice: Notice
) -> None:
    _, closing, report = set_closing(fonts, notice(6, issuers=("\u200b",), note=None))

    assert () == report.seal_slots
    assert ["2026年11月23日"] == [line.text for line in closing]


def test_a_seal_without_a_date_presses_its_name(fonts: FontSet, notice: Notice) -> None:
    _, report = typeset_pdf(notice(6, issue_date=None), fonts)

    assert 1 == len(report.seal_slots)


def test_a_short_date_lets_seals_of_45_stand_three_a_row_with_four_characters_free(
    fonts: FontSet, notice: Notice
) -> None:
    cities = ("合肥市人民政府", "芜湖市人民政府", "蚌埠市人民政府")
    pdf, report = typeset_pdf(
        notice(7, issuers=cities, note=None, issue_date=date(2026, 1, 2)), fonts
    )
    day = next(line for page in lines(pdf) for line in page if line.text == "2026年1月2日")

    assert day.right == pytest.approx(184 - 4 * EM, abs=0.1)
    assert 1 == len(_rows(report.seal_slots))


def test_each_name_is_a_paragraph_of_its_own_to_those_who_hear_the_page(
    fonts: FontSet, notice: Notice, tmp_path: Path
) -> None:
    path = tmp_path / "joint.pdf"
    path.write_bytes(typeset_pdf(notice(2, issuers=LONG[:2]), fonts)[0])
    told = subprocess.run(
        ["pdfinfo", "-struct-text", str(path)], capture_output=True, check=True, text=True
    ).stdout.split('"')

    assert all(name in told for name in (*LONG[:2], "2026年11月23日"))
