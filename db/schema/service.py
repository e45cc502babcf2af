"""What the running service notes: calls that came in, who did what, that it is alive."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Index, Integer, String, Table

from db.engine.moment import Moment
from db.schema.metadata import metadata

call_log = Table(
    "call_log",
    metadata,
    Column("call_id", String, primary_key=True),
    Column("caller", String, nullable=False),
    Column("called", String, nullable=False),
    Column("began_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("path", String, nullable=False, server_default=""),
)
Index("ix_call_log_began_at", call_log.c.began_at)

journal = Table(
    "journal",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("who", String, nullable=False),
    Column("what", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("detail", JSON, nullable=False),
)
Index("ix_journal_subject", journal.c.subject, journal.c.at)

heartbeat = Table(
    "heartbeat",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("state", JSON, nullable=False, server_default="{}"),
)
