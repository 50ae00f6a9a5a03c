"""四性检测 (DA/T 70-2018): what a machine can check of an item, as a registry.

Each check has an id, a property, the standard it serves and a function from a `Subject` to an
`Outcome`. What needs a person says so (``manual``); a check never raises for what it finds. The
checks of the archive as a whole are in `soundness`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Final, Literal

from desktop.archive.grams import number_runs, runs
from desktop.archive.ledger import Entry
from desktop.archive.record import record_digest
from desktop.archive.values import Item
from desktop.archive.versions import EVENT, Version
from formats.i18n import mark, tr

Property = Literal["authenticity", "integrity", "usability", "security"]
CheckVerdict = Literal["pass", "fail", "manual", "not-applicable"]

PROPERTY_NAMES: Final[dict[str, str]] = {
    "authenticity": mark("真实性"),
    "integrity": mark("完整性"),
    "usability": mark("可用性"),
    "security": mark("安全性"),
}
VERDICT_NAMES: Final[dict[str, str]] = {
    "pass": mark("通过"),
    "fail": mark("不通过"),
    "manual": mark("需人工"),
    "not-applicable": mark("不适用"),
}

PdfVerifier = Callable[[bytes], tuple[str, str]]
"""A sealed PDF to the status of its verdict (``green`` … ``red``) and a Chinese sentence."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one check found."""

    verdict: CheckVerdict
    evidence: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One item, and all that its checks look at; read once."""

    item: Item
    entries: tuple[Entry, ...]
    """Its ledger entries."""
    file_faults: dict[str, str]
    """What is wrong with a file, by name."""
    document: bytes | None = field(repr=False)
    """The newest version of the 正文; ``None`` when there is none or it does not open."""
    versions: tuple[Version, ...] = ()
    """Its versions after the one that was filed."""
    indexed: bool
    today: date
    verifier: PdfVerifier | None


@dataclass(frozen=True, slots=True)
class Check:
    """One entry of the registry."""

    id: str
    property: Property
    name: str
    standard: str
    run: Callable[[Subject], Outcome]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """One check on one item; ``item`` is empty for the archive as a whole."""

    item: str
    archive_code: str
    check: str
    property: Property
    name: str
    """Chinese."""
    standard: str
    verdict: CheckVerdict
    evidence: dict[str, str]


@dataclass(frozen=True, slots=True)
class CheckRun:
    """Everything that was checked."""

    items: int
    results: tuple[CheckResult, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing failed."""
        return all(result.verdict != "fail" for result in self.results)

    @property
    def failures(self) -> tuple[CheckResult, ...]:
        """What failed."""
        return tuple(result for result in self.results if result.verdict == "fail")


def run_checks(subject: Subject, checks: Sequence[Check] | None = None) -> tuple[CheckResult, ...]:
    """Every check of the registry on one item."""
    return tuple(
        _result(check, subject.item, check.run(subject))
        for check in (REGISTRY if checks is None else checks)
    )


def _result(check: Check, item: Item, outcome: Outcome) -> CheckResult:
    return CheckResult(
        item=item.id,
        archive_code=item.archive_code,
        check=check.id,
        property=check.property,
        name=tr(check.name),
        standard=check.standard,
        verdict=outcome.verdict,
        evidence=outcome.evidence,
    )


def _verdict(good: bool, **evidence: str) -> Outcome:
    return Outcome("pass" if good else "fail", {} if good else evidence)


def _metadata_complete(subject: Subject) -> Outcome:
    item = subject.item
    lacking = [
        name
        for name, value in (
            (tr("题名"), item.title),
            (tr("责任者"), item.issuer),
            (tr("成文日期"), item.issue_date),
            (tr("文种"), item.kind),
        )
        if not value
    ]
    if item.source == "added" and lacking:
        return Outcome("manual", {"lacking": "、".join(lacking)})
    return _verdict(not lacking, lacking="、".join(lacking))


