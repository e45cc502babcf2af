"""What an alert's calls say. A call goes out once all that it says has its audio, in the language of who is called:
texts, and the calls in other languages, do not wait for it. What can't be spoken is tried again until it can, or until
a person cancels the alert."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

import structlog

from db.alerts import alerts, unspoken
from db.engine.errors import StoreError
from dialer.saying import Saying
from ivr.context import Context
from ivr.scripts.deliver_alert import Spoken
from prompts import keys
from prompts.keys import Key
from prompts.studio import NoSuchPrompt
from prompts.voices import CannotSpeak
from rules import wording
from rules.model import Alert, Attempt, Language
from supervision.tasks import Tasks

AGAIN_S = (0.5, 0.5, 1.0, 1.0, 2.0)
"""Until a text is tried again; the last holds on. Calls follow soon after the return of an engine."""

SLOW_S = 1.0  # then it is said that calls wait, though an engine may still be at it
MOST_KEPT = 64
TIDY_S = 6 * 3600.0
CALLS_WAIT = "calls wait: no voice can speak this text"
SLOW = "no engine has spoken it yet"

REMEDY = "see that pico or espeak-ng works (`tocsin doctor`): it is tried every 2 s; only a person cancels the alert"

log = structlog.get_logger()


class NotSpoken(Exception):
    """The audio of a call is not there, and can't be made: the call waits."""


