"""No telephone number that the store knows stands in the log of the service, however it is written."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

KEPT = {
    "contact_point": ("address",),
    "attempt": ("address",),
    "message": ("address",),
    "code": ("number", "caller"),
    "opt_out": ("address",),
    "call_log": ("caller",),
}
"""Where the store keeps numbers of residents."""

OF_THE_TOWN = {"4185551000", "4185551001", "4185551002"}
WRITTEN = re.compile(r"(?<!\d)(?:\+?1[ .-]?)?\(?([2-9]\d{2})\)?[ .-]?([2-9]\d{2})[ .-]?(\d{4})(?!\d)")


def check(home: Path) -> None:
    """`home`: of a service that has stopped."""
    log = home / "service.log"
    if log.exists():
        found = numbers_in(log.read_text(errors="replace"), _known(home / "tocsin.db"))
        assert not found, f"in {log}: {found[:5]}"


def numbers_in(log: str, known: Iterable[str]) -> list[str]:
    """The lines with a known number in clear. `known`: of ten digits, or E.164."""
    sought = {each[-10:] for each in known if len(each) >= 10} - OF_THE_TOWN
    return [line for line in log.splitlines() if any("".join(one.groups()) in sought for one in WRITTEN.finditer(line))]


def codes_in(log: str, codes: Iterable[str]) -> list[str]:
    """The lines with one of these codes; parts of a second are none."""
    sought = re.compile("|".join(rf"(?<![\d.]){code}(?!\d)" for code in codes))
    return [line for line in log.splitlines() if sought.search(line)]


def _known(database: Path) -> set[str]:
    if not database.exists():
        return set()
    with contextlib.closing(sqlite3.connect(database)) as store:
        columns = ((table, column) for table, columns in KEPT.items() for column in columns)
        found = (store.execute(f"SELECT DISTINCT {column} FROM {table}").fetchall() for table, column in columns)
        return {row[0] for row in chain.from_iterable(found) if row[0]}
