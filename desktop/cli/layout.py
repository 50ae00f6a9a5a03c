"""`check-layout`: a PDF under the ruler of GB/T 9704-2012."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from desktop.cli.common import JsonOption, print_json
from formats.i18n import mark, tr

if TYPE_CHECKING:
    from formats.measure.report import LayoutFinding, LayoutReport

FORMATS: Final = {
    "general": mark("通用格式"),
    "letter": mark("信函格式"),
    "order": mark("命令（令）格式"),
    "minutes": mark("纪要格式"),
    "attachment": mark("另装的附件"),
    "unknown": mark("未认出格式"),
}
_WIDE: Final = 120
"""Columns of the table where the output is no terminal."""


def register(app: typer.Typer) -> None:
    """Put the command into the tree."""
    app.command(
        "check-layout",
        help=tr(
            "测量 PDF 的版面是否符合 GB/T 9704-2012；"
            "退出状态：规定项目全部通过 0，有不符合规定的 1，无法测量 2。"
        ),
    )(check_layout)


def check_layout(
    file: Annotated[Path, typer.Argument(metavar="PDF", help="任何来源的 PDF 文件。")],
    *,
    json: JsonOption = False,
) -> None:
    """Measure a PDF and say what differs, by clause."""
    from desktop.files import read_file  # noqa: PLC0415 - loads when used
    from desktop.services.layout import check_layout_outside  # noqa: PLC0415 - loaded when used: start-up stays quick
    from formats.limits import MAX_PDF_BYTES  # noqa: PLC0415 - loaded when used: start-up stays quick

    report = check_layout_outside(read_file(file, limit=MAX_PDF_BYTES))
    if json:
        print_json(as_object(report))
    else:
        _print(report)
    raise typer.Exit(report.exit_status)


def as_object(report: "LayoutReport") -> dict[str, object]:
    """The report with its sentence, as `--json` prints it."""
    return {
        "summary": report.summary(),
        "measurable": report.measurable,
        "format": report.format,
        "pages": report.pages,
        "findings": report.findings,
        "omitted": report.omitted,
    }


def _print(report: "LayoutReport") -> None:
    from rich.console import Console  # noqa: PLC0415 - loaded when used: start-up stays quick
    from rich.table import Table  # noqa: PLC0415 - loaded when used: start-up stays quick

    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=_WIDE, color_system=None)
    console.print(report.summary(), markup=False)
    if not report.measurable:
        return
    console.print(
        tr("{format}，共 {pages} 页", format=tr(FORMATS[report.format]), pages=report.pages),
        markup=False,
    )
    if not report.findings:
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in (
        tr("编号"), tr("条款"), tr("强度"), tr("位置"), tr("问题"), tr("实测"), tr("应为"),
    ):  # fmt: skip
        table.add_column(heading, overflow="fold", no_wrap=heading in {tr("编号"), tr("强度")})
    for finding in report.findings:
        table.add_row(*_cells(finding), style="red" if finding.strength == "required" else None)
    console.print(table)


def _cells(finding: "LayoutFinding") -> tuple[str, ...]:
    from rich.markup import escape  # noqa: PLC0415 - loaded when used: start-up stays quick

    from desktop.services.layout import row_of  # noqa: PLC0415 - loaded when used: start-up stays quick
    from desktop.services.words import STRENGTHS, label  # noqa: PLC0415 - loaded when used: start-up stays quick

    row = row_of(finding)
    return tuple(
        escape(text)
        for text in (
            row.code,
            row.clause,
            label(STRENGTHS, row.strength),
            row.where,
            row.message,
            row.measured,
            row.expected,
        )
    )
