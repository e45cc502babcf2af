"""The audio of alerts is made side by side: an emergency never waits for a newsletter's."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest

from alerts.model import Language
from alerts.status import AlertStatus
from db import alerts
from db.store import Store
from dialer.speech import Speech
from ivr.switchboard import Switchboard
from prompts.studio import Prompt, Studio
from prompts.voices import CannotSpeak
from tests.db import town

NEWSLETTER = "Le marché ouvre samedi."


class SlowVoice(Studio):
    """An engine that takes its time for one text."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.asked: list[str] = []

    def say(self, text: str, language: Language) -> Prompt:
        self.asked.append(text)
        if text == NEWSLETTER:
            self.go_on.wait(30)
        return Prompt(text, 1.0)

    def prompt(self, key: str, language: Language) -> Prompt:
        return Prompt(key, 1.0)


@pytest.fixture
def voice() -> Iterator[SlowVoice]:
    slow = SlowVoice()
    yield slow
    slow.go_on.set()


async def queued(store: Store, number: int, text: str) -> int:
    (somebody,) = await town.people(store, [town.number(number)])
    draft = town.draft(texts=dict.fromkeys(Language, text))
    return await alerts.create(store, draft, [town.planned(somebody)], [], by="test", now=town.NOW)


async def status(store: Store, alert_id: int) -> AlertStatus:
    found = await alerts.get(store, alert_id)
    assert found is not None
    return found.status


def switchboard(store: Store, voice: Studio) -> Switchboard:
    return Switchboard(store, voice, [Language.FR], "Ville", "", frozenset(), lambda: town.NOW + timedelta(seconds=1))


async def test_an_emergency_does_not_wait_for_a_newsletters_audio(store: Store, voice: SlowVoice) -> None:
    newsletter = await queued(store, 1, NEWSLETTER)
    emergency = await queued(store, 2, "Faites bouillir l'eau.")
    ready = asyncio.Event()
    speech = Speech(switchboard(store, voice), ready.set)
    await speech.prepare()
    await asyncio.wait_for(ready.wait(), 10)
    assert [await status(store, each) for each in (newsletter, emergency)] == [AlertStatus.QUEUED, AlertStatus.RUNNING]
    await speech.prepare()  # the newsletter's is under way: it is not begun twice
    ready.clear()
    voice.go_on.set()
    await asyncio.wait_for(ready.wait(), 10)
    assert await status(store, newsletter) is AlertStatus.RUNNING
    await speech.close()


async def test_texts_that_are_coming_are_spoken_once(store: Store, voice: SlowVoice) -> None:
    ready = asyncio.Event()
    speech = Speech(switchboard(store, voice), ready.set)
    speech.ahead({Language.FR: NEWSLETTER, Language.EN: "There is a market."})
    newsletter = await queued(store, 1, NEWSLETTER)
    await speech.prepare()
    voice.go_on.set()
    await asyncio.wait_for(ready.wait(), 10)
    assert await status(store, newsletter) is AlertStatus.RUNNING
    assert voice.asked == [NEWSLETTER]
    await speech.close()


class Mute(SlowVoice):
    def say(self, text: str, language: Language) -> Prompt:
        raise CannotSpeak("no engine")


async def test_coming_texts_that_cannot_be_spoken_are_told_of_once_they_are_an_alert(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    speech = Speech(switchboard(store, Mute()), lambda: None)
    speech.ahead({Language.FR: NEWSLETTER})
    alert_id = await queued(store, 1, NEWSLETTER)
    await speech.prepare()
    async with asyncio.timeout(10):
        while await status(store, alert_id) is not AlertStatus.CANCELLED:
            await asyncio.sleep(0.01)
    await speech.close()
    gc.collect()
    assert "never retrieved" not in caplog.text
