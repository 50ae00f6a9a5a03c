"""Seal a PDF: a visible certification signature in its slot, PAdES B-T (ETSI EN 319 142-1).

The issuing body certifies with P=2 and locks the fields (ISO 32000-1 12.8.2.2 and 12.8.2.4). Where
several bodies issue together, the fields of the others are made in the same revision, before it
is certified; each then seals its own with `countersign_pdf`. Bytes go in and bytes come out:
nothing is written here, and what is refused leaves nothing behind.

pyHanko writes the increment and counts the byte range; the signature is made by `signing.cms`
in one pass, without a trial run: its size is known beforehand but for the time-stamp.
"""

import hashlib
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache, partial
from typing import Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import (
    FieldMDPAction,
    FieldMDPSpec,
    MDPPerm,
    SigFieldSpec,
    SigSeedSubFilter,
    append_signature_field,
    enumerate_sig_fields,
)
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigMDPSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import BuildProps, SignatureObject

from formats.effects import Clock
from formats.typeset.display import SealSlot
from formats.write.slots import read_slots
from signing import cms, suites
from signing.errors import WrongOwner
from signing.seal.faults import refused
from signing.seal.image import SealImage
from signing.seal.intake import check_sealable
from signing.seal.place import box_of, check_apart, field_name, slot_for
from signing.seal.strict import coded, open_writer
from signing.seal.tagging import tag_fields
from signing.signer import Signer
from signing.timestamp import TimestampSource, token_source
from signing.trust.certs import owner_of

TOKEN_ROOM: Final = 4096
"""Bytes set aside for a time-stamp; one of ours with its two certificates is about 2,200."""

MAX_TOKEN_ROOM: Final = 64 * 1024
"""A foreign authority's token with a long chain; beyond this it is not a token."""

_SIZE_TOLERANCE: Final = 1.5
"""Points by which a pre-made field may differ from the seal's diameter."""


@dataclass(frozen=True, slots=True)
class _Act:
    """One seal to be set: who, what it shows, when."""

    signer: Signer
    image: SealImage
    timestamps: TimestampSource | None
    at: datetime

    @property
    def digest_name(self) -> str:
        return suites.suite_of(self.signer.algorithm).digest_name


@dataclass(frozen=True, slots=True)
class _Field:
    """The field the seal goes in: to be made from ``spec``, or already there when None."""

    name: str
    spec: SigFieldSpec | None
    protection: SigMDPSetup


Prepare = Callable[[IncrementalPdfFileWriter], _Field]


def seal_pdf(
    pdf: bytes,
    *,
    signer: Signer,
    image: SealImage,
    timestamps: TimestampSource | None,
    clock: Clock,
    slots: Sequence[SealSlot] | None = None,
) -> bytes:
    """The sealed PDF. ``slots`` default to those that our PDF writer left in the file.

    The seal goes in the slot of its own body, else in the first; a 签名章 in its signer's. Every
    other slot becomes an empty field for its body. Raises `SealRefused`, or `WrongOwner` where the
    key is another body's; what the key or the time-stamp source raises passes through.
    """
    check_sealable(pdf)
    places = tuple(read_slots(pdf) if slots is None else slots)
    mine = slot_for(places, image)
    check_apart(places)
    _check_owner(signer, image, places[mine].body)
    if places[mine].kind == "personal":
        # A stamp shows a person's name; the field's name says whose key vouches for it.
        owner = owner_of(signer.certificate).name
        places = (*places[:mine], replace(places[mine], body=owner), *places[mine + 1 :])
    act = _Act(signer, image, timestamps, clock())
    return _sign(pdf, act, partial(_certifying, places, mine, act.digest_name))


def countersign_pdf(
    pdf: bytes,
    field: str,
    *,
    signer: Signer,
    image: SealImage,
    timestamps: TimestampSource | None,
    clock: Clock,
) -> bytes:
    """The PDF with a joint issuer's seal in the empty field that the certifying body made for it.

    The caller has verified the PDF before. Raises `SealRefused` or `WrongOwner`; what the key or
    the time-stamp source raises passes through.
    """
    _check_owner(signer, image, dict(open_fields(pdf)).get(field, ""))
    act = _Act(signer, image, timestamps, clock())
    return _sign(pdf, act, partial(_existing, field, act))


def open_fields(pdf: bytes) -> tuple[tuple[str, str], ...]:
    """The empty signature fields, (name, body), in their order. Raises `SealRefused`."""
    with coded():
        writer = open_writer(pdf, bytes(16))
        found = enumerate_sig_fields(writer, filled_status=False)
        return tuple((name, str(ref.get_object().get("/TU", ""))) for name, _, ref in found)


def _check_owner(signer: Signer, image: SealImage, body: str) -> None:
    """Key, drawing and place must be of one body, or the verdict would be red.

    A 签名章 shows its signer: drawing and place must name the same one, and the key is the body's
    that issues. Raises `WrongOwner` or `SealRefused`. ``body`` is empty for a place that is
    nobody's.
    """
    owner = owner_of(signer.certificate).name
    if image.personal:
        if body and _tidy(body) not in {_tidy(image.name), _tidy(owner)}:
            raise refused("stamp", image.name, entry=image.name, expected=body)
        return
    if body and _tidy(body) != _tidy(owner):
        raise WrongOwner(owner, owner=owner, expected=body)
    if _tidy(image.name) != _tidy(owner):
        raise refused("drawing", image.name, entry=image.name)


def _tidy(name: str) -> str:
    return "".join(name.split())


