"""One call: what it can be asked to do. A hang-up is an exception, raised wherever the script is."""

from __future__ import annotations

import math
from collections.abc import Sequence

import structlog

from telephony import ari, digits, events, played
from telephony.answering.signs import Heard, Sign
from telephony.followed import Followed, LinkLost
from telephony.hearing import GONE, Interrupted, NetworkTones
from telephony.playback import PLAYBACK_IDS, is_end, playback_id
from telephony.played import Audio, Played, PlayedMoment
from telephony.tap import TICK_S, Taps

PLAYBACK_START_S = 2.0  # ARI never reports a failed playback: not starting within this time is the failure
PLAYBACK_GRACE_S = 5.0  # beyond the length of the audio
FIRST_DIGIT_S = 5.0
INTER_DIGIT_S = 3.0
GATHER_S = 60.0
VERDICT_S = 15.0  # the ears say something well before
GREETING_S = 90.0
AFTER_WORDS_S = 1.3  # a machine is silent for so much longer than a person before it counts as silent
HEAR_OUT_S = 1.0

log = structlog.get_logger()


class PlaybackFailed(Exception):
    """Asterisk took the order and played nothing: the audio file is missing or of the wrong kind."""


class Call(Followed):
    """A channel in our application, from the moment when somebody listens to it.

    `held`: the answer takes no sound. While the far side takes none, nothing is played and no time passes.

    Raises from every method that waits: Hangup, LinkLost, or CutShort.
    """

    def __init__(self, link: ari.Ari, channel: events.AsteriskChannel, line: ari.Line, *, held: bool = False) -> None:
        super().__init__(link, channel, line, held=held)
        self._played = Played()
        self._plays = 0

    # -- speaking -----------------------------------------------------------------------------------------------------

    async def answer(self) -> None:
        await self._ask(self._link.answer(self.id))

    async def play(self, *audio: Audio) -> None:
        """Play to the end. Keys pressed meanwhile are kept for the next `gather`."""
        await self._play(audio, until_key=False)

    async def gather(
        self,
        *audio: Audio,
        max_digits: int = 1,
        first_digit_s: float = FIRST_DIGIT_S,
        inter_digit_s: float = INTER_DIGIT_S,
        total_s: float = GATHER_S,
        terminator: str = "#",
        eraser: str = "",
        ignored_first: str = "",
        fresh: bool = False,
    ) -> str:
        """Play and collect keys; the first key stops the audio. `""` is silence; a lone terminator is itself.

        A terminator right after a full answer belongs to that answer, and stops no audio. `ignored_first`: a key that
        means nothing at the beginning, such as the 1 of a long-distance number. `fresh`: a key that went down before
        this audio began, and what still comes of it while it is held, is no answer.
        """
        if fresh:
            await self._only_new_keys()
        else:
            self._keys.any_counts()
        if audio and not self._keys.waits:
            await self._play(audio, until_key=True)
        await self._send_silence()
        ends_at = self._clock() + total_s
        keys = digits.Collected("", done=False)
        while not keys.done:
            limit = inter_digit_s if keys.keys else first_digit_s
            key = await self._next_key(min(limit, ends_at - self._clock()))
            if not key:
                break
            if not keys.keys and key in ignored_first:
                continue
            keys = digits.press(keys.keys, key, max_digits=max_digits, terminator=terminator, eraser=eraser)
        if keys.done:
            self._keys.answered(terminator=terminator if max_digits > 1 and len(keys.keys) == max_digits else "")
        log.debug("keys_gathered", count=len(keys.keys), sign=keys.keys if keys.keys in ("", "#", "*") else "digits")
        return keys.keys

    async def _only_new_keys(self) -> None:
        self._keys.will_ask()
        while await self._next(0.0):
            pass  # of what has happened already, keys were pressed for something else

    async def look_whether_on_hold(self) -> None:
        """Of a call taken up again: what it said before is not known."""
        try:
            self.hold.found(on=not await self._link.takes_sound(self.id))
        except ari.LinkDown as error:
            raise LinkLost from error
        except ari.AriError as error:
            log.debug("hold_not_known", call=self.id, error=str(error))

    async def stop_playing(self) -> None:
        """End what an earlier script had begun to play: a call taken up again obeys no command until then."""
        for number in range(PLAYBACK_IDS):
            await self._stop(playback_id(self.id, number))

    async def send_keys(self, keys: str) -> None:
        """Press keys on the far side, such as an extension."""
        await self._ask(self._link.send_dtmf(self.id, keys))

    @property
    def keys_waiting(self) -> bool:
        """Keys were pressed that no question has taken yet."""
        return self._keys.waits

    def forget_keys(self) -> None:
        """Drop keys pressed ahead, where an old key must not answer a new question."""
        self._keys.forget()

    def heard(self, audio: Audio) -> float:
        """The largest share of this audio, 0 to 1, that any playback of it reached."""
        return self._played.share(audio)

    # -- listening ----------------------------------------------------------------------------------------------------

    async def listen(self, taps: Taps) -> None:
        """Have what the far side says judged from now on."""
        await self._send_silence()
        await self._ask(self.hearing.begin(taps))

    async def listen_for_keys(self, taps: Taps | None) -> None:
        """Hear keys that are sent as sound."""
        if taps is not None:
            await self._ask(self.hearing.begin(taps, only_keys=True))

    async def who_answered(self) -> Sign:
        """PERSON once the first words are over, or a key is pressed, or when nobody listens; MACHINE at a greeting. A
        beep may come first."""
        while self.hearing.on and not self._keys.waits:
            event = await self._next(VERDICT_S)
            if isinstance(event, Heard) and event.sign is not Sign.KEY:
                return event.sign
            if event is None:
                break
        return Sign.PERSON

    async def greeting_over(self) -> None:
        """Until the machine has fallen silent, or for so long. Raises Interrupted at a beep, and at a key. On a call
        taken up again the ear came late, and takes the rest of a greeting for a person's words."""
        while self.hearing.on:
            event = await self._next(GREETING_S)
            if isinstance(event, Heard) and event.sign is Sign.PERSON:
                await self.pause(AFTER_WORDS_S)
                return
            if event is None or (isinstance(event, Heard) and event.sign not in (Sign.MACHINE, Sign.KEY)):
                return

    async def hear_out(self) -> None:
        """Until all that has come from the far side is judged: a program that was stalled hears late. Raises
        Interrupted at a beep."""
        now, ends_at = self.hearing.rounds, self._clock() + HEAR_OUT_S
        while self.hearing.rounds <= now < math.inf and (left := ends_at - self._clock()) > 0:
            await self._next(min(left, TICK_S))
        while await self._next(0.0):
            pass  # all that the round has told

    def forget_heard(self) -> None:
        """What was played so far was not heard by whom it is meant for."""
        self._played.forget()

    async def pause(self, seconds: float) -> None:
        """Wait; keys pressed meanwhile are kept."""
        await self._send_silence()
        ends_at = self._clock() + seconds
        while (left := ends_at - self._clock()) > 0:
            await self._next(left)

    # -- inside -------------------------------------------------------------------------------------------------------

    async def _send_silence(self) -> None:
        """Until the next playback, which ends it: networks drop calls that carry no sound for long."""
        await self._ask(self._link.silence(self.id))

    async def _play(self, audio: Sequence[Audio], *, until_key: bool) -> None:
        await self._until_sound()
        self._plays += 1
        self._playing = playback = playback_id(self.id, self._plays)
        await self._ask(self._link.play(self.id, playback, [f"sound:{piece.path}" for piece in audio]))
        started: PlayedMoment | None = None
        finished = False
        try:
            started = await self._playback_started(playback, until_key)
            ends_at = self._clock() + played.seconds(audio) + PLAYBACK_GRACE_S
            while not finished:
                event = await self._next(ends_at - self._clock())
                finished = event is None or is_end(event, playback)
                if until_key and self._keys.waits:
                    break
        except (Interrupted, NetworkTones):
            await self._stop(playback)
            raise
        finally:
            self._playing = ""
            whole = self._last is not None and is_end(self._last, playback, whole=True)
            self._played.note(audio, played.seconds(audio) if whole else self._moment().since(started))
        if not finished:
            await self._stop(playback)

    async def _playback_started(self, playback: str, until_key: bool) -> PlayedMoment:
        ends_at = self._clock() + PLAYBACK_START_S
        while True:
            event = await self._next(ends_at - self._clock())
            if isinstance(event, events.PlaybackStarted | events.PlaybackFinished) and event.playback.id == playback:
                self._keys.asks(self._since(event))
                return self._moment()
            if event is None:
                raise PlaybackFailed(f"Asterisk did not play within {PLAYBACK_START_S} s")

    def _moment(self) -> PlayedMoment:
        return PlayedMoment(self._clock(), self._last.timestamp if self._last else None, self._link.stalled_s)

    async def _stop(self, playback: str) -> None:
        try:
            await self._link.stop_playing(playback)
        except ari.LinkDown as error:
            raise LinkLost from error
        except ari.AriError as error:
            # Gone is the playback, which ended by itself in the meantime; of the call's own end an event tells.
            if error.status not in GONE:
                raise
