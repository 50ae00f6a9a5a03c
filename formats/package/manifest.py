"""The manifest of a package: what is inside, for whom, by which rules; bound by the signature.

The opener checks that it is named here (so a package cannot be passed on under another envelope)
and that the parts are those listed (so none was added, dropped or exchanged).
"""

from typing import Annotated, Literal

from msgspec import Meta

from formats.canonical import Value, from_canonical
from formats.directory import Suite
from formats.document.model import Sensitivity
from formats.envelope.header import Copies, Role
from formats.errors import BadInput
from formats.i18n import mark
from formats.ids import BodyId, ConsignmentId, Digest, DispatchId, Instant
from formats.limits import MAX_HEADER_BYTES, MAX_PACKAGE_BYTES, MAX_PACKAGE_PARTS, MAX_RECIPIENTS

Code = Annotated[str, Meta(max_length=16)]


class BadManifest(BadInput):
    """A manifest that contradicts itself."""

    code = "package.bad-manifest"
    happened = mark("文件包的清单自相矛盾（{place}）。")
    safe = mark("没有采信其中任何内容，收到的原件仍在。")
    advice = mark("请退回并请发出单位重新封装。")


class Part(Value, frozen=True, kw_only=True):
    """One file in the package."""

    name: Annotated[str, Meta(min_length=1, max_length=255)]
    """Path inside the package: ``document.pdf``, ``metadata.xml`` or ``attachments/…``."""
    media_type: Annotated[str, Meta(pattern=r"^[a-z0-9.+-]+/[a-z0-9.+-]+$", max_length=127)]
    size: Annotated[int, Meta(ge=0, le=MAX_PACKAGE_BYTES)]
    digest: Digest


class Addressee(Value, frozen=True, kw_only=True):
    """One recipient body as the sender meant it."""

    consignment: ConsignmentId
    body: BodyId
    role: Role
    copies: Copies
    """份数 it may print."""


class RuleNote(Value, frozen=True, kw_only=True):
    """A warning of the rules and why the sender went on."""

    code: Code
    reason: Annotated[str, Meta(max_length=500)]


class RulesResult(Value, frozen=True, kw_only=True):
    """What the rule check said when the document was sealed; nothing that blocks may remain."""

    version: Annotated[str, Meta(max_length=32)]
    checked: Instant
    notes: Annotated[tuple[RuleNote, ...], Meta(max_length=64)] = ()


class Manifest(Value, frozen=True, kw_only=True):
    """``manifest.json``."""

    v: Literal[1] = 1
    suite: Suite
    dispatch: DispatchId
    created: Instant
    sender: BodyId
    sensitivity: Sensitivity
    document: Digest
    """Of the sealed ``document.pdf``."""
    parts: Annotated[tuple[Part, ...], Meta(min_length=1, max_length=MAX_PACKAGE_PARTS)]
    """Every member but the manifest, the mimetype and the signature."""
    recipients: Annotated[tuple[Addressee, ...], Meta(min_length=1, max_length=MAX_RECIPIENTS)]
    sequence: Annotated[int, Meta(ge=0)]
    """Counts the sender's dispatches; a gap shows a withheld one."""
    parent: Digest | None
    """Of the manifest of the sender's dispatch before this one."""
    reply_to: DispatchId | None = None
    directory_version: Annotated[int, Meta(ge=0)]
    rules: RulesResult

    def __post_init__(self) -> None:
        """Raise `BadManifest`; runs for every manifest made or read."""
        names = [part.name for part in self.parts]
        if len(set(names)) != len(names):
            raise BadManifest("one part twice", place="parts")
        if not any(p.name == "document.pdf" and p.digest == self.document for p in self.parts):
            raise BadManifest("document", place="document")
        bodies = [recipient.body for recipient in self.recipients]
        if len(set(bodies)) != len(bodies):
            raise BadManifest("one recipient twice", place="recipients")

    def addressee(self, body: str) -> Addressee | None:
        """The entry of that body, if it is named."""
        return next((entry for entry in self.recipients if entry.body == body), None)


def parse_manifest(data: bytes) -> Manifest:
    """The manifest of its canonical bytes. Raises a `BadInput`."""
    return from_canonical(Manifest, data, limit=MAX_HEADER_BYTES)
