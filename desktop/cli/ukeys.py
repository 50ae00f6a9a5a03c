"""`ukey`: which UKEYs are plugged in, how their PINs stand, new PINs, and a self-check.

A PIN is asked at the terminal or read from a file, never taken from the command line, where other
people of the machine could see it.
"""

import queue
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from desktop.cli.common import (
    JsonOption,
    PinFileOption,
    ProfileOption,
    default_profile,
    print_json,
    read_pin,
    table,
)
from desktop.errors import PinsDiffer
from formats.i18n import mark, tr

if TYPE_CHECKING:
    from signing.tokens.base import Secret, Token, TokenCertificate, TokenInfo, TokenProvider
    from signing.tokens.selfcheck import Step
    from signing.tokens.vendors import Vendors

_PIN: Final = {
    "ok": mark("正常"),
    "low": mark("已有输错记录"),
    "final": mark("再输错一次将被锁定"),
    "locked": mark("已锁定"),
    "unknown": mark("未告知"),
}
_USAGE: Final = {"sign": mark("签名"), "encrypt": mark("加密")}
_OUTCOME: Final = {"ok": mark("通过"), "failed": mark("未通过"), "skipped": mark("未检查")}

ModuleOption = Annotated[
    str | None,
    typer.Option(
        "--module",
        metavar="驱动",
        help="UKEY 驱动的路径（PKCS#11 或 SKF）；也可写 skf:路径、vendor:厂商标识、soft:文件夹。",
        show_default=False,
    ),
]
TokenOption = Annotated[
    str | None,
    typer.Option(
        "--token",
        metavar="标签",
        help="UKEY 的标签或序列号；只插了一个时可省略。",
        show_default=False,
    ),
]
NewPinFileOption = Annotated[
    Path | None,
    typer.Option(
        "--new-pin-file",
        metavar="文件",
        help="存放新 PIN 的文件；不指定时在终端询问两次。",
        show_default=False,
    ),
]

app = typer.Typer(
    help=tr("查看 UKEY，修改和解锁 PIN，自检。"), no_args_is_help=True, rich_markup_mode=None
)


def register(parent: typer.Typer) -> None:
    """Put the group into the tree."""
    parent.add_typer(app, name="ukey")


@app.command("list", help=tr("列出已插入的 UKEY、证书、印章和 PIN 状态。"))
def list_ukeys(
    *,
    json: JsonOption = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="持续运行，插拔 UKEY 时重新列出；按 Ctrl+C 结束。")
    ] = False,
    profile: ProfileOption = None,
    module: ModuleOption = None,
) -> None:
    """Every token of the drivers; no PIN is asked. Exit 1 when there is none.

    ``--watch`` tells them anew whenever one comes or goes, until it is interrupted; with
    ``--json`` each list ends in a line of ``{"present": N}``.
    """
    from signing.errors import TokenMissing  # noqa: PLC0415 - loads when used

    vendors = _vendors(profile)
    providers = _providers(profile, module, vendors)
    if watch:
        _watch(providers, vendors, json=json)
    elif not _tell(providers, vendors, json=json):
        raise TokenMissing("no token")


def _tell(providers: "tuple[TokenProvider, ...]", vendors: "Vendors", *, json: bool) -> int:
    """Print every token; how many there are. One pulled out meanwhile is left out."""
    from signing.errors import TokenMissing  # noqa: PLC0415 - loads when used

    found = 0
    for provider in providers:
        for info in provider.list_tokens():
            try:
                token = provider.open(info.id)
                certificates, seals = token.certificates(), token.seals()
            except TokenMissing:
                continue
            found += 1
            if json:
                print_json(_object(info, certificates, seals, vendors))
            else:
                for line in _lines(info, certificates, len(seals), vendors):
                    typer.echo(line)
    return found


