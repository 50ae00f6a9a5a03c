"""Bundles: whole or refused, byte by byte, here and by openssl alone."""

import hashlib
import random  # noqa: TID251 - seeded, for choosing which bytes to alter
import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from formats.errors import TooLarge
from formats.evidence.bundle import build_bundle, read_bundle
from formats.package.stored import read_zip, write_zip
from signing.evidence import BundleReport, export_bundle, verify_bundle
from signing.trust.certs import to_pem
from tests.support.evidence import Journey

ROOT = Path(__file__).parents[4]
SCRIPT = ROOT / "docs" / "verify-evidence.sh"
INTL = pytest.mark.parametrize("journey", ["INTL"], indirect=True)


@pytest.fixture(scope="module")
def anchors(journey: Journey) -> tuple[bytes, ...]:
    return journey.world.anchors


@pytest.fixture
def by_openssl(anchors: tuple[bytes, ...], tmp_path: Path) -> Callable[[bytes], tuple[int, str]]:
    """Exit status and output of the shipped script."""
    root = tmp_path / "root.pem"
    root.write_bytes(b"".join(map(to_pem, anchors)))

    def check(data: bytes) -> tuple[int, str]:
        (tmp_path / "evidence.gwe").write_bytes(data)
        done = subprocess.run(
            [SCRIPT, tmp_path / "evidence.gwe", root], capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout + done.stderr

    return check


@pytest.fixture(scope="module")
def small(journey: Journey) -> bytes:
    """The evidence of one consignment alone."""
    pilot = journey.world.pilot
    return export_bundle(
        journey.sealed.header_p7m,
        journey.receipts[:4],
        certificates=pilot.chain,
        crls=pilot.crls(),
        log_keys=journey.log_keys,
    )


def members(bundle: bytes) -> dict[str, bytes]:
    return read_zip(bundle, max_members=999, max_bytes=1 << 26)


def resealed(changed: dict[str, bytes]) -> bytes:
    """As one who alters a bundle knowingly would: the digests made to fit again."""
    rest = {name: data for name, data in changed.items() if name != "manifest.sha256"}
    lines = [f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in rest.items()]
    return write_zip({**rest, "manifest.sha256": "".join(lines).encode()})


def codes(report: BundleReport) -> set[str]:
    found = [*report.reasons, *report.chain.reasons]
    return {code for code, _ in (*found, *(r for e in report.events for r in e.reasons))}


def test_a_bundle_holds_by_the_root_alone(
    journey: Journey, bundle: bytes, anchors: tuple[bytes, ...]
) -> None:
    report = verify_bundle(bundle, anchors)

    assert report.ok
    assert 7 == len(report.events)
    assert "01-SubmissionAcceptance.p7m" == report.events[0].file
    assert journey.log_keys == dict(report.log_keys)
    assert not report.log_keys_vouched


def test_keys_of_the_directory_vouch_for_the_logs(
    journey: Journey, bundle: bytes, anchors: tuple[bytes, ...]
) -> None:
    assert verify_bundle(bundle, anchors, log_keys=journey.log_keys).log_keys_vouched
    strange = dict.fromkeys(journey.log_keys, bytes(32))

    assert not verify_bundle(bundle, anchors, log_keys=strange).ok


def test_the_same_evidence_is_the_same_bytes_in_whatever_order_given(
    journey: Journey, bundle: bytes
) -> None:
    pilot = journey.world.pilot
    again = export_bundle(
        journey.sealed.header_p7m,
        [*reversed(journey.receipts), journey.receipts[0]],
        certificates=pilot.certificates(),
        crls=pilot.crls(),
        log_keys=journey.log_keys,
    )

    assert bundle == again


def test_another_root_does_not_hold(bundle: bytes) -> None:
    report = verify_bundle(bundle, ())

    assert not report.ok
    assert "trust.unknown-issuer" in codes(report)


def flipped(bundle: bytes, place: int, bit: int) -> bytes:
    return bundle[:place] + bytes((bundle[place] ^ 1 << bit,)) + bundle[place + 1 :]


def test_a_sample_of_altered_bytes_is_refused(bundle: bytes, anchors: tuple[bytes, ...]) -> None:
    chooser = random.Random(20261124)  # noqa: S311 - a choice of places
    edges = {*range(60), *range(len(bundle) - 120, len(bundle))}
    for place in sorted({*chooser.sample(range(len(bundle)), 600), *edges}):
        report = verify_bundle(flipped(bundle, place, chooser.randrange(8)), anchors)
        assert not report.ok, place


@pytest.mark.soak
def test_every_altered_byte_is_refused(bundle: bytes, anchors: tuple[bytes, ...]) -> None:
    for place in range(len(bundle)):
        assert not verify_bundle(flipped(bundle, place, place % 8), anchors).ok, place


@pytest.mark.parametrize(
    "suffix", [".p7m", ".tsr", ".proof", "header.p7m", "certs.pem", "README.txt", ".pem"]
)
def test_altered_and_made_to_fit_again_is_refused_or_proves_nothing_else(
    bundle: bytes, anchors: tuple[bytes, ...], suffix: str
) -> None:
    chooser = random.Random(suffix)  # noqa: S311 - a choice of places
    whole, honest = members(bundle), verify_bundle(bundle, anchors)
    for name in [name for name in whole if name.endswith(suffix)]:
        for _ in range(6):
            data = bytearray(whole[name])
            data[chooser.randrange(len(data))] ^= 1 << chooser.randrange(7)
            report = verify_bundle(resealed({**whole, name: bytes(data)}), anchors)
            # Certificates and lists that no path needs are covered by no signature.
            assert not report.ok or honest.events == report.events, name
            covered = not name.endswith((".tsr", "certs.pem", "crls.pem"))
            assert not (covered and report.ok), name


@pytest.mark.parametrize(
    "name",
    [
        "README.txt",
        "header.p7m",
        "certs.pem",
        "crls.pem",
        "manifest.sha256",
        "01-SubmissionAcceptance.p7m",
        "01-SubmissionAcceptance.proof",
        "04-ContentConsignment.p7m",
        "log-keys/340000.pem",
    ],
)
def test_a_bundle_without_one_of_its_files_is_refused(
    bundle: bytes, anchors: tuple[bytes, ...], name: str
) -> None:
    rest = {other: data for other, data in members(bundle).items() if other != name}
    changed = write_zip(rest) if name == "manifest.sha256" else resealed(rest)

    assert not verify_bundle(changed, anchors).ok


def test_a_record_without_its_time_stamp_still_holds_and_says_so(
    bundle: bytes, anchors: tuple[bytes, ...]
) -> None:
    gone = {
        "01-SubmissionAcceptance.tsr",
        *(f"attrs/01-tsr.{end}" for end in ("der", "sig", "pem")),
    }
    rest = {n: d for n, d in members(bundle).items() if n not in gone}
    report = verify_bundle(resealed(rest), anchors)

    assert report.ok
    assert report.events[0].timestamp is None


def test_a_file_more_is_refused(bundle: bytes, anchors: tuple[bytes, ...]) -> None:
    report = verify_bundle(resealed({**members(bundle), "note.txt": b"trust me"}), anchors)

    assert {"evidence.bundle-damaged"} == codes(report)


def test_a_record_named_for_another_event_is_refused(
    bundle: bytes, anchors: tuple[bytes, ...]
) -> None:
    renamed = {
        name.replace("06-ConsignmentAcceptance", "06-ConsignmentRejection"): data
        for name, data in members(bundle).items()
    }
    report = verify_bundle(resealed(renamed), anchors)

    assert "evidence.misnamed-record" in codes(report)
    assert "与其中记录的事件（已签收）不符" in report.events[5].reasons[0][1]


@pytest.mark.parametrize("data", [b"", b"PK", b"PK\x05\x06" + bytes(18), bytes(1000), b"{}"])
def test_what_is_no_bundle_is_refused_with_a_sentence(
    data: bytes, anchors: tuple[bytes, ...]
) -> None:
    report = verify_bundle(data, anchors)

    assert not report.ok
    assert "。" in report.reasons[0][1]


def test_a_bundle_reads_back_as_it_was_built(journey: Journey, bundle: bytes) -> None:
    read = read_bundle(bundle)

    assert {r.record for r in journey.receipts} == {e.receipt.record for e in read.entries}
    assert set(journey.receipts) == {e.receipt for e in read.entries}


# Those of GM are judged by openssl in tests/integration/test_gm_evidence_by_openssl.py.
@INTL
def test_openssl_alone_finds_that_the_bundle_holds(
    bundle: bytes, by_openssl: Callable[[bytes], tuple[int, str]]
) -> None:
    status, told = by_openssl(bundle)

    assert 0 == status, told
    assert "7 条记录全部成立" in told
    assert "FAIL" not in told


@INTL
@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("04-ConsignmentAcceptance.p7m", "签名 signature"),
        ("04-ConsignmentAcceptance.tsr", "时间戳 time-stamp"),
        ("04-ConsignmentAcceptance.proof", "日志检查点 checkpoint|入账证明 inclusion"),
        ("header.p7m", "路由信息签名 signature"),
    ],
)
def test_openssl_alone_finds_what_was_altered(
    small: bytes, by_openssl: Callable[[bytes], tuple[int, str]], name: str, fault: str
) -> None:
    whole = members(small)
    data = bytearray(whole[name])
    data[-40 if name.endswith(".proof") else -10] ^= 1
    status, told = by_openssl(resealed({**whole, name: bytes(data)}))

    assert 1 == status
    assert re.search(f"FAIL  ({fault})", told), told


