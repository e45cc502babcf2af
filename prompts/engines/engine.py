"""The protocol of a speech engine. An engine is one file in this folder and one line in __init__.py."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Protocol

from rules.model import Language


class EngineFailed(Exception):
    """The engine could not speak this text; the next one is asked."""


class EngineAway(EngineFailed):
    """The engine can speak no text at the moment."""


class Engine(Protocol):
    """`name` is part of the cache's key: change it when the voice changes. `leaves_home`: texts are sent to
    another machine to be spoken."""

    @property
    def name(self) -> str: ...

    @property
    def leaves_home(self) -> bool: ...

    def available(self) -> bool:
        """Whether it can speak on this machine now. At most 2 s, never raises."""
        ...

    def speak(self, text: str, language: Language, wav_path: Path) -> None:
        """Write the text, spoken, as a PCM wav of any rate. Called from several threads. Raises EngineFailed."""
        ...


def why(error: Exception) -> str:
    """Why a program failed, in a few words: the last line that it printed, else how it ended."""
    if isinstance(error, subprocess.TimeoutExpired):
        return f"not done after {error.timeout:g} s"
    if isinstance(error, subprocess.CalledProcessError):
        complaint = (error.stderr or b"").decode(errors="replace").strip().splitlines()
        return complaint[-1] if complaint else f"ended with status {error.returncode}"
    return str(error)
