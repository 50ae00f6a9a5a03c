import os
import random  # noqa: TID251 - seeded mutations
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from formats.errors import YidaoError
from signing.errors import TrustError
from signing.keys import KeySigner
from signing.pilot import (
    Issued,
    Pilot,
    issue_neighbour,
    issue_node,
    issue_timestamp_authority,
    issue_tls,
    revoke,
    write_crl,
)
from signing.trust.certs import Owner, serial_of
from signing.trust.errors import (
    BadPath,
    Expired,
    NotYetValid,
    RevocationMissing,
    RevocationStale,
    Revoked,
    UnknownIssuer,
    WeakCertificate,
    WrongUsage,
)
from signing.trust.store import TrustStore

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def clock() -> datetime:
    return NOW


def new_pilot(folder: Path) -> Pilot:
    return Pilot.create(folder / "pki", clock, os.urandom)


def trust_of(pki: Pilot) -> TrustStore:
    return TrustStore(pki.anchors, pki.certificates(), pki.crls())


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pilot:
    return new_pilot(tmp_path_factory.mktemp("pki"))


@pytest.fixture(scope="module")
def node(pki: Pilot, tmp_path_factory: pytest.TempPathFactory) -> Issued:
    return issue_node(pki, "340000", tmp_path_factory.mktemp("node"))


def refusal(certificate: bytes, trust: TrustStore, at: datetime = NOW) -> type[TrustError]:
    with pytest.raises(TrustError) as caught:
        trust.validate(certificate, at, "sign")
    assert all("{" not in sentence for sentence in caught.value.sentences())
    return caught.type


