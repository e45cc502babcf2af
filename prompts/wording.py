"""Text as people type it -> text that speech engines read well."""

from __future__ import annotations

import re
import unicodedata

from alerts.model import Language

PLAIN = str.maketrans(
    {
        **dict.fromkeys("’‘ʼ‛´`", "'"),
        **dict.fromkeys('“”„«»"‹›', " "),
        **dict.fromkeys("–—―", ","),
        **dict.fromkeys("<>[]{}|\\^~*_#•·", " "),  # Pico takes <…> for its own commands
        **dict.fromkeys("\u00a0\u202f\u2009\t", " "),
        "…": ".",
        "œ": "oe",
        "Œ": "Oe",
    }
)
AND = {Language.FR: " et ", Language.EN: " and "}
SHOUTED = re.compile(r"[^\W\d_]{2,}")
SHOUTING_SHARE = 0.6
SHOUTING_LETTERS = 12


def plain(text: str, language: Language) -> str:
    """One line of words and plain punctuation. Empty when the text holds nothing to say."""
    text = unicodedata.normalize("NFC", text).translate(PLAIN).replace("&", AND[language])
    lines = [calm(line.strip()) for line in text.splitlines() if any(map(str.isalnum, line))]
    whole = " ".join([*map(finished, lines[:-1]), *lines[-1:]])
    spoken = "".join(character for character in whole if sayable(character))
    spoken = re.sub(r"\s+", " ", spoken)
    return re.sub(r" +([.,])", r"\1", re.sub(r"([.,])[.,\s]*(?=[.,])", "", spoken)).strip()


def finished(line: str) -> str:
    """A line that ends without a full stop is still a sentence: engines would run on into the next."""
    return line if line.endswith((".", "!", "?", ":", ";", ",")) else f"{line}."


def calm(line: str) -> str:
    """A line in capitals, in small letters: engines spell EAU as E, A, U. Initials in other lines stay."""
    letters = [character for character in line if character.isalpha()]
    capitals = sum(map(str.isupper, letters))
    if len(letters) >= SHOUTING_LETTERS and capitals / len(letters) > SHOUTING_SHARE:
        return SHOUTED.sub(lambda word: word[0].lower(), line).capitalize()
    return line


def sayable(character: str) -> bool:
    """Letters of the Latin alphabet, digits, signs of money and measure; no pictures, no control characters."""
    category = unicodedata.category(character)
    return character in " °" or (ord(character) < 0x2200 and category[0] in "LNPS" and category not in ("Sk", "So"))
