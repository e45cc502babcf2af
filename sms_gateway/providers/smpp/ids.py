"""A carrier's message ids: some write them in hexadecimal in the response and in decimal in the receipt, or with other
capitals or leading zeros. The memory is of this run; a receipt for a text of an earlier run is taken at its word."""

from __future__ import annotations

from collections import OrderedDict

MOST_REMEMBERED = 50_000


class Ids:
    def __init__(self) -> None:
        self._given: OrderedDict[str, None] = OrderedDict()
        self._by_value: dict[int, str] = {}

    def given(self, provider_id: str) -> None:
        """The id in a response."""
        self._given[provider_id] = None
        self._by_value.update(dict.fromkeys(_values(provider_id), provider_id))
        if len(self._given) > MOST_REMEMBERED:
            self._forget(self._given.popitem(last=False)[0])

    def as_given(self, provider_id: str) -> str:
        """The id in a receipt, as its response had it."""
        if provider_id in self._given:
            return provider_id
        known = (self._by_value[value] for value in _values(provider_id) if value in self._by_value)
        return next(known, provider_id)

    def _forget(self, provider_id: str) -> None:
        for value in _values(provider_id):
            if self._by_value.get(value) == provider_id:
                del self._by_value[value]


def _values(provider_id: str) -> list[int]:
    """The numbers that an id may stand for: decimal first."""
    if not provider_id.isascii() or not provider_id.isalnum():
        return []
    decimal = [int(provider_id)] if provider_id.isdigit() else []
    try:
        return [*decimal, int(provider_id, 16)]
    except ValueError:
        return decimal
