"""The honest files that the attacks start from. Only this module knows how a PDF is sealed here."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal
from unittest.mock import patch

import pikepdf

from formats.typeset.display import SealSlot
from signing import suites
from signing.seal.place import field_name
from signing.signer import Signer
from signing.verdict.pdf import verify_pdf
from signing.verdict.report import Verdict
from tests.hostile.attacks.update import archive, store
from tests.support.sealed import CITY, COUNTY, JOINT, NAMES, PROVINCE, Hands, plain_pdf, slot

Kind = Literal["single", "joint", "extended", "open", "streams", "gm"]
"""One seal; three bodies' seals; one seal and its archive; one seal of three, two still missing;
one seal in a file of object streams; one seal under SM2 and SM3."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A genuinely sealed PDF, and the hands that sealed it."""

    kind: Kind
    pdf: bytes
    hands: Hands

    def signer(self, body: str = PROVINCE) -> Signer:
        """The UKEY of a body: an attacker may be one."""
        return self.hands.world.signer(body)

    def forge(self, signer: Signer) -> bytes:
        """Other words sealed with any key, in the name that its certificate bears."""
        return self.hands.seal(rich_pdf(), signer=signer)

    @property
    def suite(self) -> suites.Suite:
        """The suite of the hands."""
        return suites.GM if self.hands.world.suite == "GM" else suites.INTL

    def verdict(self, pdf: bytes) -> Verdict:
        """What is thought of a file, by those who trust the same authorities."""
        return verdict_on(self.hands, pdf)


def verdict_on(hands: Hands, pdf: bytes) -> Verdict:
    """What is thought of a file, by those who trust the authorities of these hands."""
    return verify_pdf(pdf, trust=hands.trust, now=hands.now)


def rich_pdf() -> bytes:
    """Two pages with what an attacker may want to change: a link, an outline, XMP, labels."""
    with pikepdf.open(io.BytesIO(plain_pdf())) as pdf:
        link = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Link,
            Rect=[80, 690, 200, 720],
            A=pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://www.example.org/honest"),
        )
        pdf.pages[0].obj.Annots = pdf.make_indirect(pikepdf.Array([pdf.make_indirect(link)]))
        with pdf.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem("honest", 0))
        with pdf.open_metadata() as metadata:
            metadata["dc:title"] = "honest"
        pdf.docinfo["/Title"] = "honest"
        pdf.Root.Lang = "zh-CN"
        pdf.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        pdf.Root.Names = pikepdf.Dictionary(
            Dests=pikepdf.Dictionary(
                Names=["start", pikepdf.Array([pdf.pages[0].obj, pikepdf.Name.Fit])]
            )
        )
        sink = io.BytesIO()
        pdf.save(
            sink,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            deterministic_id=True,
            min_version="1.7",
        )
    return sink.getvalue()


def in_streams(pdf: bytes) -> bytes:
    """The PDF with its objects in streams, and a stream as its cross-reference."""
    sink = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.save(
            sink,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            deterministic_id=True,
            min_version="1.7",
        )
    return sink.getvalue()


def seal(
    hands: Hands,
    pdf: bytes,
    *,
    body: str = PROVINCE,
    slots: tuple[SealSlot, ...] | None = None,
    stamped: bool = True,
    countersigners: tuple[SealSlot, ...] = (),
) -> bytes:
    """The PDF with a body's seal, certified, with a time-stamp unless told otherwise."""
    return hands.seal(pdf, body, slots=slots, stamped=stamped, countersigners=countersigners)


def countersign(hands: Hands, pdf: bytes, number: int, body: str) -> bytes:
    """The PDF with a joint issuer's seal in the field of that number, from 0."""
    return hands.countersign(pdf, field_name(number), body)


def whole(hands: Hands, pdf: bytes) -> bytes:
    """The PDF sealed by three bodies."""
    first = seal(hands, pdf, slots=JOINT)
    return countersign(hands, countersign(hands, first, 1, CITY), 2, COUNTY)


def extend(hands: Hands, pdf: bytes, field: str = "Archive1") -> bytes:
    """The PDF with its proof kept: certificates and revocation lists, then a time-stamp."""
    return archive(with_store(hands, pdf), hands.authority, field)


def with_store(hands: Hands, pdf: bytes) -> bytes:
    """The PDF with the certificates and revocation lists of the pilot (level B-LT)."""
    pilot = hands.world.pilot
    return store(pdf, Certs=pilot.certificates(), CRLs=pilot.crls())


def build(kind: Kind, hands: Hands) -> Sealed:
    """The honest file of a kind."""
    pdf = in_streams(rich_pdf()) if kind == "streams" else rich_pdf()
    if kind == "joint":
        return Sealed(kind, whole(hands, pdf), hands)
    if kind == "open":
        return Sealed(kind, seal(hands, pdf, slots=JOINT), hands)
    sealed = seal(hands, pdf)
    return Sealed(kind, extend(hands, sealed) if kind == "extended" else sealed, hands)


@contextmanager
def careless() -> Iterator[None]:
    """Seal without asking whether a PDF may be: as another vendor's program would."""
    with patch("signing.seal.apply.check_sealable"):
        yield


__all__ = [
    "CITY",
    "COUNTY",
    "JOINT",
    "NAMES",
    "PROVINCE",
    "Kind",
    "Sealed",
    "build",
    "careless",
    "countersign",
    "extend",
    "rich_pdf",
    "seal",
    "slot",
    "verdict_on",
    "whole",
    "with_store",
]
