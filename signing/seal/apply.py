"""Seal a PDF: a visible certification signature in its slot, PAdES B-T (ETSI EN 319 142-1).

The issuing body certifies with P=2 and locks the fields (ISO 32000-1 12.8.2.2 and 12.8.2.4). Where
several bodies issue together, the fields of the others are made in the same revision, before it
is certified; each then seals its own with `countersign_pdf`. So are the fields that the issuing
body opens for 会签 by those who receive the document. Bytes go in and bytes come out: nothing is
written here, and what is refused leaves nothing behind.

What a field shows is the picture of an electronic seal (GB/T 38540) whose maker's signature was
verified here, for this signer, at this time. The seal itself goes into the signature as a signed
attribute, so that whoever verifies the document derives the same picture from the same seal.

pyHanko writes the increment and counts the byte range; the signature is made by `signing.cms`
in one pass, without a trial run: its size is known beforehand but for the time-stamp.
"""

import hashlib
from collections.abc import Sequence
from functools import partial
from typing import Final

from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import BuildProps, SignatureObject

from formats.effects import Clock
from formats.limits import MAX_SET_ESEAL_BYTES
from formats.typeset.display import SealSlot
from formats.write.slots import read_slots
from signing import cms, der
from signing.seal.faults import refused
from signing.seal.fields import (
    Act,
    Layout,
    Prepare,
    certifying,
    check_owner,
    existing,
    open_fields,
    owned,
    show,
)
from signing.seal.gbt38540 import verify_seal
from signing.seal.intake import check_sealable
from signing.seal.picture import appearance_of
from signing.seal.place import check_apart, slot_for
from signing.seal.riding import add_strips
from signing.seal.strict import coded, open_writer
from signing.seal.tagging import tag_fields
from signing.signer import Signer
from signing.suites import Suite, suite_of
from signing.timestamp import TimestampSource, token_source
from signing.trust import oids
from signing.trust.certs import owner_of
from signing.trust.store import TrustStore

__all__ = ["MAX_TOKEN_ROOM", "TOKEN_ROOM", "countersign_pdf", "open_fields", "seal_pdf"]

TOKEN_ROOM: Final = 4096
"""Bytes set aside for a time-stamp; one of ours with its two certificates is about 2,200."""

_NULL: Final = der.encode(der.NULL, b"")

MAX_TOKEN_ROOM: Final = 64 * 1024
"""A foreign authority's token with a long chain; beyond this it is not a token."""


def seal_pdf(
    pdf: bytes,
    *,
    signer: Signer,
    seal: bytes,
    trust: TrustStore,
    timestamps: TimestampSource | None,
    clock: Clock,
    slots: Sequence[SealSlot] | None = None,
    countersigners: Sequence[SealSlot] = (),
    riding: bool = False,
) -> bytes:
    """The sealed PDF. ``slots`` default to those that our PDF writer left in the file.

    ``seal``: the DER of an electronic seal, made for the signer's certificate; ``trust`` says
    whether its maker is to be trusted. It goes in the slot of its own body, else in the first; a
    签名章 in its signer's. Every other slot becomes an empty field for its body, every one of
    ``countersigners`` a field that may stay open. ``riding``: the seal also goes over the edges of
    all pages (骑缝章).

    Raises `SealRefused`, `SealFault` where the seal is not good, or `WrongOwner` where the key is
    another body's; what the key or the time-stamp source raises passes through.
    """
    check_sealable(pdf)
    act = _act(signer, seal, trust, timestamps, clock, riding=riding)
    places = tuple(read_slots(pdf) if slots is None else slots)
    layout = Layout(places, slot_for(places, act.seal), tuple(countersigners))
    check_apart((*layout.issuers, *layout.countersigners))
    check_owner(signer, act.seal, places[layout.mine].body)
    return _sign(pdf, act, partial(certifying, owned(layout, signer), act))


