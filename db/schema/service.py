"""What the running service notes: calls that came in, who did what, that it is alive, what it was asked for."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Index, Integer, LargeBinary, String, Table

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
    Column("personal", JSON),  # what of it names somebody: goes when their file is erased, and the line stays
)
Index("ix_journal_subject", journal.c.subject, journal.c.at)

heartbeat = Table(
    "heartbeat",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("state", JSON, nullable=False, server_default="{}"),
)

request = Table(
    "request",
    metadata,
    Column("key", String, primary_key=True),
    Column("digest", String, nullable=False),
    Column("who", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("answer", LargeBinary),
)
Index("ix_request_at", request.c.at)

job = Table(
    "job",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("request", JSON, nullable=False),
    Column("who", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("progress", JSON, nullable=False, server_default="{}"),
    Column("result", JSON),
    Column("error", String),
    Column("ended_at", Moment),
)
Index("ix_job_ended_at", job.c.ended_at)
