"""A dispatch closed, carried and signed for, with its evidence in real logs; for every room."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from formats.digests import digest
from formats.directory import Suite
from formats.document.model import Document
from formats.effects import system_randomness
from formats.envelope.header import HeaderFields, Recipient
from formats.evidence.checkpoint import Checkpoint, origin_of, sign_checkpoint
from formats.evidence.merkle import MemoryStore, MerkleLog, leaf_hash
from formats.evidence.receipt import Receipt
from formats.evidence.record import Event, Statement
from formats.ids import new_id
from formats.package.archive import AttachedFile, content_members, parts_of
from formats.package.manifest import Addressee, Manifest, RulesResult
from formats.package.metadata import metadata_xml
from signing.envelope import SealedDispatch, close_package
from signing.evidence import sign_record
from signing.package import sign_package
from signing.signer import Signer
from signing.suites import suite_named
from signing.timestamp import LocalAuthority, request_timestamp
from signing.trust.store import TrustStore
from tests.support.pki import PilotWorld

PROVINCE, CITY, COUNTY = "340000.bgt", "340100.bgs", "340123.bgs"
DOCUMENT = Document(
    kind="notice",
    direction="down",
    issuers=("安徽省人民政府办公厅",),
    title="关于做好春节期间值班工作的通知",
    main_recipients=("各市、县人民政府",),
    issue_date=date(2026, 11, 23),
)
PDF = b"%PDF-1.7\nnot a page, but bytes\n%%EOF\n"
ATTACHMENT = AttachedFile("附件1 值班安排表.xlsx", "application/octet-stream", b"PK rows")


def now() -> datetime:
    """The machine's time in whole seconds; certificates of the pilot are good around it."""
    return datetime.now(UTC).replace(microsecond=0)  # noqa: TID251 - a test's composition root


@dataclass
class Log:
    """A node's log in memory."""

    node: str
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    tree: MerkleLog = field(default_factory=lambda: MerkleLog(MemoryStore()))
    quiet: bool = False
    """Only these records, nothing before or between: the first of them is a tree of one leaf."""

    @property
    def public_key(self) -> bytes:
        """Raw."""
        return self.key.public_key().public_bytes_raw()

    def receipt(self, record: bytes, timestamp: bytes | None) -> Receipt:
        """Log a record among others and give its receipt."""
        for filler in range(0 if self.quiet else 3):
            self.tree.append(leaf_hash(bytes((filler,))))
        index = self.tree.append(leaf_hash(record))
        if not self.quiet:
            self.tree.append(leaf_hash(b"later"))
        checkpoint = Checkpoint(
            origin=origin_of(self.node), size=self.tree.size, root=self.tree.root()
        )
        return Receipt(
            record=record,
            timestamp=timestamp,
            leaf_index=index,
            tree_size=self.tree.size,
            inclusion=self.tree.inclusion(index),
            checkpoint=sign_checkpoint(checkpoint, self.public_key, self.key.sign),
        )


