"""Requests that must not be done twice, jobs that outlive whoever asked for them, a journal that can forget."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
PERSONAL = ("number", "which", "target")


def upgrade() -> None:
    op.create_table(
        "request",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_request"),
    )
    op.create_index("ix_request_at", "request", ["at"], unique=False)
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("progress", sa.JSON(), nullable=False, server_default="{}"),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
    )
    op.create_index("ix_job_ended_at", "job", ["ended_at"], unique=False)
    op.add_column("journal", sa.Column("personal", sa.JSON(), nullable=True))
    _part_the_journal()


def _part_the_journal() -> None:
    journal = sa.table(
        "journal", sa.column("id", sa.Integer), sa.column("detail", sa.JSON), sa.column("personal", sa.JSON)
    )
    connection = op.get_bind()
    for row in connection.execute(sa.select(journal.c.id, journal.c.detail)).all():
        if personal := {name: row.detail[name] for name in PERSONAL if name in row.detail}:
            detail = {name: value for name, value in row.detail.items() if name not in PERSONAL}
            connection.execute(
                sa.update(journal).where(journal.c.id == row.id).values(detail=detail, personal=personal)
            )
