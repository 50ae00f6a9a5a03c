"""Verify a foreign file in a process of its own: limited memory and time, no files, no secrets.

The parent sends one JSON line (what is trusted, the time) and then the file, over a pipe; the child
answers with the verdict as JSON. Whatever becomes of the child (killed, out of memory, silent)
ends in a red verdict. On systems without ``resource`` only the time is limited.
"""

import sys
from collections.abc import Collection
from datetime import datetime
from typing import Annotated, BinaryIO

import msgspec

from formats.canonical import Value, from_bytes
from formats.errors import BadInput
from formats.i18n import current_language, use_language
from formats.ids import Instant, sha256
from formats.limits import MAX_PDF_BYTES, MAX_VERIFY_MEMORY, MAX_VERIFY_SECONDS, MIB
from formats.safe.child import ask_child, limit_child
from signing.trust.store import TrustStore
from signing.verdict.acceptance import DEFAULT, Policy
from signing.verdict.pdf import verify_pdf
from signing.verdict.report import Verdict, refusal
from signing.verdict.trusted import Trusted

_MAX_REQUEST = 128 * MIB
"""The trust of a province: a directory's certificates and lists."""


class Request(Value, frozen=True, kw_only=True):
    """What the child is told before the file."""

    trust: Trusted
    now: Instant
    expected_bodies: tuple[str, ...] | None
    policy: Policy
    language: str
    size: Annotated[int, msgspec.Meta(ge=0, le=MAX_PDF_BYTES)]


def verify_outside(
    pdf: bytes,
    *,
    trust: TrustStore,
    now: datetime,
    expected_bodies: Collection[str] | None = None,
    policy: Policy = DEFAULT,
    seconds: int = MAX_VERIFY_SECONDS,
) -> Verdict:
    """`verify_pdf` in a process of its own; takes about half a second to start."""
    if len(pdf) > MAX_PDF_BYTES:
        return refusal(pdf, "too-large", now)
    request = Request(
        trust=Trusted.of(trust),
        now=now,
        expected_bodies=None if expected_bodies is None else tuple(expected_bodies),
        policy=policy,
        language=current_language(),
        size=len(pdf),
    )
    answer = ask_child(
        "signing.verdict.sandbox", msgspec.json.encode(request) + b"\n" + pdf, seconds=seconds
    )
    try:
        verdict = None if answer is None else from_bytes(Verdict, answer)
    except BadInput:
        verdict = None
    if verdict is None:
        return refusal(pdf, "limits", now)
    return verdict if verdict.digest == sha256(pdf) else refusal(pdf, "unreadable", now)


def serve(source: BinaryIO, sink: BinaryIO, seconds: int) -> None:
    """The child: one request, one verdict. Raises `BadInput` for a request that is not one."""
    request = from_bytes(Request, source.readline(_MAX_REQUEST), limit=_MAX_REQUEST)
    use_language(request.language)
    limit_child(seconds=seconds, memory=MAX_VERIFY_MEMORY + 8 * request.size)
    pdf = source.read(request.size)
    verdict = verify_pdf(
        pdf,
        trust=request.trust.store(),
        now=request.now,
        expected_bodies=request.expected_bodies,
        policy=request.policy,
    )
    sink.write(msgspec.json.encode(verdict))
    sink.flush()


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer, int(sys.argv[1]))