def _certifying(
    places: Sequence[SealSlot], mine: int, digest_name: str, writer: IncrementalPdfFileWriter
) -> _Field:
    """Make the fields of the other issuers; describe the certifying one."""
    others = [number for number in range(len(places)) if number != mine]
    for number in others:
        append_signature_field(writer, _spec(writer, places[number], number))
    lock = FieldMDPSpec(FieldMDPAction.ALL)
    if others:
        lock = FieldMDPSpec(FieldMDPAction.EXCLUDE, [field_name(number) for number in others])
    protection = SigMDPSetup(
        md_algorithm=digest_name, certify=True, docmdp_perms=MDPPerm.FILL_FORMS, field_lock=lock
    )
    return _Field(field_name(mine), _spec(writer, places[mine], mine, lock), protection)


def _spec(
    writer: IncrementalPdfFileWriter,
    slot: SealSlot,
    number: int,
    lock: FieldMDPSpec | None = None,
) -> SigFieldSpec:
    count = int(writer.root["/Pages"]["/Count"])
    if not 1 <= slot.page <= count:
        raise refused("slot", f"page {slot.page} of {count}")
    page = writer.find_page_for_modification(slot.page - 1)[0].get_object()
    return SigFieldSpec(
        field_name(number),
        on_page=slot.page - 1,
        box=box_of(slot, page),  # type: ignore[arg-type]  # it takes any numbers
        field_mdp_spec=lock,
        # What a screen reader says, and whose key the field wants; a person's name is no key's.
        readable_field_name=None if slot.kind == "personal" and not lock else slot.body,
        empty_field_appearance=False,
    )


def _existing(name: str, act: _Act, writer: IncrementalPdfFileWriter) -> _Field:
    """The pre-made field of a certified PDF, checked to be empty and of the seal's size."""
    if "/DocMDP" not in writer.root.get("/Perms", {}):
        raise refused("not-certified")
    for found, value, reference in enumerate_sig_fields(writer, with_name=name):
        left, bottom, right, top = (float(edge) for edge in reference.get_object()["/Rect"])
        wide, tall = act.image.side, act.image.tall
        if max(abs(right - left - wide), abs(top - bottom - tall)) > _SIZE_TOLERANCE:
            raise refused("image", f"{act.image.diameter_mm} mm")
        if value is None:
            return _Field(found, None, SigMDPSetup(md_algorithm=act.digest_name))
    raise refused("field", name, entry=name)


def _sign(pdf: bytes, act: _Act, prepare: Prepare) -> bytes:
    """Write the increment and sign it; once more with more room where a time-stamp is bigger."""
    template = cms.template_for(act.signer.certificate, act.signer.chain, act.signer.algorithm)
    room = TOKEN_ROOM if act.timestamps else 0
    while True:
        sealed, needed = _attempt(pdf, act, prepare, template.size + room)
        if sealed is not None:
            return sealed
        room = needed - template.size
        if room > MAX_TOKEN_ROOM:
            raise refused("malformed", f"{needed} bytes of signature")


def _attempt(pdf: bytes, act: _Act, prepare: Prepare, reserved: int) -> tuple[bytes | None, int]:
    """The signed PDF and the size of its signature; None where that is more than ``reserved``."""
    with coded():
        seed = hashlib.sha256(pdf + act.image.content + act.at.isoformat().encode())
        writer = open_writer(pdf, seed.digest()[:16])
        field = prepare(writer)
        embedding = PdfCMSEmbedder(new_field_spec=field.spec).write_cms(
            field.name, writer, existing_fields_only=field.spec is None
        )
        reference = next(embedding)
        if field.spec is not None:
            tag_fields(writer)
        _show(writer, reference.get_object(), act.image)
        placeholder = SignatureObject(
            timestamp=act.at,
            subfilter=SigSeedSubFilter.PADES,
            name=owner_of(act.signer.certificate).name,
            app_build_props=BuildProps(name="Yidao"),
            bytes_reserved=2 * reserved,
        )
        embedding.send(SigObjSetup(sig_placeholder=placeholder, mdp_setup=field.protection))
        prepared, output = embedding.send(SigIOSetup(md_algorithm=act.digest_name))
    stamp = partial(_token, act.timestamps) if act.timestamps else None
    # EN 319 142-1 6.3: the claimed time is /M; a signing-time attribute must not be there.
    signature = cms.sign_digest(prepared.document_digest, act.signer, at=None, timestamp=stamp)
    if len(signature) > reserved:
        return None, len(signature)
    with coded():
        embedding.send(signature)
    return output.getvalue(), len(signature)


def _token(source: TimestampSource, signature: bytes) -> bytes:
    """The token over a signature value.

    The nonce follows from the value, which is itself new each time: an older answer cannot fit.
    """
    nonce = hashlib.sha256(b"nonce" + signature).digest()
    return token_source(source, lambda count: nonce[:count])(signature)


def _show(
    writer: IncrementalPdfFileWriter, field: generic.DictionaryObject, image: SealImage
) -> None:
    """Give the field the seal as its one appearance."""
    form = generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): generic.ArrayObject(
                [generic.FloatObject(str(edge)) for edge in (0, 0, image.side, image.tall)]
            ),
            pdf_name("/Resources"): generic.DictionaryObject(
                {pdf_name("/ExtGState"): generic.DictionaryObject({pdf_name("/M"): _multiply()})}
            ),
            pdf_name("/Filter"): pdf_name("/FlateDecode"),
        },
        encoded_data=_compressed(image.content),
    )
    appearance = generic.DictionaryObject({pdf_name("/N"): writer.add_object(form)})
    field[pdf_name("/AP")] = appearance
    writer.update_container(field)


def _multiply() -> generic.DictionaryObject:
    return generic.DictionaryObject(
        {pdf_name("/Type"): pdf_name("/ExtGState"), pdf_name("/BM"): pdf_name("/Multiply")}
    )


@lru_cache(maxsize=64)
def _compressed(content: bytes) -> bytes:
    return zlib.compress(content, 9)
