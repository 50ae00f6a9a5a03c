"""The PDF/A checker on good files of several makers, and on files spoiled one clause at a time."""

import io
import json
from datetime import date
from pathlib import Path

import msgspec
import pikepdf
import pytest
import typst

from formats.document.model import Attendance, Block, Document, DocumentNumber, Signer
from formats.typeset.compose import compose
from formats.typeset.fontfiles import fonts_root, free_set
from formats.typeset.fonts import FontSet
from formats.typeset.separate import compose_separate
from formats.write.pdf import write_pdf
from formats.write.slots import read_slots
from signing.pilot.seals import issue_seal
from signing.seal.apply import open_fields, seal_pdf
from signing.seal.gbt38540 import SealPicture
from tests.support.sealed import CITY, NAMES, PROVINCE, Hands, plain_pdf
from tests.unit.formats.typeset.conftest import Notice
from tests.unit.signing.seal.test_picture import png
from tests.unit.tools.mutations import MUTATIONS
from tests.unit.tools.spoiling import saved
from tools.pdfa.__main__ import main
from tools.pdfa.check import check_pdfa


def found(pdf: bytes) -> list[str]:
    return [f"{f.clause} {f.message} {f.place}" for f in check_pdfa(pdf)]


def sealed(good: bytes, hands: Hands) -> bytes:
    return seal_pdf(
        good,
        signer=hands.world.signer(PROVINCE),
        seal=hands.eseal(hands.world.signer(PROVINCE)),
        trust=hands.trust,
        timestamps=hands.authority,
        clock=lambda: hands.now,
    )


def test_a_document_with_everything_in_it_passes(good: bytes) -> None:
    assert [] == found(good)


def test_it_still_passes_when_another_program_saves_it(good: bytes) -> None:
    with pikepdf.open(io.BytesIO(good)) as pdf:
        assert [] == found(saved(pdf, deterministic_id=True))


@pytest.mark.parametrize("kind", ["letter", "order", "minutes", "upward", "stamped", "bare"])
def test_every_format_passes(kind: str, fonts: FontSet, notice: Notice) -> None:
    fields: dict[str, dict[str, object]] = {
        "letter": {"format": "letter", "kind": "letter"},
        "order": {
            "format": "order",
            "kind": "order",
            "number": DocumentNumber(mark="令", year=2026, serial=3),
        },
        "minutes": {
            "format": "minutes",
            "kind": "minutes",
            "attendance": Attendance(present=("张三", "李四")),
        },
        "upward": {"direction": "up", "kind": "report", "approvers": ("张三", "李四")},
        "stamped": {"signature": "personal", "signers": (Signer(office="省长", name="王五"),)},
        "bare": {
            "body": (),
            "issue_date": None,
            "cc": (),
            "printer": None,
            "print_date": date(2026, 1, 1),
        },
    }
    document: Document = notice(**fields[kind])

    assert [] == found(write_pdf(compose(document, fonts), fonts, title=document.title))


def test_an_attachment_bound_apart_passes(rich: Document, fonts: FontSet) -> None:
    document = msgspec.structs.replace(
        rich, attachments=(msgspec.structs.replace(rich.attachments[0], separate=True),)
    )
    composition = compose_separate(document, 1, fonts)

    assert [] == found(write_pdf(composition, fonts, title="附件"))


def test_letters_outside_the_plane_and_missing_ones_pass(fonts: FontSet, notice: Notice) -> None:
    document = notice(body=(Block(text="𠀀𪚥龘😀\U0010fffd囧〇ﷺ"),))

    assert [] == found(write_pdf(compose(document, fonts), fonts, title=document.title))


def test_a_sealed_document_passes_once_and_twice(good: bytes, hands: Hands) -> None:
    one = sealed(good, hands)
    two = hands.countersign(one, open_fields(one)[0][0], CITY)

    assert 2 == len(read_slots(good))
    assert [] == found(one)
    assert [] == found(two)


def test_strips_over_the_edges_and_a_seal_of_samples_pass(good: bytes, hands: Hands) -> None:
    signer = hands.world.signer(PROVINCE)
    name = NAMES[PROVINCE]
    picture = SealPicture("PNG", png("RGB", side=300), 42, 42)
    seal = issue_seal(hands.world.pilot, PROVINCE, name, [signer.certificate], picture=picture)
    done = seal_pdf(
        good,
        signer=signer,
        seal=seal,
        trust=hands.trust,
        timestamps=hands.authority,
        clock=lambda: hands.now,
        riding=True,
    )

    assert [] == found(done)


def test_what_typst_makes_passes(tmp_path: Path) -> None:
    folder = free_set(fonts_root())
    assert folder is not None
    source = tmp_path / "source.typ"
    source.write_text(
        "#set document(title: [题], date: datetime(year: 2026, month: 11, day: 23))\n"
        '#set text(font: "Yidao fang", lang: "zh")\n'
        "= 一、总体要求\n正文，含 Latin 与数字 123。\n#table(columns: 2)[甲][乙][丙][丁]"
    )
    pdf = typst.compile(source, format="pdf", pdf_standards="a-3b", font_paths=[folder])

    assert [] == found(pdf)


def test_what_nobody_made_for_the_archive_does_not_pass() -> None:
    clauses = {f.clause for f in check_pdfa(plain_pdf())}

    assert {"6.2.4.3", "6.2.11.4.1", "6.6.2.1"} <= clauses


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_spoiled_file_is_found_by_its_clause_and_no_other(name: str, good: bytes) -> None:
    clause, spoil = MUTATIONS[name]
    spoiled = spoil(good)

    assert spoiled != good
    assert {clause} == {f.clause for f in check_pdfa(spoiled)}, found(spoiled)


def test_a_signature_that_leaves_something_out_is_found(good: bytes, hands: Hands) -> None:
    one = sealed(good, hands)

    assert {"6.4.3"} == {
        f.clause for f in check_pdfa(one.replace(b"/ByteRange [0 ", b"/ByteRange [1 ", 1))
    }


@pytest.mark.parametrize("pdf", [b"", b"%PDF-1.7\n", b"not a pdf at all"])
def test_what_is_no_pdf_is_said_to_be_none(pdf: bytes) -> None:
    assert ["6.1.1"] == [f.clause for f in check_pdfa(pdf)]


def test_the_command_tells_by_its_exit_status(
    good: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    right, wrong = tmp_path / "right.pdf", tmp_path / "wrong.pdf"
    right.write_bytes(good)
    wrong.write_bytes(good + b"more")

    assert 0 == main([str(right)])
    assert 1 == main([str(right), str(wrong), "--json"])
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [0, 1] == [len(line["findings"]) for line in lines]
    assert "6.1.3" == lines[1]["findings"][0]["clause"]


def test_a_file_that_is_not_there_is_told_apart(tmp_path: Path) -> None:
    assert 2 == main([str(tmp_path / "none.pdf")])
