"""Files that commands write, or send."""

from __future__ import annotations

from pathlib import Path

from records.upkeep import PLAN_KINDS, Plans
from service import places


def write_for_owner_only(path: Path, content: bytes) -> None:
    """There whole or not at all."""
    draft = path.with_name(f".{path.name}.new")
    draft.touch(mode=0o600)
    draft.write_bytes(content)
    draft.replace(path)


def plans(folder: Path) -> Plans | None:
    """A folder's dialplans, for a service that may not read what this user may; None for those of the program."""
    if folder == places.DIALPLANS:
        return None
    found = [path for path in folder.iterdir() if path.suffix in PLAN_KINDS]
    return Plans(name=str(folder), files={path.name: path.read_bytes() for path in found})
