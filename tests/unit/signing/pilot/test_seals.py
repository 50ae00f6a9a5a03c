"""The pilot's seal authority: seals made, put on UKEYs, listed, taken out of use."""

import json
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

from formats.effects import system_clock, system_randomness
from signing.pilot.errors import BadBodyId
from signing.pilot.issue import issue_node
from signing.pilot.seal_commands import app
from signing.pilot.seals import (
    NoCertificates,
    SealUnknown,
    issue_seal,
    revoke_seal,
    revoked_seals,
    seal_maker,
    seals_made,
)
from signing.pilot.store import Pilot, PilotMissing
from signing.seal.gbt38540 import parse_seal, verify_seal
from signing.suites import SuiteName
from signing.tokens.base import Secret
from signing.tokens.soft import SoftProvider
from signing.trust.errors import WrongUsage
from signing.trust.store import TrustStore
from tests.support.pki import PIN

NAME = "安徽省人民政府办公厅"


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pilot:
    """A pilot of this module's own: it is changed here."""
    return Pilot.create(tmp_path_factory.mktemp("seals") / "pki", system_clock, system_randomness)


def trust(pki: Pilot) -> TrustStore:
    return TrustStore(pki.anchors, pki.certificates(), pki.crls())


@pytest.mark.parametrize("suite", ["INTL", "GM"])
def test_seal_of_either_suite_is_made_by_the_authority_of_that_suite(
    suite: SuiteName, pki: Pilot, tmp_path: Path
) -> None:
    signer = issue_node(pki, "340000", tmp_path, suite=suite).signer()
    der = issue_seal(pki, "340000.bgt", NAME, [signer.certificate])
    seal = verify_seal(der, trust=trust(pki), at=pki.clock(), certificate=signer.certificate)

    assert seal.maker == seal_maker(pki, suite).certificate
    assert (seal.name, seal.kind, seal.picture.width_mm) == (NAME, "body", 42)


def test_government_s_seal_has_the_size_of_its_rank(pki: Pilot, tmp_path: Path) -> None:
    signer = issue_node(pki, "340000", tmp_path).signer()
    sizes = [
        parse_seal(issue_seal(pki, "340000.x", name, [signer.certificate])).picture.width_mm
        for name in ("安徽省人民政府", "合肥市人民政府", "合肥市教育局")
    ]

    assert [50, 45, 42] == sizes


def test_authority_s_certificate_makes_seals_and_nothing_else(pki: Pilot) -> None:
    maker = seal_maker(pki).certificate
    store = trust(pki)

    store.validate(maker, pki.clock(), "seal")
    with pytest.raises(WrongUsage):
        store.validate(maker, pki.clock(), "sign")


def test_seal_taken_out_of_use_is_listed_with_its_time(pki: Pilot, tmp_path: Path) -> None:
    signer = issue_node(pki, "340000", tmp_path).signer()
    seal = parse_seal(issue_seal(pki, "340000.bgt", NAME, [signer.certificate]))
    ended = revoke_seal(pki, seal.id)

    assert revoked_seals(pki)[seal.id] == ended.revoked
    assert revoke_seal(pki, seal.id) == ended
    assert seals_made(Pilot.open(pki.folder, system_clock, system_randomness))[-1] == ended


def test_unknown_seal_body_without_certificates_and_bad_body_are_refused(pki: Pilot) -> None:
    with pytest.raises(SealUnknown) as unknown:
        revoke_seal(pki, "ABC")
    with pytest.raises(NoCertificates) as without:
        issue_seal(pki, "340000.bgt", NAME, [])
    with pytest.raises(BadBodyId):
        issue_seal(pki, "安徽", NAME, [b"x"])

    assert "ABC" in unknown.value.text()
    assert NAME in without.value.text()


def test_damaged_index_of_seals_is_told_by_its_place(tmp_path: Path) -> None:
    pki = Pilot.create(tmp_path / "pki", system_clock, system_randomness)
    (pki.folder / "seals").mkdir()
    (pki.folder / "seals" / "index.json").write_bytes(b'{"version"')

    with pytest.raises(PilotMissing) as caught:
        seals_made(pki)
    assert "seals" in caught.value.text()


def test_commands_put_a_seal_on_a_ukey_and_end_it(tmp_path: Path) -> None:
    folder, soft = str(tmp_path / "pki"), tmp_path / "soft"
    (tmp_path / "pin").write_text(PIN + "\n")
    Image.new("RGB", (80, 80), "red").save(tmp_path / "picture.png")

    def call(*arguments: str) -> list[dict[str, object]]:
        done = CliRunner().invoke(app, [*arguments, "--dir", folder, "--json"])
        assert 0 == done.exit_code, done.output
        return [json.loads(line) for line in done.stdout.splitlines()]

    body = ("--body", "340000.bgt", "--name", NAME)
    token = ("--token-label", "t", "--soft", str(soft), "--pin-file", str(tmp_path / "pin"))
    call("init")
    call("issue-ukey", *body, *token, "--sm2")
    (made,) = call("seal", *body, *token)
    call("seal", *body, *token, "--person", "王清宪")
    call(
        *("seal", *body, "--suite", "GM", "--png", str(tmp_path / "picture.png")),
        *("--width", "40", "--height", "40", "--out", str(tmp_path / "x.esl")),
    )
    call("revoke-seal", "--id", str(made["id"]))
    listed = {str(entry["id"]): entry for entry in call("seals")}
    ukey = SoftProvider(soft).open(SoftProvider(soft).list_tokens()[0].id)
    ukey.login(Secret(PIN))

    assert {NAME, "王清宪"} == {parse_seal(der).name for der in ukey.seals()}
    assert "PNG" == parse_seal((tmp_path / "x.esl").read_bytes()).picture.kind
    assert [True, False, False] == [entry["revoked"] is not None for entry in listed.values()]
