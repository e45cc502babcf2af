"""Read by alembic: how a migration reaches the database."""

from __future__ import annotations

from alembic import context

from db import schema

context.configure(
    connection=context.config.attributes["connection"], target_metadata=schema.metadata, transactional_ddl=True
)
with context.begin_transaction():
    context.run_migrations()
