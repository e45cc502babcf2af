"""Those who run it."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table

from db.engine.columns import only
from db.engine.moment import Moment
from db.schema.metadata import metadata

member = Table(
    "member",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("number", String, nullable=False),  # the registered telephone, E.164
    Column("roles", JSON, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("salt", String, nullable=False, server_default=""),
    Column("digest", String, nullable=False, server_default=""),  # of the PIN; "" for none: no telephone then
    Column("pin_set_at", Moment),
)
Index("uq_member_name", member.c.name, unique=True, **only(member.c.active))
Index("uq_member_number", member.c.number, unique=True, **only(member.c.active))

pin_try = Table(
    "pin_try",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("member_id", ForeignKey("member.id"), nullable=False),
    Column("caller", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("accepted", Boolean, nullable=False),
)
Index("ix_pin_try_member_id", pin_try.c.member_id, pin_try.c.at)
