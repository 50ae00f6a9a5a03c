"""The UKEY of a profile, and the directory that vouches for it; what a session is built from."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Self

from desktop.files import read_file
from desktop.profile import Profile, ProfileDamaged
from formats.directory import Snapshot
from formats.effects import Clock, system_clock
from formats.errors import YidaoError
from formats.i18n import tr
from formats.limits import MAX_ESEAL_BYTES, MAX_SIGNED_BYTES
from signing.der import NotDer
from signing.errors import KeyMissing, TokenMissing, WrongOwner
from signing.signer import Signer
from signing.tokens.base import Secret, Token, TokenProvider, signer_of, suites_of
from signing.trust.certs import Owner, chain_of, owner_of
from signing.trust.snapshot import SnapshotExpired, open_snapshot, trust_from_snapshot
from signing.trust.store import TrustStore

if TYPE_CHECKING:
    from desktop.transport import Transport


class UkeySession:
    """The UKEY of a profile alone, logged in: for sealing a file without opening the vault."""

    def __init__(
        self,
        profile: Profile,
        pin: Secret,
        *,
        clock: Clock = system_clock,
        provider: TokenProvider | None = None,
    ) -> None:
        """Log in; the PIN is wiped. Raises as `Workspace.open`."""
        self.clock = clock
        self._profile = profile
        self._snapshot = load_directory(profile, clock)
        self._token = open_token(profile, provider)
        self._transport: Transport | None = None
        try:
            self._token.login(pin)
        finally:
            pin.wipe()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._transport is not None:
            self._transport.close()
        self._token.logout()

    @property
    def owner(self) -> Owner:
        """Whose UKEY it is."""
        return owner_of(signer_of(self._token).certificate)

    def signer(self) -> Signer:
        """The UKEY as a signer, with the issuers that the directory knows."""
        return token_signer(self._token, self._snapshot, self.clock())

    @property
    def trust(self) -> TrustStore:
        """Trust by the profile's anchors and its directory."""
        return trust_from_snapshot(self._snapshot, self._profile.anchors())

    def name_of(self, body: str) -> str:
        """The full name of a body that is told by id or name. Raises `UnknownBody`."""
        return self._snapshot.find(body).name

    def seals(self) -> tuple[bytes, ...]:
        """The electronic seals at hand, on the UKEY and in the profile's folder."""
        return seals_at_hand(self._token, self._profile)

    @property
    def transport(self) -> "Transport":
        """The way to the node, for time stamps."""
        from desktop.transport import Transport  # noqa: PLC0415 - requests loads when it is used

        if self._transport is None:
            self._transport = Transport(
                self._profile.settings.node,
                self._profile.tls_ca,
                clock=self.clock,
                signer=self.signer,
            )
        return self._transport


def token_signer(token: Token, snapshot: Snapshot, at: datetime) -> Signer:
    """The token as a signer, with the issuers that the directory knows. Raises `KeyMissing`.

    Of a UKEY that holds keys of both suites that one signs which the directory wants for new acts
    of that time; a key of a suite that has ended is taken only where there is no other, and then
    what it signs is refused by whoever gets it.
    """
    suite = snapshot.suite_policy().choose(suites_of(token), at)
    certificate = signer_of(token, suite=suite).certificate
    return signer_of(token, chain_of(certificate, snapshot.certificates), suite)


def seals_at_hand(token: Token, profile: Profile) -> tuple[bytes, ...]:
    """The electronic seals on a token, and those in ``seals/*.esl`` of the profile's folder.

    A file does for a UKEY that has no room for a seal: what it holds proves itself. Raises
    `TokenMissing` or `DiskTrouble`.
    """
    files = sorted((profile.folder / "seals").glob("*.esl"))
    kept = (read_file(path, limit=MAX_ESEAL_BYTES) for path in files)
    return tuple(dict.fromkeys((*token.seals(), *kept)))


def provider_for(module: str, folder: Path | None = None) -> TokenProvider:
    """The provider that ``module`` names, see `signing.tokens.providers.provider_for`.

    ``folder``: a profile's, whose ``vendors.toml`` may know more makers. Raises `ModuleMissing` or
    `VendorsBad`.
    """
    from signing.tokens import providers  # noqa: PLC0415 - loads the driver
    from signing.tokens.vendors import load_vendors  # noqa: PLC0415 - with the driver

    return providers.provider_for(module, load_vendors(folder))


def provider_of(profile: Profile) -> TokenProvider:
    """The provider of a profile's driver. Raises `ModuleMissing` or `VendorsBad`."""
    return provider_for(profile.settings.module, profile.folder)


def open_token(profile: Profile, provider: TokenProvider | None = None) -> Token:
    """The profile's UKEY, its owner checked before any PIN is tried.

    Makers give many UKEYs the same label: of several that bear it, the body's own is taken. Raises
    `TokenMissing`, `KeyMissing`, `WrongOwner`, `ModuleMissing`.
    """
    source = provider or provider_of(profile)
    named = profile.settings.token
    others: list[YidaoError] = []
    for info in source.list_tokens():
        if named not in {info.label, info.serial}:
            continue
        try:
            token = source.open(info.id)
            owner = owner_of(signer_of(token).certificate)
        except (TokenMissing, KeyMissing) as error:  # pulled out meanwhile, or blank
            others.append(error)
            continue
        if owner.id == profile.body:
            return token
        others.append(WrongOwner(owner.id, owner=owner.name, expected=profile.body))
    raise others[0] if others else TokenMissing(named)


def load_directory(profile: Profile, clock: Clock) -> Snapshot:
    """The snapshot of the profile; an expired one is judged as of its last day.

    Raises `DiskTrouble`, `SnapshotRefused` and its kin, a `TrustError` or a `BadInput`.
    """
    p7m = read_file(profile.directory_file, limit=MAX_SIGNED_BYTES)
    try:
        return open_snapshot(p7m, profile.anchors(), now=clock())
    except SnapshotExpired:
        return open_snapshot(p7m, profile.anchors(), now=_last_day(p7m))
    except NotDer as error:
        name = profile.directory_file.name
        raise ProfileDamaged(str(error), file=name, reason=tr("内容不符合要求")) from error


def _last_day(p7m: bytes) -> datetime:
    """A moment before the snapshot expired; `open_snapshot` then checks it in full."""
    from formats.canonical import from_bytes  # noqa: PLC0415 - the rare case
    from formats.limits import MAX_DIRECTORY_BYTES  # noqa: PLC0415 - the rare case
    from signing.cms import open_attached  # noqa: PLC0415 - the rare case

    claimed = from_bytes(Snapshot, open_attached(p7m).data, limit=MAX_DIRECTORY_BYTES)
    return claimed.expires - timedelta(seconds=1)
