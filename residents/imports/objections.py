"""Why a file was not imported, in words."""

from __future__ import annotations

from collections.abc import Iterable

from records.imports import FileSeen, Objection, WrongPlace
from rules.contact_rows import WrongCell

GUESSED = (
    "Nothing was imported: the file has no header, and the columns above are guessed. If they are right, import it "
    'again with --yes; if not, say what a column is with --map "NUMBER=FIELD", or add a header.'
)


def why(seen: FileSeen) -> str:
    """Without anything of the file: that is kept for an hour only."""
    if seen.objection is Objection.GUESSED:
        return GUESSED
    places = "1 place" if len(seen.errors) == 1 else f"{len(seen.errors)} places"
    return f"Nothing was imported: correct {places} in the file, and import it again."


def places(wrong: Iterable[WrongCell]) -> tuple[WrongPlace, ...]:
    """As the API tells them."""
    return tuple(
        WrongPlace(line=each.line, column=each.column, value=each.value, why=each.why, nearest=each.nearest)
        for each in wrong
    )
