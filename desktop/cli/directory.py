"""`directory sync`, `directory find`: the bodies of the network."""

from typing import Annotated

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

app = typer.Typer(help=tr("通讯录：同步和查找。"), no_args_is_help=True, rich_markup_mode=None)


@app.command("sync", help=tr("从节点同步通讯录。"))
def directory_sync(
    *, json: JsonOption = False, profile: ProfileOption = None, pin_file: PinFileOption = None
) -> None:
    """Bring the directory up to date."""
    with workspace_at(profile, pin_file) as workspace:
        from desktop.services.bodies import Bodies  # noqa: PLC0415 - loads when used

        row = Bodies(workspace).sync()
    if json:
        print_json(row)
    else:
        typer.echo(
            tr(
                "通讯录版本 {version}，{count} 个单位，有效期至 {until}",
                version=row.version,
                count=row.bodies,
                until=local(row.expires),
            )
        )


@app.command("find", help=tr("在通讯录中查找单位。"))
def directory_find(
    text: Annotated[str, typer.Argument(metavar="名称")] = "",
    *,
    json: JsonOption = False,
    profile: ProfileOption = None,
) -> None:
    """Bodies whose name or code holds the text; needs no UKEY."""
    from desktop.services import naming  # noqa: PLC0415 - loads when used
    from desktop.services.bodies import body_row  # noqa: PLC0415 - loaded when used: start-up stays quick
    from desktop.services.ukey import load_directory  # noqa: PLC0415 - loaded when used: start-up stays quick
    from formats.effects import system_clock  # noqa: PLC0415 - loaded when used: start-up stays quick

    snapshot = load_directory(profile_at(profile), system_clock)
    rows = [body_row(body) for body in naming.search(text, snapshot.bodies, 200)]
    if json:
        for row in rows:
            print_json(row)
    else:
        for line in table((row.id, row.name, row.short_name) for row in rows):
            typer.echo(line)
