"""Finds recorded prompts: `recordings_dir/LANGUAGE/KEY.wav` (or another of sound.FORMATS) wins over synthesis."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from prompts import sound
from prompts.problem import Flaw
from rules.model import Language


def of_key(folder: Path, language: Language, key: str) -> Path | None:
    """The recording of a prompt; the one changed last where there are several."""
    found = [path for path in _files(folder, language) if path.stem == key and _kind(path) in sound.FORMATS]
    return max(found, key=lambda path: path.stat().st_mtime, default=None)


def problems(folder: Path, language: Language, keys: Collection[str]) -> Iterator[Flaw]:
    """Recordings that are never played, and why."""
    seen: dict[str, Path] = {}
    for path in _files(folder, language):
        if _kind(path) not in sound.FORMATS:
            yield Flaw(str(path), "is of a kind that is not read", f"Save it as one of {', '.join(sound.FORMATS)}.")
        elif path.stem not in keys:
            yield Flaw(str(path), "is no prompt's recording", "Name it after a key of the catalogue, or remove it.")
        elif path.stem in seen:
            yield Flaw(str(path), f"{seen[path.stem].name} is there too; the later one is used", "Remove the other.")
        seen[path.stem] = path


def _files(folder: Path, language: Language) -> list[Path]:
    found = (folder / language.value).glob("[!.]*")
    return sorted(path for path in found if path.is_file())


def _kind(path: Path) -> str:
    return path.suffix.lower().removeprefix(".")
