"""``yidao-node pki seal`` and its kin: electronic seals made, listed, taken out of use."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from formats.i18n import tr
from signing.keys import write_private
from signing.pilot import seals
from signing.pilot.commands import AsJson, Folder, InSuite, app, ask_secret, open_pilot, report
from signing.pilot.store import Pilot
from signing.seal.gbt38540 import SealPicture, parse_seal
from signing.suites import SuiteName
from signing.tokens.base import Secret, TokenProvider, TokenWriter, certificate_for, find_token
from signing.tokens.pkcs11 import Pkcs11Provider, find_softhsm
from signing.tokens.soft import SoftProvider

__all__ = ["app"]


@app.command()
def seal(  # noqa: PLR0917 - typer passes every one by name
    folder: Folder,
    body: Annotated[str, typer.Option("--body", help=tr("单位标识，例如 340000.bgt"))],
    name: Annotated[str, typer.Option("--name", help=tr("单位名称，刻在公章上"))],
    person: Annotated[
        str | None, typer.Option("--person", help=tr("制作签名章：签发人姓名"))
    ] = None,
    png: Annotated[
        Path | None, typer.Option("--png", help=tr("印模图片（PNG），不用则绘制"))
    ] = None,
    width: Annotated[int, typer.Option("--width", help=tr("印模图片的宽度，毫米"))] = 42,
    height: Annotated[int, typer.Option("--height", help=tr("印模图片的高度，毫米"))] = 42,
    suite: InSuite = "INTL",
    out: Annotated[Path | None, typer.Option("--out", help=tr("另存为印章文件（.esl）"))] = None,
    token_label: Annotated[
        str | None, typer.Option("--token-label", help=tr("写入的 UKEY 标签"))
    ] = None,
    pin_file: Annotated[Path | None, typer.Option("--pin-file", help=tr("PIN 文件"))] = None,
    module: Annotated[
        Path | None, typer.Option("--module", help=tr("UKEY 驱动（PKCS#11 模块）"))
    ] = None,
    soft: Annotated[
        Path | None, typer.Option("--soft", help=tr("文件 UKEY 的目录（仅供试用）"))
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make an electronic seal for a body's certificates, on its UKEY or as a file."""
    pilot = open_pilot(folder)
    kind: Literal["body", "personal"] = "body" if person is None else "personal"
    picture = None if png is None else SealPicture("PNG", png.read_bytes(), width, height)
    if token_label is None:
        der = seals.issue_seal(
            pilot, body, person or name, _current(pilot, body, suite), kind=kind, picture=picture
        )
    else:
        provider = SoftProvider(soft) if soft else Pkcs11Provider(module or find_softhsm())
        token = _writable(provider, token_label)
        certificates = [certificate_for(token, "sign").der]
        der = seals.issue_seal(
            pilot, body, person or name, certificates, kind=kind, picture=picture
        )
        _store(token, ask_secret(pin_file, tr("UKEY 的 PIN")), der)
    if out is not None:
        write_private(out, der)
        out.chmod(0o644)
    made = parse_seal(der)
    text = tr("已制作电子印章“{name}”（{id}）。", name=made.name, id=made.id)
    report(as_json, text, id=made.id, name=made.name, kind=made.kind, until=made.until.isoformat())


def _current(pilot: Pilot, body: str, suite: SuiteName) -> list[bytes]:
    """The newest signing certificate of a body in a suite; none where it has none."""
    found = pilot.current(f"body:{body}", "ukey-sign", suite)
    return [] if found is None else [found]


def _writable(provider: TokenProvider, label: str) -> TokenWriter:
    """The token of that label, opened as one that can be written."""
    token: TokenWriter = provider.open(find_token(provider, label).info().id)  # type: ignore[assignment]  # both providers' tokens are writers
    return token


def _store(token: TokenWriter, pin: Secret, der: bytes) -> None:
    try:
        token.login(pin)
        token.store_seal(der)
    finally:
        token.logout()
        pin.wipe()


@app.command("seals")
def show_seals(folder: Folder, as_json: AsJson = False) -> None:
    """List every electronic seal made, one a line."""
    for made in seals.seals_made(open_pilot(folder)):
        state = tr("已停用") if made.revoked is not None else tr("有效")
        text = f"{made.id}  {state}  {made.kind:<8} {made.body:<20} {made.name}"
        ended = made.revoked.isoformat() if made.revoked is not None else None
        report(
            as_json, text, id=made.id, name=made.name, body=made.body, kind=made.kind,
            suite=made.suite, until=made.until.isoformat(), revoked=ended,
        )  # fmt: skip


@app.command("revoke-seal")
def revoke_seal(
    folder: Folder,
    seal_id: Annotated[str, typer.Option("--id", help=tr("印章标识（esID）"))],
    as_json: AsJson = False,
) -> None:
    """Take an electronic seal out of use."""
    ended = seals.revoke_seal(open_pilot(folder), seal_id)
    text = tr("已停用电子印章“{name}”（{id}）。", name=ended.name, id=ended.id)
    report(as_json, text, id=ended.id, name=ended.name)
