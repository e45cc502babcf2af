"""Who is called again and when, and how soon an alert stops, goes on, ends, or is overtaken: on the real Asterisk."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from alerts.status import AlertStatus
from db import alerts
from db.store import Store
from lab import ears, resident
from lab.stage import Stage
from tests.live.conftest import StageIn, calls, dispositions, residents, send, shown

pytestmark = pytest.mark.asyncio(loop_scope="module")

TABLE = {
    "no_answer": {"redials": 1, "delay_s": 1},
    "busy": {"redials": 3, "delay_s": 1},
    "refused": {"redials": 0},
    "hung_up": {"delay_s": 2},
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
PAUSED, NEWSLETTER, EMERGENCY = ([f"418555{n}07" for n in range(*span)] for span in ((20, 60), (60, 95), (10, 15)))
LISTENERS = ["4185550202", "4185550302"]
AT_ONCE = timedelta(seconds=1)


def zone_at_noon() -> str:
    """Where newsletters may ring at this moment, whatever the hour of the test."""
    return f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"


def to(numbers: Iterable[str]) -> list[str]:
    return list(itertools.chain.from_iterable(("--to", f"number:{number}") for number in numbers))


class Town:
    def __init__(self, play: Stage, store: Store) -> None:
        self.play, self.store = play, store

    async def placed(self, alert_id: int) -> list[datetime]:
        """When each of its calls was placed, in order."""
        found = [each.placed_at for one in await alerts.deliveries(self.store, alert_id) for each in one.attempts]
        return sorted(moment for moment in found if moment)

    async def until_placed(self, alert_id: int, many: int) -> None:
        async with asyncio.timeout(20):
            while len(await self.placed(alert_id)) < many:
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
        yield Town(play, store)
        await store.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def causes(town: Town) -> int:
    """An alert that goes on while the other tests steer theirs."""
    sent = await send(town.play, "--channels", "voice", *to(CAUSES))
    return int(sent["id"])


async def test_nothing_is_placed_while_paused_nor_once_cancelled(town: Town, causes: int) -> None:
    alert_id = (await send(town.play, "--channels", "voice", *to(PAUSED)))["id"]
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
    print(f"paused {before[-1] - paused}, resumed {after - resumed}, cancelled {placed[-1] - cancelled}")


async def test_an_emergency_overtakes_a_newsletter(town: Town, causes: int) -> None:
    slow = (await send(town.play, "--channels", "voice", "--purpose", "information", *to(NEWSLETTER)))["id"]
    sending = asyncio.create_task(send(town.play, "--channels", "voice", *to(EMERGENCY)))
    fast = (await sending)["id"]
    await town.until_placed(fast, len(EMERGENCY))
    await town.until_placed(slow, len(NEWSLETTER))
    urgent, others = await town.placed(fast), await town.placed(slow)
    between = [moment for moment in others if urgent[0] < moment < urgent[-1]]
    print(f"emergency placed {urgent[-1] - urgent[0]} long, newsletter in between: {len(between)}")
    assert len([moment for moment in others if moment > urgent[-1]]) > 5, "the newsletter was still running"
    assert len(between) <= 1


async def test_cancelled_at_once_ends_open_calls_with_a_word(town: Town, causes: int) -> None:
    alert_id = (await send(town.play, "--channels", "voice", *to(LISTENERS)))["id"]
    async with asyncio.timeout(20):
        while (
            len(
                [
                    c
                    for each in (await shown(town.play, alert_id))["deliveries"]
                    for c in calls(each)
                    if c["answered_at"]
                ]
            )
            < 2
        ):
            await asyncio.sleep(0.2)
    await asyncio.sleep(2)
    asked = datetime.now(UTC)
    printed = await town.play.tocsin("alert", "cancel", str(alert_id), "--now")
    assert printed.status == 0, printed.errors
    async with asyncio.timeout(10):
        while (await shown(town.play, alert_id))["counts"]["ringing"]:
            await asyncio.sleep(0.2)
    result = await shown(town.play, alert_id)
    ended = max(datetime.fromisoformat(c["ended_at"]) for each in result["deliveries"] for c in calls(each))
    print(f"open calls ended {ended - asked} after the command began")
    assert result["status"] == "cancelled"
    assert [dispositions(each) for each in result["deliveries"]] == [["human"], ["human"]]
    (heard,) = town.play.town.heard_by(LISTENERS[0])
    assert ears.contains(resident.samples(heard), town.audio("alert_cancelled")).share > 0.5


async def test_the_redial_table(town: Town, causes: int) -> None:
    result = await shown(town.play, causes, "--watch")
    found = {each["name"].removeprefix("R "): each for each in result["deliveries"]}
    assert {number: dispositions(found[number]) for number in CAUSES} == CAUSES
    for number, cause in (("4185550106", "no_answer"), ("4185550109", "busy"), ("4185550103", "hung_up")):
        for before, after in itertools.pairwise(calls(found[number])):
            waited_s = _seconds(after["due_at"], before["ended_at"])
            assert waited_s == pytest.approx(TABLE[cause]["delay_s"], abs=0.01), number
            assert after["placed_at"] >= after["due_at"]
    print({number: (dispositions(found[number]), found[number]["outcome"]) for number in CAUSES})


def _seconds(later: str, earlier: str) -> float:
    return (datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds()


async def test_a_newsletter_waits_for_the_hours(town: Town, causes: int) -> None:
    night = f"Etc/GMT{(datetime.now(UTC).hour - 3 + 12) % 24 - 12:+d}"
    options = ("--channels", "voice", "--purpose", "information", "--title", "T", "--text-fr", "F", "--text-en", "E")
    refused = await town.play.tocsin("alert", "send", *options, *to(EMERGENCY), TOCSIN_TIMEZONE=night)
    assert (refused.status, "--when-allowed" in refused.errors) == (1, True), refused.errors
    seen = await town.play.tocsin("alert", "preview", "--json", *options, *to(EMERGENCY), TOCSIN_TIMEZONE=night)
    assert seen.data()["left_out"] == {"dead number": len(EMERGENCY)}
    later = await town.play.tocsin("alert", "send", "--when-allowed", *options, *to(LISTENERS), TOCSIN_TIMEZONE=night)
    assert later.status == 0, later.errors
    assert "It begins at" in later.output
