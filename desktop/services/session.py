"""An opened profile: the UKEY logged in, the vault unlocked, the directory and trust loaded.

Everything else in `desktop.services` is built on a `Workspace`. Opening needs the body's UKEY;
reading and drafting then go on without the network. The UKEY stays logged in until `close`; where
an act of consequence should ask for the PIN once more, the caller presents it with `present_pin`.

A directory that has expired still opens a workspace, for reading; what needs a current one
(sealing, sending, 签收) asks `require_current_directory`.
"""

import threading
from typing import TYPE_CHECKING, Self

from desktop.locks import SharedLock
from desktop.profile import Profile
from desktop.services.ukey import load_directory, open_token, seals_at_hand, token_signer
from formats.directory import Body, Snapshot, Suite
from formats.effects import Clock, Randomness, system_clock, system_randomness
from signing.errors import KeyMissing
from signing.signer import Signer
from signing.suites import suite_of
from signing.tokens.base import Secret, Token, TokenInfo, TokenProvider
from signing.trust.snapshot import SnapshotExpired, open_snapshot, trust_from_snapshot
from signing.trust.store import TrustStore

if TYPE_CHECKING:
    from desktop.archive.archive import Archive
    from desktop.transport import Transport
    from desktop.vault.vault import Vault
    from signing.timestamp_client import TimestampClient
    from signing.verdict.pool import Pool


