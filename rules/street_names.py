"""Names of streets as people write them: `boul. St-Jean` is Boulevard Saint-Jean."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple, Protocol

from rules.street import civic, folded

_SHORT = """
allée all | autoroute aut | avenue av ave | boulevard boul bd blvd bld | carré car | carrefour carref | cercle cer |
chemin ch che | circle cir | côte cte | cours crs | court crt ct | crescent cres | croissant crois | drive dr |
esplanade espl | heights hts | highway hwy | impasse imp | lane ln | montée mtée mtee | parc pk park | passage pass |
place pl | plateau plat | pointe pte | promenade prom | quai | rang rg rge | road rd | route rte | rue r | ruelle rle |
sentier sent | square sq | street st | terrasse terr tsse | terrace terrace | way
"""
_TYPES = {short: folded(words.split()[0]) for words in _SHORT.split("|") for short in map(folded, words.split())}
_SMALL = frozenset({"a", "au", "aux", "d", "de", "des", "du", "et", "l", "la", "le", "les", "of", "the"})
_SAINTS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
_DIRECTIONS = {"e": "est", "n": "nord", "o": "ouest", "s": "sud", "w": "ouest", "east": "est", "north": "nord"} | {
    "west": "ouest",
    "south": "sud",
}
_ORDINAL = re.compile(r"(\d+)(?:e|er|re|ere|ieme|eme|nd|nde|rd|th|st)")


class StreetName(NamedTuple):
    """`type`: rue, boulevard …, "" where it is not said. `rest`: what tells it from others of its type; two names with
    the same are the same street where the types agree."""

    type: str
    rest: str

    def may_be(self, other: StreetName) -> bool:
        """One without its type may be any of them."""
        return self.rest == other.rest and (self.type == other.type or "" in (self.type, other.type))


class HasAddress(Protocol):
    """Somebody, or a row of a file."""

    @property
    def street(self) -> str: ...

    @property
    def civic_number(self) -> str: ...


def same_door(one: HasAddress, other: HasAddress) -> bool:
    """However it is written: a town that only spells its streets otherwise has not moved."""
    numbers = [civic(each.civic_number) or each.civic_number for each in (one, other)]
    return read(one.street) == read(other.street) and numbers[0] == numbers[1]


@lru_cache(maxsize=10_000)
def read(name: str) -> StreetName:
    """Accents, case, hyphens, short forms and small words don't count."""
    words = re.findall(r"[a-z0-9]+", folded(name))
    kind, rest = _type(words)
    plain = [_word(word, last=place == len(rest) - 1) for place, word in enumerate(rest)]
    return StreetName(kind, " ".join([word for word in plain if word not in _SMALL] or plain))


def _type(words: list[str]) -> tuple[str, list[str]]:
    """At the beginning in French; at the end in English, and after an ordinal (`2e Avenue`)."""
    if len(words) > 1 and words[0] in _TYPES and words[0] != "st":
        return _TYPES[words[0]], words[1:]
    if len(words) > 1 and words[-1] in _TYPES:
        return _TYPES[words[-1]], words[:-1]
    if len(words) > 2 and words[-1] in _DIRECTIONS and words[-2] in _TYPES:
        return _TYPES[words[-2]], [*words[:-2], words[-1]]
    return "", words


def _word(word: str, *, last: bool) -> str:
    if ordinal := _ORDINAL.fullmatch(word):
        return ordinal[1]
    if last and word in _DIRECTIONS:
        return _DIRECTIONS[word]
    return _SAINTS.get(word, word)
