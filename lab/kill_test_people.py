"""The residents of the kill test, each with a telephone, and all that their telephones went through."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from lab.carrier import Carrier, CarrierLeg, Script, SipMessage, carrier
from lab.exchanges import EXCHANGES
from lab.kill_test_phone import Phone, keep_speaking
from prompts.keys import Key

RINGS_S = 0.4
LOOK_S = 0.05
THINKS_S = 0.25  # after the last word
PATIENCE_S = 15.0  # with a caller who says nothing
DEAD_LINE_S = 10.0  # without any sound at all, not even silence, the resident hangs up
RINGS_ON_S = 8.0  # longer than Tocsin rings: the network gives up a caller who vanished
ACK_S = 4.0
HANGS_UP_AFTER_S = 0.7  # of the message
BEEP_S = 0.5


class ResidentKind(StrEnum):
    """What a resident does with a call."""

    PERSON = "answers and presses 1"
    BUSY_ONCE = "busy once, then presses 1"
    HURRIED = "hangs up early"
    ABSENT = "no answer"
    MACHINE = "voice mail"
    DEAD = "dead number"


SHARES = {
    ResidentKind.PERSON: 90,
    ResidentKind.BUSY_ONCE: 30,
    ResidentKind.HURRIED: 20,
    ResidentKind.ABSENT: 15,
    ResidentKind.MACHINE: 25,
    ResidentKind.DEAD: 20,
}
"""Of 200 residents."""


@dataclass(frozen=True, slots=True)
class RungResident:
    number: str  # ten digits
    kind: ResidentKind


def residents(number: int, *, run: int, chance: random.Random) -> list[RungResident]:
    """Mixed as in SHARES, in random order. No two runs share a number."""
    shares = sum(SHARES.values())
    kinds = [kind for kind, share in SHARES.items() for _ in range(max(1, round(share * number / shares)))][:number]
    kinds += [ResidentKind.PERSON] * (number - len(kinds))
    chance.shuffle(kinds)
    return [RungResident(f"418{EXCHANGES[run]}{1000 + place:04d}", kind) for place, kind in enumerate(kinds)]


@dataclass(frozen=True, slots=True)
class TownVoices:
    """G.711 μ-law."""

    hello: bytes
    greeting: bytes
    beep: bytes


@dataclass
class RungTown:
    """The far side. `calls`: every call that it saw, oldest first."""

    voices: TownVoices
    kinds: dict[str, ResidentKind] = field(default_factory=dict)
    calls: list[Phone] = field(default_factory=list)
    network: Carrier | None = None
    late_s: float = 0.0  # for how long at most, in this run, the machine kept the town from hearing and speaking
    _talking: set[Phone] = field(default_factory=set)

    @property
    def host(self) -> str:
        assert self.network
        return self.network.host

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[RungTown]:
        async with carrier(self._script, leg=self._phone) as network:
            self.network = network
            speaking = asyncio.create_task(keep_speaking(self._talking, self._late))
            try:
                yield self
            finally:
                speaking.cancel()

    def move_in(self, people: Sequence[RungResident]) -> None:
        """Residents of a new run; what was seen of the others is forgotten, but for calls that are still open."""
        self.kinds = {each.number: each.kind for each in people}
        self.calls = [call for call in self.calls if call.ended_at is None]
        self.late_s = 0.0
        assert self.network
        self.network.seen.clear()
        self.network.forget(lambda leg: leg not in self.calls)

    def _late(self, seconds: float) -> None:
        self.late_s = max(self.late_s, seconds)

    def of(self, number: str) -> list[Phone]:
        return [call for call in self.calls if call.number == number]

    def _phone(self, network: Carrier, invite: SipMessage) -> Phone:
        phone = Phone(network, invite)
        self.calls.append(phone)
        return phone

    def _script(self, number: str) -> Script:
        manner = MANNERS[self.kinds[number]]

        async def script(leg: CarrierLeg) -> None:
            assert isinstance(leg, Phone)
            try:
                await (is_busy if self._in_a_call(leg) else manner)(self, leg)
            finally:
                self._talking.discard(leg)
                leg.close()

        return script

    def _in_a_call(self, phone: Phone) -> bool:
        return any(other.ended_at is None for other in self.of(phone.number) if other is not phone)

    async def pick_up(self, phone: Phone) -> bool:
        """False when the caller gave up, or is no longer there."""
        if not await rings(phone, RINGS_S):
            return False
        try:
            await asyncio.wait_for(phone.answer(), ACK_S)
        except TimeoutError:
            phone.hang_up()
            return False
        self._talking.add(phone)
        return True


async def rings(phone: Phone, seconds: float) -> bool:
    """False when the caller gives up first."""
    phone.say(180)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(phone.cancelled.wait(), seconds)
        phone.say(487)
        return False
    return True


async def presses_1(town: RungTown, phone: Phone) -> None:
    if not await town.pick_up(phone):
        return
    await phone.speak(town.voices.hello)
    answered = 0
    while not phone.over.is_set():
        await asyncio.sleep(LOOK_S)
        menus = sum(each.name == Key.ALERT_MENU for each in phone.heard)
        if menus > answered and phone.quiet_s() > THINKS_S:
            answered = menus
            phone.press("1")
        _hang_up_on_silence(phone)


async def busy_once(town: RungTown, phone: Phone) -> None:
    first = len(town.of(phone.number)) == 1
    await (is_busy if first else presses_1)(town, phone)


async def hangs_up(town: RungTown, phone: Phone) -> None:
    if not await town.pick_up(phone):
        return
    await phone.speak(town.voices.hello)
    while not phone.over.is_set():
        await asyncio.sleep(LOOK_S)
        if phone.seconds_of("message") >= HANGS_UP_AFTER_S:
            phone.hang_up()
        _hang_up_on_silence(phone)


async def never_answers(_: RungTown, phone: Phone) -> None:
    if await rings(phone, RINGS_ON_S):
        phone.refuse(480)


async def takes_a_message(town: RungTown, phone: Phone) -> None:
    if not await town.pick_up(phone):
        return
    await phone.speak(town.voices.greeting)
    await phone.speak(town.voices.beep)
    while not phone.over.is_set():
        await asyncio.sleep(LOOK_S)
        _hang_up_on_silence(phone)


async def is_busy(_: RungTown, phone: Phone) -> None:
    phone.refuse(486)


async def is_dead(_: RungTown, phone: Phone) -> None:
    phone.refuse(404)


MANNERS: Mapping[ResidentKind, Callable[[RungTown, Phone], Awaitable[None]]] = {
    ResidentKind.PERSON: presses_1,
    ResidentKind.BUSY_ONCE: busy_once,
    ResidentKind.HURRIED: hangs_up,
    ResidentKind.ABSENT: never_answers,
    ResidentKind.MACHINE: takes_a_message,
    ResidentKind.DEAD: is_dead,
}


def _hang_up_on_silence(phone: Phone) -> None:
    if phone.dead_s() > DEAD_LINE_S or phone.quiet_s() > PATIENCE_S:
        phone.hang_up()
