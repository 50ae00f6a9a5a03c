"""Closing and opening a package for twenty bodies, beside the bare cipher of `openssl speed`.

`python -m benchmarks.envelope`; with ``--large`` also the largest package there may be, once.

Ours is the whole act, in a process of its own: read, hash, encrypt, hash again, write, wrap the key
for every certificate of every body, sign the header; and back. The limit is the cipher alone on one
processor, without a digest or a file, measured before and after each act. Files lie in memory where
there is such a place, so that the figure is not the disk's.
"""

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from formats.directory import Suite
from formats.effects import system_clock, system_randomness
from formats.envelope.header import HeaderFields, Recipient
from formats.ids import new_id
from formats.limits import MAX_PACKAGE_BYTES, MIB
from signing.envelope import KeyUnwrapper, close_package, open_dispatch
from signing.keys import load_key
from signing.pilot import Pilot, issue_ukey
from signing.suites import public_key
from signing.tokens.base import Secret, TokenKeyKind, find_token, signer_of
from signing.tokens.soft import SoftProvider
from signing.trust.store import TrustStore

ROUNDS: Final = 5
SIZE: Final = 200 * MIB
BODIES: Final = tuple(f"3401{number:02}.bgs" for number in range(20))
SENDER: Final = "340000.bgt"
PIN: Final = "246810"
MEMORY_GOAL: Final = 64 * MIB
PIECE: Final = MIB


@dataclass(frozen=True, slots=True)
class Suited:
    """What is measured of a suite."""

    suite: Suite
    cipher: str
    """As `openssl speed -evp` names it."""
    kind: TokenKeyKind
    ratio: float
    """Goal: of the cipher's speed."""
    speed: float
    """Goal: megabytes a second."""


SUITED: Final = (
    Suited("INTL", "aes-256-gcm", "p256", 0.1, 150.0),
    Suited("GM", "sm4-ecb", "sm2", 0.4, 35.0),
)
"""SM4 alone is faster than in any mode of it; openssl 3.0 has no SM4-GCM to stand beside."""


@dataclass(frozen=True, slots=True)
class Took:
    """One act."""

    seconds: float
    cpu: float
    above: int
    """Bytes of memory at its peak above those in use before it began."""


@dataclass(frozen=True, slots=True)
class Arm:
    """The rounds of one direction."""

    acts: list[Took]
    bare: list[float]
    """The cipher's speed around each act."""
    ratios: list[float]


DIRECTIONS: Final = ("seal", "open")


