"""Why a call was withdrawn: its number may not be called any more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("attempt", sa.Column("reason", sa.String(), nullable=False, server_default=""))
