"""Electronic seals before an outside judge: openssl checks the maker's signature in both suites."""

import subprocess
from pathlib import Path

import pytest

from signing import der
from signing.pilot.issue import issue_neighbour
from signing.pilot.seals import issue_seal
from signing.seal.gbt38540 import make_signature, parse_seal, parse_signature
from signing.suites import SuiteName
from tests.support.pki import PilotWorld
from tests.support.sealed import Hands

SM2_ID = "distid:1234567812345678"
"""GM/T 0009-2012 10: the signer's identity where nothing else was agreed."""


def openssl(*words: str | Path) -> str:
    done = subprocess.run(
        ["openssl", *map(str, words)], capture_output=True, text=True, check=False, timeout=30
    )
    return (done.stdout + done.stderr).strip()


def judged(folder: Path, suite: SuiteName, certificate: bytes, value: bytes, data: bytes) -> str:
    """What openssl says of a signature over ``data`` by the key of a certificate."""
    for name, content in (("cer", certificate), ("value", value), ("data", data)):
        (folder / name).write_bytes(content)
    key = openssl("x509", "-inform", "DER", "-in", folder / "cer", "-noout", "-pubkey")
    (folder / "key").write_text(key + "\n")
    if suite == "INTL":
        return openssl(
            "dgst", "-sha256", "-verify", folder / "key",
            "-signature", folder / "value", folder / "data",
        )  # fmt: skip
    return openssl(
        "pkeyutl", "-verify", "-rawin", "-digest", "sm3", "-pkeyopt", SM2_ID, "-pubin",
        "-inkey", folder / "key", "-sigfile", folder / "value", "-in", folder / "data",
    )  # fmt: skip


@pytest.mark.parametrize("suite", ["INTL", "GM"])
def test_openssl_verifies_the_maker_s_signature_and_the_signer_s(
    suite: SuiteName, pilot: PilotWorld, tmp_path: Path
) -> None:
    signer = issue_neighbour(
        pilot.pilot, "320000.jud", "某试验厅", tmp_path / "b", suite=suite
    ).signer()
    made = issue_seal(pilot.pilot, "320000.jud", "某试验厅", [signer.certificate])
    seal = parse_seal(made)
    info = der.read(made).children()[0].raw
    signed = parse_signature(
        make_signature(
            made, bytes(32), signer=signer, at=Hands(pilot).now, property_info="Signature.xml"
        )
    )
    told = [
        judged(tmp_path, suite, seal.maker, seal.signature, info),
        judged(tmp_path, suite, signed.certificate, signed.signature, signed.signed),
        judged(tmp_path, suite, seal.maker, seal.signature, info + b"x"),
    ]

    assert ["Verified" in answer for answer in told[:2]] == [True, True], told
    assert "ailure" in told[2]


def test_openssl_finds_a_seal_well_formed(pilot: PilotWorld, tmp_path: Path) -> None:
    signer = pilot.signer("340000.bgt")
    (tmp_path / "seal").write_bytes(Hands(pilot).eseal(signer))
    told = openssl("asn1parse", "-inform", "DER", "-in", tmp_path / "seal")

    assert "IA5STRING         :ES" in told
    assert "UTF8STRING        :安徽省人民政府办公厅" in told
    assert "rror" not in told
