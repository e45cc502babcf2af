"""Topics that residents can follow. Whoever chose somebody's topics last is known."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_table(
        "topic",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False, server_default=""),
        sa.Column("spoken", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_topic"),
    )
    op.create_index("uq_topic_name", "topic", ["name"], unique=True)
    op.add_column("contact", sa.Column("topics_by", sa.String(), nullable=False, server_default="import"))
