"""From what an officer asks for to an alert that may be sent, or all that speaks against it."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from alerts import ends
from prompts import wording
from records.alerts import AlertRequest
from records.problem import WrongField
from records.rejected import Rejected
from rules import area, audience, channels, moments, schedule, visible
from rules.frozen import Record
from rules.model import Channel, Language, Purpose
from rules.policy import Policy


class Composed(Record, frozen=True):
    """`opening`: when it could begin, where it may not begin as asked. `warnings`: what is probably not meant."""

    draft: audience.Draft
    opening: datetime | None = None
    warnings: tuple[str, ...] = ()


def compose(policy: Policy, asked: AlertRequest, now: datetime, *, follows: int | None = None) -> Composed:
    """`follows`: the alert that this one updates or ends. Raises Rejected."""
    return _Composer(policy, asked, local(policy, now)).composed(follows)


def target(to: Iterable[str], but: Iterable[str] = ()) -> audience.Target:
    """From terms without files. Raises Rejected."""
    try:
        return audience.Target.parse([visible.text(term) for term in to], [visible.text(term) for term in but])
    except (audience.BadTarget, area.BadArea, visible.Unprintable) as error:
        raise Rejected([WrongField(field="", detail=str(error))]) from error


def local(policy: Policy, now: datetime) -> datetime:
    """By the town's clocks."""
    return now.astimezone(zoneinfo.ZoneInfo(policy.timezone))


class _Composer:
    """Each part of the request is looked at, whatever is wrong with the others."""

    def __init__(self, policy: Policy, asked: AlertRequest, now: datetime) -> None:
        self._policy, self._asked, self._now = policy, asked, now
        self._purpose = asked.purpose or Purpose.EMERGENCY
        self._wrong: list[WrongField] = []
        self._warnings: list[str] = []

    def composed(self, follows: int | None) -> Composed:
        asked, policy = self._asked, self._policy
        title, texts = self._seen("title", asked.title), self._texts()
        served = self._channels()
        if channels.spoken(served):
            self._wrong += _unsayable(texts)
        starts_at, opening = self._start()
        expires_at = self._until(opening or starts_at)
        target = self._target()
        if self._wrong:
            raise Rejected(self._wrong)
        draft = audience.Draft(
            title=title,
            texts=texts,
            purpose=self._purpose,
            target=target,
            channels=served,
            redials=policy.redials,
            redial_delay_s=policy.redial_delay_s,
            redial_table=policy.redial_table,
            starts_at=starts_at,
            expires_at=expires_at,
            numbers=asked.numbers,
            household=asked.household,
            follows=follows,
        )
        return Composed(draft, opening, tuple(self._warnings))

    def _refuse(self, field: str, detail: str) -> None:
        self._wrong.append(WrongField(field=field, detail=detail))

    def _seen(self, field: str, text: str, *, lines: bool = False) -> str:
        """Without invisible characters, which pasted texts bring along."""
        try:
            return visible.text(text, lines=lines)
        except visible.Unprintable as error:
            self._refuse(field, f"{error}.")
            return ""

    def _texts(self) -> dict[Language, str]:
        asked = {each: self._asked.texts.get(each, "") for each in self._policy.languages}
        for language, text in asked.items():
            if not text.strip():
                self._refuse(f"text_{language}", "must hold the text of the alert.")
        seen = {each: self._seen(f"text_{each}", text, lines=True).strip() for each, text in asked.items()}
        return {each: text for each, text in seen.items() if text}

    def _target(self) -> audience.Target:
        try:
            return target(self._asked.to, self._asked.but)
        except Rejected as error:
            self._wrong += error.wrong
            return audience.Target()

    def _channels(self) -> tuple[Channel, ...]:
        """Those asked for that this site can serve; of the others is warned."""
        try:
            wanted = tuple(dict.fromkeys(Channel(name.strip()) for name in self._asked.channels))
        except ValueError:
            self._refuse("channels", f"is “{','.join(self._asked.channels)}”: write {_choices()}.")
            return ()
        served = tuple(each for each in wanted if each in self._policy.channels)
        for each in wanted:
            if each not in served:
                missing = channels.TRAITS[each].setting or "that channel"
                self._warnings.append(f"No {each} goes out: {missing} is not set.")
        if not served:
            needed = " or ".join(channels.TRAITS[each].setting for each in channels.OFFERED)
            self._refuse("", f"Nothing can go out: set {needed} in .env.")
        return served

    def _start(self) -> tuple[datetime | None, datetime | None]:
        at = self._moment("at", self._asked.at)
        try:
            begins = schedule.start(self._purpose, self._now, at=at, when_allowed=self._asked.when_allowed)
        except schedule.OutsideHours as error:
            return at, error.opening
        except schedule.BadMoment as error:
            self._refuse("at", f"{self._asked.at}: {error}.")
            return None, None
        return begins, None

    def _until(self, begins: datetime | None) -> datetime:
        """When it ends, as asked or by default. `begins`: None for at once."""
        begins = begins or self._now
        until = self._moment("until", self._asked.until)
        if until is None:
            return ends.of(self._policy, self._purpose, begins)
        if not moments.before(begins, until):
            why = "is over before the alert begins: write a later moment, with its date, as 2026-11-22 18:00"
            self._refuse("until", f"{self._asked.until} {why}.")
        return until

    def _moment(self, field: str, text: str) -> datetime | None:
        """None where none was asked for, or it can't be read."""
        if not text:
            return None
        try:
            if doubt := schedule.doubt(text, self._now):
                self._warnings.append(f"{field} {text}: {doubt}.")
            return schedule.read(text, self._now)
        except schedule.BadMoment as error:
            self._refuse(field, f"{error}.")
            return None


def _choices() -> str:
    """The channels, and all of them together, as they are written."""
    return f"{', '.join(channels.OFFERED)} or {','.join(channels.OFFERED)}"


def _unsayable(texts: dict[Language, str]) -> Iterator[WrongField]:
    """A voice must not leave out a sign that carries meaning, nor guess at one."""
    for language, text in texts.items():
        found: Sequence[wording.Unsayable] = wording.unsayable(text, language)
        for each in found:
            near = f"character {each.place + 1} (… {each.near} …)"
            why = f"a voice can't say “{each.sign}” for certain; write {each.instead}."
            yield WrongField(field=f"text_{language}", detail=why, place=near)
        if not wording.plain(text, language):
            yield WrongField(field=f"text_{language}", detail="holds no word to say.")
