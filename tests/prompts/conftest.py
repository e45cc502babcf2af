"""A home with a small catalogue of its own, and an engine that speaks in tones."""

from __future__ import annotations

import wave
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from prompts.engines.engine import Engine, EngineFailed
from prompts.studio import Studio
from rules.model import Language

CATALOGUE = Path(__file__).parent / "catalogue"
VARIABLES = {"organization": "Ville de Terrebonne"}


def tone(seconds: float, level: float = 0.3, *, rate: int = 16000) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    """Something that is loud and soft in turn, as speech is."""
    time = np.arange(int(seconds * rate)) / rate
    voice = np.sin(2 * np.pi * 300 * time) * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * time))
    return (voice * level * 32767).astype("<i2")


def write_wav(path: Path, sound: np.ndarray[tuple[int], np.dtype[np.int16]], *, rate: int = 16000) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(sound.tobytes())
    return path


class Toner:
    """An engine: a tone as long as its text. `fails`: texts it chokes on."""

    def __init__(
        self, name: str = "toner", *, fails: Sequence[str] = (), works: bool = True, leaves_home: bool = False
    ) -> None:
        self.name = name
        self.works = works
        self.leaves_home = leaves_home
        self.said: list[str] = []
        self._fails = fails

    def available(self) -> bool:
        return self.works

    def speak(self, text: str, language: Language, wav_path: Path) -> None:
        if any(word in text for word in self._fails):
            raise EngineFailed(f"{self.name} chokes")
        self.said.append(text)
        write_wav(wav_path, tone(0.3 + len(text) / 50))


MakeStudio = Callable[..., Studio]


@pytest.fixture
def studio(tmp_path: Path) -> MakeStudio:
    """Makes the studio of one home; keyword `home` for another, `engines`, `catalogue`, `variables`, `sounds`."""

    def make(
        *engines: Engine,
        home: str = "home",
        catalogue: Path = CATALOGUE,
        sounds: Path = Path("/nonexistent"),
        variables: dict[str, str] = VARIABLES,
        own: Path | None = None,
    ) -> Studio:
        folder = tmp_path / home
        places = catalogue, folder / "recordings", folder / "audio", tmp_path / "cache"
        return Studio(*places, engines or (Toner(),), sounds, variables, own_texts_dir=own)

    return make
