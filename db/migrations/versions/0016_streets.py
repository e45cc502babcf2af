"""Streets: which civic numbers are in which sector. Whoever gave an address last is known."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "street",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=True),
        sa.Column("last", sa.Integer(), nullable=True),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("postal_code", sa.String(), nullable=False),
        sa.Column("sector", sa.String(), nullable=False),
        sa.Column("known_as", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_street"),
    )
    op.create_index("ix_street_known_as", "street", ["known_as"], unique=False)
    op.create_index("ix_street_postal_code", "street", ["postal_code"], unique=False)
    op.add_column("contact", sa.Column("address_by", sa.String(), nullable=False, server_default="import"))
