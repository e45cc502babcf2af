"""When the words of whoever answered are over, and whether they are too many for a person."""

from __future__ import annotations

from telephony.answering.signs import Sign
from telephony.answering.tuning import Tuning


class Words:
    """One call's words, from how far each step of audio rises above the noise."""

    def __init__(self, tuning: Tuning) -> None:
        self._tuning = tuning
        self._verdict: Sign | None = None
        self._over = False
        self._first_s: float | None = None
        self._last_s = 0.0
        self._voiced_s = 0.0
        self._peak_db = 0.0

    def hear(self, over_noise_db: float, now_s: float, step_s: float) -> Sign | None:
        """A step of audio that ended at `now_s`."""
        if self._voice(over_noise_db):
            self._first_s = now_s - step_s if self._first_s is None else self._first_s
            self._last_s = now_s
            self._voiced_s += step_s
        if self._over:
            return None
        return self._judge(now_s) if self._verdict is None else self._await_end(now_s)

    def beep(self) -> list[Sign]:
        """A beep ends whatever was being waited for."""
        first = [] if self._verdict else [Sign.MACHINE]
        self._verdict, self._over = self._verdict or Sign.MACHINE, True
        return [*first, Sign.BEEP]

    def _voice(self, over_noise_db: float) -> bool:
        self._peak_db = max(self._peak_db - 0.1, over_noise_db)
        return over_noise_db > max(self._tuning.voice_db, self._peak_db - self._tuning.under_peak_db)

    def _judge(self, now_s: float) -> Sign | None:
        silent_s = now_s - self._last_s
        if self._first_s is not None and self._voiced_s < self._tuning.shortest_word_s and silent_s > 0.3:
            self._first_s, self._voiced_s = None, 0.0
        if self._first_s is None:
            return self._person() if now_s >= self._tuning.initial_silence_s else None
        if silent_s >= self._tuning.after_words_s:
            return self._person()
        if self._last_s - self._first_s >= self._tuning.longest_words_s:
            self._verdict = Sign.MACHINE
            return Sign.MACHINE
        return None

    def _person(self) -> Sign:
        self._verdict, self._over = Sign.PERSON, True
        return Sign.PERSON

    def _await_end(self, now_s: float) -> Sign | None:
        if now_s - self._last_s >= self._tuning.machine_silence_s:
            self._over = True
            return Sign.SILENCE
        if now_s >= self._tuning.limit_s:
            self._over = True
            return Sign.LIMIT
        return None