@dataclass
class Journey:
    """One dispatch from the province to the city and the county, with all it leaves behind."""

    world: PilotWorld
    sealed: SealedDispatch
    package: bytes
    logs: dict[str, Log]
    receipts: list[Receipt] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)

    @property
    def trust(self) -> TrustStore:
        """What every party trusts."""
        pilot = self.world.pilot
        return TrustStore(pilot.anchors, pilot.certificates(), pilot.crls())

    @property
    def log_keys(self) -> dict[str, bytes]:
        """As the directory tells them."""
        return {node: log.public_key for node, log in self.logs.items()}

    def consignment(self, body: str) -> str:
        """The consignment to a body."""
        recipient = self.sealed.header.recipient(body)
        if recipient is None:
            raise LookupError(body)
        return recipient.consignment

    def signer(self, issuer: str) -> Signer:
        """The key that speaks for a body or a node."""
        return self.world.signer(issuer) if "." in issuer else self.world.nodes[issuer].signer()

    def statement(
        self,
        event: Event,
        issuer: str,
        *,
        after: int | None,
        body: str | None,
        **more: Any,  # noqa: ANN401 - any field
    ) -> Statement:
        """A statement that follows record ``after``."""
        previous = None if after is None else self.statements[after]
        return Statement(
            event=event,
            dispatch=self.sealed.header.dispatch,
            consignment=None if body is None else self.consignment(body),
            suite=self.world.suite,
            digest=digest(self.sealed.header_p7m, self.world.suite),
            issuer=issuer,
            at=now(),
            seq=0 if previous is None else previous.seq + 1,
            prev=None if after is None else digest(self.receipts[after].record, self.world.suite),
            **more,
        )

    def add(self, statement: Statement, log: str, *, timestamp: bool = True) -> Receipt:
        """Sign, stamp and log a statement."""
        record = sign_record(statement, self.signer(statement.issuer))
        stamped = None
        if timestamp:
            authority = LocalAuthority(self.world.tsa.signer(), now, system_randomness)
            suite = suite_named(self.world.suite)
            stamped = request_timestamp(record, authority, system_randomness, suite=suite)
        receipt = self.logs[log].receipt(record, stamped)
        self.receipts.append(receipt)
        self.statements.append(statement)
        return receipt

    def travel(self, *, bodies: Iterable[str] = (CITY,)) -> None:
        """Submission, relay, delivery and 签收, as the nodes and bodies state them."""
        self.add(self.statement("SubmissionAcceptance", "340000", after=None, body=None), "340000")
        for body in bodies:
            node = body[:6]
            relayed = self.statement("RelayAcceptance", node, after=0, body=body, peer="340000")
            self.add(relayed, node, timestamp=False)
            at = len(self.receipts) - 1
            self.add(self.statement("ContentConsignment", node, after=at, body=body), node)
            self.add(
                self.statement(
                    "ConsignmentAcceptance",
                    body,
                    after=at + 1,
                    body=body,
                    actor="收发室",
                    document=digest(PDF, self.world.suite),
                    report=digest(b"verdict", self.world.suite),
                    number="收〔2026〕8号",
                ),
                node,
            )


def manifest_for(
    dispatch: str, recipients: tuple[Recipient, ...], suite: Suite = "INTL"
) -> Manifest:
    """The manifest of the test's package."""
    members = content_members(PDF, metadata_xml(DOCUMENT, identifier=dispatch), [ATTACHMENT])
    return Manifest(
        suite=suite,
        dispatch=dispatch,
        created=now(),
        sender=PROVINCE,
        sensitivity="public",
        document=digest(PDF, suite),
        parts=parts_of(members, suite),
        recipients=tuple(
            Addressee(consignment=r.consignment, body=r.body, role=r.role, copies=r.copies)
            for r in recipients
        ),
        sequence=0,
        parent=None,
        directory_version=1,
        rules=RulesResult(version="1", checked=now()),
    )


def package_for(world: PilotWorld, dispatch: str, recipients: tuple[Recipient, ...]) -> bytes:
    """A signed package of the province's."""
    members = content_members(PDF, metadata_xml(DOCUMENT, identifier=dispatch), [ATTACHMENT])
    manifest = manifest_for(dispatch, recipients, world.suite)
    return sign_package(members, manifest, world.signer(PROVINCE), at=now())


def fields_for(dispatch: str, **more: Any) -> HeaderFields:  # noqa: ANN401 - any field
    """What the province says of the dispatch."""
    told: dict[str, Any] = {
        "sensitivity": "public",
        "title": DOCUMENT.title,
        "urgency": "urgent",
        "sign_by": now() + timedelta(days=3),
    }
    return HeaderFields(
        dispatch=dispatch, sender=PROVINCE, kind="notice", direction="down", **{**told, **more}
    )


def start_journey(world: PilotWorld, folder: Path, *, quiet: bool = False) -> Journey:
    """A dispatch closed by the province for city (main) and county (cc), in the world's suite."""
    dispatch = new_id(now, system_randomness)
    recipients = (
        Recipient(consignment=new_id(now, system_randomness), body=CITY, role="main", copies=3),
        Recipient(consignment=new_id(now, system_randomness), body=COUNTY, role="cc"),
    )
    package = package_for(world, dispatch, recipients)
    sealed = close_package(
        package,
        fields_for(dispatch, suite=world.suite),
        [(r, world.pilot.body_certificates(r.body)) for r in recipients],
        world.signer(PROVINCE),
        own=world.pilot.body_certificates(PROVINCE),
        randomness=system_randomness,
        clock=now,
        payload_out=folder / "payload.bin",
    )
    logs = {node: Log(node, quiet=quiet) for node in world.nodes}
    return Journey(world, sealed, package, logs)
