"""What a person can mend."""

from __future__ import annotations


class Trouble(Exception):
    """Its text is one line: what is wrong and what to do."""
