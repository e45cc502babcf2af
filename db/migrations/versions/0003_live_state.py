"""What the running service tells of itself beside its heartbeat."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("heartbeat", sa.Column("state", sa.JSON(), server_default="{}", nullable=False))