class Workspace:
    """One opened profile. Use it as a context manager, or call `close`."""

    def __init__(
        self,
        profile: Profile,
        *,
        token: Token,
        vault: "Vault",
        snapshot: Snapshot,
        clock: Clock,
        randomness: Randomness,
    ) -> None:
        """Use `open` or `create`."""
        self.profile = profile
        self.vault = vault
        self.clock = clock
        self.randomness = randomness
        self._token = token
        self._snapshot = snapshot
        self._trust = trust_from_snapshot(snapshot, profile.anchors())
        self._transport: Transport | None = None
        self._archive: Archive | None = None
        self._timestamps: TimestampClient | None = None
        self._verifiers: Pool | None = None
        self._making = threading.Lock()
        self.sending = SharedLock(profile.folder / "sending.lock")
        """Held over a run of the outbox and over packaging, which numbers the dispatches; also
        against another process on this profile, so that no document is handed over twice at once.
        """

    @classmethod
    def open(
        cls,
        profile: Profile,
        pin: Secret,
        *,
        clock: Clock = system_clock,
        randomness: Randomness = system_randomness,
        provider: TokenProvider | None = None,
    ) -> Self:
        """Open the vault with the body's UKEY.

        Raises `TokenMissing`, `PinWrong`, `PinLocked`, `WrongOwner`, `KeyMissing`, or what the
        vault and the directory raise. The PIN is wiped by the caller.
        """
        from desktop.vault.ukey import CertificateUnwrapper  # noqa: PLC0415 - beside the vault
        from desktop.vault.vault import Vault  # noqa: PLC0415 - SQLCipher loads when it is used

        snapshot = load_directory(profile, clock)
        token = open_token(profile, provider)
        token.login(pin)
        vault = Vault.open(profile.vault_folder, CertificateUnwrapper(token), randomness=randomness)
        return cls._begin(
            profile,
            token=token,
            vault=vault,
            snapshot=snapshot,
            clock=clock,
            randomness=randomness,
        )

    @classmethod
    def create(
        cls,
        profile: Profile,
        pin: Secret,
        *,
        clock: Clock = system_clock,
        randomness: Randomness = system_randomness,
        provider: TokenProvider | None = None,
    ) -> Self:
        """First run: make the vault, with a slot for each UKEY of the body and its recovery key.

        The slots are the body's encryption certificates in the directory. Raises as `open`, and
        `KeyMissing` when the directory names none.
        """
        from desktop.services.slots import slots_for  # noqa: PLC0415 - beside the vault
        from desktop.vault.vault import Vault  # noqa: PLC0415 - SQLCipher loads when it is used

        snapshot = load_directory(profile, clock)
        certificates = snapshot.body(profile.body).encryption_certificates()
        if not certificates:
            raise KeyMissing(f"no encryption certificate of {profile.body} in the directory")
        token = open_token(profile, provider)
        token.login(pin)
        vault = Vault.create(
            profile.vault_folder,
            slots_for(certificates, token, randomness),
            clock=clock,
            randomness=randomness,
        )
        return cls._begin(
            profile,
            token=token,
            vault=vault,
            snapshot=snapshot,
            clock=clock,
            randomness=randomness,
        )

    @classmethod
    def _begin(
        cls,
        profile: Profile,
        *,
        token: Token,
        vault: "Vault",
        snapshot: Snapshot,
        clock: Clock,
        randomness: Randomness,
    ) -> Self:
        from desktop.services import leftovers  # noqa: PLC0415 - beside the vault
        from desktop.store import schema  # noqa: PLC0415 - beside the vault

        schema.apply(vault)
        leftovers.sweep_blobs(vault, clock())
        return cls(
            profile,
            token=token,
            vault=vault,
            snapshot=snapshot,
            clock=clock,
            randomness=randomness,
        )

    def close(self) -> None:
        """Leave the node, lock the vault and log the UKEY out; harmless when done twice."""
        if self._transport is not None:
            self._transport.close()
            self._transport = None
        if self._verifiers is not None:
            self._verifiers.close()
        self.vault.lock()
        self._token.logout()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def body(self) -> Body:
        """The own body. Raises `UnknownBody` when the directory no longer names it."""
        return self._snapshot.body(self.profile.body)

    @property
    def snapshot(self) -> Snapshot:
        """The directory in use."""
        return self._snapshot

    @property
    def trust(self) -> TrustStore:
        """Trust by the profile's anchors and the directory in use."""
        return self._trust

    @property
    def transport(self) -> "Transport":
        """The way to the node; made when first asked for, without contacting it."""
        from desktop.transport import Transport  # noqa: PLC0415 - requests loads when it is used

        with self._making:
            if self._transport is None:
                self._transport = Transport(
                    self.profile.settings.node,
                    self.profile.tls_ca,
                    clock=self.clock,
                    signer=self.signer,
                )
            return self._transport

    @property
    def timestamps(self) -> "TimestampClient":
        """The time-stamp authorities, the own node first; made without contacting any."""
        from desktop.services.stamping import timestamp_client  # noqa: PLC0415 - loads requests

        with self._making:
            if self._timestamps is None:
                self._timestamps = timestamp_client(
                    self.profile, self._snapshot, self._trust, self.clock
                )
            return self._timestamps

    @property
    def verifiers(self) -> "Pool":
        """Processes in which foreign files are verified, started when the first one comes."""
        from signing.verdict.pool import Pool  # noqa: PLC0415 - pyHanko loads slowly

        with self._making:
            if self._verifiers is None:
                self._verifiers = Pool()
            return self._verifiers

    @property
    def archive(self) -> "Archive":
        """The archive in the vault; made ready when first asked for."""
        from desktop.archive.archive import Archive  # noqa: PLC0415 - loads when it is used

        with self._making:
            if self._archive is None:
                self._archive = Archive(self.vault, self.clock, self.randomness)
            return self._archive

    def signer(self) -> Signer:
        """The UKEY as a signer, with the issuers that the directory knows. Raises `KeyMissing`."""
        return token_signer(self._token, self._snapshot, self.clock())

    @property
    def suite(self) -> Suite:
        """The suite of the UKEY's key, in which this desk acts. Raises `KeyMissing`."""
        return suite_of(self.signer().algorithm).name

    def seals(self) -> tuple[bytes, ...]:
        """The electronic seals at hand. Raises `TokenMissing` or `DiskTrouble`."""
        return seals_at_hand(self._token, self.profile)

    def holder(self) -> Token:
        """The UKEY as the one who opens what is encrypted to it."""
        return self._token

    def token(self) -> TokenInfo:
        """The UKEY in use. Raises `TokenMissing` when it has been pulled out."""
        return self._token.info()

    def present_pin(self, pin: Secret) -> None:
        """Check the PIN anew with the UKEY, before an act of consequence.

        Raises as `open`.
        """
        self._token.login(pin)

    def require_current_directory(self) -> None:
        """Raise `SnapshotExpired` where only a current directory will do."""
        if self._snapshot.expires <= self.clock():
            raise SnapshotExpired(expires=self._snapshot.expires.strftime("%Y-%m-%d %H:%M UTC"))

    def read_directory(self, p7m: bytes) -> Snapshot:
        """A newer snapshot, believed beside the one in use. Raises as `open_snapshot`."""
        return open_snapshot(p7m, self.profile.anchors(), now=self.clock(), known=self._snapshot)

    def use_snapshot(self, snapshot: Snapshot) -> None:
        """Work with this directory from now on."""
        self._trust = trust_from_snapshot(snapshot, self.profile.anchors())
        self._snapshot = snapshot
        with self._making:
            self._timestamps = None  # other nodes, other lists
