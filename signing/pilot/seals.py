"""The pilot's seal authority (制章): makes electronic seals for bodies and persons, and ends them.

    seal-authority/{intl,gm}/seal.{key,pem}   its certificate of each suite, made when first needed
    seals/ESID.esl                            every seal made, DER
    seals/index.json                          what was made for whom, and what is out of use

A seal is made by the authority of the suite that its certificates belong to. It is put on a UKEY
with `TokenWriter.store_seal`, or handed over as a file: either way it proves itself.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Literal

import msgspec

from formats.canonical import Value, from_bytes, to_bytes
from formats.errors import BadInput, Refused
from formats.i18n import mark
from formats.ids import Instant, is_body
from formats.typeset.fonts import FontSet
from formats.typeset.seals import seal_diameter
from signing import suites
from signing.keys import KeySigner, load_signer, write_private
from signing.pilot.errors import BadBodyId
from signing.pilot.issue import issue_seal_authority
from signing.pilot.store import Pilot, PilotMissing
from signing.seal.gbt38540 import SealOrder, SealPicture, make_seal
from signing.seal.image import draw_seal, draw_signature_stamp
from signing.seal.picture import svg_of
from signing.suites import SuiteName
from signing.trust import certs

VENDOR: Final = "YIDAO-PILOT"
SEAL_DAYS: Final = 3 * 365
"""As long as the certificates of a UKEY; a seal ends with its maker's certificate at the latest."""

STAMP_MM: Final = (30, 15)
"""Width and height of a 签名章, as typesetting leaves room for it (GB/T 9704-2012 7.3.5.3)."""

_BACKDATED: Final = timedelta(days=1)
"""Seals begin a day ago, so that a machine whose clock is behind accepts them."""


class SealUnknown(Refused):
    """The seal authority made no such seal."""

    code = "pilot.seal-unknown"
    happened = mark("试点制章系统没有制作过电子印章“{id}”。")
    safe = mark("没有停用任何印章。")
    advice = mark("请核对印章标识（esID）。")


class NoCertificates(Refused):
    """There is no certificate that the seal could be made for."""

    code = "pilot.seal-no-certificates"
    happened = mark("“{body}”没有可用的签名证书，无法制作电子印章。")
    safe = mark("没有制作任何印章。")
    advice = mark("请先为该单位制作 UKEY（yidao-node pki issue-ukey）。")


class MadeSeal(Value, frozen=True, kw_only=True):
    """One seal made."""

    id: str
    """esID."""
    body: str
    """``340000.bgt``."""
    name: str
    kind: Literal["body", "personal"]
    suite: SuiteName
    made: Instant
    until: Instant
    revoked: Instant | None = None


class SealIndex(Value, frozen=True, kw_only=True):
    """Every seal made, oldest first."""

    version: int = 1
    seals: tuple[MadeSeal, ...] = ()


def seal_maker(pilot: Pilot, suite: SuiteName = "INTL") -> KeySigner:
    """The seal authority's key of a suite; its certificate is issued when it is first asked for."""
    folder = pilot.folder / "seal-authority" / suite.lower()
    if not (folder / "seal.pem").exists():
        return issue_seal_authority(pilot, folder, suite=suite).signer()
    return load_signer(folder / "seal.key", folder / "seal.pem")


def issue_seal(
    pilot: Pilot,
    body_id: str,
    name: str,
    certificates: Sequence[bytes],
    *,
    kind: Literal["body", "personal"] = "body",
    picture: SealPicture | None = None,
    version: Literal[4, 5] = 4,
    by_digest: bool = False,
    fonts: FontSet | None = None,
) -> bytes:
    """DER of a seal for those certificates, recorded before it is handed out.

    ``name`` stands on the seal: the body's, or for a 签名章 (``kind`` personal) the person's. The
    ``picture`` is drawn where none is given, a 公章 in the size that the name's rank has. Raises
    `BadBodyId`, `NoCertificates`, `SealRefused`, `SealPictureBad`, `WeakAlgorithm` or
    `FontsMissing`.
    """
    if not is_body(body_id):
        raise BadBodyId(body_id, body=body_id)
    if not certificates:
        raise NoCertificates(body_id, body=name)
    suite = suites.suite_of_key(certificates[0]).name
    maker, now = seal_maker(pilot, suite), pilot.clock().replace(microsecond=0)
    until = min(now + timedelta(days=SEAL_DAYS), certs.validity_of(maker.certificate)[1])
    order = SealOrder(
        id=pilot.randomness(16).hex().upper(),
        vendor=VENDOR,
        name=name,
        kind=kind,
        certificates=tuple(certificates),
        picture=picture or _drawn(name, kind, fonts),
        created=now,
        since=max(now - _BACKDATED, certs.validity_of(maker.certificate)[0]),
        until=until,
        by_digest=by_digest,
    )
    made = make_seal(order, maker=maker, version=version)
    pilot.write_public(f"seals/{order.id}.esl", made)
    entry = MadeSeal(
        id=order.id, body=body_id, name=name, kind=kind, suite=suite, made=now, until=until
    )
    _save(pilot, (*seals_made(pilot), entry))
    return made


def _drawn(name: str, kind: Literal["body", "personal"], fonts: FontSet | None) -> SealPicture:
    if kind == "personal":
        return svg_of(draw_signature_stamp(name, *STAMP_MM, fonts=fonts))
    return svg_of(draw_seal(name, seal_diameter(name), fonts=fonts))


def seals_made(pilot: Pilot) -> tuple[MadeSeal, ...]:
    """Every seal made, oldest first. Raises `PilotMissing` for a damaged index."""
    path = pilot.folder / "seals/index.json"
    try:
        return from_bytes(SealIndex, path.read_bytes()).seals if path.exists() else ()
    except BadInput as error:
        raise PilotMissing(str(error), folder=str(path.parent)) from error


def revoke_seal(pilot: Pilot, seal_id: str, *, at: datetime | None = None) -> MadeSeal:
    """Take a seal out of use; a second time changes nothing. Raises `SealUnknown`."""
    made = seals_made(pilot)
    for entry in made:
        if entry.id != seal_id.upper():
            continue
        if entry.revoked is None:
            ended = msgspec.structs.replace(entry, revoked=at or pilot.clock())
            _save(pilot, tuple(ended if e.id == entry.id else e for e in made))
            return ended
        return entry
    raise SealUnknown(seal_id, id=seal_id)


def revoked_seals(pilot: Pilot) -> dict[str, datetime]:
    """The seals out of use, by id, and since when; for the directory."""
    return {entry.id: entry.revoked for entry in seals_made(pilot) if entry.revoked is not None}


def _save(pilot: Pilot, seals: tuple[MadeSeal, ...]) -> None:
    write_private(pilot.folder / "seals/index.json", to_bytes(SealIndex(seals=seals)))
