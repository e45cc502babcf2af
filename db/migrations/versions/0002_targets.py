"""Targets on the map and by topic, saved groups; when an alert starts and expires, whom it follows, how it redials."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from db.migrations.indexes import partial

revision = "0002"
down_revision = "0001"

COUNTED = ["active", "reach", "language"]


def upgrade() -> None:
    _contacts()
    _alerts()
    _reference("delivery", "told_with", "delivery")
    partial("ix_delivery_told_with", "delivery", ["told_with"], "told_with IS NOT NULL")
    op.drop_index("ix_attempt_waiting", "attempt")
    partial("ix_attempt_waiting", "attempt", ["alert_id", "due_at"], "status = 'waiting'")
    partial("ix_attempt_placed", "attempt", ["address", "placed_at"], "placed_at IS NOT NULL")


def _contacts() -> None:
    op.add_column("contact", sa.Column("latitude", sa.Float(), nullable=True))
    op.add_column("contact", sa.Column("longitude", sa.Float(), nullable=True))
    op.add_column("contact", sa.Column("reach", sa.Integer(), nullable=True))
    if op.get_bind().dialect.name == "postgresql":  # json cannot be compared, jsonb can
        op.alter_column("contact", "topics", type_=postgresql.JSONB(), postgresql_using="topics::jsonb")
    op.drop_index("ix_contact_sector", "contact")
    op.create_index("ix_contact_reach", "contact", COUNTED)
    op.create_index("ix_contact_sector", "contact", ["sector", *COUNTED])
    op.create_index("ix_contact_street", "contact", ["street", "civic_number", *COUNTED])
    op.create_index("ix_contact_postal_code", "contact", ["postal_code", *COUNTED])
    op.create_index("ix_contact_topics", "contact", ["topics", *COUNTED])
    partial("ix_contact_place", "contact", ["latitude", "longitude"], "latitude IS NOT NULL")
    op.create_table(
        "target_group",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_target_group"),
    )


def _alerts() -> None:
    moment = sa.DateTime(timezone=True)
    op.add_column("alert", sa.Column("starts_at", moment, nullable=True))
    op.add_column("alert", sa.Column("expires_at", moment, nullable=True))
    op.add_column("alert", sa.Column("numbers", sa.String(), nullable=False, server_default="first_reached"))
    op.add_column("alert", sa.Column("household", sa.String(), nullable=False, server_default="each"))
    op.add_column("alert", sa.Column("redial_table", sa.JSON(), nullable=False, server_default="{}"))
    _reference("alert", "follows", "alert")
    op.add_column("alert", sa.Column("hang_up_at", moment, nullable=True))


def _reference(table: str, column: str, to: str) -> None:
    """By hand: alembic adds no such column to a table of SQLite."""
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column} INTEGER CONSTRAINT fk_{table}_{column} REFERENCES {to} (id)")
