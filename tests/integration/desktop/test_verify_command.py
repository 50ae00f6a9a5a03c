"""`yidao verify` as a script meets it: reports, revisions and policies of a real process."""

from pathlib import Path

import pytest

from formats.safe.xml import parse_xml
from signing.pilot import issue_neighbour
from signing.trust.snapshot import sign_snapshot
from tests.integration.desktop.conftest import yidao
from tests.support.attacks import ATTACKS
from tests.support.pki import PilotWorld, snapshot_of
from tests.support.sealed import CITY, JOINT, Hands, plain_pdf


@pytest.fixture(scope="module")
def hands(pilot: PilotWorld) -> Hands:
    return Hands(pilot)


@pytest.fixture(scope="module")
def anchors(pilot: PilotWorld, hands: Hands, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the root and the directory, as somebody outside has it."""
    folder = tmp_path_factory.mktemp("anchors")
    (folder / "root.cer").write_bytes(pilot.anchors[0])
    signed = sign_snapshot(snapshot_of(pilot), pilot.pilot.directory_signer(), hands.now)
    (folder / "directory.p7m").write_bytes(signed)
    return folder


@pytest.fixture
def sealed(hands: Hands, tmp_path: Path) -> Path:
    path = tmp_path / "sealed.pdf"
    path.write_bytes(hands.seal(plain_pdf()))
    return path


def test_report_is_written_beside_the_verdict(sealed: Path, anchors: Path, tmp_path: Path) -> None:
    told = yidao("verify", sealed, "--json", "--anchors", anchors, "--etsi", tmp_path / "r.xml")
    assert not told.err
    root = parse_xml((tmp_path / "r.xml").read_bytes())
    main = root.findtext(".//{http://uri.etsi.org/19102/v1.2.1#}MainIndication")

    assert (told.status, told.rows[0]["status"]) == (0, "green"), told.err
    assert main == "urn:etsi:019102:mainindication:total-passed"


def test_altered_document_has_its_report_too(sealed: Path, anchors: Path, tmp_path: Path) -> None:
    sealed.write_bytes(ATTACKS["byte_flipped_on_a_page"](sealed.read_bytes()))
    told = yidao("verify", sealed, "--anchors", anchors, "--etsi", tmp_path / "r.xml")

    assert told.status == 1
    assert b"mainindication:total-failed" in (tmp_path / "r.xml").read_bytes()
    assert "不可信" in told.out


def test_document_as_issued_is_given_back_and_compared(
    hands: Hands, anchors: Path, tmp_path: Path
) -> None:
    first = hands.seal(plain_pdf(), slots=JOINT)
    (tmp_path / "joint.pdf").write_bytes(hands.countersign(first, "Seal2", CITY))
    out = tmp_path / "issued.pdf"
    told = yidao("verify", tmp_path / "joint.pdf", "--anchors", anchors, "--signed-revision", out)

    assert told.status == 2, told.err  # the third body has not sealed
    assert out.read_bytes() == first
    assert "第 2 页：距左 79" in told.out


def test_file_without_a_seal_has_no_document_as_issued(anchors: Path, tmp_path: Path) -> None:
    plain, out = tmp_path / "plain.pdf", tmp_path / "issued.pdf"
    plain.write_bytes(plain_pdf())
    told = yidao("verify", plain, "--anchors", anchors, "--signed-revision", out)

    assert told.status == 1
    assert "错误代码：verdict.no-signed-revision" in told.err
    assert not out.exists()


def test_neighbour_is_trusted_unless_the_command_says_no(
    hands: Hands, anchors: Path, tmp_path: Path
) -> None:
    body = issue_neighbour(hands.world.pilot, "320000.bgt", "江苏省人民政府办公厅", tmp_path)
    path = tmp_path / "foreign.pdf"
    path.write_bytes(hands.seal(plain_pdf(), signer=body.signer()))
    trusting = yidao("verify", path, "--json", "--anchors", anchors)
    alone = yidao("verify", path, "--json", "--anchors", anchors, "--no-neighbours")

    assert (trusting.status, trusting.rows[0]["status"]) == (0, "green"), trusting.out
    assert (alone.status, alone.rows[0]["status"]) == (2, "amber")
    assert [entry["code"] for entry in alone.rows[0]["reasons"]] == ["neighbour"]


def test_level_that_is_not_reached_leaves_it_open(sealed: Path, anchors: Path) -> None:
    told = yidao("verify", sealed, "--json", "--anchors", anchors, "--level", "b-lt")

    assert (told.status, told.rows[0]["level"]) == (2, "B-T")
    assert [entry["code"] for entry in told.rows[0]["reasons"]] == ["level"]


def test_level_that_does_not_exist_is_refused(sealed: Path, anchors: Path) -> None:
    told = yidao("verify", sealed, "--anchors", anchors, "--level", "B-X")

    assert told.status == 1
    assert "错误代码：verdict.level-unknown" in told.err


def test_report_never_takes_the_place_of_the_document(sealed: Path, anchors: Path) -> None:
    before = sealed.read_bytes()
    told = yidao("verify", sealed, "--anchors", anchors, "--etsi", sealed)

    assert told.status == 1
    assert sealed.read_bytes() == before
