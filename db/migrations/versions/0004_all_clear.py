"""When the all clear was given for an alert."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("alert", sa.Column("all_clear_at", sa.DateTime(timezone=True), nullable=True))
