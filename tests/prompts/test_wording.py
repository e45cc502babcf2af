"""What a voice is given, sign by sign: said, known to part words, or refused; never left out in silence."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prompts import wording
from rules.model import Language

HERE = Path(__file__).parent
FR = Language.FR
SHARED = [
    ("Il fait −25 °C", "moins vingt-cinq degrés Celsius"),
    ("Il fait –25 °C", "moins vingt-cinq degrés Celsius"),
    ("Coupure d'eau 13–15 h", "de treize à quinze heures"),
    ("Appelez le 514 555–0101", "cinq un quatre, cinq cinq cinq, zéro un zéro un"),
    ("Appuyez sur #", "le carré"),
    ("Composez *4141", "étoile quatre un quatre un"),
    ("av. du Parc", "avenue du Parc"),
    ("boul. Saint-Jean", "boulevard Saint-Jean"),
    ("N° 12", "numéro douze"),
    ("et/ou", "et ou"),
    ("10 min", "dix minutes"),
    ("rue Ste-Anne, ch. du Lac", "rue Sainte-Anne, chemin du Lac"),
]


def rows(name: str) -> list[list[str]]:
    """Of a table in this folder; a \\n in a cell is the end of a line."""
    with (HERE / name).open(encoding="utf-8") as file:
        lines = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]
    return [[cell.replace("\\n", "\n") for cell in line] for line in lines]


@pytest.mark.parametrize(("typed", "spoken"), SHARED)
def test_what_bulletins_hold(typed: str, spoken: str) -> None:
    assert wording.plain(typed, FR).endswith(spoken)


@pytest.mark.parametrize(("language", "typed", "spoken"), rows("spoken.tsv"))
def test_typed_and_spoken(language: str, typed: str, spoken: str) -> None:
    found = wording.read(typed, Language(language))
    assert found.spoken == spoken
    assert not found.unsayable


@pytest.mark.parametrize(("language", "typed", "sign", "instead"), rows("refused.tsv"))
def test_refused_with_what_to_write(language: str, typed: str, sign: str, instead: str) -> None:
    first, *_ = wording.unsayable(typed, Language(language))
    assert (first.sign, first.instead) == (sign, instead)
    assert typed[first.place :].startswith(sign)


@pytest.mark.parametrize("typed", ["", "  \n ", "!!!", "😀", "…", "-----"])
def test_nothing_to_say(typed: str) -> None:
    assert wording.plain(typed, FR) == ""


def test_the_place_is_that_of_what_was_typed() -> None:
    """Though invisible characters, and accents of their own, stand before it."""
    (first,) = wording.unsayable("\u200be\u0301\u00adté ✗ x", FR)
    assert first.place == "\u200be\u0301\u00adté ✗ x".index("✗")
    assert first.near == "\u200be\u0301\u00adté ✗ x"


_WORDS = """
eau Fermez l'eau rue St-Jean 13 15 2026 5 450 555 0101 h km M. av. le composez appuyez sur C EAU MRC pot er 100 0 1er $
12,50 8:30 29/11/2026 to the call p.m. Main St.
"""
WORDS = _WORDS.split()
SIGNS = "−–-+±×÷=≠≥≤<>≈~%‰$€£¢§&@#*/°²³½¼✗✓→↑⚠☎😀🚫|_^\\()[]{}\"'.,;:!?…•·«»“”’\u200b\u00ad\u2060\ufeff\n¹µ№™"
MEANING = "−+±×÷=≠≥≤≈%‰$€£¢§&@#*²³✗✓→↑←↓⚠☎😀🚫^\\¹"
PIECES = st.sampled_from(WORDS) | st.sampled_from(SIGNS) | st.just(" ") | st.characters(codec="utf-8")
TEXTS = st.lists(PIECES, max_size=12).map("".join)
A_LINE = re.compile(r"([-_=~.*#+])\1\1")


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.sampled_from(Language))
def test_a_voice_is_given_words_and_pauses_alone(typed: str, language: Language) -> None:
    found = wording.read(typed, language)
    assert all(each.isalpha() or each in " '-.,;:!?" for each in found.spoken)
    assert all(0 <= each.place < len(typed) and each.instead for each in found.unsayable)


@settings(max_examples=500, deadline=None)
@given(TEXTS, st.sampled_from(MEANING), TEXTS, st.sampled_from(Language))
def test_no_sign_that_carries_meaning_is_left_out(before: str, sign: str, after: str, language: Language) -> None:
    """Either what is said is another thing without it, or it is refused. (A row of one sign parts paragraphs.)"""
    before, after = f"Avis {before}".replace("\n", " "), after.replace("\n", " ")
    found = wording.read(before + sign + after, language)
    without = {wording.plain(before + gap + after, language) for gap in ("", " ")}
    assert found.unsayable or found.spoken not in without or A_LINE.search(before + sign + after)


@pytest.mark.parametrize("typed", ["#31#", "lun.².lun.zone", "²³", "*#06#", "ville.²/x"])
def test_figures_of_another_kind_and_codes_are_read_or_told(typed: str) -> None:
    for language in Language:
        found = wording.read(typed, language)
        assert found.spoken or found.unsayable


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from([*"0123456789 .,-/:;()#*+<>=°'\"&@xX$%hkmLE–−½²é", "1er", "lun.", "déc.", "rue", "km/h", "№"]),
        max_size=14,
    )
)
def test_no_run_of_signs_breaks_it(parts: list[str]) -> None:
    for language in Language:
        found = wording.read("".join(parts), language)
        assert all(each.isalpha() or each in " '-.,;:!?" for each in found.spoken)
