"""The signature fields of a sealed PDF: made before the certification, shown with their seal."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import (
    FieldMDPAction,
    FieldMDPSpec,
    MDPPerm,
    SigFieldSpec,
    append_signature_field,
    enumerate_sig_fields,
)
from pyhanko.sign.signers.cms_embedder import SigMDPSetup

from formats.typeset.display import SealSlot
from signing import suites
from signing.errors import WrongOwner
from signing.seal.appearance import add_form
from signing.seal.faults import refused
from signing.seal.gbt38540 import ElectronicSeal
from signing.seal.image import POINTS
from signing.seal.picture import Appearance
from signing.seal.place import box_of, countersign_name, field_name
from signing.seal.strict import coded, open_writer
from signing.signer import Signer
from signing.timestamp import TimestampSource
from signing.trust.certs import owner_of

Node = Any
"""A pyHanko object, known only when looked at."""

_SIZE_TOLERANCE: Final = 1.5
"""Points by which a pre-made field may differ from the seal's diameter."""


_SQUARE_MM: Final = 0.5
"""By which the sides of a round seal's field may differ."""


@dataclass(frozen=True, slots=True)
class Act:
    """One seal to be set: who, what it shows, when."""

    signer: Signer
    seal: ElectronicSeal
    """Verified, for this signer at this time."""
    appearance: Appearance
    timestamps: TimestampSource | None
    at: datetime
    riding: bool = False
    """Whether the seal also goes over the edges of all pages."""

    @property
    def digest_name(self) -> str:
        """The digest of the signer's suite."""
        return suites.suite_of(self.signer.algorithm).digest_name


@dataclass(frozen=True, slots=True)
class Layout:
    """The places of a document to be certified."""

    issuers: Sequence[SealSlot]
    mine: int
    """Which of the issuers certifies."""
    countersigners: Sequence[SealSlot]
    """Open for 会签 by those who receive the document."""


@dataclass(frozen=True, slots=True)
class Field:
    """The field the seal goes in: to be made from ``spec``, or already there when None."""

    name: str
    spec: SigFieldSpec | None
    protection: SigMDPSetup


Prepare = Callable[[IncrementalPdfFileWriter], Field]


def certifying(layout: Layout, act: Act, writer: IncrementalPdfFileWriter) -> Field:
    """Make the fields of the other issuers and of 会签; describe the certifying one."""
    others = {
        field_name(number): slot
        for number, slot in enumerate(layout.issuers)
        if number != layout.mine
    }
    others |= {countersign_name(number): slot for number, slot in enumerate(layout.countersigners)}
    for name, slot in others.items():
        append_signature_field(writer, _spec(writer, slot, name))
    lock = FieldMDPSpec(FieldMDPAction.ALL)
    if others:
        lock = FieldMDPSpec(FieldMDPAction.EXCLUDE, list(others))
    protection = SigMDPSetup(
        md_algorithm=act.digest_name, certify=True, docmdp_perms=MDPPerm.FILL_FORMS, field_lock=lock
    )
    name = field_name(layout.mine)
    return Field(name, _spec(writer, layout.issuers[layout.mine], name, lock), protection)


def _spec(
    writer: IncrementalPdfFileWriter,
    slot: SealSlot,
    name: str,
    lock: FieldMDPSpec | None = None,
) -> SigFieldSpec:
    count = int(writer.root["/Pages"]["/Count"])
    if not 1 <= slot.page <= count:
        raise refused("slot", f"page {slot.page} of {count}")
    page = writer.find_page_for_modification(slot.page - 1)[0].get_object()
    return SigFieldSpec(
        name,
        on_page=slot.page - 1,
        box=box_of(slot, page),  # type: ignore[arg-type]  # it takes any numbers
        field_mdp_spec=lock,
        # What a screen reader says, and whose the field is: a body's, or a person's whose stamp
        # goes here, set with the key of whichever body that person signs for.
        readable_field_name=slot.body,
        empty_field_appearance=False,
    )


