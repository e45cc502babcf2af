from __future__ import annotations

import pytest

from rules import wording
from rules.audience import Draft, Target
from rules.model import Channel, Language, Purpose
from rules.wording import GSM_7, UCS_2, TextParts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", TextParts(GSM_7, 1, 0)),
        ("a" * 160, TextParts(GSM_7, 1, 160)),
        ("a" * 161, TextParts(GSM_7, 2, 161)),
        ("a" * 306, TextParts(GSM_7, 2, 306)),
        ("a" * 307, TextParts(GSM_7, 3, 307)),
        ("éèàùÇÉ", TextParts(GSM_7, 1, 6)),
        ("€[]", TextParts(GSM_7, 1, 6)),
        ("€" * 80, TextParts(GSM_7, 1, 160)),
        ("a" * 152 + "€" + "a" * 20, TextParts(GSM_7, 2, 174)),
        ("ç" * 70, TextParts(UCS_2, 1, 70)),
        ("ç" * 71, TextParts(UCS_2, 2, 71)),
        ("L’eau", TextParts(UCS_2, 1, 5)),
        ("😀" * 35, TextParts(UCS_2, 1, 70)),
        ("😀" * 36, TextParts(UCS_2, 2, 72)),
    ],
)
def test_parts_of_a_text(text: str, parts: TextParts) -> None:
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
