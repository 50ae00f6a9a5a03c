"""The UKEYs that are plugged in: whose they are, how their PIN stands, and a new PIN for one.

Looking needs no PIN and spends no try. What a driver does not tell stays unknown: the number of
tries, or whether the PIN is still the maker's.
"""

from dataclasses import dataclass
from datetime import datetime

from desktop.profile import Profile
from desktop.services.session import Workspace
from desktop.services.ukey import provider_of
from signing.errors import TokenError, TokenMissing
from signing.tokens.base import PinState, Secret, Token, TokenInfo, TokenProvider
from signing.trust.certs import owner_of, validity_of


@dataclass(frozen=True, slots=True)
class UkeyRow:
    """One UKEY as it can be described without its PIN."""

    id: str
    label: str
    serial: str
    maker: str
    """Manufacturer and model, as the device names itself."""
    profile: str
    """The maker's profile that fits; empty where none does and plain PKCS#11 is spoken."""
    pin: PinState
    remaining: int | None
    default_pin: bool | None
    body: str
    """Id of the 机关 whose it is; empty for a blank one."""
    owner: str
    own: bool
    """Whether it belongs to the body of this profile."""
    in_use: bool
    """Whether the desk was opened with it."""
    algorithms: tuple[str, ...]
    """How its signing keys sign."""
    until: datetime | None
    """When its newest signing certificate ends."""
    seals: tuple[str, ...]
    """Names on the electronic seals that it holds; not verified here."""
    error: str = ""
    """Why it could not be read, in Chinese, or an empty string."""


def present(
    profile: Profile, provider: TokenProvider | None = None, in_use: str | None = None
) -> tuple[UkeyRow, ...]:
    """Every UKEY of the profile's driver, that of the body first.

    ``in_use``: the id of the one the desk was opened with. Raises `ModuleMissing` or another
    `TokenError` where the driver itself does not answer.
    """
    source = provider or provider_of(profile)
    rows = []
    for info in source.list_tokens():
        try:
            rows.append(_row(info, source.open(info.id), profile, in_use))
        except TokenMissing:
            continue  # pulled out while it was looked at
    return tuple(sorted(rows, key=lambda row: (not row.in_use, not row.own, row.label, row.serial)))


def _row(info: TokenInfo, token: Token, profile: Profile, in_use: str | None) -> UkeyRow:
    error = ""
    certificates: tuple[bytes, ...] = ()
    algorithms: tuple[str, ...] = ()
    seals: tuple[bytes, ...] = ()
    try:
        found = [c for c in token.certificates() if c.usage == "sign"]
        certificates = tuple(c.der for c in found)
        algorithms = tuple(dict.fromkeys(c.algorithm for c in found))
        seals = token.seals()
    except TokenMissing:
        raise
    except TokenError as trouble:
        error = trouble.text()
    newest = max(certificates, key=lambda c: validity_of(c)[0], default=None)
    owner = owner_of(newest) if newest is not None else None
    return UkeyRow(
        id=info.id,
        label=info.label,
        serial=info.serial,
        maker=" ".join(filter(None, (info.manufacturer, info.model))),
        profile=_profile_name(info, profile),
        pin=info.pin_state,
        remaining=info.remaining,
        default_pin=info.default_pin,
        body=owner.id if owner is not None else "",
        owner=owner.name if owner is not None else "",
        own=owner is not None and owner.id == profile.body,
        in_use=info.id == in_use,
        algorithms=algorithms,
        until=validity_of(newest)[1] if newest is not None else None,
        seals=tuple(map(_seal_name, seals)),
        error=error,
    )


def _profile_name(info: TokenInfo, profile: Profile) -> str:
    from signing.tokens.vendors import load_vendors  # noqa: PLC0415 - loads when UKEYs are listed

    vendors = load_vendors(profile.folder)
    found = vendors.get(info.profile) if info.profile else None
    found = found or vendors.of_token(profile.settings.module, info)
    return found.name if found is not None else ""


def _seal_name(seal: bytes) -> str:
    from formats.errors import BadInput  # noqa: PLC0415 - beside the seals
    from signing.seal.eseal import parse_seal  # noqa: PLC0415 - loads when UKEYs are listed

    try:
        return parse_seal(seal).name
    except BadInput:
        return "?"


class Ukeys:
    """The UKEYs at an open desk."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def list(self) -> tuple[UkeyRow, ...]:
        """Every UKEY plugged in. Raises a `TokenError` where the driver does not answer."""
        return present(self._workspace.profile, in_use=self._in_use())

    def change_pin(self, ukey: str, old: Secret, new: Secret) -> None:
        """Change the PIN; the desk's own UKEY is logged in again. Both are wiped by the caller.

        Raises `PinWrong`, `PinLocked`, `PinUnfit`, `PinWeak` or `TokenMissing`. A refused change
        may have ended the desk's own login: a PIN that was wrong is never tried a second time.
        """
        token, own = self._token(ukey)
        token.change_pin(old, new)
        if own:
            token.login(new)

    def unlock(self, ukey: str, admin_pin: Secret, new: Secret) -> None:
        """Give a UKEY a new PIN by that of the issuing office. Both are wiped by the caller.

        Raises `AdminPinWrong`, `AdminPinLocked`, `NotOffered`, `PinUnfit`, `PinWeak` or
        `TokenMissing`; see `change_pin` for the login.
        """
        token, own = self._token(ukey)
        token.unlock(admin_pin, new)
        if own:
            token.login(new)

    def _token(self, ukey: str) -> tuple[Token, bool]:
        """The UKEY of that id, and whether it is the desk's own, of which there is one object."""
        if self._in_use() == ukey:
            return self._workspace.holder(), True
        return provider_of(self._workspace.profile).open(ukey), False

    def _in_use(self) -> str | None:
        try:
            return self._workspace.token().id
        except TokenMissing:
            return None
