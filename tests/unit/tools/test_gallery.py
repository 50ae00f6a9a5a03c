"""Every case of the gallery is set as declared and stands the layout check."""

import io
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from formats.typeset.compose import compose
from formats.typeset.display import Run
from formats.typeset.fonts import FontSet, load_fonts
from formats.typeset.separate import compose_separate, separate_numbers
from formats.write.pdf import write_pdf
from tools.gallery.__main__ import main
from tools.gallery.cases import Case, cases
from tools.gallery.check import composed_faults, ink_faults, measured_faults

CASES = {case.name: case for case in cases()}


@pytest.fixture(scope="module")
def fonts() -> FontSet:
    return load_fonts(())


def test_names_are_those_of_files_and_each_stands_once() -> None:
    assert len(CASES) == len(cases())
    assert all(name.isascii() and "/" not in name for name in CASES)


@pytest.mark.parametrize("name", CASES)
def test_a_case_is_set_as_declared_and_measures_up(name: str, fonts: FontSet) -> None:
    case: Case = CASES[name]
    composition = compose(case.document, fonts)
    pdf = write_pdf(composition, fonts, title=case.document.title)

    assert [] == composed_faults(case, composition)
    assert [] == measured_faults(pdf)
    for number in separate_numbers(case.document):
        apart = compose_separate(case.document, number, fonts)
        assert [] == measured_faults(write_pdf(apart, fonts, title=case.document.title))


def test_the_blank_page_is_blank_and_neither_it_nor_the_imprints_is_numbered(
    fonts: FontSet,
) -> None:
    pages = compose(CASES["blank-page"].document, fonts).pages
    tags = [{item.tag for item in page.items if isinstance(item, Run)} for page in pages]

    assert () == pages[2].items
    assert [True, True, False, False] == ["page_number" in found for found in tags]


def test_another_number_of_sides_or_other_remedies_are_faults(fonts: FontSet) -> None:
    case = CASES["solver-carry"]
    composition = compose(case.document, fonts)

    assert 1 == len(composed_faults(replace(case, pages=3), composition))
    assert 1 == len(composed_faults(replace(case, remedies=()), composition))


def test_a_notice_that_was_not_declared_is_a_fault(fonts: FontSet) -> None:
    case = CASES["missing"]
    composition = compose(case.document, fonts)

    assert 1 == len(composed_faults(replace(case, notices=frozenset()), composition))


def test_ink_outside_the_core_is_a_fault(fonts: FontSet) -> None:
    pdf = write_pdf(compose(CASES["general-down"].document, fonts), fonts, title="通知")
    sink = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as moved:
        moved.pages[0].contents_add(b"1 0 0 1 -9 0 cm", prepend=True)
        moved.save(sink)

    assert [] == ink_faults(pdf, letter=False)
    assert 1 == len(ink_faults(sink.getvalue(), letter=False))


def test_the_gallery_writes_pages_and_a_contact_sheet(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["-o", str(tmp_path), "letter", "stamp-one", "attachment-apart"])

    assert 0 == ended.value.code
    assert "信函格式" in (tmp_path / "index.html").read_text("utf-8")
    for name in ("letter-p-1.png", "stamp-one-p-1.png", "attachment-apart-附件2-p-1.png"):
        assert (tmp_path / name).is_file()
