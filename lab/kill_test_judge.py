"""What the far side saw beside what the store says: nothing of Tocsin's own judgement is taken on trust."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from alerts.model import Delivery
from alerts.outcome import DeliveryOutcome
from alerts.status import AttemptStatus
from lab.kill_test_people import Kind, Resident
from lab.kill_test_phone import CANCELLED, HUNG_UP, Phone
from lab.kill_test_stage import REDIALS

WHOLE = 0.93  # of the message; a packet may be lost
HEARD_ENOUGH = 0.75  # Tocsin says 0.8 of it
RANG_OUT_S = 1.0  # of RING_S: the far side may have been busy when the call came
BOOT_S = 0.3  # no Asterisk sends its first call sooner after the death of the one before
OVER = (AttemptStatus.FINISHED, AttemptStatus.WITHDRAWN)


class Fault(StrEnum):
    LOST = "lost"
    AGAIN = "rung again after acknowledging"
    TWO = "two open calls"
    LIMBO = "limbo"


@dataclass(frozen=True, slots=True)
class Violation:
    """`ids`: the attempts concerned, to find them in the log."""

    fault: Fault
    number: str
    text: str
    ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """One resident: the calls that the telephone saw, oldest first, and what is stored."""

    resident: Resident
    calls: Sequence[Phone]
    delivery: Delivery | None
    deaths: Sequence[float] = ()
    over_at: float = field(default=float("inf"))  # when the alert was done

    def violations(self) -> Iterator[Violation]:
        texts = [(Fault.LOST, self._untrue()), (Fault.AGAIN, self._again()), (Fault.TWO, self._two())]
        for fault, text in [*texts, (Fault.LIMBO, self._limbo())]:
            if text:
                yield Violation(fault, self.resident.number, text, self._ids())

    def _ids(self) -> tuple[str, ...]:
        return tuple(attempt.id for attempt in self.delivery.attempts) if self.delivery else ()

    def _untrue(self) -> str:
        """Why the stored outcome is not what happened; "" when it is."""
        if self.delivery is None or self.delivery.outcome is None:
            return "no outcome is stored"
        outcome = self.delivery.outcome
        if outcome is DeliveryOutcome.ACKNOWLEDGED and not any(call.pressed for call in self.calls):
            return "stored as acknowledged; no key was pressed"
        true = TRUTHS[self.resident.kind](self.calls)
        return "" if outcome in true else f"stored as {outcome}, expected {' or '.join(true) or 'another call'}"

    def _again(self) -> str:
        thanked = [each.at for call in self.calls for each in call.heard if each.name == "alert_thanks"]
        if thanked and self.calls[-1].began > thanked[0]:
            return f"rung {self.calls[-1].began - thanked[0]:.2f} s after the key was confirmed"
        return ""

    def _two(self) -> str:
        for before, after in itertools.pairwise(self.calls):
            open_until = before.ended_at if before.ended_at is not None else float("inf")
            if open_until > after.began and not self._orphaned(before, after.began):
                return f"rung {after.began - before.began:.2f} s after a call that was open {_until(before, after)}"
        return ""

    def _orphaned(self, call: Phone, at: float) -> bool:
        """The Asterisk that placed this call was killed before `at`: nothing could end the call any more."""
        return any(call.began - BOOT_S <= death <= at - BOOT_S for death in self.deaths)

    def _limbo(self) -> str:
        attempts = self.delivery.attempts if self.delivery else ()
        stuck = [attempt.status for attempt in attempts if attempt.status not in OVER]
        if stuck:
            return f"attempts left {', '.join(stuck)}"
        if any(call.ended_at is None and not self._orphaned(call, self.over_at) for call in self.calls):
            return "a call is still open on the telephone though the alert is over"
        return ""

    def orphans(self) -> int:
        """Calls that the far side still believed to be open when their Asterisk was dead."""
        return sum(
            any(call.began - BOOT_S <= death <= (call.ended_at or float("inf")) for death in self.deaths)
            for call in self.calls
        )


def _until(before: Phone, after: Phone) -> str:
    return "for good" if before.ended_at is None else f"{before.ended_at - after.began:.3f} s longer"


Outcomes = set[DeliveryOutcome]


def _pressing(calls: Sequence[Phone]) -> Outcomes:
    return {DeliveryOutcome.ACKNOWLEDGED} if any(call.pressed for call in calls) else set()


def _hurried(calls: Sequence[Phone]) -> Outcomes:
    """It may have been slow to hang up, and heard the message after all."""
    cut_short = [call for call in calls if call.how == HUNG_UP and call.longest("message") < WHOLE]
    heard = any(call.longest("message") >= HEARD_ENOUGH for call in calls)
    unreached = {DeliveryOutcome.UNREACHED} if len(cut_short) >= 1 + REDIALS else set()
    return unreached | ({DeliveryOutcome.HEARD} if heard else set())


def _absent(calls: Sequence[Phone]) -> Outcomes:
    cancelled = [call for call in calls if call.how == CANCELLED and call.ended_at is not None]
    rang_out = [call for call in cancelled if (call.ended_at or 0.0) - call.began >= RANG_OUT_S]
    return {DeliveryOutcome.UNREACHED} if len(rang_out) >= 1 + REDIALS else set()


def _machine(calls: Sequence[Phone]) -> Outcomes:
    """A call taken up again may be told as to a person: what counts is what the machine holds."""
    greeted = [call for call in calls if call.greeted_at is not None]
    holds = any(call.longest("message", call.greeted_at or 0.0) >= WHOLE for call in greeted)
    return {DeliveryOutcome.LEFT_ON_MACHINE, DeliveryOutcome.HEARD} if holds else set()


def _dead(calls: Sequence[Phone]) -> Outcomes:
    return {DeliveryOutcome.UNREACHED} if calls else set()


TRUTHS = {
    Kind.PERSON: _pressing,
    Kind.BUSY_ONCE: _pressing,
    Kind.HURRIED: _hurried,
    Kind.ABSENT: _absent,
    Kind.MACHINE: _machine,
    Kind.DEAD: _dead,
}
"""What may be stored for a resident of that kind, after what the telephone saw."""
