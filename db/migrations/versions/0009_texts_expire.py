"""When a direct answer to a resident is no longer sent. Those that wait already may go for ten minutes more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

from db.engine.moment import Moment

revision = "0009"
down_revision = "0008"

WAITS = timedelta(minutes=10)


def upgrade() -> None:
    op.add_column("message", sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
    message = sa.table("message", sa.column("status"), sa.column("delivery_id"), sa.column("expires_at", Moment()))
    direct = message.c.status == "waiting", message.c.delivery_id.is_(None)
    op.execute(sa.update(message).where(*direct).values(expires_at=datetime.now(UTC) + WAITS))
