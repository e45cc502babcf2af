"""What tones say before the answer, on a call whose events and sound the test gives."""

from __future__ import annotations

import asyncio
import contextlib
import struct
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import numpy as np
import pytest

from db.engine.store import Store
from db.queue import attempts
from dialer import place
from dialer.trunk import TrunkLeg
from dialer.trunks import Trunks
from lab import network_tones
from lab.network_tones import silence, tone
from rules.dead_numbers import Evidence, evidence_of
from rules.outcome import Announcement, Disposition, Outcome
from telephony import ari, early_media, events
from telephony.audiosocket import AUDIO
from telephony.call import Call
from telephony.early_media import EarlyMedia
from telephony.tap import TICK_S, Taps
from telephony.trunk import Trunk
from tests.db import town
from tests.telephony.test_call import CHANNEL, asterisk, far_end

D, A = Disposition, Announcement
RING_S = 30.0
SOUNDS = network_tones.SOUNDS | {
    "vacant": [tone(0.38, 985.2), tone(0.274, 1370.6), tone(0.38, 1776.7)],
    "no_circuit": [tone(0.38, 985.2), tone(0.38, 1428.5), tone(0.38, 1776.7)],
    "ringing in Britain": [tone(0.4, 400, 450), silence(0.2), tone(0.4, 400, 450), silence(2.0)] * 5,
    "ringing, then busy": [tone(1.0, 425), silence(4.0)] * 2 + [tone(0.5, 425), silence(0.5)] * 6,
    "a beep": [silence(1), tone(0.4, 1000), silence(2)],
    "nothing": [silence(5.0)],
}


@dataclass
class Waiting:
    """A call that waits for its answer."""

    line: ari.Line
    taps: Taps
    leg: TrunkLeg
    asked: list[str]
    ends: asyncio.Task[Call] = field(init=False)

    async def progress(self) -> None:
        self.line.put(events.Dial(peer=CHANNEL, dialstatus="PROGRESS"))
        await asyncio.sleep(2 * TICK_S)

    async def hears(self, sound: str) -> None:
        """Sound comes before the answer, faster than it would."""
        await self.progress()
        (tap,) = self.taps._taps.values()
        with far_end(self.taps, tap.token) as far:
            samples = np.concatenate([*SOUNDS[sound], silence(0.6)]).astype("<i2").tobytes()
            for start in range(0, len(samples), 320):
                piece = samples[start : start + 320]
                far.sendall(struct.pack(">BH", AUDIO, len(piece)) + piece)
            await asyncio.sleep(6 * TICK_S)

    async def given_up(self, *, within_s: float) -> None:
        async with asyncio.timeout(within_s):
            while not any(each.startswith("DELETE channels/") for each in self.asked):
                await asyncio.sleep(0.05)

    async def ended(self, sip: int = 0, cause: int = 16) -> Outcome:
        self.line.put(events.ChannelDestroyed(channel=CHANNEL, cause=cause, tech_cause=sip))
        return await self.outcome()

    async def outcome(self) -> Outcome:
        with pytest.raises(place.NotAnswered) as end:
            await asyncio.wait_for(self.ends, 10)
        assert self.taps.open_taps == 0
        return end.value.outcome


@contextlib.asynccontextmanager
async def waiting(store: Store, *, listens: bool = True, ring_s: float = RING_S) -> AsyncIterator[Waiting]:
    await town.running(store, await town.people(store, [town.number(1)]))
    (attempt,) = await attempts.claim(store, 1, now=town.NOW)
    leg = Trunks([Trunk("a", "127.0.0.1:5071", 10, 10)], time.monotonic).take(attempt.address)
    assert leg is not None
    asked: list[str] = []

    def answer(method: str, uri: str) -> int:
        asked.append(f"{method} {uri}")
        return 204

    async with asterisk(answer) as link, Taps().running() as taps:
        with link.listen(CHANNEL.id) as line:
            call = Waiting(line, taps, leg, asked)
            early = EarlyMedia(link, CHANNEL.id, taps if listens else None)
            call.ends = asyncio.create_task(
                place.until_answered(
                    link, line, attempt, leg, early, ring_s=ring_s, store=store, clock=lambda: town.NOW
                )
            )
            yield call
            call.ends.cancel()
            await asyncio.gather(call.ends, return_exceptions=True)


