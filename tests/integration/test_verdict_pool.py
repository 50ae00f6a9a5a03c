"""Processes that stand ready give the verdicts of the sandbox, sooner, under the same limits."""

import gc
import mmap
import os
import resource
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from formats.canonical import from_bytes
from formats.limits import MAX_VERIFY_MEMORY
from signing.trust.store import TrustStore
from signing.verdict import pool as pool_module
from signing.verdict import zygote
from signing.verdict.acceptance import DEFAULT
from signing.verdict.pdf import verify_pdf
from signing.verdict.pool import Pool
from signing.verdict.report import Verdict
from signing.verdict.sandbox import verify_outside
from signing.verdict.zygote import Ending, Task
from tests.support.pki import PilotWorld
from tests.support.sealed import CITY, Hands, plain_pdf

SLOW = b"%PDF-1.7\n" + b"<<" * 3_000_000 + b"startxref\n9\n%%EOF\n"
"""A dictionary three million deep keeps a reader busy for seconds."""


@pytest.fixture(scope="module")
def hands(pilot: PilotWorld) -> Hands:
    return Hands(pilot)


@pytest.fixture(scope="module")
def sealed(hands: Hands) -> bytes:
    return hands.seal(plain_pdf())


@pytest.fixture(scope="module")
def now(hands: Hands, sealed: bytes) -> datetime:
    """After the seal, the same for every verdict."""
    assert sealed
    return hands.now


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(seconds=10) as made:
        yield made


def mother_of(pool: Pool) -> int:
    process = pool._all[0]._process
    assert process is not None
    return process.pid


# --- the verdict ------------------------------------------------------------------------------
def test_pool_gives_the_verdict_of_the_sandbox(
    pool: Pool, hands: Hands, sealed: bytes, now: datetime
) -> None:
    trust = hands.trust

    found = pool.verify(sealed, trust=trust, now=now)

    assert found == verify_outside(sealed, trust=trust, now=now)
    assert found == verify_pdf(sealed, trust=trust, now=now)


def test_pool_passes_on_the_expected_bodies(
    pool: Pool, hands: Hands, sealed: bytes, now: datetime
) -> None:
    verdict = pool.verify(sealed, trust=hands.trust, now=now, expected_bodies=[CITY])

    assert verdict.has("body")


def test_trust_may_change_between_two_files(
    pool: Pool, hands: Hands, sealed: bytes, now: datetime
) -> None:
    known = pool.verify(sealed, trust=hands.trust, now=now)
    unknown = pool.verify(sealed, trust=TrustStore([]), now=now)
    again = pool.verify(sealed, trust=hands.trust, now=now)

    assert known == again
    assert known.status != unknown.status


def test_second_file_takes_a_fraction_of_a_process_of_its_own(
    pool: Pool, hands: Hands, sealed: bytes, now: datetime
) -> None:
    trust = hands.trust
    pool.verify(sealed, trust=trust, now=now)

    def seconds(verify: Callable[..., Verdict]) -> float:
        begun = time.monotonic()
        verify(sealed, trust=trust, now=now)
        return time.monotonic() - begun

    assert 2 * min(seconds(pool.verify) for _ in range(5)) < seconds(verify_outside)


def test_several_threads_share_a_pool(hands: Hands, sealed: bytes, now: datetime) -> None:
    trust = hands.trust
    files = [sealed, sealed[:-40], b"junk", sealed + b"x"] * 3
    with Pool(processes=2) as pool, ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda f: pool.verify(f, trust=trust, now=now), files))

    assert [verify_pdf(f, trust=trust, now=now).status for f in files] == [v.status for v in found]


# --- whatever becomes of the processes --------------------------------------------------------
def test_mother_killed_between_two_files_is_replaced(
    hands: Hands, sealed: bytes, now: datetime
) -> None:
    with Pool() as pool:
        before = pool.verify(sealed, trust=hands.trust, now=now)
        os.kill(mother_of(pool), signal.SIGKILL)
        time.sleep(0.1)

        assert before == pool.verify(sealed, trust=hands.trust, now=now)


def test_mother_killed_at_work_leaves_a_red_verdict_and_is_replaced(
    hands: Hands, sealed: bytes, now: datetime
) -> None:
    with Pool(seconds=20) as pool:
        pool.verify(sealed, trust=hands.trust, now=now)
        killer = threading.Timer(0.4, os.kill, (mother_of(pool), signal.SIGKILL))
        killer.start()
        cut = pool.verify(SLOW, trust=hands.trust, now=now)
        killer.join()

        assert ("red", True) == (cut.status, cut.has("limits"))
        assert not pool.verify(sealed, trust=hands.trust, now=now).has("limits")


