from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import visible


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("Zoé", "Zoé"),
        ("Zoe\u0301", "Zoé"),
        ("Co\u0302te\u0301", "Côté"),
        ("\ufeffRoy", "Roy"),
        ("Roy\u200b", "Roy"),
        ("514\u00a0555\u202f0101", "514 555 0101"),
        ("\u202a514-555-0101\u202c", "514-555-0101"),
        ("Saint\u00adJean", "SaintJean"),
        ("a\tb\u2009c\u3000d", "a b c d"),
        ("un\r\ndeux\u2028trois\x0bquatre", "un deux trois quatre"),
        ("\u3164Roy\u2800", " Roy "),
        ("e\ufe0f", "e"),
        (
            "\U0001f468\u200d\U0001f469\u200d\U0001f467 \u26a0\ufe0f",
            "\U0001f468\u200d\U0001f469\u200d\U0001f467 \u26a0\ufe0f",
        ),
        ("Mé\u200dgane", "Mégane"),
    ],
)
def test_what_is_seen(written: str, seen: str) -> None:
    assert visible.text(written) == seen


def test_lines_are_kept_where_they_may_be() -> None:
    assert visible.text("un\r\ndeux\rtrois\u2029quatre", lines=True) == "un\ndeux\ntrois\nquatre"


@pytest.mark.parametrize("odd", ["\x00", "\x07", "\x1b", "\x80", "\x9f", "\ud800", "\ue000", "\uf8ff", "\uffff"])
def test_what_no_text_should_hold_is_refused(odd: str) -> None:
    with pytest.raises(visible.Unprintable, match=r": (delete it|write that letter)"):
        visible.text(f"L{odd}vesque")


def test_a_letter_that_was_lost_is_named() -> None:
    with pytest.raises(visible.Unprintable, match="“\N{REPLACEMENT CHARACTER}” in the place of a letter that was lost"):
        visible.text("L\N{REPLACEMENT CHARACTER}vesque")


@given(st.text())
def test_nothing_invisible_is_left(written: str) -> None:
    try:
        seen = visible.text(written)
    except visible.Unprintable:
        return
    assert visible.text(seen) == seen
    assert unicodedata.is_normalized("NFC", seen)
    assert not [letter for letter in seen if unicodedata.category(letter) in ("Cc", "Zl", "Zp") or letter == "\ufeff"]
