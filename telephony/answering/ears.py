"""All open calls at once: audio in, signs out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from telephony.answering import keys, spectra, tones
from telephony.answering.announcements import Announcements, Said
from telephony.answering.beeps import Beeps
from telephony.answering.keys import Keys, Pair
from telephony.answering.runs import Runs
from telephony.answering.signs import Heard, Sign
from telephony.answering.spectra import RATE, SPAN, STEP, Floats
from telephony.answering.tones import Tone
from telephony.answering.tuning import Tuning
from telephony.answering.voice import VoiceFrames
from telephony.answering.words import Words

SAMPLE_BYTES = 2
STEP_S = STEP / RATE
FILLED_BINS = 40
"""Over how many bins the least noise is spread."""
LEAST, LEAST_POWER = 1e-3, 1e-9


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
        self.voice = VoiceFrames(tuning)
        self._words = Words(tuning)
        self._runs = Runs(tuning)
        self._beeps = Beeps(tuning)
        self.quietest = 10 ** (tuning.quietest_dbfs / 10) / FILLED_BINS
        self._announcements = Announcements(self._words.said_before)
        self._told = 0
        self._over = False
        self._keys = Keys()
        self.keys_only = False
        self.steps = 0

    def ready(self) -> bool:
        return len(self.audio) >= SPAN * SAMPLE_BYTES

    def span(self) -> bytes:
        """The next step with what its last window needs."""
        span = bytes(self.audio[: SPAN * SAMPLE_BYTES])
        del self.audio[: STEP * SAMPLE_BYTES]
        return span

    def hear(self, frames: list[Tone], over_noise_db: float, dbfs: float) -> list[Heard]:
        now_s = self.steps * STEP_S
        at_s = round(now_s + (SPAN - STEP) / RATE, 3)
        if self._over:
            return []
        beeped, said = self._tones(frames, now_s)
        if said is not None:
            self._over = True
            return [Heard(Sign.NETWORK, at_s, said.what, self._words.said_before(said.since_s))]
        signs = []
        if beeped:
            self._told += 1
            signs += self._words.beep() if self._told <= self.tuning.beeps else []
        self.voice.hear(over_noise_db, dbfs)
        word = self._words.hear(self.voice, now_s - STEP_S, now_s)
        signs += [word] if word else []
        return [Heard(sign, at_s) for sign in signs]

    def hear_keys(self, frames: list[Pair | None], at_s: float) -> list[Heard]:
        if self._keys.idle and not any(frames):
            return []
        presses = [press for frame in frames if (press := self._keys.hear(frame))]
        return [Heard(Sign.KEY, at_s, digit=press.digit, held_s=press.seconds) for press in presses]

    def _tones(self, frames: list[Tone], now_s: float) -> tuple[bool, Said | None]:
        """Whether a beep is over, and what tones said."""
        beeped, said = False, None
        for tone in frames:
            ended = self._runs.hear(tone)
            beeped |= self._beeps.hear(tone, ended)
            said = said or self._announcements.hear(tone, ended)
            if self._announcements.rang_since_s is not None:
                self._words.rings(self._announcements.rang_since_s, now_s)
                self._beeps.cancel()
        return beeped, said


class Ears:
    """Listens to all open calls. Audio is 8 kHz, mono, signed 16 bits, little-endian, in pieces of any length: the
    signs do not depend on how it is cut. Time passes for a call only as its audio does: feed `gap()` for what is
    missing."""

    def __init__(self, tuning: Tuning | None = None) -> None:
        self._tuning = tuning or Tuning()
        self._lines: dict[str, _Line] = {}

    def open(self, call: str, tuning: Tuning | None = None) -> None:
        self._lines[call] = _Line(tuning or self._tuning)

    def only_keys(self, call: str) -> None:
        """From now on nothing but keys is listened to, for less work."""
        if call in self._lines:
            self._lines[call].keys_only = True

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
    power = spectra.powers(np.frombuffer(b"".join(line.span() for line in lines.values()), "<i2").reshape(-1, SPAN))
    heard: list[tuple[str, Heard]] = []
    for (call, line), frames in zip(lines.items(), keys.pairs(power), strict=True):
        line.steps += 1
        heard += [(call, one) for one in line.hear_keys(frames, round(line.steps * STEP_S, 3))]
    whole = [at for at, line in enumerate(lines.values()) if not line.keys_only]
    if not whole:
        return heard
    return heard + _judge({call: line for call, line in lines.items() if not line.keys_only}, power[whole])


def _judge(lines: dict[str, _Line], power: Floats) -> list[tuple[str, Heard]]:
    """Who is there, in forty milliseconds of each call."""
    each = list(lines.values())
    in_bands, in_bins = spectra.in_bands(power).mean(1), power.mean(1)
    new = [at for at, line in enumerate(each) if line.bins is None]
    first = spectra.without_tones(in_bins[new]) if new else in_bins
    quietest = np.array([[line.quietest] for line in each], np.float32)
    bands = np.maximum(_floors((line.bands for line in each), spectra.in_bands(first)), quietest)
    bins = np.maximum(_floors((line.bins for line in each), first), quietest)
    over_noise_db = 10 * np.log10((in_bands / bands).mean(-1) + LEAST)
    dbfs = 10 * np.log10(in_bins.sum(-1) + LEAST_POWER)
    steps = np.array([[line.steps] for line in each], np.float32)
    toned = zip(lines.items(), tones.strongest(power, bins), over_noise_db.tolist(), dbfs.tolist(), strict=True)
    heard = [(call, one) for (call, line), *step in toned for one in line.hear(*step)]
    noise = np.array([[line.voice.noise] for line in each])
    bands, bins = spectra.follow(bands, in_bands, noise, steps), spectra.follow(bins, in_bins, noise, steps)
    for line, of_bands, of_bins in zip(each, bands, bins, strict=True):
        line.bands, line.bins = of_bands, of_bins
    return heard


def _floors(known: Iterable[Floats | None], first: Floats) -> Floats:
    """The noise floor of each call; `first`: those of the calls that have none yet, one after the other."""
    begins = iter(first)
    return np.stack([next(begins) if floor is None else floor for floor in known])
