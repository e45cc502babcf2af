"""Signs that are neither letters nor figures: those that are said, those that part words, those that can't be said."""

from __future__ import annotations

import re

from prompts.wording import numbers
from prompts.wording.numbers import EN, FR, NUMBER
from prompts.wording.quantities import SIGNED, sign
from prompts.wording.rule import Unclear, WordingRule, rule, words
from prompts.wording.units import FEMININE
from rules.model import Language

SAID: dict[Language, dict[str, str]] = {
    FR: {
        "&": "et",
        "+": "plus",
        "−": "moins",
        "±": "plus ou moins",
        "×": "fois",
        "÷": "divisé par",
        "=": "égale",
        "≠": "différent de",
        "≥": "supérieur ou égal à",
        "⩾": "supérieur ou égal à",
        "≤": "inférieur ou égal à",
        "⩽": "inférieur ou égal à",
        "≈": "environ",
        "%": "pour cent",
        "‰": "pour mille",
        "$": "dollars",
        "€": "euros",
        "£": "livres sterling",
        "¢": "cents",
        "§": "paragraphe",
        "¶": "paragraphe",
        "☎": "téléphone",
        "📞": "téléphone",
        "☏": "téléphone",
        "✆": "téléphone",
        "ℹ": "information",
        "∞": "infini",
        "√": "racine de",
    },
    EN: {
        "&": "and",
        "+": "plus",
        "−": "minus",
        "±": "plus or minus",
        "×": "times",
        "÷": "divided by",
        "=": "equals",
        "≠": "not equal to",
        "≥": "greater than or equal to",
        "⩾": "greater than or equal to",
        "≤": "less than or equal to",
        "⩽": "less than or equal to",
        "≈": "about",
        "%": "percent",
        "‰": "per thousand",
        "$": "dollars",
        "€": "euros",
        "£": "pounds",
        "¢": "cents",
        "§": "section",
        "¶": "paragraph",
        "☎": "telephone",
        "📞": "telephone",
        "☏": "telephone",
        "✆": "telephone",
        "ℹ": "information",
        "∞": "infinity",
        "√": "square root of",
    },
}
LEAST = {
    FR: {
        ">": "plus de",
        "<": "moins de",
        "~": "environ",
        "≥": "au moins",
        "≤": "au plus",
        ">=": "au moins",
        "<=": "au plus",
    },
    EN: {
        ">": "more than",
        "<": "less than",
        "~": "about",
        "≥": "at least",
        "≤": "at most",
        ">=": "at least",
        "<=": "at most",
    },
}
"""Before a number."""

GUESSED: dict[Language, dict[str, tuple[str, str]]] = {
    FR: {
        "✗✘❌✖☓❎": ("non", "« non » ou « interdit »"),
        "✓✔✅☑": ("oui", "« oui » ou « permis »"),
        "🚫⛔": ("interdit", "« interdit »"),
        "→➡⇒➔➜⟶⇨🡒": ("vers", "« vers », « puis » ou « donc »"),
        "←⬅⇐⟵": ("depuis", "« depuis » ou « vers »"),
        "↑⬆⇑": ("en hausse", "« en hausse » ou « vers le haut »"),
        "↓⬇⇓": ("en baisse", "« en baisse » ou « vers le bas »"),
        "↔⇔⟷": ("dans les deux sens", "« dans les deux sens »"),
        "@": ("arobase", "« à », ou l'adresse entière"),
        "/": ("ou", "« ou », « et » ou « par »"),
        "\\": ("ou", "« ou »"),
        "<": ("inférieur à", "« moins de »"),
        ">": ("supérieur à", "« plus de », ou « puis »"),
        "~": ("environ", "« environ »"),
        "°": ("degré", "« degrés »"),
        "²": ("carré", "« au carré », ou sans le chiffre de la note"),
        "³": ("cube", "« au cube », ou sans le chiffre de la note"),
        "′": ("", "« minutes » ou « pieds »"),
        "″": ("", "« secondes » ou « pouces »"),
        "#": ("carré", "« appuyez sur # » pour la touche, « numéro » devant un chiffre"),
        "*": ("étoile", "« appuyez sur * » pour la touche ; sans * pour une note"),
    },
    EN: {
        "✗✘❌✖☓❎": ("no", "“no” or “not”"),
        "✓✔✅☑": ("yes", "“yes”"),
        "🚫⛔": ("forbidden", "“forbidden” or “do not”"),
        "→➡⇒➔➜⟶⇨🡒": ("to", "“to”, “then” or “so”"),
        "←⬅⇐⟵": ("from", "“from” or “to”"),
        "↑⬆⇑": ("up", "“up” or “rising”"),
        "↓⬇⇓": ("down", "“down” or “falling”"),
        "↔⇔⟷": ("both ways", "“both ways”"),
        "@": ("at", "“at”, or the whole address"),
        "/": ("or", "“or”, “and” or “per”"),
        "\\": ("or", "“or”"),
        "<": ("less than", "“less than”"),
        ">": ("more than", "“more than”, or “then”"),
        "~": ("about", "“about”"),
        "°": ("degrees", "“degrees”"),
        "²": ("squared", "“squared”, or no figure of a note"),
        "³": ("cubed", "“cubed”, or no figure of a note"),
        "′": ("", "“minutes” or “feet”"),
        "″": ("", "“seconds” or “inches”"),
        "#": ("pound", "“press #” for the key, “number” before a figure"),
        "*": ("star", "“press *” for the key; no * for a note"),
    },
}
PAUSES = '"()[]{}|•●▪◦‣►▶➤■□▪·—'
"""Between words, they are heard as a pause or not at all."""

