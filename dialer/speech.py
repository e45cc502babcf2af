"""What an alert's calls say: all of its audio is made before the first of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

import structlog

from alerts.model import Alert, Attempt, Errand, Language
from alerts.status import AlertStatus
from db import alerts
from db.errors import StoreError
from ivr.scripts.deliver_alert import Spoken
from ivr.switchboard import Switchboard
from prompts.studio import NoSuchPrompt, Prompt
from prompts.voices import CannotSpeak

FULL_DISK_S = 2.0

log = structlog.get_logger()


class Speech:
    """The audio of alerts in each language, kept for their calls."""

    def __init__(self, board: Switchboard, ready: Callable[[], None]) -> None:
        """`ready` is told when an alert may ring."""
        self._board = board
        self._store = board.store
        self._ready = ready
        self._spoken: dict[tuple[int, Language], Spoken] = {}
        self._making: dict[int, asyncio.Task[None]] = {}
        self._saying: dict[tuple[str, Language], asyncio.Task[Prompt]] = {}

    def ahead(self, texts: Mapping[Language, str]) -> None:
        """Begin to speak texts that may soon be an alert's. What can't be spoken is told when they are."""
        for language in self._board.languages:
            self._said(_text(texts, language), language)

    async def prepare(self) -> None:
        """Begin to make the audio of alerts that wait for it, each by itself: an emergency does not wait for another
        alert's. All audio of an alert is made before its first call. Raises StoreError."""
        for alert in await alerts.queued(self._store):
            if alert.id not in self._making:
                self._making[alert.id] = asyncio.create_task(self._make(alert))

    async def close(self) -> None:
        under_way = *self._making.values(), *self._saying.values()
        for each in under_way:
            each.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)

    async def _make(self, alert: Alert) -> None:
        try:
            able = await self._can_be_spoken(alert)
            if able and await alerts.move(self._store, alert.id, AlertStatus.RUNNING, self._board.now()):
                log.info("alert_running", alert=alert.id, title=alert.title)
                self._ready()
        except StoreError as error:
            log.error("alert_waits", alert=alert.id, error=str(error))
        except Exception:
            log.exception("alert_waits", alert=alert.id, again_in_s=FULL_DISK_S)
            await asyncio.sleep(FULL_DISK_S)
        finally:
            del self._making[alert.id]

    async def _can_be_spoken(self, alert: Alert) -> bool:
        """Make the audio of every language; an alert that no voice can speak is cancelled, and said to be."""
        try:
            await asyncio.gather(*(self._speak(alert, language) for language in self._board.languages))
        except OSError as error:
            # The disk is full, say: it goes out once there is room again.
            log.error("alert_waits", alert=alert.id, error=str(error), again_in_s=FULL_DISK_S)
            await asyncio.sleep(FULL_DISK_S)
            return False
        except (CannotSpeak, NoSuchPrompt) as error:
            log.error("alert_cancelled", alert=alert.id, error=str(error), remedy="correct it and send it again")
            await alerts.move(self._store, alert.id, AlertStatus.CANCELLED, self._board.now())
            return False
        return True

    async def _speak(self, alert: Alert, language: Language) -> Spoken:
        key = (alert.id, language)
        if key not in self._spoken:
            voice = self._board.voice(language)
            message = await asyncio.shield(self._said(_text(alert.texts, language), language))
            self._spoken[key] = Spoken(voice.prompt("alert_who"), message, voice)
        return self._spoken[key]

    def _said(self, text: str, language: Language) -> asyncio.Task[Prompt]:
        """The one task that makes this audio just now."""
        key = text, language
        if (saying := self._saying.get(key)) is None:
            saying = asyncio.create_task(asyncio.to_thread(self._board.studio.say, text, language))
            self._saying[key] = saying
            saying.add_done_callback(lambda done: self._was_said(key, done))
        return saying

    def _was_said(self, key: tuple[str, Language], done: asyncio.Task[Prompt]) -> None:
        del self._saying[key]
        if not done.cancelled():
            done.exception()  # is raised where somebody waits for it, or is nobody's business yet

    async def of(self, attempt: Attempt) -> Spoken | None:
        """None for a call that tells no alert."""
        if attempt.errand is Errand.CODE or attempt.alert_id is None:
            return None
        return await self._of_alert(attempt.alert_id, attempt.language)

    async def in_language(self, attempt: Attempt, language: Language) -> Spoken:
        """What a call that tells an alert says to who asks for another language. Raises LookupError."""
        spoken = await self._of_alert(attempt.alert_id, language) if attempt.alert_id is not None else None
        if spoken is None:
            raise LookupError(f"alert {attempt.alert_id} of call {attempt.id} is not in the store")
        return spoken

    async def _of_alert(self, alert_id: int, language: Language) -> Spoken | None:
        if (spoken := self._spoken.get((alert_id, language))) is not None:
            return spoken
        alert = await alerts.get(self._store, alert_id)
        return await self._speak(alert, language) if alert else None


def _text(texts: Mapping[Language, str], language: Language) -> str:
    return texts.get(language) or next(iter(texts.values()))
