"""`lint`: the habits of a draft's text against GB/T 15834, 15835 and 9704."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from desktop.cli.common import JsonOption, print_json
from desktop.cli.documents import Source
from formats.i18n import tr

if TYPE_CHECKING:
    from formats.document.lint import LintFinding


def register(app: typer.Typer) -> None:
    """Put the command into the tree."""
    app.command(
        "lint",
        help=tr("按 GB/T 15834、15835 和 9704 检查文字习惯；有问题时退出状态为 1。"),
    )(lint)


def lint(
    source: Source,
    *,
    fix: Annotated[
        bool,
        typer.Option("--fix", help="自动修改能改的地方，写成公文 JSON。", show_default=False),
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="输出文件", help="修改后写到哪里。", show_default=False
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Lint a source; with ``--fix``, write the mended document. Exit 1 when anything is left."""
    from desktop.cli.documents import OutputUnknown, take_in  # noqa: PLC0415 - loads when used
    from desktop.files import require_other_file, write_whole  # noqa: PLC0415 - loads when used
    from formats.document.lint import fix_all  # noqa: PLC0415 - loaded when used: start-up stays quick
    from formats.document.lint import lint as check  # noqa: PLC0415 - loads when used
    from formats.document.parse import document_to_json  # noqa: PLC0415 - loads when used

    if fix and output is None:
        raise typer.BadParameter(tr("--fix 需要用 -o 指定输出文件。"), param_hint="--output")
    if output is not None and not fix:
        raise typer.BadParameter(tr("-o 只与 --fix 一起使用。"), param_hint="--output")
    if output is not None:
        if output.suffix.lower() != ".json":
            raise OutputUnknown(output.suffix, ending=output.suffix or output.name)
        require_other_file(source, output)
    document = take_in(source).document
    findings = check(document)
    done = 0
    if fix and output is not None:
        document = fix_all(document)
        done = sum(finding.fixable for finding in findings)
        write_whole(output, document_to_json(document))
        findings = check(document)
    if json:
        for finding in findings:
            print_json(as_object(finding))
    else:
        _print(findings)
        if output is not None and fix:
            typer.echo(tr("已修改 {count} 处，写入 {path}", count=done, path=output))
    if findings:
        raise typer.Exit(1)


def as_object(finding: "LintFinding") -> dict[str, object]:
    """A finding as `--json` prints it."""
    return {
        "code": finding.code,
        "severity": finding.severity,
        "clause": finding.clause,
        "field": finding.field,
        "path": finding.path,
        "place": finding.place,
        "message": finding.message,
        "start": finding.start,
        "end": finding.end,
        "before": finding.before,
        "after": finding.after,
        "fixable": finding.fixable,
    }


def _print(findings: "tuple[LintFinding, ...]") -> None:
    for finding in findings:
        typer.echo(f"{finding.code} {finding.place}（{finding.clause}）：{finding.message}")
        typer.echo("    " + tr("原文：{before}", before=finding.before))
        if finding.after:
            typer.echo("    " + tr("改为：{after}", after=finding.after))
    if findings:
        fixable = sum(finding.fixable for finding in findings)
        count = len(findings)
        typer.echo(
            tr(
                "{count} 处需要修改，其中 {fixable} 处可以自动修改",
                count=count,
                fixable=fixable,
            )
        )
    else:
        typer.echo(tr("没有发现问题"))
