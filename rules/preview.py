"""What an alert would do, before it is sent: counts, and why people are left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field

from rules import channels, reach
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
    """People of a target. `reached`: by channel and language, one person may count on several; `calls`: numbers to call
    first; `messages`: by channel and language, one for each number that is written to."""

    people: int = 0
    planned: int = 0
    reached: Counter[tuple[Channel, Language]] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    calls: int = 0
    numbers: int = 0  # that may be called
    messages: Counter[tuple[Channel, Language]] = field(default_factory=Counter)
    households: int | None = None  # where each is told once

    def on(self, channel: Channel) -> Mapping[Language, int]:
        return {language: self.reached[channel, language] for language in Language}

    @property
    def texts(self) -> Counter[Language]:
        """The messages that travel in parts."""
        found: Counter[Language] = Counter()
        for (channel, language), many in self.messages.items():
            if channels.TRAITS[channel].in_parts:
                found[language] += many
        return found

    def add(self, numbers: Mapping[Channel, int], language: Language, people: int = 1) -> None:
        """So many people, each with so many numbers on each channel."""
        for channel, many in numbers.items():
            self.reached[channel, language] += people
            if channels.TRAITS[channel].spoken:
                self.calls += people
                self.numbers += people * many
            else:
                self.messages[channel, language] += people * many


def count(groups: Iterable[Alike], on: Set[Channel], *, with_dead: bool = False) -> Counts:
    """Add up what `audience.plan` decides for each of them, every household member told. `with_dead`: dead numbers are
    called, too."""
    counts = Counts()
    for group in groups:
        found = reach.verdict(group.reach, on, active=group.active, with_dead=with_dead)
        counts.people += group.people
        if found.reason:
            counts.left_out[found.reason] += group.people
            continue
        counts.planned += group.people
        counts.add(found.numbers, group.language, group.people)
    return counts
