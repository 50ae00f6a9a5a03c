"""Text beside every closing and on page 1, whatever the length: the promise of 7.3.5.5."""

from collections.abc import Iterator, Sequence
from dataclasses import replace as replace_block
from datetime import date
from itertools import pairwise, product

import pytest
from msgspec.structs import replace

from formats.document.model import Attachment, Attendance, Block, Document, Signer, Table
from formats.typeset.body import attachment_note_blocks
from formats.typeset.closing import ClosingTooTall, compose_closing
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
from tests.unit.formats.typeset.measured import ink, lines
from tests.unit.formats.typeset.promises import broken_promises

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


ROW = Flowed(1, lambda _y, _pitch: (), "text")
HEADING = replace_block(ROW, keep_next=True)


def title() -> list[Flowed]:
    return [Flowed(1, lambda _y, _pitch: (), "title"), blank_block()]


def recipients() -> list[Flowed]:
    return [Flowed(1, lambda _y, _pitch: (), "recipients")]


class Shape:
    """What surrounds the text of a document, for the solver: its head's end, its tail."""

    def __init__(self, document: Document, fonts: FontSet) -> None:
        counter = Counter()
        frame = compose_frame(document, fonts)
        note = attachment_note_blocks(document.attachments, fonts, counter)
        present = attendance_blocks(document, fonts, counter) if frame.attended else []
        noted = len(note) + len(present)
        closing = compose_closing(document, fonts, counter, noted=noted)
        tail = [*note, *present, *([closing.block] if closing.block else []), *closing.notes]
        self.first_row, self.titled = frame.first_row, frame.titled
        self.tail = tuple(
            Flowed(block.height, block.draw, "attached") if block.part == "text" else block
            for block in tail
        )

    @property
    def key(self) -> tuple[object, ...]:
        """Documents of the same key are laid out alike."""
        blocks = tuple((block.height, block.reserve, block.part) for block in self.tail)
        return (self.first_row, self.titled, blocks)

    def solved(self, count: int, *, headings: int = 0) -> Solution:
        """The layout of a text of so many rows, every so-manieth one a heading."""

        def blocks(setting: Setting) -> list[Flowed]:
            rows = count + setting.split  # each paragraph is one row
            text = [ROW] * rows
            if headings:
                text[: rows - 1 : headings] = [HEADING] * len(range(0, rows - 1, headings))
            to = [] if setting.moved else recipients()
            return [*(title() if self.titled else []), *to, *text, *self.tail]

        return solve(blocks, first_row=self.first_row, movable=True)


def pages_of(layout: Layout, part: str) -> list[int]:
    return [item.page for item in layout.placed if item.block.part == part]


def breaks_a_promise(layout: Layout) -> bool:
    """Page 1 or the closing's page without text, a heading last on its page, a page too full."""
    text = pages_of(layout, "text")
    bare = text[0] != 0 or pages_of(layout, "closing")[0] not in text
    left = any(
        one.block.keep_next and one.page < other.page for one, other in pairwise(layout.placed)
    )
    full = any(
        item.row + item.block.height + item.block.reserve > layout.rows.get(item.page, ROWS) + 1e-6
        for item in layout.placed
    )
    spaced = all(CLOSEST <= layout.pitch(page) <= WIDEST for page in layout.rows)
    return bare or left or full or not spaced


ASKED: dict[tuple[object, ...], list[int]] = {}
"""Many closings are alike to the solver: each kind is solved once."""


def broken(shape: Shape, lengths: Sequence[int], *, headings: int = 0) -> list[int]:
    """The lengths at which a promise is broken."""
    key = (shape.key, lengths, headings)
    if key not in ASKED:
        solutions = {count: shape.solved(count, headings=headings) for count in lengths}
        ASKED[key] = [count for count, found in solutions.items() if breaks_a_promise(found.layout)]
    return ASKED[key]


def combinations_of(closing: str, notice: Notice) -> Iterator[Document]:
    for format_, tail in product(FORMATS, TAILS):
        yield notice(**CLOSINGS[closing], **TAILS[tail], format=format_)


@pytest.mark.parametrize("closing", CLOSINGS)
def test_every_length_keeps_its_promises_in_every_format_and_with_every_tail(
    fonts: FontSet, notice: Notice, closing: str
) -> None:
    for document in combinations_of(closing, notice):
        assert [] == broken(Shape(document, fonts), LENGTHS)


@pytest.mark.parametrize("closing", CLOSINGS)
@pytest.mark.parametrize("headings", [2, 5])
def test_so_it_does_with_headings_in_the_text(
    fonts: FontSet, notice: Notice, closing: str, headings: int
) -> None:
    shape = Shape(notice(**CLOSINGS[closing]), fonts)

    assert [] == broken(shape, range(2, 90), headings=headings)


