"""Signals made here: words of noise bursts with harmonics, beeps, network tones."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from telephony.answering.ears import Ears, gap
from telephony.answering.signs import Heard, Sign
from telephony.answering.tuning import Tuning

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
    return np.asarray(LEVEL * harmonics * (0.25 + np.abs(np.sin(2 * np.pi * 2.1 * times))))


def noise(seconds: float, level: float, seed: int = 1) -> Samples:
    """Pink: as much in each octave."""
    shape = np.random.default_rng(seed).standard_normal(round(seconds * RATE))
    spectrum = np.fft.rfft(shape) / np.sqrt(np.maximum(np.fft.rfftfreq(len(shape), 1 / RATE), 50))
    pink = np.fft.irfft(spectrum, len(shape))
    return np.asarray(level * pink / np.sqrt(np.mean(pink**2)))


def sweep(low_hz: float, high_hz: float, seconds: float) -> Samples:
    times = np.arange(round(seconds * RATE)) / RATE
    return LEVEL * np.sin(2 * np.pi * (low_hz * times + (high_hz - low_hz) * times**2 / 2 / seconds))


def ping(hz: float, seconds: float) -> Samples:
    """A beep that fades by 20 dB."""
    beep = tone(hz, seconds)
    return beep * 10 ** -np.linspace(0, 1, len(beep))


def machine(*beep: Samples, after: float = 2) -> Samples:
    return np.concatenate((silence(0.5), words(5), silence(0.4), *beep, silence(after)))


def in_noise(audio: Samples, below_db: float = 15) -> Samples:
    active = np.sqrt(np.mean(words(2) ** 2))
    return audio + noise(len(audio) / RATE, active * 10 ** (-below_db / 20))


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


def test_a_person_in_a_noisy_room() -> None:
    (heard,) = signs(in_noise(np.concatenate((silence(0.8), words(0.6), silence(3)))))
    assert heard.sign is Sign.PERSON
    assert 1.4 < heard.at_s < 2.6


def test_a_person_who_stops_between_two_words_is_not_cut_short() -> None:
    (heard,) = signs(np.concatenate((silence(0.5), words(0.4), silence(0.5), words(0.4), silence(3))))
    assert heard.sign is Sign.PERSON
    assert heard.at_s > 1.8


@pytest.mark.parametrize("room", [silence(4), noise(4, 300), noise(4, 3000)])
def test_a_person_says_nothing(room: Samples) -> None:
    (heard,) = signs(room)
    assert heard.sign is Sign.PERSON
    assert 2.4 < heard.at_s < 2.7


def test_a_knock_is_not_a_word() -> None:
    (heard,) = signs(np.concatenate((silence(0.5), noise(0.03, 8000), silence(3))))
    assert heard.at_s > 2.4


BEEPS = {
    "steady": tone(1000, 0.3),
    "short": tone(1550, 0.07),
    "long": tone(600, 1.0),
    "faint": tone(850, 0.3, LEVEL / 2),
    "two at once": tone(800, 0.3) + tone(1200, 0.3),
    "with overtones": tone(500, 0.3) + tone(1000, 0.3) / 3 + tone(1500, 0.3) / 4,
    "one after the other": np.concatenate((tone(700, 0.15), tone(1050, 0.2))),
    "glides up": sweep(700, 1100, 0.3),
    "fades": ping(1100, 0.5),
}


@pytest.mark.parametrize("beep", BEEPS.values(), ids=BEEPS.keys())
@pytest.mark.parametrize("room", [np.asarray, in_noise], ids=["clean", "noisy"])
def test_a_machine_beeps_after_its_greeting(beep: Samples, room: Callable[[Samples], Samples]) -> None:
    over_s = 5.9 + len(beep) / RATE
    label, told = signs(room(machine(beep)))
    assert label.sign is Sign.MACHINE
    assert told.sign is Sign.BEEP
    assert over_s < told.at_s < over_s + 0.5


NOT_BEEPS = {
    "ringing in France": np.concatenate((tone(440, 1.5), silence(1))),
    "busy in France": np.concatenate((tone(440, 0.5), silence(0.5)) * 4),
    "busy in North America": np.concatenate((tone(480, 0.5) + tone(620, 0.5), silence(0.5)) * 4),
    "network announcement": np.concatenate((tone(950, 0.33), tone(1400, 0.33), tone(1800, 0.33), silence(1))),
    "fax": np.concatenate((tone(2100, 3.0), silence(1))),
    "held tone": np.concatenate((tone(1000, 2.0), silence(1))),
    "key": np.concatenate((tone(770, 0.2) + tone(1336, 0.2), silence(1))),
    "melody": np.concatenate([tone(hz, 0.2) for hz in (523, 659, 784, 1047, 784, 659, 523)]),
    "voice": words(6),
    "noise": noise(6, 3000),
}


@pytest.mark.parametrize("sound", NOT_BEEPS.values(), ids=NOT_BEEPS.keys())
def test_what_is_not_a_beep(sound: Samples) -> None:
    assert Sign.BEEP not in kinds(np.concatenate((silence(1), words(0.5), silence(1.2), sound)))


def test_a_beep_after_a_greeting_short_enough_for_a_person() -> None:
    audio = np.concatenate((silence(0.5), words(1), silence(1.5), tone(900, 0.3), silence(1)))
    assert kinds(audio) == [Sign.PERSON, Sign.BEEP]


def test_a_machine_beeps_twice_and_is_spoken_to_after_the_second() -> None:
    told = signs(machine(tone(900, 0.2), silence(0.5), tone(900, 0.2)))
    assert [heard.sign for heard in told] == [Sign.MACHINE, Sign.BEEP, Sign.BEEP]
    assert told[-1].at_s > 6.8


def test_a_late_beep_after_a_silence() -> None:
    assert kinds(machine(silence(2.5), tone(900, 0.2))) == [Sign.MACHINE, Sign.SILENCE, Sign.BEEP]


def test_lost_packets_in_a_beep() -> None:
    audio = machine(tone(1000, 0.5))
    audio[round(6.1 * RATE) : round(6.12 * RATE)] = 0
    assert kinds(audio) == [Sign.MACHINE, Sign.BEEP]


def test_no_more_beeps_are_told_than_asked_for() -> None:
    beeps = machine(*(np.concatenate((tone(900, 0.2), silence(1))) for _ in range(5)))
    assert [heard.sign for heard in signs(beeps, tuning=Tuning(beeps=2))].count(Sign.BEEP) == 2


def test_a_machine_without_a_beep() -> None:
    assert kinds(np.concatenate((words(6), silence(4)))) == [Sign.MACHINE, Sign.SILENCE]


def test_a_machine_that_does_not_stop() -> None:
    told = signs(words(12), tuning=Tuning(limit_s=8))
    assert [heard.sign for heard in told] == [Sign.MACHINE, Sign.LIMIT]
    assert told[1].at_s == pytest.approx(8, abs=0.1)


def test_time_passes_without_audio() -> None:
    ears = Ears()
    ears.open("call")
    assert [heard.sign for _, heard in ears.feed({"call": gap(3)})] == [Sign.PERSON]


def test_a_call_that_is_not_open_is_not_listened_to() -> None:
    ears = Ears()
    ears.open("call")
    ears.close("call")
    ears.close("never opened")
    assert ears.feed({"call": gap(5)}) == []


CALL = in_noise(machine(tone(1000, 0.3)))


@settings(max_examples=10, deadline=None)
@given(cuts=st.lists(st.integers(1, 2 * len(CALL)), max_size=20))
def test_the_signs_do_not_depend_on_how_the_audio_is_cut(cuts: list[int]) -> None:
    data = CALL.astype("<i2").tobytes()
    ears = Ears()
    ears.open("call")
    ends = sorted({*cuts, len(data)})
    pieces = [data[start:end] for start, end in itertools.pairwise([0, *ends])]
    assert [heard for piece in pieces for _, heard in ears.feed({"call": piece})] == signs(CALL)


def test_many_calls_at_once_are_heard_as_each_alone() -> None:
    calls = {
        "machine": CALL,
        "person": np.concatenate((silence(0.3), words(0.8), silence(4))),
        "nobody": noise(5, 200, seed=3),
        "other": in_noise(np.concatenate((words(2.5, pitch=210), silence(1), ping(800, 0.4), silence(2)))),
    }
    data = {name: np.clip(audio, -32767, 32767).astype("<i2").tobytes() for name, audio in calls.items()}
    ears = Ears()
    for name in data:
        ears.open(name)
    together: dict[str, list[Heard]] = {name: [] for name in data}
    for at in range(0, max(map(len, data.values())), 960):
        for name, heard in ears.feed({name: audio[at : at + 960] for name, audio in data.items()}):
            together[name].append(heard)
    assert together == {name: signs(audio) for name, audio in calls.items()}
