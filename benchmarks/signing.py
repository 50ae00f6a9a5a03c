"""Sealing and verifying, beside stock pyHanko on the same document, token and trust.

`python -m benchmarks.signing`; needs SoftHSM. Arms take turns in one process; values are CPU time,
the work of the software token included. Every seal is a new act: nothing is signed twice. Stock
pyHanko reads hexadecimal strings with its own reader, not with ours. A sealing program keeps its
trust from act to act; each verification of either arm begins with one that knows no path yet.
"""

import asyncio
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import pkcs11
from asn1crypto import x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.pkcs11 import PKCS11Signer
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator import ValidationContext

from signing.seal.apply import seal_pdf
from signing.seal.image import draw_seal
from signing.signer import Signer
from signing.verdict.hexstring import read_hex_string, stock_read_hex_string
from signing.verdict.pdf import verify_pdf
from tests.support.pki import build_world, softhsm_in, write_softhsm_conf
from tests.support.sealed import CITY, NAMES, PROVINCE, Hands, plain_pdf, slot

ROUNDS: Final = 9
REPEATS: Final = 6
"""Acts of one arm in a round; one alone is too short for the clock of the processor."""

PAGES: Final = 10
SEAL_GOAL: Final = 0.2
VERIFY_GOAL: Final = 0.5

Act = Callable[[], object]


def main() -> None:
    """Print one JSON object a line."""
    with tempfile.TemporaryDirectory() as place:
        _measure(Path(place))


def _measure(place: Path) -> None:
    os.environ["SOFTHSM2_CONF"] = str(write_softhsm_conf(place / "hsm"))
    try:
        softhsm = softhsm_in(place / "hsm")
    except (OSError, LookupError) as error:
        _print({"name": "signing", "note": f"lacks SoftHSM: {error}"})
        return
    hands = Hands(build_world(place / "world", softhsm))
    _seal(hands)
    _verify(hands)


def _print(line: dict[str, object]) -> None:
    print(json.dumps(line, ensure_ascii=False), flush=True)


# --- two arms -------------------------------------------------------------------------------------
def compared(name: str, ours: Act, stock: Act, *, goal: float, peer: str, note: str) -> None:
    """Print the figure of two arms that took turns; milliseconds of CPU an act."""
    taken: tuple[list[float], list[float]] = ([], [])
    for number in range(-1, ROUNDS):
        for arm, act in enumerate((ours, stock)):
            began = time.process_time()
            for _ in range(REPEATS):
                act()
            if number >= 0:  # the first round warms both
                taken[arm].append((time.process_time() - began) * 1000 / REPEATS)
    value, other = (statistics.median(times) for times in taken)
    ratio = statistics.median(a / b for a, b in zip(*taken, strict=True))
    _print({
        "name": name, "value": round(value, 2), "unit": "ms", "peer": peer,
        "peer_value": round(other, 2), "ratio": round(ratio, 3), "goal": goal,
        "better": "lower", "runs": ROUNDS, "note": note,
    })  # fmt: skip


# --- sealing --------------------------------------------------------------------------------------
def _seal(hands: Hands) -> None:
    pdf = plain_pdf(PAGES)
    signer = hands.world.signer(PROVINCE)  # logs in; the login is the application's
    stock = StockSealer(hands, signer, pdf)
    compared(
        "signing.seal.visible",
        partial(OurSealer(hands, signer).seal, pdf),
        stock.seal,
        goal=SEAL_GOAL,
        peer="pyHanko PKCS11Signer",
        note=f"{PAGES} pages, P-256 on SoftHSM, certification, the same vector seal, level B-B; "
        "ours also verifies the electronic seal and that the document may be sealed",
    )


class OurSealer:
    """`seal_pdf` as a program calls it that keeps its trust and its seal."""

    def __init__(self, hands: Hands, signer: Signer) -> None:
        self._hands = hands
        self._signer = signer
        self._seal = hands.eseal(signer)
        self._trust = hands.trust
        self._slots = (slot(PROVINCE, page=PAGES),)

    def seal(self, pdf: bytes) -> bytes:
        """One document sealed."""
        return seal_pdf(
            pdf,
            signer=self._signer,
            seal=self._seal,
            trust=self._trust,
            timestamps=None,
            clock=lambda: self._hands.now,
            slots=self._slots,
        )


