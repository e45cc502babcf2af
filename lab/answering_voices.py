"""The recorded calls that `make bench-answering` plays, one telephone number each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

RATE = 8000
CONDITIONS = ("clean", "n15")
FIRST_NUMBER = 4182000000  # ten digits; the exchange is 200 and up
TAIL_S = {"human": 9, "machine": 27}
"""How long the far side stays on the line after its recording: the quiet after its words goes on, noise and all."""

AFTERMATH_S = 0.1  # of words or a beep, in the recording
ENOUGH_QUIET_S = 0.1
SILENCE = b"\xff"  # µ-law


class BadFolder(Exception):
    """The folder of voices can't be used; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class RecordedVoice:
    """One call. Times in seconds from the start of the recording; `beep_end_s`: None where nothing beeps;
    `words_begin_s`: 0 where it isn't known."""

    number: str
    file: Path
    condition: str
    human: bool
    words_end_s: float
    beep_end_s: float | None
    words_begin_s: float = 0.0

    @property
    def speak_from_s(self) -> float:
        """When the message may begin."""
        return self.words_end_s if self.beep_end_s is None else self.beep_end_s


def read(folder: Path) -> list[RecordedVoice]:
    """Every call in each condition that it was recorded in. Raises BadFolder."""
    manifest = folder / "manifest.jsonl"
    if not manifest.is_file():
        raise BadFolder(f"{manifest} is not there: VOICES must be a folder with manifest.jsonl and its .ulaw files")
    rows = [(place, line) for place, line in enumerate(manifest.read_text("utf-8").splitlines(), 1) if line.strip()]
    voices: list[RecordedVoice] = []
    for place, line in rows:
        found = [_voice(folder, place, line, condition) for condition in CONDITIONS]
        there = [voice for voice in found if voice.file.is_file()]
        if not there:
            raise BadFolder(f"{found[0].file} is not there: manifest.jsonl, line {place} names it")
        voices += [replace(voice, number=str(FIRST_NUMBER + len(voices) + at)) for at, voice in enumerate(there)]
    if not voices:
        raise BadFolder(f"{manifest} is empty")
    return voices


def _voice(folder: Path, place: int, line: str, condition: str) -> RecordedVoice:
    try:
        row: Mapping[str, Any] = json.loads(line)
        beep = row["beep"]
        return RecordedVoice(
            number="",
            file=folder / f"{row['id']}-{condition}.ulaw",
            condition=condition,
            human={"human": True, "machine": False}[row["label"]],
            words_end_s=float(row["speech_end"]),
            beep_end_s=None if beep is None else float(beep["end"]),
            words_begin_s=float(row.get("speech_start") or 0.0),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise BadFolder(f"manifest.jsonl, line {place}: {error!r}; a line needs id, label, speech_end, beep") from error


def prolonged(voice: RecordedVoice) -> bytes:
    """µ-law, as the far side goes on until it hangs up."""
    audio = voice.file.read_bytes()
    after = max(voice.words_end_s, voice.beep_end_s or 0.0) + AFTERMATH_S
    tail_s = TAIL_S["human" if voice.human else "machine"]
    return audio + going_on(audio, voice.words_begin_s, after, tail_s)


def going_on(audio: bytes, words_begin_s: float, after_s: float, seconds: float) -> bytes:
    """So much more of a recording's own quiet, to and fro: what follows its words and its beep, else what comes before
    them, else silence."""
    pieces = audio[int(after_s * RATE) :][-RATE:], audio[: int(max(0.0, words_begin_s - AFTERMATH_S) * RATE)][:RATE]
    quiet = next((piece for piece in pieces if len(piece) >= ENOUGH_QUIET_S * RATE), SILENCE * RATE)
    length = int(seconds * RATE)
    return ((quiet[::-1] + quiet) * (length // (2 * len(quiet)) + 1))[:length]


def dialplan(voices: list[RecordedVoice], folder: Path) -> str:
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
