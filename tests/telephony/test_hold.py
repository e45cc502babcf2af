"""A call whose far side takes no sound for a while."""

from telephony import events
from telephony.hold import HELD_S, MUTE_S, Hold

CHANNEL = events.AsteriskChannel(id="a" * 32)
HOLD, UNHOLD = events.ChannelHold(channel=CHANNEL), events.ChannelUnhold(channel=CHANNEL)


class Clock:
    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


def test_no_time_passes_on_hold() -> None:
    clock = Clock()
    hold = Hold(clock, on=False)
    clock.at += 2
    hold.note(HOLD)
    clock.at += 30
    assert (hold.now(), hold.left_s) == (102, HELD_S - 30)
    hold.note(UNHOLD)
    clock.at += 1
    assert (hold.now(), hold.seconds) == (103, 30)


def test_an_answer_without_sound_is_mute_until_there_is_some() -> None:
    clock = Clock()
    hold = Hold(clock, on=True)
    assert (hold.mute, hold.left_s) == (True, MUTE_S)
    hold.note(UNHOLD)
    hold.note(HOLD)
    assert (hold.mute, hold.left_s) == (False, HELD_S)


def test_hold_said_twice_begins_once() -> None:
    clock = Clock()
    hold = Hold(clock, on=False)
    hold.note(HOLD)
    clock.at += 10
    hold.note(HOLD)
    assert hold.left_s == HELD_S - 10


def test_a_call_taken_up_again_on_hold_is_not_mute() -> None:
    hold = Hold(Clock(), on=False)
    hold.found(on=True)
    assert (hold.on, hold.mute, hold.left_s) == (True, False, HELD_S)
