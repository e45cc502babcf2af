"""What a file of residents holds, and what an import of it does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from records.imports import FileSeen, InFile
from rules import contact_fields
from rules.contact_rows import WrongCell
from tocsin.commands.common import console

SHOWN = 20
"""People or places of a kind that are shown; --json has all."""
COUNTED = ("created", "changed", "unchanged", "refused")

Result = Mapping[str, Any]
"""Of the job."""


def show_layout(seen: FileSeen) -> None:
    for note in seen.notes:
        _print(note)
    for column in seen.columns:
        if column.because and column.field != contact_fields.IGNORED:
            _print(f"Column “{column.header}” is read as {column.field}: {column.because}.", highlight=None)
    if seen.faxes:
        _print(f"Never rung, since they are faxes: {', '.join(seen.faxes)}.", highlight=None)
    if seen.ignored:
        _print(f"Columns that are not read: {_some(seen.ignored)}.", highlight=None)


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def show_done(result: Result, rest: Path | None) -> None:
    """`rest`: where the refused rows are."""
    number = result["id"]
    if result["refused"]:
        _print(f"{result['refused']} refused: see {rest}.", highlight=None)
    _print(f"Import {number}: `tocsin contacts import --undo {number}` undoes it within 30 days.", highlight=None)
    console.print(f"{result['created']} created, {result['changed']} changed, {result['unchanged']} unchanged.")


def done_data(result: Result, seen: FileSeen) -> dict[str, Any]:
    counts = {name: result[name] for name in ("id", *COUNTED)}
    return {**counts, "ignored_columns": seen.ignored, "errors": errors_data(seen)}


def show_outlook(result: Result, seen: FileSeen) -> None:
    for title, people in (("New", seen.new), ("Changed", seen.to_change)):
        _list(title, [f"line {each.line}: {_name(each)}" for each in people])
    _list("Refused", list(errors(seen)))
    console.print(
        f"{result['created']} new, {result['changed']} changed, {result['unchanged']} unchanged, "
        f"{result['refused']} refused. Nothing was imported (--dry-run).",
        highlight=False,
    )


def outlook_data(result: Result, seen: FileSeen) -> dict[str, Any]:
    who = {"new": msgspec.to_builtins(seen.new), "to_change": msgspec.to_builtins(seen.to_change)}
    columns = {column.header: column.field for column in seen.columns}
    counts = {name: result[name] for name in COUNTED}
    return {**counts, **who, "columns": columns, "errors": errors_data(seen)}


def errors(seen: FileSeen) -> Iterator[str]:
    """One line each."""
    return (str(WrongCell(each.line, each.column, each.value, each.why, each.nearest)) for each in seen.errors)


def errors_data(seen: FileSeen) -> Any:
    return msgspec.to_builtins(seen.errors)


def _name(one: InFile) -> str:
    return f"{one.first_name} {one.last_name}".strip()


def _list(title: str, lines: Sequence[str]) -> None:
    if lines:
        more = [f"… and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
        shown = "\n".join(f"  {line}" for line in [*lines[:SHOWN], *more])
        _print(f"{title}:\n{shown}")


def _print(text: str, *, highlight: bool | None = False) -> None:
    """`highlight` None: as the console does it."""
    console.print(text, markup=False, highlight=highlight, soft_wrap=True)
