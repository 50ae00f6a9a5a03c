"""A backup put back where there is no vault; nothing is ever written over."""

from pathlib import Path

from desktop.profile import Profile
from desktop.progress import Cancelled, Progress, never, silent
from desktop.services.ukey import open_token
from formats.effects import Clock, Randomness, system_clock, system_randomness
from signing.tokens.base import Secret, TokenProvider


def restore(
    profile: Profile,
    source: Path,
    pin: Secret,
    *,
    clock: Clock = system_clock,
    randomness: Randomness = system_randomness,
    provider: TokenProvider | None = None,
    progress: Progress = silent,
    cancelled: Cancelled = never,
) -> int:
    """Verify a backup with the UKEY and make it the profile's vault; how many items it holds.

    The PIN is wiped. Raises `ExportRefused` when a vault is there, `BackupBroken`, what the UKEY
    raises, `DiskFull`, `Stopped`.
    """
    from desktop.archive.holdings import restore as put_back  # noqa: PLC0415 - loads when used
    from desktop.vault.ukey import CertificateUnwrapper  # noqa: PLC0415 - loaded when used: start-up stays quick

    token = open_token(profile, provider)
    try:
        token.login(pin)
        return put_back(
            source,
            profile.vault_folder,
            CertificateUnwrapper(token),
            clock=clock,
            randomness=randomness,
            actor=profile.body,
            progress=progress,
            cancelled=cancelled,
        )
    finally:
        pin.wipe()
        token.logout()
