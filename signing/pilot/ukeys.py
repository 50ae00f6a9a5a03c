"""The UKEYs that the pilot CA writes: how an operator names one, readies one and enters its PIN."""

import sys
from pathlib import Path

import typer

from formats.effects import system_randomness
from formats.i18n import tr
from signing.errors import LoginNeeded, NotOffered, PinUnfit
from signing.keys import write_private
from signing.pilot.store import Pilot
from signing.tokens.base import Secret, TokenProvider, TokenWriter, find_token
from signing.tokens.providers import SOFT, provider_for
from signing.tokens.vendors import load_vendors


def provider_named(pilot: Pilot, module: str | None, soft: Path | None) -> TokenProvider:
    """The provider of ``--module`` or ``--soft``; SoftHSM's where neither is given.

    A ``vendors.toml`` in the pilot's folder may know more makers. Raises `ModuleMissing`,
    `VendorsBad`.
    """
    if module is None and soft is None:
        from signing.tokens.driver import find_softhsm  # noqa: PLC0415 - loads python-pkcs11

        module = str(find_softhsm())
    named = f"{SOFT}{soft}" if soft is not None else str(module)
    return provider_for(named, load_vendors(pilot.folder))


def initialised(
    pilot: Pilot, provider: TokenProvider, label: str, pin: Secret, so_pin: Secret | None
) -> TokenWriter:
    """A blank UKEY made ready, with an administrator's PIN that can unlock it.

    Where ``so_pin`` is not given it is random, and kept in the pilot's ``recovery`` folder. Raises
    `NotOffered` where the driver cannot do it, `TokenMissing`, `PinUnfit` or another `TokenError`.
    """
    officer = Secret(system_randomness(8).hex()) if so_pin is None else so_pin
    try:
        token = _initialised(provider, label, pin, officer)
        serial = token.info().serial
        if so_pin is None:
            write_private(pilot.folder / "recovery" / f"{serial}.so-pin", officer.reveal())
    finally:
        officer.wipe()
    typer.echo(
        tr("已初始化 UKEY“{label}”（序列号 {serial}）。", label=label, serial=serial), err=True
    )
    return token


def _initialised(provider: TokenProvider, label: str, pin: Secret, officer: Secret) -> TokenWriter:
    from signing.tokens.pkcs11 import Pkcs11Provider  # noqa: PLC0415 - loads python-pkcs11
    from signing.tokens.soft import SoftProvider  # noqa: PLC0415 - trials only

    if isinstance(provider, Pkcs11Provider):
        return provider.initialise(label, officer, pin)
    if isinstance(provider, SoftProvider):
        return provider.initialise(label, pin, system_randomness, officer)
    # GM/T 0016 asks for the maker's device key, which is not ours to know.
    raise NotOffered("SKF", function=tr("初始化"))


def writable(provider: TokenProvider, named: str) -> TokenWriter:
    """The UKEY of that label or serial. Raises `TokenMissing`, `SeveralTokens`."""
    token: TokenWriter = find_token((provider,), named)  # type: ignore[assignment]  # every provider's tokens are writers
    return token


def ask_pin(path: Path | None, prompt: str) -> Secret:
    """A PIN from a file of one line, or asked for without showing it.

    Raises `PinUnfit` for another file (a UKEY counts every guess), `LoginNeeded` where nobody can
    be asked.
    """
    if path is None:
        if not sys.stdin.isatty():  # nobody sits there, and what is typed would be seen
            raise LoginNeeded("no terminal")
        return Secret(typer.prompt(prompt, hide_input=True))
    try:
        text = path.read_bytes().decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise PinUnfit(f"{path}: not text") from error
    if not text or not text.isprintable():  # a line break is not printable
        raise PinUnfit(f"{path}: not one line")
    return Secret(text)
