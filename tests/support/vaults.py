"""A vault and an archive for tests: opened by 2 of 3 shares, or by a key in memory."""

import random  # noqa: TID251 - seeded, so that a test repeats
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from desktop.archive.archive import Archive
from desktop.archive.values import FileDraft, ItemDraft
from desktop.vault.keys import Slot, SlotKind
from desktop.vault.vault import Vault
from formats.errors import BadInput

START = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


class WrongKey(BadInput):
    """A stand-in UKEY that does not open the slot."""


@dataclass
class StandInKey:
    """A `SecretSlot` and `Unwrapper` in one: a symmetric key in place of a UKEY."""

    name: str = "first"
    kind: SlotKind = "ukey"
    wrong: bool = False
    key: bytes = field(init=False)

    def __post_init__(self) -> None:
        self.key = self.name.encode().ljust(32, b"\x00")

    @property
    def certificate(self) -> str:
        """See `SecretSlot`."""
        return f"sha256:{self.name}"

    @property
    def label(self) -> str:
        """See `SecretSlot`."""
        return self.name

    def wrap(self, secret: bytes) -> bytes:
        """See `SecretSlot`."""
        return aes_key_wrap(self.key, secret)

    def fits(self, slot: Slot) -> bool:
        """See `Unwrapper`."""
        return slot.certificate == self.certificate

    def unwrap(self, wrapped: bytes) -> bytes:
        """See `Unwrapper`."""
        try:
            return aes_key_unwrap(self.key, wrapped)
        except InvalidUnwrap as error:
            raise WrongKey(str(error)) from error


def ticking(start: datetime = START) -> Callable[[], datetime]:
    """A clock that moves a second at every look."""
    seconds = iter(range(10**9))
    return lambda: start + timedelta(seconds=next(seconds))


def seeded(seed: int = 1) -> Callable[[int], bytes]:
    """Randomness that repeats, for tests alone."""
    return random.Random(seed).randbytes  # noqa: S311 - as above


def new_vault(folder: Path, *slots: StandInKey, seed: int = 1) -> Vault:
    return Vault.create(folder, slots or (StandInKey(),), clock=ticking(), randomness=seeded(seed))


def open_vault(folder: Path, key: StandInKey | None = None, *, seed: int = 2) -> Vault:
    return Vault.open(folder, key or StandInKey(), randomness=seeded(seed))


def archive_in(vault: Vault, *, seed: int = 3) -> Archive:
    return Archive(vault, ticking(), seeded(seed))


def draft(
    serial: int = 1, text: str = "各市、县人民政府：现印发给你们。", /, **changes: object
) -> ItemDraft:
    values: dict[str, object] = {
        "title": f"关于第{serial}号事项的通知",
        "files": (
            FileDraft("document", "公文.pdf", f"%PDF-1.7 {serial} %%EOF".encode()),
            FileDraft("attachment", "附件.txt", f"附件 {serial}".encode()),
        ),
        "digest": f"sha256:{serial:064x}",
        "text": text,
        "number": f"皖政办〔2026〕{serial}号",
        "kind": "notice",
        "issuer": "安徽省人民政府办公厅",
        "issue_date": START.date(),
        **changes,
    }
    return ItemDraft(**values)  # type: ignore[arg-type] # keyword arguments by name
