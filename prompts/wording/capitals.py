"""Words in capitals: shouted words are read as words, initials as letters."""

from __future__ import annotations

import re

from prompts.wording import numbers
from prompts.wording.numbers import EN, FR
from prompts.wording.rule import WordingRule, rule
from rules.model import Language

_INITIALS = """
AB ADN AED AGA AMT AVC BC BPC CA CCU CD CHSLD CHU CHUM CISSS CIUSSS CLSC CN CNESST CO CP CPE CPS CPTAQ CRTC
CSPS CSS CSSS CU CUSM DEA DNA DRMG DSP EMO EMS EPEI ER EU FAQ FQM GPS GRC HLM HQ HVAC ICU ID INSPQ MB MELCC
MELCCFP MPO MRC MSP MSSS MTMD MTQ NB NL NS NT NU OFM OMH OPP PC PCB PDF PEI RAMQ RCMP RDD RTC RTM SAAQ SAE SAL
SK SMS SPAL SPCA SPVM SPVQ SQ SSI STL STM STO STS TCE TGV TI TNL TNO TV UE UK UMQ US USA UV VIH YMCA YT YWCA
"""
_SAID_AS_WORDS = "BAPE BIXI CHUM EXO ONU PFAS REM SIM SOPFEU VIA"
_FRENCH = """
À AH AI AIR AN ANS AS AU AUX BAS BOL BON CE CES CET CI CLÉ CRI DE DES DIT DIX DU DUR EAU EAUX EH EN ES EST ET
ÊTRE EU EUX FEU FEUX FIN FOU GAZ GEL HUIT ICI IL ILS JE JEU JOUR LA LAC LE LES LEUR LIT LOI LUI MA MAI MAL ME
MES MER MOI MON MUR NE NEUF NI NON NORD NOS NOTE NU NUL ON OR OU OÙ OUEST OUI PAR PAS PEU PIN PLUS PONT POUR
PRÈS QUE QUI RIEN RUE SA SAC SANS SE SEL SES SI SIX SOIR SOL SON SUD SUR TA TE TEL TES TOI TON TOUS TOUT TRÈS
TROP TU UN UNE VA VIE VOS VU Y
"""
_ENGLISH = """
A ABLE ADD AGE AGO AIR ALL AM AN AND ANY ARE AS ASK AT BAD BE BIG BUT BUY BY CAN CAR CUT DAY DID DO DOG DRY
EAT END EYE FAR FEW FIX FOG FOR FUN GAS GET GO GOT HAD HAS HE HER HIM HIS HOT HOW I ICE IF IN IS IT ITS JOB
KEY LAW LEG LET LOT LOW MAN MAP MAY ME MEN MUD MY NEW NO NOR NOT NOW OF OFF OIL OLD ON ONE OR OUR OUT OWN PAY
PER PUT RAN RED ROW RUN SAY SEA SEE SET SHE SIX SO SUN TAP TAX TEN THE TO TOO TOP TRY TWO UP US USE VAN WAR
WAS WAY WE WET WHO WHY WIN YES YET YOU ZOO
"""
INITIALS = frozenset(_INITIALS.split())
SAID_AS_WORDS = frozenset(_SAID_AS_WORDS.split())
SHORT_WORDS = {FR: frozenset(_FRENCH.split()), EN: frozenset(_ENGLISH.split())}
VOWELS = "AEIOUYÀÂÄÉÈÊËÎÏÔÖÙÛÜ"
SHOUTED_LETTERS = 12
SHOUTED_SHARE = 0.6


def rules(language: Language) -> list[WordingRule]:
    letter = "[A-ZÀ-ÖØ-Þ]"
    dotted = rf"(?P<i>(?:{letter}\.\s?){{2,}}(?:{letter}\b)?)(?!\w)"
    return [
        rule(rf"(?P<w>(?:{letter}{{1,4}}-?\d|\d+{letter})[\dA-Za-z]*(?:[.,]\d)?)(?!\w)", _letters_and_figures),
        rule(dotted, lambda found, of: " ".join(each for each in found["i"] if each.isalpha())),
        rule(rf"{letter}(?='[^\W\d_])", _elided),
        rule(rf"(?P<i>{letter}{{2,}})(?P<s>s?)(?![^\W\d_])", _capitals),
    ]


def _capitals(found: re.Match[str], language: Language) -> str:
    word = found["i"]
    if is_initials(word, language, shouted=shouted(found)):
        return " ".join(word) + (" s" if found["s"] and language is EN else "")
    plain = word if word in SAID_AS_WORDS else _calm(found)
    return plain + found["s"]


def is_initials(word: str, language: Language, *, shouted: bool) -> bool:
    """Known ones, those without a vowel, and short ones that are no word of the language."""
    if word in SAID_AS_WORDS or (shouted and word in SHORT_WORDS[language]):
        return False
    if word in INITIALS:
        return True
    if not any(each in VOWELS for each in word):
        return True
    if word in SHORT_WORDS[language] or not word.isascii():
        return False
    return len(word) <= 3 and not shouted


def shouted(found: re.Match[str]) -> bool:
    """Its line is in capitals, or the words beside it are."""
    start = found.string.rfind("\n", 0, found.start()) + 1
    end = found.string.find("\n", found.end())
    line = found.string[start : end if end >= 0 else None]
    letters = [each for each in line if each.isalpha()]
    if len(letters) >= SHOUTED_LETTERS and sum(map(str.isupper, letters)) / len(letters) > SHOUTED_SHARE:
        return True
    near = r"[A-ZÀ-ÖØ-Þ]{2,}"
    return bool(
        re.search(near + r"[ '-]+$", found.string[: found.start()])
        or re.match(r"[ '-]+" + near, found.string[found.end() :])
    )


def _elided(found: re.Match[str], language: Language) -> str:
    """The D of D'ÉBULLITION."""
    return _calm(found) if shouted(found) else found[0]


def _calm(found: re.Match[str]) -> str:
    """In small letters: engines spell EAU as E, A, U. With a capital at the start of a sentence, or after none."""
    word, before = found[0].lower(), found.string[: found.start()].rstrip(' "(')
    return word.capitalize() if not before or before.endswith((".", "!", "?", "\n")) else word


def _letters_and_figures(found: re.Match[str], language: Language) -> str:
    """H1N1, 3D, B12, 4G."""
    parts = re.findall(r"[^\W\d_]+|\d+(?:[.,]\d)?", found["w"])
    return " ".join(numbers.spoken(each, language) if each[0].isdecimal() else " ".join(each.upper()) for each in parts)
