"""What networks said of numbers that do not exist. A number that was dead by one answer is only suspected now."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.migrations.indexes import partial

revision = "0006"
down_revision = "0005"

MOMENT = sa.DateTime(timezone=True)
KEEP = """INSERT INTO number_evidence (address, channel, place, evidence, at)
    SELECT address, channel, '', 'not_exist', min(dead_at) FROM contact_point
    WHERE dead_at IS NOT NULL GROUP BY address, channel"""
SUSPECT = """UPDATE contact_point SET dead_at = NULL, suspected_at = (
        SELECT at FROM number_evidence
        WHERE number_evidence.address = contact_point.address AND number_evidence.channel = contact_point.channel)"""


def upgrade() -> None:
    op.add_column("contact_point", sa.Column("suspected_at", MOMENT, nullable=True))
    partial("ix_contact_point_dead_at", "contact_point", ["dead_at"], "dead_at IS NOT NULL")
    op.create_table(
        "number_evidence",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("alert_id", sa.Integer(), sa.ForeignKey("alert.id"), nullable=True),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )
    op.create_index("ix_number_evidence_address", "number_evidence", ["address", "channel"])
    op.create_index("ix_number_evidence_alert_id", "number_evidence", ["alert_id"])
    op.execute(KEEP)
    op.execute(SUSPECT)
    op.execute("UPDATE contact SET reach = NULL")  # it has more bits now
