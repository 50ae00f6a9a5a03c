"""The DOCX as LibreOffice lays it out: rows, characters, first row, pages, rules, signatures.

Its fonts are ours under the names that offices use, so that the figures are those of 3号仿宋.
"""

import io
import re
import subprocess
from collections.abc import Mapping
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from xml.sax.saxutils import escape

import pdfplumber
import pypdfium2
import pytest
from PIL import ImageOps

from formats.document.model import Attachment, Attendance, Block, Document, DocumentNumber, Table
from formats.typeset.fontfiles import fonts_root, free_set
from formats.write.docx import write_docx
from tests.unit.formats.typeset import measured
from tests.unit.formats.typeset.measured import Box, Line, plain_text

FAMILIES = {
    "仿宋_GB2312": "fang", "楷体_GB2312": "kai", "黑体": "hei", "宋体": "song",
    "方正小标宋简体": "title",
}  # fmt: skip
SENTENCE = (
    "各级各部门要充分认识加强公文交换工作的重要意义切实加强组织领导明确责任分工确保各项任务落到实处"
    "并于年底前完成省市县三级交换节点的部署和联调工作做到上下贯通运转高效"
)
TABLE = Table(
    header=("序号", "任务", "责任单位"),
    rows=tuple((str(n), f"第{n}项任务", "省教育厅") for n in range(1, 40)),
)
JOINT = (
    "安徽省教育厅", "安徽省财政厅", "安徽省发展和改革委员会", "安徽省人力资源和社会保障厅",
    "安徽省卫生健康委员会", "安徽省公安厅", "安徽省民政厅",
)  # fmt: skip
PITCH = 592 / 20 * 25.4 / 72


def document(**fields: object) -> Document:
    """A notice of three pages and more, any field otherwise."""
    values: dict[str, object] = {
        "kind": "notice", "direction": "down", "issuers": ("安徽省人民政府办公厅",),
        "number": DocumentNumber(mark="皖政办", year=2026, serial=12), "copy_number": "000123",
        "urgency": "urgent", "title": "安徽省人民政府办公厅关于加强公文电子交换工作的通知",
        "main_recipients": ("各市、县人民政府",),
        "body": tuple(Block(text=SENTENCE) for _ in range(18)),
        "issue_date": date(2026, 11, 23), "note": "此件公开发布", "cc": ("省委各部门",),
        "printer": "安徽省人民政府办公厅秘书处", "print_date": date(2026, 11, 24),
    }  # fmt: skip
    return Document(**(values | fields))  # type: ignore[arg-type] # a test's own mapping


DOCUMENTS: Mapping[str, Document] = {
    "general": document(),
    "attached": document(
        attachments=(Attachment(title="重点任务清单", body=(Block(table=TABLE),)),),
        body=(Block(text=SENTENCE), Block(level=1, text="一、总体要求"), Block(text=SENTENCE)),
    ),
    "turned": document(
        body=(
            Block(text=SENTENCE),
            Block(table=Table(header=TABLE.header, rows=TABLE.rows[:3], landscape=True)),
            Block(text=SENTENCE),
        ),
    ),
    "letter": document(format="letter", kind="letter", issuers=("安徽省人民政府办公厅",)),
    "order": document(
        format="order", kind="order", issuers=("安徽省人民政府",), main_recipients=(),
        copy_number=None, urgency=None,
    ),
    "minutes": document(
        format="minutes", kind="minutes", main_recipients=(), issuers=("安徽省人民政府",),
        attendance=Attendance(present=("王建国", "李明"), observers=("张伟民",)),
    ),
    "joint": document(issuers=JOINT, body=(Block(text=SENTENCE), Block(text=SENTENCE))),
    "upward": document(
        kind="report", direction="up", approvers=("王建国", "李明", "张伟民"),
        body=(Block(text=SENTENCE),),
    ),
}  # fmt: skip