def _watch(providers: "tuple[TokenProvider, ...]", vendors: "Vendors", *, json: bool) -> None:
    """Tell whenever a token comes or goes; each driver is listened to by a thread of its own."""
    from signing.tokens.providers import TokenWatch  # noqa: PLC0415 - loads when used

    changes: queue.SimpleQueue[object] = queue.SimpleQueue()
    watches = [TokenWatch(provider, changes.put) for provider in providers]
    try:
        while True:
            changes.get()
            count = _tell(providers, vendors, json=json)
            if json:
                print_json({"present": count})
            else:
                typer.echo(tr("—— 已插入 {count} 个 UKEY，等待插拔 ——", count=count))
            sys.stdout.flush()  # whoever reads through a pipe hears of it now
    finally:
        for watch in watches:
            watch.stop()


@app.command("change-pin", help=tr("修改 UKEY 的 PIN。"))
def change_pin(
    *,
    token: TokenOption = None,
    pin_file: PinFileOption = None,
    new_pin_file: NewPinFileOption = None,
    profile: ProfileOption = None,
    module: ModuleOption = None,
) -> None:
    """The old PIN is checked by the token; nothing changes where it is wrong."""
    chosen = _token(profile, module, token)
    _warn(chosen.info())
    old = read_pin(pin_file, tr("请输入 UKEY 现在的 PIN："))
    try:
        new = _new_pin(new_pin_file)
        try:
            chosen.change_pin(old, new)
        finally:
            new.wipe()
    finally:
        old.wipe()
    typer.echo(tr("PIN 已修改。"))


@app.command("unlock", help=tr("用管理员 PIN 解锁 UKEY，并设置新的 PIN。"))
def unlock(
    *,
    token: TokenOption = None,
    admin_pin_file: Annotated[
        Path | None,
        typer.Option(
            "--admin-pin-file",
            metavar="文件",
            help="存放管理员 PIN 的文件；不指定时在终端询问。",
            show_default=False,
        ),
    ] = None,
    new_pin_file: NewPinFileOption = None,
    profile: ProfileOption = None,
    module: ModuleOption = None,
) -> None:
    """For the issuing office; the administrator's PIN has a counter of its own."""
    chosen = _token(profile, module, token)
    admin = read_pin(admin_pin_file, tr("请输入 UKEY 的管理员 PIN："))
    try:
        new = _new_pin(new_pin_file)
        try:
            chosen.unlock(admin, new)
        finally:
            new.wipe()
    finally:
        admin.wipe()
    typer.echo(tr("UKEY 已解锁，新 PIN 已生效。"))


@app.command("check", help=tr("自检：逐项试用 UKEY 的签名、解密和印章，不改动 UKEY。"))
def check(
    *,
    token: TokenOption = None,
    pin_file: PinFileOption = None,
    without_pin: Annotated[
        bool, typer.Option("--without-pin", help="不输入 PIN，只检查无须登录的各项。")
    ] = False,
    json: JsonOption = False,
    profile: ProfileOption = None,
    module: ModuleOption = None,
) -> None:
    """Sign, verify, unwrap and read the seals on the device. Exit 1 where it does not serve."""
    from formats.effects import system_randomness  # noqa: PLC0415 - loads when used
    from signing.tokens.selfcheck import check_token, passed  # noqa: PLC0415 - loads when used

    chosen = _token(profile, module, token)
    _warn(chosen.info())
    pin = None if without_pin else read_pin(pin_file)
    try:
        steps = check_token(chosen, pin, randomness=system_randomness, timer=time.monotonic)
    finally:
        if pin is not None:
            pin.wipe()
    if json:
        for step in steps:
            print_json(step)
    else:
        for line in table(_step_row(step) for step in steps):
            typer.echo(line)
        for step in steps:
            if step.words:
                typer.echo(f"{step.error}  {step.words}")
    if not without_pin and not passed(steps):
        raise typer.Exit(1)


def _vendors(profile: Path | None) -> "Vendors":
    from signing.tokens.vendors import load_vendors  # noqa: PLC0415 - loads when used

    return load_vendors(profile or default_profile())