class AlertSpeech:
    """The audio of alerts in each language, kept for their calls."""

    def __init__(self, context: Context, ready: Callable[[], None]) -> None:
        """`ready` is told when calls of an alert may ring."""
        self._context = context
        self._store = context.store
        self._ready = ready
        self._saying = Saying(context.studio)
        self._spoken: dict[tuple[int, Language], Spoken] = {}
        self._making = Tasks[tuple[int, Language]]("speech")
        self._tidy_at = 0.0
        self._audio = Tasks[str]("audio")  # beside calls: tidying, and the prompts that no call of an alert needs
        self._failed: dict[tuple[int, Language], tuple[int, float]] = {}  # how often, and when to try again

    def ahead(self, texts: Mapping[Language, str]) -> None:
        """Begin to speak texts that may soon be an alert's; nobody has confirmed them yet, so they stay in the house.
        What can't be spoken is told when they are."""
        if self._context.studio.speaks_at_home:
            for text, language in {wording.text_for(texts, each) for each in self._context.languages}:
                self._saying.of(text, language, at_home=True)

    async def prepare(self) -> None:
        """Begin to make the audio that is missing, each by itself: an emergency does not wait for another alert's, nor
        French for English. Raises StoreError."""
        waiting = {
            (alert.id, language): alert for alert in await unspoken.waiting(self._store) for language in _voices(alert)
        }
        self._failed = {each: failed for each, failed in self._failed.items() if each in waiting}
        now = asyncio.get_running_loop().time()
        if now >= self._tidy_at:
            self._tidy_at = now + TIDY_S
            await self._tidy()
        for each, alert in waiting.items():
            if each not in self._making and self._failed.get(each, (0, now))[1] <= now:
                self._start(alert, each[1])

    def _start(self, alert: Alert, language: Language) -> None:
        called = _voices(alert)[language]
        self._making.start(
            (alert.id, language),
            self._make(alert, language, called),
            settle=lambda error: self._failing(alert, language, called, repr(error)),
        )

    async def _tidy(self) -> None:
        """Old audio is removed; that of alerts which somebody may still hear is kept."""
        found = await unspoken.heard_still(self._store, self._context.now())
        needed = [wording.text_for(alert.texts, language) for alert in found for language in Language]
        self._audio.start("tidy", asyncio.to_thread(self._context.studio.tidy, needed))

    async def close(self) -> None:
        await self._making.close()
        await self._saying.close()
        await self._audio.wait()

    async def _make(self, alert: Alert, language: Language, called: Sequence[Language]) -> None:
        """In one voice, for all who are called in it."""
        speaking = asyncio.create_task(self._speak(alert, language, called))
        try:
            await self._wait(alert, called, speaking)
            await unspoken.ready(self._store, alert.id, called, now=self._context.now())
        except StoreError as error:
            log.error("alert_waits", alert=alert.id, error=str(error))
        except (CannotSpeak, NoSuchPrompt, OSError) as error:
            await self._failing(alert, language, called, str(error))
        else:
            log.info("alert_running", alert=alert.id, title=alert.title, languages=[*map(str, called)])
            self._ready()
        finally:
            speaking.cancel()
            await asyncio.gather(speaking, return_exceptions=True)

    async def _wait(self, alert: Alert, called: Sequence[Language], speaking: asyncio.Task[None]) -> None:
        await asyncio.wait({speaking}, timeout=SLOW_S)
        if not speaking.done() and not alert.unspoken[called[0]]:
            await unspoken.waits(self._store, alert.id, called, SLOW)
        await speaking

    async def _failing(self, alert: Alert, language: Language, called: Sequence[Language], why: str) -> None:
        """It waits, and is tried again."""
        tries, _ = self._failed.get((alert.id, language), (0, 0.0))
        again_in_s = AGAIN_S[min(tries, len(AGAIN_S) - 1)]
        self._failed[alert.id, language] = tries + 1, asyncio.get_running_loop().time() + again_in_s
        if alert.unspoken[called[0]] != why:
            await self._tell(alert.id, called, why)

    async def _tell(self, alert_id: int, called: Sequence[Language], why: str) -> None:
        log.error(
            "alert_waits", alert=alert_id, languages=[*map(str, called)], meaning=CALLS_WAIT, why=why, remedy=REMEDY
        )
        try:
            await unspoken.waits(self._store, alert_id, called, why)
        except StoreError as error:
            log.error("alert_waits", alert=alert_id, error=str(error))

    async def _speak(self, alert: Alert, language: Language, called: Iterable[Language]) -> None:
        """The text and the prompts of its calls. Raises CannotSpeak, NoSuchPrompt, OSError, StoreError."""
        text, _ = wording.text_for(alert.texts, language)
        at_home = not await unspoken.is_public(self._store, alert)
        message = await asyncio.shield(self._saying.of(text, language, at_home=at_home))
        await self._complete(language)
        voice = self._context.voice(language)
        for each in called:
            self._spoken[alert.id, each] = Spoken(voice.prompt(Key.ALERT_WHO), message, voice)
        while len(self._spoken) > MOST_KEPT:
            del self._spoken[next(iter(self._spoken))]

    async def _complete(self, language: Language) -> None:
        """The prompts may be missing, too: no engine worked when they were to be made. Raises NoSuchPrompt."""
        studio = self._context.studio
        needed = [key for key in keys.OF_ALERTS if key in studio.catalogue.keys]
        if studio.missing(needed, language):
            await asyncio.to_thread(studio.complete, needed, language)
            self._audio.start(f"prompts {language}", asyncio.to_thread(studio.build))
        for key in needed:
            studio.prompt(key, language)

    async def of(self, attempt: Attempt) -> Spoken | None:
        """None for a call that tells no alert. Raises NotSpoken, StoreError."""
        if attempt.alert_id is None:
            return None
        try:
            return await self._of_alert(attempt.alert_id, attempt.language)
        except (CannotSpeak, NoSuchPrompt, OSError) as error:
            await self._tell(attempt.alert_id, [attempt.language], str(error))
            raise NotSpoken(str(error)) from error

    async def in_language(self, attempt: Attempt, language: Language) -> Spoken:
        """What a call that tells an alert says to who asks for another language. Raises LookupError, CannotSpeak."""
        spoken = await self._of_alert(attempt.alert_id, language) if attempt.alert_id is not None else None
        if spoken is None:
            raise LookupError(f"alert {attempt.alert_id} of call {attempt.id} is not in the store")
        return spoken

    async def _of_alert(self, alert_id: int, called: Language) -> Spoken | None:
        """After a restart its audio is there, as a rule."""
        key = alert_id, called
        if key not in self._spoken:
            alert = await alerts.get(self._store, alert_id)
            if alert is None:
                return None
            await self._speak(alert, wording.text_for(alert.texts, called)[1], [called])
        return self._spoken[key]


def _voices(alert: Alert) -> Mapping[Language, Sequence[Language]]:
    """The voices that it waits for, each with the languages of those who are called in it."""
    found: defaultdict[Language, list[Language]] = defaultdict(list)
    for called in alert.unspoken:
        found[wording.text_for(alert.texts, called)[1]].append(called)
    return found
