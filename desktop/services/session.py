"""An opened profile: the UKEY logged in, the vault unlocked, the directory and trust loaded.

Everything else in `desktop.services` is built on a `Workspace`. Opening needs the body's UKEY;
reading and drafting then go on without the network. The UKEY stays logged in until `close`; where
an act of consequence should ask for the PIN once more, the caller presents it with `present_pin`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from formats.effects import Clock, Randomness, system_clock, system_randomness

if TYPE_CHECKING:
    from desktop.profile import Profile
    from formats.directory import Body
    from signing.tokens.base import Secret, TokenInfo, TokenProvider


class Workspace:
    """One opened profile. Use it as a context manager, or call `close`."""

    profile: Profile
    body: Body
    """The own body, from the directory."""
    clock: Clock
    randomness: Randomness

    @classmethod
    def open(
        cls,
        profile: Profile,
        pin: Secret,
        *,
        clock: Clock = system_clock,
        randomness: Randomness = system_randomness,
        provider: TokenProvider | None = None,
    ) -> Workspace:
        """Open the vault with the body's UKEY.

        Raises `TokenMissing`, `PinWrong`, `PinLocked`, `WrongOwner`, `KeyMissing`, or what the
        vault and the directory raise. The PIN is wiped by the caller.
        """
        raise NotImplementedError

    @classmethod
    def create(
        cls,
        profile: Profile,
        pin: Secret,
        *,
        recovery: Secret | None = None,
        clock: Clock = system_clock,
        randomness: Randomness = system_randomness,
        provider: TokenProvider | None = None,
    ) -> Workspace:
        """First run: make the vault, with a slot for each UKEY of the body and one for recovery."""
        raise NotImplementedError

    def close(self) -> None:
        """Log the UKEY out and lock the vault; harmless when done twice."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def present_pin(self, pin: Secret) -> None:
        """Check the PIN anew with the UKEY, before an act of consequence.

        Raises as `open`.
        """
        raise NotImplementedError

    def token(self) -> TokenInfo:
        """The UKEY in use. Raises `TokenMissing` when it has been pulled out."""
        raise NotImplementedError