def existing(name: str, act: Act, writer: IncrementalPdfFileWriter) -> Field:
    """The pre-made field of a certified PDF, checked to be empty and of the seal's size."""
    if "/DocMDP" not in writer.root.get("/Perms", {}):
        raise refused("not-certified")
    for found, value, reference in enumerate_sig_fields(writer, with_name=name):
        left, bottom, right, top = (float(edge) for edge in reference.get_object()["/Rect"])
        wide, tall = act.appearance.width, act.appearance.height
        if max(abs(right - left - wide), abs(top - bottom - tall)) > _SIZE_TOLERANCE:
            raise refused("image", f"{act.seal.picture.width_mm} mm")
        if value is None:
            return Field(found, None, SigMDPSetup(md_algorithm=act.digest_name))
    raise refused("field", name, entry=name)


def open_fields(pdf: bytes) -> tuple[tuple[str, str], ...]:
    """The empty signature fields, (name, body), in their order. Raises `SealRefused`."""
    with coded():
        writer = open_writer(pdf, bytes(16))
        found = enumerate_sig_fields(writer, filled_status=False)
        return tuple((name, str(ref.get_object().get("/TU", ""))) for name, _, ref in found)


@dataclass(frozen=True, slots=True)
class OpenPlace:
    """An empty field, and what goes into it."""

    field: str
    slot: SealSlot
    """Its page is not told (0), nor where it lies there: only whose it is and how large."""


def open_places(pdf: bytes) -> tuple[OpenPlace, ...]:
    """The empty signature fields with their bodies and sizes. Raises `SealRefused`."""
    with coded():
        writer = open_writer(pdf, bytes(16))
        return tuple(
            _open_place(str(name), ref.get_object())
            for name, _, ref in enumerate_sig_fields(writer, filled_status=False)
        )


def _open_place(name: str, field: Node) -> OpenPlace:
    left, bottom, right, top = (float(edge) for edge in field["/Rect"])
    wide, tall = (round(edge / POINTS, 1) for edge in (right - left, top - bottom))
    body = str(field.get("/TU", ""))
    if abs(wide - tall) < _SQUARE_MM:
        return OpenPlace(name, SealSlot(0, 0.0, 0.0, wide, body))
    return OpenPlace(name, SealSlot(0, 0.0, 0.0, wide, body, "personal", tall))


def show(
    writer: IncrementalPdfFileWriter, field: generic.DictionaryObject, appearance: Appearance
) -> generic.IndirectObject:
    """Give the field the seal as its one appearance, and say where that form is."""
    form = add_form(writer, appearance)
    field[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): form})
    writer.update_container(field)
    return form


def check_owner(signer: Signer, seal: ElectronicSeal, body: str) -> None:
    """Key, seal and place must be of one body, or the verdict would be red.

    A 签名章 shows its signer: seal and place must name the same one, and the key is the body's
    that issues. Raises `WrongOwner` or `SealRefused`. ``body`` is empty for a place that is
    nobody's.
    """
    owner = owner_of(signer.certificate).name
    if seal.personal:
        if body and _tidy(body) not in {_tidy(seal.name), _tidy(owner)}:
            raise refused("stamp", seal.name, entry=seal.name, expected=body)
        return
    if body and _tidy(body) != _tidy(owner):
        raise WrongOwner(owner, owner=owner, expected=body)
    if _tidy(seal.name) != _tidy(owner):
        raise refused("drawing", seal.name, entry=seal.name)


def owned(layout: Layout, signer: Signer) -> Layout:
    """The places, a 签名章 among them named after the body whose key vouches for it.

    A stamp shows a person's name; the field's name says whose key it takes.
    """
    slot = layout.issuers[layout.mine]
    if slot.kind != "personal":
        return layout
    named = replace(slot, body=owner_of(signer.certificate).name)
    issuers = (*layout.issuers[: layout.mine], named, *layout.issuers[layout.mine + 1 :])
    return replace(layout, issuers=issuers)


def _tidy(name: str) -> str:
    return "".join(name.split())
