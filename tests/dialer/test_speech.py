"""Calls wait for their audio: each alert by itself, each language by itself, and never for good."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

from db.alerts import alerts
from db.engine.store import Store
from db.queue import attempts
from db.residents import contacts
from db.texts import messages
from dialer.speech import AlertSpeech, NotSpoken
from ivr.context import Context
from prompts.engines.engine import EngineFailed
from prompts.keys import Key
from prompts.studio import Studio
from rules.audience import Target
from rules.model import Alert, Channel, Contact, Language
from rules.status import AlertStatus
from tests.db import town
from tests.dialer.conftest import MakeStudio
from tests.prompts.conftest import Toner

NEWSLETTER = "Le marché ouvre samedi."
BOTH = {Language.FR: "Faites bouillir l'eau.", Language.EN: "Boil the water."}
FR, EN = Language.FR, Language.EN


class Slow(Toner):
    """Takes its time for one text."""

    def __init__(self) -> None:
        super().__init__("slow")
        self.go_on = threading.Event()

    def speak(self, text: str, language: Language, wav_path: Path) -> None:
        if text == NEWSLETTER:
            self.go_on.wait(30)
        super().speak(text, language, wav_path)


class Moody(Toner):
    """Speaks no alert in some languages."""

    def __init__(self, *mute: Language, name: str = "moody") -> None:
        super().__init__(name)
        self.mute = set(mute)
        self.asked: list[tuple[str, Language]] = []

    def speak(self, text: str, language: Language, wav_path: Path) -> None:
        self.asked.append((text, language))
        if language in self.mute:
            raise EngineFailed(f"{self.name} is hoarse")
        super().speak(text, language, wav_path)


async def queued(store: Store, number: int, *, language: Language = FR, **changes: object) -> Alert:
    """An alert to one person, by call and text."""
    voice, sms = (
        await town.people(store, [town.number(number)]),
        await town.people(store, [town.number(number)], channel=Channel.SMS),
    )
    people = [town.planned(each) for each in (*voice, *sms)]
    alert_id = await alerts.create(store, town.draft(**changes), people, [], by="test", now=town.NOW)
    return await known(store, alert_id)


async def in_english(store: Store, person: Contact) -> Contact:
    await contacts.set_language(store, person.id, EN, now=town.NOW)
    return replace(person, language=EN)


async def known(store: Store, alert_id: int) -> Alert:
    found = await alerts.get(store, alert_id)
    assert found is not None
    return found


def context(store: Store, studio: Studio, *languages: Language) -> Context:
    return Context(store, studio, languages or [FR, EN], "Ville", "", frozenset(), lambda: town.later(1))


@asynccontextmanager
async def speaking(
    store: Store, studio: Studio, *languages: Language
) -> AsyncIterator[tuple[AlertSpeech, asyncio.Event]]:
    """Looks for alerts as the dialer does."""
    ready = asyncio.Event()
    speech = AlertSpeech(context(store, studio, *languages), ready.set)

    async def look() -> None:
        while True:
            await speech.prepare()
            await asyncio.sleep(0.05)

    looking = asyncio.create_task(look())
    try:
        yield speech, ready
    finally:
        looking.cancel()
        await speech.close()


async def until(store: Store, alert_id: int, wanted: Callable[[Alert], bool]) -> Alert:
    async with asyncio.timeout(10):
        while not wanted(found := await known(store, alert_id)):
            await asyncio.sleep(0.02)
    return found


async def callable_(store: Store) -> list[Language]:
    """The languages of the calls that may go now."""
    return [each.language for each in await attempts.claim(store, 10, now=town.later(2))]


async def test_an_emergency_does_not_wait_for_a_newsletters_audio(store: Store, studio: MakeStudio) -> None:
    slow = Slow()
    newsletter = await queued(store, 1, texts=dict.fromkeys(Language, NEWSLETTER))
    emergency = await queued(store, 2)
    async with speaking(store, studio(slow)):
        await until(store, emergency.id, lambda alert: not alert.unspoken)
        waits = await known(store, newsletter.id)
        assert (waits.status, list(waits.unspoken)) == (AlertStatus.QUEUED, [FR, EN])
        slow.go_on.set()
        await until(store, newsletter.id, lambda alert: alert.status is AlertStatus.RUNNING)


async def test_texts_that_are_coming_are_spoken_once(store: Store, studio: MakeStudio) -> None:
    slow = Slow()
    async with speaking(store, studio(slow), FR) as (speech, _):
        speech.ahead({FR: NEWSLETTER})
        newsletter = await queued(store, 1, texts={FR: NEWSLETTER})
        await asyncio.sleep(0.2)
        slow.go_on.set()
        await until(store, newsletter.id, lambda alert: not alert.unspoken)
    assert slow.said == [NEWSLETTER]


async def test_coming_texts_that_cannot_be_spoken_are_told_of_once_they_are_an_alert(
    store: Store, studio: MakeStudio, caplog: pytest.LogCaptureFixture
) -> None:
    async with speaking(store, studio(Moody(FR, EN))) as (speech, _):
        speech.ahead(BOTH)
        await asyncio.sleep(0.2)
        alert = await queued(store, 1)
        await until(store, alert.id, lambda alert: all(alert.unspoken.values()))
    gc.collect()
    assert "never retrieved" not in caplog.text


async def test_no_voice_works_texts_go_calls_wait_and_follow_when_one_is_back(store: Store, studio: MakeStudio) -> None:
    moody = Moody(FR, EN)
    alert = await queued(store, 1)
    async with speaking(store, studio(moody)) as (_, ready):
        waits = await until(store, alert.id, lambda alert: all(alert.unspoken.values()))
        assert waits.status is AlertStatus.QUEUED
        assert waits.unspoken == {FR: "moody is hoarse", EN: "moody is hoarse"}
        assert [
            each.address
            for each in await messages.claim(store, 10, channel=Channel.SMS, provider="smpp", now=town.later(2))
        ] == [town.number(1)]
        assert await callable_(store) == []
        await asyncio.sleep(1.5)
        assert not ready.is_set()
        moody.mute.clear()
        began = asyncio.get_running_loop().time()
        await until(store, alert.id, lambda alert: not alert.unspoken)
        assert asyncio.get_running_loop().time() - began < 3
    assert (await known(store, alert.id)).status is AlertStatus.RUNNING
    assert await callable_(store) == [FR]


async def test_french_calls_go_though_nothing_speaks_english(store: Store, studio: MakeStudio) -> None:
    people = await town.people(store, [town.number(1)], [town.number(2)])
    planned = [town.planned(people[0]), town.planned(await in_english(store, people[1]))]
    alert_id = await alerts.create(store, town.draft(), planned, [], by="test", now=town.NOW)
    moody = Moody(EN)
    async with speaking(store, studio(moody)):
        waits = await until(store, alert_id, lambda alert: alert.unspoken == {EN: "moody is hoarse"})
        assert waits.status is AlertStatus.RUNNING
        assert await attempts.next_due(store) == town.NOW
        assert await callable_(store) == [FR]
        assert await attempts.next_due(store) is None
        moody.mute.clear()
        await until(store, alert_id, lambda alert: not alert.unspoken)
    assert await callable_(store) == [EN]


async def test_whoever_is_told_in_another_language_is_told_by_its_voice(store: Store, studio: MakeStudio) -> None:
    (person,) = await town.people(store, [town.number(1)])
    planned = [town.planned(await in_english(store, person))]
    alert_id = await alerts.create(store, town.draft(texts={FR: BOTH[FR]}), planned, [], by="test", now=town.NOW)
    voice = Moody(EN)
    async with speaking(store, studio(voice), FR) as (speech, _):
        await until(store, alert_id, lambda alert: not alert.unspoken)
        (call,) = await attempts.claim(store, 1, now=town.later(2))
        spoken = await speech.of(call)
    assert call.language is EN
    assert spoken is not None
    assert spoken.voice.language is FR
    assert voice.asked == [(BOTH[FR], FR)]


async def test_audio_that_is_gone_and_cannot_be_made_again_holds_the_calls(store: Store, studio: MakeStudio) -> None:
    ours, alert = studio(moody := Moody()), await queued(store, 1)
    async with speaking(store, ours):
        await until(store, alert.id, lambda alert: not alert.unspoken)
    for path in (*ours.audio_dir.glob("alerts/*"), *ours.audio_dir.parent.glob("cache/moody/*")):
        path.unlink()
    moody.mute.add(FR)
    (call,) = await attempts.claim(store, 1, now=town.later(2))
    speech = AlertSpeech(context(store, ours), lambda: None)
    with pytest.raises(NotSpoken):
        await speech.of(call)
    await attempts.release(store, call.id)
    assert (await known(store, alert.id)).unspoken == {FR: "moody is hoarse"}
    assert await callable_(store) == []


async def test_a_call_without_its_prompts_waits_for_them(store: Store, studio: MakeStudio) -> None:
    """They could not be made at the start, either."""
    alert, ours = await queued(store, 1), studio(moody := Moody(FR, EN), built=False)
    async with speaking(store, ours):
        await until(store, alert.id, lambda alert: all(alert.unspoken.values()))
        moody.mute.clear()
        await until(store, alert.id, lambda alert: not alert.unspoken)
        assert ours.prompt(Key.ALERT_MENU, FR).seconds > 0
        async with asyncio.timeout(20):
            while ours.missing([Key.GREETING], EN):
                await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    ("target", "sent"),
    [(Target(everyone=True), {BOTH[FR], BOTH[EN]}), (Target(numbers=(town.number(1),)), set())],
)
async def test_only_public_alerts_are_sent_to_be_spoken(
    target: Target, sent: set[str], store: Store, studio: MakeStudio
) -> None:
    google, alert = Toner("google", leaves_home=True), await queued(store, 1, target=target)
    async with speaking(store, studio(google, *([] if sent else [Toner("here")]))) as (speech, _):
        speech.ahead({FR: "Pas encore confirmé.", EN: "Not confirmed yet."})
        await until(store, alert.id, lambda alert: not alert.unspoken)
    assert set(google.said) == sent