def main() -> None:
    """Print one JSON object a line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--large", action="store_true", help="also the largest package")
    parser.add_argument("--act", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.act is not None:
        direction, suite, folder = given.act
        act(direction, suite, Path(folder))
        return
    for suited in SUITED:
        with work_folder() as folder:
            prepare(folder, suited)
            write_package(folder, SIZE)
            measure(folder, suited)
            if given.large:
                write_package(folder, MAX_PACKAGE_BYTES)
                largest(folder, suited)


@contextmanager
def work_folder() -> Iterator[Path]:
    """In memory where there is such a place."""
    memory = Path("/dev/shm")  # noqa: S108 - the folder made in it is private
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as place:
        yield Path(place)


def prepare(folder: Path, suited: Suited) -> None:
    """A pilot PKI with the sender and twenty bodies, each with its UKEY and recovery key."""
    pilot = Pilot.create(folder / "pki", system_clock, system_randomness)
    tokens = SoftProvider(folder / "tokens")
    for body in (SENDER, *BODIES):
        token = tokens.initialise(body, Secret(PIN), system_randomness)
        token.login(Secret(PIN))
        issue_ukey(pilot, token, body, f"机关 {body}", kind=suited.kind)


def write_package(folder: Path, size: int) -> None:
    """Bytes that do not repeat within a block of the cipher's."""
    piece = system_randomness(PIECE)
    with (folder / "package").open("wb") as out:
        for number in range(-(-size // PIECE)):
            block = number.to_bytes(8, "big") + piece[8:]
            out.write(block[: size - number * PIECE])


# --- the figures --------------------------------------------------------------------------------
def measure(folder: Path, suited: Suited) -> None:
    """Sealing and opening in turns, the bare cipher between them."""
    arms = {direction: Arm([], [], []) for direction in DIRECTIONS}
    for number in range(-1, ROUNDS):
        before = cipher_speed(suited.cipher)
        for direction, arm in arms.items():
            took = run(direction, suited.suite, folder)
            after = cipher_speed(suited.cipher)
            if number >= 0:  # the first round warms the files
                arm.acts.append(took)
                arm.bare.append(statistics.mean((before, after)))
                arm.ratios.append(_speed(took) / arm.bare[-1])
            before = after
    for direction, arm in arms.items():
        show(suited, direction, arm)


def largest(folder: Path, suited: Suited) -> None:
    """The largest package there may be, once each way."""
    for direction in DIRECTIONS:
        took = run(direction, suited.suite, folder)
        print_line({
            "name": f"envelope.largest.{direction}.{suited.suite.lower()}", "unit": "MiB",
            "value": round(took.above / MIB, 1), "better": "lower", "runs": 1,
            "peer": "the most it may be", "peer_value": MEMORY_GOAL // MIB,
            "ratio": round(took.above / MEMORY_GOAL, 2), "goal": 1.0,
            "note": f"memory for {MAX_PACKAGE_BYTES // MIB} MiB; it took {took.seconds:.0f} s",
        })  # fmt: skip


def show(suited: Suited, direction: str, arm: Arm) -> None:
    """Three figures of one direction: beside the cipher, the speed, the memory."""
    speed = statistics.median(map(_speed, arm.acts))
    busy = statistics.median(SIZE / 1e6 / took.cpu for took in arm.acts)
    above = max(took.above for took in arm.acts)
    name = f"envelope.{direction}.{suited.suite.lower()}"
    common = {"unit": "MB/s", "value": round(speed, 1), "better": "higher", "runs": ROUNDS}
    note = f"{SIZE // MIB} MiB to {len(BODIES)} bodies with two keys each, both digests included"
    print_line({
        "name": name, **common, "peer": f"openssl speed {suited.cipher}, one processor",
        "peer_value": round(statistics.median(arm.bare), 1),
        "ratio": round(statistics.median(arm.ratios), 3),
        "goal": suited.ratio, "note": f"{note}; {busy:.0f} MB a second of CPU",
    })  # fmt: skip
    print_line({
        "name": f"{name}.speed", **common, "peer": "the least it should be",
        "peer_value": suited.speed, "ratio": round(speed / suited.speed, 2), "goal": 1.0,
    })  # fmt: skip
    print_line({
        "name": f"{name}.memory", "unit": "MiB", "value": round(above / MIB, 1),
        "better": "lower", "runs": ROUNDS, "peer": "the most it may be",
        "peer_value": MEMORY_GOAL // MIB, "ratio": round(above / MEMORY_GOAL, 2), "goal": 1.0,
        "note": "peak above what the process has after its imports, the largest of all rounds",
    })  # fmt: skip


def print_line(line: dict[str, object]) -> None:
    """One figure."""
    print(json.dumps(line, ensure_ascii=False), flush=True)


def _speed(took: Took) -> float:
    return SIZE / 1e6 / took.seconds


def cipher_speed(cipher: str) -> float:
    """Megabytes a second of wall time of the bare cipher on blocks of our size."""
    command = ["openssl", "speed", "-elapsed", "-seconds", "1", "-bytes", "65536", "-evp", cipher]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = re.search(r"([0-9.]+)k\s*$", done.stdout.strip())
    if found is None:
        raise SystemExit(f"openssl speed said {done.stdout!r}")
    return float(found[1]) / 1000


def run(direction: str, suite: Suite, folder: Path) -> Took:
    """One act in a process of its own."""
    command = [
        sys.executable, "-m", "benchmarks.envelope", "--act", direction, suite, str(folder)
    ]  # fmt: skip
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return Took(**json.loads(done.stdout))


# --- in the process of its own ------------------------------------------------------------------
def act(direction: str, suite: Suite, folder: Path) -> None:
    """Do it once and print what it took."""
    pilot = Pilot.open(folder / "pki", system_clock, system_randomness)
    work = sealing(pilot, suite, folder) if direction == "seal" else opening(pilot, suite, folder)
    before, began, busy = memory("VmRSS"), time.perf_counter(), time.process_time()
    work()
    seconds, cpu = time.perf_counter() - began, time.process_time() - busy
    print(json.dumps(asdict(Took(seconds, cpu, memory("VmHWM") - before))))


def sealing(pilot: Pilot, suite: Suite, folder: Path) -> Callable[[], object]:
    """The act of the sender; what travels is left in the folder."""
    token = find_token((SoftProvider(folder / "tokens"),), SENDER)
    token.login(Secret(PIN))
    signer = signer_of(token, pilot.chain_of(suite))
    recipients = [
        (
            Recipient(consignment=new_id(system_clock, system_randomness), body=body),
            pilot.body_certificates(body),
        )
        for body in BODIES
    ]
    fields = HeaderFields(
        dispatch=new_id(system_clock, system_randomness),
        suite=suite,
        sender=SENDER,
        kind="notice",
        direction="down",
        sensitivity="public",
        title="关于测量的通知",
    )

    def work() -> None:
        sealed = close_package(
            folder / "package",
            fields,
            recipients,
            signer,
            own=pilot.body_certificates(SENDER),
            randomness=system_randomness,
            clock=system_clock,
            payload_out=folder / "payload.bin",
        )
        (folder / "header.p7m").write_bytes(sealed.header_p7m)
        (folder / "keys.p7m").write_bytes(sealed.keys_p7m)

    return work


def opening(pilot: Pilot, suite: Suite, folder: Path) -> Callable[[], object]:
    """The act of one of the twenty, with its recovery key."""
    body = BODIES[len(BODIES) // 2]
    key = load_key(pilot.recovery_key(body, suite))
    held = [
        entry.certificate
        for entry in pilot.body_certificates(body)
        if entry.usage == "encrypt" and public_key(entry.certificate) == key.public_key()
    ]
    trust = TrustStore(pilot.anchors, pilot.certificates(), pilot.crls())

    def work() -> None:
        opened = open_dispatch(
            (folder / "header.p7m").read_bytes(),
            (folder / "keys.p7m").read_bytes(),
            folder / "payload.bin",
            token=KeyUnwrapper(key, held[0]),
            trust=trust,
            body_id=body,
            out=folder / "opened",
        )
        opened.package_path.unlink()

    return work


def memory(name: str) -> int:
    """Bytes, as the kernel tells them of this process."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    raise SystemExit(f"no {name}")


if __name__ == "__main__":
    main()
