"""Text without what nobody sees: invisible characters, and letters that are stored in another way than they look."""

from __future__ import annotations

import re
import unicodedata

_LINE_BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_BLANK_LETTERS = "\u115f\u1160\u2800\u3164\uffa0"
"""Blank, though Unicode calls them letters and symbols."""

_BLANK = re.compile(f"[{_BLANK_LETTERS}]")
_BREAK = re.compile(f"\r\n|[{_LINE_BREAKS}]")
_STYLE_OF_A_LETTER = re.compile("(?<=[^\\W\\d_])[\ufe00-\ufe0f]")
_JOINED_EMOJI = re.compile(
    "(?<=[\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])\u200d(?=[\u2190-\u2bff\U0001f000-\U0001faff])"
)
_REPLACEMENT = "\ufffd"


class Unprintable(ValueError):
    """The text holds a character that no text should hold; the message says which and what to do."""


def text(value: str, *, lines: bool = False) -> str:
    """The same text as it looks, in Unicode's NFC (UAX 15): one code for é, not e with an accent.

    By Unicode's general categories (UAX 44): a space of any kind (Zs: no-break, narrow, thin) becomes a space; format
    characters (Cf: zero-width, byte-order mark, direction marks, soft hyphen) go, but for the joiner within an emoji;
    a line break becomes a space, or with `lines` a line feed. Raises Unprintable for any other control character (Cc),
    half a surrogate pair, a private or unassigned code, and U+FFFD, which stands for a letter that was lost."""
    if value.isprintable() and (value.isascii() or _is_plain(value)):
        return value
    return unicodedata.normalize("NFC", _rid(value, "\n" if lines else " "))


def _is_plain(value: str) -> bool:
    odd = _REPLACEMENT in value or _BLANK.search(value) or _STYLE_OF_A_LETTER.search(value)
    return not odd and unicodedata.is_normalized("NFC", value)


def _rid(value: str, line_break: str) -> str:
    value = _BREAK.sub(line_break, value)
    value = _STYLE_OF_A_LETTER.sub("", _BLANK.sub(" ", value))
    pieces = _JOINED_EMOJI.split(value)
    return "\u200d".join("".join(map(_seen, piece)) for piece in pieces)


def _seen(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Zs" or character == "\t":
        return " "
    if category == "Cf":
        return ""
    if character == _REPLACEMENT:
        raise Unprintable("holds “�” in the place of a letter that was lost: write that letter")
    if character != "\n" and category in ("Cc", "Cs", "Co", "Cn"):
        raise Unprintable(f"holds a character that cannot be shown (U+{ord(character):04X}): delete it")
    return character
