"""The texts that answer residents, from answers.yaml: one part of GSM-7 each."""

from __future__ import annotations

import unicodedata
from collections import OrderedDict, deque
from datetime import datetime, timedelta
from pathlib import Path

import yaml
from smsutil import GSM_EXT_CHARSET, is_valid_gsm

from rules import phone
from rules.model import Language
from sms_gateway.errors import BadSetting
from sms_gateway.keywords import Wish

CATALOGUE = Path(__file__).with_name("answers.yaml")
ONE_PART = 160
"""Septets."""

ANSWERS_PER_HOUR = 4
"""To one number: two machines that answer each other fall silent after that."""

MOST_NUMBERS = 50_000
"""Answered within the hour: beyond that it is a flood, and nobody new is answered."""

HOUR = timedelta(hours=1)
NEARBY = {
    "’": "'",
    "‘": "'",
    "«": '"',
    "»": '"',
    "“": '"',
    "”": '"',
    "–": "-",
    "—": "-",
    "…": "...",
    "œ": "oe",
    "Œ": "OE",
}


class ReplyTexts:
    """`telephone`: the number of a person at the town, E.164."""

    def __init__(self, organization: str, telephone: str, catalogue: Path = CATALOGUE) -> None:
        texts = yaml.safe_load(catalogue.read_text(encoding="utf-8"))
        name, number = gsm(organization), written(telephone)
        self._texts = {
            (language, wish): _fitted(texts[language][wish], name, number) for language in Language for wish in Wish
        }

    def text(self, wish: Wish, language: Language) -> str:
        return self._texts[language, wish]


def _fitted(text: str, organization: str, telephone: str) -> str:
    """The text in one part: a name that is too long loses its end."""
    room = ONE_PART - septets(text.format(organization="", telephone=telephone))
    while organization and septets(organization) > room:
        organization = organization[:-1].rstrip()
    fitted = text.format(organization=organization, telephone=telephone)
    if not organization or not is_valid_gsm(fitted):
        raise ValueError(f"answers.yaml: not one part of GSM-7: {fitted!r}")
    return fitted


def septets(text: str) -> int:
    return len(text) + sum(character in GSM_EXT_CHARSET for character in text)


def gsm(text: str) -> str:
    """The nearest spelling within GSM-7: é stays, ê becomes e; what has no likeness is left out."""
    return "".join(map(_gsm_character, text))


def _gsm_character(character: str) -> str:
    if is_valid_gsm(character):
        return character
    bare = unicodedata.normalize("NFKD", NEARBY.get(character, character))
    return "".join(each for each in bare if is_valid_gsm(each))


def written(telephone: str) -> str:
    """As numbers are written in Québec: 514 555-0100. Raises BadSetting when there is none."""
    if not telephone:
        raise BadSetting("TOCSIN_RECEPTION is empty: texts to residents must name a telephone number, write ten digits")
    groups = phone.spoken(telephone)
    return f"{groups[0]} {'-'.join(groups[1:])}"


class ReplyLimit:
    """Keeps count of the answers to each number."""

    def __init__(self, per_hour: int = ANSWERS_PER_HOUR) -> None:
        self._per_hour = per_hour
        self._given: OrderedDict[str, deque[datetime]] = OrderedDict()  # the number answered last comes last

    def __len__(self) -> int:
        """Numbers that it remembers: those answered within the hour."""
        return len(self._given)

    def may_answer(self, number: str, now: datetime) -> bool:
        """True: answer, and it is counted."""
        self._forget(now)
        if number not in self._given and len(self._given) >= MOST_NUMBERS:
            return False
        given = self._given.setdefault(number, deque())
        while given and given[0] <= now - HOUR:
            given.popleft()
        if len(given) >= self._per_hour:
            return False
        given.append(now)
        self._given.move_to_end(number)
        return True

    def _forget(self, now: datetime) -> None:
        while self._given and next(iter(self._given.values()))[-1] <= now - HOUR:
            self._given.popitem(last=False)
