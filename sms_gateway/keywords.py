"""What residents write, and what they want by it: the words that carriers and the CRTC prescribe in Canada, in both
languages, in any case, with or without accents, whatever stands around them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from alerts.model import Language


class Wish(StrEnum):
    STOP = "stop"
    HELP = "help"
    INFO = "info"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Keyword:
    """`language`: None for a word that both languages share."""

    wish: Wish
    language: Language | None


UNKNOWN = Keyword(Wish.UNKNOWN, None)

KEYWORDS: dict[str, Keyword] = {
    "stop": Keyword(Wish.STOP, None),
    "arret": Keyword(Wish.STOP, Language.FR),
    "arreter": Keyword(Wish.STOP, Language.FR),
    "arretez": Keyword(Wish.STOP, Language.FR),
    "desabonner": Keyword(Wish.STOP, Language.FR),
    "desabonnez": Keyword(Wish.STOP, Language.FR),
    "desabonnement": Keyword(Wish.STOP, Language.FR),
    "desinscrire": Keyword(Wish.STOP, Language.FR),
    "end": Keyword(Wish.STOP, Language.EN),
    "quit": Keyword(Wish.STOP, Language.EN),
    "cancel": Keyword(Wish.STOP, Language.EN),
    "unsubscribe": Keyword(Wish.STOP, Language.EN),
    "stopall": Keyword(Wish.STOP, Language.EN),
    "aide": Keyword(Wish.HELP, Language.FR),
    "help": Keyword(Wish.HELP, Language.EN),
    "info": Keyword(Wish.INFO, None),
}

COURTESIES = {"svp", "merci", "please", "pls", "thanks", "thank", "you", "tout", "all"}
"""Words that may stand beside a keyword and change nothing."""


def read(body: str) -> Keyword:
    """The one keyword of a text; UNKNOWN when there is none, or when it stands in a sentence (“the stop sign fell”)."""
    words = set(re.findall(r"[a-z0-9]+", _plain(body)))
    essential = words - COURTESIES
    return KEYWORDS.get(essential.pop(), UNKNOWN) if len(essential) == 1 else UNKNOWN


def _plain(body: str) -> str:
    """Small letters without accents or dots: « S.V.P. » is `svp`."""
    letters = unicodedata.normalize("NFKD", body.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter) and letter != ".")
