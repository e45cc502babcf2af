"""Numbers in words."""

from __future__ import annotations

import re

from rules.model import Language

FR, EN = Language.FR, Language.EN
DIGITS = {
    FR: ("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"),
    EN: ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
}
POINT = {FR: "virgule", EN: "point"}
MOST_DIGITS = 15
"""A longer row of digits is no quantity: it is read digit by digit."""

SPACES = "\u0020"
WHOLE = {
    FR: rf"(?:\d{{1,3}}(?:{SPACES}\d{{3}})+(?!{SPACES}?\d)|\d+)",
    EN: rf"(?:\d{{1,3}}(?:[,{SPACES}]\d{{3}})+(?![,{SPACES}]?\d)|\d+)",
}
"""With a space between thousands, in English a comma, too."""

DECIMAL = {FR: r"(?:[.,]\d+)?", EN: r"(?:\.\d+)?"}
NUMBER = {language: WHOLE[language] + DECIMAL[language] for language in Language}
NO_NOUNS = frozenset(
    ["et", "ou", "en", "par", "pour", "sur", "dans", "avec", "sans", "est", "sont", "fois", "virgule", "mais", "car"]
)
"""Words after a number that are not what is counted."""

ROMAN = {"I": 1, "V": 5, "X": 10}


def _worded(number: int, **how: str) -> str:
    from num2words import num2words  # loads fifty languages: not before a number is said

    return str(num2words(number, **how))


def value(written: str, language: Language) -> float:
    """Of a number as NUMBER finds it."""
    plain = written.replace(" ", "")
    return float(plain.replace(",", "." if language is FR else ""))


def spoken(written: str, language: Language, *, feminine: bool = False) -> str:
    """A number as NUMBER finds it."""
    plain = written.replace(" ", "") if language is FR else re.sub(r"[ ,]", "", written)
    whole, _, decimals = plain.replace(",", ".").partition(".")
    if (len(whole) > 1 and whole[0] == "0") or len(whole) > MOST_DIGITS:
        said = digits(whole, language)
    else:
        said = cardinal(int(whole), language, feminine=feminine and not decimals)
    return f"{said} {POINT[language]} {_decimals(decimals, language)}" if decimals else said


def _decimals(text: str, language: Language) -> str:
    """Two French decimals are read as one number, English ones one by one."""
    if language is FR and len(text) <= 2 and text[0] != "0":
        return cardinal(int(text), FR)
    return digits(text, language)


def cardinal(number: int, language: Language, *, feminine: bool = False) -> str:
    """`feminine`: of what is counted, which in French changes a final « un »."""
    said = _worded(number, lang=language.value).replace(",", "").replace("quatre-vingt et un", "quatre-vingt-un")
    if feminine and language is FR and re.search(r"\bun$", said):
        return f"{said}e"
    return said


def year(number: int, language: Language) -> str:
    """As the English read years, in pairs."""
    if language is EN and 1100 <= number < 2100 and not 2000 <= number < 2010:
        return _worded(number, lang="en", to="year").replace(",", "")
    return cardinal(number, language)


def ordinal(number: int, language: Language, *, feminine: bool = False) -> str:
    if language is FR and number == 1:
        return "première" if feminine else "premier"
    said = _worded(number, lang=language.value, to="ordinal").replace(",", "")
    return said.replace("vingtsième", "vingtième").replace("centsième", "centième")


def digits(text: str, language: Language) -> str:
    """One by one."""
    return " ".join(DIGITS[language][int(each)] for each in text if each.isdecimal())


def may_be_thousands(written: str, language: Language) -> bool:
    """12,500 in French, 12.500 in English: three decimals, or thousands of the other language?"""
    sign_ = "," if language is FR else r"\."
    return bool(re.fullmatch(rf"[1-9]\d{{0,2}}{sign_}\d{{3}}", written))


def of_what(said: str, after: str) -> str:
    """« de », « d' » after a French number that ends with million: un million de personnes. Empty otherwise."""
    if not re.search(r"illi(?:on|ard)s?$", said) or not (word := re.match(r"[ ]?([^\W\d_]{3,}|an)", after)):
        return ""
    if word[1].lower() in NO_NOUNS:
        return ""
    return " d'" if re.match(r"[aeiouyàâéèêëîïôûœ]|habit|heure|hect|homm", word[1], re.IGNORECASE) else " de"


def groups(texts: list[str], language: Language) -> str:
    """Groups of digits, one by one, with a pause between groups."""
    return ", ".join(digits(each, language) for each in texts if each)


def roman(text: str) -> int:
    """Of a numeral below 40, as centuries and kings have; 0 for what is none."""
    if not re.fullmatch(r"X{0,3}(?:IX|IV|V?I{0,3})", text) or not text:
        return 0
    values = [ROMAN[each] for each in text]
    return sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True))
