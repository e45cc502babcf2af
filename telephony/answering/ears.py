"""All open calls at once: audio in, signs out."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from telephony.answering import spectra, tones
from telephony.answering.beeps import Beeps
from telephony.answering.signs import Heard
from telephony.answering.spectra import RATE, SPAN, STEP, Floats
from telephony.answering.tones import Tone
from telephony.answering.tuning import Tuning
from telephony.answering.words import Words

SAMPLE_BYTES = 2
STEP_S = STEP / RATE
OPENING_FLOOR = 1e-3


def gap(seconds: float) -> bytes:
    """Audio for time that passed without any (lost packets, or a network that sends none in silence)."""
    return bytes(round(seconds * RATE) * SAMPLE_BYTES)


class _Line:
    """One open call."""

    def __init__(self, tuning: Tuning) -> None:
        self.audio = bytearray()
        self.tuning = tuning
        self.bands: Floats | None = None
        self.bins: Floats | None = None
        self._words = Words(tuning)
        self._beeps = Beeps(tuning)
        self._told = 0
        self._steps = 0

    def ready(self) -> bool:
        return len(self.audio) >= SPAN * SAMPLE_BYTES

    def span(self) -> bytes:
        """The next step with what its last window needs."""
        span = bytes(self.audio[: SPAN * SAMPLE_BYTES])
        del self.audio[: STEP * SAMPLE_BYTES]
        return span

    def hear(self, frames: list[Tone], frames_db: list[float], step_db: float) -> list[Heard]:
        self._steps += 1
        now_s = self._steps * STEP_S
        signs = []
        beeped = [self._beeps.hear(tone, db) for tone, db in zip(frames, frames_db, strict=True)]
        if any(beeped):
            self._told += 1
            signs += self._words.beep() if self._told <= self.tuning.beeps else []
        word = self._words.hear(step_db, now_s, STEP_S)
        signs += [word] if word else []
        at_s = round(now_s + (SPAN - STEP) / RATE, 3)
        return [Heard(sign, at_s) for sign in signs]


class Ears:
    """Listens to all open calls. Audio is 8 kHz, mono, signed 16 bits, little-endian, in pieces of any length: the
    signs do not depend on how it is cut. Time passes for a call only as its audio does: feed `gap()` for what is
    missing."""

    def __init__(self, tuning: Tuning | None = None) -> None:
        self._tuning = tuning or Tuning()
        self._lines: dict[str, _Line] = {}

    def open(self, call: str, tuning: Tuning | None = None) -> None:
        self._lines[call] = _Line(tuning or self._tuning)

    def close(self, call: str) -> None:
        """Forget the call; one that is not open is nothing to forget."""
        self._lines.pop(call, None)

    def feed(self, audio: Mapping[str, bytes]) -> list[tuple[str, Heard]]:
        """What is heard in the next audio of some calls; a call that is not open is not listened to."""
        fed = {call: self._lines[call] for call in audio if call in self._lines}
        for call, line in fed.items():
            line.audio += audio[call]
        heard: list[tuple[str, Heard]] = []
        while ready := {call: line for call, line in fed.items() if line.ready()}:
            heard += _step(ready)
        return heard


def _step(lines: dict[str, _Line]) -> list[tuple[str, Heard]]:
    """Forty milliseconds of each call."""
    each = list(lines.values())
    power = spectra.powers(np.frombuffer(b"".join(line.span() for line in each), "<i2").reshape(len(each), SPAN))
    banded = spectra.in_bands(power)
    quietest = np.array([[10 ** (line.tuning.quietest_dbfs / 10) / 40] for line in each], np.float32)
    step_bands, step_bins = banded.mean(1), power.mean(1)
    bands = np.stack([step if line.bands is None else line.bands for line, step in zip(each, step_bands, strict=True)])
    bins = np.stack([step if line.bins is None else line.bins for line, step in zip(each, step_bins, strict=True)])
    bands, bins = np.maximum(bands, quietest), np.maximum(bins, quietest)
    frames_db = 10 * np.log10((banded / bands[:, None]).mean(-1) + 1e-3)
    step_db = 10 * np.log10((step_bands / bands).mean(-1) + 1e-3)
    toned = tones.strongest(power, bins)
    bands, bins = spectra.follow(bands, step_bands, quietest), spectra.follow(bins, step_bins, quietest)
    heard = []
    for index, (call, line) in enumerate(lines.items()):
        line.bands, line.bins = bands[index], bins[index]
        for one in line.hear(toned[index], frames_db[index].tolist(), float(step_db[index])):
            heard.append((call, one))
    return heard
