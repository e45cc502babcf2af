"""What is wrong with a request, all of it at once."""

from __future__ import annotations

from collections.abc import Iterable

from records.problem import Wrong
from rules.trouble import Trouble


class Rejected(Trouble):
    """Nothing was done. `wrong`: by field of the request."""

    def __init__(self, wrong: Iterable[Wrong]) -> None:
        self.wrong = tuple(wrong)
        super().__init__(" ".join(each.detail for each in self.wrong))


class NotThere(Trouble):
    """There is nothing of that name or number."""


class NotNow(Trouble):
    """The request is sound, and can't be done as things are: the state of an alert, the hour, nobody to tell."""
