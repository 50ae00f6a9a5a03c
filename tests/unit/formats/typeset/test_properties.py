"""Whatever is written in whatever format: set inside the core, nothing lost, the same each time."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from formats.document.model import (
    Attachment,
    Attendance,
    Block,
    Document,
    Format,
    Signer,
    Table,
)
from formats.errors import YidaoError
from formats.typeset.compose import compose
from formats.typeset.display import Run
from formats.typeset.fonts import FontSet, load_fonts
from formats.typeset.typeset import typeset_pdf
from formats.typeset.words import clean
from tests.unit.formats.typeset.conftest import Notice
from tests.unit.formats.typeset.measured import ink, plain_text
from tests.unit.formats.typeset.promises import broken_promises

FONTS: FontSet = load_fonts(())
QUIET = settings(
    deadline=None, max_examples=15, suppress_health_check=list(HealthCheck), derandomize=True
)
FORMATS: tuple[Format, ...] = ("general", "letter", "order", "minutes")
PLAIN = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说"
    "，。、；：？！（）《》“”0123456789%ABab."
)
ODD = (
    PLAIN
    + "\x00\x07\t\n\r\u200b\u200e\u202e\u2066\ufeff\u3000 😀👨\u200d👩〇㐀𠀀\ue000\uffff\u0301ﬁ—…·"
)
PARAGRAPH = st.tuples(st.integers(0, 4), st.text(PLAIN, min_size=1, max_size=90))
paragraphs = st.lists(
    st.tuples(st.integers(0, 4), st.text(PLAIN, min_size=1, max_size=160)), min_size=1, max_size=14
)
odd_paragraphs = st.lists(st.tuples(st.integers(0, 4), st.text(ODD, max_size=120)), max_size=12)


def blocks(given_texts: list[tuple[int, str]]) -> tuple[Block, ...]:
    return tuple(Block(level=level, text=text) for level, text in given_texts)


def inside(pdf: bytes, *, letter: bool) -> bool:
    """Whether all ink lies in the core and the page number's row, or a letter's furniture."""
    boxes = [box for box in ink(pdf, dpi=72) if box is not None]
    core = (27.4, 36.4, 184.6, 272.0)
    edges = [(19.6, 29.4, 190.4, 277.4) if letter else core, *(core for _ in boxes[1:])]
    return all(
        box[0] >= edge[0] and box[1] >= edge[1] and box[2] <= edge[2] and box[3] <= edge[3]
        for box, edge in zip(boxes, edges, strict=True)
    )


@pytest.mark.parametrize("format_", FORMATS)
@QUIET
@given(texts=paragraphs)
def test_text_goes_in_and_comes_out_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, notice: Notice, format_: Format,
    texts: list[tuple[int, str]],
) -> None:  # fmt: skip
    document = notice(body=blocks(texts), format=format_)
    pdf, _ = typeset_pdf(document, FONTS)
    folder: Path = tmp_path_factory.mktemp("text")
    found = plain_text(pdf, folder)

    for _, text in texts:
        assert re.sub(r"\s", "", text) in found


@pytest.mark.parametrize("format_", FORMATS)
@QUIET
@given(texts=odd_paragraphs)
def test_any_text_is_set_inside_the_core_and_the_same_each_time(
    notice: Notice, format_: Format, texts: list[tuple[int, str]]
) -> None:
    document = notice(body=blocks(texts), format=format_)
    pdf, report = typeset_pdf(document, FONTS)

    assert inside(pdf, letter=format_ == "letter")
    assert (pdf, report) == typeset_pdf(document, FONTS)


@QUIET
@given(data=st.data())
def test_any_document_keeps_its_promises_or_is_refused_in_words(
    notice: Notice, data: st.DataObject
) -> None:
    document = data.draw(documents(notice))
    try:
        done = compose(document, FONTS)
    except YidaoError as refused:
        assert all(refused.sentences("zh"))  # noqa: PT017 - a coded refusal is a good end too
        return
    told = {notice.code for notice in done.report.warnings if notice.matters}
    broken = broken_promises(done, lettered=document.format == "letter")

    assert broken == [] or told & {"T01", "T02", "T06"}


def names(most: int) -> st.SearchStrategy[tuple[str, ...]]:
    made = st.lists(
        st.text("省市县人民政府办公厅教育局委员会", min_size=2, max_size=16), max_size=most
    )
    return made.map(tuple)


def tables() -> st.SearchStrategy[Table]:
    cell = st.text("省厅项目一二三123", min_size=1, max_size=30)
    row = st.tuples(cell, cell, cell)
    rows = st.lists(row, min_size=1, max_size=30).map(tuple)
    return st.builds(Table, header=row, rows=rows, landscape=st.booleans())


@st.composite
def documents(draw: st.DrawFn, notice: Notice) -> Document:
    body = blocks(draw(st.lists(
        st.tuples(st.integers(0, 4), st.text(PLAIN, min_size=1, max_size=90)),
        min_size=1, max_size=40,
    )))  # fmt: skip
    if draw(st.booleans()):
        body = tuple(Block(level=block.level, text=(block.text or "")[:24]) for block in body)
    for place in draw(st.lists(st.integers(0, len(body)), max_size=2)):
        body = (*body[:place], Block(table=draw(tables())), *body[place:])
    issuers = draw(names(7)) or ("安徽省教育厅",)
    return notice(
        body=body,
        format=draw(st.sampled_from(FORMATS)),
        issuers=issuers,
        signature=draw(st.sampled_from(("seal", "none", "personal"))),
        signers=tuple(Signer(office="省长", name=name[:4]) for name in issuers[:3]),
        title=draw(st.text("关于加强公文工作的通知、和", min_size=2, max_size=70)),
        main_recipients=draw(names(20)),
        attachments=tuple(
            Attachment(
                title=title,
                separate=draw(st.booleans()),
                body=blocks(draw(st.lists(PARAGRAPH, max_size=30))),
            )
            for title in draw(
                st.lists(st.text("实施方案任务分工表", min_size=2, max_size=30), max_size=3)
            )
        ),
        note=draw(st.none() | st.text("此件公开发布，", min_size=1, max_size=40)),
        attendance=draw(st.none() | st.builds(Attendance, present=names(9), absent=names(3))),
        cc=draw(names(12)),
    )


def test_what_has_no_ink_is_not_set(notice: Notice) -> None:
    document = notice(body=(Block(text="\u200b\u202e"), Block(text="完\u0007。")))
    runs = [
        "".join(glyph.char for glyph in item.glyphs)
        for page in compose(document, FONTS).pages
        for item in page.items
        if isinstance(item, Run) and item.tag == "body"
    ]

    assert [clean("完\u0007。")] == runs
