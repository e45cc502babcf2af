"""Signals made here: words of noise bursts with harmonics, beeps, network tones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from telephony.answering import Ears, Heard, Sign, Tuning, gap

RATE = 8000
Samples = NDArray[np.float64]
LEVEL = 4000.0


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE))


def tone(hz: float, seconds: float, level: float = LEVEL) -> Samples:
    return level * np.sin(2 * np.pi * hz * np.arange(round(seconds * RATE)) / RATE)


def words(seconds: float, pitch: float = 130.0) -> Samples:
    """Something like a voice: harmonics of a gliding pitch under formants, in syllables."""
    times = np.arange(round(seconds * RATE)) / RATE
    phase = 2 * np.pi * np.cumsum(pitch * (1 + 0.15 * np.sin(2 * np.pi * 1.3 * times))) / RATE
    harmonics = sum(np.sin(number * phase) / (1 + abs(number * pitch - 600) / 300) for number in range(1, 20))
    return LEVEL * harmonics * (0.25 + np.abs(np.sin(2 * np.pi * 2.1 * times)))


def signs(audio: Samples, block_s: float = 0.06, tuning: Tuning | None = None) -> list[Heard]:
    ears = Ears()
    ears.open("call", tuning)
    data = np.clip(audio, -32767, 32767).astype("<i2").tobytes()
    block = round(block_s * RATE) * 2
    return [heard for at in range(0, len(data), block) for _, heard in ears.feed({"call": data[at : at + block]})]


def kinds(audio: Samples) -> list[Sign]:
    return [heard.sign for heard in signs(audio)]


def test_a_person_says_one_word() -> None:
    (heard,) = signs(np.concatenate((silence(0.5), words(0.6), silence(3))))
    assert heard.sign is Sign.PERSON
    assert 1.1 < heard.at_s < 2.2


def test_a_person_says_nothing() -> None:
    assert kinds(silence(4)) == [Sign.PERSON]


def test_a_machine_beeps_after_its_greeting() -> None:
    greeting = np.concatenate((silence(0.5), words(5), silence(0.4), tone(1000, 0.3), silence(2)))
    told = signs(greeting)
    assert [heard.sign for heard in told] == [Sign.MACHINE, Sign.BEEP]
    assert 6.2 < told[1].at_s < 6.7


def test_a_machine_without_a_beep() -> None:
    assert kinds(np.concatenate((words(6), silence(4)))) == [Sign.MACHINE, Sign.SILENCE]


def test_time_passes_without_audio() -> None:
    ears = Ears()
    ears.open("call")
    assert [heard.sign for _, heard in ears.feed({"call": gap(3)})] == [Sign.PERSON]


def test_the_signs_do_not_depend_on_how_the_audio_is_cut() -> None:
    audio = np.concatenate((silence(0.5), words(5), silence(0.4), tone(1000, 0.3), silence(2)))
    assert signs(audio, 0.02) == signs(audio, 0.077) == signs(audio, 10)
