"""Homes that older versions wrote. `NUMBER` holds the store of a version whose newest migration has this number, as
SQL, and beside it what its commands printed. The people are those of the lab's town, who were called and texted there.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

OLD = Path(__file__).parent / "0004"


def lay_out(home: Path) -> None:
    """The store as it was left."""
    database = sqlite3.connect(home / "tocsin.db")
    database.executescript((OLD / "tocsin.sql").read_text(encoding="utf-8"))
    database.close()
