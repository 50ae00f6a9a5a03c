"""``yidao-node pki seal`` and its kin: electronic seals made, listed, taken out of use."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal

import typer

from formats.i18n import tr
from signing.errors import WrongOwner
from signing.keys import write_private
from signing.pilot import seals
from signing.pilot.commands import (
    AsJson,
    Folder,
    Module,
    PinFile,
    app,
    open_pilot,
    report,
)
from signing.pilot.store import Pilot
from signing.pilot.ukeys import ask_pin, provider_named, writable
from signing.seal.gbt38540 import SealPicture, parse_seal
from signing.suites import SuiteName
from signing.tokens.base import Secret, TokenWriter, certificate_for
from signing.trust.certs import owner_of

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
    suite: Annotated[
        SuiteName | None,
        typer.Option("--suite", help=tr("算法体系：INTL 或 GM；不指定时依 UKEY 的证书，否则 INTL")),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help=tr("另存为印章文件（.esl）"))] = None,
    token_label: Annotated[
        str | None, typer.Option("--token-label", help=tr("写入的 UKEY 的标签或序列号"))
    ] = None,
    pin_file: PinFile = None,
    module: Module = None,
    soft: Annotated[
        Path | None, typer.Option("--soft", help=tr("文件 UKEY 的目录（仅供试用）"))
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make an electronic seal for a body's certificates, on its UKEY or as a file."""
    pilot = open_pilot(folder)
    kind: Literal["body", "personal"] = "body" if person is None else "personal"
    picture = None if png is None else SealPicture("PNG", png.read_bytes(), width, height)

    def made_for(certificates: list[bytes]) -> bytes:
        return seals.issue_seal(
            pilot, body, person or name, certificates, kind=kind, picture=picture
        )

    if token_label is None:
        der = made_for(_current(pilot, body, suite or "INTL"))
    else:
        token = writable(provider_named(pilot, module, soft), token_label)
        certificate = _certificate(token, body, suite)
        with _logged_in(token, ask_pin(pin_file, tr("UKEY 的 PIN"))):
            der = made_for([certificate])
            token.store_seal(der)
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


def _certificate(token: TokenWriter, body: str, suite: SuiteName | None) -> bytes:
    """The signing certificate on a UKEY that the seal is for. Raises `KeyMissing`, `WrongOwner`."""
    certificate = certificate_for(token, "sign", suite).der
    owner = owner_of(certificate)
    if owner.id != body:
        raise WrongOwner(owner.id, owner=owner.name, expected=body)
    return certificate


@contextmanager
def _logged_in(token: TokenWriter, pin: Secret) -> Iterator[None]:
    try:
        token.login(pin)
        yield
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
