"""Sealing and verifying, beside stock pyHanko on the same document, token and trust.

`python -m benchmarks.signing`; needs SoftHSM. Arms take turns in one process; values are CPU time,
the work of the software token included. Every seal is a new act: nothing is signed twice. Stock
pyHanko reads hexadecimal strings with its own reader, not with ours. A sealing program keeps its
trust from act to act; each verification of either arm begins with one that knows no path yet.
"""

import asyncio
import base64
import ctypes
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import pkcs11
from asn1crypto import tsp, x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.pkcs11 import PKCS11Signer
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.timestamps.api import TimeStamper
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator import ValidationContext
from reportlab.pdfgen.canvas import Canvas

from signing import cms, suites
from signing.gm.sm2 import Sm2PublicKey, digest_for
from signing.seal.apply import seal_pdf
from signing.seal.image import draw_seal
from signing.signer import SignatureAlgorithm, Signer
from signing.suites import subject_public_key
from signing.timestamp import TimestampSource
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
BATCH_GOAL: Final = 4.0
BATCH_ROUNDS: Final = 5
DOCUMENTS: Final = 100
SM2_GOAL: Final = 1.3
SM2_REPEATS: Final = 100

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
    _batch(hands)
    _verify(hands)
    _sm2(Hands(build_world(place / "gm", softhsm, mark="-gm", suite="GM")))


def _print(line: dict[str, object]) -> None:
    print(json.dumps(line, ensure_ascii=False), flush=True)


