"""A package closed and opened: by those it is for, whole, or not at all."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from formats.canonical import to_bytes
from formats.digests import digest
from formats.directory import BodyCertificate
from formats.effects import system_randomness
from formats.envelope.header import Recipient
from formats.envelope.stream import StreamDamaged, sealed_size
from formats.errors import BadInput
from formats.ids import new_id
from signing.cms import sign_attached
from signing.envelope import (
    KeyUnwrapper,
    OpenedDispatch,
    SealedDispatch,
    close_package,
    open_dispatch,
    open_header,
    unwrap_secret,
)
from signing.errors import (
    CapsuleError,
    EnvelopeMismatch,
    IssuerMismatch,
    NoEncryptionCertificate,
    NoKeyOfSuite,
    NotAddressed,
    SignatureInvalid,
    SuiteMismatch,
)
from signing.keys import load_key
from signing.suites import public_key
from signing.trust.errors import Expired
from tests.support.evidence import (
    CITY,
    COUNTY,
    PROVINCE,
    Journey,
    fields_for,
    now,
    start_journey,
)
from tests.support.pki import PilotWorld


@pytest.fixture(scope="module", params=["INTL", "GM"])
def world(request: pytest.FixtureRequest) -> PilotWorld:
    found: PilotWorld = request.getfixturevalue("gm_pilot" if request.param == "GM" else "pilot")
    return found


@pytest.fixture(scope="module")
def journey(world: PilotWorld, tmp_path_factory: pytest.TempPathFactory) -> Journey:
    return start_journey(world, tmp_path_factory.mktemp("journey"))


@pytest.fixture
def opening(journey: Journey, tmp_path: Path) -> "Opening":
    return Opening(journey, tmp_path)


def names_in(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


class Opening:
    """An attempt of a body to open the dispatch, with pieces exchanged at will."""

    def __init__(self, journey: Journey, folder: Path) -> None:
        self.journey = journey
        self.folder = folder
        self.out = folder / "package.asice"
        self.header = journey.sealed.header_p7m
        self.keys = journey.sealed.keys_p7m
        self.payload = journey.sealed.payload_path.read_bytes()

    def open(self, body: str = CITY, token_of: str | None = None) -> OpenedDispatch:
        """Open with the UKEY of ``token_of``, by default the body's own."""
        payload = self.folder / "received.bin"
        payload.write_bytes(self.payload)
        return open_dispatch(
            self.header,
            self.keys,
            payload,
            token=self.journey.world.login(token_of or body),
            trust=self.journey.trust,
            body_id=body,
            out=self.out,
        )

    def refused(self, error: type[Exception], body: str = CITY, token_of: str | None = None) -> str:
        """The sentence of the refusal; nothing may be left behind."""
        with pytest.raises(error) as raised:
            self.open(body, token_of)
        assert names_in(self.folder) in ([], ["received.bin"])
        return raised.value.text() if isinstance(raised.value, BadInput) else str(raised.value)


@pytest.mark.parametrize("body", [CITY, COUNTY])
def test_every_recipient_opens_it_with_its_ukey(opening: Opening, body: str) -> None:
    opened = opening.open(body)

    assert opening.journey.package == opening.out.read_bytes()
    assert opening.journey.sealed.header.recipient(body) == opened.recipient
    assert opening.journey.sealed.package_digest == opened.package_digest
    assert 0o600 == opening.out.stat().st_mode & 0o777


def test_the_sender_can_read_what_it_sent(opening: Opening) -> None:
    opened = opening.open(PROVINCE)

    assert opened.recipient is None
    assert opening.journey.package == opening.out.read_bytes()


def test_the_recovery_key_of_a_body_opens_it(opening: Opening, journey: Journey) -> None:
    pilot = journey.world.pilot
    key = load_key(pilot.recovery_key(CITY, journey.world.suite))
    found = [
        c.certificate
        for c in pilot.body_certificates(CITY)
        if c.usage == "encrypt" and public_key(c.certificate) == key.public_key()
    ]
    opened = open_dispatch(
        opening.header,
        opening.keys,
        journey.sealed.payload_path,
        token=KeyUnwrapper(key, found[0]),
        trust=journey.trust,
        body_id=CITY,
        out=opening.out,
    )

    assert journey.package == opened.package_path.read_bytes()


def test_a_body_not_named_does_not_open_it(opening: Opening) -> None:
    assert "不是发给“340200.bgs”的" in opening.refused(NotAddressed, "340200.bgs", CITY)


