"""Processes that stand ready to verify foreign files, for an inbox, a watch folder, a server.

`signing.verdict.sandbox.verify_outside` starts a process for each file; a `Pool` keeps some that
have loaded everything (`signing.verdict.zygote`) and have each file read in a fork, under the same
limits. The verdicts are the same. Where there is no fork (Windows), a process is started each time.
"""

import os
import queue
import signal
import subprocess
import sys
import threading
import weakref
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

import msgspec

from formats.canonical import from_bytes
from formats.errors import BadInput
from formats.i18n import current_language
from formats.ids import sha256
from formats.limits import MAX_JSON_BYTES, MAX_PDF_BYTES, MAX_VERIFY_SECONDS
from formats.safe.child import child_environment
from signing.trust.store import TrustStore
from signing.verdict.acceptance import DEFAULT, Policy
from signing.verdict.report import Verdict, refusal
from signing.verdict.sandbox import verify_outside
from signing.verdict.trusted import Trusted
from signing.verdict.zygote import Ending, Task, read_frame, write_frame

CAN_FORK: Final = hasattr(os, "fork")
_PATIENCE: Final = 15
"""Seconds beyond a file's own time after which a process that stands ready counts as dead: to
start and load everything takes under two, on a machine with other things to do under ten."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A verdict, and what it took; ``ending`` is ``None`` where no process told of it."""

    verdict: Verdict
    ending: Ending | None


class Pool:
    """Verifies foreign files, several at once from several threads, one process for each."""

    def __init__(self, *, processes: int = 1, seconds: int = MAX_VERIFY_SECONDS) -> None:
        """Nothing is started before the first file. ``seconds`` of processor time for each."""
        self._seconds = seconds
        self._ready: queue.LifoQueue[_Standby] = queue.LifoQueue()
        self._all = tuple(_Standby() for _ in range(processes))
        for standby in self._all:
            self._ready.put(standby)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def verify(
        self,
        pdf: bytes,
        *,
        trust: TrustStore,
        now: datetime,
        expected_bodies: Collection[str] | None = None,
        policy: Policy = DEFAULT,
    ) -> Verdict:
        """`verify_pdf` outside this process. Raises nothing, whatever the bytes are."""
        if not CAN_FORK:
            return verify_outside(
                pdf, trust=trust, now=now, expected_bodies=expected_bodies, policy=policy,
                seconds=self._seconds,
            )  # fmt: skip
        return self.measure(
            pdf, trust=trust, now=now, expected_bodies=expected_bodies, policy=policy
        ).verdict

    def measure(
        self,
        pdf: bytes,
        *,
        trust: TrustStore,
        now: datetime,
        expected_bodies: Collection[str] | None = None,
        policy: Policy = DEFAULT,
    ) -> Measured:
        """The verdict with time and memory that it took."""
        if len(pdf) > MAX_PDF_BYTES:
            return Measured(refusal(pdf, "too-large", now), None)
        task = Task(
            now=now,
            expected_bodies=None if expected_bodies is None else tuple(expected_bodies),
            policy=policy,
            language=current_language(),
            size=len(pdf),
            seconds=self._seconds,
            trust=None,
        )
        standby = self._ready.get()
        try:
            answered = standby.ask(task, pdf, trust)
        finally:
            self._ready.put(standby)
        if answered is None:
            return Measured(refusal(pdf, "limits", now), None)
        ending, answer = answered
        return Measured(_read(answer, pdf, now), ending)

    def close(self) -> None:
        """End the processes; a later `verify` starts them again."""
        for standby in self._all:
            standby.stop()


def _read(answer: bytes, pdf: bytes, now: datetime) -> Verdict:
    """The verdict that a daughter wrote, believed only if it is one, and of this file."""
    if not answer:
        return refusal(pdf, "limits", now)
    try:
        verdict = from_bytes(Verdict, answer)
    except BadInput:
        return refusal(pdf, "limits", now)
    return verdict if verdict.digest == sha256(pdf) else refusal(pdf, "unreadable", now)


class _Standby:
    """One process that stands ready, started when first asked and again when it died."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._told: Trusted | None = None
        self._end: weakref.finalize[[subprocess.Popen[bytes]], _Standby] | None = None

    def ask(self, task: Task, pdf: bytes, trust: TrustStore) -> tuple[Ending, bytes] | None:
        """How its daughter ended and what she answered; ``None`` when the process itself died."""
        told = Trusted.of(trust)
        process = self._running()
        if told != self._told:
            task = msgspec.structs.replace(task, trust=told)
        deadline = threading.Timer(2 * task.seconds + _PATIENCE, _kill, (process,))
        deadline.start()
        try:
            answered = _exchange(process, task, pdf)
        finally:
            deadline.cancel()
        self._told = told
        if answered is None:
            self.stop()
        return answered

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is None or self._process.poll() is not None:
            self.stop()
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "signing.verdict.zygote"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=child_environment(),
                start_new_session=True,  # so that a daughter dies with her mother
            )
            # Whoever forgets to close the pool, or ends in a hurry, leaves no process behind.
            self._end = weakref.finalize(self, _end, self._process)
        return self._process

    def stop(self) -> None:
        """End the process and forget what it was told."""
        self._process, self._told = None, None
        if self._end is not None:
            self._end()


def _exchange(
    process: "subprocess.Popen[bytes]", task: Task, pdf: bytes
) -> tuple[Ending, bytes] | None:
    if process.stdin is None or process.stdout is None:
        return None
    try:
        write_frame(process.stdin, msgspec.json.encode(task))
        process.stdin.write(pdf)
        process.stdin.flush()
        told = read_frame(process.stdout, MAX_JSON_BYTES)
        answer = read_frame(process.stdout, MAX_JSON_BYTES)
        return None if told is None or answer is None else (from_bytes(Ending, told), answer)
    except (OSError, ValueError, BadInput):  # also where another thread has closed the pool
        return None


def _end(process: "subprocess.Popen[bytes]") -> None:
    _kill(process)
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with suppress(OSError):
                stream.close()
    process.wait()


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """Mother and daughter; not once the mother is reaped, for then her number may be another's."""
    if process.poll() is None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
