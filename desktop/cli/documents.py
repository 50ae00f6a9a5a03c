"""`typeset`, `check-rules`: documents and files, without a profile."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from desktop.cli.common import (
    JsonOption,
    ProfileOption,
    default_profile,
    print_json,
    profile_at,
    show,
)
from formats.errors import Refused
from formats.i18n import mark, tr

if TYPE_CHECKING:
    from formats.document.intake import Intake
    from formats.document.model import Document

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
