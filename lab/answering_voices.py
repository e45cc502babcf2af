"""The recorded calls that `make bench-answering` plays, one telephone number each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RATE = 8000
CONDITIONS = ("clean", "n15")
FIRST_NUMBER = 4182000000  # ten digits; the exchange is 200 and up
TAIL_S = {"human": 9, "machine": 27}
"""How long the far side stays on the line after its recording: its last second goes on, noise and all."""


class BadFolder(Exception):
    """The folder of voices can't be used; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Voice:
    """One call. Times in seconds from the start of the recording; `beep_end_s`: None where nothing beeps."""

    number: str
    file: Path
    condition: str
    human: bool
    words_end_s: float
    beep_end_s: float | None

    @property
    def speak_from_s(self) -> float:
        """When the message may begin."""
        return self.words_end_s if self.beep_end_s is None else self.beep_end_s


def read(folder: Path) -> list[Voice]:
    """Every call in every condition. Raises BadFolder."""
    manifest = folder / "manifest.jsonl"
    if not manifest.is_file():
        raise BadFolder(f"{manifest} is not there: VOICES must be a folder with manifest.jsonl and its .ulaw files")
    rows = [(place, line) for place, line in enumerate(manifest.read_text("utf-8").splitlines(), 1) if line.strip()]
    voices: list[Voice] = []
    for place, line in rows:
        for condition in CONDITIONS:
            voices.append(_voice(folder, place, line, condition, number=str(FIRST_NUMBER + len(voices))))
    if not voices:
        raise BadFolder(f"{manifest} is empty")
    return voices


def _voice(folder: Path, place: int, line: str, condition: str, *, number: str) -> Voice:
    try:
        row: Mapping[str, Any] = json.loads(line)
        beep = row["beep"]
        file = folder / f"{row['id']}-{condition}.ulaw"
        found = Voice(
            number=number,
            file=file,
            condition=condition,
            human={"human": True, "machine": False}[row["label"]],
            words_end_s=float(row["speech_end"]),
            beep_end_s=None if beep is None else float(beep["end"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise BadFolder(f"manifest.jsonl, line {place}: {error!r}; a line needs id, label, speech_end, beep") from error
    if not file.is_file():
        raise BadFolder(f"{file} is not there: manifest.jsonl, line {place} names it")
    return found


def prolonged(voice: Voice) -> bytes:
    """µ-law, as the far side goes on until it hangs up."""
    audio = voice.file.read_bytes()
    last = audio[-RATE:]
    tail = TAIL_S["human" if voice.human else "machine"]
    return audio + (last[::-1] + last) * (tail // 2 + 1)


def dialplan(voices: list[Voice], folder: Path) -> str:
    """The town's extensions: each answers, plays its call from `folder`, records both directions, hangs up."""
    lines = []
    for voice in voices:
        kept = f"{folder}/heard/${{CALLERID(num)}}-{voice.number}-${{UNIQUEID}}"
        lines += [
            f"exten => {voice.number},1,MixMonitor({kept}.both.wav,r({kept}.heard.wav)t({kept}.said.wav))",
            " same => n,Answer()",
            f" same => n,Playback({folder}/voices/{voice.number})",
            " same => n,Hangup()",
        ]
    return "\n".join([*lines, ""])
