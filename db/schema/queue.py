"""What waits to go out and what became of it: calls and texts."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text, false

from db.engine.columns import is_in, only
from db.engine.moment import Moment
from db.schema.metadata import metadata
from rules.status import OPEN_ATTEMPTS, AttemptStatus, MessageStatus

attempt = Table(
    "attempt",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("errand", String, nullable=False),
    Column("lane", Integer, nullable=False),
    Column("status", String, nullable=False),
    Column("address", String, nullable=False),
    Column("extension", String, nullable=False, server_default=""),
    Column("language", String, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("alert_id", ForeignKey("alert.id")),
    Column("delivery_id", ForeignKey("delivery.id")),
    Column("point_id", ForeignKey("contact_point.id")),
    Column("trunk", String, nullable=False, server_default=""),
    Column("placed_at", Moment),
    Column("answered_at", Moment),
    Column("ended_at", Moment),
    Column("disposition", String),
    Column("reply", String, nullable=False, server_default="none"),
    Column("heard", Float, nullable=False, server_default="0.0"),
    Column("sip", Integer),
    Column("cause", Integer),
    Column("announcement", String),
    Column("reason", String, nullable=False, server_default=""),  # why it was withdrawn
)
attempt_waits = is_in(attempt.c.status, AttemptStatus.WAITING)
attempt_is_open = is_in(attempt.c.status, *OPEN_ATTEMPTS)
attempt_is_unfinished = is_in(attempt.c.status, AttemptStatus.WAITING, *OPEN_ATTEMPTS)
Index("uq_attempt_open_address", attempt.c.address, unique=True, **only(attempt_is_open))
Index("ix_attempt_waiting", attempt.c.alert_id, attempt.c.due_at, **only(attempt_waits))
Index("ix_attempt_waiting_address", attempt.c.address, **only(attempt_waits))
Index("ix_attempt_unfinished_alert", attempt.c.alert_id, **only(attempt_is_unfinished))
Index("ix_attempt_delivery_id", attempt.c.delivery_id)
Index("ix_attempt_placed", attempt.c.address, attempt.c.placed_at, **only(attempt.c.placed_at.is_not(None)))

message = Table(
    "message",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("channel", String, nullable=False, server_default=""),
    Column("provider", String, nullable=False, server_default=""),  # that it was last given to, or that brought it
    Column("status", String, nullable=False),
    Column("lane", Integer, nullable=False),
    Column("address", String, nullable=False),
    Column("body", Text, nullable=False),
    Column("language", String, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("alert_id", ForeignKey("alert.id")),
    Column("delivery_id", ForeignKey("delivery.id")),
    Column("secret", Boolean, nullable=False, server_default=false()),
    Column("expires_at", Moment),  # of a direct answer to a resident; a text of an alert goes by its alert's
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("parts", Integer, nullable=False, server_default="0"),
    Column("sent_at", Moment),
    Column("ended_at", Moment),
    Column("reason", String, nullable=False, server_default=""),
)
message_waits = is_in(message.c.status, MessageStatus.WAITING)
message_is_sending = is_in(message.c.status, MessageStatus.SENDING)
message_is_unfinished = is_in(message.c.status, MessageStatus.WAITING, MessageStatus.SENDING)
Index("ix_message_waiting", message.c.channel, message.c.lane, message.c.due_at, **only(message_waits))
Index("ix_message_waiting_address", message.c.address, **only(message_waits))
Index("ix_message_unfinished_alert", message.c.alert_id, **only(message_is_unfinished))
Index("ix_message_sending", message.c.id, **only(message_is_sending))
Index("ix_message_delivery_id", message.c.delivery_id)

message_part = Table(
    "message_part",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("message_id", ForeignKey("message.id")),  # None: a receipt that came before the carrier's response
    Column("number", Integer, nullable=False, server_default="0"),  # its place in the message, from 1
    Column("provider", String, nullable=False, server_default=""),
    Column("external_id", String, nullable=False),  # by which the provider names it; used again after a time
    Column("incoming", Boolean, nullable=False, server_default=false()),
    Column("delivered", Boolean),  # None until a receipt comes
    Column("reason", String, nullable=False, server_default=""),
    Column("at", Moment, nullable=False),
)
_EXTERNAL = message_part.c.provider, message_part.c.external_id
Index("ix_message_part_external_id", *_EXTERNAL)
Index("uq_message_part_incoming", *_EXTERNAL, unique=True, **only(message_part.c.incoming))
Index("ix_message_part_message_id", message_part.c.message_id)
