"""Who is reached by an alert, on which numbers and in which order; and who is not, with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter

from msgspec.structs import replace

from rules import channels, phone, usable
from rules.frozen import Record
from rules.model import Channel, Contact, ContactPoint, Household, Language, Numbers, Purpose
from rules.street import folded
from rules.target import BadTarget, Target
from rules.usable import Refusal

__all__ = ["Address", "BadTarget", "Draft", "LeftOut", "Planned", "Target", "nothing_for", "plan"]

ENROLMENT_NOT_FINISHED = "enrolment not finished"
NO_ACTIVE_NUMBER = "no active number"
LANDLINE = "landline and text only"

Address = tuple[str, Channel]

_POSITION = attrgetter("position")
_LIKELY_FIRST = attrgetter("dead", "suspected")
"""Numbers that may not exist come after a person's others."""


class Draft(Record, frozen=True):
    """An alert as its author wrote it. `redial_delay_s`: from the end of a call to the next one; nobody is called
    before `starts_at` nor from `expires_at` on."""

    title: str
    texts: Mapping[Language, str]
    purpose: Purpose
    target: Target
    channels: tuple[Channel, ...]
    redials: int = 2
    redial_delay_s: float = 300.0
    redial_table: Mapping[str, Mapping[str, float]] = {}  # `retry.RedialTable.own`
    starts_at: datetime | None = None
    expires_at: datetime | None = None
    numbers: Numbers = Numbers.FIRST_REACHED
    household: Household = Household.EACH
    follows: int | None = None  # the alert that this one updates or ends


class Planned(Record, frozen=True):
    """One person to reach. `points`: channel by channel, those to call in their order. `told_with`: the others of a
    household that is told once; the points are then those of the whole household."""

    contact: Contact
    points: tuple[ContactPoint, ...] = ()
    told_with: tuple[Contact, ...] = ()

    def on(self, *channels: Channel) -> tuple[ContactPoint, ...]:
        return tuple(each for each in self.points if each.channel in channels)


class LeftOut(Record, frozen=True):
    """`kind`: the reason without anybody's name, to be counted."""

    contact: Contact
    reason: str
    kind: str = ""


def plan(
    contacts: Iterable[Contact],
    draft: Draft,
    opted_out: Set[Address],
    area_codes: Set[str],
    holders: Iterable[Contact] = (),
) -> tuple[list[Planned], list[LeftOut]]:
    """Share out the numbers: each is called once and texted once per alert, for the first person who has it.
    `holders`: who has all of theirs already."""
    planner = _Planner(draft, opted_out, area_codes)
    for holder in holders:
        planner.place(holder)
    planned, left_out = [], []
    for contact in contacts:
        verdict = planner.place(contact)
        if isinstance(verdict, Planned):
            planned.append(verdict)
        else:
            left_out.append(verdict)
    return (_households(planned) if draft.household is Household.ONCE else planned), left_out


def _households(planned: Sequence[Planned]) -> list[Planned]:
    """One for each address, in place of its first person; who has no address stands alone."""
    homes: dict[object, Planned] = {}
    for one in planned:
        home = _home(one.contact)
        first = homes.get(home)
        homes[home] = one if first is None else _together(first, one)
    return list(homes.values())


def _together(first: Planned, other: Planned) -> Planned:
    """Every number is called until somebody is reached; one person is texted."""
    called = sorted((each for one in (first, other) for each in one.on(*channels.spoken())), key=_LIKELY_FIRST)
    texted = [each for channel in channels.written() for each in first.on(channel) or other.on(channel)]
    return replace(first, points=(*called, *texted), told_with=(*first.told_with, other.contact))


def _home(who: Contact) -> object:
    place = tuple(map(folded, (who.civic_number, who.street, who.unit, who.city, who.postal_code)))
    return place if who.civic_number and who.street else who.id


@dataclass
class _Planner:
    draft: Draft
    opted_out: Set[Address]
    area_codes: Set[str]
    channels: Set[Channel] = field(init=False)
    holders: dict[tuple[Channel, str, str], Contact] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.channels = set(self.draft.channels)

    def place(self, contact: Contact) -> Planned | LeftOut:
        if not contact.active:
            return LeftOut(contact, ENROLMENT_NOT_FINISHED, ENROLMENT_NOT_FINISHED)
        wanted = [point for point in contact.points if point.active and point.channel in self.channels]
        kept: list[ContactPoint] = []
        refusals: list[tuple[Refusal, str]] = []
        for point in sorted(wanted, key=_POSITION):
            refusal = self._refusal(point)
            if refusal:
                refusals.append((refusal, self._holder(point) if refusal is Refusal.SHARED else ""))
            else:
                kept.append(point)
                self.holders[_line(point)] = contact
        if not kept:
            return self._left_out(contact, refusals)
        return Planned(contact, tuple(sorted(kept, key=_turn)))

    def _left_out(self, contact: Contact, refusals: Sequence[tuple[Refusal, str]]) -> LeftOut:
        if not refusals:
            return LeftOut(contact, nothing := self._nothing(contact), nothing)
        reasons = [f"{refusal} as {holder}" if holder else refusal for refusal, holder in refusals]
        kinds = {refusal for refusal, _ in refusals}
        return LeftOut(contact, ", ".join(dict.fromkeys(reasons)), ", ".join(each for each in Refusal if each in kinds))

    def _nothing(self, contact: Contact) -> str:
        return nothing_for(self.channels, {point.channel for point in contact.points if point.active})

    def _refusal(self, point: ContactPoint) -> Refusal | None:
        return usable.refusal(
            point,
            with_dead=usable.calls_dead(self.draft.purpose),
            opted_out=(point.address, point.channel) in self.opted_out,
            allowed=usable.allowed(point.channel, point.address, self.area_codes),
            shared=_line(point) in self.holders,
        )

    def _holder(self, point: ContactPoint) -> str:
        return self.holders[_line(point)].name or phone.masked(point.address)


def _turn(point: ContactPoint) -> tuple[object, ...]:
    return channels.PLACES[point.channel], *_LIKELY_FIRST(point)


def _line(point: ContactPoint) -> tuple[Channel, str, str]:
    return point.channel, point.address, point.extension


def nothing_for(wanted: Set[Channel], has: Set[Channel]) -> str:
    """Why somebody has no number at all on the channels wanted, given those on which they have an active one."""
    lines = has & set(channels.OF_NUMBERS)
    landline = bool(lines) and not channels.written(lines)
    return LANDLINE if landline and channels.TEXT in wanted and not channels.spoken(wanted) else NO_ACTIVE_NUMBER