def crafted(
    pki: Pilot,
    *,
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | None = None,
    issuer: KeySigner | None = None,
    critical: x509.UnrecognizedExtension | None = None,
) -> bytes:
    """A signing certificate with something wrong in it, under the province's CA or another."""
    signer = issuer or pki.authority_signer("province")
    public = (key or ec.generate_private_key(ec.SECP256R1())).public_key()
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "来历不明的单位")])
    known = x509.load_der_x509_certificate(pki.directory_signer().certificate)
    usage = known.extensions.get_extension_for_class(x509.KeyUsage).value
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(x509.load_der_x509_certificate(signer.certificate).subject)
        .public_key(public)
        .serial_number(4711)
        .not_valid_before(NOW - timedelta(hours=1))
        .not_valid_after(NOW + timedelta(days=30))
        .add_extension(usage, critical=True)
    )
    if critical is not None:
        builder = builder.add_extension(critical, critical=True)
    return builder.sign(signer._key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def test_a_certificate_of_the_province_is_trusted_up_to_the_root(pki: Pilot, node: Issued) -> None:
    path = trust_of(pki).validate(node.certificate, NOW, "node")

    assert (pki.authority("province"), pki.root) == path.issuers
    assert Owner("node", "340000", "电子公文交换节点 340000") == path.owner
    assert path.revoked_later is None


def test_the_issuer_may_come_along_instead_of_from_the_directory(pki: Pilot, node: Issued) -> None:
    trust = TrustStore(pki.anchors, (), pki.crls())

    assert trust.validate(node.certificate, NOW, "node", node.chain).issuers[-1] == pki.root


def test_a_body_of_the_neighbour_is_trusted_through_the_cross_certificate(
    pki: Pilot, tmp_path: Path
) -> None:
    issued = issue_neighbour(pki, "320000.bgt", "江苏省人民政府办公厅", tmp_path)

    path = trust_of(pki).validate(issued.certificate, NOW, "sign")

    assert pki.root == path.issuers[-1]
    assert "320000.bgt" == path.owner.id


def test_the_neighbour_may_not_issue_names_of_this_province(
    pki: Pilot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signing.pilot.issue.NEIGHBOUR", "安徽省")
    issued = issue_neighbour(pki, "340000.bgt", "安徽省人民政府办公厅", tmp_path)

    assert BadPath is refusal(issued.certificate, trust_of(pki))


def test_an_expired_certificate_is_refused_as_expired(pki: Pilot, node: Issued) -> None:
    assert Expired is refusal(node.certificate, trust_of(pki), NOW + timedelta(days=4 * 365))


def test_a_certificate_is_refused_before_it_begins(pki: Pilot, node: Issued) -> None:
    assert NotYetValid is refusal(node.certificate, trust_of(pki), NOW - timedelta(days=3))


def test_an_unknown_root_leaves_the_question_open(pki: Pilot, node: Issued, tmp_path: Path) -> None:
    other = new_pilot(tmp_path)
    trust = TrustStore(other.anchors, pki.certificates(), pki.crls())

    assert UnknownIssuer is refusal(node.certificate, trust)
    assert UnknownIssuer.indeterminate


def test_without_revocation_lists_the_question_stays_open(pki: Pilot, node: Issued) -> None:
    trust = TrustStore(pki.anchors, pki.certificates(), ())

    assert RevocationMissing is refusal(node.certificate, trust)
    assert RevocationMissing.indeterminate


def test_a_garbled_revocation_list_counts_as_missing(pki: Pilot, node: Issued) -> None:
    trust = TrustStore(pki.anchors, pki.certificates(), (b"garbage", pki.crls()[0]))

    assert RevocationMissing is refusal(node.certificate, trust)


def test_a_revocation_list_of_another_key_counts_as_missing(
    pki: Pilot, node: Issued, tmp_path: Path
) -> None:
    trust = TrustStore(pki.anchors, pki.certificates(), new_pilot(tmp_path).crls())

    assert RevocationMissing is refusal(node.certificate, trust)


def test_a_list_of_some_certificates_only_counts_as_missing(pki: Pilot, node: Issued) -> None:
    """An issuing distribution point narrows a list; RFC 5280 5.2.5."""
    signer = pki.authority_signer("province")
    partial = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(x509.load_der_x509_certificate(signer.certificate).subject)
        .last_update(NOW)
        .next_update(NOW + timedelta(days=1))
        .add_extension(
            x509.IssuingDistributionPoint(None, None, False, True, None, False, False),  # noqa: FBT003 - its constructor has no better
            critical=True,
        )
        .sign(signer._key, hashes.SHA256())
        .public_bytes(serialization.Encoding.DER)
    )
    trust = TrustStore(pki.anchors, pki.certificates(), (pki.crls()[0], partial))

    assert RevocationMissing is refusal(node.certificate, trust)


def test_a_stale_revocation_list_leaves_the_question_open(pki: Pilot, node: Issued) -> None:
    assert RevocationStale is refusal(node.certificate, trust_of(pki), NOW + timedelta(days=31))
    assert RevocationStale.indeterminate


def test_grace_lets_a_list_count_longer(pki: Pilot, node: Issued) -> None:
    trust = TrustStore(pki.anchors, pki.certificates(), pki.crls(), grace=timedelta(days=2))

    assert trust.validate(node.certificate, NOW + timedelta(days=31), "node").owner.id == "340000"


def test_a_certificate_revoked_before_is_refused(tmp_path: Path) -> None:
    pki = new_pilot(tmp_path)
    issued = issue_node(pki, "340000", tmp_path)
    revoke(pki, serial_of(issued.certificate), reason="keyCompromise", at=NOW)

    assert Revoked is refusal(issued.certificate, trust_of(pki))
    assert not Revoked.indeterminate


def test_a_certificate_revoked_afterwards_is_trusted_and_says_so(tmp_path: Path) -> None:
    pki = new_pilot(tmp_path)
    issued = issue_node(pki, "340000", tmp_path)
    revoke(pki, serial_of(issued.certificate), at=NOW + timedelta(days=1))

    path = trust_of(pki).validate(issued.certificate, NOW, "node")

    assert NOW + timedelta(days=1) == path.revoked_later


def test_a_revoked_authority_takes_its_certificates_with_it(tmp_path: Path) -> None:
    pki = new_pilot(tmp_path)
    issued = issue_node(pki, "340000", tmp_path)
    province = pki.authority("province")
    revoke(pki, serial_of(province), reason="cACompromise", at=NOW)
    trust = TrustStore(pki.anchors, (province,), pki.crls())

    assert Revoked is refusal(issued.certificate, trust)


def test_a_revoked_cross_certificate_ends_trust_in_the_neighbour(tmp_path: Path) -> None:
    pki = new_pilot(tmp_path)
    issued = issue_neighbour(pki, "320000.bgt", "江苏省人民政府办公厅", tmp_path)
    revoke(pki, serial_of(issued.chain[0]), reason="cessationOfOperation", at=NOW)
    trust = TrustStore(pki.anchors, issued.chain, pki.crls())

    assert Revoked is refusal(issued.certificate, trust)


def test_a_newer_list_overrules_an_older_one(tmp_path: Path) -> None:
    pki = new_pilot(tmp_path)
    issued = issue_node(pki, "340000", tmp_path)
    old = trust_of(pki)
    pki.clock = lambda: NOW + timedelta(hours=1)
    revoke(pki, serial_of(issued.certificate), at=NOW)

    assert "340000" == old.validate(issued.certificate, NOW, "node").owner.id
    assert Revoked is refusal(issued.certificate, old.with_crls(pki.crls()))


def test_uses_are_kept_apart(pki: Pilot, node: Issued, tmp_path: Path) -> None:
    tsa = issue_timestamp_authority(pki, tmp_path).certificate
    tls = issue_tls(pki, tmp_path).certificate
    directory = pki.directory_signer().certificate
    body = issue_neighbour(pki, "320000.bgt", "江苏省人民政府办公厅", tmp_path).certificate
    trust, allowed = trust_of(pki), set()
    named = {"node": node.certificate, "tsa": tsa, "tls": tls, "dir": directory, "body": body}
    for name, certificate in named.items():
        for usage in ("sign", "encrypt", "timestamp", "node", "directory"):
            try:
                trust.validate(certificate, NOW, usage)  # a second search would fail
            except WrongUsage:
                continue
            allowed.add((name, usage))

    expected = {"node sign", "node node", "tsa timestamp", "dir directory", "body sign"}
    assert {tuple(pair.split()) for pair in expected} == allowed


def test_a_ca_may_not_sign_documents(pki: Pilot) -> None:
    assert WrongUsage is refusal(pki.authority("province"), trust_of(pki))


def test_a_weak_key_is_refused(pki: Pilot) -> None:
    weak = crafted(pki, key=rsa.generate_private_key(65537, 1024))  # noqa: S505 - too weak on purpose

    assert WeakCertificate is refusal(weak, trust_of(pki))


def test_another_curve_is_refused(pki: Pilot) -> None:
    other = crafted(pki, key=ec.generate_private_key(ec.SECP256K1()))

    assert WeakCertificate is refusal(other, trust_of(pki))


def test_a_certificate_under_a_body_s_own_key_is_refused(pki: Pilot, tmp_path: Path) -> None:
    """A UKEY holder may not act as an issuer; RFC 5280 6.1.4 (k)."""
    holder = issue_neighbour(pki, "320000.bgt", "江苏省人民政府办公厅", tmp_path)
    resigned = crafted(pki, issuer=holder.signer())
    trust = TrustStore(pki.anchors, (*pki.certificates(), holder.certificate), pki.crls())

    assert BadPath is refusal(resigned, trust)


def test_an_unknown_critical_extension_is_refused(pki: Pilot) -> None:
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4.5"), b"\x05\x00")
    odd = crafted(pki, critical=unknown)

    assert BadPath is refusal(odd, trust_of(pki))


def test_a_path_is_found_once_and_judged_at_any_time(pki: Pilot, node: Issued) -> None:
    trust = trust_of(pki)
    trust.validate(node.certificate, NOW, "node")
    trust._find = None  # type: ignore[method-assign, assignment]  # a second search would fail

    assert Expired is refusal(node.certificate, trust, NOW + timedelta(days=2000))
    assert trust.validate(node.certificate, NOW, "node").at == NOW


def test_the_pilot_writes_ever_higher_crl_numbers(tmp_path: Path) -> None:
    pki = new_pilot(tmp_path)
    write_crl(pki, "province")
    crl = x509.load_der_x509_crl(pki.read("crls/province.crl"))

    assert 2 == crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number


def test_mutated_certificates_end_in_coded_errors(pki: Pilot, node: Issued) -> None:
    """As the certificate in question and as one that came along."""
    source = random.Random(20261123)  # noqa: S311 - as above
    trust = TrustStore(pki.anchors, (), pki.crls())
    issuer = node.chain[0]
    for _ in range(150):
        victim = bytearray(source.choice((node.certificate, issuer)))
        for _ in range(source.randint(1, 3)):
            victim[source.randrange(len(victim))] = source.randrange(256)
        broken = bytes(victim)
        for certificate, extra in ((broken, (issuer,)), (node.certificate, (broken, issuer))):
            with suppress(YidaoError):
                trust.validate(certificate, NOW, "node", extra)
