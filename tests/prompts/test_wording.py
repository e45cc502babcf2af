from __future__ import annotations

import pytest

from alerts.model import Language
from prompts import wording


@pytest.mark.parametrize(
    ("typed", "spoken"),
    [
        ("L’eau n’est pas potable.", "L'eau n'est pas potable."),
        ("« Bonjour » — c’est nous…", "Bonjour, c'est nous."),
        ("Il y a\u00a0: rien", "Il y a : rien"),
        ("le cœur", "le coeur"),
        ("e\u0301te\u0301", "été"),
        ("Eau & égout", "Eau et égout"),
        ("A <b>gras</b> B", "A b gras /b B"),
        ("Attention 😀 !", "Attention !"),
        ("Il fait 24 °C", "Il fait 24 °C"),
        ("AVIS D'ÉBULLITION DE L'EAU", "Avis d'ébullition de l'eau"),
        ("La SOPFEU et l'UMQ sont là.", "La SOPFEU et l'UMQ sont là."),
        ("Première ligne\nDeuxième ligne\n\nFin", "Première ligne. Deuxième ligne. Fin"),
        ("Le numéro est le", "Le numéro est le"),
        ("3,50 $ ou 1.5 km, ok", "3,50 $ ou 1.5 km, ok"),
    ],
)
def test_typed_and_spoken(typed: str, spoken: str) -> None:
    assert wording.plain(typed, Language.FR) == spoken


def test_english_and() -> None:
    assert wording.plain("Parks & roads", Language.EN) == "Parks and roads"


@pytest.mark.parametrize("typed", ["", "  \n ", "!!!", "😀", "…"])
def test_nothing_to_say(typed: str) -> None:
    assert wording.plain(typed, Language.FR) == ""
