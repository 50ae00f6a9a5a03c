"""Text beside every closing and on page 1, whatever the length: the promise of 7.3.5.5."""

from collections.abc import Sequence
from datetime import date
from itertools import product

import pytest

from formats.document.model import Attachment, Attendance, Block, Document, Signer
from formats.typeset.body import attachment_note_blocks
from formats.typeset.closing import compose_closing
from formats.typeset.compose import compose
from formats.typeset.display import ComposeReport, Run
from formats.typeset.flow import Block as Flowed
from formats.typeset.flow import Counter, Layout, blank_block
from formats.typeset.fonts import FontSet
from formats.typeset.frame import compose_frame
from formats.typeset.grid import CORE_BOTTOM, CORE_LEFT, CORE_RIGHT, EM, ROWS
from formats.typeset.minutes import attendance_blocks
from formats.typeset.solver import CLOSEST, WIDEST, Setting, Solution, solve
from formats.typeset.typeset import typeset_pdf
from tests.unit.formats.typeset.conftest import Notice
from tests.unit.formats.typeset.measured import lines

JOINT = (
    "安徽省教育厅", "安徽省财政厅", "安徽省发展和改革委员会", "安徽省人力资源和社会保障厅",
    "安徽省卫生健康委员会", "安徽省公安厅", "安徽省民政厅",
)  # fmt: skip
SIGNERS = tuple(Signer(office="副省长", name=name) for name in ("王某某", "李某", "张某某"))
CLOSINGS: dict[str, dict[str, object]] = {
    "seal of 42 mm": {"issuers": JOINT[:1]},
    "seal of 45 mm": {"issuers": ("合肥市人民政府",)},
    "seal of 50 mm": {"issuers": ("安徽省人民政府",)},
    **{f"{count} seals": {"issuers": JOINT[:count]} for count in range(2, 8)},
    "no seal": {"issuers": JOINT[:1], "signature": "none"},
    "no seal, joint": {"issuers": JOINT[:3], "signature": "none"},
    "one stamp": {"signature": "personal", "signers": SIGNERS[:1]},
    "three stamps": {"signature": "personal", "signers": SIGNERS},
}
TAILS: dict[str, dict[str, object]] = {
    "": {},
    "with 附件说明": {"attachments": (Attachment(title="实施方案"), Attachment(title="分工表"))},
    "with 附注": {"note": "此件公开发布", "contact": "联系人：张三，电话：0551-62600000"},
    "with 出席": {"attendance": Attendance(present=("张三", "李四"), absent=("王五",))},
}
FORMATS = ("general", "letter", "order", "minutes")
LENGTHS = range(1, 201)


def row() -> Flowed:
    return Flowed(1, lambda _y, _pitch: (), "text")


def title() -> list[Flowed]:
    return [Flowed(1, lambda _y, _pitch: (), "title"), blank_block()]


def recipients() -> list[Flowed]:
    return [Flowed(1, lambda _y, _pitch: (), "recipients")]


def solutions(document: Document, fonts: FontSet, lengths: Sequence[int]) -> list[Solution]:
    """What becomes of texts of so many rows under the document's head and closing."""
    counter = Counter()
    frame = compose_frame(document, fonts)
    closing = compose_closing(document, fonts, counter)
    note = attachment_note_blocks(document.attachments, fonts, counter)
    present = attendance_blocks(document, fonts, counter)
    tail = [*note, *present, *([closing.block] if closing.block else []), *closing.notes]
    attached = [
        Flowed(block.height, block.draw, "attached") if block.part == "text" else block
        for block in tail
    ]

    def of(count: int) -> Solution:
        def blocks(setting: Setting) -> list[Flowed]:
            text = [row() for _ in range(count + (setting.split and count == 1))]
            to = [] if setting.moved else recipients()
            return [*(title() if frame.titled else []), *to, *text, *attached]

        return solve(blocks, first_row=frame.first_row, movable=True)

    return [of(count) for count in lengths]


def pages_of(layout: Layout, part: str) -> list[int]:
    return [item.page for item in layout.placed if item.block.part == part]


def bare(fonts: FontSet, document: Document, lengths: Sequence[int]) -> list[int]:
    """The lengths at which page 1 or the closing's page has no text."""
    found = []
    for count, solution in zip(lengths, solutions(document, fonts, lengths), strict=True):
        text = pages_of(solution.layout, "text")
        if text[0] != 0 or pages_of(solution.layout, "closing")[0] not in text:
            found.append(count)
    return found


@pytest.mark.parametrize("closing", CLOSINGS)
def test_every_length_has_text_on_page_1_and_beside_the_closing(
    fonts: FontSet, notice: Notice, closing: str
) -> None:
    assert [] == bare(fonts, notice(**CLOSINGS[closing]), LENGTHS)


@pytest.mark.parametrize("closing", CLOSINGS)
def test_so_it_is_in_every_format_and_with_all_that_may_stand_around_a_closing(
    fonts: FontSet, notice: Notice, closing: str
) -> None:
    tails = dict(zip(FORMATS, TAILS, strict=True))
    for format_, tail in tails.items():
        document = notice(**CLOSINGS[closing], **TAILS[tail], format=format_)

        assert [] == bare(fonts, document, range(1, 46))


@pytest.mark.soak
@pytest.mark.parametrize("closing", CLOSINGS)
def test_so_it_is_for_all_lengths_with_every_format_and_tail(
    fonts: FontSet, notice: Notice, closing: str
) -> None:
    for format_, tail in product(FORMATS, TAILS):
        document = notice(**CLOSINGS[closing], **TAILS[tail], format=format_)

        assert [] == bare(fonts, document, LENGTHS)