def test_the_ukey_of_another_body_does_not_open_it(journey: Journey, tmp_path: Path) -> None:
    recipients = [(journey.sealed.header.recipients[0], CITY)]
    sealed = close_package(
        b"package",
        fields_for(journey.sealed.header.dispatch, suite=journey.world.suite),
        [(r, journey.world.pilot.body_certificates(b)) for r, b in recipients],
        journey.world.signer(PROVINCE),
        randomness=system_randomness,
        clock=now,
        payload_out=tmp_path / "payload.bin",
    )
    with pytest.raises(NotAddressed):
        open_dispatch(
            sealed.header_p7m,
            sealed.keys_p7m,
            sealed.payload_path,
            token=journey.world.login(COUNTY),
            trust=journey.trust,
            body_id=CITY,
            out=tmp_path / "out",
        )
    assert ["payload.bin"] == names_in(tmp_path)


def test_an_altered_payload_is_refused(opening: Opening) -> None:
    opening.payload = opening.payload[:100] + b"X" + opening.payload[101:]

    assert "加密内容不完整或被改动过" in opening.refused(StreamDamaged)


def test_a_payload_cut_short_is_refused(opening: Opening) -> None:
    opening.payload = opening.payload[:-1]

    assert "正文与已签名的路由信息不符" in opening.refused(EnvelopeMismatch)


def test_an_altered_capsule_is_refused(opening: Opening) -> None:
    opening.keys = opening.keys[:-1] + bytes((opening.keys[-1] ^ 1,))

    assert "密钥与已签名的路由信息不符" in opening.refused(EnvelopeMismatch)


def test_an_altered_header_is_refused(opening: Opening) -> None:
    place = opening.header.index(b'"copies":3')
    opening.header = opening.header[: place + 9] + b"9" + opening.header[place + 10 :]

    assert "签名与内容不符" in opening.refused(SignatureInvalid)


