"""The first run: settings folder, then vault. What was cut off goes on where it stopped."""

from pathlib import Path

from desktop.profile import (
    Profile,
    ProfileExists,
    Settings,
    create_profile,
    load_profile,
    parse_settings,
)
from desktop.services.session import Workspace
from formats.canonical import to_bytes
from formats.effects import Clock, Randomness, system_clock, system_randomness
from signing.tokens.base import Secret, TokenProvider


def settings_of(*, body: str, node: str, module: str, token: str) -> Settings:
    """Settings from what a person typed. Raises `ProfileDamaged`."""
    typed = Settings(body=body, node=node.rstrip("/"), module=module, token=token)
    return parse_settings(to_bytes(typed))


def first_run(
    folder: Path,
    settings: Settings,
    *,
    anchors: tuple[bytes, ...],
    tls_ca: bytes,
    directory: bytes,
    pin: Secret,
    clock: Clock = system_clock,
    randomness: Randomness = system_randomness,
    provider: TokenProvider | None = None,
) -> Profile:
    """Write the profile and make its vault with the UKEY; the PIN is wiped.

    A profile with the same settings and no vault yet is taken up. Raises `ProfileExists` for any
    other that is there, and as `create_profile` and `Workspace.create`.
    """
    try:
        profile = _profile(folder, settings, anchors, tls_ca, directory)
        Workspace.create(
            profile, pin, clock=clock, randomness=randomness, provider=provider
        ).close()
    finally:
        pin.wipe()
    return profile


def _profile(
    folder: Path,
    settings: Settings,
    anchors: tuple[bytes, ...],
    tls_ca: bytes,
    directory: bytes,
) -> Profile:
    try:
        return create_profile(folder, settings, anchors=anchors, tls_ca=tls_ca, directory=directory)
    except ProfileExists:
        known = load_profile(folder)
        if known.settings != settings or (known.vault_folder / "vault.db").exists():
            raise
        return known
