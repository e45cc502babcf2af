"""Alerts, whom each is for, and saved groups of people."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text, false

from db.engine.columns import only
from db.engine.moment import Moment
from db.schema.metadata import metadata
from rules.model import Household, Numbers

alert = Table(
    "alert",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title", String, nullable=False),
    Column("texts", JSON, nullable=False),
    Column("purpose", String, nullable=False),
    Column("target", String, nullable=False),
    Column("channels", JSON, nullable=False),
    Column("status", String, nullable=False),
    Column("redials", Integer, nullable=False),
    Column("redial_delay_s", Float, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("created_by", String, nullable=False),
    Column("ended_at", Moment),
    Column("starts_at", Moment),
    Column("expires_at", Moment),
    Column("numbers", String, nullable=False, server_default=Numbers.FIRST_REACHED),
    Column("household", String, nullable=False, server_default=Household.EACH),
    Column("redial_table", JSON, nullable=False, server_default="{}"),
    Column("follows", ForeignKey("alert.id")),
    Column("hang_up_at", Moment),  # since then its open calls are ended, too
    Column("all_clear_at", Moment),  # since then callers no longer hear it
    Column("unspoken", JSON, nullable=False, server_default="{}"),  # language of those called → why their calls wait
    Column("public", Boolean, nullable=False, server_default=false()),  # any caller may hear it
)
Index("ix_alert_status", alert.c.status, alert.c.created_at)

delivery = Table(
    "delivery",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("alert_id", ForeignKey("alert.id"), nullable=False),
    Column("contact_id", ForeignKey("contact.id")),
    Column("name", String, nullable=False),
    Column("language", String, nullable=False),
    Column("outcome", String),
    Column("reason", String, nullable=False, server_default=""),
    Column("points", JSON, nullable=False, server_default="[]"),  # ids of the contact points of this alert, in order
    Column("told_with", ForeignKey("delivery.id")),  # of the person of the same household who is told for all
)
Index("uq_delivery_alert_id_contact_id", delivery.c.alert_id, delivery.c.contact_id, unique=True)
Index("ix_delivery_told_with", delivery.c.told_with, **only(delivery.c.told_with.is_not(None)))

target_group = Table(
    "target_group",
    metadata,
    Column("name", String, primary_key=True),
    Column("target", Text, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("changed_by", String, nullable=False),
)
