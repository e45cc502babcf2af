"""An alert's result as data for machines, and as tables for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.markup import escape
from rich.table import Table

from rules import phone
from rules.model import Alert, Attempt, Channel, Delivery, Errand, Message
from rules.outcome import DeliveryOutcome, Disposition
from rules.status import MessageStatus
from service import unspoken

TEXT_DISPOSITIONS = {
    MessageStatus.UNKNOWN: Disposition.INTERRUPTED,
    MessageStatus.FAILED: Disposition.UNREACHABLE,
}
COLOURS = {
    DeliveryOutcome.ACKNOWLEDGED: "green",
    DeliveryOutcome.HEARD: "green",
    DeliveryOutcome.LEFT_ON_MACHINE: "yellow",
    DeliveryOutcome.DELIVERED: "cyan",
    DeliveryOutcome.TEXTED: "cyan",
    DeliveryOutcome.UNREACHED: "red",
}


def as_data(alert: Alert, counts: Mapping[str, int], deliveries: Sequence[Delivery]) -> dict[str, Any]:
    """`alert show --json`."""
    return {
        "id": alert.id,
        "title": alert.title,
        "status": alert.status,
        "purpose": alert.purpose,
        "target": alert.target,
        "channels": list(alert.channels),
        "created_at": _iso(alert.created_at),
        "expires_at": _iso(alert.expires_at),
        "ended_at": _iso(alert.ended_at),
        "counts": dict(counts),
        "calls_wait": unspoken.reasons(alert),
        "deliveries": [_delivery(delivery) for delivery in deliveries],
    }


def tries(delivery: Delivery) -> list[dict[str, Any]]:
    """Every call and text to one person."""
    return [*map(_call, delivery.attempts), *map(_text, delivery.messages)]


def _delivery(delivery: Delivery) -> dict[str, Any]:
    return {
        "name": delivery.name,
        "language": delivery.language,
        "outcome": delivery.outcome,
        "reason": delivery.reason,
        "attempts": tries(delivery),
    }


def _call(attempt: Attempt) -> dict[str, Any]:
    return {
        "channel": Channel.VOICE,
        "address": attempt.address,
        "status": attempt.status,
        "disposition": attempt.disposition,
        "reply": attempt.reply,
        "heard": round(attempt.heard, 3),
        "called_back": attempt.errand is Errand.RING_BACK,
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
        "channel": Channel.SMS,
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


def table(deliveries: Sequence[Delivery]) -> Table:
    """One line per person."""
    view = Table("Name", "Language", "Outcome", "Calls and texts", header_style="bold")
    for delivery in deliveries:
        outcome = delivery.outcome
        shown = f"[{COLOURS.get(outcome, 'white')}]{outcome}[/]" if outcome else "[dim]under way[/]"
        tries = ", ".join([*map(_call_in_words, delivery.attempts), *map(_text_in_words, delivery.messages)])
        view.add_row(escape(delivery.name), delivery.language, shown, escape(tries or delivery.reason))
    return view


def _call_in_words(attempt: Attempt) -> str:
    if attempt.errand is Errand.RING_BACK:
        return f"{attempt.reply} by calling back from {phone.national(attempt.address)}"
    result: str = attempt.disposition or attempt.status
    more = attempt.announcement or attempt.reason
    result += f" ({more})" if more else ""
    reply = f", {attempt.reply}" if attempt.reply != "none" else ""
    heard = f", heard {attempt.heard:.0%}" if attempt.answered_at else ""
    return f"{phone.national(attempt.address)} {result}{heard}{reply}"


def _text_in_words(message: Message) -> str:
    reason = f" ({message.reason})" if message.reason else ""
    return f"text {phone.national(message.address)} {message.status}{reason}"
