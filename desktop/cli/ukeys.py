"""`ukey list`: which UKEYs are plugged in, whose they are, how their PIN stands."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from desktop.cli.common import JsonOption, ProfileOption, default_profile, print_json, table
from formats.i18n import mark, tr

if TYPE_CHECKING:
    from signing.tokens.base import TokenCertificate, TokenInfo, TokenProvider

_PIN: Final = {
    "ok": mark("正常"),
    "low": mark("已有输错记录"),
    "final": mark("再输错一次将被锁定"),
    "locked": mark("已锁定"),
    "unknown": mark("未设置"),
}
_USAGE: Final = {"sign": mark("签名"), "encrypt": mark("加密")}

app = typer.Typer(help=tr("查看 UKEY。"), no_args_is_help=True, rich_markup_mode=None)


def register(parent: typer.Typer) -> None:
    """Put the group into the tree."""
    parent.add_typer(app, name="ukey")


@app.callback()
def group() -> None:
    """Keep ``list`` a command of its own."""


@app.command("list", help=tr("列出已插入的 UKEY、证书和 PIN 状态。"))
def list_ukeys(
    *,
    json: JsonOption = False,
    profile: ProfileOption = None,
    module: Annotated[
        str | None,
        typer.Option(
            "--module", metavar="驱动", help="UKEY 驱动（PKCS#11 模块）的路径。", show_default=False
        ),
    ] = None,
) -> None:
    """Every token of the driver; no PIN is asked. Exit 1 when there is none."""
    provider = _provider(profile, module)
    found = provider.list_tokens()
    for info in found:
        certificates = provider.open(info.id).certificates()
        if json:
            print_json(_object(info, certificates))
        else:
            for line in _lines(info, certificates):
                typer.echo(line)
    if not found:
        from signing.errors import TokenMissing  # noqa: PLC0415 - loads when used

        raise TokenMissing("no token")


def _provider(profile: Path | None, module: str | None) -> "TokenProvider":
    """The driver that is named, else the profile's, else SoftHSM where it is installed."""
    from desktop.profile import load_profile  # noqa: PLC0415 - loads when used
    from desktop.services.ukey import provider_for  # noqa: PLC0415 - loaded when used: start-up stays quick

    if module is not None:
        return provider_for(module)
    folder = profile or default_profile()
    if profile is not None or (folder / "profile.json").is_file():
        return provider_for(load_profile(folder).settings.module)
    from signing.tokens.pkcs11 import find_softhsm  # noqa: PLC0415 - loaded when used: start-up stays quick

    return provider_for(str(find_softhsm()))


def _object(info: "TokenInfo", certificates: "tuple[TokenCertificate, ...]") -> dict[str, object]:
    from signing.trust.certs import owner_of, serial_of, validity_of  # noqa: PLC0415 - loaded when used: start-up stays quick

    listed = []
    for entry in certificates:
        owner = owner_of(entry.der)
        since, until = validity_of(entry.der)
        listed.append(
            {
                "usage": entry.usage,
                "algorithm": entry.algorithm,
                "body": owner.id,
                "name": owner.name,
                "serial": serial_of(entry.der),
                "valid_from": since.isoformat(),
                "valid_until": until.isoformat(),
            }
        )
    return {
        "id": info.id,
        "label": info.label,
        "serial": info.serial,
        "manufacturer": info.manufacturer,
        "model": info.model,
        "pin": info.pin_state,
        "certificates": listed,
    }


def _lines(info: "TokenInfo", certificates: "tuple[TokenCertificate, ...]") -> list[str]:
    from signing.trust.certs import name_of, validity_of  # noqa: PLC0415 - loaded when used: start-up stays quick

    head = tr(
        "{label}（序列号 {serial}）  PIN：{pin}",
        label=info.label,
        serial=info.serial,
        pin=tr(_PIN[info.pin_state]),
    )
    rows = [
        (
            "  " + tr(_USAGE[entry.usage]),
            name_of(entry.der),
            tr("有效期至 {until}", until=validity_of(entry.der)[1].strftime("%Y-%m-%d")),
        )
        for entry in certificates
    ]
    return [head, *table(rows)]
