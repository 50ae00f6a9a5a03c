"""`typeset`, `check-rules`, `seal`: documents and files, most without a profile."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from desktop.cli.common import (
    JsonOption,
    PinFileOption,
    ProfileOption,
    default_profile,
    print_json,
    profile_at,
    read_pin,
    show,
)
from formats.errors import Refused
from formats.i18n import mark, tr

if TYPE_CHECKING:
    from desktop.services.batch_sealing import BatchOptions
    from desktop.services.sealing import Hand
    from formats.document.intake import Intake
    from formats.document.model import Document
    from signing.timestamp import TimestampSource
    from signing.verdict.report import Level

Source = Annotated[Path, typer.Argument(metavar="公文", help="公文的 JSON、DOCX 或纯文本文件。")]
Output = Annotated[
    Path, typer.Option("--output", "-o", metavar="输出文件", help="写到哪里。", show_default=False)
]


class OutputUnknown(Refused):
    """The ending of the output file names no format that can be written."""

    code = "desktop.output-unknown"
    happened = mark("不能写成“{ending}”格式。")
    safe = mark("没有写入任何文件。")
    advice = mark("请使用 .pdf、.docx、.xml 或 .json 结尾的文件名。")


def register(app: typer.Typer) -> None:
    """Put the commands into the tree."""
    app.command(
        "typeset",
        help=tr("按 GB/T 9704-2012 排版公文；输出文件名以 .docx、.xml 或 .json 结尾时写成该格式。"),
    )(typeset)
    app.command("check-rules", help=tr("按行文规则 R01 至 R26 校核公文。"))(check_rules)
    app.command("seal", help=tr("用 UKEY 给排好版的 PDF 加盖印章，一个或一批。"))(seal)


def take_in(source: Path) -> "Intake":
    """A document from a file. Raises `BadInput`, `Classified`, `DiskTrouble`."""
    from desktop.files import read_file  # noqa: PLC0415 - loads when used
    from formats.document.intake import take_in as take  # noqa: PLC0415 - loaded when used: start-up stays quick
    from formats.limits import MAX_SOURCE_BYTES  # noqa: PLC0415 - loaded when used: start-up stays quick

    return take(read_file(source, limit=MAX_SOURCE_BYTES), source.name)


def typeset(source: Source, output: Output, *, json: JsonOption = False) -> None:
    """Typeset a source into a PDF, or write it as DOCX, our XML or JSON."""
    from desktop.files import require_other_file, write_together  # noqa: PLC0415 - when used

    ending = output.suffix.lower()
    if ending not in {".pdf", ".docx", ".xml", ".json"}:
        raise OutputUnknown(ending, ending=ending or output.name)
    require_other_file(source, output)
    taken = take_in(source)
    notes = [note.message for note in taken.notes]
    report: dict[str, object] = {
        "output": str(output),
        "notes": notes,
        "elements": taken.elements,
    }
    lines: list[str] = []
    if ending == ".pdf":
        files = _typeset_files(taken.document, output, report, lines)
    elif ending == ".docx":
        files = _docx_files(taken.document, output)
        report["separate"] = [str(path) for path, _ in files[1:]]
    else:
        files = [(output, _source_bytes(taken, ending))]
    for path, _ in files:
        require_other_file(source, path)
    write_together(files)
    written = [tr("已写入 {path}", path=path) for path, _ in files]
    show(report, [*written, *lines, *notes], as_json=json)


def _typeset_files(
    document: "Document", output: Path, report: dict[str, object], lines: list[str]
) -> list[tuple[Path, bytes]]:
    """The PDF and beside it those of 附件 bound apart; ``report`` and ``lines`` tell of them."""
    from desktop.services.typesetting import typeset as set_type  # noqa: PLC0415 - loaded when used: start-up stays quick

    done = set_type(document)
    apart = [
        (output.with_name(f"{output.stem}-附件{number}.pdf"), pdf) for number, pdf in done.separate
    ]
    report |= {
        "pages": done.pages,
        "seal_slots": done.seal_slots,
        "warnings": done.warnings,
        "notices": done.notes,
        "separate": [str(path) for path, _ in apart],
        "compose": {
            "seal_slots": done.report.seal_slots,
            "remedies": done.report.remedies,
            "deviation": done.report.deviation,
            "notices": [
                {"code": notice.code, "text": notice.text(), "matters": notice.matters}
                for notice in done.report.warnings
            ],
        },
    }
    lines.append(tr("共 {pages} 页", pages=done.pages))
    lines += [tr("请留意：{text}", text=text) for text in done.warnings]
    lines += done.notes
    return [(output, done.pdf), *apart]


def _docx_files(document: "Document", output: Path) -> list[tuple[Path, bytes]]:
    """The DOCX and beside it those of 附件 bound apart."""
    from formats.typeset.separate import separate_numbers  # noqa: PLC0415 - loads when used
    from formats.write.docx import write_docx, write_separate_docx  # noqa: PLC0415 - loads when used

    apart = [
        (
            output.with_name(f"{output.stem}-附件{number}.docx"),
            write_separate_docx(document, number),
        )
        for number in separate_numbers(document)
    ]
    return [(output, write_docx(document)), *apart]


def _source_bytes(taken: "Intake", ending: str) -> bytes:
    if ending == ".json":
        from formats.document.parse import document_to_json  # noqa: PLC0415 - loaded when used: start-up stays quick

        return document_to_json(taken.document)
    from formats.document.xml import to_xml  # noqa: PLC0415 - loaded when used: start-up stays quick

    return to_xml(taken.document)


def check_rules(source: Source, *, json: JsonOption = False, profile: ProfileOption = None) -> None:
    """Check a source; with a profile, the directory is asked too. Exit 1 when a finding blocks."""
    from desktop.services import checking, naming  # noqa: PLC0415 - loads when used
    from formats.effects import system_clock  # noqa: PLC0415 - loaded when used: start-up stays quick

    document = take_in(source).document
    sender = directory = recipients = cc = None
    if profile is not None or (default_profile() / "profile.json").is_file():
        from desktop.services.ukey import load_directory  # noqa: PLC0415 - loaded when used: start-up stays quick

        settings = profile_at(profile)
        directory = load_directory(settings, system_clock)
        sender = directory.body(settings.body)
        found, _, missing = naming.resolve_names(document.main_recipients, sender, directory)
        recipients = found if found and not missing else None
        cc, _, _ = naming.resolve_names(document.cc, sender, directory)
    rows = checking.findings(
        document,
        sender=sender,
        directory=directory,
        recipients=recipients,
        cc=cc,
        at=system_clock(),
    )
    blocks = sum(row.severity == "block" for row in rows)
    if json:
        for row in rows:
            print_json(row)
    else:
        for row in rows:
            word = tr("不符合") if row.severity == "block" else tr("请留意")
            typer.echo(f"{row.code} {word}（{row.clause}）：{row.message}")
        typer.echo(
            tr("{blocks} 项不符合规定，{warns} 项提醒", blocks=blocks, warns=len(rows) - blocks)
        )
    if blocks:
        raise typer.Exit(1)


class SealLevel(StrEnum):
    """ETSI EN 319 142-1 6.1."""

    B_B = "B-B"
    B_T = "B-T"
    B_LT = "B-LT"
    B_LTA = "B-LTA"


def seal(
    sources: Annotated[
        list[Path], typer.Argument(metavar="PDF", help="用 yidao typeset 排好的 PDF，可以有多个。")
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="输出文件", help="写到哪里（一个文件时）。",
            show_default=False,
        ),
    ] = None,
    out_dir: Annotated[
        Path | None,
        typer.Option(
            "--out-dir", metavar="文件夹", help="逐个盖章，按原文件名写入该文件夹。",
            show_default=False,
        ),
    ] = None,
    *,
    riding: Annotated[
        bool, typer.Option("--riding", help="同时加盖骑缝章。", show_default=False)
    ] = False,
    json: JsonOption = False,
    profile: ProfileOption = None,
    pin_file: PinFileOption = None,
    no_timestamp: Annotated[
        bool, typer.Option("--no-timestamp", help="不向交换节点取时间戳。", show_default=False)
    ] = False,
    level: Annotated[
        SealLevel | None,
        typer.Option(
            "--level",
            help="签名级别；B-T 及以上必须取得时间戳，B-LT 附带验证资料，B-LTA 再加存档时间戳。",
            show_default=False,
        ),
    ] = None,
) -> None:  # fmt: skip
    """Seal PDFs with the profile's UKEY and time stamps of the first authority that answers."""
    from desktop.files import require_other_file  # noqa: PLC0415 - loads when used
    from desktop.services.batch_sealing import BatchOptions  # noqa: PLC0415 - loads when used
    from desktop.services.sealing import Hand, seal_file  # noqa: PLC0415 - loaded when used: start-up stays quick
    from desktop.services.stamping import client_of  # noqa: PLC0415 - loaded when used: start-up stays quick
    from desktop.services.ukey import UkeySession  # noqa: PLC0415 - loaded when used: start-up stays quick

    if no_timestamp and level not in {None, SealLevel.B_B}:
        raise typer.BadParameter(tr("这一级别需要时间戳，不能与 --no-timestamp 同用"))
    if (output is None) == (out_dir is None) or (output is not None and len(sources) > 1):
        raise typer.BadParameter(tr("一个文件用 -o，多个文件用 --out-dir，二者选一"))
    settings = profile_at(profile)
    if output is not None:
        require_other_file(sources[0], output)
    pin = read_pin(pin_file)
    wanted: Level | None = level.value if level is not None else None
    with UkeySession(settings, pin) as ukey:
        hand = Hand(ukey.signer(), ukey.seals(), ukey.trust, ukey.clock)
        timestamps = None if no_timestamp else client_of(settings, ukey.clock)
        if out_dir is not None:
            _seal_many(sources, out_dir, hand, timestamps, BatchOptions(riding, wanted), json=json)
            return
        report = seal_file(
            sources[0], output or sources[0], hand=hand, timestamps=timestamps, riding=riding,
            level=wanted,
        )  # fmt: skip
    lines = [
        tr("已加盖“{body}”印章，写入 {path}", body=report.signer, path=output),
        tr("带有可信时间戳") if report.stamped else tr("没有时间戳：签章时间以本机时间为准"),
        tr("签名级别：{level}", level=report.level),
    ]
    show(report, lines, as_json=json)


def _seal_many(
    sources: list[Path],
    folder: Path,
    hand: "Hand",
    timestamps: "TimestampSource | None",
    options: "BatchOptions",
    *,
    json: bool,
) -> None:
    """One line for each as it is done. Raises `Exit` where not all of them were sealed."""
    from desktop.files import disk_errors  # noqa: PLC0415 - loads when used
    from desktop.services.batch_sealing import BatchRow, counts, seal_batch  # noqa: PLC0415 - loads when used

    def told(row: BatchRow) -> None:
        if json:
            print_json(row)
        elif row.report is not None:
            typer.echo(tr("已盖章：{path}", path=row.target))
        else:
            typer.echo(tr("未盖章：{path}：{message}", path=row.source, message=row.message))

    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    rows = seal_batch(sources, folder, hand=hand, timestamps=timestamps, options=options, told=told)
    done = counts(rows)
    if not json:
        typer.echo(
            tr("共 {all} 个：已盖章 {sealed} 个，未盖章 {rest} 个", all=len(rows),
               sealed=done["sealed"], rest=len(rows) - done["sealed"])
        )  # fmt: skip
    if done["sealed"] < len(rows):
        raise typer.Exit(1)
