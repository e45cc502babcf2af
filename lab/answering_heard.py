"""What the far side of one call heard, found in its own recording."""

from __future__ import annotations

import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lab import ears
from lab.answering_offline import linear
from lab.answering_voices import RATE, RecordedVoice

FIRST_WORDS_S = 1.2  # of our call: what its beginning is known by
PLAYED = 0.4
"""Share of the first words that counts as their having been played: a busy machine loses some of a recording."""

WHOLE = 0.9
"""Share of the message that counts as all of it: a busy machine loses a packet here and there."""

TOLERANCE_S = 0.02


@dataclass(frozen=True, slots=True)
class FoundWords:
    """Seconds from the start of the far side's recording. `starts_s`: where our first word was heard; `whole_s`: where
    a message that stands there whole begins."""

    starts_s: tuple[float, ...] = ()
    whole_s: tuple[float, ...] = ()


def found(heard: Path, said: Path, voice: RecordedVoice, who: ears.Pcm, message: ears.Pcm) -> FoundWords:
    """`who`: what our call begins with; `message`: what follows. Nothing where there is no recording."""
    if not heard.exists() or not said.exists():
        return FoundWords()
    begin = _place(_samples(said), np.frombuffer(linear(voice.file.read_bytes()), "<i2"))
    line = _samples(heard)
    starts = [
        play.at - begin for play in ears.times_heard(line, who[: int(FIRST_WORDS_S * RATE)]) if play.share >= PLAYED
    ]
    whole = [play.at - begin for play in ears.times_heard(line, message) if play.share >= WHOLE]
    return FoundWords(tuple(starts), tuple(whole))


def heard_first_word(voice: RecordedVoice, heard: FoundWords) -> bool:
    return bool(heard.starts_s) and heard.starts_s[0] >= voice.words_end_s - TOLERANCE_S


def machine_whole(voice: RecordedVoice, heard: FoundWords) -> bool:
    return any(at >= voice.speak_from_s - TOLERANCE_S for at in heard.whole_s)


def begun_before_beep_end(voice: RecordedVoice, heard: FoundWords) -> bool:
    return bool(voice.beep_end_s and heard.starts_s and heard.starts_s[-1] < voice.beep_end_s - TOLERANCE_S)


def _place(said: ears.Pcm, audio: ears.Pcm) -> float:
    """Where in what the far side said its recording begins, in seconds."""
    line, pattern = np.asarray(said, np.float64), np.asarray(audio, np.float64)
    size = 1 << (len(line) + len(pattern)).bit_length()
    agreement = np.fft.irfft(np.fft.rfft(line, size) * np.conj(np.fft.rfft(pattern, size)), size)
    return float(agreement[: len(line)].argmax()) / RATE


def _samples(path: Path) -> ears.Pcm:
    with wave.open(str(path), "rb") as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2")
