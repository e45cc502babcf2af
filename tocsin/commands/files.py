"""Files that commands write."""

from __future__ import annotations

from pathlib import Path


def write_for_owner_only(path: Path, content: bytes) -> None:
    """There whole or not at all."""
    draft = path.with_name(f".{path.name}.new")
    draft.touch(mode=0o600)
    draft.write_bytes(content)
    draft.replace(path)
