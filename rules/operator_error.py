"""What a person can fix."""

from __future__ import annotations


class OperatorError(Exception):
    """Its text is one line: what is wrong and what to do."""


class NotThere(OperatorError):
    """There is nothing of that name or number."""


class NotNow(OperatorError):
    """The request is sound, and can't be done as things are: the state of an alert, the hour, nobody to tell."""