SILENT = "®™℠"
GENDERS = r"(?:e|ne|le|se|te|fe|ve|re|ère|ière|euse|trice|esse|elle)"


THOUSANDS = r"[1-9]\d{0,2}(?:,\d{3}){2,}"
LAYOUT = (
    rule(r"(?m:^)[ \t]*-\s(?P<n>\d+(?:[.,]\d+)?\s?°\s?[CF]?)", lambda found, of: _item_or_minus(found, of)),
    rule(r"(?m:^)[ \t]*-\s?(?=de\s\d+\s?ans?\b)", words("moins ")),
    rule(r"(?m:^)[ \t]*(?:[-*•●▪◦‣·►▶➤✦■□](?=\s)|[•●▪◦‣►▶➤■□])", words("")),  # one of a list
    rule(r"([-_=~.*#+])\1{2,}(?!\d)", words(".")),  # a line that parts paragraphs
)


def _item_or_minus(found: re.Match[str], language: Language) -> Unclear:
    """- 5 °C at the beginning of a line."""
    typed = found["n"]
    said = f"{sign('-', language)}{typed}".replace("°", " °")
    if language is FR:
        return Unclear(said, f"« −{typed} » pour moins ; « {typed} » sans tiret pour un élément de liste")
    return Unclear(said, f"“−{typed}” for minus; “{typed}” without the dash for one of a list")


def rules(language: Language) -> list[WordingRule]:
    number = NUMBER[language]
    over = {FR: "et plus", EN: "and over"}[language]
    return [
        rule(r"⚠\s*(?=[Aa]ttention|ATTENTION|[Ww]arning|WARNING|[Dd]anger|DANGER)", words("")),
        rule(r"⚠", words({FR: "attention,", EN: "warning,"}[language])),
        rule(r"\*{2,}|_{2,}", lambda found, of: Unclear("", GUESSED[of]["*"][1])),
        rule(rf"(?<!\d)(?<!\d\s)(?P<k>[<>]=|[<>~≥≤])\s?(?={number})", lambda found, of: LEAST[of][found["k"]]),
        rule(rf"(?P<n>{number})\s?\+(?!\s?\d)", lambda found, of: f"{numbers.spoken(found['n'], of)} {over}"),
        rule(r"\+(?!\s?\w)", lambda found, of: over if _counted(found) else None),
        rule(rf"(?P<a>{number})\s-\s(?P<b>{number})(?!\d)", _apart),
        rule(r"\d+(?:\.\d+){2,}(?![\w.]\w)", _dotted),
        rule(r"(?P<k>AB|[ABO])-(?![\w-])", _blood),
        rule(r"(?<=[^\W\d_])'(?=\d)", words("'"), joined=True),
        rule(rf"(?P<n>{number})\s?[xX](?!\w)", lambda found, of: f"{numbers.spoken(found['n'], of)} {SAID[of]['×']}"),
        rule(rf"(?P<n>{THOUSANDS}(?:\.\d+)?)(?![,.]?\d)", _thousands),
        rule(r"\d{1,3}(?:,\d{1,3})+(?=,\d|\s(?:et|ou|and|or)\s\d)|\d+(?:,\d+){2,}", _row),
        rule(r"\d+,\d{1,2}(?!\d|,\d)", _decimal_comma) if language is EN else rule(r"(?!)", _row),
        rule(rf"{SIGNED}(?P<n>{number})", _number),
        rule(r"(?<=[^\W\d_])\((?:s|x)\)", words("s"), joined=True),
        rule(
            rf"(?<=[^\W\d_])(?:\({GENDERS}\)(?:s|\(s\))?|[·.]{GENDERS}(?:[·.]?s)?(?![\w])|·\w+|\([^\W\d_]{{1,5}}\))",
            _genders,
        ),
    ]


