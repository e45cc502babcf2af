"""Who is reached by an alert, on which numbers and in which order; and who is not, with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field

from alerts import phone
from alerts.model import Channel, Contact, ContactPoint, Language, Purpose

Address = tuple[str, Channel]


class BadTarget(ValueError):
    """The target is not written as `all`, `sector:NAME` or `number:N`; the text says what to write."""


@dataclass(frozen=True, slots=True)
class Target:
    """Everyone, or the people of some sectors and the holders of some numbers (E.164)."""

    everyone: bool = False
    sectors: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str | Iterable[str]) -> Target:
        """Read `all`, `sector:NAME`, `number:N`; several joined by spaces, or a list of them. A name with spaces
        goes on until the next word with a colon, as in `sector:Vieux Bourg number:5145550101`."""
        words = text.split() if isinstance(text, str) else [word for item in text for word in item.split()]
        terms = _terms(words)
        if not terms:
            raise BadTarget("the target is empty: write all, sector:NAME or number:N")
        return cls(
            everyone=any(kind == "all" for kind, _ in terms),
            sectors=_once(value for kind, value in terms if kind == "sector"),
            numbers=_once(_number(value) for kind, value in terms if kind == "number"),
        )

    def __str__(self) -> str:
        everyone = ["all"] if self.everyone else []
        sectors = [f"sector:{name}" for name in self.sectors]
        return " ".join([*everyone, *sectors, *(f"number:{number}" for number in self.numbers)])


def _terms(words: list[str]) -> list[tuple[str, str]]:
    terms: list[tuple[str, str]] = []
    for word in words:
        kind, colon, value = word.partition(":")
        kind = kind.lower()
        if kind == "all" and not colon:
            terms.append(("all", ""))
        elif colon and kind in ("sector", "number"):
            terms.append((kind, value))
        elif terms and terms[-1][0] != "all" and not colon:
            terms[-1] = (terms[-1][0], f"{terms[-1][1]} {word}".strip())
        else:
            raise BadTarget(f"“{word}” is not a target: write all, sector:NAME or number:N")
    _check_values(terms)
    return terms


def _check_values(terms: list[tuple[str, str]]) -> None:
    for kind, value in terms:
        if kind != "all" and not value:
            raise BadTarget(
                f"“{kind}:” has nothing after the colon: write {kind}:{'NAME' if kind == 'sector' else 'N'}"
            )


def _number(text: str) -> str:
    try:
        return phone.parse(text)
    except phone.BadNumber as wrong:
        raise BadTarget(f"number:{text}: {wrong}") from wrong


def _once(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


@dataclass(frozen=True, slots=True)
class Draft:
    """An alert as its author wrote it. `redial_delay_s`: from the end of a call to the next one."""

    title: str
    texts: Mapping[Language, str]
    purpose: Purpose
    target: Target
    channels: tuple[Channel, ...]
    redials: int = 2
    redial_delay_s: float = 300.0


@dataclass(frozen=True, slots=True)
class Planned:
    """One person to reach: numbers to call in order, stopping at the first reached; numbers to text, all of them."""

    contact: Contact
    voice_points: tuple[ContactPoint, ...] = ()
    sms_points: tuple[ContactPoint, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOut:
    contact: Contact
    reason: str


def plan(
    contacts: Iterable[Contact], draft: Draft, opted_out: Set[Address], area_codes: Set[str]
) -> tuple[list[Planned], list[LeftOut]]:
    """Share out the numbers: each is called once and texted once per alert, for the first person who has it."""
    planner = _Planner(draft, opted_out, area_codes)
    planned, left_out = [], []
    for contact in contacts:
        verdict = planner.place(contact)
        if isinstance(verdict, Planned):
            planned.append(verdict)
        else:
            left_out.append(verdict)
    return planned, left_out


@dataclass
class _Planner:
    draft: Draft
    opted_out: Set[Address]
    area_codes: Set[str]
    holders: dict[tuple[Channel, str, str], str] = field(default_factory=dict)

    def place(self, contact: Contact) -> Planned | LeftOut:
        if not contact.active:
            return LeftOut(contact, "enrolment not finished")
        wanted = [point for point in contact.points if point.active and point.channel in self._channels()]
        kept, reasons = [], []
        for point in sorted(wanted, key=lambda each: each.position):
            reason = self._refusal(point)
            if reason:
                reasons.append(reason)
            else:
                kept.append(point)
                self.holders[_line(point)] = contact.name or phone.masked(point.address)
        if not kept:
            return LeftOut(contact, _reason(reasons, self.draft))
        return Planned(contact, _of(kept, Channel.VOICE), _of(kept, Channel.SMS))

    def _channels(self) -> Set[Channel]:
        return {Channel.VOICE, Channel.SMS} & set(self.draft.channels)

    def _refusal(self, point: ContactPoint) -> str:
        if point.dead:
            return "dead number"
        if (point.address, point.channel) in self.opted_out:
            return "opted out"
        if not phone.allowed(point.address, self.area_codes):
            return "number not allowed"
        holder = self.holders.get(_line(point))
        return f"same number as {holder}" if holder is not None else ""


def _line(point: ContactPoint) -> tuple[Channel, str, str]:
    return point.channel, point.address, point.extension


def _of(points: Iterable[ContactPoint], channel: Channel) -> tuple[ContactPoint, ...]:
    return tuple(point for point in points if point.channel is channel)


def _reason(reasons: list[str], draft: Draft) -> str:
    return ", ".join(dict.fromkeys(reasons)) or f"no number for {' or '.join(draft.channels)}"
