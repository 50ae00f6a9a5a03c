"""``yidao-node pki``: the pilot CA from the command line. Every command reports with ``--json``.

PINs come from files or are asked for; they never stand on the command line.
"""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from formats.effects import system_clock, system_randomness
from formats.i18n import tr
from signing.pilot import issue, revoking
from signing.pilot.store import Entry, Pilot
from signing.pilot.ukeys import ask_pin, initialised, provider_named, writable
from signing.suites import SuiteName
from signing.tokens.base import Secret, TokenKeyKind, TokenWriter
from signing.trust import certs

app = typer.Typer(help=tr("试点证书系统（仅供试用，无法律效力）"), no_args_is_help=True)

Folder = Annotated[Path, typer.Option("--dir", help=tr("试点证书系统的目录"))]
Out = Annotated[Path, typer.Option("--out", help=tr("写入密钥和证书的目录"))]
InSuite = Annotated[
    SuiteName,
    typer.Option("--suite", help=tr("算法体系：INTL（P-256、SHA-256）或 GM（SM2、SM3）")),
]
AsJson = Annotated[bool, typer.Option("--json", help=tr("输出 JSON"))]
Module = Annotated[
    str | None,
    typer.Option(
        "--module", help=tr("UKEY 驱动的路径；也可写 skf:路径、vendor:厂商标识、soft:目录")
    ),
]
PinFile = Annotated[Path | None, typer.Option("--pin-file", help=tr("PIN 文件"))]


def open_pilot(folder: Path) -> Pilot:
    """The pilot CA of a folder. Raises `PilotMissing`."""
    return Pilot.open(folder, system_clock, system_randomness)


def report(as_json: bool, text: str, **values: Any) -> None:  # noqa: ANN401 - whatever JSON holds
    """One line: the sentence for people, or the values as JSON."""
    typer.echo(json.dumps(values, ensure_ascii=False) if as_json else text)


def _issued(as_json: bool, certificate: bytes, place: Path) -> None:
    serial, name = certs.serial_of(certificate), certs.name_of(certificate)
    text = tr(
        "已签发：{name}（序列号 {serial}），位于 {place}", name=name, serial=serial, place=place
    )
    report(as_json, text, serial=serial, name=name, place=str(place))


@app.command()
def init(folder: Folder, as_json: AsJson = False) -> None:
    """Create a pilot CA."""
    pilot = issue.create_pilot(folder, system_clock, system_randomness)
    text = tr("已建立试点证书系统：{folder}", folder=folder)
    report(as_json, text, folder=str(folder), root=certs.serial_of(pilot.root))