def fonts_conf(folder: Path) -> Path:
    """A font configuration that knows our free set alone, under the names of the licensed ones."""
    made = free_set(fonts_root())
    assert made is not None
    aliases = "".join(
        f'<alias binding="same"><family>{name}</family>'
        f"<prefer><family>Yidao {role}</family></prefer></alias>"
        for name, role in FAMILIES.items()
    )
    path = folder / "fonts.conf"
    path.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"<dir>{escape(str(made))}</dir><cachedir>{escape(str(folder / 'cache'))}</cachedir>"
        f"{aliases}</fontconfig>"
    )
    return path


@pytest.fixture(scope="session")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    """All documents as LibreOffice prints them, in one run of it."""
    folder = tmp_path_factory.mktemp("docx")
    sources = []
    for name, source in DOCUMENTS.items():
        path = folder / f"{name}.docx"
        path.write_bytes(write_docx(source))
        sources.append(str(path))
    profile = (folder / "profile").as_uri()
    subprocess.run(
        ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf",
         "--outdir", str(folder), *sources],
        check=True, capture_output=True, timeout=120,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder), "LC_ALL": "C.UTF-8",
             "FONTCONFIG_FILE": str(fonts_conf(folder))},
    )  # fmt: skip
    return {name: (folder / f"{name}.pdf").read_bytes() for name in DOCUMENTS}


@cache
def lines(pdf: bytes) -> list[list[Line]]:
    """`measured.lines`, once for a file."""
    return measured.lines(pdf)


@cache
def red(pdf: bytes) -> list[Box | None]:
    """The box of the red ink of each page."""
    return measured.ink(pdf, red=True)


def joined(page: list[Line]) -> str:
    """The page's words without blanks."""
    return re.sub(r"\s", "", "".join(line.text for line in page))


def closing_page(pdf: bytes) -> list[Line]:
    """The page that bears the date."""
    return next(page for page in lines(pdf) if "2026年11月23日" in joined(page))


def text_rows(page: list[Line]) -> list[Line]:
    """The rows of 3号 type, from top to bottom."""
    return [line for line in page if line.size == pytest.approx(16, abs=0.2)]


def line_of(page: list[Line], start: str) -> Line:
    """The line that begins with the words."""
    return next(line for line in page if re.sub(r"\s", "", line.text).startswith(start))


def test_only_our_fonts_are_measured(rendered: Mapping[str, bytes], tmp_path: Path) -> None:
    path = tmp_path / "general.pdf"
    path.write_bytes(rendered["general"])
    told = subprocess.run(["pdffonts", path], capture_output=True, check=True, text=True).stdout
    names = [row.split()[0].partition("+")[2] for row in told.splitlines()[2:]]

    assert names
    assert all(name.startswith("Yidao") for name in names)


def test_a_full_page_has_22_rows(rendered: Mapping[str, bytes]) -> None:
    assert 22 == len(text_rows(lines(rendered["general"])[1]))


def test_a_full_row_has_28_characters(rendered: Mapping[str, bytes]) -> None:
    page = text_rows(lines(rendered["general"])[1])

    assert 28 == max(len(line.text) for line in page)


def test_rows_are_10_44_mm_apart(rendered: Mapping[str, bytes]) -> None:
    page = text_rows(lines(rendered["general"])[1])
    steps = [low.baseline - high.baseline for high, low in pairwise(page)]

    assert steps == pytest.approx([10.44] * 21, abs=0.05)


def test_the_first_row_begins_at_the_cores_edge(rendered: Mapping[str, bytes]) -> None:
    top = text_rows(lines(rendered["general"])[1])[0]

    assert 42.93 == pytest.approx(top.baseline, abs=0.1)
    assert 28.0 == pytest.approx(top.left, abs=0.1)


def test_no_row_leaves_the_core_at_the_right(rendered: Mapping[str, bytes]) -> None:
    rows = [line for page in lines(rendered["general"]) for line in text_rows(page)]

    assert max(line.right for line in rows) <= 184.5


@pytest.mark.parametrize(("page", "side"), [(0, "right"), (1, "left"), (2, "right")])
def test_page_numbers_stand_outside(page: int, side: str, rendered: Mapping[str, bytes]) -> None:
    last = lines(rendered["general"])[page][-1]

    assert f"—{page + 1}—" == re.sub(r"\s", "", last.text)
    assert (last.left > 150) if side == "right" else (last.right < 60)


