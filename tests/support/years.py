"""A document's life through the years: a pilot whose clock moves on after the sealing."""

import shutil
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from formats.effects import system_clock, system_randomness
from signing.pilot import Issued, Pilot, issue_timestamp_authority, write_crl
from signing.timestamp import LocalAuthority
from signing.trust.store import TrustStore
from tests.support.pki import PilotWorld
from tests.support.sealed import Hands


def apart(world: PilotWorld, folder: Path) -> PilotWorld:
    """The same world with a copy of its pilot, in which time may pass and keys be revoked."""
    copied = shutil.copytree(world.pilot.folder, folder / "pki")
    return replace(world, pilot=Pilot.open(copied, system_clock, system_randomness))


@dataclass
class Years:
    """A pilot world of a test's own, and the day it is there; sealing happens on the first."""

    world: PilotWorld
    today: datetime
    stamping: Issued

    @classmethod
    def begin(cls, world: PilotWorld) -> "Years":
        """Today, with the world's first time-stamp authority, in its suite."""
        return cls(world, Hands(world).now, world.tsa)

    def clock(self) -> datetime:
        """The day it is."""
        return self.today

    def pass_by(self, years: float = 0, *, days: float = 0) -> datetime:
        """Let time pass, and publish the lists of the new day."""
        self.today += timedelta(days=365 * years + days)
        self.world.pilot.clock = self.clock
        write_crl(self.world.pilot)
        return self.today

    def trust(self) -> TrustStore:
        """What everybody trusts on that day."""
        return Hands(self.world).trust

    def authority(self) -> LocalAuthority:
        """The newest time-stamp authority."""
        return LocalAuthority(self.stamping.signer(), self.clock, system_randomness)

    def renew_authority(self) -> Issued:
        """A new key and certificate for the time-stamp authority."""
        pilot = self.world.pilot
        place = pilot.folder.parent / f"tsa-{len(pilot.entries)}"
        self.stamping = issue_timestamp_authority(pilot, place, suite=self.world.suite)
        return self.stamping