# --- two arms -------------------------------------------------------------------------------------
def compared(
    name: str,
    ours: Act,
    stock: Act,
    *,
    goal: float,
    peer: str,
    note: str,
    repeats: int = REPEATS,
) -> None:
    """Print the figure of two arms that took turns; milliseconds of CPU an act."""
    taken: tuple[list[float], list[float]] = ([], [])
    for number in range(-1, ROUNDS):
        for arm, act in enumerate((ours, stock)):
            began = time.process_time()
            for _ in range(repeats):
                act()
            if number >= 0:  # the first round warms both
                taken[arm].append((time.process_time() - began) * 1000 / repeats)
    value, other = (statistics.median(times) for times in taken)
    ratio = statistics.median(a / b for a, b in zip(*taken, strict=True))
    _print({
        "name": name, "value": round(value, 3), "unit": "ms", "peer": peer,
        "peer_value": round(other, 3), "ratio": round(ratio, 3), "goal": goal,
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


def _batch(hands: Hands) -> None:
    """A hundred documents under one login, each with a time-stamp of our authority."""
    pdfs = [plain_pdf(PAGES, partial(_numbered, number)) for number in range(DOCUMENTS)]
    signer = hands.world.signer(PROVINCE)
    ours = OurSealer(hands, signer, hands.authority)
    stock = StockSealer(hands, signer, pdfs[0], StockStamper(hands.authority))
    taken: tuple[list[float], list[float]] = ([], [])
    for number in range(-1, BATCH_ROUNDS):
        for arm, (act, share) in enumerate(((ours.seal, pdfs), (stock.seal_any, pdfs[::5]))):
            began = time.process_time()
            for pdf in share:
                act(pdf)
            if number >= 0:
                taken[arm].append(len(share) / (time.process_time() - began))
    value, other = (statistics.median(rates) for rates in taken)
    _print({
        "name": "signing.batch.100", "value": round(value, 1), "unit": "documents/s",
        "peer": "pyHanko PKCS11Signer", "peer_value": round(other, 1),
        "ratio": round(statistics.median(a / b for a, b in zip(*taken, strict=True)), 2),
        "goal": BATCH_GOAL, "better": "higher", "runs": BATCH_ROUNDS,
        "note": f"{DOCUMENTS} documents of {PAGES} pages a round under one login, level B-T, both "
        "with our own authority in the same process",
    })  # fmt: skip


def _numbered(number: int, canvas: Canvas) -> None:
    canvas.drawString(80, 600, f"document {number}")


class StockStamper(TimeStamper):
    """PyHanko's way to ask our authority."""

    def __init__(self, source: TimestampSource) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # pyHanko's has no types
        self._source = source

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """The authority's answer."""
        return tsp.TimeStampResp.load(self._source(req.dump()))


class OurSealer:
    """`seal_pdf` as a program calls it that keeps its trust and its seal."""

    def __init__(
        self, hands: Hands, signer: Signer, timestamps: TimestampSource | None = None
    ) -> None:
        self._hands = hands
        self._timestamps = timestamps
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
            timestamps=self._timestamps,
            clock=lambda: self._hands.now,
            slots=self._slots,
        )


class StockSealer:
    """PdfSigner with PKCS11Signer as its documentation has it, the seal as a static stamp."""

    def __init__(
        self, hands: Hands, signer: Signer, pdf: bytes, stamper: TimeStamper | None = None
    ) -> None:
        self._stamper = stamper
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
        """The document sealed."""
        return self.seal_any(self._pdf)

    def seal_any(self, pdf: bytes) -> bytes:
        """Any document sealed."""
        pdf_signer = PdfSigner(
            PdfSignatureMetadata(
                field_name="Seal1",
                md_algorithm="sha256",
                subfilter=SigSeedSubFilter.PADES,
                certify=True,
                docmdp_permissions=MDPPerm.FILL_FORMS,
            ),
            signer=self._signer,
            timestamper=self._stamper,
            stamp_style=self._style,
            new_field_spec=SigFieldSpec("Seal1", on_page=PAGES - 1, box=self._box),
        )
        writer = IncrementalPdfFileWriter(BytesIO(pdf))
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


# --- SM2 ------------------------------------------------------------------------------------------
def _sm2(hands: Hands) -> None:
    """A CMS under GM beside the library's bare operation and the same CMS around it."""
    signer = hands.world.tsa.signer()
    data = bytes(200)
    raw = RawSm2(hands.world.tsa.key_path.read_bytes())
    signed = cms.sign_detached(data, signer, at=None)
    point = Sm2PublicKey.from_spki(subject_public_key(signer.certificate) or b"").point
    digest = digest_for(point, cms.open_detached(signed, data).signed_attributes)
    ready = Ready(signer, raw.sign(digest))
    note = "libcrypto on a context that is kept, plus our CMS around a finished signature"
    compared(
        "signing.sm2.sign",
        lambda: cms.sign_detached(data, signer, at=None),
        lambda: (raw.sign(digest), cms.sign_detached(data, ready, at=None)),
        goal=SM2_GOAL,
        peer="libcrypto plus CMS",
        note=note,
        repeats=SM2_REPEATS,
    )
    value = raw.sign(digest)
    compared(
        "signing.sm2.verify",
        lambda: cms.open_detached(signed, data),
        lambda: raw.verify(value, digest) and read_unchecked(signed, data),
        goal=SM2_GOAL,
        peer="libcrypto plus CMS",
        note="libcrypto on a context that is kept, plus our CMS read with the check left out",
        repeats=SM2_REPEATS,
    )


class RawSm2:
    """SM2 by libcrypto with nothing around it: one context to sign, one to verify."""

    def __init__(self, pem: bytes) -> None:
        self._c = ctypes.CDLL("libcrypto.so.3")
        for name in ("d2i_AutoPrivateKey", "EVP_PKEY_CTX_new_from_pkey"):
            getattr(self._c, name).restype = ctypes.c_void_p
        der = base64.b64decode(b"".join(pem.split(b"\n")[1:-2]))
        place = ctypes.c_char_p(der)
        key = self._c.d2i_AutoPrivateKey(None, ctypes.byref(place), ctypes.c_long(len(der)))
        self._signing, self._verifying = (
            ctypes.c_void_p(self._c.EVP_PKEY_CTX_new_from_pkey(None, ctypes.c_void_p(key), None))
            for _ in range(2)
        )
        if (
            self._c.EVP_PKEY_sign_init(self._signing) != 1
            or self._c.EVP_PKEY_verify_init(self._verifying) != 1
        ):
            raise SystemExit("libcrypto takes no SM2 key")

    def sign(self, digest: bytes) -> bytes:
        """The signature over e."""
        size, out = ctypes.c_size_t(80), ctypes.create_string_buffer(80)
        length = ctypes.c_size_t(len(digest))
        if self._c.EVP_PKEY_sign(self._signing, out, ctypes.byref(size), digest, length) != 1:
            raise SystemExit("libcrypto does not sign")
        return out.raw[: size.value]

    def verify(self, signature: bytes, digest: bytes) -> bool:
        """Whether it is right; it must be."""
        lengths = [ctypes.c_size_t(len(part)) for part in (signature, digest)]
        if self._c.EVP_PKEY_verify(self._verifying, signature, lengths[0], digest, lengths[1]) != 1:
            raise SystemExit("libcrypto does not verify")
        return True


@dataclass(frozen=True)
class Ready:
    """A signer whose signature is there already: what is left is the CMS."""

    signer: Signer
    signature: bytes

    @property
    def certificate(self) -> bytes:
        """Of the true signer."""
        return self.signer.certificate

    @property
    def chain(self) -> tuple[bytes, ...]:
        """Of the true signer."""
        return self.signer.chain

    @property
    def algorithm(self) -> SignatureAlgorithm:
        """Of the true signer."""
        return self.signer.algorithm

    def sign(self, data: bytes) -> bytes:
        """The finished signature, whatever is to be signed."""
        del data
        return self.signature


def read_unchecked(signed: bytes, data: bytes) -> bool:
    """Our reader, its check of the signature value left out."""
    module: Any = suites
    held, module.verify = module.verify, _nothing
    try:
        cms.open_detached(signed, data)
    finally:
        module.verify = held
    return True


def _nothing(*_: object, **__: object) -> None:
    """In the place of a check."""


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
