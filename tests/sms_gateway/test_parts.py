from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from smsutil.codecs import GSM_BASIC_CHARSET, GSM_EXT_CHARSET

from lab.text_phones import Phone, ReceivedPart, ReceivedText
from sms_gateway import text_parts
from sms_gateway.text_parts import MOST_PARTS

GSM = st.sampled_from([*GSM_BASIC_CHARSET.replace("\x1b", ""), *GSM_EXT_CHARSET[1:]] + ["€"] * 40)
UCS2 = st.sampled_from("êçœ’…aé🌊🚒")


def as_read(body: str) -> tuple[ReceivedText, list[int]]:
    """What a telephone shows, and the octets of each part."""
    cut = text_parts.cut(body, 7)
    phone = Phone("+15145550101")
    for part in reversed(cut):
        phone.take(ReceivedPart("15145550100", part.data, 8 if part.ucs2 else 0, part.joined))
    return phone.texts[0], [len(part.data) for part in cut]


@given(st.text(GSM, min_size=1, max_size=700))
def test_any_text_of_the_telephone_alphabet_arrives_as_written(body: str) -> None:
    text, octets = as_read(body)
    assert text.body == body
    assert all(length <= (160 if text.parts == 1 else 159) for length in octets)


@given(st.text(UCS2, min_size=1, max_size=250))
def test_any_other_text_arrives_as_written(body: str) -> None:
    text, octets = as_read(body)
    assert text.body == body
    assert all(length <= 140 for length in octets)


@pytest.mark.parametrize(
    ("body", "ucs2", "count"),
    [
        ("a" * 160, False, 1),
        ("a" * 161, False, 2),
        ("a" * 158 + "€", False, 1),
        ("a" * 159 + "€", False, 2),
        ("a" * 152 + "€" + "a" * 100, False, 2),
        ("é" * 160, False, 1),
        ("ê" * 70, True, 1),
        ("ê" * 71, True, 2),
        ("ê" * 66 + "🌊" * 3, True, 2),
    ],
)
def test_alphabet_and_parts_by_content(body: str, ucs2: bool, count: int) -> None:
    cut = text_parts.cut(body, 7)
    assert (cut[0].ucs2, len(cut)) == (ucs2, count)
    assert all(part.joined == (count > 1) for part in cut)


def test_too_many_parts() -> None:
    with pytest.raises(ValueError, match=f"11 parts; at most {MOST_PARTS}"):
        text_parts.cut("a" * 153 * 10 + "a", 7)
