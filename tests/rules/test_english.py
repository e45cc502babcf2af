"""Who is served in English."""

from __future__ import annotations

import pytest

from rules.english import English, languages
from rules.model import Language

FR, EN = Language.FR, Language.EN


@pytest.mark.parametrize(
    ("english", "of_line", "left"),
    [
        (English.EVERYONE, (FR, EN), (FR, EN)),
        (English.EXCEPTIONS, (EN, FR), (EN, FR)),
        (English.NONE, (FR, EN), (FR,)),
        (English.NONE, (EN, FR), (FR,)),
        (English.NONE, (EN,), (FR,)),
        (English.EVERYONE, (EN,), (EN,)),
    ],
)
def test_languages_of_the_line(english: English, of_line: tuple[Language, ...], left: tuple[Language, ...]) -> None:
    assert languages(english, of_line) == left
