"""OCSP responses judged offline; those of ``openssl ocsp`` and of a responder of our own making."""

import os
import random  # noqa: TID251 - seeded mutations
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import core
from asn1crypto import ocsp as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from formats.directory import Snapshot
from signing.keys import KeySigner, generate_key, load_key
from signing.pilot import Issued, Pilot, issue_node
from signing.pilot.profiles import build_crl
from signing.trust import certs, revocation
from signing.trust.errors import RevocationMissing, Revoked
from signing.trust.ocsp import OcspBad, answers_for, parse_ocsp, status_of
from signing.trust.snapshot import trust_from_snapshot
from signing.trust.standing import standing_of
from signing.trust.store import TrustStore
from tests.support.ocsp import OwnResponder, openssl_response, responder_for

NOW = datetime.now(UTC).replace(microsecond=0)  # noqa: TID251 - openssl's responder has no other clock


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pilot:
    return Pilot.create(tmp_path_factory.mktemp("pki"), lambda: NOW, os.urandom)


@pytest.fixture(scope="module")
def node(pki: Pilot, tmp_path_factory: pytest.TempPathFactory) -> Issued:
    return issue_node(pki, "340000", tmp_path_factory.mktemp("node"))


@pytest.fixture(scope="module")
def issuer(pki: Pilot) -> KeySigner:
    return pki.authority_signer("province")


@pytest.fixture(scope="module")
def responder(issuer: KeySigner) -> KeySigner:
    return responder_for(issuer, generate_key(), at=NOW)


def own(signer: KeySigner, issuer: KeySigner) -> OwnResponder:
    return OwnResponder(signer, issuer.certificate)


@pytest.mark.parametrize("by_key", [False, True], ids=["by-name", "by-key"])
def test_openssl_answers_good(
    node: Issued, issuer: KeySigner, responder: KeySigner, tmp_path: Path, by_key: bool
) -> None:
    data = openssl_response(
        tmp_path,
        certificate=node.certificate,
        issuer=issuer.certificate,
        responder=responder,
        by_key=by_key,
    )
    status = status_of(node.certificate, issuer.certificate, [data])

    assert status is not None
    assert status.revoked is None
    assert status.until - status.as_of == timedelta(days=7)


def test_openssl_answers_revoked_with_time_and_reason(
    node: Issued, issuer: KeySigner, responder: KeySigner, tmp_path: Path
) -> None:
    at = NOW - timedelta(hours=3)
    data = openssl_response(
        tmp_path,
        certificate=node.certificate,
        issuer=issuer.certificate,
        responder=responder,
        revoked=(at, "keyCompromise"),
    )
    status = status_of(node.certificate, issuer.certificate, [data])

    assert status is not None
    assert (status.revoked, status.reason) == (at, "keyCompromise")


def test_openssl_answer_unknown_is_no_statement(
    node: Issued, issuer: KeySigner, responder: KeySigner, tmp_path: Path
) -> None:
    data = openssl_response(
        tmp_path,
        certificate=node.certificate,
        issuer=issuer.certificate,
        responder=responder,
        known=False,
    )

    assert [a.state for a in parse_ocsp(data).answers] == ["unknown"]
    assert status_of(node.certificate, issuer.certificate, [data]) is None


def test_issuer_itself_may_answer(node: Issued, issuer: KeySigner, tmp_path: Path) -> None:
    data = openssl_response(
        tmp_path, certificate=node.certificate, issuer=issuer.certificate, responder=issuer
    )

    assert status_of(node.certificate, issuer.certificate, [data]) is not None


@pytest.mark.parametrize("digest", ["sha1", "sha256"])
def test_certificate_may_be_named_by_either_digest(
    node: Issued, issuer: KeySigner, responder: KeySigner, digest: str
) -> None:
    data = own(responder, issuer).respond(node.certificate, at=NOW, digest=digest)

    assert status_of(node.certificate, issuer.certificate, [data]) is not None


def test_asn1crypto_reads_the_same(node: Issued, issuer: KeySigner, responder: KeySigner) -> None:
    data = own(responder, issuer).respond(node.certificate, at=NOW, revoked=NOW)
    single = asn1.OCSPResponse.load(data).basic_ocsp_response["tbs_response_data"]["responses"][0]
    (answer,) = parse_ocsp(data).answers

    assert answer.serial == single["cert_id"]["serial_number"].native
    assert answer.as_of == single["this_update"].native
    assert answer.until == single["next_update"].native
    assert answer.revoked == single["cert_status"].chosen["revocation_time"].native


