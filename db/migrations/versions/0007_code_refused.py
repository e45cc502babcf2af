"""When whoever has a number said that they asked for no code."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("code", sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True))
