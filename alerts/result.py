"""What became of an alert, person by person, as the API tells it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from alerts import unspoken
from records import alerts as records
from rules import channels
from rules.model import Alert, Attempt, CallPurpose, Delivery, Message
from rules.outcome import Disposition
from rules.status import MessageStatus

TEXT_DISPOSITIONS = {
    MessageStatus.UNKNOWN: Disposition.INTERRUPTED,
    MessageStatus.FAILED: Disposition.UNREACHABLE,
}


def of(alert: Alert, counts: Mapping[str, int], deliveries: Sequence[Delivery] = ()) -> records.AlertView:
    """`counts`: people by outcome, with `waiting` and `ringing`."""
    return records.AlertView(
        id=alert.id,
        title=alert.title,
        status=alert.status,
        purpose=alert.purpose,
        target=alert.target,
        channels=tuple(alert.channels),
        created_at=_iso(alert.created_at),
        expires_at=_iso(alert.expires_at),
        ended_at=_iso(alert.ended_at),
        counts=dict(counts),
        calls_wait=unspoken.reasons(alert),
        deliveries=tuple(map(_delivery, deliveries)),
    )


def tries(delivery: Delivery) -> list[dict[str, Any]]:
    """Every call and text to one person."""
    return [*map(_call, delivery.attempts), *map(_text, delivery.messages)]


def _delivery(delivery: Delivery) -> records.DeliveryView:
    said = chain(
        (call.announcement or call.reason for call in delivery.attempts), (text.reason for text in delivery.messages)
    )
    return records.DeliveryView(
        name=delivery.name,
        language=delivery.language,
        outcome=delivery.outcome,
        reason=delivery.reason,
        attempts=tuple({**one, records.SAID: why} for one, why in zip(tries(delivery), said, strict=True)),
    )


def _call(attempt: Attempt) -> dict[str, Any]:
    return {
        "channel": channels.CALL,
        "address": attempt.address,
        "status": attempt.status,
        "disposition": attempt.disposition,
        "reply": attempt.reply,
        "heard": round(attempt.heard, 3),
        "called_back": attempt.errand is CallPurpose.RING_BACK,
        "sip": attempt.sip,
        "cause": attempt.cause,
        "trunk": attempt.trunk,
        "due_at": _iso(attempt.due_at),
        "placed_at": _iso(attempt.placed_at),
        "answered_at": _iso(attempt.answered_at),
        "ended_at": _iso(attempt.ended_at),
    }


def _text(message: Message) -> dict[str, Any]:
    return {
        "channel": message.channel,
        "address": message.address,
        "status": message.status,
        "disposition": TEXT_DISPOSITIONS.get(message.status),
        "reply": "none",
        "heard": None,
        "sip": None,
        "cause": None,
        "reason": message.reason,
        "parts": message.parts,
        "placed_at": _iso(message.sent_at),
        "answered_at": None,
        "ended_at": _iso(message.ended_at),
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
