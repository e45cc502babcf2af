"""In place of a database that can't be opened: whoever needs it is told why."""

from __future__ import annotations

from typing import NoReturn

from db.engine.errors import StoreError
from db.engine.store import Store


class _NoDatabase:
    def __init__(self, why: StoreError) -> None:
        self._why = why

    def reading(self) -> NoReturn:
        raise self._why

    def writing(self) -> NoReturn:
        raise self._why

    async def write_back(self) -> None:
        raise self._why

    async def close(self) -> None:
        """There is nothing to be let go of."""


def store(why: StoreError) -> Store:
    """Each transaction raises `why`."""
    return Store("", _NoDatabase(why), code_key=b"")
