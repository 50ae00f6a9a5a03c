"""One real sealed 公文 for each of the five states, with its real verdict."""

from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from desktop.services.rows import VerdictStatus
from desktop.services.typesetting import typeset
from formats.document.parse import parse_document
from formats.write.slots import read_slots
from signing.trust.store import TrustStore
from signing.verdict.pdf import verify_pdf
from signing.verdict.report import Verdict
from tests.support.sealed import CITY, NAMES, PROVINCE, Hands

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "notice.json"


@dataclass(frozen=True)
class Judged:
    """A file and what is to be thought of it."""

    pdf: bytes
    verdict: Verdict


def five(hands: Hands) -> dict[VerdictStatus, Judged]:
    """A document in each state; the verdict is what the verifier says, not what is wished."""
    document = parse_document(EXAMPLE.read_bytes())
    alone = typeset(replace(document, issuers=(NAMES[PROVINCE],), signature="seal")).pdf
    together = typeset(
        replace(document, issuers=(NAMES[PROVINCE], NAMES[CITY]), signature="seal")
    ).pdf
    stamped = hands.seal(alone, slots=read_slots(alone))
    joint = hands.seal(together, slots=read_slots(together))
    pilot = hands.world.pilot
    without_lists = TrustStore(pilot.anchors, pilot.certificates())
    made: dict[VerdictStatus, tuple[bytes, TrustStore]] = {
        "green": (stamped, hands.trust),
        "green-b": (hands.seal(alone, slots=read_slots(alone), stamped=False), hands.trust),
        "blue": (hands.countersign(joint, "Seal2", CITY), hands.trust),
        "amber": (stamped, without_lists),
        "red": (altered(stamped), hands.trust),
    }
    return {
        status: Judged(pdf, verify_pdf(pdf, trust=trust, now=hands.now))
        for status, (pdf, trust) in made.items()
    }


def altered(pdf: bytes) -> bytes:
    """One digit of the page's own bytes changed, far from its structure."""
    place = pdf.index(b"stream\n", len(pdf) // 4) + 40
    return pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]
