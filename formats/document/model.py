"""The 公文 as one value: the source of every page, the same for editor, command line and tests.

DESIGN §4 shows the JSON. `formats.document.parse` is its only door. A 密级 has no field here:
it is read only to be refused.
"""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, Struct

Kind = Literal[
    "resolution", "decision", "order", "communique", "announcement", "public_notice", "opinion",
    "notice", "circular", "report", "request", "reply", "motion", "letter", "minutes",
]  # fmt: skip
"""The fifteen 文种 of the 2012 条例, article 8, in its order."""

Format = Literal["general", "letter", "order", "minutes"]
Direction = Literal["up", "down", "parallel"]
Urgency = Literal["extra_urgent", "urgent"]
Sensitivity = Literal["public", "internal", "work_secret"]
Signature = Literal["seal", "none", "personal"]


class _Part(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """The base of the document's parts: frozen, unknown fields refused, defaults left out."""


class DocumentNumber(_Part, frozen=True, kw_only=True):
    """发文字号: 机关代字〔year〕serial号."""

    mark: str
    year: Annotated[int, Meta(ge=1949, le=9999)]
    serial: Annotated[int, Meta(ge=1, le=999_999)]

    def __str__(self) -> str:
        return f"{self.mark}〔{self.year}〕{self.serial}号"


class Table(_Part, frozen=True, kw_only=True):
    """A plain grid of cells."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    landscape: bool = False


class Image(_Part, frozen=True, kw_only=True):
    """A picture: PNG or JPEG bytes (base64 in JSON), read by `formats.safe.image` alone."""

    data: bytes
    description: str
    """What it shows, for those who hear the page."""
    caption: str | None = None
    """Printed below it, centred."""
    width_mm: Annotated[float, Meta(gt=0, le=225)] | None = None
    """As wide as the core at most; None: its natural size at 300 dpi, or less to fit."""


class Block(_Part, frozen=True, kw_only=True):
    """One paragraph (``level`` and ``text``), one table or one picture.

    Level 0 is running text; levels 1 to 4 are 一、（一）1.（1）, GB/T 9704-2012 7.3.3.
    """

    level: Annotated[int, Meta(ge=0, le=4)] = 0
    text: str | None = None
    table: Table | None = None
    image: Image | None = None


class Attachment(_Part, frozen=True, kw_only=True):
    """An 附件: bound in after the document, or bound apart from it."""

    title: str
    body: tuple[Block, ...] = ()
    separate: bool = False
    """Bound apart: a file of its own that begins with 发文字号 and 附件N (7.3.7)."""


class Signer(_Part, frozen=True, kw_only=True):
    """Who signs in person, by 签名章 (7.3.5.3)."""

    office: str
    """职务, for example 省长."""
    name: str


class Attendance(_Part, frozen=True, kw_only=True):
    """Who was at the meeting, for 纪要 (10.3)."""

    present: tuple[str, ...] = ()
    """出席."""
    absent: tuple[str, ...] = ()
    """请假."""
    observers: tuple[str, ...] = ()
    """列席."""


class Document(_Part, frozen=True, kw_only=True):
    """A 公文."""

    kind: Kind
    format: Format = "general"
    direction: Direction
    issuers: Annotated[tuple[str, ...], Meta(min_length=1)]
    issuer_mark: str | None = None
    """发文机关标志 where it is not the issuers' names followed by 文件."""
    number: DocumentNumber | None = None
    copy_number: str | None = None
    urgency: Urgency | None = None
    approvers: tuple[str, ...] = ()
    sensitivity: Sensitivity = "public"
    title: str
    main_recipients: tuple[str, ...] = ()
    body: tuple[Block, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    issue_date: date | None = None
    signature: Signature = "seal"
    signers: tuple[Signer, ...] = ()
    """Whose 签名章 the document bears; as many as ``signature`` personal asks for."""
    attendance: Attendance | None = None
    note: str | None = None
    contact: str | None = None
    cc: tuple[str, ...] = ()
    printer: str | None = None
    print_date: date | None = None
    reply_to: str | None = None
    """发文字号 of the document this one answers."""
    barcode: bool = False
    """Whether the 公文二维条码 is printed."""
