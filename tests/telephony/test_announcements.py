"""What the network and fax machines say in tones, made here: frequencies off by up to 2 %, soft and loud, in noise, and
begun before anybody listens."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from rules.outcome import Announcement
from telephony.answering.signs import Heard, Sign
from tests.telephony.test_answering import LEVEL, RATE, Samples, in_noise, signs, silence, tone, words

LOW, HIGH = (913.8, 1370.6), (985.2, 1428.5)
SHORT_S, LONG_S = 0.274, 0.38


def cadence(hz: tuple[float, ...], *on_off_s: float, times: int = 8, off: float = 0.0) -> Samples:
    once = [
        sum((tone(each * (1 + off), seconds, LEVEL / len(hz)) for each in hz), silence(seconds))
        if not at % 2
        else silence(seconds)
        for at, seconds in enumerate(on_off_s)
    ]
    return np.concatenate(once * times)


def three(first: tuple[float, float], second: tuple[float, float], third_hz: float = 1776.7, off: float = 0) -> Samples:
    """Special information tones (hertz and seconds of the first two), then a voice."""
    tones = (*(first, second), (third_hz, LONG_S))
    return np.concatenate([*(tone(hz * (1 + off), seconds) for hz, seconds in tones), silence(0.3), words(4)])


def answering_tone(off: float, *, modulated: bool, reversed_: bool) -> Samples:
    """2100 Hz as a fax answers with: T.30, and V.8 with phase reversals each 450 ms and 15 Hz of modulation."""
    times = np.arange(round(3.3 * RATE)) / RATE
    phase = np.where((times // 0.45).astype(int) % 2, np.pi, 0) if reversed_ else 0
    level = LEVEL * (1 + 0.2 * np.sin(2 * np.pi * 15 * times)) if modulated else LEVEL
    return np.concatenate((silence(0.2), level * np.sin(2 * np.pi * 2100 * (1 + off) * times + phase), silence(1)))


Make = Callable[[float], Samples]
TONES: dict[str, tuple[Make, Announcement]] = {
    "fast busy": (lambda off: cadence((480, 620), 0.25, 0.25, off=off), Announcement.REORDER),
    "reorder, 0.3 and 0.2 s": (lambda off: cadence((480, 620), 0.3, 0.2, off=off), Announcement.REORDER),
    "busy": (lambda off: cadence((480, 620), 0.5, 0.5, off=off), Announcement.BUSY),
    "busy in France": (lambda off: cadence((440,), 0.5, 0.5, off=off), Announcement.BUSY),
    "busy in Germany": (lambda off: cadence((425,), 0.48, 0.48, off=off), Announcement.BUSY),
    "busy in Britain": (lambda off: cadence((400,), 0.375, 0.375, off=off), Announcement.BUSY),
    "busy in China": (lambda off: cadence((450,), 0.35, 0.35, off=off), Announcement.BUSY),
    "congestion in Germany": (lambda off: cadence((425,), 0.24, 0.24, off=off), Announcement.REORDER),
    "congestion in Spain": (lambda off: cadence((425,), 0.2, 0.2, 0.2, 0.2, 0.2, 0.6, off=off), Announcement.REORDER),
    "congestion in Britain": (lambda off: cadence((400,), 0.4, 0.35, 0.225, 0.525, off=off), Announcement.REORDER),
    "intercept": (lambda off: three((LOW[0], SHORT_S), (LOW[1], SHORT_S), off=off), Announcement.INTERCEPT),
    "vacant code": (lambda off: three((HIGH[0], LONG_S), (LOW[1], SHORT_S), off=off), Announcement.VACANT),
    "reorder by three tones": (lambda off: three((LOW[0], SHORT_S), (HIGH[1], LONG_S), off=off), Announcement.REORDER),
    "reorder beyond": (lambda off: three((HIGH[0], SHORT_S), (LOW[1], LONG_S), off=off), Announcement.REORDER),
    "no circuit": (lambda off: three((HIGH[0], LONG_S), (HIGH[1], LONG_S), off=off), Announcement.NO_CIRCUIT),
    "no circuit beyond": (lambda off: three((LOW[0], LONG_S), (LOW[1], LONG_S), off=off), Announcement.NO_CIRCUIT),
    "three tones abroad": (lambda off: three((950, 0.33), (1400, 0.33), 1800, off=off), Announcement.INTERCEPT),
    "fax that calls": (lambda off: cadence((1100,), 0.5, 3.0, times=3, off=off), Announcement.FAX),
    "fax that answers": (lambda off: answering_tone(off, modulated=False, reversed_=False), Announcement.FAX),
    "fast fax that answers": (lambda off: answering_tone(off, modulated=True, reversed_=True), Announcement.FAX),
}
ROOMS: dict[str, Callable[[Samples], Samples]] = {
    "clean": lambda audio: audio,
    "soft": lambda audio: audio / 10,
    "later": lambda audio: np.concatenate((silence(0.4), audio)),
    "noisy": in_noise,
}
OFF = {"clean": 0.02, "soft": -0.02, "later": 0.01, "noisy": 0.0}


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize(("make", "said"), TONES.values(), ids=TONES.keys())
def test_tones_of_the_network(make: Make, said: Announcement, room: str) -> None:
    """Nothing is told before: nobody speaks to them."""
    (heard,) = signs(ROOMS[room](make(OFF[room])))
    assert (heard.sign, heard.announcement, heard.after_words) == (Sign.NETWORK, said, False)


RINGING = {
    "North America": cadence((440, 480), 2.0, 4.0, times=3),
    "France": cadence((440,), 1.5, 3.5, times=3),
    "Germany": cadence((425,), 1.0, 4.0, times=3),
}


@pytest.mark.parametrize("ringing", RINGING.values(), ids=RINGING.keys())
def test_ringing_after_the_answer_is_waited_for(ringing: Samples) -> None:
    assert signs(ringing) == []
    somebody = np.concatenate((ringing, silence(0.5), words(0.6), silence(2)))
    assert [heard.sign for heard in signs(somebody)] == [Sign.PERSON]


def test_ringing_that_ends_in_silence_is_a_person() -> None:
    told = signs(np.concatenate((RINGING["North America"], silence(6))))
    assert [heard.sign for heard in told] == [Sign.PERSON]


def _last(audio: Samples) -> Heard:
    return signs(audio)[-1]


def test_words_before_the_tones_are_told_apart() -> None:
    """All circuits are busy, a voice says, and then fast busy: or somebody who hung up."""
    busy = _last(np.concatenate((silence(0.5), words(1.0), silence(1.5), cadence((480, 620), 0.25, 0.25))))
    assert (busy.sign, busy.announcement, busy.after_words) == (Sign.NETWORK, Announcement.REORDER, True)


@pytest.mark.parametrize("hz", [440.0, 1100.0])
def test_a_machine_that_beeps_three_times_is_no_network(hz: float) -> None:
    greeting = np.concatenate((silence(0.5), words(5), silence(0.5)))
    beeps = np.concatenate([np.concatenate((tone(hz, 0.25), silence(0.25))) for _ in range(3)])
    told = [heard.sign for heard in signs(np.concatenate((greeting, beeps, silence(3))))]
    assert Sign.NETWORK not in told
    assert Sign.BEEP in told


def test_neither_voices_nor_melodies_are_the_networks() -> None:
    melody = np.concatenate([tone(hz, 0.25) for hz in (440, 554, 659, 880, 950, 1400, 1175, 880) * 4])
    for sound in (words(20), words(20, pitch=220), words(10, pitch=450), melody):
        assert Sign.NETWORK not in [heard.sign for heard in signs(np.concatenate((silence(0.5), sound)))]
