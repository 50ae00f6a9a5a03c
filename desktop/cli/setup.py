"""`init`: make the settings folder of a body and its encrypted store."""

from pathlib import Path
from typing import Annotated

import typer

from desktop.cli.common import (
    JsonOption,
    PinFileOption,
    ProfileOption,
    default_profile,
    print_json,
    read_pin,
)
from formats.i18n import tr


def register(app: typer.Typer) -> None:
    """Put the command into the tree."""
    app.command("init", help=tr("首次使用：建立设置文件夹和本机加密库。"))(init)


def init(
    *,
    body: Annotated[str, typer.Option("--body", metavar="单位代码", help="例如 340100.bgs。")],
    node: Annotated[str, typer.Option("--node", metavar="网址", help="交换节点，https://…")],
    module: Annotated[str, typer.Option("--module", metavar="驱动", help="UKEY 驱动的路径。")],
    token: Annotated[str, typer.Option("--token", metavar="标签", help="UKEY 的标签或序列号。")],
    anchors: Annotated[
        Path, typer.Option("--anchors", metavar="文件夹", help="信任根证书（*.cer）所在文件夹。")
    ],
    tls_ca: Annotated[
        Path, typer.Option("--tls-ca", metavar="文件", help="签发节点 TLS 证书的机构（PEM）。")
    ],
    directory: Annotated[
        Path, typer.Option("--directory", metavar="文件", help="通讯录（directory.p7m）。")
    ],
    json: JsonOption = False,
    profile: ProfileOption = None,
    pin_file: PinFileOption = None,
) -> None:
    """Write the profile, then make the vault with the UKEY; a second try goes on from there."""
    from desktop.files import read_file  # noqa: PLC0415 - loads when used
    from desktop.profile import read_anchors  # noqa: PLC0415 - loaded when used: start-up stays quick
    from desktop.services.first_run import first_run, settings_of  # noqa: PLC0415 - loaded when used: start-up stays quick
    from formats.limits import MAX_SIGNED_BYTES, MIB  # noqa: PLC0415 - loaded when used: start-up stays quick

    folder = profile or default_profile()
    settings = settings_of(body=body, node=node, module=module, token=token)
    pin = read_pin(pin_file)
    made = first_run(
        folder,
        settings,
        anchors=read_anchors(anchors),
        tls_ca=read_file(tls_ca, limit=MIB),
        directory=read_file(directory, limit=MAX_SIGNED_BYTES),
        pin=pin,
    )
    if json:
        print_json({"profile": str(made.folder), "body": made.body})
    else:
        typer.echo(tr("设置文件夹：{folder}", folder=made.folder))
        typer.echo(tr("已建立本机加密库，可由本单位 UKEY 和恢复密钥打开。"))
