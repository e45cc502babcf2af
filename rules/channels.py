"""What is so of each channel: other rooms ask a trait, and name no channel but the one that they carry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rules.frozen import Record
from rules.model import Channel


class Traits(Record, frozen=True):
    """`spoken`: it is a call, which needs audio and goes to one address of a person after the other; else it is written
    to all of them at once. `numbers`: its addresses are telephone numbers. `in_parts`: a long text travels in several,
    which are charged one by one. `setting`: without which nothing goes out on it; "" while no room carries it. `by` and
    `noun`: how it is named to people. `reach_bit`: where its eight bits begin in a contact's `reach` (`rules.reach`);
    stores hold it, so that it never changes."""

    spoken: bool
    numbers: bool
    in_parts: bool
    setting: str
    by: str
    noun: str
    reach_bit: int


TRAITS: Mapping[Channel, Traits] = {
    Channel.VOICE: Traits(
        spoken=True,
        numbers=True,
        in_parts=False,
        setting="TOCSIN_TRUNKS",
        by="by call",
        noun="call",
        reach_bit=0,
    ),
    Channel.SMS: Traits(
        spoken=False,
        numbers=True,
        in_parts=True,
        setting="TOCSIN_SMS_URL",
        by="by text",
        noun="text",
        reach_bit=8,
    ),
    Channel.EMAIL: Traits(
        spoken=False,
        numbers=False,
        in_parts=False,
        setting="",
        by="by e-mail",
        noun="e-mail",
        reach_bit=32,
    ),
}
"""One row a channel, in their order: a person's addresses are planned and shown in it."""


PLACES: Mapping[Channel, int] = {channel: place for place, channel in enumerate(TRAITS)}


def in_order(channels: Iterable[Channel]) -> tuple[Channel, ...]:
    """These, once each, in the order of the table."""
    wanted = set(channels)
    return tuple(each for each in TRAITS if each in wanted)


def spoken(channels: Iterable[Channel] = TRAITS) -> tuple[Channel, ...]:
    return tuple(each for each in in_order(channels) if TRAITS[each].spoken)


def written(channels: Iterable[Channel] = TRAITS) -> tuple[Channel, ...]:
    return tuple(each for each in in_order(channels) if not TRAITS[each].spoken)


OFFERED = tuple(each for each, of in TRAITS.items() if of.setting)
"""Those on which a town can send."""

OF_NUMBERS = tuple(each for each, of in TRAITS.items() if of.numbers)
"""Those of a telephone number: given up together when it leaves, and alive together once it is proved."""

(CALL,) = spoken()
"""What calls are of, in and out: rows of `attempt` name no channel."""

(TEXT,) = (each for each in written() if each in OF_NUMBERS)
"""How a telephone number is written to: a code, a question, an answer."""
