"""Addresses of the web and of e-mail, as people dictate them."""

from __future__ import annotations

import re

from prompts.wording import numbers
from prompts.wording.numbers import EN, FR
from prompts.wording.rule import Unclear, WordingRule, rule
from rules.model import Language

DICTATED = {
    FR: {".": "point", "/": "barre oblique", "-": "tiret", "_": "soulignement", "@": "arobase"},
    EN: {".": "dot", "/": "slash", "-": "dash", "_": "underscore", "@": "at"},
}
ENDINGS = "ca|com|org|net|info|gov|gouv|quebec|edu|io|fr|app|dev|eu|us|uk|biz|coop|tv|me|online|ville|cloud"
SPELLED = frozenset({"www", "qc", "ca", "on", "nb", "mrc", "fr", "us", "uk", "io", "tv", "eu", "gc"})
HOST = rf"(?:[\w-]+\.)+(?:{ENDINGS})(?![\w-]|\.\w)"
LONGEST = 60
VOWEL = re.compile(r"[aeiouyàâéèêëîïôùûü]", re.IGNORECASE)


def rules(language: Language) -> list[WordingRule]:
    return [
        rule(r"(?:mailto:)?(?P<w>[\w.+-]+@(?:[\w-]+\.)+[A-Za-z]{2,})", _address),
        rule(r"(?:https?|ftp)://(?P<w>[^\s\"<>()]*[^\s\"<>().,;:!?])", _address),
        rule(
            rf"(?P<w>(?:www\.(?:[\w-]+\.)+[A-Za-z]{{2,}}|{HOST})(?::\d+)?(?:/[^\s\"<>()]*[^\s\"<>().,;:!?]|/)?)",
            _address,
        ),
    ]


def _address(found: re.Match[str], language: Language) -> str | Unclear:
    written = found["w"].rstrip("/")
    said = " ".join(_part(part, language) for part in re.findall(r"[^\W\d_]+|\d+|[\W_]", written))
    if len(written) > LONGEST or re.search(r"[^\w./@-]", written):
        return Unclear(
            said, "l'adresse courte de la page d'accueil" if language is FR else "the short address of the home page"
        )
    return said


def _part(part: str, language: Language) -> str:
    if part.isdecimal():
        return (
            numbers.digits(part, language) if len(part) > 4 or part[0] == "0" else numbers.cardinal(int(part), language)
        )
    if part in DICTATED[language]:
        return DICTATED[language][part]
    if not part.isalpha():
        return ""
    return " ".join(part.upper()) if part.lower() in SPELLED or not VOWEL.search(part) else part