def test_pieces_of_another_dispatch_are_refused(
    opening: Opening, world: PilotWorld, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = start_journey(world, tmp_path_factory.mktemp("other"))
    opening.keys = other.sealed.keys_p7m
    opening.refused(EnvelopeMismatch)
    opening.keys = opening.journey.sealed.keys_p7m
    opening.payload = other.sealed.payload_path.read_bytes()
    opening.refused(BadInput)


def rebound(opening: Opening, other: Journey, **changes: object) -> bytes:
    """A header of the honest sender's own key over pieces that do not belong to it."""
    forged = msgspec.structs.replace(opening.journey.sealed.header, **changes)
    return sign_attached(to_bytes(forged), other.world.signer(PROVINCE), at=now())


def test_a_payload_moved_under_another_header_is_refused(
    opening: Opening, world: PilotWorld, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = start_journey(world, tmp_path_factory.mktemp("other"))
    opening.payload = other.sealed.payload_path.read_bytes()
    opening.header = rebound(
        opening,
        other,
        payload_digest=other.sealed.header.payload_digest,
        payload_size=other.sealed.header.payload_size,
    )

    assert "调换" in opening.refused(EnvelopeMismatch)


def test_a_capsule_moved_under_another_header_is_refused(
    opening: Opening, world: PilotWorld, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = start_journey(world, tmp_path_factory.mktemp("other"))
    opening.keys = other.sealed.keys_p7m
    opening.payload = other.sealed.payload_path.read_bytes()
    opening.header = rebound(
        opening,
        other,
        capsule_digest=other.sealed.header.capsule_digest,
        capsule_size=other.sealed.header.capsule_size,
        payload_digest=other.sealed.header.payload_digest,
        payload_size=other.sealed.header.payload_size,
    )

    assert "密钥" in opening.refused(EnvelopeMismatch)


def test_a_header_signed_by_another_body_is_refused(opening: Opening, journey: Journey) -> None:
    forged = sign_attached(to_bytes(journey.sealed.header), journey.world.signer(CITY), at=now())
    opening.header = forged

    assert "不是所声明的“340000.bgt”" in opening.refused(IssuerMismatch)


def test_a_header_by_a_certificate_no_longer_good_is_refused(journey: Journey) -> None:
    with pytest.raises(Expired):
        open_header(
            journey.sealed.header_p7m, trust=journey.trust, at=now() + timedelta(days=36_500)
        )


def test_a_node_reads_the_header_and_its_digest(journey: Journey) -> None:
    signed = open_header(journey.sealed.header_p7m, trust=journey.trust, at=now())

    assert journey.sealed.header == signed.header
    assert digest(journey.sealed.header_p7m, journey.world.suite) == signed.digest


def test_what_was_there_before_stays_when_opening_fails(opening: Opening) -> None:
    opening.out.write_bytes(b"earlier")
    opening.payload = opening.payload[:-1] + b"X"
    with pytest.raises(StreamDamaged):
        opening.open()

    assert b"earlier" == opening.out.read_bytes()
    assert ["package.asice", "received.bin"] == names_in(opening.folder)


def test_closing_for_somebody_else_s_name_is_refused(journey: Journey, tmp_path: Path) -> None:
    with pytest.raises(IssuerMismatch):
        close(journey, tmp_path, signer=CITY)
    assert [] == names_in(tmp_path)


def test_a_recipient_without_an_encryption_certificate_is_refused(
    journey: Journey, tmp_path: Path
) -> None:
    with pytest.raises(NoEncryptionCertificate) as raised:
        close(journey, tmp_path, held=())

    assert "“340100.bgs”没有可用的加密证书" in raised.value.text()
    assert [] == names_in(tmp_path)


def other_than(suite: str) -> str:
    return "INTL" if suite == "GM" else "GM"


def test_a_signer_of_another_suite_does_not_close_it(journey: Journey, tmp_path: Path) -> None:
    with pytest.raises(SuiteMismatch) as raised:
        close(journey, tmp_path, suite=other_than(journey.world.suite))

    assert "signing.suite-mismatch" == raised.value.code
    assert [] == names_in(tmp_path)


def test_a_recipient_with_keys_of_another_suite_alone_is_refused(
    journey: Journey, tmp_path: Path, pilot: PilotWorld, gm_pilot: PilotWorld
) -> None:
    elsewhere = pilot if journey.world is gm_pilot else gm_pilot
    with pytest.raises(NoKeyOfSuite) as raised:
        close(journey, tmp_path, held=elsewhere.pilot.body_certificates(CITY))

    assert "signing.no-key-of-suite" == raised.value.code
    assert f"“{journey.world.suite}”" in raised.value.text()
    assert [] == names_in(tmp_path)


def test_a_body_with_keys_of_both_suites_gets_those_of_the_dispatch_alone(
    journey: Journey, tmp_path: Path, pilot: PilotWorld, gm_pilot: PilotWorld
) -> None:
    both = [*pilot.pilot.body_certificates(CITY), *gm_pilot.pilot.body_certificates(CITY)]
    sealed = close(journey, tmp_path, held=both)
    opened = open_dispatch(
        sealed.header_p7m,
        sealed.keys_p7m,
        sealed.payload_path,
        token=journey.world.login(CITY),
        trust=journey.trust,
        body_id=CITY,
        out=tmp_path / "out",
    )
    elsewhere = pilot if journey.world is gm_pilot else gm_pilot

    assert b"package" == opened.package_path.read_bytes()
    with pytest.raises(NotAddressed):
        unwrap_secret(sealed.keys_p7m, elsewhere.login(CITY))


def close(
    journey: Journey,
    folder: Path,
    *,
    signer: str = PROVINCE,
    held: Sequence[BodyCertificate] | None = None,
    suite: str | None = None,
) -> SealedDispatch:
    recipient = Recipient(consignment=new_id(now, system_randomness), body=CITY)
    if held is None:
        held = journey.world.pilot.body_certificates(CITY)
    return close_package(
        b"package",
        fields_for(new_id(now, system_randomness), suite=suite or journey.world.suite),
        [(recipient, held)],
        journey.world.signer(signer),
        randomness=system_randomness,
        clock=now,
        payload_out=folder / "payload.bin",
    )


def test_a_file_is_closed_as_its_bytes_are(journey: Journey, tmp_path: Path) -> None:
    package = tmp_path / "package.asice"
    package.write_bytes(journey.package)
    recipient = journey.sealed.header.recipients[0]
    sealed = close_package(
        package,
        fields_for(journey.sealed.header.dispatch, suite=journey.world.suite),
        [(recipient, journey.world.pilot.body_certificates(CITY))],
        journey.world.signer(PROVINCE),
        randomness=system_randomness,
        clock=now,
        payload_out=tmp_path / "payload.bin",
    )

    assert journey.sealed.package_digest == sealed.package_digest
    assert sealed_size(len(journey.package)) == sealed.payload_path.stat().st_size


def test_a_hidden_title_is_in_no_piece_that_travels(journey: Journey, tmp_path: Path) -> None:
    recipient = journey.sealed.header.recipients[0]
    sealed = close_package(
        journey.package,
        fields_for(
            journey.sealed.header.dispatch, sensitivity="work_secret", suite=journey.world.suite
        ),
        [(recipient, journey.world.pilot.body_certificates(CITY))],
        journey.world.signer(PROVINCE),
        randomness=system_randomness,
        clock=now,
        payload_out=tmp_path / "payload.bin",
    )
    travelling = sealed.header_p7m + sealed.keys_p7m + sealed.payload_path.read_bytes()

    assert "春节".encode() not in travelling
    assert "春节".encode() in journey.package


def test_a_capsule_is_an_error_of_its_own_kind() -> None:
    assert issubclass(NotAddressed, CapsuleError)
    assert issubclass(EnvelopeMismatch, CapsuleError)