def _providers(
    profile: Path | None, module: str | None, vendors: "Vendors"
) -> "tuple[TokenProvider, ...]":
    """The driver that is named, else the profile's, else every known one that is installed."""
    from desktop.profile import load_profile  # noqa: PLC0415 - loads when used
    from signing.errors import ModuleMissing  # noqa: PLC0415 - loads when used
    from signing.tokens.providers import installed_providers, provider_for  # noqa: PLC0415 - as above

    if module is not None:
        return (provider_for(module, vendors),)
    folder = profile or default_profile()
    if profile is not None or (folder / "profile.json").is_file():
        return (provider_for(load_profile(folder).settings.module, vendors),)
    found = installed_providers(vendors)
    if not found:
        raise ModuleMissing("no known driver", name="UKEY")
    return found


def _token(profile: Path | None, module: str | None, named: str | None) -> "Token":
    """The UKEY of that label or serial; the only one where none is named."""
    from signing.tokens.base import find_token  # noqa: PLC0415 - loads when used

    return find_token(_providers(profile, module, _vendors(profile)), named)


def _new_pin(new_pin_file: Path | None) -> "Secret":
    """From its file, or asked twice. Raises `PinsDiffer`."""
    new = read_pin(new_pin_file, tr("请输入新 PIN："))
    if new_pin_file is None:
        again = read_pin(None, tr("请再输入一次新 PIN："))
        same = again.reveal() == new.reveal()
        again.wipe()
        if not same:
            new.wipe()
            raise PinsDiffer
    return new


def _warn(info: "TokenInfo") -> None:
    """How the PIN stands, before one is entered; to stderr, where the asking is."""
    for line in _standing(info):
        typer.echo(line, err=True)


def _standing(info: "TokenInfo") -> Iterator[str]:
    if info.remaining is not None and info.pin_state != "ok":
        yield tr("PIN 还可以再试 {remaining} 次。", remaining=info.remaining)
    elif info.pin_state in {"final", "low"}:
        yield tr("PIN：{pin}", pin=tr(_PIN[info.pin_state]))
    if info.default_pin:
        yield tr("该 UKEY 仍在使用出厂 PIN，请尽快用 yidao ukey change-pin 修改。")


def _object(
    info: "TokenInfo",
    certificates: "tuple[TokenCertificate, ...]",
    seals: tuple[bytes, ...],
    vendors: "Vendors",
) -> dict[str, object]:
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
    profile = vendors.get(info.profile)
    return {
        "id": info.id,
        "label": info.label,
        "serial": info.serial,
        "manufacturer": info.manufacturer,
        "model": info.model,
        "profile": info.profile,
        "profile_name": profile.name if profile else "",
        "profile_tested": bool(profile and profile.tested),
        "pin": info.pin_state,
        "remaining": info.remaining,
        "default_pin": info.default_pin,
        "seals": len(seals),
        "certificates": listed,
    }


def _lines(
    info: "TokenInfo",
    certificates: "tuple[TokenCertificate, ...]",
    seals: int,
    vendors: "Vendors",
) -> list[str]:
    from signing.trust.certs import name_of, validity_of  # noqa: PLC0415 - loaded when used: start-up stays quick

    head = tr(
        "{label}（序列号 {serial}）  PIN：{pin}",
        label=info.label,
        serial=info.serial,
        pin=tr(_PIN[info.pin_state]),
    )
    profile = vendors.get(info.profile)
    more = [profile.name] if profile else []
    more += [tr("电子印章 {count} 枚", count=seals)] if seals else []
    more += _standing(info)
    rows = [
        (
            "  " + tr(_USAGE[entry.usage]),
            name_of(entry.der),
            entry.algorithm,
            tr("有效期至 {until}", until=validity_of(entry.der)[1].strftime("%Y-%m-%d")),
        )
        for entry in certificates
    ]
    return [head, *(f"  {line}" for line in more), *table(rows)]


def _step_row(step: "Step") -> tuple[str, ...]:
    from signing.tokens.selfcheck import STEPS  # noqa: PLC0415 - loaded when used: start-up stays quick

    spent = f"{step.seconds * 1000:.0f} ms" if step.outcome != "skipped" else ""
    return (tr(STEPS[step.step]), tr(_OUTCOME[step.outcome]), spent, step.about)
