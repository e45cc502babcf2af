"""What a code is for, and the words that residents agreed to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.migrations.indexes import partial

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "wording",
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_wording"),
    )
    op.add_column("code", sa.Column("purpose", sa.String(), nullable=False, server_default="log_in"))
    # By hand: alembic adds no such column to a table of SQLite.
    op.execute("ALTER TABLE code ADD COLUMN consent_id INTEGER CONSTRAINT fk_code_consent_id REFERENCES consent (id)")
    partial("ix_consent_unconfirmed", "consent", ["given_at"], "confirmed_at IS NULL")