@INTL
def test_openssl_alone_finds_a_digest_that_does_not_fit(
    small: bytes, by_openssl: Callable[[bytes], tuple[int, str]]
) -> None:
    changed = {**members(small), "README.txt": b"trust me"}
    status, told = by_openssl(write_zip(changed))

    assert 1 == status
    assert "FAIL  各文件散列" in told


@INTL
def test_openssl_alone_finds_a_record_that_was_left_out(
    small: bytes, by_openssl: Callable[[bytes], tuple[int, str]]
) -> None:
    rest = {n: d for n, d in members(small).items() if not n.startswith("03-")}
    status, told = by_openssl(resealed(rest))

    assert 1 == status
    assert "FAIL  接续前一条" in told


@INTL
def test_openssl_alone_finds_an_untrusted_root(
    small: bytes, by_openssl: Callable[[bytes], tuple[int, str]], tmp_path: Path
) -> None:
    made = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout k.pem"
    subprocess.run(
        [*made.split(), "-out", "root.pem", "-subj", "/CN=Another"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    status, told = by_openssl(small)

    assert 1 == status
    assert "FAIL  签名及证书" in told


def test_a_bundle_of_gm_signatures_has_what_openssl_needs_beside_each(
    journey: Journey, bundle: bytes
) -> None:
    names = [name for name in members(bundle) if name.startswith("attrs/")]
    signatures = 1 + sum(1 + (r.timestamp is not None) for r in journey.receipts)

    assert len(names) == (3 * signatures if journey.world.suite == "GM" else 0)
    assert ("attrs/" in members(bundle)["README.txt"].decode()) is (journey.world.suite == "GM")


@pytest.mark.parametrize("journey", ["GM"], indirect=True)
@pytest.mark.parametrize("fault", ["gone", "altered", "of-another", "one-file-gone"])
def test_what_lies_beside_a_signature_must_be_of_it(
    bundle: bytes, anchors: tuple[bytes, ...], fault: str
) -> None:
    whole = members(bundle)
    ends = ("der", "sig", "pem")
    changed = {
        "gone": {n: d for n, d in whole.items() if not n.startswith("attrs/04.")},
        "altered": {**whole, "attrs/04.sig": whole["attrs/04.sig"][:-1] + b"\x00"},
        "of-another": {**whole, **{f"attrs/04.{e}": whole[f"attrs/03.{e}"] for e in ends}},
        "one-file-gone": {n: d for n, d in whole.items() if n != "attrs/04-tsr.pem"},
    }[fault]

    assert {"evidence.bundle-damaged"} == codes(verify_bundle(resealed(changed), anchors))


@pytest.mark.parametrize("journey", ["INTL"], indirect=True)
def test_nothing_lies_beside_a_signature_that_openssl_reads_itself(
    bundle: bytes, anchors: tuple[bytes, ...]
) -> None:
    whole = members(bundle)
    before = list(whole).index("certs.pem")
    added = dict([
        *list(whole.items())[:before],
        ("attrs/04.der", b"0"), ("attrs/04.sig", b"0"),
        ("attrs/04.pem", whole["certs.pem"].split(b"-----END")[0] + b"-----END CERTIFICATE-----\n"),
        *list(whole.items())[before:],
    ])  # fmt: skip

    assert {"evidence.bundle-damaged"} == codes(verify_bundle(resealed(added), anchors))


@pytest.mark.parametrize("journey", ["GM"], indirect=True)
def test_more_records_than_a_zip_can_count_are_refused(bundle: bytes) -> None:
    read = read_bundle(bundle)
    many = replace(read, entries=read.entries[:1] * 7_300)

    with pytest.raises(TooLarge):
        build_bundle(many)
