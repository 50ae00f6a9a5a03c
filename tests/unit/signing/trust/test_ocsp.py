"""OCSP responses judged offline; those of ``openssl ocsp`` and of a responder of our own making."""

import os
import random  # noqa: TID251 - seeded mutations
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import ocsp as asn1
from cryptography import x509

from signing.keys import KeySigner, generate_key, load_key
from signing.pilot import Issued, Pilot, issue_node
from signing.pilot.profiles import build_crl
from signing.trust import certs
from signing.trust.ocsp import OcspBad, answers_for, parse_ocsp, status_of
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
