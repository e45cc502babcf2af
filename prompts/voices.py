"""Text -> speech, by the best engine that can; spoken once, then taken from the cache."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from alerts.model import Language
from prompts import sound, wording
from prompts.engines.engine import Engine, EngineFailed

log = structlog.get_logger()


class CannotSpeak(Exception):
    """No engine could speak a text."""


@dataclass(frozen=True, slots=True)
class Speech:
    """`engine`: whose voice it is."""

    audio: sound.Mastered
    engine: str


class Voices:
    """The engines, best first, and what they have said so far (`cache_dir/ENGINE/HASH.wav`)."""

    def __init__(self, engines: Sequence[Engine], cache_dir: Path) -> None:
        self._engines = tuple(engines)
        self._cache = cache_dir

    def spoken(self, text: str, language: Language, *, again: bool = False) -> Speech:
        """A text as audio. What any engine said before is used as it is; `again` asks the best engine that is there
        today. Raises CannotSpeak."""
        words = wording.plain(text, language)
        if not words:
            raise CannotSpeak(f"there is nothing to say in “{text}”")
        known = None if again else self._known(words, language)
        return known or self._synthesised(words, language)

    def _known(self, words: str, language: Language) -> Speech | None:
        for engine in self._engines:
            path = self._path(engine, words, language)
            if path.exists():
                with contextlib.suppress(EngineFailed):
                    return _heard(path, engine)
        return None

    def _synthesised(self, words: str, language: Language) -> Speech:
        complaints = []
        for engine in filter(lambda engine: engine.available(), self._engines):
            path = self._path(engine, words, language)
            try:
                if not path.exists():
                    with sound.written_aside(path) as aside:
                        engine.speak(words, language, aside)
                return _heard(path, engine)
            except EngineFailed as error:
                log.warning("engine_failed", engine=engine.name, language=language.value, error=str(error))
                complaints.append(str(error))
        raise CannotSpeak("; ".join(complaints) or "no speech engine works here: install espeak-ng, or `make setup`")

    def _path(self, engine: Engine, words: str, language: Language) -> Path:
        name = hashlib.sha256(f"{language.value}\n{words}".encode()).hexdigest()[:32]
        return self._cache / engine.name / f"{name}.wav"


def _heard(path: Path, engine: Engine) -> Speech:
    try:
        return Speech(sound.master(path), engine.name)
    except sound.Unreadable as error:
        path.unlink(missing_ok=True)
        raise EngineFailed(f"{engine.name}: {error}") from error
