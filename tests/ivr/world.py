"""A store that is put back as it was before each call, and looked at in between without waiting for anything."""

from __future__ import annotations

import hashlib
import hmac
import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import make_url

from db.engine.store import Store
from db.schema import metadata
from rules.model import Channel

Row = dict[str, Any]
Kept = Mapping[str, Sequence[tuple[Any, ...]]]
TABLES = [table.name for table in metadata.sorted_tables]
NOT_COMPARED = {"call_log", "journal", "heartbeat", "wording", "request", "job", "message_part"}
NAMES_NOBODY = {"id", "salt", "digest", "delivery_id", "consent_id", "contact_id", "point_id", "reach", "body", "cause"}
SIX_DIGITS = re.compile(r"\b\d{6}\b")


class World:
    """One store. `codes`: what somebody knows from earlier, by number."""

    def __init__(self, store: Store, url: str) -> None:
        self.store = store
        self.codes: dict[str, str] = {}
        self._look = sqlite3.connect(str(make_url(url).database), isolation_level=None)
        self._look.row_factory = sqlite3.Row
        self._digested: tuple[object, object] = (None, None)

    def close(self) -> None:
        self._look.close()

    # -- as it was ----------------------------------------------------------------------------------------------------

    def kept(self) -> Kept:
        """All that is in the store, for `reset`."""
        return {each: [tuple(row) for row in self._look.execute(f"SELECT * FROM {each}")] for each in TABLES}

    def reset(self, kept: Kept) -> None:
        self._look.execute("BEGIN IMMEDIATE")
        for each in reversed(TABLES):
            self._look.execute(f"DELETE FROM {each}")
        for each, rows in kept.items():
            if rows:
                places = ",".join("?" * len(rows[0]))
                self._look.executemany(f"INSERT INTO {each} VALUES ({places})", rows)
        self._look.execute("COMMIT")
        self._digested = (None, None)

    # -- as it is -----------------------------------------------------------------------------------------------------

    def rows(self, table: str, **where: object) -> list[Row]:
        which = " AND ".join(f"{name} IS ?" for name in where) or "1"
        found = self._look.execute(f"SELECT * FROM {table} WHERE {which}", tuple(where.values()))
        return [dict(row) for row in found]

    def snapshot(self) -> dict[str, list[Row]]:
        return {each: self.rows(each) for each in TABLES if each not in NOT_COMPARED}

    def digest(self) -> object:
        """What the store holds but for moments and names without a meaning; the same thing twice counts once."""
        version = self._look.execute("PRAGMA data_version").fetchone()[0]
        if self._digested[0] != version:
            self._digested = version, frozenset(self._meaning())
        return self._digested[1]

    def _meaning(self) -> Iterable[object]:
        for table in TABLES:
            if table not in NOT_COMPARED:
                for row in self._look.execute(f"SELECT * FROM {table}"):
                    yield table, *(_meant(name, value) for name, value in dict(row).items() if name not in NAMES_NOBODY)

    def active(self, number: str) -> bool:
        theirs = [row["contact_id"] for row in self.rows("contact_point", address=number)]
        return any(row["active"] for row in self.rows("contact") if row["id"] in theirs)

    def known(self, number: str) -> bool:
        return bool(self.rows("contact_point", address=number))

    def opted_out(self, number: str, channel: Channel) -> bool:
        return bool(self.rows("opt_out", address=number, channel=channel.value, lifted_at=None))

    def code_numbers(self, plain: str) -> set[str]:
        """For which numbers this code was made."""
        return {
            row["number"] for row in self.rows("code") if row["digest"] and row["digest"] == self._digest(row, plain)
        }

    def texted(self, number: str) -> str:
        """The code in the text that came last to this number."""
        bodies = [row["body"] for row in self.rows("message", address=number, secret=1)]
        found = SIX_DIGITS.findall(bodies[-1]) if bodies else []
        return str(found[-1]) if found else ""

    def _digest(self, row: Row, plain: str) -> str:
        said = f"{row['salt']}:{row['number']}:{plain}".encode()
        return hmac.new(self.store.code_key, said, hashlib.sha256).hexdigest()


def _meant(name: str, value: object) -> object:
    return value is not None if name.endswith("_at") or name == "starts_at" else value


def newly(before: Sequence[Row], after: Sequence[Row], *, where: str = "id") -> list[Row]:
    """Rows that were not there, or not like this."""
    old = {row[where]: row for row in before}
    return [row for row in after if old.get(row[where]) != row]
