"""Damaged sealed PDFs, verified as files from outside are: in limited processes, each measured.

No mutant ends without a verdict that has its reasons, none takes five seconds or 512 MiB, and none
is accepted whose signed bytes are not those that a body sealed.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime

import pytest

from signing.trust.store import TrustStore
from signing.verdict.pdf import verify_pdf
from signing.verdict.pool import Measured, Pool
from signing.verdict.reasons import REASONS
from signing.verdict.report import Verdict
from tests.support.corpus import sealed_corpus, trust_in
from tests.support.mutants import WAYS, mutant
from tests.support.pki import PilotWorld

SECONDS, MEBIBYTES = 5.0, 512
IN_EVERY_RUN, IN_THE_SOAK = 300, 100_000
_SIZE = re.compile(rb"/Size (\d+)")
_OBJECT = re.compile(rb"(\d+) \d+ obj\b(.*?)endobj", re.DOTALL)
_VALUE = re.compile(rb"(?<=<)[0-9a-fA-F]{1000,}(?=>)")


@dataclass
class Survey:
    """What became of so many mutants."""

    count: int = 0
    slowest: float = 0.0
    """Seconds of processor time."""
    longest: float = 0.0
    """Seconds by the clock."""
    largest: int = 0
    """KiB."""
    statuses: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    offenders: list[str] = field(default_factory=list)

    def add(
        self, seed: int, how: str, data: bytes, found: Measured, files: Sequence[bytes]
    ) -> None:
        """Enter one mutant and look whether it ended as it should."""
        verdict, ending = found.verdict, found.ending
        codes = [r.code for r in verdict.reasons]
        codes += [r.code for s in verdict.signatures for r in s.reasons]
        self.count += 1
        self.statuses[verdict.status] += 1
        self.reasons.update(set(codes))
        faults: list[str] = []
        if ending is None or ending.end != "answered":
            faults.append("uncoded end" if ending is None else ending.end)
        else:
            self.ends[ending.end] += 1
            self.slowest = max(self.slowest, ending.cpu)
            self.longest = max(self.longest, ending.wall)
            self.largest = max(self.largest, ending.peak)
            if ending.cpu > SECONDS:
                faults.append(f"{ending.cpu:.1f} s")
            if ending.peak > MEBIBYTES << 10:
                faults.append(f"{ending.peak >> 10} MiB")
        if verdict.status in {"amber", "red"} and not codes:
            faults.append("no reason")
        if any(code not in REASONS for code in codes):
            faults.append("unknown reason")
        if verdict.status != "red" and not _is_as_signed(data, verdict, files):
            faults.append(f"accepted as {verdict.status}")
        if faults:
            self.offenders.append(f"{seed} {how}: {', '.join(faults)} {sorted(set(codes))}")

    def told(self) -> str:
        """The figures, for the record."""
        return (
            f"{self.count} mutants: slowest {self.slowest:.2f} s of processor time, "
            f"{self.longest:.2f} s by the clock; largest {self.largest >> 10} MiB; "
            f"verdicts {dict(self.statuses.most_common())}; "
            f"reasons {dict(self.reasons.most_common())}"
        )


def _is_as_signed(data: bytes, verdict: Verdict, files: Sequence[bytes]) -> bool:
    """Whether the bytes that signatures vouch for are those that were sealed.

    The hexadecimal digits of a signature value are outside of what it signs, and their case and
    padding mean nothing; whether the value itself holds is what the verdict says. Behind the last
    signature the document's own store of lists and certificates may be another: it is signed by
    nobody, each thing in it speaks for itself. So there only the catalog, and objects that the
    signed revision does not know, may stand.
    """
    covered = max((s.covers for s in verdict.signatures), default=len(data))
    bare = _VALUE.sub(b"", data[:covered]).rstrip(b"\r\n\x00 ")
    known = max((int(size) for size in _SIZE.findall(data[:covered])), default=0)
    added = (
        int(found[1]) >= known or b"/Catalog" in found[2]
        for found in _OBJECT.finditer(data, covered)
    )
    return all(added) and any(_VALUE.sub(b"", file).startswith(bare) for file in files)


def survey(
    seeds: Iterable[int],
    files: Sequence[bytes],
    trust: TrustStore,
    now: datetime,
    pool: Pool,
    *,
    in_place: bool,
) -> Survey:
    """Verify the mutants of these seeds, two at a time."""
    found = Survey()

    def one(seed: int) -> tuple[int, str, bytes, Measured]:
        how, data = mutant(seed, files, in_place=in_place)
        return seed, how, data, pool.measure(data, trust=trust, now=now)

    with ThreadPoolExecutor(2) as threads:
        for batch in _batches(seeds):
            for seed, how, data, measured in threads.map(one, batch):
                found.add(seed, how, data, measured, files)
    return found


def _batches(seeds: Iterable[int], size: int = 200) -> Iterator[list[int]]:
    """Lists of seeds, so that no more than one list of mutants is held at a time."""
    batch: list[int] = []
    for seed in seeds:
        batch.append(seed)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


@pytest.fixture(scope="module")
def corpus(pilot: PilotWorld, gm_pilot: PilotWorld) -> dict[str, bytes]:
    return sealed_corpus(pilot, gm_pilot)


@pytest.fixture(scope="module")
def files(corpus: dict[str, bytes]) -> list[bytes]:
    return list(corpus.values())


@pytest.fixture(scope="module")
def trusted(
    files: list[bytes], pilot: PilotWorld, gm_pilot: PilotWorld
) -> tuple[TrustStore, datetime]:
    assert files
    return trust_in(pilot, gm_pilot)


def test_honest_files_end_well(files: list[bytes], trusted: tuple[TrustStore, datetime]) -> None:
    trust, now = trusted
    with Pool() as pool:
        statuses = [pool.verify(file, trust=trust, now=now).status for file in files]

    assert {"green", "green-b", "blue", "red"} <= set(statuses)


MOVED_OR_NOT = pytest.mark.parametrize("in_place", [False, True], ids=["moved", "in-place"])
"""Half of the mutants move what follows the damage, half keep the cross-reference right."""


@MOVED_OR_NOT
def test_mutants_end_in_a_verdict_within_time_and_memory(
    files: list[bytes], trusted: tuple[TrustStore, datetime], in_place: bool
) -> None:
    with Pool(processes=2) as pool:
        found = survey(range(IN_EVERY_RUN // 2), files, *trusted, pool, in_place=in_place)

    assert [] == found.offenders, found.told()
    assert IN_EVERY_RUN // 2 == found.count


@MOVED_OR_NOT
@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_a_hundred_thousand_mutants_end_in_a_verdict_within_time_and_memory(
    files: list[bytes], trusted: tuple[TrustStore, datetime], in_place: bool
) -> None:
    with Pool(processes=2) as pool:
        found = survey(range(IN_THE_SOAK // 2), files, *trusted, pool, in_place=in_place)

    assert [] == found.offenders, found.told()


@pytest.mark.parametrize("junk", [b"junk\n", b"9 0 obj\n<<>>\nendobj\n"])
def test_end_that_names_an_older_revision_hides_nothing(
    corpus: dict[str, bytes], trusted: tuple[TrustStore, datetime], junk: bytes
) -> None:
    """Behind the archive time-stamp a second end leads readers past it, and past the junk."""
    trust, now = trusted
    sealed, archived = corpus["lt-INTL"], corpus["lta-INTL"]
    assert archived.startswith(sealed[:-40])
    ending = sealed[sealed.rindex(b"startxref") :]

    verdict = verify_pdf(archived + junk + ending, trust=trust, now=now)

    assert ("red", True) == (verdict.status, verdict.has("extra-bytes"))


def test_mutants_come_again_and_differ(files: list[bytes]) -> None:
    made = [mutant(seed, files) for seed in range(200)]

    assert made == [mutant(seed, files) for seed in range(200)]
    assert len(set(made)) > 180
    assert set(WAYS) == {name for how, _ in made for name in how.split("+")}


def test_mutants_in_place_keep_the_length(files: list[bytes]) -> None:
    lengths = {len(file) for file in files}
    moving = {"appended", "cut", "later_revision"}
    made = [mutant(seed, files, in_place=True) for seed in range(200)]
    kept = [len(data) for how, data in made if not moving & set(how.split("+"))]

    assert len(kept) > 100
    assert set(kept) <= lengths
