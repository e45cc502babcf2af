"""The tables. A change here needs a numbered migration beside it (docs/operating.md)."""

from db.schema.alerts import alert, delivery, target_group
from db.schema.imports import contact_import, contact_import_change
from db.schema.metadata import metadata
from db.schema.queue import (
    attempt,
    attempt_is_open,
    attempt_is_unfinished,
    attempt_waits,
    message,
    message_is_sending,
    message_is_unfinished,
    message_part,
    message_waits,
)
from db.schema.residents import (
    code,
    consent,
    contact,
    contact_point,
    number_evidence,
    opt_out,
    opt_out_holds,
    street,
    topic,
    wording,
)
from db.schema.service import call_log, heartbeat, job, journal, request
from db.schema.staff import member, pin_try

__all__ = [
    "REVISION",
    "alert",
    "attempt",
    "attempt_is_open",
    "attempt_is_unfinished",
    "attempt_waits",
    "call_log",
    "code",
    "consent",
    "contact",
    "contact_import",
    "contact_import_change",
    "contact_point",
    "delivery",
    "heartbeat",
    "job",
    "journal",
    "member",
    "message",
    "message_is_sending",
    "message_is_unfinished",
    "message_part",
    "message_waits",
    "metadata",
    "number_evidence",
    "opt_out",
    "opt_out_holds",
    "pin_try",
    "request",
    "street",
    "target_group",
    "topic",
    "wording",
]

REVISION = "0018"
"""The newest migration."""
