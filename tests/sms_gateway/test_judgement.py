from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field

from rules.suspicion import HOLD_S
from sms_gateway.carrier_judgement import REST_S, SILENT_S, TRIAL_TEXTS, CarrierJudge

WINDOW = 10


@dataclass
class Carrier:
    """A judge with a clock of its own, and what became of each denied number."""

    now: float = 1000.0
    found: dict[str, bool | None] = field(default_factory=dict)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.judge = CarrierJudge(clock=lambda: self.now)

    async def refuses(self, *numbers: str, doubted: bool = False) -> None:
        for number in numbers:
            call = self.judge.responses.place(number)
            self._start(number, self.judge.responses.denies(call, doubted=doubted))
        await self.passes(0.0)

    async def takes(self, number: str, *ids: str) -> None:
        call = self.judge.responses.place(number)
        self.judge.responses.lives(call)
        self.judge.expect(number, ids)
        await self.passes(0.0)

    async def denies(self, external_id: str, number: str) -> None:
        self._start(number, self.judge.denied(external_id, number, doubted=False))
        await self.passes(0.0)

    async def passes(self, seconds: float) -> None:
        """Time, with looks of the judge at its end."""
        self.now += seconds
        await asyncio.sleep(0)
        self.judge.look()
        for _ in range(3):
            await asyncio.sleep(0)

    def _start(self, number: str, verdict: Awaitable[bool | None]) -> None:
        async def note() -> None:
            self.found[number] = await verdict

        self._tasks.append(asyncio.ensure_future(note()))


def numbers(count: int, first: int = 0) -> list[str]:
    return [f"+1514555{n:04}" for n in range(first, first + count)]


async def test_one_wrong_number_among_good_ones_is_believed_at_once() -> None:
    carrier = Carrier()
    await carrier.takes("+15145550001", "a")
    await carrier.refuses("+15145550002")
    assert carrier.found == {"+15145550002": True}
    assert carrier.judge.room(WINDOW) == WINDOW


async def test_a_lone_one_is_believed_after_a_time() -> None:
    carrier = Carrier()
    await carrier.refuses("+15145550002")
    await carrier.passes(HOLD_S - 0.1)
    assert carrier.found == {}
    await carrier.passes(0.1)
    assert carrier.found == {"+15145550002": True}


async def test_a_run_of_refusals_is_the_carriers_and_it_is_tried_with_a_few() -> None:
    carrier = Carrier()
    await carrier.refuses(*numbers(5))
    assert set(carrier.found.values()) == {False}
    assert len(carrier.found) == 5
    assert carrier.judge.room(WINDOW) == 0
    await carrier.passes(REST_S[0])
    assert carrier.judge.room(WINDOW) == TRIAL_TEXTS
    carrier.judge.left(TRIAL_TEXTS)
    await carrier.refuses(*numbers(3, first=10))
    assert carrier.found[numbers(1, first=10)[0]] is False
    await carrier.passes(REST_S[0])
    assert carrier.judge.room(WINDOW) == 0
    await carrier.passes(REST_S[1] - REST_S[0])
    assert carrier.judge.room(WINDOW) == TRIAL_TEXTS
    await carrier.takes("+15145550042", "a")
    assert carrier.judge.room(WINDOW) == WINDOW


async def test_numbers_that_were_suspected_before_say_nothing_against_the_carrier() -> None:
    carrier = Carrier()
    await carrier.refuses(*numbers(20), doubted=True)
    assert carrier.found == {}
    assert carrier.judge.room(WINDOW) == WINDOW
    await carrier.passes(HOLD_S)
    assert set(carrier.found.values()) == {True}


async def test_no_text_leaves_while_only_unanswered_ones_speak_for_the_carrier() -> None:
    carrier = Carrier()
    pending = carrier.judge.responses.place("+15145550099")
    await carrier.refuses(*numbers(5))
    assert (carrier.found, carrier.judge.room(WINDOW)) == ({}, 0)
    carrier.judge.responses.lives(pending)
    await carrier.passes(0.0)
    assert set(carrier.found.values()) == {True}
    assert carrier.judge.room(WINDOW) == WINDOW


async def test_receipts_that_deny_every_number_are_the_carriers() -> None:
    carrier = Carrier()
    for n, number in enumerate(numbers(6)):
        await carrier.takes(number, f"id{n}")
    for n, number in enumerate(numbers(6)):
        await carrier.denies(f"id{n}", number)
    assert set(carrier.found.values()) == {False}
    await carrier.takes("+15145550042", "later")
    assert carrier.judge.at_fault, "taking texts is no sign that they arrive"
    carrier.judge.delivered("later")
    assert not carrier.judge.at_fault


async def test_a_receipt_for_an_older_text_does_not_clear_a_carrier() -> None:
    carrier = Carrier()
    await carrier.takes("+15145550042", "before")
    for n, number in enumerate(numbers(6)):
        await carrier.takes(number, f"id{n}")
    await carrier.passes(5.0)
    for n, number in enumerate(numbers(6)):
        await carrier.denies(f"id{n}", number)
    await carrier.passes(HOLD_S)
    assert carrier.judge.at_fault
    carrier.judge.delivered("before")
    carrier.judge.delivered("nobody knows this one")
    assert carrier.judge.at_fault


async def test_a_good_carrier_denies_sooner_than_it_delivers() -> None:
    """15 % of numbers do not exist; their receipts come first, and those of the others two seconds later."""
    carrier = Carrier()
    dead = numbers(100)[::7]
    for number in numbers(100):
        await carrier.takes(number, number)
    for number in dead:
        await carrier.denies(number, number)
    await carrier.passes(2.0)
    assert carrier.found == {}
    for number in sorted(set(numbers(100)) - set(dead)):
        carrier.judge.delivered(number)
    await carrier.passes(0.0)
    assert carrier.found == dict.fromkeys(dead, True)


async def test_a_carrier_that_gives_receipts_only_for_what_is_lost() -> None:
    carrier = Carrier()
    dead = numbers(100)[::7]
    for number in numbers(100):
        await carrier.takes(number, number)
    for number in dead:
        await carrier.denies(number, number)
    await carrier.passes(SILENT_S)
    await carrier.passes(0.0)
    assert carrier.found == dict.fromkeys(dead, True)
    assert not carrier.judge.at_fault


async def test_at_the_end_nobody_knows() -> None:
    carrier = Carrier()
    await carrier.refuses("+15145550002")
    carrier.judge.close()
    await carrier.passes(0.0)
    assert carrier.found == {"+15145550002": None}