def _in_text(words: str, subject: Subject) -> Outcome:
    """Whether the words stand in the text; spaces, brackets and punctuation do not count."""
    if not words or not subject.item.text:
        return Outcome("not-applicable")
    found = "".join(runs(words)) in "".join(runs(subject.item.text))
    return Outcome("pass") if found else Outcome("manual", {"expected": words})


def _number_form(subject: Subject) -> Outcome:
    """机关代字, year, serial; GB/T 9704-2012 7.2.5."""
    if not subject.item.number:
        return Outcome("not-applicable")
    parts = number_runs(subject.item.number)
    good = len(parts) == 3 and parts[1].isdigit() and len(parts[1]) == 4 and parts[2].isdigit()  # noqa: PLR2004 - three parts, a four-digit year
    return Outcome("pass") if good else Outcome("manual", {"number": subject.item.number})


def _date_plausible(subject: Subject) -> Outcome:
    issued = subject.item.issue_date
    if issued is None:
        return Outcome("not-applicable")
    return _verdict(issued <= subject.today, issue_date=issued.isoformat())


def _signature_valid(subject: Subject) -> Outcome:
    if subject.document is None or not subject.document.startswith(b"%PDF-"):
        return Outcome("not-applicable")
    if subject.verifier is None:
        return Outcome("manual", {"reason": tr("没有指定验证程序")})
    status, sentence = subject.verifier(subject.document)
    evidence = {"status": status, "sentence": sentence}
    if status in {"green", "green-b", "blue"}:
        return Outcome("pass", evidence)
    return Outcome("fail" if status == "red" else "manual", evidence)


def _pinned(subject: Subject) -> Outcome:
    """The item is what the ledger says was filed."""
    filed = [entry for entry in subject.entries if entry.event == "filed"]
    found = record_digest(subject.item)
    if len(filed) != 1:
        return Outcome("fail", {"entries": str(len(filed))})
    return _verdict(
        filed[0].facts.get("record") == found,
        expected=filed[0].facts.get("record", ""),
        found=found,
    )


def _versions_pinned(subject: Subject) -> Outcome:
    """Every further version goes on from the one before, as the ledger has it."""
    told = [e.facts for e in subject.entries if e.event == EVENT]
    if not told and not subject.versions:
        return Outcome("not-applicable")
    filed = next((one.sha256 for one in subject.item.files if one.role == "document"), "")
    chain = [filed, *(version.sha256 for version in subject.versions)]
    expected = [(facts.get("from", ""), facts.get("sha256", "")) for facts in told]
    found = list(pairwise(chain))
    return _verdict(expected == found, expected=str(len(expected)), found=str(len(found)))


def _still_proven(subject: Subject) -> Outcome:
    """The last archive time-stamp has not ended; what has none is judged by its signature alone."""
    if not subject.versions:
        return Outcome("not-applicable")
    until = subject.versions[-1].until.date()
    return _verdict(subject.today <= until, until=until.isoformat())


def _document_there(subject: Subject) -> Outcome:
    return _verdict(any(one.role == "document" for one in subject.item.files))


def _files_whole(subject: Subject) -> Outcome:
    return Outcome("fail", subject.file_faults) if subject.file_faults else Outcome("pass")


def _package_kept(subject: Subject) -> Outcome:
    """What came over the exchange is kept as it came, with its receipts."""
    if subject.item.source == "added":
        return Outcome("not-applicable")
    roles = {one.role for one in subject.item.files}
    lacking = [role for role in ("package", "evidence") if role not in roles]
    return Outcome("manual", {"lacking": "、".join(lacking)}) if lacking else Outcome("pass")


def _attachments_there(subject: Subject) -> Outcome:
    """附件说明 against the files: an attachment bound into the document is no file of its own."""
    files = sum(one.role == "attachment" for one in subject.item.files)
    listed = subject.item.metadata.get("附件", "")
    if not listed and not files:
        return Outcome("not-applicable")
    return Outcome("manual", {"listed": listed, "files": str(files)}) if listed else Outcome("pass")


