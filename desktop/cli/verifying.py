"""`verify`: what a sealed PDF or a package is worth, by the trust of a profile or of a folder."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from desktop.cli.common import JsonOption, ProfileOption, profile_at, show
from formats.errors import Refused
from formats.i18n import mark, tr

if TYPE_CHECKING:
    from formats.measure.compare import Change
    from signing.trust.store import TrustStore
    from signing.verdict.acceptance import Policy
    from signing.verdict.report import Level, Verdict

_PACKAGE_MAGIC: Final = b"PK"

AnchorsOption = Annotated[
    Path | None,
    typer.Option(
        "--anchors",
        metavar="文件夹",
        help="信任根证书（*.cer）所在文件夹；可另放吊销列表（*.crl）和通讯录（*.p7m）。",
        show_default=False,
    ),
]
NeighboursOption = Annotated[
    bool | None,
    typer.Option(
        "--neighbours/--no-neighbours",
        help="是否采信交叉认证的外省证书；不指定时按本单位的设置。",
        show_default=False,
    ),
]
LevelOption = Annotated[
    str | None,
    typer.Option(
        "--level",
        metavar="级别",
        help="签名至少应达到的级别：B-B、B-T、B-LT、B-LTA；不指定时按本单位的设置。",
        show_default=False,
    ),
]
EtsiOption = Annotated[
    Path | None,
    typer.Option(
        "--etsi",
        metavar="文件",
        help="把验证结论另存为 ETSI TS 119 102-2 验证报告（XML）。",
        show_default=False,
    ),
]
RevisionOption = Annotated[
    Path | None,
    typer.Option(
        "--signed-revision",
        metavar="文件",
        help="把签发时的原件另存为 PDF，并逐页与现在的文件比对。",
        show_default=False,
    ),
]


class NoSignedRevision(Refused):
    """There is no seal of an issuing body whose revision could be given back."""

    code = "verdict.no-signed-revision"
    happened = mark("文件中没有发文机关的印章，没有签发时的原件可以取出。")
    safe = mark("没有写入任何文件。")
    advice = mark("请核对文件是否正确，或请来文单位重新发送。")


class LevelUnknown(Refused):
    """The text is not a level of PAdES."""

    code = "verdict.level-unknown"
    happened = mark("没有“{level}”这个签名级别。")
    safe = mark("没有验证，也没有写入任何文件。")
    advice = mark("可用的级别：{known}。")


def register(app: typer.Typer) -> None:
    """Put the command into the tree."""
    app.command("verify", help=tr("验证 PDF 或公文包；退出状态：通过 0，无法确认 2，不可信 1。"))(
        verify
    )


def verify(
    file: Annotated[Path, typer.Argument(metavar="文件", help="PDF 或公文包。")],
    *,
    json: JsonOption = False,
    profile: ProfileOption = None,
    anchors: AnchorsOption = None,
    neighbours: NeighboursOption = None,
    level: LevelOption = None,
    etsi: EtsiOption = None,
    signed_revision: RevisionOption = None,
) -> None:
    """Judge a file; the verdict is told before anything is written."""
    from desktop.files import require_other_file, write_whole  # noqa: PLC0415 - loads when used

    policy = policy_of(profile, anchors, neighbours=neighbours, level=level)
    for target in (etsi, signed_revision):
        if target is not None:
            require_other_file(file, target)
    data = _read(file)
    verdict = judge(data, trust_at(profile, anchors), policy)
    show(verdict, _verdict_lines(verdict), as_json=json)
    if etsi is not None:
        from signing.verdict.etsi import report_xml  # noqa: PLC0415 - loads when used

        write_whole(etsi, report_xml(verdict))
    if signed_revision is not None:
        pdf = _document(data)
        write_whole(signed_revision, original := _revision(pdf, verdict))
        if not json:
            show(None, _comparison_lines(original, pdf), as_json=False)
    raise typer.Exit(verdict.exit_status)


def judge_file(file: Path, trust: "TrustStore", policy: "Policy") -> "Verdict":
    """What a PDF or a package from disk is worth. Raises `TooLarge`, `DiskTrouble`."""
    return judge(_read(file), trust, policy)


def judge(data: bytes, trust: "TrustStore", policy: "Policy") -> "Verdict":
    """What the bytes of a PDF or a package are worth; foreign bytes are read in a process apart."""
    from formats.effects import system_clock  # noqa: PLC0415 - loads when used

    now = system_clock()
    if data.startswith(_PACKAGE_MAGIC):
        from desktop.services.opening import judge as judge_package  # noqa: PLC0415 - loaded when used: start-up stays quick

        return judge_package(
            data, trust=trust, now=now, recipient=None, sender=None, signed_at=None, policy=policy
        )
    from signing.verdict.sandbox import verify_outside  # noqa: PLC0415 - loaded when used: start-up stays quick

    return verify_outside(data, trust=trust, now=now, policy=policy)


def trust_at(profile: Path | None, anchors: Path | None) -> "TrustStore":
    """The trust of a folder of anchors when it is named, else that of the profile."""
    from desktop.services.trusting import trust_of_folder, trust_of_profile  # noqa: PLC0415 - loaded when used: start-up stays quick
    from formats.effects import system_clock  # noqa: PLC0415 - loaded when used: start-up stays quick

    if anchors is not None:
        return trust_of_folder(anchors, system_clock)
    return trust_of_profile(profile_at(profile), system_clock)


def _read(file: Path) -> bytes:
    from desktop.files import read_file  # noqa: PLC0415 - loads when used
    from formats.limits import MAX_PACKAGE_BYTES  # noqa: PLC0415 - loaded when used: start-up stays quick

    return read_file(file, limit=MAX_PACKAGE_BYTES)


def _document(data: bytes) -> bytes:
    """The PDF itself, also of a package."""
    from formats.package.archive import read_package  # noqa: PLC0415 - loads when used

    return read_package(data).document if data.startswith(_PACKAGE_MAGIC) else data


def policy_of(
    profile: Path | None, anchors: Path | None, *, neighbours: bool | None, level: str | None
) -> "Policy":
    """The profile's policy, none for a folder of anchors, and what the command says otherwise."""
    import msgspec  # noqa: PLC0415 - loaded with the formats anyway

    from signing.verdict.acceptance import DEFAULT  # noqa: PLC0415 - loads when used

    policy = DEFAULT if anchors is not None else profile_at(profile).settings.policy
    if neighbours is not None:
        policy = msgspec.structs.replace(policy, neighbours=neighbours)
    if level is not None:
        policy = msgspec.structs.replace(policy, level=_level(level))
    return policy


