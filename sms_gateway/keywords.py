"""What residents write, and what they want by it: the words that carriers and the CRTC prescribe in Canada, in both
languages, in any case, with or without accents, whatever stands around them.

A telephone or a carrier may lose an accent (ARRT), replace it (ARR?T, ARR T) or garble it (ARRÃŠT): each accented
letter of a keyword is found in all these forms.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import chain

from rules.model import Language
from sms_gateway import reactions


class Wish(StrEnum):
    STOP = "stop"
    LEAVE = "leave"  # no calls either: the answer to our question, no word of its own
    HELP = "help"
    INFO = "info"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Keyword:
    """`language`: None for a word that both languages share."""

    wish: Wish
    language: Language | None


UNKNOWN = Keyword(Wish.UNKNOWN, None)

_STOP_FR, _STOP_EN = Keyword(Wish.STOP, Language.FR), Keyword(Wish.STOP, Language.EN)

KEYWORDS: dict[str, Keyword] = {
    "stop": Keyword(Wish.STOP, None),
    **dict.fromkeys(("arret", "arrete", "arretes", "arreter", "arretez", "fin"), _STOP_FR),
    **dict.fromkeys(("desabonne", "desabonner", "desabonnez", "desabonnement"), _STOP_FR),
    **dict.fromkeys(("desinscrire", "desinscrivez", "desinscription", "annuler", "annulez", "quitter"), _STOP_FR),
    **dict.fromkeys(("end", "quit", "cancel", "unsubscribe", "stopall", "optout", "revoke", "remove"), _STOP_EN),
    **dict.fromkeys(("cesser", "cesse", "cessez"), _STOP_FR),
    **dict.fromkeys(("retirer", "retirez", "enlever", "enlevez"), _STOP_FR),
    "aide": Keyword(Wish.HELP, Language.FR),
    "aidez": Keyword(Wish.HELP, Language.FR),
    "help": Keyword(Wish.HELP, Language.EN),
    "info": Keyword(Wish.INFO, None),
    "infos": Keyword(Wish.INFO, Language.FR),
    "information": Keyword(Wish.INFO, None),
    "informations": Keyword(Wish.INFO, Language.FR),
    "renseignements": Keyword(Wish.INFO, Language.FR),
}

MOST_CHARACTERS = 2_000
"""What is read of a text: ten parts are shorter."""

ALONE = {"end", "fin", "quit", "quitter", "cancel", "annuler", "annulez", "revoke"}
"""Words of everyday sentences (« Fin de l'alerte ? »): a wish only beside courtesies, or where TEXTS are spoken of."""

TEXTS = {"textos", "textes", "messages", "texts", "sms", "abonnement", "subscription", "consent", "consentement"}
ALERTS = {"alerts", "alertes", "notifications"}

COURTESIES = set(
    re.findall(
        r"\w+",
        """
    svp stp plait sil il s vous te merci mercis beaucoup bonjour bonsoir salut allo
    please pls plz thanks thank thx ty you u hello hi hey
    now maintenant immediatement immediately asap suite tout tous toutes all ok okay
    moi me it ca cela this that re ou or et and very much bonne journee soiree
    """,
    )
)
"""Words that may stand beside any keyword and change nothing."""

PHRASES = set(
    re.findall(
        r"\w+",
        """
    texto textos texte textes message messages msg msgs sms text texts texting messaging
    alert alerts alerte alertes notification notifications
    sending send envoyer envoi envois envoyez recevoir receiving getting
    le la les l de des du d ces cet vos ce mes the these those your my any more anymore
    je j veux voudrais veuillez aimerais pouvez i want to would like can could wish
    se m from on mon abonnement subscription consent consentement list liste
    wrong number mauvais numero nom name aux au a plus need besoin
    """,
    )
)
"""Words of a sentence that asks for nothing else (« arrêtez les textos »); not beside a word of ALONE."""


def _damaged(bare: str) -> str:
    """What an accented letter may become; `bare`: the letter that is left when its eighth bit is cut off."""
    escaped = r"(?:[=%][0-9a-f]{2}|\\(?:x|u00)[0-9a-f]{2}){1,2}"
    return rf"(?:{escaped}|{bare}|[^a-z0-9\n]{{0,4}}e?[^a-z0-9\n]{{0,2}})"


_CIRCUMFLEX, _ACUTE = _damaged("j"), _damaged("i")
_SVP = re.compile(r"(?<![a-z])s[. ]{1,2}(v|t)[. ]{1,2}p(?![a-z])")
_SAID = r"(?:textos?|textes?|texts?|messages?|msgs?|sms|alertes?|alerts?|notifications?)(?![a-z])"
_NOT_STOP = r"(?: (?!stop|cancel|end|quit|unsub|opt|remove)[\w']+)"
_WITHOUT_KEYWORD = [
    (rf"ne (?:veux|veut|voulons|d.{{1,2}}sire|souhaite) plus (?:[\w']+ ){{0,3}}(?:[ld]')?{_SAID}", "arret"),
    (rf"ne (?:m'|me |nous )?(?:envoy|.{{1,2}}cri|text)\w{{1,9}} plus(?: (?:de|d'|vos|ces) ?{_SAID})?", "arret"),
    (rf"(?:do not|don.?t|no longer|no more){_NOT_STOP}{{0,4}} {_SAID}", "unsubscribe"),
    (r"(?:do not|don.?t) (?:text|message) (?:me|us|this number)", "unsubscribe"),
    (r"take (?:me|us|my number|my name) off", "remove"),
]
"""Sentences that ask for the same; what else stands beside them must be of PHRASES, as with a keyword."""

_REPAIRS = [
    (re.compile(rf"(?<![a-z]){pattern}(?![a-z])"), plain)
    for pattern, plain in (
        (f"arr{_CIRCUMFLEX}t", "arret"),
        (f"arr{_CIRCUMFLEX}t(?:e|{_ACUTE})([rsz]?)", r"arrete\1"),
        (f"d{_ACUTE}sa(?:b|bb)onn?(e[rz]?|{_ACUTE}|ement)", r"desabonne"),
        ("opt(?: me| us)?[ -]+out", "optout"),
        ("un[ -]?su[bs]{0,2}c?ri?b(?:e[dr]?)?|unsub", "unsubscribe"),
        ("s(?:t0p|otp|tpo)", "stop"),
        *_WITHOUT_KEYWORD,
        (f"d{_ACUTE}s(?:inscrire|inscrivez|inscription)", "desinscrire"),
    )
]
_SPELLED = re.compile(r"(?<![a-z])(?:[a-z][ .'_*-]{1,2}){2,}[a-z](?![a-z])")
_GLUED = re.compile(r"(?:stop|arret|svp|stp|merci|please|pls|now|all)+")
_PIECES = re.compile(r"stop|arret|svp|stp|merci|please|pls|now|all")
_SENTENCE_END = re.compile(r"[.!?…]+(?:\s+|$)")
_ONE_BYTE = ("cp1252", "latin-1")


def read(body: str) -> Keyword:
    """The wish of a text; UNKNOWN when there is none, when there are two different ones, or when the keyword stands in
    a sentence (“the stop sign fell”). A wish that is the whole of the first or the last line or sentence stands
    whatever the others say."""
    if reactions.is_reaction(body):
        return UNKNOWN
    written = reactions.without_signature(_repaired(body[:MOST_CHARACTERS]))
    candidates = map(_words, (written, *_lines_apart(written)))
    sentences = (words for words in map(_words, _sentences_apart(written)) if not words & ALONE)
    return next((found for words in chain(candidates, sentences) if (found := _of_words(words)) != UNKNOWN), UNKNOWN)


def _lines_apart(text: str) -> Sequence[str]:
    """The first and the last line that say something; a first line that goes on in the next one is no line apart."""
    lines = [line.strip() for line in text.splitlines() if _words(line) - COURTESIES]
    goes_on = len(lines) > 1 and lines[1][0].islower() and len(_words(lines[1])) > 1
    return [*([] if goes_on else lines[:1]), *lines[-1:]]


def _sentences_apart(text: str) -> Sequence[str]:
    sentences = [each for each in _SENTENCE_END.split(text) if _words(each) - COURTESIES]
    return [*sentences[:1], *sentences[-1:]]


def _of_words(words: Set[str]) -> Keyword:
    keys = {_SINGLE[short] for word in words if (short := _single(word)) in _SINGLE}
    rest = {word for word in words if _single(word) not in _SINGLE} - COURTESIES
    ambiguous = keys & ALONE and (not rest & TEXTS or rest & ALERTS)
    if rest and (ambiguous or rest - PHRASES):
        return UNKNOWN
    meant = {KEYWORDS[key] for key in keys}
    wishes = {each.wish for each in meant}
    languages = {each.language for each in meant} - {None}
    if len(wishes) != 1:
        return UNKNOWN
    return Keyword(wishes.pop(), languages.pop() if len(languages) == 1 else None)


@lru_cache(maxsize=64)  # a text of one line is its own first and last line and sentence
def _words(text: str) -> Set[str]:
    words = set(re.findall(r"[a-z0-9]+", _plain(text)))
    pieces = (_PIECES.findall(word) if _GLUED.fullmatch(word) else [word] for word in words)
    return frozenset(chain.from_iterable(pieces))


def _plain(text: str) -> str:
    """Small letters without accents; « S.V.P. » and “S T O P” are one word, ARR?T is `arret`."""
    small = _SVP.sub(r"s\1p", text.casefold().replace("’", "'"))
    for damaged, plain in _REPAIRS:
        small = damaged.sub(plain, small)
    decomposed = unicodedata.normalize("NFKD", small)
    letters = "".join(each for each in decomposed if not unicodedata.combining(each)).casefold()
    return _SPELLED.sub(lambda found: re.sub("[^a-z]", "", found[0]), letters)


def _single(word: str) -> str:
    """The word with each doubled letter once: STOPPP, AARRET."""
    return re.sub(r"(.)\1+", r"\1", word)


_SINGLE = {_single(key): key for key in KEYWORDS}


def _repaired(body: str) -> str:
    """Without characters that nobody sees, and with UTF-8 that was read as one byte a letter read again (ÃŠ is Ê)."""
    text = "".join(each for each in html.unescape(body) if unicodedata.category(each) not in ("Cf", "Cs", "Co"))
    text = text.replace("\0", "")
    for coding in _ONE_BYTE:
        try:
            return text.encode(coding).decode("utf-8")
        except UnicodeError:
            continue
    return text
