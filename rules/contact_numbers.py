"""Telephone numbers as people write them into a cell: several, with extensions, labels and remarks."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from rules import phone, street


class PhoneLine(NamedTuple):
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
    "?",
    "??",
    "//",
    "confidentiel",
    "confidentielle",
    "prive",
    "privee",
    "non publie",
    "non inscrit",
    "non liste",
    "non disponible",
    "nd",
    "n/d",
    "inconnu",
    "inconnue",
    "pas de telephone",
    "pas de cell",
    "sans",
    "sans telephone",
    "a venir",
    "confidential",
    "private",
    "unlisted",
    "unknown",
    "not available",
    "no phone",
    "tbd",
}
"""Words for no number."""

AS_ABOVE = frozenset(["idem", "id", "id.", "meme", "meme numero", "ditto", "same", "same as above", '"', "''"])

_EXTENSION = re.compile(
    r"(.*?\d.*?)[\s,]*(?<![^\W\d_])(?:x|ext(?:ension)?|poste?|p|#)\s*[.:#]?\s*(\d{1,8})\s*\)?", re.IGNORECASE
)
_ONLY_EXTENSION = re.compile(r"(?:x|ext(?:ension)?|poste?|p|#)\s*[.:#]?\s*\d{1,8}", re.IGNORECASE)
_SEPARATOR = re.compile(r"[;/|,\n]|:{3}|\s+(?:ou|or|et|and|&)\s+|(?<=\d)\s+-\s+(?=\(?\d{3})", re.IGNORECASE)
_ALONE = re.compile(
    r"(?:\+?1[\s./-]*)?(?:\(\s*[2-9]\d{2}\s*\)|[2-9]\d{2})[\s./\u2010-\u2015-]*[2-9]\d{2}[\s./\u2010-\u2015-]*\d{4}"
)
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


def read(cell: str) -> tuple[PhoneLine, ...]:
    """In their order, one given twice once. Numbers labelled as those of a fax are left out. Raises BadLine for the
    first that is wrong."""
    return tuple(dict.fromkeys(line for piece in pieces(cell) if (line := one(piece)) is not None))


def pieces(cell: str) -> list[str]:
    """One number each."""
    if _EXPONENT.fullmatch(cell.strip()) or _AS_NUMBER.fullmatch(cell.strip()):
        return [cell.strip()]
    if _ALONE.fullmatch(cell.strip()):  # 418/555-0116, 418 - 555 - 0116
        return [cell.strip() if phone.usual(cell.strip()) else re.sub(r"[^\d+]", "", cell)]
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
    """Two numbers with nothing but a space between, or a label each: `Rés.: 418-555-0101 Cell.: 418-555-0102`."""
    numbers = list(_WHOLE.finditer(piece))
    if len(numbers) < 2:
        return [piece]
    between = [piece[one.end() : two.start()] for one, two in pairwise(numbers)]
    before, after = piece[: numbers[0].start()], piece[numbers[-1].end() :]
    if not any(each.strip(" -") for each in (before, *between, after)):
        return [each[0] for each in numbers]
    labels = {street.folded(word) for text in (before, *between, after) for word in re.findall(r"[^\W\d_]+", text)}
    if not labels <= _LABELS | _FAX or any(map(str.isdigit, "".join([before, *between, after]))):
        return [piece]
    return _labelled(piece, numbers) if labels & _FAX else [each[0] for each in numbers]


def _labelled(piece: str, numbers: list[re.Match[str]]) -> list[str]:
    """Which of them is a fax: labels stand before each number, or after each; otherwise all stay together."""
    starts, ends = numbers[0].start() > 0, numbers[-1].end() < len(piece.rstrip())
    if starts and not ends:
        cuts = [0, *(one.end() for one in numbers)]
    elif ends and not starts:
        cuts = [0, *(two.start() for two in numbers[1:]), len(piece)]
    else:
        return [piece]
    return [part.strip(" -,:") for a, b in pairwise(cuts) if (part := piece[a:b])]


def one(value: str) -> PhoneLine | None:
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
        return PhoneLine(phone.to_ring(number), extension)
    except phone.BadNumber as error:
        raise BadLine(value, _why(number, error), _nearest(number)) from None


def _as_digits(value: str) -> str:
    """What a spreadsheet made of a number: 5145550101.0, 5,145550101E9. Raises BadLine where digits are lost."""
    value = value.strip().lstrip("'")
    if found := _AS_NUMBER.fullmatch(value):
        return found[1]
    if found := _EXPONENT.fullmatch(value):
        digits, power = found[1] + found[2], int(found[3])
        rounded = "+" in value and len(digits) <= power  # as Excel shows it; programs write all digits that count
        if len(digits) != power + 1 and (rounded or len(digits.rstrip("0")) < 8):
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
    if street.folded(value) in AS_ABOVE:
        return BadLine(value, "points to another row: write the number itself")
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
    found = _WHOLE.match(number.removeprefix("001").lstrip(" -0"))
    return found[0] if found and found[0] != number and phone.usual(found[0]) else ""
