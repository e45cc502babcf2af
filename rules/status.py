"""The states that things pass through, and one table of allowed moves for each."""

from __future__ import annotations

from enum import StrEnum


class AlertStatus(StrEnum):
    QUEUED = "queued"  # stored; its audio is not made yet
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"


class AttemptStatus(StrEnum):
    WAITING = "waiting"
    CLAIMED = "claimed"  # taken by a dialer; Asterisk may or may not know it yet
    PLACED = "placed"  # Asterisk accepted the call
    RINGING = "ringing"
    ANSWERED = "answered"
    FINISHED = "finished"
    WITHDRAWN = "withdrawn"  # never placed: alert cancelled, resident opted out, number not allowed


class MessageStatus(StrEnum):
    WAITING = "waiting"
    SENDING = "sending"  # marked before it is handed to the carrier
    SENT = "sent"  # the carrier took it
    DELIVERED = "delivered"
    FAILED = "failed"
    UNKNOWN = "unknown"  # marked, then a crash: never sent again by itself
    WITHDRAWN = "withdrawn"
    RECEIVED = "received"  # came in


ALERT_MOVES: dict[AlertStatus, frozenset[AlertStatus]] = {
    AlertStatus.QUEUED: frozenset({AlertStatus.RUNNING, AlertStatus.PAUSED, AlertStatus.CANCELLED}),
    AlertStatus.RUNNING: frozenset({AlertStatus.PAUSED, AlertStatus.DONE, AlertStatus.CANCELLED}),
    AlertStatus.PAUSED: frozenset({AlertStatus.QUEUED, AlertStatus.RUNNING, AlertStatus.CANCELLED}),
    # Back to running: a text that the carrier had taken is to be sent again.
    AlertStatus.DONE: frozenset({AlertStatus.RUNNING}),
    AlertStatus.CANCELLED: frozenset(),
}

ATTEMPT_MOVES: dict[AttemptStatus, frozenset[AttemptStatus]] = {
    AttemptStatus.WAITING: frozenset({AttemptStatus.CLAIMED, AttemptStatus.WITHDRAWN}),
    # Back to waiting: claimed, and no channel of that id was ever ordered.
    AttemptStatus.CLAIMED: frozenset({AttemptStatus.PLACED, AttemptStatus.FINISHED, AttemptStatus.WAITING}),
    AttemptStatus.PLACED: frozenset({AttemptStatus.RINGING, AttemptStatus.ANSWERED, AttemptStatus.FINISHED}),
    AttemptStatus.RINGING: frozenset({AttemptStatus.ANSWERED, AttemptStatus.FINISHED}),
    AttemptStatus.ANSWERED: frozenset({AttemptStatus.FINISHED}),
    AttemptStatus.FINISHED: frozenset(),
    AttemptStatus.WITHDRAWN: frozenset(),
}

MESSAGE_MOVES: dict[MessageStatus, frozenset[MessageStatus]] = {
    # Failed from waiting: while it is not known whether the number or the carrier is at fault, a refused text waits.
    MessageStatus.WAITING: frozenset(
        {MessageStatus.SENDING, MessageStatus.WITHDRAWN, MessageStatus.FAILED, MessageStatus.WAITING}
    ),
    # Back to waiting: the carrier said that it did not take the message (throttled, queue full).
    MessageStatus.SENDING: frozenset(
        {MessageStatus.SENT, MessageStatus.FAILED, MessageStatus.UNKNOWN, MessageStatus.WAITING}
    ),
    # Back to waiting: its receipt says that the number does not exist, and the carrier says so of all.
    MessageStatus.SENT: frozenset({MessageStatus.DELIVERED, MessageStatus.FAILED, MessageStatus.WAITING}),
    # A receipt may come before the response, so `unknown` may still turn out well.
    MessageStatus.UNKNOWN: frozenset({MessageStatus.SENT, MessageStatus.DELIVERED, MessageStatus.FAILED}),
    MessageStatus.DELIVERED: frozenset(),
    MessageStatus.FAILED: frozenset(),
    MessageStatus.WITHDRAWN: frozenset(),
    MessageStatus.RECEIVED: frozenset(),
}

OPEN_ATTEMPTS = frozenset({AttemptStatus.CLAIMED, AttemptStatus.PLACED, AttemptStatus.RINGING, AttemptStatus.ANSWERED})
"""Attempts that may have a telephone ringing: at most one of them per number at any moment."""
