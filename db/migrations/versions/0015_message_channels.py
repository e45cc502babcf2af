"""Each message has a channel and a provider, and each of its parts the id that the provider gave it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.migrations.indexes import partial

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    _messages()
    _parts()
    _reach()


def _messages() -> None:
    """Until now all are texts, of the one provider there is."""
    for name in ("channel", "provider"):
        op.add_column("message", sa.Column(name, sa.String(), nullable=False, server_default=""))
    op.execute("UPDATE message SET channel = 'sms'")
    op.execute("UPDATE message SET provider = 'smpp' WHERE tries > 0 OR status = 'received'")
    op.drop_index("ix_message_waiting", "message")
    partial("ix_message_waiting", "message", ["channel", "lane", "due_at"], "status = 'waiting'")


def _parts() -> None:
    op.drop_index("ix_message_part_provider_id", "message_part")
    op.execute("ALTER TABLE message_part RENAME COLUMN provider_id TO external_id")
    op.add_column("message_part", sa.Column("provider", sa.String(), nullable=False, server_default=""))
    op.add_column("message_part", sa.Column("number", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("message_part", sa.Column("incoming", sa.Boolean(), nullable=False, server_default=sa.false()))
    before = "SELECT count(*) FROM message_part AS p WHERE p.message_id = message_part.message_id"
    op.execute(f"UPDATE message_part SET provider = 'smpp', number = ({before} AND p.id <= message_part.id)")
    op.create_index("ix_message_part_external_id", "message_part", ["provider", "external_id"])
    partial("uq_message_part_incoming", "message_part", ["provider", "external_id"], "incoming", unique=True)


def _reach() -> None:
    """It counts e-mail addresses, too: whoever has one is counted again."""
    having = "SELECT contact_id FROM contact_point WHERE channel = 'email'"
    op.execute(f"UPDATE contact SET reach = NULL WHERE reach IS NOT NULL AND id IN ({having})")
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("contact", "reach", type_=sa.BigInteger())
