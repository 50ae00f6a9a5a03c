"""`archive add/search/check/restamp/export/backup/restore`: the archive from a terminal."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from desktop.cli.common import (
    JsonOption,
    PinFileOption,
    ProfileOption,
    print_json,
    profile_at,
    progress,
    progress_ends,
    table,
    workspace_at,
)
from formats.i18n import tr

app = typer.Typer(
    help=tr("档案：归档、检索、检测、导出、备份。"), no_args_is_help=True, rich_markup_mode=None
)

Item = Annotated[str, typer.Argument(metavar="档案编号", help="search 给出的编号。")]
Retention = Annotated[
    str, typer.Option("--retention", metavar="期限", help="保管期限：永久、30年、10年。")
]


@app.command("add", help=tr("把 PDF 或公文包归档；或按编号归档已签收、已发出的公文。"))
def add(
    what: Annotated[str, typer.Argument(metavar="文件或编号")],
    *,
    retention: Retention = "30年",
    json: JsonOption = False,
    profile: ProfileOption = None,
    pin_file: PinFileOption = None,
) -> None:
    """File a file from disk, a consignment that was signed for, or a dispatch that was sent."""
    with workspace_at(profile, pin_file) as workspace:
        from desktop.services.filing import Filing  # noqa: PLC0415 - loads when used

        filing = Filing(workspace)
        path = Path(what)
        doubt = ""
        if path.is_file():
            from desktop.cli.verifying import judge_file, trust_at  # noqa: PLC0415 - loaded when used: start-up stays quick

            verdict = judge_file(path, trust_at(profile, None), workspace.profile.settings.policy)
            doubt = "" if verdict.accepted else verdict.sentence
            row = filing.add(path, retention=retention)
        else:
            row = filing.file(what, retention=retention)
    if json:
        print_json(row)
    else:
        typer.echo(tr("已归档：{code} 《{title}》", code=row.archive_code, title=row.title))
    if doubt:
        typer.echo(tr("请留意，归档的文件没有通过验证：{doubt}", doubt=doubt), err=True)


@app.command("search", help=tr("检索档案：任意两个字即可。"))
def search(
    query: Annotated[list[str], typer.Argument(metavar="词语…")],
    *,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="最多显示多少件。")] = 50,
    json: JsonOption = False,
    profile: ProfileOption = None,
    pin_file: PinFileOption = None,
) -> None:
    """Documents that hold every word. Exit 0 also when there is none."""
    with workspace_at(profile, pin_file) as workspace:
        from desktop.services.filing import Filing  # noqa: PLC0415 - loads when used

        page = Filing(workspace).search(" ".join(query), limit=limit)
    if json:
        for hit in page.hits:
            print_json(hit)
    else:
        listed = [(h.id, h.archive_code, h.number, h.title, h.snippet) for h in page.hits]
        for line in table(listed):
            typer.echo(line)
        typer.echo(tr("共 {count} 件，用时 {ms:.1f} 毫秒", count=page.count, ms=page.took_ms))
    if page.problem:
        typer.echo(page.problem, err=True)
        raise typer.Exit(1)


@app.command("check", help=tr("四性检测；有不通过项时退出状态为 1。"))
def check(
    *, json: JsonOption = False, profile: ProfileOption = None, pin_file: PinFileOption = None
) -> None:
    """Authenticity, integrity, usability, security of everything that is filed."""
    with workspace_at(profile, pin_file) as workspace:
        from desktop.services.filing import Filing  # noqa: PLC0415 - loads when used

        report = Filing(workspace).check(progress=progress)
    progress_ends()
    if json:
        print_json(report)
    else:
        for item, code, sentence in report.findings:
            typer.echo(f"{item}  {code}  {sentence}")
        typer.echo(
            tr("检测 {count} 件，全部通过", count=report.items)
            if report.ok
            else tr("检测 {count} 件，有不通过项", count=report.items)
        )
    if not report.ok:
        raise typer.Exit(1)


@app.command(
    "restamp", help=tr("为即将失去证明力的档案续加存档时间戳；有未能续签的则退出状态为 1。")
)
def restamp(
    *,
    within: Annotated[
        int, typer.Option("--within", metavar="天数", min=0, help="多少天内到期的要续签。")
    ] = 180,
    trial: Annotated[
        bool, typer.Option("--dry-run", help="只列出应续签的，不续签。", show_default=False)
    ] = False,
    json: JsonOption = False,
    profile: ProfileOption = None,
    pin_file: PinFileOption = None,
) -> None:
    """Extend what is filed to B-LTA before its last time-stamp ends; the originals stay."""
    with workspace_at(profile, pin_file) as workspace:
        from desktop.services.restamping import STATES, Restamping  # noqa: PLC0415 - loads when used

        with Restamping.of(workspace, within=timedelta(days=within)) as job:
            report = job.run(act=not trial, progress=progress)
    progress_ends()
    if json:
        print_json(report)
    else:
        for row in report.rows:
            until = f"{row.until:%Y-%m-%d}" if row.until else "—"
            typer.echo(f"{row.archive_code}  {tr(STATES[row.state])}  {until}  {row.title}")
            if row.message:
                typer.echo(f"  {row.code}  {row.message}")
        typer.echo(
            tr(
                "查看 {count} 件，续签 {done} 件，未能续签 {failed} 件",
                count=report.items,
                done=report.restamped,
                failed=report.failed,
            )
        )
    if not report.ok:
        raise typer.Exit(1)


@app.command("export", help=tr("把一件档案的全部文件导出到文件夹。"))
def export(
    item: Item,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="文件夹", help="写到哪里。")],
    *,
    json: JsonOption = False,
    profile: ProfileOption = None,
    pin_file: PinFileOption = None,
) -> None:
    """Document, attachments, metadata, package and evidence, as files."""
    with workspace_at(profile, pin_file) as workspace:
        from desktop.services.filing import Filing  # noqa: PLC0415 - loads when used

        written = Filing(workspace).export(item, output)
    for path in written:
        if json:
            print_json({"file": str(path)})
        else:
            typer.echo(str(path))


@app.command("backup", help=tr("备份加密库（备份仍是加密的）。"))
def backup(
    output: Annotated[Path, typer.Option("--output", "-o", metavar="文件夹", help="写到哪里。")],
    *,
    json: JsonOption = False,
    profile: ProfileOption = None,
    pin_file: PinFileOption = None,
) -> None:
    """Copy the vault, verified."""
    with workspace_at(profile, pin_file) as workspace:
        from desktop.services.filing import Filing  # noqa: PLC0415 - loads when used

        done = Filing(workspace).backup(output, progress=progress)
    progress_ends()
    if json:
        print_json({"backup": str(done)})
    else:
        typer.echo(tr("已备份到 {path}", path=done))


@app.command("restore", help=tr("从备份恢复加密库；原有加密库不会被覆盖。"))
def restore(
    source: Annotated[Path, typer.Argument(metavar="备份文件夹")],
    *,
    json: JsonOption = False,
    profile: ProfileOption = None,
    pin_file: PinFileOption = None,
) -> None:
    """Put a backup in the place of a vault that is not there."""
    from desktop.cli.common import read_pin  # noqa: PLC0415 - loads when used
    from desktop.services.backups import restore as put_back  # noqa: PLC0415 - loaded when used: start-up stays quick

    settings = profile_at(profile)
    put_back(settings, source, read_pin(pin_file))
    if json:
        print_json({"restored": str(settings.vault_folder)})
    else:
        typer.echo(tr("已从备份恢复到 {path}", path=settings.vault_folder))
