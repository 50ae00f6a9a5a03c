"""`vault.keys`: the vault's one secret, wrapped once for each who may open it.

    {version, archive, epoch, slots: [{kind, certificate, label, wrapped, created}], mac}

The file lies beside the database and holds no secret in the clear. Its MAC is keyed from the
secret itself, so a slot that was slipped in is found as soon as any slot opens. Adding or removing
a slot raises ``epoch`` and never touches the data. A file that does not open is never replaced.
"""

import hashlib
import hmac
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final, Literal, Protocol

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from msgspec import Meta

from desktop.files import read_file, write_whole
from desktop.vault.errors import KeysDamaged, NoFittingSlot, SlotNeeded, VaultTooNew
from formats.canonical import Value, from_bytes, to_bytes
from formats.effects import Clock
from formats.errors import BadInput
from formats.i18n import tr
from formats.ids import Instant
from formats.limits import MAX_KEY_SLOTS, MAX_KEYS_BYTES

KEYS_FILE: Final = "vault.keys"
SECRET_BYTES: Final = 32
_VERSION: Final = 1

SlotKind = Literal["ukey", "recovery", "slip39"]
"""``ukey``: a body's UKEY; ``recovery``: a recovery certificate; ``slip39``: m-of-n shares."""
Label = Literal["db", "blob-kek", "ledger-mac", "keyfile-mac"]


class Slot(Value, frozen=True, kw_only=True):
    """One way to open the vault."""

    kind: SlotKind
    certificate: Annotated[str, Meta(max_length=80)] = ""
    """``sha256:`` fingerprint of the certificate wrapped for; empty for ``slip39``."""
    label: Annotated[str, Meta(max_length=200)] = ""
    wrapped: Annotated[bytes, Meta(max_length=64 * 1024)]
    created: Instant


class KeyFile(Value, frozen=True, kw_only=True):
    """The content of `vault.keys`."""

    version: int = _VERSION
    archive: Annotated[str, Meta(min_length=1, max_length=64)]
    epoch: Annotated[int, Meta(ge=1)]
    slots: Annotated[tuple[Slot, ...], Meta(min_length=1, max_length=MAX_KEY_SLOTS)]
    mac: bytes = b""


class SecretSlot(Protocol):
    """One who may open the vault from now on: how the secret is wrapped for them."""

    @property
    def kind(self) -> SlotKind:
        """What kind of slot it makes."""

    @property
    def certificate(self) -> str:
        """``sha256:`` fingerprint of the certificate wrapped for, or an empty string."""

    @property
    def label(self) -> str:
        """For people: the UKEY's label or the holder's name."""

    def wrap(self, secret: bytes) -> bytes:
        """The secret, so that only they can open it."""


class Unwrapper(Protocol):
    """One who opens the vault now."""

    def fits(self, slot: Slot) -> bool:
        """Whether this slot is theirs."""

    def unwrap(self, wrapped: bytes) -> bytes:
        """The secret of a slot that fits. Raises what the UKEY or the shares raise."""


def derive(secret: bytes | bytearray, label: Label) -> bytes:
    """The 32-byte key for one use, HKDF-SHA-256 (RFC 5869) of the vault's secret."""
    kdf = HKDF(hashes.SHA256(), SECRET_BYTES, salt=None, info=f"yidao vault v1 {label}".encode())
    return kdf.derive(bytes(secret))


def new_key_file(
    secret: bytes | bytearray, archive: str, slots: Sequence[SecretSlot], clock: Clock
) -> KeyFile:
    """A key file with a slot for each of ``slots``, at epoch 1."""
    made = tuple(_slot(one, secret, clock) for one in slots)
    return _signed(KeyFile(archive=archive, epoch=1, slots=made), secret)


def read_key_file(folder: Path) -> KeyFile:
    """The key file as it stands, its MAC not yet checked. Raises `KeysDamaged`, `VaultTooNew`."""
    try:
        keys = from_bytes(KeyFile, read_file(folder / KEYS_FILE, limit=MAX_KEYS_BYTES))
    except BadInput as error:
        raise KeysDamaged(error.detail, file=KEYS_FILE, reason=tr("格式不对")) from error
    if keys.version != _VERSION:
        raise VaultTooNew(f"{KEYS_FILE} {keys.version}")
    return keys


