"""Voice above the noise, step by step: how high it must rise is learnt from the noise of each call."""

from __future__ import annotations

from collections import deque

from telephony.answering.tuning import Tuning

SMOOTHED = 3
LEARNT = 0.06
"""Share of each new step of noise in what is known of it."""
APART = 4
"""Steps between a word and noise that is learnt from."""
DEEPEST_DB = 6.0
PEAK_FALLS_DB, LOUDEST_FALLS_DB = 0.06, 0.03
SILENT_DBFS = -90.0


class VoiceFrames:
    """One call. After each step, `heard`: it is voice; `clear`: beyond doubt; `strong`: as loud as the
    words were; `noise`: the floor may follow it."""

    def __init__(self, tuning: Tuning) -> None:
        self._tuning = tuning
        self._recent = [0.0] * SMOOTHED
        self._levels: list[float] = []
        self._loudest_db = self._background_db = SILENT_DBFS
        self._calm: deque[float] = deque(maxlen=2 * APART)
        self._mean_db = 0.0
        self._spread_db = tuning.voice_db / tuning.spreads
        self._peak_db = 0.0
        self.heard = self.clear = self.strong = False
        self.noise = True

    def hear(self, over_noise_db: float, dbfs: float) -> None:
        """The next step: how far above the noise floor, averaged over the bands; and its level."""
        self._recent = [*self._recent[1:], over_noise_db]
        self._levels = [*self._levels[1:], dbfs] if self._levels else [dbfs] * SMOOTHED
        smooth_db, level_db = sum(self._recent) / SMOOTHED, sum(self._levels) / SMOOTHED
        self._peak_db = max(self._peak_db - PEAK_FALLS_DB, smooth_db)
        least_db = self._least_db()
        self.noise = max(over_noise_db, smooth_db) < least_db
        self._learn(smooth_db)
        self._follow(level_db)
        self.heard = smooth_db > max(least_db, self._peak_db - self._tuning.under_peak_db)
        self.strong = self.heard and self._as_loud(level_db)
        self.clear = self.heard and smooth_db > least_db + self._tuning.clear_voice_db

    def _as_loud(self, level_db: float) -> bool:
        """Whether this is as loud as the words; on a quiet line whatever is heard is theirs."""
        loudest_db = self._loudest_db
        quiet_line = loudest_db - self._background_db > self._tuning.quiet_line_db
        return quiet_line or level_db > loudest_db - self._tuning.strong_voice_db

    def _follow(self, level_db: float) -> None:
        self._loudest_db = max(self._loudest_db - LOUDEST_FALLS_DB, level_db)
        if self._background_db == SILENT_DBFS:
            self._background_db = level_db
        elif self.noise:
            self._background_db += LEARNT * (level_db - self._background_db)

    def _least_db(self) -> float:
        known = self._mean_db + self._tuning.spreads * self._spread_db
        return min(max(known, self._tuning.least_voice_db), self._tuning.most_voice_db)

    def _learn(self, smooth_db: float) -> None:
        """From noise that has nothing to do with a word before or after it."""
        if not self.noise:
            self._calm.clear()
            return
        self._calm.append(smooth_db)
        if len(self._calm) == APART * 2:
            off = self._calm[APART] - self._mean_db
            self._mean_db += LEARNT * max(off, -DEEPEST_DB)
            self._spread_db += LEARNT * (2 * max(off, 0) - self._spread_db)
