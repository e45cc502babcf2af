"""What telephones write by themselves: reactions to a text that was received, and signatures."""

from __future__ import annotations

import re
import unicodedata

MOST_CHARACTERS = 2_000

_VERBS = (
    *(
        "liked",
        "loved",
        "disliked",
        "emphasi[sz]ed",
        "questioned",
        "laughed (?:at|about)",
        "reacted",
        "removed",
        "exclaimed",
    ),
    *("aim[ée]", "ador[ée]", "détesté", "réagi", "souligné", "j['’]aime", "j['’]adore", "je n['’]aime pas"),
    r"(?:n['’])?a (?:pas )?(?:aimé|adoré|détesté|ri|rigolé|réagi|mis|souligné|ajouté|supprimé|retiré|exprimé|demandé"
    r"|trouvé|accentué|désapprouvé|applaudi|posé|marqué|questionné|répondu|interrogé)",
    "s['’]est (?:interrogée?|demandée?|questionnée?)",
)
_OPEN, _CLOSE = "[“«„\"'‘‹?�]", "”»“\"'’›?�"
_QUOTE = rf"{_OPEN}(?:.*[{_CLOSE}…]|[^{_CLOSE}]*)\W*"  # the end may be cut off
_THING = r"(?:an? |une? |l['’]|la |le )\w+(?: \w+)?\W*"
_OF_A_VERB = re.compile(rf"(?:{'|'.join(_VERBS)})(?:[^\w“«„\"]+\w+){{0,6}}?\W*?(?:{_QUOTE}|{_THING})", re.I | re.S)
_OF_A_SIGN = re.compile(rf"\W+ (?:to|à|a|au|on|sur)\s+(?:{_QUOTE}|{_THING})", re.I | re.S)

_QUOTED = re.compile(r"^[ \t]*>.*$", re.M)
_DELIMITER = re.compile(r"^[ \t]*(?:--|—|__+|––)[ \t]*$.*", re.M | re.S)
_SENT_FROM = re.compile(
    r"\b(?:sent (?:from|via|with|by|using)|get (?:outlook|yahoo)|(?:envoy.{1,3}|exp.{1,2}di.{1,3}|transmis) "
    r"(?:de|d['’]|depuis|du|.{1,2} partir d|via|avec|par|.{1,2} l['’]aide d)"
    r"|(?:obten[a-z]+|t.{1,2}l.{1,2}chargez) outlook|provenance\s*:).*",
    re.I | re.S,
)
_NAME = re.compile(r"\s(?:[-–—~]{1,2})\s*[A-ZÀ-Þ][\w.'’-]*(?:\s+[A-ZÀ-Þ][\w.'’-]*){0,2}\s*$")


def is_reaction(body: str) -> bool:
    """A reaction that a telephone made into a text: “Liked “…””, « A aimé « … » », “👍 to “…””, or signs alone."""
    seen = "".join(each for each in body if unicodedata.category(each) not in ("Cf", "Cs")).strip()
    if len(seen) > MOST_CHARACTERS:
        return False
    if _OF_A_VERB.fullmatch(seen):
        return True
    return _is_pictures(seen) or bool(_OF_A_SIGN.fullmatch(seen) and _has_picture(seen))


def _is_pictures(text: str) -> bool:
    return _has_picture(text) and all(unicodedata.category(each) in ("So", "Sk", "Mn", "Zs") for each in text)


def _has_picture(text: str) -> bool:
    return any(unicodedata.category(each) == "So" and each != "\N{REPLACEMENT CHARACTER}" for each in text)


def without_signature(body: str) -> str:
    """The text without what telephones and mail programs add (“Sent from my iPhone”, a name after two dashes, the text
    that is answered)."""
    for added in (_QUOTED, _DELIMITER, _SENT_FROM, _NAME):
        body = added.sub("", body)
    return body