@app.command("issue-ukey")
def issue_ukey(  # noqa: PLR0917 - typer passes every one by name
    folder: Folder,
    body: Annotated[str, typer.Option("--body", help=tr("单位标识，例如 340000.bgt"))],
    name: Annotated[str, typer.Option("--name", help=tr("单位名称"))],
    token_label: Annotated[str, typer.Option("--token-label", help=tr("UKEY 标签或序列号"))],
    pin_file: PinFile = None,
    so_pin_file: Annotated[
        Path | None, typer.Option("--so-pin-file", help=tr("管理员 PIN 文件"))
    ] = None,
    module: Module = None,
    initialise: Annotated[bool, typer.Option("--init", help=tr("先初始化空白 UKEY"))] = False,
    rsa: Annotated[bool, typer.Option("--rsa", help=tr("使用 RSA-2048 密钥"))] = False,
    sm2: Annotated[bool, typer.Option("--sm2", help=tr("使用国密 SM2 密钥"))] = False,
    soft: Annotated[
        Path | None, typer.Option("--soft", help=tr("制作文件 UKEY 的目录（仅供试用）"))
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Put dual certificates of a body on a UKEY."""
    if rsa and sm2:
        raise typer.BadParameter(tr("--rsa 和 --sm2 只能选一个。"))
    kind: TokenKeyKind = "sm2" if sm2 else "rsa2048" if rsa else "p256"
    if soft is not None and module is not None:
        raise typer.BadParameter(tr("--soft 和 --module 只能选一个。"))
    pilot = open_pilot(folder)
    issue.check_body(body, name)
    provider = provider_named(pilot, module, soft)
    pin = ask_pin(pin_file, tr("UKEY 的 PIN"))
    if initialise or soft is not None:
        so_pin = None if so_pin_file is None else ask_pin(so_pin_file, "")
        token = initialised(pilot, provider, token_label, pin, so_pin)
    else:
        token = writable(provider, token_label)
    _login_and_issue(pilot, token, pin, body=body, name=name, kind=kind, as_json=as_json)


def _login_and_issue(
    pilot: Pilot,
    token: TokenWriter,
    pin: Secret,
    *,
    body: str,
    name: str,
    kind: TokenKeyKind,
    as_json: bool,
) -> None:
    try:
        token.login(pin)
        done = issue.issue_ukey(pilot, token, body, name, kind=kind)
    finally:
        token.logout()
        pin.wipe()
    recovery = pilot.recovery_key(body, "GM" if kind == "sm2" else "INTL")
    text = tr(
        "已为“{name}”制作 UKEY（签名证书 {serial}）。", name=name, serial=certs.serial_of(done.sign)
    )
    report(
        as_json,
        text + tr("密钥恢复文件：{recovery}", recovery=recovery),
        body=body,
        sign=certs.serial_of(done.sign),
        encrypt=certs.serial_of(done.encrypt),
        recovery=str(recovery),
        token=token.info().serial,
    )


@app.command("issue-node")
def issue_node(  # noqa: PLR0917 - typer passes every one by name
    folder: Folder,
    node: Annotated[str, typer.Option("--node", help=tr("节点标识，例如 340000"))],
    out: Out,
    name: Annotated[str | None, typer.Option("--name", help=tr("节点名称"))] = None,
    suite: InSuite = "INTL",
    as_json: AsJson = False,
) -> None:
    """Issue a node's signing certificate: node.key and node.pem."""
    done = issue.issue_node(open_pilot(folder), node, out, name, suite=suite)
    _issued(as_json, done.certificate, out)


@app.command("issue-tls")
def issue_tls(
    folder: Folder,
    out: Out,
    host: Annotated[list[str] | None, typer.Option("--host", help=tr("主机名或地址"))] = None,
    as_json: AsJson = False,
) -> None:
    """Issue a TLS server certificate: tls.key, tls.pem and tls-ca.pem."""
    done = issue.issue_tls(open_pilot(folder), out, host or ("localhost", "127.0.0.1"))
    _issued(as_json, done.certificate, out)


@app.command("issue-tsa")
def issue_tsa(folder: Folder, out: Out, suite: InSuite = "INTL", as_json: AsJson = False) -> None:
    """Issue a time-stamp authority's certificate: tsa.key and tsa.pem."""
    done = issue.issue_timestamp_authority(open_pilot(folder), out, suite=suite)
    _issued(as_json, done.certificate, out)


@app.command()
def revoke(
    folder: Folder,
    serial: Annotated[str, typer.Option("--serial", help=tr("证书序列号"))],
    reason: Annotated[
        str, typer.Option("--reason", help=tr("吊销原因，例如 keyCompromise"))
    ] = "unspecified",
    as_json: AsJson = False,
) -> None:
    """Revoke a certificate and publish the list of its issuer."""
    entry = revoking.revoke(open_pilot(folder), serial, reason=reason)
    text = tr("已吊销：{name}（序列号 {serial}）", name=entry.name, serial=entry.serial)
    report(as_json, text, **_described(entry))


@app.command()
def crl(folder: Folder, as_json: AsJson = False) -> None:
    """Publish fresh revocation lists of every authority."""
    pilot = open_pilot(folder)
    revoking.write_crl(pilot)
    place = pilot.folder / "crls"
    report(as_json, tr("已更新吊销列表：{place}", place=place), place=str(place))


@app.command()
def show(folder: Folder, as_json: AsJson = False) -> None:
    """List every certificate issued, one a line."""
    for entry in open_pilot(folder).entries:
        state = tr("已吊销") if entry.revoked is not None else tr("有效")
        text = f"{entry.serial}  {state}  {entry.profile:<13} {entry.owner:<20} {entry.name}"
        report(as_json, text, **_described(entry))


def _described(entry: Entry) -> dict[str, Any]:
    revoked = entry.revoked.isoformat() if entry.revoked is not None else None
    return {
        "serial": entry.serial,
        "profile": entry.profile,
        "owner": entry.owner,
        "name": entry.name,
        "expires": entry.expires.isoformat(),
        "revoked": revoked,
        "reason": entry.reason,
    }
