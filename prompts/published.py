"""Reads and writes `manifest.json`, beside the audio: what each prompt was made from. Losing it costs one build."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from prompts import sound

NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class Made:
    """`fingerprint`: of the text or recording; `source`: an engine's name, `recording`, `asterisk` or `silence`;
    `complaints`: what is wrong with a recording."""

    fingerprint: str
    source: str
    complaints: tuple[str, ...] = ()


def read(audio_dir: Path) -> dict[str, Made]:
    """What each prompt was made from, by place such as `fr/greeting`. Empty when the manifest is missing or broken."""
    try:
        entries = json.loads((audio_dir / NAME).read_text(encoding="utf-8"))
        return {
            place: Made(made["fingerprint"], made["source"], tuple(made["complaints"]))
            for place, made in entries.items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def write(audio_dir: Path, entries: Mapping[str, Made]) -> None:
    with sound.written_aside(audio_dir / NAME) as aside:
        aside.write_text(json.dumps({place: asdict(made) for place, made in sorted(entries.items())}, indent=1))
