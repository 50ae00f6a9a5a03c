"""Sealed PDFs of every kind, to be damaged: both suites, joint, riding, extended, unstamped."""

import io
from datetime import datetime

import pikepdf

from signing.seal.extend import extend_lt, extend_lta
from signing.trust.store import TrustStore
from tests.support.pki import PilotWorld
from tests.support.sealed import CITY, COUNTY, JOINT, Hands, plain_pdf


def sealed_corpus(*worlds: PilotWorld) -> dict[str, bytes]:
    """Each kind by its name; a document of the first world only where suites make no difference."""
    files: dict[str, bytes] = {"plain": plain_pdf()}
    for world in worlds:
        hands, suite = Hands(world), world.suite
        stamped = hands.seal(plain_pdf())
        now = hands.now
        files[f"unstamped-{suite}"] = hands.seal(plain_pdf(), stamped=False)
        files[f"stamped-{suite}"] = stamped
        files[f"lt-{suite}"] = extend_lt(stamped, trust=hands.trust, now=now)
        files[f"lta-{suite}"] = extend_lta(
            stamped, trust=hands.trust, timestamps=hands.authority, now=now
        )
    hands = Hands(worlds[0])
    joint = hands.seal(plain_pdf(), slots=JOINT)
    files["joint-missing"] = joint
    files["joint"] = hands.countersign(hands.countersign(joint, "Seal2", CITY), "Seal3", COUNTY)
    files["riding"] = hands.seal(plain_pdf(4), riding=True)
    files["updated-by-another-writer"] = _rewritten(files["stamped-INTL"])
    return files


def _rewritten(sealed: bytes) -> bytes:
    """Saved again with object and cross-reference streams: refused, and parsed on another way."""
    sink = io.BytesIO()
    with pikepdf.open(io.BytesIO(sealed)) as pdf:
        pdf.save(sink, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return sink.getvalue()


def trust_in(*worlds: PilotWorld) -> tuple[TrustStore, datetime]:
    """What trusts the pilots of all of them, and a time just after all was sealed."""
    stores = [Hands(world).trust for world in worlds]
    trust = TrustStore(
        [a for s in stores for a in s.anchors],
        [c for s in stores for c in s.intermediates],
        [c for s in stores for c in s.crls],
    )
    return trust, Hands(worlds[0]).now