def test_the_page_numbers_dash_is_7_mm_below_the_core(rendered: Mapping[str, bytes]) -> None:
    number = lines(rendered["general"])[0][-1]

    # The dash of a 14 pt number lies about 1.8 mm above its baseline.
    assert 269.0 == pytest.approx(number.baseline - 1.8, abs=0.5)


@pytest.mark.parametrize(
    ("name", "top"), [("general", 72.0), ("minutes", 72.0), ("upward", 72.0), ("joint", 72.0),
                      ("order", 57.0), ("letter", 30.0)],
)  # fmt: skip
def test_the_mark_has_its_upper_edge_where_the_clause_wants_it(
    name: str, top: float, rendered: Mapping[str, bytes]
) -> None:
    box = red(rendered[name])[0]

    assert box is not None
    assert top == pytest.approx(box[1], abs=1.0)


@pytest.mark.parametrize("name", ["general", "minutes", "upward"])
def test_the_red_rule_is_as_wide_as_the_core(name: str, rendered: Mapping[str, bytes]) -> None:
    box = red(rendered[name])[0]

    assert box is not None
    assert (28.0, 184.0) == pytest.approx((box[0], box[2]), abs=0.3)


def test_a_letters_rules_are_170_wide_and_end_20_above_the_sheets_edge(
    rendered: Mapping[str, bytes],
) -> None:
    box = red(rendered["letter"])[0]

    assert box is not None
    assert (20.0, 190.0, 277.0) == pytest.approx((box[0], box[2], box[3]), abs=0.5)


def test_a_letters_first_page_has_no_number(rendered: Mapping[str, bytes]) -> None:
    pages = lines(rendered["letter"])

    assert not any("—" in line.text for line in pages[0])
    assert "—2—" == re.sub(r"\s", "", pages[1][-1].text)


def test_a_letters_head_is_not_repeated(rendered: Mapping[str, bytes]) -> None:
    assert [True, *[False] * (len(lines(rendered["letter"])) - 1)] == [
        box is not None for box in red(rendered["letter"])
    ]


@pytest.mark.parametrize("name", ["general", "minutes", "order", "letter"])
def test_page_1_shows_the_text(name: str, rendered: Mapping[str, bytes]) -> None:
    first = "".join(line.text for line in lines(rendered[name])[0])

    assert SENTENCE[:12] in first


def test_the_title_stands_two_rows_below_the_red_rule(rendered: Mapping[str, bytes]) -> None:
    box = red(rendered["general"])[0]
    page = [line for line in lines(rendered["general"])[0] if line.baseline > 120]
    title = next(line for line in page if line.size > 20)

    assert box is not None
    assert 2 * PITCH == pytest.approx(title.baseline - 0.88 * 22 * 25.4 / 72 - box[3], abs=1.0)


def test_the_number_stands_two_rows_below_the_mark(rendered: Mapping[str, bytes]) -> None:
    number = line_of(lines(rendered["general"])[0], "皖政办〔2026〕12号")

    assert 109.9 == pytest.approx(number.baseline - 0.88 * 16 * 25.4 / 72, abs=1.0)


def test_the_text_of_an_order_stands_two_rows_below_its_number(
    rendered: Mapping[str, bytes],
) -> None:
    number, first = text_rows(lines(rendered["order"])[0])[:2]

    assert "第12号" == re.sub(r"\s", "", number.text)
    assert first.text.strip() in SENTENCE
    # Two rows between the lines of type, whose em is 5.64 mm.
    assert 2 * PITCH == pytest.approx(first.baseline - number.baseline - 5.64, abs=0.5)


def test_the_number_of_an_upward_document_is_level_with_the_last_approver(
    rendered: Mapping[str, bytes],
) -> None:
    page = lines(rendered["upward"])[0]
    number = next(line for line in page if "皖政办" in line.text)

    assert "张伟民" in number.text