def write_key_file(folder: Path, keys: KeyFile) -> None:
    """Put the file in place whole: temporary name, fsync, rename, directory fsync."""
    write_whole(folder / KEYS_FILE, to_bytes(keys))


def unlock(keys: KeyFile, unwrapper: Unwrapper) -> bytearray:
    """The secret, from the first slot that fits, with the whole file proved by its MAC.

    Raises `NoFittingSlot`, `KeysDamaged`, and what the unwrapper raises.
    """
    fitting = [slot for slot in keys.slots if unwrapper.fits(slot)]
    if not fitting:
        raise NoFittingSlot(keys.archive)
    secret = bytearray(_first_opened(fitting, unwrapper))
    if len(secret) != SECRET_BYTES or not hmac.compare_digest(keys.mac, _mac(keys, secret)):
        secret[:] = bytes(len(secret))
        raise KeysDamaged("mac", file=KEYS_FILE, reason=tr("校验值不符"))
    return secret


def with_slot(keys: KeyFile, secret: bytes | bytearray, slot: SecretSlot, clock: Clock) -> KeyFile:
    """The next epoch with one slot more, replacing one for the same certificate."""
    made = _slot(slot, secret, clock)
    kept = tuple(
        old
        for old in keys.slots
        if (old.kind, old.certificate) != (made.kind, made.certificate) or not made.certificate
    )
    if len(kept) >= MAX_KEY_SLOTS:
        raise SlotNeeded("full", reason=tr("钥匙槽已满，请先移除不用的。"))
    return _next(keys, (*kept, made), secret)


def without_slot(keys: KeyFile, secret: bytes | bytearray, index: int) -> KeyFile:
    """The next epoch without the slot at ``index``.

    Raises `SlotNeeded` for the last UKEY slot and for the last recovery slot.
    """
    gone = keys.slots[index]
    kept = tuple(slot for place, slot in enumerate(keys.slots) if place != index)
    if gone.kind == "ukey" and not any(slot.kind == "ukey" for slot in kept):
        raise SlotNeeded("last ukey", reason=tr("它是最后一把 UKEY 的。"))
    if gone.kind != "ukey" and all(slot.kind == "ukey" for slot in kept):
        raise SlotNeeded("recovery", reason=tr("它是唯一的恢复方式。"))
    return _next(keys, kept, secret)


def fingerprint(certificate: bytes) -> str:
    """How a slot names the certificate (DER) it was wrapped for."""
    return "sha256:" + hashlib.sha256(certificate).hexdigest()


def _first_opened(slots: Sequence[Slot], unwrapper: Unwrapper) -> bytes:
    """Slots of one holder are tried in turn, so one damaged slot does not shut out another."""
    fault: BadInput | None = None
    for slot in slots:
        try:
            return unwrapper.unwrap(slot.wrapped)
        except BadInput as error:
            fault = error
    raise KeysDamaged(
        fault.detail if fault else "", file=KEYS_FILE, reason=tr("钥匙槽打不开")
    ) from fault


def _slot(one: SecretSlot, secret: bytes | bytearray, clock: Clock) -> Slot:
    return Slot(
        kind=one.kind,
        certificate=one.certificate,
        label=one.label,
        wrapped=one.wrap(bytes(secret)),
        created=clock(),
    )


def _next(keys: KeyFile, slots: tuple[Slot, ...], secret: bytes | bytearray) -> KeyFile:
    return _signed(KeyFile(archive=keys.archive, epoch=keys.epoch + 1, slots=slots), secret)


def _signed(keys: KeyFile, secret: bytes | bytearray) -> KeyFile:
    return msgspec.structs.replace(keys, mac=_mac(keys, secret))


def _mac(keys: KeyFile, secret: bytes | bytearray) -> bytes:
    bare = to_bytes(msgspec.structs.replace(keys, mac=b""))
    return hmac.digest(derive(secret, "keyfile-mac"), bare, "sha256")
