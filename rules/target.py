"""Whom an alert is for: terms joined by union, less what is excepted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from rules import phone
from rules.area import Area, BadArea
from rules.street import BadStreet, Street

KINDS = ("sector", "topic", "street", "postal", "polygon", "number", "group", "reached", "alert")
EXCEPT = "except"
ALL_TOPICS = "*"
"""Among a contact's topics: all of them, those created later too."""

NO_SECTOR = "-"
"""`sector:-`: enrolled people of whom no sector is known."""

HOW_TO = (
    "all, sector:NAME, sector:-, topic:NAME, street:NAME or street:NAME:10-98:even, postal:J6W or postal:J6W 1A1, "
    "polygon:FILE.geojson, number:N, group:NAME, reached:ALERT, alert:ALERT"
)
_POSTAL_CODE = re.compile(r"([A-Z]\d[A-Z])(?: ?(\d[A-Z]\d))?")


T = TypeVar("T")


class BadTarget(ValueError):
    """The target is not written as it should be; the text says what to write."""


@dataclass(frozen=True, slots=True)
class Target:
    """Everyone, or the people of some sectors, streets, postal codes or areas, those who follow a topic, the holders of
    some numbers (E.164), and saved groups; `excluded` takes people out again."""

    everyone: bool = False
    sectors: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    streets: tuple[Street, ...] = ()
    postal_codes: tuple[str, ...] = ()  # "J6W" or "J6W 1A1"
    areas: tuple[Area, ...] = ()
    groups: tuple[str, ...] = ()
    reached: tuple[int, ...] = ()  # by these alerts
    concerned: tuple[int, ...] = ()  # those whom these alerts were for
    excluded: Target | None = None

    @classmethod
    def parse(cls, text: str | Iterable[str], excluded: str | Iterable[str] = ()) -> Target:
        """Read terms joined by spaces, or several such texts; `str` of a target can be read again. A value with spaces
        goes on until the next term, as in `sector:Vieux Bourg number:5145550101`. Raises BadTarget."""
        wanted, but = [], []
        for words in _texts(text):
            here, without = _split(words)
            wanted += _terms(here)
            but += _terms(without)
        for words in _texts(excluded):
            but += _terms(words)
        target = cls._of(wanted)
        return target if not but else replace(target, excluded=cls._of(but))

    @classmethod
    def _of(cls, terms: Sequence[tuple[str, str]]) -> Target:
        if not terms:
            raise BadTarget(f"the target is empty: write {HOW_TO}")

        def of(kind: str) -> list[str]:
            return [value for each, value in terms if each == kind]

        return cls(
            everyone=any(kind == "all" for kind, _ in terms),
            sectors=_once(of("sector")),
            numbers=_once(map(_number, of("number"))),
            topics=_once(of("topic")),
            streets=_once(map(_street, of("street"))),
            postal_codes=_once(map(_postal_code, of("postal"))),
            areas=_once(map(_area, of("polygon"))),
            groups=_once(of("group")),
            reached=_once(map(_alert, of("reached"))),
            concerned=_once(map(_alert, of("alert"))),
        )

    @property
    def names_places(self) -> bool:
        """It is for whoever lives somewhere or follows a topic, not for people named one by one."""
        return self.everyone or any((self.sectors, self.topics, self.streets, self.postal_codes, self.areas))

    def __str__(self) -> str:
        terms = list(self._written())
        return " ".join([*terms, EXCEPT, str(self.excluded)] if self.excluded else terms)

    def _written(self) -> Iterator[str]:
        if self.everyone:
            yield "all"
        for kind, values in zip(KINDS, self._values(), strict=True):
            yield from (f"{kind}:{value}" for value in values)

    def _values(self) -> tuple[tuple[object, ...], ...]:
        return (
            *(self.sectors, self.topics, self.streets, self.postal_codes),
            *(self.areas, self.numbers, self.groups, self.reached, self.concerned),
        )


def _texts(text: str | Iterable[str]) -> list[list[str]]:
    """The words of each; a blank one is nobody's wish."""
    texts = [each.split() for each in ([text] if isinstance(text, str) else text)]
    if not all(texts):
        raise BadTarget(f"the target is empty: write {HOW_TO}")
    return texts


def _split(words: list[str]) -> tuple[list[str], list[str]]:
    place = next((place for place, word in enumerate(words) if word.casefold() == EXCEPT), None)
    if place is None:
        return words, []
    if place == len(words) - 1:
        raise BadTarget(f"“{EXCEPT}” has nothing after it: write {EXCEPT} sector:NAME")
    return words[:place], words[place + 1 :]


def _terms(words: list[str]) -> list[tuple[str, str]]:
    """`all` is everybody only as the first word: further on it belongs to a name, as in `street:Chemin All`."""
    terms: list[tuple[str, str]] = []
    for word in words:
        kind, colon, value = word.partition(":")
        if word.lower() == "all" and not terms:
            terms.append(("all", ""))
        elif colon and kind.lower() in KINDS:
            terms.append((kind.lower(), value))
        elif terms and _goes_on(terms[-1][0], colon):
            terms[-1] = (terms[-1][0], f"{terms[-1][1]} {word}".strip())
        else:
            raise BadTarget(f"“{word}” is not a target: write {HOW_TO}")
    for kind, value in terms:
        if kind != "all" and not value:
            raise BadTarget(f"“{kind}:” has nothing after the colon: write {HOW_TO}")
    return terms


def _goes_on(kind: str, colon: str) -> bool:
    """The last word of a street may hold colons: `street:Rue des Érables:10-98`."""
    return kind == "street" or (kind != "all" and not colon)


def _number(text: str) -> str:
    try:
        return phone.parse(text)
    except phone.BadNumber as wrong:
        raise BadTarget(f"number:{text}: {wrong}") from wrong


def _alert(text: str) -> int:
    if not text.isdecimal():
        raise BadTarget(f"“{text}” is the number of no alert: write reached:7 or alert:7")
    return int(text)


def _street(text: str) -> Street:
    try:
        return Street.parse(text)
    except BadStreet as wrong:
        raise BadTarget(f"street:{text}: {wrong}") from wrong


def _area(text: str) -> Area:
    try:
        return Area.parse(text)
    except BadArea as wrong:
        raise BadTarget(f"polygon:{text[:40]}: {wrong}") from wrong


def _postal_code(text: str) -> str:
    parts = _POSTAL_CODE.fullmatch(text.upper())
    if parts is None:
        raise BadTarget(f"postal:{text} is no Canadian postal code: write postal:J6W or postal:J6W 1A1")
    return f"{parts[1]} {parts[2]}" if parts[2] else parts[1]


def _once(values: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(values))
