"""Those who run it, with their telephones and PINs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.migrations.indexes import partial

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("salt", sa.String(), nullable=False, server_default=""),
        sa.Column("digest", sa.String(), nullable=False, server_default=""),
        sa.Column("pin_set_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_member"),
    )
    partial("uq_member_name", "member", ["name"], "active", unique=True)
    partial("uq_member_number", "member", ["number"], "active", unique=True)
    op.create_table(
        "pin_try",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("caller", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_pin_try_member_id"),
        sa.PrimaryKeyConstraint("id", name="pk_pin_try"),
    )
    op.create_index("ix_pin_try_member_id", "pin_try", ["member_id", "at"], unique=False)