def _level(text: str) -> "Level":
    """Raises `LevelUnknown`."""
    from signing.verdict.report import LEVELS  # noqa: PLC0415 - loads when used

    for level in LEVELS:
        if level == text.upper():
            return level
    raise LevelUnknown(text, level=text[:20], known="、".join(LEVELS))


def _revision(pdf: bytes, verdict: "Verdict") -> bytes:
    """Raises `NoSignedRevision`."""
    from signing.verdict.pdf import signed_revision  # noqa: PLC0415 - pyHanko loads slowly

    original = signed_revision(pdf, verdict)
    if not original:
        raise NoSignedRevision
    return original


def _verdict_lines(verdict: "Verdict") -> list[str]:
    lines = [verdict.sentence, verdict.advice]
    lines += [f"  {entry.code}: {entry.text}" for entry in verdict.reasons]
    return [line for line in lines if line]


def _comparison_lines(original: bytes, current: bytes) -> list[str]:
    """Which pages look different from when they were signed."""
    from formats.measure.compare import compare_outside  # noqa: PLC0415 - loads when used

    found = compare_outside(original, current)
    if found is None:
        return [tr("无法逐页比对：文件过于复杂或结构有误。")]
    if not found.changes:
        return [tr("与签发时的原件逐页比对：看上去没有不同。")]
    return [tr("与签发时的原件逐页比对："), *(f"  {_told(change)}" for change in found.changes)]


def _told(change: "Change") -> str:
    if change.only_in == "signed":
        return tr("第 {page} 页：签发时有，现在没有", page=change.page)
    if change.only_in == "current":
        return tr("第 {page} 页：签发时没有", page=change.page)
    return tr(
        "第 {page} 页：距左 {left:.0f}～{right:.0f} 毫米、距上 {top:.0f}～{bottom:.0f} 毫米处不同",
        page=change.page,
        left=change.left_mm,
        right=change.right_mm,
        top=change.top_mm,
        bottom=change.bottom_mm,
    )
