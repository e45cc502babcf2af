"""What is wrong with a request, all of it at once."""

from __future__ import annotations

from collections.abc import Iterable

from records.problem import WrongField
from rules.operator_error import OperatorError


class Rejected(OperatorError):
    """Nothing was done. `wrong`: by field of the request."""

    def __init__(self, wrong: Iterable[WrongField]) -> None:
        self.wrong = tuple(wrong)
        super().__init__(" ".join(each.detail for each in self.wrong))
