"""What goes into the archive and what comes out: frozen values."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Final, Literal

from desktop.archive.errors import ItemRefused
from formats.i18n import mark, tr

ItemId = str
"""One filed item (件): a UUIDv7."""

FileRole = Literal["document", "attachment", "metadata", "evidence", "package"]
"""正文, 附件, 元数据, 证据 (receipts and their bundle), the exchange package as received."""

Retention = Literal["Y", "D30", "D10"]
"""保管期限: 永久, 定期30年, 定期10年 (国家档案局令第8号; codes of DA/T 13-2022)."""

Source = Literal["incoming", "outgoing", "added"]

ROLE_NAMES: Final[dict[str, str]] = {
    "document": "正文",
    "attachment": "附件",
    "metadata": "元数据",
    "evidence": "证据",
    "package": "交换包",
}
RETENTION_NAMES: Final[dict[str, str]] = {
    "Y": mark("永久"),
    "D30": mark("30年"),
    "D10": mark("10年"),
}

_RETENTIONS: Final[dict[str, Retention]] = {
    "Y": "Y",
    "永久": "Y",
    "D30": "D30",
    "30年": "D30",
    "定期30年": "D30",
    "30": "D30",
    "D10": "D10",
    "10年": "D10",
    "定期10年": "D10",
    "10": "D10",
}

Clockwork = Callable[[], float]
"""Monotonic seconds, for how long a search took."""


def parse_retention(text: str) -> Retention:
    """``永久``, ``30年``, ``10年``, with or without 定期, or the code. Raises `ItemRefused`."""
    found = _RETENTIONS.get("".join(text.split()))
    if found is None:
        raise ItemRefused(text, reason=tr("保管期限“{text}”不是永久、30年或10年", text=text))
    return found


def retention_words(code: str) -> str:
    """A retention period as people say it; an unknown code shows as it is."""
    return tr(RETENTION_NAMES.get(code, code))


@dataclass(frozen=True, slots=True)
class FileDraft:
    """A file to be filed: bytes in memory, or a file on disk that is read once."""

    role: FileRole
    name: str
    content: bytes | Path = field(repr=False)
    media_type: str = "application/octet-stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDraft:
    """An item to be filed."""

    title: str
    files: tuple[FileDraft, ...]
    digest: str
    """Digest of the package (or of the file added): filed twice, it is one item."""
    text: str = field(default="", repr=False)
    """All the words of document and attachments, to be found by search."""
    number: str = ""
    """发文字号 as printed."""
    kind: str = ""
    """文种 as in `formats.document.model.Kind`, or empty."""
    issuer: str = ""
    """责任者: the issuers' names, joined by a space."""
    issue_date: date | None = None
    year: int | None = None
    """年度; by default that of ``issue_date``, else of filing."""
    retention: str = "D30"
    category: str = "WS"
    """门类: 文书 by default."""
    office: str = ""
    """机构或问题, a code or a name; may be empty."""
    sensitivity: str = "public"
    source: Source = "added"
    dispatch: str = ""
    consignment: str = ""
    actor: str = ""
    """Who files it, for the ledger."""
    metadata: dict[str, str] = field(default_factory=dict)
    """Further facts by Chinese name; kept and found by search."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file of a filed item."""

    role: FileRole
    name: str
    media_type: str
    length: int
    sha256: str
    blob: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A filed item."""

    id: ItemId
    row: int
    """Its place in archive order: year times 10^8 plus a running number."""
    archive_code: str
    title: str
    number: str
    kind: str
    issuer: str
    issue_date: date | None
    year: int
    retention: Retention
    category: str
    office: str
    serial: int
    """件号 within year, retention period and office."""
    sensitivity: str
    source: Source
    dispatch: str
    consignment: str
    digest: str
    filed: datetime
    actor: str
    metadata: dict[str, str]
    files: tuple[StoredFile, ...]
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Marked:
    """A text with the places (start, end) that matched."""

    text: str
    spans: tuple[tuple[int, int], ...] = ()

    def shown(self, before: str = "[", after: str = "]") -> str:
        """The text with each match between two marks."""
        parts, last = [], 0
        for start, end in self.spans:
            parts += [self.text[last:start], before, self.text[start:end], after]
            last = end
        return "".join((*parts, self.text[last:]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One item in a page of results."""

    id: ItemId
    archive_code: str
    title: Marked
    number: str
    kind: str
    issuer: str
    issue_date: date | None
    year: int
    retention: Retention
    filed: datetime
    snippet: Marked
    """Where the text matched, some sixty characters; its beginning when only the title did."""


@dataclass(frozen=True, slots=True)
class QueryProblem:
    """Why a query could not be read: shown beside the search field, never raised."""

    code: str
    message: str
    """Chinese."""
    position: int
    """Where in the query, in characters."""


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many hits share a value."""

    value: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """Counts over all hits, most frequent first (years: newest first)."""

    years: tuple[FacetCount, ...] = ()
    kinds: tuple[FacetCount, ...] = ()
    issuers: tuple[FacetCount, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of results, newest first."""

    hits: tuple[Hit, ...] = ()
    count: int = 0
    """All hits, exactly."""
    took_ms: float = 0.0
    next: str | None = None
    """Pass as ``before`` for the next page; ``None`` on the last one."""
    facets: Facets | None = None
    problem: QueryProblem | None = None
