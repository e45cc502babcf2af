from __future__ import annotations

import pytest

from rules import wording
from rules.audience import Draft, Target
from rules.model import Channel, Language, Purpose
from rules.wording import GSM_7, UCS_2, Parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", Parts(GSM_7, 1, 0)),
        ("a" * 160, Parts(GSM_7, 1, 160)),
        ("a" * 161, Parts(GSM_7, 2, 161)),
        ("a" * 306, Parts(GSM_7, 2, 306)),
        ("a" * 307, Parts(GSM_7, 3, 307)),
        ("éèàùÇÉ", Parts(GSM_7, 1, 6)),
        ("€[]", Parts(GSM_7, 1, 6)),
        ("€" * 80, Parts(GSM_7, 1, 160)),
        ("a" * 152 + "€" + "a" * 20, Parts(GSM_7, 2, 174)),
        ("ç" * 70, Parts(UCS_2, 1, 70)),
        ("ç" * 71, Parts(UCS_2, 2, 71)),
        ("L’eau", Parts(UCS_2, 1, 5)),
        ("😀" * 35, Parts(UCS_2, 1, 70)),
        ("😀" * 36, Parts(UCS_2, 2, 72)),
    ],
)
def test_parts_of_a_text(text: str, parts: Parts) -> None:
    assert wording.parts(text) == parts


def draft(**texts: str) -> Draft:
    spoken = {Language(language): text for language, text in texts.items()}
    return Draft("Eau", spoken, Purpose.EMERGENCY, Target(everyone=True), (Channel.SMS,))


def test_in_the_resident_s_language_signed() -> None:
    alert = draft(fr="Faites bouillir l'eau.", en="Boil the water.")
    assert wording.sms_text(alert, Language.EN, "Ville de Rivermead") == "Ville de Rivermead: Boil the water."
    assert wording.sms_text(alert, Language.FR, "") == "Faites bouillir l'eau."


def test_a_language_that_is_missing_falls_back() -> None:
    assert wording.sms_text(draft(fr="Eau", en=""), Language.EN, "") == "Eau"
    assert wording.sms_text(draft(en="Water"), Language.FR, "") == "Water"