@pytest.mark.parametrize("closing", CLOSINGS)
def test_whole_documents_keep_their_promises(fonts: FontSet, notice: Notice, closing: str) -> None:
    for place, document in enumerate(combinations_of(closing, notice)):
        for count in range(1 + place % 7, 62, 7):
            done = compose(replace(document, body=body(count)), fonts)
            lettered = document.format == "letter"

            assert [] == broken_promises(done, lettered=lettered), (document.format, count)


@pytest.mark.soak
@pytest.mark.parametrize("closing", CLOSINGS)
def test_all_whole_documents_keep_their_promises(
    fonts: FontSet, notice: Notice, closing: str
) -> None:
    for document in combinations_of(closing, notice):
        for count in LENGTHS:
            done = compose(replace(document, body=body(count)), fonts)
            lettered = document.format == "letter"

            assert [] == broken_promises(done, lettered=lettered), (document.format, count)


def test_a_setting_that_needs_nothing_is_left_alone(fonts: FontSet, notice: Notice) -> None:
    document = notice(issuers=JOINT[:1])
    short = Shape(document, fonts).solved(2)

    assert ((), 0.0) == (short.remedies, short.deviation)


def test_the_least_change_is_chosen_whatever_was_asked_before(
    fonts: FontSet, notice: Notice
) -> None:
    shape = Shape(notice(issuers=JOINT[:4]), fonts)
    first = [shape.solved(count) for count in LENGTHS]
    again = [shape.solved(count) for count in reversed(LENGTHS)]

    assert [(s.remedies, s.deviation) for s in first] == [
        (s.remedies, s.deviation) for s in reversed(again)
    ]


def test_two_rows_of_text_stand_beside_the_closing_where_there_are_three(
    fonts: FontSet, notice: Notice
) -> None:
    shape = Shape(notice(issuers=JOINT[:1]), fonts)
    alone = []
    for count in range(3, 201):
        layout = shape.solved(count).layout
        page = pages_of(layout, "closing")[0]
        if page > 0 and pages_of(layout, "text").count(page) < 2:
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


def test_the_last_paragraph_is_closed_up_where_that_wins_the_row_that_is_wanting(
    fonts: FontSet, notice: Notice
) -> None:
    sentence = "各级各部门要充分认识加强公文交换工作的重要意义，确保全省一体联动、运转高效。" * 8
    documents = (
        notice(body=(Block(text=sentence[:length]),), issuers=JOINT[:1], note=None)
        for length in range(20, 260, 2)
    )
    document = next(
        document
        for document in documents
        if ["tracking"] == [remedy.code for remedy in compose(document, fonts).report.remedies]
    )
    pdf, report = typeset_pdf(document, fonts)
    box = ink(pdf)[0]

    assert [1] == [slot.page for slot in report.seal_slots]
    assert -0.55 <= report.remedies[0].amount <= -0.53
    assert ["T12"] == [notice.code for notice in report.warnings]
    assert box is not None
    assert box[2] <= CORE_RIGHT + 0.1
    assert any(len(line.text) > 28 for line in lines(pdf)[0] if line.size == 16.0)


def test_the_heading_of_a_landscape_table_may_end_its_page(fonts: FontSet, notice: Notice) -> None:
    table = Table(header=("甲", "乙"), rows=(("一", "二"),) * 3, landscape=True)
    heading = Block(level=1, text="一、任务分工")
    document = notice(body=(*body(3), heading, Block(table=table), *body(3)))

    assert ((), ()) == (
        compose(document, fonts).report.remedies,
        compose(document, fonts).report.warnings,
    )


def test_a_closing_as_high_as_its_page_still_leaves_a_row_of_text(
    fonts: FontSet, notice: Notice
) -> None:
    names = tuple(f"安徽省第{n}届长江三角洲区域一体化发展领导小组办公室" for n in "一二三四五六七")
    for count, tail in product(range(2, 60, 3), ("", "with 附件说明", "with 附注")):
        document = notice(body=body(count), issuers=names, **TAILS[tail])

        assert [] == broken_promises(compose(document, fonts), lettered=False), (count, tail)


def test_more_issuers_than_a_page_bears_are_refused(fonts: FontSet, notice: Notice) -> None:
    names = tuple(f"安徽省第{n}届长江三角洲区域一体化发展领导小组办公室" for n in range(14))
    with pytest.raises(ClosingTooTall):
        compose(notice(body=body(9), issuers=names), fonts)


def test_a_closing_behind_a_landscape_table_is_told_and_nothing_is_changed_in_vain(
    fonts: FontSet, notice: Notice
) -> None:
    table = Table(header=("甲", "乙"), rows=(("一", "二"),) * 3, landscape=True)
    report = compose(notice(body=(*body(9), Block(table=table))), fonts).report

    assert (["T06"], ()) == ([told.code for told in report.warnings], report.remedies)


def test_text_that_cannot_be_parted_leaves_the_closing_alone_in_words(
    fonts: FontSet, notice: Notice
) -> None:
    for text in ("。", "好", "（一）"):
        report = compose(notice(body=(Block(text=text),), issuers=JOINT), fonts).report

        assert "T06" in [told.code for told in report.warnings if told.matters], text
