"""A carrier's message ids: some write them in hexadecimal in the response and in decimal in the receipt, or with other
capitals, leading zeros or dashes. The memory is of this run; for a text of an earlier run the store is asked for each
spelling."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace

from sms_gateway.provider import Receipt

MOST_REMEMBERED = 50_000
MOST_EARLY = 5_000
LONGEST = 64
"""Characters (SMPP 3.4, 4.4.2); what is longer is taken as it is."""

USUAL_DIGITS = (8, 10, 16)
"""To which carriers fill up a hexadecimal number with zeros."""

_Forms = tuple[str | int, ...]


class Ids:
    def __init__(self) -> None:
        self._given: OrderedDict[str, None] = OrderedDict()
        self._by_form: dict[str | int, str] = {}
        self._early: OrderedDict[str | int, str] = OrderedDict()

    def given(self, external_id: str) -> str:
        """The id in a response; returns it as it is to be stored: as a receipt that came before wrote it."""
        forms = _forms(external_id)
        early = next((self._early[form] for form in forms if form in self._early), external_id)
        self._given[external_id] = None
        self._by_form.update(dict.fromkeys(forms, early))
        if len(self._given) > MOST_REMEMBERED:
            self._forget(self._given.popitem(last=False)[0])
        return early

    def as_given(self, external_id: str) -> str:
        """The id in a receipt, as its text was stored."""
        return self._known(external_id) or external_id

    def spelled(self, receipt: Receipt, ids: Sequence[str]) -> Receipt:
        """The receipt with the one of these ids that a text has; with all their spellings when none is known."""
        if known := next(filter(None, map(self._known, ids)), ""):
            return replace(receipt, external_id=known)
        for each in ids:
            self._early.update(dict.fromkeys(_forms(each), ids[0]))
        while len(self._early) > MOST_EARLY:
            self._early.popitem(last=False)
        return replace(receipt, spellings=tuple(dict.fromkeys(form for each in ids for form in spellings(each))))

    def _known(self, external_id: str) -> str:
        if external_id in self._given:
            return self._by_form.get(_written(external_id), external_id)
        return next((self._by_form[form] for form in _forms(external_id) if form in self._by_form), "")

    def _forget(self, external_id: str) -> None:
        for form in _forms(external_id):
            if self._by_form.get(form) == external_id:
                del self._by_form[form]


def _forms(external_id: str) -> _Forms:
    """What all spellings of an id have in common: its letters and digits, and the numbers that they may stand for,
    decimal first."""
    return (_written(external_id), *_values(external_id))


def _written(external_id: str) -> str:
    bare = "".join(each for each in external_id if each.isalnum()).casefold()
    return bare.lstrip("0") or external_id


def _values(external_id: str) -> list[int]:
    if len(external_id) > LONGEST or not external_id.isascii() or not external_id.isalnum():
        return []
    decimal = [int(external_id)] if external_id.isdecimal() else []
    try:
        return [*decimal, int(external_id, 16)]
    except ValueError:
        return decimal


def spellings(external_id: str) -> list[str]:
    """How else a carrier may have written this id in its response."""
    if len(external_id) > LONGEST:
        return [external_id]
    numbers = [form for value in _values(external_id) for form in _of_number(value)]
    bare = external_id.lstrip("0")
    cases = [each for form in (external_id, bare) for each in (form, form.upper(), form.lower())]
    return [each for each in dict.fromkeys([*cases, *numbers]) if each]


def _of_number(value: int) -> list[str]:
    hexadecimal = f"{value:x}"
    filled = [hexadecimal, *(hexadecimal.zfill(digits) for digits in USUAL_DIGITS)]
    return [str(value), *filled, *(each.upper() for each in filled)]
