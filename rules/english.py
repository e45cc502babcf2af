"""English beside French: the Charter of the French language (CQLR c. C-11, as amended by chapter 14 of 2022, Law 96)
lets a town without bilingual status use it in emergencies, and with those whom its section 22.3 and others except."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from rules.model import Language


class English(StrEnum):
    """Who is served in it. Whose file says English is an exception: the town imported it so, or they chose it where
    the line says that only exceptions may."""

    EVERYONE = "everyone"
    EXCEPTIONS = "exceptions"
    NONE = "none"


def languages(english: English, of_line: Iterable[Language]) -> tuple[Language, ...]:
    """Those that are left; French alone where nothing would be."""
    found = tuple(each for each in of_line if english is not English.NONE or each is not Language.EN)
    return found or (Language.FR,)


def answered_in(english: English, written: Language | None, on_file: Language | None) -> Language | None:
    """The language of an answer to somebody who wrote in one, and whose file has one; None: the town's first."""
    if english is English.EVERYONE:
        return written or on_file
    return Language.EN if on_file is Language.EN and written is not Language.FR else Language.FR
