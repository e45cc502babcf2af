"""What is wrong with a request, all of it at once."""

from __future__ import annotations

from collections.abc import Iterable

from records.problem import Wrong
from rules.operator_error import Trouble


class Rejected(Trouble):
    """Nothing was done. `wrong`: by field of the request."""

    def __init__(self, wrong: Iterable[Wrong]) -> None:
        self.wrong = tuple(wrong)
        super().__init__(" ".join(each.detail for each in self.wrong))
