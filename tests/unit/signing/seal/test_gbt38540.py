"""Electronic seals: made, read and checked in every version; whatever is altered is refused."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formats.effects import system_clock, system_randomness
from formats.errors import BadInput, TooLarge, YidaoError
from formats.limits import MAX_ESEAL_BYTES
from signing import der, suites
from signing.errors import SealRefused, SignatureInvalid
from signing.keys import KeySigner
from signing.pilot import issue_node, issue_timestamp_authority, revoke
from signing.pilot.seals import seal_maker
from signing.pilot.store import Pilot
from signing.seal import eseal_errors as faults
from signing.seal.eseal import ElectronicSeal, Extension, SealPicture
from signing.seal.eseal_write import SealOrder
from signing.seal.gbt38540 import (
    make_seal,
    make_signature,
    parse_seal,
    parse_signature,
    verify_seal,
    verify_signature,
)
from signing.timestamp import LocalAuthority, token_source
from signing.trust import certs
from signing.trust.store import TrustStore

NOW = datetime.now(UTC).replace(microsecond=0)  # noqa: TID251 - the pilot's clock is the system's
SQUARE = SealPicture(
    "SVG",
    b'<svg xmlns="http://www.w3.org/2000/svg" version="1.1" width="4mm" height="4mm"'
    b' viewBox="0 0 200 200">\n<path fill="#f00" d="M0 0l200 0l0 200l-200 0z"/>\n</svg>\n',
    4,
    4,
)
"""The smallest seal there is: a red square."""


@dataclass(frozen=True)
class Shop:
    """A seal authority and its customers, in both suites."""

    pki: Pilot
    makers: dict[str, KeySigner]
    signers: dict[str, KeySigner]
    stamper: KeySigner

    @property
    def trust(self) -> TrustStore:
        """What the customers trust."""
        return TrustStore(self.pki.anchors, self.pki.certificates(), self.pki.crls())

    def order(self, suite: str = "INTL", **changes: object) -> SealOrder:
        """A good order, some of it changed."""
        order = SealOrder(
            id="0123ABCD",
            vendor="TEST",
            name="某机关",
            kind="body",
            certificates=(self.signers[suite].certificate,),
            picture=SQUARE,
            created=NOW,
            since=NOW - timedelta(hours=1),
            until=NOW + timedelta(days=30),
        )
        return replace(order, **changes)  # type: ignore[arg-type]  # fields of SealOrder

    def seal(self, suite: str = "INTL", version: int = 4, **changes: object) -> bytes:
        """A seal made to that order."""
        return make_seal(
            self.order(suite, **changes),
            maker=self.makers[suite],
            version=version,  # type: ignore[arg-type]  # 4 or 5
        )

    def check(self, seal: bytes, suite: str = "INTL", at: datetime = NOW) -> ElectronicSeal:
        """The seal as its owner verifies it."""
        """A seal made to that order."""
        certificate = self.signers[suite].certificate
        return verify_seal(seal, trust=self.trust, at=at, certificate=certificate)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    folder = tmp_path_factory.mktemp("shop")
    pki = Pilot.create(folder / "pki", system_clock, system_randomness)
    return Shop(
        pki,
        {suite: seal_maker(pki, suite) for suite in ("INTL", "GM")},
        {
            suite: issue_node(pki, "340000", folder / suite, suite=suite).signer()
            for suite in ("INTL", "GM")
        },
        issue_timestamp_authority(pki, folder / "tsa").signer(),
    )


def first_version(shop: Shop) -> bytes:
    """A seal of GM/T 0031-2014, as its implementations write it: certificates without a form."""
    info, cert, algorithm, _ = der.read(shop.seal()).children()
    header, identity, properties, picture = info.children()
    kind, name, _form, listed, *times = properties.children()
    mark, _version, vendor = header.children()
    old = der.sequence(
        der.sequence(mark.raw, der.integer(1), vendor.raw),
        identity.raw,
        der.sequence(kind.raw, name.raw, listed.raw, *(der.time(time.instant()) for time in times)),
        picture.raw,
    )
    value = shop.makers["INTL"].sign(der.sequence(old, cert.raw, algorithm.raw))
    signature = der.encode(der.BIT_STRING, b"\x00" + value)
    return der.sequence(old, der.sequence(cert.raw, algorithm.raw, signature))


@pytest.mark.parametrize("version", [4, 5])
@pytest.mark.parametrize("suite", ["INTL", "GM"])
@pytest.mark.parametrize("by_digest", [False, True], ids=["certificates", "digests"])
def test_seal_says_what_was_ordered(suite: str, version: int, by_digest: bool, shop: Shop) -> None:
    extension = Extension("2.25.1", critical=True, value=b"x")
    made = shop.seal(suite, version, by_digest=by_digest, extensions=(extension,))
    seal, order = shop.check(made, suite), shop.order(suite)

    assert (seal.version, seal.vendor, seal.id) == (version, order.vendor, order.id)
    assert (seal.name, seal.kind, seal.picture) == (order.name, "body", SQUARE)
    assert (seal.created, seal.since, seal.until) == (order.created, order.since, order.until)
    assert (seal.extensions, seal.der) == ((extension,), made)
    assert bool(seal.digests) == by_digest != bool(seal.certificates)
    assert seal.maker == shop.makers[suite].certificate


def test_stamp_of_a_person_is_told_from_a_seal_of_a_body(shop: Shop) -> None:
    assert shop.check(shop.seal(kind="personal")).personal


def test_seal_of_the_first_version_is_read_and_verified(shop: Shop) -> None:
    seal = shop.check(first_version(shop))

    assert (seal.version, seal.name) == (1, "某机关")


@pytest.mark.parametrize("suite", ["INTL", "GM"])
def test_no_byte_of_a_seal_can_be_changed(suite: str, shop: Shop) -> None:
    seal, trust = shop.seal(suite), shop.trust
    certificate = shop.signers[suite].certificate
    accepted = []
    for place in range(len(seal)):
        spoiled = bytearray(seal)
        spoiled[place] ^= 1 << (place % 8)
        try:
            verify_seal(bytes(spoiled), trust=trust, at=NOW, certificate=certificate)
        except BadInput:
            continue
        accepted.append(place)

    assert [] == accepted


@given(data=st.binary(max_size=300))
def test_junk_is_no_seal(data: bytes) -> None:
    with pytest.raises(BadInput):
        parse_seal(data)


@given(cut=st.integers(min_value=1, max_value=700), more=st.binary(min_size=1, max_size=3))
def test_cut_or_longer_seal_is_malformed(cut: int, more: bytes, shop: Shop) -> None:
    seal = shop.seal()

    for spoiled in (seal[:-cut], seal + more):
        with pytest.raises(faults.SealMalformed):
            parse_seal(spoiled)


@given(
    name=st.text(min_size=1, max_size=40).filter(str.isprintable),
    identity=st.text("0123456789ABCDEF", min_size=1, max_size=40),
    days=st.integers(min_value=1, max_value=9000),
    width=st.integers(min_value=1, max_value=100),
    value=st.binary(max_size=40),
)
def test_every_order_comes_back_as_it_was_given(  # noqa: PLR0917 - hypothesis passes them by name
    name: str, identity: str, days: int, width: int, value: bytes, shop: Shop
) -> None:
    head = SQUARE.data.replace(b'width="4mm"', b'width="%dmm"' % width)
    data = head.replace(b"0 0 200 200", b"0 0 %d 200" % (width * 50))
    order = shop.order(
        name=name,
        id=identity,
        until=NOW + timedelta(days=days),
        picture=SealPicture("SVG", data, width, 4),
        extensions=(Extension("1.2.3", critical=False, value=value),),
    )
    seal = parse_seal(make_seal(order, maker=shop.makers["INTL"]))

    assert (seal.name, seal.id, seal.until) == (order.name, order.id, order.until)
    assert (seal.picture, seal.extensions) == (order.picture, tuple(order.extensions))


def test_too_large_a_seal_is_not_read() -> None:
    with pytest.raises(TooLarge):
        parse_seal(bytes(MAX_ESEAL_BYTES + 1))


# --- one fault, one error -----------------------------------------------------------------------
@pytest.mark.parametrize("version", [0, 2, 3, 6])
def test_unknown_version_is_said(version: int, shop: Shop) -> None:
    seal = shop.seal()
    at = seal.index(b"ES\x02\x01\x04") + 4

    with pytest.raises(faults.SealVersion) as caught:
        parse_seal(seal[:at] + bytes([version]) + seal[at + 1 :])
    assert str(version) in caught.value.text()


def test_seal_signed_by_another_key_than_its_maker_s_is_forged(shop: Shop) -> None:
    class Borrowed(KeySigner):
        certificate = shop.makers["INTL"].certificate

    other = shop.signers["INTL"]
    borrowed = Borrowed(other._key, other.certificate)

    with pytest.raises(faults.SealForged) as caught:
        shop.check(make_seal(shop.order(), maker=borrowed))
    assert caught.value.text()


def test_seal_made_by_one_who_may_not_make_seals_is_refused(shop: Shop) -> None:
    with pytest.raises(faults.SealMakerBad) as caught:
        shop.check(make_seal(shop.order(), maker=shop.signers["INTL"]))
    assert "制作电子印章" in caught.value.text()


def test_maker_that_nobody_vouches_for_is_not_settled(shop: Shop, tmp_path: Path) -> None:
    stranger = Pilot.create(tmp_path / "pki", system_clock, system_randomness)

    with pytest.raises(faults.SealMakerUnknown) as caught:
        shop.check(make_seal(shop.order(), maker=seal_maker(stranger)))
    assert caught.value.indeterminate


def test_seal_of_a_maker_revoked_before_is_refused(shop: Shop, tmp_path: Path) -> None:
    pki = Pilot.create(tmp_path / "pki", system_clock, system_randomness)
    maker = seal_maker(pki)
    revoke(pki, certs.serial_of(maker.certificate), at=NOW - timedelta(hours=2))
    trust = TrustStore(pki.anchors, pki.certificates(), pki.crls())
    certificate = shop.signers["INTL"].certificate

    with pytest.raises(faults.SealMakerBad):
        verify_seal(
            make_seal(shop.order(), maker=maker), trust=trust, at=NOW, certificate=certificate
        )


@pytest.mark.parametrize("days", [-0.5, 31], ids=["before", "after"])
def test_seal_outside_its_validity_is_refused(days: float, shop: Shop) -> None:
    seal = shop.seal(since=NOW)

    with pytest.raises(faults.SealNotValid) as caught:
        shop.check(seal, at=NOW + timedelta(days=days))
    assert "某机关" in caught.value.text()


def test_validity_takes_in_its_first_and_last_second(shop: Shop) -> None:
    seal = shop.seal(since=NOW - timedelta(hours=1), until=NOW)

    assert shop.check(seal, at=NOW - timedelta(hours=1)) == shop.check(seal, at=NOW)


@pytest.mark.parametrize("by_digest", [False, True], ids=["certificates", "digests"])
def test_seal_made_for_another_certificate_is_refused(by_digest: bool, shop: Shop) -> None:
    seal = shop.seal(certificates=(shop.stamper.certificate,), by_digest=by_digest)

    with pytest.raises(faults.SealNotOurs) as caught:
        shop.check(seal)
    assert caught.value.text()


@pytest.mark.parametrize("name", ["SM3", "sm3", "1.2.156.10197.1.401", "SHA256", "SHA-256"])
def test_digest_of_a_certificate_is_known_by_its_usual_names(name: str, shop: Shop) -> None:
    suite = suites.GM if "3" in name[:3] or name.startswith("1.2.156") else suites.INTL
    certificate = shop.signers["INTL"].certificate
    plain = shop.seal(by_digest=True)
    listed = der.sequence(
        der.encode(0x13, suites.INTL.digest_oid.encode()),
        der.octets(suites.INTL.digest(certificate)),
    )
    renamed = der.sequence(der.encode(0x13, name.encode()), der.octets(suite.digest(certificate)))
    info, cert, algorithm, _ = der.read(plain).children()
    header, identity, properties, picture = info.children()
    kind, title, form, _, *times = properties.children()
    changed = der.sequence(
        header.raw,
        identity.raw,
        der.sequence(
            kind.raw, title.raw, form.raw, der.sequence(renamed), *(time.raw for time in times)
        ),
        picture.raw,
    )
    value = shop.makers["INTL"].sign(changed)
    signature = der.encode(der.BIT_STRING, b"\x00" + value)

    assert listed in plain
    assert shop.check(der.sequence(changed, cert.raw, algorithm.raw, signature)).digests


def test_seal_taken_out_of_use_is_refused_from_then_on(shop: Shop) -> None:
    certificate, known = shop.signers["INTL"].certificate, shop.trust
    trust = TrustStore(
        known.anchors, known.intermediates, known.crls, ended_seals={"0123ABCD": NOW}
    )

    def at(moment: datetime) -> ElectronicSeal:
        return verify_seal(shop.seal(), trust=trust, at=moment, certificate=certificate)

    assert at(NOW - timedelta(seconds=1)).id == "0123ABCD"
    with pytest.raises(faults.SealRevoked) as caught:
        at(NOW)
    assert "某机关" in caught.value.text()


@pytest.mark.parametrize("kind", ["OFD", "GIF"])
def test_picture_of_another_kind_is_refused_when_made_and_when_read(kind: str, shop: Shop) -> None:
    seal = shop.seal()
    at = seal.index(b"SVG")
    renamed = seal[:at] + kind.encode() + seal[at + 3 :]
    info, cert, algorithm, _ = der.read(renamed).children()
    value = der.encode(der.BIT_STRING, b"\x00" + shop.makers["INTL"].sign(info.raw))

    with pytest.raises(faults.SealPictureBad) as caught:
        shop.check(der.sequence(info.raw, cert.raw, algorithm.raw, value))
    with pytest.raises(faults.SealPictureBad):
        shop.seal(picture=replace(SQUARE, kind=kind))
    assert kind in caught.value.text()


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "标识"},
        {"vendor": ""},
        {"certificates": ()},
        {"until": NOW - timedelta(days=1)},
        {"name": "换\n行"},
        {"picture": replace(SQUARE, width_mm=101)},
    ],
    ids=["id", "vendor", "nobody", "backwards", "line break", "wide"],
)
def test_order_that_would_make_no_good_seal_is_refused(
    changes: dict[str, object], shop: Shop
) -> None:
    with pytest.raises(SealRefused) as caught:
        make_seal(shop.order("INTL", **changes), maker=shop.makers["INTL"])
    assert caught.value.text()


# --- the time-stamp of version 5 ----------------------------------------------------------------
def stamped(shop: Shop, version: int = 5, wrong: bytes = b"") -> bytes:
    source = LocalAuthority(shop.stamper, lambda: NOW, system_randomness)
    token = token_source(source, system_randomness)
    return make_seal(
        shop.order(),
        maker=shop.makers["INTL"],
        version=version,  # type: ignore[arg-type]  # 4 is what is tried too
        timestamp=lambda value: token(value + wrong),
    )


def test_fifth_version_may_carry_a_time_stamp(shop: Shop) -> None:
    assert shop.check(stamped(shop)).timestamp is not None


def test_time_stamp_over_another_signature_is_forged(shop: Shop) -> None:
    with pytest.raises(faults.SealForged):
        shop.check(stamped(shop, wrong=b"x"))


def test_fourth_version_has_no_place_for_a_time_stamp(shop: Shop) -> None:
    with pytest.raises(SealRefused):
        stamped(shop, version=4)


# --- SES_Signature ------------------------------------------------------------------------------
@pytest.mark.parametrize("suite", ["INTL", "GM"])
@pytest.mark.parametrize("with_stamp", [False, True], ids=["plain", "stamped"])
def test_signature_with_a_seal_is_verified(suite: str, with_stamp: bool, shop: Shop) -> None:
    digest = suites.suite_named(suite).digest(b"Signature.xml")
    source = LocalAuthority(shop.stamper, lambda: NOW, system_randomness)
    made = make_signature(
        shop.seal(suite),
        digest,
        signer=shop.signers[suite],
        at=NOW,
        property_info="/Doc_0/Signs/Sign_0/Signature.xml",
        extensions=(Extension("1.2.3", critical=True, value=b"y"),),
        timestamp=token_source(source, system_randomness) if with_stamp else None,
    )
    found = verify_signature(made, digest, trust=shop.trust)

    assert (found.at, found.digest) == (NOW, digest)
    assert found.property_info == "/Doc_0/Signs/Sign_0/Signature.xml"
    assert (found.extensions[0].value, found.seal.name) == (b"y", "某机关")
    assert with_stamp == (found.timestamp is not None)


def test_signature_over_another_document_is_invalid(shop: Shop) -> None:
    made = make_signature(
        shop.seal(), b"d" * 32, signer=shop.signers["INTL"], at=NOW, property_info="x"
    )

    with pytest.raises(SignatureInvalid):
        verify_signature(made, b"e" * 32, trust=shop.trust)


def test_signature_with_a_seal_of_another_is_refused(shop: Shop) -> None:
    made = make_signature(
        shop.seal("GM"), b"d" * 32, signer=shop.signers["INTL"], at=NOW, property_info="x"
    )

    with pytest.raises(faults.SealNotOurs):
        verify_signature(made, b"d" * 32, trust=shop.trust)


def test_no_byte_of_a_signature_can_be_changed(shop: Shop) -> None:
    signer, trust = shop.signers["INTL"], shop.trust
    made = make_signature(shop.seal(), b"d" * 32, signer=signer, at=NOW, property_info="x")
    accepted = []
    for place in range(0, len(made), 3):
        spoiled = bytearray(made)
        spoiled[place] ^= 1 << (place % 8)
        try:
            verify_signature(bytes(spoiled), b"d" * 32, trust=trust)
        except YidaoError:
            continue
        accepted.append(place)

    assert [] == accepted


@given(data=st.binary(max_size=200))
def test_junk_is_no_signature(data: bytes) -> None:
    with pytest.raises(BadInput):
        parse_signature(data)
