"""Many documents under one PIN: a result for each, nothing half done when the UKEY goes."""

import io
from dataclasses import dataclass, field
from pathlib import Path

import pikepdf
import pytest

from desktop.services.batch_sealing import BatchOptions, BatchRow, counts, seal_batch
from desktop.services.sealing import Hand
from formats.write.slots import put_slots
from signing.errors import TokenMissing
from signing.signer import SignatureAlgorithm, Signer
from signing.verdict.pdf import verify_pdf
from tests.support.pki import PilotWorld
from tests.support.sealed import CITY, PROVINCE, Hands, plain_pdf, slot


@pytest.fixture(scope="module")
def hands(pilot: PilotWorld) -> Hands:
    return Hands(pilot)


def page(body: str = PROVINCE) -> bytes:
    """A PDF with a slot for a body in it."""
    sink = io.BytesIO()
    with pikepdf.open(io.BytesIO(plain_pdf())) as pdf:
        put_slots(pdf, [slot(body)])
        pdf.save(sink, deterministic_id=True)
    return sink.getvalue()


@pytest.fixture
def sources(tmp_path: Path) -> list[Path]:
    """Four documents, of which the third is none."""
    made = [tmp_path / f"公文{number}.pdf" for number in range(1, 5)]
    for path in made:
        path.write_bytes(page())
    made[2].write_bytes(b"no PDF")
    (tmp_path / "out").mkdir()
    return made


@dataclass
class PulledAfter:
    """A real signer that is gone after some signatures, as a UKEY pulled out."""

    signer: Signer
    left: int
    made: list[bytes] = field(default_factory=list)

    @property
    def certificate(self) -> bytes:
        """Of the real one."""
        return self.signer.certificate

    @property
    def chain(self) -> tuple[bytes, ...]:
        """Of the real one."""
        return self.signer.chain

    @property
    def algorithm(self) -> SignatureAlgorithm:
        """Of the real one."""
        return self.signer.algorithm

    def sign(self, data: bytes) -> bytes:
        """As the real one, until it is gone."""
        if len(self.made) >= self.left:
            raise TokenMissing("pulled out")
        self.made.append(self.signer.sign(data))
        return self.made[-1]


def hand(hands: Hands, signer: Signer | None = None) -> Hand:
    chosen = signer or hands.world.signer(PROVINCE)
    return Hand(chosen, (hands.eseal(chosen),), hands.trust, lambda: hands.now)


def states(rows: tuple[BatchRow, ...]) -> list[str]:
    return [row.state for row in rows]


def test_each_document_has_a_result_of_its_own(hands: Hands, sources: list[Path]) -> None:
    out = sources[0].parent / "out"
    rows = seal_batch(sources, out, hand=hand(hands), timestamps=hands.authority)

    assert states(rows) == ["sealed", "sealed", "failed", "sealed"]
    assert (rows[2].code, bool(rows[2].message)) == ("formats.bad-pdf", True)
    assert sorted(path.name for path in out.iterdir()) == ["公文1.pdf", "公文2.pdf", "公文4.pdf"]
    for row in rows:
        if row.report is not None:
            sealed = Path(row.target).read_bytes()
            assert verify_pdf(sealed, trust=hands.trust, now=hands.now).status == "green"
            assert row.report.stamped


@pytest.mark.parametrize("before", [0, 1, 2])
def test_ukey_pulled_out_leaves_nothing_half_signed(
    before: int, hands: Hands, sources: list[Path]
) -> None:
    sources[2].write_bytes(page())
    out = sources[0].parent / "out"
    pulled = PulledAfter(hands.world.signer(PROVINCE), before)
    rows = seal_batch(sources, out, hand=hand(hands, pulled), timestamps=None)

    assert states(rows) == ["sealed"] * before + ["failed"] + ["skipped"] * (3 - before)
    assert {row.code for row in rows[before:]} == {"ukey.missing"}
    assert len(list(out.iterdir())) == before
    assert all(path.read_bytes() == page() for path in sources)


def test_cancel_keeps_what_is_finished(hands: Hands, sources: list[Path]) -> None:
    told: list[BatchRow] = []
    rows = seal_batch(
        sources,
        sources[0].parent / "out",
        hand=hand(hands),
        timestamps=None,
        cancelled=lambda: len(told) == 2,
        told=told.append,
    )

    assert states(rows) == ["sealed", "sealed", "skipped", "skipped"]
    assert rows[3].code == "desktop.stopped"
    assert tuple(told) == rows
    assert Path(rows[1].target).exists()


def test_progress_is_told_before_each_and_ends_at_one(hands: Hands, sources: list[Path]) -> None:
    steps: list[tuple[str, float | None]] = []
    seal_batch(
        sources,
        sources[0].parent / "out",
        hand=hand(hands),
        timestamps=None,
        progress=lambda step, done: steps.append((step, done)),
    )

    assert [done for _, done in steps] == [0, 0.25, 0.5, 0.75, 1]
    assert "公文2.pdf" in steps[1][0]


def test_files_that_are_there_are_not_replaced(hands: Hands, sources: list[Path]) -> None:
    out = sources[0].parent / "out"
    (out / sources[1].name).write_bytes(b"kept")
    pulled = PulledAfter(hands.world.signer(PROVINCE), 9)
    rows = seal_batch([*sources[:2], sources[0]], out, hand=hand(hands, pulled), timestamps=None)

    assert states(rows) == ["sealed", "failed", "failed"]
    assert rows[1].code == "seal.target-there"
    assert (out / sources[1].name).read_bytes() == b"kept"
    assert len(pulled.made) == 1


def test_document_of_another_body_does_not_end_the_batch(hands: Hands, sources: list[Path]) -> None:
    sources[0].write_bytes(page(CITY))
    rows = seal_batch(sources[:2], sources[0].parent / "out", hand=hand(hands), timestamps=None)

    assert [(row.state, row.code) for row in rows] == [
        ("failed", "ukey.wrong-owner"),
        ("sealed", ""),
    ]


def test_without_a_fitting_seal_each_document_says_so(hands: Hands, sources: list[Path]) -> None:
    signer = hands.world.signer(PROVINCE)
    seals = (b"junk", hands.eseal(signer, diameter_mm=50))
    bare = Hand(signer, seals, hands.trust, lambda: hands.now)
    rows = seal_batch(sources[:1], sources[0].parent / "out", hand=bare, timestamps=None)

    assert (rows[0].state, rows[0].code) == ("failed", "eseal.missing")
    assert "42 mm" in rows[0].message


def test_strips_go_over_the_edges_of_every_document(hands: Hands, sources: list[Path]) -> None:
    rows = seal_batch(
        sources[:2],
        sources[0].parent / "out",
        hand=hand(hands),
        timestamps=None,
        options=BatchOptions(riding=True),
    )

    assert counts(rows) == {"sealed": 2, "failed": 0, "skipped": 0}
    for row in rows:
        seal = verify_pdf(Path(row.target).read_bytes(), trust=hands.trust, now=hands.now).seal
        assert seal is not None
        assert seal.eseal is not None
        assert seal.eseal.riding
