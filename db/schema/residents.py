"""People, their numbers, what they agreed to and what they gave up."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    false,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB

from db.engine.columns import only
from db.engine.moment import Moment
from db.schema.metadata import metadata
from rules.code import CodePurpose

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
    Column("address_by", String, nullable=False, server_default="import"),  # who gave it last, as `language_by`
    Column("topics", JSON().with_variant(JSONB, "postgresql"), nullable=False, server_default="[]"),
    Column("topics_by", String, nullable=False, server_default="import"),
    Column("created_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("latitude", Float),
    Column("longitude", Float),
    Column(
        "reach", BigInteger().with_variant(Integer, "sqlite")
    ),  # `rules.reach`, computed from the contact points; None: to be computed again
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
    Column("suspected_at", Moment),  # from `number_evidence`, alike for all who have the number; so is the next
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
Index("ix_contact_point_dead_at", contact_point.c.dead_at, **only(contact_point.c.dead_at.is_not(None)))

number_evidence = Table(
    "number_evidence",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("address", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("alert_id", ForeignKey("alert.id")),
    Column("place", String, nullable=False),  # host:port of the trunk, or of the carrier for texts
    Column("evidence", String, nullable=False),
    Column("at", Moment, nullable=False),
)
Index("ix_number_evidence_address", number_evidence.c.address, number_evidence.c.channel)
Index("ix_number_evidence_alert_id", number_evidence.c.alert_id)

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
Index("ix_consent_unconfirmed", consent.c.given_at, **only(consent.c.confirmed_at.is_(None)))

wording = Table(
    "wording",
    metadata,
    Column("version", String, primary_key=True),
    Column("key", String, nullable=False),
    Column("language", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("since", Moment, nullable=False),
)

code = Table(
    "code",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("purpose", String, nullable=False, server_default=CodePurpose.LOG_IN),
    Column("consent_id", ForeignKey("consent.id")),  # what it confirms
    Column("number", String, nullable=False),
    Column("caller", String, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("issued_at", Moment),  # a code read by telephone is made when the call is answered
    Column("salt", String, nullable=False, server_default=""),
    Column("digest", String, nullable=False, server_default=""),
    Column("wrong_tries", Integer, nullable=False, server_default="0"),
    Column("ended_at", Moment),  # used, or void: a newer one, too many wrong tries
    Column("refused_at", Moment),  # whoever has the number asked for no code
)
Index("ix_code_number", code.c.number, code.c.asked_at)
Index("ix_code_caller", code.c.caller, code.c.asked_at)
Index("ix_code_asked_at", code.c.asked_at)

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

street = Table(
    "street",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("first", Integer),  # civic numbers, both included; None: that end is open
    Column("last", Integer),
    Column("side", String, nullable=False),
    Column("postal_code", String, nullable=False),
    Column("sector", String, nullable=False),
    Column("known_as", String, nullable=False),  # what of its name is compared (`rules.street_names`)
)
Index("ix_street_known_as", street.c.known_as)
Index("ix_street_postal_code", street.c.postal_code)

topic = Table(
    "topic",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("category", String, nullable=False, server_default=""),
    Column("spoken", JSON, nullable=False),  # language -> what is said of it
)
Index("uq_topic_name", topic.c.name, unique=True)
