"""Verdicts on packages: sender, seal, recipient, members."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from formats.directory import Body, Snapshot
from formats.ids import new_id
from formats.package.archive import AttachedFile, build_package, content_members, parts_of
from formats.package.manifest import Addressee, Manifest, RulesResult
from signing.cms import sign_detached
from signing.pilot.issue import issue_neighbour
from signing.trust.store import TrustStore
from signing.verdict.package import sends_for, verify_package
from signing.verdict.report import Verdict
from tests.support.attacks import ATTACKS
from tests.support.sealed import CITY, COUNTY, PROVINCE, Hands, plain_pdf


@dataclass(frozen=True)
class Sending:
    """What a package is made of, to be varied."""

    hands: Hands
    document: bytes
    sender: str = PROVINCE
    recipients: tuple[str, ...] = (CITY, COUNTY)
    suite: str = "INTL"

    def package(self) -> bytes:
        """The package, signed by its sender."""
        now = self.hands.now
        pilot = self.hands.world.pilot

        def fresh() -> str:
            return new_id(lambda: now, pilot.randomness)

        members = content_members(
            self.document, b"<document/>", [AttachedFile("附件.txt", "text/plain", b"text")]
        )
        parts = parts_of(members, self.suite)  # type: ignore[arg-type]  # the test's literal
        manifest = Manifest(
            suite=self.suite,  # type: ignore[arg-type]  # the test's literal
            dispatch=fresh(),
            created=now,
            sender=self.sender,
            sensitivity="public",
            document=next(part.digest for part in parts if part.name == "document.pdf"),
            parts=parts,
            recipients=tuple(
                Addressee(consignment=fresh(), body=body, role="main", copies=1)
                for body in self.recipients
            ),
            sequence=0,
            parent=None,
            directory_version=1,
            rules=RulesResult(version="1", checked=now),
        )
        signer = self.hands.world.signer(self.sender)
        # Not `sign_package`, which refuses what a dishonest sender would do.
        return build_package(members, manifest, lambda asic: sign_detached(asic, signer, at=now))

    def verdict(self, data: bytes | None = None, recipient: str = CITY) -> Verdict:
        """What the recipient makes of it."""
        return verify_package(
            data or self.package(),
            trust=self.hands.trust,
            now=self.hands.now,
            recipient=recipient,
            sender=self.sender,
        )


@pytest.fixture(scope="module")
def sending(hands: Hands, sealed: bytes) -> Sending:
    return Sending(hands, sealed)


def test_honest_package_is_green(sending: Sending) -> None:
    verdict = sending.verdict()

    assert verdict.status == "green"
    assert [s.kind for s in verdict.signatures] == ["certification", "package"]


def test_package_for_others_is_red(sending: Sending) -> None:
    verdict = replace(sending, recipients=(COUNTY,)).verdict()

    assert (verdict.status, verdict.has("recipient")) == ("red", True)


def test_sender_that_did_not_seal_is_red(sending: Sending) -> None:
    verdict = replace(sending, sender=CITY, recipients=(COUNTY,)).verdict(recipient=COUNTY)

    assert (verdict.status, verdict.has("package-seal")) == ("red", True)


def bodies(*known: Body) -> Snapshot:
    """A directory of those bodies, of which only they matter here."""
    now = datetime(2026, 11, 24, tzinfo=UTC)
    return Snapshot(
        version=1, issued=now, expires=now, suite="INTL", previous=None, nodes=(), bodies=known,
        certificates=(), revocations=(),
    )  # fmt: skip


def body(id_: str, parent: str | None = None, *, is_office: bool = True) -> Body:
    return Body(
        id=id_, name=id_, short_name=id_, level="province", node=id_[:6], parent=parent,
        is_office=is_office,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("sealer", "sender", "allowed"),
    [
        (body("340000.gov"), body("340000.bgt", "340000.gov"), True),
        (body("340000.gov", "340000.bgt"), body("340000.bgt"), True),
        (body("340000.gov"), body("340000.jyt", "340000.gov", is_office=False), False),
        (body("340000.jyt", "340000.bgt", is_office=False), body("340000.bgt"), False),
        (body("340000.gov"), body("340100.bgs", "340000.gov"), False),
        (body("340000.gov"), body("340000.bgt"), False),
    ],
    ids=["office of it", "office above", "department", "of a department", "lower", "unrelated"],
)
def test_office_sends_for_its_own_government_alone(
    sealer: Body, sender: Body, *, allowed: bool
) -> None:
    assert sends_for(bodies(sealer, sender), sender.id, sealer.id) is allowed
    assert not sends_for(None, sender.id, sealer.id)
    assert not sends_for(bodies(sender), sender.id, sealer.id)


def test_document_of_a_government_sent_by_its_office_is_not_red(
    hands: Hands, tmp_path: Path
) -> None:
    government = issue_neighbour(
        hands.world.pilot, "340000.gov", "安徽省人民政府", tmp_path
    ).signer()
    sending = Sending(hands, hands.seal(plain_pdf(), signer=government))
    directory = bodies(body("340000.gov"), body(PROVINCE, "340000.gov"))

    def verdict(known: Snapshot | None) -> Verdict:
        return verify_package(sending.package(), trust=hands.trust, now=hands.now, directory=known)

    served, unknown = verdict(directory), verdict(None)

    assert ("green", ["package-office"]) == (served.status, [r.code for r in served.reasons])
    assert "安徽省人民政府" in served.reasons[0].text
    assert ("red", True) == (unknown.status, unknown.has("package-seal"))


def test_sender_other_than_the_routing_header_says_is_red(sending: Sending) -> None:
    verdict = verify_package(
        sending.package(), trust=sending.hands.trust, now=sending.hands.now, sender=CITY
    )

    assert (verdict.status, verdict.has("package-signer")) == ("red", True)


def test_declared_suite_must_be_the_one_used(sending: Sending) -> None:
    verdict = replace(sending, suite="GM").verdict()

    assert (verdict.status, verdict.has("suite")) == ("red", True)


def test_manipulated_pdf_makes_the_package_red(sending: Sending, sealed: bytes) -> None:
    evil = ATTACKS["page_content_added"](sealed)
    verdict = replace(sending, document=evil).verdict()

    assert (verdict.status, verdict.has("modified")) == ("red", True)


def test_unsealed_document_makes_the_package_red(sending: Sending) -> None:
    verdict = replace(sending, document=plain_pdf()).verdict()

    assert (verdict.status, verdict.has("unsigned")) == ("red", True)


def test_unknown_authority_is_amber(sending: Sending) -> None:
    pilot = sending.hands.world.pilot
    trust = TrustStore([pilot.authority("neighbour")], (), pilot.crls())
    verdict = verify_package(sending.package(), trust=trust, now=sending.hands.now)

    assert verdict.status == "amber"


def test_old_package_is_judged_when_it_was_received(sending: Sending) -> None:
    package, now = sending.package(), sending.hands.now
    later = now + timedelta(days=60)
    proven = verify_package(package, trust=sending.hands.trust, now=later, signed_at=now)
    bare = verify_package(package, trust=sending.hands.trust, now=later)

    assert (proven.status, bare.status) == ("green", "amber")


def rezipped(package: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(sink, "w") as new:
        for info in old.infolist():
            data = change(info.filename, old.read(info))
            if data is not None:
                new.writestr(info, data)
    return sink.getvalue()


MEMBERS = ["document.pdf", "metadata.xml", "manifest.json", "attachments/附件.txt",
           "META-INF/ASiCManifest.xml", "META-INF/signature.p7s"]  # fmt: skip


@pytest.mark.parametrize("member", MEMBERS)
def test_changed_member_is_red(member: str, sending: Sending) -> None:
    evil = rezipped(
        sending.package(), lambda name, data: data[:-1] + b"?" if name == member else data
    )

    assert sending.verdict(evil).status == "red"


@pytest.mark.parametrize("member", MEMBERS)
def test_dropped_member_is_red(member: str, sending: Sending) -> None:
    evil = rezipped(sending.package(), lambda name, data: None if name == member else data)

    assert sending.verdict(evil).status == "red"


@pytest.mark.parametrize("junk", [b"", b"PK\x03\x04", b"%PDF-1.7", bytes(100)])
def test_junk_is_red_and_never_an_exception(junk: bytes, sending: Sending) -> None:
    verdict = verify_package(junk, trust=sending.hands.trust, now=sending.hands.now)

    assert verdict.status == "red"