@pytest.mark.parametrize("digest", ["sha1", "sm3"])
def test_sm2_response_is_judged(pki: Pilot, tmp_path: Path, digest: str) -> None:
    node = issue_node(pki, "340000", tmp_path, suite="GM")
    issuer = pki.authority_signer("gm-province")
    revoked = NOW - timedelta(hours=1)
    good = own(issuer, issuer).respond(node.certificate, at=NOW, digest=digest)
    bad = own(issuer, issuer).respond(node.certificate, at=NOW, revoked=revoked, digest=digest)
    bare = OwnResponder(issuer, issuer.certificate, carries=False)
    whole = bare.respond(node.certificate, at=NOW, digest=digest)
    forged = whole[:-1] + bytes((whole[-1] ^ 1,))
    own_store = TrustStore(pki.anchors, pki.certificates(), ocsps=[good])

    for response in (good, whole):
        assert status_of(node.certificate, issuer.certificate, [response]) is not None
    found = status_of(node.certificate, issuer.certificate, [bad])
    assert found is not None
    assert found.revoked == revoked
    assert status_of(node.certificate, issuer.certificate, [forged]) is None
    with pytest.raises(RevocationMissing):  # the issuer's own standing is still open
        own_store.validate(node.certificate, NOW, "node")
    assert own_store.with_revocations(pki.crls(), ()).validate(node.certificate, NOW, "node")


@pytest.mark.parametrize("kind", ["issuer", "delegated", "no-purpose", "stranger"])
def test_openssl_agrees_on_who_may_answer(
    pki: Pilot, node: Issued, responder: KeySigner, tmp_path: Path, kind: str
) -> None:
    issuer = pki.authority_signer("province")
    signer = {
        "issuer": issuer,
        "delegated": responder,
        "no-purpose": responder_for(issuer, generate_key(), at=NOW, purpose=False),
        "stranger": pki.authority_signer("neighbour"),
    }[kind]
    data = own(signer, issuer).respond(node.certificate, at=NOW)
    (tmp_path / "response.der").write_bytes(data)
    (tmp_path / "issuer.pem").write_bytes(certs.to_pem(issuer.certificate))
    (tmp_path / "node.pem").write_bytes(certs.to_pem(node.certificate))
    (tmp_path / "roots.pem").write_bytes(b"".join(map(certs.to_pem, pki.anchors[:1])))
    done = subprocess.run(
        ["openssl", "ocsp", "-respin", "response.der", "-issuer", "issuer.pem", "-cert",
         "node.pem", "-CAfile", "roots.pem", "-verify_other", "issuer.pem", "-no_nonce"],
        cwd=tmp_path, capture_output=True, check=False, timeout=30,
    )  # fmt: skip
    accepted = b"Response verify OK" in done.stdout + done.stderr

    assert accepted == (kind in {"issuer", "delegated"}), done.stderr
    assert accepted == (status_of(node.certificate, issuer.certificate, [data]) is not None)


def test_answer_about_another_certificate_says_nothing(
    pki: Pilot, node: Issued, issuer: KeySigner, responder: KeySigner, tmp_path: Path
) -> None:
    other = issue_node(pki, "340100", tmp_path)
    data = own(responder, issuer).respond(other.certificate, at=NOW)

    assert status_of(node.certificate, issuer.certificate, [data]) is None


def test_same_serial_of_another_issuer_says_nothing(
    pki: Pilot, node: Issued, issuer: KeySigner
) -> None:
    neighbour = pki.authority_signer("neighbour")
    data = OwnResponder(neighbour, neighbour.certificate).respond(node.certificate, at=NOW)

    assert status_of(node.certificate, issuer.certificate, [data]) is None
    assert status_of(node.certificate, neighbour.certificate, [data]) is not None


def test_stranger_who_names_the_certificate_is_not_heard(
    pki: Pilot, node: Issued, issuer: KeySigner
) -> None:
    neighbour = pki.authority_signer("neighbour")
    foreign = responder_for(neighbour, generate_key(), at=NOW)
    for signer in (neighbour, foreign, node.signer()):
        data = own(signer, issuer).respond(node.certificate, at=NOW)

        assert status_of(node.certificate, issuer.certificate, [data]) is None


def test_certificate_without_the_purpose_may_not_answer(node: Issued, issuer: KeySigner) -> None:
    plain = responder_for(issuer, generate_key(), at=NOW, purpose=False)
    data = own(plain, issuer).respond(node.certificate, at=NOW)

    assert status_of(node.certificate, issuer.certificate, [data]) is None


