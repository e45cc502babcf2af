"""A key that comes twice, as an event and as sound, is one press."""

from __future__ import annotations

from telephony.key_ways import KeyWays


def test_sound_alone_counts_each_time() -> None:
    ways = KeyWays()
    assert [ways.is_new_by_sound("1", ended_at=at) for at in (1.0, 1.3, 2.0)] == [True, True, True]


def test_both_ways_count_once_whichever_is_first() -> None:
    ways = KeyWays()
    assert ways.is_new_by_sound("1", ended_at=1.0)
    assert not ways.is_new_by_event("1", began_at=0.9)
    assert not ways.is_new_by_sound("1", ended_at=1.4)
    assert ways.is_new_by_event("1", began_at=1.3)
    other = KeyWays()
    assert other.is_new_by_event("5", began_at=0.9)
    assert not other.is_new_by_sound("5", ended_at=1.1)


def test_a_key_held_long_is_over_later_by_its_event() -> None:
    ways = KeyWays()
    assert ways.is_new_by_sound("1", ended_at=1.05)  # the gateway lets the beginning of the tone pass
    assert not ways.is_new_by_event("1", began_at=1.0)


def test_another_key_by_event_counts() -> None:
    ways = KeyWays()
    assert ways.is_new_by_sound("1", ended_at=1.0)
    assert ways.is_new_by_event("2", began_at=1.2)
