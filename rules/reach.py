"""By how many numbers a contact can be reached, and what stands in the way: one small number for each contact, so that
a database can count a million of them.

Its lower half is for alerts that leave dead numbers out, its upper half for those that call them, too (emergencies).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from functools import lru_cache

from rules import audience
from rules.channels import TRAITS
from rules.model import Channel
from rules.usable import Refusal

MOST_NUMBERS = 15
BITS = {Refusal.DEAD: 16, Refusal.OPTED_OUT: 32, Refusal.SHARED: 64, Refusal.NOT_ALLOWED: 128}
"""Beside the count of usable numbers (0 to 15): why some active numbers of that channel are not usable."""

SHIFT: Mapping[str, int] = {channel: of.reach_bit for channel, of in TRAITS.items()}
"""Where a channel's eight bits begin."""

WITH_DEAD = 16
"""How much further up the same is said with dead numbers as usable ones."""

TROUBLES = sum(BITS.values())


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many numbers are used on each channel; without any, the reason."""

    numbers: Mapping[Channel, int]
    reason: str = ""


def verdict(reach: int, channels: Set[Channel], *, active: bool = True, with_dead: bool = False) -> Verdict:
    """What `audience.plan` decides for such a contact."""
    if not active:
        return Verdict({}, audience.ENROLMENT_NOT_FINISHED)
    reach >>= WITH_DEAD if with_dead else 0
    numbers = {each: many for each in channels if (many := _numbers(reach, each))}
    return Verdict(numbers, "" if numbers else _why(reach, channels))


def _why(reach: int, channels: Set[Channel]) -> str:
    of_channels = 0
    for channel in channels:
        of_channels |= _bits(reach, channel)
    reasons = [each for each in Refusal if of_channels & BITS[each]]
    return ", ".join(reasons) or audience.nothing_for(channels, {each for each in TRAITS if _bits(reach, each)})


def _bits(reach: int, channel: Channel) -> int:
    return reach >> SHIFT[channel] & 0xFF


def masks(channels: Iterable[Channel], *, with_dead: bool = False) -> tuple[int, int]:
    """The bits that count usable numbers on these channels, and those that say why one is not usable."""
    half = WITH_DEAD if with_dead else 0
    shifts = [SHIFT[each] + half for each in channels]
    return sum(MOST_NUMBERS << shift for shift in shifts), sum(TROUBLES << shift for shift in shifts)


def shared(channels: Iterable[Channel]) -> int:
    """The bits that say that a number on these channels is somebody else's first."""
    return sum(BITS[Refusal.SHARED] << SHIFT[each] << half for each in channels for half in (0, WITH_DEAD))


def _numbers(reach: int, channel: Channel) -> int:
    return _bits(reach, channel) & MOST_NUMBERS


@lru_cache(maxsize=1024)
def computed(states: tuple[tuple[str, Refusal | None, int, bool], ...]) -> int:
    """From the active numbers of one contact: channel, why they are not used were they alive, how many of them, whether
    they are dead. Most contacts are alike."""
    counts: Counter[tuple[int, Refusal | None]] = Counter()
    for channel, refusal, count, dead in states:
        counts[SHIFT[channel], Refusal.DEAD if dead else refusal] += count
        counts[SHIFT[channel] + WITH_DEAD, refusal] += count
    reach = 0
    for (shift, refusal), count in counts.items():
        reach |= (BITS[refusal] if refusal else min(count, MOST_NUMBERS)) << shift
    return reach
