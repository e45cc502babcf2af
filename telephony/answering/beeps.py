"""Beeps: short, steady, pure tones, and quiet after them."""

from __future__ import annotations

from statistics import fmean

from telephony.answering import spectra
from telephony.answering.tones import Tone
from telephony.answering.tuning import Tuning

FRAME_S = spectra.HOP / spectra.RATE
WINDOW_S = spectra.WINDOW / spectra.RATE
PURE = 0.85
CLEAR_DB = 8.0
SECOND_DB = -10.0
STEADY_HZ = 12.0
FADED_DB = -25.0


class Beeps:
    """One call's tones, frame by frame."""

    def __init__(self, tuning: Tuning) -> None:
        self._tuning = tuning
        self._run: list[Tone] = []
        self._candidate: list[Tone] = []
        self._quiet_s = 0.0
        self._loud_s = 0.0

    def hear(self, tone: Tone, over_noise_db: float) -> bool:
        """Whether a beep is over, and has been followed by quiet."""
        if self._continues(tone):
            self._run.append(tone)
            self._candidate = []
            return False
        if self._run:
            self._candidate = self._run if self._is_beep(self._run) else []
            self._run = [tone] if self._pure(tone) else []
            self._quiet_s = self._loud_s = 0.0
            return False
        self._run = [tone] if self._pure(tone) else []
        return bool(self._candidate) and self._confirmed(over_noise_db)

    def _pure(self, tone: Tone) -> bool:
        return (
            tone.purity >= PURE
            and tone.clear_db >= CLEAR_DB
            and self._tuning.lowest_beep_hz <= tone.hz <= self._tuning.highest_beep_hz
        )

    def _continues(self, tone: Tone) -> bool:
        if not self._run or abs(tone.hz - self._run[-1].hz) > STEADY_HZ or tone.clear_db < CLEAR_DB:
            return False
        return tone.purity >= PURE or tone.dbfs < self._run[0].dbfs - 6

    def _is_beep(self, run: list[Tone]) -> bool:
        length_s = (len(run) - 1) * FRAME_S + WINDOW_S / 2
        middle = fmean(tone.hz for tone in run)
        steady = fmean(abs(tone.hz - middle) for tone in run) <= 2.0
        return steady and self._tuning.shortest_beep_s <= length_s <= self._tuning.longest_beep_s

    def _confirmed(self, over_noise_db: float) -> bool:
        if over_noise_db >= self._tuning.voice_db:
            self._loud_s += FRAME_S
        self._quiet_s += FRAME_S
        if self._loud_s > 0.08:
            self._candidate = []
            return False
        if self._quiet_s < self._tuning.quiet_after_beep_s:
            return False
        self._candidate = []
        return True
