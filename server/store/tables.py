"""The node's tables, in one schema for SQLCipher and PostgreSQL.

Instants are microseconds since 1970 in UTC. Identifiers of rows (``id``, ``seq``) are allotted by
the one writer, never by the database, so that a cursor can not skip a row that commits late.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

challenges = Table(
    "challenges",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("nonce", LargeBinary, nullable=False),
    Column("certificate", LargeBinary, nullable=False),
    Column("expires", BigInteger, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_digest", String(64), primary_key=True),  # SHA-256; the token itself is not kept
    Column("body", String(48), nullable=False),
    Column("certificate", LargeBinary, nullable=False),
    Column("seen", BigInteger, nullable=False),
    Column("expires", BigInteger, nullable=False),
)

dispatches = Table(
    "dispatches",
    metadata,
    Column("dispatch", String(36), primary_key=True),
    Column("sender", String(48), nullable=False),
    Column("origin", String(6), nullable=False),  # the node it was submitted at
    Column("header", LargeBinary, nullable=False),
    Column("header_digest", String(80), nullable=False),
    Column("keys", LargeBinary, nullable=False),
    Column("payload_digest", String(80), nullable=False),
    Column("payload_size", BigInteger, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("received", BigInteger, nullable=False),
    Column("hops", String(80), nullable=False),  # nodes passed before this one, space between
    Index("dispatches_payload", "payload_digest"),
    Index("dispatches_sender", "sender"),
)

consignments = Table(
    "consignments",
    metadata,
    Column("consignment", String(36), primary_key=True),
    Column("dispatch", String(36), ForeignKey("dispatches.dispatch"), nullable=False),
    Column("body", String(48), nullable=False),
    Column("node", String(6), nullable=False),  # the destination node
    Column("state", String(16), nullable=False),
    Column("changed", BigInteger, nullable=False),
    Column("due", BigInteger, nullable=True),  # 签收 deadline; NULL when there is none any more
    Column("until", BigInteger, nullable=True),  # after it the consignment is not delivered
    Index("consignments_dispatch", "dispatch"),
    Index("consignments_due", "due"),
)

records = Table(
    "records",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", String(80), nullable=False),
    Column("dispatch", String(36), nullable=False),  # may be unknown here: evidence passing by
    Column("consignment", String(36), nullable=True),
    Column("event", String(40), nullable=False),
    Column("issuer", String(48), nullable=False),
    Column("position", Integer, nullable=False),  # the statement's seq
    Column("at", BigInteger, nullable=False),
    Column("receipt", LargeBinary, nullable=False),
    UniqueConstraint("digest", name="records_digest"),
    Index("records_consignment", "consignment"),
    Index("records_dispatch", "dispatch"),
)

mailbox = Table(
    "mailbox",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("body", String(48), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("record", BigInteger, ForeignKey("records.id"), nullable=False),
    Column("at", BigInteger, nullable=False),
    UniqueConstraint("body", "kind", "record", name="mailbox_once"),
    Index("mailbox_page", "body", "seq"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("peer", String(6), nullable=False),
    Column("kind", String(16), nullable=False),  # consignment | record
    Column("urgent", Boolean, nullable=False),
    Column("dispatch", String(36), nullable=False),
    Column("consignment", String(36), nullable=True),
    Column("record", BigInteger, nullable=True),
    Column("toward", String(6), nullable=False),
    Column("due", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False),
    Index("outbox_lane", "peer", "due"),
)

uploads = Table(
    "uploads",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("owner", String(48), nullable=False),  # a body, or a node
    Column("digest", String(80), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("ticket_digest", String(64), nullable=True),  # nodes upload by ticket, not session
    Column("finished", Boolean, nullable=False),
    Column("expires", BigInteger, nullable=False),
    UniqueConstraint("owner", "digest", name="uploads_once"),
)

log_hashes = Table(
    "log_hashes",
    metadata,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("place", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
)
