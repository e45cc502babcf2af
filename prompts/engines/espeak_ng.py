"""eSpeak NG: the last resort. Fast, and speaks any text, but sounds like a machine."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from prompts.engines.engine import EngineFailed, why
from rules.model import Language

VOICES = {Language.FR: "fr", Language.EN: "en-us"}
WORDS_PER_MINUTE = 150
SPEAK_S = 30.0


class EspeakNg:
    name = "espeak-ng"
    leaves_home = False

    def available(self) -> bool:
        return shutil.which("espeak-ng") is not None

    def speak(self, text: str, language: Language, wav_path: Path) -> None:
        # The text goes through stdin: as an argument, one that begins with a dash would be an option.
        command = ["espeak-ng", "-v", VOICES[language], "-s", str(WORDS_PER_MINUTE), "-b", "1", "-w", str(wav_path)]
        try:
            subprocess.run([*command, "--stdin"], input=text.encode(), capture_output=True, timeout=SPEAK_S, check=True)
        except (OSError, subprocess.SubprocessError) as error:
            raise EngineFailed(f"espeak-ng: {why(error)}") from error
