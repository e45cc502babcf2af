"""Residents call the number that called them: they hear the alert, and 1 acknowledges it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from lab import ears, resident
from lab.handset import Handset, Pcm
from lab.stage import Stage
from prompts.keys import Key
from tests.live.conftest import StageIn, residents, send, shown

pytestmark = pytest.mark.asyncio(loop_scope="module")

MISSED, ENGLISH, LISTENER, STRANGER = "4185550106", "4185550206", "4185550306", "4185550407"  # 06: nobody answers
LONG_S = "600"
TEXT_S = 12.0


@dataclass
class Seen:
    play: Stage
    heard: dict[str, Pcm]
    result: dict[str, Any]

    def delivery(self, number: str) -> dict[str, Any]:
        found: dict[str, Any] = next(each for each in self.result["deliveries"] if number in each["name"])
        return found

    def audio(self, key: str, language: str = "fr") -> Pcm:
        return resident.samples(self.play.home / "audio" / language / f"{key}.wav")

    def message(self, language: str = "fr") -> Pcm:
        (path,) = (self.play.home / "audio/alerts").glob(f"{language}-*.wav")
        return resident.samples(path)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def seen(stage_in: StageIn, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Seen]:
    async with stage_in(TOCSIN_RING_S="2", TOCSIN_REDIAL_DELAY_S=LONG_S) as play:
        await play.start()
        town = residents(tmp_path_factory.mktemp("town") / "town.csv", [MISSED, ENGLISH, LISTENER])
        town.write_text(town.read_text().replace(f"R,{ENGLISH},fr", f"R,{ENGLISH},en"))
        assert (await play.tocsin("contacts", "import", str(town))).status == 0
        alert_id = (await send(play, "--channels", "voice"))["id"]
        await missed(play, alert_id)
        visits = await asyncio.gather(
            visit(play, MISSED, acknowledges), visit(play, ENGLISH, acknowledges), visit(play, LISTENER, hangs_up)
        )
        stranger = await visit(play, STRANGER, listens)
        heard = dict(zip((MISSED, ENGLISH, LISTENER, STRANGER), [*visits, stranger], strict=True))
        yield Seen(play, heard, await shown(play, alert_id))


async def missed(play: Stage, alert_id: int) -> None:
    """Until each has been called once, and waits for the redial."""
    async with asyncio.timeout(60):
        while True:
            people = (await shown(play, alert_id))["deliveries"]
            if all(each["attempts"][0]["disposition"] == "no_answer" for each in people):
                return
            await asyncio.sleep(0.2)


async def visit(play: Stage, number: str, script: Any) -> Pcm:
    async with play.town.handset(number) as phone:
        await script(phone)
        return await phone.whole()


async def acknowledges(phone: Handset) -> None:
    await phone.until_speaking(TEXT_S)
    await phone.press("1")
    await phone.until_speaking(1.5)


async def hangs_up(phone: Handset) -> None:
    await phone.until_speaking(TEXT_S)


async def listens(phone: Handset) -> None:
    await phone.until_speaking(TEXT_S)


async def test_the_alert_is_heard_at_once(seen: Seen) -> None:
    heard = seen.heard[MISSED]
    parts = [
        ears.contains(heard, audio) for audio in (seen.audio(Key.GREETING), seen.audio(Key.RING_BACK), seen.message())
    ]
    assert min(part.share for part in parts) > 0.8
    assert parts[0].at < parts[1].at < parts[2].at


async def test_each_hears_their_own_language(seen: Seen) -> None:
    assert ears.contains(seen.heard[ENGLISH], seen.audio(Key.RING_BACK, "en")).share > 0.8
    assert ears.contains(seen.heard[ENGLISH], seen.audio(Key.RING_BACK)).share < 0.3


async def test_1_acknowledges_and_no_redial_is_left(seen: Seen) -> None:
    for number in (MISSED, ENGLISH):
        delivery = seen.delivery(number)
        assert delivery["outcome"] == "acknowledged"
        assert [attempt["status"] for attempt in delivery["attempts"]] == ["finished", "finished", "withdrawn"]
        assert delivery["attempts"][1]["reply"] == "acknowledged"
    assert ears.contains(seen.heard[MISSED], seen.audio(Key.RING_BACK_THANKS)).share > 0.25  # they hang up soon


async def test_who_presses_nothing_is_called_again(seen: Seen) -> None:
    delivery = seen.delivery(LISTENER)
    assert delivery["outcome"] is None
    assert [attempt["status"] for attempt in delivery["attempts"]] == ["finished", "waiting"]


async def test_others_hear_the_public_alert_and_then_the_menu(seen: Seen) -> None:
    heard = seen.heard[STRANGER]
    assert ears.contains(heard, seen.audio(Key.ALERTS_NOW)).share > 0.8
    assert ears.contains(heard, seen.message()).share > 0.8
    assert ears.contains(heard, seen.audio(Key.RING_BACK)).share < 0.3
