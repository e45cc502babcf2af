"""SVOX Pico (PyPI ttspico): offline, French and English, some 0.01 s for each second of speech."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import wave
from pathlib import Path

from prompts.engines.engine import EngineFailed, why
from rules.model import Language

VOICES = {Language.FR: "fr-FR", Language.EN: "en-US"}
RATE = 16000
SPEAK_S = 30.0

SPEAK = """
import sys
import ttspico
sys.stdout.buffer.write(ttspico.TtsEngine(sys.argv[1]).speak(sys.stdin.buffer.read().decode()) or b"")
"""


class Pico:
    name = "pico"
    leaves_home = False

    def available(self) -> bool:
        return importlib.util.find_spec("ttspico") is not None

    def speak(self, text: str, language: Language, wav_path: Path) -> None:
        pcm = spoken(text, VOICES[language])
        if not pcm:
            raise EngineFailed("pico found nothing to say")
        with wave.open(str(wav_path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(pcm)


def spoken(text: str, voice: str) -> bytes:
    """16 kHz mono PCM."""
    # In a process of its own: the C code leaks the memory of every text, and a crash on an odd text must not stop the
    # service.
    command = [sys.executable, "-I", "-c", SPEAK, voice]
    try:
        done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=SPEAK_S, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        raise EngineFailed(f"pico: {why(error)}") from error
    return done.stdout