def test_mother_that_stands_still_leaves_a_red_verdict(
    hands: Hands, sealed: bytes, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    monkeypatch.setattr(pool_module, "_PATIENCE", 1)
    with Pool(seconds=0) as pool:
        pool._all[0]._running()
        os.kill(mother_of(pool), signal.SIGSTOP)

        assert pool.verify(sealed, trust=hands.trust, now=now).has("limits")


def test_file_that_takes_too_long_is_cut_off(hands: Hands, sealed: bytes, now: datetime) -> None:
    with Pool(seconds=1) as pool:
        slow = pool.measure(SLOW, trust=hands.trust, now=now)
        after = pool.verify(sealed, trust=hands.trust, now=now)

    assert slow.verdict.has("limits")
    assert slow.ending is not None
    assert slow.ending.end in {"killed", "late"}
    assert slow.ending.wall < 4
    assert not after.has("limits")


def test_closed_pool_leaves_no_process(hands: Hands, now: datetime) -> None:
    pool = Pool()
    pool.verify(b"junk", trust=hands.trust, now=now)
    mother = mother_of(pool)
    pool.close()

    assert not Path(f"/proc/{mother}").exists()
    assert pool.verify(b"junk", trust=hands.trust, now=now).status == "red"
    pool.close()


def test_without_fork_a_process_is_started_for_each_file(
    hands: Hands, sealed: bytes, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    monkeypatch.setattr(pool_module, "CAN_FORK", False)
    with Pool() as pool:
        found = pool.verify(sealed, trust=hands.trust, now=now)
        assert pool._all[0]._process is None

    assert found == verify_pdf(sealed, trust=hands.trust, now=now)


# --- whatever a daughter does -----------------------------------------------------------------
def daughter(
    monkeypatch: pytest.MonkeyPatch, hands: Hands, work: Callable[..., object], seconds: int = 2
) -> tuple[Ending, bytes]:
    """A real fork under the real limits that does ``work`` instead of reading a file.

    This process maps more than a mother does, so the limit is a gibibyte beyond what it maps.
    """
    mapped = int(Path("/proc/self/statm").read_text().split()[0]) * mmap.PAGESIZE
    monkeypatch.setattr(zygote, "MAX_VERIFY_MEMORY", mapped + MAX_VERIFY_MEMORY)
    monkeypatch.setattr(zygote, "verify_pdf", work)
    task = Task(
        now=hands.now, expected_bodies=None, policy=DEFAULT, language="zh", size=1,
        seconds=seconds, trust=None,
    )  # fmt: skip
    return zygote._ask_daughter(TrustStore([]), task, b"x")


def test_daughter_without_memory_answers_nothing(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    ending, answer = daughter(monkeypatch, hands, lambda *_, **__: bytearray(4 << 30))

    assert ("silent", b"") == (ending.end, answer)


def test_daughter_that_fills_her_memory_bit_by_bit_stays_below_the_limit(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(*_: object, **__: object) -> None:
        kept = []
        while True:
            kept.append(b"x" * (64 << 20))

    ending, answer = daughter(monkeypatch, hands, fill, seconds=10)

    resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert ("silent", b"") == (ending.end, answer)
    assert ending.peak < resident + 1.1 * (1 << 20)


def test_daughter_that_computes_for_ever_is_ended(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By her own limit of processor time; on a crowded machine by her mother's clock before."""

    def spin(*_: object, **__: object) -> None:
        while True:
            pass

    ending, answer = daughter(monkeypatch, hands, spin, seconds=1)

    assert b"" == answer
    assert ending.end in {"killed", "late"}
    assert ending.cpu < 2


def test_daughter_that_sleeps_is_ended_by_her_mother(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    ending, answer = daughter(monkeypatch, hands, lambda *_, **__: time.sleep(60), seconds=1)

    assert ("late", b"") == (ending.end, answer)
    assert ending.wall < 4


def test_daughter_that_crashes_is_reported(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    ending, answer = daughter(
        monkeypatch, hands, lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
    )

    assert ("killed", b"") == (ending.end, answer)


def test_daughter_that_talks_without_end_is_cut_off(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zygote, "MAX_JSON_BYTES", 1000)
    ending, answer = daughter(monkeypatch, hands, lambda *_, **__: "x" * 1_000_000)

    assert ("late", b"") == (ending.end, answer)


def test_daughter_reaches_neither_files_nor_her_mothers_streams(
    hands: Hands, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    def escape(*_: object, **__: object) -> list[str]:
        told = []
        for stream in (1, 2):
            os.write(stream, b"forged")
        try:
            (tmp_path / "written").write_bytes(b"x" * mmap.PAGESIZE)
        except OSError as error:
            told.append(type(error).__name__)
        return told

    ending, answer = daughter(monkeypatch, hands, escape)

    assert capfd.readouterr() == ("", "")
    assert ending.end == "killed" or msgspec.json.decode(answer) == ["OSError"]
    assert not (tmp_path / "written").exists() or (tmp_path / "written").stat().st_size == 0


def test_daughters_answer_is_measured(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    ending, answer = daughter(monkeypatch, hands, lambda *_, **__: "fine")

    assert ("answered", b'"fine"') == (ending.end, answer)
    assert 0 < ending.wall < 2
    assert ending.peak > 1000


def test_answer_about_another_file_is_not_believed(hands: Hands, sealed: bytes) -> None:
    other = verify_pdf(b"other", trust=hands.trust, now=hands.now)
    written = msgspec.json.encode(other)

    assert from_bytes(Verdict, written) == other
    assert pool_module._read(written, sealed, hands.now).has("unreadable")
    assert pool_module._read(b"{}", sealed, hands.now).has("limits")
    assert pool_module._read(b"", sealed, hands.now).has("limits")


def test_forgotten_pool_leaves_no_process(hands: Hands, now: datetime) -> None:
    pool = Pool()
    pool.verify(b"junk", trust=hands.trust, now=now)
    mother = mother_of(pool)
    del pool
    gc.collect()

    assert not Path(f"/proc/{mother}").exists()


def test_pool_closed_at_work_leaves_a_red_verdict(hands: Hands, now: datetime) -> None:
    with Pool(seconds=20) as pool:
        pool.verify(b"junk", trust=hands.trust, now=now)
        closing = threading.Timer(0.4, pool.close)
        closing.start()
        cut = pool.verify(SLOW, trust=hands.trust, now=now)
        closing.join()

    assert ("red", True) == (cut.status, cut.has("limits"))
