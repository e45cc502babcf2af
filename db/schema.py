"""The tables. A change here needs a numbered migration beside it (docs/operating.md)."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    false,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB

from alerts.model import Household, Numbers
from alerts.status import OPEN_ATTEMPTS, AttemptStatus, MessageStatus
from db.columns import is_in, only
from db.moment import Moment

REVISION = "0004"
"""The newest migration."""

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)

contact = Table(
    "contact",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("first_name", String, nullable=False),
    Column("last_name", String, nullable=False),
    Column("language", String, nullable=False),
    Column("language_by", String, nullable=False),  # who chose last: "import" or "resident"
    Column("active", Boolean, nullable=False),
    Column("civic_number", String, nullable=False, server_default=""),
    Column("street", String, nullable=False, server_default=""),
    Column("unit", String, nullable=False, server_default=""),
    Column("city", String, nullable=False, server_default=""),
    Column("postal_code", String, nullable=False, server_default=""),
    Column("sector", String, nullable=False, server_default=""),
    Column("topics", JSON().with_variant(JSONB, "postgresql"), nullable=False, server_default="[]"),
    Column("created_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("reach", Integer),  # `alerts.reach`, reckoned from the contact points; None: to be reckoned anew
)
# Each holds what a preview counts by, so that a count over a million contacts never looks at their rows.
_COUNTED = contact.c.active, contact.c.reach, contact.c.language
Index("ix_contact_reach", *_COUNTED)
Index("ix_contact_sector", contact.c.sector, *_COUNTED)
Index("ix_contact_street", contact.c.street, contact.c.civic_number, *_COUNTED)
Index("ix_contact_postal_code", contact.c.postal_code, *_COUNTED)
Index("ix_contact_place", contact.c.latitude, contact.c.longitude, **only(contact.c.latitude.is_not(None)))
Index("ix_contact_topics", contact.c.topics, *_COUNTED)

contact_point = Table(
    "contact_point",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("contact_id", ForeignKey("contact.id"), nullable=False),
    Column("channel", String, nullable=False),
    Column("address", String, nullable=False),
    Column("extension", String, nullable=False, server_default=""),
    Column("position", Integer, nullable=False),
    Column("active", Boolean, nullable=False, server_default=true()),
    Column("verified", Boolean, nullable=False, server_default=false()),
    Column("dead_at", Moment),
    Column("description", String, nullable=False, server_default=""),
    Column("decided_by", String, nullable=False),  # who last switched it on or off: "import" or "resident"
)
Index(
    "uq_contact_point",
    contact_point.c.contact_id,
    contact_point.c.channel,
    contact_point.c.address,
    contact_point.c.extension,
    unique=True,
)
Index("ix_contact_point_address", contact_point.c.address)

consent = Table(
    "consent",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("contact_id", ForeignKey("contact.id"), nullable=False),
    Column("number", String, nullable=False),
    Column("via", String, nullable=False),
    Column("wording_version", String, nullable=False),
    Column("given_at", Moment, nullable=False),
    Column("confirmed_at", Moment),  # by a code: who gave it holds the number
    Column("withdrawn_at", Moment),
)
Index("ix_consent_contact_id", consent.c.contact_id)
Index("ix_consent_number", consent.c.number)

code = Table(
    "code",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("number", String, nullable=False),
    Column("caller", String, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("issued_at", Moment),  # a code read by telephone is made when the call is answered
    Column("salt", String, nullable=False, server_default=""),
    Column("digest", String, nullable=False, server_default=""),
    Column("wrong_tries", Integer, nullable=False, server_default="0"),
    Column("ended_at", Moment),  # used, or void: a newer one, too many wrong tries
)
Index("ix_code_number", code.c.number, code.c.asked_at)
Index("ix_code_caller", code.c.caller, code.c.asked_at)
Index("ix_code_asked_at", code.c.asked_at)

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
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("parts", Integer, nullable=False, server_default="0"),
    Column("sent_at", Moment),
    Column("ended_at", Moment),
    Column("reason", String, nullable=False, server_default=""),
)
message_waits = is_in(message.c.status, MessageStatus.WAITING)
message_is_sending = is_in(message.c.status, MessageStatus.SENDING)
message_is_unfinished = is_in(message.c.status, MessageStatus.WAITING, MessageStatus.SENDING)
Index("ix_message_waiting", message.c.lane, message.c.due_at, **only(message_waits))
Index("ix_message_waiting_address", message.c.address, **only(message_waits))
Index("ix_message_unfinished_alert", message.c.alert_id, **only(message_is_unfinished))
Index("ix_message_sending", message.c.id, **only(message_is_sending))
Index("ix_message_delivery_id", message.c.delivery_id)

message_part = Table(
    "message_part",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("message_id", ForeignKey("message.id")),  # None: a receipt that came before the carrier's response
    Column("provider_id", String, nullable=False),
    Column("delivered", Boolean),  # None until a receipt comes
    Column("reason", String, nullable=False, server_default=""),
    Column("at", Moment, nullable=False),
)
Index("ix_message_part_provider_id", message_part.c.provider_id)
Index("ix_message_part_message_id", message_part.c.message_id)

opt_out = Table(
    "opt_out",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("address", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("via", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("lifted_at", Moment),
)
opt_out_holds = opt_out.c.lifted_at.is_(None)
Index("uq_opt_out_address_channel", opt_out.c.address, opt_out.c.channel, unique=True, **only(opt_out_holds))

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

target_group = Table(
    "target_group",
    metadata,
    Column("name", String, primary_key=True),
    Column("target", Text, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("changed_by", String, nullable=False),
)

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
