"""`outbox`, `outbox retry`: what waits for the node."""

import typer

from desktop.cli.common import (
    JsonOption,
    PinFileOption,
    ProfileOption,
    print_json,
    progress,
    progress_ends,
    workspace_at,
)
from desktop.cli.exchange import QUEUED
from formats.i18n import tr

app = typer.Typer(help=tr("查看和重试发件箱。"), rich_markup_mode=None)


@app.callback(invoke_without_command=True)
def outbox(
    context: typer.Context,
    *,
    json: JsonOption = False,
    profile: ProfileOption = None,
    pin_file: PinFileOption = None,
) -> None:
    """List what waits for the node."""
    if context.invoked_subcommand is not None:
        return
    with workspace_at(profile, pin_file) as workspace:
        from desktop.services.outgoing import Outgoing  # noqa: PLC0415 - loads when used

        rows = Outgoing(workspace).outbox()
    for row in rows:
        if json:
            print_json(row)
        else:
            typer.echo(tr("《{title}》 已尝试 {count} 次", title=row.title, count=row.attempts))
            if row.error:
                typer.echo("  " + row.error)
    if not rows and not json:
        typer.echo(tr("发件箱为空。"))


@app.command("retry", help=tr("立即重试发件箱中的全部事项。"))
def retry(
    *, json: JsonOption = False, profile: ProfileOption = None, pin_file: PinFileOption = None
) -> None:
    """Try everything now. Exit 3 when something still waits, 1 when something was refused."""
    with workspace_at(profile, pin_file) as workspace:
        from desktop.services.outgoing import Outgoing  # noqa: PLC0415 - loads when used

        report = Outgoing(workspace).flush(retry_now=True, progress=progress)
    progress_ends()
    if json:
        print_json(report)
    else:
        typer.echo(
            tr(
                "完成 {done} 项，等待 {waiting} 项，被拒 {stopped} 项",
                done=len(report.done),
                waiting=len(report.waiting),
                stopped=len(report.stopped),
            )
        )
    if report.error:
        typer.echo(report.error, err=True)
    if report.stopped:
        raise typer.Exit(1)
    if report.waiting:
        raise typer.Exit(QUEUED)