def _opens(subject: Subject) -> Outcome:
    data = subject.document
    if data is None:
        return Outcome("fail", {"reason": tr("正文打不开")})
    if not data.startswith(b"%PDF-"):
        return Outcome("manual", {"reason": tr("正文不是 PDF")})
    return _verdict(b"%%EOF" in data[-2048:], reason=tr("PDF 没有结尾"))


def _long_lived(subject: Subject) -> Outcome:
    """PDF/A says so of itself in its XMP; whether it is true takes a validator."""
    data = subject.document
    if data is None or not data.startswith(b"%PDF-"):
        return Outcome("not-applicable" if data is None else "manual")
    claims = b"pdfaid:part" in data
    return Outcome("pass" if claims else "manual", {"pdfa": str(claims).lower()})


def _not_locked(subject: Subject) -> Outcome:
    data = subject.document
    if data is None or not data.startswith(b"%PDF-"):
        return Outcome("not-applicable")
    return _verdict(b"/Encrypt" not in data[-65536:], reason=tr("正文被加密"))


def _searchable(subject: Subject) -> Outcome:
    if not subject.indexed:
        return Outcome("fail", {"reason": tr("检索库中没有这一件")})
    empty = {"reason": tr("没有可检索的文字")}
    return Outcome("pass") if subject.item.text.strip() else Outcome("manual", empty)


def _not_classified(subject: Subject) -> Outcome:
    fine = subject.item.sensitivity in {"public", "internal", "work_secret"}
    return _verdict(fine, sensitivity=subject.item.sensitivity)


def _by_hand(_subject: Subject) -> Outcome:
    return Outcome("manual")


_DAT_70: Final = "DA/T 70-2018"
_DAT_97: Final = "DA/T 97-2023"

REGISTRY: Final[tuple[Check, ...]] = (
    Check("ZS-01", "authenticity", mark("元数据齐全"), _DAT_70, _metadata_complete),
    Check(
        "ZS-02",
        "authenticity",
        mark("题名与正文一致"),
        _DAT_70,
        lambda subject: _in_text(subject.item.title, subject),
    ),
    Check(
        "ZS-03",
        "authenticity",
        mark("发文字号与正文一致"),
        _DAT_70,
        lambda subject: _in_text(subject.item.number, subject),
    ),
    Check("ZS-04", "authenticity", mark("发文字号形式正确"), "GB/T 9704-2012 7.2.5", _number_form),
    Check("ZS-05", "authenticity", mark("成文日期合理"), _DAT_70, _date_plausible),
    Check("ZS-06", "authenticity", mark("电子签名和印章有效"), _DAT_97, _signature_valid),
    Check("ZS-07", "authenticity", mark("与归档时的固化值一致"), _DAT_97, _pinned),
    Check("ZS-08", "authenticity", mark("续签各版本前后相接"), _DAT_97, _versions_pinned),
    Check("ZS-09", "authenticity", mark("存档时间戳在有效期内"), _DAT_97, _still_proven),
    Check("WZ-01", "integrity", mark("正文存在"), _DAT_70, _document_there),
    Check("WZ-02", "integrity", mark("各文件摘要一致"), _DAT_70, _files_whole),
    Check("WZ-03", "integrity", mark("交换包和存证齐全"), _DAT_97, _package_kept),
    Check("WZ-04", "integrity", mark("附件齐全"), _DAT_70, _attachments_there),
    Check("KY-01", "usability", mark("正文可打开"), _DAT_70, _opens),
    Check("KY-02", "usability", mark("正文为长期保存格式"), _DAT_70, _long_lived),
    Check("KY-03", "usability", mark("正文未加密"), _DAT_70, _not_locked),
    Check("KY-04", "usability", mark("可检索"), _DAT_70, _searchable),
    Check("KY-05", "usability", mark("呈现正确"), _DAT_70, _by_hand),
    Check("AQ-01", "security", mark("未标密级"), _DAT_70, _not_classified),
    Check("AQ-02", "security", mark("无病毒"), _DAT_70, _by_hand),
)
