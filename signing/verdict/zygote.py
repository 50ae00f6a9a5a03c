"""The process that stands ready: all is loaded once, each foreign file is read in a fork of it.

A Python that has loaded the PDF reader takes half a second to start; a fork of it takes
milliseconds. The mother never looks into a foreign file: she takes the bytes, forks, and passes on
what the daughter answers. The daughter has the limits of `signing.verdict.sandbox`, for one file,
and no way to the mother's pipes; whatever she does to herself is gone when she ends. The mother
measures every daughter: time by the clock, processor time, the most memory that was resident.

POSIX only. `signing.verdict.pool` is the other end.
"""

import gc
import os
import select
import signal
import sys
import time
from contextlib import suppress
from typing import IO, Annotated, Final, Literal, NoReturn

import msgspec

from formats.canonical import Value, from_bytes
from formats.errors import BadInput
from formats.i18n import use_language
from formats.ids import Instant
from formats.limits import MAX_JSON_BYTES, MAX_PDF_BYTES, MAX_VERIFY_MEMORY, MIB
from formats.safe.child import limit_child
from signing.errors import TrustError
from signing.trust.store import TrustStore
from signing.verdict.acceptance import Policy
from signing.verdict.pdf import verify_pdf
from signing.verdict.trusted import Trusted

MAX_FRAME: Final = 128 * MIB
"""The trust of a province: a directory's certificates and lists."""
_SIZE: Final = 8
_CHUNK: Final = 1 << 16
_MOST_WARMED: Final = 64
"""A province has a handful of intermediates and time-stampers; more are read when needed."""
_PLAIN: Final = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 0/Kids[]>>"
    b"endobj\nxref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n0000000052 00000 n \n"
    b"trailer<</Root 1 0 R/Size 3>>\nstartxref\n96\n%%EOF\n"
)


class Task(Value, frozen=True, kw_only=True):
    """One file to verify; its bytes follow, and before it the trust where that has changed."""

    now: Instant
    expected_bodies: tuple[str, ...] | None
    policy: Policy
    language: str
    size: Annotated[int, msgspec.Meta(ge=0, le=MAX_PDF_BYTES)]
    seconds: Annotated[int, msgspec.Meta(ge=0)]
    trust: Trusted | None
    """``None``: the same as before."""


class Ending(Value, frozen=True, kw_only=True):
    """How a daughter ended, and what she needed."""

    end: Literal["answered", "silent", "killed", "late"]
    """``killed``: by a signal, her own limits' among them; ``late``: by the mother's clock."""
    wall: float
    """Seconds by the clock."""
    cpu: float
    """Seconds of processor time."""
    peak: int
    """KiB resident at most, what she shares with the mother included."""


def read_frame(source: IO[bytes], limit: int) -> bytes | None:
    """One frame: eight octets of length, then so many bytes; ``None`` at the end of the stream."""
    head = source.read(_SIZE)
    if len(head) != _SIZE:
        return None
    size = int.from_bytes(head, "big")
    if size > limit:
        return None
    data = source.read(size)
    return data if len(data) == size else None


def write_frame(sink: IO[bytes], data: bytes) -> None:
    """One frame, sent off."""
    sink.write(len(data).to_bytes(_SIZE, "big"))
    sink.write(data)
    sink.flush()


def serve(source: IO[bytes], sink: IO[bytes]) -> None:
    """The mother: tasks until the stream ends. Raises `BadInput` for one that is none."""
    trust: TrustStore | None = None
    while (frame := read_frame(source, MAX_FRAME)) is not None:
        task = from_bytes(Task, frame, limit=MAX_FRAME)
        if task.trust is not None:
            trust = task.trust.store()
            _warm(trust, task.now)
        pdf = source.read(task.size)
        if trust is None or len(pdf) != task.size:
            raise BadInput("no trust, or a file cut short")
        ending, answer = _ask_daughter(trust, task, pdf)
        write_frame(sink, msgspec.json.encode(ending))
        write_frame(sink, answer)


def _warm(trust: TrustStore, now: Instant) -> None:
    """What every daughter would do first: load what loads late, read the trust of her mother.

    Her own trust and a file without a signature, so nothing foreign is looked into.
    """
    verify_pdf(_PLAIN, trust=trust, now=now)
    for certificate in trust.intermediates[:_MOST_WARMED]:
        with suppress(TrustError):
            trust.validate(certificate, now, "timestamp")
    gc.collect()
    gc.freeze()  # what is loaded stays shared: collecting in a daughter would copy it


def _ask_daughter(trust: TrustStore, task: Task, pdf: bytes) -> tuple[Ending, bytes]:
    """Fork, wait for the answer, look how she ended."""
    inlet, outlet = os.pipe()
    begun = time.monotonic()
    child = os.fork()
    if child == 0:
        os.close(inlet)
        _be_daughter(trust, task, pdf, outlet)
    os.close(outlet)
    answer = _listen(inlet, begun + 2 * task.seconds)
    os.close(inlet)
    if answer is None:
        os.kill(child, signal.SIGKILL)
    _, status, used = os.wait4(child, 0)
    if answer is None:
        end = "late"
    elif os.WIFSIGNALED(status):
        end = "killed"
    else:
        end = "answered" if os.WEXITSTATUS(status) == 0 and answer else "silent"
    ending = Ending(
        end=end,  # type: ignore[arg-type]  # one of the four words
        wall=time.monotonic() - begun,
        cpu=used.ru_utime + used.ru_stime,
        peak=used.ru_maxrss >> (10 if sys.platform == "darwin" else 0),  # bytes there
    )
    return ending, answer if answer is not None and end == "answered" else b""


def _listen(inlet: int, deadline: float) -> bytes | None:
    """All that a daughter says until she closes the pipe; ``None`` when she takes too long."""
    said = bytearray()
    while True:
        ready, _, _ = select.select([inlet], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            return None
        piece = os.read(inlet, _CHUNK)
        if not piece:
            return bytes(said)
        said += piece
        if len(said) > MAX_JSON_BYTES:
            return None


def _be_daughter(trust: TrustStore, task: Task, pdf: bytes, outlet: int) -> NoReturn:
    """One verdict under limits, then the end, without a way back into the mother's code."""
    status = 1
    try:
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        limit_child(seconds=task.seconds, memory=MAX_VERIFY_MEMORY + 8 * task.size)
        use_language(task.language)
        verdict = verify_pdf(
            pdf,
            trust=trust,
            now=task.now,
            expected_bodies=task.expected_bodies,
            policy=task.policy,
        )
        with os.fdopen(outlet, "wb") as sink:
            sink.write(msgspec.json.encode(verdict))
        status = 0
    finally:
        os._exit(status)


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
