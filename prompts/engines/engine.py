"""What a speech engine is: one file in this folder and one line in __init__.py."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from alerts.model import Language


class EngineFailed(Exception):
    """The engine could not speak this text; the next one is asked."""


class Engine(Protocol):
    """`name` is part of the cache's key: change it when the voice changes."""

    @property
    def name(self) -> str: ...

    def available(self) -> bool:
        """Whether it can speak on this machine now. At most 2 s, never raises."""
        ...

    def speak(self, text: str, language: Language, wav_path: Path) -> None:
        """Write the text, spoken, as a PCM wav of any rate. Called from several threads. Raises EngineFailed."""
        ...
