"""What became of a call, and of a resident."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from msgspec.structs import replace

from rules.frozen import Record
from rules.status import MessageStatus


class Disposition(StrEnum):
    """What the telephone network did with one call (table in docs/telephony.md)."""

    HUMAN = "human"
    MACHINE = "machine"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    DEAD_NUMBER = "dead_number"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    NETWORK = "network"  # tones of the network or of a fax, in place of anybody: see Announcement
    CONGESTION = "congestion"
    TRUNK_FAULT = "trunk_fault"
    INTERRUPTED = "interrupted"  # our own fault: we stopped, or Asterisk did


NEVER_RANG = (Disposition.CONGESTION, Disposition.TRUNK_FAULT)
"""The network or the trunk took no call: no telephone rang."""


class Announcement(StrEnum):
    """What tones said on one call, in the words of ITU-T E.180 and E.182 and, for the three tones before a recorded
    announcement (special information tones), of Telcordia SR-2275."""

    BUSY = "busy"  # busy tone
    REORDER = "reorder"  # reorder or congestion tone, or the three tones of a call that failed on the way
    NO_CIRCUIT = "no_circuit"  # the three tones: every circuit is busy
    INTERCEPT = "intercept"  # the three tones: no longer in service, changed; also those that give no category
    VACANT = "vacant"  # the three tones: no such code or number
    FAX = "fax"  # a fax machine that answers, or that calls


NOT_IN_SERVICE = (Announcement.INTERCEPT, Announcement.VACANT)
"""Announcements that say, as "does not exist" does, that nobody has the number."""


RANG = (Disposition.HUMAN, Disposition.MACHINE, Disposition.NO_ANSWER, Disposition.REFUSED)
"""A telephone rang, and whoever has it may call back."""


class Reply(StrEnum):
    """What the person keyed in."""

    NONE = "none"
    ACKNOWLEDGED = "acknowledged"
    OPTED_OUT = "opted_out"


class DeliveryOutcome(StrEnum):
    """What became of one person in one alert, best first."""

    ACKNOWLEDGED = "acknowledged"
    HEARD = "heard"
    LEFT_ON_MACHINE = "left_on_machine"
    DELIVERED = "delivered"  # a receipt says that the text is on the telephone
    TEXTED = "texted"  # the carrier took the text; no receipt yet
    UNREACHED = "unreached"
    OPTED_OUT = "opted_out"
    LEFT_OUT = "left_out"


REACHED = (
    *(DeliveryOutcome.ACKNOWLEDGED, DeliveryOutcome.HEARD, DeliveryOutcome.LEFT_ON_MACHINE),
    *(DeliveryOutcome.DELIVERED, DeliveryOutcome.TEXTED),
)
"""Outcomes of those who were told."""

OF_TEXT: Mapping[MessageStatus, DeliveryOutcome] = {
    MessageStatus.SENT: DeliveryOutcome.TEXTED,
    MessageStatus.DELIVERED: DeliveryOutcome.DELIVERED,
}
"""What a text settles for the resident; others settle nothing."""


class Outcome(Record, frozen=True):
    """One finished call. `heard`: share of the message played, 0 to 1 (the most of several plays). `announcement`: what
    tones said, before the answer (in early media, RFC 3960) or after it; it adds to what the final status says, and is
    all that is known with Disposition.NETWORK."""

    disposition: Disposition
    reply: Reply = Reply.NONE
    heard: float = 0.0
    sip: int | None = None
    cause: int | None = None
    announcement: Announcement | None = None


HEARD_ENOUGH = 0.8
"""A person who hung up after this share of the message has heard it."""

LEFT_WHOLE = 0.99
"""A machine holds the message when it was played to the end."""


def of_call(outcome: Outcome) -> DeliveryOutcome | None:
    """What one call settles for the resident; None when it settles nothing."""
    if outcome.reply is Reply.OPTED_OUT:
        return DeliveryOutcome.OPTED_OUT
    if outcome.reply is Reply.ACKNOWLEDGED:
        return DeliveryOutcome.ACKNOWLEDGED
    if outcome.disposition is Disposition.HUMAN and outcome.heard >= HEARD_ENOUGH:
        return DeliveryOutcome.HEARD
    if outcome.disposition is Disposition.MACHINE and outcome.heard >= LEFT_WHOLE:
        return DeliveryOutcome.LEFT_ON_MACHINE
    return None


def tells(outcome: Outcome) -> bool:
    """Whether the call told somebody; `db.alerts.told` says the same in SQL."""
    return of_call(outcome) in REACHED


def ended_by_tones(outcome: Outcome, announcement: Announcement, *, after_words: bool) -> Outcome:
    """An answered call on which tones were heard: NETWORK, which tells nobody anything. It stands as it is where a key
    was pressed, and where somebody who had spoken (`after_words`) heard enough before the line went busy."""
    told = of_call(outcome) is not None
    stands = outcome.reply is not Reply.NONE or (told and after_words and announcement not in _BY_THREE_TONES)
    disposition = outcome.disposition if stands else Disposition.NETWORK
    return replace(outcome, disposition=disposition, announcement=announcement)


def unanswered(outcome: Outcome, announcement: Announcement | None) -> Outcome:
    """A call that ended before the answer, and what tones said on it: where the status says only that nobody answered,
    NETWORK. What was our own fault, or the trunk's, stays so."""
    if announcement is None or outcome.disposition in _NOT_THE_NETWORK:
        return outcome
    disposition = Disposition.NETWORK if outcome.disposition is Disposition.NO_ANSWER else outcome.disposition
    return replace(outcome, disposition=disposition, announcement=announcement)


def denies(outcome: Outcome) -> bool:
    """The network says that nobody has the number: by its status, or by tones alone."""
    by_tones = outcome.disposition is Disposition.NETWORK and outcome.announcement in NOT_IN_SERVICE
    return by_tones or outcome.disposition is Disposition.DEAD_NUMBER


_NOT_THE_NETWORK = (Disposition.INTERRUPTED, Disposition.TRUNK_FAULT)
_BY_THREE_TONES = (*NOT_IN_SERVICE, Announcement.NO_CIRCUIT)


def best(outcomes: Iterable[DeliveryOutcome | None]) -> DeliveryOutcome:
    """The best of several; `unreached` when there is none. Opting out overrides all but an acknowledgement."""
    settled = {outcome for outcome in outcomes if outcome is not None}
    ranked = [DeliveryOutcome.ACKNOWLEDGED, DeliveryOutcome.OPTED_OUT, *DeliveryOutcome]
    return next((outcome for outcome in ranked if outcome in settled), DeliveryOutcome.UNREACHED)
