"""Who is called again and when, and how soon an alert stops, goes on, ends, or is overtaken: on the real Asterisk."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from db.alerts import alerts
from db.engine.store import Store
from db.residents import contacts, dead_numbers
from lab import ears, resident
from lab.stage import Stage
from prompts.keys import Key
from rules import audience, phone
from rules.audience import Draft, Target
from rules.model import Channel, Language, Purpose
from rules.outcome import Disposition
from rules.status import AlertStatus
from tests.live.conftest import StageIn, residents

pytestmark = pytest.mark.asyncio(loop_scope="module")

TABLE = {
    "no_answer": {"redials": 1, "delay_s": 1},
    "busy": {"redials": 3, "delay_s": 1},
    "refused": {"redials": 0},
    "hung_up": {"delay_s": 2},
}
TEXTS = {
    Language.FR: "L'eau du réseau n'est pas potable. Faites-la bouillir une minute avant de la boire.",
    Language.EN: "The tap water is not safe. Boil it for one minute before you drink it.",
}
CAUSES = {
    "4185550106": ["no_answer", "no_answer"],
    "4185550109": ["busy", "busy", "busy", "busy"],
    "4185550112": ["refused"],
    "4185550107": ["dead_number"],
    "4185550103": ["human", "human"],
    "4185550104": ["machine"],
    "4185560108": ["congestion", "congestion", "human"],
}
PAUSED, NEWSLETTER, EMERGENCY = ([f"418555{n}98" for n in range(*span)] for span in ((20, 60), (60, 95), (10, 15)))
LISTENERS = ["4185550202", "4185550302"]
AT_ONCE = timedelta(seconds=1)


def zone_at_noon() -> str:
    """Where newsletters may ring at this moment, whatever the hour of the test."""
    return f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"


class Town:
    def __init__(self, play: Stage, store: Store) -> None:
        self.play, self.store = play, store

    async def send(self, numbers: list[str], *, purpose: Purpose = Purpose.EMERGENCY) -> int:
        target = Target(numbers=tuple(f"+1{number}" for number in numbers))
        draft = Draft("T", TEXTS, purpose, target, (Channel.VOICE,), redial_delay_s=2, redial_table=TABLE)
        people = await contacts.matching(self.store, target)
        planned, left_out = audience.plan(people, draft, set(), phone.CANADIAN_AREA_CODES)
        assert len(planned) == len(numbers)
        return await alerts.create(self.store, draft, planned, left_out, by="test", now=datetime.now(UTC))

    async def placed(self, alert_id: int) -> list[datetime]:
        """When each of its calls was placed, in order."""
        found = [each.placed_at for one in await alerts.deliveries(self.store, alert_id) for each in one.attempts]
        return sorted(moment for moment in found if moment)

    async def until_placed(self, alert_id: int, many: int) -> None:
        async with asyncio.timeout(60):
            while len(await self.placed(alert_id)) < many:
                await asyncio.sleep(0.05)

    async def until_answered(self, alert_id: int, many: int) -> None:
        async with asyncio.timeout(60):
            while await self._answered(alert_id) < many:
                await asyncio.sleep(0.1)

    async def _answered(self, alert_id: int) -> int:
        people = await alerts.deliveries(self.store, alert_id)
        return sum(each.answered_at is not None for one in people for each in one.attempts)

    async def until_quiet(self, alert_id: int) -> None:
        async with asyncio.timeout(60):
            while (await alerts.counts(self.store, alert_id))["ringing"]:
                await asyncio.sleep(0.05)

    async def move(self, alert_id: int, status: AlertStatus) -> datetime:
        """The moment when it was stored."""
        assert await alerts.steer(self.store, alert_id, status, by="test", now=datetime.now(UTC))
        return datetime.now(UTC)

    def audio(self, name: str) -> ears.Pcm:
        return resident.samples(self.play.home / "audio/fr" / f"{name}.wav")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(stage_in: StageIn, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    values = {
        "TOCSIN_REDIAL_TABLE": json.dumps(TABLE),
        "TOCSIN_REDIAL_DELAY_S": "2",
        "TOCSIN_RING_S": "4",
        "TOCSIN_TIMEZONE": zone_at_noon(),
    }
    async with stage_in(**values) as play:
        await play.start()
        everybody = [*CAUSES, *PAUSED, *NEWSLETTER, *EMERGENCY, *LISTENERS]
        file = residents(tmp_path_factory.mktemp("file") / "town.csv", everybody)
        assert (await play.tocsin("contacts", "import", str(file))).status == 0
        store = await Store.open(f"sqlite:///{play.home}/tocsin.db")
        async with store.writing() as c:  # so many that do not exist would be taken for a fault of the trunk
            for number in (*PAUSED, *NEWSLETTER, *EMERGENCY):
                await dead_numbers.record(c, f"+1{number}", Channel.VOICE, where="", now=datetime.now(UTC))
        yield Town(play, store)
        await store.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def causes(town: Town) -> int:
    """An alert that goes on while the other tests steer theirs."""
    return await town.send(list(CAUSES))


async def test_nothing_is_placed_while_paused_nor_once_cancelled(town: Town, causes: int) -> None:
    alert_id = await town.send(PAUSED)
    await town.until_placed(alert_id, 5)
    paused = await town.move(alert_id, AlertStatus.PAUSED)
    await asyncio.sleep(1.5)
    before = await town.placed(alert_id)
    assert 5 <= len(before) < len(PAUSED)
    assert before[-1] - paused < AT_ONCE
    resumed = await town.move(alert_id, AlertStatus.RUNNING)
    await town.until_placed(alert_id, len(before) + 5)
    after = (await town.placed(alert_id))[len(before)]
    assert resumed - AT_ONCE < after < resumed + AT_ONCE
    cancelled = await town.move(alert_id, AlertStatus.CANCELLED)
    await asyncio.sleep(1.5)
    placed = await town.placed(alert_id)
    assert len(placed) < len(PAUSED)
    assert placed[-1] - cancelled < AT_ONCE
    print(f"last call {before[-1] - paused} after the pause, {placed[-1] - cancelled} after the cancellation")
    print(f"first call {after - resumed} after going on")


async def test_an_emergency_overtakes_a_newsletter(town: Town, causes: int) -> None:
    slow = await town.send(NEWSLETTER, purpose=Purpose.INFORMATION)
    await town.until_placed(slow, 5)
    fast = await town.send(EMERGENCY)
    await town.until_placed(fast, len(EMERGENCY))
    await town.until_placed(slow, len(NEWSLETTER))
    urgent, others = (await town.placed(fast))[: len(EMERGENCY)], await town.placed(slow)
    between = [moment for moment in others if urgent[0] < moment < urgent[-1]]
    waited = [moment for moment in others if moment > urgent[-1]]
    print(f"emergency placed within {urgent[-1] - urgent[0]}; newsletter: {len(between)} between, {len(waited)} after")
    assert len(waited) > 5, "the newsletter was still running"
    assert len(between) <= 1


async def test_cancelled_at_once_ends_open_calls_with_a_word(town: Town, causes: int) -> None:
    alert_id = await town.send(LISTENERS)
    await town.until_answered(alert_id, len(LISTENERS))
    await asyncio.sleep(2)
    asked = datetime.now(UTC)
    assert await alerts.hang_up(town.store, alert_id, by="test", now=asked)
    await town.until_quiet(alert_id)
    people = await alerts.deliveries(town.store, alert_id)
    (first, second) = (call for one in people for call in one.attempts)
    assert first.ended_at
    assert second.ended_at
    print(
        f"open calls ended {max(first.ended_at, second.ended_at) - asked} after they were cancelled, sentence included"
    )
    assert (first.disposition, second.disposition) == (Disposition.HUMAN, Disposition.HUMAN)
    stored = await alerts.get(town.store, alert_id)
    assert stored
    assert stored.status is AlertStatus.CANCELLED
    (heard,) = town.play.town.heard_by(LISTENERS[0])
    async with asyncio.timeout(10):  # its last words are written a moment after the call
        while ears.contains(resident.samples(heard), town.audio(Key.ALERT_CANCELLED)).share < 0.5:
            await asyncio.sleep(0.2)


async def test_the_redial_table(town: Town, causes: int) -> None:
    async with asyncio.timeout(90):
        while (stored := await alerts.get(town.store, causes)) and stored.status is not AlertStatus.DONE:
            await asyncio.sleep(0.2)
    found = {each.attempts[0].address.removeprefix("+1"): each for each in await alerts.deliveries(town.store, causes)}
    seen = {number: [str(call.disposition) for call in one.attempts] for number, one in found.items()}
    assert seen == CAUSES
    print({number: (calls, str(found[number].outcome)) for number, calls in seen.items()})
    for number, cause in (("4185550106", "no_answer"), ("4185550109", "busy"), ("4185550103", "hung_up")):
        for before, after in itertools.pairwise(found[number].attempts):
            assert before.ended_at
            assert after.placed_at
            assert after.due_at - before.ended_at == timedelta(seconds=TABLE[cause]["delay_s"]), number
            assert after.placed_at >= after.due_at