@pytest.mark.parametrize("closing", ["seal of 50 mm", "7 seals", "three stamps"])
def test_no_page_holds_more_than_its_rows_and_no_pitch_leaves_its_bounds(
    fonts: FontSet, notice: Notice, closing: str
) -> None:
    document = notice(**CLOSINGS[closing])
    for solution in solutions(document, fonts, LENGTHS):
        layout = solution.layout
        for item in layout.placed:
            held = layout.rows.get(item.page, ROWS)
            assert item.row + item.block.height + item.block.reserve <= held + 1e-6
        assert all(CLOSEST <= layout.pitch(page) <= WIDEST for page in layout.rows)


def test_a_setting_that_needs_nothing_is_left_alone(fonts: FontSet, notice: Notice) -> None:
    document = notice(issuers=JOINT[:1])

    (short,) = solutions(document, fonts, [2])

    assert ((), 0.0) == (short.remedies, short.deviation)


def test_the_least_change_is_chosen_whatever_was_asked_before(
    fonts: FontSet, notice: Notice
) -> None:
    document = notice(issuers=JOINT[:4])
    first = solutions(document, fonts, LENGTHS)
    again = list(reversed(solutions(document, fonts, tuple(reversed(LENGTHS)))))

    assert [(s.remedies, s.deviation) for s in first] == [(s.remedies, s.deviation) for s in again]


def test_two_rows_of_text_stand_beside_the_closing_where_there_are_three(
    fonts: FontSet, notice: Notice
) -> None:
    document = notice(issuers=JOINT[:1])
    alone = []
    for count, solution in zip(LENGTHS, solutions(document, fonts, LENGTHS), strict=True):
        page = pages_of(solution.layout, "closing")[0]
        if count >= 3 and page > 0 and pages_of(solution.layout, "text").count(page) < 2:
            alone.append(count)

    assert [] == alone


def body(count: int) -> tuple[Block, ...]:
    return tuple(Block(text=f"第{n}行要充分认识公文交换工作的意义。") for n in range(1, count + 1))


@pytest.mark.parametrize("count", [4, 7, 9, 22, 29, 31, 33, 53])
@pytest.mark.parametrize("closing", ["seal of 50 mm", "3 seals", "no seal"])
def test_other_readers_find_text_beside_the_seal(
    fonts: FontSet, notice: Notice, closing: str, count: int
) -> None:
    pdf, report = typeset_pdf(notice(body=body(count), **CLOSINGS[closing]), fonts)
    pages = lines(pdf)
    dated = next(n for n, page in enumerate(pages) if any("11月23日" in x.text for x in page))

    assert any(line.text.startswith("第") for line in pages[0])
    assert any(line.text.startswith("第") for line in pages[dated])
    assert all(slot.page == dated + 1 for slot in report.seal_slots)


@pytest.mark.parametrize("count", range(5, 34, 4))
def test_the_seal_begins_at_most_a_row_below_the_text_and_inside_the_core(
    fonts: FontSet, notice: Notice, count: int
) -> None:
    pdf, report = typeset_pdf(notice(body=body(count), issuers=("安徽省人民政府",)), fonts)
    (slot,) = report.seal_slots
    rows = [x.baseline for x in lines(pdf)[slot.page - 1] if x.text.startswith("第")]
    top = slot.y_mm - slot.diameter_mm / 2
    pitch = 13.0  # the widest that the solver sets

    assert max(rows) + 0.12 * EM <= top <= max(rows) + 0.12 * EM + pitch
    assert slot.y_mm + slot.diameter_mm / 2 <= CORE_BOTTOM + 0.01
    assert CORE_LEFT <= slot.x_mm - slot.diameter_mm / 2
    assert slot.x_mm + slot.diameter_mm / 2 <= CORE_RIGHT


def test_a_single_row_is_broken_in_two_where_the_closing_needs_a_page(
    fonts: FontSet, notice: Notice
) -> None:
    pdf, report = typeset_pdf(notice(body=body(1), issuers=JOINT[:7]), fonts)
    pages = lines(pdf)

    assert "split" in [remedy.code for remedy in report.remedies]
    assert any(line.text.startswith("第1行") for line in pages[0])
    assert any("意义。" in line.text for line in pages[1])


def test_the_report_says_what_was_changed(fonts: FontSet, notice: Notice) -> None:
    reports: list[ComposeReport] = [
        compose(notice(body=body(count), issuers=JOINT[:1]), fonts).report for count in range(1, 60)
    ]
    changed = [report for report in reports if report.remedies]

    assert {"pitch", "carry"} == {r.code for report in changed for r in report.remedies}
    assert all(report.deviation > 0 for report in changed)
    assert all(report.warnings for report in changed)


def test_the_same_document_is_set_the_same_each_time(fonts: FontSet, notice: Notice) -> None:
    document = notice(body=body(29), issue_date=date(2026, 11, 23))

    assert typeset_pdf(document, fonts) == typeset_pdf(document, fonts)


def test_text_keeps_its_words_when_characters_are_closed_up(fonts: FontSet, notice: Notice) -> None:
    text = "各级各部门要充分认识加强公文交换工作的重要意义，确保全省一体联动、运转高效。" * 3
    document = notice(body=(Block(text=text),), issuers=("安徽省人民政府",))
    runs = [
        item
        for page in compose(document, fonts).pages
        for item in page.items
        if isinstance(item, Run) and item.tag == "body"
    ]

    assert text == "".join(run.text for run in runs)
