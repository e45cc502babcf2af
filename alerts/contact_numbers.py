"""Telephone numbers as people write them into a cell: several, with extensions, labels and remarks."""

from __future__ import annotations

import re
from typing import NamedTuple

from alerts import phone, street


class Line(NamedTuple):
    """One telephone line (E.164)."""

    number: str
    extension: str = ""


class BadLine(ValueError):
    """A number that cannot be taken; the message says why. `value`: as written; `nearest`: what was probably meant."""

    def __init__(self, value: str, why: str, nearest: str = "") -> None:
        super().__init__(why)
        self.value, self.nearest = value, nearest


NO_AREA_CODE = "has no area code: write ten digits, area code first"

NONE = {
    "",
    "-",
    "--",
    "---",
    ".",
    "0",
    "n/a",
    "na",
    "n.a.",
    "s/o",
    "so",
    "aucun",
    "aucune",
    "neant",
    "none",
    "nil",
    "nul",
    "x",
}
"""Words for no number."""

_EXTENSION = re.compile(
    r"(.*?\d.*?)[\s,]*(?<![^\W\d_])(?:x|ext(?:ension)?|poste?|p|#)\s*[.:#]?\s*(\d{1,8})\s*\)?", re.IGNORECASE
)
_ONLY_EXTENSION = re.compile(r"(?:x|ext(?:ension)?|poste?|p|#)\s*[.:#]?\s*\d{1,8}", re.IGNORECASE)
_SEPARATOR = re.compile(r"[;/|,\n]|\s+(?:ou|or|et|and|&)\s+|(?<=\d)\s+-\s+(?=\(?\d{3})", re.IGNORECASE)
_WHOLE = re.compile(r"(?:\+?1[ .-]?)?\(?[2-9]\d{2}\)?[ .-]?[2-9]\d{2}[ .-]?\d{4}(?!\d)")
_LABEL = re.compile(r"[a-z]+\.?")
_LABELS = frozenset(
    re.findall(
        r"[\w-]+",
        """
        maison m mais res resid residence residentiel r dom domicile d home h bureau bur b travail trav
        t w work office cell cel cellulaire c mobile mob portable tel telephone phone ph no numero num
        principal autre jour soir day evening jr sr fixe personnel perso le la au du de a
        """,
    )
)
_FAX = frozenset(
    re.findall(
        r"[\w-]+",
        """
        fax telecopieur telecopie telec f
        """,
    )
)
_LETTERS_FOR_DIGITS = str.maketrans("OoIlSB", "001158")
_EXPONENT = re.compile(r"(\d)[.,](\d+)[eE]\+?(\d{1,2})")
_AS_NUMBER = re.compile(r"(\d{10,15})[.,]0+")


def read(cell: str) -> tuple[Line, ...]:
    """In their order, one given twice once. Numbers labelled as those of a fax are left out. Raises BadLine for the
    first that is wrong."""
    return tuple(dict.fromkeys(line for piece in pieces(cell) if (line := one(piece)) is not None))


def pieces(cell: str) -> list[str]:
    """One number each."""
    if _EXPONENT.fullmatch(cell.strip()) or _AS_NUMBER.fullmatch(cell.strip()):
        return [cell.strip()]
    found: list[str] = []
    for part in _SEPARATOR.split(cell):
        piece = part.strip()
        if found and _ONLY_EXTENSION.fullmatch(piece):
            found[-1] += f" {piece}"
        elif piece:
            found += _apart(piece)
    if street.folded(cell) in NONE:
        return []
    return found


def _apart(piece: str) -> list[str]:
    """Two numbers with nothing but a space between."""
    numbers = _WHOLE.findall(piece)
    return numbers if len(numbers) > 1 and not _WHOLE.sub("", piece).strip(" -") else [piece]


def one(value: str) -> Line | None:
    """None: no number, or that of a fax. Raises BadLine."""
    if street.folded(value) in NONE:
        return None
    plain, labels = _unlabelled(_as_digits(value))
    if labels & _FAX:
        return None
    number, extension = plain, ""
    if not phone.usual(plain) and (found := _EXTENSION.fullmatch(plain)):
        number, extension = found[1], found[2]
    number = number.strip(" .,:;-")
    if letters := re.findall(r"[^\W\d_]+", number):
        raise _wordy(value, letters)
    try:
        return Line(phone.to_ring(number), extension)
    except phone.BadNumber as error:
        raise BadLine(value, _why(number, error), _nearest(number)) from None


def _as_digits(value: str) -> str:
    """What a spreadsheet made of a number: 5145550101.0, 5,145550101E9. Raises BadLine where digits are lost."""
    value = value.strip().lstrip("'")
    if found := _AS_NUMBER.fullmatch(value):
        return found[1]
    if found := _EXPONENT.fullmatch(value):
        digits, power = found[1] + found[2], int(found[3])
        if len(digits) != power + 1 and len(digits.rstrip("0")) < 8:
            raise BadLine(value, "has lost digits in a spreadsheet: format that column as text, and export it again")
        return digits.ljust(power + 1, "0")[: power + 1]
    return value


def _unlabelled(value: str) -> tuple[str, set[str]]:
    """`450-555-0101 (maison)` without its label, and the labels."""
    labels: set[str] = set()

    def drop(found: re.Match[str]) -> str:
        word = street.folded(found[1]).rstrip(".")
        if word not in _LABELS | _FAX:
            return found[0]
        labels.add(word)
        return " "

    value = re.sub(r"\(\s*([^\W\d_]+\.?)\s*\)", drop, value)
    value = re.sub(r"^([^\W\d_]+)\s*[.:]?(?=[\s(\d+:.])[\s:.]*", drop, value)
    return re.sub(r"(?<=\d)[\s-]+([^\W\d_]+\.?)$", drop, value).strip(), labels


def _wordy(value: str, letters: list[str]) -> BadLine:
    numbers = _WHOLE.findall(value)
    if numbers:
        return BadLine(value, "holds words as well as a number: give the number alone", numbers[0].strip())
    digits = value.translate(_LETTERS_FOR_DIGITS)
    if digits != value and phone.usual(digits):
        return BadLine(value, f"holds the letter {letters[0]} in the place of a digit: write the digit", digits)
    return BadLine(value, "is not a telephone number: write ten digits, area code first")


def _why(number: str, error: ValueError) -> str:
    if len(re.sub(r"\D", "", number)) == 7:
        return NO_AREA_CODE
    return str(error).removeprefix(f"“{number}” ")


def _nearest(number: str) -> str:
    """Without what follows a whole number."""
    found = _WHOLE.match(number)
    return found[0] if found and found[0] != number and phone.usual(found[0]) else ""
