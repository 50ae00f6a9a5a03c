"""openssl and a second SM2 (``gmalg``) judge what is sealed, stamped and extended under GM.

``openssl cms -verify`` and ``openssl verify`` cannot be told the signer's identity that SM2 hashes
along, but for the last certificate of a chain. So the outer structures are taken apart here with
asn1crypto, not with the reader under test, and each signature in them is put before ``pkeyutl``.
Link by link, openssl also judges the certification-path cases (``tests/hostile/paths``) under SM2.
"""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import gmalg  # type: ignore[import-untyped]  # it has no types
import pytest
from asn1crypto import cms as asn1
from asn1crypto import core, tsp
from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1_x509

from signing import der
from signing.seal.extend import extend_lta
from signing.trust.oids import SEAL_ATTRIBUTE
from tests.hostile.paths import test_paths
from tests.hostile.paths.world import CASES, Setup
from tests.support.pki import PilotWorld
from tests.support.sealed import Hands, plain_pdf

IDENTITY = "1234567812345678"
SM3 = "1.2.156.10197.1.401"
FIELD = re.compile(rb"/ByteRange\s*\[\s*(\d+) (\d+) (\d+) (\d+)\s*\]")


def openssl(*arguments: object) -> bytes:
    """What openssl says. Fails where it refuses."""
    done = subprocess.run(
        ["openssl", *map(str, arguments)], capture_output=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@dataclass(frozen=True)
class Signed:
    """One signature of a PDF: its CMS, the octets it covers."""

    cms: asn1.ContentInfo
    covered: bytes

    @property
    def info(self) -> asn1.SignerInfo:
        """The one SignerInfo."""
        (info,) = self.cms["content"]["signer_infos"]
        return info

    @property
    def certificate(self) -> asn1_x509.Certificate:
        """Its signer's, found by serial number."""
        wanted = self.info["sid"].chosen["serial_number"].native
        held = [c.chosen for c in self.cms["content"]["certificates"]]
        (found,) = [c for c in held if c.serial_number == wanted]
        return found

    @property
    def attributes(self) -> bytes:
        """The signed attributes as they were signed: SET OF, not [0]; RFC 5652 5.4."""
        return b"\x31" + bytes(self.info["signed_attrs"].dump())[1:]

    def attribute(self, oid: str) -> bytes:
        """DER of the one value of a signed attribute."""
        (found,) = [a for a in self.info["signed_attrs"] if a["type"].dotted == oid]
        (value,) = found["values"]
        return bytes(value.dump())

    @property
    def token(self) -> asn1.ContentInfo:
        """The time-stamp token over the signature value."""
        (attribute,) = self.info["unsigned_attrs"]
        return asn1.ContentInfo.load(attribute["values"][0].dump())


def signatures_of(pdf: bytes) -> list[Signed]:
    """Every signature of a PDF, by its ByteRange, in the order of the file."""
    found = []
    for match in FIELD.finditer(pdf):
        first, size, second, rest = (int(number) for number in match.groups())
        gap = pdf[first + size : second]
        # DER says itself how long it is; what follows it is the padding of the field.
        content = asn1.ContentInfo.load(bytes.fromhex(gap.strip(b"<> \r\n").decode()), strict=False)
        covered = pdf[first : first + size] + pdf[second : second + rest]
        found.append(Signed(content, covered))
    return found


@pytest.fixture(scope="module")
def hands(gm_pilot: PilotWorld) -> Hands:
    return Hands(gm_pilot)


@pytest.fixture(scope="module")
def archived(hands: Hands) -> bytes:
    """Sealed, time-stamped, extended to B-LTA."""
    sealed = hands.seal(plain_pdf())
    return extend_lta(sealed, trust=hands.trust, timestamps=hands.authority, now=hands.now)


@pytest.fixture(scope="module")
def seal(archived: bytes) -> Signed:
    return signatures_of(archived)[0]


@pytest.fixture(scope="module")
def archive_stamp(archived: bytes) -> asn1.ContentInfo:
    return signatures_of(archived)[-1].cms


def judged(folder: Path, spki: bytes, data: bytes, signature: bytes) -> None:
    """By openssl and by the second implementation, over ``data``, with the standard's identity."""
    for name, octets in (("data", data), ("signature", signature), ("key.der", spki)):
        (folder / name).write_bytes(octets)
    told = openssl(
        *("pkeyutl", "-verify", "-rawin", "-digest", "sm3", "-pkeyopt", f"distid:{IDENTITY}"),
        *("-pubin", "-keyform", "DER", "-inkey", folder / "key.der"),
        *("-in", folder / "data", "-sigfile", folder / "signature"),
    )
    assert b"Signature Verified Successfully" in told
    r, s = (
        value.native.to_bytes(32, "big")
        for value in core.SequenceOf.load(signature, spec=core.Integer)
    )
    point = spki[-65:]
    assert gmalg.SM2(None, IDENTITY.encode(), point).verify(data, r, s)


def digested(folder: Path, data: bytes) -> bytes:
    """SM3 as openssl computes it."""
    (folder / "digested").write_bytes(data)
    return openssl("dgst", "-sm3", "-binary", folder / "digested")


def spki_of(certificate: asn1_x509.Certificate) -> bytes:
    return bytes(certificate["tbs_certificate"]["subject_public_key_info"].dump())


def judge_token(folder: Path, token: asn1.ContentInfo, stamped: bytes) -> None:
    """A time-stamp token: its attributes signed, its TSTInfo digested, its imprint that of data."""
    signed = Signed(token, b"")
    judged(folder, spki_of(signed.certificate), signed.attributes, signed.info["signature"].native)
    octets = bytes(token["content"]["encap_content_info"]["content"])
    assert signed.attribute("1.2.840.113549.1.9.4") == der.octets(digested(folder, octets))
    held = tsp.TSTInfo.load(octets)
    imprint = held["message_imprint"]
    assert imprint["hash_algorithm"]["algorithm"].dotted == SM3
    assert imprint["hashed_message"].native == digested(folder, stamped)


def test_the_seals_signature_is_good_and_over_these_octets(seal: Signed, tmp_path: Path) -> None:
    judged(tmp_path, spki_of(seal.certificate), seal.attributes, seal.info["signature"].native)

    assert SM3 == seal.info["digest_algorithm"]["algorithm"].dotted
    assert seal.attribute("1.2.840.113549.1.9.4") == der.octets(digested(tmp_path, seal.covered))


def test_one_octet_changed_is_seen_by_openssl(seal: Signed, tmp_path: Path) -> None:
    changed = seal.covered[:-1] + bytes((seal.covered[-1] ^ 1,))

    assert seal.attribute("1.2.840.113549.1.9.4") != der.octets(digested(tmp_path, changed))


def test_the_seals_time_stamp_is_good_and_over_its_value(seal: Signed, tmp_path: Path) -> None:
    judge_token(tmp_path, seal.token, seal.info["signature"].native)


def test_the_archive_time_stamp_is_good_and_over_the_file(
    archived: bytes, archive_stamp: asn1.ContentInfo, tmp_path: Path
) -> None:
    judge_token(tmp_path, archive_stamp, signatures_of(archived)[-1].covered)


def test_the_electronic_seal_is_signed_by_its_maker(seal: Signed, tmp_path: Path) -> None:
    """GB/T 38540 7.2: the maker's signature is over the DER of eSealInfo alone."""
    info, certificate, _algorithm, value = core.SequenceOf.load(
        seal.attribute(SEAL_ATTRIBUTE), spec=core.Any
    )
    maker = asn1_x509.Certificate.load(core.OctetString.load(certificate.dump()).native)

    signature = core.BitString.load(value.dump()).contents[1:]
    judged(tmp_path, spki_of(maker), info.dump(), signature)


def test_every_certificate_carried_is_signed_by_one_of_the_world(
    seal: Signed, hands: Hands, tmp_path: Path
) -> None:
    known = [
        asn1_x509.Certificate.load(c) for c in (*hands.trust.anchors, *hands.trust.intermediates)
    ]
    carried = [c.chosen for c in seal.cms["content"]["certificates"]]
    assert len(carried) > 1
    for number, certificate in enumerate(carried):
        issuers = [k for k in known if k.subject == certificate.issuer]
        issuers = [k for k in issuers if k.key_identifier == certificate.authority_key_identifier]
        folder = tmp_path / str(number)
        folder.mkdir()
        assert link_holds(folder, certificate.dump(), issuers[0].dump())


def test_every_list_is_signed_by_its_issuer(hands: Hands, tmp_path: Path) -> None:
    known = [
        asn1_x509.Certificate.load(c) for c in (*hands.trust.anchors, *hands.trust.intermediates)
    ]
    lists = [asn1_crl.CertificateList.load(crl) for crl in hands.trust.crls]
    ours = [c for c in lists if c["signature_algorithm"]["algorithm"].dotted.startswith("1.2.156.")]
    assert len(ours) >= 3
    for crl in ours:
        issuer = next(
            k for k in known if k.subject == crl.issuer and spki_of(k)[-66:-64] == b"\x00\x04"
        )
        judged(
            tmp_path, spki_of(issuer), crl["tbs_cert_list"].dump(), crl["signature"].contents[1:]
        )


# --- the certification-path cases, link by link -------------------------------------------------
def link_holds(folder: Path, certificate: bytes, issuer: bytes) -> bool:
    """Whether openssl accepts one certificate under one issuer, with the standard's identity."""
    for name, octets in (("certificate", certificate), ("issuer", issuer)):
        (folder / f"{name}.der").write_bytes(octets)
        done = subprocess.run(
            ["openssl", "x509", "-inform", "DER", "-in", f"{name}.der", "-out", f"{name}.pem"],
            cwd=folder, capture_output=True, check=False, timeout=60,
        )  # fmt: skip
        if done.returncode != 0:
            return False
    done = subprocess.run(
        ["openssl", "verify", "-partial_chain", "-no_check_time", "-vfyopt", f"distid:{IDENTITY}",
         "-CAfile", "issuer.pem", "certificate.pem"],
        cwd=folder, capture_output=True, check=False, timeout=60,
    )  # fmt: skip
    return done.returncode == 0


GOOD = ("honest_chain", "serial_of_twenty_octets", "validity_beyond_2050", "leaf_expired")
FORGED = ("signature_of_another_key", "empty_signature", "signature_of_two_zeros")


@pytest.mark.parametrize("name", GOOD)
def test_links_of_sound_cases_hold(name: str, tmp_path: Path) -> None:
    setup = setup_of(name)

    assert link_holds(tmp_path, setup.leaf, setup.intermediates[0])


@pytest.mark.parametrize("name", FORGED)
def test_links_of_forged_cases_do_not_hold(name: str, tmp_path: Path) -> None:
    setup = setup_of(name)

    assert not link_holds(tmp_path, setup.leaf, setup.intermediates[0])


def setup_of(name: str) -> Setup:
    return CASES[name.replace("_", "-")].build(test_paths.world("sm2"))
