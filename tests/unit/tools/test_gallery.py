"""Every case of the gallery is set without a warning and stands the layout check."""

from pathlib import Path

import pytest

from formats.measure.layout import check_layout
from formats.typeset.compose import compose
from formats.typeset.fonts import FontSet, load_fonts
from formats.write.pdf import write_pdf
from tools.gallery.__main__ import main, undeclared
from tools.gallery.cases import Case, cases

CASES = {case.name: case for case in cases()}


@pytest.fixture(scope="module")
def fonts() -> FontSet:
    return load_fonts(())


def test_names_are_those_of_files_and_each_stands_once() -> None:
    assert len(CASES) == len(cases())
    assert all(name.isascii() and "/" not in name for name in CASES)


@pytest.mark.parametrize("name", CASES)
def test_a_case_is_set_without_a_warning_and_measures_up(name: str, fonts: FontSet) -> None:
    case: Case = CASES[name]
    composition = compose(case.document, fonts)
    pdf = write_pdf(composition, fonts, title=case.document.title)

    assert [] == undeclared(case, composition)
    assert [] == [(f.code, f.clause, f.message) for f in check_layout(pdf).findings]


def test_the_gallery_writes_pages_and_a_contact_sheet(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["-o", str(tmp_path), "letter", "stamp-one", "attachment-apart"])

    assert 0 == ended.value.code
    assert "信函格式" in (tmp_path / "index.html").read_text("utf-8")
    for name in ("letter-p-1.png", "stamp-one-p-1.png", "attachment-apart-附件2-p-1.png"):
        assert (tmp_path / name).is_file()
