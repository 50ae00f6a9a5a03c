"""Levels of sealing and the re-stamping of the archive, from a terminal, over real nodes."""

from pathlib import Path

import pytest

from formats.document.model import Document
from formats.document.parse import document_to_json
from tests.integration.desktop.conftest import Desks, Told, yidao
from tests.support.nodes import PROVINCE


class Desk:
    """Commands with the province's profile and PIN."""

    def __init__(self, road: Desks, pin_file: Path) -> None:
        self.nodes = road.nodes
        self.folder = road.open(PROVINCE).workspace.profile.folder
        self.pin_file = pin_file

    def run(self, *arguments: object) -> Told:
        """A command that prints JSON."""
        return yidao(*arguments, "--json", "--pin-file", self.pin_file, profile=self.folder)

    def level_of(self, pdf: Path) -> tuple[str, str]:
        """Status and level as `yidao verify` tells them."""
        (verdict,) = yidao("verify", pdf, "--json", profile=self.folder).rows
        return verdict["status"], verdict["level"]


@pytest.fixture(scope="module")
def desk(road: Desks, pin_file: Path) -> Desk:
    return Desk(road, pin_file)


@pytest.fixture
def page(notice: Document, tmp_path: Path) -> Path:
    """A notice set in type."""
    source = tmp_path / "通知.json"
    source.write_bytes(document_to_json(notice))
    out = tmp_path / "通知.pdf"
    assert yidao("typeset", source, "-o", out).status == 0
    return out


def test_seal_reaches_the_level_that_is_asked_for(desk: Desk, page: Path, tmp_path: Path) -> None:
    for level, status in {"B-LT": "blue", "B-LTA": "blue"}.items():
        out = tmp_path / f"{level}.pdf"
        told = desk.run("seal", page, "-o", out, "--level", level)

        assert (told.status, told.rows[0]["level"]) == (0, level), told.err
        assert desk.level_of(out) == (status, level)


def test_level_that_needs_a_time_contradicts_doing_without(
    desk: Desk, page: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.pdf"
    told = desk.run("seal", page, "-o", out, "--level", "B-LT", "--no-timestamp")

    assert (told.status, out.exists()) == (2, False)


def test_archive_is_restamped_and_then_lasts(desk: Desk, page: Path, tmp_path: Path) -> None:
    sealed = tmp_path / "盖章.pdf"
    assert desk.run("seal", page, "-o", sealed).status == 0
    (filed,) = desk.run("archive", "add", sealed).rows
    trial = desk.run("archive", "restamp", "--dry-run")
    done = desk.run("archive", "restamp")

    assert [row["state"] for row in trial.rows[0]["rows"]] == ["due"]
    assert (done.status, done.rows[0]["restamped"]) == (0, 1), done.err
    desk.run("archive", "export", filed["id"], "-o", tmp_path / "out")
    (kept,) = (tmp_path / "out").rglob("*（存档续签1）.pdf")
    assert desk.level_of(kept) == ("blue", "B-LTA")
    assert kept.read_bytes().startswith(sealed.read_bytes())


def test_without_any_authority_a_level_is_refused_and_the_archive_waits(
    desk: Desk, page: Path, tmp_path: Path
) -> None:
    sealed, out = tmp_path / "盖章.pdf", tmp_path / "out.pdf"
    assert desk.run("seal", page, "-o", sealed).status == 0
    assert desk.run("archive", "add", sealed).status == 0
    for node in desk.nodes.nodes.values():
        node.kill()
    try:
        refused = desk.run("seal", page, "-o", out, "--level", "B-T")
        plain = desk.run("seal", page, "-o", out)
        waiting = desk.run("archive", "restamp")
    finally:
        desk.nodes.start()

    assert refused.status == 1
    assert "timestamp.unavailable" in refused.err
    assert (plain.status, plain.rows[0]["stamped"], plain.rows[0]["level"]) == (0, False, "B-B")
    assert waiting.status == 1
    assert [row["code"] for row in waiting.rows[0]["rows"]] == ["timestamp.unavailable"]
