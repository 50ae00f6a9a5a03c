"""The command line as a script meets it: real processes, real UKEYs, real nodes."""

import json
from pathlib import Path

import pytest

from formats.document.model import Document
from formats.document.parse import document_to_json
from tests.integration.desktop.conftest import Desks, Told, yidao
from tests.support.nodes import BODY_AT, CITY, PROVINCE, Nodes, wait_until
from tests.support.pki import PilotWorld


@pytest.fixture(scope="module")
def office(pilot: PilotWorld, tmp_path_factory: pytest.TempPathFactory, pin_file: Path) -> "Office":
    """Province and city with profiles made by `yidao init`; the nodes run."""
    root = tmp_path_factory.mktemp("office")
    nodes = Nodes(pilot, root / "nodes")
    return Office(nodes, root, pin_file)


class Office:
    """Profiles of two bodies, and commands run on them."""

    def __init__(self, nodes: Nodes, root: Path, pin_file: Path) -> None:
        self.nodes = nodes
        self.root = root
        self.pin_file = pin_file

    def run(self, node: str, *arguments: object) -> Told:
        """A command with the profile and the PIN of the body at a node."""
        return yidao(*arguments, "--json", "--pin-file", self.pin_file, profile=self.profile(node))

    def profile(self, node: str) -> Path:
        """Its profile folder."""
        return self.root / BODY_AT[node]

    def init(self, node: str) -> Told:
        """`yidao init`."""
        folder = self.nodes[node].folder
        return self.run(
            node,
            "init",
            *("--body", BODY_AT[node]),
            *("--node", self.nodes[node].url),
            *("--module", self.nodes.world.softhsm.module),
            *("--token", BODY_AT[node]),
            *("--anchors", folder / "anchors"),
            *("--tls-ca", folder / "tls-ca.pem"),
            *("--directory", folder / "directory.p7m"),
        )


def is_clean(told: Told, code: str) -> bool:
    """Whether a failure was told as it must be: sentences and a code, no traceback."""
    return told.status != 0 and f"错误代码：{code}" in told.err and "Traceback" not in told.err


@pytest.fixture
def source(notice: Document, tmp_path: Path) -> Path:
    """The notice as JSON."""
    path = tmp_path / "notice.json"
    path.write_bytes(document_to_json(notice))
    return path


def test_the_whole_job_from_a_terminal(office: Office, source: Path, tmp_path: Path) -> None:
    try:
        _whole_job(office, source, tmp_path)
    finally:
        office.nodes.close()


def _whole_job(office: Office, source: Path, tmp_path: Path) -> None:
    assert (0, 0) == (office.init(PROVINCE).status, office.init(CITY).status)
    assert is_clean(office.init(PROVINCE), "profile.exists")
    # The node is down: the document stays in the outbox, and the exit status says so.
    queued = office.run(PROVINCE, "send", source, "--to", "合肥市人民政府办公室")
    assert (3, "queued") == (queued.status, queued.rows[0]["result"]["outcome"]), queued.err
    assert "已保存在发件箱" in queued.err
    dispatch = queued.rows[0]["dispatch"]["dispatch"]
    assert [dispatch] == [row["target"] for row in office.run(PROVINCE, "outbox").rows]
    assert 3 == office.run(PROVINCE, "outbox", "retry").status
    # The nodes come up: one retry sends it, and it arrives once.
    office.nodes.start(PROVINCE, CITY)
    assert 0 == office.run(PROVINCE, "outbox", "retry").status
    assert [] == office.run(PROVINCE, "outbox").rows
    assert is_clean(office.run(PROVINCE, "send", tmp_path / "none.json"), "disk.trouble")
    wait_until(lambda: bool(office.run(CITY, "inbox", "--sync").rows), 60)
    (row,) = office.run(CITY, "inbox").rows
    assert ("pending", "green-b") == (row["state"], row["verdict"])
    assert ["done"] == [r["outcome"] for r in office.run(CITY, "sign-for", "--all").rows]
    assert "signed" == office.run(PROVINCE, "track", dispatch).rows[0]["row"]["state"]
    assert 0 == office.run(CITY, "archive", "add", row["id"]).status
    assert 1 == len(office.run(CITY, "archive", "search", "驿道").rows)
    assert 0 == office.run(CITY, "archive", "check").status
    bundle = tmp_path / "out.gwe"
    assert 0 == office.run(PROVINCE, "evidence", "export", dispatch, "-o", bundle).status
    anchors = office.profile(PROVINCE) / "anchors"
    assert 0 == yidao("evidence", "verify", bundle, "--anchors", anchors).status
    assert 0 == yidao("evidence", "verify", bundle, profile=office.profile(CITY)).status
    saved = office.run(CITY, "save", row["id"], "-o", tmp_path / "saved").rows[0]["file"]
    _verify(office, Path(saved), tmp_path)
    _seal_a_file(office, source, tmp_path)
    _backup(office, tmp_path)


