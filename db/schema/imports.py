"""What was imported, and what it changed, so that it can be undone."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table

from db.engine.moment import Moment
from db.schema.metadata import metadata

contact_import = Table(
    "contact_import",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("who", String, nullable=False),
    Column("file", String, nullable=False),
    Column("created", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Column("unchanged", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("first_new", Integer),  # ids of the contacts that it created: from here
    Column("last_new", Integer),  # to here
    Column("undone_at", Moment),
    Column("undone_by", String),
)
Index("ix_contact_import_at", contact_import.c.at)

contact_import_change = Table(
    "contact_import_change",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("import_id", ForeignKey("contact_import.id"), nullable=False),
    Column("contact_id", Integer, nullable=False),  # of somebody who may have been erased since
    Column("change", JSON, nullable=False),  # `db.residents.import_log.Change`
)
Index("ix_contact_import_change_import_id", contact_import_change.c.import_id)
Index("ix_contact_import_change_contact_id", contact_import_change.c.contact_id)
