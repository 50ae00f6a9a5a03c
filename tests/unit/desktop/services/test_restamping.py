"""The archive's re-stamping job: what is due, what it does, and what it leaves alone."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from desktop.archive.archive import Archive
from desktop.archive.values import FileDraft, ItemDraft
from desktop.archive.versions import versions_of
from desktop.services.restamping import Restamping, RestampReport
from desktop.vault.vault import Vault
from formats.directory import SuitePolicy, SuiteTerm
from formats.ids import sha256
from signing.pilot import issue_timestamp_authority
from signing.timestamp import TimestampSource
from signing.timestamp_client import Authority, TimestampClient
from signing.trust.store import TrustStore
from signing.verdict.pdf import verify_pdf
from signing.verdict.pool import Pool
from tests.support.pki import PilotWorld
from tests.support.sealed import Hands, plain_pdf
from tests.support.vaults import seeded
from tests.support.years import Years, apart

POOL = Pool()


@pytest.fixture(scope="module", autouse=True)
def pool() -> Iterator[None]:
    """One process that verifies for all tests here."""
    yield
    POOL.close()


@pytest.fixture
def years(pilot: PilotWorld, tmp_path: Path) -> Years:
    return Years.begin(apart(pilot, tmp_path))


@pytest.fixture
def archive(vault: Vault, years: Years) -> Archive:
    return Archive(vault, years.clock, seeded())


@pytest.fixture(scope="module")
def sealed(pilot: PilotWorld) -> bytes:
    return Hands(pilot).seal(plain_pdf())


def filed(archive: Archive, data: bytes, title: str = "通知") -> str:
    file = FileDraft("document", "公文.pdf", data, "application/pdf")
    return archive.ingest(ItemDraft(title=title, files=(file,), digest=sha256(data)))


def job(
    archive: Archive, years: Years, *sources: TimestampSource, trust: TrustStore | None = None
) -> Restamping:
    named = [Authority("时间戳服务", source) for source in sources or (years.authority(),)]
    trusted = trust or years.trust()
    return Restamping(
        archive,
        trust=trusted,
        timestamps=TimestampClient(named, trusted),
        clock=years.clock,
        actor="340000.bgt",
        within=timedelta(days=180),
        pool=POOL,
    )


def run(archive: Archive, years: Years, *, act: bool = True) -> RestampReport:
    with job(archive, years) as restamping:
        return restamping.run(act=act)


def level(archive: Archive, item: str, years: Years) -> tuple[str, str]:
    pdf = archive.read_file(item, "document")
    verdict = verify_pdf(pdf, trust=years.trust(), now=years.today)
    return verdict.status, verdict.level


def test_filed_document_is_extended_once(archive: Archive, years: Years, sealed: bytes) -> None:
    item = filed(archive, sealed)
    first = run(archive, years)
    second = run(archive, years)

    assert (first.items, first.restamped, first.ok) == (1, 1, True)
    assert [(row.item, row.state) for row in first.rows] == [(item, "restamped")]
    assert (second.restamped, second.rows) == (0, ())
    assert level(archive, item, years) == ("blue", "B-LTA")
    assert archive.read_file(item, "document", as_filed=True) == sealed
    assert archive.check().failures == ()


def test_filed_document_under_gm_is_extended(
    vault: Vault, gm_pilot: PilotWorld, tmp_path: Path
) -> None:
    years = Years.begin(apart(gm_pilot, tmp_path))
    archive = Archive(vault, years.clock, seeded())
    item = filed(archive, Hands(years.world).seal(plain_pdf()))

    assert run(archive, years).restamped == 1
    assert level(archive, item, years) == ("blue", "B-LTA")


def test_document_is_stamped_again_before_its_proof_ends_and_not_sooner(
    archive: Archive, years: Years, sealed: bytes
) -> None:
    item = filed(archive, sealed)
    run(archive, years)
    years.pass_by(4)
    years.renew_authority()
    early = run(archive, years)
    years.pass_by(days=190)
    due = run(archive, years)
    years.pass_by(2)

    assert early.rows == ()
    assert [row.state for row in due.rows] == ["restamped"]
    assert [entry.event for entry in archive.history(item)] == ["filed", "restamped", "restamped"]
    assert level(archive, item, years) == ("blue", "B-LTA")


def test_trial_run_tells_and_does_nothing(archive: Archive, years: Years, sealed: bytes) -> None:
    item = filed(archive, sealed)
    report = run(archive, years, act=False)

    assert [row.state for row in report.rows] == ["due"]
    assert report.rows[0].until is not None
    assert archive.read_file(item, "document") == sealed


def test_what_carries_no_seal_is_left_alone(archive: Archive, years: Years) -> None:
    filed(archive, plain_pdf(), "无章")
    filed(archive, b"plain text", "文本")
    report = run(archive, years)

    assert (report.items, report.rows, report.ok) == (2, (), True)


def test_bad_document_stops_no_other(archive: Archive, years: Years, sealed: bytes) -> None:
    bad = filed(archive, sealed + b"x", "被改动")
    good = filed(archive, sealed, "完好")
    report = run(archive, years)

    assert {row.item: row.state for row in report.rows} == {bad: "failed", good: "restamped"}
    failed = next(row for row in report.rows if row.item == bad)
    assert (failed.code, report.ok) == ("extend.refused", False)
    assert "没有改动" in failed.message
    assert archive.read_file(bad, "document") == sealed + b"x"


def test_silent_authorities_are_asked_once(archive: Archive, years: Years, sealed: bytes) -> None:
    asked = []

    def down(_request: bytes) -> bytes:
        asked.append(1)
        raise ConnectionRefusedError

    other = Hands(years.world).seal(plain_pdf(3))
    for number, pdf in enumerate((sealed, other)):
        filed(archive, pdf, f"通知{number}")
    with job(archive, years, down) as restamping:
        report = restamping.run()

    assert [row.state for row in report.rows] == ["failed", "due"]
    assert report.rows[0].code == "timestamp.unavailable"
    assert asked == [1]


def test_job_can_be_stopped_between_items(archive: Archive, years: Years, sealed: bytes) -> None:
    for number, pdf in enumerate((sealed, Hands(years.world).seal(plain_pdf(3)))):
        filed(archive, pdf, f"通知{number}")
    looks = iter((False, True))
    told: list[float | None] = []
    with job(archive, years) as restamping:
        report = restamping.run(
            cancelled=lambda: next(looks), progress=lambda _step, done: told.append(done)
        )

    assert (report.restamped, report.stopped, report.ok) == (1, True, False)
    assert told == [0.0]
    assert run(archive, years).restamped == 1


def test_what_lasts_is_not_even_opened(archive: Archive, years: Years, sealed: bytes) -> None:
    item = filed(archive, sealed)
    run(archive, years)
    with archive.vault.read() as connection:
        (version,) = versions_of(connection, archive.item(item).row)
    archive.vault.blobs.path(version.blob).unlink()

    assert run(archive, years).ok
    years.pass_by(5)
    assert [row.code for row in run(archive, years).rows] == ["vault.blob-damaged"]


def test_end_of_an_algorithm_makes_due_what_would_have_lasted(
    archive: Archive, years: Years, sealed: bytes, tmp_path: Path
) -> None:
    item = filed(archive, sealed)
    run(archive, years)
    term = SuiteTerm(suite="INTL", until=years.today + timedelta(days=90))
    pilot = years.world.pilot
    years.stamping = issue_timestamp_authority(pilot, tmp_path / "gm", suite="GM")
    trust = TrustStore(
        pilot.anchors,
        pilot.certificates(),
        pilot.crls(),
        policy=SuitePolicy(new="GM", accepted=(term,)),
    )
    with job(archive, years, trust=trust) as restamping:
        report = restamping.run()
    years.pass_by(days=100)

    assert [(row.state, row.message) for row in report.rows] == [("restamped", "")]
    pdf = archive.read_file(item, "document")
    ended = TrustStore(pilot.anchors, pilot.certificates(), pilot.crls(), policy=trust.policy)
    assert verify_pdf(pdf, trust=ended, now=years.today).status == "blue"


def test_damaged_blob_is_told_of_its_item(archive: Archive, years: Years, sealed: bytes) -> None:
    item = filed(archive, sealed)
    blob = archive.vault.blobs.path(archive.item(item).files[0].blob)
    data = bytearray(blob.read_bytes())
    data[len(data) // 2] ^= 1
    blob.write_bytes(data)
    report = run(archive, years)

    assert [(row.state, row.code) for row in report.rows] == [("failed", "vault.blob-damaged")]