def _verify(office: Office, saved: Path, tmp_path: Path) -> None:
    profile = office.profile(CITY)
    good = yidao("verify", saved, "--json", profile=profile)
    assert (0, "green-b") == (good.status, good.rows[0]["status"])
    data = bytearray(saved.read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "altered.pdf").write_bytes(data)
    bad = yidao("verify", tmp_path / "altered.pdf", "--json", profile=profile)
    assert (1, "red") == (bad.status, bad.rows[0]["status"])
    anchors_alone = yidao("verify", saved, "--json", "--anchors", profile / "anchors")
    assert (2, "amber") == (anchors_alone.status, anchors_alone.rows[0]["status"])


def _seal_a_file(office: Office, source: Path, tmp_path: Path) -> None:
    set_page, sealed = tmp_path / "page.pdf", tmp_path / "sealed.pdf"
    assert 0 == yidao("typeset", source, "-o", set_page).status
    done = office.run(PROVINCE, "seal", set_page, "-o", sealed)
    assert (0, True) == (done.status, done.rows[0]["stamped"]), done.err
    told = yidao("verify", sealed, "--json", profile=office.profile(PROVINCE))
    assert (0, "green") == (told.status, told.rows[0]["status"]), told.out
    again = office.run(PROVINCE, "seal", sealed, "-o", tmp_path / "twice.pdf")
    assert is_clean(again, "seal.refused")
    assert not (tmp_path / "twice.pdf").exists()
    many = office.run(
        PROVINCE, "seal", set_page, sealed, "--out-dir", tmp_path / "many", "--riding"
    )
    assert (1, ["sealed", "failed"]) == (many.status, [row["state"] for row in many.rows])
    assert "seal.refused" == many.rows[1]["code"]
    told = yidao("verify", tmp_path / "many/page.pdf", "--json", profile=office.profile(PROVINCE))
    assert (0, "green") == (told.status, told.rows[0]["status"]), told.out
    neither = office.run(PROVINCE, "seal", set_page, sealed)
    assert 2 == neither.status


def _backup(office: Office, tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    assert 0 == office.run(CITY, "archive", "backup", "-o", backup).status
    assert is_clean(office.run(CITY, "archive", "restore", backup), "archive.target-in-use")
    vault = office.profile(CITY) / "vault"
    vault.rename(tmp_path / "lost")
    assert is_clean(office.run(CITY, "inbox"), "vault.missing")
    assert 0 == office.run(CITY, "archive", "restore", backup).status
    assert 1 == len(office.run(CITY, "archive", "search", "驿道").rows)


def test_the_ukeys_are_listed_with_their_owners(pilot: PilotWorld) -> None:
    told = yidao("ukey", "list", "--json", "--module", pilot.softhsm.module)

    owners = {c["body"] for row in told.rows for c in row["certificates"]}
    assert {"340000.bgt", "340100.bgs", "340123.bgs"} <= owners


def test_a_wrong_pin_is_told_and_opens_nothing(desks: Desks, tmp_path: Path) -> None:
    desks.open(PROVINCE)
    (tmp_path / "pin").write_text("654321")

    told = yidao("inbox", "--pin-file", tmp_path / "pin", profile=desks.root / "340000.bgt")

    assert is_clean(told, "ukey.pin-wrong")
    assert "PIN 不正确" in told.err


def test_without_a_pin_it_says_that_one_is_needed(desks: Desks) -> None:
    profile = desks.profile(PROVINCE)

    assert is_clean(yidao("inbox", profile=profile.folder), "ukey.pin-needed")


def test_the_ukey_of_another_body_is_refused_before_its_pin(desks: Desks, pin_file: Path) -> None:
    profile = desks.profile(PROVINCE)
    settings = json.loads((profile.folder / "profile.json").read_text())
    (profile.folder / "profile.json").write_text(json.dumps(settings | {"token": "340100.bgs"}))

    told = yidao("inbox", "--pin-file", pin_file, profile=profile.folder)

    assert is_clean(told, "ukey.wrong-owner")
    assert "合肥市人民政府办公室" in told.err


def test_a_missing_ukey_is_told(desks: Desks, pin_file: Path) -> None:
    profile = desks.profile(PROVINCE)
    settings = json.loads((profile.folder / "profile.json").read_text())
    (profile.folder / "profile.json").write_text(json.dumps(settings | {"token": "none"}))

    assert is_clean(yidao("inbox", "--pin-file", pin_file, profile=profile.folder), "ukey.missing")


def test_a_disk_that_is_full_leaves_the_vault_as_it_was(
    desks: Desks, source: Path, pin_file: Path
) -> None:
    import resource  # noqa: PLC0415 - POSIX

    desks.open(PROVINCE)
    profile = desks.root / "340000.bgt"
    limits = (4096, resource.getrlimit(resource.RLIMIT_FSIZE)[1])

    told = yidao(
        *("send", source, "--to", "合肥市人民政府办公室", "--pin-file", pin_file),
        profile=profile,
        before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limits),
    )

    assert told.status != 0
    assert "Traceback" not in told.err
    assert "错误代码：" in told.err
    after = yidao("outbox", "--json", "--pin-file", pin_file, profile=profile)
    assert (0, []) == (after.status, after.rows)
    assert [] == list(profile.rglob("*.part"))