class StockSealer:
    """PdfSigner with PKCS11Signer as its documentation has it, the seal as a static stamp."""

    def __init__(self, hands: Hands, signer: Signer, pdf: bytes) -> None:
        keys = hands.world.tokens[PROVINCE].certificates()
        key = next(entry.key_ref for entry in keys if entry.der == signer.certificate)
        session = pkcs11.lib(str(hands.world.softhsm.module)).get_token(token_label=PROVINCE).open()
        image = draw_seal(NAMES[PROVINCE], 42)
        content = RawContent(image.content, box=BoxConstraints(image.side, image.tall))
        self._pdf = pdf
        self._signer = PKCS11Signer(
            session,
            signing_cert=x509.Certificate.load(signer.certificate),
            ca_chain=[x509.Certificate.load(c) for c in signer.chain],
            key_id=bytes.fromhex(key),
            use_raw_mechanism=True,
        )
        self._style = StaticStampStyle(background=content, border_width=0, background_opacity=1)
        self._box = (300, 200, 300 + int(image.side), 200 + int(image.tall))

    def seal(self) -> bytes:
        """One document sealed."""
        pdf_signer = PdfSigner(
            PdfSignatureMetadata(
                field_name="Seal1",
                md_algorithm="sha256",
                subfilter=SigSeedSubFilter.PADES,
                certify=True,
                docmdp_permissions=MDPPerm.FILL_FORMS,
            ),
            signer=self._signer,
            stamp_style=self._style,
            new_field_spec=SigFieldSpec("Seal1", on_page=PAGES - 1, box=self._box),
        )
        writer = IncrementalPdfFileWriter(BytesIO(self._pdf))
        return bytes(pdf_signer.sign_pdf(writer).getvalue())


# --- verifying ------------------------------------------------------------------------------------
def _verify(hands: Hands) -> None:
    """Two bodies' seals, each with a time-stamp: four signatures to be checked."""
    joint = (slot(PROVINCE, 50, 180, PAGES), slot(CITY, 100, 180, PAGES))
    pdf = hands.countersign(hands.seal(plain_pdf(PAGES), slots=joint), "Seal2", CITY)
    now = hands.now
    if not verify_pdf(pdf, trust=hands.trust, now=now).accepted:
        raise SystemExit("our own document is not accepted")
    if not stock_verify(pdf, hands):
        raise SystemExit("stock pyHanko does not accept the document")
    compared(
        "signing.verify.two",
        lambda: verify_pdf(pdf, trust=hands.trust, now=now),
        lambda: stock_verify(pdf, hands),
        goal=VERIFY_GOAL,
        peer="pyHanko async_validate_pdf_signature",
        note=f"{PAGES} pages, two seals with a time-stamp each; revocation lists required; ours "
        "gives the verdict on the whole document",
    )


def stock_verify(pdf: bytes, hands: Hands) -> bool:
    """Whether stock pyHanko accepts every signature."""
    pilot = hands.world.pilot
    with stock_reader():
        reader = PdfFileReader(BytesIO(pdf))
        context = ValidationContext(
            trust_roots=[x509.Certificate.load(der) for der in pilot.anchors],
            other_certs=[x509.Certificate.load(der) for der in pilot.certificates()],
            crls=list(pilot.crls()),
            allow_fetching=False,
            revocation_mode="require",
        )
        found = [
            asyncio.run(async_validate_pdf_signature(embedded, signer_validation_context=context))
            for embedded in reader.embedded_regular_signatures
        ]
    return len(found) == 2 and all(status.bottom_line for status in found)  # noqa: PLR2004 - two seals


@contextmanager
def stock_reader() -> Iterator[None]:
    """PyHanko's own reader of hexadecimal strings in the place of ours."""
    module: Any = generic
    module.read_hex_string_from_stream = stock_read_hex_string
    try:
        yield
    finally:
        module.read_hex_string_from_stream = read_hex_string


if __name__ == "__main__":
    main()
