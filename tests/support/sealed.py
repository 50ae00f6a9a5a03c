"""A small 公文 to be sealed, its slots, and the hands that seal it, for the tests of two rooms."""

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from reportlab.pdfgen.canvas import Canvas

from formats.effects import system_randomness
from formats.typeset.display import SealSlot
from signing.pilot.seals import issue_seal
from signing.seal.apply import countersign_pdf, seal_pdf
from signing.seal.image import POINTS, draw_seal, draw_signature_stamp
from signing.seal.picture import svg_of
from signing.signer import Signer
from signing.timestamp import LocalAuthority, TimestampSource
from signing.trust.certs import name_of
from signing.trust.store import TrustStore
from tests.support.pki import PilotWorld

PROVINCE, CITY, COUNTY = "340000.bgt", "340100.bgs", "340123.bgs"
NAMES = {
    PROVINCE: "安徽省人民政府办公厅",
    CITY: "合肥市人民政府办公室",
    COUNTY: "肥西县人民政府办公室",
}
PAGE_MM = (210.0, 297.0)


def plain_pdf(pages: int = 2, draw: Callable[[Any], None] | None = None) -> bytes:
    """A plain PDF of A4 pages; ``draw`` may put more on the last."""
    sink = io.BytesIO()
    canvas = Canvas(
        sink, pagesize=tuple(edge * POINTS for edge in PAGE_MM), invariant=1, pageCompression=1
    )
    for number in range(1, pages + 1):
        canvas.drawString(80, 700, f"page {number}")
        if number == pages and draw is not None:
            draw(canvas)
        canvas.showPage()
    canvas.save()
    return sink.getvalue()


def slot(body: str = PROVINCE, x_mm: float = 150.0, y_mm: float = 180.0, page: int = 2) -> SealSlot:
    """A slot of 42 mm for a body."""
    return SealSlot(page=page, x_mm=x_mm, y_mm=y_mm, diameter_mm=42.0, body=NAMES[body])


def electronic_seal(
    world: PilotWorld,
    signer: Signer,
    name: str | None = None,
    *,
    diameter_mm: int = 42,
    stamp_mm: tuple[int, int] | None = None,
    body: str = PROVINCE,
) -> bytes:
    """A seal (SESeal DER) that the pilot's authority makes for a signer's certificate.

    A 公章 of 42 mm in its owner's name where nothing else is said; a 签名章 where ``stamp_mm``
    (width, height) is given.
    """
    owner = name or name_of(signer.certificate)
    drawn = (
        draw_seal(owner, diameter_mm)
        if stamp_mm is None
        else draw_signature_stamp(owner, *stamp_mm)
    )
    kept = _SEALS.setdefault(world.folder, {})
    wanted = (signer.certificate, drawn.content)
    if wanted not in kept:
        kept[wanted] = issue_seal(
            world.pilot,
            body,
            owner,
            [signer.certificate],
            kind="body" if stamp_mm is None else "personal",
            picture=svg_of(drawn),
        )
    return kept[wanted]


_SEALS: dict[Path, dict[tuple[bytes, bytes], bytes]] = {}
"""Seals made before, by the world's folder: one for a certificate and drawing is enough."""

JOINT = (slot(PROVINCE, 50, 180), slot(CITY, 100, 180), slot(COUNTY, 150, 180))


@dataclass(frozen=True)
class Hands:
    """Who seals: the pilot's UKEYs and its time-stamp authority."""

    world: PilotWorld

    @property
    def now(self) -> datetime:
        """The clock of the world."""
        return datetime.now(UTC).replace(microsecond=0)  # noqa: TID251 - the pilot's is the system's

    @property
    def trust(self) -> TrustStore:
        """What the pilot's bodies trust."""
        pilot = self.world.pilot
        return TrustStore(pilot.anchors, pilot.certificates(), pilot.crls())

    @property
    def authority(self) -> TimestampSource:
        """The pilot's time-stamp authority."""
        return LocalAuthority(self.world.tsa.signer(), lambda: self.now, system_randomness)

    def eseal(
        self,
        signer: Signer,
        name: str | None = None,
        *,
        diameter_mm: int = 42,
        stamp_mm: tuple[int, int] | None = None,
    ) -> bytes:
        """A seal for a signer; see `electronic_seal`."""
        return electronic_seal(self.world, signer, name, diameter_mm=diameter_mm, stamp_mm=stamp_mm)

    def seal(
        self,
        pdf: bytes,
        body: str = PROVINCE,
        *,
        slots: tuple[SealSlot, ...] | None = None,
        stamped: bool = True,
        signer: Signer | None = None,
        countersigners: tuple[SealSlot, ...] = (),
        riding: bool = False,
    ) -> bytes:
        """The PDF sealed by a body, or with any key, in its owner's name."""
        chosen = signer or self.world.signer(body)
        name = name_of(chosen.certificate)
        return seal_pdf(
            pdf,
            signer=chosen,
            slots=(replace(slot(body), body=name),) if slots is None else slots,
            seal=self.eseal(chosen),
            trust=self.trust,
            timestamps=self.authority if stamped else None,
            clock=lambda: self.now,
            countersigners=countersigners,
            riding=riding,
        )

    def countersign(self, pdf: bytes, field: str, body: str) -> bytes:
        """The PDF with the seal of a joint issuer."""
        return countersign_pdf(
            pdf,
            field,
            signer=self.world.signer(body),
            seal=self.eseal(self.world.signer(body)),
            trust=self.trust,
            timestamps=self.authority,
            clock=lambda: self.now,
        )
