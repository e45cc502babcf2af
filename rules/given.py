"""Who said last what a file of residents says, too: only what a file said does a later file change."""

from __future__ import annotations

from enum import StrEnum


class GivenBy(StrEnum):
    IMPORT = "import"
    RESIDENT = "resident"
    STAFF = "staff"


def by(author: str) -> GivenBy:
    """`author`: as the journal has it."""
    return GivenBy.RESIDENT if author == GivenBy.RESIDENT else GivenBy.STAFF
