"""Seals for the pictures: every body gets a key of a throw-away pilot CA, and seals in its slot."""

from pathlib import Path

from formats.effects import system_clock, system_randomness
from formats.typeset.display import SealSlot
from formats.write.slots import read_slots
from signing.keys import KeySigner
from signing.pilot.issue import issue_neighbour
from signing.pilot.seals import issue_seal
from signing.pilot.store import Pilot
from signing.seal.apply import countersign_pdf, open_fields, seal_pdf
from signing.seal.image import draw_seal, draw_signature_stamp
from signing.seal.picture import svg_of
from signing.trust.store import TrustStore

HOST = "安徽省人民政府"
"""Whose key vouches for 签名章 in the pictures."""


class Sealer:
    """Keys by body, made in ``folder`` when they are first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._signers: dict[str, KeySigner] = {}
        self._pilot: Pilot | None = None

    def seal(self, pdf: bytes) -> bytes:
        """The PDF with a seal in each of its slots."""
        slots = read_slots(pdf)
        if not slots:
            return pdf
        first = slots[0]
        signer = self._signer(self._owner(first))
        done = seal_pdf(
            pdf, signer=signer, seal=self._seal(first, signer), trust=self._trust(),
            timestamps=None, clock=system_clock, slots=slots,
        )  # fmt: skip
        # The fields stand in the order of the slots; one for a 签名章 names nobody.
        for (name, _), slot in zip(open_fields(done), slots[1:], strict=True):
            signer = self._signer(self._owner(slot))
            done = countersign_pdf(
                done, name, signer=signer, seal=self._seal(slot, signer), trust=self._trust(),
                timestamps=None, clock=system_clock,
            )  # fmt: skip
        return done

    @staticmethod
    def _owner(slot: SealSlot) -> str:
        return HOST if slot.kind == "personal" else slot.body

    def _signer(self, body: str) -> KeySigner:
        if body not in self._signers:
            number = len(self._signers) + 1
            folder = self._folder / f"body{number}"
            issued = issue_neighbour(self._pki(), f"340000.b{number:03}", body, folder)
            self._signers[body] = issued.signer()
        return self._signers[body]

    def _pki(self) -> Pilot:
        if self._pilot is None:
            folder = self._folder / "pki"
            self._pilot = Pilot.create(folder, system_clock, system_randomness)
        return self._pilot

    def _trust(self) -> TrustStore:
        pilot = self._pki()
        return TrustStore(pilot.anchors, pilot.certificates(), pilot.crls())

    def _seal(self, slot: SealSlot, signer: KeySigner) -> bytes:
        """An electronic seal for the slot, of the size that typesetting left for it."""
        if slot.height_mm is not None:
            image = draw_signature_stamp(slot.body, slot.diameter_mm, slot.height_mm)
        else:
            image = draw_seal(slot.body, slot.diameter_mm)
        return issue_seal(
            self._pki(), "340000.seals", slot.body, [signer.certificate],
            kind="body" if slot.height_mm is None else "personal", picture=svg_of(image),
        )  # fmt: skip