def countersign_pdf(
    pdf: bytes,
    field: str,
    *,
    signer: Signer,
    seal: bytes,
    trust: TrustStore,
    timestamps: TimestampSource | None,
    clock: Clock,
) -> bytes:
    """The PDF with a seal in an empty field that the certifying body made for its owner.

    That is a joint issuer's, or one of 会签. The caller has verified the PDF before. Raises as
    `seal_pdf`.
    """
    act = _act(signer, seal, trust, timestamps, clock)
    check_owner(signer, act.seal, dict(open_fields(pdf)).get(field, ""))
    return _sign(pdf, act, partial(existing, field, act))


def _act(
    signer: Signer,
    seal: bytes,
    trust: TrustStore,
    timestamps: TimestampSource | None,
    clock: Clock,
    *,
    riding: bool = False,
) -> Act:
    """The act, its seal verified. Raises `SealFault`, or `SealRefused` for one too large."""
    at = clock()
    if len(seal) > MAX_SET_ESEAL_BYTES:
        raise refused("eseal-large", f"{len(seal)} bytes")
    found = verify_seal(seal, trust=trust, at=at, certificate=signer.certificate)
    return Act(signer, found, appearance_of(found.picture), timestamps, at, riding)


def _sign(pdf: bytes, act: Act, prepare: Prepare) -> bytes:
    """Write the increment and sign it; once more with more room where a time-stamp is bigger."""
    template = cms.template_for(act.signer.certificate, act.signer.chain, act.signer.algorithm)
    size = template.size + len(act.seal.der)
    room = TOKEN_ROOM if act.timestamps else 0
    while True:
        sealed, needed = _attempt(pdf, act, prepare, size + room)
        if sealed is not None:
            return sealed
        room = needed - size
        if room > MAX_TOKEN_ROOM:
            raise refused("malformed", f"{needed} bytes of signature")


def _attempt(pdf: bytes, act: Act, prepare: Prepare, reserved: int) -> tuple[bytes | None, int]:
    """The signed PDF and the size of its signature; None where that is more than ``reserved``."""
    with coded():
        seed = hashlib.sha256(pdf + act.appearance.content + act.at.isoformat().encode())
        writer = open_writer(pdf, seed.digest()[:16])
        field = prepare(writer)
        embedding = PdfCMSEmbedder(new_field_spec=field.spec).write_cms(
            field.name, writer, existing_fields_only=field.spec is None
        )
        reference = next(embedding)
        if field.spec is not None:
            tag_fields(writer)
        form = show(writer, reference.get_object(), act.appearance)
        if act.riding:
            add_strips(writer, act.appearance, form)
        placeholder = SignatureObject(
            timestamp=act.at,
            subfilter=SigSeedSubFilter.PADES,
            name=owner_of(act.signer.certificate).name,
            app_build_props=BuildProps(name="Yidao"),
            bytes_reserved=2 * reserved,
        )
        embedding.send(SigObjSetup(sig_placeholder=placeholder, mdp_setup=field.protection))
        prepared, output = embedding.send(SigIOSetup(md_algorithm=act.digest_name))
    stamp = (
        partial(_token, act.timestamps, suite_of(act.signer.algorithm)) if act.timestamps else None
    )
    # EN 319 142-1 6.3: the claimed time is /M; a signing-time attribute must not be there.
    signature = cms.sign_digest(
        prepared.document_digest,
        act.signer,
        at=None,
        timestamp=stamp,
        attributes=_attributes(act),
    )
    if len(signature) > reserved:
        return None, len(signature)
    with coded():
        embedding.send(signature)
    return output.getvalue(), len(signature)


def _attributes(act: Act) -> tuple[bytes, ...]:
    """What is signed beside the document: the seal, and that a time-stamp belongs to it."""
    seal = cms.attribute(oids.SEAL_ATTRIBUTE, act.seal.der)
    return (seal, cms.attribute(oids.STAMPED_ATTRIBUTE, _NULL)) if act.timestamps else (seal,)


def _token(source: TimestampSource, suite: Suite, signature: bytes) -> bytes:
    """The token over a signature value.

    The nonce follows from the value, which is itself new each time: an older answer cannot fit.
    """
    nonce = hashlib.sha256(b"nonce" + signature).digest()
    return token_source(source, lambda count: nonce[:count], suite=suite)(signature)