def test_responder_that_had_ended_is_not_heard(node: Issued, issuer: KeySigner) -> None:
    old = responder_for(issuer, generate_key(), at=NOW - timedelta(days=90))
    data = own(old, issuer).respond(node.certificate, at=NOW)

    assert status_of(node.certificate, issuer.certificate, [data]) is None


def test_responder_without_nocheck_needs_a_list_that_clears_it(
    tmp_path: Path,
) -> None:
    pki = Pilot.create(tmp_path / "pki", lambda: NOW, os.urandom)
    node = issue_node(pki, "340000", tmp_path / "node")
    issuer = pki.authority_signer("province")
    checked = responder_for(issuer, generate_key(), at=NOW, no_check=False)
    data = own(checked, issuer).respond(node.certificate, at=NOW)

    assert status_of(node.certificate, issuer.certificate, [data]) is None
    assert status_of(node.certificate, issuer.certificate, [data], pki.crls()) is not None


def test_newest_answer_decides(node: Issued, issuer: KeySigner, responder: KeySigner) -> None:
    maker = own(responder, issuer)
    held = maker.respond(node.certificate, at=NOW - timedelta(hours=2), revoked=NOW)
    lifted = maker.respond(node.certificate, at=NOW)
    status = status_of(node.certificate, issuer.certificate, [lifted, held])

    assert status is not None
    assert status.revoked is None


def test_revoked_is_heard_before_good_of_the_same_moment(
    node: Issued, issuer: KeySigner, responder: KeySigner
) -> None:
    maker = own(responder, issuer)
    both = [
        maker.respond(node.certificate, at=NOW),
        maker.respond(node.certificate, at=NOW, revoked=NOW),
    ]
    for order in (both, both[::-1]):
        status = status_of(node.certificate, issuer.certificate, order)

        assert status is not None
        assert status.revoked == NOW


def test_answer_without_next_update_promises_nothing_later(
    node: Issued, issuer: KeySigner, responder: KeySigner
) -> None:
    data = own(responder, issuer).respond(node.certificate, at=NOW, days=None)
    status = status_of(node.certificate, issuer.certificate, [data])

    assert status is not None
    assert status.until == status.as_of == NOW


def test_critical_extension_not_known_here_refuses(
    node: Issued, issuer: KeySigner, responder: KeySigner
) -> None:
    odd = asn1.SingleResponseExtension(
        {"extn_id": "1.2.3.4", "critical": True, "extn_value": b"\x05\x00"}
    )
    data = own(responder, issuer).respond(node.certificate, at=NOW, extensions=[odd])

    with pytest.raises(OcspBad):
        parse_ocsp(data)
    assert status_of(node.certificate, issuer.certificate, [data]) is None


def test_answer_that_is_no_response_is_coded(
    node: Issued, issuer: KeySigner, responder: KeySigner
) -> None:
    whole = own(responder, issuer).respond(node.certificate, at=NOW)
    refused = bytes.fromhex("30030a0106")  # unauthorized
    for data in (b"", b"\x30\x00", refused, whole[:-1], whole + b"\x00", b"\x30" * 70_000):
        with pytest.raises(OcspBad) as caught:
            parse_ocsp(data)
        assert caught.value.code == "trust.ocsp-bad"


