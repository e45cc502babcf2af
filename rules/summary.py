"""What became of an alert, in figures: for the report when it is over."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from rules import channels
from rules import outcome as outcomes
from rules.model import Attempt, CallPurpose, Channel, Contact, Delivery
from rules.outcome import REACHED, DeliveryOutcome, Outcome, Reply
from rules.status import AttemptStatus
from rules.street import civic, folded
from rules.usable import Refusal

SHARES = (0.5, 0.9, 0.99)
TEXTED = (DeliveryOutcome.DELIVERED, DeliveryOutcome.TEXTED)

Line = tuple[Channel, str, str]
"""A number with its extension, called or texted."""


@dataclass(frozen=True, slots=True)
class Person:
    """One person of an alert, where they live, and the delivery that reached them: their own, or that of the person of
    their household who was told for all."""

    delivery: Delivery
    contact: Contact | None
    by: Delivery

    @property
    def reached(self) -> bool:
        return self.delivery.outcome in REACHED

    @property
    def reached_at(self) -> datetime | None:
        """When they had been told."""
        if not self.reached:
            return None
        calls = (each.ended_at for each in self.by.attempts if _told(each))
        texts = (each.ended_at or each.sent_at for each in self.by.messages if each.status in outcomes.OF_TEXT)
        return min(filter(None, [*calls, *texts]), default=None)

    @property
    def told_at(self) -> set[Line]:
        """The lines at which they were told."""
        texts = {(each.channel, each.address, "") for each in self.by.messages if each.status in outcomes.OF_TEXT}
        return texts | {(channels.CALL, each.address, each.extension) for each in self.by.attempts if _told(each)}

    @property
    def last(self) -> str:
        """What the last call or text came to."""
        calls = [(each.ended_at, _end(each)) for each in self.by.attempts if each.disposition]
        texts = [(each.ended_at, str(each.status)) for each in self.by.messages]
        ended = [(moment, what) for moment, what in (*calls, *texts) if moment]
        return max(ended)[1] if ended else ""

    @property
    def numbers(self) -> list[str]:
        """Those that were tried, once each."""
        called = [each.address for each in self.by.attempts]
        return list(dict.fromkeys([*called, *(each.address for each in self.by.messages)]))


def _end(call: Attempt) -> str:
    if call.errand is CallPurpose.RING_BACK:
        return "called back"
    return f"{call.disposition} ({call.announcement})" if call.announcement else str(call.disposition)


def _told(call: Attempt) -> bool:
    return call.disposition is not None and outcomes.tells(Outcome(call.disposition, call.reply, call.heard))


@dataclass(frozen=True, slots=True)
class TrunkUse:
    calls: int
    line_s: float


@dataclass(frozen=True, slots=True)
class Summary:
    """`seconds_to`: from the beginning until so many of the people reached had been told (share → seconds).
    `called_back`: people whose only acknowledgement came by a call to us, from a number that had rung."""

    people: int
    by_outcome: Mapping[str, int]
    by_sector: Mapping[str, Mapping[str, int]]
    by_channel: Mapping[str, int]
    seconds_to: Mapping[float, float]
    calls: Mapping[str, int]
    texts: Mapping[str, int]
    trunks: Mapping[str, TrunkUse]
    called_back: int = 0


def summary(people: Sequence[Person], began_at: datetime) -> Summary:
    """Of an alert that is over, or under way."""
    sectors: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for one in people:
        sectors[one.contact.sector if one.contact else ""][_outcome(one)] += 1
    calls = [each for one in people for each in one.delivery.attempts if each.status is AttemptStatus.FINISHED]
    return Summary(
        people=len(people),
        by_outcome=dict(Counter(map(_outcome, people))),
        by_sector={sector: dict(found) for sector, found in sorted(sectors.items())},
        by_channel=dict(Counter(_channel(one) for one in people if one.reached)),
        seconds_to=_seconds_to([one.reached_at for one in people], began_at),
        calls=dict(Counter(str(each.disposition) for each in calls)),
        texts=dict(Counter(str(each.status) for one in people for each in one.delivery.messages)),
        trunks=_trunks(calls),
        called_back=sum(map(_only_called_back, people)),
    )


def _outcome(one: Person) -> str:
    return str(one.delivery.outcome or "under way")


def _only_called_back(one: Person) -> bool:
    by = {each.errand for each in one.by.attempts if each.reply is Reply.ACKNOWLEDGED}
    return by == {CallPurpose.RING_BACK}


def _channel(one: Person) -> str:
    if one.delivery.outcome not in TEXTED:
        return str(channels.CALL)
    told = {outcomes.OF_TEXT[each.status]: each.channel for each in one.by.messages if each.status in outcomes.OF_TEXT}
    return str(told.get(one.delivery.outcome, channels.TEXT))


def _seconds_to(moments: Iterable[datetime | None], began_at: datetime) -> dict[float, float]:
    told = sorted(moment for moment in moments if moment)
    if not told:
        return {}
    return {share: (told[math.ceil(share * len(told)) - 1] - began_at).total_seconds() for share in SHARES}


def _trunks(calls: Iterable[Attempt]) -> dict[str, TrunkUse]:
    made: defaultdict[str, list[float]] = defaultdict(list)
    for each in calls:
        if each.trunk and each.placed_at and each.ended_at:
            made[each.trunk].append((each.ended_at - each.placed_at).total_seconds())
    return {name: TrunkUse(len(times), sum(times)) for name, times in sorted(made.items())}


def not_reached(people: Sequence[Person]) -> list[Person]:
    """The doors to knock on, street by street. Who was left out because somebody else has their number too was told
    when that one was, at that number."""
    told_at = set().union(*(one.told_at for one in people))
    missed = [one for one in people if one.delivery.outcome and not (one.reached or _shared(one, told_at))]
    return sorted(missed, key=_door)


def _shared(one: Person, told_at: Set[Line]) -> bool:
    theirs = one.contact.points if one.contact and Refusal.SHARED in one.delivery.reason else ()
    return any(point.active and (point.channel, point.address, point.extension) in told_at for point in theirs)


def _door(one: Person) -> tuple[object, ...]:
    who = one.contact
    if who is None:
        return ("", "", 0, "", "", one.delivery.name)
    return folded(who.city), folded(who.street), civic(who.civic_number) or 0, who.civic_number, who.unit, who.name
