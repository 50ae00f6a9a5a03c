"""Mistakes of a hurried person at the desk: each is refused before anything is sealed or lost."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from desktop.errors import BlockedByRules, NoReason, NoRecipients, SameName
from desktop.profile import ProfileDamaged
from desktop.services.incoming import parse_reason
from desktop.services.ukey import load_directory
from desktop.transport import Transport
from formats.document.model import Document
from formats.effects import system_clock
from formats.errors import Classified
from formats.protocol import calls
from tests.integration.desktop.conftest import Desks
from tests.support.nodes import BODY_AT, PROVINCE
from tests.unit.formats.measure.drawn import FONT, pdf


def test_a_classified_file_is_not_attached(desks: Desks, notice: Document, tmp_path: Path) -> None:
    client = desks.open(PROVINCE)
    draft = client.drafting.save(notice)
    (tmp_path / "机密★1年 名单.xls").write_bytes(b"x")

    with pytest.raises(Classified):
        client.drafting.attach(draft.id, tmp_path / "机密★1年 名单.xls")
    assert () == client.drafting.load(draft.id).row.files


def test_a_pdf_that_is_marked_inside_is_not_attached(
    desks: Desks, notice: Document, tmp_path: Path
) -> None:
    client = desks.open(PROVINCE)
    draft = client.drafting.save(notice)
    (tmp_path / "名单.pdf").write_bytes(pdf(marked))

    with pytest.raises(Classified):
        client.drafting.attach(draft.id, tmp_path / "名单.pdf")
    assert () == client.drafting.load(draft.id).row.files


def marked(canvas: Any) -> None:  # noqa: ANN401 - reportlab carries no types
    canvas.setFont(FONT, 16)
    canvas.drawString(80, 740, "机密★1年")


def test_another_file_of_the_same_name_does_not_replace_the_first(
    desks: Desks, notice: Document, tmp_path: Path
) -> None:
    client = desks.open(PROVINCE)
    draft = client.drafting.save(notice)
    for folder, data in (("a", b"first"), ("b", b"second")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "表.csv").write_bytes(data)
    client.drafting.attach(draft.id, tmp_path / "a" / "表.csv")
    client.drafting.attach(draft.id, tmp_path / "a" / "表.csv")

    with pytest.raises(SameName):
        client.drafting.attach(draft.id, tmp_path / "b" / "表.csv")
    assert [5] == [file.size for file in client.drafting.load(draft.id).row.files]


def test_a_document_to_the_own_body_alone_is_not_sealed(desks: Desks, notice: Document) -> None:
    client = desks.open(PROVINCE)
    draft = client.drafting.save(notice, main=[BODY_AT[PROVINCE]])

    with pytest.raises(NoRecipients) as refused:
        client.sealing.seal(draft.id)

    assert "除本单位外没有收文单位" in refused.value.text()
    assert () == client.outgoing.list()


def test_a_number_that_another_document_went_out_with_is_refused(
    desks: Desks, notice: Document
) -> None:
    client = desks.open(PROVINCE)
    client.outgoing.send(client.seal(notice))
    other = msgspec.structs.replace(notice, title=notice.title.replace("关于", "关于再次"))
    draft = client.drafting.save(other)

    with pytest.raises(BlockedByRules) as refused:
        client.sealing.seal(draft.id)

    assert "已经使用过" in refused.value.text()


def test_every_finding_that_blocks_is_told_at_once(desks: Desks, notice: Document) -> None:
    client = desks.open(PROVINCE)
    draft = client.drafting.save(msgspec.structs.replace(notice, number=None, issue_date=None))

    with pytest.raises(BlockedByRules) as refused:
        client.sealing.seal(draft.id)

    text = refused.value.text()
    assert ("发文字号" in text, "成文日期" in text) == (True, True)


def test_a_reason_that_is_none_of_r26_is_answered_with_the_choices() -> None:
    with pytest.raises(NoReason) as refused:
        parse_reason("不想收")

    assert "误送" in refused.value.text()


def test_a_profile_without_its_tls_authority_says_which_file_is_missing(
    tmp_path: Path,
) -> None:
    transport = Transport("https://127.0.0.1:1", tmp_path / "tls-ca.pem", clock=system_clock)

    with pytest.raises(ProfileDamaged) as told:
        transport.ask(calls.health())

    assert "tls-ca.pem" in told.value.text()


def test_a_directory_file_of_garbage_is_named(desks: Desks) -> None:
    profile = desks.profile(PROVINCE)
    profile.directory_file.write_bytes(b"garbage")

    with pytest.raises(ProfileDamaged) as told:
        load_directory(profile, system_clock)

    assert "directory.p7m" in told.value.text()


def test_a_tls_authority_of_garbage_is_not_taken_for_a_network_fault(tmp_path: Path) -> None:
    (tmp_path / "tls-ca.pem").write_bytes(b"junk")
    transport = Transport("https://127.0.0.1:1", tmp_path / "tls-ca.pem", clock=system_clock)

    with pytest.raises(ProfileDamaged):
        transport.ask(calls.health())
