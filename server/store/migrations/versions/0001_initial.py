"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make all tables."""
    op.create_table(
        "challenges",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("nonce", sa.LargeBinary(), nullable=False),
        sa.Column("certificate", sa.LargeBinary(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "checkpoints",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("size"),
    )
    op.create_table(
        "dispatches",
        sa.Column("dispatch", sa.String(length=36), nullable=False),
        sa.Column("sender", sa.String(length=48), nullable=False),
        sa.Column("origin", sa.String(length=6), nullable=False),
        sa.Column("header", sa.LargeBinary(), nullable=False),
        sa.Column("header_digest", sa.String(length=80), nullable=False),
        sa.Column("keys", sa.LargeBinary(), nullable=False),
        sa.Column("payload_digest", sa.String(length=80), nullable=False),
        sa.Column("payload_size", sa.BigInteger(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("hops", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("dispatch"),
    )
    op.create_index("dispatches_payload", "dispatches", ["payload_digest"], unique=False)
    op.create_index("dispatches_sender", "dispatches", ["sender"], unique=False)
    op.create_table(
        "log_hashes",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "place"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("peer", sa.String(length=6), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("dispatch", sa.String(length=36), nullable=False),
        sa.Column("consignment", sa.String(length=36), nullable=True),
        sa.Column("record", sa.BigInteger(), nullable=True),
        sa.Column("toward", sa.String(length=6), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("outbox_lane", "outbox", ["peer", "due"], unique=False)
    op.create_table(
        "records",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("dispatch", sa.String(length=36), nullable=False),
        sa.Column("consignment", sa.String(length=36), nullable=True),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("issuer", sa.String(length=48), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("receipt", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest", name="records_digest"),
    )
    op.create_index("records_consignment", "records", ["consignment"], unique=False)
    op.create_index("records_dispatch", "records", ["dispatch"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("body", sa.String(length=48), nullable=False),
        sa.Column("certificate", sa.LargeBinary(), nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("token_digest"),
    )
    op.create_table(
        "uploads",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("owner", sa.String(length=48), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("ticket_digest", sa.String(length=64), nullable=True),
        sa.Column("finished", sa.Boolean(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("owner", "digest", name="uploads_once"),
    )
    op.create_table(
        "consignments",
        sa.Column("consignment", sa.String(length=36), nullable=False),
        sa.Column("dispatch", sa.String(length=36), nullable=False),
        sa.Column("body", sa.String(length=48), nullable=False),
        sa.Column("node", sa.String(length=6), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=True),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["dispatch"], ["dispatches.dispatch"]),
        sa.PrimaryKeyConstraint("consignment"),
    )
    op.create_index("consignments_dispatch", "consignments", ["dispatch"], unique=False)
    op.create_index("consignments_due", "consignments", ["due"], unique=False)
    op.create_table(
        "mailbox",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", sa.String(length=48), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("record", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["record"], ["records.id"]),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("body", "kind", "record", name="mailbox_once"),
    )
    op.create_index("mailbox_page", "mailbox", ["body", "seq"], unique=False)
