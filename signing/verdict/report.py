"""The verdict as a value: one status for the whole document, one sentence, the reasons, the proof.

``valid`` and ``intact`` of a single signature are never shown alone: a document is what its worst
part is. `Verdict` is what the command line prints, the window shows and the receipt binds.
"""

from collections.abc import Iterable
from typing import Annotated, Final, Literal

import msgspec

from formats.canonical import Value, to_bytes
from formats.i18n import mark, tr
from formats.ids import CHINA, Digest, Instant, sha256
from signing.verdict.reasons import SEVERITY, Reason, Status, reason, worst

EXIT_STATUS: Final[dict[Status, int]] = {"green": 0, "green-b": 0, "blue": 0, "amber": 2, "red": 1}

SignatureKind = Literal["certification", "approval", "timestamp", "package"]
"""``package`` is the sender's signature over the package that carries the document."""

Level = Literal["B-B", "B-T", "B-LT", "B-LTA"]
"""ETSI EN 319 142-1 6.1."""

LEVELS: Final[tuple[Level, ...]] = ("B-B", "B-T", "B-LT", "B-LTA")
"""From the least to the most."""

_SENTENCES: Final[dict[Status, str]] = {
    "green": mark("签名有效：由“{body}”于 {time}（可信时间戳）签发，签发后未被改动。"),
    "green-b": mark(
        "签名有效：由“{body}”签发，签发后未被改动；"
        "签发时间 {time} 为签名人自报，未经时间戳证明。"
    ),
    "blue": mark(
        "签名有效：由“{body}”于 {time} 签发；"
        "签发后有 {count} 项经许可的补充（{why}），可查看签发时原件。"
    ),
    "amber": mark("暂不能确认：{why}。"),
    "red": mark("不可信：{why}。请勿据此办理，并通知来文单位。"),
}  # fmt: skip

_ACT: Final = mark("可以据此办理。")
"""The advice on a document of which there is nothing to say."""


class SealReport(Value, frozen=True, kw_only=True):
    """The electronic seal (GB/T 38540) that a signature carries, as it says of itself."""

    id: str
    """esID."""
    name: str
    personal: bool = False
    """Whether it is a person's 签名章."""
    version: int
    maker: str
    """Who made it, by the name in the maker's certificate."""
    since: Instant
    until: Instant
    riding: bool = False
    """Whether it goes over the edges of all pages too (骑缝章)."""


class SignatureReport(Value, frozen=True, kw_only=True):
    """One signature or archive time-stamp of the document."""

    field: str
    kind: SignatureKind
    status: Status
    reasons: tuple[Reason, ...]
    body_id: str = ""
    """The 机关 whose UKEY signed, for example ``340000.bgt``; empty where it is none of ours."""
    body: str = ""
    """Its name as the certificate has it."""
    serial: str = ""
    issuer: str = ""
    certificate: Digest | None = None
    content: Digest | None = None
    """Of the bytes that were signed, as the signature has it."""
    attributes: Digest | None = None
    """Of the signed attributes: what the key signed."""
    time: Instant | None = None
    """When it was signed: proven by a time-stamp, else what the signer claims."""
    proven: bool = False
    authority: str = ""
    """Who issued the time-stamp."""
    neighbour: str = ""
    """The cross-certified authority that trust in its signer, or else in its time-stamp, leads
    through; empty where by none."""
    algorithm: str = ""
    """How its key signs: ``sm2-sm3``, ``ecdsa-sha256`` or ``rsa-sha256``."""
    revocation_as_of: Instant | None = None
    """When the oldest list or response was published that says its certificates are not revoked."""
    eseal: SealReport | None = None
    """The electronic seal that its field shows; None where it is bound to none."""
    pages: int = 0
    """Pages of the revision that it signed."""
    covers: int = 0
    """Bytes from the start of the file that it vouches for: the revision as signed."""


RevisionKind = Literal["certification", "approval", "timestamp", "validation-data", "unknown"]


