"""Seals in the structure tree: where a screen reader comes to them, and what stays untouched."""

import io
import subprocess
from pathlib import Path

import pikepdf
import pytest

from formats.document.model import Document
from formats.typeset.fonts import FontSet
from formats.typeset.typeset import typeset_pdf
from signing.seal.apply import open_fields, seal_pdf
from signing.verdict.pdf import verify_pdf
from tests.support.sealed import CITY, NAMES, PROVINCE, Hands, plain_pdf
from tests.unit.formats.typeset.conftest import Notice, fonts, notice

__all__ = ["fonts", "notice"]


@pytest.fixture(scope="module")
def typeset(notice: Notice, fonts: FontSet) -> bytes:
    document: Document = notice(issuers=(NAMES[PROVINCE], NAMES[CITY]))
    return typeset_pdf(document, fonts)[0]


@pytest.fixture(scope="module")
def once(typeset: bytes, hands: Hands) -> bytes:
    return seal_pdf(
        typeset,
        signer=hands.world.signer(PROVINCE),
        seal=hands.eseal(hands.world.signer(PROVINCE)),
        trust=hands.trust,
        timestamps=hands.authority,
        clock=lambda: hands.now,
    )


@pytest.fixture(scope="module")
def twice(once: bytes, hands: Hands) -> bytes:
    return hands.countersign(once, open_fields(once)[0][0], CITY)


def types(pdf: bytes, folder: Path) -> list[str]:
    file = folder / "in.pdf"
    file.write_bytes(pdf)
    listed = subprocess.run(
        ["pdfinfo", "-struct-text", str(file)], capture_output=True, check=True, text=True
    ).stdout
    return [line.strip().removesuffix(" (block)") for line in listed.splitlines()]


def test_seals_are_met_behind_the_date(once: bytes, tmp_path: Path) -> None:
    read = types(once, tmp_path)
    place = read.index('"2026年11月23日"')

    assert ["Form", "Form", "P", '"（此件公开发布）"'] == [
        line for line in read[place + 1 :] if not line.startswith("Object")
    ][:4]


def test_every_field_leads_to_its_element(twice: bytes) -> None:
    with pikepdf.open(io.BytesIO(twice)) as pdf:
        nums = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
        held = dict(zip(map(int, nums[::2]), nums[1::2], strict=True))
        for field in pdf.Root.AcroForm.Fields:
            element = held[int(field.StructParent)]
            assert "/Form" == str(element.S)
            assert field.objgen == element.K.Obj.objgen
        assert int(pdf.Root.StructTreeRoot.ParentTreeNextKey) == max(held) + 1


def test_a_countersignature_changes_nothing_of_the_tree(once: bytes, twice: bytes) -> None:
    with pikepdf.open(io.BytesIO(once)) as one, pikepdf.open(io.BytesIO(twice)) as two:
        assert one.Root.StructTreeRoot.objgen == two.Root.StructTreeRoot.objgen
        assert b"/StructElem" not in twice[len(once) :]
        assert b"/StructTreeRoot" not in twice[len(once) :].replace(
            b"/StructTreeRoot %d 0 R" % one.Root.StructTreeRoot.objgen[0], b""
        )


def test_the_verdict_holds_for_a_tagged_document(twice: bytes, hands: Hands) -> None:
    verdict = verify_pdf(twice, trust=hands.trust, now=hands.now)

    assert ("blue", ["joint"]) == (verdict.status, [reason.code for reason in verdict.reasons])


def test_metadata_stay_as_they_were(typeset: bytes, twice: bytes) -> None:
    with pikepdf.open(io.BytesIO(typeset)) as before, pikepdf.open(io.BytesIO(twice)) as after:
        assert before.Root.Metadata.read_raw_bytes() == after.Root.Metadata.read_raw_bytes()
        assert dict(before.docinfo.items()) == dict(after.docinfo.items())


@pytest.mark.parametrize("damage", ["no-parents", "no-kids", "elsewhere", "text"])
def test_a_tree_that_cannot_be_added_to_is_left_alone(
    damage: str, typeset: bytes, hands: Hands
) -> None:
    with pikepdf.open(io.BytesIO(typeset)) as pdf:
        tree = pdf.Root.StructTreeRoot
        if damage == "no-parents":
            del tree.ParentTree
        elif damage == "no-kids":
            del tree.K
        elif damage == "elsewhere":
            pdf.Root.PieceInfo.Yidao.Private.SealAfter = tree.K
        else:
            tree.K = pikepdf.Array()
        sink = io.BytesIO()
        pdf.save(sink, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    sealed = seal_pdf(
        sink.getvalue(),
        signer=hands.world.signer(PROVINCE),
        seal=hands.eseal(hands.world.signer(PROVINCE)),
        trust=hands.trust,
        timestamps=None,
        clock=lambda: hands.now,
    )

    assert 1 == sealed.count(b"/ByteRange")


def test_a_file_without_tags_gets_none(hands: Hands) -> None:
    assert b"/StructParent" not in hands.seal(plain_pdf())
