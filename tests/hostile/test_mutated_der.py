"""Damaged seals, signatures, responses, lists, capsules, keys, profiles: coded errors alone.

Each reader is the one that foreign bytes come through, with the real keys behind it, in both suites
where there are two. What still opens must say what the honest bytes said.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from formats.errors import YidaoError
from signing import cms, der, suites
from signing.envelope.enveloped import unwrap_secret, wrap_secret
from signing.envelope.unwrap import KeyUnwrapper
from signing.gm.sm2 import Sm2PrivateKey, Sm2PublicKey, raw_of
from signing.keys import KeySigner, load_key
from signing.pilot import Pilot, issue_node, issue_timestamp_authority
from signing.pilot.seals import issue_seal
from signing.seal.eseal import SealPicture
from signing.seal.gbt38540 import (
    make_signature,
    parse_seal,
    parse_signature,
    verify_seal,
    verify_signature,
)
from signing.timestamp import LocalAuthority, open_token, parse_request, request_for, token_of
from signing.tokens.vendors import parse_vendors
from signing.trust import certs, revocation
from signing.trust.ocsp import parse_ocsp, status_of
from signing.trust.store import TrustStore
from tests.support.der_mutants import der_mutant, text_mutant
from tests.support.ocsp import OwnResponder
from tests.support.pki import PilotWorld
from tests.support.sealed import CITY

NOW = datetime.now(UTC).replace(microsecond=0)  # noqa: TID251 - the pilot's clock is the system's
DATA = b"what is signed"
SQUARE = SealPicture(
    "SVG",
    b'<svg xmlns="http://www.w3.org/2000/svg" version="1.1" width="4mm" height="4mm"'
    b' viewBox="0 0 200 200">\n<path fill="#f00" d="M0 0l200 0l0 200l-200 0z"/>\n</svg>\n',
    4,
    4,
)
"""The smallest seal there is: what is damaged is then mostly not its picture."""

IN_EVERY_RUN, IN_THE_SOAK = 2_000, 200_000
SUITES: tuple[suites.SuiteName, ...] = ("INTL", "GM")


@dataclass(frozen=True)
class Reader:
    """A reader with honest bytes for it."""

    honest: bytes
    read: Callable[[bytes], object]
    """Gives what the bytes say, or raises a coded error."""
    mutant: Callable[[int, bytes], bytes] = der_mutant
    bound: bool = True
    """Whether a signature or tag binds what is read: then mutants that open say the same."""
    one_form: bool = False
    """Whether there is one encoding alone: then nothing but the honest bytes opens."""


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pilot:
    return Pilot.create(tmp_path_factory.mktemp("pki"), lambda: NOW, os.urandom)


def trust_of(pki: Pilot) -> TrustStore:
    return TrustStore(pki.anchors, pki.certificates(), pki.crls())


def _signer(pki: Pilot, folder: Path, suite: suites.SuiteName) -> KeySigner:
    return issue_node(pki, "340000", folder / suite, suite=suite).signer()


def _of_suite(pki: Pilot, folder: Path, suite: suites.SuiteName) -> Iterator[tuple[str, Reader]]:
    """Readers of signatures, time-stamps, certificates and lists."""
    signer, trust = _signer(pki, folder, suite), trust_of(pki)
    kind = suites.suite_named(suite)
    stamper = issue_timestamp_authority(pki, folder / f"tsa-{suite}", suite=suite).signer()
    authority = LocalAuthority(stamper, lambda: NOW, os.urandom)
    province = "gm-province" if suite == "GM" else "province"
    issuer = pki.authority_signer(province)  # type: ignore[arg-type]  # an Authority

    def opened(p7: bytes) -> tuple[object, ...]:
        found = cms.open_attached(p7)
        return found.data, found.certificate

    yield "cms", Reader(cms.sign_attached(DATA, signer, at=NOW), opened)
    yield (
        "detached",
        Reader(
            cms.sign_detached(DATA, signer, at=NOW),
            lambda p7: cms.open_detached(p7, DATA).certificate,
        ),
    )
    request = request_for(kind.digest(DATA), nonce=7, suite=kind)
    yield "request", Reader(request, parse_request, bound=False)
    yield "request-answered", Reader(request, lambda data: token_of(authority(data)), bound=False)

    def stamped(response: bytes) -> tuple[object, ...]:
        stamp = open_token(response)
        return stamp.at, stamp.imprint, stamp.serial, stamp.nonce

    yield "time-stamp", Reader(authority(request), stamped)
    yield (
        "certificate",
        Reader(signer.certificate, lambda data: trust.validate(data, NOW, "sign").certificate),
    )
    yield (
        "issuer",
        Reader(
            issuer.certificate,
            lambda data: (
                TrustStore(pki.anchors, [data], pki.crls())
                .validate(signer.certificate, NOW, "sign")
                .issuers
            ),
        ),
    )
    crl = pki.read(f"crls/{province}.crl")
    yield (
        "list",
        Reader(
            crl, lambda data: revocation.status_of(signer.certificate, issuer.certificate, [data])
        ),
    )
    yield "list-alone", Reader(crl, revocation.load_crl, bound=False)
    response = OwnResponder(issuer, issuer.certificate).respond(signer.certificate, at=NOW)
    yield (
        "response",
        Reader(response, lambda data: status_of(signer.certificate, issuer.certificate, [data])),
    )
    yield "response-alone", Reader(response, parse_ocsp, bound=False)
    yield from _seals(pki, suite, signer)


def _seals(pki: Pilot, suite: str, signer: KeySigner) -> Iterator[tuple[str, Reader]]:
    """Readers of electronic seals and of signatures made with them."""
    trust = trust_of(pki)
    seal = issue_seal(
        pki, "340000.bgt", "某机关", [signer.certificate], kind="body", picture=SQUARE
    )

    def verified(data: bytes) -> object:
        return verify_seal(data, trust=trust, at=NOW, certificate=signer.certificate)

    yield "seal", Reader(seal, verified)
    yield "seal-alone", Reader(seal, parse_seal, bound=False)
    fifth = issue_seal(
        pki, "340000.bgt", "某机关", [signer.certificate], kind="body", picture=SQUARE, version=5
    )
    yield "seal-5", Reader(fifth, verified)
    digest = suites.suite_named(suite).digest(DATA)
    signature = make_signature(seal, digest, signer=signer, at=NOW, property_info="document")
    yield (
        "seal-signature",
        Reader(signature, lambda data: verify_signature(data, digest, trust=trust), bound=False),
    )
    yield "seal-signature-alone", Reader(signature, parse_signature, bound=False)


def _capsules(worlds: dict[suites.SuiteName, PilotWorld]) -> Iterator[tuple[str, Reader]]:
    """Readers of what is encrypted, and of keys and values of SM2."""
    for suite, world in worlds.items():
        held = [c for c in world.pilot.body_certificates(CITY) if c.usage == "encrypt"]
        key_of_body = load_key(world.pilot.recovery_key(CITY, suite))
        mine = next(
            c.certificate
            for c in held
            if suites.public_key(c.certificate) == key_of_body.public_key()
        )
        capsule = wrap_secret(DATA, held, randomness=os.urandom)
        holder = KeyUnwrapper(key_of_body, mine)
        yield f"capsule-{suite}", Reader(capsule, partial(unwrap_secret, holder=holder))
    key = Sm2PrivateKey.generate()
    public: Sm2PublicKey = key.public_key()
    yield "cipher", Reader(public.encrypt(b"k" * 16), key.decrypt, one_form=True)
    signature = key.sign(DATA)

    def verified(value: bytes) -> bool:
        public.verify(value, DATA)
        return True

    yield "value", Reader(signature, verified, one_form=True)
    yield "value-form", Reader(signature, raw_of, bound=False)
    yield "key", Reader(public.spki(), Sm2PublicKey.from_spki, bound=False)
    yield "der", Reader(signature, lambda data: [e.tag for e in der.read(data).children()],
                        bound=False)  # fmt: skip


def _vendors() -> Iterator[tuple[str, Reader]]:
    shipped = Path(certs.__file__).parents[1] / "tokens" / "vendors.toml"
    yield "vendors", Reader(shipped.read_bytes(), parse_vendors, text_mutant, bound=False)


NAMES = (
    "cms", "detached", "request", "request-answered", "time-stamp", "certificate", "issuer", "list",
    "list-alone", "response", "response-alone", "seal", "seal-alone", "seal-signature",
    "seal-signature-alone", "seal-5", "capsule",
)  # fmt: skip
ALONE = ("cipher", "value", "value-form", "key", "der", "vendors")
ALL = [*(f"{name}-{suite}" for name in NAMES for suite in SUITES), *ALONE]


@pytest.fixture(scope="module")
def readers(
    pki: Pilot,
    pilot: PilotWorld,
    gm_pilot: PilotWorld,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Reader]:
    folder = tmp_path_factory.mktemp("readers")
    found = {f"{n}-{s}": r for s in SUITES for n, r in _of_suite(pki, folder, s)}
    found |= dict(_capsules({"INTL": pilot, "GM": gm_pilot}))
    return found | dict(_vendors())


def survey(reader: Reader, count: int) -> Counter[str]:
    """How so many mutants end. Fails with the seed of one that ends otherwise."""
    said = reader.read(reader.honest)
    ends: Counter[str] = Counter()
    for seed in range(count):
        data = reader.mutant(seed, reader.honest)
        try:
            found = reader.read(data)
        except YidaoError as error:
            ends[error.code] += 1
            continue
        except Exception as error:
            raise AssertionError(f"seed {seed}: {data.hex()}") from error
        assert not reader.bound or found is None or said == found, f"seed {seed}: {data.hex()}"
        assert not reader.one_form or data == reader.honest, f"seed {seed}: {data.hex()}"
        ends["nothing" if found is None else "opened"] += 1
    return ends


def _share(name: str, count: int) -> int:
    """Mutants of a reader: of one that stands in both suites, half of them in each."""
    return count if name in ALONE else count // 2


odd_values = pytest.mark.filterwarnings(
    "ignore:Attribute's length:UserWarning",
    "ignore:Parsed a serial number:cryptography.utils.CryptographyDeprecationWarning",
)
"""The library warns of names too long or too short, and of an authorityKeyIdentifier whose serial
number is negative; it reads them all the same. (The certificate's own is refused before.)"""


@odd_values
@pytest.mark.parametrize("name", ALL)
def test_mutants_end_in_a_coded_error_or_a_value(name: str, readers: dict[str, Reader]) -> None:
    ends = survey(readers[name], _share(name, IN_EVERY_RUN))

    assert sum(n for code, n in ends.items() if code != "opened") > 0, ends


@odd_values
@pytest.mark.soak
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("name", ALL)
def test_many_mutants_end_in_a_coded_error_or_a_value(
    name: str, readers: dict[str, Reader]
) -> None:
    survey(readers[name], _share(name, IN_THE_SOAK))