def test_the_signature_is_centred_over_the_date(rendered: Mapping[str, bytes]) -> None:
    page = text_rows(closing_page(rendered["general"]))
    place = next(n for n, line in enumerate(page) if "11" in line.text and "23" in line.text)
    signed, dated = page[place - 1], page[place]

    assert "安徽省人民政府办公厅" == signed.text.strip()
    assert (dated.left + dated.right) / 2 == pytest.approx((signed.left + signed.right) / 2, abs=3)
    assert PITCH == pytest.approx(dated.baseline - signed.baseline, abs=0.1)


def test_text_stands_above_the_signature_on_its_page(rendered: Mapping[str, bytes]) -> None:
    firsts = [
        text_rows(closing_page(rendered[name]))[0].text
        for name in ("general", "joint", "upward", "order")
    ]

    assert [] == [first for first in firsts if len(first) < 20 and first not in SENTENCE]


def test_joint_names_keep_their_seals_apart(rendered: Mapping[str, bytes]) -> None:
    page = text_rows(closing_page(rendered["joint"]))
    first, last = (
        next(line.baseline for line in page if name in line.text) for name in (JOINT[0], JOINT[-1])
    )

    assert last - first >= 2 * 42


def test_the_imprint_is_ruled_as_wide_as_the_core(rendered: Mapping[str, bytes]) -> None:
    with pdfplumber.open(io.BytesIO(rendered["order"])) as opened:
        page = opened.pages[-1]
        shapes = [*page.lines, *page.rects]
        wide = [s for s in shapes if (s["x1"] - s["x0"]) * 25.4 / 72 > 150]

    assert len(wide) >= 2
    assert all(
        (28.0, 184.0) == pytest.approx((s["x0"] * 25.4 / 72, s["x1"] * 25.4 / 72), abs=0.6)
        for s in wide
    )


@pytest.mark.parametrize("name", ["general", "order", "minutes"])
def test_the_imprint_ends_on_the_cores_lower_edge(name: str, rendered: Mapping[str, bytes]) -> None:
    with pdfplumber.open(io.BytesIO(rendered[name])) as opened:
        shapes = [*opened.pages[-1].lines, *opened.pages[-1].rects]
        lowest = max(s["bottom"] for s in shapes if (s["x1"] - s["x0"]) * 25.4 / 72 > 150)

    assert 262.0 == pytest.approx(lowest * 25.4 / 72, abs=0.5)


def test_a_tables_head_is_on_every_page_of_it(rendered: Mapping[str, bytes]) -> None:
    pages = ["".join(line.text for line in page) for page in lines(rendered["attached"])]
    with_rows = [page for page in pages if re.search(r"第[0-9]+项任务", page)]

    assert len(with_rows) >= 2
    assert all("责任单位" in page for page in with_rows)


def test_a_landscape_table_turns_its_page_alone(rendered: Mapping[str, bytes]) -> None:
    opened = pypdfium2.PdfDocument(rendered["turned"])
    try:
        turned = [page.get_width() > page.get_height() for page in opened]
    finally:
        opened.close()

    assert [False, True, False] == turned


def test_a_turned_page_has_its_number_in_the_portrait_place(
    rendered: Mapping[str, bytes],
) -> None:
    opened = pypdfium2.PdfDocument(rendered["turned"])
    try:
        sheet = opened[1].render(scale=200 / 72, grayscale=True).to_pil()
    finally:
        opened.close()
    strip = sheet.crop((0, 0, round(34 / 25.4 * 200), sheet.height))  # left of the table
    found = ImageOps.invert(strip).point(lambda value: 255 if value > 64 else 0).getbbox()

    assert found is not None
    left, top, right, bottom = (value * 25.4 / 200 for value in found)
    # The portrait page's foot is the left edge; an even number stands one character in.
    assert 297 - 269.0 == pytest.approx((left + right) / 2, abs=1.0)
    assert 28 + 5.57 == pytest.approx(top, abs=1.0)
    assert bottom < 28 + 5.57 + 20


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_no_word_is_lost(name: str, rendered: Mapping[str, bytes], tmp_path: Path) -> None:
    text = plain_text(rendered[name], tmp_path)
    source = DOCUMENTS[name]
    wanted = [block.text for block in source.body if block.text]
    wanted += ["2026年11月23日", *source.cc]

    assert [] == [words for words in wanted if words not in text]
