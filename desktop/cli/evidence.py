"""`evidence export/verify`: one bundle file a document, verifiable offline."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from desktop.cli.common import (
    JsonOption,
    PinFileOption,
    ProfileOption,
    local,
    print_json,
    profile_at,
    table,
    workspace_at,
)
from formats.i18n import tr

if TYPE_CHECKING:
    from desktop.services.rows import EvidenceReport

app = typer.Typer(help=tr("存证：导出和核验存证包。"), no_args_is_help=True, rich_markup_mode=None)


@app.command("export", help=tr("导出一份公文的存证包。"))
def export(
    identifier: Annotated[str, typer.Argument(metavar="编号", help="发文编号或收文编号。")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="文件", help="写到哪里。")],
    *,
    json: JsonOption = False,
    profile: ProfileOption = None,
    pin_file: PinFileOption = None,
) -> None:
    """Every receipt of a document with all that proves it, in one file."""
    with workspace_at(profile, pin_file) as workspace:
        from desktop.services.evidence import Evidence  # noqa: PLC0415 - loads when used

        report = Evidence(workspace).export(identifier, output)
    _tell(report, json=json)


@app.command("verify", help=tr("核验存证包；全部成立时退出状态为 0。"))
def verify(
    file: Annotated[Path, typer.Argument(metavar="存证包")],
    *,
    anchors: Annotated[
        Path | None,
        typer.Option(
            "--anchors",
            metavar="文件夹",
            help="信任根证书（*.cer）所在文件夹；不指定时用设置文件夹中的。",
            show_default=False,
        ),
    ] = None,
    json: JsonOption = False,
    profile: ProfileOption = None,
) -> None:
    """Judge a bundle offline. With a profile the logs' keys are compared with the directory."""
    from desktop.profile import read_anchors  # noqa: PLC0415 - loads when used
    from desktop.services.evidence import verify_bundle_file  # noqa: PLC0415 - loaded when used: start-up stays quick

    log_keys: dict[str, bytes] | None = None
    if anchors is not None:
        roots = read_anchors(anchors)
    else:
        from desktop.services.ukey import load_directory  # noqa: PLC0415 - loaded when used: start-up stays quick
        from formats.effects import system_clock  # noqa: PLC0415 - loaded when used: start-up stays quick

        settings = profile_at(profile)
        roots = settings.anchors()
        snapshot = load_directory(settings, system_clock)
        log_keys = {node.id: node.log_key for node in snapshot.nodes}
    _tell(verify_bundle_file(file, roots, log_keys=log_keys), json=json)


def _tell(report: "EvidenceReport", *, json: bool) -> None:
    if json:
        print_json(report)
    else:
        rows = [
            (
                event.label,
                event.issuer,
                local(event.at),
                tr("成立") if event.verified else "；".join(event.reasons),
            )
            for event in report.events
        ]
        for line in table(rows):
            typer.echo(line)
        for code, text in report.reasons:
            typer.echo(f"{code}: {text}")
        typer.echo(tr("存证全部成立。") if report.ok else tr("存证不成立，请勿据此采信。"))
        typer.echo(report.path)
    if not report.ok:
        raise typer.Exit(1)