def _counted(found: re.Match[str]) -> bool:
    """90 km/h+, 18 ans+."""
    return bool(re.search(r"\d\s?[^\W\d_]+\.?(?:/[^\W\d_]+)?$", found.string[: found.start()]))


def _apart(found: re.Match[str], language: Language) -> Unclear:
    """12 - 14: a pause, a minus, from and to?"""
    first, last = (numbers.spoken(found[name], language) for name in "ab")
    a, b = found["a"], found["b"]
    if language is FR:
        return Unclear(f"{first} à {last}", f"« {a} à {b} », « {a} moins {b} » ou « {a}, {b} »")
    return Unclear(f"{first} to {last}", f"“{a} to {b}”, “{a} minus {b}” or “{a}, {b}”")


def _dotted(found: re.Match[str], language: Language) -> str:
    """12.3.1"""
    return " point ".join(numbers.spoken(each, language) for each in found[0].split("."))


def _blood(found: re.Match[str], language: Language) -> Unclear:
    kind = found["k"]
    if language is FR:
        return Unclear(f"{kind} moins", f"« {kind} négatif », ou un espace devant le tiret")
    return Unclear(f"{kind} minus", f"“{kind} negative”, or a space before the dash")


def _thousands(found: re.Match[str], language: Language) -> str | Unclear:
    """1,000,000 is English."""
    if language is EN:
        return numbers.spoken(found["n"], EN)
    whole = int(found["n"].split(".")[0].replace(",", ""))
    return Unclear(numbers.cardinal(whole, FR), f"« {whole:,} »".replace(",", " "))


def _decimal_comma(found: re.Match[str], language: Language) -> Unclear:
    """12,50 in English: 12.50, or 12 and 50?"""
    first, last = found[0].split(",")
    return Unclear(numbers.spoken(f"{first}.{last}", EN), f"“{first}.{last}” or “{first}, {last}”")


def _number(found: re.Match[str], language: Language) -> str | Unclear:
    """A number by itself. Three decimals may be thousands of the other language."""
    written = found["n"]
    said = sign(found["sign"], language) + numbers.spoken(written, language, feminine=_feminine(found, language))
    if language is FR:
        said += numbers.of_what(said, found.string[found.end() :])
    if (
        len(written.replace(" ", "")) > 4
        and re.search(r"[.,]\d{3}$", written.replace(" ", ""))
        and (language is FR or "." in written)
    ):
        whole = re.sub(r"\D", "", written)
        instead = f"« {int(whole):,} »".replace(",", " ") if language is FR else f"“{int(whole):,}”"
        return Unclear(said, instead)
    return said


def _row(found: re.Match[str], language: Language) -> str | Unclear:
    """1,2 et 3: one number with decimals, or two?"""
    parts = found[0].split(",")
    if language is EN and all(len(each) == 3 for each in parts[1:]):
        return numbers.spoken(found[0], language)
    said = ", ".join(numbers.spoken(each, language) for each in parts)
    return Unclear(said, f"« {', '.join(parts)} »" if language is FR else f"“{', '.join(parts)}”")


def _feminine(found: re.Match[str], language: Language) -> bool:
    return language is FR and bool(FEMININE.match(found.string[found.end() :].lstrip(" ")))


def _genders(found: re.Match[str], language: Language) -> Unclear:
    if language is EN:
        return Unclear("", "the word in full")
    return Unclear("", "les deux mots, comme « résidents et résidentes »")


def alone(character: str, language: Language) -> str | Unclear | None:
    """A sign that no rule took; None for an unknown one."""
    if character in SAID[language]:
        return SAID[language][character]
    for signs, (said, instead) in GUESSED[language].items():
        if character in signs:
            return Unclear(said, instead)
    return None
