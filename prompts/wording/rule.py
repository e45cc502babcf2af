"""A rule of reading aloud. Rules are tried from left to right; what no rule knows is reported."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from rules.model import Language


@dataclass(frozen=True, slots=True)
class Unclear:
    """Something that can't be said with certainty. `said`: the best guess, for texts that are stored already;
    `instead`: what to write in its place."""

    said: str
    instead: str


Say = Callable[[re.Match[str], Language], "str | Unclear | None"]
"""None: not what this rule is about; the next one is tried."""


@dataclass(frozen=True, slots=True)
class WordingRule:
    """What `pattern` finds at a place of the text, and how it is said."""

    pattern: re.Pattern[str]
    say: Say
    joined: bool = False  # to the word before it


def rule(pattern: str, say: Say, *, flags: re.RegexFlag = re.NOFLAG, joined: bool = False) -> WordingRule:
    return WordingRule(re.compile(pattern, flags), say, joined)


def words(text: str) -> Say:
    """Always the same."""
    return lambda found, language: text