def test_any_changed_octet_leaves_no_other_statement(
    node: Issued, issuer: KeySigner, responder: KeySigner
) -> None:
    whole = own(responder, issuer).respond(node.certificate, at=NOW, revoked=NOW)
    (honest,) = answers_for(whole, node.certificate, issuer.certificate)
    chance = random.Random(4)  # noqa: S311 - reproducible
    for _ in range(400):
        changed = bytearray(whole)
        changed[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        said = list(answers_for(bytes(changed), node.certificate, issuer.certificate))

        assert said in ([], [honest])


def test_store_hears_responses_beside_lists(
    pki: Pilot, node: Issued, issuer: KeySigner, responder: KeySigner
) -> None:
    maker = own(responder, issuer)
    later = NOW + timedelta(hours=1)
    good = maker.respond(node.certificate, at=NOW)
    revoked = maker.respond(node.certificate, at=later, revoked=NOW, reason="keyCompromise")
    lists = [crl for crl in pki.crls() if status_by_list(node.certificate, issuer, crl) is None]
    store = TrustStore(pki.anchors, pki.certificates(), lists)

    with pytest.raises(RevocationMissing):
        store.validate(node.certificate, NOW, "node")
    assert store.with_revocations([], [good]).validate(node.certificate, NOW, "node")
    with pytest.raises(Revoked) as caught:
        store.with_revocations([], [good, revoked]).validate(node.certificate, NOW, "node")
    assert caught.value.values["reason"] == "keyCompromise"


def test_directory_may_carry_responses_beside_lists(
    pki: Pilot, node: Issued, issuer: KeySigner, responder: KeySigner
) -> None:
    good = own(responder, issuer).respond(node.certificate, at=NOW)
    snapshot = Snapshot(
        version=1,
        issued=NOW,
        expires=NOW + timedelta(days=7),
        suite="INTL",
        previous=None,
        nodes=(),
        bodies=(),
        certificates=pki.certificates(),
        revocations=(*pki.crls(), good),
    )
    trust = trust_from_snapshot(snapshot, pki.anchors)

    assert (trust.crls, trust.ocsps) == (pki.crls(), (good,))


@pytest.mark.parametrize("kind", ["crl", "ocsp"])
def test_what_was_published_after_the_end_counts_only_where_its_maker_keeps_it(
    node: Issued, issuer: KeySigner, kind: str
) -> None:
    end = certs.validity_of(node.certificate)[1]
    after = end + timedelta(days=1)
    authority = certs.load(issuer.certificate)
    if kind == "crl":
        plain = plain_crl(issuer, after)
        keeping = pilot_crl(issuer, after, authority)
        found = [standing_of(node.certificate, issuer.certificate, [crl]) for crl in
                 (plain, keeping, plain_crl(issuer, end))]  # fmt: skip
    else:
        late = responder_for(issuer, generate_key(), at=after)
        cutoff = asn1.SingleResponseExtension(
            {
                "extn_id": "archive_cutoff",
                "extn_value": core.GeneralizedTime(end - timedelta(days=9)),
            }
        )
        maker = own(late, issuer)
        on_time = own(responder_for(issuer, generate_key(), at=end), issuer)
        found = [
            standing_of(node.certificate, issuer.certificate, (), [data])
            for data in (
                maker.respond(node.certificate, at=after),
                maker.respond(node.certificate, at=after, extensions=[cutoff]),
                on_time.respond(node.certificate, at=end),
            )
        ]

    assert [standing is not None for standing in found] == [False, True, True]


def test_revocation_told_before_the_end_is_not_forgotten_afterwards(
    node: Issued, issuer: KeySigner
) -> None:
    end = certs.validity_of(node.certificate)[1]
    serial = certs.load(node.certificate).serial_number
    told = plain_crl(issuer, end - timedelta(days=3), serial)
    silent = plain_crl(issuer, end + timedelta(days=3))
    standing = standing_of(node.certificate, issuer.certificate, [told, silent])

    assert standing is not None
    assert standing.status.revoked is not None
    assert standing.source == told


def status_by_list(certificate: bytes, issuer: KeySigner, crl: bytes) -> object:
    return revocation.status_of(certificate, issuer.certificate, [crl])


def plain_crl(issuer: KeySigner, at: datetime, *serials: int) -> bytes:
    """A list of a maker that does not keep what has ended."""
    key = issuer._key
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(certs.load(issuer.certificate).subject)
        .last_update(at)
        .next_update(at + timedelta(days=30))
    )
    for serial in serials:
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(at).build()
        builder = builder.add_revoked_certificate(entry)
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def pilot_crl(issuer: KeySigner, at: datetime, authority: x509.Certificate) -> bytes:
    return build_crl(
        issuer=authority, issuer_key=issuer._key, revoked=(), number=9, now=at, days=30
    )


def test_revoked_responder_is_not_heard(tmp_path: Path) -> None:
    pki = Pilot.create(tmp_path / "pki", lambda: NOW, os.urandom)
    node = issue_node(pki, "340000", tmp_path / "node")
    issuer = pki.authority_signer("province")
    checked = responder_for(issuer, generate_key(), at=NOW, no_check=False)
    data = own(checked, issuer).respond(node.certificate, at=NOW)
    crls = _crl_naming(pki, issuer, checked.certificate)

    assert status_of(node.certificate, issuer.certificate, [data], crls) is None


def _crl_naming(pki: Pilot, issuer: KeySigner, certificate: bytes) -> tuple[bytes, ...]:
    crl = build_crl(
        issuer=certs.load(issuer.certificate),
        issuer_key=load_key(pki.folder / "keys/province.key"),
        revoked=[(certs.load(certificate).serial_number, NOW, x509.ReasonFlags.superseded)],
        number=99,
        now=NOW,
        days=7,
    )
    return (crl,)
