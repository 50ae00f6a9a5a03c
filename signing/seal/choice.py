"""Which of the seals at hand goes into a place: a UKEY may keep several."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from formats.errors import BadInput
from formats.typeset.display import SealSlot
from signing.seal.eseal_errors import SealFault, SealMissing
from signing.seal.gbt38540 import ElectronicSeal, made_for, parse_seal, verify_seal
from signing.seal.place import fits, size_of
from signing.trust.certs import owner_of
from signing.trust.store import TrustStore


def choose_seal(
    seals: Iterable[bytes],
    slots: Sequence[SealSlot],
    *,
    certificate: bytes,
    trust: TrustStore,
    at: datetime,
) -> bytes:
    """The newest good seal, made for the certificate, that fits one of the slots.

    A slot of the certificate's own body comes first, then the first slot; into the place of a
    签名章 goes the one of the person named there. Bytes that are no seal, which a UKEY may hold for
    other programs, are passed over. Raises `SealMissing`, or the `SealFault` of the newest seal
    that would fit but is not good.
    """
    owner = owner_of(certificate).name
    slot = next((s for s in slots if s.body == owner), slots[0] if slots else None)
    fitting = [seal for seal in _readable(seals) if _suits(seal, slot, owner, certificate)]
    fault: SealFault | None = None
    for seal in sorted(fitting, key=lambda one: one.created, reverse=True):
        try:
            return verify_seal(seal.der, trust=trust, at=at, certificate=certificate).der
        except SealFault as error:
            fault = fault or error
    if fault is not None:
        raise fault
    wide, tall = size_of(slot) if slot else (0.0, 0.0)
    size = f"{wide:g} mm" if slot is None or slot.height_mm is None else f"{wide:g}×{tall:g} mm"
    raise SealMissing(owner, body=slot.body if slot else owner, size=size)


def _readable(seals: Iterable[bytes]) -> list[ElectronicSeal]:
    found = []
    for der in seals:
        try:
            found.append(parse_seal(der))
        except BadInput:
            continue
    return found


def _suits(seal: ElectronicSeal, slot: SealSlot | None, owner: str, certificate: bytes) -> bool:
    """Whether a seal is this signer's and of the place's kind, size and name."""
    name = slot.body if slot is not None and slot.kind == "personal" else owner
    named = "".join(seal.name.split()) == "".join(name.split())
    if slot is not None and slot.kind == "personal" and not slot.body:
        named = True  # a field for a 签名章 names nobody: whose key seals in it vouches
    return named and (slot is None or fits(seal, slot)) and made_for(seal, certificate)