class Revision(Value, frozen=True, kw_only=True):
    """What one revision of the file, from the first signature on, is for."""

    number: int
    """From 1, those before the first signature included."""
    kind: RevisionKind
    field: str = ""
    """The signature field that was filled."""
    by: str = ""
    """Whose signature or time-stamp, by name."""


class Verdict(Value, frozen=True, kw_only=True):
    """What is to be thought of a document."""

    v: Literal[1] = 1
    status: Status
    sentence: str
    advice: str
    reasons: tuple[Reason, ...]
    signatures: tuple[SignatureReport, ...] = ()
    revisions: tuple[Revision, ...] = ()
    level: Level = "B-B"
    """What the issuing body's seal reaches."""
    signed_pages: int = 0
    """Pages that the issuing body's seal vouches for."""
    digest: Digest
    """Of the whole file as it was verified."""
    size: Annotated[int, msgspec.Meta(ge=0)]
    verified_at: Instant

    @property
    def exit_status(self) -> int:
        """0 to rely upon, 2 not settled, 1 not to be relied upon."""
        return EXIT_STATUS[self.status]

    @property
    def accepted(self) -> bool:
        """Whether the document may be acted upon."""
        return self.exit_status == 0

    @property
    def seal(self) -> SignatureReport | None:
        """The issuing body's certification, when there is one."""
        return next((s for s in self.signatures if s.kind == "certification"), None)

    @property
    def issued(self) -> int:
        """Bytes from the start of the file that are the document as issued; 0 where none is known.

        It is known where the seal's signature is right for those bytes, whatever came after them
        and whoever is trusted: a false signature says nothing of what was issued.
        """
        seal = self.seal
        if seal is None or seal.content is None or any(r.code == "coverage" for r in seal.reasons):
            return 0
        return seal.covers

    def has(self, code: str) -> bool:
        """Whether a reason of that code was given."""
        return any(r.code == code for r in self.reasons)

    def json(self) -> bytes:
        """The verdict as one canonical JSON object."""
        return to_bytes(self)


def verdict_of(
    pdf: bytes,
    *,
    reasons: Iterable[Reason],
    signatures: tuple[SignatureReport, ...] = (),
    revisions: tuple[Revision, ...] = (),
    level: Level = "B-B",
    now: Instant,
) -> Verdict:
    """The verdict that the document's reasons and those of its signatures add up to."""
    own = (r for s in signatures for r in s.reasons)
    gathered = tuple({(r.code, r.text): r for r in (*reasons, *own)}.values())
    status = worst(gathered)
    # Where something is wrong, nothing on the document may be called a permitted addition.
    told = (r for r in gathered if status != "red" or r.status != "blue")
    ordered = tuple(sorted(told, key=lambda r: -SEVERITY.index(r.status)))
    seal = next((s for s in signatures if s.kind == "certification"), None)
    added = sum(1 for s in signatures if s.kind in {"approval", "timestamp"})
    return Verdict(
        status=status,
        sentence=_sentence(status, ordered, seal, added),
        advice=next((r.advice for r in ordered if r.status == status), tr(_ACT)),
        reasons=ordered,
        signatures=signatures,
        revisions=revisions,
        level=level,
        signed_pages=seal.pages if seal else 0,
        digest=sha256(pdf),
        size=len(pdf),
        verified_at=now,
    )


def refusal(pdf: bytes, code: str, now: Instant) -> Verdict:
    """The verdict on bytes that could not even be looked at."""
    return verdict_of(pdf, reasons=(reason(code),), now=now)


def _sentence(
    status: Status, reasons: tuple[Reason, ...], seal: SignatureReport | None, count: int
) -> str:
    """The one sentence; it names the reasons that decided, never a lesser one."""
    deciding = tuple(r.text for r in reasons if r.status == status)
    time = seal.time.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S") if seal and seal.time else "—"
    return tr(
        _SENTENCES[status],
        body=seal.body if seal else "",
        time=time,
        count=max(count, 1),
        why=tr("；").join(deciding),
    )
