"""Points of the compass, as weather reports write them."""

from __future__ import annotations

import re

from prompts.wording.numbers import EN, FR
from prompts.wording.rule import WordingRule, rule
from rules.model import Language

POINTS = {
    FR: {"N": "nord", "S": "sud", "E": "est", "O": "ouest"},
    EN: {"N": "north", "S": "south", "E": "east", "W": "west"},
}
_WIND = re.compile(r"\b(?:vents?|rafales?|winds?|gusts?)(?:\s(?:du|de l'|de|from|from the))?\s?$", re.IGNORECASE)


def rules(language: Language) -> list[WordingRule]:
    """N.-E., O.-N.-O., N-E; without marks (NE, SO) only where the wind is spoken of: SO is « sans objet », too."""
    point, last = ("[NSEO]", "[EO]") if language is FR else ("[NSEW]", "[EW]")
    return [
        rule(rf"(?:{point}\.?-){{1,2}}{last}(?:\.(?!\w)|(?![\w.-]))", _said),
        rule(r"[NSEOW]{1,3}(?![\w.-])", lambda found, of: _said(found, of) if _of_wind(found) else None),
    ]


def _of_wind(found: re.Match[str]) -> bool:
    after = found.string[found.end() :]
    return bool(_WIND.search(found.string[: found.start()]) or re.match(r"\s(?:winds?|gusts?)\b", after))


def _said(found: re.Match[str], language: Language) -> str | None:
    """None where a letter is no point in this language."""
    letters = re.findall("[A-Z]", found[0])
    if not set(letters) <= POINTS[language].keys():
        return None
    return "-".join(POINTS[language][letter] for letter in letters)
