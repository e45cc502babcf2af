"""What an alert would do, before it is sent: counts, and why people are left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field

from rules import reach
from rules.model import Channel, Language


@dataclass(frozen=True, slots=True)
class Alike:
    """So many contacts of one language with the same reach."""

    reach: int
    language: Language
    people: int
    active: bool = True


@dataclass
class Counts:
    """People of a target. `reached`: by channel and language, one person may count on both; `calls` and `texts`:
    numbers to call first and numbers to text."""

    people: int = 0
    planned: int = 0
    reached: Counter[tuple[Channel, Language]] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    calls: int = 0
    numbers: int = 0  # that may be called
    texts: Counter[Language] = field(default_factory=Counter)
    households: int | None = None  # where each is told once

    def on(self, channel: Channel) -> Mapping[Language, int]:
        return {language: self.reached[channel, language] for language in Language}


def count(groups: Iterable[Alike], channels: Set[Channel], *, with_dead: bool = False) -> Counts:
    """Add up what `audience.plan` decides for each of them, every household member told. `with_dead`: dead numbers are
    called, too."""
    counts = Counts()
    for group in groups:
        found = reach.verdict(group.reach, channels, active=group.active, with_dead=with_dead)
        counts.people += group.people
        if found.reason:
            counts.left_out[found.reason] += group.people
            continue
        counts.planned += group.people
        counts.numbers += group.people * found.calls
        counts.texts[group.language] += group.people * found.texts
        if found.calls:
            counts.calls += group.people
            counts.reached[Channel.VOICE, group.language] += group.people
        if found.texts:
            counts.reached[Channel.SMS, group.language] += group.people
    return counts