@pytest.mark.parametrize(
    ("sound", "sip", "cause", "disposition", "announcement"),
    [
        ("busy", 480, 19, D.NETWORK, A.BUSY),
        ("busy", 487, 16, D.NETWORK, A.BUSY),
        ("busy", 0, 16, D.NETWORK, A.BUSY),
        ("busy", 486, 17, D.BUSY, A.BUSY),
        ("ringing, then busy", 480, 19, D.NETWORK, A.BUSY),
        ("reorder", 480, 19, D.NETWORK, A.REORDER),
        ("reorder", 503, 34, D.CONGESTION, A.REORDER),
        ("no_circuit", 408, 18, D.NETWORK, A.NO_CIRCUIT),
        ("intercept", 480, 19, D.NETWORK, A.INTERCEPT),
        ("intercept", 404, 1, D.DEAD_NUMBER, A.INTERCEPT),
        ("vacant", 404, 1, D.DEAD_NUMBER, A.VACANT),
        ("vacant", 487, 16, D.NETWORK, A.VACANT),
        ("fax", 480, 19, D.NETWORK, A.FAX),
        ("intercept", 401, 21, D.TRUNK_FAULT, None),
        ("ringing", 480, 19, D.NO_ANSWER, None),
        ("ringing in Britain", 487, 16, D.NO_ANSWER, None),
        ("ringing", 404, 1, D.DEAD_NUMBER, None),
        ("a beep", 480, 19, D.NO_ANSWER, None),
        ("nothing", 480, 19, D.NO_ANSWER, None),
    ],
)
async def test_tones_before_the_answer_add_to_the_status(
    store: Store, sound: str, sip: int, cause: int, disposition: Disposition, announcement: Announcement | None
) -> None:
    async with waiting(store) as call:
        await call.hears(sound)
        outcome = await call.ended(sip, cause)
    assert (outcome.disposition, outcome.announcement) == (disposition, announcement)


@pytest.mark.parametrize(
    ("sound", "sip", "evidence"),
    [
        ("intercept", 404, Evidence.BOTH),
        ("vacant", 410, Evidence.BOTH),
        ("intercept", 480, Evidence.INTERCEPT),
        ("busy", 404, Evidence.NOT_EXIST),
        ("ringing", 404, Evidence.NOT_EXIST),
    ],
)
async def test_an_announcement_and_a_status_are_double_evidence(
    store: Store, sound: str, sip: int, evidence: Evidence
) -> None:
    async with waiting(store) as call:
        await call.hears(sound)
        assert evidence_of(await call.ended(sip, 1 if sip != 480 else 19)) is evidence


async def test_nobody_rings_on_after_a_busy_tone(store: Store) -> None:
    async with waiting(store) as call:
        await call.hears("busy")
        await call.given_up(within_s=early_media.STATUS_S[A.BUSY] + 1)
        outcome = await call.ended()
    assert (outcome.disposition, outcome.announcement) == (D.NETWORK, A.BUSY)


async def test_a_call_that_was_given_up_is_no_answer_should_one_cross(store: Store) -> None:
    async with waiting(store) as call:
        await call.hears("reorder")
        await call.given_up(within_s=early_media.STATUS_S[A.REORDER] + 1)
        call.line.put(events.StasisStart(channel=CHANNEL))
        assert (await call.ended()).disposition is D.NETWORK


async def test_a_call_that_rings_out_for_us_says_what_was_heard(store: Store) -> None:
    async with waiting(store, ring_s=-place.ANSWER_GRACE_S + 1.5) as call:
        await call.hears("intercept")
        outcome = await call.outcome()
    assert (outcome.disposition, outcome.announcement) == (D.NETWORK, A.INTERCEPT)


async def test_the_ear_is_closed_at_the_answer(store: Store) -> None:
    async with waiting(store) as call:
        await call.hears("ringing")
        call.line.put(events.StasisStart(channel=CHANNEL))
        assert (await asyncio.wait_for(call.ends, 2)).id == CHANNEL.id
        assert call.taps.open_taps == 0
        assert call.line.take() is None


async def test_a_telephone_that_rings_after_the_tones_rings_on(store: Store) -> None:
    async with waiting(store) as call:
        await call.hears("busy")
        call.line.put(events.ChannelStateChange(channel=events.AsteriskChannel(id=CHANNEL.id, state="Ringing")))
        outcome = await call.ended(480, 19)
    assert (outcome.disposition, outcome.announcement) == (D.NO_ANSWER, None)


async def test_sound_is_listened_to_once_and_only_where_it_may_come(store: Store) -> None:
    async with waiting(store) as call:
        assert call.taps.open_taps == 0
        await call.progress()
        await call.progress()
        assert call.taps.open_taps == 1


async def test_nobody_listens_where_nobody_is_to_be_judged(store: Store) -> None:
    async with waiting(store, listens=False) as call:
        await call.progress()
        assert call.taps.open_taps == 0
        assert (await call.ended(480, 19)).disposition is D.NO_ANSWER


async def test_no_more_than_so_many_are_listened_to(store: Store) -> None:
    async with waiting(store) as call:
        for _ in range(early_media.MOST_AT_ONCE):
            call.taps.open("other", lambda _: None)
        await call.progress()
        assert call.taps.open_taps == early_media.MOST_AT_ONCE


async def test_an_announcement_is_no_life_of_a_trunk_however_long_it_lasts(store: Store) -> None:
    async with waiting(store) as call:
        await call.hears("intercept")
        await asyncio.sleep(2 * place.LOOK_S)
        assert call.leg.call is not None
        assert call.leg.call.announced
