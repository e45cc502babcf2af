"""When the words of whoever answered are over, and whether they are too many for a person."""

from __future__ import annotations

from telephony.answering.signs import Sign
from telephony.answering.tuning import Tuning
from telephony.answering.voice import VoiceFrames

SLACK_S = 0.2
"""By how much a word's beginning and that of a tone may differ when they are the same sound."""


class Words:
    """One call's words, from which steps of its audio are voice."""

    def __init__(self, tuning: Tuning) -> None:
        self._tuning = tuning
        self._verdict: Sign | None = None
        self._over = False
        self._first_s: float | None = None
        self._patient_until_s = self._deaf_until_s = 0.0
        self._last_s = self._strong_s = 0.0
        self._burst_s: float | None = None
        self._clear = False

    def hear(self, voice: VoiceFrames, begun_s: float, ended_s: float) -> Sign | None:
        """A step of audio."""
        self._spot(voice, begun_s, ended_s)
        if self._over:
            return None
        return self._judge(ended_s) if self._verdict is None else self._await_end(ended_s)

    def _spot(self, voice: VoiceFrames, begun_s: float, ended_s: float) -> None:
        if not voice.heard or ended_s < self._deaf_until_s:
            self._burst_s, self._clear = None, False
            return
        self._burst_s = begun_s if self._burst_s is None else self._burst_s
        self._clear = self._clear or voice.clear
        if self._clear and ended_s - self._burst_s >= self._tuning.shortest_word_s - 1e-6:
            self._first_s = self._burst_s if self._first_s is None else self._first_s
            self._last_s = ended_s
            self._strong_s = ended_s if voice.strong else self._strong_s

    def rings(self, since_s: float, now_s: float) -> None:
        """What was heard since then was ringing: nobody has said a word, and there is more time for it."""
        if self._verdict is None and (self._first_s is None or self._first_s >= since_s - SLACK_S):
            self._first_s = self._burst_s = None
            self._deaf_until_s = now_s + SLACK_S
            self._patient_until_s = now_s + self._tuning.between_rings_s

    def said_before(self, since_s: float) -> bool:
        """Whether there were words before this moment, in seconds."""
        return self._first_s is not None and self._first_s < since_s - SLACK_S

    def beep(self) -> list[Sign]:
        """A beep ends whatever was being waited for."""
        first = [] if self._verdict else [Sign.MACHINE]
        self._verdict, self._over = self._verdict or Sign.MACHINE, True
        return [*first, Sign.BEEP]

    def _judge(self, now_s: float) -> Sign | None:
        if self._first_s is None:
            return self._person() if now_s >= max(self._tuning.initial_silence_s, self._patient_until_s) else None
        if self._silent(now_s, self._tuning.after_words_s):
            return self._person()
        if self._strong_s - self._first_s >= self._tuning.longest_words_s:
            self._verdict = Sign.MACHINE
            return Sign.MACHINE
        return None

    def _silent(self, now_s: float, long_s: float) -> bool:
        """Whether nobody has spoken for so long; a weaker voice that goes on longer is the background's."""
        return now_s - self._last_s >= long_s or now_s - self._strong_s >= long_s + self._tuning.weak_voice_s

    def _person(self) -> Sign:
        self._verdict, self._over = Sign.PERSON, True
        return Sign.PERSON

    def _await_end(self, now_s: float) -> Sign | None:
        if self._silent(now_s, self._tuning.machine_silence_s):
            self._over = True
            return Sign.SILENCE
        if now_s >= self._tuning.limit_s:
            self._over = True
            return Sign.LIMIT
        return None
