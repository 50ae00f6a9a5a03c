"""Whatever the model can hold comes back from JSON, XML and the editor's text as it was."""

import datetime as dt
import io
from typing import get_args

from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image as PictureFile

from formats.document.headings import blocks_of_text, images_of, text_of_blocks
from formats.document.intake.punctuation import widen
from formats.document.model import (
    Attachment,
    Attendance,
    Block,
    Direction,
    Document,
    DocumentNumber,
    Format,
    Image,
    Kind,
    Signer,
    Table,
)
from formats.document.names import parse_number
from formats.document.parse import document_to_json, parse_document
from formats.document.xml import from_xml, to_xml

CHARACTERS = st.sampled_from(
    "国务院办公厅一二三（）()、，。：:,.“”1234567890 abcXYZ〔〕号&<>|\\\"'★"
)
TEXT = st.text(CHARACTERS, min_size=1, max_size=40).map(str.strip).filter(bool)
CELL = st.text(CHARACTERS, max_size=12).map(str.strip)


def small_picture(media: str) -> bytes:
    sink = io.BytesIO()
    PictureFile.new("RGB", (3, 2), (200, 30, 30)).save(sink, media)
    return sink.getvalue()


@st.composite
def tables(draw: st.DrawFn) -> Table:
    width = draw(st.integers(1, 4))
    row = st.lists(CELL, min_size=width, max_size=width).map(tuple)
    rows = tuple(draw(st.lists(row, max_size=3)))
    return Table(header=draw(row), rows=rows, landscape=draw(st.booleans()))


IMAGES = st.builds(
    Image,
    data=st.sampled_from([small_picture("PNG"), small_picture("JPEG")]),
    description=TEXT,
    caption=st.none() | TEXT,
    width_mm=st.none() | st.floats(1, 156),
)
BLOCKS = st.lists(
    st.one_of(
        st.builds(Block, level=st.integers(0, 4), text=TEXT),
        st.builds(Block, table=tables()),
        st.builds(Block, image=IMAGES),
    ),
    max_size=5,
).map(tuple)
NAMES = st.lists(TEXT, max_size=3).map(tuple)
ATTACHMENTS = st.builds(Attachment, title=TEXT, body=BLOCKS, separate=st.booleans())
DOCUMENTS = st.builds(
    Document,
    kind=st.sampled_from(get_args(Kind)),
    direction=st.sampled_from(get_args(Direction)),
    issuers=st.lists(TEXT, min_size=1, max_size=3).map(tuple),
    number=st.none()
    | st.builds(
        DocumentNumber, mark=TEXT, year=st.integers(1949, 9999), serial=st.integers(1, 999_999)
    ),
    title=TEXT,
    main_recipients=NAMES,
    cc=NAMES,
    body=BLOCKS,
    attachments=st.lists(
        st.builds(Attachment, title=TEXT, body=BLOCKS, separate=st.booleans()), max_size=2
    ).map(tuple),
    format=st.sampled_from(get_args(Format)),
    signers=st.lists(st.builds(Signer, office=TEXT, name=TEXT), max_size=2).map(tuple),
    attendance=st.none() | st.builds(Attendance, present=NAMES, absent=NAMES, observers=NAMES),
    barcode=st.booleans(),
    issue_date=st.none() | st.dates(dt.date(1949, 10, 1)),
    note=st.none() | TEXT,
)


def unmarked(document: Document) -> bool:
    return "★" not in repr(document)


@given(DOCUMENTS.filter(unmarked))
def test_json_gives_the_document_back(document: Document) -> None:
    assert document == parse_document(document_to_json(document))


@given(DOCUMENTS.filter(unmarked))
def test_xml_gives_the_document_and_the_same_bytes_back(document: Document) -> None:
    data = to_xml(document)

    assert document == from_xml(data)
    assert data == to_xml(from_xml(data))


@given(st.lists(TEXT, max_size=6).map("\n".join))
def test_blocks_of_text_are_stable(text: str) -> None:
    blocks = blocks_of_text(text)

    assert blocks == blocks_of_text(text_of_blocks(blocks))


@given(st.lists(st.one_of(st.builds(Block, table=tables()), st.builds(Block, image=IMAGES))))
def test_tables_and_pictures_come_back_from_the_text_that_stands_for_them(
    blocks: list[Block],
) -> None:
    found = blocks_of_text(text_of_blocks(blocks), images_of(blocks))

    assert [image.data for image in images_of(blocks)] == [i.data for i in images_of(found)]
    assert [b.table.landscape for b in blocks if b.table] == [
        b.table.landscape for b in found if b.table
    ]


@given(
    st.text("皖政办合肥国发", min_size=1, max_size=6),
    st.integers(1949, 9999),
    st.integers(1, 999_999),
)
def test_a_number_is_read_as_it_is_written(mark: str, year: int, serial: int) -> None:
    number = DocumentNumber(mark=mark, year=year, serial=serial)

    assert number == parse_number(str(number))


@given(st.text(CHARACTERS, max_size=60))
@example(",(0)“")
def test_widening_punctuation_twice_is_widening_it_once(text: str) -> None:
    once = widen(text)

    assert once == widen(once)


@given(st.text(CHARACTERS, max_size=60))
def test_widening_keeps_every_letter_digit_and_character(text: str) -> None:
    def words(value: str) -> str:
        return "".join(c for c in value if c.isalnum())

    assert words(text) == words(widen(text))
