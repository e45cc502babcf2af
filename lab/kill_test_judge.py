"""What the far side saw beside what the store says: nothing of Tocsin's own judgement is taken on trust."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from lab.kill_test_blows import Struck
from lab.kill_test_people import ResidentKind, RungResident
from lab.kill_test_phone import CANCELLED, FRAME_S, HUNG_UP, KEY_END_FRAMES, KEY_FRAMES, Phone
from lab.kill_test_stage import REDIALS, RING_S
from prompts.keys import Key
from rules.model import Delivery
from rules.outcome import DeliveryOutcome
from rules.status import AttemptStatus

WHOLE = 0.93  # of the message; a packet may be lost
HEARD_ENOUGH = 0.75  # Tocsin says 0.8 of it
RANG_OUT_S = RING_S - 0.4  # less by what the town itself was late
KEY_S = (KEY_FRAMES + KEY_END_FRAMES + 1) * FRAME_S  # for the whole of it to be sent
TAKEN_S = 1.5  # after a key: then it is stored, unless a blow came
CALM_S = 12.0  # before a key: a service killed sooner may not be back, or not know of the call yet
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

    resident: RungResident
    calls: Sequence[Phone]
    delivery: Delivery | None
    deaths: Sequence[float] = ()
    over_at: float = field(default=float("inf"))  # when the alert was done
    struck: Sequence[Struck] = ()
    late_s: float = 0.0  # for how long at most the town was kept from hearing

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
        outcome, kind = self.delivery.outcome, self.resident.kind
        if outcome is DeliveryOutcome.ACKNOWLEDGED and not any(call.pressed for call in self.calls):
            return "stored as acknowledged; no key was pressed"
        true = _absent(self.calls, self.late_s) if kind is ResidentKind.ABSENT else TRUTHS[kind](self.calls)
        return "" if outcome in true else f"stored as {outcome}, expected {' or '.join(true) or 'another call'}"

    def _again(self) -> str:
        known = [at for call in self.calls for at in self._acknowledged(call)]
        if known and self.calls[-1].began > min(known):
            return f"rung {self.calls[-1].began - min(known):.2f} s after the key was confirmed, or taken in calm"
        return ""

    def _acknowledged(self, call: Phone) -> Iterator[float]:
        """When the resident may count on not being rung again: thanked, or their key taken while nothing was struck.
        Whether Tocsin knows of it is not asked."""
        yield from (each.at for each in call.heard if each.name == Key.ALERT_THANKS)
        for pressed in call.pressed:
            told = call.ended_at is None or call.ended_at >= pressed + KEY_S
            if told and not any(self._shaken(each, pressed) for each in self.struck):
                yield pressed + TAKEN_S + self.late_s

    def _shaken(self, blow: Struck, pressed: float) -> bool:
        return blow.at - TAKEN_S - self.late_s <= pressed <= blow.at + blow.lasts_s + CALM_S

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


def _absent(calls: Sequence[Phone], late_s: float) -> Outcomes:
    cancelled = [call for call in calls if call.how == CANCELLED and call.ended_at is not None]
    rang_out = [call for call in cancelled if (call.ended_at or 0.0) - call.began >= RANG_OUT_S - late_s]
    return {DeliveryOutcome.UNREACHED} if len(rang_out) >= 1 + REDIALS else set()


def _machine(calls: Sequence[Phone]) -> Outcomes:
    """A call taken up again may be told as to a person: what counts is what the machine holds."""
    greeted = [call for call in calls if call.greeted_at is not None]
    holds = any(call.longest("message", call.greeted_at or 0.0) >= WHOLE for call in greeted)
    return {DeliveryOutcome.LEFT_ON_MACHINE, DeliveryOutcome.HEARD} if holds else set()


def _dead(calls: Sequence[Phone]) -> Outcomes:
    return {DeliveryOutcome.UNREACHED} if calls else set()


TRUTHS = {
    ResidentKind.PERSON: _pressing,
    ResidentKind.BUSY_ONCE: _pressing,
    ResidentKind.HURRIED: _hurried,
    ResidentKind.MACHINE: _machine,
    ResidentKind.DEAD: _dead,
}
"""What may be stored for a resident of that kind, after what the telephone saw; `_absent` is told of lateness, too."""
